// Command bench measures Kwote: each figure is one JSON line on standard output, everything else goes to
// standard error.
//
// It owns the list of benchmarks, how they are chosen, bounded and reported, and what they need from the
// machine. It does not own rules: a benchmark calls the packages, or runs the real binary, as a user would.
//
// Invariants, and the tests that prove them:
//   - a benchmark that fails, runs out of time or prints no figure exits non-zero and leaves nothing on
//     standard output (TestFailurePrintsNoFigure);
//   - every figure says on how many cores and which database it was taken (TestFigureNamesMachine);
//   - a missing folder of real data is a skip that is said aloud, and an error when that benchmark was asked
//     for by name (TestMissingDataIsSkippedAloud);
//   - throughput is the best of several runs, each long enough to be a measurement (TestBestOf).
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// limit bounds each benchmark, cold, fixtures included.
const limit = 8 * time.Minute

// What a benchmark needs; scripts/bench.sh prepares "binary" and "postgres" before it starts.
const (
	needShared   = "shared"   // the folder of real data, env.shared
	needBinary   = "binary"   // bin/kwote, built from this tree
	needPostgres = "postgres" // a server at KWOTE_TEST_DATABASE_URL
)

// benchmark is one row of the list. Its run returns a figure or an error, never both.
type benchmark struct {
	name  string
	needs []string
	run   func(env) (figure, error)
}

// benchmarks is the list, in the order in which they run.
var benchmarks = []benchmark{
	{"import_real", []string{needShared, needBinary}, importReal},
	{"price_full", []string{needShared}, priceFull},
	{"price_totals", []string{needShared}, priceTotals},
	{"price_full_flat", []string{needShared}, realTariffs[0].price},
	{"price_full_slots", []string{needShared}, realTariffs[1].price},
	{"price_full_minute30", []string{needShared}, realTariffs[2].price},
	{"price_full_blocking", []string{needShared}, realTariffs[3].price},
	{"price_full_free4h", []string{needShared}, realTariffs[4].price},
	{"price_full_spot", []string{needShared}, realTariffs[5].price},
	{"price_allocs", []string{needShared}, priceAllocs},
	{"reprice_live", []string{needShared}, repriceLive},
	{"price_bare", []string{needShared}, priceBare},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(start(ctx, os.Args[1:], benchmarks, os.Stdout, os.Stderr))
}

// start is main without the process: it returns the exit code. 0 is success, 1 a benchmark that failed,
// 2 a wrong command line.
func start(ctx context.Context, args []string, list []benchmark, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	only := flags.String("only", "", "comma-separated `names` of benchmarks; all when empty")
	needs := flags.Bool("needs", false, "print what the chosen benchmarks need and stop")
	inside := flags.Bool("inside", false, "run the one chosen benchmark in this process")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	chosen, err := choose(list, *only)
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 2
	}
	e := environment(ctx, stderr)
	switch {
	case *needs:
		fmt.Fprintln(stdout, strings.Join(allNeeds(chosen), " "))
		return 0
	case *inside:
		return runInside(e, chosen, stdout)
	}
	return runAll(e, chosen, *only != "", stdout)
}

// choose picks the named benchmarks in the list's order; an unknown name is an error that lists the known.
func choose(list []benchmark, only string) ([]benchmark, error) {
	if only == "" {
		return list, nil
	}
	var known []string
	for _, b := range list {
		known = append(known, b.name)
	}
	names := strings.Split(only, ",")
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no benchmark %q: choose from %s", name, strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(b benchmark) bool { return !slices.Contains(names, b.name) }), nil
}

func allNeeds(list []benchmark) []string {
	var all []string
	for _, b := range list {
		all = append(all, b.needs...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// runAll runs each benchmark in a process of its own, so that memory, scheduler settings and a benchmark that
// hangs stay there. It goes on after a failure and reports it by its exit code.
func runAll(e env, list []benchmark, byName bool, stdout io.Writer) int {
	code := 0
	for _, b := range list {
		if missing := e.missing(b); missing != "" {
			e.logf("%s: skipped: %s", b.name, missing)
			if byName {
				code = 1
			}
			continue
		}
		begin := time.Now()
		line, err := runApart(e, b.name)
		if err != nil {
			e.logf("%s: FAILED after %s: %v", b.name, time.Since(begin).Round(time.Second), err)
			code = 1
			if e.ctx.Err() != nil {
				return code
			}
			continue
		}
		e.logf("%s: done in %s", b.name, time.Since(begin).Round(100*time.Millisecond))
		if _, err := stdout.Write(line); err != nil {
			return 1
		}
	}
	return code
}

// runInside is the other end of runApart.
func runInside(e env, list []benchmark, stdout io.Writer) int {
	if len(list) != 1 {
		e.logf("-inside wants exactly one benchmark, not %d", len(list))
		return 2
	}
	b := list[0]
	if missing := e.missing(b); missing != "" {
		e.logf("%s: %s", b.name, missing)
		return 1
	}
	fig, err := b.run(e)
	if err != nil {
		e.logf("%s: %v", b.name, err)
		return 1
	}
	line, err := fig.line(b.name)
	if err != nil {
		e.logf("%s: %v", b.name, err)
		return 1
	}
	if _, err := stdout.Write(line); err != nil {
		return 1
	}
	return 0
}

// env is what a benchmark may use of the machine.
type env struct {
	ctx    context.Context // ends at the time limit or at an interrupt
	log    io.Writer       // standard error: progress, explanations
	shared string          // folder of real data
	binary string          // the built kwote
	cache  string          // ignored folder for fixtures that are filled once and reused
	dbURL  string          // PostgreSQL, empty unless needed
}

func environment(ctx context.Context, log io.Writer) env {
	e := env{ctx: ctx, log: log, shared: os.Getenv("KWOTE_SHARED"), dbURL: os.Getenv("KWOTE_TEST_DATABASE_URL")}
	if e.shared == "" {
		e.shared = filepath.Join("..", "shared")
	}
	e.binary = filepath.Join("bin", "kwote")
	e.cache = filepath.Join(".cache", "bench")
	return e
}

func (e env) logf(format string, args ...any) { fmt.Fprintf(e.log, "bench: "+format+"\n", args...) }

// missing says what keeps a benchmark from running here, or nothing.
func (e env) missing(b benchmark) string {
	for _, need := range b.needs {
		switch need {
		case needShared:
			if _, err := os.Stat(filepath.Join(e.shared, "data")); err != nil {
				return fmt.Sprintf("the folder of real data is not at %q: set KWOTE_SHARED to the folder that holds data/", e.shared)
			}
		case needBinary:
			if _, err := os.Stat(e.binary); err != nil {
				return fmt.Sprintf("%s is not built: run make bench, which builds it", e.binary)
			}
		case needPostgres:
			if e.dbURL == "" {
				return "KWOTE_TEST_DATABASE_URL is not set: run make bench, which starts a PostgreSQL of its own"
			}
		}
	}
	return ""
}

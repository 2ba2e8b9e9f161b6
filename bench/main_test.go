package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func row(name string, fig figure, err error, needs ...string) benchmark {
	return benchmark{name, needs, func(env) (figure, error) { return fig, err }}
}

var good = figure{value: 12.5, unit: "things/s", database: "none"}

// bench runs the command in this process and returns its exit code and both outputs.
func bench(t *testing.T, list []benchmark, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = start(context.Background(), args, list, &out, &errs)
	return code, out.String(), errs.String()
}

func TestFailurePrintsNoFigure(t *testing.T) {
	for name, b := range map[string]benchmark{
		"error":       row("b", figure{}, errors.New("lost a row")),
		"zero":        row("b", figure{unit: "s", database: "none"}, nil),
		"no database": row("b", figure{value: 1, unit: "s"}, nil),
	} {
		code, stdout, stderr := bench(t, []benchmark{b}, "-inside", "-only", "b")
		if code != 1 || stdout != "" || !strings.Contains(stderr, "b: ") {
			t.Errorf("%s: exit %d, stdout %q, stderr %q: want 1, nothing, a reason", name, code, stdout, stderr)
		}
	}
	for _, out := range []string{"", "{\"name\":\"other\"}\n", "noise\n{\"name\":\"b\"}\n", "{\"name\":\"b\"}"} {
		if line, err := oneLine([]byte(out), "b"); err == nil {
			t.Errorf("the output %q passed as the figure %q", out, line)
		}
	}
	// A benchmark's process that fails, here because this test binary knows no such flag, is a failure of the run.
	code, stdout, stderr := bench(t, []benchmark{row("b", good, nil)})
	if code != 1 || stdout != "" || !strings.Contains(stderr, "b: FAILED") {
		t.Errorf("failed process: exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestFigureNamesMachine(t *testing.T) {
	fig := good
	fig.detail = map[string]any{"rows": 7}
	code, stdout, _ := bench(t, []benchmark{row("b", fig, nil)}, "-inside", "-only", "b")
	if code != 0 || strings.Count(stdout, "\n") != 1 {
		t.Fatalf("exit %d, stdout %q: want 0 and one line", code, stdout)
	}
	var got struct {
		Name   string
		Value  float64
		Unit   string
		Detail struct {
			Cores    int
			Database string
			Rows     int
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "b" || got.Value != 12.5 || got.Unit != "things/s" {
		t.Errorf("figure %+v", got)
	}
	if got.Detail.Cores != runtime.NumCPU() || got.Detail.Database != "none" || got.Detail.Rows != 7 {
		t.Errorf("detail %+v", got.Detail)
	}
}

func TestMissingDataIsSkippedAloud(t *testing.T) {
	t.Setenv("KWOTE_SHARED", filepath.Join(t.TempDir(), "nowhere"))
	list := []benchmark{row("b", good, nil, needShared)}
	code, stdout, stderr := bench(t, list)
	if code != 0 || stdout != "" || !strings.Contains(stderr, "b: skipped") || !strings.Contains(stderr, "KWOTE_SHARED") {
		t.Errorf("all: exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if code, _, _ := bench(t, list, "-only", "b"); code != 1 {
		t.Errorf("by name: exit %d, want 1", code)
	}
}

func TestChoose(t *testing.T) {
	list := []benchmark{row("a", good, nil, needShared, needPostgres), row("b", good, nil), row("c", good, nil, needShared)}
	code, stdout, _ := bench(t, list, "-needs")
	if code != 0 || stdout != "postgres shared\n" {
		t.Errorf("all need %q, exit %d", stdout, code)
	}
	if _, stdout, _ := bench(t, list, "-needs", "-only", "c,b"); stdout != "shared\n" {
		t.Errorf("b and c need %q", stdout)
	}
	code, _, stderr := bench(t, list, "-only", "d")
	if code != 2 || !strings.Contains(stderr, `"d"`) || !strings.Contains(stderr, "a, b, c") {
		t.Errorf("unknown name: exit %d, %q", code, stderr)
	}
}

func TestBestOf(t *testing.T) {
	pauses := []time.Duration{20 * time.Millisecond, 2 * time.Millisecond, 20 * time.Millisecond}
	calls := 0
	best, rates, err := bestOf(len(pauses), time.Nanosecond, func() (int, error) {
		time.Sleep(pauses[calls])
		calls++
		return 10, nil
	})
	if err != nil || calls != 3 || len(rates) != 3 {
		t.Fatalf("%d calls, rates %v, %v", calls, rates, err)
	}
	if want := slices.Max(rates); significant(best) != want || best > 5000 || want != rates[1] {
		t.Errorf("best %v of %v: want the second", best, rates)
	}
	if _, _, err := bestOf(3, 0, func() (int, error) { return 0, nil }); err == nil {
		t.Error("runs without work gave a rate")
	}
}

func TestRunBinaryMeasuresPeak(t *testing.T) {
	if highWater(os.Getpid()) == 0 {
		t.Skip("this system has no /proc")
	}
	e := env{ctx: context.Background(), binary: "/bin/sh"}
	// A shell that holds 64 MB in a variable.
	got, err := runBinary(e, []string{"SIZE=67108864"}, "-c", `x=$(head -c "$SIZE" /dev/zero | tr '\0' x); echo ${#x}`)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(got.output)) != "67108864" {
		t.Errorf("output %q", got.output)
	}
	if got.peak < 64<<20 || got.peak > 1<<30 {
		t.Errorf("peak of %d bytes: want at least the 64 MB it held", got.peak)
	}
	if _, err := runBinary(e, nil, "-c", "echo broken >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("error %v: want the exit and what it said", err)
	}
}

// Command kwote is the whole product in one binary. It is the only place that
// knows everybody: it opens the store, introduces the desks to it, and starts
// the doors. It holds no rules.
//
// Invariants, and the test that proves each:
//   - every command has one grammar and exit codes that scripts can use: 0
//     done, 1 failed, 2 input refused, 3 done with losses (TestScripts);
//   - a command that fails says in one sentence what, where and how to mend it
//     (TestScripts).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are part of the binary, not of the machine

	"github.com/alecthomas/kong"

	"kwote/domain/fault"
	"kwote/domain/tariff"
)

// version is set when a release is built.
var version = "dev"

// The exit codes.
const (
	exitFailed  = 1
	exitRefused = 2
	exitLost    = 3
)

// streams are what a command reads and writes.
type streams struct {
	out, err io.Writer
}

// settings are shared by every command that uses a database.
type settings struct {
	Data     string `name:"data" env:"KWOTE_DATA" default:"kwote-data" placeholder:"DIR" help:"Folder of the embedded database (${default})."`
	Database string `name:"database-url" env:"KWOTE_DATABASE_URL" placeholder:"URL" help:"PostgreSQL database, as postgres://user@host/name; the embedded one is used where this is empty."`
}

type commands struct {
	Demo       demoCommand       `cmd:"" help:"Start a seeded network with a console, to try everything out."`
	Serve      serveCommand      `cmd:"" help:"Start the server."`
	Import     importCommands    `cmd:"" help:"Bring in tariffs, feeds and sessions from files."`
	Price      priceCommand      `cmd:"" help:"Price one session and explain every line. Needs no database."`
	Forecast   forecastCommand   `cmd:"" help:"When a running session reaches an amount or an energy, and what it will cost. Needs no database."`
	Check      checkCommand      `cmd:"" help:"Recompute another party's charge detail record and say where it differs. Needs no database."`
	Record     recordCommand     `cmd:"" help:"Write the OCPI charge detail record of a session. Needs no database."`
	Convert    convertCommand    `cmd:"" help:"Translate a tariff between Kwote, OCPI and OCPP, and list what the target cannot say. Needs no database."`
	Lint       lintCommand       `cmd:"" help:"Find what is probably wrong with tariffs. Needs no database."`
	Describe   describeCommand   `cmd:"" help:"Write the price of a tariff in a sentence. Needs no database."`
	Draw       drawCommand       `cmd:"" help:"Draw a tariff's week, or what sessions cost, as SVG. Needs no database."`
	Reprice    repriceCommand    `cmd:"" help:"Price many sessions by one tariff. Needs no database."`
	Schema     schemaCommand     `cmd:"" help:"Print the JSON Schema of the tariff document."`
	Quarantine quarantineCommand `cmd:"" help:"List the rows of imports that were put aside, and why."`
	Migrate    migrateCommand    `cmd:"" help:"Bring the database to this version's schema."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run parses and carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, s streams) (code int) {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("kwote"), kong.Writers(s.out, s.err), kong.Exit(func(n int) { exited = n }),
		kong.Description("Pricing, plans and billing for EV-charging networks."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s))
	if err != nil {
		panic(err) // the command tree is wrong, which any test of it finds
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(s.err, "kwote: %s\nTry: kwote --help\n", err)
		return exitRefused
	}
	if err := parsed.Run(); err != nil {
		return report(s, err)
	}
	return 0
}

// report prints an error as a sentence and picks the exit code.
func report(s streams, err error) int {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(s.err, "kwote: stopped")
		return exitFailed
	}
	fmt.Fprintf(s.err, "kwote: %s\n", err)
	if errors.As(err, new(lost)) {
		return exitLost
	}
	f := fault.As(err)
	if f == nil {
		return exitFailed
	}
	if f.Code != "" {
		fmt.Fprintf(s.err, "code: %s\n", f.Code)
	}
	switch f.Kind {
	case fault.Invalid, fault.NotFound, fault.Conflict:
		return exitRefused
	}
	return exitFailed
}

type schemaCommand struct{}

func (schemaCommand) Run(s streams) error {
	_, err := s.out.Write(tariff.Schema())
	return err
}

type versionCommand struct{ formatOption }

func (c versionCommand) Run(s streams) error {
	return c.write(s, func() error {
		_, err := fmt.Fprintln(s.out, version)
		return err
	}, map[string]string{"version": version}, []string{"version"}, [][]string{{version}})
}

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kwote": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if code := run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr}); code != 0 {
			os.Exit(code)
		}
	}})
}

// TestScripts runs the stories of testdata: each is a file with the commands,
// their input and what must come of them.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("KWOTE_DATA", e.WorkDir+"/data")
			e.Setenv("KWOTE_DATABASE_URL", "")
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
	})
}

package jobs

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kwote/clock"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// start runs the runner until the test calls the function it returns, which
// waits for the end.
func start(t *testing.T, r *Runner) (stop func()) {
	t.Helper()
	r.Log = quiet
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func TestRunsAtOnceAndThenEveryPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int64
		stop := start(t, &Runner{Sweeps: []Sweep{{Name: "a", Every: time.Minute, Run: func(context.Context) (int, error) {
			runs.Add(1)
			return 0, nil
		}}}})
		synctest.Wait()
		if got := runs.Load(); got != 1 {
			t.Errorf("right after the start: %d runs, want 1", got)
		}
		clock.Sleep(t.Context(), 150*time.Second)
		synctest.Wait()
		if got := runs.Load(); got != 3 {
			t.Errorf("after two and a half pauses: %d runs, want 3", got)
		}
		stop()
	})
}

func TestWorkLeadsToWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := atomic.Int64{}
		left.Store(5)
		r := &Runner{Sweeps: []Sweep{{Name: "a", Every: time.Hour, Run: func(context.Context) (int, error) {
			if left.Load() == 0 {
				return 0, nil
			}
			left.Add(-1)
			return 1, nil
		}}}}
		stop := start(t, r)
		synctest.Wait()
		if got := left.Load(); got != 0 {
			t.Errorf("%d things left without a pause in between, want 0", got)
		}
		if s := r.Status()[0]; s.Done != 5 || s.Runs != 6 {
			t.Errorf("status says %d done in %d runs, want 5 in 6", s.Done, s.Runs)
		}
		stop()
	})
}

func TestWakeDuringARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int64
		r := &Runner{Sweeps: []Sweep{{Name: "a", Every: time.Hour, Run: func(ctx context.Context) (int, error) {
			runs.Add(1)
			clock.Sleep(ctx, time.Second)
			return 0, nil
		}}}}
		stop := start(t, r)
		synctest.Wait()
		r.Wake("a")
		r.Wake("a")
		r.Wake("nobody")
		clock.Sleep(t.Context(), 10*time.Second)
		if got := runs.Load(); got != 2 {
			t.Errorf("woken twice during the first run: %d runs, want 2", got)
		}
		stop()
	})
}

func TestFailuresBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bad, good atomic.Int64
		r := &Runner{Sweeps: []Sweep{
			{Name: "bad", Every: time.Minute, Run: func(context.Context) (int, error) {
				bad.Add(1)
				return 0, errors.New("no route to host")
			}},
			{Name: "good", Every: time.Minute, Run: func(context.Context) (int, error) {
				good.Add(1)
				return 0, nil
			}},
		}}
		stop := start(t, r)
		// tries at 0, 1, 3, 7, 12, 17 ... minutes
		clock.Sleep(t.Context(), 13*time.Minute+time.Second)
		synctest.Wait()
		if got := bad.Load(); got != 5 {
			t.Errorf("the failing sweep ran %d times in 13 minutes, want 5", got)
		}
		if got := good.Load(); got != 14 {
			t.Errorf("the good sweep ran %d times in 13 minutes, want 14", got)
		}
		s := r.Status()[0]
		if s.Failures != 5 || s.LastError != "no route to host" || s.LastErrorAt.IsZero() {
			t.Errorf("status does not tell of the failures: %+v", s)
		}
		stop()
	})
}

func TestPanicIsAFailure(t *testing.T) {
	var log strings.Builder
	runs := 0
	r := &Runner{Log: slog.New(slog.NewTextHandler(&log, nil)), Sweeps: []Sweep{
		{Name: "a", Every: time.Second, Run: func(context.Context) (int, error) {
			if runs++; runs == 1 {
				panic("index out of range")
			}
			return 0, nil
		}},
	}}
	err := r.RunDue(t.Context())
	if err == nil || !strings.Contains(err.Error(), "a: panic: index out of range") {
		t.Errorf("RunDue = %v, want the panic named with its sweep", err)
	}
	if !strings.Contains(log.String(), "index out of range") {
		t.Errorf("the log does not tell of the panic: %s", &log)
	}
	if err := r.RunDue(t.Context()); err != nil {
		t.Errorf("the sweep does not recover: %v", err)
	}
	if s := r.Status()[0]; s.Failures != 0 || s.Running {
		t.Errorf("status after recovery: %+v", s)
	}
}

func TestStopWaitsForTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var polite, stubborn atomic.Bool
		r := &Runner{Grace: 5 * time.Second, Sweeps: []Sweep{
			{Name: "polite", Every: time.Hour, Run: func(ctx context.Context) (int, error) {
				polite.Store(clock.Sleep(ctx, 3*time.Second))
				return 1, ctx.Err()
			}},
			{Name: "stubborn", Every: time.Hour, Run: func(ctx context.Context) (int, error) {
				<-ctx.Done()
				stubborn.Store(true)
				return 0, ctx.Err()
			}},
		}}
		stop := start(t, r)
		synctest.Wait()
		watch := clock.StartStopwatch()
		stop()
		if !polite.Load() {
			t.Error("a run that needed 3 s of 5 s grace was cut")
		}
		if !stubborn.Load() || watch.Elapsed() != 5*time.Second {
			t.Errorf("stopped after %s, want 5s and every run ended", watch.Elapsed())
		}
		if s := r.Status()[0]; s.Runs != 1 {
			t.Errorf("%d runs, want no new one after the stop", s.Runs)
		}
	})
}

func TestRunDue(t *testing.T) {
	var order []string
	stage := map[string]int{"first": 0, "second": 2}
	sweep := func(name, next string) Sweep {
		return Sweep{Name: name, Every: time.Second, Run: func(context.Context) (int, error) {
			if stage[name] == 0 {
				return 0, nil
			}
			stage[name]--
			stage[next]++ // work of one sweep makes work for the other
			order = append(order, name)
			return 1, nil
		}}
	}
	broken := Sweep{Name: "broken", Every: time.Second, Run: func(context.Context) (int, error) {
		order = append(order, "broken")
		return 1, errors.New("disk full")
	}}
	r := &Runner{Log: quiet, Sweeps: []Sweep{broken, sweep("first", "third"), sweep("second", "first")}}
	err := r.RunDue(t.Context())
	if err == nil || err.Error() != "broken: disk full" {
		t.Errorf("RunDue = %v, want the one error", err)
	}
	want := "broken second first second first"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("ran %q, want %q", got, want)
	}
}

func TestSweepsThatCannotRun(t *testing.T) {
	run := func(context.Context) (int, error) { return 0, nil }
	for name, sweeps := range map[string][]Sweep{
		"nameless":  {{Every: time.Second, Run: run}},
		"pauseless": {{Name: "a", Run: run}},
		"idle":      {{Name: "a", Every: time.Second}},
		"twice":     {{Name: "a", Every: time.Second, Run: run}, {Name: "a", Every: time.Second, Run: run}},
	} {
		if err := (&Runner{Sweeps: sweeps}).Run(t.Context()); err == nil {
			t.Errorf("%s: Run accepts it", name)
		}
	}
}

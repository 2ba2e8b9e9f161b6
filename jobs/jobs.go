// Package jobs owns the pauses between sweeps: it runs each sweep when its
// pause is over or when it is woken, and reports how it went. It knows no
// business word; what is due, and when, only the sweeps know, by a due column
// compared with the business clock. Pauses are real time whatever that clock
// shows, and RunDue follows a clock that was stepped.
//
// On PostgreSQL several nodes run the same sweeps at the same time, so a sweep
// must be idempotent or claim its rows before it acts on them. Within one
// Runner a sweep never runs beside itself.
//
// Invariants, and the test that proves each:
//   - a sweep runs at once at the start, then whenever its pause is over
//     (TestRunsAtOnceAndThenEveryPause);
//   - a sweep that found work runs again without a pause (TestWorkLeadsToWork);
//   - waking is never lost, not even during a run (TestWakeDuringARun);
//   - a failing or panicking sweep is tried again, ever more slowly, and does
//     not touch the others (TestFailuresBackOff, TestPanicIsAFailure);
//   - Run returns only when every sweep has ended (TestStopWaitsForTheRun);
//   - RunDue ends when a whole round finds nothing to do (TestRunDue).
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"kwote/clock"
)

const (
	// slowest is the longest pause between tries of a failing sweep, unless its
	// ordinary pause is longer still.
	slowest = 5 * time.Minute
	// defaultGrace is how long a run may go on after the stop.
	defaultGrace = 10 * time.Second
)

// Sweep is work that looks for what is due and does it.
type Sweep struct {
	Name string
	// Every is the real time between two runs that find nothing; one second at
	// least.
	Every time.Duration
	// Run does one bounded batch of what is due and says how many things it
	// did; zero means that nothing is left.
	Run func(ctx context.Context) (done int, err error)
}

// Runner runs sweeps. Set the fields, then call Run once; the other methods
// may be called at any time and from any goroutine.
type Runner struct {
	Sweeps []Sweep
	Log    *slog.Logger // nil: slog's default
	// Grace is how long a run that has begun may go on once Run's context has
	// ended, before its own context ends; zero means ten seconds.
	Grace time.Duration

	once  sync.Once
	err   error
	tasks []*task
}

// Status is how a sweep is doing on this node.
type Status struct {
	Name     string
	Every    time.Duration
	Running  bool
	Runs     int64 // runs begun since the start of the process
	Done     int64 // things done in them
	Failures int   // failed runs in a row; 0 when the last one went well
	// LastRun is when the last run began, in real time; zero before the first.
	LastRun time.Time
	Took    time.Duration // how long the last finished run took
	// LastError is the latest error, also when later runs went well; empty when
	// there never was one.
	LastError   string
	LastErrorAt time.Time
}

// task is a sweep and how it is doing.
type task struct {
	Sweep
	wake chan struct{} // holds one wake-up
	turn sync.Mutex    // held during a run

	mu     sync.Mutex
	status Status
}

func (r *Runner) prepare() error {
	r.once.Do(func() {
		names := map[string]bool{}
		for _, s := range r.Sweeps {
			if s.Name == "" || s.Run == nil || s.Every < time.Second || names[s.Name] {
				r.err = fmt.Errorf("jobs: sweep %q needs a name of its own, a pause of a second or more and something to run", s.Name)
				return
			}
			names[s.Name] = true
			r.tasks = append(r.tasks, &task{Sweep: s, wake: make(chan struct{}, 1), status: Status{Name: s.Name, Every: s.Every}})
		}
		if r.Log == nil {
			r.Log = slog.Default()
		}
		if r.Grace <= 0 {
			r.Grace = defaultGrace
		}
	})
	return r.err
}

// Run runs the sweeps until the context ends and every run that had begun has
// ended too. The error tells of sweeps that cannot be run at all.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.prepare(); err != nil {
		return err
	}
	working, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var loops sync.WaitGroup
	for _, t := range r.tasks {
		loops.Go(func() { r.loop(ctx, working, t) })
	}
	ended := make(chan struct{})
	go func() { loops.Wait(); close(ended) }()
	<-ctx.Done()
	clock.Wait(working, r.Grace, ended)
	cut()
	<-ended
	return nil
}

func (r *Runner) loop(ctx, working context.Context, t *task) {
	for ctx.Err() == nil {
		done, err := r.runOnce(working, t)
		switch {
		case err != nil:
			clock.Wait(ctx, t.pause(), t.wake)
		case done == 0:
			clock.Wait(ctx, t.Every, t.wake)
		}
	}
}

// Wake makes the named sweep run now, or once more right after the run it is
// in. It is a hint: a sweep nobody wakes runs when its pause is over. A name
// that no sweep bears does nothing.
func (r *Runner) Wake(name string) {
	if r.prepare() != nil {
		return
	}
	for _, t := range r.tasks {
		if t.Name == name {
			select {
			case t.wake <- struct{}{}:
			default: // one is waiting already and will see the same work
			}
		}
	}
}

// RunDue runs the sweeps in their order, round after round, until a whole
// round finds nothing to do. A sweep that fails is left out of the rounds that
// follow; the errors come back joined. It serves a clock that was stepped, and
// tests, beside Run or without it.
func (r *Runner) RunDue(ctx context.Context) error {
	if err := r.prepare(); err != nil {
		return err
	}
	failed := map[string]error{}
	for working := true; working; {
		working = false
		for _, t := range r.tasks {
			if err := ctx.Err(); err != nil {
				return err
			}
			if failed[t.Name] != nil {
				continue
			}
			done, err := r.runOnce(ctx, t)
			if err != nil {
				failed[t.Name] = fmt.Errorf("%s: %w", t.Name, err)
			}
			working = working || done > 0
		}
	}
	var all []error
	for _, t := range r.tasks {
		all = append(all, failed[t.Name])
	}
	return errors.Join(all...)
}

// Status is how each sweep is doing, in the order of Sweeps.
func (r *Runner) Status() []Status {
	if r.prepare() != nil {
		return nil
	}
	all := make([]Status, len(r.tasks))
	for i, t := range r.tasks {
		t.mu.Lock()
		all[i] = t.status
		t.mu.Unlock()
	}
	return all
}

func (r *Runner) runOnce(ctx context.Context, t *task) (int, error) {
	t.turn.Lock()
	defer t.turn.Unlock()
	t.begin()
	watch := clock.StartStopwatch()
	done, err := t.guarded(ctx)
	t.end(done, err, watch.Elapsed())
	if err != nil {
		r.Log.ErrorContext(ctx, "sweep failed", "sweep", t.Name, "failures", t.failures(), "error", err)
	}
	return done, err
}

func (t *task) guarded(ctx context.Context) (done int, err error) {
	defer func() {
		if p := recover(); p != nil {
			done, err = 0, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return t.Sweep.Run(ctx)
}

func (t *task) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Running = true
	t.status.Runs++
	t.status.LastRun = clock.System{}.Now()
}

func (t *task) end(done int, err error, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Running = false
	t.status.Done += int64(done)
	t.status.Took = took
	if err == nil {
		t.status.Failures = 0
		return
	}
	t.status.Failures++
	t.status.LastError = err.Error()
	t.status.LastErrorAt = clock.System{}.Now()
}

func (t *task) failures() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status.Failures
}

// pause doubles with every failure in a row, from the ordinary pause on.
func (t *task) pause() time.Duration {
	p := t.Every
	for range t.failures() - 1 {
		if p >= slowest {
			break
		}
		p = min(2*p, slowest)
	}
	return p
}

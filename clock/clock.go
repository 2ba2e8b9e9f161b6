// Package clock owns the present. Every other package is told the time as an
// argument or asks a Clock that it was given; nothing else reads the machine's
// clock.
//
// Invariants, and the test that proves each:
//   - a Stepped clock never goes back (TestSteppedNeverGoesBack);
//   - a Stepped clock that is not moved by hand runs on with real time from
//     where it stands, or stands still when it was made to (TestStepped).
package clock

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now is the present in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// Fixed always tells the same time.
type Fixed time.Time

// Now is the fixed time in UTC.
func (f Fixed) Now() time.Time { return time.Time(f).UTC() }

// Stepped is a clock that people move forward. It is safe for concurrent use.
type Stepped struct {
	mu      sync.Mutex
	at      time.Time
	since   time.Time
	running bool
}

// NewStepped starts at the given time. A running clock goes on with real time
// between steps; one that is not stands still.
func NewStepped(at time.Time, running bool) *Stepped {
	return &Stepped{at: at.UTC(), since: time.Now(), running: running}
}

// Now is the time the clock shows, in UTC.
func (s *Stepped) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.running {
		return s.at
	}
	return s.at.Add(time.Since(s.since))
}

// Advance moves the clock forward and returns the new time; a negative step is
// refused.
func (s *Stepped) Advance(d time.Duration) (time.Time, error) {
	if d < 0 {
		return s.Now(), fmt.Errorf("cannot step the clock back by %s: booked time does not run backwards", -d)
	}
	s.mu.Lock()
	s.at = s.at.Add(d)
	s.mu.Unlock()
	return s.Now(), nil
}

// Sleep waits for real time to pass, or until the context ends; it reports
// whether the whole time passed. Pauses between polls are real time whatever
// clock the business runs on.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Stopwatch measures elapsed real time, for reports such as "took 1.2 s".
type Stopwatch struct{ start time.Time }

// StartStopwatch begins to measure.
func StartStopwatch() Stopwatch { return Stopwatch{time.Now()} }

// Elapsed is the real time since the start.
func (s Stopwatch) Elapsed() time.Duration { return time.Since(s.start) }

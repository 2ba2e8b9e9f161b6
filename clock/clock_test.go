package clock

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestSteppedNeverGoesBack(t *testing.T) {
	c := NewStepped(time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC), true)
	before := c.Now()
	if at, err := c.Advance(-time.Second); err == nil || at.Before(before) {
		t.Errorf("a step back is taken: %s, %v", at, err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			last := c.Now()
			for range 1000 {
				at, err := c.Advance(time.Millisecond)
				if err != nil || !at.After(last) {
					t.Errorf("after %s comes %s, %v", last, at, err)
					return
				}
				last = at
			}
		})
	}
	all.Wait()
	if at := c.Now(); at.Sub(before) < 4*time.Second {
		t.Errorf("4000 steps of a millisecond end at %s", at)
	}
}

func TestStepped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 5, 3, 14, 0, 0, 0, time.FixedZone("", 7200))
		runs, stands := NewStepped(start, true), NewStepped(start, false)
		time.Sleep(time.Minute)
		for c, want := range map[*Stepped]time.Duration{runs: time.Minute, stands: 0} {
			if got := c.Now().Sub(start); got != want {
				t.Errorf("after a minute it has moved by %s, want %s", got, want)
			}
			at, err := c.Advance(24 * time.Hour)
			if err != nil || at.Sub(start) != want+24*time.Hour || !at.Equal(c.Now()) {
				t.Errorf("stepped a day to %s, %v", at, err)
			}
			if c.Now().Location() != time.UTC {
				t.Errorf("tells the time in %s", c.Now().Location())
			}
		}
	})
}

func TestClocksTellUTC(t *testing.T) {
	noon := time.Date(2026, 5, 3, 12, 0, 0, 0, time.FixedZone("", -18000))
	for _, c := range []Clock{System{}, Fixed(noon)} {
		if at := c.Now(); at.Location() != time.UTC {
			t.Errorf("%T tells the time in %s", c, at.Location())
		}
	}
	if at := Fixed(noon).Now(); !at.Equal(noon) {
		t.Errorf("fixed at %s, tells %s", noon, at)
	}
}

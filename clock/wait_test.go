package clock

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitEndsAtTheFirstOfThree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{}, 1)
		ctx, cancel := context.WithCancel(t.Context())
		took := func() time.Duration {
			w := StartStopwatch()
			Wait(ctx, time.Minute, wake)
			return w.Elapsed()
		}
		if got := took(); got != time.Minute {
			t.Errorf("nobody woke it: waited %s, want 1m", got)
		}
		go func() { Sleep(t.Context(), 10*time.Second); wake <- struct{}{} }()
		if got := took(); got != 10*time.Second {
			t.Errorf("woken: waited %s, want 10s", got)
		}
		cancel()
		if got := took(); got != 0 {
			t.Errorf("cancelled: waited %s, want 0", got)
		}
	})
}

package clock

import (
	"context"
	"time"
)

// Wait waits for real time to pass, for a value on wake or for the context to
// end, whichever comes first. It is Sleep for loops that somebody can wake.
func Wait(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-wake:
	case <-ctx.Done():
	}
}

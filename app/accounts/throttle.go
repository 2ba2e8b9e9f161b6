package accounts

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"kwote/clock"
	"kwote/domain/fault"
)

// pace is how often something may be tried: so many times at once, and then
// once per pause.
type pace struct {
	atOnce int
	pause  time.Duration
}

// The paces of what strangers may try. An account is slowed down whoever
// tries, an address whichever account it tries.
var (
	signInPerAccount = pace{10, 30 * time.Second}
	signInPerAddress = pace{30, 5 * time.Second}
	linkPerAccount   = pace{3, 5 * time.Minute}
	linkPerAddress   = pace{10, time.Minute}
)

// mostKeys bounds the memory that strangers can fill.
const mostKeys = 50_000

// throttles slow down guessing. They live in the memory of one node and are
// forgotten at a restart. The zero value is ready.
type throttles struct {
	signInAccount, signInAddress, linkAccount, linkAddress throttle
}

// throttle is a token bucket per key, kept as the one instant at which the
// bucket is full again.
type throttle struct {
	mu   sync.Mutex
	full map[string]time.Time
}

// take uses one try of the key and is zero, or says how long to wait for the
// next one.
func (t *throttle) take(p pace, key string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.full == nil {
		t.full = map[string]time.Time{}
	}
	full := t.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(p.pause)
	if wait := full.Sub(now) - time.Duration(p.atOnce)*p.pause; wait > 0 {
		return wait
	}
	t.makeRoom(now)
	t.full[key] = full
	return 0
}

// giveBack returns the try that turned out to be rightful.
func (t *throttle) giveBack(p pace, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if full, ok := t.full[key]; ok {
		t.full[key] = full.Add(-p.pause)
	}
}

func (t *throttle) makeRoom(now time.Time) {
	if len(t.full) < mostKeys {
		return
	}
	for key, full := range t.full {
		if !full.After(now) {
			delete(t.full, key)
		}
	}
	if len(t.full) >= mostKeys { // more live keys than any honest network has: start anew rather than grow
		clear(t.full)
	}
}

// limit takes a try of the address and then of the account.
func (d *Desk) limit(account, address *throttle, perAccount, perAddress pace, email, from string) error {
	now := d.wall()
	wait := address.take(perAddress, network(from), now)
	if wait == 0 {
		wait = account.take(perAccount, email, now)
	}
	if wait == 0 {
		return nil
	}
	seconds := int64((wait + time.Second - 1) / time.Second)
	return fault.New(fault.Unavailable, "too_many_attempts", fmt.Sprintf("too many attempts; wait %d seconds and try again", seconds))
}

func (d *Desk) wall() time.Time {
	if d.Wall == nil {
		return clock.System{}.Now()
	}
	return d.Wall.Now()
}

// network is whom an address stands for: IPv6 hands out whole networks of /64,
// so all of one are the same stranger.
func network(address string) string {
	if withPort, err := netip.ParseAddrPort(address); err == nil {
		address = withPort.Addr().String()
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(64) // 64 bits fit every IPv6 address
	return prefix.String()
}

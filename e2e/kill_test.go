//go:build e2e

package e2e

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"kwote/demo"
	"kwote/domain/calendar"
	"kwote/domain/query"
	"kwote/store"
)

// TestKilled kills the demo while it invents its history, at several moments:
// in the end every session is there once, and the sums agree with the receipts.
func TestKilled(t *testing.T) {
	data := t.TempDir()
	for _, after := range []time.Duration{0, 300 * time.Millisecond, 900 * time.Millisecond, 1500 * time.Millisecond} {
		p := start(t, data, "demo")
		time.Sleep(after)
		p.kill()
	}
	p := start(t, data, "demo")
	p.waitFor("sessions are there")
	p.kill()
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{Path: filepath.Join(data, "kwote.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(ctx, func(tx *store.Tx) error {
		want := expected(t, setting(t, tx, "demo.from"), setting(t, tx, "demo.until"))
		filter := query.SessionFilter{Page: query.Page{Limit: query.LargestPage}}
		for {
			rows, next, err := tx.Sessions(ctx, filter)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if !want[r.ExternalID] {
					t.Errorf("session %s is there twice or should not be there", r.ExternalID)
				}
				delete(want, r.ExternalID)
				if r.ReceiptID == "" {
					t.Errorf("session %s has no receipt: %s", r.ExternalID, r.Unpriced)
				}
			}
			if filter.After = next; next == "" {
				break
			}
		}
		if len(want) > 0 {
			t.Errorf("%d sessions are missing", len(want))
		}
		differences, err := tx.TakingsDifferences(ctx)
		for _, d := range differences {
			t.Errorf("takings differ from receipts: %s", d)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func setting(t *testing.T, tx *store.Tx, name string) calendar.Instant {
	t.Helper()
	s, err := tx.Setting(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatalf("the setting %s is %q", name, s)
	}
	return calendar.Instant(n)
}

// expected are the external ids of the sessions that have ended.
func expected(t *testing.T, from, until calendar.Instant) map[string]bool {
	t.Helper()
	w, err := demo.Between(from, until)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for s := range w.Sessions() {
		out[s.ExternalID] = true
	}
	return out
}

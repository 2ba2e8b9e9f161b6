package store_test

import (
	"testing"

	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/store"
	"kwote/store/storetest"
)

// TestUnreadableTextIsNoFailure: what PostgreSQL cannot keep as text is the
// caller's fault. The doors and desks refuse it before, on both engines.
func TestUnreadableTextIsNoFailure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, bad := range []string{"a\x00b", "Zo\xe9"} {
			err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.SavePartner(t.Context(), place.Partner{ID: bad, Name: bad}) })
			if err == nil && db.Engine() == store.SQLite {
				continue
			}
			if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Code != "text_unreadable" {
				t.Errorf("%q is answered with %v", bad, err)
			}
		}
	})
}

package store_test

import (
	"fmt"
	"testing"

	"kwote/store"
	"kwote/store/storetest"
)

// BenchmarkAddSessions keeps sessions with facts, receipts and takings in
// batches of 2,000, as an import does.
func BenchmarkAddSessions(b *testing.B) {
	db := storetest.SQLite(b)
	world := storetest.NewWorld(b, db)
	const batch = 2000
	n := 0
	for b.Loop() {
		records := world.Records(n, batch)
		n += batch
		err := db.Update(b.Context(), func(tx *store.Tx) error {
			added, err := tx.AddSessions(b.Context(), records)
			for i, ok := range added {
				if !ok {
					return fmt.Errorf("session %d was left out", i)
				}
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "sessions/s")
}

package store_test

import (
	"fmt"
	"os"
	"testing"

	"kwote/store"
	"kwote/store/storetest"
)

// BenchmarkAddSessions keeps sessions with facts, receipts and takings in
// batches of 2,000, as an import does.
func BenchmarkAddSessions(b *testing.B) {
	b.Run(store.SQLite, func(b *testing.B) { addSessions(b, storetest.SQLite(b)) })
	if os.Getenv(storetest.URLVariable) != "" {
		b.Run(store.Postgres, func(b *testing.B) { addSessions(b, storetest.Postgres(b)) })
	}
}

func addSessions(b *testing.B, db *store.DB) {
	world := storetest.NewWorld(b, db)
	const batch = 2000
	n := 0
	for b.Loop() {
		b.StopTimer()
		records := world.Records(n, batch)
		n += batch
		b.StartTimer()
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

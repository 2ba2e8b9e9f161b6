package storetest

import (
	"os"
	"testing"

	"kwote/domain/place"
	"kwote/store"
)

func TestDatabasesAreApart(t *testing.T) {
	engines := map[string]int{}
	for range 2 {
		Each(t, func(t *testing.T, db *store.DB) {
			engines[db.Engine()]++
			update(t, db, func(tx *store.Tx) error {
				all, err := tx.Networks(t.Context())
				expect(t, "networks at the start", len(all), 0)
				return firstError(err, tx.SaveNetwork(t.Context(), place.Network{ID: "n", ExternalID: "x", Name: "N"}))
			})
		})
	}
	want := 0
	if os.Getenv(URLVariable) != "" {
		want = 2
	}
	expect(t, "runs on SQLite", engines[store.SQLite], 2)
	expect(t, "runs on PostgreSQL", engines[store.Postgres], want)
}

package storetest

import (
	"database/sql"
	"strings"
	"testing"

	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/store"
)

// Migrate proves that a schema is made once, whatever runs twice or at the
// same time, and that a newer one is refused untouched.
func Migrate(t *testing.T, c store.Config) {
	ctx := t.Context()
	const processes = 4
	results := make(chan error, processes)
	for range processes {
		go func() { results <- migrate(c) }()
	}
	for range processes {
		if err := <-results; err != nil {
			t.Errorf("one of several migrations at once: %v", err)
		}
	}
	db := open(t, c)
	update(t, db, func(tx *store.Tx) error { return tx.SaveNetwork(ctx, place.Network{ID: "n", Name: "N"}) })
	if err := db.Migrate(ctx); err != nil {
		t.Errorf("a second migration: %v", err)
	}
	version, err := db.SchemaVersion(ctx)
	if err != nil || version == 0 {
		t.Fatalf("the schema is %d, %v", version, err)
	}
	driver, address := "sqlite", "file:"+c.Path
	if c.URL != "" {
		driver, address = "pgx", c.URL
	}
	raw, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, true)`, version+1000); err != nil {
		t.Fatal(err)
	}
	f := fault.As(db.Migrate(ctx))
	if f == nil || f.Code != "schema_newer" || !strings.Contains(f.Message, "newer version of Kwote") {
		t.Errorf("a newer schema gives %v", f)
	}
	view(t, db, func(tx *store.Tx) error { _, err := tx.Network(ctx, "n"); return err })
}

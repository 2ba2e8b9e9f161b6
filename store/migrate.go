package store

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"

	"kwote/clock"
	"kwote/domain/fault"
	"kwote/store/migrations"
)

// Migrate brings the schema up to this program's. Several processes may call
// it at once. A database of a newer schema is refused with code schema_newer
// before anything is touched.
func (db *DB) Migrate(ctx context.Context) error {
	newest, err := newestMigration()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		have, err := db.SchemaVersion(ctx)
		if err != nil {
			return err
		}
		if have > newest {
			return fault.New(fault.Conflict, "schema_newer", fmt.Sprintf(
				"the database %s has schema %d, but this program knows only up to %d; run the newer version of Kwote that made it", db.where, have, newest))
		}
		if have == newest {
			return nil
		}
		err = db.migrate(ctx)
		if err == nil {
			return nil
		}
		// On SQLite every migration is a transaction of the one writer, so
		// the loser of a race fails whole and finds the work done.
		if db.engine != SQLite || try == attempts {
			return db.explain(err)
		}
		if !clock.Sleep(ctx, time.Duration(try)*50*time.Millisecond) {
			return context.Cause(ctx)
		}
	}
}

func (db *DB) migrate(ctx context.Context) error {
	var options []goose.ProviderOption
	engine := database.DialectSQLite3
	if db.engine == Postgres {
		engine = database.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(engine, db.write, migrations.Files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// SchemaVersion is the number of the newest migration that the database has
// had, 0 for an empty one.
func (db *DB) SchemaVersion(ctx context.Context) (int64, error) {
	var tables, version int64
	if err := db.read.QueryRowContext(ctx, db.pick(schemaTable)).Scan(&tables); err != nil || tables == 0 {
		return 0, db.explain(err)
	}
	err := db.read.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version)
	return version, db.explain(err)
}

func newestMigration() (int64, error) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("no migrations in the program: %w", err)
	}
	number, _, _ := strings.Cut(names[len(names)-1], "_")
	return strconv.ParseInt(number, 10, 64)
}

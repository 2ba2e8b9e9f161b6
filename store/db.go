// Package store owns all SQL: how aggregates, sessions, receipts, takings and
// events are kept in SQLite or PostgreSQL. It does not know what a use case
// does with them, and decides nothing that is a rule.
//
// Invariants, and the test that proves each on both engines (parts of
// TestStore, which runs storetest.Conform):
//   - whatever is saved reads back as it was (RoundTrips, Documents, Tariffs);
//   - a transaction leaves all of its changes or none (Rollback);
//   - an aggregate that moved since it was read is never overwritten
//     (RoundTrips, Sessions);
//   - a session is kept once, however often it is imported, and a revision
//     changes nothing of the past (Sessions);
//   - takings are always the sums over the sessions (Takings);
//   - a feed's price that is replaced stays as history and no longer holds
//     (Feeds);
//   - what a driver was charged by day is that of the current receipts
//     (DayCharges);
//   - a reader of the event feed skips nothing, however commits overlap
//     (EventFeed);
//   - pages are complete and repeat nothing (Pages);
//   - a schema is made once, and a newer one is refused untouched (Migrate).
//
// A database that is read-only, full, locked, damaged or out of reach gives a
// fault that says so (TestReadOnly, TestFullDisk, TestLockedFile, TestCutFile,
// TestServerThatIsNotThere).
package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kwote/clock"
	"kwote/domain/fault"
)

// The names of the engines.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Config says where the database is. URL wins over Path.
type Config struct {
	URL  string // postgres://user:password@host:port/database
	Path string // SQLite file; it and its folder are created where missing
}

// DB is an open database.
type DB struct {
	write *sql.DB // one connection on SQLite
	read  *sql.DB
	dialect
}

// Tx is a transaction and has a method for everything that can be kept or
// asked. Desks declare the few methods that they need as their own interface.
//
// Save methods take an aggregate with the version at which it was read, 0 for
// a new one, and keep it with the next version. They fail with fault.Stale
// when the kept version is another, fault.NotFound when there is none, and
// fault.Conflict with code already_exists when a name or id is taken.
//
// Lists return a page of rows and the cursor of the next page, empty after the
// last.
type Tx struct {
	tx *sql.Tx
	dialect
	prepared map[string]*sql.Stmt
}

// Open connects to the database that the configuration names. Faults say what
// is wrong with it: database_read_only, database_locked, database_damaged,
// database_unreachable.
func Open(ctx context.Context, c Config) (*DB, error) {
	var db *DB
	var err error
	switch {
	case c.URL != "":
		db, err = openPostgres(c.URL)
	case c.Path != "":
		db, err = openSQLite(ctx, c.Path)
	default:
		return nil, fault.New(fault.Invalid, "database_not_named", "name a database: a PostgreSQL URL or the path of an SQLite file")
	}
	if err != nil {
		return nil, err
	}
	if err := db.Ping(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// Engine is SQLite or Postgres.
func (db *DB) Engine() string { return db.engine }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	return db.explain(errors.Join(db.write.PingContext(ctx), db.read.PingContext(ctx)))
}

// Close waits for running queries and closes every connection.
func (db *DB) Close() error {
	if db.read == db.write {
		return db.write.Close()
	}
	return errors.Join(db.read.Close(), db.write.Close())
}

// attempts bounds how often Update runs a transaction that the database gave
// up for another one's sake.
const attempts = 6

// Update runs do in a transaction that is kept if do returns nil and else
// leaves nothing. When the database gives the transaction up because of
// another one it is run again, so do must set everything that it changes
// outside afresh. Do not begin another Update inside: on SQLite there is one
// writer.
func (db *DB) Update(ctx context.Context, do func(*Tx) error) error {
	for try := 1; ; try++ {
		err := db.run(ctx, db.write, &sql.TxOptions{}, do)
		if err == nil || try == attempts || !db.passing(err) {
			return err
		}
		if !clock.Sleep(ctx, time.Duration(try*try)*5*time.Millisecond) {
			return context.Cause(ctx)
		}
	}
}

// View runs do in a transaction that sees one state of the database and
// changes nothing.
func (db *DB) View(ctx context.Context, do func(*Tx) error) error {
	return db.run(ctx, db.read, db.viewOptions, do)
}

func (db *DB) run(ctx context.Context, pool *sql.DB, options *sql.TxOptions, do func(*Tx) error) error {
	tx, err := pool.BeginTx(ctx, options)
	if err != nil {
		return db.explain(err)
	}
	defer tx.Rollback() // after a commit this does nothing
	if err := do(&Tx{tx: tx, dialect: db.dialect}); err != nil {
		return err
	}
	return db.explain(tx.Commit())
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kwote/domain/fault"
	words "kwote/domain/text"
)

// dialect holds every difference between the engines: whole texts where one
// cannot serve both, and what their errors mean.
type dialect struct {
	engine      string
	where       string // the file or server, for messages
	viewOptions *sql.TxOptions
}

// texts is a query that must differ between the engines.
type texts struct{ sqlite, postgres string }

func (d dialect) pick(t texts) string {
	if d.engine == Postgres {
		return t.postgres
	}
	return t.sqlite
}

// relayLock keeps two relays from numbering events at once. SQLite has one
// writer anyway.
var relayLock = texts{
	sqlite:   `SELECT 1`,
	postgres: `SELECT pg_advisory_xact_lock(5480193027641)`,
}

// driverLock keeps two transactions from sharing out a driver's maximum per day
// at once. SQLite has one writer anyway.
var driverLock = texts{
	sqlite:   `SELECT $1`,
	postgres: `SELECT pg_advisory_xact_lock(hashtextextended($1, 5480193027642))`,
}

// schemaTable finds out whether migrations have ever run here.
var schemaTable = texts{
	sqlite:   `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`,
	postgres: `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'goose_db_version'`,
}

// passing reports whether the same transaction can succeed when it is run
// again: a serialization failure or a deadlock.
func (d dialect) passing(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// explain turns a driver's error into a fault where people can do something
// about it. Faults, cancellations and programming errors pass unchanged.
func (d dialect) explain(err error) error {
	if err == nil || fault.As(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if lite := (*sqlite.Error)(nil); errors.As(err, &lite) {
		return d.explainSQLite(lite, err)
	}
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		return d.explainPostgres(pg, err)
	}
	if connect, network := (*pgconn.ConnectError)(nil), net.Error(nil); errors.As(err, &connect) || errors.As(err, &network) {
		return d.unreachable(err)
	}
	return err
}

func (d dialect) explainSQLite(lite *sqlite.Error, err error) error {
	switch lite.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		// "… UNIQUE constraint failed: evses.external_id (2067)"
		_, columns, _ := strings.Cut(lite.Error(), "constraint failed: ")
		if _, inner, ok := strings.Cut(columns, "constraint failed: "); ok {
			columns = inner
		}
		columns, _, _ = strings.Cut(columns, " (")
		return taken(columns[strings.LastIndexByte(columns, '.')+1:], err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return dangling(err)
	}
	switch lite.Code() & 0xff {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return d.readOnly(err)
	case sqlite3.SQLITE_CANTOPEN:
		return d.unavailable("database_unreachable", "cannot be opened; check that its folder exists and that this account may read and write it", err)
	case sqlite3.SQLITE_FULL:
		return d.full(err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return d.unavailable("database_locked", "is locked by another process; stop that process or wait until it has finished, then try again", err)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return d.damaged(err)
	case sqlite3.SQLITE_IOERR:
		return d.unavailable("database_unreadable", "cannot be read or written because the disk reports an error; check the disk, its free space and its permissions", err)
	}
	return err
}

func (d dialect) explainPostgres(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case "23505":
		return taken(indexColumn(pg.ConstraintName), err)
	case "23503":
		return dangling(err)
	case "22021", "22P05":
		return words.Unreadable("").Because(err)
	case "25006", "42501":
		return d.readOnly(err)
	case "53100":
		return d.full(err)
	case "40001", "40P01", "55P03":
		return d.unavailable("database_busy", "is too busy with changes to the same rows; try again", err)
	case "XX001", "XX002":
		return d.damaged(err)
	case "3D000":
		return d.unavailable("database_unreachable", "does not have the database named in KWOTE_DATABASE_URL; create it, or correct the name", err)
	}
	if class := pg.Code[:min(2, len(pg.Code))]; class == "08" || class == "28" || class == "53" || class == "57" {
		return d.unreachable(err)
	}
	return err
}

// indexColumn finds the column in the name of a unique index: the migrations
// name such indexes table__column.
func indexColumn(index string) string {
	if _, column, ok := strings.Cut(index, "__"); ok {
		return column
	}
	return "id"
}

func taken(column string, err error) error {
	field := fieldName(column)
	return fault.At(fault.Conflict, "already_exists", field,
		"this "+field+" is already taken; choose another one, or change the record that has it").Because(err)
}

// fieldName is the name of a column on the wire: external_id is externalId.
func fieldName(column string) string {
	parts := strings.Split(column, "_")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}

func dangling(err error) error {
	return fault.New(fault.Conflict, "reference_unknown",
		"this refers to something that does not exist; create that first, or correct the id").Because(err)
}

func (d dialect) unavailable(code, sentence string, err error) error {
	return fault.New(fault.Unavailable, code, "the database "+d.where+" "+sentence).Because(err)
}

func (d dialect) readOnly(err error) error {
	return d.unavailable("database_read_only", "is read-only; give this account the right to write it and its folder", err)
}

func (d dialect) full(err error) error {
	return d.unavailable("database_full", "cannot grow because the disk is full; free some space and do it again: what was reported as done is there whole, and an import goes on where it stopped", err)
}

func (d dialect) damaged(err error) error {
	return d.unavailable("database_damaged", "is damaged or not a database of Kwote's; restore it from a backup or name another one", err)
}

func (d dialect) unreachable(err error) error {
	return d.unavailable("database_unreachable", "cannot be reached; check that the server runs and that KWOTE_DATABASE_URL has its host, port, user and password", err)
}

// explainFile is explain for errors of the operating system about the SQLite
// file or its folder.
func (d dialect) explainFile(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return d.readOnly(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return d.full(err)
	}
	return d.unavailable("database_unreachable", "cannot be opened: "+err.Error()+"; check its path", err)
}

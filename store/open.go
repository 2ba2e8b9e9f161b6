package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"kwote/clock"
	"kwote/domain/fault"
)

// sqliteMagic begins every SQLite file that is not empty.
var sqliteMagic = []byte("SQLite format 3\x00")

// lockPatience is how long SQLite waits for another process.
const lockPatience = 5 * time.Second

func openSQLite(ctx context.Context, path string) (*DB, error) {
	d := dialect{engine: SQLite, where: path, viewOptions: &sql.TxOptions{}}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, d.explainFile(err)
	}
	if err := checkFile(full); err != nil {
		if errors.Is(err, errNotSQLite) {
			return nil, d.damaged(err)
		}
		return nil, d.explainFile(err)
	}
	write, err := sql.Open("sqlite", sqliteName(full, "immediate", "synchronous(NORMAL)", "cache_size(-64000)"))
	if err != nil {
		return nil, d.explain(err)
	}
	write.SetMaxOpenConns(1)
	if err := firstPing(ctx, write, d); err != nil {
		write.Close()
		return nil, err
	}
	read, err := sql.Open("sqlite", sqliteName(full, "deferred", "query_only(1)", "cache_size(-8000)"))
	if err != nil {
		write.Close()
		return nil, d.explain(err)
	}
	read.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	read.SetMaxIdleConns(4)
	return &DB{write: write, read: read, dialect: d}, nil
}

// firstPing opens the writer's connection, which turns a new file into WAL
// mode. Two processes that do so at once do not wait for each other as they do
// for other locks, so the loser tries again.
func firstPing(ctx context.Context, write *sql.DB, d dialect) error {
	for watch := clock.StartStopwatch(); ; {
		err := d.explain(write.PingContext(ctx))
		f := fault.As(err)
		if f == nil || f.Code != "database_locked" || watch.Elapsed() > lockPatience || !clock.Sleep(ctx, 20*time.Millisecond) {
			return err
		}
	}
}

func sqliteName(path, lock string, pragmas ...string) string {
	settings := url.Values{
		"_txlock": {lock},
		"_pragma": append([]string{
			"busy_timeout(" + strconv.FormatInt(lockPatience.Milliseconds(), 10) + ")", "page_size(8192)", "journal_mode(WAL)",
			"foreign_keys(1)", "temp_store(MEMORY)", "wal_autocheckpoint(8000)",
		}, pragmas...),
	}
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: settings.Encode()}
	return name.String()
}

var errNotSQLite = errors.New("the file does not begin like an SQLite database")

// checkFile finds what the driver would report less clearly: a folder or file
// that cannot be written, and a file that is something else. A folder that is
// missing is made.
func checkFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, len(sqliteMagic))
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if n > 0 && !bytes.Equal(head[:n], sqliteMagic) {
		return errNotSQLite
	}
	return nil
}

func openPostgres(address string) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "database_url_unreadable",
			"KWOTE_DATABASE_URL is not a PostgreSQL address such as postgres://user:password@host:5432/kwote").Because(err)
	}
	config.RuntimeParams["application_name"] = "kwote"
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(max(8, 4*runtime.NumCPU()))
	pool.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	d := dialect{engine: Postgres, where: config.Database + " on " + config.Host,
		viewOptions: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}}
	return &DB{write: pool, read: pool, dialect: d}, nil
}

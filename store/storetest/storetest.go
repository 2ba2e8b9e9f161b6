// Package storetest owns what it means to be a correct store: Conform holds on
// SQLite and PostgreSQL alike. It also gives every other package's tests a
// real, empty database of each engine, for Kwote has no pretended one.
//
// Invariants, and the test that proves each:
//   - every test has a database of its own (TestDatabasesAreApart);
//   - tests run on PostgreSQL exactly when KWOTE_TEST_DATABASE_URL names a
//     server, whose other databases are left alone (TestDatabasesAreApart).
package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kwote/store"
	"kwote/store/migrations"
)

// URLVariable names the environment variable with the PostgreSQL server to
// test on, as an address whose user may create databases.
const URLVariable = "KWOTE_TEST_DATABASE_URL"

// Each runs the test on an empty, migrated database of each engine.
func Each(t *testing.T, run func(*testing.T, *store.DB)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) { run(t, SQLite(t)) })
	if os.Getenv(URLVariable) != "" {
		t.Run(store.Postgres, func(t *testing.T) { run(t, Postgres(t)) })
	}
}

// EachEmpty runs the test on the configuration of a database without any
// tables of each engine.
func EachEmpty(t *testing.T, run func(*testing.T, store.Config)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) { run(t, store.Config{Path: filepath.Join(t.TempDir(), "kwote.db")}) })
	if os.Getenv(URLVariable) != "" {
		t.Run(store.Postgres, func(t *testing.T) { run(t, store.Config{URL: postgresDatabase(t, false)}) })
	}
}

// SQLite is an empty, migrated SQLite database that lives as long as the test.
func SQLite(t testing.TB) *store.DB {
	t.Helper()
	blank, err := blankFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kwote.db")
	if err := os.WriteFile(path, blank, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, store.Config{Path: path})
}

// Postgres is an empty, migrated database on the server to test on, which must
// have been named; it is dropped after the test.
func Postgres(t testing.TB) *store.DB {
	t.Helper()
	return open(t, store.Config{URL: postgresDatabase(t, true)})
}

// blankFile is the content of an empty, migrated SQLite database.
var blankFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "kwote-blank-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "kwote.db")
	if err := migrate(store.Config{Path: path}); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrate(c store.Config) error {
	ctx := context.Background()
	db, err := store.Open(ctx, c)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		db.Close()
		return err
	}
	return db.Close()
}

func open(t testing.TB, c store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// postgresDatabase makes a database that is dropped after the test and returns
// its address.
func postgresDatabase(t testing.TB, migrated bool) string {
	t.Helper()
	server, err := sql.Open("pgx", os.Getenv(URLVariable))
	if err != nil {
		t.Fatal(err)
	}
	server.SetMaxOpenConns(2)
	t.Cleanup(func() { server.Close() })
	from := "template0"
	if migrated {
		if from, err = template(); err != nil {
			t.Fatalf("PostgreSQL at %s: %v", URLVariable, err)
		}
	}
	name := "kwote_test_" + random()
	if _, err := server.Exec(`CREATE DATABASE ` + name + ` TEMPLATE ` + from); err != nil {
		t.Fatalf("PostgreSQL at %s: %v", URLVariable, err)
	}
	t.Cleanup(func() {
		if _, err := server.Exec(`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`); err != nil {
			t.Errorf("dropping %s: %v", name, err)
		}
	})
	address, err := addressOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// templateLock keeps two test programs from making the template at once.
const templateLock = 7305519264018

// template is the name of a migrated database to copy. It is named after the
// migrations, so all test programs of the same source share it, and one with
// other migrations makes its own.
var template = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	server, err := sql.Open("pgx", os.Getenv(URLVariable))
	if err != nil {
		return "", err
	}
	defer server.Close()
	lock, err := server.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if _, err := lock.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, templateLock); err != nil {
		return "", err
	}
	name, err := templateName()
	if err != nil {
		return "", err
	}
	var there bool
	if err := lock.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
		return name, err
	}
	return name, makeTemplate(ctx, lock, name)
})

// makeTemplate migrates under another name first, so that a template which
// bears the name is always whole.
func makeTemplate(ctx context.Context, server *sql.Conn, name string) error {
	draft := "kwote_draft_" + random()
	if _, err := server.ExecContext(ctx, `CREATE DATABASE `+draft+` TEMPLATE template0`); err != nil {
		return err
	}
	address, err := addressOf(draft)
	if err != nil {
		return err
	}
	if err := migrate(store.Config{URL: address}); err != nil {
		server.ExecContext(ctx, `DROP DATABASE `+draft+` WITH (FORCE)`) // the first error is the one to report
		return err
	}
	_, err = server.ExecContext(ctx, `ALTER DATABASE `+draft+` RENAME TO `+name)
	return err
}

func templateName() (string, error) {
	sum := sha256.New()
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return "", err
	}
	for _, n := range names {
		text, err := migrations.Files.ReadFile(n)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", n, len(text), text)
	}
	return "kwote_template_" + hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

func addressOf(database string) (string, error) {
	u, err := url.Parse(os.Getenv(URLVariable))
	if err != nil {
		return "", fmt.Errorf("%s is not an address: %w", URLVariable, err)
	}
	u.Path = "/" + database
	return u.String(), nil
}

func random() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

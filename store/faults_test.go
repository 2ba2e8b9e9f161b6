package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/store"
	"kwote/store/storetest"
)

// use opens the file, migrates it and writes a row: what every command does.
func use(ctx context.Context, path string) error {
	db, err := store.Open(ctx, store.Config{Path: path})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	return db.Update(ctx, func(tx *store.Tx) error { return tx.SaveNetwork(ctx, place.Network{ID: "n", Name: "N"}) })
}

func wantFault(t *testing.T, err error, code string, words ...string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code {
		t.Fatalf("got %v, want a fault with code %s", err, code)
	}
	for _, w := range words {
		if !strings.Contains(f.Error(), w) {
			t.Errorf("the sentence %q does not name %q", f.Error(), w)
		}
	}
}

// blank is the path of a migrated database that nobody has open.
func blank(t *testing.T) string {
	t.Helper()
	path := filepath.Join(openFolder(t), "kwote.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOtherFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kwote.db")
	before := []byte("session_id,total\n1,2.00\n")
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	wantFault(t, use(t.Context(), path), "database_damaged", path)
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the file has become %q, %v", after, err)
	}
}

func TestCutFile(t *testing.T) {
	path := blank(t)
	if err := os.Truncate(path, 9000); err != nil {
		t.Fatal(err)
	}
	wantFault(t, use(t.Context(), path), "database_damaged", path)
}

func TestFolder(t *testing.T) {
	wantFault(t, use(t.Context(), t.TempDir()), "database_unreachable")
}

func TestLockedFile(t *testing.T) {
	t.Parallel()
	path := blank(t)
	other, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	wantFault(t, use(t.Context(), path), "database_locked", path, "another process")
	if _, err := conn.ExecContext(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if err := use(t.Context(), path); err != nil {
		t.Errorf("after the lock is gone: %v", err)
	}
}

func TestFullDisk(t *testing.T) {
	db := storetest.SQLite(t)
	world := storetest.NewWorld(t, db)
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.LimitPages(t.Context(), 80); err != nil {
			return err
		}
		_, err := tx.AddSessions(t.Context(), world.Records(0, 5000))
		return err
	})
	wantFault(t, err, "database_full", "an import goes on where it stopped")
	err = db.View(t.Context(), func(tx *store.Tx) error {
		left, err := tx.SessionsAfter(t.Context(), "", 10)
		if len(left) > 0 {
			t.Errorf("%d sessions are left of a failed transaction", len(left))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// asNobody names the file on which a copy of the test program, run as a user
// without rights, tries to write.
const asNobody = "KWOTE_TEST_AS_NOBODY"

func TestReadOnly(t *testing.T) {
	if path := os.Getenv(asNobody); path != "" {
		err := use(t.Context(), path)
		if f := fault.As(err); f != nil {
			fmt.Printf("fault %s: %s\n", f.Code, f.Message)
		} else {
			fmt.Printf("no fault: %v\n", err)
		}
		return
	}
	readOnlyFolder, path := openFolder(t), blank(t)
	for _, c := range []struct {
		name, path string
		mode       os.FileMode
	}{{"file", path, 0o555}, {"folder", filepath.Join(readOnlyFolder, "new.db"), 0o555}} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "file" {
				if err := os.Chmod(c.path, 0o444); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(filepath.Dir(c.path), c.mode); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(filepath.Dir(c.path), 0o755) })
			out := runAsNobody(t, c.path)
			if !strings.Contains(out, "fault database_read_only: the database "+c.path) {
				t.Errorf("a read-only %s gives %s", c.name, out)
			}
		})
	}
}

func TestServerThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err = store.Open(ctx, store.Config{URL: "postgres://kwote:secret@" + address + "/kwote?sslmode=disable"})
	wantFault(t, err, "database_unreachable", "KWOTE_DATABASE_URL")
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the sentence gives the password away: %v", err)
	}
	_, err = store.Open(ctx, store.Config{URL: "not an address"})
	wantFault(t, err, "database_url_unreadable", "postgres://")
	_, err = store.Open(ctx, store.Config{})
	wantFault(t, err, "database_not_named")
}

func TestReadOnlyServer(t *testing.T) {
	storetest.EachEmpty(t, func(t *testing.T, c store.Config) {
		if c.URL == "" {
			return // files: TestReadOnly
		}
		join := "?"
		if strings.Contains(c.URL, "?") {
			join = "&"
		}
		db, err := store.Open(t.Context(), store.Config{URL: c.URL + join + "default_transaction_read_only=on"})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		wantFault(t, db.Migrate(t.Context()), "database_read_only")
	})
}

// runAsNobody runs this test in a copy of the program as a user for whom
// permissions hold: they do not hold for root.
func runAsNobody(t *testing.T, path string) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program, "-test.run=^"+strings.Split(t.Name(), "/")[0]+"$")
	if os.Getuid() == 0 {
		folder := openFolder(t)
		text, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		command.Path = filepath.Join(folder, "store.test")
		if err := os.WriteFile(command.Path, text, 0o755); err != nil {
			t.Fatal(err)
		}
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	command.Dir = "/"
	command.Env = append(os.Environ(), asNobody+"="+path)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// openFolder is a temporary folder that every user may enter.
func openFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, f := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(f, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"kwote/domain/assign"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/store"
)

// walk reads a list page by page and returns the ids.
func walk[T any](t *testing.T, db *store.DB, id func(T) string, page func(*store.Tx, query.Page) ([]T, string, error)) []string {
	t.Helper()
	var ids []string
	p := query.Page{Limit: 4}
	for range 1000 {
		var rows []T
		view(t, db, func(tx *store.Tx) (err error) { rows, p.After, err = page(tx, p); return err })
		for _, r := range rows {
			ids = append(ids, id(r))
		}
		if p.After == "" {
			return ids
		}
		if len(rows) != 4 {
			t.Fatalf("a page that is not the last has %d rows", len(rows))
		}
	}
	t.Fatal("the list does not end")
	return nil
}

// Pages proves that lists are complete, repeat nothing, keep their order where
// sort keys are equal, and obey their filters.
func Pages(t *testing.T, db *store.DB) {
	ctx := t.Context()
	w := NewWorld(t, db)
	update(t, db, func(tx *store.Tx) error {
		if err := tx.SaveNetwork(ctx, place.Network{ID: "net2", Name: "Other"}); err != nil {
			return err
		}
		for i := range 21 {
			l := place.Location{ID: fmt.Sprintf("p-%02d", 20-i), NetworkID: "net2", Name: []string{"Alpha", "Beta", "Éa_%"}[i%3], Country: "NO", TimeZone: "Europe/Oslo"}
			if err := tx.SaveLocation(ctx, l); err != nil {
				return err
			}
		}
		if err := tx.SaveUserGroup(ctx, person.Group{ID: "g", Name: "G"}); err != nil {
			return err
		}
		return tx.SaveUser(ctx, person.User{ID: "member", Name: "M", Email: "m@x.no", Groups: []string{"g"}})
	})
	locations := func(f query.LocationFilter) []string {
		return walk(t, db, func(l place.Location) string { return l.ID }, func(tx *store.Tx, p query.Page) ([]place.Location, string, error) {
			f.Page = p
			return tx.Locations(ctx, f)
		})
	}
	expect(t, "all locations", len(locations(query.LocationFilter{})), 24)
	got := locations(query.LocationFilter{NetworkID: "net2"})
	if want := sortedCopy(got); len(got) != 21 || len(slices.Compact(want)) != 21 {
		t.Errorf("21 locations are listed as %v", got)
	}
	if alphas := got[:7]; !slices.IsSorted(alphas) {
		t.Errorf("locations of one name are not in order of id: %v", alphas)
	}
	expect(t, "locations in Norway", len(locations(query.LocationFilter{Country: "NO"})), 21)
	expect(t, "a search regardless of case", len(locations(query.LocationFilter{Text: "éA_%"})), 7)
	expect(t, "a search for what LIKE treats as special", len(locations(query.LocationFilter{Text: "_%"})), 7)
	expect(t, "a search for nothing there", len(locations(query.LocationFilter{Text: "zz"})), 0)

	evses := walk(t, db, func(e place.EVSE) string { return e.ID }, func(tx *store.Tx, p query.Page) ([]place.EVSE, string, error) {
		return tx.EVSEs(ctx, query.EVSEFilter{NetworkID: "net", Text: "kwo*e1", Page: p})
	})
	if !slices.Equal(evses, []string{"evse-1-0", "evse-1-1", "evse-1-2", "evse-1-3"}) {
		t.Errorf("EVSEs of a search: %v", evses)
	}
	members := walk(t, db, func(u person.User) string { return u.ID }, func(tx *store.Tx, p query.Page) ([]person.User, string, error) {
		return tx.Users(ctx, query.UserFilter{GroupID: "g", Page: p})
	})
	if !slices.Equal(members, []string{"member"}) {
		t.Errorf("members of a group: %v", members)
	}
	err := db.View(ctx, func(tx *store.Tx) error {
		_, _, err := tx.Sessions(ctx, query.SessionFilter{Page: query.Page{After: query.Cursor("not a number", "x")}})
		return err
	})
	if f := fault.As(err); f == nil || f.Code != "cursor_unknown" {
		t.Errorf("a cursor of another list gives %v", err)
	}
	sessionPages(t, db, w)
}

func sessionPages(t *testing.T, db *store.DB, w World) {
	ctx := t.Context()
	records := w.Records(0, 60)
	for i := range records { // several start at the same instant
		records[i].Session.Facts.Start -= records[i].Session.Facts.Start % 3000
	}
	update(t, db, func(tx *store.Tx) error { _, err := tx.AddSessions(ctx, records); return err })
	sessions := func(f query.SessionFilter) []string {
		return walk(t, db, func(s query.SessionRow) string { return s.ID }, func(tx *store.Tx, p query.Page) ([]query.SessionRow, string, error) {
			f.Page = p
			return tx.Sessions(ctx, f)
		})
	}
	matching := func(keep func(query.SessionRecord) bool) []string {
		kept := slices.DeleteFunc(slices.Clone(records), func(s query.SessionRecord) bool { return !keep(s) })
		slices.SortFunc(kept, func(a, b query.SessionRecord) int {
			if a.Session.Facts.Start != b.Session.Facts.Start {
				return int(b.Session.Facts.Start - a.Session.Facts.Start)
			}
			if a.Session.ID < b.Session.ID {
				return 1
			}
			return -1
		})
		ids := make([]string, len(kept))
		for i, s := range kept {
			ids[i] = s.Session.ID
		}
		return ids
	}
	middle := records[30].Session.Facts.Start
	for _, c := range []struct {
		name   string
		filter query.SessionFilter
		keep   func(query.SessionRecord) bool
	}{
		{"all", query.SessionFilter{}, func(query.SessionRecord) bool { return true }},
		{"network", query.SessionFilter{NetworkID: "net2"}, func(query.SessionRecord) bool { return false }},
		{"location", query.SessionFilter{LocationID: "loc-1"}, func(s query.SessionRecord) bool { return s.Session.LocationID == "loc-1" }},
		{"evse", query.SessionFilter{EVSEID: "evse-2-1"}, func(s query.SessionRecord) bool { return s.Session.EVSEID == "evse-2-1" }},
		{"user", query.SessionFilter{UserID: "user-04"}, func(s query.SessionRecord) bool { return s.Session.UserID == "user-04" }},
		{"tariff", query.SessionFilter{Tariff: "tariff-1"}, func(s query.SessionRecord) bool {
			return s.Receipt != nil && s.Receipt.Receipt.Tariff.Name == "tariff-1"
		}},
		{"currency", query.SessionFilter{Currency: "NOK"}, func(s query.SessionRecord) bool {
			return s.Receipt != nil && s.Receipt.Receipt.Currency == "NOK"
		}},
		{"from", query.SessionFilter{From: middle}, func(s query.SessionRecord) bool { return s.Session.Facts.Start >= middle }},
		{"before", query.SessionFilter{Before: middle}, func(s query.SessionRecord) bool { return s.Session.Facts.Start < middle }},
		{"unpriced", query.SessionFilter{Status: query.Unpriced}, func(s query.SessionRecord) bool { return s.Receipt == nil }},
		{"priced", query.SessionFilter{Status: query.Priced}, func(s query.SessionRecord) bool { return s.Receipt != nil }},
		{"warning", query.SessionFilter{Warning: "long"}, func(s query.SessionRecord) bool { return len(s.Session.Warnings) > 0 }},
		{"warning in part", query.SessionFilter{Warning: "lon"}, func(query.SessionRecord) bool { return false }},
		{"any warning", query.SessionFilter{Warning: "*"}, func(s query.SessionRecord) bool { return len(s.Session.Warnings) > 0 }},
		{"external id", query.SessionFilter{Text: "cdr-17"}, func(s query.SessionRecord) bool { return s.Session.ExternalID == "cdr-17" }},
		{"driver's name", query.SessionFilter{Text: "driver 1"}, func(s query.SessionRecord) bool {
			return len(s.Session.UserID) > 0 && s.Session.UserID >= "user-10"
		}},
		{"location's name", query.SessionFilter{Text: "ÉLYSÉE loc-2"}, func(s query.SessionRecord) bool { return s.Session.LocationID == "loc-2" }},
	} {
		if got, want := sessions(c.filter), matching(c.keep); !slices.Equal(got, want) {
			t.Errorf("sessions by %s: %v\nwant %v", c.name, got, want)
		}
	}
}

// Rollback proves that a transaction that fails, panics or is cut off leaves
// nothing, and that one that succeeds leaves all.
func Rollback(t *testing.T, db *store.DB) {
	ctx := t.Context()
	boom := errors.New("boom")
	save := func(tx *store.Tx) error {
		return tx.SaveNetwork(ctx, place.Network{ID: "n", Name: "N", Precedence: assign.ByOrder})
	}
	if err := db.Update(ctx, func(tx *store.Tx) error { return errors.Join(save(tx), boom) }); !errors.Is(err, boom) {
		t.Errorf("the error of the transaction comes back as %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic inside a transaction is swallowed")
			}
		}()
		db.Update(ctx, func(tx *store.Tx) error { save(tx); panic("boom") })
	}()
	count := func() (n int) {
		view(t, db, func(tx *store.Tx) error { all, err := tx.Networks(ctx); n = len(all); return err })
		return n
	}
	expect(t, "networks after failures", count(), 0)
	update(t, db, save)
	expect(t, "networks after success", count(), 1)
	if err := db.View(ctx, func(tx *store.Tx) error {
		return tx.SaveNetwork(ctx, place.Network{ID: "m", Name: "M"})
	}); err == nil {
		t.Error("a view may write")
	}
	expect(t, "networks after writing in a view", count(), 1)
}

// Retries proves that of two transactions that wait for each other, the one
// that the database gives up is run again, so that both succeed.
func Retries(t *testing.T, db *store.DB) {
	ctx := t.Context()
	update(t, db, func(tx *store.Tx) error {
		return firstError(tx.SavePartner(ctx, place.Partner{ID: "a", Name: "A"}), tx.SavePartner(ctx, place.Partner{ID: "b", Name: "B"}))
	})
	var both sync.WaitGroup
	both.Add(2)
	results := make(chan error, 2)
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		go func() {
			first := true
			results <- db.Update(ctx, func(tx *store.Tx) error {
				for i, id := range order {
					p, err := tx.Partner(ctx, id)
					if err != nil {
						return err
					}
					if err := tx.SavePartner(ctx, p); err != nil {
						return err
					}
					if i == 0 && first && db.Engine() == store.Postgres { // SQLite has one writer: nobody waits for anybody
						first = false
						both.Done()
						both.Wait()
					}
				}
				return nil
			})
		}()
	}
	for range cap(results) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		a, err := tx.Partner(ctx, "a")
		b, err2 := tx.Partner(ctx, "b")
		expect(t, "versions after two changes each", [2]int64{a.Version, b.Version}, [2]int64{3, 3})
		return firstError(err, err2)
	})
}

func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func sortedCopy(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

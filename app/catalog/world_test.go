package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kwote/app/catalog"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/tariff"
	"kwote/store"
	"kwote/store/storetest"
)

// shelf lends the desk a real database.
type shelf struct{ db *store.DB }

func (s shelf) Update(ctx context.Context, do func(catalog.Tx) error) error {
	return s.db.Update(ctx, func(tx *store.Tx) error { return do(tx) })
}

// hesitant gives every transaction up once, after all of it, as a database does
// for another one's sake.
type hesitant struct{ shelf }

func (h hesitant) Update(ctx context.Context, do func(catalog.Tx) error) error {
	givenUp := errors.New("given up")
	err := h.shelf.Update(ctx, func(tx catalog.Tx) error { return errors.Join(do(tx), givenUp) })
	if err.Error() != givenUp.Error() {
		return err
	}
	return h.shelf.Update(ctx, do)
}

func (s shelf) View(ctx context.Context, do func(catalog.Tx) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(tx) })
}

var (
	today   = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	manager = access.Actor{Kind: access.Staff, ID: "staff-1", Name: "Ana", Roles: []access.Role{access.Pricing}}
	reader  = access.Actor{Kind: access.Key, ID: "key-1", Name: "dashboard", Roles: []access.Role{access.ReadOnly}}
)

// world is a desk with a small network to price: network main, partner mall,
// location lyon, EVSE FR*KWO*E1, user groups staff and fleet. Ids are the
// external ids with "id-" before them.
type world struct {
	t     *testing.T
	db    *store.DB
	clock *clock.Stepped
	desk  *catalog.Desk
}

func each(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := clock.NewStepped(today, false)
		w := &world{t: t, db: db, clock: c, desk: &catalog.Desk{Store: shelf{db}, Clock: c}}
		w.settle()
		run(t, w)
	})
}

func (w *world) settle() {
	w.t.Helper()
	ctx := w.t.Context()
	err := w.db.Update(ctx, func(tx *store.Tx) error {
		for _, do := range []func() error{
			func() error {
				return tx.SaveNetwork(ctx, place.Network{ID: "id-main", ExternalID: "main", Name: "Main", Precedence: assign.ByOrder})
			},
			func() error {
				return tx.SavePartner(ctx, place.Partner{ID: "id-mall", ExternalID: "mall", Name: "Mall"})
			},
			func() error {
				return tx.AddLocations(ctx, []place.Location{{ID: "id-lyon", ExternalID: "lyon", NetworkID: "id-main", PartnerID: "id-mall", Name: "Lyon", Country: "FR", TimeZone: "Europe/Paris"}})
			},
			func() error {
				return tx.AddEVSEs(ctx, []place.EVSE{{ID: "id-FR*KWO*E1", ExternalID: "FR*KWO*E1", LocationID: "id-lyon", Current: place.AC, Access: assign.Public}})
			},
			func() error {
				return tx.SaveUserGroup(ctx, person.Group{ID: "id-staff", ExternalID: "staff", Name: "Staff"})
			},
			func() error {
				return tx.SaveUserGroup(ctx, person.Group{ID: "id-fleet", ExternalID: "fleet", Name: "Fleet"})
			},
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() calendar.Instant { return calendar.Of(w.clock.Now()) }

func (w *world) step(d time.Duration) {
	w.t.Helper()
	if _, err := w.clock.Advance(d); err != nil {
		w.t.Fatal(err)
	}
}

// events are all events from the oldest on.
func (w *world) events() []query.Event {
	w.t.Helper()
	var all []query.Event
	err := w.db.View(w.t.Context(), func(tx *store.Tx) (err error) {
		all, _, err = tx.Events(w.t.Context(), query.EventFilter{Page: query.Page{Limit: query.LargestPage}})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

// wantEvents compares the types of the events from the n-th on.
func (w *world) wantEvents(what string, n int, want ...event.Type) {
	w.t.Helper()
	var got []event.Type
	for _, e := range w.events()[n:] {
		got = append(got, e.Type)
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("%s leaves the events %v, want %v", what, got, want)
	}
}

func (w *world) publish(doc tariff.Document, from calendar.Instant) catalog.Published {
	w.t.Helper()
	p, err := w.desk.Publish(w.t.Context(), manager, doc, from, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// versions tells a tariff's versions, newest first, as "number@from".
func (w *world) versions(name string) string {
	w.t.Helper()
	_, versions, err := w.desk.Tariff(w.t.Context(), reader, name)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, v := range versions {
		out = append(out, fmt.Sprintf("%d@%d", v.Number, v.From))
	}
	return strings.Join(out, " ")
}

// flat is a tariff with one price for energy.
func flat(t *testing.T, name, price string) tariff.Document {
	t.Helper()
	return decode(t, fmt.Sprintf("{tariff: %s, currency: EUR, prices: with tax, energy: [{price: %s/kWh}]}", name, price))
}

func decode(t *testing.T, src string) tariff.Document {
	t.Helper()
	doc, err := tariff.Decode([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func read(t *testing.T, src string) catalog.File {
	t.Helper()
	f, err := catalog.ReadFile([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind, code, field string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Code != code || f.Field != field {
		t.Errorf("%s: error is %v, want kind %d code %s field %q", what, err, kind, code, field)
	}
}

// wantIssues compares a fault's findings, written as "code field".
func wantIssues(t *testing.T, what string, err error, code string, want ...string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != fault.Invalid || f.Code != code {
		t.Errorf("%s: error is %v, want an invalid %s", what, err, code)
		return
	}
	var got []string
	for _, i := range f.Issues {
		got = append(got, i.Code+" "+i.Field)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: findings %q, want %q", what, got, want)
	}
}

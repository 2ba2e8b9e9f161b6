package charging_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/store"
	"kwote/store/storetest"
)

// shelf lends a desk a real database.
type shelf[T any] struct {
	db *store.DB
	as func(*store.Tx) T
}

func (s shelf[T]) Update(ctx context.Context, do func(T) error) error {
	return s.db.Update(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

// hesitant gives every transaction up once, after all of it, as a database does
// for another one's sake.
type hesitant[T any] struct{ shelf[T] }

func (h hesitant[T]) Update(ctx context.Context, do func(T) error) error {
	givenUp := errors.New("given up")
	err := h.shelf.Update(ctx, func(tx T) error { return errors.Join(do(tx), givenUp) })
	if err.Error() != givenUp.Error() {
		return err
	}
	return h.shelf.Update(ctx, do)
}

func (s shelf[T]) View(ctx context.Context, do func(T) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

var (
	today   = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC) // a Monday
	manager = access.Actor{Kind: access.Staff, ID: "staff-1", Name: "Ana", Roles: []access.Role{access.Pricing}}
	reader  = access.Actor{Kind: access.Key, ID: "key-1", Name: "dashboard", Roles: []access.Role{access.ReadOnly}}
)

// world is a desk with people: ada of staff, ben of partner mall, eve of both,
// roy who roams, dee who is nothing of all that; tokens of ada (AD01), of dee
// (DE01) and of nobody (NO01). Ids are the external ids with "id-" before them.
type world struct {
	t       *testing.T
	db      *store.DB
	clock   *clock.Stepped
	desk    *charging.Desk
	catalog *catalog.Desk
}

func each(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { run(t, newWorld(t, db)) })
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	c := clock.NewStepped(today, false)
	w := &world{t: t, db: db, clock: c,
		desk:    charging.New(shelf[charging.Tx]{db, func(tx *store.Tx) charging.Tx { return tx }}, c),
		catalog: &catalog.Desk{Store: shelf[catalog.Tx]{db, func(tx *store.Tx) catalog.Tx { return tx }}, Clock: c}}
	w.update(func(ctx context.Context, tx *store.Tx) error {
		for _, p := range []place.Partner{{ID: "id-mall", ExternalID: "mall", Name: "Mall"}, {ID: "id-hotel", ExternalID: "hotel", Name: "Hotel"}} {
			if err := tx.SavePartner(ctx, p); err != nil {
				return err
			}
		}
		for _, g := range []string{"staff", "fleet"} {
			if err := tx.SaveUserGroup(ctx, person.Group{ID: "id-" + g, ExternalID: g, Name: g}); err != nil {
				return err
			}
		}
		for _, u := range []person.User{
			{ID: "id-ada", ExternalID: "ada", Name: "Ada", Groups: []string{"id-staff"}},
			{ID: "id-ben", ExternalID: "ben", Name: "Ben", PartnerID: "id-mall"},
			{ID: "id-eve", ExternalID: "eve", Name: "Eve", PartnerID: "id-mall", Groups: []string{"id-staff", "id-fleet"}},
			{ID: "id-roy", ExternalID: "roy", Name: "Roy", Roaming: true},
			{ID: "id-dee", ExternalID: "dee", Name: "Dee"},
		} {
			if err := tx.SaveUser(ctx, u); err != nil {
				return err
			}
		}
		for uid, user := range map[string]string{"AD01": "id-ada", "DE01": "id-dee", "NO01": ""} {
			if err := tx.SaveToken(ctx, person.Token{ID: "id-" + uid, UID: uid, Kind: person.RFID, UserID: user, Status: person.TokenValid}); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// site adds a network of one location and one public EVSE: "X-net", "X-loc"
// and "X-evse", where partner mall owns the place.
func (w *world) site(name string, rule assign.Precedence, change ...func(*place.Network, *place.Location, *place.EVSE)) {
	w.t.Helper()
	n := place.Network{ID: "id-" + name + "-net", ExternalID: name + "-net", Name: name, Precedence: rule}
	l := place.Location{ID: "id-" + name + "-loc", ExternalID: name + "-loc", NetworkID: n.ID, PartnerID: "id-mall", Name: name, Country: "FR", TimeZone: "Europe/Paris"}
	e := place.EVSE{ID: "id-" + name + "-evse", ExternalID: name + "-evse", LocationID: l.ID, Current: place.AC, MaxPower: 22 * energy.KW, Access: assign.Public}
	for _, c := range change {
		c(&n, &l, &e)
	}
	w.update(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SaveNetwork(ctx, n); err != nil {
			return err
		}
		if err := tx.AddLocations(ctx, []place.Location{l}); err != nil {
			return err
		}
		return tx.AddEVSEs(ctx, []place.EVSE{e})
	})
}

// prices takes in a catalogue file.
func (w *world) prices(src string) {
	w.t.Helper()
	w.pricesFrom(src, 0)
}

func (w *world) pricesFrom(src string, from calendar.Instant) {
	w.t.Helper()
	f, err := catalog.ReadFile([]byte(src))
	if err == nil {
		_, err = w.catalog.Import(w.t.Context(), manager, f, from)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) update(do func(ctx context.Context, tx *store.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.db.Update(ctx, func(tx *store.Tx) error { return do(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) view(do func(ctx context.Context, tx *store.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.db.View(ctx, func(tx *store.Tx) error { return do(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() calendar.Instant { return calendar.Of(w.clock.Now()) }

// events are all events of the types, or of any type, from the oldest on.
func (w *world) events(types ...event.Type) (all []query.Event) {
	w.t.Helper()
	w.view(func(ctx context.Context, tx *store.Tx) error {
		for after := ""; ; {
			page, next, err := tx.Events(ctx, query.EventFilter{Page: query.Page{After: after, Limit: query.LargestPage}})
			if err != nil {
				return err
			}
			for _, e := range page {
				if len(types) == 0 || slices.Contains(types, e.Type) {
					all = append(all, e)
				}
			}
			if after = next; after == "" {
				break
			}
		}
		slices.Reverse(all)
		return nil
	})
	return all
}

func (w *world) resolve(q charging.Question) charging.Answer {
	w.t.Helper()
	a, err := w.desk.Resolve(w.t.Context(), reader, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) record(r charging.Report) charging.Detail {
	w.t.Helper()
	d, err := w.desk.Record(w.t.Context(), manager, r)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// sums checks that the takings are what the sessions add up to.
func (w *world) sums() {
	w.t.Helper()
	w.view(func(ctx context.Context, tx *store.Tx) error {
		wrong, err := tx.TakingsDifferences(ctx)
		if len(wrong) > 0 {
			w.t.Errorf("takings differ from the sessions: %s", strings.Join(wrong, "; "))
		}
		return err
	})
}

// even is a session that charges evenly from start to end.
func even(start calendar.Instant, seconds int64, q energy.Quantity) session.Facts {
	end := start + calendar.Instant(seconds)
	return session.Facts{Start: start, End: end, Readings: []session.Reading{{At: start}, {At: end, Import: q}}}
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind, code, field string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Code != code || f.Field != field {
		t.Errorf("%s: error is %v, want kind %d code %s field %q", what, err, kind, code, field)
	}
}

// tariffs are prices for many tests, all for energy only but the last.
const tariffs = `
tariffs:
  - {tariff: cheap, currency: EUR, prices: with tax, energy: [{price: 0.10/kWh}]}
  - {tariff: middle, currency: EUR, prices: with tax, energy: [{price: 0.30/kWh}]}
  - {tariff: dear, currency: EUR, prices: with tax, energy: [{price: 0.50/kWh}]}
  - {tariff: net, currency: EUR, prices: without tax, energy: [{price: 0.28/kWh}]}
  - {tariff: crown, currency: NOK, prices: with tax, energy: [{price: 1.00/kWh}]}
  - {tariff: fee, currency: EUR, prices: with tax, energy: [{price: 0.05/kWh}], session: [{price: 2.00}]}
`

package places_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"kwote/app/places"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/tariff"
	"kwote/store"
	"kwote/store/storetest"
)

// shelf lends the desk a real database.
type shelf struct{ db *store.DB }

func (s shelf) Update(ctx context.Context, do func(places.Tx) error) error {
	return s.db.Update(ctx, func(tx *store.Tx) error { return do(tx) })
}

func (s shelf) View(ctx context.Context, do func(places.Tx) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(tx) })
}

var (
	today   = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	manager = access.Actor{Kind: access.Staff, ID: "staff-1", Name: "Ana", Roles: []access.Role{access.Pricing}}
	reader  = access.Actor{Kind: access.Key, ID: "key-1", Name: "dashboard", Roles: []access.Role{access.ReadOnly}}
)

func each(t *testing.T, run func(t *testing.T, d *places.Desk, db *store.DB)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		run(t, &places.Desk{Store: shelf{db}, Clock: clock.Fixed(today)}, db)
	})
}

// ground is a saved network with one location and one EVSE.
type ground struct {
	network  place.Network
	partner  place.Partner
	location place.Location
	evse     place.EVSE
}

func lay(t *testing.T, d *places.Desk) (g ground) {
	t.Helper()
	var err error
	if g.network, err = d.SaveNetwork(t.Context(), manager, place.Network{ExternalID: "net", Name: "Network"}); err != nil {
		t.Fatal(err)
	}
	if g.partner, err = d.SavePartner(t.Context(), manager, place.Partner{ExternalID: "mall", Name: "Mall"}); err != nil {
		t.Fatal(err)
	}
	if g.location, err = d.SaveLocation(t.Context(), manager, place.Location{ExternalID: "lyon", NetworkID: g.network.ID, PartnerID: g.partner.ID,
		Name: "Lyon", City: "Lyon", Country: "FR", TimeZone: "Europe/Paris"}); err != nil {
		t.Fatal(err)
	}
	if g.evse, err = d.SaveEVSE(t.Context(), manager, place.EVSE{ExternalID: "FR*KWO*E1", LocationID: g.location.ID, Current: place.AC,
		MaxPower: 22_000 * energy.W, Access: assign.Public}); err != nil {
		t.Fatal(err)
	}
	return g
}

func events(t *testing.T, db *store.DB) []query.Event {
	t.Helper()
	var all []query.Event
	err := db.View(t.Context(), func(tx *store.Tx) (err error) {
		all, _, err = tx.Events(t.Context(), query.EventFilter{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind, code, field string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Code != code || f.Field != field {
		t.Errorf("%s: error is %v, want kind %d code %s field %q", what, err, kind, code, field)
	}
}

func TestEveryChangeLeavesAnEvent(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, db *store.DB) {
		g := lay(t, d)
		got := events(t, db)
		want := []struct {
			kind event.Type
			id   string
			data string
		}{
			{event.NetworkSaved, g.network.ID, `"precedence":"by-order"`},
			{event.PartnerSaved, g.partner.ID, `"name":"Mall"`},
			{event.LocationSaved, g.location.ID, `"timeZone":"Europe/Paris"`},
			{event.EVSESaved, g.evse.ID, `"maxPowerKw":"22"`},
		}
		if len(got) != len(want) {
			t.Fatalf("%d events, want %d", len(got), len(want))
		}
		for i, w := range want {
			e := got[i]
			if e.Type != w.kind || e.Subject.ID != w.id || e.Actor.ID != "staff-1" || e.At != calendar.Of(today) {
				t.Errorf("event %d is %+v, want %s of %s by staff-1", i, e.Event, w.kind, w.id)
			}
			if !json.Valid(e.Data) || !strings.Contains(string(e.Data), w.data) {
				t.Errorf("event %d holds %s, want %s", i, e.Data, w.data)
			}
		}
	})
}

func TestStale(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, db *store.DB) {
		g := lay(t, d)
		first := g.location
		first.TimeZone = "Europe/Madrid"
		first, err := d.SaveLocation(t.Context(), manager, first)
		if err != nil || first.Version != 2 {
			t.Fatalf("a change of the time zone: version %d, %v", first.Version, err)
		}
		second := g.location // read before the change
		second.Name = "Lyon Part-Dieu"
		_, err = d.SaveLocation(t.Context(), manager, second)
		wantFault(t, "second writer", err, fault.Stale, "stale", "")
		if n := len(events(t, db)); n != 5 {
			t.Errorf("%d events, want none of the refused change", n)
		}
		second.Version = 0
		if second, err = d.SaveLocation(t.Context(), manager, second); err != nil || second.Version != 3 {
			t.Errorf("without a version the change goes through: version %d, %v", second.Version, err)
		}
	})
}

func TestUpsert(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, db *store.DB) {
		g := lay(t, d)
		again := g.evse
		again.ID, again.Version = "", 0
		same, err := d.SaveEVSE(t.Context(), manager, again)
		if err != nil || same != g.evse {
			t.Errorf("repeated: %+v, %v; want %+v", same, err, g.evse)
		}
		if n := len(events(t, db)); n != 4 {
			t.Errorf("%d events, want 4: a repetition changes nothing", n)
		}
		again.Current = place.DC
		changed, err := d.SaveEVSE(t.Context(), manager, again)
		if err != nil || changed.ID != g.evse.ID || changed.Version != 2 {
			t.Errorf("changed by external id: %+v, %v", changed, err)
		}
		again.ExternalID, again.Version = "FR*KWO*E2", 7
		_, err = d.SaveEVSE(t.Context(), manager, again)
		wantFault(t, "a version of nothing", err, fault.NotFound, "evse_not_found", "version")

		clash := place.Partner{ExternalID: "", Name: "Other"}
		other, err := d.SavePartner(t.Context(), manager, clash)
		if err != nil {
			t.Fatal(err)
		}
		other.ExternalID = g.partner.ExternalID
		_, err = d.SavePartner(t.Context(), manager, other)
		wantFault(t, "the external id of another", err, fault.Conflict, "already_exists", "externalId")
	})
}

func TestUnknownReferences(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, db *store.DB) {
		g := lay(t, d)
		ctx := t.Context()

		l := g.location
		l.NetworkID = "nowhere"
		_, err := d.SaveLocation(ctx, manager, l)
		wantFault(t, "network", err, fault.Invalid, "reference_unknown", "networkId")
		l = g.location
		l.PartnerID = "nobody"
		_, err = d.SaveLocation(ctx, manager, l)
		wantFault(t, "partner", err, fault.Invalid, "reference_unknown", "partnerId")

		e := g.evse
		e.LocationID = "nowhere"
		_, err = d.SaveEVSE(ctx, manager, e)
		wantFault(t, "location", err, fault.Invalid, "reference_unknown", "locationId")
		_, _, err = d.AddAll(ctx, manager, nil, []place.EVSE{e})
		wantFault(t, "location in bulk", err, fault.Invalid, "reference_unknown", "evses[0].locationId")

		n := g.network
		n.DefaultTariff = "ghost"
		_, err = d.SaveNetwork(ctx, manager, n)
		wantFault(t, "tariff", err, fault.Invalid, "reference_unknown", "defaultTariff")
		err = db.Update(ctx, func(tx *store.Tx) error { return tx.SaveTariff(ctx, tariff.Tariff{ID: "t", Name: "ghost"}) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err = d.SaveNetwork(ctx, manager, n); err != nil {
			t.Errorf("a default tariff that exists: %v", err)
		}

		_, err = d.SaveLocation(ctx, manager, place.Location{ID: "mine", NetworkID: g.network.ID, Name: "x", Country: "FR", TimeZone: "Europe/Paris"})
		wantFault(t, "an id that nothing has", err, fault.NotFound, "location_not_found", "")
		own, err := d.SaveLocation(ctx, access.Kwote, place.Location{ID: "mine", NetworkID: g.network.ID, Name: "x", Country: "FR", TimeZone: "Europe/Paris"})
		if err != nil || own.ID != "mine" || own.Version != 1 {
			t.Errorf("the system seeds with its own ids: %+v, %v", own, err)
		}
	})
}

func TestInvalidPlaces(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, db *store.DB) {
		ctx := t.Context()
		_, err := d.SaveNetwork(ctx, manager, place.Network{})
		wantFault(t, "nameless network", err, fault.Invalid, "required", "name")
		_, err = d.SaveNetwork(ctx, manager, place.Network{Name: "x", Precedence: "dearest"})
		wantFault(t, "precedence", err, fault.Invalid, "precedence_unknown", "precedence")
		_, err = d.SavePartner(ctx, manager, place.Partner{})
		wantFault(t, "nameless partner", err, fault.Invalid, "required", "name")
		_, _, err = d.AddAll(ctx, manager, []place.Location{{Name: "x", Country: "FR", TimeZone: "Mars/Olympus"}}, []place.EVSE{{}})
		f := fault.As(err)
		if f == nil || f.Code != "places_invalid" || len(f.Issues) < 3 || f.Issues[0].Field != "locations[0].timeZone" || f.Issues[1].Field != "evses[0].locationId" {
			t.Errorf("bulk: error is %v, want every issue with its place in the lists", err)
		}
		if n := len(events(t, db)); n != 0 {
			t.Errorf("%d events of refused changes", n)
		}
	})
}

func TestAddAll(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, db *store.DB) {
		g := lay(t, d)
		ctx := t.Context()
		before := len(events(t, db))
		locations := []place.Location{{ID: "bulk", NetworkID: g.network.ID, Name: "Bulk", Country: "NO", TimeZone: "Europe/Oslo"}}
		evses := make([]place.EVSE, 4500)
		for i := range evses {
			evses[i] = place.EVSE{Name: "point", LocationID: "bulk", Current: place.DC, Access: assign.Private}
		}
		gotLocations, got, err := d.AddAll(ctx, manager, locations, evses)
		if err != nil {
			t.Fatal(err)
		}
		if gotLocations[0].ID != "bulk" || gotLocations[0].Version != 1 || got[0].ID == "" || got[0].ID == got[1].ID || evses[0].ID != "" {
			t.Errorf("added %+v and %+v; the caller's own list has id %q", gotLocations[0], got[0], evses[0].ID)
		}
		counts, err := d.Counts(ctx, reader)
		if err != nil || counts.EVSEs != 4501 || counts.Locations != 2 {
			t.Errorf("counts %+v, %v", counts, err)
		}
		if n := len(events(t, db)) - before; n != 4 {
			t.Errorf("%d events, want one for the locations and three for 4,500 EVSEs", n)
		}
		saved := got[7]
		saved.Current = place.AC
		if _, err := d.SaveEVSE(ctx, manager, saved); err != nil {
			t.Errorf("what was added in bulk can be changed: %v", err)
		}
	})
}

func TestLists(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, _ *store.DB) {
		g := lay(t, d)
		ctx := t.Context()
		for _, name := range []string{"Brest", "Arles", "Paris"} {
			l := g.location
			l.ID, l.ExternalID, l.Name, l.Version = "", "", name, 0
			if _, err := d.SaveLocation(ctx, manager, l); err != nil {
				t.Fatal(err)
			}
		}
		var names []string
		for after, more := "", true; more; more = after != "" {
			all, next, err := d.Locations(ctx, reader, query.LocationFilter{Page: query.Page{After: after, Limit: 3}})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range all {
				names = append(names, l.Name)
			}
			after = next
		}
		if got := strings.Join(names, " "); got != "Arles Brest Lyon Paris" {
			t.Errorf("listed %q", got)
		}
		if l, err := d.LocationByExternalID(ctx, reader, "lyon"); err != nil || l != g.location {
			t.Errorf("by external id: %+v, %v", l, err)
		}
		if e, err := d.EVSEByExternalID(ctx, reader, "FR*KWO*E1"); err != nil || e != g.evse {
			t.Errorf("by EVSE ID: %+v, %v", e, err)
		}
		_, err := d.Network(ctx, reader, "nothing")
		wantFault(t, "unknown network", err, fault.NotFound, "network_not_found", "")
	})
}

func TestRights(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, db *store.DB) {
		g := lay(t, d)
		ctx := t.Context()
		before := len(events(t, db))
		changes := map[string]func(by access.Actor) error{
			"network":  func(by access.Actor) error { _, err := d.SaveNetwork(ctx, by, g.network); return err },
			"partner":  func(by access.Actor) error { _, err := d.SavePartner(ctx, by, g.partner); return err },
			"location": func(by access.Actor) error { _, err := d.SaveLocation(ctx, by, g.location); return err },
			"evse":     func(by access.Actor) error { _, err := d.SaveEVSE(ctx, by, g.evse); return err },
			"bulk":     func(by access.Actor) error { _, _, err := d.AddAll(ctx, by, nil, []place.EVSE{g.evse}); return err },
		}
		for name, change := range changes {
			wantFault(t, name+" by a reader", change(reader), fault.Denied, "not_allowed", "")
			wantFault(t, name+" by nobody", change(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
		}
		questions := map[string]func(by access.Actor) error{
			"networks":    func(by access.Actor) error { _, err := d.Networks(ctx, by); return err },
			"network":     func(by access.Actor) error { _, err := d.Network(ctx, by, g.network.ID); return err },
			"network by":  func(by access.Actor) error { _, err := d.NetworkByExternalID(ctx, by, "net"); return err },
			"partners":    func(by access.Actor) error { _, _, err := d.Partners(ctx, by, query.PartnerFilter{}); return err },
			"partner":     func(by access.Actor) error { _, err := d.Partner(ctx, by, g.partner.ID); return err },
			"partner by":  func(by access.Actor) error { _, err := d.PartnerByExternalID(ctx, by, "mall"); return err },
			"locations":   func(by access.Actor) error { _, _, err := d.Locations(ctx, by, query.LocationFilter{}); return err },
			"location":    func(by access.Actor) error { _, err := d.Location(ctx, by, g.location.ID); return err },
			"location by": func(by access.Actor) error { _, err := d.LocationByExternalID(ctx, by, "lyon"); return err },
			"evses":       func(by access.Actor) error { _, _, err := d.EVSEs(ctx, by, query.EVSEFilter{}); return err },
			"evse":        func(by access.Actor) error { _, err := d.EVSE(ctx, by, g.evse.ID); return err },
			"evse by":     func(by access.Actor) error { _, err := d.EVSEByExternalID(ctx, by, "FR*KWO*E1"); return err },
			"counts":      func(by access.Actor) error { _, err := d.Counts(ctx, by); return err },
		}
		for name, ask := range questions {
			if err := ask(reader); err != nil {
				t.Errorf("%s by a reader: %v", name, err)
			}
			wantFault(t, name+" by nobody", ask(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
			wantFault(t, name+" by a driver", ask(access.Actor{Kind: access.User, ID: "u"}), fault.Denied, "not_allowed", "")
		}
		if n := len(events(t, db)); n != before {
			t.Errorf("%d events of refused changes", n-before)
		}
	})
}

func TestNames(t *testing.T) {
	each(t, func(t *testing.T, d *places.Desk, _ *store.DB) {
		ctx, g := t.Context(), lay(t, d)
		for _, c := range []struct{ field, name, externalID, code string }{
			{"name", " \t", "X", "blank"}, {"name", "a\x00b", "X", "text_unreadable"}, {"externalId", "A", "  ", "external_id_invalid"},
			{"externalId", "A", "..", "external_id_invalid"}, {"externalId", "A", "x\ny", "external_id_invalid"}, {"externalId", "A", "\xff", "text_unreadable"},
		} {
			l, e := g.location, place.EVSE{LocationID: g.location.ID, Name: c.name, ExternalID: c.externalID, Current: place.AC, Access: assign.Public}
			l.ID, l.Version, l.Name, l.ExternalID = "", 0, c.name, c.externalID
			_, network := d.SaveNetwork(ctx, access.Kwote, place.Network{Name: c.name, ExternalID: c.externalID})
			_, partner := d.SavePartner(ctx, access.Kwote, place.Partner{Name: c.name, ExternalID: c.externalID})
			_, location := d.SaveLocation(ctx, access.Kwote, l)
			_, evse := d.SaveEVSE(ctx, access.Kwote, e)
			_, _, both := d.AddAll(ctx, access.Kwote, []place.Location{l}, []place.EVSE{e})
			for what, err := range map[string]error{"network": network, "partner": partner} {
				wantFault(t, what, err, fault.Invalid, c.code, c.field)
			}
			for what, err := range map[string]error{"location": location, "evse": evse, "many": both} {
				f := fault.As(err)
				if f == nil || len(f.Issues) == 0 || f.Issues[0].Code != c.code || !strings.HasSuffix(f.Issues[0].Field, c.field) {
					t.Errorf("%s called %q %q: %v", what, c.name, c.externalID, err)
				}
			}
		}
		p, err := d.SavePartner(ctx, access.Kwote, place.Partner{Name: "  Acme ", ExternalID: "trim"})
		if err != nil || p.Name != "Acme" {
			t.Errorf("a name with spaces around is kept as %q, %v", p.Name, err)
		}
	})
}

package charging_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/store"
)

func TestRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.prices(tariffs)
		w.site("x", assign.ByOrder)
		w.site("y", assign.ByOrder)
		w.prices(`groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: middle, for: everyone}]}]`)
		facts := even(w.now()-7200, 3600, 12_345*energy.KWh/1000)
		told := charging.Report{ExternalID: "s-1", EVSE: "x-evse", Token: "AD01", Facts: facts}
		d := w.record(told)
		if d.Session.UserID != "id-ada" || d.Session.TokenID != "id-AD01" || d.Session.LocationID != "id-x-loc" || d.Session.Version != 1 ||
			d.Row.Total != (money.Amount{Minor: 370, Currency: "EUR"}) || d.Row.ReceiptID != d.Receipt.ID || len(d.Receipts) != 1 || d.Row.ChargingTime != 3600 {
			t.Errorf("recorded %+v", d)
		}
		repeated := told // what arrives again may be out of order and doubled
		repeated.Facts.Readings = []session.Reading{facts.Readings[1], facts.Readings[0], facts.Readings[1]}
		if again := w.record(repeated); again.Session.ID != d.Session.ID || again.Receipt.ID != d.Receipt.ID {
			t.Errorf("the same session again is %+v", again.Session)
		}
		issued, v, err := w.desk.Receipt(ctx, reader, d.Receipt.ID)
		if err != nil || issued.SessionID != d.Session.ID || v.ID != d.Version.ID {
			t.Errorf("the receipt by its id: %+v, %v", issued, err)
		}
		events := w.events(event.SessionRecorded, event.SessionPriced)
		if len(events) != 2 || events[0].Type != event.SessionRecorded || events[1].Type != event.SessionPriced ||
			events[0].Subject.ID != d.Session.ID || events[0].Actor.ID != manager.ID ||
			!strings.Contains(string(events[1].Data), `"total":"3.70"`) || !strings.Contains(string(events[1].Data), `"energyKwh":"12.345"`) {
			t.Errorf("events %+v", events)
		}

		differs := map[string]func(*charging.Report){
			"other energy": func(r *charging.Report) { r.Facts = even(facts.Start, 3600, energy.KWh) },
			"other end":    func(r *charging.Report) { r.Facts = even(facts.Start, 3601, facts.Energy()) },
			"another state": func(r *charging.Report) {
				r.Facts.Changes = []session.Change{{At: facts.Start + 60, State: session.Idle}}
			},
			"another driver": func(r *charging.Report) { r.Token, r.User = "", "dee" },
			"nobody":         func(r *charging.Report) { r.Token = "" },
			"another token":  func(r *charging.Report) { r.Token = "DE01" },
		}
		for what, change := range differs {
			r := told
			change(&r)
			_, err := w.desk.Record(ctx, manager, r)
			wantFault(t, what, err, fault.Conflict, "session_differs", "externalId")
		}
		w.update(func(ctx context.Context, tx *store.Tx) error {
			return tx.AddEVSEs(ctx, []place.EVSE{{ID: "id-x2", ExternalID: "x2", LocationID: "id-x-loc", Current: place.AC, Access: assign.Public}})
		})
		elsewhere := told
		elsewhere.EVSE = "x2"
		_, err = w.desk.Record(ctx, manager, elsewhere)
		wantFault(t, "another EVSE", err, fault.Conflict, "session_differs", "externalId")
		elsewhere.EVSE = "y-evse" // external ids are unique within a network
		if other := w.record(elsewhere); other.Session.ID == d.Session.ID || other.Row.Unpriced != charging.NoTariff {
			t.Errorf("the same external id in another network is %+v", other.Row)
		}
		told.ExternalID = ""
		if a, b := w.record(told), w.record(told); a.Session.ID == b.Session.ID {
			t.Error("without an external id a session cannot be recognised, but it was")
		}
		w.sums()
	})
}

func TestRecordRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		start := w.now()
		good := charging.Report{ExternalID: "s", EVSE: "x-evse", Facts: even(start, 60, energy.KWh)}
		for what, c := range map[string]struct {
			change      func(*charging.Report)
			kind        fault.Kind
			code, field string
		}{
			"no EVSE":         {func(r *charging.Report) { r.EVSE = "" }, fault.Invalid, "required", "evse"},
			"unknown EVSE":    {func(r *charging.Report) { r.EVSE = "ghost" }, fault.NotFound, "reference_unknown", "evse"},
			"unknown user":    {func(r *charging.Report) { r.User = "ghost" }, fault.NotFound, "reference_unknown", "user"},
			"unknown token":   {func(r *charging.Report) { r.Token = "ghost" }, fault.NotFound, "reference_unknown", "token"},
			"end first":       {func(r *charging.Report) { r.Facts.End = start - 1 }, fault.Invalid, "session_end_before_start", "end"},
			"no length":       {func(r *charging.Report) { r.Facts = session.Facts{Start: start, End: start} }, fault.Invalid, session.ZeroLength, "end"},
			"falling meter":   {func(r *charging.Report) { r.Facts.Readings[1].Import = -1 }, fault.Invalid, "reading_falls", "readings"},
			"reading outside": {func(r *charging.Report) { r.Facts.Readings[1].At = start + 61 }, fault.Invalid, "reading_outside_session", "readings"},
			"endless energy":  {func(r *charging.Report) { r.Facts.Readings[1].Import = 1_000_001 * energy.KWh }, fault.Invalid, "energy_out_of_range", "readings"},
		} {
			r := good
			r.Facts = even(start, 60, energy.KWh)
			c.change(&r)
			_, err := w.desk.Record(t.Context(), manager, r)
			wantFault(t, what, err, c.kind, c.code, c.field)
		}
		rows, _, err := w.desk.Sessions(t.Context(), reader, query.SessionFilter{})
		if err != nil || len(rows) != 0 || len(w.events()) != 0 {
			t.Errorf("refused sessions left %+v and %d events, %v", rows, len(w.events()), err)
		}
	})
}

// meeting is a transaction that looks for a session together with another one:
// both find nothing.
type meeting struct {
	charging.Tx
	both *sync.WaitGroup
	met  bool
}

func (m *meeting) SessionByExternalID(ctx context.Context, network, id string) (session.Session, error) {
	s, err := m.Tx.SessionByExternalID(ctx, network, id)
	if !m.met {
		m.met = true
		m.both.Done()
		m.both.Wait()
	}
	return s, err
}

// TestRecordRace tells of one session twice at once.
func TestRecordRace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		w.site("x", assign.ByOrder)
		w.prices(`groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: middle, for: everyone}]}]`)
		if w.db.Engine() == store.Postgres { // SQLite has one writer: nobody meets
			var both sync.WaitGroup
			both.Add(2)
			w.desk.Store = shelf[charging.Tx]{w.db, func(tx *store.Tx) charging.Tx { return &meeting{Tx: tx, both: &both} }}
		}
		var ids [2]string
		var errs [2]error
		var both sync.WaitGroup
		for i := range ids {
			both.Go(func() {
				d, err := w.desk.Record(t.Context(), manager, charging.Report{ExternalID: "s", EVSE: "x-evse", Facts: even(w.now(), 60, energy.KWh)})
				ids[i], errs[i] = d.Session.ID, err
			})
		}
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil || ids[0] != ids[1] {
			t.Errorf("recorded as %v, %v", ids, err)
		}
		if n := len(w.events(event.SessionRecorded, event.SessionPriced)); n != 2 {
			t.Errorf("one session leaves %d events, want 2", n)
		}
		w.sums()
	})
}

// TestVersionAtSessionStart records sessions around a scheduled change of
// price: each keeps the version with which it began.
func TestVersionAtSessionStart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.prices(`
tariffs: [{tariff: rapid, currency: EUR, prices: no tax, energy: [{price: 0.30/kWh}]}]
groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: rapid, for: everyone}]}]`)
		change := w.now() + 3600
		w.pricesFrom(`tariffs: [{tariff: rapid, currency: EUR, prices: no tax, energy: [{price: 0.50/kWh}]}]`, change)
		if _, err := w.clock.Advance(3 * time.Hour); err != nil {
			t.Fatal(err)
		}
		for start, want := range map[calendar.Instant]string{change - 7200: "1: 3.00", change - 1: "1: 3.00", change: "2: 5.00", change + 60: "2: 5.00"} {
			d := w.record(charging.Report{EVSE: "x-evse", Facts: even(start, 5400, 10*energy.KWh)})
			a := w.resolve(charging.Question{EVSE: "x-evse", At: start})
			if got := fmt.Sprintf("%d: %s", d.Version.Number, d.Row.Total); got != want || a.Version.ID != d.Version.ID {
				t.Errorf("a session from %d s after the change is priced by version %s, want %s", start-change, got, want)
			}
		}
		w.site("new", assign.ByOrder)
		w.pricesFrom(`
tariffs: [{tariff: late, currency: EUR, prices: no tax, energy: [{price: 0.30/kWh}]}]
groups: [{group: h, attach: [{network: new-net}], tariffs: [{tariff: late, for: everyone}]}]`, w.now())
		d := w.record(charging.Report{EVSE: "new-evse", Facts: even(w.now()-1, 5400, 10*energy.KWh)})
		if d.Row.Unpriced != charging.NoVersion || d.Receipt != nil {
			t.Errorf("a session from before the first version is %+v", d.Row)
		}
	})
}

func TestNoTariffIsNotFree(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.prices(tariffs)
		w.site("bare", assign.ByOrder)
		w.site("staff-only", assign.MostSpecific)
		w.site("mixed", assign.Cheapest)
		w.prices(`groups:
  - {group: a, attach: [{network: staff-only-net}], tariffs: [{tariff: middle, for: {groups: [staff]}}]}
  - {group: b, attach: [{network: mixed-net}], tariffs: [{tariff: middle, for: everyone}, {tariff: crown, for: everyone}]}`)
		for site, reason := range map[string]string{"bare": charging.NoTariff, "staff-only": charging.NoTariff, "mixed": charging.MixedCurrencies} {
			d := w.record(charging.Report{ExternalID: site, EVSE: site + "-evse", User: "dee", Facts: even(w.now(), 3600, 10*energy.KWh)})
			if d.Receipt != nil || d.Version != nil || len(d.Receipts) != 0 || d.Row.ReceiptID != "" || d.Row.Tariff != "" || d.Row.Total.Currency != "" || d.Row.Unpriced != reason {
				t.Errorf("at %s a session without a tariff is %+v", site, d.Row)
			}
			q, err := w.desk.Quote(ctx, reader, charging.Question{EVSE: site + "-evse", User: "dee"}, charging.ReferenceUsage)
			if err != nil || q.Receipt != nil || q.Version != nil || q.Resolution.Tariff != "" || q.Resolution.Reason != reason {
				t.Errorf("at %s the quote is %+v, %v", site, q, err)
			}
		}
		rows, _, err := w.desk.Sessions(ctx, reader, query.SessionFilter{Status: query.Unpriced})
		if err != nil || len(rows) != 3 {
			t.Errorf("%d sessions are listed as unpriced, %v", len(rows), err)
		}
		if priced := w.events(event.SessionPriced); len(priced) != 0 {
			t.Errorf("unpriced sessions left %d events of a price", len(priced))
		}
		for _, e := range w.events(event.SessionRecorded) {
			if !strings.Contains(string(e.Data), `"unpriced":"`) || strings.Contains(string(e.Data), "total") {
				t.Errorf("the event says %s", e.Data)
			}
		}
	})
}

// TestTaxesByCountry prices 10 kWh with and without tax under the standard
// rates of the places.
func TestTaxesByCountry(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		for _, c := range []struct {
			country, zone string
			end           time.Time
			with, without string // net + tax = total
		}{
			{"FR", "Europe/Paris", today, "2.50+0.50=3.00", "2.80+0.56=3.36"},
			{"DE", "Europe/Berlin", today, "2.52+0.48=3.00", "2.80+0.53=3.33"},
			{"DE", "Europe/Berlin", time.Date(2020, 12, 31, 12, 0, 0, 0, time.UTC), "2.59+0.41=3.00", "2.80+0.45=3.25"},
			// The local day on which it ends decides: in Berlin it is 2021 already.
			{"DE", "Europe/Berlin", time.Date(2020, 12, 31, 23, 30, 0, 0, time.UTC), "2.52+0.48=3.00", "2.80+0.53=3.33"},
			{"NO", "Europe/Oslo", today, "2.40+0.60=3.00", "2.80+0.70=3.50"},
			{"US", "America/Chicago", today, "3.00", "2.80"},
			{place.UnknownCountry, "Etc/UTC", today, "3.00", "2.80"},
		} {
			site := fmt.Sprintf("%s-%d", strings.ToLower(c.country), c.end.Unix())
			w.site(site, assign.ByOrder, func(_ *place.Network, l *place.Location, _ *place.EVSE) { l.Country, l.TimeZone = c.country, c.zone })
			for name, want := range map[string]string{"middle": c.with, "net": c.without} {
				w.prices(fmt.Sprintf(`groups: [{group: %s, attach: [{network: %s-net}], tariffs: [{tariff: %s, for: everyone}]}]`, site, site, name))
				d := w.record(charging.Report{EVSE: site + "-evse", Facts: even(calendar.Of(c.end)-3600, 3600, 10*energy.KWh)})
				r := d.Receipt.Receipt
				got := r.Total.String()
				if len(r.Taxes) == 1 {
					got = r.Net.String() + "+" + r.Taxes[0].Amount.String() + "=" + got
				}
				if got != want || len(r.Taxes) > 1 {
					t.Errorf("%s at %s by %s: %s, want %s", c.country, c.end, name, got, want)
				}
			}
		}
	})
}

package insight_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kwote/app/insight"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/store"
	"kwote/store/storetest"
)

// shelf lends the desk a real database.
type shelf struct{ db *store.DB }

func (s shelf) View(ctx context.Context, do func(insight.Tx) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(tx) })
}

var (
	today  = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	reader = access.Actor{Kind: access.Key, ID: "key-1", Roles: []access.Role{access.ReadOnly}}
)

func each(t *testing.T, run func(t *testing.T, d *insight.Desk, db *store.DB)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		run(t, &insight.Desk{Store: shelf{db}, Clock: clock.Fixed(today)}, db)
	})
}

func update(t *testing.T, db *store.DB, do func(context.Context, *store.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := db.Update(ctx, func(tx *store.Tx) error { return do(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// sum is what sessions of one kind add up to, told in one line.
type sum struct {
	sessions, energy, charging, idle, total int64
}

func (s *sum) add(q query.Sums) {
	s.sessions += q.Sessions
	s.energy += int64(q.Energy)
	s.charging += q.ChargingTime
	s.idle += q.IdleTime
	s.total += q.Total.Minor
}

// expected adds the records up one by one, by currency.
func expected(records []query.SessionRecord, keep func(query.SessionRecord) bool) map[money.Currency]sum {
	out := map[money.Currency]sum{}
	for _, r := range records {
		if !keep(r) {
			continue
		}
		q := query.Sums{Sessions: 1, Energy: r.Session.Facts.Energy(), ChargingTime: r.ChargingTime, IdleTime: r.IdleTime}
		if r.Receipt != nil {
			q.Total = r.Receipt.Receipt.Total
		}
		s := out[q.Total.Currency]
		s.add(q)
		out[q.Total.Currency] = s
	}
	return out
}

func TestOverview(t *testing.T) {
	each(t, func(t *testing.T, d *insight.Desk, db *store.DB) {
		w := storetest.NewWorld(t, db)
		records := w.Records(1, 400)
		elsewhere := records[0] // a session of another network
		update(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SaveNetwork(ctx, place.Network{ID: "other", ExternalID: "N2", Name: "Other", Precedence: assign.ByOrder}); err != nil {
				return err
			}
			elsewhere.Session.ID, elsewhere.Session.NetworkID = "018bcfe5-9999-7000-8000-000000000001", "other"
			if elsewhere.Receipt != nil {
				issued := *elsewhere.Receipt
				issued.ID = "018bcfe5-9999-7000-8000-000000000002"
				elsewhere.Receipt = &issued
			}
			if _, err := tx.AddSessions(ctx, append(records[:400:400], elsewhere)); err != nil {
				return err
			}
			_, err := tx.AddQuarantined(ctx, []query.Quarantined{{ID: "q1", NetworkID: "net", Reason: session.NeverClosed, Raw: "1"},
				{ID: "q2", NetworkID: "net", Reason: session.NeverClosed, Raw: "2"}, {ID: "q3", NetworkID: "net", Reason: session.ZeroLength, Raw: "3"}})
			return err
		})
		first, last := records[0].Day, records[0].Day
		for _, r := range records {
			first, last = min(first, r.Day), max(last, r.Day)
		}
		middle := first + (last-first)/2
		if first == last {
			t.Fatal("the records must lie on several days")
		}
		all := append(records[:400:400], elsewhere)
		for what, c := range map[string]struct {
			f      query.TakingsFilter
			keep   func(query.SessionRecord) bool
			months bool // by hour whole months count
		}{
			"everything": {query.TakingsFilter{}, func(query.SessionRecord) bool { return true }, true},
			"a network":  {query.TakingsFilter{NetworkID: "net"}, func(r query.SessionRecord) bool { return r.Session.NetworkID == "net" }, true},
			"a currency": {query.TakingsFilter{Currency: "NOK"}, func(r query.SessionRecord) bool { return currencyOf(r) == "NOK" }, true},
			"a tariff": {query.TakingsFilter{Tariff: "tariff-1"}, func(r query.SessionRecord) bool {
				return r.Receipt != nil && r.Receipt.Receipt.Tariff.Name == "tariff-1"
			}, true},
			"from a day on": {query.TakingsFilter{From: &middle}, func(r query.SessionRecord) bool { return r.Day >= middle }, false},
			"before a day":  {query.TakingsFilter{Before: &middle}, func(r query.SessionRecord) bool { return r.Day < middle }, false},
		} {
			o, err := d.Overview(t.Context(), reader, c.f)
			if err != nil {
				t.Fatal(err)
			}
			want := expected(all, c.keep)
			byCurrency, byTariff, byDay, byHour := map[money.Currency]sum{}, map[money.Currency]sum{}, map[money.Currency]sum{}, map[money.Currency]sum{}
			add := func(to map[money.Currency]sum, q query.Sums) {
				s := to[q.Total.Currency]
				s.add(q)
				to[q.Total.Currency] = s
			}
			for _, q := range o.ByCurrency {
				if _, twice := byCurrency[q.Total.Currency]; twice || q.Tariff != "" {
					t.Errorf("%s: the currency %q is listed twice or with tariff %q", what, q.Total.Currency, q.Tariff)
				}
				add(byCurrency, q)
			}
			for _, q := range o.ByTariff {
				add(byTariff, q)
				if (q.Tariff == "") != (q.Total.Currency == "") || q.Tariff == "" && q.Total.Minor != 0 {
					t.Errorf("%s: unpriced sessions are summed up as %+v", what, q)
				}
			}
			for _, q := range o.ByDay {
				add(byDay, q.Sums)
			}
			for _, q := range o.ByHour {
				add(byHour, q.Sums)
			}
			for name, got := range map[string]map[money.Currency]sum{"currency": byCurrency, "tariff": byTariff, "day": byDay} {
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s by %s adds up to %v, want %v", what, name, got, want)
				}
			}
			if c.months && fmt.Sprint(byHour) != fmt.Sprint(want) {
				t.Errorf("%s by hour adds up to %v, want %v", what, byHour, want)
			}
			if len(o.Quarantine) != 2 || o.Quarantine[0] != (query.ReasonCount{Reason: session.NeverClosed, Rows: 2}) || o.Counts.EVSEs != 12 || o.Counts.Networks != 2 {
				t.Errorf("%s: quarantine %+v, counts %+v", what, o.Quarantine, o.Counts)
			}
			if what == "everything" && (len(want) != 3 || want["EUR"].total == 0 || want["NOK"].total == 0) {
				t.Errorf("the records must have two currencies and unpriced sessions, but are %v", want)
			}
		}
	})
}

func currencyOf(r query.SessionRecord) money.Currency {
	if r.Receipt == nil {
		return ""
	}
	return r.Receipt.Receipt.Currency
}

func TestOverviewOfNothing(t *testing.T) {
	each(t, func(t *testing.T, d *insight.Desk, _ *store.DB) {
		o, err := d.Overview(t.Context(), reader, query.TakingsFilter{})
		if err != nil || len(o.ByTariff)+len(o.ByCurrency)+len(o.ByDay)+len(o.ByHour)+len(o.Quarantine) != 0 || o.Counts != (query.Counts{}) {
			t.Errorf("an empty network has %+v, %v", o, err)
		}
	})
}

func TestEvents(t *testing.T) {
	each(t, func(t *testing.T, d *insight.Desk, db *store.DB) {
		update(t, db, func(ctx context.Context, tx *store.Tx) error {
			for i, kind := range []event.Type{event.NetworkSaved, event.TariffPublished, event.TariffPublished} {
				at := calendar.Of(today) + calendar.Instant(i)
				e, err := event.New(fmt.Sprintf("018bcfe5-0000-7000-8000-%012d", i), at, kind, event.Subject{Kind: "thing", ID: fmt.Sprint(i)}, access.Kwote, []byte(`{}`))
				if err == nil {
					err = tx.AddEvents(ctx, []event.Event{e})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		rows, next, err := d.Events(t.Context(), reader, query.EventFilter{Type: event.TariffPublished, Page: query.Page{Limit: 1}})
		if err != nil || len(rows) != 1 || rows[0].Subject.ID != "2" || next == "" {
			t.Errorf("the newest event is %+v, %q, %v", rows, next, err)
		}
		rows, next, err = d.Events(t.Context(), reader, query.EventFilter{Type: event.TariffPublished, Page: query.Page{Limit: 1, After: next}})
		if err != nil || len(rows) != 1 || rows[0].Subject.ID != "1" || next != "" {
			t.Errorf("the one before is %+v, %q, %v", rows, next, err)
		}
	})
}

func TestRights(t *testing.T) {
	each(t, func(t *testing.T, d *insight.Desk, _ *store.DB) {
		ctx := t.Context()
		for name, ask := range map[string]func(by access.Actor) error{
			"overview": func(by access.Actor) error { _, err := d.Overview(ctx, by, query.TakingsFilter{}); return err },
			"events":   func(by access.Actor) error { _, _, err := d.Events(ctx, by, query.EventFilter{}); return err },
		} {
			if err := ask(reader); err != nil {
				t.Errorf("%s by a reader: %v", name, err)
			}
			if err := ask(access.Actor{}); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s by nobody: %v", name, err)
			}
			if err := ask(access.Actor{Kind: access.User, ID: "u"}); !fault.Is(err, fault.Denied) {
				t.Errorf("%s by a driver: %v", name, err)
			}
		}
	})
}

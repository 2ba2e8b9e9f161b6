package charging_test

import (
	"fmt"
	"slices"
	"testing"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/pricing"
	"kwote/domain/session"
)

// cappedPrices charge a driver 5.00 a day at most; sessions in y have another
// tariff with the same maximum.
const cappedPrices = `
tariffs:
  - {tariff: capped, currency: EUR, prices: no tax, total: {atMostPerDay: 5.00}, energy: [{price: 0.50/kWh}]}
  - {tariff: other, currency: EUR, prices: no tax, total: {atMostPerDay: 5.00}, energy: [{price: 0.50/kWh}]}
groups:
  - {group: g, attach: [{network: x-net}], tariffs: [{tariff: capped, for: everyone}]}
  - {group: h, attach: [{network: y-net}], tariffs: [{tariff: other, for: everyone}]}`

func capped(t *testing.T, run func(t *testing.T, w *world)) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.site("y", assign.ByOrder)
		w.prices(cappedPrices)
		run(t, w)
	})
}

// morning is 01:00 in Paris of the day before today.
func (w *world) morning() calendar.Instant { return w.now()/86400*86400 - 86400 - 3600 }

func TestMaximumPerDay(t *testing.T) {
	capped(t, func(t *testing.T, w *world) {
		at := w.morning() + 8*3600
		n := 0
		costs := func(what, want string, start calendar.Instant, kwh int64, change ...func(*charging.Report)) charging.Detail {
			t.Helper()
			n++
			r := charging.Report{ExternalID: fmt.Sprint(n), EVSE: "x-evse", User: "ada", Facts: even(start, 3600, energy.Quantity(kwh)*energy.KWh)}
			for _, c := range change {
				c(&r)
			}
			d := w.record(r)
			if got := d.Row.Total.String(); got != want {
				t.Errorf("%s costs %s, want %s: %+v", what, got, want, d.Receipt.Receipt.Lines)
			}
			return d
		}
		first := costs("the first session", "4.00", at, 8)
		second := costs("the second, of 3.00, of which 1.00 is left", "1.00", at+3600, 6)
		if days := second.Receipt.Receipt.Days; len(days) != 1 || days[0].Amount.Decimal(2) != "1.00" {
			t.Errorf("the second receipt's days are %+v", days)
		}
		if l := second.Receipt.Receipt.Lines; !slices.ContainsFunc(l, func(l pricing.Line) bool { return l.Kind == pricing.DayMaximum && l.Amount.String() == "-2.00" }) {
			t.Errorf("the second receipt's lines are %+v", l)
		}
		costs("a third", "0.00", at+2*3600, 6)
		costs("one that began earlier and is told late", "0.00", at-3600, 6)
		costs("another driver's", "4.00", at, 8, func(r *charging.Report) { r.User = "ben" })
		costs("the other tariff", "4.00", at, 8, func(r *charging.Report) { r.EVSE = "y-evse" })
		costs("the day before, by local time", "4.00", w.morning()-7200, 8)
		costs("over midnight: 2.00 of the 1.00 left, and nothing of the day that is full", "1.00", w.morning()-3600-1800, 8)
		costs("nobody known", "4.00", at, 8, func(r *charging.Report) { r.User = "" })
		costs("nobody known again", "4.00", at, 8, func(r *charging.Report) { r.User = "" })
		byToken := func(r *charging.Report) { r.User, r.Token = "", "NO01" }
		costs("a token of nobody", "4.00", at, 8, byToken)
		costs("the same token", "1.00", at, 8, byToken)
		costs("a token of ada, for whom the day is full", "0.00", at, 8, func(r *charging.Report) { r.User, r.Token = "", "AD01" })

		again := w.record(charging.Report{ExternalID: "1", EVSE: "x-evse", User: "ada", Facts: even(at, 3600, 8*energy.KWh)})
		if again.Session.ID != first.Session.ID || again.Row.Total.String() != "4.00" {
			t.Errorf("the first session again is %s for %s", again.Session.ID, again.Row.Total)
		}
		for user, want := range map[string]string{"ada": "0.00", "ben": "1.00", "dee": "4.00"} {
			q, err := w.desk.Quote(t.Context(), reader, charging.Question{EVSE: "x-evse", User: user, At: at}, charging.Usage{Energy: 8 * energy.KWh, Seconds: 3600})
			if err != nil || q.Receipt.Total.String() != want {
				t.Errorf("a quote for %s comes to %+v, %v; want %s", user, q.Receipt, err, want)
			}
		}
	})
}

// TestMaximumPerDayAtOnce records a driver's sessions at the same time.
func TestMaximumPerDayAtOnce(t *testing.T) {
	capped(t, func(t *testing.T, w *world) {
		const sessions = 5
		results := make(chan error, sessions)
		for i := range sessions {
			go func() {
				_, err := w.desk.Record(t.Context(), manager, charging.Report{ExternalID: fmt.Sprint(i), EVSE: "x-evse", User: "ada",
					Facts: even(w.morning()+calendar.Instant(i*60), 600, 4*energy.KWh)})
				results <- err
			}()
		}
		for range sessions {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if got := w.paid(); got != 500 {
			t.Errorf("five sessions of 2.00 on one day come to %d cents, want 500", got)
		}
	})
}

// paid is the sum of all sessions in cents.
func (w *world) paid() (cents int64) {
	for _, s := range w.allSessions() {
		cents += s.Total.Minor
	}
	return cents
}

// TestMaximumPerDayInBulk imports and replays many sessions of few drivers on
// few days: each day of each driver comes to the maximum, whoever brought it.
func TestMaximumPerDayInBulk(t *testing.T) {
	const drivers, days, perDay = 2, 3, 700 // more than a batch
	capped(t, func(t *testing.T, w *world) {
		var f file
		for i := range drivers * days * perDay {
			start := w.morning() - calendar.Instant(i/drivers%days)*86400 + calendar.Instant(i/(drivers*days))
			f = append(f, with(row("x", i), func(r *session.Raw) {
				r.UserID, r.Start, r.End, r.Energy = fmt.Sprintf("u%d", i%drivers), &start, ptr(start+60), ptr(energy.KWh)
			}))
		}
		order := f.order()
		order.Network = "x-net"
		part := f[:len(f)/2].order()
		part.Network = "x-net"
		if r := w.imports(part); r.Imported != int64(len(f)/2) || r.Totals["EUR"].String() != "30.00" {
			t.Errorf("half of the file: %d imported for %s, want 30.00", r.Imported, r.Totals["EUR"])
		}
		if r := w.imports(order); r.Duplicates != int64(len(f)/2) || r.Totals["EUR"].Minor != 0 {
			t.Errorf("the whole file: %d known, the rest for %s, want nothing", r.Duplicates, r.Totals["EUR"])
		}
		// The first sessions in the file are charged in full.
		for _, s := range w.allSessions() {
			var i int
			if _, err := fmt.Sscanf(s.ExternalID, "x/s%d", &i); err != nil {
				t.Fatal(err)
			}
			want := "0.00"
			if i/(drivers*days) < 10 {
				want = "0.50"
			}
			if got := s.Total.String(); got != want {
				t.Errorf("session %d costs %s, want %s", i, got, want)
			}
		}
	})
	capped(t, func(t *testing.T, w *world) {
		var all []session.Session
		for i := range 4100 {
			all = append(all, session.Session{ID: fmt.Sprintf("018bcfe5-0000-7000-8000-%012d", i), EVSEID: "id-x-evse", UserID: "id-ada",
				Facts: even(w.morning()+calendar.Instant(i), 60, energy.KWh)})
		}
		w.record(charging.Report{EVSE: "x-evse", User: "ada", Facts: even(w.morning(), 60, 4*energy.KWh)})
		if n, err := w.desk.Replay(t.Context(), manager, slices.Values(all), nil); err != nil || n != 4100 || w.paid() != 500 {
			t.Errorf("replayed %d, %v; the day comes to %d cents, want 500", n, err, w.paid())
		}
	})
}

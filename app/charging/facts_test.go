package charging_test

import (
	"strings"
	"testing"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/session"
)

// reach are prices of all that facts can tell.
const reach = `
tariffs: [{tariff: all, currency: EUR, prices: no tax, energy: [{price: 0.50/kWh, when: {mode: boosted}}, {price: 0.30/kWh}], charging: [{price: 0.10/min}],
  export: [{price: -0.20/kWh}], reservation: [{price: 0.05/min}], reservationFee: [{price: 3.00, when: {reservation: expired}}]}]
groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: all, for: everyone}]}]`

// rich are an hour with 12 kWh, of which ten minutes are a pause, 3 kWh given
// back, the last 30 minutes boosted, after 20 minutes of reservation.
func rich(start calendar.Instant) session.Facts {
	f := even(start, 3600, 12*energy.KWh)
	f.Exports = []session.Reading{{At: start + 1800}, {At: start + 3600, Import: 3 * energy.KWh}}
	f.Charges = []session.Charge{{At: start + 60, Level: 415}, {At: start, Level: 410}}
	f.Modes = []session.ModeChange{{At: start + 1800, Mode: session.Boosted}}
	f.Pauses = []session.Stretch{{From: start + 600, To: start + 1200}}
	f.Reserved = &session.Reservation{From: start - 1200, To: start}
	return f
}

// TestRecordRichFacts: all facts are kept, priced, told to others and known
// again.
func TestRecordRichFacts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.prices(reach)
		told := charging.Report{ExternalID: "rich", EVSE: "x-evse", Facts: rich(w.now() - 7200)}
		d := w.record(told)
		want, err := session.Normalise(told.Facts)
		if err != nil || !d.Session.Facts.Equal(want) || d.Row.ChargingTime != 3000 || d.Row.IdleTime != 0 {
			t.Errorf("kept as %+v, %v; want %+v", d.Session.Facts, err, want)
		}
		// 6 kWh at 0.30 and at 0.50, 50 min at 0.10, 3 kWh back at 0.20, 20 min at 0.05
		if got := d.Row.Total.String(); got != "10.20" {
			t.Errorf("costs %s, want 10.20: %+v", got, d.Receipt.Receipt.Lines)
		}
		data := string(w.events(event.SessionPriced)[0].Data)
		for _, has := range []string{`"exportedKwh":"3.000"`, `"pausedSeconds":600`, `"expired":false`} {
			if !strings.Contains(data, has) {
				t.Errorf("the event lacks %s: %s", has, data)
			}
		}
		if again := w.record(told); again.Session.ID != d.Session.ID {
			t.Error("the same session again is another one")
		}
		for what, change := range map[string]func(*session.Facts){
			"exports":     func(f *session.Facts) { f.Exports = nil },
			"charges":     func(f *session.Facts) { f.Charges = f.Charges[:1] },
			"modes":       func(f *session.Facts) { f.Modes[0].Mode = session.Optimised },
			"pauses":      func(f *session.Facts) { f.Pauses[0].To++ },
			"reservation": func(f *session.Facts) { f.Reserved = nil },
		} {
			other := told
			other.Facts = rich(told.Facts.Start)
			change(&other.Facts)
			_, err := w.desk.Record(t.Context(), manager, other)
			wantFault(t, "other "+what, err, fault.Conflict, "session_differs", "externalId")
		}
		w.sums()
	})
}

// TestRecordExpiredReservation: nobody came, and yet there is something to pay.
func TestRecordExpiredReservation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.prices(reach)
		at := w.now() - 600
		nobody := session.Facts{Start: at, End: at, Reserved: &session.Reservation{From: at - 1800, To: at, Expired: true}}
		d := w.record(charging.Report{ExternalID: "no-show", EVSE: "x-evse", User: "dee", Facts: nobody})
		if got := d.Row.Total.String(); got != "4.50" || len(d.Session.Warnings) > 0 || !d.Session.Facts.NoShow() {
			t.Errorf("costs %s, want 4.50; facts %+v, warnings %v", got, d.Session.Facts, d.Session.Warnings)
		}
		q, err := w.desk.Quote(t.Context(), reader, charging.Question{EVSE: "x-evse", User: "dee", At: at}, charging.Usage{Also: nobody})
		if err != nil || q.Receipt.Total != d.Row.Total {
			t.Errorf("quoted as %+v, %v", q.Receipt, err)
		}
		come := nobody
		come.Reserved = &session.Reservation{From: at - 1800, To: at}
		_, err = w.desk.Record(t.Context(), manager, charging.Report{EVSE: "x-evse", Facts: come})
		wantFault(t, "a used reservation without a session", err, fault.Invalid, session.ZeroLength, "end")
		_, err = w.desk.Quote(t.Context(), reader, charging.Question{EVSE: "x-evse", At: at}, charging.Usage{Also: come})
		wantFault(t, "a quote for one", err, fault.Invalid, "duration_out_of_range", "durationSeconds")
		w.sums()
	})
}

// TestQuoteOfRichFacts: a quote prices what the session would.
func TestQuoteOfRichFacts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.prices(reach)
		at := w.now()
		ask := func(also session.Facts) (charging.Quote, error) {
			return w.desk.Quote(t.Context(), reader, charging.Question{EVSE: "x-evse", At: at}, charging.Usage{Energy: 12 * energy.KWh, Seconds: 3600, Also: also})
		}
		q, err := ask(rich(at))
		if err != nil || q.Receipt.Total.String() != "10.20" {
			t.Errorf("quoted as %+v, %v", q.Receipt, err)
		}
		_, err = ask(session.Facts{Exports: []session.Reading{{At: at + 60, Import: mostOfAll + 1}}})
		wantFault(t, "endless energy back", err, fault.Invalid, "energy_out_of_range", "exports")
		_, err = ask(session.Facts{Charges: []session.Charge{{At: at + 3601}}})
		wantFault(t, "a charge after the end", err, fault.Invalid, "charge_outside_session", "charges")
		_, err = ask(session.Facts{Reserved: &session.Reservation{From: at - 60, To: at, Expired: true}})
		wantFault(t, "energy with an expired reservation", err, fault.Invalid, "reservation_expired_with_session", "reservation")
	})
}

// mostOfAll is the largest energy of a session.
const mostOfAll = 1_000_000 * energy.KWh

// TestMergedSessionIsOne: what was cut in two and merged costs what the parts
// do, but fees and grace only once, and the gap nothing.
func TestMergedSessionIsOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.prices(`
tariffs: [{tariff: all, currency: EUR, prices: no tax, energy: [{price: 0.30/kWh}], charging: {grace: 10 min, rules: [{price: 0.10/min}]}, session: [{price: 1.00}]}]
groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: all, for: everyone}]}]`)
		start := w.now() - 7200
		merged, err := session.Merge([]session.Facts{even(start+1800+300, 1800, 5*energy.KWh), even(start, 1800, 4*energy.KWh)}, session.MergeWindow)
		if err != nil {
			t.Fatal(err)
		}
		d := w.record(charging.Report{EVSE: "x-evse", Facts: merged})
		if got := d.Row.Total.String(); got != "8.70" || d.Row.ChargingTime != 3600 || d.Row.Energy != 9*energy.KWh || !d.Session.Facts.Equal(merged) {
			t.Errorf("9 kWh, 50 min after the grace and one fee cost %s, want 8.70: %+v", got, d.Row)
		}
	})
}

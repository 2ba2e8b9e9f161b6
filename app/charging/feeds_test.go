package charging_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/store"
)

// fedPrices take energy at what the feed says, tax of nothing added.
const fedPrices = `
tariffs: [{tariff: spot, currency: EUR, prices: no tax, energy: [{price: {feed: spot, addition: 0.10, floor: 0.00, fallback: 0.40/kWh}}]}]
groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: spot, for: everyone}]}]`

// push pushes hourly prices in cents, the first of which holds at the instant.
func (w *world) push(network string, from calendar.Instant, cents ...int64) {
	w.t.Helper()
	f := feed.Feed{Name: "spot", Currency: "EUR", Length: 3600}
	for i, c := range cents {
		f.Slots = append(f.Slots, feed.Slot{From: from + calendar.Instant(i*3600), Value: money.Price(c * 10_000_000)})
	}
	if _, err := w.catalog.PushFeed(w.t.Context(), manager, network, f, 0); err != nil {
		w.t.Fatal(err)
	}
}

// fedLines tells a receipt's energy lines as "kWh@price", with "!" where the
// fallback stands in.
func fedLines(r pricing.Receipt) (out []string) {
	for _, l := range r.Lines {
		if l.Dimension != tariff.Energy || l.Feed == nil {
			continue
		}
		missing := ""
		if l.Feed.Missing {
			missing = "!"
		}
		out = append(out, fmt.Sprintf("%s@%s%s", energy.Quantity(l.Measured), l.UnitPrice, missing))
	}
	return out
}

func wantLines(t *testing.T, what string, r pricing.Receipt, want ...string) {
	t.Helper()
	if got := fedLines(r); !slices.Equal(got, want) {
		t.Errorf("%s: lines %q, want %q", what, got, want)
	}
}

func TestFeedPrices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.site("y", assign.ByOrder)
		w.prices(fedPrices)
		from := w.now() - 7200
		facts := even(from+1800, 3600, 4*energy.KWh) // half in the first hour, half in the second
		report := func(id string) charging.Report {
			return charging.Report{ExternalID: id, EVSE: "x-evse", Facts: facts}
		}
		unfed := w.record(report("unfed"))
		wantLines(t, "no feed yet", unfed.Receipt.Receipt, "4.000@0.40!")
		w.push("y-net", from, 90, 90)
		wantLines(t, "a feed of another network", w.record(report("other")).Receipt.Receipt, "4.000@0.40!")
		w.push("x-net", from, 20)
		wantLines(t, "the second hour is missing", w.record(report("half")).Receipt.Receipt, "2.000@0.30", "2.000@0.40!")
		w.push("x-net", from, 20, 30, 70)
		first := w.record(report("fed"))
		wantLines(t, "all prices", first.Receipt.Receipt, "2.000@0.30", "2.000@0.40")
		if got := first.Row.Total.String(); got != "1.40" {
			t.Errorf("costs %s, want 1.40", got)
		}
		if use := first.Receipt.Receipt.Lines[1].Feed; use == nil || *use != (pricing.FeedUse{Feed: "spot", From: from + 3600, Value: 300_000_000}) {
			t.Errorf("the receipt keeps %+v", use)
		}
		quote, err := w.desk.Quote(t.Context(), reader, charging.Question{EVSE: "x-evse", At: from + 5400}, charging.Usage{Energy: 2 * energy.KWh, Seconds: 3600})
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, "a quote", *quote.Receipt, "1.000@0.40", "1.000@0.80")

		w.push("x-net", from, -50)
		again, err := w.desk.Session(t.Context(), reader, first.Session.ID)
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, "a kept receipt after a price was replaced", again.Receipt.Receipt, "2.000@0.30", "2.000@0.40")
		wantLines(t, "a new one", w.record(report("new")).Receipt.Receipt, "2.000@0.00", "2.000@0.40")
	})
}

// TestImportTakesFeeds: sessions over months, in bulk, cost what each costs when
// it is recorded by itself.
func TestImportTakesFeeds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.prices(fedPrices)
		const days = 100
		from := (w.now() - days*86400) / 3600 * 3600
		cents := make([]int64, days*24)
		for i := range cents {
			cents[i] = int64(i*37%90) - 20
		}
		w.push("x-net", from, cents[:len(cents)-48]...) // the last two days are missing
		var f file
		var all []session.Session
		for i := range 60 {
			length := []int64{1800, 86400, 20 * 86400}[i%3]
			start := from + calendar.Instant(i)*131_000
			facts := even(start, length, 24*energy.KWh)
			if facts.End > w.now() {
				continue
			}
			f = append(f, with(row("imported", i), func(r *session.Raw) { r.Start, r.End, r.Energy = &facts.Start, &facts.End, ptr(24*energy.KWh) }))
			all = append(all, session.Session{ID: fmt.Sprintf("018bcfe5-0000-7000-8000-%012d", i), ExternalID: fmt.Sprintf("replayed-%d", i), EVSEID: "id-x-evse", Facts: facts})
		}
		order := f.order()
		order.Network = "x-net"
		if r := w.imports(order); r.Imported != int64(len(f)) || r.Priced != r.Imported {
			t.Fatalf("imported %+v", r)
		}
		if n, err := w.desk.Replay(t.Context(), manager, slices.Values(all), nil); err != nil || int(n) != len(all) {
			t.Fatalf("replayed %d, %v", n, err)
		}
		costs := map[string]string{}
		for _, s := range w.allSessions() {
			costs[s.ExternalID] = s.Total.String()
		}
		for i, s := range all {
			alone := w.record(charging.Report{ExternalID: fmt.Sprintf("alone-%d", i), EVSE: "x-evse", Facts: s.Facts})
			want := alone.Row.Total.String()
			if imported := costs[f[i].Source+"/"+f[i].ExternalID]; imported != want || costs[s.ExternalID] != want {
				t.Errorf("session %d of %d s: imported %s, replayed %s, alone %s", i, s.Facts.Duration(), imported, costs[s.ExternalID], want)
			}
		}
	})
}

// TestPointDecides: what the charge point is decides conditions, and nothing is
// made up about one that nobody has described.
func TestPointDecides(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		w.prices(`
tariffs: [{tariff: t, currency: EUR, prices: no tax, energy: [{price: 0.70/kWh, when: {supply: DC, evsePower: {from: 150 kW}}}, {price: 0.60/kWh, when: {supply: DC}},
  {price: 0.30/kWh, when: {supply: AC, evsePower: {before: 43 kW}}}, {price: 0.20/kWh}]}]
groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: t, for: everyone}]}]`)
		var points []place.EVSE
		for id, e := range map[string]place.EVSE{"hpc": {Current: place.DC, MaxPower: 150 * energy.KW}, "dc": {Current: place.DC}, "ac": {Current: place.AC, MaxPower: 22 * energy.KW}, "unknown": {}} {
			e.ID, e.ExternalID, e.LocationID, e.Access = id, id, "id-x-loc", assign.Public
			points = append(points, e)
		}
		w.update(func(ctx context.Context, tx *store.Tx) error { return tx.AddEVSEs(ctx, points) })
		for evse, want := range map[string]string{"hpc": "7.00", "dc": "6.00", "ac": "3.00", "unknown": "2.00"} {
			d := w.record(charging.Report{EVSE: evse, Facts: even(w.now()-3600, 1800, 10*energy.KWh)})
			if got := d.Row.Total.String(); got != want {
				t.Errorf("10 kWh at %s cost %s, want %s", evse, got, want)
			}
			noted := slices.Contains(d.Receipt.Receipt.Notes, pricing.NoteSupplyUnknown)
			if noted != (evse == "unknown") {
				t.Errorf("the receipt of %s notes %q", evse, d.Receipt.Receipt.Notes)
			}
		}
		r := w.imports(charging.ImportOrder{Name: "history", Source: rows("x", 2).source, Network: "x-net"})
		if r.Imported != 2 || r.Totals["EUR"].String() != "0.20" {
			t.Errorf("an import, whose points nobody has described, comes to %+v", r.Totals)
		}
	})
}

// TestValidity: a session that begins while the tariff is valid keeps it to its
// end, and no other takes it.
func TestValidity(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		start := w.now() - 7200
		w.prices(fmt.Sprintf(`
tariffs: [{tariff: t, currency: EUR, prices: no tax, valid: {from: %q, before: %q}, energy: [{price: 0.50/kWh}]}]
groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: t, for: everyone}]}]`, start, start+1800))
		for offset, want := range map[calendar.Instant]string{-1: charging.NoVersion, 0: "", 1799: "", 1800: charging.NoVersion} {
			d := w.record(charging.Report{EVSE: "x-evse", Facts: even(start+offset, 3600, 10*energy.KWh)})
			if d.Row.Unpriced != want || want == "" && d.Row.Total.String() != "5.00" {
				t.Errorf("a session %d s after the tariff becomes valid: %q %s, want %q", offset, d.Row.Unpriced, d.Row.Total, want)
			}
		}
	})
}

package charging_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/store"
	"kwote/store/storetest"
)

func TestImportTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := append(rows("a", 40), rows("b", 10)...)
		f = append(f, row("a", 3), row("a", 3), with(row("b", 99), func(r *session.Raw) { r.End = nil }))
		o := f.order()
		o.Prices = w.pricesOf(historyPrices)
		var told [][2]int64
		o.Progress = func(done, all int64) { told = append(told, [2]int64{done, all}) }
		first := w.imports(o)
		if first.Rows != 53 || first.Imported != 50 || first.Duplicates != 2 || first.Priced != 40 || first.Unpriced != 10 ||
			first.Quarantined[session.NeverClosed] != 1 || first.Warnings[session.WarnNoEnergy] != 2 || first.FinishedAt != w.now() {
			t.Errorf("first %+v", first)
		}
		if len(told) == 0 || told[len(told)-1] != [2]int64{53, 53} {
			t.Errorf("progress was told %v", told)
		}
		before, events := w.state(), len(w.events())
		second := w.imports(o)
		if second.Rows != 53 || second.Imported != 0 || second.Duplicates != 52 || second.Priced+second.Unpriced != 0 ||
			len(second.Totals) != 0 || second.Quarantined[session.NeverClosed] != 1 || len(second.Warnings) != 0 {
			t.Errorf("second %+v", second)
		}
		if after := w.state(); after != before {
			t.Errorf("the second import changes\n%s\ninto\n%s", before, after)
		}
		if n := len(w.events()); n != events {
			t.Errorf("the second import leaves %d events", n-events)
		}
		more := w.imports(append(f, row("a", 77)).order())
		if more.Imported != 1 || more.Duplicates != 52 || more.Totals["EUR"].Minor != 37*30 {
			t.Errorf("with one row more: %+v", more)
		}
		runs, _, err := w.desk.Imports(t.Context(), reader, query.Page{})
		if err != nil || len(runs) != 3 {
			t.Errorf("%d runs, %v", len(runs), err)
		}
		imported := w.events(event.SessionsImported)
		if len(imported) != 2 || imported[0].Subject.ID != first.ID || imported[0].Actor.ID != manager.ID || !strings.Contains(string(imported[1].Data), `"sessions":1`) {
			t.Errorf("events of imports: %+v", imported)
		}
	})
}

// TestImportAccountsForEveryRow mixes rows of every kind at random and then
// asks of each single one what became of it.
func TestImportAccountsForEveryRow(t *testing.T) {
	kinds := []struct {
		reason string // empty: usable
		change func(*session.Raw)
	}{
		{"", func(*session.Raw) {}},
		{"", func(r *session.Raw) { r.Charging = ptr(int64(600)) }},
		{"", func(r *session.Raw) { r.Energy = ptr(energy.Quantity(0)) }},
		{"", func(r *session.Raw) { r.UserID, r.StationID = "", "" }},
		{"", func(r *session.Raw) { r.End = ptr(*r.Start + 8*86400) }},
		{session.NeverClosed, func(r *session.Raw) { r.End = nil }},
		{session.ZeroLength, func(r *session.Raw) { r.End = r.Start }},
		{session.NegativeLength, func(r *session.Raw) { r.End = ptr(*r.Start - 1) }},
		{session.EnergyMissing, func(r *session.Raw) { r.Energy = nil }},
		{session.EnergyNegative, func(r *session.Raw) { r.Energy = ptr(energy.Quantity(-1)) }},
		{session.ZoneUnknown, func(r *session.Raw) { r.Zone = "Mars/Olympus" }},
		{session.ZoneUnknown, func(r *session.Raw) { r.Zone = "" }},
		{session.ZoneUnknown, func(r *session.Raw) { r.Zone = "Local" }},
		{session.Unreadable, func(r *session.Raw) { r.Start = nil }},
		{session.Unreadable, func(r *session.Raw) {
			r.Malformed = &session.Problem{Reason: session.Unreadable, Field: "kwh", Message: "energy \"x\" is no number"}
		}},
		{session.Unreadable, func(r *session.Raw) { r.Energy = ptr(1_000_001 * energy.KWh) }},
	}
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		random := rand.New(rand.NewPCG(1, 2))
		var f file
		var reasons []string
		want := map[string]int64{}
		for i := range 600 {
			k := kinds[random.IntN(len(kinds))]
			if i > 0 && random.IntN(10) == 0 { // once more, as it was
				j := random.IntN(i)
				f, reasons = append(f, f[j]), append(reasons, reasons[j])
			} else {
				f, reasons = append(f, with(row([]string{"a", "b", ""}[random.IntN(3)], i), k.change)), append(reasons, k.reason)
			}
			want[reasons[i]]++
		}
		r := w.imports(f.order())
		if r.Imported+r.Duplicates != want[""] || r.Rows != int64(len(f)) || r.Priced+r.Unpriced != r.Imported {
			t.Errorf("of %d rows, %d of them usable, the import tells %+v", len(f), want[""], r.Import)
		}
		sum := r.Imported + r.Duplicates
		for reason, n := range r.Quarantined {
			if sum += n; want[reason] != n {
				t.Errorf("%d rows put aside as %s, want %d", n, reason, want[reason])
			}
		}
		if sum != r.Rows {
			t.Errorf("%d of %d rows are accounted for", sum, r.Rows)
		}
		aside, kept := map[string]query.Quarantined{}, map[string]query.SessionRow{}
		for _, q := range w.quarantine() {
			aside[q.ExternalID+q.Raw] = q
		}
		for _, s := range w.allSessions() {
			kept[s.ExternalID] = s
		}
		for i, raw := range f {
			id := raw.ExternalID
			if raw.Source != "" {
				id = raw.Source + "/" + id
			}
			q, isAside := aside[id+fmt.Sprintf("%s,%s,%s", raw.Source, raw.ExternalID, raw.StationID)]
			s, isKept := kept[id]
			if reasons[i] == "" {
				if isAside || !isKept || s.Start != *raw.Start || s.End != *raw.End || s.Energy != *raw.Energy || s.Unpriced != charging.NoTariff {
					t.Errorf("row %d is kept as %+v", i, s)
				}
			} else if isKept || !isAside || q.Reason != reasons[i] || q.Message == "" || q.Line < 2 || q.ImportID != r.ID {
				t.Errorf("row %d (%s) is put aside as %+v", i, reasons[i], q)
			}
		}
		counts, err := w.desk.QuarantineReasons(t.Context(), reader, r.ID)
		if err != nil || len(counts) != 7 {
			t.Errorf("reasons %+v, %v", counts, err)
		}
	})
}

// TestImportOfACutFile reads a file that ends with an error after more rows
// than a batch has.
func TestImportOfACutFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.state()
		broken := fault.New(fault.Invalid, "file_cut", "the file ends in the middle")
		_, err := w.desk.Import(t.Context(), manager, charging.ImportOrder{Name: "cut", Prices: w.pricesOf(historyPrices),
			Source: func(yield func(session.Raw) bool) error {
				if err := rows("a", 4100).source(yield); err != nil {
					return err
				}
				return broken
			}})
		if !errors.Is(err, broken) {
			t.Errorf("the error is %v", err)
		}
		w.unchanged(before)
	})
}

// unchanged checks that a refused import left nothing at all.
func (w *world) unchanged(before string) {
	w.t.Helper()
	if after := w.state(); after != before {
		w.t.Errorf("the refused import leaves\n%s", after)
	}
	if n := len(w.events()); n != 0 {
		w.t.Errorf("the refused import leaves %d events", n)
	}
	if runs, _, err := w.desk.Imports(w.t.Context(), reader, query.Page{}); err != nil || len(runs) != 0 {
		w.t.Errorf("the refused import leaves the runs %+v, %v", runs, err)
	}
}

// TestImportWithUnusablePrices lets in prices that fail when the places of the
// file are made already.
func TestImportWithUnusablePrices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.state()
		for what, src := range map[string]string{
			"unreadable":     "tariffs: [",
			"unknown place":  strings.Replace(historyPrices, "location: a", "location: ghost", 1),
			"unknown people": strings.Replace(historyPrices, "for: everyone", "for: {groups: [ghosts]}", 1),
		} {
			o := rows("a", 5).order()
			o.Prices = w.pricesOf(src)
			if _, err := w.desk.Import(t.Context(), manager, o); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: the error is %v", what, err)
			}
			w.unchanged(before)
		}
		o := rows("a", 5).order()
		o.Zone = "Mars/Olympus"
		_, err := w.desk.Import(t.Context(), manager, o)
		wantFault(t, "a zone for the file that does not exist", err, fault.Invalid, "zone_unknown", "timezone")
		w.unchanged(before)
	})
}

// TestImportCutOff ends a run after its first batch, lets another finish it,
// and compares the end with that of a run that was never cut off.
func TestImportCutOff(t *testing.T) {
	f := append(rows("a", 3000), rows("b", 1300)...)
	f[17].End, f[2500].Energy, f[4200].Zone = nil, nil, "Mars/Olympus"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		whole := newWorld(t, storetest.SQLite(t))
		o := f.order()
		o.Prices = whole.pricesOf(historyPrices)
		result := whole.imports(o)

		w := newWorld(t, db)
		ctx, cancel := context.WithCancel(t.Context())
		o.Prices = w.pricesOf(historyPrices)
		o.Progress = func(int64, int64) { cancel() }
		if _, err := w.desk.Import(ctx, manager, o); !errors.Is(err, context.Canceled) {
			t.Fatalf("the run that is cut off gives %v", err)
		}
		runs, _, err := w.desk.Imports(t.Context(), reader, query.Page{})
		if err != nil || len(runs) != 1 || runs[0].FinishedAt != 0 || runs[0].Rows != 4000 || runs[0].Imported != int64(len(w.allSessions())) {
			t.Errorf("the run that was cut off reads %+v, %v", runs, err)
		}
		w.sums()
		o.Progress = nil
		rest := w.imports(o)
		if rest.Imported+runs[0].Imported != result.Imported || rest.Duplicates != runs[0].Imported {
			t.Errorf("before %+v, after %+v, at once %+v", runs[0], rest.Import, result.Import)
		}
		if got, want := w.state(), whole.state(); got != want {
			t.Errorf("cut off and finished differs from at once at byte %d", differ(got, want))
		}
	})
}

func differ(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// TestImportAtOnce imports one file by two desks at the same time.
func TestImportAtOnce(t *testing.T) {
	f := append(rows("a", 3900), rows("b", 300)...)
	f[8].End = nil
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		other := charging.New(shelf[charging.Tx]{db, func(tx *store.Tx) charging.Tx { return tx }}, w.clock)
		o := f.order()
		o.Prices = w.pricesOf(historyPrices)
		var results [2]charging.ImportResult
		var errs [2]error
		var both sync.WaitGroup
		for i, desk := range []*charging.Desk{w.desk, other} {
			both.Go(func() { results[i], errs[i] = desk.Import(t.Context(), manager, o) })
		}
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		a, b := results[0], results[1]
		if a.Imported+b.Imported != 4199 || a.Imported+a.Duplicates != 4199 || b.Imported+b.Duplicates != 4199 {
			t.Errorf("two at once: %+v and %+v", a.Import, b.Import)
		}
		whole := newWorld(t, storetest.SQLite(t))
		o.Prices = whole.pricesOf(historyPrices)
		whole.imports(o)
		if got, want := w.state(), whole.state(); got != want {
			t.Errorf("two at once differ from one at byte %d", differ(got, want))
		}
	})
}

// TestImportOfAFileThatChanges yields other rows when it is read again.
func TestImportOfAFileThatChanges(t *testing.T) {
	for what, change := range map[string]func(*session.Raw){
		"a new source":  func(r *session.Raw) { r.Source = "new" },
		"a new station": func(r *session.Raw) { r.StationID = "new" },
		"a new driver":  func(r *session.Raw) { r.UserID = "new" },
		"another zone":  func(r *session.Raw) { r.Zone = "Europe/Oslo" },
	} {
		w := newWorld(t, storetest.SQLite(t))
		f, reads := rows("a", 5), 0
		_, err := w.desk.Import(t.Context(), manager, charging.ImportOrder{Name: "f", Source: func(yield func(session.Raw) bool) error {
			if reads++; reads == 2 {
				f[3] = with(f[3], change)
			}
			return f.source(yield)
		}})
		wantFault(t, what, err, fault.Conflict, "file_changed", "")
		if n := len(w.allSessions()); n != 0 {
			t.Errorf("%s: %d sessions of the batch are kept", what, n)
		}
	}
}

// TestImportOfWhatCannotBePriced has one row whose amount is beyond counting.
func TestImportOfWhatCannotBePriced(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := rows("a", 3)
		f[0].Energy, f[1].Energy, f[2].Energy = ptr(energy.KWh), ptr(1_000_000*energy.KWh), ptr(energy.Quantity(0))
		o := f.order()
		o.Prices = w.pricesOf(`
tariffs: [{tariff: absurd, currency: KWD, prices: no tax, energy: [{price: 9223372036/kWh}], session: [{price: 9223372036.00}]}]
groups: [{group: a, attach: [{location: a}], tariffs: [{tariff: absurd, for: everyone}]}]`)
		r := w.imports(o)
		if r.Imported != 2 || r.Quarantined["amount_out_of_range"] != 1 {
			t.Errorf("imported %+v", r.Import)
		}
		if q := w.quarantine(); len(q) != 1 || q[0].ExternalID != "a/s1" {
			t.Errorf("put aside %+v", q)
		}
		if total := r.Totals["KWD"]; total != (money.Amount{Minor: 3 * 9_223_372_036_000, Currency: "KWD"}) {
			t.Errorf("the others add up to %s", total)
		}
	})
}

func TestImportIntoANetwork(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		network := func(name string, f file) (string, error) {
			o := f.order()
			o.Network = name
			r, err := w.desk.Import(t.Context(), manager, o)
			if err != nil {
				return "", err
			}
			all, _, err := w.desk.Sessions(t.Context(), reader, query.SessionFilter{ImportID: r.ID})
			if err != nil || len(all) != len(f) {
				t.Fatalf("%d sessions, %v", len(all), err)
			}
			var n place.Network
			w.view(func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = tx.Network(ctx, all[0].NetworkID)
				return err
			})
			return n.ExternalID, nil
		}
		wants := func(what, name, source, want string) {
			t.Helper()
			if got, err := network(name, rows(source, 2)); err != nil || got != want {
				t.Errorf("%s: into %q, %v; want %q", what, got, err, want)
			}
		}
		wants("no network is there", "", "a", "main")
		wants("the only one", "", "b", "main")
		wants("a new one by name", "north", "c", "north")
		wants("a known one by name", "north", "d", "north")
		wants("of several the main one", "", "e", "main")
		if n := len(w.events(event.NetworkSaved)); n != 2 {
			t.Errorf("%d networks were made, want main and north", n)
		}
		before := w.state()
		_, err := network("south", append(rows("f", 2), rows("c", 2)...))
		wantFault(t, "a place of another network", err, fault.Conflict, "location_in_other_network", "network")
		if w.state() != before || len(w.events(event.NetworkSaved)) != 2 {
			t.Error("the refused import leaves something")
		}
	})
}

// TestImportOfZones gives a source two zones, in one order and later in the
// other, rows without a zone, and a place that is there already.
func TestImportOfZones(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder, func(n *place.Network, l *place.Location, _ *place.EVSE) {
			n.ExternalID, l.ExternalID, l.TimeZone = "main", "known", "America/Chicago"
		})
		in := func(zone string) func(*session.Raw) { return func(r *session.Raw) { r.Zone = zone } }
		wants := func(f file, fallback string, zones map[string]string) {
			t.Helper()
			o := f.order()
			o.Zone = fallback
			r := w.imports(o)
			all, _, err := w.desk.Sessions(t.Context(), reader, query.SessionFilter{ImportID: r.ID})
			if err != nil || len(all) != len(f) || int(r.Imported) != len(f) {
				t.Fatalf("%d of %d sessions, %v", len(all), len(f), err)
			}
			for _, s := range all {
				id := strings.TrimPrefix(s.ExternalID, s.Source+"/")
				var e place.EVSE
				var l place.Location
				w.view(func(ctx context.Context, tx *store.Tx) (err error) {
					if e, err = tx.EVSE(ctx, s.EVSEID); err == nil {
						l, err = tx.Location(ctx, s.LocationID)
					}
					return err
				})
				if got := l.ExternalID + " in " + s.TimeZone; got != zones[id] || e.LocationID != l.ID || e.ExternalID != l.ExternalID+"/"+e.Name {
					t.Errorf("%s is at %s with EVSE %s, want %s", id, got, e.ExternalID, zones[id])
				}
			}
		}
		wants(file{row("a", 1), with(row("a", 2), in("Europe/Oslo")), row("a", 3), with(row("a", 4), in(""))}, "Asia/Tokyo", map[string]string{
			"s1": "a in Europe/Paris", "s2": "a@Europe/Oslo in Europe/Oslo", "s3": "a in Europe/Paris", "s4": "a@Asia/Tokyo in Asia/Tokyo"})
		wants(file{with(row("a", 5), in("Europe/Oslo")), row("a", 6)}, "", map[string]string{
			"s5": "a@Europe/Oslo in Europe/Oslo", "s6": "a in Europe/Paris"})
		wants(file{with(row("a", 7), in("Europe/Oslo"))}, "", map[string]string{"s7": "a@Europe/Oslo in Europe/Oslo"})
		wants(file{with(row("known", 1), in("Europe/Oslo")), with(row("known", 2), in("America/Chicago"))}, "", map[string]string{
			"s1": "known@Europe/Oslo in Europe/Oslo", "s2": "known in America/Chicago"})
	})
}

// TestSecondTry imports, replays and records in transactions that the database
// gives up once: what is left and told is the same as of one try.
func TestSecondTry(t *testing.T) {
	f := append(rows("a", 4100), row("a", 5))
	f[17].End = nil
	each(t, func(t *testing.T, w *world) {
		w.desk.Store = hesitant[charging.Tx]{shelf[charging.Tx]{w.db, func(tx *store.Tx) charging.Tx { return tx }}}
		o := f.order()
		o.Prices = w.pricesOf(historyPrices)
		r := w.imports(o)
		if r.Rows != 4101 || r.Imported != 4099 || r.Duplicates != 1 || r.Quarantined[session.NeverClosed] != 1 || r.Warnings[session.WarnNoEnergy] != 103 {
			t.Errorf("imported %+v", r.Import)
		}
		w.view(func(ctx context.Context, tx *store.Tx) error {
			kept, err := tx.TakingsByTariff(ctx, query.TakingsFilter{})
			if err == nil && (len(kept) != 1 || kept[0].Total != r.Totals["EUR"]) {
				t.Errorf("the import tells %v, the takings %+v", r.Totals, kept)
			}
			return err
		})
		w.site("x", assign.ByOrder)
		if added, err := w.desk.Replay(t.Context(), manager, slices.Values(w.past(10)), nil); err != nil || added != 10 {
			t.Errorf("replayed %d, %v", added, err)
		}
		report := charging.Report{ExternalID: "s", EVSE: "x-evse", Facts: even(w.now(), 60, energy.KWh)}
		if a, b := w.record(report), w.record(report); a.Session.ID != b.Session.ID {
			t.Error("recorded twice")
		}
		if n := len(w.events(event.SessionRecorded, event.SessionsImported, event.PlacesImported, event.NetworkSaved)); n != 6 {
			t.Errorf("%d events, want one for the network, one for its places, two for the batches of the file, one of the replay, one of the record", n)
		}
		w.sums()
	})
}

// TestImportUnderCheapest has sessions for which different tariffs win: each
// receipt keeps its own comparison.
func TestImportUnderCheapest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.prices(tariffs)
		w.site("x", assign.Cheapest)
		f := rows("a", 30) // from 0 to 29 kWh: above 8 kWh the fee is cheaper
		for i := range f {
			f[i].StationID, f[i].UserID = "one", "driver" // who is found once and remembered
		}
		o := f.order()
		o.Prices = w.pricesOf(`groups: [{group: g, attach: [{location: a}], tariffs: [{tariff: middle, for: everyone}, {tariff: fee, for: everyone}]}]`)
		w.imports(o)
		for _, s := range w.allSessions() {
			d, err := w.desk.Session(t.Context(), reader, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			kwh := int64(s.Energy / energy.KWh)
			want := map[string]string{"middle": money.Amount{Minor: kwh * 30, Currency: "EUR"}.String(), "fee": money.Amount{Minor: 200 + kwh*5, Currency: "EUR"}.String()}
			winner := "middle"
			if kwh > 8 {
				winner = "fee"
			}
			for _, c := range d.Resolution.Candidates {
				if c.Total != want[c.Tariff] || c.Won != (c.Tariff == winner) {
					t.Errorf("%d kWh: %s is kept as %+v, want %s and the winner %s", kwh, c.Tariff, c, want[c.Tariff], winner)
				}
			}
			if s.Tariff != winner || s.Total.String() != want[winner] {
				t.Errorf("%d kWh cost %s by %s, want %s by %s", kwh, s.Total, s.Tariff, want[winner], winner)
			}
		}
	})
}

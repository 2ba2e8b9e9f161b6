package charging_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/store"
)

// file is a pretended file of rows, which are numbered when it is read.
type file []session.Raw

func (f file) source(yield func(session.Raw) bool) error {
	for i, raw := range f {
		raw.Line = i + 2
		raw.Text = fmt.Sprintf("%s,%s,%s", raw.Source, raw.ExternalID, raw.StationID)
		if !yield(raw) {
			return nil
		}
	}
	return nil
}

func (f file) order() charging.ImportOrder {
	return charging.ImportOrder{Name: "history", Source: f.source}
}

func ptr[T any](v T) *T { return &v }

// row is a usable session of a source in Paris.
func row(source string, n int) session.Raw {
	start := calendar.Of(today) - calendar.Instant(n)*1000
	return session.Raw{ExternalID: fmt.Sprintf("s%d", n), Source: source, StationID: fmt.Sprintf("st%d", n%7), UserID: fmt.Sprintf("u%d", n%11),
		Zone: "Europe/Paris", Start: &start, End: ptr(start + 3600), Energy: ptr(energy.Quantity(n%40) * energy.KWh)}
}

func rows(source string, n int) (f file) {
	for i := range n {
		f = append(f, row(source, i))
	}
	return f
}

// with changes a row.
func with(raw session.Raw, change func(*session.Raw)) session.Raw {
	change(&raw)
	return raw
}

// historyPrices prices the location "a" and leaves others without a tariff.
const historyPrices = `
tariffs:
  - {tariff: day, currency: EUR, prices: with tax, energy: [{price: 0.30/kWh, when: {time: "06:00-22:00"}}, {price: 0.20/kWh}]}
  - {tariff: crown, currency: NOK, prices: no tax, energy: [{price: 2.00/kWh}]}
groups:
  - {group: a, attach: [{location: a}], tariffs: [{tariff: day, for: everyone}]}
`

// pricesOf lets a catalogue file in as an import's prices.
func (w *world) pricesOf(src string) func(context.Context, charging.Tx) error {
	return func(ctx context.Context, tx charging.Tx) error {
		f, err := catalog.ReadFile([]byte(src))
		if err != nil {
			return err
		}
		desk := catalog.Desk{Store: within{tx.(catalog.Tx)}, Clock: w.clock}
		_, err = desk.Import(ctx, manager, f, 0)
		return err
	}
}

// within is a store of one transaction that is open already.
type within struct{ tx catalog.Tx }

func (w within) Update(_ context.Context, do func(catalog.Tx) error) error { return do(w.tx) }
func (w within) View(_ context.Context, do func(catalog.Tx) error) error   { return do(w.tx) }

func (w *world) imports(o charging.ImportOrder) charging.ImportResult {
	w.t.Helper()
	r, err := w.desk.Import(w.t.Context(), manager, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) allSessions() (all []query.SessionRow) {
	w.t.Helper()
	for after := ""; ; {
		page, next, err := w.desk.Sessions(w.t.Context(), reader, query.SessionFilter{Page: query.Page{After: after, Limit: query.LargestPage}})
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, page...)
		if after = next; after == "" {
			return all
		}
	}
}

func (w *world) quarantine() []query.Quarantined {
	w.t.Helper()
	all, next, err := w.desk.Quarantine(w.t.Context(), reader, query.QuarantineFilter{Page: query.Page{Limit: query.LargestPage}})
	if err != nil || next != "" {
		w.t.Fatal(err, next)
	}
	return all
}

// state is everything that imports leave, but for ids, instants of recording,
// events and the runs themselves.
func (w *world) state() string {
	w.t.Helper()
	var b strings.Builder
	for _, s := range w.allSessions() {
		fmt.Fprintln(&b, s.ExternalID, s.Source, s.LocationName, s.TimeZone, s.EVSEName, s.UserName, s.Start, s.End, s.Energy, s.ChargingTime,
			s.IdleTime, s.Warnings, s.ReceiptNumber, s.Tariff, s.Total, s.Unpriced, s.Version)
	}
	kept := w.quarantine()
	slices.SortFunc(kept, func(a, b query.Quarantined) int { return strings.Compare(a.ExternalID, b.ExternalID) })
	for _, q := range kept {
		fmt.Fprintln(&b, q.Line, q.ExternalID, q.Reason, q.Message, q.Raw)
	}
	w.view(func(ctx context.Context, tx *store.Tx) error {
		counts, err := tx.Counts(ctx)
		fmt.Fprintf(&b, "%+v\n", counts)
		return err
	})
	w.sums()
	return b.String()
}

package storetest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/store"
)

// Sessions proves that sessions, facts and receipts read back as they were
// kept, once each, and that revisions add to the past and change nothing in
// it.
func Sessions(t *testing.T, db *store.DB) {
	ctx := t.Context()
	w := NewWorld(t, db)
	records := w.Records(0, 30)
	add := func(all []query.SessionRecord) (added []bool) {
		update(t, db, func(tx *store.Tx) (err error) { added, err = tx.AddSessions(ctx, all); return err })
		return added
	}
	if added := add(records[:10]); slices.Contains(added, false) {
		t.Errorf("new sessions are left out: %v", added)
	}
	again := w.Records(0, 30)
	for i := range again[:12] { // the same sessions come with ids of their own
		again[i].Session.ID += "-again"
		if again[i].Receipt != nil {
			again[i].Receipt.ID += "-again"
		}
	}
	again[11].Session.ExternalID = again[10].Session.ExternalID
	want := make([]bool, 30)
	for i := range want {
		want[i] = i >= 10 && i != 11
	}
	if added := add(again); !slices.Equal(added, want) {
		t.Errorf("an overlapping import adds %v, want %v", added, want)
	}
	nameless := w.Records(100, 2)
	nameless[0].Session.ExternalID, nameless[1].Session.ExternalID = "", ""
	if added := add(nameless); slices.Contains(added, false) {
		t.Errorf("sessions without an external id are left out: %v", added)
	}
	view(t, db, func(tx *store.Tx) error {
		for i, r := range records[:10] {
			checkSession(t, tx, i, r)
		}
		all, err := tx.SessionsAfter(ctx, "", 100)
		expect(t, "sessions in all", len(all), 31)
		rest, err2 := tx.SessionsAfter(ctx, all[20].ID, 100)
		expect(t, "sessions after the 21st", len(rest), 10)
		expectNoDifferences(t, tx)
		return firstError(err, err2)
	})
	both := records[1]
	both.Unpriced = "no_tariff"
	neither := records[1]
	neither.Receipt = nil
	for _, r := range []query.SessionRecord{both, neither} {
		r.Session.ID, r.Session.ExternalID = "unclear", "unclear"
		err := db.Update(ctx, func(tx *store.Tx) error { _, err := tx.AddSessions(ctx, []query.SessionRecord{r}); return err })
		if f := fault.As(err); f == nil || f.Code != "session_outcome_unclear" {
			t.Errorf("a session of unclear outcome gives %v", err)
		}
	}
	revisions(t, db, records[1])
}

func checkSession(t *testing.T, tx *store.Tx, n int, r query.SessionRecord) {
	t.Helper()
	ctx := t.Context()
	want := r.Session
	want.Version = 1
	byID, err := tx.Session(ctx, want.ID)
	if err != nil || !reflect.DeepEqual(byID, want) {
		t.Errorf("session %d reads back as %+v, %v\nwant %+v", n, byID, err, want)
	}
	byName, err := tx.SessionByExternalID(ctx, want.NetworkID, want.ExternalID)
	if err != nil || byName.ID != want.ID {
		t.Errorf("session %d is found by external id as %q, %v", n, byName.ID, err)
	}
	row, err := tx.SessionRow(ctx, want.ID)
	if err != nil || row.Energy != want.Facts.Energy() || row.Start != want.Facts.Start || row.End != want.Facts.End ||
		row.LocationName != "Élysée "+want.LocationID || row.EVSEName == "" || (row.UserID == "") != (row.UserName == "") ||
		!slices.Equal(row.Warnings, want.Warnings) || row.ChargingTime != 3600 || row.IdleTime != 1800 || row.Source != r.Source {
		t.Errorf("session %d is listed as %+v, %v", n, row, err)
	}
	if kept, err := tx.SessionKept(ctx, want.NetworkID, want.ExternalID); err != nil || !kept {
		t.Errorf("session %d is not known by its external id: %v", n, err)
	}
	for _, other := range [][2]string{{"other", want.ExternalID}, {want.NetworkID, "none"}, {want.NetworkID, ""}} {
		if kept, err := tx.SessionKept(ctx, other[0], other[1]); err != nil || kept {
			t.Errorf("a session %q of network %q is known: %v", other[1], other[0], err)
		}
	}
	receipt, err := tx.CurrentReceipt(ctx, want.ID)
	if r.Receipt == nil {
		if f := fault.As(err); f == nil || f.Code != "receipt_not_found" || row.Unpriced != r.Unpriced || row.ReceiptID != "" || row.ReceiptNumber != 0 {
			t.Errorf("unpriced session %d has receipt %+v, %v and is listed as %+v", n, receipt, err, row)
		}
		return
	}
	issued := *r.Receipt
	issued.SessionID, issued.Number, issued.CreatedAt = want.ID, 1, r.At
	if err != nil || !reflect.DeepEqual(receipt, issued) {
		t.Errorf("receipt %d reads back as\n%+v, %v\nwant\n%+v", n, receipt, err, issued)
	}
	if row.ReceiptID != issued.ID || row.ReceiptNumber != 1 || row.Total != issued.Receipt.Total || row.Tariff != issued.Receipt.Tariff.Name ||
		row.TariffVersionID != issued.Receipt.Tariff.VersionID || row.Unpriced != "" {
		t.Errorf("session %d is listed with %+v, but its receipt is %+v", n, row, issued)
	}
}

func revisions(t *testing.T, db *store.DB, r query.SessionRecord) {
	ctx := t.Context()
	first := *r.Receipt
	revise := func(change func(*query.SessionRecord)) error {
		next := r
		change(&next)
		return db.Update(ctx, func(tx *store.Tx) error { return tx.ReviseSession(ctx, next) })
	}
	reprice := func(number int, version int64) func(*query.SessionRecord) {
		return func(n *query.SessionRecord) {
			issued := first
			issued.ID = fmt.Sprintf("receipt-%d", number)
			issued.Receipt.Total.Minor += int64(number)
			n.Receipt, n.Session.Version, n.At = &issued, version, n.At+calendar.Instant(number)
		}
	}
	if err := revise(reprice(2, 0)); !fault.Is(err, fault.Stale) {
		t.Errorf("a revision of a version that was never read gives %v", err)
	}
	if err := revise(reprice(2, 1)); err != nil {
		t.Fatal(err)
	}
	if err := revise(reprice(3, 1)); !fault.Is(err, fault.Stale) {
		t.Errorf("a second revision of the same version gives %v", err)
	}
	unprice := func(n *query.SessionRecord) {
		n.Receipt, n.Unpriced, n.Session.Version = nil, "no_tariff", 2
	}
	if err := revise(unprice); err != nil {
		t.Fatal(err)
	}
	view(t, db, func(tx *store.Tx) error {
		_, err := tx.CurrentReceipt(ctx, r.Session.ID)
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("a session that is no longer priced has a receipt: %v", err)
		}
		expectNoDifferences(t, tx)
		return nil
	})
	longer := func(n *query.SessionRecord) {
		reprice(3, 3)(n)
		f := n.Session.Facts
		n.Session.Facts = session.Facts{Start: f.Start, End: f.End + 60, Readings: append(slices.Clone(f.Readings), session.Reading{At: f.End, Import: f.Energy() + 1}), Changes: f.Changes}
		n.Day, n.Hour = n.Day+40, (n.Hour+1)%24
	}
	if err := revise(longer); err != nil {
		t.Fatal(err)
	}
	view(t, db, func(tx *store.Tx) error {
		s, err := tx.Session(ctx, r.Session.ID)
		if err != nil || s.Version != 4 || s.Facts.Energy() != r.Session.Facts.Energy()+1 {
			t.Errorf("the revised session is %+v, %v", s, err)
		}
		all, err := tx.Receipts(ctx, r.Session.ID)
		var got []string
		for _, q := range all {
			got = append(got, fmt.Sprintf("%d %s %d", q.Number, q.ID, q.Total.Minor-first.Receipt.Total.Minor))
		}
		want := []string{"3 receipt-3 3", "2 receipt-2 2", "1 " + first.ID + " 0"}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("receipts of the revised session: %v, %v; want %v", got, err, want)
		}
		old, err := tx.Receipt(ctx, first.ID)
		if err != nil || !reflect.DeepEqual(old.Receipt, first.Receipt) {
			t.Errorf("the first receipt has become %+v, %v", old, err)
		}
		row, err := tx.SessionRow(ctx, r.Session.ID)
		if err != nil || row.ReceiptNumber != 3 || row.ReceiptID != "receipt-3" {
			t.Errorf("the revised session is listed as %+v, %v", row, err)
		}
		expectNoDifferences(t, tx)
		return nil
	})
	missing := r
	missing.Session.ID = "nowhere"
	if err := db.Update(ctx, func(tx *store.Tx) error { return tx.ReviseSession(ctx, missing) }); !fault.Is(err, fault.NotFound) {
		t.Errorf("revising a session that is not there gives %v", err)
	}
}

// Takings proves that takings equal the sums over the sessions after any
// additions and revisions, in the rows and in the reports.
func Takings(t *testing.T, db *store.DB) {
	ctx := t.Context()
	w := NewWorld(t, db)
	r := rand.New(rand.NewPCG(7, 7))
	records := w.Records(0, 300)
	for i := range records {
		records[i].Day += calendar.Date(r.IntN(60))
		records[i].Hour = r.IntN(24)
	}
	update(t, db, func(tx *store.Tx) error { _, err := tx.AddSessions(ctx, records); return err })
	for range 120 {
		i := r.IntN(len(records))
		next := records[i]
		next.Session.Version++
		if next.Receipt == nil || r.IntN(3) > 0 {
			issued := query.Issued{ID: fmt.Sprintf("again-%d-%d", i, next.Session.Version), Receipt: receiptOf(next.Session.Facts, r.IntN(100))}
			next.Receipt, next.Unpriced = &issued, ""
		} else {
			next.Receipt, next.Unpriced = nil, "no_tariff"
		}
		next.Day += calendar.Date(r.IntN(3))
		update(t, db, func(tx *store.Tx) error { return tx.ReviseSession(ctx, next) })
		records[i] = next
	}
	view(t, db, func(tx *store.Tx) error {
		expectNoDifferences(t, tx)
		checkReports(t, tx, records)
		return nil
	})
	update(t, db, func(tx *store.Tx) error { return tx.RecomputeTakings(ctx) })
	view(t, db, func(tx *store.Tx) error {
		expectNoDifferences(t, tx)
		checkReports(t, tx, records)
		return nil
	})
}

// checkReports adds the sessions up here and compares.
func checkReports(t *testing.T, tx *store.Tx, records []query.SessionRecord) {
	t.Helper()
	ctx := t.Context()
	type key struct {
		span, tariff string
		currency     money.Currency
	}
	from := records[0].Day + 10
	before := from + 31
	days, hours, tariffs := map[key]query.Sums{}, map[key]query.Sums{}, map[key]query.Sums{}
	count := func(m map[key]query.Sums, span string, r query.SessionRecord) {
		k := key{span: span}
		if r.Receipt != nil {
			k.tariff, k.currency = r.Receipt.Receipt.Tariff.Name, r.Receipt.Receipt.Currency
		}
		s := m[k]
		s.Tariff, s.Total.Currency = k.tariff, k.currency
		s.Sessions++
		s.Energy += r.Session.Facts.Energy()
		s.ChargingTime += r.ChargingTime
		s.IdleTime += r.IdleTime
		if r.Receipt != nil {
			s.Total.Minor += r.Receipt.Receipt.Total.Minor
		}
		m[k] = s
	}
	for _, r := range records {
		count(hours, fmt.Sprint(r.Hour), r)
		if r.Day >= from && r.Day < before {
			count(days, r.Day.String(), r)
			count(tariffs, "", r)
		}
	}
	compare := func(what string, want map[key]query.Sums, got map[key]query.Sums, err error) {
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("takings by %s: %v, %v\nwant %v", what, got, err, want)
		}
	}
	f := query.TakingsFilter{NetworkID: "net", From: &from, Before: &before}
	byDay, err := tx.TakingsByDay(ctx, f)
	got := map[key]query.Sums{}
	for _, d := range byDay {
		got[key{d.Day.String(), d.Tariff, d.Total.Currency}] = d.Sums
	}
	compare("day", days, got, err)
	byTariff, err := tx.TakingsByTariff(ctx, f)
	got = map[key]query.Sums{}
	for _, s := range byTariff {
		got[key{"", s.Tariff, s.Total.Currency}] = s
	}
	compare("tariff", tariffs, got, err)
	byHour, err := tx.TakingsByHour(ctx, query.TakingsFilter{})
	got = map[key]query.Sums{}
	for _, h := range byHour {
		got[key{fmt.Sprint(h.Hour), h.Tariff, h.Total.Currency}] = h.Sums
	}
	compare("hour", hours, got, err)
}

func expectNoDifferences(t *testing.T, tx *store.Tx) {
	t.Helper()
	differences, err := tx.TakingsDifferences(t.Context())
	if err != nil || len(differences) > 0 {
		t.Errorf("takings differ from the sessions: %v, %v", differences, err)
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

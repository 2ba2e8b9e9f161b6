package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/store"
)

// Feeds proves that a feed's prices read back for any time, that a price that
// is replaced stays as history and no longer holds, and that lists of slots are
// complete.
func Feeds(t *testing.T, db *store.DB) {
	ctx := t.Context()
	NewWorld(t, db)
	const hour = calendar.Instant(3600)
	hours := func(first, n int, value money.Price) (out []feed.Slot) {
		for i := range n {
			out = append(out, feed.Slot{From: calendar.Instant(first+i) * hour, Value: value + money.Price(i)})
		}
		return out
	}
	push := func(f query.Feed, slots []feed.Slot) {
		update(t, db, func(tx *store.Tx) error {
			if err := tx.SaveFeed(ctx, f); err != nil {
				return err
			}
			return tx.AddFeedSlots(ctx, f.ID, f.Version+1, f.PushedAt, f.Length, slots)
		})
	}
	f := query.Feed{ID: "f-1", NetworkID: "net", Name: "spot", Currency: "EUR", Length: 3600, PushedAt: 50}
	push(f, hours(10, 12, -100))
	other := f
	other.ID, other.Name, other.Currency = "f-2", "grid", "NOK"
	push(other, hours(0, 30, 7000))
	f.Version, f.PushedAt = 1, 60
	push(f, hours(14, 2, 500))
	f.Version, f.PushedAt = 2, 70
	push(f, hours(15, 1, 900))

	latest := hours(10, 12, -100)
	latest[4].Value, latest[5].Value = 500, 900
	prices := func(name string, from, before calendar.Instant) (out feed.Feed) {
		view(t, db, func(tx *store.Tx) (err error) { out, err = tx.FeedPrices(ctx, "net", name, from, before); return err })
		return out
	}
	whole := prices("spot", 0, 100*hour)
	if whole.Name != "spot" || whole.Currency != "EUR" || whole.Length != 3600 || !slices.Equal(whole.Slots, latest) {
		t.Errorf("the feed reads back as %+v", whole)
	}
	for from := 9*hour - 1800; from < 23*hour; from += 1800 {
		for _, before := range []calendar.Instant{from, from + 1, from + 1800, from + 3*hour} {
			want := whole.Within(from, before).Slots
			if got := prices("spot", from, before).Slots; !slices.Equal(got, want) {
				t.Errorf("from %d before %d the slots are %v, want %v", from, before, got, want)
			}
		}
	}
	feedSlots(t, db, latest)

	// The next prices come for quarters: hours that were kept are cut up.
	f.Version, f.PushedAt, f.Length = 3, 80, 900
	quarters := whole.In(900).Slots
	push(f, quarters)
	if got := prices("spot", 0, 100*hour); got.Length != 900 || !slices.Equal(got.Slots, quarters) {
		t.Errorf("in quarters the feed reads back as %+v", got)
	}
	view(t, db, func(tx *store.Tx) error {
		all, err := tx.Feeds(ctx, "net")
		if err != nil || len(all) != 2 || all[0].Name != "grid" || all[0].First != 0 || all[0].Before != 30*hour ||
			all[1].First != 10*hour || all[1].Before != 22*hour || all[1].Version != 4 || all[1].PushedAt != 80 {
			t.Errorf("feeds are listed as %+v, %v", all, err)
		}
		if _, err := tx.FeedPrices(ctx, "net", "none", 0, 1); fault.As(err) == nil || fault.As(err).Code != "feed_not_found" {
			t.Errorf("the prices of an unknown feed: %v", err)
		}
		return nil
	})
	sameName(t, db, f)
}

func feedSlots(t *testing.T, db *store.DB, latest []feed.Slot) {
	t.Helper()
	slots := func(f query.FeedSlotFilter) []string {
		f.FeedID = "f-1"
		return walk(t, db, func(s query.FeedSlot) string { return fmt.Sprintf("%d=%d@%d", s.From/3600, s.Value, s.Revision) },
			func(tx *store.Tx, p query.Page) ([]query.FeedSlot, string, error) {
				f.Page = p
				return tx.FeedSlots(t.Context(), f)
			})
	}
	got := slots(query.FeedSlotFilter{})
	if len(got) != len(latest) || got[4] != "14=500@2" || got[5] != "15=900@3" || got[6] != "16=-94@1" {
		t.Errorf("slots are listed as %v", got)
	}
	expect(t, "slots with those replaced", fmt.Sprint(slots(query.FeedSlotFilter{History: true, From: 13 * 3600, Before: 17 * 3600})),
		"[13=-97@1 14=-96@1 14=500@2 15=-95@1 15=501@2 15=900@3 16=-94@1]")
	expect(t, "slots of some hours", fmt.Sprint(slots(query.FeedSlotFilter{From: 13 * 3600, Before: 15 * 3600})), "[13=-97@1 14=500@2]")
	view(t, db, func(tx *store.Tx) error {
		rows, next, err := tx.FeedSlots(t.Context(), query.FeedSlotFilter{FeedID: "f-1", From: 15 * 3600, Page: query.Page{Limit: 1}})
		if err != nil || next == "" || len(rows) != 1 || rows[0].Length != 3600 || rows[0].PushedAt != 70 {
			t.Errorf("a slot is listed as %+v, %v", rows, err)
		}
		_, _, err = tx.FeedSlots(t.Context(), query.FeedSlotFilter{FeedID: "f-1", Page: query.Page{After: query.Cursor("x", "y")}})
		if f := fault.As(err); f == nil || f.Code != "cursor_unknown" {
			t.Errorf("a forged cursor gives %v", err)
		}
		return nil
	})
}

// sameName proves that a name is free in another network only.
func sameName(t *testing.T, db *store.DB, f query.Feed) {
	t.Helper()
	ctx := t.Context()
	f.ID, f.Version = "f-3", 0
	err := db.Update(ctx, func(tx *store.Tx) error { return tx.SaveFeed(ctx, f) })
	if taken := fault.As(err); taken == nil || taken.Code != "already_exists" || taken.Field != "name" {
		t.Errorf("a name that is taken gives %v", err)
	}
	update(t, db, func(tx *store.Tx) error {
		if err := tx.SaveNetwork(ctx, place.Network{ID: "net2", Name: "Other"}); err != nil {
			return err
		}
		f.NetworkID = "net2"
		return tx.SaveFeed(ctx, f)
	})
	view(t, db, func(tx *store.Tx) error {
		if every, err := tx.Feeds(ctx, ""); err != nil || len(every) != 3 || every[1].NetworkID != "net" || every[2].NetworkID != "net2" {
			t.Errorf("the feeds of all networks are listed as %+v, %v", every, err)
		}
		all, err := tx.FeedsNamed(ctx, "spot")
		if err != nil || len(all) != 2 || all[0].NetworkID != "net" || all[1].NetworkID != "net2" || all[1].First != 0 || all[1].Before != 0 {
			t.Errorf("feeds of one name are listed as %+v, %v", all, err)
		}
		return nil
	})
}

// DayCharges proves that what a driver was charged by day is that of the
// current receipts alone.
func DayCharges(t *testing.T, db *store.DB) {
	ctx := t.Context()
	w := NewWorld(t, db)
	records := w.Records(1, 6) // the seventh is unpriced
	day := func(d calendar.Date, cents int64) pricing.DayAmount {
		charged := money.Amount{Minor: cents, Currency: "EUR"}
		return pricing.DayAmount{Date: d, Amount: charged.Exact(), Charged: charged}
	}
	for i := range records {
		s := &records[i]
		s.Session.UserID, s.Session.TokenID = "user-01", "token-1"
		s.Receipt.Receipt.Tariff.Name = "capped"
		s.Receipt.Receipt.Days = []pricing.DayAmount{day(100, int64(i)+1), day(101, 50)}
	}
	records[1].Session.UserID = "user-02"
	records[2].Session.UserID = ""                                 // the token alone
	records[3].Receipt.Receipt.Tariff.Name = "other"               //
	records[4].Session.UserID, records[4].Session.TokenID = "", "" // nobody known
	update(t, db, func(tx *store.Tx) error { _, err := tx.AddSessions(ctx, records); return err })
	charges := func(f query.DayFilter) (out []string) {
		f.Tariff = "capped"
		view(t, db, func(tx *store.Tx) error {
			all, err := tx.DayCharges(ctx, f)
			for _, c := range all {
				if c.NetworkID != "net" || c.ExternalID == "" {
					t.Errorf("a charge is %+v", c)
				}
				out = append(out, fmt.Sprintf("%s %d %s", c.SessionID[len(c.SessionID)-1:], c.Date, c.Amount.Decimal(2)))
			}
			return err
		})
		return out
	}
	expectAll := func(what string, got []string, want ...string) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	expectAll("one user", charges(query.DayFilter{UserID: "user-01", TokenID: "token-1", From: 90, To: 101}),
		"1 100 0.01", "6 100 0.06", "1 101 0.50", "6 101 0.50")
	expectAll("one day", charges(query.DayFilter{UserID: "user-02", From: 101, To: 101}), "2 101 0.50")
	expectAll("a token", charges(query.DayFilter{TokenID: "token-1", From: 100, To: 100}), "3 100 0.03")
	expectAll("nobody", charges(query.DayFilter{From: 100, To: 101}))
	expectAll("a day without charges", charges(query.DayFilter{UserID: "user-01", From: 102, To: 110}))

	next := records[0]
	next.Session.Version = 1
	second := *next.Receipt
	second.ID, second.Receipt.Days = "second", []pricing.DayAmount{day(100, 77)}
	next.Receipt = &second
	update(t, db, func(tx *store.Tx) error { return tx.ReviseSession(ctx, next) })
	expectAll("after a second receipt", charges(query.DayFilter{UserID: "user-01", From: 100, To: 101}), "1 100 0.77", "6 100 0.06", "6 101 0.50")
}

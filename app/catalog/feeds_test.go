package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"kwote/app/catalog"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/store"
)

// midnight is a whole hour.
const midnight = calendar.Instant(1_777_852_800)

// spot is a feed of prices in cents, each a slot after the one before.
func spot(length int64, from calendar.Instant, cents ...int64) feed.Feed {
	f := feed.Feed{Name: "spot-fr", Currency: "EUR", Length: length}
	for i, c := range cents {
		f.Slots = append(f.Slots, feed.Slot{From: from + calendar.Instant(int64(i)*length), Value: money.Price(c * 10_000_000)})
	}
	return f
}

func (w *world) push(f feed.Feed) catalog.FeedPushed {
	w.t.Helper()
	p, err := w.desk.PushFeed(w.t.Context(), manager, "main", f, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// slots tells the prices that hold as "minutes since midnight=cents", with
// those replaced as "(…)".
func (w *world) slots(history bool) string {
	w.t.Helper()
	rows, _, err := w.desk.FeedSlots(w.t.Context(), reader, "id-main", "spot-fr", query.FeedSlotFilter{History: history})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, s := range rows {
		out = append(out, fmt.Sprintf("%d=%d", (s.From-midnight)/60, s.Value/10_000_000))
	}
	return strings.Join(out, " ")
}

func TestPushFeed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.push(spot(3600, midnight, 10, 20, 30))
		if !p.Created || p.Added != 3 || p.Changed != 0 || p.Same != 0 || p.Feed.Version != 1 || p.Feed.First != midnight || p.Feed.Before != midnight+3*3600 {
			t.Errorf("the first push: %+v", p)
		}
		if p := w.push(spot(3600, midnight, 10, 20, 30)); p.Created || p.Added+p.Changed != 0 || p.Same != 3 || p.Feed.Version != 1 {
			t.Errorf("the same again: %+v", p)
		}
		w.step(60e9)
		if p := w.push(spot(3600, midnight+2*3600, 31, 40)); p.Added != 1 || p.Changed != 1 || p.Same != 0 || p.Feed.Version != 2 || p.Feed.PushedAt != w.now() {
			t.Errorf("a price replaced and a new one: %+v", p)
		}
		if got, all := w.slots(false), w.slots(true); got != "0=10 60=20 120=31 180=40" || all != "0=10 60=20 120=30 120=31 180=40" {
			t.Errorf("slots %s, with history %s", got, all)
		}
		if p := w.push(spot(3600, midnight+2*3600, 30)); p.Changed != 1 || w.slots(false) != "0=10 60=20 120=30 180=40" {
			t.Errorf("back to the old price: %+v, slots %s", p, w.slots(false))
		}
		// Half hours come: what is there is cut up, and whole hours still come.
		if p := w.push(spot(1800, midnight+1800, 11, 20)); p.Changed != 1 || p.Same != 1 || p.Feed.Length != 1800 ||
			w.slots(false) != "0=10 30=11 60=20 90=20 120=30 150=30 180=40 210=40" {
			t.Errorf("half an hour: %+v, slots %s", p, w.slots(false))
		}
		if p := w.push(spot(3600, midnight+3*3600, 41, 50)); p.Changed != 2 || p.Added != 2 || p.Feed.Length != 1800 ||
			w.slots(false) != "0=10 30=11 60=20 90=20 120=30 150=30 180=41 210=41 240=50 270=50" {
			t.Errorf("whole hours: %+v, slots %s", p, w.slots(false))
		}
		w.wantEvents("pushing", 0, event.FeedPushed, event.FeedPushed, event.FeedPushed, event.FeedPushed, event.FeedPushed)
		e := w.events()[1]
		if e.Subject != (event.Subject{Kind: "feed", ID: p.Feed.ID}) || e.Actor.ID != manager.ID ||
			!strings.Contains(string(e.Data), `"added":1`) || !strings.Contains(string(e.Data), `"changed":1`) || !strings.Contains(string(e.Data), `"version":2`) {
			t.Errorf("the event is %+v %s", e.Event, e.Data)
		}
		feeds, err := w.desk.Feeds(t.Context(), reader, "main")
		if err != nil || len(feeds) != 1 || feeds[0].Version != 5 {
			t.Errorf("feeds %+v, %v", feeds, err)
		}
		one, err := w.desk.Feed(t.Context(), reader, "main", "spot-fr")
		if err != nil || one != feeds[0] {
			t.Errorf("by name %+v, %v", one, err)
		}
	})
}

func TestPushFeedRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.push(spot(3600, midnight, 10))
		before := len(w.events())
		for _, c := range []struct {
			what        string
			change      func(*feed.Feed)
			kind        fault.Kind
			code, field string
		}{
			{"no name", func(f *feed.Feed) { f.Name = "" }, fault.Invalid, "feed_name_malformed", "name"},
			{"no currency", func(f *feed.Feed) { f.Currency = "XQQ" }, fault.Invalid, "currency_unknown", "currency"},
			{"another currency", func(f *feed.Feed) { f.Currency = "NOK" }, fault.Conflict, "feed_currency_fixed", "currency"},
			{"no slots", func(f *feed.Feed) { f.Slots = nil }, fault.Invalid, "feed_empty", "slots"},
			{"a slot off the grid", func(f *feed.Feed) { f.Slots[0].From++ }, fault.Invalid, "feed_slot_off_grid", "slots"},
			{"slots of 20 minutes", func(f *feed.Feed) { f.Length = 1200 }, fault.Invalid, "feed_slot_length", "slotMinutes"},
		} {
			f := spot(3600, midnight, 10)
			c.change(&f)
			_, err := w.desk.PushFeed(ctx, manager, "main", f, 0)
			wantFault(t, c.what, err, c.kind, c.code, c.field)
		}
		_, err := w.desk.PushFeed(ctx, manager, "nowhere", spot(3600, midnight, 10), 0)
		wantFault(t, "an unknown network", err, fault.NotFound, "network_not_found", "")
		_, _, err = w.desk.FeedSlots(ctx, reader, "main", "none", query.FeedSlotFilter{})
		wantFault(t, "an unknown feed", err, fault.NotFound, "feed_not_found", "")
		for version, want := range map[int64]string{1: "", 7: "stale"} {
			_, err := w.desk.PushFeed(ctx, manager, "main", spot(3600, midnight, 10), version)
			if f := fault.As(err); f == nil != (want == "") || f != nil && f.Code != want {
				t.Errorf("a push at version %d: %v", version, err)
			}
		}
		_, err = w.desk.PushFeed(ctx, reader, "main", spot(3600, midnight, 10), 0)
		wantFault(t, "a push by a reader", err, fault.Denied, "not_allowed", "")
		for what, ask := range map[string]func(access.Actor) error{
			"feeds": func(by access.Actor) error { _, err := w.desk.Feeds(ctx, by, "main"); return err },
			"feed":  func(by access.Actor) error { _, err := w.desk.Feed(ctx, by, "main", "spot-fr"); return err },
			"slots": func(by access.Actor) error {
				_, _, err := w.desk.FeedSlots(ctx, by, "main", "spot-fr", query.FeedSlotFilter{})
				return err
			},
		} {
			if err := ask(reader); err != nil {
				t.Errorf("%s by a reader: %v", what, err)
			}
			wantFault(t, what+" by nobody", ask(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
		}
		if n := len(w.events()); n != before {
			t.Errorf("%d events of refused pushes", n-before)
		}
	})
}

// TestPushFeedRace lets many push different prices at once: none is lost.
func TestPushFeedRace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const pushes = 4
		results := make(chan error, pushes)
		for i := range pushes {
			f := spot(3600, midnight+calendar.Instant(i*3600), int64(i)+1)
			go func() {
				_, err := w.desk.PushFeed(t.Context(), manager, "main", f, 0)
				results <- err
			}()
		}
		for range pushes {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if got := w.slots(true); got != "0=1 60=2 120=3 180=4" {
			t.Errorf("slots %s", got)
		}
	})
}

func TestFeedsAndTariffsAgreeOnCurrency(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		if err := w.db.Update(ctx, func(tx *store.Tx) error {
			return tx.SaveNetwork(ctx, place.Network{ID: "id-north", ExternalID: "north", Name: "North"})
		}); err != nil {
			t.Fatal(err)
		}
		fed := func(name, currency, feed string) error {
			_, err := w.desk.Publish(ctx, manager, decode(t, fmt.Sprintf(
				"{tariff: %s, currency: %s, prices: with tax, energy: [{price: {feed: %s, fallback: 0.40/kWh}}]}", name, currency, feed)), 0, "")
			return err
		}
		if err := fed("spot", "EUR", "spot-fr"); err != nil {
			t.Fatalf("a feed that has not come yet may be named: %v", err)
		}
		krona := spot(3600, midnight, 10)
		krona.Currency = "NOK"
		_, err := w.desk.PushFeed(ctx, manager, "north", krona, 0)
		wantFault(t, "a feed in another currency than the tariff", err, fault.Conflict, "feed_currency_differs", "currency")
		w.push(spot(3600, midnight, 10))
		if err := fed("spot-more", "EUR", "spot-fr"); err != nil {
			t.Error(err)
		}
		wantFault(t, "a tariff in another currency than the feed", fed("spot-no", "NOK", "spot-fr"), fault.Conflict, "feed_currency_differs", "currency")
		krona.Name = "spot-no"
		if _, err := w.desk.PushFeed(ctx, manager, "north", krona, 0); err != nil {
			t.Error(err)
		}
	})
}

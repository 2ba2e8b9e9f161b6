package catalog_test

import (
	"errors"
	"fmt"
	"kwote/domain/tariff"
	"strings"
	"testing"
	"time"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/store"
)

func TestPublishIsIdempotent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		doc := flat(t, "rapid", "0.49")
		first := w.publish(doc, 0)
		if !first.Changed || first.Version.Number != 1 || first.Version.From != 0 || first.Tariff.Version != 1 || first.Version.CreatedBy != "staff-1" {
			t.Fatalf("first version is %+v", first)
		}
		w.step(time.Hour)
		for range 3 {
			again := w.publish(decode(t, `{"energy":[{"price":"0.490/kWh"}],"prices":"with tax","currency":"EUR","tariff":"rapid"}`), 0)
			if again.Changed || again.Version.ID != first.Version.ID || again.Tariff != first.Tariff {
				t.Errorf("the same document in other words gives %+v", again)
			}
		}
		w.wantEvents("publishing the same four times", 0, event.TariffPublished)

		changed := w.publish(flat(t, "rapid", "0.59"), 0)
		if !changed.Changed || changed.Version.Number != 2 || changed.Version.From != w.now() || changed.Tariff.ID != first.Tariff.ID {
			t.Errorf("second version is %+v", changed)
		}
		v, err := w.desk.Version(t.Context(), reader, first.Version.ID)
		if err != nil || v.Document.Dimension(tariff.Energy).Rules[0].Price != doc.Dimension(tariff.Energy).Rules[0].Price || v.Number != 1 {
			t.Errorf("after a second version the first reads %+v, %v", v, err)
		}
		back := w.publish(doc, 0)
		if !back.Changed || back.Version.Number != 3 || back.Version.From != w.now()+1 {
			t.Errorf("going back to the first price within the same second gives %+v, want version 3 a second later", back)
		}
	})
}

func TestNightlyPublishLeavesScheduledVersionsAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, next := flat(t, "rapid", "0.49"), flat(t, "rapid", "0.59")
		december := w.now() + 200*86400
		w.publish(old, 0)
		if p := w.publish(next, december); !p.Changed || p.Version.From != december || p.Version.AnnounceAt != december {
			t.Fatalf("scheduled %+v", p)
		}
		for what, from := range map[string]calendar.Instant{"from now": 0, "from before the switch": december - 1} {
			if p := w.publish(old, from); p.Changed || p.Version.Number != 1 {
				t.Errorf("publishing what holds today, %s, gives %+v", what, p)
			}
		}
		for what, from := range map[string]calendar.Instant{"from the same instant": december, "from later": december + 60, "from now": 0} {
			if p := w.publish(next, from); p.Changed || p.Version.Number != 2 {
				t.Errorf("publishing the scheduled version again, %s, gives %+v", what, p)
			}
		}
		_, err := w.desk.Publish(t.Context(), manager, flat(t, "rapid", "0.55"), 0, "")
		wantFault(t, "a third price from now, before the scheduled one", err, fault.Conflict, "from_before_newest", "from")
		if got, want := w.versions("rapid"), fmt.Sprintf("2@%d 1@0", december); got != want {
			t.Errorf("versions %s, want %s", got, want)
		}
		w.wantEvents("all that", 0, event.TariffPublished, event.TariffPublished)
	})
}

func TestVersionsStartOneAfterTheOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.now()
		publish := func(price string, from calendar.Instant) error {
			_, err := w.desk.Publish(ctx, manager, flat(t, "rapid", price), from, "")
			return err
		}
		if err := publish("0.10", now-1000); err != nil {
			t.Errorf("a first version may price history: %v", err)
		}
		wantFault(t, "a later version a second ago", publish("0.20", now-1), fault.Invalid, "from_in_the_past", "from")
		if err := publish("0.20", now); err != nil {
			t.Errorf("from this second on: %v", err)
		}
		if err := publish("0.30", now+100); err != nil {
			t.Errorf("in the future: %v", err)
		}
		wantFault(t, "before the newest", publish("0.40", now+50), fault.Conflict, "from_before_newest", "from")
		wantFault(t, "together with the newest", publish("0.40", now+100), fault.Conflict, "from_before_newest", "from")
		if got, want := w.versions("rapid"), fmt.Sprintf("3@%d 2@%d 1@%d", now+100, now, now-1000); got != want {
			t.Errorf("versions %s, want %s", got, want)
		}
		_, err := w.desk.Publish(ctx, manager, decode(t, "{tariff: rapid, currency: NOK, prices: no tax, energy: [{price: 1/kWh}]}"), now+200, "")
		wantFault(t, "another currency", err, fault.Conflict, "currency_fixed", "currency")
		if n := len(w.events()); n != 3 {
			t.Errorf("%d events, want none of the refused versions", n)
		}
	})
}

func TestExternalIDOfATariff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		doc := flat(t, "rapid", "0.49")
		w.publish(doc, 0)
		p, err := w.desk.Publish(ctx, manager, doc, 0, "erp-7")
		if err != nil || p.Changed || p.Tariff.ExternalID != "erp-7" || p.Tariff.Version != 2 {
			t.Fatalf("the same document with an external id: %+v, %v", p, err)
		}
		if _, err := w.desk.Publish(ctx, manager, doc, 0, "erp-7"); err != nil {
			t.Fatal(err)
		}
		w.wantEvents("naming the tariff", 0, event.TariffPublished, event.TariffSaved)
		for _, name := range []string{"rapid", "erp-7", p.Tariff.ID} {
			if found, _, err := w.desk.Tariff(ctx, reader, name); err != nil || found != p.Tariff {
				t.Errorf("by %q: %+v, %v; want %+v", name, found, err, p.Tariff)
			}
		}
		_, err = w.desk.Publish(ctx, manager, flat(t, "slow", "0.19"), 0, "erp-7")
		wantFault(t, "an external id that is taken", err, fault.Conflict, "already_exists", "externalId")
		if _, _, err := w.desk.Tariff(ctx, reader, "slow"); !fault.Is(err, fault.NotFound) {
			t.Errorf("the refused tariff is found: %v", err)
		}
		rows, _, err := w.desk.Tariffs(ctx, reader, query.TariffFilter{Text: "RAP"})
		if err != nil || len(rows) != 1 || rows[0].LatestNumber != 1 {
			t.Errorf("listed %+v, %v", rows, err)
		}
	})
}

func TestAnnounceDue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, start := t.Context(), w.now()
		w.publish(flat(t, "rapid", "0.10"), 0) // holds already: needs no saying
		w.publish(flat(t, "rapid", "0.20"), start+3600)
		w.publish(flat(t, "rapid", "0.30"), start+7200)
		w.publish(flat(t, "slow", "0.30"), start+3600)
		before := len(w.events())
		sweep := func(want int) {
			t.Helper()
			if done, err := w.desk.AnnounceDue(ctx); err != nil || done != want {
				t.Errorf("at %s the sweep announces %d, %v; want %d", w.now(), done, err, want)
			}
		}
		sweep(0)
		w.step(time.Hour - time.Second)
		sweep(0)
		w.step(time.Second)
		sweep(2)
		sweep(0)
		w.step(24 * time.Hour)
		sweep(1)
		sweep(0)
		all := w.events()[before:]
		if len(all) != 3 {
			t.Fatalf("%d events, want 3", len(all))
		}
		last := all[2]
		if last.Type != event.TariffEffective || last.Actor.ID != access.Kwote.ID || last.At != w.now() ||
			!strings.Contains(string(last.Data), `"version":3`) || !strings.Contains(string(last.Data), (start+7200).String()) {
			t.Errorf("the last event is %+v %s", last.Event, last.Data)
		}
	})
}

func TestTwoSweepsAnnounceOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const versions = 30
		for i := range versions {
			w.publish(flat(t, fmt.Sprintf("t-%d", i), "0.10"), w.now()+60)
		}
		before := len(w.events())
		w.step(time.Minute)
		type outcome struct {
			done int
			err  error
		}
		results := make(chan outcome, 2)
		for range cap(results) {
			go func() {
				done, err := w.desk.AnnounceDue(t.Context())
				results <- outcome{done, err}
			}()
		}
		a, b := <-results, <-results
		if err := errors.Join(a.err, b.err); err != nil || a.done+b.done != versions {
			t.Errorf("two sweeps at once announce %d and %d of %d, %v", a.done, b.done, versions, err)
		}
		seen := map[string]int{}
		for _, e := range w.events()[before:] {
			seen[e.Subject.ID]++
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("tariff %s was announced %d times", id, n)
			}
		}
		if len(seen) != versions {
			t.Errorf("%d tariffs announced, want %d", len(seen), versions)
		}
	})
}

// TestPublishRace lets many publish different prices of one tariff at once:
// each either becomes a version or is told that it came too late.
func TestPublishRace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.publish(flat(t, "rapid", "0.01"), 0)
		results := make(chan error, 8)
		for i := range cap(results) {
			doc := flat(t, "rapid", fmt.Sprintf("0.%d", i+10))
			go func() {
				_, err := w.desk.Publish(t.Context(), manager, doc, 0, "")
				results <- err
			}()
		}
		published := 1
		for range cap(results) {
			switch err := <-results; {
			case err == nil:
				published++
			case !fault.Is(err, fault.Stale) && !fault.Is(err, fault.Conflict):
				t.Errorf("a late publisher is told: %v", err)
			}
		}
		_, versions, err := w.desk.Tariff(t.Context(), reader, "rapid")
		if err != nil || len(versions) != published || published < 2 {
			t.Errorf("%d versions of %d published, %v", len(versions), published, err)
		}
		if w.db.Engine() == store.SQLite && published != 9 {
			t.Errorf("with one writer nobody is late, but %d were published", published)
		}
		starts := map[calendar.Instant]bool{}
		for _, v := range versions {
			if starts[v.From] {
				t.Errorf("two versions hold from %s", v.From)
			}
			starts[v.From] = true
		}
	})
}

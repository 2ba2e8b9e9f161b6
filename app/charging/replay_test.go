package charging_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/session"
)

// past are n finished sessions at x-evse, by ada and ad hoc in turn.
func (w *world) past(n int) (all []session.Session) {
	for i := range n {
		s := session.Session{ID: fmt.Sprintf("018bcfe5-0000-7000-8000-%012d", i), ExternalID: fmt.Sprintf("p%d", i), EVSEID: "id-x-evse",
			Facts: even(w.now()-100_000+10*calendar.Instant(i), 600, energy.Quantity(i%30)*energy.KWh)}
		if i%2 == 0 {
			s.UserID = "id-ada"
		}
		all = append(all, s)
	}
	return all
}

func TestReplay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.prices(tariffs)
		w.site("x", assign.ByOrder)
		w.prices(`groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: middle, for: everyone}, {tariff: cheap, for: {groups: [staff]}}]}]`)
		all := w.past(4100)
		var told []int64
		added, err := w.desk.Replay(ctx, manager, slices.Values(all), func(done int64) { told = append(told, done) })
		if err != nil || added != 4100 || !slices.Equal(told, []int64{4000, 4100}) {
			t.Fatalf("replayed %d, %v, told %v", added, err, told)
		}
		for i, want := range map[int]string{12: "cheap 1.20", 13: "middle 3.90"} {
			d, err := w.desk.Session(ctx, reader, all[i].ID)
			if err != nil || d.Row.Tariff+" "+d.Row.Total.String() != want || d.Session.NetworkID != "id-x-net" || d.Session.LocationID != "id-x-loc" {
				t.Errorf("session %d is %+v, %v; want %s", i, d.Row, err, want)
			}
			told := w.record(charging.Report{ExternalID: all[i].ExternalID, EVSE: "x-evse", User: all[i].UserID, Facts: all[i].Facts})
			if told.Session.ID != all[i].ID {
				t.Errorf("session %d, told of again, is %s", i, told.Session.ID)
			}
		}
		if n := len(w.events(event.SessionsImported)); n != 2 {
			t.Errorf("%d events, want one per batch", n)
		}
		before := w.state()
		if added, err := w.desk.Replay(ctx, manager, slices.Values(all), nil); err != nil || added != 0 || w.state() != before {
			t.Errorf("the same again adds %d, %v", added, err)
		}
		if n := len(w.events(event.SessionsImported)); n != 2 {
			t.Errorf("the same again leaves %d events", n-2)
		}
	})
}

// TestReplayCutOff ends a replay after its first batch and lets another finish
// it.
func TestReplayCutOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		all := w.past(4100)
		ctx, cancel := context.WithCancel(t.Context())
		added, err := w.desk.Replay(ctx, manager, slices.Values(all), func(int64) { cancel() })
		if !errors.Is(err, context.Canceled) || added != 4000 {
			t.Fatalf("cut off: %d, %v", added, err)
		}
		if added, err := w.desk.Replay(t.Context(), manager, slices.Values(all), nil); err != nil || added != 100 {
			t.Errorf("finished: %d, %v", added, err)
		}
		if n := len(w.allSessions()); n != 4100 {
			t.Errorf("%d sessions", n)
		}
		w.sums()
	})
}

func TestReplayRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.site("x", assign.ByOrder)
		for what, c := range map[string]struct {
			change func(*session.Session)
			kind   fault.Kind
			field  string
		}{
			"unknown EVSE":   {func(s *session.Session) { s.EVSEID = "ghost" }, fault.NotFound, "evse"},
			"unknown driver": {func(s *session.Session) { s.UserID = "ghost" }, fault.NotFound, "user"},
			"no length":      {func(s *session.Session) { s.Facts.End = s.Facts.Start }, fault.Invalid, "end"},
		} {
			all := w.past(3)
			c.change(&all[2])
			added, err := w.desk.Replay(t.Context(), manager, slices.Values(all), nil)
			if f := fault.As(err); added != 0 || f == nil || f.Kind != c.kind || f.Field != c.field {
				t.Errorf("%s: %d added, %v", what, added, err)
			}
		}
		if n := len(w.allSessions()); n != 0 {
			t.Errorf("refused replays left %d sessions", n)
		}
	})
}

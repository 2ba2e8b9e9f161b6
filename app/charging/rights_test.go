package charging_test

import (
	"context"
	"slices"
	"testing"

	"kwote/app/charging"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/session"
)

func TestRights(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.prices(tariffs)
		w.site("x", assign.ByOrder)
		w.prices(`groups: [{group: g, attach: [{network: x-net}], tariffs: [{tariff: middle, for: everyone}]}]`)
		report := charging.Report{ExternalID: "s", EVSE: "x-evse", Facts: even(w.now(), 60, energy.KWh)}
		d := w.record(report)
		before := len(w.events())
		changes := map[string]func(by access.Actor) error{
			"record": func(by access.Actor) error {
				r := report
				r.ExternalID = "another"
				_, err := w.desk.Record(ctx, by, r)
				return err
			},
			"import": func(by access.Actor) error {
				_, err := w.desk.Import(ctx, by, charging.ImportOrder{Name: "f",
					Source: func(func(session.Raw) bool) error { t.Error("the file is read"); return nil },
					Prices: func(context.Context, charging.Tx) error { t.Error("prices are let in"); return nil }})
				return err
			},
			"replay": func(by access.Actor) error {
				_, err := w.desk.Replay(ctx, by, slices.Values([]session.Session{d.Session}), nil)
				return err
			},
		}
		for name, change := range changes {
			wantFault(t, name+" by a reader", change(reader), fault.Denied, "not_allowed", "")
			wantFault(t, name+" by nobody", change(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
			wantFault(t, name+" by a driver", change(access.Actor{Kind: access.User, ID: "id-ada"}), fault.Denied, "not_allowed", "")
		}
		questions := map[string]func(by access.Actor) error{
			"resolve": func(by access.Actor) error {
				_, err := w.desk.Resolve(ctx, by, charging.Question{EVSE: "x-evse"})
				return err
			},
			"quote": func(by access.Actor) error {
				_, err := w.desk.Quote(ctx, by, charging.Question{EVSE: "x-evse"}, charging.ReferenceUsage)
				return err
			},
			"sessions": func(by access.Actor) error { _, _, err := w.desk.Sessions(ctx, by, query.SessionFilter{}); return err },
			"session":  func(by access.Actor) error { _, err := w.desk.Session(ctx, by, d.Session.ID); return err },
			"receipt":  func(by access.Actor) error { _, _, err := w.desk.Receipt(ctx, by, d.Receipt.ID); return err },
			"imports":  func(by access.Actor) error { _, _, err := w.desk.Imports(ctx, by, query.Page{}); return err },
			"quarantine": func(by access.Actor) error {
				_, _, err := w.desk.Quarantine(ctx, by, query.QuarantineFilter{})
				return err
			},
			"reasons": func(by access.Actor) error { _, err := w.desk.QuarantineReasons(ctx, by, ""); return err },
		}
		for name, ask := range questions {
			if err := ask(reader); err != nil {
				t.Errorf("%s by a reader: %v", name, err)
			}
			wantFault(t, name+" by nobody", ask(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
			wantFault(t, name+" by a driver", ask(access.Actor{Kind: access.User, ID: "id-ada"}), fault.Denied, "not_allowed", "")
		}
		if n := len(w.events()); n != before {
			t.Errorf("%d events of refused changes", n-before)
		}
		_, err := w.desk.Session(ctx, reader, "nothing")
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown session gives %v", err)
		}
	})
}

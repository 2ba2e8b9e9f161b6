package catalog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
)

func TestEveryChangeLeavesAnEvent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		rapid := w.publish(flat(t, "rapid", "0.49"), 0)
		later := w.publish(flat(t, "rapid", "0.59"), w.now()+60)
		group, err := w.desk.SaveGroup(ctx, manager, assign.Group{ExternalID: "g", Name: "Group", Position: 2,
			Entries:  []assign.Entry{{Tariff: "rapid", Audience: assign.Audience{Everyone: true}}},
			Attached: []assign.Attachment{{Scope: assign.OnEVSE, PlaceID: "id-FR*KWO*E1"}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.desk.Import(ctx, manager, read(t, good), 0); err != nil {
			t.Fatal(err)
		}
		want := []struct {
			kind event.Type
			id   string
			data string
		}{
			{event.TariffPublished, rapid.Tariff.ID, `"version":1,"versionId":"` + rapid.Version.ID},
			{event.TariffPublished, later.Tariff.ID, `"version":2,"versionId":"` + later.Version.ID},
			{event.TariffGroupSaved, group.ID, `"tariffs":["rapid"]`},
			{event.TariffPublished, "", `"tariff":"staff"`},
			{event.TariffGroupSaved, "", `"tariffs":["rapid","staff"]`},
		}
		got := w.events()
		if len(got) != len(want) {
			t.Fatalf("%d events, want %d", len(got), len(want))
		}
		for i, c := range want {
			e := got[i]
			if e.Type != c.kind || c.id != "" && e.Subject.ID != c.id || e.Subject.ID == "" || e.Actor.ID != manager.ID || e.Actor.Kind != access.Staff || e.At != w.now() {
				t.Errorf("event %d is %+v, want %s of %s by %s", i, e.Event, c.kind, c.id, manager.ID)
			}
			if !json.Valid(e.Data) || !strings.Contains(string(e.Data), c.data) {
				t.Errorf("event %d holds %s, want %s", i, e.Data, c.data)
			}
		}
	})
}

func TestRights(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.publish(flat(t, "rapid", "0.49"), 0)
		g, err := w.desk.SaveGroup(ctx, manager, assign.Group{ExternalID: "g", Name: "G", Entries: []assign.Entry{{Tariff: "rapid", Audience: assign.Audience{Everyone: true}}}})
		if err != nil {
			t.Fatal(err)
		}
		before := len(w.events())
		changes := map[string]func(by access.Actor) error{
			"publish":    func(by access.Actor) error { _, err := w.desk.Publish(ctx, by, flat(t, "x", "0.1"), 0, ""); return err },
			"save group": func(by access.Actor) error { _, err := w.desk.SaveGroup(ctx, by, g); return err },
			"import":     func(by access.Actor) error { _, err := w.desk.Import(ctx, by, read(t, good), 0); return err },
		}
		for name, change := range changes {
			wantFault(t, name+" by a reader", change(reader), fault.Denied, "not_allowed", "")
			wantFault(t, name+" by support", change(access.Actor{Kind: access.Staff, ID: "s", Roles: []access.Role{access.Support, access.Finance}}), fault.Denied, "not_allowed", "")
			wantFault(t, name+" by nobody", change(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
		}
		questions := map[string]func(by access.Actor) error{
			"tariffs": func(by access.Actor) error { _, _, err := w.desk.Tariffs(ctx, by, query.TariffFilter{}); return err },
			"tariff":  func(by access.Actor) error { _, _, err := w.desk.Tariff(ctx, by, "rapid"); return err },
			"version": func(by access.Actor) error { _, err := w.desk.Version(ctx, by, p.Version.ID); return err },
			"groups":  func(by access.Actor) error { _, err := w.desk.Groups(ctx, by); return err },
			"group":   func(by access.Actor) error { _, err := w.desk.Group(ctx, by, "g"); return err },
		}
		for name, ask := range questions {
			if err := ask(reader); err != nil {
				t.Errorf("%s by a reader: %v", name, err)
			}
			wantFault(t, name+" by nobody", ask(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
			wantFault(t, name+" by a driver", ask(access.Actor{Kind: access.User, ID: "u"}), fault.Denied, "not_allowed", "")
		}
		if n := len(w.events()); n != before {
			t.Errorf("%d events of refused changes", n-before)
		}
	})
}

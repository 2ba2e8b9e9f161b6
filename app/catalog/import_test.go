package catalog_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"kwote/app/catalog"
	"kwote/domain/assign"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
)

const good = `
tariffs:
  - {tariff: rapid, currency: EUR, prices: with tax, energy: [{price: 0.49/kWh}]}
  - {tariff: staff, currency: EUR, prices: with tax, energy: [{price: 0.19/kWh}]}
groups:
  - group: public
    title: Public prices
    position: 5
    attach: [{network: main}, {partner: mall}, {location: lyon}, {evse: "FR*KWO*E1"}]
    tariffs:
      - {tariff: rapid, for: everyone}
      - {tariff: staff, for: {groups: [staff, fleet], partnerUsers: [mall], access: [public]}}
`

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		done, err := w.desk.Import(ctx, manager, read(t, good), 0)
		if err != nil || done != (catalog.Imported{Tariffs: 2, Published: 2, Groups: 1}) {
			t.Fatalf("imported %+v, %v", done, err)
		}
		want := assign.Group{ExternalID: "public", Name: "Public prices", Position: 5, Version: 1,
			Entries: []assign.Entry{{Tariff: "rapid", Audience: assign.Audience{Everyone: true}},
				{Tariff: "staff", Audience: assign.Audience{Groups: []string{"id-staff", "id-fleet"}, PartnerUsers: []string{"id-mall"}, Access: []assign.Access{assign.Public}}}},
			Attached: []assign.Attachment{{Scope: assign.OnNetwork, PlaceID: "id-main"}, {Scope: assign.OnPartner, PlaceID: "id-mall"},
				{Scope: assign.OnLocation, PlaceID: "id-lyon"}, {Scope: assign.OnEVSE, PlaceID: "id-FR*KWO*E1"}}}
		g, err := w.desk.Group(ctx, reader, "public")
		want.ID = g.ID
		if err != nil || !reflect.DeepEqual(g, want) {
			t.Errorf("the group reads\n%+v, %v\nwant\n%+v", g, err, want)
		}
		w.wantEvents("the import", 0, event.TariffPublished, event.TariffPublished, event.TariffGroupSaved)

		again, err := w.desk.Import(ctx, manager, read(t, good), 0)
		if err != nil || again != (catalog.Imported{Tariffs: 2, Groups: 1}) {
			t.Errorf("the same file again: %+v, %v", again, err)
		}
		w.wantEvents("the same file again", 3)

		replaced := `{groups: [{group: public, attach: [{location: lyon}], tariffs: [{tariff: rapid, for: {adHoc: true}}]}]}`
		if _, err := w.desk.Import(ctx, manager, read(t, replaced), 0); err != nil {
			t.Fatal(err)
		}
		want = assign.Group{ID: g.ID, ExternalID: "public", Name: "public", Version: 2,
			Entries:  []assign.Entry{{Tariff: "rapid", Audience: assign.Audience{AdHoc: true}}},
			Attached: []assign.Attachment{{Scope: assign.OnLocation, PlaceID: "id-lyon"}}}
		if g, err = w.desk.Group(ctx, reader, g.ID); err != nil || !reflect.DeepEqual(g, want) {
			t.Errorf("the replaced group reads\n%+v, %v\nwant\n%+v", g, err, want)
		}
		if groups, err := w.desk.Groups(ctx, reader); err != nil || len(groups) != 1 {
			t.Errorf("%d groups, %v; want the one", len(groups), err)
		}
		w.wantEvents("replacing the group", 3, event.TariffGroupSaved)
	})
}

// TestImportIsWhole lets the last thing of a file fail in every way there is:
// nothing of the file may be left.
func TestImportIsWhole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		group := func(rest string) string {
			return strings.TrimRight(good, "\n") + "\n  - {group: broken, " + rest + "}\n"
		}
		for what, c := range map[string]struct {
			src    string
			issues []string
		}{
			"unknown tariff":        {group(`attach: [{network: main}], tariffs: [{tariff: rapid, for: everyone}, {tariff: ghost, for: everyone}]`), []string{"reference_unknown groups[1].tariffs[1].tariff"}},
			"unknown network":       {group(`attach: [{network: ghost}], tariffs: [{tariff: rapid, for: everyone}]`), []string{"reference_unknown groups[1].attach[0].network"}},
			"unknown places":        {group(`attach: [{partner: p}, {location: l, evse: e}], tariffs: [{tariff: rapid, for: everyone}]`), []string{"reference_unknown groups[1].attach[0].partner", "reference_unknown groups[1].attach[1].location", "reference_unknown groups[1].attach[1].evse"}},
			"unknown groups":        {group(`attach: [{network: main}], tariffs: [{tariff: rapid, for: {groups: [staff, x, y]}}]`), []string{"reference_unknown groups[1].tariffs[0].for.groups[1]", "reference_unknown groups[1].tariffs[0].for.groups[2]"}},
			"unknown partner users": {group(`attach: [{network: main}], tariffs: [{tariff: rapid, for: {partnerUsers: [x]}}]`), []string{"reference_unknown groups[1].tariffs[0].for.partnerUsers[0]"}},
		} {
			_, err := w.desk.Import(ctx, manager, read(t, c.src), 0)
			wantIssues(t, what, err, "catalogue_invalid", c.issues...)
		}
		if rows, _, err := w.desk.Tariffs(ctx, reader, query.TariffFilter{}); err != nil || len(rows) != 0 {
			t.Errorf("refused files left the tariffs %+v, %v", rows, err)
		}
		if groups, err := w.desk.Groups(ctx, reader); err != nil || len(groups) != 0 {
			t.Errorf("refused files left the groups %+v, %v", groups, err)
		}
		w.wantEvents("a refused file", 0)

		if _, err := w.desk.Import(ctx, manager, read(t, good), 0); err != nil {
			t.Fatal(err)
		}
		changed := strings.ReplaceAll(good, "0.49", "0.59")
		_, err := w.desk.Import(ctx, manager, read(t, changed), w.now()-1)
		wantFault(t, "a change in the past", err, fault.Invalid, "from_in_the_past", "from")
		_, err = w.desk.Import(ctx, manager, read(t, strings.Replace(changed, "tariff: staff, currency: EUR", "tariff: staff, currency: NOK", 1)), 0)
		wantFault(t, "the second tariff in another currency", err, fault.Conflict, "currency_fixed", "currency")
		if got := w.versions("rapid"); got != "1@0" {
			t.Errorf("refused files left rapid with the versions %s", got)
		}
	})
}

// TestImportPublishesOnlyWhatChanged schedules a file in which one of two
// tariffs is new.
func TestImportPublishesOnlyWhatChanged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, switching := t.Context(), w.now()+86400
		if _, err := w.desk.Import(ctx, manager, read(t, good), 0); err != nil {
			t.Fatal(err)
		}
		done, err := w.desk.Import(ctx, manager, read(t, strings.ReplaceAll(good, "0.49", "0.59")), switching)
		if err != nil || done.Published != 1 {
			t.Errorf("scheduled %+v, %v; want the one that changed", done, err)
		}
		if got := w.versions("staff"); got != "1@0" {
			t.Errorf("the unchanged tariff has the versions %s", got)
		}
		w.wantEvents("scheduling one change", 3, event.TariffPublished)
	})
}

func TestSaveGroup(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.publish(flat(t, "rapid", "0.49"), 0)
		everyone := assign.Entry{Tariff: "rapid", Audience: assign.Audience{Everyone: true}}
		_, err := w.desk.SaveGroup(ctx, manager, assign.Group{})
		wantIssues(t, "an empty group", err, "tariff_group_invalid", "required name", "required tariffs")
		_, err = w.desk.SaveGroup(ctx, manager, assign.Group{Name: "x", Entries: []assign.Entry{everyone, {Tariff: "ghost"},
			{Tariff: "rapid", Audience: assign.Audience{Groups: []string{"id-staff", "staff"}, PartnerUsers: []string{"x"}, Access: []assign.Access{"secret"}}}},
			Attached: []assign.Attachment{{Scope: assign.OnNetwork, PlaceID: "main"}, {Scope: assign.OnPartner, PlaceID: "id-lyon"},
				{Scope: assign.OnLocation, PlaceID: "id-lyon"}, {Scope: assign.OnEVSE, PlaceID: ""}, {Scope: assign.OnLocation, PlaceID: "id-lyon"}}})
		wantIssues(t, "references that lead nowhere", err, "tariff_group_invalid",
			"reference_unknown tariffs[1].tariff", "audience_empty tariffs[1].for", "access_unknown tariffs[2].for.access", "reference_unknown tariffs[2].for.groups",
			"reference_unknown tariffs[2].for.partnerUsers", "reference_unknown attached[0]", "reference_unknown attached[1]", "reference_unknown attached[3]", "place_twice attached[4]")

		g, err := w.desk.SaveGroup(ctx, manager, assign.Group{ExternalID: "g", Name: "Group", Entries: []assign.Entry{everyone},
			Attached: []assign.Attachment{{Scope: assign.OnNetwork, PlaceID: "id-main"}}})
		if err != nil || g.ID == "" || g.Version != 1 {
			t.Fatalf("saved %+v, %v", g, err)
		}
		first := g
		g.Name = "Renamed"
		if g, err = w.desk.SaveGroup(ctx, manager, g); err != nil || g.Version != 2 {
			t.Errorf("changed %+v, %v", g, err)
		}
		_, err = w.desk.SaveGroup(ctx, manager, first)
		wantFault(t, "a change of what has changed since", err, fault.Stale, "stale", "")
		first.ID, first.Version = "", 0
		_, err = w.desk.SaveGroup(ctx, manager, first)
		wantFault(t, "an external id that is taken", err, fault.Conflict, "already_exists", "externalId")
		_, err = w.desk.Group(ctx, reader, "nothing")
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown group gives %v", err)
		}
		w.wantEvents("two saves and refusals", 1, event.TariffGroupSaved, event.TariffGroupSaved)
	})
}

// TestSecondTry runs every change in transactions that the database gives up
// once: what is left is the same as of one try.
func TestSecondTry(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.desk.Store = hesitant{shelf{w.db}}
		done, err := w.desk.Import(ctx, manager, read(t, good), 0)
		if err != nil || done != (catalog.Imported{Tariffs: 2, Published: 2, Groups: 1}) {
			t.Errorf("import: %+v, %v", done, err)
		}
		if p := w.publish(flat(t, "rapid", "0.59"), w.now()+60); !p.Changed || p.Version.Number != 2 || p.Tariff.Version != 2 {
			t.Errorf("publish: %+v", p)
		}
		g, err := w.desk.SaveGroup(ctx, manager, assign.Group{Name: "G", Entries: []assign.Entry{{Tariff: "rapid", Audience: assign.Audience{Everyone: true}}}})
		if err != nil || g.Version != 1 {
			t.Fatalf("a new group: %+v, %v", g, err)
		}
		if g, err = w.desk.SaveGroup(ctx, manager, g); err != nil || g.Version != 2 {
			t.Errorf("a changed group: %+v, %v", g, err)
		}
		w.step(time.Minute)
		if n, err := w.desk.AnnounceDue(ctx); err != nil || n != 1 {
			t.Errorf("sweep: %d, %v", n, err)
		}
		w.wantEvents("all that", 0, event.TariffPublished, event.TariffPublished, event.TariffGroupSaved, event.TariffPublished,
			event.TariffGroupSaved, event.TariffGroupSaved, event.TariffEffective)
	})
}

package admin

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/a-h/templ"

	"kwote/domain/event"
	"kwote/domain/query"
	"kwote/web/ui"
)

type activityView struct {
	filters    ui.Filters
	kind, what ui.Field
	kinds      []ui.Option
	whats      []ui.Option
	table      ui.Table
}

// The subjects and types of event that a filter offers.
var (
	subjectKinds = []string{"network", "partner", "location", "evse", "user", "user_group", "token", "staff", "api_key", "tariff", "tariff_group", "feed", "session", "import", "clock"}
	eventTypes   = []event.Type{event.NetworkSaved, event.PartnerSaved, event.LocationSaved, event.EVSESaved, event.PlacesAdded, event.PlacesImported, event.UserSaved,
		event.PeopleAdded, event.UserSignedIn, event.GroupSaved, event.TokenSaved, event.StaffSaved, event.PasswordSet, event.SignedIn, event.KeyCreated, event.KeyRevoked,
		event.LinkMailed, event.TariffPublished, event.TariffEffective, event.TariffGroupSaved, event.FeedPushed, event.SessionRecorded, event.SessionPriced, event.SessionsImported, event.ClockStepped}
)

func (c *console) activity(v *visit) error {
	f := query.EventFilter{Subject: event.Subject{Kind: v.query("kind"), ID: v.query("id")}, Type: event.Type(v.query("type")), ActorID: v.query("actor"),
		Page: query.Page{After: v.query("after")}}
	rows, next, err := c.Insight.Events(v.ctx(), v.by, f)
	if err != nil {
		return err
	}
	kind, what := "", ""
	if f.Subject.Kind != "" {
		kind = v.word("admin.subject.", f.Subject.Kind)
	}
	if f.Type != "" {
		what = v.word("admin.event.", string(f.Type))
	}
	m := activityView{
		filters: v.filters("/activity", [][2]string{{"kind", kind}, {"id", f.Subject.ID}, {"type", what}, {"actor", f.ActorID}}),
		kind:    ui.Field{Name: "kind", Label: v.t("admin.activity.subject"), Value: f.Subject.Kind},
		what:    ui.Field{Name: "type", Label: v.t("admin.activity.what"), Value: string(f.Type)},
		kinds:   []ui.Option{{Label: v.t("admin.word.any")}}, whats: []ui.Option{{Label: v.t("admin.word.any")}},
		table: ui.Table{
			Caption: v.t("admin.nav.activity"), Quiet: true,
			Columns: []ui.Column{{Title: v.t("admin.activity.when")}, {Title: v.t("admin.activity.what")}, {Title: v.t("admin.activity.subject")}, {Title: v.t("admin.activity.who")}, {Title: v.t("admin.activity.data")}},
			Empty:   ui.Empty{Title: v.t("admin.activity.none")},
			Pager:   ui.TrailPager(v.ctx(), next, ""),
		},
	}
	for _, hidden := range [][2]string{{"id", f.Subject.ID}, {"actor", f.ActorID}} {
		if hidden[1] != "" {
			m.filters.Keep = append(m.filters.Keep, ui.Hidden{Name: hidden[0], Value: hidden[1]})
		}
	}
	for _, k := range subjectKinds {
		m.kinds = append(m.kinds, ui.Option{Value: k, Label: v.word("admin.subject.", k)})
	}
	for _, t := range eventTypes {
		m.whats = append(m.whats, ui.Option{Value: string(t), Label: v.word("admin.event.", string(t))})
	}
	for _, e := range rows {
		m.table.Rows = append(m.table.Rows, v.eventRow(e))
	}
	return v.show(http.StatusOK, activityPage(v.frame("activity", v.t("admin.nav.activity")), m))
}

func (v *visit) eventRow(e query.Event) ui.Row {
	return ui.Row{Cells: []templ.Component{
		ui.Moment(at(e.At), v.c.Zone), ui.Text(v.word("admin.event.", string(e.Type))), subjectCell(nameIn(e.Data), v.word("admin.subject.", e.Subject.Kind), subjectAddress(e.Subject)),
		ui.Lines(orElse(e.Actor.Name, e.Actor.ID), v.word("admin.actor.", string(e.Actor.Kind))), dataCell(pretty(e.Data)),
	}}
}

// subjectAddress is the page of the thing that an event is about; empty where
// there is none.
func subjectAddress(s event.Subject) string {
	folder := map[string]string{"location": "locations", "evse": "evses", "user": "people", "tariff": "tariffs", "tariff_group": "tariff-groups", "session": "sessions"}[s.Kind]
	if folder == "" || s.ID == "" {
		return ""
	}
	return "/" + folder + "/" + s.ID
}

// nameIn is what an event's data calls the thing that it is about.
func nameIn(raw []byte) string {
	var data struct{ Name, Tariff, UID, Email, ExternalID, Source string }
	if json.Unmarshal(raw, &data) != nil {
		return ""
	}
	return orElse(data.Tariff, orElse(data.Name, orElse(data.Email, orElse(data.UID, orElse(data.Source, data.ExternalID)))))
}

func pretty(raw []byte) string {
	var b bytes.Buffer
	if len(raw) == 0 || json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

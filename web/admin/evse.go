package admin

import (
	"net/http"

	"github.com/a-h/templ"

	"kwote/app/charging"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

type evseView struct {
	evse     place.EVSE
	location place.Location
	lead     string
	note     string // at which moment the prices hold
	ask      string // address of the question
	payers   ui.Table
	facts    []ui.Fact
	sessions ui.Table
	more     string
}

// mostPayers bounds the kinds of customer that an EVSE's page answers for.
const mostPayers = 16

func (c *console) evse(v *visit) error {
	e, err := v.findEVSE(v.r.PathValue("id"))
	if err != nil {
		return err
	}
	l, err := c.Places.Location(v.ctx(), v.by, e.LocationID)
	if err != nil {
		return err
	}
	n, err := v.names()
	if err != nil {
		return err
	}
	m := evseView{evse: e, location: l, lead: l.Name + " · " + power(v.l, e), more: address("/sessions", "evse", e.ID),
		ask: address("/who-pays-what", "evse", evseKey(e)), facts: v.evseFacts(e, l, n),
		note: v.t("admin.evse.now", "Time", v.l.DateTime(v.now(), paper.Zone(l.TimeZone)), "Zone", l.TimeZone)}
	if m.payers, err = v.payersHere(e, l, n); err != nil {
		return err
	}
	recent, _, err := c.Charging.Sessions(v.ctx(), v.by, query.SessionFilter{EVSEID: e.ID, Page: query.Page{Limit: 8}})
	if err != nil {
		return err
	}
	m.sessions = v.sessionTable(recent, false)
	page := v.frame("locations", evseName(e), ui.Crumb{Label: v.t("admin.nav.locations"), Href: "/locations"},
		ui.Crumb{Label: l.Name, Href: "/locations/" + l.ID})
	return v.show(http.StatusOK, evsePage(page, m))
}

// findEVSE finds an EVSE by id or by the EVSE ID printed at it.
func (v *visit) findEVSE(id string) (place.EVSE, error) {
	e, err := v.c.Places.EVSE(v.ctx(), v.by, id)
	if fault.Is(err, fault.NotFound) {
		return v.c.Places.EVSEByExternalID(v.ctx(), v.by, id)
	}
	return e, err
}

func (v *visit) evseFacts(e place.EVSE, l place.Location, n names) []ui.Fact {
	return []ui.Fact{
		{Label: v.t("admin.word.location"), Value: l.Name, Href: "/locations/" + l.ID},
		{Label: v.t("admin.word.evse"), Show: ui.Mono(evseName(e))},
		{Label: v.t("admin.word.name"), Value: e.Name},
		{Label: v.t("admin.word.power"), Value: power(v.l, e)},
		{Label: v.t("admin.word.access"), Value: v.word("admin.access.", string(e.Access))},
		{Label: v.t("admin.word.owner"), Value: orElse(n.partners[l.PartnerID], v.t("admin.word.operator"))},
		{Label: v.t("admin.word.zone"), Value: l.TimeZone},
	}
}

// payersHere answers for every kind of customer what the EVSE costs right now.
func (v *visit) payersHere(e place.EVSE, l place.Location, n names) (ui.Table, error) {
	t := ui.Table{
		Caption: v.t("admin.evse.payers"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.customer")}, {Title: v.t("admin.word.tariff")}, {Title: v.t("admin.word.price")},
			{Title: v.t("admin.evse.example"), Numeric: true}, {Title: v.t("admin.word.why")}},
	}
	kinds := []string{guest, plain, roaming}
	groups, _, err := v.c.Accounts.Groups(v.ctx(), v.by, query.GroupFilter{Page: query.Page{Limit: mostPayers}})
	if err != nil {
		return t, err
	}
	for _, g := range groups {
		kinds = append(kinds, "group:"+g.ID)
	}
	if l.PartnerID != "" {
		kinds = append(kinds, "partner:"+l.PartnerID)
	}
	for _, kind := range kinds {
		p, err := v.typical(kind, n)
		if err != nil {
			return t, err
		}
		if !p.found {
			continue
		}
		q := charging.Question{EVSE: e.ID, User: p.user.ID, At: calendar.Of(v.now())}
		quote, err := v.c.Charging.Quote(v.ctx(), v.by, q, charging.ReferenceUsage)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, v.payerRow(e, p, quote))
	}
	return t, nil
}

func (v *visit) payerRow(e place.EVSE, p payer, q charging.Quote) ui.Row {
	ask := ui.Link(address("/who-pays-what", "evse", evseKey(e), "who", p.kind), v.t("admin.evse.why"))
	customer := ui.Lines(p.label, "")
	if p.user.ID != "" {
		customer = ui.Lines(p.label, v.t("admin.payer.such_as", "Name", p.user.Name))
	}
	if q.Version == nil || q.Receipt == nil {
		return ui.Row{Tone: ui.Warn, Cells: []templ.Component{customer, ui.Status(ui.Warn, v.t("admin.word.no_tariff")),
			ui.Text(v.decided(q.Resolution)), ui.Text("–"), ask}}
	}
	d := q.Version.Document
	return ui.Row{Cells: []templ.Component{customer, ui.Link("/tariffs/"+d.Name, v.title(d)), ui.Text(v.sentence(d)), ui.Text(amount(v.l, q.Receipt.Total)), ask}}
}

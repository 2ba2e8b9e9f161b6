package portal

import (
	"net/http"

	"github.com/a-h/templ"

	"kwote/app/charging"
	"kwote/domain/query"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

// pageSize is how many sessions a phone shows at once.
const pageSize = 20

func (p *portal) sessions(v *visit) error {
	rows, next, err := p.Charging.Mine(v.ctx(), v.who.Actor, query.Page{After: v.query("after"), Limit: pageSize})
	if err != nil {
		return err
	}
	table := ui.Table{
		Caption: v.t("portal.sessions.title"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("portal.word.when")}, {Title: v.t("portal.word.where")}, {Title: v.t("portal.word.total"), Numeric: true}},
		Empty:   ui.Empty{Title: v.t("portal.sessions.none"), Text: v.t("portal.sessions.none.text")},
		Pager:   ui.TrailPager(v.ctx(), next, v.l.N("portal.sessions.shown", int64(len(rows)))),
	}
	for _, row := range rows {
		table.Rows = append(table.Rows, v.row(row))
	}
	return v.show(http.StatusOK, sessionsPage(v.frame(v.t("portal.sessions.title")), v.who.Actor.Name, table))
}

func (v *visit) row(s query.SessionRow) ui.Row {
	total := ui.Status(ui.Neutral, v.t("portal.word.unpriced"))
	if s.ReceiptID != "" {
		total = ui.Text(v.l.MoneyDecimal(string(s.Total.Currency), s.Total.String()))
	}
	return ui.Row{Href: Home + "sessions/" + s.ID, Cells: []templ.Component{
		ui.Text(v.l.DateTime(s.Start.Time(), paper.Zone(s.TimeZone))), ui.Lines(s.LocationName, s.EVSEName+" · "+v.energy(s)), total,
	}}
}

// energy is the energy of a session rounded for people; the receipt's lines
// have it exactly.
func (v *visit) energy(s query.SessionRow) string {
	return v.l.Rounded(s.Energy.String(), 2) + "\u00a0kWh"
}

type sessionView struct {
	title   string
	receipt *ui.Receipt // nil: not priced
	facts   []ui.Fact
	strip   *ui.Strip // where there is no receipt to draw it on
}

func (p *portal) session(v *visit) error {
	d, err := p.Charging.MySession(v.ctx(), v.who.Actor, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	zone := paper.Zone(d.Row.TimeZone)
	m := sessionView{title: v.t("portal.session.title", "Date", v.l.LongDate(d.Row.Start.Time(), zone))}
	if d.Receipt != nil && d.Version != nil {
		m.receipt = v.paper(d)
	} else {
		m.facts = append([]ui.Fact{
			{Label: v.t("portal.word.where"), Value: place(d.Row)},
			{Label: v.t("portal.word.when"), Value: v.l.Span(d.Row.Start.Time(), d.Row.End.Time(), zone)},
		}, v.facts(d.Row)...)
		if d.Row.End > d.Row.Start {
			m.strip = &ui.Strip{From: d.Row.Start.Time(), To: d.Row.End.Time(), Zone: zone, States: paper.States(d.Session.Facts)}
		}
	}
	return v.show(http.StatusOK, sessionPage(v.frame(m.title), m))
}

// paper is the current receipt of the session with why its tariff was found.
func (v *visit) paper(d charging.Detail) *ui.Receipt {
	out := paper.Receipt(v.l, d.Receipt.Receipt, d.Version.Document, d.Session.Facts)
	out.Number = paper.Number(d.Row.ExternalID, d.Receipt.ID, d.Receipt.Number)
	out.Status = paper.Status(v.l, len(d.Receipts))
	out.Place = place(d.Row)
	out.Facts = append(v.facts(d.Row), out.Facts...)
	if key := "portal.why." + d.Resolution.Reason; v.p.Catalog.Has(key) {
		out.Tariff.Reason = v.t(key)
	}
	return &out
}

func place(s query.SessionRow) string { return s.LocationName + ", " + s.EVSEName }

func (v *visit) facts(s query.SessionRow) []ui.Fact {
	return []ui.Fact{
		{Label: v.t("portal.word.energy"), Value: v.l.KWhDecimal(s.Energy.String())},
		{Label: v.t("strip.charging"), Value: v.l.Duration(s.ChargingTime)},
		{Label: v.t("strip.idle"), Value: v.l.Duration(s.IdleTime)},
	}
}

package admin

import (
	"net/http"
	"strconv"

	"kwote/app/charging"
	"kwote/domain/place"
	"kwote/domain/tariff"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

type sessionView struct {
	title      string
	receipt    *ui.Receipt
	strip      *ui.Strip // where there is no receipt to draw it on
	unpriced   string    // why there is no receipt; empty where there is one
	resolution *resolutionView
	facts      []ui.Fact
	warnings   []string
	history    []ui.Event
	again      string // address that asks the same question again
}

func (c *console) session(v *visit) error {
	d, err := c.Charging.Session(v.ctx(), v.by, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	e, err := c.Places.EVSE(v.ctx(), v.by, d.Row.EVSEID)
	if ignoreMissing(err) != nil {
		return err
	}
	zone := paper.Zone(d.Row.TimeZone)
	m := sessionView{
		title: v.t("admin.session.title", "Date", v.l.LongDate(at(d.Row.Start), zone)), facts: v.sessionFacts(d, e), warnings: v.warnings(d.Row.Warnings),
		again: v.sameQuestion(d, e),
	}
	if d.Receipt == nil || d.Version == nil {
		m.unpriced = v.word("admin.won.", d.Row.Unpriced)
		m.strip = v.bareStrip(d)
	} else if err := v.sessionPaper(&m, d, e); err != nil {
		return err
	}
	m.history = v.receiptHistory(d)
	page := v.frame("sessions", v.l.DateTime(at(d.Row.Start), zone), ui.Crumb{Label: v.t("admin.nav.sessions"), Href: "/sessions"})
	return v.show(http.StatusOK, sessionPage(page, m))
}

// sessionPaper sets the current receipt and why its tariff was found.
func (v *visit) sessionPaper(m *sessionView, d charging.Detail, e place.EVSE) error {
	n, err := v.names()
	if err != nil {
		return err
	}
	groups, err := v.c.Desks.Catalog.Groups(v.ctx(), v.by)
	if err != nil {
		return err
	}
	resolution := v.resolution(d.Resolution, d.Receipt.Receipt.Currency, groups, n)
	m.resolution = &resolution
	receipt := v.paper(d.Receipt.Receipt, d.Version.Document, d.Session.Facts)
	receipt.Number = paper.Number(d.Row.ExternalID, d.Receipt.ID, d.Receipt.Number)
	receipt.Status = paper.Status(v.l, len(d.Receipts))
	receipt.Place = d.Row.LocationName + ", " + d.Row.EVSEName
	receipt.Facts = []ui.Fact{
		{Label: v.t("admin.word.driver"), Value: orElse(d.Row.UserName, v.t("admin.word.ad_hoc")), Href: personAddress(d.Row.UserID)},
		{Label: v.t("admin.word.energy"), Value: v.l.KWhDecimal(d.Row.Energy.String())},
		{Label: v.t("strip.charging"), Value: v.l.Duration(d.Row.ChargingTime)},
		{Label: v.t("strip.idle"), Value: v.l.Duration(d.Row.IdleTime)},
	}
	if e.ID != "" {
		receipt.Facts = append(receipt.Facts, ui.Fact{Label: v.t("admin.word.power"), Value: power(v.l, e)})
	}
	receipt.Facts = append(receipt.Facts, paper.Quantities(v.l, d.Receipt.Receipt)...)
	receipt.Tariff.Href += "?version=" + strconv.Itoa(d.Receipt.Receipt.Tariff.Number)
	receipt.Tariff.Reason = resolution.sentence
	receipt.Warnings = m.warnings
	m.receipt = &receipt
	return nil
}

func personAddress(id string) string {
	if id == "" {
		return ""
	}
	return "/people/" + id
}

func (v *visit) sessionFacts(d charging.Detail, e place.EVSE) []ui.Fact {
	zone := paper.Zone(d.Row.TimeZone)
	facts := []ui.Fact{
		{Label: v.t("admin.word.location"), Value: d.Row.LocationName, Href: "/locations/" + d.Row.LocationID},
		{Label: v.t("admin.word.evse"), Value: orElse(evseName(e), d.Row.EVSEName), Href: "/evses/" + d.Row.EVSEID},
		{Label: v.t("admin.word.driver"), Value: orElse(d.Row.UserName, v.t("admin.word.ad_hoc")), Href: personAddress(d.Row.UserID)},
		{Label: v.t("admin.word.start"), Show: ui.Moment(at(d.Row.Start), zone)},
		{Label: v.t("admin.word.end"), Show: ui.Moment(at(d.Row.End), zone)},
		{Label: v.t("admin.word.plugged"), Value: v.l.ExactDuration(int64(d.Row.End - d.Row.Start))},
		{Label: v.t("admin.word.readings"), Value: v.l.Int(int64(len(d.Session.Facts.Readings)))},
		{Label: v.t("admin.word.zone"), Value: d.Row.TimeZone},
		{Label: v.t("admin.word.external_id"), Show: ui.Mono(orElse(d.Row.ExternalID, "–"))},
	}
	if d.Row.Source != "" {
		facts = append(facts, ui.Fact{Label: v.t("admin.word.source"), Value: d.Row.Source})
	}
	return facts
}

// sameQuestion asks who pays what for this driver, place and moment, as prices
// are now.
func (v *visit) sameQuestion(d charging.Detail, e place.EVSE) string {
	who := guest
	if d.Row.UserID != "" {
		who = driver
	}
	return address("/who-pays-what", "evse", orElse(evseKey(e), d.Row.EVSEID), "who", who, "driver", d.Row.UserID,
		"at", at(d.Row.Start).In(paper.Zone(d.Row.TimeZone)).Format(momentForm), "kwh", d.Row.Energy.String(),
		"hours", hoursOf(int64(d.Row.End-d.Row.Start)), "charging", hoursOf(min(d.Row.ChargingTime, int64(d.Row.End-d.Row.Start))))
}

func (v *visit) bareStrip(d charging.Detail) *ui.Strip {
	s := &ui.Strip{From: at(d.Row.Start), To: at(d.Row.End), Zone: paper.Zone(d.Row.TimeZone), States: paper.States(d.Session.Facts)}
	if d.Row.End <= d.Row.Start {
		return nil
	}
	return s
}

// receiptHistory lists every receipt of the session; the first is in force.
func (v *visit) receiptHistory(d charging.Detail) []ui.Event {
	said := tariff.In(v.l.Lang)
	var out []ui.Event
	for i, r := range d.Receipts {
		e := ui.Event{At: at(r.CreatedAt), Zone: v.c.Zone, Tone: ui.Neutral,
			Title: v.t("admin.session.receipt", "Number", int64(r.Number), "Amount", said.Amount(r.Total))}
		if i == 0 {
			e.Tone = ui.Good
		}
		out = append(out, e)
	}
	return out
}

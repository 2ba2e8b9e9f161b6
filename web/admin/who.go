package admin

import (
	"net/http"

	"kwote/app/charging"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/session"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

// whoView is the question as it was asked, and its answer.
type whoView struct {
	evse, who, driver, at, kwh, hours, charging ui.Field
	payers                                      []ui.OptionGroup
	problems                                    []ui.FieldError
	evses                                       []choice // several points fit the text
	drivers                                     []choice // several people fit the text
	answer                                      *answerView
}

// choice is one of several things that a text may have meant.
type choice struct{ label, note, href string }

type answerView struct {
	winner, name      string // title and name of the tariff
	price, tariffHref string // price is empty where there is no tariff
	question          string // the question as one sentence
	resolution        resolutionView
	receipt           *ui.Receipt
	example           string
}

// usageDefault is the example session where none is stated.
var usageDefault = charging.Usage{Energy: 20 * energy.KWh, Seconds: 3 * 3600, Charging: 2 * 3600}

// asked is the question in the words of the domain, as far as it could be read.
type asked struct {
	evse  place.EVSE
	place place.Location
	payer payer
	at    calendar.Instant
	usage charging.Usage
}

func (c *console) whoPaysWhat(v *visit) error {
	m := whoView{
		evse:     ui.Field{Name: "evse", Label: v.t("admin.who.evse"), Help: v.t("admin.who.evse.help"), Value: v.query("evse"), Required: true},
		who:      ui.Field{Name: "who", Label: v.t("admin.who.who"), Value: orElse(v.query("who"), guest)},
		driver:   ui.Field{Name: "driver", Label: v.t("admin.who.driver"), Help: v.t("admin.who.driver.help"), Value: v.query("driver")},
		at:       ui.Field{Name: "at", Label: v.t("admin.who.at"), Value: v.query("at")},
		kwh:      ui.Field{Name: "kwh", Label: v.t("admin.who.kwh"), Suffix: "kWh", Figures: true, Short: true, Value: orElse(v.query("kwh"), "20")},
		hours:    ui.Field{Name: "hours", Label: v.t("admin.who.hours"), Suffix: "h", Figures: true, Short: true, Value: orElse(v.query("hours"), "3")},
		charging: ui.Field{Name: "charging", Label: v.t("admin.who.charging"), Suffix: "h", Figures: true, Short: true, Value: v.query("charging")},
	}
	// Somebody who is named is no guest; with another kind of customer chosen
	// the name means nothing.
	if m.driver.Value != "" && m.who.Value == guest {
		m.who.Value = driver
	}
	if m.who.Value != driver {
		m.driver.Value = ""
	}
	var err error
	if m.payers, err = v.payerOptions(); err != nil {
		return err
	}
	status := http.StatusOK
	if m.evse.Value != "" {
		if status, err = v.answer(&m); err != nil {
			return err
		}
	}
	if v.r.Header.Get("HX-Request") != "" {
		status = http.StatusOK // script shows nothing of a refusal; the fields say it
	}
	return v.show(status, whoPage(v.frame("who", v.t("admin.nav.who")), m))
}

// answer reads the question, and asks it where it could be read. What could
// not be is said at its field.
func (v *visit) answer(m *whoView) (int, error) {
	n, err := v.names()
	if err != nil {
		return 0, err
	}
	a, err := v.readQuestion(m, n)
	if err != nil {
		return 0, err
	}
	if len(m.problems) > 0 {
		return http.StatusBadRequest, nil
	}
	if len(m.evses)+len(m.drivers) > 0 {
		return http.StatusOK, nil
	}
	quote, err := v.c.Charging.Quote(v.ctx(), v.by, charging.Question{EVSE: a.evse.ID, User: a.payer.user.ID, At: a.at}, a.usage)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		field := map[string]*ui.Field{"energyKwh": &m.kwh, "durationSeconds": &m.hours, "chargingSeconds": &m.charging}[f.Field]
		if field == nil {
			return 0, err
		}
		v.problem(m, field, v.word("admin.fault.", f.Code))
		return http.StatusBadRequest, nil
	}
	if err != nil {
		return 0, err
	}
	groups, err := v.c.Desks.Catalog.Groups(v.ctx(), v.by)
	if err != nil {
		return 0, err
	}
	m.answer = v.answerOf(a, quote)
	currency := money.Currency("")
	if quote.Version != nil {
		currency = quote.Version.Document.Currency
	}
	m.answer.resolution = v.resolution(quote.Resolution, currency, groups, n)
	return http.StatusOK, nil
}

func (v *visit) problem(m *whoView, f *ui.Field, text string) {
	f.Error = text
	m.problems = append(m.problems, ui.FieldError{ID: "f-" + f.Name, Text: text})
}

func (v *visit) answerOf(a asked, q charging.Quote) *answerView {
	zone := paper.Zone(a.place.TimeZone)
	out := &answerView{question: v.t("admin.who.question", "Who", a.payer.label, "EVSE", evseName(a.evse), "Location", a.place.Name,
		"Weekday", v.l.Weekday(at(a.at).In(zone).Weekday()), "Time", v.l.DateTime(at(a.at), zone))}
	if a.payer.user.ID != "" && a.payer.kind != driver {
		out.question += " " + v.t("admin.who.answered_for", "Name", a.payer.user.Name)
	}
	if q.Version == nil || q.Receipt == nil {
		out.winner = v.t("admin.word.no_tariff")
		return out
	}
	d := q.Version.Document
	out.winner, out.name, out.price, out.tariffHref = v.title(d), d.Name, v.sentence(d), "/tariffs/"+d.Name
	out.example = v.t("admin.who.example.note", "Energy", kWh(v.l, a.usage.Energy, 1), "Duration", v.l.Duration(a.usage.Seconds), "Charging", v.l.Duration(chargingOf(a.usage)))
	paper := v.paper(*q.Receipt, d, exampleFacts(a, q))
	paper.Heading, paper.Place = v.t("admin.who.example"), a.place.Name+", "+evseName(a.evse)
	paper.Tariff.Reason = v.decided(q.Resolution)
	out.receipt = &paper
	return out
}

func chargingOf(u charging.Usage) int64 {
	if u.Charging == 0 {
		return u.Seconds
	}
	return u.Charging
}

// exampleFacts are the states of the example session, for drawing it.
func exampleFacts(a asked, q charging.Quote) session.Facts {
	f := session.Facts{Start: q.Receipt.From, End: q.Receipt.To}
	if stop := f.Start + calendar.Instant(chargingOf(a.usage)); stop < f.End {
		f.Changes = []session.Change{{At: stop, State: session.Idle}}
	}
	return f
}

package admin

import (
	"net/http"
	"strings"
	"time"

	"kwote/app/charging"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/web/ui"
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
	if m.driver.Value != "" && v.query("who") == "" {
		m.who.Value = driver
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

// readQuestion reads every field and notes what is wrong with it.
func (v *visit) readQuestion(m *whoView, n names) (a asked, err error) {
	point, several, err := v.meantEVSE(m.evse.Value)
	switch {
	case fault.Is(err, fault.NotFound):
		v.problem(m, &m.evse, v.t("admin.who.error.evse", "Text", m.evse.Value))
	case err != nil:
		return a, err
	case len(several) > 0:
		m.evses = v.evseChoices(several)
	default:
		a.evse = point
		if a.place, err = v.c.Places.Location(v.ctx(), v.by, point.LocationID); err != nil {
			return a, err
		}
		m.evse.Value = evseKey(point)
		m.evse.Help = a.place.Name + " · " + power(v.l, point)
		m.at.Help = v.t("admin.who.at.help", "Zone", a.place.TimeZone)
	}
	if a.payer, err = v.readPayer(m, n); err != nil {
		return a, err
	}
	zone := zoneOf(a.place.TimeZone)
	if a.at, err = v.readMoment(m.at.Value, zone); err != nil {
		v.problem(m, &m.at, v.t("admin.who.error.at", "Text", m.at.Value))
	} else {
		m.at.Value = at(a.at).In(zone).Format(momentForm)
	}
	a.usage = v.readUsage(m)
	return a, nil
}

// readPayer finds for whom is asked. A driver who is not known and a kind of
// which there is nobody are problems, not errors.
func (v *visit) readPayer(m *whoView, n names) (p payer, err error) {
	if m.who.Value != driver {
		if p, err = v.typical(m.who.Value, n); fault.Is(err, fault.NotFound) {
			v.problem(m, &m.who, v.t("admin.who.error.who"))
			return p, nil
		}
		if err == nil && !p.found {
			v.problem(m, &m.who, v.t("admin.who.error.nobody"))
		}
		return p, err
	}
	if m.driver.Value == "" {
		v.problem(m, &m.driver, v.t("admin.who.error.no_driver"))
		return p, nil
	}
	u, several, err := v.findDriver(m.driver.Value)
	switch {
	case fault.Is(err, fault.NotFound):
		v.problem(m, &m.driver, v.t("admin.who.error.driver", "Text", m.driver.Value))
		return p, nil
	case err != nil:
		return p, err
	case len(several) > 0:
		m.drivers = v.driverChoices(several)
		return p, nil
	}
	return payer{kind: driver, label: u.Name, user: u, found: true}, nil
}

// meantEVSE is the point that a text names: its id, its EVSE ID, or where only
// one fits a part of its ID or name.
func (v *visit) meantEVSE(text string) (e place.EVSE, several []place.EVSE, err error) {
	if e, err = v.findEVSE(text); err == nil || !fault.Is(err, fault.NotFound) {
		return e, nil, err
	}
	all, _, err := v.c.Places.EVSEs(v.ctx(), v.by, query.EVSEFilter{Text: text, Page: query.Page{Limit: 12}})
	switch {
	case err != nil:
		return e, nil, err
	case len(all) == 1:
		return all[0], nil, nil
	case len(all) > 1:
		return e, all, nil
	}
	// A place's name means its points.
	sites, _, err := v.c.Places.Locations(v.ctx(), v.by, query.LocationFilter{Text: text, Page: query.Page{Limit: 1}})
	if err == nil && len(sites) > 0 {
		all, _, err = v.c.Places.EVSEs(v.ctx(), v.by, query.EVSEFilter{LocationID: sites[0].ID, Page: query.Page{Limit: 12}})
	}
	if err != nil || len(all) > 0 {
		return e, all, err
	}
	return e, nil, notFound()
}

func (v *visit) evseChoices(all []place.EVSE) []choice {
	var out []choice
	for _, e := range all {
		out = append(out, choice{evseName(e), power(v.l, e), ui.Address(v.ctx(), "evse", evseKey(e))})
	}
	return out
}

func (v *visit) driverChoices(all []person.User) []choice {
	var out []choice
	for _, u := range all {
		out = append(out, choice{u.Name, orElse(u.Email, u.ExternalID), ui.Address(v.ctx(), "driver", u.ID, "who", driver)})
	}
	return out
}

const momentForm = "2006-01-02T15:04"

// readMoment reads a local date and time; none means now, cut to the minute.
func (v *visit) readMoment(text string, zone *time.Location) (calendar.Instant, error) {
	if text == "" {
		return calendar.Of(v.now().Truncate(time.Minute)), nil
	}
	for _, form := range []string{momentForm, momentForm + ":05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil && t.Year() > 1970 && t.Year() < 2100 {
			return calendar.Of(t), nil
		}
	}
	return 0, fault.At(fault.Invalid, "moment_unreadable", "at", text)
}

// readUsage reads the example session.
func (v *visit) readUsage(m *whoView) (u charging.Usage) {
	u = usageDefault
	q, err := energy.ParseKWh(decimal(m.kwh.Value))
	if err != nil {
		v.problem(m, &m.kwh, v.t("admin.who.error.kwh", "Text", m.kwh.Value))
	}
	u.Energy = q
	var ok bool
	if u.Seconds, ok = readHours(m.hours.Value); !ok {
		v.problem(m, &m.hours, v.t("admin.who.error.hours", "Text", m.hours.Value))
	}
	if m.charging.Value == "" {
		u.Charging = min(u.Seconds, usageDefault.Charging)
		m.charging.Value = hoursOf(u.Charging)
		return u
	}
	if u.Charging, ok = readHours(m.charging.Value); !ok {
		v.problem(m, &m.charging, v.t("admin.who.error.hours", "Text", m.charging.Value))
	}
	return u
}

// decimal takes a comma for a point, as French keyboards do.
func decimal(s string) string { return strings.Replace(strings.TrimSpace(s), ",", ".", 1) }

// readHours reads decimal hours into whole seconds.
func readHours(s string) (int64, bool) {
	p, err := money.ParsePrice(decimal(s))
	if err != nil || p < 0 || int64(p) > 100_000*perUnit {
		return 0, false
	}
	return int64(p) / (perUnit / 1000) * 3600 / 1000, true
}

// perUnit is what money.Price counts one as; here it only reads a decimal.
const perUnit = 1_000_000_000

// hoursOf writes seconds as decimal hours.
func hoursOf(seconds int64) string {
	return strings.TrimSuffix(money.Price(seconds*1000/3600*(perUnit/1000)).String(), ".00")
}

func (v *visit) answerOf(a asked, q charging.Quote) *answerView {
	zone := zoneOf(a.place.TimeZone)
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

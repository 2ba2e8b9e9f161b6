package admin

import (
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
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

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
	zone := paper.Zone(a.place.TimeZone)
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

package main

import (
	"fmt"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
)

// forecastCommand is kwote forecast.
type forecastCommand struct {
	Tariff  string `required:"" type:"path" placeholder:"FILE" help:"Tariff document, YAML or JSON."`
	Session string `required:"" type:"path" placeholder:"FILE" help:"File with the session so far: JSON with id, start, step and wh, or CSV with a heading."`
	Power   string `default:"0 kW" placeholder:"POWER" help:"Power at which the session goes on, as \"11 kW\"; 0 kW where this is left out: it stays in its last state."`
	Until   string `placeholder:"TIME" help:"What will it have cost then? As 18:00, the next time it is so at the place, or 2026-05-03T18:00:00+02:00."`
	Total   string `placeholder:"AMOUNT" help:"When does the total reach this, as 20.00?"`
	Energy  string `placeholder:"KWH" help:"When does the energy reach this, as 30?"`
	Within  int    `default:"24" placeholder:"HOURS" help:"How far to look for an answer to --total and --energy after the session so far (${default})."`
	zoneOption
	circumstances
	formatOption
}

func (forecastCommand) Help() string {
	return `Examples:
  kwote forecast --tariff my.yaml --session one.json --power "11 kW" --until 18:00
  kwote forecast --tariff my.yaml --session one.json --power "11 kW" --total 20.00 --energy 30`
}

// forecast is what kwote forecast reports. Answers that were not asked for are
// absent; an instant that is not reached is empty.
type forecast struct {
	Currency string          `json:"currency"`
	Until    *forecastAt     `json:"until,omitempty"`
	Total    *forecastResult `json:"total,omitempty"`
	Energy   *forecastResult `json:"energy,omitempty"`
}

type forecastAt struct {
	At        string `json:"at"`
	Total     string `json:"total"`
	EnergyKWh string `json:"energyKwh"`
}

type forecastResult struct {
	Goal      string `json:"goal"`
	ReachedAt string `json:"reachedAt,omitempty"`
	Within    string `json:"within"`
}

func (c forecastCommand) Run(s streams) error {
	doc, err := readTariff(c.Tariff)
	if err != nil {
		return err
	}
	if c.Until == "" && c.Total == "" && c.Energy == "" {
		return fault.At(fault.Invalid, "question_missing", "until", "there is no question: give --until, --total or --energy")
	}
	facts, compiled, err := readOneSession(c.Session, c.orUTC(s, doc), doc)
	if err != nil {
		return err
	}
	power, err := powerOption("power", c.Power)
	if err != nil {
		return err
	}
	if c.Within < 0 || c.Within > mostAhead/3600 {
		return fault.At(fault.Invalid, "horizon_out_of_range", "within", fmt.Sprintf("%d hours; look between 0 and %d hours ahead", c.Within, mostAhead/3600))
	}
	pc, err := c.context(doc)
	if err != nil {
		return err
	}
	out := forecast{Currency: string(doc.Currency)}
	ask := asking{compiled.tariff, pc, facts, power, facts.End + calendar.Instant(c.Within)*3600}
	if out.Until, err = ask.until(c.Until); err != nil {
		return err
	}
	if out.Total, err = ask.total(c.Total, doc.Currency); err != nil {
		return err
	}
	if out.Energy, err = ask.energy(c.Energy); err != nil {
		return err
	}
	return c.write(s, func() error { return out.text(s) }, out, []string{"question", "goal", "at", "total", "currency", "energy_kwh"}, out.rows())
}

// asking is a session with how it goes on.
type asking struct {
	tariff  *pricing.Compiled
	context pricing.Context
	facts   session.Facts
	power   energy.Power
	horizon calendar.Instant
}

func (a asking) until(text string) (*forecastAt, error) {
	if text == "" {
		return nil, nil
	}
	at, err := a.instant(text)
	if err != nil {
		return nil, err
	}
	if at < a.facts.Start || at > a.facts.End+mostAhead {
		return nil, fault.At(fault.Invalid, "time_out_of_range", "until", fmt.Sprintf("%s lies before the session or more than 31 days after it", a.shown(at)))
	}
	then := a.context
	then.UpTo = at
	receipt, err := pricing.Price(a.tariff, pricing.Ahead(a.facts, a.power, at), then)
	if err != nil {
		return nil, err
	}
	return &forecastAt{a.shown(at), receipt.Total.String(), receipt.Energy.String()}, nil
}

// instant reads an instant, or a time of day as the next one after the session
// so far.
func (a asking) instant(text string) (calendar.Instant, error) {
	zone := a.tariff.Zone()
	if t, err := calendar.ParseTimeOfDay(text); err == nil {
		date, now := zone.Local(a.facts.End)
		if t < now {
			date++
		}
		return calendar.Of(time.Date(1970, time.January, 1+int(date), 0, 0, int(t), 0, zone.Location())), nil
	}
	at, err := instantOption("until", text, zone)
	if err != nil {
		return 0, fault.At(fault.Invalid, "time_malformed", "until", fmt.Sprintf("%q is neither a time of day such as 18:00 nor an instant such as 2026-05-03T18:00:00+02:00", text))
	}
	return at, nil
}

// shown is an instant by the clock of the place.
func (a asking) shown(at calendar.Instant) string {
	return at.Time().In(a.tariff.Zone().Location()).Format(time.RFC3339)
}

// mostAhead is as far as a forecast looks, in seconds.
const mostAhead = 31 * 86400

func (a asking) total(text string, currency money.Currency) (*forecastResult, error) {
	if text == "" {
		return nil, nil
	}
	goal, err := money.ParseAmount(text, currency)
	if err != nil {
		return nil, fault.At(fault.Invalid, "amount_malformed", "total", err.Error())
	}
	at, ok, err := pricing.ReachTotal(a.tariff, pricing.Ahead(a.facts, a.power, a.horizon), a.context, goal)
	if err != nil {
		return nil, err
	}
	return a.result(goal.String(), at, ok), nil
}

func (a asking) energy(text string) (*forecastResult, error) {
	if text == "" {
		return nil, nil
	}
	q, err := energyOption("energy", text)
	if err != nil {
		return nil, err
	}
	at, ok := pricing.ReachEnergy(pricing.Ahead(a.facts, a.power, a.horizon), q)
	return a.result(q.String(), at, ok), nil
}

func (a asking) result(goal string, at calendar.Instant, reached bool) *forecastResult {
	out := &forecastResult{Goal: goal, Within: a.shown(a.horizon)}
	if reached {
		out.ReachedAt = a.shown(at)
	}
	return out
}

func (f forecast) text(s streams) error {
	var b strings.Builder
	if u := f.Until; u != nil {
		fmt.Fprintf(&b, "At %s it will have cost %s %s for %s kWh.\n", u.At, u.Total, f.Currency, u.EnergyKWh)
	}
	say := func(what string, r *forecastResult) {
		switch {
		case r == nil:
		case r.ReachedAt == "":
			fmt.Fprintf(&b, "%s is not reached before %s.\n", what, r.Within)
		default:
			fmt.Fprintf(&b, "%s is reached at %s.\n", what, r.ReachedAt)
		}
	}
	if f.Total != nil {
		say(f.Total.Goal+" "+f.Currency, f.Total)
	}
	if f.Energy != nil {
		say(f.Energy.Goal+" kWh", f.Energy)
	}
	_, err := fmt.Fprint(s.out, b.String())
	return err
}

func (f forecast) rows() [][]string {
	var out [][]string
	if u := f.Until; u != nil {
		out = append(out, []string{"until", "", u.At, u.Total, f.Currency, u.EnergyKWh})
	}
	if r := f.Total; r != nil {
		out = append(out, []string{"total", r.Goal, r.ReachedAt, r.Goal, f.Currency, ""})
	}
	if r := f.Energy; r != nil {
		out = append(out, []string{"energy", r.Goal, r.ReachedAt, "", f.Currency, r.Goal})
	}
	return out
}

package api

import (
	"context"
	"fmt"
	"net/http"

	"kwote/app/charging"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// ForecastQuestion asks how a session goes on at a constant power.
type ForecastQuestion struct {
	Session       string `json:"session,omitempty" doc:"A known session, by id; then nobody else is named"`
	EVSE          string `json:"evse,omitempty" doc:"The EVSE, by id or EVSE ID, for a session that begins"`
	User          string `json:"user,omitempty" doc:"The driver, by id or external id; left out for an ad hoc driver"`
	Token         string `json:"token,omitempty" doc:"The uid of a token, in place of the driver"`
	At            string `json:"at,omitempty" format:"date-time" doc:"When it begins; now where it is left out"`
	PowerKW       string `json:"powerKw" minLength:"1" example:"11" doc:"Power at which it goes on, in kW; 0: it stays in its last state"`
	Until         string `json:"until,omitempty" format:"date-time" doc:"What will it have cost then?"`
	Total         string `json:"total,omitempty" example:"20.00" doc:"When does the total to be paid reach this?"`
	EnergyKWh     string `json:"energyKwh,omitempty" example:"30" doc:"When does the energy reach this?"`
	WithinSeconds int64  `json:"withinSeconds,omitempty" minimum:"0" maximum:"2678400" doc:"How far to look for total and energyKwh; a day where it is left out"`
}

// Forecast is the answer. What was not asked is absent, and all of it without a
// tariff.
type Forecast struct {
	Answer
	Until  *Receipt `json:"until,omitempty" doc:"What the session will have cost then, explained"`
	Total  *Reached `json:"total,omitempty"`
	Energy *Reached `json:"energy,omitempty"`
}

// Reached says when a goal is reached.
type Reached struct {
	Goal   string `json:"goal" example:"20.00" doc:"Amount, or energy in kWh"`
	At     string `json:"at,omitempty" format:"date-time" doc:"Absent: not before the horizon"`
	Within string `json:"within" format:"date-time" doc:"The horizon"`
}

// mostForecastPower bounds the power that is asked about; no site has more.
const mostForecastPower = 1_000_000 * energy.KW

func (q ForecastQuestion) read() (out charging.Outlook, err error) {
	out = charging.Outlook{SessionID: q.Session, Within: q.WithinSeconds, Question: charging.Question{EVSE: q.EVSE, User: q.User, Token: q.Token}}
	if out.Power, err = parseKilowatts("powerKw", q.PowerKW); err != nil {
		return out, err
	}
	if out.Power < 0 || out.Power > mostForecastPower {
		return out, fault.At(fault.Invalid, "power_out_of_range", "powerKw", fmt.Sprintf("%s kW; the power lies between 0 and %s kW", q.PowerKW, kilowatts(mostForecastPower)))
	}
	if out.At, err = parseInstant("at", q.At); err != nil {
		return out, err
	}
	if out.Until, err = parseInstant("until", q.Until); err != nil {
		return out, err
	}
	if q.Total != "" {
		p, err := money.ParsePrice(q.Total)
		if err != nil || p < 0 {
			return out, fault.At(fault.Invalid, "amount_malformed", "total", fmt.Sprintf("%q is not an amount such as 20.00", q.Total))
		}
		out.Total = &p
	}
	if q.EnergyKWh != "" {
		e, err := parseEnergy("energyKwh", q.EnergyKWh)
		if err != nil {
			return out, err
		}
		out.Energy = &e
	}
	if q.Session == "" && q.EVSE == "" {
		return out, fault.At(fault.Invalid, "question_missing", "evse", "name a session, or the EVSE at which one begins")
	}
	return out, nil
}

func showForecast(f charging.Forecast, o charging.Outlook, lang string) Forecast {
	out := Forecast{Answer: showAnswer(f.Answer, lang)}
	if f.At != nil {
		r := Explained(*f.At, f.Version.Document, lang)
		out.Until = &r
	}
	show := func(r *charging.Reached, goal string) *Reached {
		if r == nil {
			return nil
		}
		shown := &Reached{Goal: goal, Within: f.Horizon.String()}
		if r.OK {
			shown.At = r.At.String()
		}
		return shown
	}
	if o.Total != nil {
		out.Total = show(f.Total, o.Total.String())
	}
	if o.Energy != nil {
		out.Energy = show(f.Energy, o.Energy.String())
	}
	return out
}

func (d *door) forecasts() {
	type forecastIn struct {
		InLanguage
		Body ForecastQuestion
	}
	type forecastOut struct{ Body Forecast }
	example := ForecastQuestion{EVSE: "FR*KWO*E1201", User: "crm-1042", At: "2026-05-03T21:00:00Z", PowerKW: "11", Total: "20.00", EnergyKWh: "30"}
	register(d, route{id: "forecast", method: http.MethodPost, path: root + "/forecast", tag: "Who pays what", summary: "How a session goes on",
		about: "What a session will have cost at an instant, and when its total or its energy reaches a goal, if it goes on at a constant power: a known session, by the version that prices it, or one that begins. Changes nothing.",
		body:  example, answer: Forecast{Answer: exampleAnswer(), Total: &Reached{Goal: "20.00", At: calendar.Instant(1_777_852_000).String(), Within: calendar.Instant(1_777_928_400).String()}}},
		func(ctx context.Context, by access.Actor, in *forecastIn) (*forecastOut, error) {
			o, err := in.Body.read()
			if err != nil {
				return nil, err
			}
			f, err := d.Charging.Forecast(ctx, by, o)
			if err != nil {
				return nil, err
			}
			return &forecastOut{showForecast(f, o, in.lang(ctx))}, nil
		})
}

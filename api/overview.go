package api

import (
	"context"
	"net/http"

	"kwote/app/insight"
	"kwote/domain/access"
	"kwote/domain/money"
	"kwote/domain/query"
)

// Overview is what was charged and earned. Sums of different currencies are
// never added.
type Overview struct {
	Counts     Counts        `json:"counts" doc:"Sizes of the whole deployment, whatever the filter"`
	ByCurrency []Sums        `json:"byCurrency"`
	ByTariff   []Sums        `json:"byTariff" doc:"Unpriced sessions stand under no tariff and no currency"`
	ByDay      []DaySums     `json:"byDay" doc:"By local day of the sessions' starts"`
	ByHour     []HourSums    `json:"byHour" doc:"By local hour of the sessions' starts, over whole months"`
	Quarantine []ReasonCount `json:"quarantine" doc:"Rows of imports put aside, by reason"`
}

// Counts are how many there are of each.
type Counts struct {
	Networks     int64 `json:"networks"`
	Partners     int64 `json:"partners"`
	Locations    int64 `json:"locations"`
	EVSEs        int64 `json:"evses"`
	Users        int64 `json:"users"`
	UserGroups   int64 `json:"userGroups"`
	Tokens       int64 `json:"tokens"`
	Staff        int64 `json:"staff"`
	Tariffs      int64 `json:"tariffs"`
	TariffGroups int64 `json:"tariffGroups"`
}

// Sums are what sessions add up to.
type Sums struct {
	Tariff          string `json:"tariff,omitempty" example:"rapid-public"`
	Currency        string `json:"currency,omitempty" example:"EUR" doc:"Absent: unpriced sessions"`
	Total           string `json:"total,omitempty" example:"18231.40"`
	Sessions        int64  `json:"sessions" example:"1804"`
	EnergyKWh       string `json:"energyKwh" example:"18220.500"`
	ChargingSeconds int64  `json:"chargingSeconds"`
	IdleSeconds     int64  `json:"idleSeconds"`
}

// DaySums are the sums of one local day.
type DaySums struct {
	Day string `json:"day" format:"date"`
	Sums
}

// HourSums are the sums of one hour of the local day.
type HourSums struct {
	Hour int `json:"hour" example:"18" doc:"0 to 23"`
	Sums
}

func showSums(s query.Sums) Sums {
	out := Sums{Tariff: s.Tariff, Sessions: s.Sessions, EnergyKWh: s.Energy.String(), ChargingSeconds: s.ChargingTime, IdleSeconds: s.IdleTime}
	if s.Total.Currency != "" {
		out.Currency, out.Total = string(s.Total.Currency), s.Total.String()
	}
	return out
}

func showOverview(o insight.Overview) Overview {
	out := Overview{Counts: showCounts(o.Counts), ByCurrency: []Sums{}, ByTariff: []Sums{}, ByDay: []DaySums{}, ByHour: []HourSums{}, Quarantine: []ReasonCount{}}
	for _, s := range o.ByCurrency {
		out.ByCurrency = append(out.ByCurrency, showSums(s))
	}
	for _, s := range o.ByTariff {
		out.ByTariff = append(out.ByTariff, showSums(s))
	}
	for _, s := range o.ByDay {
		out.ByDay = append(out.ByDay, DaySums{s.Day.String(), showSums(s.Sums)})
	}
	for _, s := range o.ByHour {
		out.ByHour = append(out.ByHour, HourSums{s.Hour, showSums(s.Sums)})
	}
	for _, c := range o.Quarantine {
		out.Quarantine = append(out.Quarantine, showReasonCount(c))
	}
	return out
}

func showCounts(c query.Counts) Counts {
	return Counts{c.Networks, c.Partners, c.Locations, c.EVSEs, c.Users, c.UserGroups, c.Tokens, c.Staff, c.Tariffs, c.TariffGroups}
}

func (d *door) overview() {
	type in struct {
		NetworkID string `query:"networkId" doc:"Only of this network, by id or external id"`
		Tariff    string `query:"tariff" doc:"Only priced by the tariff of this name"`
		Currency  string `query:"currency" minLength:"3" maxLength:"3" doc:"Only in this currency"`
		From      string `query:"from" format:"date" doc:"Only begun on this local day or later"`
		Before    string `query:"before" format:"date" doc:"Only begun before this local day"`
	}
	type out struct{ Body Overview }
	sums := Sums{Currency: "EUR", Total: "18231.40", Sessions: 1804, EnergyKWh: "18220.500", ChargingSeconds: 5406000, IdleSeconds: 812000}
	ofTariff := sums
	ofTariff.Tariff = "rapid-public"
	register(d, route{id: "getOverview", method: http.MethodGet, path: root + "/overview", tag: "Insight", summary: "What was charged and earned",
		answer: Overview{Counts: Counts{Networks: 1, Partners: 6, Locations: 40, EVSEs: 400, Users: 2000, UserGroups: 4, Tokens: 2400, Staff: 3, Tariffs: 9, TariffGroups: 7},
			ByCurrency: []Sums{sums}, ByTariff: []Sums{ofTariff}, ByDay: []DaySums{{"2026-05-03", ofTariff}}, ByHour: []HourSums{{18, ofTariff}},
			Quarantine: []ReasonCount{{"never_closed", 12}}}},
		func(ctx context.Context, by access.Actor, in *in) (*out, error) {
			if err := resolve(ctx, by, reference{d.networkID, "networkId", &in.NetworkID}); err != nil {
				return nil, err
			}
			f := query.TakingsFilter{NetworkID: in.NetworkID, Tariff: in.Tariff, Currency: money.Currency(in.Currency)}
			var err error
			if f.From, err = parseDate("from", in.From); err != nil {
				return nil, err
			}
			if f.Before, err = parseDate("before", in.Before); err != nil {
				return nil, err
			}
			o, err := d.Insight.Overview(ctx, by, f)
			return &out{showOverview(o)}, err
		})
}

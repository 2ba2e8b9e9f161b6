package api

import (
	"context"
	"net/http"

	"kwote/app/charging"
	"kwote/domain/access"
)

// Question asks who pays what: somebody at an EVSE at an instant.
type Question struct {
	EVSE  string `json:"evse" minLength:"1" doc:"The EVSE, by id or EVSE ID"`
	User  string `json:"user,omitempty" doc:"The driver, by id or external id; left out for an ad hoc driver"`
	Token string `json:"token,omitempty" doc:"The uid of a token, in place of the driver"`
	At    string `json:"at,omitempty" format:"date-time" doc:"Now where it is left out"`
}

// QuoteQuestion asks what a session would cost.
type QuoteQuestion struct {
	Question
	EnergyKWh       string `json:"energyKwh" minLength:"1" doc:"Energy in kWh, as a decimal"`
	DurationSeconds int64  `json:"durationSeconds" minimum:"0" maximum:"31622400" doc:"Plugged in; 0 only for a reservation that expires"`
	ChargingSeconds int64  `json:"chargingSeconds,omitempty" minimum:"0" maximum:"31622400" doc:"Seconds of them in which energy flows; all where it is left out"`
	MoreFacts
}

// Answer says who pays what where, when and why.
type Answer struct {
	At         string         `json:"at" format:"date-time"`
	Network    Place          `json:"network"`
	Location   Place          `json:"location"`
	TimeZone   string         `json:"timeZone" example:"Europe/Paris" doc:"Of the location"`
	EVSE       Place          `json:"evse"`
	User       *Place         `json:"user,omitempty" doc:"Absent: an ad hoc driver"`
	Resolution Resolution     `json:"resolution" doc:"What was found, and why"`
	Version    *TariffVersion `json:"version,omitempty" doc:"The tariff version that holds; absent: no tariff, so the session would not be priced"`
	Price      *PriceInWords  `json:"price,omitempty" doc:"What that version says"`
}

// Place names something that a question led to.
type Place struct {
	ID         string `json:"id"`
	ExternalID string `json:"externalId,omitempty"`
	Name       string `json:"name,omitempty"`
}

// Quote is an answer with what the session would cost.
type Quote struct {
	Answer
	Receipt *Receipt `json:"receipt,omitempty" doc:"Absent: no tariff"`
}

// Resolution says which tariff was found and why.
type Resolution struct {
	Rule       string      `json:"rule" enum:"by-order,most-specific,cheapest" doc:"The network's precedence"`
	Tariff     string      `json:"tariff,omitempty" example:"rapid-public" doc:"Name of the winner; absent: none was found"`
	Version    int         `json:"version,omitempty" example:"3" doc:"Number of the version that held"`
	VersionID  string      `json:"versionId,omitempty"`
	Reason     string      `json:"reason" example:"only_match" doc:"Why it won: last_in_order, most_specific, lowest_total, only_match, network_default; or why there is none: no_tariff, no_version_in_time, mixed_currencies"`
	Conflict   bool        `json:"conflict" doc:"Two tariffs stand level; the lower total is taken until somebody decides"`
	Candidates []Candidate `json:"candidates" doc:"Every tariff that hangs on the place, in order"`
	Reference  *Reference  `json:"reference,omitempty" doc:"The session for which totals were compared, where none exists yet"`
}

// Candidate is one tariff of a group that hangs on the place.
type Candidate struct {
	GroupID string `json:"groupId"`
	Group   string `json:"group" doc:"Name of the tariff group"`
	Scope   string `json:"scope" enum:"network,partner,location,evse"`
	PlaceID string `json:"placeId"`
	Tariff  string `json:"tariff"`
	Matched bool   `json:"matched"`
	Why     string `json:"why" example:"everyone" doc:"Stable code of why the audience matched or did not"`
	Won     bool   `json:"won"`
	Total   string `json:"total,omitempty" doc:"Where totals were compared"`
}

// Reference is a session for which totals are compared.
type Reference struct {
	EnergyKWh       string `json:"energyKwh" example:"10.000"`
	DurationSeconds int64  `json:"durationSeconds" example:"3600"`
}

func showResolution(r charging.Resolution) Resolution {
	out := Resolution{Rule: string(r.Rule), Tariff: r.Tariff, Version: r.Version, VersionID: r.VersionID, Reason: r.Reason, Conflict: r.Conflict,
		Candidates: []Candidate{}}
	for _, c := range r.Candidates {
		out.Candidates = append(out.Candidates, Candidate{c.GroupID, c.Group, c.Scope, c.PlaceID, c.Tariff, c.Matched, string(c.Why), c.Won, c.Total})
	}
	if r.Reference != nil {
		out.Reference = &Reference{r.Reference.EnergyKWh, r.Reference.Seconds}
	}
	return out
}

func showAnswer(a charging.Answer, lang string) Answer {
	out := Answer{At: a.At.String(), Network: Place{a.Network.ID, a.Network.ExternalID, a.Network.Name},
		Location: Place{a.Location.ID, a.Location.ExternalID, a.Location.Name}, TimeZone: a.Location.TimeZone,
		EVSE: Place{a.EVSE.ID, a.EVSE.ExternalID, a.EVSE.Name}, Resolution: showResolution(a.Resolution)}
	if a.User != nil {
		out.User = &Place{a.User.ID, a.User.ExternalID, a.User.Name}
	}
	if a.Version != nil {
		v, words := showVersion(*a.Version), inWords(a.Version.Document, lang)
		out.Version, out.Price = &v, &words
	}
	return out
}

func (q Question) read() (charging.Question, error) {
	at, err := parseInstant("at", q.At)
	return charging.Question{EVSE: q.EVSE, User: q.User, Token: q.Token, At: at}, err
}

var exampleQuestion = Question{EVSE: "FR*KWO*E1201", User: "crm-1042", At: "2026-05-03T21:00:00Z"}

func exampleAnswer() Answer {
	words := inWords(exampleDocument, "en")
	return Answer{At: "2026-05-03T21:00:00Z", Network: Place{exampleID, "main", "Kwote Demo"}, Location: Place{exampleID, "gare-de-lyon", "Gare de Lyon"},
		TimeZone: "Europe/Paris", EVSE: Place{exampleID, "FR*KWO*E1201", "Bay 1"}, User: &Place{exampleID, "crm-1042", "Zoé Martin"},
		Resolution: exampleResolution(), Version: &exampleVersion, Price: &words}
}

func exampleResolution() Resolution {
	return Resolution{Rule: "most-specific", Tariff: "rapid-public", Version: 3, VersionID: exampleID, Reason: charging.WonOnlyMatch,
		Candidates: []Candidate{{GroupID: exampleID, Group: "Rapid chargers", Scope: "network", PlaceID: exampleID, Tariff: "rapid-public",
			Matched: true, Why: "everyone", Won: true}}}
}

func (d *door) questions() {
	const tag = "Who pays what"
	type resolveIn struct {
		InLanguage
		Body Question
	}
	type resolveOut struct{ Body Answer }
	register(d, route{id: "resolve", method: http.MethodPost, path: root + "/resolve", tag: tag, summary: "Who pays what, where, when and why",
		about: "Answers for a driver at an EVSE at an instant: every tariff that hangs there, which matched and why, which won and by which rule. Changes nothing.",
		body:  exampleQuestion, answer: exampleAnswer()},
		func(ctx context.Context, by access.Actor, in *resolveIn) (*resolveOut, error) {
			q, err := in.Body.read()
			if err != nil {
				return nil, err
			}
			a, err := d.Charging.Resolve(ctx, by, q)
			return &resolveOut{showAnswer(a, in.lang(ctx))}, err
		})
	type quoteIn struct {
		InLanguage
		Body QuoteQuestion
	}
	type quoteOut struct{ Body Quote }
	register(d, route{id: "quote", method: http.MethodPost, path: root + "/quote", tag: tag, summary: "What a session would cost",
		about:  "Prices a usage as a session of it would be priced, with the explained receipt. Changes nothing.",
		body:   QuoteQuestion{Question: exampleQuestion, EnergyKWh: "20", DurationSeconds: 2700, ChargingSeconds: 1800},
		answer: Quote{exampleAnswer(), exampleSessionShown().Receipt}},
		func(ctx context.Context, by access.Actor, in *quoteIn) (*quoteOut, error) {
			usage, err := in.Body.usage()
			if err != nil {
				return nil, err
			}
			q, err := in.Body.read()
			if err != nil {
				return nil, err
			}
			quote, err := d.Charging.Quote(ctx, by, q, usage)
			if err != nil {
				return nil, err
			}
			out := &quoteOut{Quote{Answer: showAnswer(quote.Answer, in.lang(ctx))}}
			if quote.Receipt != nil {
				receipt := Explained(*quote.Receipt, quote.Version.Document, in.lang(ctx))
				out.Body.Receipt = &receipt
			}
			return out, nil
		})
}

func (q QuoteQuestion) usage() (charging.Usage, error) {
	e, err := parseEnergy("energyKwh", q.EnergyKWh)
	if err != nil {
		return charging.Usage{}, err
	}
	u := charging.Usage{Energy: e, Seconds: q.DurationSeconds, Charging: q.ChargingSeconds}
	err = q.addTo(&u.Also)
	return u, err
}

package api

import (
	"context"
	"net/http"
	"strconv"

	"kwote/app/charging"
	"kwote/domain/access"
	"kwote/domain/money"
	"kwote/domain/query"
	"kwote/domain/text"
)

// SessionBody is a finished session as it is sent.
type SessionBody struct {
	External
	EVSE  string `json:"evse" minLength:"1" doc:"The EVSE, by id or EVSE ID"`
	User  string `json:"user,omitempty" doc:"The driver, by id or external id; left out with a token, or for an ad hoc driver"`
	Token string `json:"token,omitempty" doc:"The uid of the token that was held up"`
	SessionFacts
	Resumed []SessionFacts `json:"resumed,omitempty" maxItems:"100" doc:"Further parts of a plug-in that was cut into several: each with readings from its own start, and at most ten minutes after the end of the one before. All parts are priced as one session"`
}

// SessionItem is a session in a list, with its current receipt's result.
type SessionItem struct {
	Head
	ExternalID      string   `json:"externalId,omitempty"`
	NetworkID       string   `json:"networkId"`
	LocationID      string   `json:"locationId"`
	LocationName    string   `json:"locationName"`
	TimeZone        string   `json:"timeZone"`
	EVSEID          string   `json:"evseId"`
	EVSEName        string   `json:"evseName" doc:"The EVSE ID, or the name where there is none"`
	UserID          string   `json:"userId,omitempty" doc:"Absent: ad hoc"`
	UserName        string   `json:"userName,omitempty"`
	TokenID         string   `json:"tokenId,omitempty"`
	ImportID        string   `json:"importId,omitempty"`
	Source          string   `json:"source,omitempty" doc:"Where an import had it from"`
	Start           string   `json:"start" format:"date-time"`
	End             string   `json:"end" format:"date-time"`
	EnergyKWh       string   `json:"energyKwh"`
	ChargingSeconds int64    `json:"chargingSeconds"`
	IdleSeconds     int64    `json:"idleSeconds"`
	Warnings        []string `json:"warnings" doc:"Stable codes of what is doubtful about the facts"`
	Status          string   `json:"status" enum:"priced,unpriced"`
	Unpriced        string   `json:"unpriced,omitempty" doc:"Stable code of why there is no price"`
	Tariff          string   `json:"tariff,omitempty" doc:"Name of the tariff that priced it"`
	TariffVersionID string   `json:"tariffVersionId,omitempty"`
	Currency        string   `json:"currency,omitempty"`
	Total           string   `json:"total,omitempty" doc:"What is to be paid"`
	ReceiptID       string   `json:"receiptId,omitempty"`
	ReceiptNumber   int      `json:"receiptNumber,omitempty" doc:"1 for the first, higher after corrections"`
}

// Session is a session with its facts and its current receipt.
type Session struct {
	SessionItem
	Readings []Reading     `json:"readings"`
	States   []StateChange `json:"states"`
	MoreFacts
	Gaps       []Stretch     `json:"gaps,omitempty" doc:"Between the parts of a session that was cut into several: no part of it"`
	Receipt    *Receipt      `json:"receipt,omitempty" doc:"Absent: unpriced"`
	Resolution *Resolution   `json:"resolution,omitempty" doc:"Why this tariff"`
	Receipts   []ReceiptItem `json:"receipts" doc:"All of them, newest first"`
}

func (s Session) etag() string {
	lang := ""
	if s.Receipt != nil && s.Receipt.Words != nil {
		lang = "-" + s.Receipt.Words.Language
	}
	return s.Head.etag() + "-" + strconv.Itoa(s.ReceiptNumber) + lang
}

func (Session) inLanguage() {}

var exampleSession = SessionBody{External: External{"cdr-2026-0042"}, EVSE: "FR*KWO*E1201", Token: "04A2B3C4D5E680",
	SessionFacts: SessionFacts{Start: "2026-05-03T19:40:00Z", End: "2026-05-03T20:30:00Z",
		Readings: []Reading{{"2026-05-03T19:55:00Z", "8.25"}, {"2026-05-03T20:10:00Z", "15.5"}},
		States:   []StateChange{{"2026-05-03T20:10:00Z", "idle"}}}}

func showSessionRow(r query.SessionRow) SessionItem {
	out := SessionItem{Head: Head{r.ID, r.Version}, ExternalID: r.ExternalID, NetworkID: r.NetworkID, LocationID: r.LocationID, LocationName: r.LocationName,
		TimeZone: r.TimeZone, EVSEID: r.EVSEID, EVSEName: r.EVSEName, UserID: r.UserID, UserName: r.UserName, TokenID: r.TokenID,
		ImportID: r.ImportID, Source: r.Source, Start: r.Start.String(), End: r.End.String(), EnergyKWh: r.Energy.String(),
		ChargingSeconds: r.ChargingTime, IdleSeconds: r.IdleTime, Warnings: orEmpty(r.Warnings), Status: string(query.Unpriced), Unpriced: r.Unpriced}
	if r.ReceiptID != "" {
		out.Status, out.Tariff, out.TariffVersionID = string(query.Priced), r.Tariff, r.TariffVersionID
		out.Currency, out.Total = string(r.Total.Currency), r.Total.String()
		out.ReceiptID, out.ReceiptNumber = r.ReceiptID, r.ReceiptNumber
	}
	return out
}

func showSession(s charging.Detail, lang string) Session {
	facts := s.Session.Facts
	out := Session{SessionItem: showSessionRow(s.Row), Readings: showReadings(facts.Readings), States: []StateChange{}, MoreFacts: showMore(facts),
		Gaps: showStretches(facts.Gaps), Receipts: []ReceiptItem{}}
	for _, c := range facts.Changes {
		out.States = append(out.States, StateChange{c.At.String(), c.State.String()})
	}
	for _, r := range s.Receipts {
		out.Receipts = append(out.Receipts, showReceiptRow(r))
	}
	if s.Receipt != nil {
		receipt := Explained(s.Receipt.Receipt, s.Version.Document, lang)
		resolution := showResolution(s.Resolution)
		out.Receipt, out.Resolution = &receipt, &resolution
	}
	return out
}

func (d *door) sessions() {
	const path, tag = root + "/sessions", "Sessions"
	list(d, route{id: "listSessions", path: path, tag: tag, summary: "List sessions", about: "Newest first.", answer: exampleSessionShown().SessionItem},
		func(ctx context.Context, by access.Actor, in *SessionsIn) ([]query.SessionRow, string, error) {
			f, err := d.sessionFilter(ctx, by, in)
			if err != nil {
				return nil, "", err
			}
			return d.Charging.Sessions(ctx, by, f)
		}, showSessionRow)
	type getIn struct {
		ID string `path:"id" doc:"The session's id"`
		InLanguage
		Unless
	}
	one(d, route{id: "getSession", path: path + "/{id}", tag: tag, summary: "Get a session with its explained receipt", answer: exampleSessionShown()},
		func(ctx context.Context, by access.Actor, in *getIn) (Session, error) {
			s, err := d.Charging.Session(ctx, by, in.ID)
			if err != nil {
				return Session{}, err
			}
			return showSession(s, in.lang(ctx)), nil
		})
	type recordIn struct {
		InLanguage
		Once
		Body SessionBody
	}
	register(d, route{id: "recordSession", method: http.MethodPost, path: path, tag: tag, summary: "Record a finished session and price it",
		about:  "A session with an external id that the network has already, and the same facts, is answered as it stands; with other facts it is refused with `session_differs`.",
		status: http.StatusCreated, needs: access.RecordSessions, mutates: true, body: exampleSession, answer: exampleSessionShown()},
		func(ctx context.Context, by access.Actor, in *recordIn) (*oneOut[Session], error) {
			report, err := readSession(in.Body)
			if err != nil {
				return nil, err
			}
			s, err := d.Charging.Record(ctx, by, report)
			if err != nil {
				return nil, err
			}
			w := showSession(s, in.lang(ctx))
			out := newOne(http.StatusCreated, w.etag(), w)
			out.Location, out.Vary = path+"/"+w.ID, "Accept-Language"
			return out, nil
		})
}

// SessionsIn narrows the list of sessions.
type SessionsIn struct {
	NetworkID  string `query:"networkId" doc:"Only of this network, by id or external id"`
	LocationID string `query:"locationId" doc:"Only at this location, by id or external id"`
	EVSEID     string `query:"evseId" doc:"Only at this EVSE, by id or EVSE ID"`
	UserID     string `query:"userId" doc:"Only of this user, by id or external id"`
	ImportID   string `query:"importId" doc:"Only of this import"`
	Tariff     string `query:"tariff" doc:"Only priced by the tariff of this name"`
	Currency   string `query:"currency" minLength:"3" maxLength:"3" doc:"Only priced in this currency"`
	From       string `query:"from" format:"date-time" doc:"Only begun at this instant or later"`
	Before     string `query:"before" format:"date-time" doc:"Only begun before this instant"`
	Status     string `query:"status" enum:"priced,unpriced"`
	Warning    string `query:"warning" doc:"Only with this warning; * for any"`
	Text       string `query:"text" maxLength:"200" doc:"Id, external id, or part of the location's or driver's name"`
	Paging
}

func (d *door) sessionFilter(ctx context.Context, by access.Actor, in *SessionsIn) (f query.SessionFilter, err error) {
	err = resolve(ctx, by, reference{d.networkID, "networkId", &in.NetworkID}, reference{d.locationID, "locationId", &in.LocationID},
		reference{d.evseID, "evseId", &in.EVSEID}, reference{d.userID, "userId", &in.UserID})
	if err != nil {
		return f, err
	}
	f = query.SessionFilter{NetworkID: in.NetworkID, LocationID: in.LocationID, EVSEID: in.EVSEID, UserID: in.UserID, ImportID: in.ImportID,
		Tariff: in.Tariff, Currency: money.Currency(in.Currency), Status: query.SessionStatus(in.Status), Warning: in.Warning, Text: in.Text, Page: in.page()}
	if f.From, err = parseInstant("from", in.From); err != nil {
		return f, err
	}
	f.Before, err = parseInstant("before", in.Before)
	return f, err
}

// readSession makes a report of a body.
func readSession(b SessionBody) (charging.Report, error) {
	out := charging.Report{ExternalID: b.ExternalID, EVSE: b.EVSE, User: b.User, Token: b.Token}
	if err := text.First(text.ExternalID("externalId", b.ExternalID)); err != nil {
		return out, err
	}
	var err error
	out.Facts, err = b.facts()
	return out, err
}

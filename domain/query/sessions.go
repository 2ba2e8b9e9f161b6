package query

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
)

// Issued is a receipt with its identity and why this tariff was found.
type Issued struct {
	ID         string
	SessionID  string // set by the shelf when reading
	Number     int    // 1 for a session's first receipt; set by the shelf
	CreatedAt  calendar.Instant
	Receipt    pricing.Receipt
	Resolution []byte // JSON object: who pays what, and why
}

// SessionRecord is a session with everything that is kept beside it.
type SessionRecord struct {
	Session session.Session
	Source  string // of an import, else empty
	// Day and Hour (0 to 23) are local to the location at the session's
	// start: takings count there.
	Day          calendar.Date
	Hour         int
	ChargingTime int64            // seconds
	IdleTime     int64            // seconds
	At           calendar.Instant // of recording or revising
	// Receipt is nil for a session that could not be priced; Unpriced then is
	// the stable code of why not.
	Receipt  *Issued
	Unpriced string
}

// SessionStatus narrows a list to priced or unpriced sessions.
type SessionStatus string

// The states of pricing.
const (
	AnyStatus SessionStatus = ""
	Priced    SessionStatus = "priced"
	Unpriced  SessionStatus = "unpriced"
)

// SessionFilter narrows the list of sessions; zero fields narrow nothing. From
// (inclusive) and Before (exclusive) bound the start.
type SessionFilter struct {
	NetworkID  string
	LocationID string
	EVSEID     string
	UserID     string
	ImportID   string
	Tariff     string // name
	Currency   money.Currency
	From       calendar.Instant
	Before     calendar.Instant
	Status     SessionStatus
	Warning    string // stable code; "*" for any
	Text       string // id, external id, or part of the location's or driver's name
	Page
}

// SessionRow is a session in a list, with its current receipt's result.
type SessionRow struct {
	ID         string
	ExternalID string
	Source     string
	NetworkID  string
	ImportID   string
	Version    int64

	LocationID   string
	LocationName string
	TimeZone     string // of the location
	EVSEID       string
	EVSEName     string // name, or the EVSE ID where there is none
	UserID       string // empty: ad hoc
	UserName     string
	TokenID      string

	Start        calendar.Instant
	End          calendar.Instant
	Energy       energy.Quantity
	ChargingTime int64 // seconds
	IdleTime     int64 // seconds
	Warnings     []string

	ReceiptID       string // empty: unpriced
	ReceiptNumber   int
	TariffVersionID string
	Tariff          string // name
	Total           money.Amount
	Unpriced        string // stable code of why there is no receipt
}

// ReceiptRow is one receipt of a session without its lines.
type ReceiptRow struct {
	ID              string
	SessionID       string
	Number          int
	TariffVersionID string
	Total           money.Amount
	Net             money.Amount
	Exact           money.Exact
	CreatedAt       calendar.Instant
}

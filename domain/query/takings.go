package query

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
)

// TakingsFilter narrows takings; zero fields narrow nothing. From is
// inclusive, Before exclusive, both local dates of the sessions' starts. Hours
// are kept by month: there From and Before count from their months' first
// days.
type TakingsFilter struct {
	NetworkID string
	Tariff    string
	Currency  money.Currency
	From      *calendar.Date
	Before    *calendar.Date
}

// Sums are what sessions add up to. Unpriced sessions stand under the empty
// tariff and currency with no money. Currencies are never added up.
type Sums struct {
	Tariff       string
	Total        money.Amount // its currency is that of all sessions here
	Sessions     int64
	Energy       energy.Quantity
	ChargingTime int64 // seconds
	IdleTime     int64 // seconds
}

// DayTakings are the sums of the sessions that started on a local date.
type DayTakings struct {
	Day calendar.Date
	Sums
}

// HourTakings are the sums of the sessions that started in an hour of the
// local day (0 to 23).
type HourTakings struct {
	Hour int
	Sums
}

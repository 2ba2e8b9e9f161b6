package query

import (
	"kwote/domain/calendar"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/pricing"
)

// Feed is a network's price feed without its slots.
type Feed struct {
	ID        string
	NetworkID string
	Name      string
	Currency  money.Currency
	Length    int64            // of its slots in seconds
	PushedAt  calendar.Instant // when prices last came
	// First is the beginning of its first slot, Before the end of its last
	// one; both are zero when it has none. Set by the shelf when reading.
	First, Before calendar.Instant
	Version       int64
}

// FeedSlot is a price of a feed as it came.
type FeedSlot struct {
	feed.Slot
	Length   int64 // seconds
	Revision int64 // the feed's version that brought it
	PushedAt calendar.Instant
}

// Before is the end of the slot.
func (s FeedSlot) Before() calendar.Instant { return s.From + calendar.Instant(s.Length) }

// FeedSlotFilter narrows the list of a feed's slots to those that begin from
// From on and before Before; zero ends are open.
type FeedSlotFilter struct {
	FeedID string
	From   calendar.Instant
	Before calendar.Instant
	// History lists prices that have been replaced, too.
	History bool
	Page
}

// DayFilter asks what a driver was charged under a tariff on local days, both
// ends included. The driver is the user, or the token where there is no user.
type DayFilter struct {
	UserID  string
	TokenID string
	Tariff  string // name
	From    calendar.Date
	To      calendar.Date
}

// DriverKey names who shares a maximum per day: the user, or the token where
// there is no user; empty: nobody, so that the maximum is the session's own.
func DriverKey(userID, tokenID string) string {
	switch {
	case userID != "":
		return "user:" + userID
	case tokenID != "":
		return "token:" + tokenID
	}
	return ""
}

// DayCharge is what the current receipt of one session charges for one day.
type DayCharge struct {
	SessionID  string
	NetworkID  string
	ExternalID string // of the session
	pricing.DayAmount
}

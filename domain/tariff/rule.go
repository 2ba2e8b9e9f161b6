package tariff

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
)

// Rule is a price and when it holds.
type Rule struct {
	Price money.Price
	Per   Unit
	// Feed takes the unit price from a feed; Price is zero then.
	Feed *FeedPrice
	// Step is OCPI's step_size in µWh or seconds: the session's total of the
	// dimension is rounded up once, by the step of the last rule that priced it
	// (OCPI 2.2.1 mod_tariffs, step_size). Zero: none.
	Step int64
	// Taxes replace those of the document for this rule; Untaxed says that none
	// is due.
	Taxes   []Tax
	Untaxed bool
	When    Condition
}

// FeedPrice makes a unit price of a feed's value:
// clamp(value × (1 + Tax) × Percentage + Addition, Floor, Ceiling), rounded to
// nine decimals, halves away from zero. A missing value is replaced by
// clamp(Fallback × FallbackPercentage).
type FeedPrice struct {
	Feed       string
	Tax        int64 // millionths; applies to negative values too
	Percentage int64 // millionths
	Addition   money.Price
	Floor      *money.Price
	Ceiling    *money.Price
	Fallback   money.Price
	// FallbackPercentage is in millionths.
	FallbackPercentage int64
}

// Whole is 100 % in millionths.
const Whole int64 = 1_000_000

// Unit is what a price is for.
type Unit uint8

// The units of price.
const (
	PerKWh Unit = iota
	PerMinute
	PerHour
	PerSession
	// Flat is due once, when the rule first has something to bill.
	Flat
)

// Divisor is the number of counted units (µWh, seconds, sessions) in one
// priced unit.
func (u Unit) Divisor() int64 {
	return [...]int64{int64(energy.KWh), 60, 3600, 1, 1}[u]
}

// String is the suffix used in documents, "/kWh"; empty for a fixed fee.
func (u Unit) String() string { return [...]string{"/kWh", "/min", "/h", "", " flat"}[u] }

// Range holds from From on and before Before; a zero Before is open.
type Range[T ~int64] struct{ From, Before T }

// Set reports whether the range says anything.
func (r Range[T]) Set() bool { return r.From != 0 || r.Before != 0 }

// Has reports whether the value lies inside.
func (r Range[T]) Has(v T) bool { return v >= r.From && (r.Before == 0 || v < r.Before) }

// Level holds above Above and up to and including UpTo; a zero UpTo is open.
// A level that starts at nothing (Above zero) holds nothing, too.
type Level struct{ Above, UpTo energy.Power }

// Set reports whether the level says anything.
func (l Level) Set() bool { return l != Level{} }

// Has reports whether the power lies inside.
func (l Level) Has(p energy.Power) bool {
	return (p > l.Above || l.Above == 0) && (l.UpTo == 0 || p <= l.UpTo)
}

// Season is a part of every year, From inclusive, Before exclusive. It may
// pass the new year.
type Season struct{ From, Before MonthDay }

// MonthDay is a day of the year, month×100+day.
type MonthDay int

// Has reports whether the date lies in the season. The 29th of February counts
// by its place in the order of days, in leap years only.
func (s Season) Has(d calendar.Date) bool {
	y, m := d.YearMonth()
	day := MonthDay(int(m)*100 + int(d-calendar.NewDate(y, m, 1)) + 1)
	if s.From < s.Before {
		return day >= s.From && day < s.Before
	}
	return day >= s.From || day < s.Before
}

// Supply is the kind of current of a charge point.
type Supply uint8

// The kinds of current; UnknownSupply in a condition means either.
const (
	UnknownSupply Supply = iota
	AC
	DC
)

// String is "AC", "DC" or "".
func (s Supply) String() string { return [...]string{"", "AC", "DC"}[s] }

// Outcome is what became of a reservation.
type Outcome uint8

// The outcomes; AnyOutcome in a condition means either.
const (
	AnyOutcome Outcome = iota
	// Used: a session followed, or the reservation still runs.
	Used
	// Expired: nobody came.
	Expired
)

// String is "used", "expired" or "".
func (o Outcome) String() string { return [...]string{"", "used", "expired"}[o] }

// Condition holds when every part that is set holds. The zero value always
// holds. Windows, days, dates, seasons and holidays are local to the charge
// point; energy and times count from the session's start. A part that asks for
// something unknown of a session does not hold.
type Condition struct {
	Time       []calendar.Window
	Days       calendar.Weekdays // zero: every day
	DateFrom   *calendar.Date
	DateBefore *calendar.Date
	Season     *Season
	// Holidays names a calendar of public holidays (holiday.Codes) on whose days
	// the rule holds; NotHolidays one on whose days it does not.
	Holidays    string
	NotHolidays string

	Energy       Range[energy.Quantity] // imported
	Duration     Range[int64]           // seconds plugged in
	ChargingTime Range[int64]           // seconds charged, grace included
	IdleTime     Range[int64]           // seconds idle, grace included
	// Power is the momentary power, which is that between two readings.
	Power Range[energy.Power]
	// Current is the momentary current summed over the phases, in mA.
	Current Range[int64]
	// Average is the session's energy by its charging time and Peak its highest
	// power; both decide for the whole session.
	Average Level
	Peak    Level

	Supply      Supply
	EVSEPower   Range[energy.Power] // the highest power of the EVSE
	Mode        session.Mode        // zero: any
	Reservation Outcome             // zero: any
}

// Always reports whether the condition sets nothing.
func (c *Condition) Always() bool { return !c.Clocked() && !c.Counts() && !c.Circumstanced() }

// Clocked reports whether the condition looks at the clock or the date.
func (c *Condition) Clocked() bool {
	return len(c.Time) > 0 || c.Days != 0 || c.DateFrom != nil || c.DateBefore != nil ||
		c.Season != nil || c.Holidays != "" || c.NotHolidays != ""
}

// Counts reports whether the condition looks at how much energy or time went
// by.
func (c *Condition) Counts() bool {
	return c.Energy.Set() || c.Duration.Set() || c.ChargingTime.Set() || c.IdleTime.Set()
}

// Circumstanced reports whether the condition looks at how the session is
// charged: power, current, place, mode, reservation.
func (c *Condition) Circumstanced() bool {
	return c.Power.Set() || c.Current.Set() || c.Average.Set() || c.Peak.Set() ||
		c.Supply != UnknownSupply || c.EVSEPower.Set() || c.Mode != session.AnyMode || c.Reservation != AnyOutcome
}

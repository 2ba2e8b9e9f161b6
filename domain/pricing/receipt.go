// Package pricing owns the price of a session: tariff version and session
// facts in, receipt out. It does not know where facts come from, who pays
// (assign), or what is invoiced.
//
// Invariants, and the test that proves each:
//   - sums without receipts are those of the receipts and allocate nothing
//     (TestSumAgreesWithReceipt, TestSumAllocatesNothing);
//   - the amounts of the lines add up to the total (TestLaws, testdata cases);
//   - cutting a session at any instants gives the same receipt (TestCutLaw);
//   - the same facts give the same receipt whatever the order and number of
//     their readings (TestLaws);
//   - the receipt's arithmetic agrees with rational arithmetic
//     (TestAgreesWithRationals);
//   - the sums that an explanation shows lead a reader with a pocket calculator
//     to the same cent (TestArithmeticLeadsToTheSameCent).
package pricing

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// Receipt is a priced session with the reason for every cent.
type Receipt struct {
	Tariff   TariffRef
	Currency money.Currency
	Terms    tariff.Terms
	Rounding money.Policy
	Zone     string // IANA name of the zone in which clock rules were read

	From, To     calendar.Instant
	Energy       energy.Quantity
	Exported     energy.Quantity // given back to the grid
	ChargingTime int64           // seconds
	IdleTime     int64           // seconds
	PausedTime   int64           // seconds that the operator caused or without contact
	ReservedTime int64           // seconds
	// AveragePower and PeakPower decided the session's class, rounded up; zero
	// where no rule asks for them, or they are not known.
	AveragePower energy.Power
	PeakPower    energy.Power

	Lines []Line
	// Exact is the unrounded sum of the lines before tax lines.
	Exact money.Exact
	// Total is what is to be paid: the sum of all lines' amounts.
	Total money.Amount
	// Net and the taxes add up to Total. Net is Total where the tax is not
	// known or none is due.
	Net   money.Amount
	Taxes []TaxLine
	// Days are the amounts by the local day on which they arose, where the
	// tariff has a maximum per day; they add up to Exact.
	Days []DayAmount
	// Notes are stable codes of what a reader should know, such as
	// "failed_start".
	Notes []string
}

// TariffRef names the tariff version that priced a session.
type TariffRef struct {
	Name      string
	VersionID string
	Number    int
}

// LineKind says what a line is.
type LineKind string

// The kinds of line.
const (
	Priced  LineKind = "priced"  // a rule priced a quantity
	Free    LineKind = "free"    // no rule matched: the quantity costs nothing
	Waived  LineKind = "waived"  // a session fee that a failed start does not owe
	Cap     LineKind = "cap"     // takes a dimension down to its cap
	Minimum LineKind = "minimum" // lifts the session to the minimum price
	Maximum LineKind = "maximum" // takes the session down to the maximum price
	TaxOn   LineKind = "tax"     // a tax on top of prices without tax

	FreeAmount     LineKind = "free_amount"      // takes off the first amount of a session
	DayMaximum     LineKind = "day_maximum"      // takes a day down to the driver's maximum
	MinimumWithTax LineKind = "minimum_with_tax" // lifts the total with tax to its minimum
	MaximumWithTax LineKind = "maximum_with_tax" // takes the total with tax to its maximum
)

// Line is one line of a receipt. Quantities are µWh for energy, seconds for
// time and 1 for a fee.
type Line struct {
	Kind      LineKind
	Dimension tariff.Kind // of priced, free and cap lines
	Rule      int         // index in the dimension's rules; -1 where no rule speaks
	UnitPrice money.Price
	Per       tariff.Unit
	Measured  int64
	Billed    int64 // less grace, up to whole blocks or steps
	Spans     []Span
	// Feed is the feed's value behind the unit price; nil for a price of the
	// document.
	Feed *FeedUse
	// Limit is the cap, minimum or maximum that made the line.
	Limit money.Price
	// Day is the local day of a maximum per day.
	Day calendar.Date
	// Tax names the tax of a tax line; Rate is in millionths.
	Tax    string
	Rate   int64
	Exact  money.Exact
	Amount money.Amount
}

// Span is a stretch of time that a line priced, From inclusive, To exclusive.
type Span struct {
	From, To calendar.Instant
	Measured int64
	Billed   int64
}

// FeedUse is a value of a feed that made a unit price.
type FeedUse struct {
	Feed    string
	From    calendar.Instant // of the slot
	Value   money.Price      // of the slot; zero where it is missing
	Missing bool             // the fallback made the price
}

// DayAmount is what arose on a local day.
type DayAmount struct {
	Date   calendar.Date
	Amount money.Exact
	// Charged is the day's share of the rounded total before taxes on top, which
	// counts towards the maximum of later sessions.
	Charged money.Amount
}

// TaxLine is one tax on the session.
type TaxLine struct {
	Name   string
	Rate   int64 // millionths
	Net    money.Amount
	Amount money.Amount
	// Shared is what of the sum that the tax is reckoned from (the gross of prices
	// with tax, else the net) is a share of lines that stand for several rules
	// with different taxes, such as a minimum.
	Shared money.Amount
}

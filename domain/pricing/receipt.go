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
	ChargingTime int64 // seconds
	IdleTime     int64 // seconds

	Lines []Line
	// Exact is the unrounded sum of the lines before tax lines.
	Exact money.Exact
	// Total is what is to be paid: the sum of all lines' amounts.
	Total money.Amount
	// Net and the taxes add up to Total. Net is Total where the tax is not
	// known or none is due.
	Net   money.Amount
	Taxes []TaxLine
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
)

// Line is one line of a receipt. Quantities are µWh for energy, seconds for
// time and 1 for a session fee.
type Line struct {
	Kind      LineKind
	Dimension tariff.Kind // of priced, free and cap lines
	Rule      int         // index in the dimension's rules; -1 where no rule speaks
	UnitPrice money.Price
	Per       tariff.Unit
	Measured  int64
	Billed    int64 // measured less grace
	Spans     []Span
	// Limit is the cap, minimum or maximum that made the line.
	Limit money.Price
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

// TaxLine is one tax on the session.
type TaxLine struct {
	Name   string
	Rate   int64 // millionths
	Net    money.Amount
	Amount money.Amount
}

// Package tariff owns the tariff document: what a price list can say, its one
// canonical form, what contradicts itself, and how it reads as a sentence. It
// does not price sessions (pricing) and does not know who pays (assign).
//
// Invariants, and the test that proves each:
//   - decoding what Encode wrote gives the same document, and encoding is
//     stable to the byte (TestRoundTrip);
//   - whatever Decode accepts is valid by the published JSON Schema and the
//     other way round for the shape of it (TestSchemaAgreesWithDecode);
//   - a refused document names every field at fault (testdata/refused);
//   - its sentence names every hole in a price and claims none that is not
//     there (TestDescribe, TestGapsAreNeverInvented).
package tariff

import (
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
)

// Document is one tariff. Per dimension and at each moment the first rule
// whose conditions match sets the price; where none matches the dimension is
// free.
type Document struct {
	Name        string            // stable name, lower case, "rapid-public"
	Title       map[string]string // text for drivers by language
	Currency    money.Currency
	Terms       Terms
	Taxes       []Tax // empty: the rates of the location's country apply
	Rounding    money.Policy
	Energy      Dimension // per kWh
	Charging    Dimension // per minute or hour while charging
	Idle        Dimension // per minute or hour plugged in and not charging
	Session     Dimension // fixed fee, once
	Total       Bounds
	FailedStart FailedStart
	// Locked names the dimensions whose clock and date conditions are read once,
	// at the session's start, and hold for all of it. Energy and duration
	// conditions go on.
	Locked KindSet
}

// Terms says what the prices of a document include.
type Terms uint8

const (
	// WithTax: prices are gross.
	WithTax Terms = iota
	// WithoutTax: taxes come on top.
	WithoutTax
	// NoTax: no tax is due.
	NoTax
)

var termNames = [...]string{"with tax", "without tax", "no tax"}

// String is the name used in documents.
func (t Terms) String() string { return termNames[t] }

// Tax is a tax with its rate in millionths (190000 is 19 %).
type Tax struct {
	Name string
	Rate int64
}

// Kind names a dimension.
type Kind uint8

// The dimensions, in the order in which laws want prices read out (AFIR
// art. 5(4)): per kWh, per minute, per session, others.
const (
	Energy Kind = iota
	Charging
	Idle
	Session
	kinds
)

// Kinds is the number of dimensions.
const Kinds = int(kinds)

// KindSet is a set of dimensions.
type KindSet uint8

// EveryKind holds all dimensions.
const EveryKind KindSet = 1<<kinds - 1

// Has reports whether the set holds the dimension.
func (s KindSet) Has(k Kind) bool { return s&(1<<k) != 0 }

// With is the set and the dimension.
func (s KindSet) With(k Kind) KindSet { return s | 1<<k }

var kindNames = [...]string{"energy", "charging", "idle", "session"}

// String is the dimension's name in documents and receipts.
func (k Kind) String() string { return kindNames[k] }

// Dimension is one ordered list of rules with what belongs to them together:
// grace and cap count over the whole session and across rules.
type Dimension struct {
	Grace  int64        // seconds free at the beginning; time dimensions only
	AtMost *money.Price // cap of the dimension per session
	Rules  []Rule
}

// Rule is a unit price and when it holds.
type Rule struct {
	Price money.Price
	Per   Unit
	When  Condition
}

// Unit is what a price is for.
type Unit uint8

// The units of price.
const (
	PerKWh Unit = iota
	PerMinute
	PerHour
	PerSession
)

// Divisor is the number of counted units (µWh, seconds, sessions) in one
// priced unit.
func (u Unit) Divisor() int64 {
	return [...]int64{int64(energy.KWh), 60, 3600, 1}[u]
}

// String is the suffix used in documents, "/kWh"; empty for a fixed fee.
func (u Unit) String() string { return [...]string{"/kWh", "/min", "/h", ""}[u] }

// Condition holds when every part that is set holds. The zero value always
// holds. Windows, days and dates are local to the charge point; energy and
// duration count from the session's start. Lower bounds are inclusive, upper
// bounds exclusive; zero upper bounds are open.
type Condition struct {
	Time           []calendar.Window
	Days           calendar.Weekdays // zero: every day
	DateFrom       *calendar.Date
	DateBefore     *calendar.Date
	EnergyFrom     energy.Quantity
	EnergyBefore   energy.Quantity
	DurationFrom   int64 // seconds plugged in
	DurationBefore int64
}

// Always reports whether the condition sets nothing.
func (c Condition) Always() bool {
	return !c.Clocked() && c.EnergyFrom == 0 && c.EnergyBefore == 0 && c.DurationFrom == 0 && c.DurationBefore == 0
}

// Clocked reports whether the condition looks at the clock or the date.
func (c Condition) Clocked() bool {
	return len(c.Time) > 0 || c.Days != 0 || c.DateFrom != nil || c.DateBefore != nil
}

// Clocked reports whether the clock or the date decides a price of the
// dimension.
func (d *Dimension) Clocked() bool {
	return slices.ContainsFunc(d.Rules, func(r Rule) bool { return r.When.Clocked() })
}

// Bounds limit the price of a session before discounts.
type Bounds struct {
	AtLeast *money.Price
	AtMost  *money.Price
}

// FailedStart sets what a session must reach for the session fee and the
// minimum price to be due: all that is set. A zero value stands for the
// default: any energy, or two minutes.
type FailedStart struct {
	Energy   energy.Quantity
	Duration int64 // seconds
}

// Dimension is the dimension of the kind.
func (d *Document) Dimension(k Kind) *Dimension {
	return [...]*Dimension{&d.Energy, &d.Charging, &d.Idle, &d.Session}[k]
}

// Version is a published, immutable document. Versions of a tariff are
// numbered from 1; one holds from its instant until the next one does.
type Version struct {
	ID       string
	TariffID string
	Number   int
	From     calendar.Instant
	Document Document
}

// Tariff is the thing that versions are versions of.
type Tariff struct {
	ID         string
	Name       string
	ExternalID string
	Version    int64 // of the aggregate, for If-Match
}

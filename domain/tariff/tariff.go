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
//     there (TestDescribe, TestGapsAreNeverInvented);
//   - a rule that Cover calls unreachable is never the first to hold
//     (TestUnreachableRulesNeverSpeak).
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
	Valid       Validity
	Dimensions  [Kinds]Dimension
	Total       Bounds
	FailedStart FailedStart
	// Locked names the dimensions whose clock, date and feed are read once, at
	// the session's start, and hold for all of it. All other conditions go on.
	Locked KindSet
	// IdleWhen says how idle time is told from charging.
	IdleWhen IdleDetection
	// Limits are where a session is to be stopped.
	Limits Limits
	// Preauthorise is the amount to be held before an ad hoc session starts;
	// nil: none is set.
	Preauthorise *money.Price
}

// Validity is when a tariff may be used, From inclusive, Before exclusive; nil
// ends are open. A session that began inside keeps the tariff to its end.
type Validity struct{ From, Before *calendar.Instant }

// Has reports whether the instant lies inside.
func (v Validity) Has(at calendar.Instant) bool {
	return (v.From == nil || at >= *v.From) && (v.Before == nil || at < *v.Before)
}

// Limits are where a session is to be stopped; zero and nil set none. They
// change no price.
type Limits struct {
	Energy   energy.Quantity
	Duration int64 // seconds plugged in
	Amount   *money.Price
}

// Detection names a way to tell idle time from charging.
type Detection uint8

const (
	// ByState goes by the state that the charger reports.
	ByState Detection = iota
	// ByPower takes the session for idle where its power stays below a
	// threshold for a time; idle begins at the start of that time.
	ByPower
	// ByCharge takes the session for idle from the reading on at which the
	// battery's state of charge reaches a threshold.
	ByCharge
)

// IdleDetection says how idle time is told from charging. A state of idle that
// the charger reports always counts.
type IdleDetection struct {
	By     Detection
	Power  energy.Power // of ByPower: below it
	For    int64        // of ByPower: seconds
	Charge int64        // of ByCharge: from it on, in thousandths of full
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
	// Category is the EN 16931 code of the rate (S, Z, E, AE, K, G, O, L, M);
	// empty: S, or Z at a rate of zero.
	Category string
	// Registration is the payee's number for this tax.
	Registration string
	// OnTop levies the tax on the net and the taxes listed before it.
	OnTop bool
	// From and Before bound the local dates of the tax point at which the rate
	// holds; nil ends are open.
	From, Before *calendar.Date
}

// Holds reports whether the rate holds at a tax point on the date.
func (t Tax) Holds(on calendar.Date) bool {
	return (t.From == nil || on >= *t.From) && (t.Before == nil || on < *t.Before)
}

// Kind names a dimension.
type Kind uint8

// The dimensions, in the order in which laws want prices read out (AFIR
// art. 5(4)): per kWh, per minute, per session, others.
const (
	Energy         Kind = iota // import, per kWh
	Charging                   // time while charging
	Idle                       // time plugged in and not charging
	Occupancy                  // time plugged in, charging or not
	Session                    // fixed fee, once
	Reservation                // time reserved
	ReservationFee             // fixed fee of a reservation, once
	Export                     // energy given back to the grid, per kWh
	kinds
)

// Kinds is the number of dimensions.
const Kinds = int(kinds)

// Measure says what a dimension counts.
type Measure uint8

// The measures.
const (
	InEnergy Measure = iota // µWh
	InTime                  // seconds
	InFees                  // once
)

// Measure is what the dimension counts.
func (k Kind) Measure() Measure {
	return [...]Measure{InEnergy, InTime, InTime, InTime, InFees, InTime, InFees, InEnergy}[k]
}

// KindSet is a set of dimensions.
type KindSet uint8

// EveryKind holds all dimensions.
const EveryKind KindSet = 1<<kinds - 1

// Has reports whether the set holds the dimension.
func (s KindSet) Has(k Kind) bool { return s&(1<<k) != 0 }

// With is the set and the dimension.
func (s KindSet) With(k Kind) KindSet { return s | 1<<k }

var kindNames = [...]string{"energy", "charging", "idle", "occupancy", "session", "reservation", "reservationFee", "export"}

// String is the dimension's name in documents and receipts.
func (k Kind) String() string { return kindNames[k] }

// Dimension is one ordered list of rules with what belongs to them together:
// grace, blocks and cap count over the whole session and across rules.
type Dimension struct {
	// Grace is the elapsed time that is free at the beginning, in seconds; of
	// occupancy it is the allotted stay. Time dimensions only.
	Grace int64
	// Block bills in whole blocks, µWh or seconds, each charged when begun at
	// the price that holds then. They count what grace and rules leave to bill;
	// zero: as measured.
	Block  int64
	AtMost *money.Price // cap of the dimension per session
	Rules  []Rule
}

// Clocked reports whether the clock, the date or a feed decides a price of the
// dimension.
func (d *Dimension) Clocked() bool {
	return slices.ContainsFunc(d.Rules, func(r Rule) bool { return r.When.Clocked() || r.Feed != nil })
}

// Bounds limit the price of a session before discounts. They count in the
// terms of the prices.
type Bounds struct {
	// Free is the first amount of a session, which is not charged.
	Free    *money.Price
	AtLeast *money.Price
	AtMost  *money.Price
	// AtMostPerDay bounds what one driver pays under this tariff for each local
	// day.
	AtMostPerDay *money.Price
	// AtLeastWithTax and AtMostWithTax bound the total with tax of prices
	// without, independently of the others (OCPI 2.2.1 incl_vat).
	AtLeastWithTax, AtMostWithTax *money.Price
}

// FailedStart sets what a session must reach for the session fee and the
// minimum price to be due: all that is set. A zero value stands for the
// default: any energy, or two minutes.
type FailedStart struct {
	Energy   energy.Quantity
	Duration int64 // seconds
	// Never makes fee and minimum due for every session.
	Never bool
}

// Dimension is the dimension of the kind.
func (d *Document) Dimension(k Kind) *Dimension { return &d.Dimensions[k] }

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

package pricing

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/tariff"
)

// Record is a session as another party's periods tell it: quantities by
// period, without readings (OCPI CDR charging_periods).
type Record struct {
	Start, End calendar.Instant
	Reserved   bool // a reservation comes first; Start is its beginning
	Expired    bool // nobody came
	Periods    []Period
}

// Period is a stretch of a record. Its quantities are priced by the state at
// its start.
type Period struct {
	At       calendar.Instant
	Energy   energy.Quantity
	Export   energy.Quantity
	Charging int64 // seconds
	Idle     int64 // seconds
	Reserved int64 // seconds
	// The ranges of power and of current, in mA summed over the phases, during
	// the period; nil: unknown.
	MinPower, MaxPower     *energy.Power
	MinCurrent, MaxCurrent *int64
}

// PriceRecord prices a record period by period: the state at a period's start
// decides for all of it. A condition from a power or current on is held
// against the period's least, one before it against its largest; a single
// known value stands for both, and nothing known does not hold.
func PriceRecord(c *Compiled, r Record, ctx Context) (Receipt, error) {
	panic("not yet")
}

var _ = tariff.Energy

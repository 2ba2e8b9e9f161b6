// Package picture owns what a drawing of a tariff shows: the price of each
// hour of a week and the cost of a session by its energy or its time. It does
// not draw, and it knows no price of its own: every figure is taken from a
// receipt.
//
// Invariants, and the test that proves each:
//   - the price shown for an hour is the unit price on the receipt of a session
//     that begins there (TestWeekSaysWhatReceiptsSay);
//   - an hour that is not marked has one price from its beginning to its end
//     (TestUnmarkedHoursHaveOnePrice);
//   - every point of a curve is the total of a session's receipt, and a step, a
//     tier or a bound is drawn where it is, to the second (TestCurve,
//     TestEndsAreExact);
//   - the imagined session has exactly the power that was asked for, at every
//     instant and on average (TestPowerIsExact).
package picture

import (
	"fmt"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// Subject is a tariff, ready to be pictured in one zone.
type Subject struct {
	doc      tariff.Document
	zone     *calendar.Zone
	compiled *pricing.Compiled
}

// Of readies a tariff version for pictures.
func Of(ref pricing.TariffRef, doc tariff.Document, zone *calendar.Zone) *Subject {
	return &Subject{doc: doc, zone: zone, compiled: pricing.Compile(ref, doc, zone)}
}

// Charge is the session that a picture imagines: plugged in at Start, charging
// at a steady power until Full is reached, idle from then on.
type Charge struct {
	Start calendar.Instant
	Power energy.Power
	Full  energy.Quantity // zero: it charges to the end
	// Context is what else decides the price; its UpTo is not read.
	Context pricing.Context
}

// The bounds of what can be imagined.
const (
	MaxPower   = 10_000 * energy.KW
	MaxSeconds = 31 * 86400
)

// grid is the number of seconds in which any whole number of milliwatts moves
// a whole number of µWh.
const grid = 18

// over is the energy that a power moves in a multiple of grid seconds.
func over(p energy.Power, seconds int64) energy.Quantity {
	return energy.Quantity(int64(p) * 5 * (seconds / grid))
}

// secondsFor is the first second at which the power has moved the energy.
func secondsFor(p energy.Power, q energy.Quantity) int64 {
	full := int64(q) / (5 * int64(p)) * grid
	rest := int64(q) % (5 * int64(p))
	return full + (rest*grid+5*int64(p)-1)/(5*int64(p))
}

func onGrid(seconds int64) int64 { return (seconds + grid - 1) / grid * grid }

// check refuses a charge that cannot be imagined.
func (c Charge) check() error {
	if c.Power <= 0 || c.Power > MaxPower {
		return fault.At(fault.Invalid, "power_out_of_range", "power", "the power must lie above zero and be at most 10 MW, such as 22 kW")
	}
	if c.Full < 0 {
		return fault.At(fault.Invalid, "energy_out_of_range", "energy", "the energy after which the car is full must not be negative")
	}
	return nil
}

// facts are those of the charge, long enough for the seconds.
func (c Charge) facts(seconds int64) session.Facts {
	end := onGrid(max(seconds, 1))
	f := session.Facts{Start: c.Start, End: c.Start + calendar.Instant(end)}
	charging := end
	if c.Full > 0 {
		if full := onGrid(secondsFor(c.Power, min(c.Full, over(c.Power, end)))); full < end {
			charging = full
			f.Changes = []session.Change{{At: c.Start + calendar.Instant(full), State: session.Idle}}
		}
	}
	f.Readings = []session.Reading{{At: c.Start}, {At: c.Start + calendar.Instant(charging), Import: over(c.Power, charging)}}
	if charging < end {
		f.Readings = append(f.Readings, session.Reading{At: f.End, Import: over(c.Power, charging)})
	}
	return f
}

func tooLong(what string) error {
	return fault.At(fault.Invalid, "too_long", what, fmt.Sprintf("the session would last longer than %d days; ask for less, or for more power", MaxSeconds/86400))
}

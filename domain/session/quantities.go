package session

import (
	"errors"
	"fmt"
	"sort"
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/energy"
)

// Duration is the whole time plugged in, in seconds: pauses are part of it, the
// gaps of a merged session are not.
func (f Facts) Duration() int64 { return int64(f.End-f.Start) - f.GapTime() }

// PausedTime is the seconds that the operator caused or without contact.
func (f Facts) PausedTime() int64 { return overlap(f.Pauses, f.Start, f.End) }

// GapTime is the seconds between the parts of a merged session.
func (f Facts) GapTime() int64 { return overlap(f.Gaps, f.Start, f.End) }

// Times are the seconds spent charging and idle. Pauses and gaps are neither.
func (f Facts) Times() (charging, idle int64) {
	at, state := f.Start, Charging
	add := func(to calendar.Instant) {
		seconds := int64(to-at) - overlap(f.Pauses, at, to) - overlap(f.Gaps, at, to)
		if state == Idle {
			idle += seconds
		} else {
			charging += seconds
		}
		at = to
	}
	for _, c := range f.Changes {
		add(min(max(c.At, at), f.End))
		state = c.State
	}
	add(f.End)
	return charging, idle
}

// Energy is the whole energy imported.
func (f Facts) Energy() energy.Quantity { return whole(f.Readings) }

// Exported is the whole energy given back.
func (f Facts) Exported() energy.Quantity { return whole(f.Exports) }

// EnergyAt is the energy imported up to an instant, shared linearly between
// the two readings around it and rounded down to a µWh.
func (f Facts) EnergyAt(at calendar.Instant) energy.Quantity { return countedAt(f.Readings, at) }

// ExportedAt is the energy given back up to an instant, shared as EnergyAt
// shares.
func (f Facts) ExportedAt(at calendar.Instant) energy.Quantity { return countedAt(f.Exports, at) }

func whole(r []Reading) energy.Quantity {
	if len(r) == 0 {
		return 0
	}
	return r[len(r)-1].Import
}

func countedAt(r []Reading, at calendar.Instant) energy.Quantity {
	i := sort.Search(len(r), func(i int) bool { return r[i].At >= at })
	switch {
	case i == len(r):
		return whole(r)
	case r[i].At == at || i == 0:
		return r[i].Import
	}
	return Between(r[i-1], r[i], at)
}

// Between is the energy at an instant between two readings, which must
// enclose it.
func Between(a, b Reading, at calendar.Instant) energy.Quantity {
	return a.Import + (b.Import-a.Import).Share(int64(at-a.At), int64(b.At-a.At))
}

// perPercent is a percent of a full battery in the unit of Charge.Level.
const perPercent = full / 100

// ParseLevel reads a state of charge in percent, as 80 or 62.5, into thousandths
// of full. More than one decimal is an error; whether the level can be is for
// Normalise to say.
func ParseLevel(percent string) (int64, error) {
	// Percent with decimals have the same form as kWh with decimals.
	q, err := energy.ParseKWh(percent)
	if err != nil || q%(energy.KWh/perPercent) != 0 {
		return 0, errors.New("is not a state of charge in percent such as 62.5, with at most one decimal")
	}
	return int64(q / (energy.KWh / perPercent)), nil
}

// Percent is the level in percent, as ParseLevel reads it.
func (c Charge) Percent() string {
	if c.Level%perPercent == 0 {
		return strconv.FormatInt(c.Level/perPercent, 10)
	}
	return fmt.Sprintf("%d.%d", c.Level/perPercent, c.Level%perPercent)
}

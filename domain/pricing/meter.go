package pricing

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
)

// meter reads one direction of energy off the facts' readings, forwards in
// time. Energy at an instant is always taken from the readings around it, so
// additional cuts change no quantity.
type meter struct {
	readings []session.Reading
	reading  int              // index of the reading at or before the cursor
	pace     calendar.Instant // between the first two readings, above zero
	// slot is that of the rule that held last, span its current span (-1: none
	// yet), flow the reading at which that span's search for flowing energy
	// stands.
	slot, span int32
	flow       int
}

// newMeter reads the first readings at once, while there is other work to do
// until memory has answered.
func newMeter(readings []session.Reading) meter {
	x := meter{readings: readings, pace: 1}
	if len(readings) > 1 {
		x.pace = max(1, readings[1].At-readings[0].At)
	}
	return x
}

// at is the cumulative energy at an instant at or after those asked before.
func (x *meter) at(at calendar.Instant) energy.Quantity {
	r := x.readings
	if x.reading+1 < len(r) && r[x.reading+1].At <= at {
		x.skip(at)
	}
	switch {
	case len(r) == 0:
		return 0
	case x.reading+1 == len(r) || r[x.reading].At >= at:
		return r[x.reading].Import
	}
	return session.Between(r[x.reading], r[x.reading+1], at)
}

// skip moves the cursor to the reading at or before an instant, which lies at
// or after the next one. Meters read at even intervals, so it first looks where
// the reading would be then.
func (x *meter) skip(at calendar.Instant) {
	r, i := x.readings, x.reading
	if guess := i + int((at-r[i].At)/x.pace); guess < len(r) && r[guess].At <= at {
		i = guess
	}
	for i+8 < len(r) && r[i+8].At <= at {
		i += 8
	}
	for i+1 < len(r) && r[i+1].At <= at {
		i++
	}
	x.reading = i
}

// known is the cumulative energy at any instant.
func (x *meter) known(at calendar.Instant) energy.Quantity {
	return session.Facts{Readings: x.readings}.EnergyAt(at)
}

// power is that between the two readings around the cursor, rounded down to a
// milliwatt.
func (x *meter) power() energy.Power {
	if x.reading+1 >= len(x.readings) {
		return 0
	}
	a, b := x.readings[x.reading], x.readings[x.reading+1]
	return (b.Import - a.Import).Average(int64(b.At - a.At))
}

// reachedAt is the first full second at which the energy has reached q. It
// depends on the two readings around q only.
func (x *meter) reachedAt(q energy.Quantity) calendar.Instant {
	r := x.readings
	i := 1
	for i < len(r)-1 && r[i].Import < q {
		i++
	}
	a, b := r[i-1], r[i]
	return a.At + calendar.Instant((b.Import-a.Import).TimeOf(q-a.Import, int64(b.At-a.At)))
}

// flowing is the part of the stretch from the first to the last instant at
// which the readings show energy flowing; it is empty when none flows.
func (x *meter) flowing(from, to calendar.Instant) (first, last calendar.Instant) {
	r := x.readings
	for x.flow+1 < len(r) && (r[x.flow+1].At <= from || r[x.flow+1].Import == r[x.flow].Import) {
		x.flow++
	}
	first = to
	for i := x.flow; i+1 < len(r) && r[i].At < to; i++ {
		if r[i+1].Import > r[i].Import {
			first = min(first, max(from, r[i].At))
			last = min(to, r[i+1].At)
		}
	}
	return first, last
}

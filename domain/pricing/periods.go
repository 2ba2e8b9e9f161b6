package pricing

import (
	"math"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
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
// decides for all of it, and a quantity is booked under one rule however far it
// reaches. A condition from a power or current on is held against the period's
// least, one before it against its largest; a single known value stands for
// both, and nothing known does not hold. Periods must be in order of time;
// quantities must not be negative.
func PriceRecord(c *Compiled, r Record, ctx Context) (Receipt, error) {
	p := pads.Get().(*pad)
	defer pads.Put(p)
	ctx.UpTo = 0
	p.facts = session.Facts{Start: r.Start, End: r.End}
	w := p.start(c, &p.facts, ctx)
	w.explain, w.spans = true, p.spans[:0]
	w.record(r)
	return p.finish()
}

// record books every period of a record.
func (w *walk) record(r Record) {
	w.open()
	w.m.outcome = tariff.Used
	if r.Expired {
		w.m.outcome = tariff.Expired
	}
	w.m.average, w.m.peak = r.classes()
	started := false
	for i := range r.Periods {
		p := &r.Periods[i]
		if inSession := !r.Reserved || p.Reserved == 0 || p.Charging+p.Idle > 0 || p.Energy+p.Export > 0; inSession && !r.Expired && !started {
			w.facts.Start = p.At
			w.begin(p.At)
			started, w.began = true, true
		} else if i == 0 {
			w.begin(p.At)
		}
		w.period(p, r.end(i), started)
	}
	w.length = int64(r.End - w.facts.Start)
	w.m.outcome = tariff.AnyOutcome
	w.closeDay()
}

// end is the end of a period.
func (r *Record) end(i int) calendar.Instant {
	if i+1 < len(r.Periods) {
		return r.Periods[i+1].At
	}
	return max(r.End, r.Periods[i].At)
}

// classes are the average and the highest power of a record, rounded up; -1
// where there is no charging time or a period does not tell its power.
func (r *Record) classes() (average, peak energy.Power) {
	var sum energy.Quantity
	var charging int64
	for _, p := range r.Periods {
		sum, charging = sum+p.Energy, charging+p.Charging
		switch {
		case p.MaxPower != nil:
			peak = max(peak, *p.MaxPower)
		case p.Energy > 0:
			peak = math.MaxInt64
		}
	}
	if peak == math.MaxInt64 {
		peak = -1
	}
	average = -1
	if charging > 0 {
		average = sum.AverageUp(charging)
	}
	return average, peak
}

// period books one period.
func (w *walk) period(p *Period, end calendar.Instant, started bool) {
	w.at = p.At
	w.refresh()
	w.tell()
	w.tellPeriod(p)
	if p.Reserved > 0 {
		w.m.duration = w.reserved
		w.checkReservationFee()
		w.reserved += p.Reserved
		w.lump(tariff.Reservation, Span{p.At, end, p.Reserved, 0})
		w.m.duration = w.duration()
	}
	if !started {
		return
	}
	w.checkFee(p.At)
	w.lump(tariff.Energy, Span{p.At, end, int64(p.Energy), 0})
	w.lump(tariff.Export, Span{p.At, end, int64(p.Export), 0})
	w.lump(tariff.Charging, Span{p.At, end, p.Charging, 0})
	w.lump(tariff.Idle, Span{p.At, end, p.Idle, 0})
	w.lump(tariff.Occupancy, Span{p.At, end, p.Charging + p.Idle, 0})
	w.energy, w.given = w.energy+p.Energy, w.given+p.Export
	w.time[session.Charging] += p.Charging
	w.time[session.Idle] += p.Idle
}

// tellPeriod brings the moment's power and current up to the period.
func (w *walk) tellPeriod(p *Period) {
	w.m.power, w.m.current = spread(p.MinPower, p.MaxPower), spread(p.MinCurrent, p.MaxCurrent)
	busy := p.Energy > 0 || p.Charging > 0
	w.powerUnknown = w.powerUnknown || busy && w.c.needs&needsPower != 0 && !w.m.power.known()
	w.currentUnknown = w.currentUnknown || busy && w.c.needs&needsCurrent != 0 && !w.m.current.known()
}

// spread is the extent that two values tell, or an unknown one.
func spread[T ~int64](least, most *T) extent[T] {
	switch {
	case least == nil && most == nil:
		return extent[T]{-1, -1}
	case least == nil:
		return extent[T]{*most, *most}
	case most == nil:
		return extent[T]{*least, *least}
	}
	return extent[T]{*least, *most}
}

// lump books the whole quantity of a period under the rule that holds at its
// start.
func (w *walk) lump(k tariff.Kind, s Span) {
	if len(w.c.rules[k]) == 0 || s.Measured == 0 {
		return
	}
	rule := w.match(k)
	slot := w.slotOf(k, rule)
	n := s.Measured
	if free := min(n, w.grace[k]); free > 0 {
		w.grace[k] -= free
		n -= free
	}
	switch size := w.c.doc.Dimensions[k].Block; {
	case rule < 0 || n == 0:
		n = 0
	case size > 0:
		n = w.draw(k, slot, size, n)
	}
	if rule >= 0 && n > 0 {
		w.last[k] = slot + 1
	}
	s.Billed = n
	w.book(slot, s, false)
}

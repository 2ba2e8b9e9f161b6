package ocpi

import (
	"math/big"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/pricing"
)

// second is one second in the unit of a period's times.
const second = 1_000_000

// hourRounding is how far a volume of hours with four decimals may lie from the
// true time, cut off or rounded, in millionths of a second: 10^-4 h.
const hourRounding = 360_000

// recorder turns charging periods into what pricing understands.
type recorder struct {
	cdr  *CDR
	r    *reader
	sign int64 // -1 for a credit whose quantities are negative
	out  pricing.Record
}

// record is the CDR as pricing understands it: whole seconds from the times
// where the hours agree with them, else the hours rounded to the second.
func (c *CDR) record(r *reader) pricing.Record {
	rec := &recorder{cdr: c, r: r, sign: c.quantitySign()}
	rec.out = pricing.Record{Start: c.Start, End: c.End, Periods: make([]pricing.Period, len(c.Periods))}
	inUse := false
	for i := range c.Periods {
		p := &c.Periods[i]
		until := c.End
		if i+1 < len(c.Periods) {
			until = c.Periods[i+1].Start
		}
		rec.out.Periods[i] = rec.period(p, int64(until-p.Start))
		rec.out.Reserved = rec.out.Reserved || p.Reserved != nil
		inUse = inUse || p.Energy != nil && *p.Energy != 0 || rec.out.Periods[i].Charging+rec.out.Periods[i].Idle > 0 ||
			p.Reserved == nil && until > p.Start
	}
	rec.out.Expired = rec.out.Reserved && !inUse
	rec.out.End = max(rec.out.End, rec.out.Periods[len(rec.out.Periods)-1].At)
	return rec.out
}

// quantitySign is -1 where a credit tells its quantities below zero.
func (c *CDR) quantitySign() int64 {
	if !c.Credit {
		return 1
	}
	for _, p := range c.Periods {
		for _, t := range []*int64{p.Charging, p.Parking, p.Reserved, (*int64)(p.Energy)} {
			if t != nil && *t < 0 {
				return -1
			}
		}
	}
	return 1
}

func (rec *recorder) period(p *ChargingPeriod, elapsed int64) pricing.Period {
	out := pricing.Period{At: p.Start, MinPower: p.MinPower, MaxPower: p.MaxPower, MinCurrent: p.MinCurrent, MaxCurrent: p.MaxCurrent}
	if p.Energy != nil {
		if q := *p.Energy * energy.Quantity(rec.sign); q >= 0 {
			out.Energy = q
		} else {
			out.Export = -q
		}
	}
	times := [...]struct {
		told *int64
		to   *int64
		name string
	}{{p.Charging, &out.Charging, "TIME"}, {p.Parking, &out.Idle, "PARKING_TIME"}, {p.Reserved, &out.Reserved, "RESERVATION_TIME"}}
	var told, count int64
	for _, t := range times {
		if t.told == nil {
			continue
		}
		micros := *t.told * rec.sign
		if micros < 0 {
			rec.r.warn(p.Path, "volume_sign", "%s is below zero beside volumes above zero; it was taken as above zero", t.name)
			micros = -micros
		}
		*t.to = mulRound(micros, 1, second)
		if rec.cdr.timesAsWritten {
			*t.to = (micros + second - 1) / second
		}
		told += micros
		if micros != 0 {
			count++
		}
	}
	if count == 0 || rec.cdr.timesAsWritten {
		return out
	}
	if off := told - elapsed*second; off > count*hourRounding || off < -count*hourRounding {
		rec.r.warn(p.Path, "time_differs", "the times of the period add up to %s h, but %s h lie between its start and its end; the times were taken as written, to the second",
			hours(told), hours(elapsed*second))
		return out
	}
	// The last time that is there takes what rounding to whole seconds leaves.
	left := elapsed
	for i := range times {
		left -= *times[i].to
	}
	for i := len(times) - 1; i >= 0; i-- {
		if t := times[i].to; *t > 0 && *t+left >= 0 {
			*t += left
			break
		}
	}
	return out
}

// sessionStart is where the session itself begins, after the reservation.
func sessionStart(r pricing.Record) calendar.Instant {
	for _, p := range r.Periods {
		if !r.Reserved || p.Reserved == 0 || p.Charging+p.Idle > 0 || p.Energy+p.Export > 0 {
			return p.At
		}
	}
	return r.End
}

// measured is what a record says was measured, over all periods.
type measured struct {
	energy                  energy.Quantity // less what was given back
	charging, parking, held int64           // seconds
	elapsed, elapsedInUse   int64           // seconds of the record, and without the reservation
}

func measure(r pricing.Record) measured {
	m := measured{elapsed: int64(r.End - r.Start), elapsedInUse: int64(r.End - sessionStart(r))}
	for _, p := range r.Periods {
		m.energy += p.Energy - p.Export
		m.charging += p.Charging
		m.parking += p.Idle
		m.held += p.Reserved
	}
	return m
}

// inHours is a time in hours.
func inHours(seconds int64) *big.Rat { return big.NewRat(seconds, 3600) }

// inKWh is an energy in kWh.
func inKWh(q energy.Quantity) *big.Rat { return big.NewRat(int64(q), int64(energy.KWh)) }

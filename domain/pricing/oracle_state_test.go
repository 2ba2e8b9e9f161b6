package pricing

import (
	"math/big"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// statesBySecond says of every second what the session did. A gap goes before
// a pause, a pause before everything else; an idle state that is reported
// always counts.
func (o *oracle) statesBySecond() []session.State {
	if o.to <= o.facts.Start {
		return nil
	}
	states := make([]session.State, o.to-o.facts.Start)
	fill := func(from, to calendar.Instant, s session.State) {
		for at := max(from, o.facts.Start); at < min(to, o.to); at++ {
			states[at-o.facts.Start] = s
		}
	}
	for _, c := range o.facts.Changes {
		fill(c.At, o.to, c.State)
	}
	if o.doc.IdleWhen.By == tariff.ByCharge {
		for i, c := range o.facts.Charges {
			until := o.to
			if i+1 < len(o.facts.Charges) {
				until = o.facts.Charges[i+1].At
			}
			if c.Level >= o.doc.IdleWhen.Charge {
				fill(c.At, until, session.Idle)
			}
		}
	}
	for _, p := range o.facts.Pauses {
		fill(p.From, p.To, session.Paused)
	}
	for _, g := range o.facts.Gaps {
		fill(g.From, g.To, session.Away)
	}
	if o.doc.IdleWhen.By == tariff.ByPower {
		o.idleByPower(states)
	}
	return states
}

// idleByPower takes stretches of low power that last long enough for idle, from
// their beginning. Seconds of pauses and gaps are not there: they neither
// lengthen nor break a stretch. Only what is known up to the instant of pricing
// counts.
func (o *oracle) idleByPower(states []session.State) {
	known := knownAt(o.facts.Readings, o.to)
	var low []int // indices of a stretch of low power
	flush := func() {
		if int64(len(low)) >= o.doc.IdleWhen.For {
			for _, i := range low {
				states[i] = session.Idle
			}
		}
		low = low[:0]
	}
	for i, s := range states {
		switch {
		case s == session.Paused || s == session.Away:
		case powerAt(known, o.facts.Start+calendar.Instant(i)) < o.doc.IdleWhen.Power:
			low = append(low, i)
		default:
			flush()
		}
	}
	flush()
}

// knownAt are the readings up to an instant, and one made at it.
func knownAt(r []session.Reading, to calendar.Instant) []session.Reading {
	var out []session.Reading
	for _, x := range r {
		if x.At <= to {
			out = append(out, x)
		}
	}
	if n := len(out); n > 0 && out[n-1].At < to {
		out = append(out, session.Reading{At: to, Import: energyAt(r, to)})
	}
	return out
}

// powerAt is the power between the two readings around the second, rounded
// down to a mW. None flows after the last reading.
func powerAt(r []session.Reading, at calendar.Instant) energy.Power {
	for i := 1; i < len(r); i++ {
		if r[i-1].At <= at && at < r[i].At {
			return meanPower(r[i].Import-r[i-1].Import, int64(r[i].At-r[i-1].At))
		}
	}
	return 0
}

// meanPower is µWh by seconds in mW, rounded down.
func meanPower(q energy.Quantity, seconds int64) energy.Power {
	p := ratPower(q, seconds)
	return energy.Power(new(big.Int).Quo(p.Num(), p.Denom()).Int64())
}

func ratPower(q energy.Quantity, seconds int64) *big.Rat {
	p := big.NewRat(int64(q), seconds)
	return p.Mul(p, big.NewRat(3600, 1000))
}

// wholeSession is the average power, energy by charging time with pauses left
// out, and the highest power between two readings.
func (o *oracle) wholeSession() (average, peak *big.Rat) {
	peak = new(big.Rat)
	imported := energyAt(o.facts.Readings, o.to)
	for _, p := range o.facts.Pauses {
		imported -= energyAt(o.facts.Readings, min(p.To, o.to)) - energyAt(o.facts.Readings, min(p.From, o.to))
	}
	var charging int64
	for _, s := range o.states {
		if s == session.Charging {
			charging++
		}
	}
	if charging > 0 {
		average = ratPower(imported, charging)
	}
	for i := 1; i < len(o.facts.Readings); i++ {
		a, b := o.facts.Readings[i-1], o.facts.Readings[i]
		if p := ratPower(b.Import-a.Import, int64(b.At-a.At)); a.At < o.to && p.Cmp(peak) > 0 {
			peak = p
		}
	}
	return average, peak
}

// energyAt interpolates with rationals and rounds down.
func energyAt(r []session.Reading, at calendar.Instant) energy.Quantity {
	if len(r) == 0 {
		return 0
	}
	for i := 1; i < len(r); i++ {
		if at <= r[i].At {
			q := new(big.Int).Mul(big.NewInt(int64(r[i].Import-r[i-1].Import)), big.NewInt(int64(at-r[i-1].At)))
			return r[i-1].Import + energy.Quantity(q.Quo(q, big.NewInt(int64(r[i].At-r[i-1].At))).Int64())
		}
	}
	return r[len(r)-1].Import
}

package pricing

import (
	"slices"
	"sort"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// Ahead is the session as it will be at an instant if it goes on from its end
// at a constant power, rounded down to a µWh. Power above zero means that it
// charges; at zero it stays in its last state. An instant at or before the end
// changes nothing.
func Ahead(f session.Facts, power energy.Power, until calendar.Instant) session.Facts {
	if until <= f.End || f.Reserved != nil && f.Reserved.Expired {
		return f
	}
	out := f
	out.Readings = slices.Clip(f.Readings)
	if last := out.Readings[len(out.Readings)-1]; last.At < f.End {
		out.Readings = append(out.Readings, session.Reading{At: f.End, Import: last.Import})
	}
	total := f.Energy() + power.Over(int64(until-f.End))
	if total < 0 {
		total = 1<<63 - 1
	}
	out.Readings = append(out.Readings, session.Reading{At: until, Import: total})
	if n := len(f.Changes); power > 0 && n > 0 && f.Changes[n-1].State != session.Charging {
		out.Changes = append(slices.Clip(f.Changes), session.Change{At: f.End, State: session.Charging})
	}
	out.End = until
	return out
}

// mostTries bounds how often a price that can fall is looked at.
const mostTries = 500

// ReachTotal is the first second at which the total to be paid is at least the
// amount, and false where it never is within the facts. Where a price can fall
// as a session goes on (negative prices, feeds that may be negative, power
// classes, idle time found later, steps, taxes by rule or date), moments are tried a minute apart, or more in
// facts of more than mostTries minutes, so a shorter peak can be missed. Give it
// facts of Ahead to ask about the future.
func ReachTotal(c *Compiled, facts session.Facts, ctx Context, amount money.Amount) (calendar.Instant, bool, error) {
	p := NewPricer(c)
	var failed error
	reached := func(at calendar.Instant) bool {
		ctx.UpTo = at
		sum, err := p.Sum(&facts, ctx)
		if err != nil {
			failed = err
		}
		return err == nil && sum.Total.Minor >= amount.Minor
	}
	from, to := facts.Start, facts.End
	if c.canFall(ctx.Taxes) {
		pace := max(60, (to-from)/mostTries+1)
		for ; from < to && failed == nil && !reached(from); from += pace {
		}
		from, to = max(facts.Start, from-pace+1), min(from, to)
	}
	at := from + calendar.Instant(sort.Search(int(to-from)+1, func(i int) bool { return reached(from + calendar.Instant(i)) }))
	return at, failed == nil && at <= to && reached(at), failed
}

// ReachEnergy is the first second at which the imported energy is at least the
// quantity, and false where it never is within the facts.
func ReachEnergy(facts session.Facts, q energy.Quantity) (calendar.Instant, bool) {
	if q <= 0 {
		return facts.Start, true
	}
	if facts.Energy() < q {
		return 0, false
	}
	m := meter{readings: facts.Readings}
	return m.reachedAt(q), true
}

// canFall reports whether a session can become cheaper as it goes on.
func (c *Compiled) canFall(taxes []tariff.Tax) bool {
	if c.needs&(needsAverage|needsPeak) != 0 || c.stepped || c.doc.IdleWhen.By != tariff.ByState || len(c.rules[tariff.Export]) > 0 {
		return true
	}
	dated := func(t tariff.Tax) bool { return t.From != nil || t.Before != nil }
	if len(c.groups) > 0 || slices.ContainsFunc(taxes, dated) || slices.ContainsFunc(c.doc.Taxes, dated) {
		return true
	}
	for k := range c.rules {
		if slices.ContainsFunc(c.rules[k], func(r rule) bool { return r.Price < 0 || r.Feed != nil && (r.Feed.Floor == nil || *r.Feed.Floor < 0) }) {
			return true
		}
	}
	return false
}

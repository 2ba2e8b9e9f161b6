package pricing

import (
	"cmp"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// timeline is the changes of state that prices go by, up to an instant: those
// reported, with what the tariff takes for idle, what the operator caused and
// what lies between merged sessions. A gap comes before a pause, a pause before
// idle.
func timeline(f *session.Facts, d tariff.IdleDetection, to calendar.Instant) []session.Change {
	if d.By == tariff.ByState && len(f.Pauses) == 0 && len(f.Gaps) == 0 {
		return f.Changes
	}
	idle := reportedIdle(f)
	switch d.By {
	case tariff.ByPower:
		idle = append(idle, weakSpells(f, d, to)...)
	case tariff.ByCharge:
		idle = append(idle, fullSpells(f, d)...)
	}
	layers := [...][]session.Stretch{session.Idle: idle, session.Paused: f.Pauses, session.Away: f.Gaps}
	var turns []turn
	for state, layer := range layers {
		for _, s := range layer {
			turns = append(turns, turn{s.From, session.State(state), 1}, turn{s.To, session.State(state), -1})
		}
	}
	slices.SortFunc(turns, func(a, b turn) int { return cmp.Compare(a.at, b.at) })
	var out []session.Change
	var open [session.States]int
	last := session.Charging
	for i, t := range turns {
		if open[t.state] += t.by; i+1 < len(turns) && turns[i+1].at == t.at {
			continue
		}
		state := session.Charging
		for s := session.Idle; s <= session.Away; s++ {
			if open[s] > 0 {
				state = s
			}
		}
		if state != last {
			out = append(out, session.Change{At: t.at, State: state})
			last = state
		}
	}
	return out
}

// turn opens or closes a stretch of a state.
type turn struct {
	at    calendar.Instant
	state session.State
	by    int
}

func reportedIdle(f *session.Facts) []session.Stretch {
	var out []session.Stretch
	for i, c := range f.Changes {
		if c.State != session.Idle {
			continue
		}
		until := f.End
		if i+1 < len(f.Changes) {
			until = f.Changes[i+1].At
		}
		out = append(out, session.Stretch{From: c.At, To: until})
	}
	return out
}

// weakSpells are the spells of power below the threshold that last as long as
// the tariff asks, from their beginning. Time in pauses and gaps is not there:
// it neither ends a spell nor counts. Only what is known at the end counts.
func weakSpells(f *session.Facts, d tariff.IdleDetection, to calendar.Instant) []session.Stretch {
	var out []session.Stretch
	spell, held := session.Stretch{From: f.Start, To: f.Start}, int64(0)
	away := [...]absence{{stretches: f.Pauses}, {stretches: f.Gaps}}
	finish := func(next calendar.Instant) {
		if spell.To > spell.From && held >= d.For {
			out = append(out, spell)
		}
		spell, held = session.Stretch{From: next, To: next}, 0
	}
	r := f.Readings
	for i := range r {
		from, until, power := r[i].At, to, energy.Power(0)
		if from >= to {
			break
		}
		if i+1 < len(r) {
			until = min(to, r[i+1].At)
			power = (r[i+1].Import - r[i].Import).Average(int64(r[i+1].At - r[i].At))
		}
		there := int64(until-from) - away[0].within(from, until) - away[1].within(from, until)
		switch {
		case power < d.Power:
			spell.To = until
			held += there
		case there > 0:
			finish(until)
		case spell.From == spell.To:
			finish(until)
		}
	}
	finish(to)
	return out
}

// absence measures stretches in order of time, going forwards.
type absence struct {
	stretches []session.Stretch
	next      int
}

// within is how much of the time from an instant to another lies inside the
// stretches. Later questions must not begin earlier.
func (a *absence) within(from, to calendar.Instant) (seconds int64) {
	for a.next < len(a.stretches) && a.stretches[a.next].To <= from {
		a.next++
	}
	for _, s := range a.stretches[a.next:] {
		if s.From >= to {
			break
		}
		seconds += int64(min(s.To, to) - max(s.From, from))
	}
	return seconds
}

// fullSpells are the stretches in which the battery's last known state of
// charge is at the threshold or above.
func fullSpells(f *session.Facts, d tariff.IdleDetection) []session.Stretch {
	var out []session.Stretch
	for i, c := range f.Charges {
		if c.Level < d.Charge {
			continue
		}
		until := f.End
		if i+1 < len(f.Charges) {
			until = f.Charges[i+1].At
		}
		out = append(out, session.Stretch{From: max(c.At, f.Start), To: until})
	}
	return out
}

// classes are the session's average and highest power up to an instant, both
// rounded up. Pauses are left out of the average; without any charging time it
// is unknown.
func classes(f *session.Facts, changes []session.Change, to calendar.Instant) (average, peak energy.Power) {
	var charging int64
	at, state := f.Start, session.Charging
	for i := 0; ; i++ {
		until := to
		if i < len(changes) {
			until = min(max(changes[i].At, at), to)
		}
		if state == session.Charging {
			charging += int64(until - at)
		}
		if i == len(changes) {
			break
		}
		at, state = until, changes[i].State
	}
	sum := f.EnergyAt(to)
	for _, p := range f.Pauses {
		if p.From < to {
			sum -= f.EnergyAt(min(p.To, to)) - f.EnergyAt(p.From)
		}
	}
	average = -1
	if charging > 0 {
		average = sum.AverageUp(charging)
	}
	r := f.Readings
	for i := 1; i < len(r) && r[i-1].At < to; i++ {
		peak = max(peak, (r[i].Import - r[i-1].Import).AverageUp(int64(r[i].At-r[i-1].At)))
	}
	return average, peak
}

package session

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/fault"
)

// Normalise puts facts in order, drops what is said twice or changes nothing,
// adds the readings of nothing at Start, leaves out readings of exports between
// which nothing flows, unites pauses, cuts them to the session and takes gaps
// out of them. It refuses what cannot be: an end before the start, falling or
// contradictory meter values, readings and charges outside the session, gaps in
// which energy flows, a reservation after the start. On an error it returns what
// it was given.
func Normalise(f Facts) (Facts, error) {
	if f.End < f.Start {
		return f, fault.At(fault.Invalid, "session_end_before_start", "end",
			fmt.Sprintf("the session ends %s, before it starts %s; check the two times", f.End, f.Start))
	}
	if problem := inTime(f.Start, f.End, "start", "end"); problem != nil {
		return f, problem
	}
	out := Facts{Start: f.Start, End: f.End}
	for _, step := range []func(*Facts, Facts) *fault.Fault{takeReadings, takeExports, takeChanges, takeModes, takeCharges, takeGaps, takePauses, takeReservation} {
		if problem := step(&out, f); problem != nil {
			return f, problem
		}
	}
	return out, nil
}

// The bounds of time: nobody charged cars for money before, and no clock that
// shows a later time is right.
var (
	earliest = calendar.Of(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC))
	latest   = calendar.Of(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
)

// inTime is nil when the span lies within the bounds of time, else a fault at
// the field of the instant that does not.
func inTime(start, end calendar.Instant, startField, endField string) *fault.Fault {
	field, at := startField, start
	if start >= earliest {
		field, at = endField, end
	}
	if at >= earliest && at < latest {
		return nil
	}
	return fault.At(fault.Invalid, OutOfTime, field,
		fmt.Sprintf("%s lies outside the years 1990 to 2099; check the clock it comes from", at))
}

func takeReadings(out *Facts, f Facts) (problem *fault.Fault) {
	out.Readings, problem = register{"reading", "readings", "reading", "the meter"}.normal(f.Readings, f.Start, f.End)
	return problem
}

func takeExports(out *Facts, f Facts) (problem *fault.Fault) {
	if len(f.Exports) == 0 {
		return nil
	}
	out.Exports, problem = register{"export", "exports", "export reading", "the export meter"}.normal(f.Exports, f.Start, f.End)
	if problem == nil && out.Exported() == 0 {
		out.Exports = nil
	}
	out.Exports = withoutLulls(out.Exports)
	return problem
}

// withoutLulls drops readings that show the same as the ones before and after.
// Most cars give back for a part of the session only, and the parts of a merged
// session that give back nothing have no readings at all.
func withoutLulls(in []Reading) []Reading {
	var out []Reading
	for i, r := range in {
		if i == 0 || i == len(in)-1 || r.Import != in[i-1].Import || r.Import != in[i+1].Import {
			out = append(out, r)
		}
	}
	return out
}

// register is one direction in which a meter counts.
type register struct{ code, field, reading, meter string }

// normal orders readings, drops repeats and adds the one of nothing at the
// start.
func (m register) normal(in []Reading, start, end calendar.Instant) ([]Reading, *fault.Fault) {
	readings := append([]Reading(nil), in...)
	sort.Slice(readings, func(i, j int) bool {
		a, b := readings[i], readings[j]
		return a.At < b.At || a.At == b.At && a.Import < b.Import
	})
	if len(readings) == 0 || readings[0].At > start {
		readings = append([]Reading{{At: start}}, readings...)
	}
	out := readings[:1]
	for i, r := range readings {
		last := out[len(out)-1]
		switch {
		case r.At < start || r.At > end:
			return nil, fault.At(fault.Invalid, m.code+"_outside_session", m.field,
				fmt.Sprintf("the %s at %s lies outside the session from %s to %s", m.reading, r.At, start, end))
		case r.Import < last.Import:
			return nil, fault.At(fault.Invalid, m.code+"_falls", m.field,
				fmt.Sprintf("%s falls from %s to %s kWh at %s; a meter only counts up", m.meter, last.Import, r.Import, r.At))
		case i == 0:
		case r == last:
		case r.At == last.At:
			return nil, fault.At(fault.Invalid, m.code+"_contradicts", m.field,
				fmt.Sprintf("two %ss at %s disagree: %s and %s kWh", m.reading, r.At, last.Import, r.Import))
		default:
			out = append(out, r)
		}
	}
	if out[0].Import != 0 {
		return nil, fault.At(fault.Invalid, m.code+"_before_start", m.field,
			fmt.Sprintf("%s shows %s kWh at the very start; readings count from the session's start", m.meter, out[0].Import))
	}
	return out, nil
}

func takeChanges(out *Facts, f Facts) *fault.Fault {
	for _, c := range f.Changes {
		if c.State > Idle {
			return fault.At(fault.Invalid, "state_not_reported", "states",
				fmt.Sprintf("the state from %s on is neither charging nor idle; send what the operator holds back as a pause", c.At))
		}
	}
	out.Changes = steps(f.Changes, func(c *Change) (*calendar.Instant, State) { return &c.At, c.State }, Charging, f)
	return nil
}

func takeModes(out *Facts, f Facts) *fault.Fault {
	for _, m := range f.Modes {
		if m.Mode < Regular || m.Mode > Optimised {
			return fault.At(fault.Invalid, "mode_unknown", "modes",
				fmt.Sprintf("the mode from %s on is none of regular, boosted and optimised", m.At))
		}
	}
	out.Modes = steps(f.Modes, func(m *ModeChange) (*calendar.Instant, Mode) { return &m.At, m.Mode }, Regular, f)
	return nil
}

// steps orders changes of something that begins as it was before, lets one
// from before the session hold from its start, keeps the last of several at one
// instant, and drops those that change nothing or lie at or after the end.
func steps[C any, V comparable](in []C, read func(*C) (*calendar.Instant, V), before V, f Facts) []C {
	at := func(c *C) calendar.Instant {
		i, _ := read(c)
		return *i
	}
	changes := slices.Clone(in)
	sort.SliceStable(changes, func(i, j int) bool { return at(&changes[i]) < at(&changes[j]) })
	var out []C
	for i := range changes {
		when, value := read(&changes[i])
		*when = max(*when, f.Start)
		last := i+1 == len(changes) || max(at(&changes[i+1]), f.Start) > *when
		if !last || *when >= f.End || value == before {
			continue
		}
		before = value
		out = append(out, changes[i])
	}
	return out
}

// full is the level of a full battery.
const full = 1000

func takeCharges(out *Facts, f Facts) *fault.Fault {
	charges := slices.Clone(f.Charges)
	sort.Slice(charges, func(i, j int) bool {
		a, b := charges[i], charges[j]
		return a.At < b.At || a.At == b.At && a.Level < b.Level
	})
	for i, c := range charges {
		switch {
		case c.At < f.Start || c.At > f.End:
			return fault.At(fault.Invalid, "charge_outside_session", "charges",
				fmt.Sprintf("the state of charge at %s lies outside the session from %s to %s", c.At, f.Start, f.End))
		case c.Level < 0 || c.Level > full:
			return fault.At(fault.Invalid, "charge_out_of_range", "charges",
				fmt.Sprintf("the state of charge at %s is %d thousandths of full; it lies between 0 and 1000", c.At, c.Level))
		case i > 0 && c == charges[i-1]:
			continue
		case i > 0 && c.At == charges[i-1].At:
			return fault.At(fault.Invalid, "charge_contradicts", "charges",
				fmt.Sprintf("two states of charge at %s disagree: %d and %d thousandths of full", c.At, charges[i-1].Level, c.Level))
		}
		out.Charges = append(out.Charges, c)
	}
	return nil
}

func takeGaps(out *Facts, f Facts) *fault.Fault {
	for _, g := range f.Gaps {
		switch {
		case g.To < g.From:
			return fault.At(fault.Invalid, "gap_ends_before_start", "gaps",
				fmt.Sprintf("the gap ends %s, before it starts %s; check the two times", g.To, g.From))
		case g.From <= f.Start || g.To >= f.End:
			return fault.At(fault.Invalid, "gap_outside_session", "gaps",
				fmt.Sprintf("the gap from %s to %s does not lie between two parts of the session from %s to %s", g.From, g.To, f.Start, f.End))
		}
	}
	out.Gaps = united(f.Gaps)
	for _, g := range out.Gaps {
		if out.EnergyAt(g.From) != out.EnergyAt(g.To) || out.ExportedAt(g.From) != out.ExportedAt(g.To) {
			return fault.At(fault.Invalid, "gap_has_energy", "gaps",
				fmt.Sprintf("energy flows in the gap from %s to %s; between the parts of a session there is none", g.From, g.To))
		}
	}
	return nil
}

// takePauses comes after takeGaps, because where both are the gap counts.
func takePauses(out *Facts, f Facts) *fault.Fault {
	pauses := make([]Stretch, len(f.Pauses))
	for i, p := range f.Pauses {
		if p.To < p.From {
			return fault.At(fault.Invalid, "pause_ends_before_start", "pauses",
				fmt.Sprintf("the pause ends %s, before it starts %s; check the two times", p.To, p.From))
		}
		pauses[i] = Stretch{max(p.From, f.Start), min(p.To, f.End)}
	}
	out.Pauses = without(united(pauses), out.Gaps)
	return nil
}

func takeReservation(out *Facts, f Facts) *fault.Fault {
	if f.Reserved == nil {
		return nil
	}
	r := *f.Reserved
	switch {
	case r.To < r.From:
		return fault.At(fault.Invalid, "reservation_ends_before_start", "reservation",
			fmt.Sprintf("the reservation ends %s, before it starts %s; check the two times", r.To, r.From))
	case r.To > f.Start:
		return fault.At(fault.Invalid, "reservation_after_start", "reservation",
			fmt.Sprintf("the reservation ends %s, after the session has started %s; it ends when the car is plugged in", r.To, f.Start))
	case r.Expired && (r.To != f.Start || f.Start != f.End):
		return fault.At(fault.Invalid, "reservation_expired_with_session", "reservation",
			fmt.Sprintf("the reservation expired %s, so there is no session from %s to %s; start and end are when it expired", r.To, f.Start, f.End))
	}
	if problem := inTime(r.From, r.To, "reservation", "reservation"); problem != nil {
		return problem
	}
	out.Reserved = &r
	return nil
}

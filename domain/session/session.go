// Package session owns a charging session's facts: meter readings and states,
// and what makes them usable. It does not know prices.
//
// Invariants, and the test that proves each:
//   - facts are the same whatever the order and number of times in which their
//     readings arrived (TestNormaliseIgnoresOrderAndDuplicates);
//   - the energy up to an instant depends only on the two readings around it,
//     so cuts never lose or create energy (TestEnergyAtIsACumulativeFunction).
package session

import (
	"fmt"
	"sort"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
)

// State is what the car and the charger do while plugged in.
type State uint8

const (
	// Charging: energy may flow, or the car asks for it.
	Charging State = iota
	// Idle: plugged in and not charging.
	Idle
	// Paused: the operator holds back, or contact is lost. No time is priced.
	Paused
	// Away: between the parts of a merged session. It is no part of it.
	Away
	// States is the number of states.
	States = int(Away) + 1
)

var stateNames = [...]string{"charging", "idle", "paused", "away"}

// String is the state's stable name.
func (s State) String() string { return stateNames[s] }

// Mode is how the driver asked to be charged.
type Mode uint8

// The modes; before the first change of mode a session is Regular.
const (
	AnyMode Mode = iota // in conditions
	Regular
	Boosted
	Optimised
)

// String is the mode's stable name.
func (m Mode) String() string { return [...]string{"", "regular", "boosted", "optimised"}[m] }

// ParseMode reads what String writes of a mode other than AnyMode.
func ParseMode(s string) (Mode, bool) {
	for m := Regular; m <= Optimised; m++ {
		if m.String() == s {
			return m, true
		}
	}
	return AnyMode, false
}

// Reading is the energy imported since the session's start, at an instant.
type Reading struct {
	At     calendar.Instant
	Import energy.Quantity
}

// Change says that a state holds from an instant on.
type Change struct {
	At    calendar.Instant
	State State
}

// Facts is what is known of one session. Readings and changes are in order of
// time; the first reading is at Start with no energy, and energy flows evenly
// between readings. Before the first change the state is Charging.
type Facts struct {
	Start    calendar.Instant // plug-in, or the transaction's start where that is unknown
	End      calendar.Instant // unplugged; the last reading while the session runs
	Readings []Reading
	Changes  []Change

	// Exports are the readings of energy given back; Import counts it there.
	// They are like Readings, and empty where none was given back.
	Exports []Reading
	// Charges are the battery's states of charge, in order of time.
	Charges []Charge
	// Modes are the changes of the mode of charging, in order of time.
	Modes []ModeChange
	// Pauses are stretches that the operator caused or in which contact was
	// lost, and Gaps those between the parts of a merged session; both in order
	// of time, without overlap.
	Pauses []Stretch
	Gaps   []Stretch
	// Reserved is the reservation that went before; nil: none.
	Reserved *Reservation
}

// Charge is a state of charge in thousandths of full.
type Charge struct {
	At    calendar.Instant
	Level int64
}

// ModeChange says that a mode holds from an instant on.
type ModeChange struct {
	At   calendar.Instant
	Mode Mode
}

// Stretch is a time, From inclusive, To exclusive.
type Stretch struct{ From, To calendar.Instant }

// Reservation is a time for which an EVSE was held. An expired one has no
// session: its facts start and end where it does.
type Reservation struct {
	From, To calendar.Instant
	Expired  bool
}

// Session is a charging session at a place, by somebody.
type Session struct {
	ID         string
	ExternalID string
	NetworkID  string
	LocationID string
	EVSEID     string
	UserID     string // empty: ad hoc
	TokenID    string
	ImportID   string // the import that brought it; empty: recorded live
	Facts      Facts
	Warnings   []string // stable codes of what is doubtful about the facts
	Version    int64
}

// Duration is the whole time plugged in, in seconds.
func (f Facts) Duration() int64 { return int64(f.End - f.Start) }

// Times are the seconds spent charging and idle.
func (f Facts) Times() (charging, idle int64) {
	at, state := f.Start, Charging
	add := func(to calendar.Instant) {
		if state == Idle {
			idle += int64(to - at)
		} else {
			charging += int64(to - at)
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
func (f Facts) Energy() energy.Quantity {
	if len(f.Readings) == 0 {
		return 0
	}
	return f.Readings[len(f.Readings)-1].Import
}

// EnergyAt is the energy imported up to an instant, shared linearly between
// the two readings around it and rounded down to a µWh.
func (f Facts) EnergyAt(at calendar.Instant) energy.Quantity {
	r := f.Readings
	i := sort.Search(len(r), func(i int) bool { return r[i].At >= at })
	switch {
	case i == len(r):
		return f.Energy()
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

// Normalise puts readings and changes in order, drops repeats, adds the
// reading of nothing at Start where it is missing, and checks what cannot be:
// an end before the start, falling or contradictory meter values, readings
// outside the session.
func Normalise(f Facts) (Facts, error) {
	if f.End < f.Start {
		return f, fault.At(fault.Invalid, "session_end_before_start", "end",
			fmt.Sprintf("the session ends %s, before it starts %s; check the two times", f.End, f.Start))
	}
	if problem := inTime(f.Start, f.End); problem != nil {
		return f, problem
	}
	readings := append([]Reading(nil), f.Readings...)
	sort.Slice(readings, func(i, j int) bool {
		a, b := readings[i], readings[j]
		return a.At < b.At || a.At == b.At && a.Import < b.Import
	})
	if len(readings) == 0 || readings[0].At > f.Start {
		readings = append([]Reading{{At: f.Start}}, readings...)
	}
	out := readings[:1]
	for i, r := range readings {
		last := out[len(out)-1]
		switch {
		case r.At < f.Start || r.At > f.End:
			return f, fault.At(fault.Invalid, "reading_outside_session", "readings",
				fmt.Sprintf("the reading at %s lies outside the session from %s to %s", r.At, f.Start, f.End))
		case r.Import < last.Import:
			return f, fault.At(fault.Invalid, "reading_falls", "readings",
				fmt.Sprintf("the meter falls from %s to %s kWh at %s; a meter only counts up", last.Import, r.Import, r.At))
		case i == 0:
		case r == last:
		case r.At == last.At:
			return f, fault.At(fault.Invalid, "reading_contradicts", "readings",
				fmt.Sprintf("two readings at %s disagree: %s and %s kWh", r.At, last.Import, r.Import))
		default:
			out = append(out, r)
		}
	}
	if out[0].Import != 0 {
		return f, fault.At(fault.Invalid, "reading_before_start", "readings",
			fmt.Sprintf("%s kWh are read at the very start; readings count from the session's start", out[0].Import))
	}
	f.Readings = out
	f.Changes = normalChanges(f.Changes, f.Start, f.End)
	return f, nil
}

// The bounds of time: nobody charged cars for money before, and no clock that
// shows a later time is right.
var (
	earliest = calendar.Of(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC))
	latest   = calendar.Of(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
)

// inTime is nil when the span lies within the bounds of time.
func inTime(start, end calendar.Instant) *fault.Fault {
	field, at := "start", start
	if start >= earliest {
		field, at = "end", end
	}
	if at >= earliest && at < latest {
		return nil
	}
	return fault.At(fault.Invalid, OutOfTime, field,
		fmt.Sprintf("%s lies outside the years 1990 to 2099; check the clock it comes from", at))
}

// normalChanges orders changes, keeps the last of several at one instant, and
// drops those that change nothing or lie at or after the end.
func normalChanges(in []Change, start, end calendar.Instant) []Change {
	changes := append([]Change(nil), in...)
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].At < changes[j].At })
	for i := range changes {
		changes[i].At = max(changes[i].At, start)
	}
	var out []Change
	state := Charging
	for i, c := range changes {
		if i+1 < len(changes) && changes[i+1].At == c.At || c.At >= end || c.State == state {
			continue
		}
		state = c.State
		out = append(out, c)
	}
	return out
}

// Package session owns a charging session's facts: meter readings and states,
// and what makes them usable. It does not know prices.
//
// Invariants, and the test that proves each:
//   - facts are the same whatever the order and number of times in which their
//     readings, charges, modes and pauses arrived
//     (TestNormaliseIgnoresOrderAndDuplicates);
//   - the energy up to an instant depends only on the two readings around it,
//     so cuts never lose or create energy (TestEnergyAtIsACumulativeFunction);
//   - charging, idle, paused and away are all of the time, none of it twice
//     (TestTimesAreAllOfTheTime);
//   - the parts of a merged session keep their energy and times, in whatever
//     order they come (TestMergeAddsUp, TestMergeInAnyOrder).
package session

import (
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
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
	// They are like Readings, without those between which nothing flows, and
	// empty where none was given back.
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

// Equal reports whether two normal facts say the same.
func (f Facts) Equal(g Facts) bool {
	return f.Start == g.Start && f.End == g.End && slices.Equal(f.Readings, g.Readings) && slices.Equal(f.Changes, g.Changes) &&
		slices.Equal(f.Exports, g.Exports) && slices.Equal(f.Charges, g.Charges) && slices.Equal(f.Modes, g.Modes) &&
		slices.Equal(f.Pauses, g.Pauses) && slices.Equal(f.Gaps, g.Gaps) && sameReservation(f.Reserved, g.Reserved)
}

func sameReservation(a, b *Reservation) bool { return a == b || a != nil && b != nil && *a == *b }

// NoShow reports whether the facts are those of an expired reservation, which
// has no session: they begin and end when it does.
func (f Facts) NoShow() bool { return f.Reserved != nil && f.Reserved.Expired }

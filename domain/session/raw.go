package session

import (
	"fmt"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/text"
)

// Raw is a session as an outside source tells it, before anything of it is
// believed. Nil fields are missing.
type Raw struct {
	Line       int    // in the file, from 1
	ExternalID string // unique within the source
	Source     string
	UserID     string // the source's name of the driver; empty: unknown
	StationID  string // the source's name of the charge point
	Zone       string // IANA name as told
	Start, End *calendar.Instant
	Energy     *energy.Quantity // total
	Charging   *int64           // seconds of charging from the start, where known
	Intervals  []energy.Quantity
	Step       int64 // seconds of each interval; 0 without intervals
	// What few sources tell; see Facts. Exports are energy given back, by
	// interval.
	Exports  []energy.Quantity
	Charges  []Charge
	Modes    []ModeChange
	Pauses   []Stretch
	Reserved *Reservation
	// Malformed is the first field that could not be read, with the reason.
	Malformed *Problem
	Text      string // the source's own line, kept with a quarantined session
}

// Problem is why a session cannot be used.
type Problem struct {
	Reason  string // stable code
	Field   string
	Message string
}

// The reasons for which a session is put aside.
const (
	NeverClosed    = "never_closed"
	ZeroLength     = "zero_length"
	NegativeLength = "negative_length"
	EnergyMissing  = "energy_missing"
	EnergyNegative = "energy_negative"
	ZoneUnknown    = "zone_unknown"
	OutOfTime      = "time_out_of_range"
	Unreadable     = "unreadable"
)

// The warnings with which a doubtful session is priced all the same.
const (
	WarnNoEnergy     = "no_energy"
	WarnLongerWeek   = "longer_than_a_week"
	WarnAbove200kWh  = "above_200_kwh"
	WarnAbove400kW   = "above_400_kw_average"
	WarnCharging     = "charging_time_doubtful" // negative, or longer than the session
	weekSeconds      = 7 * 86400
	aMinute          = 60 // sources round charging times to minutes
	mostEnergy       = 200 * energy.KWh
	mostAveragePower = 400 * energy.KW
)

// Admit decides whether a session is usable: closed, end after start (an expired
// reservation has no length), energy known and not negative, in a known zone. It
// returns the facts in normal form with stable codes of what is doubtful about
// them, or the problem.
func Admit(r Raw, zoneKnown func(string) bool) (Facts, []string, *Problem) {
	if r.Malformed != nil {
		return Facts{}, nil, r.Malformed
	}
	if !text.Readable(r.ExternalID) || !text.Readable(r.Source) || !text.Readable(r.UserID) || !text.Readable(r.StationID) {
		return Facts{}, nil, &Problem{Unreadable, "line", "the names in this row hold bytes that are no text; write the file in UTF-8"}
	}
	if p := r.length(); p != nil {
		return Facts{}, nil, p
	}
	if !zoneKnown(r.Zone) {
		return Facts{}, nil, &Problem{ZoneUnknown, "tz", fmt.Sprintf("time zone %q is not an IANA name such as Europe/Paris", r.Zone)}
	}
	facts := Facts{Start: *r.Start, End: *r.End}
	var problem *Problem
	if r.Step > 0 {
		facts.Readings, facts.Changes, problem = r.metered()
	} else {
		facts.Readings, facts.Changes, problem = r.summed()
	}
	if problem == nil && r.tellsMore() {
		facts, problem = r.more(facts)
	}
	if problem != nil {
		return Facts{}, nil, problem
	}
	warnings := Doubts(facts)
	if r.Charging != nil && (*r.Charging < 0 || *r.Charging > facts.Duration()+aMinute) {
		warnings = append(warnings, WarnCharging)
	}
	return facts, warnings, nil
}

func (r Raw) length() *Problem {
	switch {
	case r.Start == nil:
		return &Problem{Unreadable, "start", "the start is missing"}
	case r.End == nil:
		return &Problem{NeverClosed, "end", "the session was never closed"}
	case *r.End == *r.Start && (r.Reserved == nil || !r.Reserved.Expired):
		return &Problem{ZeroLength, "end", fmt.Sprintf("the session begins and ends at %s", *r.Start)}
	case *r.End < *r.Start:
		return &Problem{NegativeLength, "end", fmt.Sprintf("the session ends %s, before it starts %s", *r.End, *r.Start)}
	}
	if f := inTime(*r.Start, *r.End, "start", "end"); f != nil {
		return &Problem{OutOfTime, f.Field, f.Message}
	}
	return nil
}

// summed makes facts of a total: the energy flows evenly while charging, which
// lasts to the end unless the source knows better.
func (r Raw) summed() ([]Reading, []Change, *Problem) {
	switch {
	case r.Energy == nil:
		return nil, nil, &Problem{EnergyMissing, "kwh", "the energy is missing"}
	case *r.Energy < 0:
		return nil, nil, &Problem{EnergyNegative, "kwh", fmt.Sprintf("the energy is %s kWh; a meter only counts up", *r.Energy)}
	}
	readings := []Reading{{At: *r.Start}}
	stop := *r.End
	if r.Charging != nil {
		stop = min(stop, *r.Start+calendar.Instant(max(0, *r.Charging)))
	}
	if stop == *r.Start && *r.Energy > 0 {
		stop = *r.End
	}
	if stop == *r.End {
		return append(readings, Reading{stop, *r.Energy}), nil, nil
	}
	if stop > *r.Start {
		readings = append(readings, Reading{stop, *r.Energy})
	}
	return append(readings, Reading{*r.End, *r.Energy}), []Change{{stop, Idle}}, nil
}

// metered makes facts of equal intervals: those at the end in which no energy
// flows, one way or the other, are idle.
func (r Raw) metered() ([]Reading, []Change, *Problem) {
	readings, busy, problem := r.counted(r.Intervals, "wh")
	for i, q := range r.Exports {
		if q > 0 {
			busy = max(busy, *r.Start+calendar.Instant(int64(i+1)*r.Step))
		}
	}
	if problem != nil || busy == *r.End {
		return readings, nil, problem
	}
	return readings, []Change{{busy, Idle}}, nil
}

// counted are the readings that intervals of the field stand for, and when the
// last energy of them has flowed.
func (r Raw) counted(intervals []energy.Quantity, field string) (readings []Reading, busy calendar.Instant, problem *Problem) {
	readings = make([]Reading, 1, len(intervals)+1)
	readings[0].At = *r.Start
	busy = *r.Start
	var sum energy.Quantity
	for i, q := range intervals {
		if q < 0 {
			return nil, 0, &Problem{EnergyNegative, fmt.Sprintf("%s[%d]", field, i), fmt.Sprintf("interval %d has %s kWh; a meter only counts up", i, q)}
		}
		if sum += q; sum < 0 {
			return nil, 0, &Problem{Unreadable, fmt.Sprintf("%s[%d]", field, i), "the energy is larger than can be counted"}
		}
		at := *r.Start + calendar.Instant(int64(i+1)*r.Step)
		readings = append(readings, Reading{at, sum})
		if q > 0 {
			busy = at
		}
	}
	return readings, busy, nil
}

// tellsMore reports whether the source knows more than energy and charging
// time.
func (r Raw) tellsMore() bool {
	return len(r.Exports)+len(r.Charges)+len(r.Modes)+len(r.Pauses) > 0 || r.Reserved != nil
}

// more adds to facts what few sources tell.
func (r Raw) more(f Facts) (Facts, *Problem) {
	if len(r.Exports) > 0 {
		var problem *Problem
		if f.Exports, _, problem = r.counted(r.Exports, "export"); problem != nil {
			return f, problem
		}
	}
	f.Charges, f.Modes, f.Pauses, f.Reserved = r.Charges, r.Modes, r.Pauses, r.Reserved
	f, err := Normalise(f)
	if known := fault.As(err); known != nil {
		return f, &Problem{known.Code, known.Field, known.Message}
	}
	return f, nil
}

// Doubts are the stable codes of what is doubtful about usable facts, which
// must have a length. Of an expired reservation nothing is.
func Doubts(f Facts) []string {
	if f.NoShow() {
		return nil
	}
	var out []string
	q := f.Energy()
	if q == 0 {
		out = append(out, WarnNoEnergy)
	}
	if f.Duration() > weekSeconds {
		out = append(out, WarnLongerWeek)
	}
	if q > mostEnergy {
		out = append(out, WarnAbove200kWh)
	}
	if q.Average(f.Duration()) > mostAveragePower {
		out = append(out, WarnAbove400kW)
	}
	return out
}

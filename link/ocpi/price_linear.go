package ocpi

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/session"
)

// facts is the record as metered facts, with a reading at every boundary of a
// period: energy flows evenly in between, and prices change where they do, not
// where periods begin. In a period of both, charging comes before parking; time
// that is not told is priced as neither.
func (p *pricer) facts() (session.Facts, error) {
	r := p.record
	start := sessionStart(r)
	f := session.Facts{Start: start, End: r.End}
	if r.Reserved {
		f.Reserved = &session.Reservation{From: r.Start, To: start, Expired: r.Expired}
	}
	if r.Expired {
		f.Start, f.Reserved.To = r.End, r.End
		return f, nil
	}
	var taken, given energy.Quantity
	exports := []session.Reading{{At: start}}
	f.Readings = []session.Reading{{At: start}}
	for i, q := range r.Periods {
		end := r.End
		if i+1 < len(r.Periods) {
			end = r.Periods[i+1].At
		}
		if q.At < start {
			continue
		}
		if end == q.At && q.Energy+q.Export > 0 {
			return f, fault.At(fault.Invalid, "period_without_time", p.cdr.Periods[i].Path,
				"the period has energy but no time over which to share it; price it with --period-split start")
		}
		taken, given = taken+q.Energy, given+q.Export
		f.Readings = append(f.Readings, session.Reading{At: end, Import: taken})
		exports = append(exports, session.Reading{At: end, Import: given})
		addStates(&f, q.At, end, q.Charging, q.Idle)
	}
	if given > 0 {
		f.Exports = exports
	}
	return session.Normalise(f)
}

// addStates adds the states of one period. What is neither charging nor parking
// is a pause, in which no time is priced.
func addStates(f *session.Facts, from, to calendar.Instant, charging, idle int64) {
	at := from
	for _, s := range []struct {
		state   session.State
		seconds int64
	}{{session.Charging, charging}, {session.Idle, idle}} {
		if s.seconds == 0 || at >= to {
			continue
		}
		f.Changes = append(f.Changes, session.Change{At: at, State: s.state})
		at = min(to, at+calendar.Instant(s.seconds))
	}
	if at < to {
		f.Pauses = append(f.Pauses, session.Stretch{From: at, To: to})
	}
}

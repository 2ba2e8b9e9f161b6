package store

import (
	"fmt"
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
)

// factsDoc is the kept form of a session's facts. Instants are seconds after
// the start, energy is in µWh.
type factsDoc struct {
	Start    int64         `json:"start"`
	End      int64         `json:"end"`                // after the start
	Readings [][2]int64    `json:"readings,omitempty"` // instant, energy since the start
	Changes  []stateChange `json:"changes,omitempty"`
}

type stateChange struct {
	At    int64  `json:"at"`
	State string `json:"state"`
}

// appendFacts writes a factsDoc; it is written by hand because imports write
// hundreds of thousands.
func appendFacts(b []byte, f session.Facts) []byte {
	b = strconv.AppendInt(append(b, `{"start":`...), int64(f.Start), 10)
	b = strconv.AppendInt(append(b, `,"end":`...), int64(f.End-f.Start), 10)
	for i, r := range f.Readings {
		b = append(b, separator(i, `,"readings":[`)...)
		b = strconv.AppendInt(append(b, '['), int64(r.At-f.Start), 10)
		b = strconv.AppendInt(append(b, ','), int64(r.Import), 10)
		b = append(b, ']')
	}
	b = closeList(b, len(f.Readings))
	for i, c := range f.Changes {
		b = append(b, separator(i, `,"changes":[`)...)
		b = strconv.AppendInt(append(b, `{"at":`...), int64(c.At-f.Start), 10)
		b = append(append(append(b, `,"state":"`...), c.State.String()...), `"}`...)
	}
	b = closeList(b, len(f.Changes))
	return append(b, '}')
}

// separator is what stands before element i of a list that opens with open.
func separator(i int, open string) string {
	if i == 0 {
		return open
	}
	return ","
}

func closeList(b []byte, elements int) []byte {
	if elements > 0 {
		b = append(b, ']')
	}
	return b
}

func readFacts(text string) (session.Facts, error) {
	var d factsDoc
	if err := fromJSON(text, &d); err != nil {
		return session.Facts{}, err
	}
	start := calendar.Instant(d.Start)
	f := session.Facts{Start: start, End: start + calendar.Instant(d.End)}
	for _, r := range d.Readings {
		f.Readings = append(f.Readings, session.Reading{At: start + calendar.Instant(r[0]), Import: energy.Quantity(r[1])})
	}
	for _, c := range d.Changes {
		state := session.Charging
		switch c.State {
		case session.Charging.String():
		case session.Idle.String():
			state = session.Idle
		default:
			return f, fmt.Errorf("kept facts have a state %q that this program does not know", c.State)
		}
		f.Changes = append(f.Changes, session.Change{At: start + calendar.Instant(c.At), State: state})
	}
	return f, nil
}

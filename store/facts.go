package store

import (
	"fmt"
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
)

// factsDoc is the kept form of a session's facts. Instants are seconds after
// the start, energy is in µWh, states of charge are in thousandths of full.
type factsDoc struct {
	Start    int64           `json:"start"`
	End      int64           `json:"end"`                // after the start
	Readings [][2]int64      `json:"readings,omitempty"` // instant, energy since the start
	Changes  []stateChange   `json:"changes,omitempty"`
	Exports  [][2]int64      `json:"exports,omitempty"` // as readings
	Charges  [][2]int64      `json:"charges,omitempty"` // instant, level
	Modes    []modeChange    `json:"modes,omitempty"`
	Pauses   [][2]int64      `json:"pauses,omitempty"` // from, to
	Gaps     [][2]int64      `json:"gaps,omitempty"`   // from, to
	Reserved *reservationDoc `json:"reserved,omitempty"`
}

type stateChange struct {
	At    int64  `json:"at"`
	State string `json:"state"`
}

type modeChange struct {
	At   int64  `json:"at"`
	Mode string `json:"mode"`
}

type reservationDoc struct {
	From    int64 `json:"from"`
	To      int64 `json:"to"`
	Expired bool  `json:"expired,omitempty"`
}

// appendFacts writes a factsDoc; it is written by hand because imports write
// hundreds of thousands.
func appendFacts(b []byte, f session.Facts) []byte {
	b = strconv.AppendInt(append(b, `{"start":`...), int64(f.Start), 10)
	b = strconv.AppendInt(append(b, `,"end":`...), int64(f.End-f.Start), 10)
	b = appendReadings(b, `,"readings":[`, f.Readings, f.Start)
	for i, c := range f.Changes {
		b = append(b, separator(i, `,"changes":[`)...)
		b = strconv.AppendInt(append(b, `{"at":`...), int64(c.At-f.Start), 10)
		b = append(append(append(b, `,"state":"`...), c.State.String()...), `"}`...)
	}
	b = closeList(b, len(f.Changes))
	b = appendReadings(b, `,"exports":[`, f.Exports, f.Start)
	for i, c := range f.Charges {
		b = appendPair(b, separator(i, `,"charges":[`), int64(c.At-f.Start), c.Level)
	}
	b = closeList(b, len(f.Charges))
	for i, m := range f.Modes {
		b = append(b, separator(i, `,"modes":[`)...)
		b = strconv.AppendInt(append(b, `{"at":`...), int64(m.At-f.Start), 10)
		b = append(append(append(b, `,"mode":"`...), m.Mode.String()...), `"}`...)
	}
	b = closeList(b, len(f.Modes))
	b = appendStretches(b, `,"pauses":[`, f.Pauses, f.Start)
	b = appendStretches(b, `,"gaps":[`, f.Gaps, f.Start)
	if r := f.Reserved; r != nil {
		b = strconv.AppendInt(append(b, `,"reserved":{"from":`...), int64(r.From-f.Start), 10)
		b = strconv.AppendInt(append(b, `,"to":`...), int64(r.To-f.Start), 10)
		if r.Expired {
			b = append(b, `,"expired":true`...)
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

func appendReadings(b []byte, open string, all []session.Reading, start calendar.Instant) []byte {
	for i, r := range all {
		b = appendPair(b, separator(i, open), int64(r.At-start), int64(r.Import))
	}
	return closeList(b, len(all))
}

func appendStretches(b []byte, open string, all []session.Stretch, start calendar.Instant) []byte {
	for i, s := range all {
		b = appendPair(b, separator(i, open), int64(s.From-start), int64(s.To-start))
	}
	return closeList(b, len(all))
}

func appendPair(b []byte, before string, x, y int64) []byte {
	b = strconv.AppendInt(append(append(b, before...), '['), x, 10)
	b = strconv.AppendInt(append(b, ','), y, 10)
	return append(b, ']')
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
	f := session.Facts{Start: start, End: start + calendar.Instant(d.End), Readings: readingsOf(d.Readings, start), Exports: readingsOf(d.Exports, start),
		Pauses: stretchesOf(d.Pauses, start), Gaps: stretchesOf(d.Gaps, start)}
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
	for _, c := range d.Charges {
		f.Charges = append(f.Charges, session.Charge{At: start + calendar.Instant(c[0]), Level: c[1]})
	}
	for _, m := range d.Modes {
		mode, ok := session.ParseMode(m.Mode)
		if !ok {
			return f, fmt.Errorf("kept facts have a mode %q that this program does not know", m.Mode)
		}
		f.Modes = append(f.Modes, session.ModeChange{At: start + calendar.Instant(m.At), Mode: mode})
	}
	if r := d.Reserved; r != nil {
		f.Reserved = &session.Reservation{From: start + calendar.Instant(r.From), To: start + calendar.Instant(r.To), Expired: r.Expired}
	}
	return f, nil
}

func readingsOf(pairs [][2]int64, start calendar.Instant) (out []session.Reading) {
	if len(pairs) == 0 {
		return nil
	}
	out = make([]session.Reading, len(pairs))
	for i, p := range pairs {
		out[i] = session.Reading{At: start + calendar.Instant(p[0]), Import: energy.Quantity(p[1])}
	}
	return out
}

func stretchesOf(pairs [][2]int64, start calendar.Instant) (out []session.Stretch) {
	for _, p := range pairs {
		out = append(out, session.Stretch{From: start + calendar.Instant(p[0]), To: start + calendar.Instant(p[1])})
	}
	return out
}

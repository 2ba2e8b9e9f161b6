package sessionfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/session"
)

// The largest values that a metered record may hold: ten years an interval, a
// hundred thousand intervals, a gigawatt-hour each.
const (
	maxLine      = 4 << 20
	maxIntervals = 100_000
	maxStep      = 10 * 366 * 86400
	maxWh        = 1_000_000_000 * energy.KWh // as read, a thousand times too large
	maxEpoch     = 253402300800               // year 10000
)

// metered is one line of a file of metered sessions.
type metered struct {
	ID      json.RawMessage `json:"id"`
	Start   *int64          `json:"start"`
	Step    *int64          `json:"step"`
	Wh      []json.Number   `json:"wh"`
	Station string          `json:"station"`
	User    string          `json:"user"`
	Zone    string          `json:"timezone"`
	rarer
}

func readLines(in *endMark, yield func(session.Raw) bool) error {
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 0, 1<<16), maxLine)
	last := []byte(nil)
	for line := 1; scan.Scan(); line++ {
		text := bytes.TrimSpace(scan.Bytes())
		if len(text) == 0 {
			continue
		}
		last = append(last[:0], text...)
		if !yield(parseMetered(text, line)) {
			return nil
		}
	}
	switch err := scan.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fault.New(fault.Invalid, "line_too_long", fmt.Sprintf("a line is longer than %d bytes", maxLine))
	case err != nil:
		return cut(err)
	}
	if !in.complete() && !json.Valid(last) {
		return cut(io.ErrUnexpectedEOF)
	}
	return nil
}

func parseMetered(text []byte, line int) session.Raw {
	r := session.Raw{Line: line, Text: string(text)}
	var m metered
	if err := json.Unmarshal(text, &m); err != nil {
		malformed(&r, "line", fmt.Sprintf("line %d is not a metered session: %s", line, err))
		return r
	}
	r.ExternalID = identifier(m.ID)
	r.StationID, r.UserID, r.Zone = m.Station, m.User, m.Zone
	switch {
	case r.ExternalID == "":
		malformed(&r, "id", "the session has no identifier: id must be a text or a number")
	case m.Start == nil || *m.Start < 0 || *m.Start >= maxEpoch:
		malformed(&r, "start", "start must be seconds since 1970 in UTC")
	case m.Step == nil || *m.Step <= 0 || *m.Step > maxStep:
		malformed(&r, "step", fmt.Sprintf("step is %s; it must be the seconds of an interval, above zero", shown(m.Step)))
	case len(m.Wh) > maxIntervals:
		malformed(&r, "wh", fmt.Sprintf("%d intervals; at most %d are read", len(m.Wh), maxIntervals))
	}
	if r.Malformed != nil {
		return r
	}
	r.Step = *m.Step
	r.Intervals = intervals(&r, "wh", m.Wh)
	start := calendar.Instant(*m.Start)
	end := start + calendar.Instant(int64(len(m.Wh))*r.Step)
	r.Start, r.End = &start, &end
	m.addTo(&r)
	return r
}

// intervals reads the energies of a field in Wh.
func intervals(r *session.Raw, field string, in []json.Number) []energy.Quantity {
	out := make([]energy.Quantity, len(in))
	for i, n := range in {
		q, err := energy.ParseKWh(n.String()) // read as a decimal, then taken as Wh
		if err != nil || q >= maxWh || q <= -maxWh || q%1000 != 0 {
			if err == nil && q%1000 == 0 {
				err = errors.New("is out of range")
			} else if err == nil {
				err = errors.New("has more than six decimals of a Wh")
			}
			malformed(r, fmt.Sprintf("%s[%d]", field, i), fmt.Sprintf("energy %s %s", n, err))
			return out
		}
		out[i] = q / 1000
	}
	return out
}

// identifier is a JSON string's text or a number as written, else "".
func identifier(id json.RawMessage) string {
	var text string
	if json.Unmarshal(id, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(id, &number) == nil {
		return number.String()
	}
	return ""
}

func shown(n *int64) string {
	if n == nil {
		return "missing"
	}
	return fmt.Sprint(*n)
}

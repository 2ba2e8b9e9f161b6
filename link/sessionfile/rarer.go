package sessionfile

import (
	"encoding/json"
	"fmt"

	"kwote/domain/calendar"
	"kwote/domain/session"
)

// rarer are the fields of a metered session that few sources have. Instants
// are seconds since 1970 in UTC, as the session's start is.
type rarer struct {
	Export  []json.Number `json:"export"` // Wh given back in each interval of wh
	Charges []struct {
		At      json.Number `json:"at"`
		Percent json.Number `json:"percent"`
	} `json:"charges"`
	Modes []struct {
		At   json.Number `json:"at"`
		Mode string      `json:"mode"`
	} `json:"modes"`
	Pauses      []span `json:"pauses"`
	Reservation *struct {
		span
		Expired bool `json:"expired"`
	} `json:"reservation"`
}

type span struct {
	From json.Number `json:"from"`
	To   json.Number `json:"to"`
}

// addTo reads the fields into a raw session, up to the first that cannot be
// read.
func (m rarer) addTo(r *session.Raw) {
	if n := max(len(m.Charges), len(m.Modes), len(m.Pauses)); n > maxIntervals {
		malformed(r, "line", fmt.Sprintf("a list of %d charges, modes or pauses; at most %d are read", n, maxIntervals))
		return
	}
	switch len(m.Export) {
	case 0:
	case len(r.Intervals):
		r.Exports = intervals(r, "export", m.Export)
	default:
		malformed(r, "export", fmt.Sprintf("%d intervals of energy given back stand beside %d in wh; both need the same number", len(m.Export), len(r.Intervals)))
	}
	for i := 0; i < len(m.Charges) && r.Malformed == nil; i++ {
		c := m.Charges[i]
		level, err := session.ParseLevel(c.Percent.String())
		if err != nil {
			malformed(r, fmt.Sprintf("charges[%d].percent", i), fmt.Sprintf("%q %s", c.Percent, err))
		}
		r.Charges = append(r.Charges, session.Charge{At: second(r, "charges", i, "at", c.At), Level: level})
	}
	for i := 0; i < len(m.Modes) && r.Malformed == nil; i++ {
		c := m.Modes[i]
		mode, ok := session.ParseMode(c.Mode)
		if !ok {
			malformed(r, fmt.Sprintf("modes[%d].mode", i), fmt.Sprintf("mode %q is none of regular, boosted and optimised", c.Mode))
		}
		r.Modes = append(r.Modes, session.ModeChange{At: second(r, "modes", i, "at", c.At), Mode: mode})
	}
	for i := 0; i < len(m.Pauses) && r.Malformed == nil; i++ {
		p := m.Pauses[i]
		r.Pauses = append(r.Pauses, session.Stretch{From: second(r, "pauses", i, "from", p.From), To: second(r, "pauses", i, "to", p.To)})
	}
	if v := m.Reservation; v != nil && r.Malformed == nil {
		r.Reserved = &session.Reservation{From: second(r, "reservation", -1, "from", v.From), To: second(r, "reservation", -1, "to", v.To), Expired: v.Expired}
	}
}

// second reads an instant in whole seconds since 1970: a field of element i of
// a list, or of an object where i is negative.
func second(r *session.Raw, list string, i int, name string, n json.Number) calendar.Instant {
	at, err := n.Int64()
	if err == nil && at >= 0 && at < maxEpoch {
		return calendar.Instant(at)
	}
	if i >= 0 {
		list = fmt.Sprintf("%s[%d]", list, i)
	}
	malformed(r, list+"."+name, fmt.Sprintf("%q is no instant; write whole seconds since 1970 in UTC", n))
	return 0
}

package sessionfile

import (
	"fmt"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/session"
)

// columns are the positions of the fields that are read; -1 where the file
// does not have an optional one.
type columns struct {
	source, sessionID, userID, stationID, zone, start, end, kwh, chargeMinutes int
}

func findColumns(heading []string) (columns, error) {
	at := map[string]int{}
	for i, name := range heading {
		at[strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))] = i
	}
	var missing []string
	find := func(name string, required bool) int {
		if i, ok := at[name]; ok {
			return i
		}
		if required {
			missing = append(missing, name)
		}
		return -1
	}
	c := columns{
		source: find("source", true), sessionID: find("session_id", true), userID: find("user_id", false),
		stationID: find("station_id", true), zone: find("tz", true), start: find("start_utc", true),
		end: find("end_utc", true), kwh: find("kwh", true), chargeMinutes: find("charge_min", false),
	}
	if len(missing) > 0 {
		return c, fault.At(fault.Invalid, "columns_missing", "heading",
			fmt.Sprintf("the first line must name the columns; missing: %s", strings.Join(missing, ", ")))
	}
	return c, nil
}

// raw reads one record. record is reused by the reader, so everything kept is
// copied.
func (c columns) raw(record []string, line int) session.Raw {
	get := func(i int) string {
		if i < 0 {
			return ""
		}
		return record[i]
	}
	r := session.Raw{
		Line: line, Source: strings.Clone(get(c.source)), ExternalID: strings.Clone(get(c.sessionID)),
		UserID: strings.Clone(get(c.userID)), StationID: strings.Clone(get(c.stationID)), Zone: strings.Clone(get(c.zone)),
		Text: strings.Join(record, ","),
	}
	if r.ExternalID == "" {
		r.Malformed = &session.Problem{Reason: session.Unreadable, Field: "session_id", Message: "the session has no identifier"}
		return r
	}
	r.Start = instantField(&r, "start_utc", get(c.start))
	r.End = instantField(&r, "end_utc", get(c.end))
	if s := get(c.kwh); s != "" {
		q, err := energy.ParseKWh(s)
		if err != nil {
			malformed(&r, "kwh", fmt.Sprintf("energy %q %s", s, err))
		}
		r.Energy = &q
	}
	if s := get(c.chargeMinutes); s != "" {
		// Minutes with decimals have the same form as kWh with decimals.
		q, err := energy.ParseKWh(s)
		if err != nil {
			malformed(&r, "charge_min", fmt.Sprintf("charging time %q is not a number of minutes", s))
		}
		seconds := int64(q/energy.KWh)*60 + int64(q%energy.KWh)*60/int64(energy.KWh)
		r.Charging = &seconds
	}
	return r
}

func instantField(r *session.Raw, field, s string) *calendar.Instant {
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		malformed(r, field, fmt.Sprintf("time %q is not of the form 2026-05-03T14:00:00Z", s))
		return nil
	}
	at := calendar.Of(t)
	return &at
}

func malformed(r *session.Raw, field, message string) {
	if r.Malformed == nil {
		r.Malformed = &session.Problem{Reason: session.Unreadable, Field: field, Message: message}
	}
}

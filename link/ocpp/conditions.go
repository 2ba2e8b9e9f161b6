package ocpp

import (
	"encoding/json"

	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// conditions is a condition once per time window, nil for one that always
// holds; none where OCPP cannot say when the rule holds, so that it has to be
// left out.
func (x *export) conditions(k tariff.Kind, c tariff.Condition, path string) []*Conditions {
	fee := k.Measure() == tariff.InFees
	for _, part := range []struct {
		set        bool
		name, what string
	}{
		{c.Season != nil, "season", "has no seasons"}, {c.Holidays != "", "holidays", "has no public holidays"},
		{c.Average.Set(), "averagePower", "has no conditions on the average power"}, {c.Peak.Set(), "peakPower", "has no conditions on the peak power"},
		{c.EVSEPower.Set(), "evsePower", "has no conditions on the EVSE's power"}, {c.Mode != 0, "mode", "has no modes of charging"},
		{c.Reservation != tariff.AnyOutcome, "reservation", "does not tell used reservations from expired ones"},
		{fee && (c.Counts() || c.Power.Set() || c.Current.Set()), "", "decides on fixed fees at the start of a transaction"},
	} {
		if part.set {
			if part.name != "" {
				part.name = "." + part.name
			}
			x.lose(path+part.name, "condition", "OCPP %s; the rule was left out", part.what)
			return nil
		}
	}
	if c.NotHolidays != "" {
		x.lose(path+".notHolidays", "condition", "OCPP has no public holidays; the rule holds on them, too")
	}
	if fee && c.Clocked() && !x.doc.Locked.Has(k) {
		x.lose(path, "fee_at_start", "OCPP decides on fixed fees at the start of a transaction, not when a session comes to a time")
	}
	if x.grace(k, &c) {
		return nil // never holds after the grace, and what comes before is free
	}
	var w Conditions
	if c.DateFrom != nil {
		w.ValidFromDate = c.DateFrom.String()
	}
	if c.DateBefore != nil {
		w.ValidToDate = c.DateBefore.String()
	}
	for _, day := range week {
		if c.Days.Has(day) {
			w.DayOfWeek = append(w.DayOfWeek, day.String())
		}
	}
	w.EVSEKind = c.Supply.String()
	w.MinEnergy, w.MaxEnergy = bounds(c.Energy, 6)
	w.MinPower, w.MaxPower = bounds(c.Power, 3)
	w.MinCurrent, w.MaxCurrent = bounds(c.Current, 3)
	w.MinTime, w.MaxTime = bounds(c.Duration, 0)
	w.MinChargingTime, w.MaxChargingTime = bounds(c.ChargingTime, 0)
	w.MinIdleTime, w.MaxIdleTime = bounds(c.IdleTime, 0)
	return x.windows(w, c.Time, path+".time")
}

// grace lets a time dimension begin after its grace, which is elapsed time of
// that dimension over the whole session and so a clock that OCPP has; over is
// true for a rule that ends before.
func (x *export) grace(k tariff.Kind, c *tariff.Condition) (over bool) {
	clock := map[tariff.Kind]*tariff.Range[int64]{tariff.Charging: &c.ChargingTime, tariff.Idle: &c.IdleTime}[k]
	if clock == nil {
		return false
	}
	clock.From = max(clock.From, x.doc.Dimension(k).Grace)
	return clock.Before != 0 && clock.From >= clock.Before
}

// bounds is a range as numbers of so many places; empty where it is open.
func bounds[T ~int64](r tariff.Range[T], places int) (least, most json.Number) {
	if r.From != 0 {
		least = decimal(r.From, places)
	}
	if r.Before != 0 {
		most = decimal(r.Before, places)
	}
	return least, most
}

// endOfDay is the time of day at which a day ends; OCPP writes it 00:00.
const endOfDay calendar.TimeOfDay = 86400

// windows is the conditions once per time window.
func (x *export) windows(w Conditions, windows []calendar.Window, path string) []*Conditions {
	var out []*Conditions
	add := func(w Conditions) {
		if w.always() {
			out = append(out, nil)
			return
		}
		out = append(out, &w)
	}
	if len(windows) == 0 {
		add(w)
	}
	for _, window := range windows {
		from, to := window.From-window.From%60, window.To-window.To%60
		if from != window.From || to != window.To {
			x.lose(path, "time_seconds", "OCPP's times have no seconds; the window %s became %s-%s", window, from, to)
			if from == to {
				continue // less than a minute
			}
		}
		in := w
		if from != 0 || to != endOfDay {
			in.StartTimeOfDay, in.EndTimeOfDay = from.String(), (to % endOfDay).String()
		}
		add(in)
	}
	return out
}

// always reports whether nothing is set.
func (c Conditions) always() bool {
	days := len(c.DayOfWeek)
	c.DayOfWeek = nil
	empty, _ := json.Marshal(c)
	return days == 0 && string(empty) == "{}"
}

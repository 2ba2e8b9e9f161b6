package pricing

import (
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// moment is the state that conditions look at.
type moment struct {
	date     calendar.Date
	time     calendar.TimeOfDay
	energy   energy.Quantity
	duration int64
	states   [session.States]int64 // seconds spent in each state
	// power and current are the least and the largest during the stretch that
	// begins at the moment; negative: unknown.
	power   extent[energy.Power]
	current extent[int64]
	mode    session.Mode
	// What holds for the whole session:
	average, peak energy.Power // rounded up, so that bounds hold exactly
	point         Point
	outcome       tariff.Outcome
}

// extent is the least and the largest value of a stretch.
type extent[T ~int64] struct{ least, most T }

func (e extent[T]) known() bool { return e.least >= 0 }

func (e extent[T]) inside(r tariff.Range[T]) bool {
	return e.known() && e.least >= r.From && (r.Before == 0 || e.most < r.Before)
}

func (r *rule) matches(m *moment) bool {
	return r.needs == 0 || r.holds(m)
}

func (r *rule) holds(m *moment) bool {
	w := &r.When
	if r.needs&needsTime != 0 && !slices.ContainsFunc(w.Time, func(t calendar.Window) bool { return t.Has(m.time) }) {
		return false
	}
	if r.needs&needsDate != 0 && !r.holdsOn(m.date) {
		return false
	}
	if r.needs&needsEnergy != 0 && !w.Energy.Has(m.energy) {
		return false
	}
	if r.needs&needsDuration != 0 && !w.Duration.Has(m.duration) {
		return false
	}
	return r.needs&^(needsTime|needsDate|needsEnergy|needsDuration) == 0 || r.holdsRarely(m)
}

// holdsOn reports whether the parts about the date hold.
func (r *rule) holdsOn(date calendar.Date) bool {
	w := &r.When
	return (w.Days == 0 || w.Days.Has(date.Weekday())) &&
		(w.DateFrom == nil || date >= *w.DateFrom) && (w.DateBefore == nil || date < *w.DateBefore) &&
		(w.Season == nil || w.Season.Has(date)) &&
		(w.Holidays == "" || r.holidays != nil && r.holidays.Has(date)) &&
		(w.NotHolidays == "" || r.notHolidays != nil && !r.notHolidays.Has(date))
}

// holdsRarely reports whether the parts hold that few tariffs set.
func (r *rule) holdsRarely(m *moment) bool {
	w := &r.When
	return (r.needs&needsCharging == 0 || w.ChargingTime.Has(m.states[session.Charging])) &&
		(r.needs&needsIdle == 0 || w.IdleTime.Has(m.states[session.Idle])) &&
		(r.needs&needsPower == 0 || m.power.inside(w.Power)) &&
		(r.needs&needsCurrent == 0 || m.current.inside(w.Current)) &&
		(r.needs&needsAverage == 0 || m.average >= 0 && w.Average.Has(m.average)) &&
		(r.needs&needsPeak == 0 || m.peak >= 0 && w.Peak.Has(m.peak)) &&
		(w.Supply == tariff.UnknownSupply || w.Supply == m.point.Supply) &&
		(r.needs&needsEVSEPower == 0 || m.point.MaxPower > 0 && w.EVSEPower.Has(m.point.MaxPower)) &&
		(w.Mode == session.AnyMode || w.Mode == m.mode) &&
		(w.Reservation == tariff.AnyOutcome || w.Reservation == m.outcome)
}

// match is the first rule of the dimension that holds at the moment, or -1.
func (c *Compiled) match(k tariff.Kind, m *moment) int {
	for i := range c.rules[k] {
		if c.rules[k][i].matches(m) {
			return i
		}
	}
	return -1
}

package ocpi

import (
	"fmt"
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/fault"
)

// The readings of what the texts of OCPI leave open. The first of each is the
// default, for which the empty value stands.
const (
	StepPerSession = "per-session" // step_size once per session; parking alone where it is priced
	StepPerPeriod  = "per-period"  // every charging period by itself
	StepCombined   = "combined"    // once per session, charging and parking time together (first editions of 2.2 and 2.2.1)
	StepNone       = "none"        // quantities as measured

	CountPriced = "priced" // only what a component prices counts towards a step
	CountAll    = "all"    // all that was measured does

	SplitStart  = "start"  // the state at a period's start decides for all of it
	SplitLinear = "linear" // energy is shared evenly over a period that spans a change

	MissingNoMatch = "no-match" // a restriction on unknown power or current does not hold
	MissingMatch   = "match"    // it does

	RangeStrict  = "strict"  // all of the period must lie within the restriction
	RangeReached = "reached" // it suffices that the period reaches into it

	FlatOnce = "once" // the first FLAT that holds is due
	FlatEach = "each" // every FLAT component that holds at some time is due

	WeekdayOfInstant = "instant"      // day_of_week is the weekday of the moment
	WeekdayOfWindow  = "window-start" // in a window over midnight it is that of the evening

	EqualTimesDay   = "whole-day" // equal start_time and end_time are the whole day
	EqualTimesNever = "never"     // they never hold

	ReservationStrict = "strict" // only elements for reservations price reserved time
	ReservationAny    = "any"    // elements without that restriction do, too

	LimitsApply  = "apply"  // min_price and max_price hold
	LimitsIgnore = "ignore" // they are left out

	TariffByPeriod = "by-period" // each period goes by the tariff that it names
	TariffFirst    = "first"     // all go by the first one that suits the record
)

// Options choose the zone and the readings under which a record is priced.
type Options struct {
	// Zone is the IANA zone of the charge point; empty: that of the record's
	// location, or its country's only one.
	Zone         string
	StepSize     string
	StepCounts   string
	PeriodSplit  string
	MissingPower string
	PowerRange   string
	Flat         string
	Weekday      string
	EqualTimes   string
	Reservation  string
	Limits       string
	Tariffs      string
}

// check is the fault of a reading that does not exist, or nil.
func (o Options) check() error {
	for _, x := range []struct {
		name, value string
		known       []string
	}{
		{"step-size", o.StepSize, []string{StepPerSession, StepPerPeriod, StepCombined, StepNone}},
		{"step-counts", o.StepCounts, []string{CountPriced, CountAll}},
		{"period-split", o.PeriodSplit, []string{SplitStart, SplitLinear}},
		{"missing-power", o.MissingPower, []string{MissingNoMatch, MissingMatch}},
		{"power-range", o.PowerRange, []string{RangeStrict, RangeReached}},
		{"flat", o.Flat, []string{FlatOnce, FlatEach}},
		{"weekday", o.Weekday, []string{WeekdayOfInstant, WeekdayOfWindow}},
		{"equal-times", o.EqualTimes, []string{EqualTimesDay, EqualTimesNever}},
		{"reservation", o.Reservation, []string{ReservationStrict, ReservationAny}},
		{"limits", o.Limits, []string{LimitsApply, LimitsIgnore}},
		{"several-tariffs", o.Tariffs, []string{TariffByPeriod, TariffFirst}},
	} {
		if x.value != "" && !slices.Contains(x.known, x.value) {
			return fault.At(fault.Invalid, "reading_unknown", x.name, fmt.Sprintf("%q is not a reading; choose one of %s", x.value, strings.Join(x.known, ", ")))
		}
	}
	return nil
}

// engine reports whether the readings are those of the engine; the others are
// tallied here.
func (o Options) engine() bool {
	steps := o.StepSize == "" || o.StepSize == StepPerSession || o.StepSize == StepNone
	counts := o.StepCounts == "" || o.StepCounts == CountPriced || o.StepSize == StepNone
	return steps && counts && o.Flat != FlatEach
}

// reread is the tariff with its elements as the options read them.
func (o Options) reread(t Tariff) Tariff {
	var out []Element
	for _, e := range t.Elements {
		r := &e.Restrictions
		if o.EqualTimes == EqualTimesNever && r.StartTime != nil && r.EndTime != nil && *r.StartTime == *r.EndTime {
			continue
		}
		parts := []Element{e}
		if o.Weekday == WeekdayOfWindow && r.passesMidnight() {
			parts = r.byEvening(e)
		}
		out = append(out, parts...)
		if o.Reservation == ReservationAny && r.Reservation == NotReservation {
			for _, part := range parts {
				out = append(out, part.forReservations()...)
			}
		}
	}
	t.Elements = out
	if o.Limits == LimitsIgnore {
		t.Min, t.Max = Limit{}, Limit{}
	}
	return t
}

// passesMidnight reports whether the restrictions have a window over midnight
// whose day matters.
func (r *Restrictions) passesMidnight() bool {
	return r.StartTime != nil && r.EndTime != nil && *r.EndTime < *r.StartTime && *r.EndTime != 0 &&
		(r.Days != 0 || r.StartDate != nil || r.EndDate != nil)
}

// byEvening is an element with a window over midnight as one up to midnight and
// one after it, on the days that follow.
func (r *Restrictions) byEvening(e Element) []Element {
	evening, morning := e, e
	midnight := calendar.TimeOfDay(0)
	evening.Restrictions.EndTime = &midnight
	morning.Restrictions.StartTime = &midnight
	morning.Restrictions.Days = r.Days<<1&calendar.EveryDay | r.Days>>6
	next := func(d *calendar.Date) *calendar.Date {
		if d == nil {
			return nil
		}
		following := *d + 1
		return &following
	}
	morning.Restrictions.StartDate, morning.Restrictions.EndDate = next(r.StartDate), next(r.EndDate)
	return []Element{evening, morning}
}

// forReservations is the element as one for reservations, with what those can
// have.
func (e Element) forReservations() []Element {
	e.Restrictions.Reservation = Reserved
	e.Components = slices.DeleteFunc(slices.Clone(e.Components), func(c Component) bool { return c.Type != Time && c.Type != Flat })
	if len(e.Components) == 0 {
		return nil
	}
	return []Element{e}
}

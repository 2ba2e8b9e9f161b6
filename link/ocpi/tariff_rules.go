package ocpi

import (
	"fmt"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// ruled is a price component as a rule of a dimension.
type ruled struct {
	Component
	kind tariff.Kind
	when tariff.Condition
}

// ruled lists the components that can ever set a price, in the order in which
// they are tried within their dimension, and notes those that cannot.
//
// An element is looked up per dimension. Time of an expired reservation goes by
// RESERVATION_EXPIRES before RESERVATION, wherever they stand (2.2.1
// mod_tariffs, ReservationRestrictionType).
func (t Tariff) ruled(note func(path, code, format string, args ...any)) []ruled {
	var out []ruled
	var latecomers [tariff.Kinds][]ruled
	shadows := map[string]string{}
	for _, e := range t.Elements {
		when, never := e.Restrictions.condition()
		if never {
			note(e.path+".restrictions", "never_active", "these restrictions can never hold together, so the element prices nothing")
			continue
		}
		var seen tariff.KindSet
		for _, c := range e.Components {
			kind, ok := e.Restrictions.Reservation.kind(c.Type)
			switch {
			case !ok:
				note(c.path, "component_ignored", "an element for reservations can only have FLAT and TIME; %s was ignored", c.Type)
				continue
			case seen.Has(kind):
				note(c.path, "component_twice", "the element has %s twice; the first one was taken", c.Type)
				continue
			}
			seen = seen.With(kind)
			r := ruled{c, kind, when}
			late := kind == tariff.Reservation && when.Reservation == tariff.AnyOutcome
			if by := shadow(shadows, r); by != "" {
				note(c.path, "unreachable", "the component never sets a price, because %s always comes first", by)
			}
			if late {
				latecomers[kind] = append(latecomers[kind], r)
			} else {
				out = append(out, r)
			}
		}
	}
	return append(out, slices.Concat(latecomers[:]...)...)
}

// shadow is the path of an earlier component that holds whenever this one does,
// or "". It remembers this one.
func shadow(earlier map[string]string, r ruled) string {
	key := func(c tariff.Condition) string { return fmt.Sprint(r.kind) + conditionKey(c) }
	always := tariff.Condition{}
	by := earlier[key(r.when)]
	if by == "" && (r.kind != tariff.Reservation || r.when.Reservation == tariff.AnyOutcome) {
		by = earlier[key(always)]
	}
	if by == "" && r.when.Reservation == tariff.Expired {
		always.Reservation = tariff.Expired
		by = earlier[key(always)]
	}
	if _, known := earlier[key(r.when)]; !known {
		earlier[key(r.when)] = r.path
	}
	return by
}

// conditionKey tells conditions made of restrictions apart.
func conditionKey(c tariff.Condition) string {
	date := func(d *calendar.Date) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	return fmt.Sprint(c.Time, c.Days, date(c.DateFrom), "/", date(c.DateBefore), c.Energy, c.Duration, c.Power, c.Current, c.Reservation)
}

// kind is the dimension that a component prices under the restriction; ok is
// false for one that a reservation cannot have.
func (r Reservation) kind(t ComponentType) (kind tariff.Kind, ok bool) {
	if r == NotReservation {
		return [...]tariff.Kind{Energy: tariff.Energy, Flat: tariff.Session, ParkingTime: tariff.Idle, Time: tariff.Charging}[t], true
	}
	switch t {
	case Flat:
		return tariff.ReservationFee, true
	case Time:
		return tariff.Reservation, true
	}
	return 0, false
}

// condition is the restrictions as a condition; never is true where they cannot
// hold.
func (r Restrictions) condition() (c tariff.Condition, never bool) {
	c.Time = r.window()
	if r.Days != calendar.EveryDay {
		c.Days = r.Days
	}
	c.DateFrom, c.DateBefore = r.StartDate, r.EndDate
	if r.Reservation == ReservationExpires {
		c.Reservation = tariff.Expired
	}
	maxDuration := r.MaxDuration
	if maxDuration != nil && *maxDuration > longest {
		maxDuration = nil // no session lasts that long
	}
	var impossible [4]bool
	c.Energy, impossible[0] = bounds(r.MinKWh, r.MaxKWh)
	c.Duration, impossible[1] = bounds(r.MinDuration, maxDuration)
	c.Power, impossible[2] = bounds(r.MinPower, r.MaxPower)
	c.Current, impossible[3] = bounds(r.MinCurrent, r.MaxCurrent)
	never = slices.Contains(impossible[:], true) || c.Duration.From > longest || datesNever(c)
	return c, never
}

// longest is the longest duration that a Kwote document counts: ten years.
const longest = 3653 * 86400

// window is the time of day as windows; none for the whole day. A missing end
// is open within the day; 00:00 as an end is the end of the day, and equal ends
// are the whole day.
func (r Restrictions) window() []calendar.Window {
	from, to := calendar.TimeOfDay(0), wholeDay
	if r.StartTime != nil {
		from = *r.StartTime
	}
	if r.EndTime != nil && *r.EndTime != 0 {
		to = *r.EndTime
	}
	if from == to || from == 0 && to == wholeDay {
		return nil
	}
	return []calendar.Window{{From: from, To: to}}
}

// bounds is the range from a least value on and before a largest one; never is
// true where nothing lies between.
func bounds[T ~int64](least, largest *T) (r tariff.Range[T], never bool) {
	if least != nil {
		r.From = *least
	}
	if largest != nil {
		r.Before = *largest
		never = r.Before <= r.From
	}
	return r, never
}

// datesNever reports whether the dates hold no day, or none of the weekdays.
func datesNever(c tariff.Condition) bool {
	if c.DateFrom == nil || c.DateBefore == nil {
		return false
	}
	for d := *c.DateFrom; d < *c.DateBefore; d++ {
		if c.Days == 0 || c.Days.Has(d.Weekday()) {
			return false
		}
	}
	return true
}

// review warns of what is doubtful about a tariff that was read.
func (v *value) review(t Tariff) {
	r := v.r
	t.ruled(r.warn)
	t.reviewOutcomes(r)
	if t.Start != nil && t.End != nil && *t.Start >= *t.End {
		r.warn(v.at("end_date_time"), "never_valid", "end_date_time is not after start_date_time, so the tariff is never valid")
	}
	for _, e := range t.Elements {
		if s := e.Restrictions; s.StartTime != nil && s.EndTime != nil && *s.StartTime == *s.EndTime {
			r.warn(e.path+".restrictions", "equal_times", "start_time and end_time are both %s; that was taken for the whole day", s.StartTime)
		}
	}
	if t.Version == V230 && t.TaxIncluded != TaxNotApplicable && t.vats() == noVAT {
		if t.TaxIncluded == TaxIsIncluded {
			r.warn(v.at("elements"), "tax_unknown", "prices include tax, but no component names a VAT, so the tax in them cannot be told")
		} else {
			r.warn(v.at("elements"), "tax_unstated", "no component names a VAT; taxes that are added later are not part of the tariff")
		}
	}
}

// reviewOutcomes warns of a fee for reservations before one for those that
// expired. The list is in the order of the text, so the first one takes both.
func (t Tariff) reviewOutcomes(r *reader) {
	first := ""
	for _, e := range t.Elements {
		for _, c := range e.Components {
			switch {
			case c.Type != Flat || e.Restrictions.Reservation == NotReservation:
			case e.Restrictions.Reservation == Reserved && first == "":
				first = c.path
			case e.Restrictions.Reservation == ReservationExpires && first != "":
				r.warn(c.path, "reservation_order", "%s, the FLAT of RESERVATION, stands before this one of RESERVATION_EXPIRES, so it is charged for expired reservations wherever it holds; put this one first if it is meant for them", first)
			}
		}
	}
}

// vats is how many kinds of VAT the components that can set a price name.
func (t Tariff) vats() vats {
	all := t.ruled(func(string, string, string, ...any) {})
	named := slices.DeleteFunc(slices.Clone(all), func(r ruled) bool { return r.VAT == nil })
	switch {
	case len(named) == 0:
		return noVAT
	case len(named) < len(all) || slices.ContainsFunc(named, func(r ruled) bool { return *r.VAT != *named[0].VAT }):
		return severalVATs
	}
	return oneVAT
}

// sharedVAT is the VAT that every component names that can set a price; nil
// where they do not.
func (t Tariff) sharedVAT() *int64 {
	if t.vats() != oneVAT {
		return nil
	}
	return t.ruled(func(string, string, string, ...any) {})[0].VAT
}

type vats uint8

const (
	noVAT       vats = iota // no component names one
	oneVAT                  // every component names the same
	severalVATs             // they differ
)

package pricing

import (
	"math/big"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/holiday"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// match is the first rule of the dimension that holds at the moment, or -1.
func (o *oracle) match(k tariff.Kind, at view) int {
	if o.doc.Locked.Has(k) {
		at.wall = o.locked(k)
	}
	return slices.IndexFunc(o.doc.Dimension(k).Rules, func(r tariff.Rule) bool { return o.holds(r.When, at) })
}

// locked is the clock of a locked dimension: that of the session's start, or of
// the reservation's.
func (o *oracle) locked(k tariff.Kind) wall {
	if (k == tariff.Reservation || k == tariff.ReservationFee) && o.facts.Reserved != nil {
		return o.wall(o.facts.Reserved.From)
	}
	return o.start
}

func (o *oracle) holds(c tariff.Condition, at view) bool {
	return onClock(c, at.wall) && inYear(c, at.wall) && counted(c, at) && o.circumstanced(c, at)
}

func onClock(c tariff.Condition, at wall) bool {
	if len(c.Time) == 0 {
		return true
	}
	for _, w := range c.Time {
		if w.From < w.To && at.clock >= w.From && at.clock < w.To || w.From >= w.To && (at.clock >= w.From || at.clock < w.To) {
			return true
		}
	}
	return false
}

func inYear(c tariff.Condition, at wall) bool {
	if c.Days != 0 && !c.Days.Has(at.weekday) || c.DateFrom != nil && at.date < *c.DateFrom || c.DateBefore != nil && at.date >= *c.DateBefore {
		return false
	}
	if c.Season != nil {
		day := dayOfYear(at.date)
		after, until := day >= c.Season.From, day < c.Season.Before
		if wraps := c.Season.From >= c.Season.Before; wraps && !after && !until || !wraps && (!after || !until) {
			return false
		}
	}
	return (c.Holidays == "" || isHoliday(c.Holidays, at.date)) && (c.NotHolidays == "" || !isHoliday(c.NotHolidays, at.date))
}

// dayOfYear is the month and day of the date, by package time.
func dayOfYear(d calendar.Date) tariff.MonthDay {
	_, month, day := (calendar.Instant(d) * 86400).Time().Date()
	return tariff.MonthDay(int(month)*100 + day)
}

func isHoliday(code string, d calendar.Date) bool {
	days, ok := holiday.Load(code)
	return ok && days.Has(d)
}

func counted(c tariff.Condition, at view) bool {
	return at.energy >= c.Energy.From && (c.Energy.Before == 0 || at.energy < c.Energy.Before) &&
		at.duration >= c.Duration.From && (c.Duration.Before == 0 || at.duration < c.Duration.Before) &&
		at.charging >= c.ChargingTime.From && (c.ChargingTime.Before == 0 || at.charging < c.ChargingTime.Before) &&
		at.idle >= c.IdleTime.From && (c.IdleTime.Before == 0 || at.idle < c.IdleTime.Before)
}

func (o *oracle) circumstanced(c tariff.Condition, at view) bool {
	if c.Power != (tariff.Range[energy.Power]{}) &&
		(!at.powerKnown || at.power < c.Power.From || c.Power.Before != 0 && at.power >= c.Power.Before) {
		return false
	}
	if c.Current != (tariff.Range[int64]{}) { // no facts tell the current
		return false
	}
	average, peak := o.average, o.peak
	if at.reserved { // nothing flows yet
		average, peak = new(big.Rat), new(big.Rat)
	}
	if c.Average != (tariff.Level{}) && (average == nil || !inLevel(c.Average, average)) {
		return false
	}
	if c.Peak != (tariff.Level{}) && !inLevel(c.Peak, peak) {
		return false
	}
	point := o.ctx.Point
	if c.Supply != tariff.UnknownSupply && c.Supply != point.Supply {
		return false
	}
	if c.EVSEPower != (tariff.Range[energy.Power]{}) &&
		(point.MaxPower == 0 || point.MaxPower < c.EVSEPower.From || c.EVSEPower.Before != 0 && point.MaxPower >= c.EVSEPower.Before) {
		return false
	}
	return (c.Mode == session.AnyMode || c.Mode == at.mode) &&
		(c.Reservation == tariff.AnyOutcome || o.facts.Reserved != nil && (c.Reservation == tariff.Expired) == o.facts.Reserved.Expired)
}

// inLevel holds above the lower bound and up to the upper one; a level from
// nothing holds nothing, too.
func inLevel(l tariff.Level, power *big.Rat) bool {
	above, upTo := big.NewRat(int64(l.Above), 1), big.NewRat(int64(l.UpTo), 1)
	return (l.Above == 0 || power.Cmp(above) > 0) && (l.UpTo == 0 || power.Cmp(upTo) <= 0)
}

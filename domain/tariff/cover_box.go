package tariff

import (
	"math"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
)

// A condition as a box: per axis the half-open intervals in which it holds, in
// order and apart from each other. Dates are numbered by their class (days).
// Power and current have two axes, for the least and the most of a stretch, as
// the periods of an imported record tell them: a condition holds for both. Of
// what may be unknown, −1 stands for that.
const (
	axisDate = iota
	axisTime
	axisEnergy
	axisDuration
	axisCharging
	axisIdle
	axisPower
	axisMostPower
	axisCurrent
	axisMostCurrent
	axisAverage
	axisPeak
	axisSupply
	axisEVSEPower
	axisMode
	axisReservation
	axes
)

// interval is half-open.
type interval struct{ from, to int64 }

type box [axes][]interval

const unbounded = math.MaxInt64

// whole is the full range of each axis, unknown values included. That of dates
// depends on the rules.
var whole = [axes]interval{
	axisTime:        {0, int64(midnight)},
	axisEnergy:      {0, unbounded},
	axisDuration:    {0, unbounded},
	axisCharging:    {0, unbounded},
	axisIdle:        {0, unbounded},
	axisPower:       {-1, unbounded},
	axisMostPower:   {-1, unbounded},
	axisCurrent:     {-1, unbounded},
	axisMostCurrent: {-1, unbounded},
	axisAverage:     {-1, unbounded},
	axisPeak:        {-1, unbounded},
	axisSupply:      {int64(UnknownSupply), int64(DC) + 1},
	axisEVSEPower:   {-1, unbounded},
	axisMode:        {int64(session.Regular), int64(session.Optimised) + 1},
	axisReservation: {int64(Used), int64(Expired) + 1},
}

// unknowable are the axes whose first value is "not known", by the name of the
// part of a condition.
var unknowable = map[int]string{axisPower: "power", axisMostPower: "", axisCurrent: "current", axisMostCurrent: "",
	axisAverage: "averagePower", axisPeak: "peakPower", axisSupply: "supply", axisEVSEPower: "evsePower"}

// possible reports whether a moment can lie in the cell: charging and idle time
// make up no more than the duration, and no stretch has less at most than at
// least. With steady, power and current do not change within a stretch, and no
// power is above the peak.
func possible(at *[axes]interval, steady bool) bool {
	if at[axisCharging].from+at[axisIdle].from >= at[axisDuration].to {
		return false
	}
	for _, least := range []int{axisPower, axisCurrent} {
		a, b := at[least], at[least+1]
		if a.from >= b.to || steady && b.from >= a.to {
			return false
		}
	}
	return !steady || max(at[axisPower].from, at[axisMostPower].from) < at[axisPeak].to
}

// everything is the box of all moments, or of those at which all is known.
func (c *Cover) everything(known bool) box {
	var b box
	for axis, full := range whole {
		if _, may := unknowable[axis]; may && known {
			full.from++
		}
		b[axis] = []interval{full}
	}
	b[axisDate] = []interval{{0, int64(len(c.days.classes))}}
	return b
}

func (d *days) box(c *Condition) box {
	var b box
	for axis, full := range whole {
		b[axis] = []interval{full}
	}
	b[axisDate] = d.intervals(partOf(c))
	if len(c.Time) > 0 {
		b[axisTime] = timeIntervals(c.Time)
	}
	b.count(axisEnergy, int64(c.Energy.From), int64(c.Energy.Before))
	b.count(axisDuration, c.Duration.From, c.Duration.Before)
	b.count(axisCharging, c.ChargingTime.From, c.ChargingTime.Before)
	b.count(axisIdle, c.IdleTime.From, c.IdleTime.Before)
	b.extent(axisPower, int64(c.Power.From), int64(c.Power.Before))
	b.extent(axisCurrent, c.Current.From, c.Current.Before)
	b.count(axisEVSEPower, int64(c.EVSEPower.From), int64(c.EVSEPower.Before))
	b.level(axisAverage, c.Average)
	b.level(axisPeak, c.Peak)
	b.only(axisSupply, int64(c.Supply))
	b.only(axisMode, int64(c.Mode))
	b.only(axisReservation, int64(c.Reservation))
	return b
}

// count sets a range on an axis, a zero bound being open.
func (b *box) count(axis int, from, before int64) {
	if from == 0 && before == 0 {
		return
	}
	if before == 0 {
		before = unbounded
	}
	b[axis] = nil
	if from < before {
		b[axis] = []interval{{from, before}}
	}
}

// extent sets a range that both the least and, on the next axis, the most of a
// stretch must lie in.
func (b *box) extent(least int, from, before int64) {
	b.count(least, from, before)
	b.count(least+1, from, before)
}

// level sets a level on an axis of values rounded up, on which a fraction
// above a bound counts as above it.
func (b *box) level(axis int, l Level) {
	if l.Set() {
		from, before := int64(l.Above), int64(l.UpTo)
		if from > 0 {
			from++
		}
		if before > 0 {
			before++
		}
		b.count(axis, from, before)
		if from == 0 && before == 0 {
			b[axis] = []interval{{0, unbounded}}
		}
	}
}

// only sets one value on an axis; zero sets none.
func (b *box) only(axis int, value int64) {
	if value != 0 {
		b[axis] = []interval{{value, value + 1}}
	}
}

func timeIntervals(windows []calendar.Window) []interval {
	var out []interval
	for _, w := range windows {
		if w.From < w.To {
			out = append(out, interval{int64(w.From), int64(w.To)})
			continue
		}
		out = append(out, interval{int64(w.From), int64(midnight)})
		if w.To > 0 {
			out = append(out, interval{0, int64(w.To)})
		}
	}
	return joined(out)
}

// joined puts intervals in order and joins those that touch.
func joined(in []interval) []interval {
	slices.SortFunc(in, func(a, b interval) int { return int(max(-1, min(1, a.from-b.from))) })
	var out []interval
	for _, i := range in {
		if n := len(out); n > 0 && i.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, i.to)
			continue
		}
		out = append(out, i)
	}
	return out
}

// meets reports whether the boxes have something in common.
func (b box) meets(c box) bool {
	for axis := range b {
		common := slices.ContainsFunc(b[axis], func(i interval) bool {
			return slices.ContainsFunc(c[axis], func(j interval) bool { return i.from < j.to && j.from < i.to })
		})
		if !common {
			return false
		}
	}
	return true
}

func (b *box) holds(axis int, at int64) bool {
	return slices.ContainsFunc(b[axis], func(i interval) bool { return i.from <= at && at < i.to })
}

// covers reports whether the box holds the whole region on the axis and all
// after it.
func (b *box) covers(region *box, axis int) bool {
	for ; axis < axes; axis++ {
		for _, r := range region[axis] {
			if !slices.ContainsFunc(b[axis], func(i interval) bool { return i.from <= r.from && r.to <= i.to }) {
				return false
			}
		}
	}
	return true
}

// cell reads a cell of the axes as a condition; what the axis does not divide
// stays unset.
func (c *Cover) cell(at [axes]interval) Cell {
	out := Cell{Date: c.days.classes[at[axisDate].from]}
	w := &out.When
	if at[axisTime] != whole[axisTime] {
		w.Time = []calendar.Window{{From: calendar.TimeOfDay(at[axisTime].from), To: calendar.TimeOfDay(at[axisTime].to)}}
	}
	for axis := range axes {
		if name := unknowable[axis]; name != "" && at[axis].from == whole[axis].from && at[axis].to == whole[axis].from+1 {
			out.Unknown = append(out.Unknown, name)
		}
	}
	w.Energy = rangeOf[energy.Quantity](at[axisEnergy])
	w.Duration = rangeOf[int64](at[axisDuration])
	w.ChargingTime = rangeOf[int64](at[axisCharging])
	w.IdleTime = rangeOf[int64](at[axisIdle])
	w.Power = rangeOf[energy.Power](interval{at[axisPower].from, at[axisMostPower].to})
	w.Current = rangeOf[int64](interval{at[axisCurrent].from, at[axisMostCurrent].to})
	w.EVSEPower = rangeOf[energy.Power](at[axisEVSEPower])
	w.Average, w.Peak = levelOf(at[axisAverage]), levelOf(at[axisPeak])
	w.Supply = Supply(oneOf(axisSupply, at))
	w.Mode = session.Mode(oneOf(axisMode, at))
	w.Reservation = Outcome(oneOf(axisReservation, at))
	return out
}

// oneOf is the last of the values in the cell, zero where it has all that can
// be known.
func oneOf(axis int, at [axes]interval) int64 {
	if at[axis].to == whole[axis].to && at[axis].from <= 1 {
		return 0
	}
	return at[axis].to - 1
}

func rangeOf[T ~int64](i interval) Range[T] {
	r := Range[T]{From: T(max(i.from, 0))}
	if i.to != unbounded {
		r.Before = T(max(i.to, 0))
	}
	return r
}

func levelOf(i interval) Level {
	l := Level{Above: energy.Power(max(i.from-1, 0))}
	if i.to != unbounded {
		l.UpTo = energy.Power(max(i.to-1, 0))
	}
	return l
}

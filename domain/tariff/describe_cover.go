package tariff

import (
	"math"
	"slices"

	"kwote/domain/calendar"
)

// A condition as a box: per axis the half-open intervals in which it holds.
const (
	axisDates = iota
	axisDays
	axisTime
	axisEnergy
	axisDuration
	axes
)

type interval struct{ from, to int64 }

type box [axes][]interval

const unbounded = math.MaxInt64

// whole is the full range of each axis.
var whole = [axes]interval{
	axisDates:    {math.MinInt32, math.MaxInt32},
	axisDays:     {0, 7},
	axisTime:     {0, int64(midnight)},
	axisEnergy:   {0, unbounded},
	axisDuration: {0, unbounded},
}

func boxOf(c Condition) box {
	var b box
	for i := range b {
		b[i] = []interval{whole[i]}
	}
	if c.DateFrom != nil {
		b[axisDates][0].from = int64(*c.DateFrom)
	}
	if c.DateBefore != nil {
		b[axisDates][0].to = int64(*c.DateBefore)
	}
	if c.Days != 0 {
		b[axisDays] = nil
		for d := range int64(7) {
			if c.Days&(1<<d) != 0 {
				b[axisDays] = append(b[axisDays], interval{d, d + 1})
			}
		}
	}
	if len(c.Time) > 0 {
		b[axisTime] = timeIntervals(c.Time)
	}
	b[axisEnergy][0] = count(int64(c.Energy.From), int64(c.Energy.Before))
	b[axisDuration][0] = count(c.Duration.From, c.Duration.Before)
	return b
}

func count(from, before int64) interval {
	if before == 0 {
		before = unbounded
	}
	return interval{from, before}
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
	return out
}

// meets reports whether both hold at some moment.
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

func (b box) holds(axis int, at int64) bool {
	return slices.ContainsFunc(b[axis], func(i interval) bool { return i.from <= at && at < i.to })
}

// open reports whether the box is full on the axis and all after it.
func (b box) open(axis int) bool {
	for ; axis < axes; axis++ {
		if len(b[axis]) != 1 || b[axis][0] != whole[axis] {
			return false
		}
	}
	return true
}

// coversEverything reports whether at every moment some rule holds. A document
// too entangled to tell within reasonable work counts as covered: a hole is
// only claimed where one was found.
func coversEverything(rules []Rule) bool {
	boxes := make([]*box, len(rules))
	for i, r := range rules {
		b := boxOf(r.When)
		boxes[i] = &b
	}
	work := 2_000_000
	return covers(boxes, 0, &work)
}

func covers(boxes []*box, axis int, work *int) bool {
	if len(boxes) == 0 {
		return *work <= 0
	}
	if slices.ContainsFunc(boxes, func(b *box) bool { return b.open(axis) }) {
		return true
	}
	edges := []int64{whole[axis].from}
	for _, b := range boxes {
		for _, i := range b[axis] {
			edges = append(edges, i.from)
			if i.to < whole[axis].to {
				edges = append(edges, i.to)
			}
		}
	}
	slices.Sort(edges)
	for _, at := range slices.Compact(edges) {
		if *work -= len(boxes); *work <= 0 {
			return true
		}
		var here []*box
		for _, b := range boxes {
			if b.holds(axis, at) {
				here = append(here, b)
			}
		}
		if !covers(here, axis+1, work) {
			return false
		}
	}
	return true
}

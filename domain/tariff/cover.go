package tariff

import (
	"slices"

	"kwote/domain/calendar"
)

// Span is the local dates that a question about rules looks at, both included,
// and the one near which examples are looked for.
type Span struct{ First, Last, Near calendar.Date }

// AllTime is the span of every session that can be priced.
var AllTime = Span{calendar.NewDate(1990, 1, 1), calendar.NewDate(2099, 12, 31), calendar.NewDate(2026, 1, 1)}

// Cover answers questions about the rules of one dimension: which can never be
// the first to hold, and at which moments none holds. Its answers are exact
// about dates, weekdays, seasons and holidays together; it takes the other
// parts of a condition for independent, but for what possible excludes.
type Cover struct {
	days  *days
	boxes []box
	work  int // what may still be spent on searching
}

// coverWork bounds the search in a document too entangled to tell: steps over
// boxes for all questions to one Cover.
const coverWork = 4_000_000

// NewCover lays the rules out for questions about the span.
func NewCover(rules []Rule, span Span) *Cover {
	span.Last = max(span.First, span.Last)
	c := &Cover{days: newDays(rules, span), work: coverWork}
	for i := range rules {
		c.boxes = append(c.boxes, c.days.box(&rules[i].When))
	}
	if c.days.unknown {
		c.work = 0
	}
	return c
}

// Cell is a set of moments that are alike for a list of rules.
type Cell struct {
	// Date is an example of a local date.
	Date calendar.Date
	// When is what else sets the cell apart, with no part that the date decides.
	When Condition
	// Unknown names the parts of a condition that ask for something unknown.
	Unknown []string
}

// Verdict is the answer to a question about a rule.
type Verdict uint8

// The verdicts.
const (
	// Undecided: the rules are too entangled to tell within reasonable work.
	Undecided Verdict = iota
	// Reached: the rule is the first to hold at some moment.
	Reached
	// Shadowed: whenever the rule holds, an earlier one does.
	Shadowed
	// Never: the parts of the condition are never true together.
	Never
)

// Reach tells whether rule i is ever the first to hold: with a moment of it
// when Reached, and with the fewest earlier rules found that speak in its
// stead when Shadowed.
func (c *Cover) Reach(i int) (Verdict, Cell, []int) {
	region := c.boxes[i]
	if _, v := c.search(region, nil, false); v != found {
		return [...]Verdict{spent: Undecided, none: Never}[v], Cell{}, nil
	}
	var earlier []int
	for j := range i {
		if c.boxes[j].meets(region) {
			earlier = append(earlier, j)
		}
	}
	cell, v := c.search(region, earlier, false)
	switch v {
	case found:
		return Reached, cell, nil
	case spent:
		return Undecided, Cell{}, nil
	}
	return Shadowed, Cell{}, c.fewest(region, earlier)
}

// fewest leaves out of the rules that cover the region those that are not
// needed to.
func (c *Cover) fewest(region box, rules []int) []int {
	for _, j := range rules {
		if c.boxes[j].covers(&region, 0) {
			return []int{j}
		}
	}
	for k := 0; k < len(rules); {
		without := slices.Delete(slices.Clone(rules), k, k+1)
		if _, v := c.search(region, without, false); v == none {
			rules = without
		} else {
			k++
		}
	}
	return rules
}

// meet reports whether two conditions can hold together. It errs on the side
// of yes.
func meet(a, b Condition) bool {
	c := NewCover([]Rule{{When: a}, {When: b}}, AllTime)
	return c.boxes[0].meets(c.boxes[1])
}

// Starts reports whether, at every moment at which a session can begin, one of
// the first n rules holds.
func (c *Cover) Starts(n int) bool {
	region := c.everything(false)
	for _, axis := range []int{axisEnergy, axisDuration, axisCharging, axisIdle} {
		region[axis] = []interval{{0, 1}}
	}
	_, v := c.search(region, upTo(n), false)
	return v == none
}

// Gap is a cell in which no rule holds, and false where there is none or none
// was found within reasonable work: a hole is only claimed where one is. With
// known, all that conditions ask for is taken to be known.
func (c *Cover) Gap(known bool) (Cell, bool) {
	cell, v := c.search(c.everything(known), upTo(len(c.boxes)), known)
	return cell, v == found
}

// Hole is a part of the day on which no rule holds on some days.
type Hole struct {
	Window calendar.Window
	// Whole says that nothing else decides; otherwise no rule holds for some
	// energy, duration or circumstance, of which Cell is an example.
	Whole bool
	Cell  Cell
	days  *days
	class int
}

// On reports whether the hole is there on the date.
func (h Hole) On(d calendar.Date) bool { return h.days.classOf(d) == h.class }

// Holes are the cells of dates and times of day in which no rule holds at some
// moment, all that conditions ask for being known; false where the rules are
// too entangled to tell.
func (c *Cover) Holes() ([]Hole, bool) {
	var out []Hole
	for class := range c.days.classes {
		region := c.everything(true)
		region[axisDate] = []interval{{int64(class), int64(class) + 1}}
		var here []int
		for i := range c.boxes {
			if c.boxes[i].holds(axisDate, int64(class)) {
				here = append(here, i)
			}
		}
		for _, piece := range cells(region[axisTime], c.pick(here), axisTime) {
			region[axisTime] = []interval{piece}
			now := slices.DeleteFunc(slices.Clone(here), func(i int) bool { return !c.boxes[i].holds(axisTime, piece.from) })
			cell, v := c.search(region, now, true)
			if v == spent {
				return nil, false
			}
			if v == found {
				out = append(out, Hole{calendar.Window{From: calendar.TimeOfDay(piece.from), To: calendar.TimeOfDay(piece.to)}, len(now) == 0, cell, c.days, class})
			}
		}
	}
	return out, true
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func (c *Cover) pick(rules []int) []*box {
	out := make([]*box, len(rules))
	for k, i := range rules {
		out[k] = &c.boxes[i]
	}
	return out
}

// coversEverything reports whether at every moment some rule holds. A document
// too entangled to tell within reasonable work counts as covered.
func coversEverything(rules []Rule) bool {
	_, hole := NewCover(rules, AllTime).Gap(true)
	return !hole
}

// outcome is what a search came to.
type outcome uint8

const (
	spent outcome = iota // no more work is allowed
	none
	found
)

// search looks for a cell of the region that lies in none of the rules' boxes,
// with steady for one of moments rather than of stretches.
func (c *Cover) search(region box, rules []int, steady bool) (Cell, outcome) {
	s := search{region: &region, steady: steady, work: c.work}
	hit := s.outside(c.pick(rules), 0)
	c.work = max(s.work, 0)
	switch {
	case hit:
		return c.cell(s.cell), found
	case s.work <= 0:
		return Cell{}, spent
	}
	return Cell{}, none
}

type search struct {
	region *box
	cell   [axes]interval
	steady bool
	work   int
}

// outside finds a cell of the region, on the axis and all after it, that lies
// in none of the boxes.
func (s *search) outside(boxes []*box, axis int) bool {
	if s.work -= 1 + len(boxes); s.work <= 0 {
		return false
	}
	if len(boxes) == 0 {
		return s.complete(axis)
	}
	if slices.ContainsFunc(boxes, func(b *box) bool { return b.covers(s.region, axis) }) {
		return false
	}
	for _, piece := range cells(s.region[axis], boxes, axis) {
		if s.work -= len(boxes); s.work <= 0 {
			return false
		}
		s.cell[axis] = piece
		var here []*box
		for _, b := range boxes {
			if b.holds(axis, piece.from) {
				here = append(here, b)
			}
		}
		if s.outside(here, axis+1) {
			return true
		}
	}
	return false
}

// complete fills the axes that no box divides, and reports whether the cell
// can be at all.
func (s *search) complete(axis int) bool {
	for ; axis < axes; axis++ {
		all := s.region[axis]
		if len(all) == 0 {
			return false
		}
		s.cell[axis] = all[0]
		switch axis {
		case axisDuration, axisMostPower, axisMostCurrent, axisPeak:
			s.cell[axis] = all[len(all)-1]
		}
	}
	return possible(&s.cell, s.steady)
}

// cells cuts the intervals where a box begins or ends on the axis.
func cells(all []interval, boxes []*box, axis int) []interval {
	var edges []int64
	for _, b := range boxes {
		for _, i := range b[axis] {
			edges = append(edges, i.from, i.to)
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var out []interval
	for _, i := range all {
		from := i.from
		for _, e := range edges {
			if e > from && e < i.to {
				out = append(out, interval{from, e})
				from = e
			}
		}
		out = append(out, interval{from, i.to})
	}
	return out
}

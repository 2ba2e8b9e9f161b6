package pricing

import (
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// Compiled is a tariff version laid out for pricing sessions in one zone. It
// is immutable and safe for concurrent use.
type Compiled struct {
	ref  TariffRef
	doc  tariff.Document
	zone *calendar.Zone
	// rules holds the rules of all dimensions; slots number them, and each
	// dimension's unmatched quantity, so that quantities are gathered in one
	// flat array.
	rules     [tariff.Kinds][]rule
	firstSlot [tariff.Kinds]int
	slots     int
	// edges are the seconds of the local day at which a clock condition may
	// turn; empty when none depends on the clock.
	edges     []int32
	durations []int64           // seconds plugged in at which a condition may turn
	energies  []energy.Quantity // energy at which a condition may turn
}

// rule is a tariff rule with a mark for each kind of condition that it sets.
type rule struct {
	tariff.Rule
	needs conditionSet
}

type conditionSet uint8

const (
	needsTime conditionSet = 1 << iota
	needsDays
	needsDates
	needsEnergy
	needsDuration
)

// Compile prepares a tariff version for sessions in the zone.
func Compile(ref TariffRef, doc tariff.Document, zone *calendar.Zone) *Compiled {
	if ref.Name == "" {
		ref.Name = doc.Name
	}
	c := &Compiled{ref: ref, doc: doc, zone: zone}
	for k := range tariff.Kind(tariff.Kinds) {
		c.firstSlot[k] = c.slots
		for _, r := range doc.Dimension(k).Rules {
			compiled := rule{Rule: r}
			c.collect(&compiled)
			c.rules[k] = append(c.rules[k], compiled)
		}
		c.slots += 1 + len(c.rules[k])
	}
	slices.Sort(c.edges)
	c.edges = slices.Compact(c.edges)
	slices.Sort(c.durations)
	c.durations = slices.Compact(c.durations)
	slices.Sort(c.energies)
	c.energies = slices.Compact(c.energies)
	return c
}

// Document is the tariff document that was compiled.
func (c *Compiled) Document() tariff.Document { return c.doc }

// Ref names the tariff version that was compiled.
func (c *Compiled) Ref() TariffRef { return c.ref }

func (c *Compiled) collect(r *rule) {
	w := r.When
	if len(w.Time) > 0 {
		r.needs |= needsTime
		for _, t := range w.Time {
			c.edges = append(c.edges, int32(t.From%secondsPerDay), int32(t.To%secondsPerDay))
		}
	}
	if w.Days != 0 {
		r.needs |= needsDays
		c.edges = append(c.edges, 0)
	}
	if w.DateFrom != nil || w.DateBefore != nil {
		r.needs |= needsDates
		c.edges = append(c.edges, 0)
	}
	if w.Energy.From > 0 || w.Energy.Before > 0 {
		r.needs |= needsEnergy
		c.energies = append(c.energies, positive(w.Energy.From, w.Energy.Before)...)
	}
	if w.Duration.From > 0 || w.Duration.Before > 0 {
		r.needs |= needsDuration
		c.durations = append(c.durations, positive(w.Duration.From, w.Duration.Before)...)
	}
}

func positive[T int64 | energy.Quantity](values ...T) []T {
	return slices.DeleteFunc(values, func(v T) bool { return v <= 0 })
}

const secondsPerDay = 86400

// moment is the state that conditions look at.
type moment struct {
	date     calendar.Date
	time     calendar.TimeOfDay
	duration int64
	energy   energy.Quantity
}

func (r *rule) matches(m *moment) bool {
	if r.needs == 0 {
		return true
	}
	w := &r.When
	if r.needs&needsTime != 0 && !slices.ContainsFunc(w.Time, func(t calendar.Window) bool { return t.Has(m.time) }) {
		return false
	}
	if r.needs&needsDays != 0 && !w.Days.Has(m.date.Weekday()) {
		return false
	}
	if r.needs&needsDates != 0 && (w.DateFrom != nil && m.date < *w.DateFrom || w.DateBefore != nil && m.date >= *w.DateBefore) {
		return false
	}
	if r.needs&needsEnergy != 0 && (m.energy < w.Energy.From || w.Energy.Before > 0 && m.energy >= w.Energy.Before) {
		return false
	}
	return r.needs&needsDuration == 0 || m.duration >= w.Duration.From && (w.Duration.Before == 0 || m.duration < w.Duration.Before)
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

// asExact is a bound of the document as an exact sum.
func asExact(p money.Price) (money.Exact, error) { return p.Times(1, 1) }

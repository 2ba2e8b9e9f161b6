package pricing

import (
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/holiday"
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
	priced    []tariff.Kind       // the dimensions that have rules
	grace     [tariff.Kinds]int64 // of each dimension
	slots     int
	needs     conditionSet // of all rules together
	// edges are the seconds of the local day at which a clock condition may
	// turn; empty when none depends on the clock.
	edges     []int32
	durations []int64           // seconds plugged in at which a condition may turn
	energies  []energy.Quantity // energy at which a condition may turn
	// times are the seconds spent in a state at which a condition may turn.
	times [2][]int64
	feeds []string // the names of the feeds in use
	// groups are the lists of taxes that rules set for themselves; a rule's group
	// is one above its index, and zero means the taxes of the document or place.
	groups []taxGroup
	// mainGroup is that of the first rule, by which a minimum is taxed where
	// nothing else is due.
	mainGroup int
	stepped   bool // some rule has a step of OCPI
	splits    bool // energy thresholds or blocks may part the energy of one second
}

type taxGroup struct{ taxes []tariff.Tax }

// rule is a tariff rule with a mark for each kind of condition that it sets.
type rule struct {
	tariff.Rule
	needs                 conditionSet
	holidays, notHolidays *holiday.Calendar
	feed                  int // index into feeds; -1: the price is the document's
	group                 int
}

type conditionSet uint32

const (
	needsTime conditionSet = 1 << iota
	needsDays
	needsDates
	needsSeason
	needsHolidays
	needsEnergy
	needsDuration
	needsCharging
	needsIdle
	needsPower
	needsCurrent
	needsAverage
	needsPeak
	needsSupply
	needsEVSEPower
	needsMode
	needsReservation
	needsFeed
	needsDay // a maximum per day

	needsDate = needsDays | needsDates | needsSeason | needsHolidays | needsDay
	// needsStop are the needs for stops beside those of clock, energy and
	// duration.
	needsStop = needsCharging | needsIdle | needsPower | needsMode | needsFeed
	// needsWhole are the needs for a look at the whole session ahead of the walk.
	needsWhole = needsAverage | needsPeak
)

// Compile prepares a tariff version for sessions in the zone.
func Compile(ref TariffRef, doc tariff.Document, zone *calendar.Zone) *Compiled {
	if ref.Name == "" {
		ref.Name = doc.Name
	}
	c := &Compiled{ref: ref, doc: doc, zone: zone}
	first := true
	for k := range tariff.Kind(tariff.Kinds) {
		c.firstSlot[k] = c.slots
		c.grace[k] = doc.Dimension(k).Grace
		for _, r := range doc.Dimension(k).Rules {
			compiled := c.compile(r)
			c.rules[k] = append(c.rules[k], compiled)
			if first {
				c.mainGroup, first = compiled.group, false
			}
		}
		c.slots += 1 + len(c.rules[k])
		if len(c.rules[k]) > 0 {
			c.priced = append(c.priced, k)
		}
	}
	if doc.Total.AtMostPerDay != nil {
		c.needs |= needsDay
	}
	if c.needs&needsDate != 0 {
		c.edges = append(c.edges, 0)
	}
	c.splits = len(c.energies) > 0 || doc.Dimension(tariff.Energy).Block > 0 || doc.Dimension(tariff.Export).Block > 0
	c.edges, c.durations, c.energies = sorted(c.edges), sorted(c.durations), sorted(c.energies)
	for i := range c.times {
		c.times[i] = sorted(c.times[i])
	}
	return c
}

func sorted[T int32 | int64 | energy.Quantity](values []T) []T {
	slices.Sort(values)
	return slices.Compact(values)
}

// Document is the tariff document that was compiled.
func (c *Compiled) Document() tariff.Document { return c.doc }

// Ref names the tariff version that was compiled.
func (c *Compiled) Ref() TariffRef { return c.ref }

// Zone is the zone in which clock rules are read.
func (c *Compiled) Zone() *calendar.Zone { return c.zone }

func (c *Compiled) compile(r tariff.Rule) rule {
	out := rule{Rule: r, feed: -1, needs: c.collect(&r.When)}
	if r.Feed != nil {
		out.feed = slices.Index(c.feeds, r.Feed.Feed)
		if out.feed < 0 {
			out.feed = len(c.feeds)
			c.feeds = append(c.feeds, r.Feed.Feed)
		}
		c.needs |= needsFeed
	}
	if r.When.Holidays != "" {
		out.holidays, _ = holiday.Load(r.When.Holidays)
	}
	if r.When.NotHolidays != "" {
		out.notHolidays, _ = holiday.Load(r.When.NotHolidays)
	}
	if r.Untaxed || len(r.Taxes) > 0 {
		out.group = c.groupOf(r.Taxes)
	}
	c.stepped = c.stepped || r.Step > 0
	c.needs |= out.needs
	return out
}

func (c *Compiled) groupOf(taxes []tariff.Tax) int {
	i := slices.IndexFunc(c.groups, func(g taxGroup) bool { return sameTaxes(g.taxes, taxes) })
	if i < 0 {
		i = len(c.groups)
		c.groups = append(c.groups, taxGroup{taxes})
	}
	return i + 1
}

func sameTaxes(a, b []tariff.Tax) bool {
	return slices.EqualFunc(a, b, func(s, t tariff.Tax) bool {
		return s.Name == t.Name && s.Rate == t.Rate && s.Category == t.Category && s.Registration == t.Registration &&
			s.OnTop == t.OnTop && sameDate(s.From, t.From) && sameDate(s.Before, t.Before)
	})
}

func sameDate(a, b *calendar.Date) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// collect marks what the condition looks at and keeps where it may turn.
func (c *Compiled) collect(w *tariff.Condition) conditionSet {
	var needs conditionSet
	mark := func(set bool, n conditionSet) bool {
		if set {
			needs |= n
		}
		return set
	}
	if mark(len(w.Time) > 0, needsTime) {
		for _, t := range w.Time {
			c.edges = append(c.edges, int32(t.From%secondsPerDay), int32(t.To%secondsPerDay))
		}
	}
	mark(w.Days != 0, needsDays)
	mark(w.DateFrom != nil || w.DateBefore != nil, needsDates)
	mark(w.Season != nil, needsSeason)
	mark(w.Holidays != "" || w.NotHolidays != "", needsHolidays)
	if mark(w.Energy.Set(), needsEnergy) {
		c.energies = append(c.energies, ends(w.Energy)...)
	}
	if mark(w.Duration.Set(), needsDuration) {
		c.durations = append(c.durations, ends(w.Duration)...)
	}
	if mark(w.ChargingTime.Set(), needsCharging) {
		c.times[0] = append(c.times[0], ends(w.ChargingTime)...)
	}
	if mark(w.IdleTime.Set(), needsIdle) {
		c.times[1] = append(c.times[1], ends(w.IdleTime)...)
	}
	mark(w.Power.Set(), needsPower)
	mark(w.Current.Set(), needsCurrent)
	mark(w.Average.Set(), needsAverage)
	mark(w.Peak.Set(), needsPeak)
	mark(w.Supply != tariff.UnknownSupply, needsSupply)
	mark(w.EVSEPower.Set(), needsEVSEPower)
	mark(w.Mode != 0, needsMode)
	mark(w.Reservation != tariff.AnyOutcome, needsReservation)
	return needs
}

// ends are the bounds of a range that something above zero can reach.
func ends[T int64 | energy.Quantity](r tariff.Range[T]) []T {
	return slices.DeleteFunc([]T{r.From, r.Before}, func(v T) bool { return v <= 0 })
}

const secondsPerDay = 86400

// asExact is a bound of the document as an exact sum.
func asExact(p money.Price) (money.Exact, error) { return p.Times(1, 1) }

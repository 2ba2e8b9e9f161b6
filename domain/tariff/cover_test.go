package tariff

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/holiday"
	"kwote/domain/session"
)

// facet is a moment with all that a condition can ask for; −1 and
// UnknownSupply are unknown.
type facet struct {
	date                              calendar.Date
	time                              calendar.TimeOfDay
	energy                            energy.Quantity
	duration, charging, idle          int64
	average, peak, max                int64
	power, most, current, mostCurrent int64
	supply                            Supply
	mode                              session.Mode
	outcome                           Outcome
}

// holds is the meaning of a condition, read off its documentation.
func (f facet) holds(c Condition) bool {
	on := func(code string, wanted bool) bool {
		if code == "" {
			return true
		}
		cal, ok := holiday.Load(code)
		return ok && cal.Has(f.date) == wanted
	}
	asks := func(set, has bool, value int64) bool { return !set || value >= 0 && has }
	return (len(c.Time) == 0 || slices.ContainsFunc(c.Time, func(w calendar.Window) bool { return w.Has(f.time) })) &&
		(c.Days == 0 || c.Days.Has(f.date.Weekday())) &&
		(c.DateFrom == nil || f.date >= *c.DateFrom) && (c.DateBefore == nil || f.date < *c.DateBefore) &&
		(c.Season == nil || c.Season.Has(f.date)) && on(c.Holidays, true) && on(c.NotHolidays, false) &&
		c.Energy.Has(f.energy) && c.Duration.Has(f.duration) && c.ChargingTime.Has(f.charging) && c.IdleTime.Has(f.idle) &&
		asks(c.Power.Set(), c.Power.Has(energy.Power(f.power)) && c.Power.Has(energy.Power(f.most)), f.power) &&
		asks(c.Current.Set(), c.Current.Has(f.current) && c.Current.Has(f.mostCurrent), f.current) &&
		asks(c.Average.Set(), c.Average.Has(energy.Power(f.average)), f.average) &&
		asks(c.Peak.Set(), c.Peak.Has(energy.Power(f.peak)), f.peak) &&
		asks(c.EVSEPower.Set(), c.EVSEPower.Has(energy.Power(f.max)), f.max) &&
		(c.Supply == UnknownSupply || c.Supply == f.supply) &&
		(c.Mode == session.AnyMode || c.Mode == f.mode) && (c.Reservation == AnyOutcome || c.Reservation == f.outcome)
}

func first(rules []Rule, f facet) int {
	return slices.IndexFunc(rules, func(r Rule) bool { return f.holds(r.When) })
}

// few draws from a handful of values, so that conditions often touch.
func few[T any](t *rapid.T, name string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, name)
}

func chance(t *rapid.T, in int) bool { return rapid.IntRange(1, in).Draw(t, "chance") == 1 }

func drawRange[T ~int64](t *rapid.T, unit T) Range[T] {
	from := few(t, "from", 0, 0, 1, 2, 3)
	before := few(t, "before", 0, from+1, from+2)
	return Range[T]{T(from) * unit, T(before) * unit}
}

func drawLevel(t *rapid.T) Level {
	r := drawRange[energy.Power](t, energy.KW)
	return Level{r.From, r.Before}
}

var someWindows = []calendar.Window{{From: 0, To: 43200}, {From: 43200, To: 86400}, {From: 79200, To: 21600}, {From: 21600, To: 79200}}

func drawCondition(t *rapid.T) Condition {
	var c Condition
	if chance(t, 2) {
		c.Time = rapid.SliceOfN(rapid.SampledFrom(someWindows), 1, 2).Draw(t, "windows")
	}
	if chance(t, 2) {
		c.Days = few[calendar.Weekdays](t, "days", 0b0111110, 0b1000001, 0b1111111, 0b1000000)
	}
	base := calendar.NewDate(2026, 4, 29)
	if chance(t, 3) {
		d := base + calendar.Date(few(t, "from", 0, 3, 5))
		c.DateFrom = &d
	}
	if chance(t, 3) {
		d := base + calendar.Date(few(t, "before", 3, 5, 9))
		c.DateBefore = &d
	}
	if chance(t, 3) {
		s := few(t, "season", Season{401, 1001}, Season{1001, 401}, Season{501, 502}, Season{1224, 102})
		c.Season = &s
	}
	if chance(t, 4) {
		c.Holidays = few(t, "holidays", "DE-BY", "FR")
	}
	if chance(t, 4) {
		c.NotHolidays = few(t, "notHolidays", "DE-BY", "FR")
	}
	if chance(t, 3) {
		c.Energy = drawRange(t, energy.KWh)
	}
	if chance(t, 3) {
		c.Duration = drawRange[int64](t, 60)
	}
	if chance(t, 4) {
		c.ChargingTime = drawRange[int64](t, 60)
	}
	if chance(t, 4) {
		c.IdleTime = drawRange[int64](t, 60)
	}
	if chance(t, 4) {
		c.Power = drawRange(t, energy.KW)
	}
	if chance(t, 6) {
		c.Current = drawRange[int64](t, 1000)
	}
	if chance(t, 5) {
		c.Average = drawLevel(t)
	}
	if chance(t, 5) {
		c.Peak = drawLevel(t)
	}
	if chance(t, 6) {
		c.EVSEPower = drawRange(t, energy.KW)
	}
	c.Supply = few(t, "supply", UnknownSupply, UnknownSupply, UnknownSupply, AC, DC)
	c.Mode = few(t, "mode", session.AnyMode, session.AnyMode, session.AnyMode, session.Regular, session.Boosted)
	c.Reservation = few(t, "outcome", AnyOutcome, AnyOutcome, AnyOutcome, Used, Expired)
	return c
}

func drawFacet(t *rapid.T) facet {
	value := func(name string, unit int64) int64 {
		return unit*int64(rapid.IntRange(0, 5).Draw(t, name)) + int64(rapid.IntRange(0, 1).Draw(t, name))
	}
	unknowable := func(name string) int64 {
		if chance(t, 6) {
			return -1
		}
		return value(name, int64(energy.KW))
	}
	f := facet{
		date: calendar.NewDate(2026, 1, 1) + calendar.Date(rapid.IntRange(0, 365).Draw(t, "date")),
		time: few[calendar.TimeOfDay](t, "time", 0, 21599, 21600, 43199, 43200, 79199, 79200, 86399),
		mode: few(t, "mode", session.Regular, session.Boosted, session.Optimised), outcome: few(t, "outcome", Used, Expired),
		energy: energy.Quantity(value("energy", int64(energy.KWh))), charging: value("charging", 60), idle: value("idle", 60),
		power: unknowable("power"), average: unknowable("average"), max: unknowable("max"), current: unknowable("current") / 1000,
		supply: few(t, "supply", UnknownSupply, AC, DC),
	}
	if chance(t, 3) {
		f.date = calendar.NewDate(2026, 4, 28) + calendar.Date(rapid.IntRange(0, 12).Draw(t, "near"))
	}
	f.duration = f.charging + f.idle + value("paused", 60)
	f.peak = max(f.power, 0) + value("above", int64(energy.KW))
	if chance(t, 6) {
		f.peak = unknowable("peak")
	}
	f.most, f.mostCurrent = f.power, f.current
	if f.power >= 0 && chance(t, 4) {
		f.most += value("swing", int64(energy.KW))
	}
	if f.current >= 0 && chance(t, 4) {
		f.mostCurrent += value("swing", 1000)
	}
	return f
}

// of is a moment of the cell, the lowest in all that counts; or a stretch with
// the widest swing of power and current.
func (c Cell) of(steady bool) facet {
	w := c.When
	at := func(known int64, from int64, part string) int64 {
		if slices.Contains(c.Unknown, part) {
			return -1
		}
		return max(known, from)
	}
	f := facet{date: c.Date, energy: w.Energy.From, charging: w.ChargingTime.From, idle: w.IdleTime.From,
		power: at(0, int64(w.Power.From), "power"), current: at(0, w.Current.From, "current"), max: at(0, int64(w.EVSEPower.From), "evsePower"),
		average: at(0, lowest(w.Average), "averagePower"), supply: w.Supply, mode: max(w.Mode, session.Regular), outcome: max(w.Reservation, Used)}
	f.most, f.mostCurrent = most(f.power, int64(w.Power.Before)), most(f.current, w.Current.Before)
	if steady {
		f.most, f.mostCurrent = f.power, f.current
	}
	f.peak = at(0, lowest(w.Peak), "peakPower")
	if steady {
		f.peak = max(f.peak, f.power)
	}
	if f.supply == UnknownSupply && !slices.Contains(c.Unknown, "supply") {
		f.supply = AC
	}
	if len(w.Time) > 0 {
		f.time = w.Time[0].From
	}
	f.duration = max(w.Duration.From, f.charging+f.idle)
	return f
}

// most is the highest value of a stretch.
func most(least, before int64) int64 {
	switch {
	case least < 0:
		return -1
	case before == 0:
		return 1 << 60
	}
	return before - 1
}

func lowest(l Level) int64 {
	if l.Above == 0 {
		return 0
	}
	return int64(l.Above) + 1
}

func drawRules(t *rapid.T) []Rule {
	rules := make([]Rule, rapid.IntRange(1, 5).Draw(t, "rules"))
	for i := range rules {
		rules[i].When = drawCondition(t)
	}
	return rules
}

// TestGapsAreNeverInvented holds every hole that is claimed against the rules,
// and looks for holes where none is claimed.
func TestGapsAreNeverInvented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		for _, known := range []bool{true, false} {
			cell, hole := NewCover(rules, AllTime).Gap(known)
			if hole {
				if f := cell.of(known); first(rules, f) >= 0 {
					t.Fatalf("claimed hole %+v at %+v, but rule %d holds", cell, f, first(rules, f))
				}
				continue
			}
			for range 30 {
				f := drawFacet(t)
				if known && (f.power < 0 || f.peak < f.power || f.most > f.power || f.mostCurrent > f.current || f.average < 0 || f.max < 0 || f.current < 0 || f.supply == UnknownSupply) {
					continue
				}
				if first(rules, f) < 0 {
					t.Fatalf("no hole claimed, but no rule holds at %+v", f)
				}
			}
		}
	})
}

// TestUnreachableRulesNeverSpeak holds every verdict on a rule against the
// first rule that holds at moments.
func TestUnreachableRulesNeverSpeak(t *testing.T) {
	seen := map[Verdict]int{}
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		c := NewCover(rules, AllTime)
		var unreachable []int
		for i := range rules {
			verdict, cell, by := c.Reach(i)
			seen[verdict]++
			switch verdict {
			case Reached:
				if f := cell.of(false); first(rules, f) != i {
					t.Fatalf("rule %d is said to speak first at %+v, but %d does", i, f, first(rules, f))
				}
			case Shadowed, Never:
				unreachable = append(unreachable, i)
				if verdict == Shadowed && (len(by) == 0 || slices.Max(by) >= i) {
					t.Fatalf("rule %d shadowed by %v", i, by)
				}
			case Undecided:
				t.Fatal("five rules are not too many to tell")
			}
		}
		for range 60 {
			f := drawFacet(t)
			if i := first(rules, f); i >= 0 && slices.Contains(unreachable, i) {
				t.Fatalf("rule %d is said to be unreachable but speaks at %+v", i, f)
			}
		}
	})
	for _, v := range []Verdict{Reached, Shadowed, Never} {
		if seen[v] == 0 && !testing.Short() { // a few cases need not hold all
			t.Errorf("verdict %d was never drawn", v)
		}
	}
}

// TestHolesAreWhereNoRuleHolds compares the holes by date and time of day with
// a look at every hour of days in all seasons.
func TestHolesAreWhereNoRuleHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		for i := range rules {
			w := &rules[i].When
			*w = Condition{Time: w.Time, Days: w.Days, DateFrom: w.DateFrom, DateBefore: w.DateBefore, Season: w.Season, Holidays: w.Holidays, NotHolidays: w.NotHolidays}
		}
		holes, ok := NewCover(rules, AllTime).Holes()
		if !ok {
			t.Fatal("five rules are not too many to tell")
		}
		for range 20 {
			day := drawFacet(t).date
			for hour := range calendar.TimeOfDay(24) {
				f := facet{date: day, time: hour * 3600}
				claimed := slices.ContainsFunc(holes, func(h Hole) bool { return h.On(day) && h.Window.Has(f.time) })
				if free := first(rules, f) < 0; free != claimed {
					t.Fatalf("%s %s: hole claimed %v, is %v", day, f.time, claimed, free)
				}
			}
		}
	})
}

// TestEntangledRulesAreNotJudged shows that a hostile document costs little
// and is never blamed for what was not looked at to the end.
func TestEntangledRulesAreNotJudged(t *testing.T) {
	var rules []Rule
	for i := range int64(300) {
		rules = append(rules, Rule{When: Condition{Energy: Range[energy.Quantity]{From: energy.Quantity(i + 1)}, Duration: Range[int64]{Before: 1000 - i},
			ChargingTime: Range[int64]{From: i * 7 % 300, Before: 1000}, IdleTime: Range[int64]{From: i * 11 % 300, Before: 2000}}})
	}
	c := NewCover(rules, AllTime)
	for i := range rules {
		if v, cell, _ := c.Reach(i); v == Reached && first(rules, cell.of(false)) != i {
			t.Fatalf("rule %d is said to speak first at %+v", i, cell)
		}
	}
	if c.work < 0 {
		t.Error("the work was not bounded")
	}
}

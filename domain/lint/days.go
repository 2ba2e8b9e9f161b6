package lint

import (
	"slices"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/holiday"
	"kwote/domain/tariff"
)

// daysOf is the simplest condition on dates that holds on exactly the days of
// the group, if one is found.
func (c *checker) daysOf(g *group) (w tariff.Condition, exact bool) {
	span := c.span(true)
	wanted := make([]bool, span.Last-span.First+1)
	seen := seenDays{first: span.Last, last: span.First}
	for d := span.First; d <= span.Last; d++ {
		if slices.ContainsFunc(g.holes, func(h tariff.Hole) bool { return h.On(d) }) {
			wanted[d-span.First] = true
			seen.add(d)
		}
	}
	for _, w := range c.candidates(seen, span) {
		if holdsExactly(w, wanted, span.First) {
			return w, true
		}
	}
	return tariff.Condition{}, false
}

// seenDays is what days have in common.
type seenDays struct {
	first, last calendar.Date
	days        calendar.Weekdays
	ofYear      [1232]bool // by month×100+day
}

func (s *seenDays) add(d calendar.Date) {
	s.first, s.last = min(s.first, d), max(s.last, d)
	s.days = s.days.With(d.Weekday())
	s.ofYear[dayOfYear(d)] = true
}

func dayOfYear(d calendar.Date) tariff.MonthDay {
	y, m := d.YearMonth()
	return tariff.MonthDay(int(m)*100 + int(d-calendar.NewDate(y, m, 1)) + 1)
}

// weekdays are the days of the week, none where all are in.
func (s *seenDays) weekdays() calendar.Weekdays {
	if s.days == calendar.EveryDay {
		return 0
	}
	return s.days
}

// season is the part of the year from the first to the last of its days, where
// they are one part; it may pass the new year.
func (s *seenDays) season() *tariff.Season {
	var turns []tariff.MonthDay // where the days begin and end
	leap := calendar.NewDate(2024, time.January, 1)
	for d := leap; d < leap+366; d++ {
		md, before := dayOfYear(d), dayOfYear(leap+(d-leap+365)%366)
		if s.ofYear[md] != s.ofYear[before] {
			turns = append(turns, md)
		}
	}
	if len(turns) != 2 {
		return nil
	}
	if s.ofYear[turns[0]] {
		return &tariff.Season{From: turns[0], Before: turns[1]}
	}
	return &tariff.Season{From: turns[1], Before: turns[0]}
}

// candidates are conditions that may describe the days, simplest first.
func (c *checker) candidates(s seenDays, span tariff.Span) []tariff.Condition {
	byWeek := tariff.Condition{Days: s.weekdays()}
	byDate := byWeek
	byDate.DateFrom, byDate.DateBefore = c.datesAround(s, span)
	out := []tariff.Condition{byWeek, byDate}
	bySeason := byWeek
	if bySeason.Season = s.season(); bySeason.Season != nil {
		out = append(out, bySeason)
	}
	for _, code := range c.holidays() {
		for _, base := range slices.Clone(out[:min(len(out), 3)]) {
			on, off := base, base
			on.Holidays, off.NotHolidays = code, code
			out = append(out, on, off)
			on.Days = 0
			out = append(out, on)
		}
	}
	return out
}

// datesAround are the nearest dates in the rules on charging that enclose the
// days; nil where there is none.
func (c *checker) datesAround(s seenDays, span tariff.Span) (from, before *calendar.Date) {
	for _, k := range []tariff.Kind{tariff.Energy, tariff.Charging} {
		for _, r := range c.doc.Dimension(k).Rules {
			for _, d := range []*calendar.Date{r.When.DateFrom, r.When.DateBefore} {
				switch {
				case d == nil || *d <= span.First || *d > span.Last:
				case *d <= s.first && (from == nil || *d > *from):
					from = d
				case *d > s.last && (before == nil || *d < *before):
					before = d
				}
			}
		}
	}
	return from, before
}

// holidays are the calendars that the rules on charging name.
func (c *checker) holidays() []string {
	var codes []string
	for _, k := range []tariff.Kind{tariff.Energy, tariff.Charging} {
		for _, r := range c.doc.Dimension(k).Rules {
			codes = append(codes, r.When.Holidays, r.When.NotHolidays)
		}
	}
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(code string) bool { return code == "" })
}

// holdsExactly reports whether the condition holds on the wanted dates, which
// begin at first, and on no others.
func holdsExactly(w tariff.Condition, wanted []bool, first calendar.Date) bool {
	on, known := holiday.Load(w.Holidays)
	off, knownOff := holiday.Load(w.NotHolidays)
	for i, want := range wanted {
		d := first + calendar.Date(i)
		holds := (w.Days == 0 || w.Days.Has(d.Weekday())) && (w.DateFrom == nil || d >= *w.DateFrom) && (w.DateBefore == nil || d < *w.DateBefore) &&
			(!known || on.Has(d)) && (!knownOff || !off.Has(d)) && (w.Season == nil || w.Season.Has(d))
		if holds != want {
			return false
		}
	}
	return true
}

// daysText is a set of days as documents write it, Monday first.
func daysText(set calendar.Weekdays) string {
	var names []string
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); set.Has(d) {
			names = append(names, calendar.WeekdayName(d))
		}
	}
	return strings.Join(names, ",")
}

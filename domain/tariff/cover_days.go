package tariff

import (
	"slices"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/holiday"
)

// datePart is the part of a condition that the local date decides.
type datePart struct {
	days         calendar.Weekdays
	from, before calendar.Date
	season       Season
	on, off      string // codes of holidays
}

const (
	noDate  = calendar.Date(-1 << 31)
	endDate = calendar.Date(1<<31 - 1)
)

func partOf(c *Condition) datePart {
	p := datePart{days: c.Days, from: noDate, before: endDate, on: c.Holidays, off: c.NotHolidays}
	if c.DateFrom != nil {
		p.from = *c.DateFrom
	}
	if c.DateBefore != nil {
		p.before = *c.DateBefore
	}
	if c.Season != nil {
		p.season = *c.Season
	}
	return p
}

func (p *datePart) has(d calendar.Date) bool {
	return (p.days == 0 || p.days.Has(d.Weekday())) && d >= p.from && d < p.before &&
		(p.season == Season{} || p.season.Has(d)) &&
		(p.on == "" || onHoliday(p.on, d, true)) && (p.off == "" || onHoliday(p.off, d, false))
}

// onHoliday reports whether the date is a holiday, or is none, by the calendar
// of the code. Neither is so where there is no such calendar.
func onHoliday(code string, d calendar.Date, wanted bool) bool {
	c, ok := holiday.Load(code)
	return ok && c.Has(d) == wanted
}

// in is the first date of the year that is not before the day of the year.
func (d MonthDay) in(year int) calendar.Date {
	return calendar.NewDate(year, time.Month(d/100), int(d%100))
}

// days divides the dates of a span into classes that are alike for a list of
// rules.
type days struct {
	span    Span
	parts   []datePart
	index   map[datePart]int
	classes []calendar.Date // an example of each
	number  map[string]int  // of classes by their mark
	marks   []string
	byDate  []int32 // the class of each date of the span, once one is asked for
	unknown bool    // too many to tell
}

// daysWork bounds the looks at dates for one list of rules.
const daysWork = 5_000_000

func newDays(rules []Rule, span Span) *days {
	d := &days{span: span, index: map[datePart]int{}, number: map[string]int{}}
	for i := range rules {
		p := partOf(&rules[i].When)
		if _, ok := d.index[p]; !ok {
			d.index[p] = len(d.parts)
			d.parts = append(d.parts, p)
		}
	}
	edges := d.edges()
	if len(edges)*7*len(d.parts) > daysWork {
		d.unknown, edges = true, edges[:1]
	}
	for i, from := range edges {
		to := min(from+6, span.Last)
		if i+1 < len(edges) {
			to = min(to, edges[i+1]-1)
		}
		for on := from; on <= to; on++ {
			d.add(on)
		}
	}
	return d
}

// add finds the date's class, and takes the date for its example when it is
// the first that is not past.
func (d *days) add(on calendar.Date) {
	mark := d.mark(on)
	n, ok := d.number[mark]
	switch {
	case !ok:
		d.number[mark] = len(d.classes)
		d.classes = append(d.classes, on)
		d.marks = append(d.marks, mark)
	case d.classes[n] < d.span.Near:
		d.classes[n] = on
	}
}

// mark tells the classes apart: a bit per part.
func (d *days) mark(on calendar.Date) string {
	bits := make([]byte, (len(d.parts)+7)/8)
	for i := range d.parts {
		if d.parts[i].has(on) {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	return string(bits)
}

// classOf is the number of the date's class, −1 outside the span.
func (d *days) classOf(on calendar.Date) int {
	if on < d.span.First || on > d.span.Last {
		return -1
	}
	if d.byDate == nil {
		d.byDate = make([]int32, d.span.Last-d.span.First+1)
		for i := range d.byDate {
			d.byDate[i] = int32(d.number[d.mark(d.span.First+calendar.Date(i))])
		}
	}
	return int(d.byDate[on-d.span.First])
}

// edges are the dates of the span from which on something other than the
// weekday may decide differently. Between two of them the first week shows all
// that there is.
func (d *days) edges() []calendar.Date {
	edges := []calendar.Date{d.span.First, d.span.Near}
	first, _ := d.span.First.YearMonth()
	last, _ := d.span.Last.YearMonth()
	codes := map[string]bool{}
	for _, p := range d.parts {
		edges = append(edges, p.from, p.before)
		if p.season != (Season{}) {
			for year := first; year <= last; year++ {
				edges = append(edges, p.season.From.in(year), p.season.Before.in(year))
			}
		}
		codes[p.on], codes[p.off] = true, true
	}
	for code := range codes {
		if c, ok := holiday.Load(code); ok {
			for on := d.span.First; on <= d.span.Last; on++ {
				if c.Has(on) != c.Has(on-1) {
					edges = append(edges, on)
				}
			}
		}
	}
	edges = slices.DeleteFunc(edges, func(e calendar.Date) bool { return e < d.span.First || e > d.span.Last })
	slices.Sort(edges)
	return slices.Compact(edges)
}

// intervals are the classes in which the part holds.
func (d *days) intervals(p datePart) []interval {
	i := d.index[p]
	var out []interval
	for n, mark := range d.marks {
		if mark[i/8]&(1<<(i%8)) != 0 {
			out = append(out, interval{int64(n), int64(n) + 1})
		}
	}
	return joined(out)
}

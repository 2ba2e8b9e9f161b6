package picture

import (
	"math"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// Week is the price of each hour of a local week, Monday first.
type Week struct {
	Monday calendar.Date
	Kind   tariff.Kind
	Hours  [7][24]Hour
}

// Hour is what a session that begins with the hour pays per unit at its
// beginning.
type Hour struct {
	Price money.Price
	Per   tariff.Unit
	// Free: no rule speaks at the beginning of the hour.
	Free bool
	// Several: another price holds later in the hour.
	Several bool
	// Skipped: the clocks leave the hour out.
	Skipped bool
}

// same reports whether the hours begin with the same price.
func (h Hour) same(o Hour) bool { return h.Free == o.Free && h.Price == o.Price && h.Per == o.Per }

// Pictured are the dimensions whose hours a week can show, in the order in
// which one is chosen for a reader who names none.
var Pictured = [...]tariff.Kind{tariff.Energy, tariff.Charging, tariff.Occupancy, tariff.Idle, tariff.Export}

// Shown is the first dimension that costs something or is credited, else the
// first one with rules; false where there is none.
func Shown(d *tariff.Document) (tariff.Kind, bool) {
	costs := func(r tariff.Rule) bool { return r.Price != 0 || r.Feed != nil }
	for _, k := range Pictured {
		if slices.ContainsFunc(d.Dimension(k).Rules, costs) {
			return k, true
		}
	}
	for _, k := range Pictured {
		if len(d.Dimension(k).Rules) > 0 {
			return k, true
		}
	}
	return tariff.Energy, false
}

// MondayOf is the Monday of the date's week.
func MondayOf(d calendar.Date) calendar.Date { return d - calendar.Date((d.Weekday()+6)%7) }

// Week prices a short session at the beginning of each hour of the week. The
// start of the charge is not read. Where the clocks go back, the first of two
// equal hours counts.
func (s *Subject) Week(charge Charge, kind tariff.Kind, monday calendar.Date) (Week, error) {
	w := Week{Monday: monday, Kind: kind}
	if err := charge.check(); err != nil {
		return w, err
	}
	edges := s.edges(kind)
	for day := range 7 {
		date := monday + calendar.Date(day)
		var seen [24]bool
		start, end := s.zone.StartOf(date), s.zone.StartOf(date+1)
		for at := start; at < end; {
			_, clock := s.zone.Local(at)
			hour := clock / 3600
			next := at + calendar.Instant(3600-clock%3600)
			if _, until := s.zone.Offset(at); until < next {
				next = until
			}
			if !seen[hour] {
				seen[hour] = true
				h, err := s.hour(charge, kind, at, next, edges)
				if err != nil {
					return w, err
				}
				w.Hours[day][hour] = h
			}
			at = next
		}
		for hour := range w.Hours[day] {
			w.Hours[day][hour].Skipped = !seen[hour]
		}
	}
	return w, nil
}

// hour prices the beginning of a stretch, and looks at every second of it at
// which the price may turn.
func (s *Subject) hour(charge Charge, kind tariff.Kind, from, to calendar.Instant, edges []calendar.TimeOfDay) (Hour, error) {
	h, err := s.at(charge, kind, from)
	if err != nil {
		return h, err
	}
	_, clock := s.zone.Local(from)
	for _, e := range edges {
		at := from + calendar.Instant(e-clock)
		if e <= clock || at >= to {
			continue
		}
		later, err := s.at(charge, kind, at)
		if err != nil {
			return h, err
		}
		if !later.same(h) {
			h.Several = true
			break
		}
	}
	return h, nil
}

// edges are the times of day at which a price of the dimension may turn.
func (s *Subject) edges(kind tariff.Kind) []calendar.TimeOfDay {
	var out []calendar.TimeOfDay
	byFeed := false
	for _, r := range s.doc.Dimension(kind).Rules {
		for _, w := range r.When.Time {
			out = append(out, w.From, w.To%86400)
		}
		byFeed = byFeed || r.Feed != nil
	}
	if byFeed {
		for t := calendar.TimeOfDay(0); t < 86400; t += 900 {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// at is the unit price on the receipt of a short session that begins at the
// instant: idle from its beginning for the price of idle time, giving back at
// the charge's power for that of energy given back, else charging.
func (s *Subject) at(charge Charge, kind tariff.Kind, start calendar.Instant) (Hour, error) {
	charge.Start, charge.Full = start, 0
	facts := charge.facts(grid)
	switch kind {
	case tariff.Idle:
		facts.Readings = facts.Readings[:1]
		facts.Changes = []session.Change{{At: start, State: session.Idle}}
	case tariff.Export:
		facts.Exports, facts.Readings = facts.Readings, []session.Reading{{At: start}, {At: facts.End}}
	}
	ctx := charge.Context
	ctx.UpTo = 0
	r, err := pricing.Price(s.compiled, facts, ctx)
	if err != nil {
		return Hour{}, err
	}
	for _, line := range r.Lines {
		if line.Dimension != kind || line.Kind != pricing.Priced && line.Kind != pricing.Free {
			continue
		}
		if slices.ContainsFunc(line.Spans, func(p pricing.Span) bool { return p.From == start }) {
			return Hour{Price: line.UnitPrice, Per: line.Per, Free: line.Kind == pricing.Free}, nil
		}
	}
	return Hour{Free: true}, nil
}

// Priced reports whether a rule prices the beginning of the hour.
func (h Hour) Priced() bool { return !h.Free && !h.Skipped }

// Rank orders the prices of hours whatever their units: the price of an hour
// for one of time, the price itself for others. Where that does not fit, it is
// the largest or smallest number.
func (h Hour) Rank() int64 {
	if h.Per != tariff.PerMinute {
		return int64(h.Price)
	}
	const most = math.MaxInt64 / 60
	return 60 * max(-most, min(most, int64(h.Price)))
}

// Unit is the unit of the first hour that has a price.
func (w Week) Unit() tariff.Unit {
	for _, day := range w.Hours {
		for _, h := range day {
			if h.Priced() {
				return h.Per
			}
		}
	}
	return tariff.PerKWh
}

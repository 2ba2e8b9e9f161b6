package lint

import (
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// maxGaps bounds the gaps by energy, duration or circumstance that are told of
// one document.
const maxGaps = 4

// gaps finds moments at which charging is free because no rule speaks. Where
// energy and charging time both have prices, one of them is enough: what comes
// on top need not hold always.
func (c *checker) gaps() {
	k := tariff.Energy
	energy, charging := c.doc.Dimension(tariff.Energy).Rules, c.doc.Dimension(tariff.Charging).Rules
	rules := slices.Concat(energy, charging)
	if len(energy) == 0 {
		k = tariff.Charging
	}
	if !slices.ContainsFunc(rules, func(r tariff.Rule) bool { return r.Price != 0 || r.Feed != nil }) {
		return
	}
	holes, decided := tariff.NewCover(rules, c.span(true)).Holes()
	if !decided {
		return
	}
	c.gapsOfWeek(k, holes)
	if c.otherGaps(k, rules, holes) {
		return
	}
	if cell, open := tariff.NewCover(rules, c.span(true)).Gap(false); open && len(cell.Unknown) > 0 {
		c.say(Hint, "gap_when_unknown", k.String(), map[string]string{"unknown": strings.Join(cell.Unknown, ",")},
			"%s is free where the charge point or the session does not tell its %s, because every rule asks for it; a last rule without a condition holds then", subject(k), strings.Join(cell.Unknown, " and "))
	}
}

// group is the days that have the same times without a price.
type group struct {
	windows []calendar.Window
	holes   []tariff.Hole // one for each class of days
}

// gapsOfWeek tells the times of day at which nothing is charged, each group of
// days by its simplest description.
func (c *checker) gapsOfWeek(k tariff.Kind, holes []tariff.Hole) {
	byDay := map[calendar.Date]*group{} // by the example of the class
	var order []calendar.Date
	for _, h := range holes {
		if !h.Whole {
			continue
		}
		g := byDay[h.Cell.Date]
		if g == nil {
			g = &group{holes: []tariff.Hole{h}}
			byDay[h.Cell.Date] = g
			order = append(order, h.Cell.Date)
		}
		g.windows = append(g.windows, h.Window)
	}
	byTimes := map[string]*group{}
	var times []string
	for _, day := range order {
		g := byDay[day]
		g.windows = aroundMidnight(joined(g.windows))
		name := windowsText(g.windows)
		if known := byTimes[name]; known != nil {
			known.holes = append(known.holes, g.holes...)
			continue
		}
		byTimes[name] = g
		times = append(times, name)
	}
	for _, name := range times {
		c.gapOfWeek(k, byTimes[name])
	}
}

func (c *checker) gapOfWeek(k tariff.Kind, g *group) {
	when, exact := c.daysOf(g)
	allDay := len(g.windows) == 1 && g.windows[0].From == 0 && g.windows[0].To == 86400
	if !allDay {
		when.Time = g.windows
	}
	text := c.words.When(k, when)
	example := g.holes[0].Cell.Date
	params := map[string]string{"times": windowsText(g.windows), "example": example.String()}
	if !exact {
		text = strings.TrimSpace("on certain days, such as " + c.words.Date(example) + ", " + text)
		text = strings.TrimSuffix(text, ",")
	}
	switch {
	case text == "":
		text = "at any time"
	case allDay && exact && when.DateFrom == nil && when.DateBefore == nil:
		text += " all day"
	}
	if when.Days != 0 {
		params["days"] = daysText(when.Days)
	}
	if when.DateFrom != nil {
		params["from"] = when.DateFrom.String()
	}
	if when.DateBefore != nil {
		params["before"] = when.DateBefore.String()
	}
	c.say(Warning, "gap_in_week", k.String(), params, "%s is free %s, because no rule holds then; write a rule for it, with a price of 0.00 if that is meant", subject(k), text)
}

// joined joins windows that touch; they come in order.
func joined(in []calendar.Window) []calendar.Window {
	var out []calendar.Window
	for _, w := range in {
		if n := len(out); n > 0 && out[n-1].To == w.From {
			out[n-1].To = w.To
			continue
		}
		out = append(out, w)
	}
	return out
}

// aroundMidnight makes one window of those that end and begin a day.
func aroundMidnight(in []calendar.Window) []calendar.Window {
	n := len(in)
	if n < 2 || in[0].From != 0 || in[n-1].To != 86400 {
		return in
	}
	return append(in[1:n-1:n-1], calendar.Window{From: in[n-1].From, To: in[0].To})
}

func windowsText(all []calendar.Window) string {
	var parts []string
	for _, w := range all {
		parts = append(parts, w.String())
	}
	return strings.Join(parts, ", ")
}

// otherGaps tells for which energy, duration or circumstance nothing is
// charged, and whether anything at all is free. Each gap that is told is taken
// for priced in the search for the next.
func (c *checker) otherGaps(k tariff.Kind, rules []tariff.Rule, holes []tariff.Hole) bool {
	type place struct {
		window calendar.Window
		day    calendar.Date
	}
	told := map[place]bool{} // by the clock alone
	for _, h := range holes {
		told[place{h.Window, h.Cell.Date}] = h.Whole
	}
	any := len(holes) > 0
	for range maxGaps {
		i := slices.IndexFunc(holes, func(h tariff.Hole) bool { return !told[place{h.Window, h.Cell.Date}] })
		if i < 0 {
			break
		}
		w := holes[i].Cell.When
		w.Time = nil
		c.otherGap(k, w, holes[i].Cell.Date)
		rules = append(rules, tariff.Rule{When: w})
		var decided bool
		if holes, decided = tariff.NewCover(rules, c.span(true)).Holes(); !decided {
			break
		}
	}
	return any
}

// otherGap tells one gap. At the beginning of a session it is often meant, later
// hardly.
func (c *checker) otherGap(k tariff.Kind, w tariff.Condition, example calendar.Date) {
	text := c.words.When(k, w)
	params := map[string]string{"example": example.String(), "when": text}
	atStart := w.Counts() && !w.Circumstanced() && w.Energy.From == 0 && w.Duration.From == 0 && w.ChargingTime.From == 0 && w.IdleTime.From == 0
	if atStart {
		c.say(Hint, "free_at_beginning", k.String(), params, "%s is free %s, because no rule holds yet; if that is meant, say so by a rule with a price of 0.00", subject(k), text)
		return
	}
	c.say(Warning, "gap", k.String(), params, "%s is free %s, because no rule holds then; write a rule for it, with a price of 0.00 if that is meant", subject(k), text)
}

// subject is the dimension in a sentence.
func subject(k tariff.Kind) string {
	if k == tariff.Charging {
		return "charging time"
	}
	return k.String()
}

package lint

import (
	"fmt"
	"slices"
	"strings"

	"kwote/domain/tariff"
)

// reach finds the rules that are never the first to hold. A dimension in which
// some rule always holds when a session begins takes its fee then, so no later
// rule decides it.
func (c *checker) reach(k tariff.Kind) {
	rules := c.doc.Dimension(k).Rules
	span := c.span(false)
	span.First-- // wherever on earth the charge point is
	if k == tariff.Reservation || k == tariff.ReservationFee {
		span.First = tariff.AllTime.First // it may lie before the session
	}
	cover := tariff.NewCover(rules, span)
	fee := k.Measure() == tariff.InFees
	for i := range rules {
		verdict, _, by := cover.Reach(i)
		switch {
		case verdict == tariff.Never:
			c.never(k, i)
		case verdict == tariff.Shadowed:
			c.shadowed(k, i, by)
		case fee && i > 0 && cover.Starts(i):
			c.say(Error, "rule_unreachable", path(k, i, ""), map[string]string{"rule": fmt.Sprint(i), "by": numbers(upTo(i))},
				"rule %d of %s never decides: one of the rules before it holds when a session begins, and the fee is taken then; remove it, or move it up", i+1, k)
		}
	}
}

// never tells what of a condition excludes what.
func (c *checker) never(k tariff.Kind, i int) {
	w := c.doc.Dimension(k).Rules[i].When
	onlyDates := tariff.Condition{Days: w.Days, DateFrom: w.DateFrom, DateBefore: w.DateBefore, Season: w.Season, Holidays: w.Holidays, NotHolidays: w.NotHolidays}
	why := "the times that it asks for do not fit into its duration"
	if v, _, _ := tariff.NewCover([]tariff.Rule{{When: onlyDates}}, tariff.AllTime).Reach(0); v == tariff.Never {
		why = "no day is within all of its dates, days, season and holidays"
	} else if v, _, _ := tariff.NewCover([]tariff.Rule{{When: w}}, tariff.AllTime).Reach(0); v != tariff.Never {
		why = "its dates lie before the tariff is valid"
	}
	c.say(Error, "rule_never", path(k, i, "when"), map[string]string{"rule": fmt.Sprint(i)},
		"rule %d of %s never holds: %s; mend its condition, or remove the rule", i+1, k, why)
}

// shadowed tells which rules speak in a rule's stead. Where all of them have
// its price, it is merely superfluous.
func (c *checker) shadowed(k tariff.Kind, i int, by []int) {
	rules := c.doc.Dimension(k).Rules
	r := rules[i]
	same, free := true, true
	var named []string
	for _, j := range by {
		e := rules[j]
		same = same && samePrice(e, r)
		free = free && e.Feed == nil && e.Price == 0
		named = append(named, fmt.Sprintf("rule %d (%s)", j+1, c.price(k, e)))
	}
	params := map[string]string{"rule": fmt.Sprint(i), "by": numbers(by), "price": c.price(k, r)}
	comes := "comes"
	if len(by) > 1 {
		comes = "come"
	}
	before := named[0]
	if n := len(named); n > 1 {
		before = strings.Join(named[:n-1], ", ") + " and " + named[n-1]
	}
	switch {
	case same:
		c.say(Hint, "rule_redundant", path(k, i, ""), params, "rule %d of %s is superfluous: %s %s first whenever it would hold, at the same price; remove it", i+1, k, before, comes)
	case free && (r.Price > 0 || r.Feed != nil):
		params["free"] = "true"
		c.say(Error, "rule_unreachable", path(k, i, ""), params,
			"rule %d of %s (%s) is never charged: %s %s first whenever it would hold; move rule %d up, or narrow what is free", i+1, k, c.price(k, r), before, comes, i+1)
	default:
		c.say(Error, "rule_unreachable", path(k, i, ""), params,
			"rule %d of %s (%s) never speaks: %s %s first whenever it would hold; move it up, or remove it", i+1, k, c.price(k, r), before, comes)
	}
}

func samePrice(a, b tariff.Rule) bool {
	return a.Feed == nil && b.Feed == nil && a.Price == b.Price && a.Per == b.Per && a.Step == b.Step && a.Untaxed == b.Untaxed && slices.Equal(a.Taxes, b.Taxes)
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// numbers are indices as a list, "0,2".
func numbers(list []int) string {
	var parts []string
	for _, i := range list {
		parts = append(parts, fmt.Sprint(i))
	}
	return strings.Join(parts, ",")
}

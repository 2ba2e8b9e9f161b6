package tariff

import (
	"slices"
	"strings"

	"kwote/domain/energy"
	"kwote/domain/money"
)

// dimension reads out a dimension's rules with what belongs to them together.
func (t telling) dimension(k Kind) string {
	d := t.doc.Dimension(k)
	if len(d.Rules) == 0 {
		return ""
	}
	rules := d.spoken()
	steps := stepsOf(rules)
	pieces := make([]string, len(rules))
	for i, r := range rules {
		pieces[i] = t.rule(k, rules[:i], r, len(steps) > 1)
	}
	text := strings.Join(pieces, ", ")
	if d.Grace > 0 {
		text = t.g.grace(k, t.Duration(d.Grace)) + text
	}
	if d.Block > 0 {
		text += ", " + t.g.blocks(t.Portion(k, d.Block))
	}
	if steps := t.stepped(k, steps); steps != "" {
		text += ", " + steps
	}
	if d.AtMost != nil {
		text += ", " + t.g.atMost(t.Money(*d.AtMost, t.doc.Currency))
	}
	// What comes on top of a price is not always due, which goes without
	// saying. A hole in the price itself does not.
	if t.main(k) && !coversEverything(rules) {
		text += ", " + t.elsewhere(rules)
	}
	return text
}

// main reports whether the dimension is the first that the document prices of
// those that go on for the whole of a session.
func (t telling) main(k Kind) bool {
	for _, first := range []Kind{Energy, Charging, Occupancy} {
		if t.has(first) {
			return k == first
		}
	}
	return false
}

func (t telling) elsewhere(rules []Rule) string {
	for _, r := range rules {
		if r.When.Counts() || r.When.Circumstanced() {
			return t.g.otherwise + " " + t.g.free
		}
	}
	return t.g.freeElsewhen
}

// stepsOf are the different steps of the rules, none where no rule has one.
func stepsOf(rules []Rule) []int64 {
	var steps []int64
	for _, r := range rules {
		if !slices.Contains(steps, r.Step) {
			steps = append(steps, r.Step)
		}
	}
	if len(steps) == 1 && steps[0] == 0 {
		return nil
	}
	return steps
}

// stepped says how a session's total of the dimension is rounded up. Charging
// time is left alone where idle time is priced (OCPI 2.2.1 mod_tariffs).
func (t telling) stepped(k Kind, steps []int64) string {
	step := ""
	switch len(steps) {
	case 0:
		return ""
	case 1:
		step = t.Portion(k, steps[0])
	}
	text := t.g.steps(k, step)
	if k == Charging && t.has(Idle) {
		text += t.g.unlessIdle
	}
	return text
}

// rule is one price with its condition, and with how it follows the earlier
// ones.
func (t telling) rule(k Kind, earlier []Rule, r Rule, ownStep bool) string {
	price, when := t.Price(k, r, t.doc.Currency), t.When(k, r.When)
	if remarks := t.remarks(k, r, ownStep); remarks != "" {
		price += " (" + remarks + ")"
	}
	if len(earlier) > 0 {
		text := price
		if when != "" {
			text += " " + when
		}
		return t.link(earlier, r) + text
	}
	if k == Energy && !r.costs() && when == "" {
		return t.g.energyFree
	}
	if k == Charging && r.When.ChargingTime.Set() || k == Reservation && r.When.Duration.Set() {
		k = Energy // the condition says already what time it is about
	}
	return t.g.rated(k, price, when)
}

// remarks are what else a rule says of its price.
func (t telling) remarks(k Kind, r Rule, ownStep bool) string {
	var list []string
	if r.Feed != nil {
		list = t.feedBounds(r)
	}
	if ownStep && r.Step > 0 {
		list = append(list, t.g.ownStep(t.Portion(k, r.Step)))
	}
	switch _, own, standard := t.priceTaxes(); {
	case !r.costs():
	case r.Untaxed && (own || standard):
		list = append(list, t.g.untaxed)
	case len(r.Taxes) > 0:
		list = append(list, t.g.ownTax(t.doc.Terms, t.Taxes(r.Taxes)))
	}
	return strings.Join(list, t.g.semicolon)
}

// Portion is a block or step of what a dimension counts, "500 Wh" or "15 min".
func (l Language) Portion(k Kind, n int64) string {
	switch q := energy.Quantity(n); {
	case k.Measure() != InEnergy:
		return l.Duration(n)
	case q < energy.KWh && q%energy.Wh == 0:
		return formatSteps(n, int64(energy.Wh)) + " Wh"
	default:
		return l.Energy(q)
	}
}

// Price is the price of a rule of the dimension in words, without its
// condition: "0.49 EUR/kWh", "free", "a credit of 0.08 EUR/kWh", "the spot-fr
// price per kWh plus 0.05 EUR/kWh".
func (l Language) Price(k Kind, r Rule, c money.Currency) string {
	switch {
	case r.Feed != nil:
		return l.feed(k, r, c)
	case r.Price == 0:
		return l.nothing(k)
	case r.Price < 0:
		return l.g.credit(l.UnitPrice(-r.Price, r.Per, c))
	}
	return strings.TrimRight(l.UnitPrice(r.Price, r.Per, c)+" "+l.fee(k), " ")
}

// fee is what a fixed fee is due for; empty in dimensions that are no fee.
func (l Language) fee(k Kind) string {
	switch k {
	case Session:
		return l.g.perSession
	case ReservationFee:
		return l.g.perReservation
	}
	return ""
}

func (l Language) nothing(k Kind) string {
	switch k {
	case Session:
		return l.g.noFee
	case ReservationFee:
		return l.g.noReservationFee
	case Export:
		return l.g.noCredit
	}
	return l.g.free
}

// feed is the price that a rule makes of a feed's value, but for its bounds.
func (l Language) feed(k Kind, r Rule, c money.Currency) string {
	f, per := r.Feed, l.fee(k)
	if per == "" {
		per = l.g.per[r.Per]
	}
	percentage, tax := "", ""
	if f.Percentage != Whole {
		percentage = l.Rate(f.Percentage)
	}
	if f.Tax != 0 {
		tax = l.Rate(f.Tax)
	}
	text := l.g.feed(f.Feed, per, percentage, tax)
	switch {
	case f.Addition > 0:
		text += " " + l.g.plus + " " + l.UnitPrice(f.Addition, r.Per, c)
	case f.Addition < 0:
		text += " " + l.g.minus + " " + l.UnitPrice(-f.Addition, r.Per, c)
	}
	return text
}

// feedBounds are the bounds of a price made of a feed, and what stands for a
// missing value.
func (t telling) feedBounds(r Rule) []string {
	f := r.Feed
	var bounds, out []string
	if f.Floor != nil {
		bounds = append(bounds, t.g.atLeast(t.UnitPrice(*f.Floor, r.Per, t.doc.Currency)))
	}
	if f.Ceiling != nil {
		bounds = append(bounds, t.g.atMost(t.UnitPrice(*f.Ceiling, r.Per, t.doc.Currency)))
	}
	if len(bounds) > 0 {
		out = append(out, joinList(bounds, t.g.and))
	}
	fallback := t.UnitPrice(f.Fallback, r.Per, t.doc.Currency)
	if f.FallbackPercentage != Whole {
		fallback = t.g.share(t.Rate(f.FallbackPercentage), fallback)
	}
	return append(out, t.g.missing(fallback))
}

// link is "then" after prices for the beginning of a session, "otherwise"
// where an earlier rule may speak first, and nothing where none can.
func (t telling) link(earlier []Rule, r Rule) string {
	if r.When.Always() {
		if fromTheStart(earlier) {
			return t.g.then + " "
		}
		return t.g.otherwise + " "
	}
	for _, e := range earlier {
		if meet(e.When, r.When) {
			return t.g.otherwise + " "
		}
	}
	return ""
}

// fromTheStart reports whether the rules hold, one after the other, from the
// beginning of a session up to some energy or some time.
func fromTheStart(rules []Rule) bool {
	up := -1 // which of the counts the rules go by
	var reached int64
	for _, r := range rules {
		c := r.When
		if c.Clocked() || c.Circumstanced() {
			return false
		}
		counts := [...]Range[int64]{{int64(c.Energy.From), int64(c.Energy.Before)}, c.Duration, c.ChargingTime, c.IdleTime}
		for i, count := range counts {
			switch {
			case !count.Set():
				continue
			case up < 0:
				up = i
			}
			if i != up || count.From > reached || count.Before == 0 {
				return false
			}
		}
		reached = counts[up].Before
	}
	return true
}

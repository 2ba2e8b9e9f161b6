package lint

import (
	"fmt"
	"strings"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// spareDecimals is how much finer than the minor unit a unit price is written
// in earnest: a net price of a round gross one has four decimals more.
const spareDecimals = 4

// decimals is the number of decimals that a price needs.
func decimals(p money.Price) int {
	s := strings.TrimRight(fmt.Sprintf("%09d", max(p, -p)%1_000_000_000), "0")
	return len(s)
}

// precision finds prices that are written finer than they can be meant.
func (c *checker) precision(k tariff.Kind) {
	d := c.doc.Dimension(k)
	digits := c.doc.Currency.Digits()
	for i, r := range d.Rules {
		limit, code := digits+spareDecimals, "price_too_fine"
		if once := r.Per == tariff.PerSession || r.Per == tariff.Flat; once && c.doc.Terms != tariff.WithoutTax {
			limit, code = digits, "amount_too_fine"
		}
		if n := decimals(r.Price); n > limit {
			c.say(Warning, code, path(k, i, "price"), map[string]string{"price": r.Price.String(), "decimals": fmt.Sprint(n), "most": fmt.Sprint(limit)},
				"%s has %d decimals, more than the %d that anyone can be charged by in %s; was the price computed? Write it rounded", r.Price, n, limit, c.doc.Currency)
		}
	}
	c.amount(k.String()+".atMost", d.AtMost)
}

// amount finds an amount that is finer than can be paid.
func (c *checker) amount(path string, p *money.Price) {
	if p == nil {
		return
	}
	limit := c.doc.Currency.Digits()
	if c.doc.Terms == tariff.WithoutTax && !strings.HasSuffix(path, "WithTax") {
		limit += spareDecimals
	}
	if n := decimals(*p); n > limit {
		c.say(Warning, "amount_too_fine", path, map[string]string{"amount": p.String(), "decimals": fmt.Sprint(n), "most": fmt.Sprint(limit)},
			"%s has %d decimals; amounts in %s have %d at most; write it rounded", p, n, c.doc.Currency, limit)
	}
}

// once is what a rule charges at one go for a block, a step, or as a fee; zero
// where it charges by the unit or by a feed.
func once(d *tariff.Dimension, r tariff.Rule) (charge money.Price, what string) {
	size, what := d.Block, "block"
	if r.Step > 0 {
		size, what = r.Step, "step"
	}
	switch {
	case r.Feed != nil:
		return 0, ""
	case r.Per == tariff.PerSession:
		return r.Price, "fee"
	case r.Per == tariff.Flat:
		return r.Price, "flat price"
	case size == 0:
		return 0, ""
	}
	e, err := r.Price.Times(size, r.Per.Divisor())
	if err != nil {
		return 0, ""
	}
	charge, err = money.ParsePrice(cut(e.String()))
	if err != nil {
		return 0, ""
	}
	return charge, what
}

// cut leaves as many decimals as a price has.
func cut(decimal string) string {
	whole, part, _ := strings.Cut(decimal, ".")
	return whole + "." + (part + "0")[:min(len(part)+1, money.PriceDecimals)]
}

// dimension looks at grace and cap.
func (c *checker) dimension(k tariff.Kind) {
	d := c.doc.Dimension(k)
	charges := false
	for i, r := range d.Rules {
		charges = charges || r.Price != 0 || r.Feed != nil
		charge, what := once(d, r)
		if d.AtMost != nil && charge > *d.AtMost {
			c.say(Warning, "cap_below_once", k.String()+".atMost", map[string]string{"cap": d.AtMost.String(), "charge": charge.String(), "rule": fmt.Sprint(i)},
				"the cap of %s is below a single %s of rule %d, which costs %s, so that is never charged in full; raise the cap, or lower the price", c.money(*d.AtMost), what, i+1, c.money(charge))
		}
		if most := c.doc.Total.AtMost; most != nil && charge > *most && (d.AtMost == nil || *d.AtMost > *most) {
			c.say(Warning, "fee_above_maximum", path(k, i, "price"), map[string]string{"maximum": most.String(), "charge": charge.String()},
				"a single %s costs %s, but a session never costs more than %s (total.atMost), so it is never charged in full; change one of the two", what, c.money(charge), c.money(*most))
		}
	}
	if d.Grace > 0 && !charges {
		c.say(Hint, "grace_without_price", k.String()+".grace", nil, "the grace of %s has no effect, because %s costs nothing anyway; remove it, or set a price", c.words.Duration(d.Grace), k)
	}
	if d.AtMost != nil && !charges {
		c.say(Hint, "cap_without_price", k.String()+".atMost", nil, "the cap of %s has no effect, because %s costs nothing anyway; remove it, or set a price", c.money(*d.AtMost), k)
	}
	if most := c.doc.Total.AtMost; d.AtMost != nil && charges && most != nil && *d.AtMost > *most {
		c.say(Hint, "cap_without_effect", k.String()+".atMost", map[string]string{"cap": d.AtMost.String(), "maximum": most.String()},
			"the cap of %s has no effect, because a whole session costs %s at most (total.atMost); lower it, or remove it", c.money(*d.AtMost), c.money(*most))
	}
	if l := c.doc.Limits.Duration; k == tariff.Charging && d.Grace > 0 && l > 0 && d.Grace >= l {
		c.say(Warning, "grace_beyond_limit", k.String()+".grace", map[string]string{"grace": fmt.Sprint(d.Grace), "limit": fmt.Sprint(l)},
			"the grace of %s lasts as long as a session may (limits.duration, %s), so %s is never charged; shorten one of the two", c.words.Duration(d.Grace), c.words.Duration(l), k)
	}
}

// total holds the bounds of a session against each other and against its fee.
func (c *checker) total() {
	b, d := c.doc.Total, c.doc
	for _, a := range []struct {
		path string
		p    *money.Price
	}{{"total.free", b.Free}, {"total.atLeast", b.AtLeast}, {"total.atMost", b.AtMost}, {"total.atMostPerDay", b.AtMostPerDay},
		{"total.atLeastWithTax", b.AtLeastWithTax}, {"total.atMostWithTax", b.AtMostWithTax}, {"limits.amount", d.Limits.Amount}, {"preauthorise", d.Preauthorise}} {
		c.amount(a.path, a.p)
	}
	if b.Free != nil && b.AtMost != nil && *b.Free > 0 && *b.AtMost == 0 {
		c.say(Hint, "free_without_effect", "total.free", nil, "the first %s of a session are free, but a session costs nothing anyway (total.atMost); remove one of the two", c.money(*b.Free))
	}
	c.taxedBounds()
	fee, always := c.fee()
	if b.AtMostPerDay != nil && fee > *b.AtMostPerDay {
		c.say(Warning, "fee_above_day", "total.atMostPerDay", map[string]string{"fee": fee.String(), "day": b.AtMostPerDay.String()},
			"the session fee of %s is above the maximum per day of %s, so it is never charged in full; change one of the two", c.money(fee), c.money(*b.AtMostPerDay))
	}
	if b.AtLeast != nil && always && fee >= *b.AtLeast && b.Free == nil && !c.credits() {
		c.say(Hint, "minimum_without_effect", "total.atLeast", map[string]string{"minimum": b.AtLeast.String(), "fee": fee.String()},
			"the minimum of %s has no effect, because the session fee alone is %s; raise it, or remove it", c.money(*b.AtLeast), c.money(fee))
	}
}

// taxedBounds finds bounds with tax below those without, which can only be the
// other way round: tax is added.
func (c *checker) taxedBounds() {
	b := c.doc.Total
	for _, p := range []struct {
		name      string
		net, with *money.Price
		idle      string // the one that never comes into play
	}{{"atLeast", b.AtLeast, b.AtLeastWithTax, "total.atLeastWithTax"}, {"atMost", b.AtMost, b.AtMostWithTax, "total.atMost"}} {
		if p.net != nil && p.with != nil && *p.with < *p.net {
			c.say(Warning, "bound_with_tax_below", "total."+p.name+"WithTax", map[string]string{"with": p.with.String(), "without": p.net.String()},
				"%s with tax is below %s without (total.%s), so %s never comes into play; were the two exchanged?", c.money(*p.with), c.money(*p.net), p.name, p.idle)
		}
	}
}

// fee is the highest session fee, and whether it is due whenever one is.
func (c *checker) fee() (highest money.Price, always bool) {
	rules := c.doc.Dimension(tariff.Session).Rules
	for _, r := range rules {
		highest = max(highest, r.Price)
	}
	return highest, len(rules) > 0 && rules[0].When.Always()
}

// credits reports whether a session can earn the driver something.
func (c *checker) credits() bool {
	for _, k := range []tariff.Kind{tariff.Energy, tariff.Export} {
		for _, r := range c.doc.Dimension(k).Rules {
			if r.Price < 0 || r.Feed != nil {
				return true
			}
		}
	}
	return false
}

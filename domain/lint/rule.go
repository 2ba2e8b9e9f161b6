package lint

import (
	"fmt"
	"math/big"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// rule looks at one rule by itself and beside what bounds its dimension.
func (c *checker) rule(k tariff.Kind, i int) {
	d := c.doc.Dimension(k)
	r := d.Rules[i]
	c.taxes(path(k, i, "price.tax"), r.Taxes)
	if r.Feed != nil {
		c.feed(k, i, r.Feed)
	}
	charges := r.Price != 0 || r.Feed != nil
	if until := countedTime(k, r.When).Before; charges && until > 0 && until <= d.Grace {
		c.say(Warning, "rule_within_grace", path(k, i, "when"), map[string]string{"until": fmt.Sprint(until), "grace": fmt.Sprint(d.Grace)},
			"rule %d of %s holds for the first %s only, which the grace of %s leaves free, so it never charges anything; shorten the grace, or remove the rule", i+1, k, c.words.Duration(until), c.words.Duration(d.Grace))
	}
	if k == tariff.Energy || k == tariff.Charging {
		c.beyondLimits(k, i)
	}
	if k == tariff.Export && r.Price > 0 {
		c.say(Warning, "export_charged", path(k, i, "price"), map[string]string{"price": r.Price.String()},
			"the driver pays %s for energy given back; a credit is written below zero, as -%s", c.price(k, r), r.Price)
	}
	c.detachedTier(k, i)
}

// beyondLimits finds rules for what a session does not come to. The time after
// it was stopped can still have a price, as idle time or occupancy.
func (c *checker) beyondLimits(k tariff.Kind, i int) {
	w, limits := c.doc.Dimension(k).Rules[i].When, c.doc.Limits
	if l := limits.Energy; l > 0 && w.Energy.From >= l {
		c.say(Warning, "rule_beyond_limit", path(k, i, "when.energy"), map[string]string{"from": c.words.Energy(w.Energy.From), "limit": c.words.Energy(l)},
			"rule %d of %s holds from %s on, but sessions are stopped at %s (limits.energy); change one of the two", i+1, k, c.words.Energy(w.Energy.From), c.words.Energy(l))
	}
	if l := limits.Duration; l > 0 && w.Duration.From >= l {
		c.say(Warning, "rule_beyond_limit", path(k, i, "when.duration"), map[string]string{"from": c.words.Duration(w.Duration.From), "limit": c.words.Duration(l)},
			"rule %d of %s holds from %s on, but sessions are stopped after %s (limits.duration); change one of the two", i+1, k, c.words.Duration(w.Duration.From), c.words.Duration(l))
	}
}

// countedTime is the part of a condition that counts the time of the dimension.
func countedTime(k tariff.Kind, w tariff.Condition) tariff.Range[int64] {
	switch k {
	case tariff.Charging:
		return w.ChargingTime
	case tariff.Idle:
		return w.IdleTime
	case tariff.Occupancy:
		return w.Duration
	}
	return tariff.Range[int64]{}
}

// detachedTier finds a flat tier that begins where none ends.
func (c *checker) detachedTier(k tariff.Kind, i int) {
	rules := c.doc.Dimension(k).Rules
	r := rules[i]
	from := tierStart(r.When)
	if r.Per != tariff.Flat || from == (tierEdge{}) {
		return
	}
	for j, e := range rules {
		if j != i && (tierEnd(e.When) == from || e.When.Always()) {
			return
		}
	}
	c.say(Hint, "tier_detached", path(k, i, "when"), nil,
		"the flat price of rule %d of %s begins inside a session, and no rule ends where it begins; a session below that owes no flat price", i+1, k)
}

// tierEdge is a bound by energy, duration, charging and idle time.
type tierEdge [4]int64

func tierStart(w tariff.Condition) tierEdge {
	return tierEdge{int64(w.Energy.From), w.Duration.From, w.ChargingTime.From, w.IdleTime.From}
}

func tierEnd(w tariff.Condition) tierEdge {
	return tierEdge{int64(w.Energy.Before), w.Duration.Before, w.ChargingTime.Before, w.IdleTime.Before}
}

// feed holds a price feed's bounds against its fallback.
func (c *checker) feed(k tariff.Kind, i int, f *tariff.FeedPrice) {
	at := path(k, i, "price")
	fallback := new(big.Rat).Mul(rat(f.Fallback), big.NewRat(f.FallbackPercentage, tariff.Whole))
	text := fallback.FloatString(money.PriceDecimals)
	if p, err := money.ParsePrice(text); err == nil {
		text = c.money(p)
	}
	if f.Ceiling != nil && fallback.Cmp(rat(*f.Ceiling)) > 0 {
		c.say(Warning, "fallback_above_ceiling", at+".fallback", map[string]string{"fallback": text, "ceiling": f.Ceiling.String()},
			"the fallback of %s is above the ceiling of %s, so it is cut to that; lower it, or raise the ceiling", text, c.money(*f.Ceiling))
	}
	if f.Floor != nil && fallback.Cmp(rat(*f.Floor)) < 0 {
		c.say(Warning, "fallback_below_floor", at+".fallback", map[string]string{"fallback": text, "floor": f.Floor.String()},
			"the fallback of %s is below the floor of %s, so it is lifted to that; raise it, or lower the floor", text, c.money(*f.Floor))
	}
	c.looksLikeFactor(at+".percentage", f.Percentage)
	c.looksLikeFactor(at+".fallbackPercentage", f.FallbackPercentage)
	if f.Tax > 0 && f.Tax < fractionLike {
		c.looksLikeFraction(at+".tax", f.Tax)
	}
}

func rat(p money.Price) *big.Rat { return big.NewRat(int64(p), 1_000_000_000) }

// Shares below these, in millionths, are taken for ones that were not written
// in percent: nobody sells at a twentieth of the market's price, and no tax on
// energy is below half a percent.
const (
	factorLike   = 50_000
	fractionLike = 5_000
)

func (c *checker) looksLikeFactor(at string, percentage int64) {
	if percentage < factorLike {
		c.say(Warning, "percentage_looks_like_factor", at, map[string]string{"percentage": tariff.FormatRate(percentage)},
			"%s percent of the price is next to nothing; for %s times the price write %s", tariff.FormatRate(percentage), tariff.FormatRate(percentage), tariff.FormatRate(100*percentage))
	}
}

func (c *checker) looksLikeFraction(at string, rate int64) {
	c.say(Warning, "rate_looks_like_fraction", at, map[string]string{"rate": tariff.FormatRate(rate)},
		"a tax of %s percent is next to nothing; rates are written in percent, so for %s percent write %s", tariff.FormatRate(rate), tariff.FormatRate(100*rate), tariff.FormatRate(100*rate))
}

package lint

import "kwote/domain/tariff"

// lock finds what is locked without having a price that time could change.
func (c *checker) lock() {
	if c.doc.Locked == 0 {
		return
	}
	any := false
	for k := range tariff.Kind(tariff.Kinds) {
		clocked := c.doc.Dimension(k).Clocked()
		any = any || clocked
		if c.doc.Locked.Has(k) && !clocked && c.doc.Locked != tariff.EveryKind {
			c.say(Hint, "lock_without_effect", "lock", map[string]string{"dimension": k.String()},
				"%s is locked, but no price of it depends on the clock, the date or a feed; remove it from the lock", k)
		}
	}
	if c.doc.Locked == tariff.EveryKind && !any {
		c.say(Hint, "lock_without_effect", "lock", nil, "the lock has no effect, because no price depends on the clock, the date or a feed; remove it")
	}
}

// limits holds where a session is stopped, and what is held for it, against
// what it can cost.
func (c *checker) limits() {
	d := c.doc
	if l, most := d.Limits.Amount, d.Total.AtMost; l != nil && most != nil && *l > *most {
		c.say(Hint, "limit_never_reached", "limits.amount", map[string]string{"limit": l.String(), "maximum": most.String()},
			"no session reaches the limit of %s, because none costs more than %s (total.atMost); lower it, or remove it", c.money(*l), c.money(*most))
	}
	hold := d.Preauthorise
	if hold == nil {
		return
	}
	least, what := d.Total.AtLeast, "total.atLeast"
	if fee, always := c.fee(); always && (least == nil || fee > *least) {
		least, what = &fee, "session"
	}
	if least != nil && *hold < *least {
		c.say(Warning, "hold_below_minimum", "preauthorise", map[string]string{"hold": hold.String(), "minimum": least.String()},
			"%s is held for a session that costs %s at least (%s), so it never suffices; raise it", c.money(*hold), c.money(*least), what)
	}
	if most := d.Total.AtMost; most != nil && *hold > *most {
		c.say(Hint, "hold_above_maximum", "preauthorise", map[string]string{"hold": hold.String(), "maximum": most.String()},
			"%s is held for a session that costs %s at most (total.atMost); lower it, so that less of the driver's money is tied up", c.money(*hold), c.money(*most))
	}
	if l := d.Limits.Amount; l != nil && *hold < *l && (d.Total.AtMost == nil || *hold < *d.Total.AtMost) {
		c.say(Hint, "hold_below_limit", "preauthorise", map[string]string{"hold": hold.String(), "limit": l.String()},
			"%s is held, but a session may cost %s before it is stopped (limits.amount): %s can stay open", c.money(*hold), c.money(*l), c.money(*l-*hold))
	}
}

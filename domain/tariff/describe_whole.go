package tariff

import (
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/money"
)

// total reads out the bounds of the whole price.
func (t telling) total() string {
	b := &t.doc.Total
	text := func(p *money.Price) string {
		if p == nil {
			return ""
		}
		return t.Money(*p, t.doc.Currency)
	}
	var parts []string
	if b.Free != nil {
		parts = append(parts, t.g.freeAmount(text(b.Free)))
	}
	if b.AtLeast != nil || b.AtMost != nil {
		parts = append(parts, t.g.total(text(b.AtLeast), text(b.AtMost)))
	}
	if b.AtLeastWithTax != nil || b.AtMostWithTax != nil {
		parts = append(parts, t.g.totalWithTax(text(b.AtLeastWithTax), text(b.AtMostWithTax)))
	}
	if b.AtMostPerDay != nil {
		parts = append(parts, t.g.perDay(text(b.AtMostPerDay)))
	}
	return strings.Join(parts, ", ")
}

// lock is said only where a locked dimension has a price that the clock, the
// date or a feed could change.
func (t telling) lock() string {
	var locked, open []Kind
	for k := range kinds {
		if !t.doc.Dimension(k).Clocked() {
			continue
		}
		if t.doc.Locked.Has(k) {
			locked = append(locked, k)
		} else {
			open = append(open, k)
		}
	}
	switch {
	case len(locked) == 0:
		return ""
	case len(open) == 0:
		return t.g.lock(nil)
	}
	return t.g.lock(locked)
}

// idleWhen is said only where idle time, or the charging time that it takes
// away from, makes a price.
func (t telling) idleWhen() string {
	matters := t.has(Idle) || t.has(Charging)
	for k := range kinds {
		matters = matters || slices.ContainsFunc(t.doc.Dimension(k).Rules, func(r Rule) bool {
			return r.When.ChargingTime.Set() || r.When.IdleTime.Set() || r.When.Average.Set()
		})
	}
	if !matters {
		return ""
	}
	return t.IdleWhen(t.doc.IdleWhen)
}

// IdleWhen says how idle time is told from charging; empty where that is by the
// reported state.
func (l Language) IdleWhen(w IdleDetection) string {
	switch w.By {
	case ByPower:
		return l.g.idleByPower(l.Power(w.Power), l.Duration(w.For))
	case ByCharge:
		return l.g.idleByCharge(l.Rate(w.Charge * 1000))
	}
	return ""
}

func (t telling) limits() string {
	l := t.doc.Limits
	var at []string
	if l.Energy > 0 {
		at = append(at, t.g.stopAt(t.Energy(l.Energy)))
	}
	if l.Duration > 0 {
		at = append(at, t.g.stopAfter(t.Duration(l.Duration)))
	}
	if l.Amount != nil {
		at = append(at, t.g.stopAt(t.Money(*l.Amount, t.doc.Currency)))
	}
	if len(at) == 0 {
		return ""
	}
	return t.g.stopped(joinList(at, t.g.or))
}

func (t telling) preauthorise() string {
	if t.doc.Preauthorise == nil {
		return ""
	}
	return t.g.held(t.Money(*t.doc.Preauthorise, t.doc.Currency))
}

// failedStart is said only where it is set and something depends on it.
func (t telling) failedStart() string {
	f := t.doc.FailedStart
	fee, least := t.has(Session), t.doc.Total.AtLeast != nil || t.doc.Total.AtLeastWithTax != nil
	if f == (FailedStart{}) || !fee && !least {
		return ""
	}
	var below []string
	if f.Energy > 0 {
		below = append(below, t.Energy(f.Energy))
	}
	if f.Duration > 0 {
		below = append(below, t.Duration(f.Duration))
	}
	return t.g.failedStart(fee, least, below)
}

func (t telling) valid() string {
	text := func(at *calendar.Instant) string {
		if at == nil {
			return ""
		}
		seconds := int64(*at)
		day := seconds / 86400
		if seconds%86400 < 0 {
			day--
		}
		return t.g.instant(t.Date(calendar.Date(day)), calendar.TimeOfDay(seconds-day*86400)) + " UTC"
	}
	if t.doc.Valid == (Validity{}) {
		return ""
	}
	return t.g.valid(text(t.doc.Valid.From), text(t.doc.Valid.Before))
}

// tax says what the prices include. Rules with taxes of their own have said so
// by themselves.
func (t telling) tax() string {
	if !t.somethingToPay() {
		return ""
	}
	untaxed, own, standard := t.priceTaxes()
	switch {
	case untaxed && !own && !standard:
		return t.g.tax(NoTax, "")
	case own && !standard:
		return t.g.taxStated(t.doc.Terms)
	case own || untaxed:
		return t.g.tax(t.doc.Terms, t.Taxes(t.doc.Taxes)) + t.g.unlessStated
	}
	return t.g.tax(t.doc.Terms, t.Taxes(t.doc.Taxes))
}

// priceTaxes reports whether some prices bear no tax, taxes of their own, and
// those of the document or place.
func (t telling) priceTaxes() (untaxed, own, standard bool) {
	for k := range kinds {
		for _, r := range t.doc.Dimension(k).spoken() {
			if r.costs() {
				untaxed = untaxed || r.Untaxed
				own = own || len(r.Taxes) > 0
				standard = standard || !r.Untaxed && len(r.Taxes) == 0
			}
		}
	}
	return untaxed, own, standard
}

// Taxes names taxes with their rates and the dates on which they hold, "5% GST
// and 9.975% QST".
func (l Language) Taxes(all []Tax) string {
	var list []string
	for _, x := range all {
		text := l.Tax(x.Name, x.Rate)
		if x.OnTop {
			text = l.g.onTop(text)
		}
		if x.From != nil || x.Before != nil {
			text += " " + l.dates(x.From, x.Before)
		}
		list = append(list, text)
	}
	return joinList(list, l.g.and)
}

package pricing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// priceKey is a rule in a quarter of an hour, in which no feed changes.
type priceKey struct {
	kind    tariff.Kind
	rule    int
	quarter calendar.Instant
}

// price is the unit price of a rule at a moment.
func (o *oracle) price(k tariff.Kind, rule int, at view) money.Price {
	r := o.doc.Dimension(k).Rules[rule]
	if r.Feed == nil {
		return r.Price
	}
	when := at.at
	if o.doc.Locked.Has(k) {
		when = o.locked(k).at
	}
	key := priceKey{k, rule, when / 900}
	p, ok := o.prices[key]
	if !ok {
		p = o.feedPrice(r.Feed, when)
		o.prices[key] = p
	}
	return p
}

func (o *oracle) feedPrice(f *tariff.FeedPrice, at calendar.Instant) money.Price {
	million := big.NewRat(1, 1_000_000)
	part := func(n int64) *big.Rat { return new(big.Rat).Mul(big.NewRat(n, 1), million) }
	p := new(big.Rat).Mul(rat(f.Fallback), part(f.FallbackPercentage))
	if value, ok := o.feedValue(f.Feed, at); ok {
		p.Mul(rat(value), new(big.Rat).Add(big.NewRat(1, 1), part(f.Tax)))
		p.Mul(p, part(f.Percentage))
		p.Add(p, rat(f.Addition))
	}
	if f.Floor != nil && p.Cmp(rat(*f.Floor)) < 0 {
		p = rat(*f.Floor)
	}
	if f.Ceiling != nil && p.Cmp(rat(*f.Ceiling)) > 0 {
		p = rat(*f.Ceiling)
	}
	return money.Price(ratRound(p, money.PriceDecimals, money.HalfUp))
}

func (o *oracle) feedValue(name string, at calendar.Instant) (money.Price, bool) {
	for _, f := range o.ctx.Feeds {
		for _, s := range f.Slots {
			if f.Name == name && s.From <= at && int64(at-s.From) < f.Length {
				return s.Value, true
			}
		}
	}
	return 0, false
}

func (o *oracle) cost(k tariff.Kind, b bill) *big.Rat {
	per := o.doc.Dimension(k).Rules[b.rule].Per
	if per == tariff.Flat {
		if b.once {
			return rat(b.price)
		}
		return new(big.Rat)
	}
	units := map[tariff.Unit]int64{tariff.PerKWh: 1_000_000_000, tariff.PerMinute: 60, tariff.PerHour: 3600, tariff.PerSession: 1}[per]
	return new(big.Rat).Mul(rat(b.price), big.NewRat(b.quantity, units))
}

// until is the running total up to the end of a local day: capped, less the
// free amount, and within minimum and maximum. The minimum is the session's, so
// it is not due on the days of a reservation before it.
func (o *oracle) until(day calendar.Date) *big.Rat {
	sum := new(big.Rat)
	for k := range tariff.Kind(tariff.Kinds) {
		if k == tariff.Session && o.failed {
			continue
		}
		part := new(big.Rat)
		for _, b := range o.upTo(k, day) {
			part.Add(part, o.cost(k, b))
		}
		if most := o.doc.Dimension(k).AtMost; most != nil {
			part = least(part, rat(*most))
		}
		sum.Add(sum, part)
	}
	if bounds := o.boundedOn(sum, day); len(bounds) > 0 {
		return bounds[len(bounds)-1]
	}
	return sum
}

// boundedOn is a sum after each step that changes it: the free amount, the
// minimum, the maximum.
func (o *oracle) boundedOn(sum *big.Rat, day calendar.Date) (steps []*big.Rat) {
	t := o.doc.Total
	if t.Free != nil && sum.Sign() > 0 {
		sum = new(big.Rat).Sub(sum, least(sum, rat(*t.Free)))
		steps = append(steps, sum)
	}
	if t.AtLeast != nil && !o.failed && day >= o.start.date && sum.Cmp(rat(*t.AtLeast)) < 0 {
		sum = rat(*t.AtLeast)
		steps = append(steps, sum)
	}
	if t.AtMost != nil && sum.Cmp(rat(*t.AtMost)) > 0 {
		steps = append(steps, rat(*t.AtMost))
	}
	return steps
}

// days are the amounts of the local days, those above the driver's maximum cut
// down to it. Days without an amount are left out.
func (o *oracle) days() map[calendar.Date]*big.Rat {
	first, last := o.start.date, o.wall(o.to).date
	if o.facts.Reserved != nil {
		first = o.wall(o.facts.Reserved.From).date
	}
	out := map[calendar.Date]*big.Rat{}
	before := new(big.Rat)
	for day := first; day <= last; day++ {
		running := o.until(day)
		amount := new(big.Rat).Sub(running, before)
		before = running
		if most := o.doc.Total.AtMostPerDay; most != nil {
			left := rat(*most)
			for _, s := range o.ctx.Spent {
				if s.Date == day {
					left.Sub(left, s.Amount.Rat())
				}
			}
			if left.Sign() < 0 {
				left = new(big.Rat)
			}
			amount = least(amount, left)
		}
		if amount.Sign() != 0 {
			out[day] = amount
		}
	}
	return out
}

// total is the exact sum before rounding.
func (o *oracle) total() *big.Rat {
	sum := new(big.Rat)
	for _, amount := range o.days() {
		sum.Add(sum, amount)
	}
	return sum
}

func least(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

func rat(p money.Price) *big.Rat { return big.NewRat(int64(p), 1_000_000_000) }

// String lists what was billed.
func (o *oracle) String() string {
	var out strings.Builder
	f := o.facts
	fmt.Fprintf(&out, "%s\n%s\nfrom %s to %s of %s, zone %s, readings %v, exports %v, changes %v, charges %v, modes %v, pauses %v, gaps %v, reserved %v\n%+v\n", o.written, compact(o.doc),
		f.Start, o.to, f.End, o.location, f.Readings, f.Exports, f.Changes, f.Charges, f.Modes, f.Pauses, f.Gaps, f.Reserved, o.ctx)
	fmt.Fprintf(&out, "second by second: charging %d s, idle %d s, failed %t, average %v mW, peak %s mW\n", o.charging, o.idle, o.failed, o.average, o.peak)
	for k := range tariff.Kind(tariff.Kinds) {
		for _, b := range o.upTo(k, forever) {
			fmt.Fprintf(&out, "  %s rule %d: %d at %s on %s (flat %t)\n", k, b.rule+1, b.quantity, b.price, b.day, b.once)
		}
	}
	days := o.days()
	dates := make([]calendar.Date, 0, len(days))
	for d := range days {
		dates = append(dates, d)
	}
	slices.Sort(dates)
	for _, d := range dates {
		fmt.Fprintf(&out, "  %s: %s\n", d, days[d].FloatString(12))
	}
	return out.String()
}

// compact is a tariff in one line.
func compact(doc tariff.Document) string {
	var out bytes.Buffer
	if err := json.Compact(&out, tariff.Encode(doc)); err != nil {
		return err.Error()
	}
	return out.String()
}

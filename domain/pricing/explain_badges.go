package pricing

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

func (x *explainer) badges(i int) []Reason {
	l := &x.r.Lines[i]
	var out []Reason
	switch l.Kind {
	case Priced:
		out = x.shaped(i)
	case Free, FreeAmount:
		out = append(out, Reason{Code: BadgeFree, Text: x.w.free})
	case Waived:
		out = append(out, Reason{Code: BadgeWaived, Text: x.w.waived})
	case Cap:
		out = append(out, Reason{Code: BadgeCap, Text: x.w.capHit})
	case Minimum, MinimumWithTax:
		out = append(out, Reason{Code: BadgeMinimum, Text: x.w.minimumHit})
	case Maximum, MaximumWithTax, DayMaximum:
		out = append(out, Reason{Code: BadgeMaximum, Text: x.w.maximumHit})
	}
	if own, shared := x.shared(l); shared {
		params := map[string]string{"own": own.String(), "amount": l.Amount.String()}
		out = append(out, Reason{BadgeShared, params, x.w.shared(x.Amount(own), x.Amount(l.Amount))})
	}
	return out
}

// shared reports whether the line's amount is not its own exact sum rounded.
func (x *explainer) shared(l *Line) (own money.Amount, differs bool) {
	if x.r.Rounding.PerLine || l.Kind.afterTax() {
		return own, false
	}
	own, err := l.Exact.Round(x.r.Currency, x.r.Rounding.Mode)
	return own, err == nil && own != l.Amount
}

// shaped is what shaped a priced line: first the quantity, then the price.
func (x *explainer) shaped(i int) []Reason {
	l := &x.r.Lines[i]
	out := x.counts(i)
	rule := x.ruleOf(l)
	if rule != nil {
		out = append(out, x.classes(&rule.When)...)
	}
	if l.Dimension == tariff.Idle {
		out = append(out, x.idleWhen()...)
	}
	if l.Feed != nil {
		out = append(out, x.feed(l, rule))
	}
	if x.d.Locked.Has(l.Dimension) && x.d.Dimension(l.Dimension).Clocked() {
		out = append(out, Reason{Code: BadgeLocked, Text: x.w.locked})
	}
	switch {
	case l.UnitPrice == 0:
		return append(out, Reason{Code: BadgeFree, Text: x.w.free})
	case l.UnitPrice < 0:
		out = append(out, Reason{Code: BadgeCredit, Text: x.w.credit})
	}
	switch {
	case rule == nil || x.r.Terms == tariff.NoTax:
	case rule.Untaxed:
		out = append(out, Reason{Code: BadgeUntaxed, Text: x.w.untaxed})
	case len(rule.Taxes) > 0:
		var names []string
		for _, t := range rule.Taxes {
			names = append(names, t.Name+" "+tariff.FormatRate(t.Rate))
		}
		out = append(out, Reason{BadgeOwnTax, map[string]string{"taxes": strings.Join(names, ", ")}, x.w.ownTax(x.Taxes(rule.Taxes))})
	}
	return out
}

// counts is what made the billed quantity of the measured one: grace, then
// blocks or a step.
func (x *explainer) counts(i int) []Reason {
	l := &x.r.Lines[i]
	var out []Reason
	var free int64
	for j := range l.Spans {
		free += x.grace[spanRef{i, j}]
	}
	if free > 0 {
		out = append(out, Reason{BadgeGrace, map[string]string{"seconds": strconv.FormatInt(free, 10)}, x.w.grace(x.Duration(free))})
	}
	if l.Per == tariff.Flat {
		return out
	}
	size := x.d.Dimension(l.Dimension).Block
	if rule := x.ruleOf(l); size > 0 && l.Billed > 0 {
		params := map[string]string{"blocks": strconv.FormatInt(l.Billed/size, 10), "size": x.plainly(l.Dimension, size)}
		out = append(out, Reason{BadgeBlocks, params, x.w.blocks(l.Billed/size, x.Portion(l.Dimension, size))})
	} else if surplus := l.Billed - l.Measured + free; rule != nil && rule.Step > 0 && surplus > 0 {
		params := map[string]string{"step": x.plainly(l.Dimension, rule.Step), "surplus": x.plainly(l.Dimension, surplus)}
		out = append(out, Reason{BadgeStep, params, x.w.step(x.Portion(l.Dimension, rule.Step))})
	}
	return out
}

// plainly is a quantity as a parameter.
func (x *explainer) plainly(k tariff.Kind, n int64) string {
	if k.Measure() == tariff.InEnergy {
		return energy.Quantity(n).String()
	}
	return strconv.FormatInt(n, 10)
}

// classes name the powers of the session that decided for a class.
func (x *explainer) classes(c *tariff.Condition) []Reason {
	var out []Reason
	add := func(asked bool, p energy.Power, code string, say func(string) string) {
		if !asked || p <= 0 {
			return
		}
		shown := (p + energy.W - 1) / energy.W * energy.W // rounded up, so that it stays on its side of a bound
		out = append(out, Reason{code, map[string]string{"power": kilowatts(p)}, say(x.Power(shown))})
	}
	add(c.Average.Set(), x.r.AveragePower, BadgeAverage, x.w.averagePower)
	add(c.Peak.Set(), x.r.PeakPower, BadgePeak, x.w.peakPower)
	return out
}

// idleWhen says how idle time was told where it was not by the reported state.
func (x *explainer) idleWhen() []Reason {
	d := x.d.IdleWhen
	switch d.By {
	case tariff.ByPower:
		return []Reason{{BadgeIdleWhen, map[string]string{"powerBelow": kilowatts(d.Power), "seconds": strconv.FormatInt(d.For, 10)}, x.IdleWhen(d)}}
	case tariff.ByCharge:
		return []Reason{{BadgeIdleWhen, map[string]string{"chargeFrom": plain(d.Charge, 10)}, x.IdleWhen(d)}}
	}
	return nil
}

// spanRef is a span by the indices of its line and of itself.
type spanRef struct{ line, span int }

// graceUsed is the free time at the beginning of each dimension by the spans
// that it falls on: grace is the first elapsed time, whatever rule it is under.
func (x *explainer) graceUsed() map[spanRef]int64 {
	out := map[spanRef]int64{}
	for k := range tariff.Kind(tariff.Kinds) {
		left := x.d.Dimension(k).Grace
		if left == 0 {
			continue
		}
		var spans []spanRef
		for i, l := range x.r.Lines {
			if l.Dimension != k || l.Kind != Priced && l.Kind != Free {
				continue
			}
			for j := range l.Spans {
				spans = append(spans, spanRef{i, j})
			}
		}
		at := func(s spanRef) Span { return x.r.Lines[s.line].Spans[s.span] }
		slices.SortStableFunc(spans, func(a, b spanRef) int { return int(max(-1, min(1, at(a).From-at(b).From))) })
		for _, s := range spans {
			out[s] = min(left, at(s).Measured)
			left -= out[s]
		}
	}
	return out
}

// feed says which value of a feed made the unit price, and how, as a sum.
func (x *explainer) feed(l *Line, rule *tariff.Rule) Reason {
	use := l.Feed
	params := map[string]string{"feed": use.Feed, "unitPrice": l.UnitPrice.String()}
	out := Reason{Code: BadgeFallback, Params: params, Text: x.w.feedMissing(use.Feed)}
	if !use.Missing {
		out.Code = BadgeFeed
		params["from"], params["value"] = use.From.String(), use.Value.String()
		out.Text = x.w.feedValue(use.Feed, x.times(use.From, use.From))
	}
	if rule == nil || rule.Feed == nil {
		return out
	}
	out.Text += x.w.colon + x.feedSum(l, rule.Feed, params)
	return out
}

// feedSum works the unit price out of the feed's value or the fallback.
func (x *explainer) feedSum(l *Line, f *tariff.FeedPrice, params map[string]string) string {
	value, tax, share, addition := l.Feed.Value, f.Tax, f.Percentage, f.Addition
	if l.Feed.Missing {
		value, tax, share, addition = f.Fallback, 0, f.FallbackPercentage, 0
		params["value"] = value.String()
	}
	sum, exact := x.perUnit(l, value), big.NewRat(int64(value), 1)
	if tax != 0 {
		factor := money.Price((tariff.Whole + tax) * 1000)
		sum += " × " + x.Number(factor.String())
		exact.Mul(exact, big.NewRat(tariff.Whole+tax, tariff.Whole))
		params["tax"] = tariff.FormatRate(tax)
	}
	if share != tariff.Whole {
		sum += " × " + x.Rate(share)
		exact.Mul(exact, big.NewRat(share, tariff.Whole))
		params["percentage"] = tariff.FormatRate(share)
	}
	if addition != 0 {
		sign, size := " + ", addition
		if addition < 0 {
			sign, size = " − ", -addition
		}
		sum += sign + x.perUnit(l, size)
		exact.Add(exact, big.NewRat(int64(addition), 1))
		params["addition"] = addition.String()
	}
	return sum + x.feedResult(l, f, exact, sum != x.perUnit(l, value), params)
}

// feedResult is the end of a feed's sum, which is in billionths: what came out,
// and how it was bounded or rounded.
func (x *explainer) feedResult(l *Line, f *tariff.FeedPrice, exact *big.Rat, reckoned bool, params map[string]string) string {
	text := ""
	if reckoned {
		decimals := new(big.Rat).Quo(exact, big.NewRat(1_000_000_000, 1)).FloatString(27)
		for point := strings.IndexByte(decimals, '.'); decimals[len(decimals)-1] == '0' && len(decimals)-point-1 > x.r.Currency.Digits(); {
			decimals = decimals[:len(decimals)-1]
		}
		text = " = " + x.Number(strings.TrimSuffix(decimals, ".")) + " " + string(x.r.Currency) + l.Per.String()
	}
	over := func(limit *money.Price, sign int) bool {
		return limit != nil && exact.Cmp(big.NewRat(int64(*limit), 1)) == sign
	}
	switch {
	case over(f.Floor, -1):
		params["floor"] = f.Floor.String()
		return text + ", " + x.w.raised(x.perUnit(l, *f.Floor))
	case over(f.Ceiling, 1):
		params["ceiling"] = f.Ceiling.String()
		return text + ", " + x.w.lowered(x.perUnit(l, *f.Ceiling))
	case !exact.IsInt():
		return text + ", " + x.w.rounded(x.perUnit(l, l.UnitPrice))
	}
	return text
}

// perUnit is a price in the unit of a line.
func (x *explainer) perUnit(l *Line, p money.Price) string {
	return x.UnitPrice(p, l.Per, x.r.Currency)
}

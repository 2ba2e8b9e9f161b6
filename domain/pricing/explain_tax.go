package pricing

import (
	"math/big"
	"slices"
	"strings"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// taxOf is the exact tax on a net amount.
func taxOf(net money.Amount, rate int64) *big.Rat {
	return new(big.Rat).Mul(net.Exact().Rat(), big.NewRat(rate, million))
}

// taxBase is what the tax of a tax line is levied on. Tax lines and the
// receipt's taxes come in the same order.
func (x *explainer) taxBase(i int) money.Amount {
	n := 0
	for _, l := range x.r.Lines[:i] {
		if l.Kind == TaxOn {
			n++
		}
	}
	if n < len(x.r.Taxes) {
		return x.r.Taxes[n].Net
	}
	return x.r.Net
}

// taxes reckons the tax as the receipt's terms say: out of a gross total, or
// on top of a net one.
func (x *explainer) taxes() []Reason {
	if x.r.Terms == tariff.WithTax {
		return x.taxesTakenOut()
	}
	return x.taxesAdded()
}

func (x *explainer) taxReason(code string, t TaxLine, sum string, amount money.Amount) Reason {
	params := map[string]string{"name": t.Name, "rate": tariff.FormatRate(t.Rate), "net": t.Net.String(), "amount": amount.String()}
	return Reason{code, params, x.w.tax(x.Tax(t.Name, t.Rate), sum, x.Amount(amount))}
}

// taxesAdded are the taxes on top of net amounts, and how a bound of the total
// with tax changed the last of them.
func (x *explainer) taxesAdded() []Reason {
	var out []Reason
	bound := int64(0)
	for _, l := range x.r.Lines {
		if l.Kind == MinimumWithTax || l.Kind == MaximumWithTax {
			bound += l.Amount.Minor
		}
	}
	for i, t := range x.r.Taxes {
		amount := t.Amount
		if i == len(x.r.Taxes)-1 {
			amount.Minor -= bound
		}
		sum := x.Amount(t.Net) + " × " + x.Rate(t.Rate) + " = " + x.exactMoney(taxOf(t.Net, t.Rate))
		out = append(out, x.taxReason(TaxAddedToNet, t, sum, amount))
		out = append(out, x.sharedBase(t, t.Net)...)
		if amount != t.Amount {
			params := map[string]string{"name": t.Name, "rate": tariff.FormatRate(t.Rate), "amount": t.Amount.String()}
			out = append(out, Reason{TaxBound, params, x.w.taxBound(x.Tax(t.Name, t.Rate), x.Amount(t.Amount))})
		}
	}
	return out
}

// taxesTakenOut takes each group of taxes out of the part of the total that
// bears it.
func (x *explainer) taxesTakenOut() []Reason {
	if len(x.r.Taxes) == 0 {
		return nil
	}
	var out []Reason
	left := x.r.Total
	groups := x.taxGroups()
	for _, g := range groups {
		gross := g[0].Net
		for _, t := range g {
			gross.Minor += t.Amount.Minor
		}
		left.Minor -= gross.Minor
		out = append(out, x.net(g, gross, len(groups) == 1 && gross == x.r.Total))
		out = append(out, x.parts(g, gross)...)
		out = append(out, x.sharedBase(g[0], gross)...)
	}
	if left.Minor != 0 && !slices.Contains(x.r.Notes, NoteTaxUnknown) {
		out = append(out, Reason{TaxFree, map[string]string{"amount": left.String()}, x.w.untaxedPart(x.Amount(left))})
	}
	return out
}

// sharedBase says what of a tax's base is a share of lines for several prices.
func (x *explainer) sharedBase(t TaxLine, base money.Amount) []Reason {
	if t.Shared.Minor == 0 {
		return nil
	}
	params := map[string]string{"name": t.Name, "rate": tariff.FormatRate(t.Rate), "base": base.String(), "shared": t.Shared.String()}
	return []Reason{{TaxShared, params, x.w.sharedBase(x.Tax(t.Name, t.Rate), x.Amount(base), x.Amount(t.Shared))}}
}

// taxGroups parts the receipt's taxes into those that were taken out of one
// gross together. Of prices with tax, rules have one tax each
// (several_taxes_included); what no rule names comes first and is the place's.
func (x *explainer) taxGroups() [][]TaxLine {
	all := x.r.Taxes
	together := len(all)
	for together > 0 && x.ofRule(all[together-1]) {
		together--
	}
	var groups [][]TaxLine
	if together > 0 {
		groups = append(groups, all[:together])
	}
	for i := together; i < len(all); i++ {
		groups = append(groups, all[i:i+1])
	}
	return groups
}

// ofRule reports whether some rule names the tax.
func (x *explainer) ofRule(t TaxLine) bool {
	for k := range x.d.Dimensions {
		for _, r := range x.d.Dimensions[k].Rules {
			if slices.ContainsFunc(r.Taxes, func(own tariff.Tax) bool { return own.Name == t.Name && own.Rate == t.Rate }) {
				return true
			}
		}
	}
	return false
}

// net divides a gross amount by one and the rates of its taxes. A tax on top of
// others counts their rates, too.
func (x *explainer) net(group []TaxLine, gross money.Amount, whole bool) Reason {
	net, sum := group[0].Net, group[0].Net
	factor := big.NewRat(1, 1)
	var names, plainNames []string
	for _, t := range group {
		share := big.NewRat(t.Rate, million)
		if t.Net == sum && t.Net != net {
			share.Mul(share, factor)
		}
		factor.Add(factor, share)
		sum.Minor += t.Amount.Minor
		names, plainNames = append(names, x.Tax(t.Name, t.Rate)), append(plainNames, t.Name+" "+tariff.FormatRate(t.Rate))
	}
	text := x.Amount(gross) + " ÷ " + x.exact(factor) + " = " + x.exactMoney(new(big.Rat).Quo(gross.Exact().Rat(), factor))
	params := map[string]string{"total": gross.String(), "net": net.String()}
	if whole {
		return Reason{TaxNet, params, x.w.net(text, x.Amount(net))}
	}
	params["taxes"] = strings.Join(plainNames, ", ")
	return Reason{TaxNet, params, x.w.netOf(strings.Join(names, ", "), text, x.Amount(net))}
}

// parts are the taxes of a gross amount; the last takes what the net and the
// others leave.
func (x *explainer) parts(group []TaxLine, gross money.Amount) []Reason {
	var out []Reason
	left := new(big.Rat).Sub(gross.Exact().Rat(), group[0].Net.Exact().Rat())
	rest := x.Amount(gross) + " − " + x.Amount(group[0].Net)
	for i, t := range group {
		sum := x.Amount(t.Net) + " × " + x.Rate(t.Rate) + " = " + x.exactMoney(taxOf(t.Net, t.Rate))
		if i == len(group)-1 {
			sum = rest + " = " + x.exactMoney(left)
		}
		rest += " − " + x.Amount(t.Amount)
		left.Sub(left, t.Amount.Exact().Rat())
		out = append(out, x.taxReason(TaxPartOf, t, sum, t.Amount))
	}
	return out
}

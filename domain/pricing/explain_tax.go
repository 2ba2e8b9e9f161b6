package pricing

import (
	"math/big"

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
	switch {
	case len(x.r.Taxes) == 0:
		return nil
	case x.r.Terms != tariff.WithTax:
		return x.taxesAdded()
	case x.takenOutTogether():
		return x.taxesTogether()
	}
	return x.taxesApart()
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
		if amount != t.Amount {
			params := map[string]string{"name": t.Name, "rate": tariff.FormatRate(t.Rate), "amount": t.Amount.String()}
			out = append(out, Reason{TaxBound, params, x.w.taxBound(x.Tax(t.Name, t.Rate), x.Amount(t.Amount))})
		}
	}
	return out
}

// takenOutTogether reports whether all taxes were taken out of the whole total
// at once, rather than each out of the part that bears it.
func (x *explainer) takenOutTogether() bool {
	first, sum := x.r.Taxes[0].Net, x.r.Taxes[0].Net
	for _, t := range x.r.Taxes {
		if t.Net != first && t.Net != sum {
			return false
		}
		sum.Minor += t.Amount.Minor
	}
	return sum == x.r.Total
}

// taxesTogether takes the net out of the total first; the last tax is what is
// left.
func (x *explainer) taxesTogether() []Reason {
	out := []Reason{x.net()}
	net := x.r.Taxes[0].Net
	left := new(big.Rat).Sub(x.r.Total.Exact().Rat(), net.Exact().Rat())
	for i, t := range x.r.Taxes {
		sum := x.Amount(t.Net) + " × " + x.Rate(t.Rate) + " = " + x.exactMoney(taxOf(t.Net, t.Rate))
		if i == len(x.r.Taxes)-1 {
			sum = x.rest(left)
		}
		left.Sub(left, t.Amount.Exact().Rat())
		out = append(out, x.taxReason(TaxPartOf, t, sum, t.Amount))
	}
	return out
}

// rest is what the last of the included taxes takes: the total less the net
// and the other taxes.
func (x *explainer) rest(left *big.Rat) string {
	s := x.Amount(x.r.Total) + " − " + x.Amount(x.r.Taxes[0].Net)
	for _, t := range x.r.Taxes[:len(x.r.Taxes)-1] {
		s += " − " + x.Amount(t.Amount)
	}
	return s + " = " + x.exactMoney(left)
}

// net divides the total by one and the rates. A tax on top of others counts
// their rates, too.
func (x *explainer) net() Reason {
	net, sum := x.r.Taxes[0].Net, x.r.Taxes[0].Net
	factor := big.NewRat(1, 1)
	for _, t := range x.r.Taxes {
		share := big.NewRat(t.Rate, million)
		if t.Net == sum && t.Net != net {
			share.Mul(share, factor)
		}
		factor.Add(factor, share)
		sum.Minor += t.Amount.Minor
	}
	text := x.divided(x.r.Total, factor)
	params := map[string]string{"total": x.r.Total.String(), "net": net.String()}
	return Reason{TaxNet, params, x.w.net(text, x.Amount(net))}
}

// divided is a gross amount by a factor.
func (x *explainer) divided(gross money.Amount, factor *big.Rat) string {
	return x.Amount(gross) + " ÷ " + x.exact(factor) + " = " + x.exactMoney(new(big.Rat).Quo(gross.Exact().Rat(), factor))
}

// taxesApart takes each tax out of the part of the total that bears it.
func (x *explainer) taxesApart() []Reason {
	var out []Reason
	left := x.r.Total
	for _, t := range x.r.Taxes {
		gross := t.Net
		gross.Minor += t.Amount.Minor
		left.Minor -= gross.Minor
		name := x.Tax(t.Name, t.Rate)
		params := map[string]string{"name": t.Name, "rate": tariff.FormatRate(t.Rate), "total": gross.String(), "net": t.Net.String()}
		sum := x.divided(gross, new(big.Rat).Add(big.NewRat(1, 1), big.NewRat(t.Rate, million)))
		out = append(out, Reason{TaxNet, params, x.w.netOf(name, sum, x.Amount(t.Net))})
		out = append(out, x.taxReason(TaxPartOf, t, x.Amount(gross)+" − "+x.Amount(t.Net)+" = "+x.Amount(t.Amount), t.Amount))
	}
	if left.Minor != 0 {
		out = append(out, Reason{TaxFree, map[string]string{"amount": left.String()}, x.w.untaxedPart(x.Amount(left))})
	}
	return out
}

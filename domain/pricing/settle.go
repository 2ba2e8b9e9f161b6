package pricing

import (
	"math/big"
	"math/bits"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// settle rounds once, as the policy says, and takes the tax out or puts it on
// top.
func (b *builder) settle(ctx *Context) error {
	r := &b.receipt
	r.Exact = b.sum
	sum, err := b.sum.Round(r.Currency, r.Rounding.Mode)
	if err != nil {
		return overflow(b.largest())
	}
	switch {
	case r.Rounding.PerLine:
		sum.Minor = b.shown
	case !b.lean:
		if err := b.shareTotal(sum); err != nil {
			return err
		}
	}
	r.Total, r.Net = sum, sum
	b.chargeDays(sum)
	if r.Terms == tariff.NoTax {
		return nil
	}
	if err := b.tax(ctx); err != nil {
		return err
	}
	if total := &b.c.doc.Total; total.AtLeastWithTax != nil || total.AtMostWithTax != nil {
		return b.boundWithTax()
	}
	return nil
}

// largest is the line that weighs most.
func (b *builder) largest() Line {
	out := Line{Kind: "total"}
	size := money.Exact{}
	for _, l := range b.receipt.Lines {
		e := l.Exact
		if e.Sign() < 0 {
			e = e.Neg()
		}
		if e.Cmp(size) > 0 {
			out, size = l, e
		}
	}
	return out
}

// shareTotal sets the shown amounts of the lines so that they add up to the
// rounded total.
func (b *builder) shareTotal(total money.Amount) error {
	lines := b.receipt.Lines
	if len(lines) == 1 {
		lines[0].Amount = total
		return nil
	}
	var few [16]money.Exact
	var fewShares [16]money.Amount
	parts, shares := few[:0], fewShares[:]
	for i := range lines {
		parts = append(parts, lines[i].Exact)
	}
	if len(parts) > len(shares) {
		shares = make([]money.Amount, len(parts))
	}
	if err := money.Allocate(shares[:len(parts)], total, parts); err != nil {
		return err
	}
	for i := range lines {
		lines[i].Amount = shares[i]
	}
	return nil
}

// takeTaxOut splits a gross sum: net = round(gross ÷ (1 + rate)), tax = gross −
// net (EN 16931 at document level). With several taxes the last takes what
// rounding leaves.
func (b *builder) takeTaxOut(gross int64, taxes []tariff.Tax) {
	r := &b.receipt
	net := money.Amount{Minor: b.netOf(gross, taxes), Currency: r.Currency}
	left := gross - net.Minor
	r.Net.Minor -= left
	base := net
	for i, t := range taxes {
		if !t.OnTop {
			base = net
		} else {
			base.Minor = gross - left
		}
		amount := left
		if i < len(taxes)-1 {
			amount = mulDiv(base.Minor, t.Rate, million, r.Rounding.Mode)
		}
		left -= amount
		r.Taxes = append(r.Taxes, TaxLine{Name: t.Name, Rate: t.Rate, Net: base, Amount: money.Amount{Minor: amount, Currency: r.Currency}, Shared: money.Amount{Currency: r.Currency}})
	}
}

// netOf is the gross without taxes, rounded. A tax on top multiplies what is
// there, any other adds its share of the net.
func (b *builder) netOf(gross int64, taxes []tariff.Tax) int64 {
	mode := b.receipt.Rounding.Mode
	all := int64(0)
	for i, t := range taxes {
		if all += t.Rate; t.OnTop && i > 0 {
			return compoundNet(gross, taxes, mode)
		}
	}
	return mulDiv(gross, million, million+all, mode)
}

// compoundNet is netOf where some tax is levied on others.
func compoundNet(gross int64, taxes []tariff.Tax, mode money.Mode) int64 {
	factor := big.NewRat(1, 1) // of the net, with the taxes so far
	for _, t := range taxes {
		share := big.NewRat(t.Rate, million)
		if t.OnTop {
			share.Mul(share, factor)
		}
		factor.Add(factor, share)
	}
	net := new(big.Rat).Quo(new(big.Rat).SetInt64(gross), factor)
	twice := new(big.Int).Mul(net.Num(), big.NewInt(2))
	odd := new(big.Int).Add(new(big.Int).Abs(twice), net.Denom()) // 2·|net| + 1
	q, rest := new(big.Int).QuoRem(odd, new(big.Int).Mul(net.Denom(), big.NewInt(2)), new(big.Int))
	if rest.Sign() == 0 && mode == money.HalfEven && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1))
	}
	if gross < 0 {
		q.Neg(q)
	}
	return q.Int64()
}

// putTaxOn adds a tax to what it is levied on, rounded on its own.
func (b *builder) putTaxOn(t tariff.Tax, base int64) (int64, error) {
	r := &b.receipt
	net := money.Amount{Minor: base, Currency: r.Currency}
	amount := money.Amount{Minor: mulDiv(base, t.Rate, million, r.Rounding.Mode), Currency: r.Currency}
	line := Line{Kind: TaxOn, Rule: -1, Tax: t.Name, Rate: t.Rate, Amount: amount, Exact: amount.Exact()}
	total, err := r.Total.Add(amount)
	if err != nil {
		return 0, overflow(line)
	}
	r.Total = total
	if !b.lean {
		r.Lines = append(r.Lines, line)
	}
	r.Taxes = append(r.Taxes, TaxLine{Name: t.Name, Rate: t.Rate, Net: net, Amount: amount, Shared: money.Amount{Currency: r.Currency}})
	return amount.Minor, nil
}

const million = 1_000_000

// mulDiv is a·b/c rounded to an integer, halves as the mode says. It needs
// 0 <= b <= c·10^6 and c > 0 of the size of tax rates, so the result fits
// wherever a gross amount does.
func mulDiv(a, b, c int64, mode money.Mode) int64 {
	m := uint64(a)
	if a < 0 {
		m = -m
	}
	hi, lo := bits.Mul64(m, uint64(b))
	q, rest := bits.Div64(hi, lo, uint64(c))
	if up := rest > uint64(c)/2 || rest*2 == uint64(c) && (mode == money.HalfUp || q&1 == 1); up {
		q++
	}
	if a < 0 {
		return -int64(q)
	}
	return int64(q)
}

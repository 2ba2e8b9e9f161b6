package pricing

import (
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
		return overflow(Line{Kind: "total"})
	}
	switch {
	case r.Rounding.PerLine:
		sum.Minor = b.shown
	case b.lines != nil || len(b.c.groups) > 0:
		if err := b.shareTotal(sum); err != nil {
			return err
		}
	}
	r.Total, r.Net = sum, sum
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

// shareTotal sets the shown amounts of the lines so that they add up to the
// rounded total.
func (b *builder) shareTotal(total money.Amount) error {
	lines := b.receipt.Lines
	if len(lines) == 1 {
		lines[0].Amount = total
		return nil
	}
	var few [16]money.Exact
	parts := few[:0]
	for i := range lines {
		parts = append(parts, lines[i].Exact)
	}
	shares, err := money.Allocate(total, parts)
	if err != nil {
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
	all := int64(0)
	for _, t := range taxes {
		all += t.Rate
	}
	net := money.Amount{Minor: mulDiv(gross, million, million+all, r.Rounding.Mode), Currency: r.Currency}
	left := gross - net.Minor
	r.Net.Minor -= left
	for i, t := range taxes {
		amount := left
		if i < len(taxes)-1 {
			amount = mulDiv(net.Minor, t.Rate, million, r.Rounding.Mode)
		}
		left -= amount
		r.Taxes = append(r.Taxes, TaxLine{t.Name, t.Rate, net, money.Amount{Minor: amount, Currency: r.Currency}})
	}
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
	r.Lines = append(r.Lines, line)
	r.Taxes = append(r.Taxes, TaxLine{t.Name, t.Rate, net, amount})
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

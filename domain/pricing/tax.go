package pricing

import (
	"math/big"
	"slices"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// tax takes the taxes that hold at the tax point out of the total, or puts
// them on top: once for all where no rule has taxes of its own, else by the
// parts of the total that bear the same ones.
func (b *builder) tax(ctx *Context) error {
	standard := ctx.Taxes
	if len(b.c.doc.Taxes) > 0 {
		standard = b.c.doc.Taxes
	}
	standard = b.holding(ctx, standard)
	if len(b.c.groups) > 0 {
		return b.taxByGroup(ctx, standard)
	}
	switch {
	case len(standard) == 0:
		b.receipt.Notes = append(b.receipt.Notes, NoteTaxUnknown)
		return nil
	case b.receipt.Terms == tariff.WithTax:
		b.takeTaxOut(b.receipt.Total.Minor, standard)
		return nil
	}
	net, added := b.receipt.Total.Minor, int64(0)
	for _, t := range standard {
		base := net
		if t.OnTop {
			base += added
		}
		amount, err := b.putTaxOn(t, base)
		if err != nil {
			return err
		}
		added += amount
	}
	return nil
}

// holding are the taxes whose rates hold on the local date of the tax point.
func (b *builder) holding(ctx *Context, taxes []tariff.Tax) []tariff.Tax {
	if !slices.ContainsFunc(taxes, func(t tariff.Tax) bool { return t.From != nil || t.Before != nil }) {
		return taxes
	}
	at := ctx.TaxPoint
	if at == 0 {
		at = b.receipt.To
	}
	date, _ := b.c.zone.Local(at)
	return slices.DeleteFunc(slices.Clone(taxes), func(t tariff.Tax) bool { return !t.Holds(date) })
}

// taxByGroup taxes what bears the same taxes together, so that each is rounded
// once per rate.
func (b *builder) taxByGroup(ctx *Context, standard []tariff.Tax) error {
	sums, err := b.groupSums()
	if err != nil {
		return err
	}
	if sums[0] != 0 && len(standard) == 0 {
		b.receipt.Notes = append(b.receipt.Notes, NoteTaxUnknown)
	}
	lists := [][]tariff.Tax{standard}
	for _, g := range b.c.groups {
		lists = append(lists, b.holding(ctx, g.taxes))
	}
	if b.receipt.Terms == tariff.WithTax {
		b.takeTaxesOut(sums, lists)
		return nil
	}
	var levies []levy
	for i, taxes := range lists {
		added := int64(0)
		for _, t := range taxes {
			base := sums[i]
			if t.OnTop {
				base += added
			}
			added += mulDiv(base, t.Rate, million, b.receipt.Rounding.Mode)
			levies = addLevy(levies, t, base)
		}
	}
	for _, l := range levies {
		if l.base == 0 {
			continue
		}
		if _, err := b.putTaxOn(l.tax, l.base); err != nil {
			return err
		}
	}
	return nil
}

// takeTaxesOut takes out of each gross sum the taxes of its list; sums with the
// same taxes go together.
func (b *builder) takeTaxesOut(sums []int64, lists [][]tariff.Tax) {
	for i, taxes := range lists {
		gross := int64(0)
		for j := range lists {
			if !sameTaxes(taxes, lists[j]) {
				continue
			}
			if j < i {
				gross = 0
				break
			}
			gross += sums[j]
		}
		if gross != 0 && len(taxes) > 0 {
			b.takeTaxOut(gross, taxes)
		}
	}
}

// levy is a tax and the net that it is levied on, in minor units.
type levy struct {
	tax  tariff.Tax
	base int64
}

func addLevy(levies []levy, t tariff.Tax, base int64) []levy {
	for i := range levies {
		if l := &levies[i]; l.tax.Name == t.Name && l.tax.Rate == t.Rate && l.tax.Category == t.Category && l.tax.OnTop == t.OnTop {
			l.base += base
			return levies
		}
	}
	return append(levies, levy{t, base})
}

// groupSums are the amounts of the lines by group of taxes, the standard one
// first. Lines that stand for several rules, such as a minimum, are shared over
// the groups of those rules as their sums are.
func (b *builder) groupSums() ([]int64, error) {
	sums := make([]int64, len(b.c.groups)+1)
	exact := make([]money.Exact, len(sums))
	ofKind := make([][]money.Exact, tariff.Kinds)
	for k := range ofKind {
		ofKind[k] = make([]money.Exact, len(sums))
	}
	add := func(to *money.Exact, e money.Exact) (err error) {
		*to, err = to.Add(e)
		return err
	}
	for i := range b.receipt.Lines {
		l := &b.receipt.Lines[i]
		var weights []money.Exact
		switch l.Kind {
		case Priced, Free, Waived:
			g := 0
			if l.Rule >= 0 {
				g = b.c.rules[l.Dimension][l.Rule].group
			}
			sums[g] += l.Amount.Minor
			if add(&exact[g], l.Exact) != nil || add(&ofKind[l.Dimension][g], l.Exact) != nil {
				return nil, overflow(*l)
			}
			continue
		case Cap:
			weights = ofKind[l.Dimension]
		default:
			weights = exact
		}
		for g, part := range inProportion(l.Amount.Minor, weights) {
			sums[g] += part
		}
	}
	return sums, nil
}

// inProportion shares minor units as the weights above zero stand to one
// another, by largest remainder, the earlier first; all to the first where no
// weight is above zero.
func inProportion(minor int64, weights []money.Exact) []int64 {
	out := make([]int64, len(weights))
	sum := new(big.Rat)
	for _, w := range weights {
		if w.Sign() > 0 {
			sum.Add(sum, w.Rat())
		}
	}
	if sum.Sign() == 0 {
		out[0] = minor
		return out
	}
	rests := make([]*big.Rat, len(weights))
	left := minor
	for i, w := range weights {
		share := new(big.Rat)
		if w.Sign() > 0 {
			share.Mul(w.Rat(), new(big.Rat).SetInt64(minor))
			share.Quo(share, sum)
		}
		floor := new(big.Int).Div(share.Num(), share.Denom())
		out[i] = floor.Int64()
		rests[i] = share.Sub(share, new(big.Rat).SetInt(floor))
		left -= out[i]
	}
	for ; left > 0; left-- {
		most := 0
		for i := range rests {
			if rests[i].Cmp(rests[most]) > 0 {
				most = i
			}
		}
		out[most]++
		rests[most] = new(big.Rat)
	}
	return out
}

// boundWithTax holds the total with tax to its own bounds. The difference is a
// difference of tax: the net keeps its own bounds.
func (b *builder) boundWithTax() error {
	total := &b.c.doc.Total
	if total.AtLeastWithTax != nil && !b.failedStart() {
		if err := b.towards(Line{Kind: MinimumWithTax, Rule: -1, Limit: *total.AtLeastWithTax}, 1); err != nil {
			return err
		}
	}
	if total.AtMostWithTax == nil {
		return nil
	}
	return b.towards(Line{Kind: MaximumWithTax, Rule: -1, Limit: *total.AtMostWithTax}, -1)
}

// towards adds the line that takes the total with tax to a limit, if it lies
// on the wrong side.
func (b *builder) towards(l Line, sign int) error {
	r := &b.receipt
	exact, err := asExact(l.Limit)
	if err != nil {
		return overflow(l)
	}
	limit, err := exact.Round(r.Currency, r.Rounding.Mode)
	if err != nil {
		return overflow(l)
	}
	gap := limit.Minor - r.Total.Minor
	if gap == 0 || (gap > 0) != (sign > 0) {
		return nil
	}
	l.Amount = money.Amount{Minor: gap, Currency: r.Currency}
	l.Exact = l.Amount.Exact()
	r.Lines = append(r.Lines, l)
	r.Total = limit
	if n := len(r.Taxes); n > 0 {
		r.Taxes[n-1].Amount.Minor += gap
	} else {
		r.Net = limit
	}
	return nil
}

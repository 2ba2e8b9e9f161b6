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
	sums, shared, err := b.groupSums()
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
		b.takeTaxesOut(sums, shared, lists)
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
			levies = addLevy(levies, levy{t, base, shared[i]})
		}
	}
	for _, l := range levies {
		if l.base == 0 {
			continue
		}
		if _, err := b.putTaxOn(l.tax, l.base); err != nil {
			return err
		}
		b.receipt.Taxes[len(b.receipt.Taxes)-1].Shared.Minor = l.shared
	}
	return nil
}

// takeTaxesOut takes out of each gross sum the taxes of its list; sums with the
// same taxes go together.
func (b *builder) takeTaxesOut(sums, shared []int64, lists [][]tariff.Tax) {
	for i, taxes := range lists {
		gross, part := int64(0), int64(0)
		for j := range lists {
			if !sameTaxes(taxes, lists[j]) {
				continue
			}
			if j < i {
				gross = 0
				break
			}
			gross, part = gross+sums[j], part+shared[j]
		}
		if gross != 0 && len(taxes) > 0 {
			b.takeTaxOut(gross, taxes)
			for k := len(b.receipt.Taxes) - len(taxes); k < len(b.receipt.Taxes); k++ {
				b.receipt.Taxes[k].Shared.Minor = part
			}
		}
	}
}

// levy is a tax, the net that it is levied on, in minor units, and what of that
// is shared.
type levy struct {
	tax          tariff.Tax
	base, shared int64
}

func addLevy(levies []levy, more levy) []levy {
	for i := range levies {
		if l, t := &levies[i], more.tax; l.tax.Name == t.Name && l.tax.Rate == t.Rate && l.tax.Category == t.Category && l.tax.OnTop == t.OnTop {
			l.base, l.shared = l.base+more.base, l.shared+more.shared
			return levies
		}
	}
	return append(levies, more)
}

// groupSums are the minor units by group of taxes, the standard one first, and
// what of them is the share of lines that stand for several rules, such as a
// minimum: those are shared over the groups of their rules as the sums stand by
// then. The sums add up to the total.
func (b *builder) groupSums() (sums, shared []int64, err error) {
	n := len(b.c.groups) + 1
	g := grouping{main: b.c.mainGroup, own: make([]int64, n), shares: make([]int64, n), exact: make([]money.Exact, n), shared: zeroRats(n)}
	for i := range b.receipt.Lines {
		l := &b.receipt.Lines[i]
		switch l.Kind {
		case Priced, Free, Waived:
			group := 0
			if l.Rule >= 0 {
				group = b.c.rules[l.Dimension][l.Rule].group
			}
			if err := g.add(l, group); err != nil {
				return nil, nil, err
			}
		case Cap:
			g.share(l, g.ofKind(l.Dimension))
		default:
			g.share(l, g.rats())
		}
	}
	if b.receipt.Rounding.PerLine {
		for i := range g.own {
			g.own[i] += g.shares[i]
		}
		return g.own, g.shares, nil
	}
	exact, scale := g.rats(), new(big.Rat).SetInt64(minorPerUnit(b.receipt.Currency))
	for _, e := range exact {
		e.Mul(e, scale)
	}
	sums, shared = spread64(b.receipt.Total.Minor, exact), make([]int64, n)
	for i := range sums {
		shared[i] = sums[i] - g.own[i]
	}
	return sums, shared, nil
}

// grouping gathers sums by group of taxes.
type grouping struct {
	main   int
	kind   tariff.Kind // of the lines in part
	part   []money.Exact
	exact  []money.Exact // of the rules' own lines, in currency units
	shared []*big.Rat    // of the lines for several rules
	own    []int64       // minor units of the rules' own lines
	shares []int64       // minor units of the lines for several rules
}

// add takes in a rule's own line. Lines come in order of dimension.
func (g *grouping) add(l *Line, group int) (err error) {
	if g.part == nil || g.kind != l.Dimension {
		g.kind, g.part = l.Dimension, make([]money.Exact, len(g.exact))
	}
	if g.part[group], err = g.part[group].Add(l.Exact); err != nil {
		return overflow(*l)
	}
	if g.exact[group], err = g.exact[group].Add(l.Exact); err != nil {
		return overflow(*l)
	}
	g.own[group] += l.Amount.Minor
	return nil
}

// ofKind is what each group holds of the dimension whose lines came last.
func (g *grouping) ofKind(k tariff.Kind) []*big.Rat {
	out := zeroRats(len(g.exact))
	if g.kind == k {
		for i, e := range g.part {
			out[i] = e.Rat()
		}
	}
	return out
}

// rats is what each group holds.
func (g *grouping) rats() []*big.Rat {
	out := make([]*big.Rat, len(g.exact))
	for i, e := range g.exact {
		out[i] = new(big.Rat).Add(e.Rat(), g.shared[i])
	}
	return out
}

// share adds a line to the groups as the weights above zero stand to one
// another; all to the main one where none is above zero.
func (g *grouping) share(l *Line, weights []*big.Rat) {
	sum := new(big.Rat)
	for _, w := range weights {
		if w.Sign() > 0 {
			sum.Add(sum, w)
		}
	}
	exact, parts := l.Exact.Rat(), zeroRats(len(weights))
	for i, w := range weights {
		if w.Sign() > 0 {
			parts[i].Quo(w, sum)
		}
	}
	if sum.Sign() == 0 {
		parts[g.main].SetInt64(1)
	}
	shown := zeroRats(len(weights))
	for i, p := range parts {
		g.shared[i].Add(g.shared[i], new(big.Rat).Mul(exact, p))
		shown[i].Mul(p, new(big.Rat).SetInt64(l.Amount.Minor))
	}
	for i, n := range spread64(l.Amount.Minor, shown) {
		g.shares[i] += n
	}
}

func zeroRats(n int) []*big.Rat {
	out := make([]*big.Rat, n)
	for i := range out {
		out[i] = new(big.Rat)
	}
	return out
}

// spread64 shares a whole number over parts that add up to it but for rounding:
// each part's floor, and the rest by largest remainder, the earlier first.
func spread64(total int64, parts []*big.Rat) []int64 {
	out := make([]int64, len(parts))
	rests := make([]*big.Rat, len(parts))
	left := total
	for i, p := range parts {
		floor := new(big.Int).Div(p.Num(), p.Denom())
		out[i] = floor.Int64()
		rests[i] = new(big.Rat).Sub(p, new(big.Rat).SetInt(floor))
		left -= out[i]
	}
	for ; left != 0; left -= step(left) {
		most := 0
		for i := range rests {
			if rests[i].Cmp(rests[most])*int(step(left)) > 0 {
				most = i
			}
		}
		out[most] += step(left)
		rests[most] = new(big.Rat).SetInt64((1 - step(left)) / 2)
	}
	return out
}

// step is 1 towards a number above zero, -1 towards one below.
func step(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

func minorPerUnit(c money.Currency) int64 {
	n := int64(1)
	for range c.Digits() {
		n *= 10
	}
	return n
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

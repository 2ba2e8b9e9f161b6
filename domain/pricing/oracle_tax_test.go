package pricing

import (
	"fmt"
	"math/big"

	"kwote/domain/tariff"
)

// taxesOf are the taxes due on a rule's amounts, or on those of no rule.
func (o *oracle) taxesOf(r *tariff.Rule) []tariff.Tax {
	taxes := o.ctx.Taxes
	if len(o.doc.Taxes) > 0 {
		taxes = o.doc.Taxes
	}
	if r != nil && (r.Untaxed || len(r.Taxes) > 0) {
		taxes = r.Taxes
	}
	point := o.ctx.TaxPoint
	if point == 0 {
		point = o.to
	}
	var due []tariff.Tax
	for _, tax := range taxes {
		if day := o.wall(point).date; (tax.From == nil || day >= *tax.From) && (tax.Before == nil || day < *tax.Before) {
			due = append(due, tax)
		}
	}
	return due
}

// share is what a group of lines that bear the same taxes holds.
type share struct {
	taxes []tariff.Tax
	exact *big.Rat
	minor int64
}

func keyOf(taxes []tariff.Tax) string {
	key := ""
	for _, t := range taxes {
		key += fmt.Sprintf("%s %d %s %s %t;", t.Name, t.Rate, t.Category, t.Registration, t.OnTop)
	}
	return key
}

// shares are the groups with what they hold of the exact sum.
func (o *oracle) shares() []share {
	var groups []share
	for k := range tariff.Kind(tariff.Kinds) {
		if k == tariff.Session && o.failed {
			continue
		}
		var own []share
		for _, b := range o.upTo(k, forever) {
			own = give(own, o.taxesOf(&o.doc.Dimension(k).Rules[b.rule]), o.cost(k, b))
		}
		if most := o.doc.Dimension(k).AtMost; most != nil {
			own = o.spread(own, least(sumOf(own), rat(*most)))
		}
		for _, s := range own {
			groups = give(groups, s.taxes, s.exact)
		}
	}
	for _, to := range o.boundedOn(sumOf(groups), forever) {
		groups = o.spread(groups, to)
	}
	return groups
}

// give adds an amount to the group that bears the taxes.
func give(groups []share, taxes []tariff.Tax, amount *big.Rat) []share {
	for i := range groups {
		if keyOf(groups[i].taxes) == keyOf(taxes) {
			groups[i].exact = new(big.Rat).Add(groups[i].exact, amount)
			return groups
		}
	}
	return append(groups, share{taxes: taxes, exact: amount})
}

// spread brings the groups to a new sum. What belongs to no rule is shared by
// what the groups hold, where that is above zero; else it bears the taxes of
// the tariff's first rule.
func (o *oracle) spread(groups []share, to *big.Rat) []share {
	change := new(big.Rat).Sub(to, sumOf(groups))
	above := new(big.Rat)
	for _, g := range groups {
		if g.exact.Sign() > 0 {
			above.Add(above, g.exact)
		}
	}
	switch {
	case change.Sign() == 0:
		return groups
	case above.Sign() == 0:
		return give(groups, o.taxesOf(o.firstRule()), change)
	}
	for i, g := range groups {
		if g.exact.Sign() > 0 {
			part := new(big.Rat).Mul(change, g.exact)
			groups[i].exact = part.Add(part.Quo(part, above), g.exact)
		}
	}
	return groups
}

func sumOf(groups []share) *big.Rat {
	sum := new(big.Rat)
	for _, g := range groups {
		sum.Add(sum, g.exact)
	}
	return sum
}

func (o *oracle) firstRule() *tariff.Rule {
	for k := range tariff.Kind(tariff.Kinds) {
		if rules := o.doc.Dimension(k).Rules; len(rules) > 0 {
			return &rules[0]
		}
	}
	return nil
}

// allot rounds the total and shares it over the groups by largest remainder.
func allot(shares []share, total int64, digits int) {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	rests := make([]*big.Rat, len(shares))
	for i := range shares {
		scaled := new(big.Rat).Mul(shares[i].exact, unit)
		floor := new(big.Int).Div(scaled.Num(), scaled.Denom())
		shares[i].minor = floor.Int64()
		rests[i] = scaled.Sub(scaled, new(big.Rat).SetInt(floor))
		total -= shares[i].minor
	}
	for ; total > 0; total-- {
		most := 0
		for i := range rests {
			if rests[i].Cmp(rests[most]) > 0 {
				most = i
			}
		}
		shares[most].minor++
		rests[most] = new(big.Rat)
	}
}

// checkTaxes compares the taxes. Where there are several groups of rates and
// lines of no rule were rounded by themselves, or cut a day down, the laws must
// do.
func (o *oracle) checkTaxes(t failer, r Receipt) {
	t.Helper()
	if o.doc.Terms == tariff.NoTax {
		if len(r.Taxes) > 0 || r.Net != r.Total {
			t.Fatalf("prices without any tax have net %s and %d taxes\n%s", r.Net, len(r.Taxes), o)
		}
		return
	}
	shares := o.shares()
	cut, ruled := false, true
	var before int64
	for _, l := range r.Lines {
		switch l.Kind {
		case MinimumWithTax, MaximumWithTax: // their difference is no tax
			return
		case DayMaximum:
			cut = true
		}
		if l.Kind != TaxOn {
			before += l.Amount.Minor
			ruled = ruled && (l.Kind == Priced || l.Amount.Minor == 0)
		}
	}
	switch {
	case len(shares) == 1:
		shares[0].minor = before
	case o.doc.Rounding.PerLine && ruled:
		o.addLines(shares, r)
	case o.doc.Rounding.PerLine || cut:
		return
	default:
		allot(shares, before, r.Currency.Digits())
	}
	if o.doc.Terms == tariff.WithTax {
		o.checkIncluded(t, r, shares)
	} else {
		o.checkOnTop(t, r, shares)
	}
}

// addLines gives every group the amounts of its rules' lines.
func (o *oracle) addLines(shares []share, r Receipt) {
	for _, l := range r.Lines {
		if l.Kind != Priced {
			continue
		}
		key := keyOf(o.taxesOf(&o.doc.Dimension(l.Dimension).Rules[l.Rule]))
		for i := range shares {
			if keyOf(shares[i].taxes) == key {
				shares[i].minor += l.Amount.Minor
			}
		}
	}
}

// checkIncluded holds that net is gross ÷ (1 + rates), rounded per group.
func (o *oracle) checkIncluded(t failer, r Receipt, shares []share) {
	t.Helper()
	var net int64
	for _, s := range shares {
		net += ratRound(new(big.Rat).Quo(big.NewRat(s.minor, 1), factorOf(s.taxes)), 0, r.Rounding.Mode)
	}
	if net != r.Net.Minor {
		t.Fatalf("net %d of gross %d, in rationals %d of %v\n%s", r.Net.Minor, r.Total.Minor, net, shares, o)
	}
}

// factorOf is gross ÷ net.
func factorOf(taxes []tariff.Tax) *big.Rat {
	factor := big.NewRat(1, 1)
	for _, tax := range taxes {
		share := big.NewRat(tax.Rate, 1_000_000)
		if tax.OnTop {
			share.Mul(share, factor)
		}
		factor.Add(factor, share)
	}
	return factor
}

// checkOnTop holds that every tax is the rate of the net it is levied on,
// rounded by itself.
func (o *oracle) checkOnTop(t failer, r Receipt, shares []share) {
	t.Helper()
	var net int64
	for _, s := range shares {
		net += s.minor
	}
	if net != r.Net.Minor {
		t.Fatalf("net %d, the lines before tax %d\n%s", r.Net.Minor, net, o)
	}
	stacked := false
	type rated struct {
		name string
		rate int64
	}
	want := map[rated]int64{}
	for _, s := range shares {
		for _, tax := range s.taxes {
			want[rated{tax.Name, tax.Rate}] += s.minor
			stacked = stacked || tax.OnTop
		}
	}
	if stacked {
		if len(shares) == 1 {
			o.checkStacked(t, r, shares[0].taxes)
		}
		return
	}
	got := map[rated]int64{}
	for _, tax := range r.Taxes {
		got[rated{tax.Name, tax.Rate}] += tax.Amount.Minor
	}
	for tax, n := range want {
		amount := ratRound(new(big.Rat).SetFrac64(n*tax.rate, 1_000_000), 0, r.Rounding.Mode)
		if got[tax] != amount {
			t.Fatalf("%s %d is %d of net %d, in rationals %d\n%s", tax.name, tax.rate, got[tax], n, amount, o)
		}
		delete(got, tax)
	}
	for tax, n := range got {
		if n != 0 {
			t.Fatalf("%s %d is %d, but is not due\n%s", tax.name, tax.rate, n, o)
		}
	}
}

func (o *oracle) checkStacked(t failer, r Receipt, taxes []tariff.Tax) {
	t.Helper()
	above := r.Net.Minor
	left := r.Taxes
	for _, tax := range taxes {
		of := r.Net.Minor
		if tax.OnTop {
			of = above
		}
		amount := ratRound(new(big.Rat).Mul(big.NewRat(of, 1), big.NewRat(tax.Rate, 1_000_000)), 0, r.Rounding.Mode)
		above += amount
		switch {
		case len(left) > 0 && left[0].Name == tax.Name && left[0].Amount.Minor == amount:
			left = left[1:]
		case amount != 0:
			t.Fatalf("%s of net %s is %d, the receipt has %v\n%s", tax.Name, r.Net, amount, r.Taxes, o)
		}
	}
	if len(left) > 0 {
		t.Fatalf("%v are not due\n%s", left, o)
	}
}

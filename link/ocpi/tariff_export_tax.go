package ocpi

import (
	"math/big"
	"slices"
	"strings"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// vatNames are what value added tax is called; by another name a tax is lost in
// OCPI's vat.
var vatNames = []string{"vat", "mwst", "mwst.", "ust", "ust.", "tva", "iva", "btw", "moms", "mva", "alv", "alv.", "dph", "ptu", "ddv", "pdv", "áfa", "ндс"}

// taxed is the taxes of a rule that hold last, and whether they are known.
func (x *export) taxed(r tariff.Rule) (taxes []tariff.Tax, known bool) {
	switch {
	case x.doc.Terms == tariff.NoTax || r.Untaxed:
		return nil, true
	case len(r.Taxes) > 0:
		return holdingLast(r.Taxes), true
	}
	return holdingLast(x.doc.Taxes), len(x.doc.Taxes) > 0
}

// holdingLast leaves out the taxes that end, unless all do.
func holdingLast(taxes []tariff.Tax) []tariff.Tax {
	open := slices.DeleteFunc(slices.Clone(taxes), func(t tariff.Tax) bool { return t.Before != nil })
	if len(open) == 0 && len(taxes) > 0 {
		return taxes[len(taxes)-1:]
	}
	return open
}

// grossOf is what a net of one becomes with the taxes.
func grossOf(taxes []tariff.Tax) *big.Rat {
	gross := big.NewRat(1, 1)
	for _, t := range taxes {
		base := big.NewRat(1, 1)
		if t.OnTop {
			base.Set(gross)
		}
		gross.Add(gross, base.Mul(base, big.NewRat(t.Rate, tariff.Whole)))
	}
	return gross
}

// eachRule visits the rules of the dimensions that OCPI has.
func (x *export) eachRule(visit func(k tariff.Kind, i int, r tariff.Rule)) {
	for _, k := range exported {
		for i, r := range x.doc.Dimension(k).Rules {
			visit(k, i, r)
		}
	}
}

// grosses are the least and the most that a net of one becomes under any rule,
// and whether the taxes of all are known.
func (x *export) grosses() (lowest, highest *big.Rat, known bool) {
	known = true
	x.eachRule(func(_ tariff.Kind, _ int, r tariff.Rule) {
		taxes, ok := x.taxed(r)
		known = known && ok
		g := grossOf(taxes)
		if lowest == nil || g.Cmp(lowest) < 0 {
			lowest = g
		}
		if highest == nil || g.Cmp(highest) > 0 {
			highest = g
		}
	})
	return lowest, highest, known && lowest != nil
}

// before is an amount before tax that never binds before the amount after tax
// does: by the lowest tax for a maximum, the highest for a minimum.
func (x *export) before(after money.Price, maximum bool) money.Price {
	lowest, highest, known := x.grosses()
	switch {
	case !known && maximum:
		return after
	case !known:
		return 0
	}
	steps := big.NewRat(int64(after/wireStep), 1)
	if !maximum {
		return money.Price(whole(steps.Quo(steps, highest))) * wireStep
	}
	steps.Quo(steps, lowest)
	n := whole(steps)
	if !steps.IsInt() {
		n++
	}
	return money.Price(n) * wireStep
}

// whole is the integer part.
func whole(r *big.Rat) int64 { return new(big.Int).Quo(r.Num(), r.Denom()).Int64() }

// untaxed reports whether the document says of every price without tax that none
// is due on it.
func (x *export) untaxed() bool {
	all, taxed := 0, 0
	x.eachRule(func(_ tariff.Kind, _ int, r tariff.Rule) {
		all++
		if !r.Untaxed {
			taxed++
		}
	})
	return x.doc.Terms == tariff.WithoutTax && all > 0 && taxed == 0
}

// taxes reports what OCPI does not say about the taxes.
func (x *export) taxes() {
	open, said := false, x.doc.Terms == tariff.NoTax
	uses := false // of the document's own taxes
	x.eachRule(func(k tariff.Kind, i int, r tariff.Rule) {
		_, known := x.taxed(r)
		open = open || !known
		said = said || known
		uses = uses || len(r.Taxes) == 0 && !r.Untaxed
		if x.version != V211 && len(r.Taxes) > 0 {
			x.taxDetails(rulePath(k, i)+".price.tax", r.Taxes)
		}
	})
	switch {
	case x.version == V211:
		if said {
			x.add("tax", "tax", "OCPI 2.1.1 says nothing about tax")
		}
		return
	case uses:
		x.taxDetails("tax", x.doc.Taxes)
	}
	if open && said && x.version == V230 && x.doc.Terms == tariff.WithoutTax {
		x.add("tax", "tax_open", "the document leaves the tax of some prices to the country of the location, and OCPI 2.3.0 can leave open that of all or of none")
	}
	if open && x.version == V221 && x.doc.Terms == tariff.WithoutTax {
		x.add("tax", "tax_open", "the document leaves the tax to the country of the location; OCPI %s reads prices without VAT as free of it", x.version)
	}
}

// taxDetails reports what the one percentage of OCPI does not say.
func (x *export) taxDetails(path string, all []tariff.Tax) {
	taxes := holdingLast(all)
	if len(taxes) != len(all) || slices.ContainsFunc(all, func(t tariff.Tax) bool { return t.From != nil || t.Before != nil }) {
		x.add(path, "tax_dates", "OCPI's VAT has no dates; the rates that hold last were taken")
	}
	switch {
	case len(taxes) > 1 && x.version == V230:
		x.add(path, "several_taxes", "OCPI names one VAT per price; several taxes are left out of the tariff and belong in the CDR's tax lines")
		return
	case len(taxes) > 1 && combined(taxes) > tariff.Whole:
		x.add(path, "several_taxes", "OCPI names one VAT per price, up to 100 %%; the taxes together, %s %%, were left out", tariff.FormatRate(combined(taxes)))
	case len(taxes) > 1:
		x.add(path, "several_taxes", "OCPI names one VAT per price; it became the sum of the taxes, %s %%", tariff.FormatRate(combined(taxes)))
	}
	if rate := combined(taxes); rate > 0 && rate < tariff.Whole/100 {
		x.add(path, "tax_small", "a VAT of %s %% is written as it is, but readers may take it for a fraction, as of 19 %% for 0.19", tariff.FormatRate(rate))
	}
	for _, t := range taxes {
		if len(taxes) == 1 && !slices.Contains(vatNames, strings.ToLower(t.Name)) {
			x.add(path, "tax_name", "OCPI calls every tax VAT; the name %q was lost", t.Name)
		}
		if t.Category != "" || t.Registration != "" {
			x.add(path, "tax_details", "OCPI has no tax category or registration; those of %s were lost", t.Name)
		}
	}
}

// combined is the rate of several taxes together in millionths, rounded.
func combined(taxes []tariff.Tax) int64 {
	rate := new(big.Rat).Sub(grossOf(taxes), big.NewRat(1, 1))
	return rounded(rate.Mul(rate, big.NewRat(tariff.Whole, 1)))
}

// rounded is the nearest integer, halves away from zero.
func rounded(r *big.Rat) int64 {
	n := new(big.Int).Mul(r.Num(), big.NewInt(2))
	if n.Sign() < 0 {
		n.Sub(n, r.Denom())
	} else {
		n.Add(n, r.Denom())
	}
	return n.Quo(n, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64()
}

// vat is the component's VAT; nil where none is due or the version has none.
func (x *export) vat(r tariff.Rule) *int64 {
	taxes, known := x.taxed(r)
	switch {
	case x.version == V211 || x.doc.Terms == tariff.NoTax || !known, len(taxes) > 1 && x.version == V230:
		return nil
	case len(taxes) == 0 && x.doc.Terms == tariff.WithoutTax:
		return nil
	}
	rate := combined(taxes) // zero for a price that includes no tax
	if rate > tariff.Whole {
		return nil
	}
	return &rate
}

// netPrice is a price with tax without it, per unit of OCPI.
func (x *export) netPrice(p, factor money.Price, r tariff.Rule, path string) money.Price {
	taxes, _ := x.taxed(r)
	net := new(big.Rat).Mul(big.NewRat(int64(p), wireStep), big.NewRat(int64(factor), 1))
	net.Quo(net, grossOf(taxes))
	n := money.Price(rounded(net))
	if !net.IsInt() {
		x.add(path+".price", "price_net", "OCPI %s has prices without tax and four decimals; %s with tax became %s without", x.version, p, n*wireStep)
	}
	return n * wireStep
}

// fallback stands in for the price of a feed, which OCPI cannot name.
func (x *export) fallback(r tariff.Rule, path string) money.Price {
	f := r.Feed
	p := new(big.Rat).Mul(big.NewRat(int64(f.Fallback), 1), big.NewRat(f.FallbackPercentage, tariff.Whole))
	price := money.Price(rounded(p))
	if f.Ceiling != nil {
		price = min(price, *f.Ceiling)
	}
	if f.Floor != nil {
		price = max(price, *f.Floor)
	}
	x.add(path+".price", "feed", "OCPI has no price feeds; the fallback %s stands in for %s", price, f.Feed)
	return price
}

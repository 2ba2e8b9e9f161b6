package ocpp

import (
	"fmt"
	"math/big"
	"slices"

	"kwote/domain/tariff"
)

// written are the dimensions that OCPP has.
var written = []tariff.Kind{tariff.Energy, tariff.Charging, tariff.Idle, tariff.Session, tariff.Reservation, tariff.ReservationFee}

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

// taxesKnown reports whether the taxes of all prices are known.
func (x *export) taxesKnown() bool {
	for _, k := range written {
		for _, r := range x.doc.Dimension(k).Rules {
			if _, known := x.taxed(r); !known {
				return false
			}
		}
	}
	return true
}

// taxDates reports taxes that begin or end.
func (x *export) taxDates() {
	dated := func(path string, taxes []tariff.Tax) {
		if slices.ContainsFunc(taxes, func(t tariff.Tax) bool { return t.From != nil || t.Before != nil }) {
			x.lose(path, "tax_dates", "OCPP's taxes have no dates; the rates that hold last were taken")
		}
	}
	dated("tax", x.doc.Taxes)
	for _, k := range written {
		for i, r := range x.doc.Dimension(k).Rules {
			dated(fmt.Sprintf("%s.rules[%d].price.tax", k, i), r.Taxes)
		}
	}
}

// taxOpen reports taxes that the document leaves to the place.
func (x *export) taxOpen() {
	if x.doc.Terms == tariff.WithoutTax && !x.taxesKnown() {
		x.lose("tax", "tax_open", "the document leaves the tax to the country of the location; a station reads prices without tax rates as free of it")
	}
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

// shared is the taxes of a dimension; OCPP names them once for all its prices.
func (x *export) shared(k tariff.Kind) []tariff.Tax {
	rules := x.doc.Dimension(k).Rules
	if len(rules) == 0 {
		return nil
	}
	first, _ := x.taxed(rules[0])
	for i, r := range rules {
		if taxes, _ := x.taxed(r); !slices.Equal(taxes, first) {
			x.lose(fmt.Sprintf("%s.rules[%d].price.tax", k, i), "tax_differs", "OCPP names the taxes of %s once for all its prices; those of the first rule were taken", k)
		}
	}
	return first
}

// taxRates are the taxes of a dimension with their stacks.
func (x *export) taxRates(k tariff.Kind, taxes []tariff.Tax) []TaxRate {
	path := k.String()
	if len(taxes) > maxTaxes {
		x.lose(path, "taxes_many", "OCPP allows %d taxes; the rest were left out", maxTaxes)
		taxes = taxes[:maxTaxes]
	}
	var out []TaxRate
	stack := 0
	for _, t := range taxes {
		switch {
		case t.OnTop:
			stack++
			out = append(out, TaxRate{Tax: decimal(t.Rate, 4), Stack: stack})
		case stack > 0:
			x.lose(path, "tax_order", "%s lies beside taxes that do not count it; OCPP levies every tax of a higher stack on all below", t.Name)
			fallthrough
		default:
			out = append(out, TaxRate{Tax: decimal(t.Rate, 4)})
		}
		name := []rune(t.Name)
		if len(name) > maxTaxName {
			x.lose(path, "tax_name", "OCPP allows %d characters for a tax's name; %q was cut", maxTaxName, t.Name)
			name = name[:maxTaxName]
		}
		out[len(out)-1].Type = string(name)
		if t.Category != "" || t.Registration != "" {
			x.lose(path, "tax_details", "OCPP has no tax category or registration; those of %s were lost", t.Name)
		}
	}
	return out
}

package ocpi

import (
	"math/big"
	"strconv"

	"kwote/domain/energy"
	"kwote/domain/tariff"
)

// Report is a priced record as JSON. Amounts are decimal strings; an amount
// without and with tax that is not known is null.
type Report struct {
	Currency string `json:"currency"`
	// Total is rounded to the currency's minor unit, halves away from zero.
	Total ReportedSum `json:"total"`
	// Exact is unrounded; twelve decimals stand for an amount without an end.
	Exact ReportedSum `json:"exact"`
	// ByDimension is unrounded and before the tariff's limits.
	ByDimension ReportedParts  `json:"by_dimension"`
	Lines       []ReportedLine `json:"lines"`
	Warnings    []Warning      `json:"warnings"`
}

// ReportedSum is an amount without and with tax.
type ReportedSum struct {
	ExclTax *string `json:"excl_tax"`
	InclTax *string `json:"incl_tax"`
}

// ReportedParts are the sub-totals.
type ReportedParts struct {
	Fixed       ReportedSum `json:"fixed"`
	Energy      ReportedSum `json:"energy"`
	Time        ReportedSum `json:"time"`
	Parking     ReportedSum `json:"parking"`
	Reservation ReportedSum `json:"reservation"`
}

// ReportedLine is one line. Quantities are in the unit named: kWh, s (seconds)
// or fee.
type ReportedLine struct {
	Kind      string  `json:"kind"`
	Dimension string  `json:"dimension,omitempty"`
	Tariff    string  `json:"tariff"`
	Component string  `json:"component,omitempty"`
	UnitPrice string  `json:"unit_price,omitempty"`
	Per       string  `json:"per,omitempty"`
	Measured  string  `json:"measured,omitempty"`
	Billed    string  `json:"billed,omitempty"`
	Unit      string  `json:"unit,omitempty"`
	VAT       *string `json:"vat,omitempty"`
	ExclTax   *string `json:"excl_tax"`
	InclTax   *string `json:"incl_tax"`
}

// Report is the priced record as JSON.
func (p Priced) Report() Report {
	out := Report{Currency: string(p.Currency), Exact: reportedSum(p.Exact), Lines: []ReportedLine{}, Warnings: p.Warnings,
		Total: ReportedSum{fixedText(p.Total.Excl, p.Currency.Digits()), fixedText(p.Total.Incl, p.Currency.Digits())}}
	if out.Warnings == nil {
		out.Warnings = []Warning{}
	}
	to := [parts]*ReportedSum{&out.ByDimension.Fixed, &out.ByDimension.Energy, &out.ByDimension.Time, &out.ByDimension.Parking, &out.ByDimension.Reservation}
	for i := range to {
		*to[i] = reportedSum(p.Parts[i])
	}
	for _, l := range p.Lines {
		out.Lines = append(out.Lines, l.report())
	}
	return out
}

func (l PricedLine) report() ReportedLine {
	sum := reportedSum(l.Amount)
	out := ReportedLine{Kind: l.Kind, Tariff: l.Tariff, Component: l.Component, ExclTax: sum.ExclTax, InclTax: sum.InclTax}
	if l.Kind == LineMinimum || l.Kind == LineMaximum {
		return out
	}
	out.Dimension, out.Unit = l.Part.String(), unitName(l.Measure)
	out.Measured, out.Billed = quantityText(l.Measure, l.Measured), quantityText(l.Measure, l.Billed)
	if l.Kind == LinePriced {
		out.UnitPrice, out.Per = l.UnitPrice.String(), l.perName()
		if l.VAT != nil {
			vat := rate(*l.VAT)
			out.VAT = &vat
		}
	}
	return out
}

// perName is what the unit price is for: "kWh", "h" or "fee".
func (l PricedLine) perName() string {
	return map[tariff.Unit]string{tariff.PerKWh: "kWh", tariff.PerHour: "h", tariff.PerSession: "fee"}[l.Per]
}

// unitName is the unit in which quantities are told.
func unitName(m tariff.Measure) string {
	return [...]string{tariff.InEnergy: "kWh", tariff.InTime: "s", tariff.InFees: "fee"}[m]
}

// quantityText is a quantity in its unit.
func quantityText(m tariff.Measure, n int64) string {
	if m == tariff.InEnergy {
		return energy.Quantity(n).String()
	}
	return strconv.FormatInt(n, 10)
}

func reportedSum(s Sum) ReportedSum { return ReportedSum{amountText(s.Excl), amountText(s.Incl)} }

// amountText writes an unrounded amount; nil where it is not known.
func amountText(r *big.Rat) *string {
	if r == nil {
		return nil
	}
	s := decimal(r)
	return &s
}

// fixedText writes a rounded amount with the decimals of its currency.
func fixedText(r *big.Rat, decimals int) *string {
	if r == nil {
		return nil
	}
	s := r.FloatString(decimals)
	return &s
}

// rate is a VAT in percent.
func rate(vat int64) string { return formatDecimal(vat, 4) }

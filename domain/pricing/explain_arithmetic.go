package pricing

import (
	"math/big"
	"strconv"
	"strings"

	"kwote/domain/energy"
	"kwote/domain/tariff"
)

// arithmetic is a sum that a reader with a pocket calculator can follow to the
// same exact amount.
func (x *explainer) arithmetic(i int) string {
	l := &x.r.Lines[i]
	switch l.Kind {
	case Priced:
		price := x.UnitPrice(l.UnitPrice, l.Per, x.r.Currency)
		return x.counted(l) + " × " + price + " = " + x.exactMoney(l.Exact.Rat())
	case Cap, Minimum, Maximum, MinimumWithTax, MaximumWithTax:
		return x.difference(i)
	case FreeAmount:
		off := x.own(l)
		return x.exactMoney(new(big.Rat)) + " − " + x.exactMoney(new(big.Rat).Neg(off)) + " = " + x.exactMoney(off)
	case DayMaximum:
		return x.dayDifference(l)
	case TaxOn:
		net := x.taxBase(i)
		return x.Amount(net) + " × " + x.Rate(l.Rate) + " = " + x.exactMoney(taxOf(net, l.Rate))
	}
	return ""
}

// own is what a line counts in the sum: its exact amount, or the rounded one
// where each line is rounded.
func (x *explainer) own(l *Line) *big.Rat {
	if x.r.Rounding.PerLine || l.Kind.afterTax() {
		return l.Amount.Exact().Rat()
	}
	return l.Exact.Rat()
}

// dayDifference is what the maximum of a day makes up between what was left of
// it and what arose on the day.
func (x *explainer) dayDifference(l *Line) string {
	left, ok := x.day(l.Day)
	if !ok {
		return ""
	}
	arose := new(big.Rat).Sub(left.Rat(), l.Exact.Rat())
	return x.exactMoney(left.Rat()) + " − " + x.exactMoney(arose) + " = " + x.exactMoney(l.Exact.Rat())
}

// counted is the billed quantity in the unit of the price. Seconds that make
// no short number of minutes or hours are left to be divided.
func (x *explainer) counted(l *Line) string {
	unit, size := "min", int64(60)
	switch l.Per {
	case tariff.PerKWh:
		return x.Energy(energy.Quantity(l.Billed))
	case tariff.PerSession, tariff.Flat:
		return strconv.FormatInt(min(l.Billed, 1), 10)
	case tariff.PerHour:
		unit, size = "h", 3600
	}
	r := big.NewRat(l.Billed, size)
	if s := strings.TrimRight(r.FloatString(4), "0"); new(big.Rat).Mul(r, big.NewRat(10_000, 1)).IsInt() {
		return x.Number(strings.TrimSuffix(s, ".")) + " " + unit
	}
	return strconv.FormatInt(l.Billed, 10) + " s ÷ " + strconv.FormatInt(size, 10)
}

// difference is what a bound makes up between the limit and what stood before
// it. A bound of the total with tax looks at rounded amounts, and so does any
// other where each line is rounded.
func (x *explainer) difference(i int) string {
	l := x.r.Lines[i]
	before := new(big.Rat)
	for _, earlier := range x.r.Lines[:i] {
		switch {
		case l.Kind == Cap && earlier.Dimension != l.Dimension:
		case l.Kind.afterTax():
			before.Add(before, earlier.Amount.Exact().Rat())
		default:
			before.Add(before, x.own(&earlier))
		}
	}
	change := x.own(&l)
	limit := new(big.Rat).Add(before, change)
	return x.exactMoney(limit) + " − " + x.exactMoney(before) + " = " + x.exactMoney(change)
}

func (x *explainer) exactMoney(r *big.Rat) string { return x.exact(r) + " " + string(x.r.Currency) }

// Decimals that a sum is shown with: all of them up to most, else the first
// few and an ellipsis. Cutting instead of rounding keeps every half on its
// side, so that rounding the shown number leads to the same cent.
const (
	mostDecimals = 10
	fewDecimals  = 8
)

func (x *explainer) exact(r *big.Rat) string {
	digits, ellipsis := mostDecimals, ""
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(power(digits)))
	if !scaled.IsInt() {
		digits, ellipsis = fewDecimals, "…"
		scaled = new(big.Rat).Mul(r, new(big.Rat).SetInt(power(digits)))
	}
	whole := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	s := new(big.Rat).SetFrac(whole, power(digits)).FloatString(digits)
	if r.Sign() < 0 && whole.Sign() == 0 {
		s = "-" + s
	}
	if ellipsis != "" {
		return x.Number(s) + ellipsis
	}
	point := strings.IndexByte(s, '.')
	for len(s)-point-1 > x.r.Currency.Digits() && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	return x.Number(strings.TrimSuffix(s, "."))
}

func power(digits int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
}

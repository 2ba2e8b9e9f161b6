package pricing

import (
	"math/big"
	"strconv"
	"strings"

	"kwote/domain/energy"
	"kwote/domain/money"
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
	case Cap, Minimum, Maximum:
		return x.difference(i)
	case TaxOn:
		return x.Amount(x.r.Net) + " × " + x.Rate(l.Rate) + " = " + x.exactMoney(taxOf(x.r.Net, l.Rate))
	}
	return ""
}

// counted is the billed quantity in the unit of the price. Seconds that make
// no short number of minutes or hours are left to be divided.
func (x *explainer) counted(l *Line) string {
	unit, size := "min", int64(60)
	switch l.Per {
	case tariff.PerKWh:
		return x.Energy(energy.Quantity(l.Billed))
	case tariff.PerSession:
		return strconv.FormatInt(l.Billed, 10)
	case tariff.PerHour:
		unit, size = "h", 3600
	}
	r := big.NewRat(l.Billed, size)
	if s := strings.TrimRight(r.FloatString(4), "0"); new(big.Rat).Mul(r, big.NewRat(10_000, 1)).IsInt() {
		return x.Number(strings.TrimSuffix(s, ".")) + " " + unit
	}
	return strconv.FormatInt(l.Billed, 10) + " s ÷ " + strconv.FormatInt(size, 10)
}

// difference is what a cap, minimum or maximum makes up between the limit and
// what stood before it. Where each line is rounded it is reckoned in rounded
// amounts.
func (x *explainer) difference(i int) string {
	l := x.r.Lines[i]
	before := new(big.Rat)
	for _, earlier := range x.r.Lines[:i] {
		switch {
		case l.Kind == Cap && earlier.Dimension != l.Dimension:
		case x.r.Rounding.PerLine:
			before.Add(before, earlier.Amount.Exact().Rat())
		default:
			before.Add(before, earlier.Exact.Rat())
		}
	}
	change := l.Exact.Rat()
	if x.r.Rounding.PerLine {
		change = l.Amount.Exact().Rat()
	}
	limit := new(big.Rat).Add(before, change)
	return x.exactMoney(limit) + " − " + x.exactMoney(before) + " = " + x.exactMoney(change)
}

// taxOf is the exact tax on a net amount.
func taxOf(net money.Amount, rate int64) *big.Rat {
	return new(big.Rat).Mul(net.Exact().Rat(), big.NewRat(rate, million))
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

// taxes reckons the tax as the receipt's terms say: out of a gross total, or
// on top of a net one.
func (x *explainer) taxes() []Reason {
	r := x.r
	var out []Reason
	if r.Terms == tariff.WithTax && len(r.Taxes) > 0 {
		out = append(out, x.net())
	}
	left := new(big.Rat).Sub(r.Total.Exact().Rat(), r.Net.Exact().Rat())
	for i, t := range r.Taxes {
		code := TaxAddedToNet
		sum := x.Amount(r.Net) + " × " + x.Rate(t.Rate) + " = " + x.exactMoney(taxOf(r.Net, t.Rate))
		if r.Terms == tariff.WithTax {
			code = TaxPartOf
			if i == len(r.Taxes)-1 {
				sum = x.rest(left)
			}
		}
		left.Sub(left, t.Amount.Exact().Rat())
		params := map[string]string{"name": t.Name, "rate": tariff.FormatRate(t.Rate), "net": t.Net.String(), "amount": t.Amount.String()}
		out = append(out, Reason{code, params, x.w.tax(x.Tax(t.Name, t.Rate), sum, x.Amount(t.Amount))})
	}
	return out
}

// rest is what the last of the included taxes takes: the total less the net
// and the other taxes.
func (x *explainer) rest(left *big.Rat) string {
	s := x.Amount(x.r.Total) + " − " + x.Amount(x.r.Net)
	for _, t := range x.r.Taxes[:len(x.r.Taxes)-1] {
		s += " − " + x.Amount(t.Amount)
	}
	return s + " = " + x.exactMoney(left)
}

func (x *explainer) net() Reason {
	all := int64(million)
	for _, t := range x.r.Taxes {
		all += t.Rate
	}
	exact := new(big.Rat).Mul(x.r.Total.Exact().Rat(), big.NewRat(million, all))
	sum := x.Amount(x.r.Total) + " ÷ " + x.Number(money.Price(all*1000).String()) + " = " + x.exactMoney(exact)
	params := map[string]string{"total": x.r.Total.String(), "net": x.r.Net.String()}
	return Reason{TaxNet, params, x.w.net(sum, x.Amount(x.r.Net))}
}

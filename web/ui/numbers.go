package ui

import (
	"math/big"
	"strconv"
	"strings"
)

// Int writes a whole number with the locale's grouping: 12345 is "12,345".
func (l *Locale) Int(n int64) string { return l.Decimal(strconv.FormatInt(n, 10)) }

// Decimal writes a decimal string ("-1234.500") digit for digit with the locale's separators. Text that is no plain
// decimal comes back unchanged.
func (l *Locale) Decimal(s string) string {
	negative, whole, fraction, ok := splitDecimal(s)
	if !ok {
		return s
	}
	var b strings.Builder
	if negative {
		b.WriteString(minusSign)
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(l.forms.group)
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(l.forms.decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

// Rounded writes a decimal string with exactly digits decimals, halves away from zero. It is for display only: what is
// owed is rounded by the tariff's policy before it comes here.
func (l *Locale) Rounded(s string, digits int) string { return l.Decimal(roundDecimal(s, digits)) }

// Percent writes a decimal string of per cent: "12.5" is "12.5%".
func (l *Locale) Percent(s string) string {
	if _, _, _, ok := splitDecimal(s); !ok {
		return s
	}
	return l.Decimal(s) + l.forms.percent
}

// Share writes part of whole as per cent with one decimal; a whole of zero gives a dash.
func (l *Locale) Share(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return l.Percent(roundDecimal(new(big.Rat).SetFrac(
		new(big.Int).Mul(big.NewInt(part), big.NewInt(100)), big.NewInt(whole)).FloatString(3), 1))
}

// Money writes minor units of a currency with that many digits: ("EUR", 123450, 2) is "€1,234.50".
func (l *Locale) Money(currencyCode string, minor int64, digits int) string {
	return l.MoneyDecimal(currencyCode, minorDecimal(minor, digits))
}

// MoneyDecimal writes a decimal amount of a currency digit for digit, whole or exact: "5.13765" is "€5.13765".
func (l *Locale) MoneyDecimal(currencyCode, amount string) string {
	negative, _, _, ok := splitDecimal(amount)
	if !ok {
		return amount + nbsp + currencyCode
	}
	figure := l.Decimal(strings.TrimPrefix(amount, "-"))
	sign := ""
	if negative {
		sign = minusSign
	}
	symbol, known := l.forms.symbols[currencyCode]
	switch {
	case !l.forms.symbolFirst && known:
		return sign + figure + nbsp + symbol
	case !l.forms.symbolFirst:
		return sign + figure + nbsp + currencyCode
	case known:
		return sign + symbol + figure
	}
	return sign + currencyCode + nbsp + figure
}

// UnitPrice writes a price per unit ("kWh", "min", "h"): "€0.49/kWh". Trailing zeros beyond the cents are dropped.
func (l *Locale) UnitPrice(currencyCode, price, unit string) string {
	return l.MoneyDecimal(currencyCode, trimDecimal(price, 2)) + "/" + unit
}

// KWh writes watt-hours exactly, with one to three decimals: 10485 is "10.485 kWh", 22000 is "22.0 kWh".
func (l *Locale) KWh(wh int64) string { return l.KWhDecimal(minorDecimal(wh, 3)) }

// KWhRounded writes watt-hours as kWh with so many decimals, for lists and tiles.
func (l *Locale) KWhRounded(wh int64, digits int) string {
	return l.Rounded(minorDecimal(wh, 3), digits) + nbsp + "kWh"
}

// KWhDecimal writes a decimal string of kWh exactly, for energy that is known finer than 1 Wh.
func (l *Locale) KWhDecimal(kwh string) string { return l.Decimal(trimDecimal(kwh, 1)) + nbsp + "kWh" }

// KW writes watts as kW: 22000 is "22 kW", 7400 is "7.4 kW".
func (l *Locale) KW(w int64) string {
	return l.Decimal(trimDecimal(minorDecimal(w, 3), 0)) + nbsp + "kW"
}

// minorDecimal writes n units of 10^-digits as a decimal string.
func minorDecimal(n int64, digits int) string {
	s := strconv.FormatInt(n, 10)
	if digits <= 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if missing := digits + 1 - len(s); missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}

// trimDecimal drops trailing zeros of the fraction but keeps at least so many decimals.
func trimDecimal(s string, keep int) string {
	dot := strings.IndexByte(s, '.')
	if dot < 0 {
		if keep > 0 {
			return s + "." + strings.Repeat("0", keep)
		}
		return s
	}
	for len(s)-dot-1 > keep && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if missing := keep - (len(s) - dot - 1); missing > 0 {
		s += strings.Repeat("0", missing)
	}
	return strings.TrimSuffix(s, ".")
}

func roundDecimal(s string, digits int) string {
	if _, _, _, ok := splitDecimal(s); !ok {
		return s
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	// FloatString rounds halves away from zero, which is what readers expect of a shown figure.
	out := r.FloatString(digits)
	if strings.Trim(out, "-0.") == "" {
		out = strings.TrimPrefix(out, "-")
	}
	return out
}

func splitDecimal(s string) (negative bool, whole, fraction string, ok bool) {
	negative = strings.HasPrefix(s, "-")
	whole, fraction, dotted := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if whole == "" || (dotted && fraction == "") || strings.Trim(whole+fraction, "0123456789") != "" {
		return false, "", "", false
	}
	for len(whole) > 1 && whole[0] == '0' {
		whole = whole[1:]
	}
	return negative, whole, fraction, true
}

// Package money owns amounts, unit prices, exact sums and the one door through
// which an exact sum becomes an amount. It does not know what is being priced.
//
// Invariants, and the test that proves each:
//   - no binary float anywhere; overflow is an error, never a wrong number
//     (TestOverflowIsAnError);
//   - Exact arithmetic agrees with rational arithmetic to the last digit
//     (TestExactAgreesWithRationals);
//   - Allocate returns parts that add up to the whole (TestAllocateAddsUp).
package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrOverflow is returned, wrapped, whenever a result does not fit.
var ErrOverflow = errors.New("amount out of range")

// Amount is a sum of money in whole minor units (cents) of its currency.
type Amount struct {
	Minor    int64
	Currency Currency
}

// ParseAmount reads a decimal such as "12.30". More decimals than the
// currency has are refused.
func ParseAmount(s string, c Currency) (Amount, error) {
	if !c.Valid() {
		return Amount{}, fmt.Errorf("currency %q is not an ISO 4217 code such as EUR", string(c))
	}
	minor, err := parseFixed(s, c.Digits())
	if err != nil {
		return Amount{}, fmt.Errorf("amount %q: %w (%s has %d decimals)", s, err, c, c.Digits())
	}
	return Amount{minor, c}, nil
}

// String is the plain decimal without the currency: "12.30", "-0.05".
func (a Amount) String() string {
	return formatFixed(a.Minor, a.Currency.Digits(), a.Currency.Digits())
}

// Add sums two amounts of the same currency.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency {
		return Amount{}, fmt.Errorf("cannot add %s to %s", b.Currency, a.Currency)
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) && b.Minor != 0 {
		return Amount{}, ErrOverflow
	}
	return Amount{sum, a.Currency}, nil
}

// Exact is the amount as an exact sum.
func (a Amount) Exact() Exact {
	e, err := exactProduct(a.Minor, exactPerUnit/uint64(a.Currency.minorPerUnit()))
	if err != nil {
		panic(err) // cannot happen: 2^63 minor units times 9e18 fits in 128 bits
	}
	return e
}

// PriceDecimals is the number of decimals a unit price can carry.
const PriceDecimals = 9

// Price is the price of one unit (a kWh, a minute, an hour, a session) in
// 10^-9 of the currency unit. Its range is about ±9.2 billion.
type Price int64

// ParsePrice reads a decimal such as "0.66386555". More than PriceDecimals
// decimals are refused, never rounded.
func ParsePrice(s string) (Price, error) {
	p, err := parseFixed(s, PriceDecimals)
	if err != nil {
		return 0, err
	}
	return Price(p), nil
}

// String is the shortest decimal with at least two decimals: "0.49", "1.00",
// "0.66386555".
func (p Price) String() string { return formatFixed(int64(p), PriceDecimals, 2) }

// Times is the exact price of quantity units where the price is for per of
// them: Price per kWh times µWh is Times(q, 1_000_000_000), price per hour
// times seconds is Times(s, 3600). per must divide 9·10^9; other values are a
// programming error and panic.
func (p Price) Times(quantity, per int64) (Exact, error) {
	e, err := exactProduct(quantity, stepsOf(per))
	if err != nil {
		return Exact{}, err
	}
	return e.times(int64(p))
}

// stepsOf is how many Exact steps a price of 10^-9 for per units makes per
// unit.
func stepsOf(per int64) uint64 {
	switch per { // the common ones without a division
	case 1_000_000_000:
		return 9
	case 60:
		return 150_000_000
	case 3600:
		return 2_500_000
	case 1:
		return 9_000_000_000
	}
	if per <= 0 || 9_000_000_000%per != 0 {
		panic("money: price unit must divide 9e9")
	}
	return uint64(9_000_000_000 / per)
}

// parseFixed reads an optionally signed decimal into an integer of 10^-digits.
func parseFixed(s string, digits int) (int64, error) {
	body, negative := strings.CutPrefix(s, "-")
	whole, frac, point := strings.Cut(body, ".")
	if whole == "" || !allDigits(whole) || (point && (frac == "" || !allDigits(frac))) {
		return 0, errors.New("not a decimal number such as 0.49")
	}
	if len(strings.TrimRight(frac, "0")) > digits {
		return 0, fmt.Errorf("has more than %d decimals", digits)
	}
	if len(frac) > digits {
		frac = frac[:digits]
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", digits-len(frac)), 10, 64)
	if err != nil {
		return 0, ErrOverflow
	}
	if negative {
		n = -n
	}
	return n, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// formatFixed writes n·10^-digits with at least least decimals.
func formatFixed(n int64, digits, least int) string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	s := strconv.FormatUint(u, 10)
	if digits == 0 {
		return sign + s
	}
	if len(s) <= digits {
		s = strings.Repeat("0", digits+1-len(s)) + s
	}
	whole, frac := s[:len(s)-digits], s[len(s)-digits:]
	for len(frac) > least && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	if frac == "" {
		return sign + whole
	}
	return sign + whole + "." + frac
}

package feed

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"kwote/domain/fault"
	"kwote/domain/money"
)

// Unit is what a value of a feed is for, as its publisher writes it. Feeds keep
// values per kWh (or per whatever unit the rule that uses them has).
type Unit string

// The units.
const (
	PerKWh Unit = "kWh"
	PerMWh Unit = "MWh"
)

var kWh = map[Unit]int64{PerKWh: 1, PerMWh: 1000}

// longest bounds the text of a value: nobody writes more digits.
const longest = 40

var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// ParseValue reads a decimal such as "85.34" or "-0.5" that is for one unit. It
// is rounded to the nine decimals of a price per kWh, halves away from zero:
// publishers write what their binary floats show.
func ParseValue(s string, u Unit) (money.Price, error) {
	per, ok := kWh[u]
	if !ok {
		return 0, fault.At(fault.Invalid, "feed_unit_unknown", "unit", fmt.Sprintf("%q is not a unit of a feed; write kWh or MWh", u))
	}
	bad := func(why string) error {
		return fault.At(fault.Invalid, "feed_value_malformed", "value", fmt.Sprintf("%q %s", cut(s), why))
	}
	if len(s) > longest || !decimal.MatchString(s) {
		return 0, bad("is not a price such as 85.34 or -0.50")
	}
	r, _ := new(big.Rat).SetString(s) // a decimal always is one
	r.Mul(r, big.NewRat(1_000_000_000, per))
	n, ok := new(big.Int).SetString(r.FloatString(0), 10) // halves away from zero
	if !ok || !n.IsInt64() {
		return 0, bad("is out of range")
	}
	return money.Price(n.Int64()), nil
}

var nameForm = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// ValidName reports whether s can name a feed, as a tariff is named: lower-case
// letters, digits and hyphens, at most 64.
func ValidName(s string) bool { return nameForm.MatchString(s) }

// Named refuses what cannot name a feed.
func Named(field, name string) error {
	if ValidName(name) {
		return nil
	}
	return fault.At(fault.Invalid, "feed_name_malformed", field,
		fmt.Sprintf("%q is not a feed's name; write lower-case letters, digits and hyphens, such as spot-fr, at most 64", cut(name)))
}

// cut keeps a sentence short that quotes a hostile text.
func cut(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

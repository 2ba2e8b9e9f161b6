// Package energy owns quantities of energy and power and their arithmetic. It
// does not know meters or prices.
//
// Invariants, and the test that proves each:
//   - quantities are integers of µWh, so meter readings finer than 1 Wh are
//     kept as they came (TestParseKWh);
//   - shares of a quantity at rising points never fall and end at the whole,
//     so cutting loses nothing (TestShareIsMonotone).
package energy

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// Quantity is an energy in millionths of a watt-hour.
type Quantity int64

// Units of Quantity.
const (
	Wh  Quantity = 1_000_000
	KWh          = 1000 * Wh
)

// Power is a power in milliwatts.
type Power int64

// Units of Power.
const (
	W  Power = 1000
	KW       = 1000 * W
)

// ParseKWh reads a decimal number of kWh with at most nine decimals. Finer
// values are refused with an error rather than rounded.
func ParseKWh(s string) (Quantity, error) {
	body, negative := strings.CutPrefix(s, "-")
	whole, frac, point := strings.Cut(body, ".")
	if whole == "" || point && frac == "" {
		return 0, errors.New("not a decimal number of kWh such as 12.5")
	}
	frac = strings.TrimRight(frac, "0")
	if len(frac) > 9 {
		return 0, errors.New("has more than nine decimals of a kWh")
	}
	for _, r := range whole + frac {
		if r < '0' || r > '9' {
			return 0, errors.New("not a decimal number of kWh such as 12.5")
		}
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 9-len(frac)), 10, 64)
	if err != nil {
		return 0, errors.New("is out of range")
	}
	if negative {
		n = -n
	}
	return Quantity(n), nil
}

// String is the quantity in kWh, three to nine decimals, without the unit.
func (q Quantity) String() string {
	sign, u := "", uint64(q)
	if q < 0 {
		sign, u = "-", -u
	}
	s := strconv.FormatUint(u, 10)
	if len(s) < 10 {
		s = strings.Repeat("0", 10-len(s)) + s
	}
	whole, frac := s[:len(s)-9], s[len(s)-9:]
	for len(frac) > 3 && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	return sign + whole + "." + frac
}

// Share is the part of q that falls on the first part seconds of whole, shared
// linearly and rounded down to a µWh. It needs q >= 0 and 0 <= part <= whole,
// whole > 0.
func (q Quantity) Share(part, whole int64) Quantity {
	hi, lo := bits.Mul64(uint64(q), uint64(part))
	n, _ := bits.Div64(hi, lo, uint64(whole))
	return Quantity(n)
}

// TimeOf is the number of seconds, rounded up, after which part of q has
// flowed when q flows evenly in whole seconds. It needs 0 <= part <= q, q > 0.
func (q Quantity) TimeOf(part Quantity, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(part), uint64(whole))
	n, rest := bits.Div64(hi, lo, uint64(q))
	if rest > 0 {
		n++
	}
	return int64(n)
}

// Average is the mean power of q over the given seconds, rounded down to a
// milliwatt. It needs q >= 0 and seconds > 0; a result beyond the range is cut
// to the largest power.
func (q Quantity) Average(seconds int64) Power {
	// 1 µWh per second is 3.6 mW.
	hi, lo := bits.Mul64(uint64(q), 36)
	if hi >= uint64(seconds)*10 {
		return 1<<63 - 1
	}
	n, _ := bits.Div64(hi, lo, uint64(seconds)*10)
	if n > 1<<63-1 {
		return 1<<63 - 1
	}
	return Power(n)
}

// AverageUp is Average rounded up to a milliwatt, so that it lies at or below a
// whole bound exactly when the true mean does.
func (q Quantity) AverageUp(seconds int64) Power {
	p := q.Average(seconds)
	if p == 1<<63-1 {
		return p
	}
	hi, lo := bits.Mul64(uint64(p), uint64(seconds)*10)
	wantHi, wantLo := bits.Mul64(uint64(q), 36)
	if hi != wantHi || lo != wantLo {
		p++
	}
	return p
}

// Over is the energy that the power moves in a time, rounded down to a µWh and
// cut to the largest quantity. It needs p >= 0 and seconds >= 0.
func (p Power) Over(seconds int64) Quantity {
	// 3.6 mW for a second are 1 µWh.
	hi, lo := bits.Mul64(uint64(p), uint64(seconds)*10)
	if hi >= 36 {
		return 1<<63 - 1
	}
	n, _ := bits.Div64(hi, lo, 36)
	if n > 1<<63-1 {
		return 1<<63 - 1
	}
	return Quantity(n)
}

package money

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// exactPerUnit is the number of Exact steps in one currency unit. 9·10^18 is a
// common denominator of a 9-decimal price per kWh times µWh (10^-18) and of a
// 9-decimal price per hour times seconds (10^-9/3600), so sums over energy and
// time are exact.
const exactPerUnit = 9_000_000_000_000_000_000

// Exact is an unrounded sum of money, a 128-bit count of 1/(9·10^18) of the
// currency unit. The zero value is zero. Its range is about ±1.8·10^19 units.
type Exact struct {
	hi int64
	lo uint64
}

// exactProduct is a·b in Exact steps.
func exactProduct(a int64, b uint64) (Exact, error) {
	hi, lo := bits.Mul64(magnitude(a), b)
	return signed(hi, lo, a < 0)
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

func signed(hi, lo uint64, negative bool) (Exact, error) {
	if hi>>63 != 0 {
		return Exact{}, ErrOverflow
	}
	e := Exact{int64(hi), lo}
	if negative {
		return e.Neg(), nil
	}
	return e, nil
}

// times multiplies by a signed integer.
func (e Exact) times(n int64) (Exact, error) {
	negative := (e.Sign() < 0) != (n < 0)
	m := e.abs()
	carry, lo := bits.Mul64(m.lo, magnitude(n))
	over, hi := bits.Mul64(uint64(m.hi), magnitude(n))
	hi, c := bits.Add64(hi, carry, 0)
	if over != 0 || c != 0 {
		return Exact{}, ErrOverflow
	}
	return signed(hi, lo, negative)
}

// Neg is -e.
func (e Exact) Neg() Exact {
	lo, borrow := bits.Sub64(0, e.lo, 0)
	return Exact{-e.hi - int64(borrow), lo}
}

func (e Exact) abs() Exact {
	if e.hi < 0 {
		return e.Neg()
	}
	return e
}

// Add is e+f, or ErrOverflow.
func (e Exact) Add(f Exact) (Exact, error) {
	lo, carry := bits.Add64(e.lo, f.lo, 0)
	hi := e.hi + f.hi + int64(carry)
	if (e.hi < 0) == (f.hi < 0) && (hi < 0) != (e.hi < 0) {
		return Exact{}, ErrOverflow
	}
	// The range is symmetric, so that every sum has its negative.
	if hi == math.MinInt64 && lo == 0 {
		return Exact{}, ErrOverflow
	}
	return Exact{hi, lo}, nil
}

// Sub is e-f, or ErrOverflow.
func (e Exact) Sub(f Exact) (Exact, error) { return e.Add(f.Neg()) }

// Sign is -1, 0 or +1.
func (e Exact) Sign() int {
	switch {
	case e.hi < 0:
		return -1
	case e.hi == 0 && e.lo == 0:
		return 0
	}
	return 1
}

// Cmp is -1, 0 or +1 as e is below, equal to or above f.
func (e Exact) Cmp(f Exact) int {
	switch {
	case e.hi < f.hi || e.hi == f.hi && e.lo < f.lo:
		return -1
	case e == f:
		return 0
	}
	return 1
}

// floor divides into whole minor units towards minus infinity; the remainder
// is in Exact steps and never negative.
func (e Exact) floor(c Currency) (minor int64, rest uint64, err error) {
	unit := uint64(exactPerUnit) / uint64(c.minorPerUnit())
	m := e.abs()
	if uint64(m.hi) >= unit {
		return 0, 0, ErrOverflow
	}
	q, r := bits.Div64(uint64(m.hi), m.lo, unit)
	if q > 1<<63-1 {
		return 0, 0, ErrOverflow
	}
	if e.hi >= 0 {
		return int64(q), r, nil
	}
	if r == 0 {
		return -int64(q), 0, nil
	}
	return -int64(q) - 1, unit - r, nil
}

// Round is the one door from exact sums to amounts: to the minor unit of the
// currency, halves as the mode says.
func (e Exact) Round(c Currency, mode Mode) (Amount, error) {
	minor, rest, err := e.floor(c)
	if err != nil {
		return Amount{}, err
	}
	unit := uint64(exactPerUnit) / uint64(c.minorPerUnit())
	up := rest > unit/2
	if rest == unit/2 {
		if mode == HalfEven {
			up = minor&1 != 0
		} else {
			up = e.hi >= 0
		}
	}
	if up {
		if minor == math.MaxInt64 {
			return Amount{}, ErrOverflow
		}
		minor++
	}
	return Amount{minor, c}, nil
}

// Rat is the sum as a rational number of currency units.
func (e Exact) Rat() *big.Rat {
	n := new(big.Int).Lsh(big.NewInt(e.hi), 64)
	n.Add(n, new(big.Int).SetUint64(e.lo))
	return new(big.Rat).SetFrac(n, new(big.Int).SetUint64(exactPerUnit))
}

// String is the exact value: a decimal of at least eight places where one
// exists, else a reduced fraction such as "1/3".
func (e Exact) String() string {
	m := e.abs()
	if uint64(m.hi) >= exactPerUnit {
		return e.slowString()
	}
	whole, rest := bits.Div64(uint64(m.hi), m.lo, exactPerUnit)
	b := make([]byte, 0, 40)
	if e.hi < 0 {
		b = append(b, '-')
	}
	if rest%9 != 0 {
		divisor := gcd(rest, exactPerUnit)
		denominator := exactPerUnit / divisor
		over, numerator := bits.Mul64(whole, denominator)
		numerator, carry := bits.Add64(numerator, rest/divisor, 0)
		if over != 0 || carry != 0 {
			return e.slowString()
		}
		b = append(strconv.AppendUint(b, numerator, 10), '/')
		return string(strconv.AppendUint(b, denominator, 10))
	}
	b = append(strconv.AppendUint(b, whole, 10), '.')
	point := len(b)
	b = strconv.AppendUint(b, exactPerUnit/9+rest/9, 10) // the leading 1 keeps the zeros
	copy(b[point:], b[point+1:])
	b = b[:len(b)-1]
	for len(b) > point+8 && b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return string(b)
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// slowString is String by rational arithmetic, for sums of any size.
func (e Exact) slowString() string {
	r := e.Rat()
	if new(big.Int).Mod(new(big.Int).Mul(r.Num(), pow10Big18), r.Denom()).Sign() != 0 {
		return r.Num().String() + "/" + r.Denom().String()
	}
	s := r.FloatString(18)
	for strings.HasSuffix(s, "0") && len(s)-strings.IndexByte(s, '.') > 9 {
		s = s[:len(s)-1]
	}
	return s
}

var pow10Big18 = big.NewInt(1_000_000_000_000_000_000)

// Decimal is the value for display, at most places decimals (half away from
// zero), trailing zeros cut down to two.
func (e Exact) Decimal(places int) string {
	s := e.Rat().FloatString(places)
	point := strings.IndexByte(s, '.')
	for point >= 0 && strings.HasSuffix(s, "0") && len(s)-point > 3 {
		s = s[:len(s)-1]
	}
	return s
}

// ParseExact reads what String writes.
func ParseExact(s string) (Exact, error) {
	r, ok := parseRat(s)
	if !ok {
		return Exact{}, fmt.Errorf("exact amount %q is neither a decimal nor a fraction", s)
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).SetUint64(exactPerUnit)))
	if !r.IsInt() {
		return Exact{}, fmt.Errorf("exact amount %q is finer than can be kept", s)
	}
	if r.Num().BitLen() > 127 {
		return Exact{}, ErrOverflow
	}
	m := new(big.Int).Abs(r.Num())
	lo := new(big.Int).And(m, new(big.Int).SetUint64(1<<64-1)).Uint64()
	return signed(new(big.Int).Rsh(m, 64).Uint64(), lo, r.Sign() < 0)
}

// parseRat reads a plain decimal or a fraction of whole numbers, both in base
// ten whatever they begin with.
func parseRat(s string) (*big.Rat, bool) {
	num, den, fraction := strings.Cut(s, "/")
	if !fraction {
		if strings.Trim(s, "-0123456789.") != "" {
			return nil, false
		}
		return new(big.Rat).SetString(s)
	}
	n, ok := new(big.Int).SetString(num, 10)
	d, fine := new(big.Int).SetString(den, 10)
	if !ok || !fine || d.Sign() <= 0 {
		return nil, false
	}
	return new(big.Rat).SetFrac(n, d), true
}

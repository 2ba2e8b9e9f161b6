package draw

import "math/bits"

// axis maps values onto a length of the picture, in tenths of its units.
type axis struct {
	from, to    int64 // values
	start, size int64 // tenths; size is negative for an axis that runs upwards
}

// at is the place of a value, which is kept inside the axis.
func (a axis) at(v int64) int64 {
	v = max(a.from, min(v, a.to))
	length := max(a.size, -a.size)
	hi, lo := bits.Mul64(uint64(v-a.from), uint64(length))
	n, _ := bits.Div64(hi, lo, uint64(a.to-a.from))
	if a.size < 0 {
		return a.start - int64(n)
	}
	return a.start + int64(n)
}

// secondSteps are the round steps of time.
var secondSteps = []int64{60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400, 172800, 345600, 604800}

// decimalStep is the smallest of 1, 2 and 5 times a power of ten that divides
// the span into at most n parts.
func decimalStep(span, n int64) int64 {
	least := max((span+n-1)/n, 1)
	for power := int64(1); ; power *= 10 {
		for _, f := range []int64{1, 2, 5} {
			if power*f >= least || power > 1e17 {
				return power * f
			}
		}
	}
}

func secondStep(span, n int64) int64 {
	for _, s := range secondSteps {
		if span <= s*n {
			return s
		}
	}
	return secondSteps[len(secondSteps)-1]
}

// marks are the multiples of the step from one value to another.
func marks(from, to, step int64) []int64 {
	first := from / step * step
	if first < from {
		first += step
	}
	var out []int64
	for v := first; v <= to && v >= first; v += step {
		out = append(out, v)
	}
	return out
}

package energy

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParseKWh(t *testing.T) {
	for s, want := range map[string]Quantity{
		"0": 0, "12.5": 12500 * Wh, "7.78": 7780 * Wh, "0.000000001": 1, "1.2340000000000": 1234 * Wh, "-0.5": -500 * Wh, "9000000000": 9_000_000_000 * KWh,
	} {
		if q, err := ParseKWh(s); err != nil || q != want {
			t.Errorf("%q reads as %d, %v; want %d", s, q, err, want)
		}
	}
	for _, s := range []string{"", "-", ".5", "5.", "1e3", "NaN", "+1", "1,5", "0.0000000001", "99999999999", "1.-5", "--1", "٣"} {
		if q, err := ParseKWh(s); err == nil {
			t.Errorf("%q reads as %s", s, q)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64Range(-1<<62, 1<<62).Draw(t, "quantity"))
		if back, err := ParseKWh(q.String()); err != nil || back != q {
			t.Fatalf("%s reads back as %s, %v", q, back, err)
		}
	})
}

func TestShareIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64Range(0, 1<<62).Draw(t, "quantity"))
		whole := rapid.Int64Range(1, 1<<40).Draw(t, "whole")
		a := rapid.Int64Range(0, whole).Draw(t, "a")
		b := rapid.Int64Range(a, whole).Draw(t, "b")
		if q.Share(0, whole) != 0 || q.Share(whole, whole) != q {
			t.Fatalf("shares of %s begin at %s and end at %s", q, q.Share(0, whole), q.Share(whole, whole))
		}
		if q.Share(a, whole) > q.Share(b, whole) {
			t.Fatalf("the share falls between %d and %d", a, b)
		}
		exact := new(big.Int).Mul(big.NewInt(int64(q)), big.NewInt(a))
		if exact.Quo(exact, big.NewInt(whole)).Int64() != int64(q.Share(a, whole)) {
			t.Fatalf("%s share of %d of %d is %s", q, a, whole, q.Share(a, whole))
		}
	})
}

// TestTimeOfIsTheFirstSecond: the time of a part is the first second at which
// the share has reached it.
func TestTimeOfIsTheFirstSecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64Range(1, 1<<62).Draw(t, "quantity"))
		whole := rapid.Int64Range(1, 1<<40).Draw(t, "whole")
		part := Quantity(rapid.Int64Range(0, int64(q)).Draw(t, "part"))
		s := q.TimeOf(part, whole)
		if s < 0 || s > whole || q.Share(s, whole) < part || s > 0 && q.Share(s-1, whole) >= part {
			t.Fatalf("%d of %d has flowed after %d of %d seconds", part, q, s, whole)
		}
	})
}

func TestAverage(t *testing.T) {
	for _, c := range []struct {
		q       Quantity
		seconds int64
		want    Power
	}{
		{22 * KWh, 3600, 22 * KW}, {11 * KWh, 1800, 22 * KW}, {0, 60, 0}, {1, 1, 3}, {10 * KWh, 3, 12000 * KW},
		{1<<63 - 1, 1, 1<<63 - 1}, // cut to the largest power
	} {
		if got := c.q.Average(c.seconds); got != c.want {
			t.Errorf("%s kWh in %d s are %d mW, want %d", c.q, c.seconds, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q, seconds := Quantity(rapid.Int64Range(0, 1<<50).Draw(t, "q")), rapid.Int64Range(1, 1<<30).Draw(t, "seconds")
		want := new(big.Int).Mul(big.NewInt(int64(q)), big.NewInt(36))
		if want.Quo(want, big.NewInt(10*seconds)); !want.IsInt64() || Power(want.Int64()) != q.Average(seconds) {
			t.Fatalf("%d µWh in %d s are %d mW, want %s", q, seconds, q.Average(seconds), want)
		}
	})
}

func TestAverageUpIsAboveTheMeanByLessThanAMilliwatt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, seconds := Quantity(rapid.Int64Range(0, 1<<50).Draw(t, "q")), rapid.Int64Range(1, 1<<30).Draw(t, "seconds")
		down, up := q.Average(seconds), q.AverageUp(seconds)
		exact := big.NewRat(36*int64(q), 10*seconds)
		if whole := exact.IsInt(); up != down && whole || up != down+1 && !whole {
			t.Fatalf("%d µWh in %d s are %d mW rounded down and %d rounded up", q, seconds, down, up)
		}
	})
}

func TestOver(t *testing.T) {
	for _, c := range []struct {
		p       Power
		seconds int64
		want    Quantity
	}{
		{22 * KW, 3600, 22 * KWh}, {22 * KW, 0, 0}, {1, 1, 0}, {1, 4, 1}, {1<<63 - 1, 1 << 40, 1<<63 - 1},
	} {
		if got := c.p.Over(c.seconds); got != c.want {
			t.Errorf("%d mW for %d s are %d µWh, want %d", c.p, c.seconds, got, c.want)
		}
	}
}

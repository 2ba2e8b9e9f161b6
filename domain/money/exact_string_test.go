package money

import (
	"math/rand/v2"
	"testing"
)

func TestExactStringAgreesWithRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sums := []Exact{{}, {0, 1}, {0, 9}, {-1, 1<<64 - 1}, {1<<63 - 1, 1<<64 - 1}, {0, exactPerUnit}, {0, exactPerUnit / 8}}
	for range 20_000 {
		e, err := Price(r.Int64N(1<<40)-1<<39).Times(r.Int64N(1<<40), []int64{1, 60, 3600, 1_000_000_000}[r.IntN(4)])
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, e, Exact{r.Int64() >> r.IntN(64), r.Uint64() >> r.IntN(64)}, e.Neg())
	}
	for _, e := range sums {
		got, want := e.String(), e.slowString()
		if got != want {
			t.Fatalf("%#v is written %q, want %q", e, got, want)
		}
		if back, err := ParseExact(got); err != nil || back != e {
			t.Fatalf("%q reads back as %#v, %v; want %#v", got, back, err, e)
		}
	}
}

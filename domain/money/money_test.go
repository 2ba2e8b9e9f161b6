package money

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestExactAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, sum := new(big.Rat), Exact{}
		for range rapid.IntRange(1, 6).Draw(t, "terms") {
			price := Price(rapid.Int64().Draw(t, "price"))
			quantity := rapid.Int64Range(-1<<40, 1<<40).Draw(t, "quantity")
			per := rapid.SampledFrom([]int64{1, 60, 3600, 1_000_000_000}).Draw(t, "per")
			e, err := price.Times(quantity, per)
			product := new(big.Rat).Mul(big.NewRat(int64(price), 1_000_000_000), big.NewRat(quantity, per))
			if err != nil {
				if product.Abs(product).Cmp(big.NewRat(1<<62, 1)) < 0 {
					t.Fatalf("%s times %d per %d overflows", price, quantity, per)
				}
				continue
			}
			if e.Rat().Cmp(product) != 0 {
				t.Fatalf("%s times %d per %d is %s, in rationals %s", price, quantity, per, e, product)
			}
			next, err := sum.Sub(e.Neg())
			if err != nil {
				continue
			}
			sum = next
			want.Add(want, product)
		}
		if sum.Rat().Cmp(want) != 0 || sum.Sign() != want.Sign() {
			t.Fatalf("sum %s, in rationals %s", sum, want)
		}
		if back, err := ParseExact(sum.String()); err != nil || back != sum {
			t.Fatalf("%s reads back as %s, %v", sum, back, err)
		}
		checkRound(t, sum)
		other := Exact{rapid.Int64Range(-1<<20, 1<<20).Draw(t, "hi"), rapid.Uint64().Draw(t, "lo")}
		if sum.Cmp(other) != sum.Rat().Cmp(other.Rat()) {
			t.Fatalf("%s compared with %s is %d", sum, other, sum.Cmp(other))
		}
	})
}

// checkRound rounds in rationals: the nearest multiple, halves as the mode says.
func checkRound(t *rapid.T, e Exact) {
	c := rapid.SampledFrom([]Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency")
	mode := rapid.SampledFrom([]Mode{HalfUp, HalfEven}).Draw(t, "mode")
	scaled := new(big.Rat).Mul(e.Rat(), new(big.Rat).SetInt64(c.minorPerUnit()))
	got, err := e.Round(c, mode)
	if err != nil {
		if scaled.Abs(scaled).Cmp(new(big.Rat).SetInt64(math.MaxInt64)) < 0 {
			t.Fatalf("%s does not round to %s: %v", e, c, err)
		}
		return
	}
	off := new(big.Rat).Sub(new(big.Rat).SetInt64(got.Minor), scaled)
	away := off.Sign() == scaled.Sign()
	switch off.Abs(off).Cmp(big.NewRat(1, 2)) {
	case 1:
		t.Fatalf("%s rounds to %s", e, got)
	case 0:
		if mode == HalfUp && !away || mode == HalfEven && got.Minor%2 != 0 {
			t.Fatalf("the half %s rounds to %s", e, got)
		}
	}
}

func TestRoundHalves(t *testing.T) {
	for _, c := range []struct {
		exact        string
		currency     Currency
		up, even     string
		decimalPlace string // Decimal(2)
	}{
		{"10.065", "EUR", "10.07", "10.06", "10.07"},
		{"10.075", "EUR", "10.08", "10.08", "10.08"},
		{"-10.065", "EUR", "-10.07", "-10.06", "-10.07"},
		{"0.005", "EUR", "0.01", "0.00", "0.01"},
		{"-0.005", "EUR", "-0.01", "0.00", "-0.01"},
		{"-0.015", "EUR", "-0.02", "-0.02", "-0.02"},
		{"0.00499999", "EUR", "0.00", "0.00", "0.00"},
		{"1/3", "EUR", "0.33", "0.33", "0.33"},
		{"-2/3", "EUR", "-0.67", "-0.67", "-0.67"},
		{"553.5", "JPY", "554", "554", "553.50"},
		{"552.5", "JPY", "553", "552", "552.50"},
		{"0.5725", "KWD", "0.573", "0.572", "0.57"},
	} {
		e, err := ParseExact(c.exact)
		if err != nil {
			t.Fatal(err)
		}
		up, err := e.Round(c.currency, HalfUp)
		even, err2 := e.Round(c.currency, HalfEven)
		if err != nil || err2 != nil || up.String() != c.up || even.String() != c.even || e.Decimal(2) != c.decimalPlace {
			t.Errorf("%s %s: half up %s, half even %s, shown %s; want %s, %s, %s", c.exact, c.currency, up, even, e.Decimal(2), c.up, c.even, c.decimalPlace)
		}
	}
}

func TestOverflowIsAnError(t *testing.T) {
	biggest := Exact{math.MaxInt64, math.MaxUint64}
	smallest := biggest.Neg()
	one := Exact{0, 1}
	if _, err := biggest.Add(one); !errors.Is(err, ErrOverflow) {
		t.Errorf("above the range: %v", err)
	}
	if got, err := smallest.Sub(one); !errors.Is(err, ErrOverflow) {
		t.Errorf("below the range: %v, %v", got, err)
	}
	if got, err := smallest.Add(biggest); err != nil || got != (Exact{}) {
		t.Errorf("opposites add up to %v, %v", got, err)
	}
	if _, err := Price(math.MaxInt64).Times(math.MaxInt64, 1); !errors.Is(err, ErrOverflow) {
		t.Errorf("price times quantity: %v", err)
	}
	if _, err := Price(math.MinInt64).Times(math.MinInt64, 1); !errors.Is(err, ErrOverflow) {
		t.Errorf("negative price times quantity: %v", err)
	}
	if _, err := biggest.Round("EUR", HalfUp); !errors.Is(err, ErrOverflow) {
		t.Errorf("rounding: %v", err)
	}
	for _, sign := range []int64{1, -1} {
		last := Amount{sign * math.MaxInt64, "KWD"}.Exact()
		if back, err := last.Round("KWD", HalfUp); err != nil || back.Minor != sign*math.MaxInt64 {
			t.Errorf("the last amount rounds to %v, %v", back, err)
		}
		half, err := last.Add(Exact{0, exactPerUnit / 2000}.signed(sign))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := half.Round("KWD", HalfUp); err == nil && got.Minor != sign*math.MaxInt64+sign {
			t.Errorf("half a unit further rounds to %v", got)
		}
	}
	a := Amount{math.MaxInt64, "EUR"}
	if _, err := a.Add(Amount{1, "EUR"}); !errors.Is(err, ErrOverflow) {
		t.Errorf("amounts: %v", err)
	}
	if _, err := (Amount{math.MinInt64, "EUR"}).Add(Amount{-1, "EUR"}); !errors.Is(err, ErrOverflow) {
		t.Errorf("negative amounts: %v", err)
	}
	if _, err := a.Add(Amount{1, "USD"}); err == nil {
		t.Error("two currencies are added")
	}
	if _, err := ParsePrice("9999999999.0"); !errors.Is(err, ErrOverflow) {
		t.Errorf("a price of ten digits: %v", err)
	}
	if _, err := ParseExact("99999999999999999999"); !errors.Is(err, ErrOverflow) {
		t.Errorf("an exact sum of twenty digits: %v", err)
	}
}

func (e Exact) signed(sign int64) Exact {
	if sign < 0 {
		return e.Neg()
	}
	return e
}

func TestAllocateAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency")
		var parts []Exact
		var sum Exact
		for range rapid.IntRange(0, 8).Draw(t, "parts") {
			p, err := Price(rapid.Int64Range(-5_000_000_000, 5_000_000_000).Draw(t, "price")).Times(rapid.Int64Range(0, 1000).Draw(t, "seconds"), 3600)
			if err != nil {
				t.Fatal(err)
			}
			if sum, err = sum.Add(p); err != nil {
				t.Fatal(err)
			}
			parts = append(parts, p)
		}
		total, err := sum.Round(c, rapid.SampledFrom([]Mode{HalfUp, HalfEven}).Draw(t, "mode"))
		if err != nil {
			t.Fatal(err)
		}
		shares, err := allocated(total, parts)
		if err != nil {
			t.Fatal(err)
		}
		var added int64
		for i, s := range shares {
			added += s.Minor
			off := new(big.Rat).Sub(s.Exact().Rat(), parts[i].Rat())
			if off.Abs(off).Cmp(big.NewRat(1, c.minorPerUnit())) >= 0 {
				t.Fatalf("%s gets %s, more than a unit away", parts[i], s)
			}
		}
		if added != total.Minor {
			t.Fatalf("the shares %v add up to %d, not %d", shares, added, total.Minor)
		}
	})
}

func TestAllocate(t *testing.T) {
	parse := func(list ...string) (out []Exact) {
		for _, s := range list {
			e, err := ParseExact(s)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e)
		}
		return out
	}
	for _, c := range []struct {
		total string
		parts []Exact
		want  string
	}{
		{"0.50", parse("0.125", "0.375"), "0.13 0.37"}, // level remainders: the earlier part first
		{"1.00", parse("1/3", "1/3", "1/3"), "0.34 0.33 0.33"},
		{"5.00", parse("0.819", "1", "3.181"), "0.82 1.00 3.18"},
		{"20.00", parse("46.5", "-26.5"), "46.50 -26.50"},
		{"-0.12", parse("-0.615", "0.165", "0.333"), "-0.61 0.16 0.33"},
		{"-0.13", parse("-0.125"), "-0.13"},
		{"0.00", nil, ""},
	} {
		total, err := ParseAmount(c.total, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		shares, err := allocated(total, c.parts)
		got := ""
		for i, s := range shares {
			if i > 0 {
				got += " "
			}
			got += s.String()
		}
		if err != nil || got != c.want {
			t.Errorf("%s over %v: %s, %v; want %s", c.total, c.parts, got, err, c.want)
		}
	}
	for _, total := range []string{"1.02", "0.99", "5.00"} {
		amount, _ := ParseAmount(total, "EUR")
		if shares, err := allocated(amount, parse("1.00", "0.00")); err == nil {
			t.Errorf("%s is shared over 1.00 and 0.00 as %v", total, shares)
		}
	}
}

func TestReadAndWrite(t *testing.T) {
	for s, want := range map[string]string{"0.49": "0.49", "1": "1.00", "0.66386555": "0.66386555", "-0.05": "-0.05", "0.1000000000": "0.10", "007": "7.00", "-0": "0.00"} {
		if p, err := ParsePrice(s); err != nil || p.String() != want {
			t.Errorf("price %q reads as %s, %v; want %s", s, p, err, want)
		}
	}
	for _, s := range []string{"", "-", ".5", "5.", "+1", "1e5", "NaN", "0x1", "1,5", " 1", "1 ", "--1", "1.2.3", "1_0", "٣", "0.1234567891"} {
		if p, err := ParsePrice(s); err == nil {
			t.Errorf("price %q reads as %s", s, p)
		}
	}
	for _, c := range []struct {
		text     string
		currency Currency
		want     string
	}{
		{"12.3", "EUR", "12.30"}, {"12", "JPY", "12"}, {"12.0", "JPY", "12"}, {"-0.05", "EUR", "-0.05"}, {"1.234", "KWD", "1.234"},
		{"12.345", "EUR", ""}, {"12.5", "JPY", ""}, {"1", "eur", ""}, {"1", "XXX", ""}, {"x", "EUR", ""},
	} {
		a, err := ParseAmount(c.text, c.currency)
		if (err != nil) != (c.want == "") || err == nil && a.String() != c.want {
			t.Errorf("amount %q %s reads as %s, %v; want %q", c.text, c.currency, a, err, c.want)
		}
	}
	for _, s := range []string{"", "1e3", "0x10", "0b1", "1_000", "1/0", "1/-2", "1/", "/2", "0x1/3", "inf", "1.5/2", "0.0000000000000000000001", "1/7"} {
		if e, err := ParseExact(s); err == nil {
			t.Errorf("exact %q reads as %s", s, e)
		}
	}
	if e, err := ParseExact("010/3"); err != nil || e.String() != "10/3" {
		t.Errorf("010/3 reads as %s, %v: a leading zero is not octal", e, err)
	}
	yen, _ := ParseExact("1500")
	if got := yen.Decimal(0); got != "1500" {
		t.Errorf("1500 yen are shown as %s", got)
	}
	if got := yen.Decimal(4); got != "1500.00" {
		t.Errorf("1500 with up to four decimals is shown as %s", got)
	}
}

func TestCurrencies(t *testing.T) {
	for code, digits := range map[string]int{"EUR": 2, "JPY": 0, "KWD": 3, "ISK": 0, "CLP": 0, "NOK": 2, "TND": 3} {
		if c, err := ParseCurrency(code); err != nil || c.Digits() != digits {
			t.Errorf("%s: %d digits, %v; want %d", code, c.Digits(), err, digits)
		}
	}
	for _, code := range []string{"", "eur", "EURO", "EU", "XXX", "UR ", "R G"} {
		if c, err := ParseCurrency(code); err == nil {
			t.Errorf("%q is taken for the currency %s", code, c)
		}
	}
}

func TestPolicies(t *testing.T) {
	for _, name := range PolicyNames() {
		if p, err := ParsePolicy(name); err != nil || p.String() != name {
			t.Errorf("%q reads as %q, %v", name, p, err)
		}
	}
	if len(PolicyNames()) != 4 || DefaultPolicy.String() != "half-up on total" {
		t.Errorf("policies %q, default %q", PolicyNames(), DefaultPolicy)
	}
	if _, err := ParsePolicy("bankers"); err == nil {
		t.Error("an unknown policy is accepted")
	}
}

func allocated(total Amount, parts []Exact) ([]Amount, error) {
	shares := make([]Amount, len(parts))
	return shares, Allocate(shares, total, parts)
}

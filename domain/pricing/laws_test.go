package pricing

import (
	"testing"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// checkLaws holds one receipt against what is true of every receipt.
func checkLaws(t interface {
	Helper()
	Fatalf(string, ...any)
}, r Receipt) {
	t.Helper()
	var total int64
	var exact, priced money.Exact
	add := func(a, b money.Exact) money.Exact {
		sum, err := a.Add(b)
		if err != nil {
			t.Fatalf("sum of lines: %v", err)
		}
		return sum
	}
	measured := [tariff.Kinds]int64{}
	seen := [tariff.Kinds]bool{}
	for i, l := range r.Lines {
		total += l.Amount.Minor
		exact = add(exact, l.Exact)
		if l.Kind != TaxOn {
			priced = add(priced, l.Exact)
		}
		if l.Amount.Currency != r.Currency {
			t.Fatalf("line %d is in %q, the receipt in %q", i, l.Amount.Currency, r.Currency)
		}
		checkLine(t, r, l)
		if l.Kind == Priced || l.Kind == Free {
			measured[l.Dimension] += l.Measured
			seen[l.Dimension] = true
		}
	}
	if total != r.Total.Minor {
		t.Fatalf("the lines add up to %d, the total is %s", total, r.Total)
	}
	if priced != r.Exact {
		t.Fatalf("the exact sums of the lines before tax add up to %s, the receipt says %s", priced, r.Exact)
	}
	left := r.Total.Minor - r.Net.Minor
	for _, tax := range r.Taxes {
		left -= tax.Amount.Minor
	}
	if left != 0 {
		t.Fatalf("net %s and taxes leave %d of the total %s", r.Net, left, r.Total)
	}
	for k, want := range [...]int64{int64(r.Energy), r.ChargingTime, r.IdleTime} {
		if seen[k] && measured[k] != want {
			t.Fatalf("the lines of %s measure %d, the session has %d", tariff.Kind(k), measured[k], want)
		}
	}
}

func checkLine(t interface {
	Helper()
	Fatalf(string, ...any)
}, r Receipt, l Line) {
	t.Helper()
	var spanned, billed int64
	for i, s := range l.Spans {
		spanned += s.Measured
		billed += s.Billed
		if s.To < s.From || i > 0 && s.From < l.Spans[i-1].To || s.From < r.From || s.To > r.To {
			t.Fatalf("span %d of %s rule %d runs from %s to %s: backwards, over its neighbour or outside the session", i, l.Dimension, l.Rule, s.From, s.To)
		}
	}
	if (l.Kind == Priced || l.Kind == Free || l.Kind == Waived) && (spanned != l.Measured || billed != l.Billed) {
		t.Fatalf("the spans of %s rule %d hold %d of %d measured, %d of %d billed", l.Dimension, l.Rule, spanned, l.Measured, billed, l.Billed)
	}
	wrong := false
	switch l.Kind {
	case Free, Waived:
		wrong = l.Exact.Sign() != 0 || l.Amount.Minor != 0 || l.Billed != 0
	case Cap, Maximum:
		wrong = l.Exact.Sign() > 0 || r.Rounding.PerLine && l.Amount.Minor > 0
	case Minimum:
		wrong = l.Exact.Sign() < 0 || l.Amount.Minor < 0
	}
	if wrong || l.Billed > l.Measured || l.Billed < 0 {
		t.Fatalf("the %s line of %s has exact %s, amount %s, billed %d of %d", l.Kind, l.Dimension, l.Exact, l.Amount, l.Billed, l.Measured)
	}
}

func TestDifferenceExplains(t *testing.T) {
	got := difference("a\nb\nc\n", "a\nx\nc\nd\n")
	if want := "  a\n- b\n+ x\n  c\n+ d\n"; got != want {
		t.Errorf("difference reads\n%s, want\n%s", got, want)
	}
}

package pricing

import (
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// checkLaws holds one receipt against what is true of every receipt.
func checkLaws(t failer, r Receipt) {
	t.Helper()
	var total int64
	var exact money.Exact
	measured := [tariff.Kinds]int64{}
	seen := [tariff.Kinds]bool{}
	for i, l := range r.Lines {
		total += l.Amount.Minor
		if l.Kind != TaxOn && l.Kind != MinimumWithTax && l.Kind != MaximumWithTax {
			exact = plus(t, exact, l.Exact)
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
	if exact != r.Exact {
		t.Fatalf("the exact sums of the lines before tax add up to %s, the receipt says %s", exact, r.Exact)
	}
	left := r.Total.Minor - r.Net.Minor
	for _, tax := range r.Taxes {
		left -= tax.Amount.Minor
	}
	if left != 0 {
		t.Fatalf("net %s and taxes leave %d of the total %s", r.Net, left, r.Total)
	}
	whole := map[tariff.Kind]int64{
		tariff.Energy: int64(r.Energy), tariff.Export: int64(r.Exported), tariff.Charging: r.ChargingTime, tariff.Idle: r.IdleTime,
		tariff.Occupancy: r.ChargingTime + r.IdleTime, tariff.Reservation: r.ReservedTime,
	}
	for k, want := range whole {
		if seen[k] && measured[k] != want {
			t.Fatalf("the lines of %s measure %d, the session has %d", k, measured[k], want)
		}
	}
	if len(r.Days) > 0 {
		checkSumOfDays(t, r)
	}
}

// checkSumOfDays holds that the days' amounts add up to the exact sum.
func checkSumOfDays(t failer, r Receipt) {
	charged := r.Total.Minor
	for _, l := range r.Lines {
		if l.Kind == TaxOn || l.Kind == MinimumWithTax || l.Kind == MaximumWithTax {
			charged -= l.Amount.Minor
		}
	}
	for _, d := range r.Days {
		charged -= d.Charged.Minor
	}
	if charged != 0 {
		t.Fatalf("the days' charges leave %d of the total", charged)
	}
	t.Helper()
	var days money.Exact
	for _, d := range r.Days {
		days = plus(t, days, d.Amount)
	}
	if days != r.Exact {
		t.Fatalf("the days add up to %s, the exact sum is %s", days, r.Exact)
	}
}

func plus(t failer, a, b money.Exact) money.Exact {
	t.Helper()
	sum, err := a.Add(b)
	if err != nil {
		t.Fatalf("a sum of parts: %v", err)
	}
	return sum
}

func checkLine(t failer, r Receipt, l Line) {
	t.Helper()
	var spanned, billed int64
	from, to := r.From, r.To
	if l.Dimension == tariff.Reservation || l.Dimension == tariff.ReservationFee {
		from, to = 0, r.From
	}
	for i, s := range l.Spans {
		if l.Dimension.Measure() == tariff.InTime && s.Measured != int64(s.To-s.From) {
			t.Fatalf("a span of %s from %s to %s measures %d s", l.Dimension, s.From, s.To, s.Measured)
		}
		spanned += s.Measured
		billed += s.Billed
		if s.To < s.From || i > 0 && s.From < l.Spans[i-1].To || s.From < from || s.To > to {
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
	case Cap, Maximum, FreeAmount, DayMaximum:
		wrong = l.Exact.Sign() > 0 || r.Rounding.PerLine && l.Amount.Minor > 0
	case Minimum:
		wrong = l.Exact.Sign() < 0 || l.Amount.Minor < 0
	case MinimumWithTax:
		wrong = l.Amount.Minor < 0
	case MaximumWithTax:
		wrong = l.Amount.Minor > 0
	}
	if wrong || l.Billed < 0 {
		t.Fatalf("the %s line of %s has exact %s, amount %s, billed %d of %d", l.Kind, l.Dimension, l.Exact, l.Amount, l.Billed, l.Measured)
	}
}

// checkShapes holds what is billed against what was measured: whole blocks,
// never fewer than are needed and never one too many; without blocks and steps
// never more than was measured.
func checkShapes(t failer, doc tariff.Document, r Receipt) {
	t.Helper()
	var measured, billed [tariff.Kinds]int64
	for _, l := range r.Lines {
		if l.Kind == Priced {
			measured[l.Dimension] += l.Measured
			billed[l.Dimension] += l.Billed
		}
	}
	for k := range tariff.Kind(tariff.Kinds) {
		d := doc.Dimension(k)
		stepped := false
		for _, rule := range d.Rules {
			stepped = stepped || rule.Step > 0
		}
		switch {
		case k.Measure() == tariff.InFees:
		case d.Block > 0 && (billed[k]%d.Block != 0 || billed[k] >= measured[k]+d.Block):
			t.Fatalf("%s bills %d of %d in blocks of %d", k, billed[k], measured[k], d.Block)
		case d.Block == 0 && !stepped && billed[k] > measured[k]:
			t.Fatalf("%s bills %d of %d", k, billed[k], measured[k])
		}
	}
}

func TestDifferenceExplains(t *testing.T) {
	got := difference("a\nb\nc\n", "a\nx\nc\nd\n")
	if want := "  a\n- b\n+ x\n  c\n+ d\n"; got != want {
		t.Errorf("difference reads\n%s, want\n%s", got, want)
	}
}

// TestLaws holds random receipts against what is true of all of them, and of
// pairs of them.
func TestLaws(t *testing.T) {
	checks(t, 3000)
	zones := loadZones(t)
	t.Run("sums", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 60*3600)
			r := mustPrice(t, c, facts, ctx)
			checkLaws(t, r)
			checkShapes(t, c.Document(), r)
			if ctx.UpTo != 0 {
				return
			}
			if all := r.ChargingTime + r.IdleTime + r.PausedTime; r.Energy != facts.Energy() || r.Exported != facts.Exported() || all != facts.Duration() {
				t.Fatalf("%s kWh, %s kWh back and %d s of %s, %s and %d", r.Energy, r.Exported, all, facts.Energy(), facts.Exported(), facts.Duration())
			}
		})
	})
	t.Run("order and repeats of facts", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 40*3600)
			sameReceipt(t, "mixed", mustPrice(t, c, facts, ctx), mustPrice(t, c, normal(t, mixed(t, facts)), ctx))
		})
	})
	t.Run("pairs", func(t *testing.T) { pairs(t, zones) })
	t.Run("clock changes lose no second", func(t *testing.T) { clockChanges(t, zones) })
}

func mustPrice(t failer, c *Compiled, facts session.Facts, ctx Context) Receipt {
	t.Helper()
	r, err := Price(c, facts, ctx)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return r
}

// mixed are the facts with everything said twice and readings in any order.
func mixed(t *rapid.T, f session.Facts) session.Facts {
	twice := func(r []session.Reading, name string) []session.Reading {
		if len(r) == 0 {
			return nil
		}
		return rapid.Permutation(append(append([]session.Reading{}, r...), r...)).Draw(t, name)
	}
	out := f
	out.Readings, out.Exports = twice(f.Readings, "readings"), twice(f.Exports, "exports")
	out.Changes = append(append([]session.Change{}, f.Changes...), f.Changes...)
	out.Modes = append(append([]session.ModeChange{}, f.Modes...), f.Modes...)
	out.Charges = append(append([]session.Charge{}, f.Charges...), f.Charges...)
	out.Pauses = append(append([]session.Stretch{}, f.Pauses...), f.Pauses...)
	out.Gaps = append(append([]session.Stretch{}, f.Gaps...), f.Gaps...)
	return out
}

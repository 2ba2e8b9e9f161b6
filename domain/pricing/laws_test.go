package pricing

import (
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
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

// TestLaws holds random receipts against what is true of all of them, and of
// pairs of them.
func TestLaws(t *testing.T) {
	checks(t, 4000)
	zones := loadZones(t)
	t.Run("sums", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 60*3600)
			r, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			checkLaws(t, r)
			if ctx.UpTo == 0 && (r.Energy != facts.Energy() || r.ChargingTime+r.IdleTime != facts.Duration()) {
				t.Fatalf("%s kWh and %d s of %s kWh and %d s", r.Energy, r.ChargingTime+r.IdleTime, facts.Energy(), facts.Duration())
			}
		})
	})
	t.Run("order and repeats of readings", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 40*3600)
			want, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			mixed := facts
			mixed.Readings = rapid.Permutation(append(append([]session.Reading{}, facts.Readings...), facts.Readings...)).Draw(t, "readings")
			mixed.Changes = append(append([]session.Change{}, facts.Changes...), facts.Changes...)
			got, err := Price(c, normal(t, mixed), ctx)
			if err != nil {
				t.Fatal(err)
			}
			sameReceipt(t, "mixed", want, got, c.zone)
		})
	})
	t.Run("more energy never costs less", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 40*3600)
			doc := c.doc
			plain(&doc)
			c = Compile(TariffRef{}, doc, c.zone)
			less, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			factor := energy.Quantity(rapid.Int64Range(2, 5).Draw(t, "factor"))
			facts.Readings = append([]session.Reading{}, facts.Readings...)
			for i := range facts.Readings {
				facts.Readings[i].Import *= factor
			}
			more, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			if more.Exact.Cmp(less.Exact) < 0 || more.Total.Minor < less.Total.Minor {
				t.Fatalf("%d times the energy costs %s instead of %s", factor, more.Total, less.Total)
			}
		})
	})
	t.Run("clock changes lose no second", func(t *testing.T) { clockChanges(t, zones) })
}

// plain takes out what lets more energy cost less: negative prices and
// conditions on energy.
func plain(d *tariff.Document) {
	for k := range tariff.Kind(tariff.Kinds) {
		rules := append([]tariff.Rule{}, d.Dimension(k).Rules...)
		for i := range rules {
			rules[i].Price = max(rules[i].Price, -rules[i].Price)
			rules[i].When.Energy.From, rules[i].When.Energy.Before = 0, 0
		}
		d.Dimension(k).Rules = rules
	}
}

// clockChanges prices whole local days by the hour of the clock: however the
// clock jumps, every elapsed second falls into exactly one window, and a day is
// as long as package time says.
func clockChanges(t *testing.T, zones map[string]*calendar.Zone) {
	doc := tariff.Document{Name: "clock", Currency: "EUR", Terms: tariff.NoTax}
	for hour := range calendar.TimeOfDay(24) {
		charging := doc.Dimension(tariff.Charging)
		charging.Rules = append(charging.Rules, tariff.Rule{Price: money.Price(hour+1) * 1_000_000_000, Per: tariff.PerHour,
			When: tariff.Condition{Time: []calendar.Window{{From: hour * 3600, To: (hour + 1) * 3600}}}})
	}
	for name, zone := range zones {
		c := Compile(TariffRef{}, doc, zone)
		for _, day := range tarifftest.Days {
			facts := session.Facts{Start: zone.StartOf(day), End: zone.StartOf(day + 1)}
			r, err := Price(c, normal(t, facts), Context{})
			if err != nil {
				t.Fatal(err)
			}
			checkLaws(t, r)
			want := map[int]int64{}
			for at := facts.Start; at < facts.End; at++ {
				want[at.Time().In(zone.Location()).Hour()]++
			}
			for _, l := range r.Lines {
				if l.Kind != Priced || l.Billed != want[l.Rule] {
					t.Errorf("%s on %s: %s line bills %d s in hour %d, the clock shows it for %d s", name, day, l.Kind, l.Billed, l.Rule, want[l.Rule])
				}
				delete(want, l.Rule)
			}
			if len(want) > 0 {
				t.Errorf("%s on %s: hours %v are not billed", name, day, want)
			}
		}
	}
}

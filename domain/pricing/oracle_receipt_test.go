package pricing

import (
	"math/big"
	"reflect"

	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// failer is what rapid's and testing's T have in common here.
type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// checkQuantities compares what the session measured.
func (o *oracle) checkQuantities(t failer, r Receipt) {
	t.Helper()
	var paused int64
	for _, s := range o.states {
		if s == session.Paused {
			paused++
		}
	}
	var reserved int64
	if o.facts.Reserved != nil {
		reserved = int64(o.facts.Reserved.To - o.facts.Reserved.From)
	}
	imported, exported := energyAt(o.facts.Readings, o.to), energyAt(o.facts.Exports, o.to)
	if r.Energy != imported || r.Exported != exported || r.ChargingTime != o.charging || r.IdleTime != o.idle || r.PausedTime != paused || r.ReservedTime != reserved {
		t.Fatalf("measured %s kWh, %s kWh back, %d s charging, %d s idle, %d s paused, %d s reserved; second by second %s, %s, %d, %d, %d, %d",
			r.Energy, r.Exported, r.ChargingTime, r.IdleTime, r.PausedTime, r.ReservedTime, imported, exported, o.charging, o.idle, paused, reserved)
	}
}

// checkBilled compares what every rule billed at every price.
func (o *oracle) checkBilled(t failer, r Receipt) {
	t.Helper()
	type priced struct {
		kind  tariff.Kind
		rule  int
		price string
	}
	want, got := map[priced]int64{}, map[priced]int64{}
	for k := range tariff.Kind(tariff.Kinds) {
		for _, b := range o.upTo(k, forever) {
			switch at := (priced{k, b.rule, b.price.String()}); {
			case o.doc.Dimension(k).Rules[b.rule].Per == tariff.Flat:
				want[at] = 1
			case k == tariff.Session && o.failed:
				want[at] = 0
			default:
				want[at] += b.quantity
			}
		}
	}
	for _, l := range r.Lines {
		if l.Kind != Priced && l.Kind != Waived {
			continue
		}
		switch at := (priced{l.Dimension, l.Rule, l.UnitPrice.String()}); {
		case l.Per == tariff.Flat && l.Billed > 0:
			got[at] = 1
		case l.Per != tariff.Flat && (l.Billed != 0 || l.Kind == Waived):
			got[at] += l.Billed
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("billed %v, second by second %v\n%s", got, want, o)
	}
	o.checkMeasured(t, r)
}

// checkMeasured compares what every rule measured, grace included. What a
// running block measures is the rule's with which it began, so that only all
// rules together are compared there.
func (o *oracle) checkMeasured(t failer, r Receipt) {
	t.Helper()
	var got [tariff.Kinds]map[int]int64
	for k := range got {
		got[k] = map[int]int64{}
	}
	for _, l := range r.Lines {
		if (l.Kind == Priced || l.Kind == Free) && l.Measured > 0 {
			got[l.Dimension][l.Rule] += l.Measured
		}
	}
	for k := range tariff.Kind(tariff.Kinds) {
		if o.doc.Dimension(k).Block > 0 {
			got[k], o.sheets[k].measured = together(got[k]), together(o.sheets[k].measured)
		}
		if k.Measure() != tariff.InFees && !reflect.DeepEqual(got[k], o.sheets[k].measured) {
			t.Fatalf("%s measures %v, second by second %v\n%s", k, got[k], o.sheets[k].measured, o)
		}
	}
}

// together adds up what has a rule.
func together(byRule map[int]int64) map[int]int64 {
	out := map[int]int64{}
	for rule, n := range byRule {
		out[min(rule, 0)] += n
	}
	return out
}

// checkDays compares the amounts of the days.
func (o *oracle) checkDays(t failer, r Receipt) {
	t.Helper()
	if o.doc.Total.AtMostPerDay == nil {
		if len(r.Days) > 0 {
			t.Fatalf("%d days without a maximum per day\n%s", len(r.Days), o)
		}
		return
	}
	want := o.days()
	for i, d := range r.Days {
		if i > 0 && r.Days[i-1].Date >= d.Date {
			t.Fatalf("the day %s comes after %s\n%s", d.Date, r.Days[i-1].Date, o)
		}
		if w := want[d.Date]; d.Amount.Sign() != 0 && (w == nil || d.Amount.Rat().Cmp(w) != 0) {
			t.Fatalf("on %s arose %s, in rationals %v\n%s", d.Date, d.Amount, w, o)
		}
		if d.Amount.Sign() != 0 {
			delete(want, d.Date)
		}
	}
	if len(want) > 0 {
		t.Fatalf("the receipt lacks the days of %v\n%s", want, o)
	}
}

// checkTotal compares the rounded sum before tax and the bounds with tax.
func (o *oracle) checkTotal(t failer, r Receipt, exact *big.Rat) {
	t.Helper()
	digits, mode := r.Currency.Digits(), r.Rounding.Mode
	want := ratRound(exact, digits, mode)
	var sum, perLine, tax int64
	for _, l := range r.Lines {
		switch l.Kind {
		case TaxOn:
			tax += l.Amount.Minor
		case MinimumWithTax, MaximumWithTax:
		default:
			sum += l.Amount.Minor
		}
		if l.Kind == Priced || l.Kind == Free || l.Kind == Waived {
			perLine = ratRound(l.Exact.Rat(), digits, mode)
			if r.Rounding.PerLine && perLine != l.Amount.Minor {
				t.Fatalf("the line of %s is %d, rounded by itself %d\n%s", l.Dimension, l.Amount.Minor, perLine, o)
			}
		}
	}
	if r.Rounding.PerLine {
		o.checkBoundsPerLine(t, r, sum)
	}
	if !r.Rounding.PerLine && sum != want {
		t.Fatalf("the sum is %d, in rationals %d of %s\n%s", sum, want, exact.RatString(), o)
	}
	total := sum + tax
	if b := o.doc.Total.AtLeastWithTax; b != nil && !o.failed {
		total = max(total, ratRound(rat(*b), digits, mode))
	}
	if b := o.doc.Total.AtMostWithTax; b != nil {
		total = min(total, ratRound(rat(*b), digits, mode))
	}
	if total != r.Total.Minor {
		t.Fatalf("the total is %d, want %d\n%s", r.Total.Minor, total, o)
	}
}

// checkBoundsPerLine holds that rounding line by line passes no bound.
func (o *oracle) checkBoundsPerLine(t failer, r Receipt, sum int64) {
	t.Helper()
	rounded := func(p money.Price) int64 { return ratRound(rat(p), r.Currency.Digits(), r.Rounding.Mode) }
	var dimensions [tariff.Kinds]int64
	for _, l := range r.Lines {
		if l.Kind == Priced || l.Kind == Cap {
			dimensions[l.Dimension] += l.Amount.Minor
		}
	}
	for k := range tariff.Kind(tariff.Kinds) {
		if most := o.doc.Dimension(k).AtMost; most != nil && dimensions[k] > rounded(*most) {
			t.Fatalf("%s comes to %d, above its cap of %s\n%s", k, dimensions[k], most, o)
		}
	}
	total := o.doc.Total
	if total.AtMost != nil && sum > rounded(*total.AtMost) {
		t.Fatalf("the lines come to %d, above %s\n%s", sum, total.AtMost, o)
	}
	if total.AtLeast != nil && !o.failed && total.AtMostPerDay == nil && sum < rounded(*total.AtLeast) {
		t.Fatalf("the lines come to %d, below %s\n%s", sum, total.AtLeast, o)
	}
}

package pricing

import (
	"math/big"
	"reflect"

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

// taxesOf are the taxes due on a rule's amounts, or on those of no rule.
func (o *oracle) taxesOf(r *tariff.Rule) []tariff.Tax {
	taxes := o.ctx.Taxes
	if len(o.doc.Taxes) > 0 {
		taxes = o.doc.Taxes
	}
	if r != nil && (r.Untaxed || len(r.Taxes) > 0) {
		taxes = r.Taxes
	}
	point := o.ctx.TaxPoint
	if point == 0 {
		point = o.to
	}
	var due []tariff.Tax
	for _, tax := range taxes {
		if day := o.wall(point).date; (tax.From == nil || day >= *tax.From) && (tax.Before == nil || day < *tax.Before) {
			due = append(due, tax)
		}
	}
	return due
}

// checkTaxes compares the taxes. Where several groups of rates meet lines that
// belong to no rule, only the arithmetic of each tax is compared.
func (o *oracle) checkTaxes(t failer, r Receipt) {
	t.Helper()
	if o.doc.Terms == tariff.NoTax {
		if len(r.Taxes) > 0 || r.Net != r.Total {
			t.Fatalf("prices without any tax have net %s and %d taxes\n%s", r.Net, len(r.Taxes), o)
		}
		return
	}
	var groups [][]tariff.Tax
	var grosses []int64
	known := o.doc.Total.AtLeastWithTax == nil && o.doc.Total.AtMostWithTax == nil
	for _, l := range r.Lines {
		taxes := o.taxesOf(nil)
		switch {
		case l.Kind == TaxOn || l.Amount.Minor == 0:
			continue
		case l.Kind == Priced:
			taxes = o.taxesOf(&o.doc.Dimension(l.Dimension).Rules[l.Rule])
		case o.ownTaxes():
			known = false
		}
		i := 0
		for i < len(groups) && !reflect.DeepEqual(groups[i], taxes) {
			i++
		}
		if i == len(groups) {
			groups, grosses = append(groups, taxes), append(grosses, 0)
		}
		grosses[i] += l.Amount.Minor
	}
	if !known || len(groups) > 1 && o.doc.Rounding.PerLine {
		return
	}
	if o.doc.Terms == tariff.WithTax {
		o.checkIncluded(t, r, groups, grosses)
	} else {
		o.checkOnTop(t, r, groups, grosses)
	}
}

// ownTaxes reports whether any rule has taxes of its own.
func (o *oracle) ownTaxes() bool {
	for _, d := range o.doc.Dimensions {
		for _, r := range d.Rules {
			if r.Untaxed || len(r.Taxes) > 0 {
				return true
			}
		}
	}
	return false
}

// checkIncluded holds that net is gross ÷ (1 + rates), rounded per group.
func (o *oracle) checkIncluded(t failer, r Receipt, groups [][]tariff.Tax, grosses []int64) {
	t.Helper()
	byRate := map[string]int64{}
	factors := map[string]*big.Rat{}
	for i, g := range groups {
		factor := factorOf(g)
		byRate[factor.RatString()] += grosses[i]
		factors[factor.RatString()] = factor
	}
	var net int64
	for rate, gross := range byRate {
		net += ratRound(new(big.Rat).Quo(big.NewRat(gross, 1), factors[rate]), 0, r.Rounding.Mode)
	}
	if net != r.Net.Minor {
		t.Fatalf("net %d of gross %d, in rationals %d (%v of %v)\n%s", r.Net.Minor, r.Total.Minor, net, grosses, groups, o)
	}
}

// factorOf is gross ÷ net.
func factorOf(taxes []tariff.Tax) *big.Rat {
	factor := big.NewRat(1, 1)
	for _, tax := range taxes {
		share := big.NewRat(tax.Rate, 1_000_000)
		if tax.OnTop {
			share.Mul(share, factor)
		}
		factor.Add(factor, share)
	}
	return factor
}

// checkOnTop holds that every tax is the rate of the net it is levied on,
// rounded by itself.
func (o *oracle) checkOnTop(t failer, r Receipt, groups [][]tariff.Tax, nets []int64) {
	t.Helper()
	var net int64
	for _, n := range nets {
		net += n
	}
	if net != r.Net.Minor {
		t.Fatalf("net %d, the lines before tax %d\n%s", r.Net.Minor, net, o)
	}
	stacked := false
	type rated struct {
		name string
		rate int64
	}
	want := map[rated]int64{}
	for i, g := range groups {
		for _, tax := range g {
			want[rated{tax.Name, tax.Rate}] += nets[i]
			stacked = stacked || tax.OnTop
		}
	}
	if stacked {
		if len(groups) == 1 {
			o.checkStacked(t, r, groups[0])
		}
		return
	}
	got := map[rated]int64{}
	for _, tax := range r.Taxes {
		got[rated{tax.Name, tax.Rate}] += tax.Amount.Minor
	}
	for tax, n := range want {
		amount := ratRound(new(big.Rat).SetFrac64(n*tax.rate, 1_000_000), 0, r.Rounding.Mode)
		if got[tax] != amount {
			t.Fatalf("%s %d is %d of net %d, in rationals %d\n%s", tax.name, tax.rate, got[tax], n, amount, o)
		}
		delete(got, tax)
	}
	for tax, n := range got {
		if n != 0 {
			t.Fatalf("%s %d is %d, but is not due\n%s", tax.name, tax.rate, n, o)
		}
	}
}

func (o *oracle) checkStacked(t failer, r Receipt, taxes []tariff.Tax) {
	t.Helper()
	if len(taxes) != len(r.Taxes) {
		t.Fatalf("%d taxes are due, the receipt has %d\n%s", len(taxes), len(r.Taxes), o)
	}
	above := r.Net.Minor
	for i, tax := range taxes {
		of := r.Net.Minor
		if tax.OnTop {
			of = above
		}
		amount := ratRound(new(big.Rat).Mul(big.NewRat(of, 1), big.NewRat(tax.Rate, 1_000_000)), 0, r.Rounding.Mode)
		if r.Taxes[i].Amount.Minor != amount {
			t.Fatalf("%s is %s of net %s, in rationals %d\n%s", tax.Name, r.Taxes[i].Amount, r.Net, amount, o)
		}
		above += amount
	}
}

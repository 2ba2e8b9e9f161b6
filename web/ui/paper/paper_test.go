package paper_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

const source = `
tariff: standard
title: {en: Standard, fr: Tarif normal}
currency: EUR
prices: with tax
rounding: half-up on total
energy:
  rules:
    - {price: 0.29/kWh, when: {time: "22:00-06:00"}}
    - {price: 0.4933/kWh}
idle:
  grace: 15 min
  rules:
    - {price: 0.10/min}
`

// night begins in the evening, crosses two changes of price and stands idle.
func night() session.Facts {
	start := calendar.Of(time.Date(2026, 3, 12, 20, 30, 0, 0, time.UTC))
	return session.Facts{Start: start, End: start + 5*3600,
		Readings: []session.Reading{{At: start}, {At: start + 3*3600, Import: 21_333 * energy.Wh}, {At: start + 5*3600, Import: 21_333 * energy.Wh}},
		Changes:  []session.Change{{At: start + 3*3600, State: session.Idle}}}
}

func priced(t *testing.T, text string) (pricing.Receipt, tariff.Document, session.Facts) {
	t.Helper()
	doc, err := tariff.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := calendar.LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	facts, err := session.Normalise(night())
	if err != nil {
		t.Fatal(err)
	}
	r, err := pricing.Price(pricing.Compile(pricing.TariffRef{Name: doc.Name, Number: 3}, doc, zone), facts, pricing.Context{})
	if err != nil {
		t.Fatal(err)
	}
	return r, doc, facts
}

func locale(t *testing.T, lang string) *ui.Locale {
	t.Helper()
	words, err := ui.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return words.Locale(lang)
}

var number = regexp.MustCompile(`[-−]?\d+\.\d+`)

func decimal(t *testing.T, s string) *big.Rat {
	t.Helper()
	n, ok := new(big.Rat).SetString(strings.ReplaceAll(number.FindString(s), "−", "-"))
	if !ok {
		t.Fatalf("no amount in %q", s)
	}
	return n
}

func TestPaperAddsUp(t *testing.T) {
	for _, terms := range []string{"with tax", "without tax"} {
		r, doc, facts := priced(t, strings.Replace(source, "with tax", terms, 1))
		p := paper.Receipt(locale(t, "en"), r, doc, facts)
		if len(p.Lines) < 3 || len(p.Subtotals) != 1 {
			t.Fatalf("%s: %d lines, subtotals %v", terms, len(p.Lines), p.Subtotals)
		}
		sum, steps := new(big.Rat), decimal(t, p.Subtotals[0].Amount)
		for _, line := range p.Lines {
			sum.Add(sum, decimal(t, line.Amount))
		}
		if p.Rounding != nil {
			steps.Add(steps, decimal(t, p.Rounding.Amount))
		}
		if sum.Cmp(steps) != 0 {
			t.Errorf("%s: the lines add up to %s, the steps to %s", terms, sum.FloatString(5), steps.FloatString(5))
		}
		if len(r.Taxes) == 0 && sum.Cmp(decimal(t, p.Total)) != 0 {
			t.Errorf("%s: the lines add up to %s, the total is %s", terms, sum.FloatString(5), p.Total)
		}
		if p.Tariff.Version != "3" || p.Tariff.Name != "Standard" || p.Tariff.Href != "" {
			t.Errorf("%s: tariff %+v", terms, p.Tariff)
		}
	}
}

func TestPaperInFrench(t *testing.T) {
	r, doc, facts := priced(t, source)
	p := paper.Receipt(locale(t, "fr"), r, doc, facts)
	if p.Heading != "Reçu" || p.Tariff.Name != "Tarif normal" || !strings.Contains(p.Lines[0].Amount, ",") {
		t.Errorf("%+v", p)
	}
}

// TestCutSaysSo prices thirds, which no decimal ends.
func TestCutSaysSo(t *testing.T) {
	r, doc, facts := priced(t, "tariff: thirds\ncurrency: EUR\nprices: with tax\nrounding: half-up on total\ncharging:\n  rules:\n    - {price: 0.01/h, when: {time: \"22:00-22:20\"}}\n")
	p := paper.Receipt(locale(t, "en"), r, doc, facts)
	if p.Rounding == nil || !strings.HasPrefix(p.Subtotals[0].Amount, "0.00333333…") {
		t.Errorf("the exact sum reads %v, rounding %v", p.Subtotals, p.Rounding)
	}
}

func TestStatesCoverTheSession(t *testing.T) {
	for name, changes := range map[string][]session.Change{
		"always charging":      nil,
		"idle at the end":      night().Changes,
		"idle at once":         {{At: night().Start, State: session.Idle}, {At: night().Start + 60, State: session.Charging}},
		"idle at the very end": {{At: night().End, State: session.Idle}},
	} {
		f := night()
		f.Changes = changes
		at := f.Start.Time()
		for _, s := range paper.States(f) {
			if !s.From.Equal(at) || !s.To.After(s.From) {
				t.Errorf("%s: a stretch from %v to %v after %v", name, s.From, s.To, at)
			}
			at = s.To
		}
		if !at.Equal(f.End.Time()) {
			t.Errorf("%s: the states end at %v", name, at)
		}
	}
}

func TestNumberAndStatus(t *testing.T) {
	if n := paper.Number("", "r1", 2); n != "r1/2" {
		t.Errorf("a receipt without a number elsewhere is called %s", n)
	}
	l := locale(t, "en")
	if s := paper.Status(l, 2); s.Text != "Corrected" || paper.Status(l, 1).Text != "Final" {
		t.Errorf("status %v", s)
	}
}

package paper_test

import (
	"math/big"
	"regexp"
	"slices"
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
	return pricedFacts(t, text, night())
}

func pricedFacts(t *testing.T, text string, facts session.Facts) (pricing.Receipt, tariff.Document, session.Facts) {
	t.Helper()
	doc, err := tariff.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := calendar.LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	facts, err = session.Normalise(facts)
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

// merged is a session of two parts with a pause of the operator, whose power
// falls to almost nothing at its end.
func merged() session.Facts {
	start := calendar.Of(time.Date(2026, 3, 12, 20, 0, 0, 0, time.UTC))
	return session.Facts{Start: start, End: start + 4*3600,
		Readings: []session.Reading{{At: start}, {At: start + 3600, Import: 11_000 * energy.Wh}, {At: start + 2*3600, Import: 11_000 * energy.Wh},
			{At: start + 3*3600, Import: 22_000 * energy.Wh}, {At: start + 4*3600, Import: 22_050 * energy.Wh}},
		Gaps:   []session.Stretch{{From: start + 3600, To: start + 2*3600}},
		Pauses: []session.Stretch{{From: start + 2*3600, To: start + 2*3600 + 600}}}
}

const shapes = `
tariff: shapes
currency: EUR
prices: without tax
tax: {name: VAT, rate: 20}
idleWhen: {powerBelow: 1 kW, for: 5 min}
energy:
  - {price: 2.00 flat, when: {energy: {before: 5 kWh}}}
  - price: {feed: spot-fr, percentage: 110, fallback: 0.4567/kWh}
charging:
  - {price: 0.01/min, when: {averagePower: {upTo: 50 kW}}}
idle: {grace: 10 min, block: 15 min, rules: [{price: 0.10/min}]}
total: {free: 1.00, atMostPerDay: 7.00, atLeastWithTax: 60.00}
`

func pricedShapes(t *testing.T) (pricing.Receipt, tariff.Document, session.Facts) {
	t.Helper()
	return pricedFacts(t, shapes, merged())
}

// TestEveryKindOfLineIsShown reads the paper of a session with most shapes of
// price.
func TestEveryKindOfLineIsShown(t *testing.T) {
	r, doc, facts := pricedShapes(t)
	for lang, want := range map[string][]string{
		"en": {"Energy", "Energy", "Charging time", "Idle time", "Free amount", "Maximum per day, 12 March 2026", "20% VAT", "Minimum price with tax"},
		"fr": {"Énergie", "Énergie", "Temps de charge", "Immobilisation", "Montant offert", "Plafond par jour, 12 mars 2026", "TVA à 20\u00a0%", "Prix minimum toutes taxes comprises"},
	} {
		p := paper.Receipt(locale(t, lang), r, doc, facts)
		var titles []string
		for _, line := range p.Lines {
			titles = append(titles, line.Title)
			if line.Amount == "" || len(line.Why) == 0 || line.Working == "" {
				t.Errorf("%s: %+v", lang, line)
			}
		}
		if !slices.Equal(titles, want) {
			t.Errorf("%s: lines %q, want %q", lang, titles, want)
		}
	}
	p := paper.Receipt(locale(t, "en"), r, doc, facts)
	for name, shown := range map[string][2]string{
		"flat price":   {p.Lines[0].UnitPrice, "2.00 EUR flat"},
		"feed":         {strings.Join(p.Lines[1].Why, "|"), "Where no earlier price applies|There is no price spot-fr for this time, so another stands in: 0.4567 EUR/kWh"},
		"average":      {p.Lines[2].Why[1], "The average power of the session was 11.028 kW"},
		"idle":         {p.Lines[3].Why[1], "The car counts as not charging once it has drawn less than 1 kW for 5 min, from the beginning of that time"},
		"grace span":   {p.Lines[3].Intervals[0].Quantity + " " + p.Lines[3].Intervals[0].Note, "10 min free"},
		"block span":   {p.Lines[3].Intervals[1].Quantity + " " + p.Lines[3].Intervals[1].Note, "50 min 1 h billed"},
		"block badge":  {p.Lines[3].Badges[1].Text, "4 blocks of 15 min, each charged when begun"},
		"without gaps": {p.When[strings.LastIndex(p.When, "·"):], "· 3\u00a0h"},
		"quantities":   {p.Facts[0].Label + " " + p.Facts[0].Value, "Paused by the operator 10\u00a0min"},
	} {
		if shown[0] != shown[1] {
			t.Errorf("%s: %q, want %q", name, shown[0], shown[1])
		}
	}
	if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, "A price from outside was missing") {
		t.Errorf("notes %s", notes)
	}
}

// TestStripShowsWhatPricesGoBy draws a session whose idle time only its power
// tells.
func TestStripShowsWhatPricesGoBy(t *testing.T) {
	r, doc, facts := pricedShapes(t)
	p := paper.Receipt(locale(t, "en"), r, doc, facts)
	var got []ui.SpanKind
	for i, s := range p.Strip.States {
		got = append(got, s.Kind)
		if i > 0 && !s.From.Equal(p.Strip.States[i-1].To) {
			t.Errorf("a hole before %v", s.From)
		}
	}
	if want := []ui.SpanKind{ui.Charging, ui.Away, ui.Paused, ui.Charging, ui.Idle}; !slices.Equal(got, want) {
		t.Errorf("states %v, want %v", got, want)
	}
	if want := []ui.SpanKind{ui.Charging, ui.Away, ui.Paused, ui.Charging}; len(paper.States(facts)) != len(want) {
		t.Errorf("reported states %v, want %v", paper.States(facts), want)
	}
}

func TestPaperOfAnExpiredReservation(t *testing.T) {
	end := calendar.Of(time.Date(2026, 3, 12, 20, 30, 0, 0, time.UTC))
	facts := session.Facts{Start: end, End: end, Readings: []session.Reading{{At: end}}, Reserved: &session.Reservation{From: end - 1800, To: end, Expired: true}}
	r, doc, facts := pricedFacts(t, "tariff: r\ncurrency: EUR\nprices: with tax\nreservation: [{price: 0.10/min}]\nreservationFee: [{price: 2.00}]\n", facts)
	p := paper.Receipt(locale(t, "en"), r, doc, facts)
	if p.Strip != nil || p.Total != "5.00 EUR" || !strings.HasSuffix(p.When, "· 30\u00a0min") || p.Lines[0].Intervals[0].Quantity != "30 min" {
		t.Errorf("%+v", p)
	}
}

// TestFaceSaysWhatIsDueOnce: what a line says before it is unfolded is a sum
// that holds.
func TestFaceSaysWhatIsDueOnce(t *testing.T) {
	r, doc, facts := priced(t, `
tariff: x
currency: EUR
prices: no tax
energy: [{price: 1.50 flat, when: {energy: {before: 5 kWh}}}]
charging: [{price: 2.00 flat}]
session: [{price: 1.00}]
`)
	l := locale(t, "en")
	p := paper.Receipt(l, r, doc, facts)
	var html strings.Builder
	if err := ui.ReceiptPaper(p).Render(ui.WithView(t.Context(), ui.View{Locale: l}), &html); err != nil {
		t.Fatal(err)
	}
	faces := regexp.MustCompile(`class="receipt-quantity">([^<]*)</span> ?<span class="receipt-price">([^<]*)</span>`).FindAllStringSubmatch(html.String(), -1)
	var got []string
	for _, f := range faces {
		got = append(got, f[1]+"|"+f[2])
	}
	want := []string{"16.333 kWh|", "|1.50 EUR flat", "|2.00 EUR flat", "1|1.00 EUR"}
	if !slices.Equal(got, want) {
		t.Errorf("the lines say %q, want %q", got, want)
	}
	if regexp.MustCompile(`<dd>\s*</dd>`).MatchString(html.String()) {
		t.Error("a quantity is named and left empty")
	}
}

package ocpp

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// plain is a document that OCPP says in full.
func plain() tariff.Document {
	d := tariff.Document{Name: "plain", Currency: "EUR", Terms: tariff.WithoutTax, FailedStart: tariff.FailedStart{Never: true},
		Taxes: []tariff.Tax{{Name: "VAT", Rate: 190_000}}}
	d.Dimension(tariff.Energy).Rules = []tariff.Rule{{Price: 450_000_000}}
	*d.Dimension(tariff.Idle) = tariff.Dimension{Grace: 900, Rules: []tariff.Rule{{Price: 6_000_000_000, Per: tariff.PerHour}}}
	d.Dimension(tariff.Session).Rules = []tariff.Rule{{Price: 1_000_000_000, Per: tariff.PerSession}}
	return d
}

// TestLosses holds that everything OCPP cannot say is reported with its place.
func TestLosses(t *testing.T) {
	price := func(p money.Price) *money.Price { return &p }
	instant := calendar.Instant(1_800_000_000)
	date := calendar.NewDate(2026, time.January, 1)
	rule := func(k tariff.Kind, c tariff.Condition) func(*tariff.Document) {
		return func(d *tariff.Document) {
			r := tariff.Rule{When: c, Per: [...]tariff.Unit{tariff.PerKWh, tariff.PerMinute, tariff.PerSession}[k.Measure()]}
			d.Dimension(k).Rules = slices.Insert(d.Dimension(k).Rules, 0, r)
		}
	}
	for _, c := range []struct {
		code, path string
		change     func(*tariff.Document)
	}{
		{"feed", "energy.rules[0].price", func(d *tariff.Document) {
			d.Dimension(tariff.Energy).Rules[0] = tariff.Rule{Feed: &tariff.FeedPrice{Feed: "spot", Fallback: 450_000_000, FallbackPercentage: tariff.Whole, Ceiling: price(1), Floor: price(0)}}
		}},
		{"flat_amount", "energy.rules[0].price", func(d *tariff.Document) { d.Dimension(tariff.Energy).Rules[0].Per = tariff.Flat }},
		{"decimals", "energy.rules[0].price", func(d *tariff.Document) { d.Dimension(tariff.Energy).Rules[0].Price = 123_456_789 }},
		{"decimals", "idle.rules[0].price", func(d *tariff.Document) { d.Dimension(tariff.Idle).Rules[0].Price = 1_000_000_000 }},
		{"decimals", "energy.rules[0].price", func(d *tariff.Document) { d.Terms = tariff.WithTax }},
		{"decimals", "total.atMost", func(d *tariff.Document) { d.Total.AtMost = price(1) }},
		{"step_size", "energy", func(d *tariff.Document) { d.Dimension(tariff.Energy).Rules[0].Step = int64(energy.Wh) }},
		{"block", "idle.block", func(d *tariff.Document) { d.Dimension(tariff.Idle).Block = 900 }},
		{"cap", "idle.atMost", func(d *tariff.Document) { d.Dimension(tariff.Idle).AtMost = price(20_000_000_000) }},
		{"dimension", "occupancy", rule(tariff.Occupancy, tariff.Condition{})},
		{"dimension", "export", rule(tariff.Export, tariff.Condition{})},
		{"condition", "energy.rules[0].when.season", rule(tariff.Energy, tariff.Condition{Season: &tariff.Season{From: 401, Before: 1001}})},
		{"condition", "energy.rules[0].when.holidays", rule(tariff.Energy, tariff.Condition{Holidays: "DE-BY"})},
		{"condition", "energy.rules[0].when.notHolidays", rule(tariff.Energy, tariff.Condition{NotHolidays: "DE-BY"})},
		{"condition", "energy.rules[0].when.averagePower", rule(tariff.Energy, tariff.Condition{Average: tariff.Level{UpTo: energy.KW}})},
		{"condition", "energy.rules[0].when.peakPower", rule(tariff.Energy, tariff.Condition{Peak: tariff.Level{UpTo: energy.KW}})},
		{"condition", "energy.rules[0].when.evsePower", rule(tariff.Energy, tariff.Condition{EVSEPower: tariff.Range[energy.Power]{From: energy.KW}})},
		{"condition", "energy.rules[0].when.mode", rule(tariff.Energy, tariff.Condition{Mode: session.Boosted})},
		{"condition", "reservation.rules[0].when.reservation", rule(tariff.Reservation, tariff.Condition{Reservation: tariff.Expired})},
		{"condition", "session.rules[0].when", rule(tariff.Session, tariff.Condition{Energy: tariff.Range[energy.Quantity]{From: energy.KWh}})},
		{"fee_at_start", "session.rules[0].when", rule(tariff.Session, tariff.Condition{Days: 1})},
		{"time_seconds", "energy.rules[0].when.time", rule(tariff.Energy, tariff.Condition{Time: []calendar.Window{{From: 30, To: 3600}}})},
		{"text_language", "title.zh-Hant-TW", func(d *tariff.Document) { d.Title = map[string]string{"zh-Hant-TW": "x"} }},
		{"text_long", "title.en", func(d *tariff.Document) { d.Title = map[string]string{"en": strings.Repeat("é", 1025)} }},
		{"text_many", "title.l", func(d *tariff.Document) {
			d.Title = map[string]string{}
			for _, l := range "abcdefghijl" {
				d.Title[string(l)] = "x"
			}
		}},
		{"validity", "valid.before", func(d *tariff.Document) { d.Valid.Before = &instant }},
		{"preauthorise", "preauthorise", func(d *tariff.Document) { d.Preauthorise = price(1) }},
		{"rounding", "rounding", func(d *tariff.Document) { d.Rounding.PerLine = true }},
		{"limits", "limits", func(d *tariff.Document) { d.Limits.Duration = 3600 }},
		{"free_amount", "total.free", func(d *tariff.Document) { d.Total.Free = price(1) }},
		{"day_maximum", "total.atMostPerDay", func(d *tariff.Document) { d.Total.AtMostPerDay = price(1) }},
		{"idle_detection", "idleWhen", func(d *tariff.Document) { d.IdleWhen = tariff.IdleDetection{By: tariff.ByCharge, Charge: 800} }},
		{"lock", "lock", func(d *tariff.Document) {
			rule(tariff.Energy, tariff.Condition{Days: 1})(d)
			d.Locked = tariff.EveryKind
		}},
		{"failed_start", "failedStart", func(d *tariff.Document) { d.FailedStart = tariff.FailedStart{} }},
		{"tax_open", "tax", func(d *tariff.Document) { d.Taxes = nil }},
		{"tax_dates", "tax", func(d *tariff.Document) { d.Taxes[0].From = &date }},
		{"tax_differs", "energy.rules[1].price.tax", func(d *tariff.Document) {
			d.Dimension(tariff.Energy).Rules = append(d.Dimension(tariff.Energy).Rules, tariff.Rule{Untaxed: true})
		}},
		{"tax_order", "energy", func(d *tariff.Document) {
			d.Taxes = []tariff.Tax{{Name: "A", Rate: 1}, {Name: "B", Rate: 1, OnTop: true}, {Name: "C", Rate: 1}}
		}},
		{"taxes_many", "energy", func(d *tariff.Document) { d.Taxes = slices.Repeat(d.Taxes, 6) }},
		{"tax_name", "energy", func(d *tariff.Document) { d.Taxes[0].Name = strings.Repeat("V", 21) }},
		{"tax_details", "energy", func(d *tariff.Document) { d.Taxes[0].Registration = "DE123" }},
	} {
		d := plain()
		c.change(&d)
		_, lost, err := FromDocument(d, "")
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		if !slices.ContainsFunc(lost, func(l Loss) bool { return l.Code == c.code && l.Path == c.path && l.Message != "" }) {
			t.Errorf("no loss of %s at %s: %v", c.code, c.path, lost)
		}
	}
	if _, lost, err := FromDocument(plain(), ""); err != nil || len(lost) > 0 {
		t.Errorf("%v, lost %v", err, lost)
	}
}

// TestNotWritten holds that a tariff whose prices cannot be written at all is
// refused.
func TestNotWritten(t *testing.T) {
	for code, change := range map[string]func(*tariff.Document){
		"id_too_long": func(d *tariff.Document) { d.Name = strings.Repeat("x", 61) },
		"tax_unknown": func(d *tariff.Document) { d.Terms, d.Taxes = tariff.WithTax, nil },
		"nothing_left": func(d *tariff.Document) {
			d.Dimensions = [tariff.Kinds]tariff.Dimension{tariff.Export: d.Dimensions[0]}
		},
	} {
		d := plain()
		change(&d)
		_, _, err := FromDocument(d, "")
		if f := fault.As(err); f == nil || f.Code != code || f.Kind != fault.Invalid {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// TestStacks holds that taxes keep what they are levied on.
func TestStacks(t *testing.T) {
	d := plain()
	d.Taxes = []tariff.Tax{{Name: "GST", Rate: 50_000}, {Name: "QST", Rate: 99_750}, {Name: "City", Rate: 10_000, OnTop: true}}
	x, lost, err := FromDocument(d, "")
	if err != nil || len(lost) > 0 {
		t.Fatal(err, lost)
	}
	want := []TaxRate{{"GST", "5", 0}, {"QST", "9.975", 0}, {"City", "1", 1}}
	if got := x.Energy.TaxRates; !slices.Equal(got, want) {
		t.Errorf("tax rates %v, want %v", got, want)
	}
}

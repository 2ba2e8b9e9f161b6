package ocpi

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
)

// plain is a document that every version says in full but for 2.1.1's tax.
func plain() tariff.Document {
	d := tariff.Document{Name: "plain", Currency: "EUR", Terms: tariff.WithoutTax, FailedStart: tariff.FailedStart{Never: true},
		Taxes: []tariff.Tax{{Name: "VAT", Rate: 190_000}}}
	d.Dimension(tariff.Energy).Rules = []tariff.Rule{{Price: 450_000_000}}
	d.Dimension(tariff.Idle).Rules = []tariff.Rule{{Price: 100_000_000, Per: tariff.PerMinute}}
	d.Dimension(tariff.Session).Rules = []tariff.Rule{{Price: 1_000_000_000, Per: tariff.PerSession}}
	return d
}

// TestLosses holds that everything OCPI cannot say is reported with its place.
func TestLosses(t *testing.T) {
	price := func(p money.Price) *money.Price { return &p }
	instant := func(i calendar.Instant) *calendar.Instant { return &i }
	date := calendar.NewDate(2026, time.January, 1)
	when := func(c tariff.Condition) func(*tariff.Document) {
		return func(d *tariff.Document) {
			d.Dimension(tariff.Energy).Rules = slices.Insert(d.Dimension(tariff.Energy).Rules, 0, tariff.Rule{Price: 1, When: c})
			d.Dimension(tariff.Energy).Rules[0].Price = 100_000_000
		}
	}
	newer := []Version{V221, V230}
	all := []Version{V211, V221, V230}
	for _, c := range []struct {
		code, path string
		versions   []Version
		change     func(*tariff.Document)
	}{
		{"feed", "energy.rules[0].price", all, func(d *tariff.Document) {
			d.Dimension(tariff.Energy).Rules[0] = tariff.Rule{Feed: &tariff.FeedPrice{Feed: "spot", Percentage: tariff.Whole, Fallback: 450_000_000, FallbackPercentage: tariff.Whole}}
		}},
		{"flat_amount", "energy.rules[0].price", all, func(d *tariff.Document) { d.Dimension(tariff.Energy).Rules[0].Per = tariff.Flat }},
		{"decimals", "energy.rules[0].price", all, func(d *tariff.Document) { d.Dimension(tariff.Energy).Rules[0].Price = 123_456_789 }},
		{"decimals", "energy.rules[0].when.energy", all, when(tariff.Condition{Energy: tariff.Range[energy.Quantity]{From: energy.KWh + 1}})},
		{"step_size", "energy.rules[0].step", all, func(d *tariff.Document) { d.Dimension(tariff.Energy).Rules[0].Step = int64(energy.Wh) / 2 }},
		{"block", "energy.block", all, func(d *tariff.Document) {
			when(tariff.Condition{Days: 1})(d)
			d.Dimension(tariff.Energy).Block = int64(energy.KWh)
		}},
		{"block", "charging.block", all, func(d *tariff.Document) {
			*d.Dimension(tariff.Charging) = tariff.Dimension{Block: 900, Rules: []tariff.Rule{{Price: 1_000_000_000, Per: tariff.PerHour}}}
		}},
		{"grace", "idle.grace", all, func(d *tariff.Document) { d.Dimension(tariff.Idle).Grace = 600 }},
		{"cap", "idle.atMost", all, func(d *tariff.Document) { d.Dimension(tariff.Idle).AtMost = price(20_000_000_000) }},
		{"dimension", "occupancy", all, func(d *tariff.Document) {
			d.Dimension(tariff.Occupancy).Rules = []tariff.Rule{{Price: 1_000_000_000, Per: tariff.PerHour}}
		}},
		{"dimension", "export", all, func(d *tariff.Document) {
			d.Dimension(tariff.Export).Rules = []tariff.Rule{{Price: -100_000_000}}
		}},
		{"dimension", "reservation", []Version{V211}, func(d *tariff.Document) {
			d.Dimension(tariff.Reservation).Rules = []tariff.Rule{{Price: 1_000_000_000, Per: tariff.PerHour}}
		}},
		{"condition", "energy.rules[0].when.season", all, when(tariff.Condition{Season: &tariff.Season{From: 401, Before: 1001}})},
		{"condition", "energy.rules[0].when.holidays", all, when(tariff.Condition{Holidays: "DE-BY"})},
		{"condition", "energy.rules[0].when.notHolidays", all, when(tariff.Condition{NotHolidays: "DE-BY"})},
		{"condition", "energy.rules[0].when.chargingTime", all, when(tariff.Condition{ChargingTime: tariff.Range[int64]{From: 60}})},
		{"condition", "energy.rules[0].when.idleTime", all, when(tariff.Condition{IdleTime: tariff.Range[int64]{From: 60}})},
		{"condition", "energy.rules[0].when.averagePower", all, when(tariff.Condition{Average: tariff.Level{UpTo: energy.KW}})},
		{"condition", "energy.rules[0].when.peakPower", all, when(tariff.Condition{Peak: tariff.Level{UpTo: energy.KW}})},
		{"condition", "energy.rules[0].when.supply", all, when(tariff.Condition{Supply: tariff.DC})},
		{"condition", "energy.rules[0].when.evsePower", all, when(tariff.Condition{EVSEPower: tariff.Range[energy.Power]{From: energy.KW}})},
		{"condition", "energy.rules[0].when.mode", all, when(tariff.Condition{Mode: session.Boosted})},
		{"condition", "energy.rules[0].when.current", []Version{V211}, when(tariff.Condition{Current: tariff.Range[int64]{From: 6000}})},
		{"time_seconds", "energy.rules[0].when.time", all, when(tariff.Condition{Time: []calendar.Window{{From: 7*3600 + 30, To: 9 * 3600}}})},
		{"text_language", "title.pt-BR", all, func(d *tariff.Document) { d.Title = map[string]string{"pt-BR": "carregar", "pt": "carregar"} }},
		{"text_long", "title.en", all, func(d *tariff.Document) { d.Title = map[string]string{"en": strings.Repeat("é", 600)} }},
		{"validity", "valid", []Version{V211}, func(d *tariff.Document) { d.Valid.From = instant(1_800_000_000) }},
		{"preauthorise", "preauthorise", []Version{V211, V221}, func(d *tariff.Document) { d.Preauthorise = price(40_000_000_000) }},
		{"rounding", "rounding", all, func(d *tariff.Document) { d.Rounding.PerLine = true }},
		{"limits", "limits", all, func(d *tariff.Document) { d.Limits.Duration = 3600 }},
		{"free_amount", "total.free", all, func(d *tariff.Document) { d.Total.Free = price(2_000_000_000) }},
		{"day_maximum", "total.atMostPerDay", all, func(d *tariff.Document) { d.Total.AtMostPerDay = price(90_000_000_000) }},
		{"limit", "total.atLeast", []Version{V211}, func(d *tariff.Document) { d.Total.AtLeast = price(5_000_000_000) }},
		{"limit", "total.atMostWithTax", []Version{V211}, func(d *tariff.Document) { d.Total.AtMostWithTax = price(5_000_000_000) }},
		{"decimals", "total.atMost", newer, func(d *tariff.Document) { d.Total.AtMost = price(5_000_000_001) }},
		{"idle_detection", "idleWhen", all, func(d *tariff.Document) { d.IdleWhen = tariff.IdleDetection{By: tariff.ByCharge, Charge: 800} }},
		{"lock", "lock", all, func(d *tariff.Document) {
			when(tariff.Condition{Days: 1})(d)
			d.Locked = tariff.EveryKind
		}},
		{"failed_start", "failedStart", all, func(d *tariff.Document) { d.FailedStart = tariff.FailedStart{} }},
		{"failed_start", "failedStart", all, func(d *tariff.Document) { d.FailedStart = tariff.FailedStart{Energy: energy.KWh} }},
		{"tax", "tax", []Version{V211}, func(*tariff.Document) {}},
		{"tax_open", "tax", []Version{V221}, func(d *tariff.Document) { d.Taxes = nil }},
		{"tax_open", "tax", newer, func(d *tariff.Document) {
			d.Taxes = nil
			d.Dimension(tariff.Energy).Rules[0].Taxes = []tariff.Tax{{Name: "VAT", Rate: 190_000}}
		}},
		{LimitAdded, "total.atMostWithTax", newer, func(d *tariff.Document) { d.Total.AtMostWithTax = price(60_000_000_000) }},
		{LimitAdded, "total.atLeastWithTax", newer, func(d *tariff.Document) { d.Total.AtLeastWithTax = price(6_000_000_000) }},
		{"tax_name", "tax", newer, func(d *tariff.Document) { d.Taxes[0].Name = "GST" }},
		{"tax_details", "tax", newer, func(d *tariff.Document) { d.Taxes[0].Registration = "DE123" }},
		{"tax_dates", "tax", newer, func(d *tariff.Document) { d.Taxes[0].From = &date }},
		{"several_taxes", "tax", newer, func(d *tariff.Document) { d.Taxes = append(d.Taxes, tariff.Tax{Name: "City", Rate: 10_000}) }},
		{"several_taxes", "energy.rules[0].price.tax", newer, func(d *tariff.Document) {
			d.Dimension(tariff.Energy).Rules[0].Taxes = []tariff.Tax{{Name: "GST", Rate: 50_000}, {Name: "QST", Rate: 99_750}}
		}},
		{"price_net", "energy.rules[0].price", []Version{V211, V221}, func(d *tariff.Document) { d.Terms = tariff.WithTax }},
	} {
		for _, version := range all {
			d := plain()
			c.change(&d)
			_, lost, err := FromDocument(d, version, Identity{})
			if err != nil {
				t.Fatalf("%s %s: %v", c.path, version, err)
			}
			found := slices.ContainsFunc(lost, func(l Loss) bool { return l.Code == c.code && l.Path == c.path && l.Message != "" })
			if want := slices.Contains(c.versions, version); found != want {
				t.Errorf("%s: loss of %s at %s reported: %v, want %v; lost %v", version, c.code, c.path, found, want, lost)
			}
		}
	}
	for _, version := range newer {
		if _, lost, err := FromDocument(plain(), version, Identity{}); err != nil || len(lost) > 0 {
			t.Errorf("%s: %v, lost %v", version, err, lost)
		}
	}
}

// TestNotWritten holds that a tariff whose prices cannot be written at all is
// refused.
func TestNotWritten(t *testing.T) {
	for code, c := range map[string]struct {
		version Version
		change  func(*tariff.Document)
	}{
		"id_too_long": {V230, func(d *tariff.Document) { d.Name = strings.Repeat("x", 37) }},
		"tax_unknown": {V221, func(d *tariff.Document) { d.Terms, d.Taxes = tariff.WithTax, nil }},
		"nothing_left": {V221, func(d *tariff.Document) {
			d.Dimensions = [tariff.Kinds]tariff.Dimension{tariff.Export: d.Dimensions[tariff.Energy]}
		}},
	} {
		d := plain()
		c.change(&d)
		_, _, err := FromDocument(d, c.version, Identity{})
		if f := fault.As(err); f == nil || f.Code != code || f.Kind != fault.Invalid {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// TestBlocksAsSteps holds that blocks whose price never changes are steps.
func TestBlocksAsSteps(t *testing.T) {
	d := plain()
	d.Dimension(tariff.Idle).Block = 900
	x, lost, err := FromDocument(d, V221, Identity{})
	if err != nil || len(lost) > 0 {
		t.Fatal(err, lost)
	}
	for _, e := range x.Elements {
		for _, c := range e.Components {
			if c.Type == ParkingTime && (c.Step != 900 || c.Price != 6_000_000_000) {
				t.Errorf("blocks of 15 minutes at 0.10 a minute became %s per hour in steps of %d s", c.Price, c.Step)
			}
		}
	}
}

// TestSameElements holds that tariffs come back with the elements they had
// where their order leaves no choice.
func TestSameElements(t *testing.T) {
	src := `{"id": "1", "currency": "EUR", "elements": [
	{"price_components": [{"type": "ENERGY", "price": 0.5, "step_size": 1}, {"type": "PARKING_TIME", "price": 6, "step_size": 60}], "restrictions": {"start_time": "08:00", "end_time": "20:00"}},
	{"price_components": [{"type": "ENERGY", "price": 0.4, "step_size": 1}], "restrictions": {"day_of_week": ["SATURDAY", "SUNDAY"]}},
	{"price_components": [{"type": "FLAT", "price": 1, "step_size": 1}, {"type": "ENERGY", "price": 0.3, "step_size": 1}, {"type": "PARKING_TIME", "price": 3, "step_size": 60}]}]}`
	read, _, err := ReadTariff([]byte(src), V211)
	if err != nil {
		t.Fatal(err)
	}
	doc, _, err := read.Document(Reading{})
	if err != nil {
		t.Fatal(err)
	}
	back, lost, err := FromDocument(doc, V211, read.Identity)
	if err != nil || len(lost) > 0 {
		t.Fatal(err, lost)
	}
	got, err := back.Encode()
	if err != nil {
		t.Fatal(err)
	}
	want, err := read.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("comes back as\n%s\nwant\n%s", got, want)
	}
}

// TestIdentity holds that what a tariff says about itself stays with it from
// version to version, and is reported where it cannot.
func TestIdentity(t *testing.T) {
	src := spoil(t, `"id": "14"`, `"id": "AB_14", "type": "REGULAR", "tariff_alt_url": "https://example.com/?a&b", "energy_mix": {"is_green_energy": true, "supplier_name": "S"}`)
	read, warnings, err := ReadTariff(src, V221)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	lost, unkept := read.Unkept()
	var codes []string
	for _, l := range lost {
		codes = append(codes, l.Code)
	}
	if want := []string{"id_changed", "tariff_type", "alt_url", "energy_mix"}; !slices.Equal(codes, want) || len(unkept) != 3 {
		t.Errorf("unkept %v and %v, want %v and three warnings", codes, unkept, want)
	}
	doc, _, err := read.Document(Reading{})
	if err != nil || doc.Name != "ab-14" {
		t.Fatal(doc.Name, err)
	}
	newer, lost, err := FromDocument(doc, V230, read.Identity)
	if err != nil || len(lost) > 0 {
		t.Fatal(err, lost)
	}
	out, err := newer.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"country_code": "DE"`, `"id": "AB_14"`, `"type": "REGULAR"`, `?a&b"`, `"is_green_energy": true`, `"last_updated": "2024-06-01T00:00:00Z"`, `"tax_included": "NO"`} {
		if !bytes.Contains(out, []byte(part)) {
			t.Errorf("%s is missing in\n%s", part, out)
		}
	}
	_, lost, err = FromDocument(doc, V211, read.Identity)
	if err != nil || !slices.ContainsFunc(lost, func(l Loss) bool { return l.Code == "tariff_type" }) {
		t.Error("2.1.1 has no type, but its loss is not reported:", lost, err)
	}
}

// TestDocumentsAreValid holds that what is read makes a document that Kwote
// reads back as it is.
func TestDocumentsAreValid(t *testing.T) {
	for _, version := range []Version{V211, V221, V230} {
		rapid.Check(t, func(t *rapid.T) {
			doc, _, err := drawTariff(version).Draw(t, "tariff").Document(Reading{})
			if err != nil {
				t.Fatal(err)
			}
			back, err := tariff.Decode(tariff.Encode(doc))
			if err != nil {
				t.Fatalf("%s\n%s", err, tariff.Encode(doc))
			}
			if !reflect.DeepEqual(back, doc) {
				t.Fatalf("%s\nreads back as\n%s", tariff.Encode(doc), tariff.Encode(back))
			}
		})
	}
}

// TestAnyDocument writes any document there can be: what comes out is read
// again without refusal, and what is silent about its losses costs the same.
func TestAnyDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := tarifftest.Document().Draw(t, "document")
		before := fmt.Sprintf("%+v", tariff.Encode(d))
		for _, version := range []Version{V211, V221, V230} {
			x, _, err := FromDocument(d, version, Identity{ID: "any"})
			if err != nil {
				continue
			}
			resent(t, x)
		}
		if fmt.Sprintf("%+v", tariff.Encode(d)) != before {
			t.Fatal("writing changed the document")
		}
	})
}

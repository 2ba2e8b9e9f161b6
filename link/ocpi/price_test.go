package ocpi

import (
	"cmp"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
)

// drawRecord draws a record with arbitrary quantities in its periods.
func drawRecord(t *rapid.T) CDR {
	at := calendar.Of(time.Date(2026, 5, 2, 0, 0, 0, 0, time.UTC)) + calendar.Instant(rapid.Int64Range(0, 2*86400).Draw(t, "start"))
	c := CDR{Version: V221, Start: at, Currency: "EUR"}
	reserved := rapid.IntRange(0, 2).Draw(t, "reserved") == 0
	for range rapid.IntRange(1, 6).Draw(t, "periods") {
		p := ChargingPeriod{Path: "charging_periods", Start: at}
		seconds := rapid.Int64Range(0, 5000).Draw(t, "seconds")
		at += calendar.Instant(seconds)
		micros := seconds * second
		switch {
		case reserved:
			p.Reserved = &micros
			reserved = rapid.Bool().Draw(t, "still reserved")
			if !rapid.Bool().Draw(t, "shared") {
				break
			}
			fallthrough
		default:
			q := energy.Quantity(rapid.Int64Range(0, 5000).Draw(t, "Wh")) * energy.Wh
			p.Energy = &q
			if zero := int64(0); rapid.Bool().Draw(t, "parking") {
				p.Parking, p.Charging = &micros, &zero
			} else if p.Reserved == nil {
				p.Charging = &micros
			}
		}
		p.MinPower = drawMaybe(t, "least power", func(t *rapid.T) energy.Power { return energy.Power(rapid.IntRange(0, 12).Draw(t, "kW")) * energy.KW })
		p.MaxPower = drawMaybe(t, "largest power", func(t *rapid.T) energy.Power { return energy.Power(rapid.IntRange(0, 12).Draw(t, "kW")) * energy.KW })
		c.Periods = append(c.Periods, p)
	}
	c.End = at
	return c
}

// TestTallyAgreesWithEngine prices records period by period and by the engine:
// under the default readings both must charge the same.
func TestTallyAgreesWithEngine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawRecord(t)
		x := drawTariff(V221).Draw(t, "tariff")
		p := &pricer{reader: &reader{}, cdr: &c, options: Options{Zone: "Europe/Amsterdam"}}
		var err error
		if p.choice, err = c.choose([]Tariff{x}, p.options, p.reader); err != nil {
			t.Fatal(err)
		}
		p.record = c.record(p.reader)
		if err := p.layOut(); err != nil {
			t.Fatal(err)
		}
		engine, err := p.charges()
		if err != nil {
			t.Fatal(err)
		}
		tally, err := p.tally(p.record)
		if err != nil {
			t.Fatal(err)
		}
		same := func(a, b charge) bool {
			return a.kind == b.kind && a.rule == b.rule && a.measured == b.measured && a.billed == b.billed && a.amount.Cmp(b.amount) == 0
		}
		slices.SortFunc(engine, func(a, b charge) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.rule, b.rule)) })
		if !slices.EqualFunc(engine, tally, same) {
			t.Fatalf("the engine charges\n%+v\nthe tally\n%+v", engine, tally)
		}
	})
}

// TestZoneOfCountry names the zones of countries that have one.
func TestZoneOfCountry(t *testing.T) {
	for country, want := range map[string]string{"NLD": "Europe/Amsterdam", "NL": "Europe/Amsterdam", "DEU": "Europe/Berlin", "GBR": "Europe/London",
		"IND": "Asia/Kolkata", "ESP": "", "USA": "", "PRT": "", "": "", "XX": "", "EUR": "", "Netherlands": ""} {
		if got, ok := countryZone(country); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", country, got, ok, want)
		}
	}
	for _, entry := range strings.Fields(oneClock) {
		country, zone, _ := strings.Cut(entry, "=")
		if _, err := calendar.LoadZone(zone); err != nil {
			t.Error(err)
		}
		if got, _ := countryZone(country); got != zone {
			t.Errorf("%s: got %q, want %q", country, got, zone)
		}
	}
}

// TestZonesOfTheDatabase holds the list of countries against the tz database of
// this machine, where it has one.
func TestZonesOfTheDatabase(t *testing.T) {
	src, err := os.ReadFile("/usr/share/zoneinfo/zone.tab")
	if err != nil {
		t.Skip("this machine has no zone.tab")
	}
	zones := map[string][]string{}
	for line := range strings.Lines(string(src)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); !strings.HasPrefix(line, "#") && len(f) >= 3 {
			zones[f[0]] = append(zones[f[0]], f[2])
		}
	}
	for country, names := range zones {
		names = slices.DeleteFunc(names, func(name string) bool { _, err := calendar.LoadZone(name); return err != nil })
		if len(names) == 0 {
			continue // the machine's database is newer than ours
		}
		got, ok := countryZone(country)
		if want := oneTime(t, names); ok != want || ok && !slices.Contains(names, got) {
			t.Errorf("%s: got %q, %v; the database has %v", country, got, ok, names)
		}
	}
}

// oneTime reports whether all zones showed one time from 2015 to 2025, which
// nobody changes any more.
func oneTime(t *testing.T, names []string) bool {
	first, err := calendar.LoadZone(names[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names[1:] {
		z, err := calendar.LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		for at := calendar.Of(time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)); at.Time().Year() < 2026; at += 6 * 3600 {
			a, _ := first.Offset(at)
			b, _ := z.Offset(at)
			if a != b {
				return false
			}
		}
	}
	return true
}

// TestRefusedPrices are records that can be read and not priced.
func TestRefusedPrices(t *testing.T) {
	const cdr = `{"start_date_time": "2026-03-02T09:00:00Z", "end_date_time": "2026-03-02T10:00:00Z", "currency": "EUR", "cdr_location": {"country": "ESP"},
		"charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 1}, {"type": "TIME", "volume": 1}]},
		{"start_date_time": "2026-03-02T10:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 1}]}]}`
	energyAt := func(price, more string) string {
		return `{"id": "T", "currency": "EUR", "elements": [{"price_components": [{"type": "ENERGY", "price": ` + price + `, "step_size": 1}]` + more + `}]}`
	}
	for _, test := range []struct {
		name, tariff string
		options      Options
		code         string
	}{
		{"other currency", strings.Replace(energyAt("1", ""), "EUR", "SEK", 1), Options{}, "currency_differs"},
		{"zone unknown", energyAt("1", ""), Options{Zone: "Europe/Atlantis"}, "zone_unknown"},
		{"zone needed", energyAt("1", `, "restrictions": {"start_time": "10:00"}`), Options{}, "zone_needed"},
		{"reading unknown", energyAt("1", ""), Options{StepSize: "sometimes"}, "reading_unknown"},
		{"readings that clash", energyAt("1", ""), Options{PeriodSplit: SplitLinear, StepSize: StepPerPeriod}, "options_clash"},
		{"energy in no time", energyAt("1", ""), Options{PeriodSplit: SplitLinear}, "period_without_time"},
	} {
		c, _, err := ReadCDR([]byte(cdr), "")
		if err != nil {
			t.Fatal(err)
		}
		given, _, err := ReadTariffs([]byte(test.tariff), "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Price(given, test.options)
		if f := fault.As(err); f == nil || f.Code != test.code {
			t.Errorf("%s: got %v, want %s", test.name, err, test.code)
		}
	}
}

// TestTariffsOfTheRecordMatterOnlyWhereUsed prices a record whose own tariff
// cannot be read by another one.
func TestTariffsOfTheRecordMatterOnlyWhereUsed(t *testing.T) {
	const cdr = `{"start_date_time": "2026-03-02T09:00:00Z", "end_date_time": "2026-03-02T10:00:00Z", "currency": "EUR", "tariffs": [{"id": "BROKEN"}],
		"charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 4}]}]}`
	c, _, err := ReadCDR([]byte(cdr), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Price(nil, Options{})
	if f := fault.As(err); f == nil || f.Code != "ocpi_tariff_invalid" || f.Issues[0].Field != "tariffs[0].currency" {
		t.Errorf("got %v", err)
	}
	given, _, err := ReadTariffs([]byte(`[{"id": "T", "currency": "EUR", "elements": [{"price_components": [{"type": "ENERGY", "price": 0.5, "step_size": 1}]}]}]`), "")
	if err != nil {
		t.Fatal(err)
	}
	priced, err := c.Price(given, Options{})
	if err != nil || decimal(priced.Exact.Excl) != "2.00" || len(priced.Warnings) != 0 {
		t.Errorf("got %+v, %v", priced, err)
	}
}

// TestCasesCoverEveryWarning wants every code that reading and pricing a record
// can warn with in some case of testdata/cdr.
func TestCasesCoverEveryWarning(t *testing.T) {
	var cases strings.Builder
	files, err := os.ReadDir("testdata/cdr")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		src, err := os.ReadFile("testdata/cdr/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		cases.Write(src)
	}
	code := regexp.MustCompile(`warn(?:Once)?\((?:[^"\n]*"\.?[a-z_]+",)?[^"\n]*"([a-z_]+)", "`)
	sources, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sources {
		name := f.Name()
		if strings.HasSuffix(name, "_test.go") || !strings.HasPrefix(name, "cdr") && !strings.HasPrefix(name, "price") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(src), -1) {
			if m[1] == "changes_not_looked_for" {
				continue // TestLargeRecord
			}
			if m[1] != "" && !strings.Contains(cases.String(), `"code":"`+m[1]+`"`) {
				t.Errorf("%s: no case shows the warning %s", name, m[1])
			}
		}
	}
}

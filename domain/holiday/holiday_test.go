package holiday

import (
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"kwote/domain/calendar"
)

func TestHas(t *testing.T) {
	for _, c := range []struct {
		code, date string
		want       bool
	}{
		{"FR", "2026-04-06", true}, // Easter Monday
		{"FR", "2026-04-03", false},
		{"FR", "2026-07-14", true},
		{"FR", "2026-07-15", false},
		{"DE", "2026-04-03", true},  // Good Friday
		{"DE", "2026-06-04", false}, // Corpus Christi is kept by some regions only
		{"DE-BY", "2026-06-04", true},
		{"DE-NW", "2026-06-04", true},
		{"DE-BE", "2026-06-04", false},
		{"DE-BE", "2026-03-08", true},
		{"DE-SN", "2026-11-18", true},
		{"NO", "2026-05-17", true},
		{"NL", "2026-04-27", true},
		{"DK", "2023-05-05", true}, // Great Prayer Day, abolished from 2024 on
		{"DK", "2024-04-26", false},
		{"SE", "2026-12-25", true},
		{"SE", "2026-12-24", false}, // customary, not public
		{"GB", "2026-12-26", true},  // a Saturday, and kept on the Monday
		{"GB", "2026-12-28", true},
		{"GB", "2026-12-27", false},
		{"US", "2026-07-04", true}, // a Saturday, and kept on the Friday
		{"US", "2026-07-03", true},
		{"US", "2026-07-05", false},
		{"US", "2021-12-31", true}, // New Year's Day of the year after, kept on the Friday
		{"US", "2022-01-01", true},
		{"US", "2026-11-26", true}, // Thanksgiving
		{"US", "1970-01-01", true},
		{"US", "2100-12-25", true},
		{"US", "1969-12-25", false}, // outside the years answered for
		{"US", "2101-01-01", false},
		{"GR", "2026-04-13", true}, // Easter Monday of the Orthodox
		{"GR", "2026-04-06", false},
	} {
		calendarOf, ok := Load(c.code)
		if !ok {
			t.Fatalf("no calendar %s", c.code)
		}
		if got := calendarOf.Has(date(t, c.date)); got != c.want {
			t.Errorf("%s on %s: a holiday %v, want %v", c.code, c.date, got, c.want)
		}
	}
	for _, d := range []calendar.Date{-1 << 31, 1<<31 - 1} {
		if c, _ := Load("US"); c.Has(d) {
			t.Errorf("day %d is a holiday", d)
		}
	}
}

func TestCountryOfRegions(t *testing.T) {
	swiss, _ := Load("CH")
	for day, want := range map[string]bool{"2026-08-01": true, "2026-05-14": true, "2026-03-19": false, "2026-01-06": false} {
		if got := swiss.Has(date(t, day)); got != want {
			t.Errorf("CH on %s: a holiday %v, want %v", day, got, want)
		}
	}
	if ticino, _ := Load("CH-TI"); !ticino.Has(date(t, "2026-03-19")) {
		t.Error("Ticino keeps the 19th of March")
	}
	for _, country := range []string{"CH", "AU", "DE"} {
		whole, _ := Load(country)
		for _, code := range Codes() {
			if len(code) == 2 || code[:2] != country {
				continue
			}
			region, _ := Load(code)
			for d := calendar.NewDate(2015, time.January, 1); d < calendar.NewDate(2035, time.January, 1); d++ {
				if whole.Has(d) && !region.Has(d) {
					t.Errorf("%s is a holiday in %s but not in %s", d, country, code)
				}
			}
		}
	}
}

func TestCodes(t *testing.T) {
	codes := Codes()
	if !slices.IsSorted(codes) || len(codes) < 80 {
		t.Errorf("%d codes, sorted %v", len(codes), slices.IsSorted(codes))
	}
	for _, code := range codes {
		c, ok := Load(code)
		if !ok || !Known(code) {
			t.Fatalf("%s is listed but not known", code)
		}
		count := 0
		for d := calendar.NewDate(2026, time.January, 1); d < calendar.NewDate(2027, time.January, 1); d++ {
			if c.Has(d) {
				count++
			}
		}
		if count < 4 || count > 25 {
			t.Errorf("%s has %d holidays in 2026", code, count)
		}
	}
	for _, code := range []string{"", "de", "XX", "DE-XX", "DE-BY "} {
		if _, ok := Load(code); ok || Known(code) {
			t.Errorf("%q is known", code)
		}
	}
}

// TestZoneOfTheMachine asks again in a zone in which the midnight that begins
// the 6th of September 2026, a Bulgarian holiday, is missing.
func TestZoneOfTheMachine(t *testing.T) {
	if os.Getenv("TZ") == "America/Santiago" {
		c, _ := Load("BG")
		if d := date(t, "2026-09-06"); !c.Has(d) || c.Has(d-1) {
			t.Errorf("in %s the 5th is a holiday %v, the 6th %v", time.Local, c.Has(d-1), c.Has(d))
		}
		return
	}
	again := exec.Command(os.Args[0], "-test.run=^TestZoneOfTheMachine$")
	again.Env = append(os.Environ(), "TZ=America/Santiago")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestHasIsFree(t *testing.T) {
	c, _ := Load("DE-BY")
	d := date(t, "2026-06-04")
	if n := testing.AllocsPerRun(100, func() { c.Has(d); Known("DE-BY"); Load("DE-BY") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if c, ok := Load("AU-NSW"); !ok || !c.Has(calendar.NewDate(2026, time.December, 25)) {
				t.Error("no Christmas in New South Wales")
			}
		})
	}
	all.Wait()
}

func date(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

package tariff

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kwote/domain/calendar"
)

var rewriteSentences = flag.Bool("rewrite-sentences", false, "write the sentences of testdata/describe anew")

// TestDescribe reads files of a tariff followed by its sentence in every
// language, each under a line "-- en --".
func TestDescribe(t *testing.T) {
	files, err := filepath.Glob("testdata/describe/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata/describe", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			document, _, _ := bytes.Cut(src, []byte("-- "))
			d, err := Decode(document)
			if err != nil {
				t.Fatal(err)
			}
			got := bytes.Clone(document)
			for _, lang := range Languages() {
				got = fmt.Appendf(got, "-- %s --\n%s\n", lang, Sentence(d, lang))
			}
			if *rewriteSentences {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(got, src) {
				t.Errorf("got:\n%s\nwant:\n%s", got[len(document):], src[len(document):])
			}
		})
	}
}

func decoded(t *testing.T, src string) Document {
	t.Helper()
	d, err := Decode([]byte("tariff: x\ncurrency: EUR\nprices: with tax\n" + src))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPhrasesAreInLegalOrder(t *testing.T) {
	d := decoded(t, `
session: [{price: 1.00}]
idle: [{price: 0.10/min}]
charging: [{price: 0.05/min}]
energy: [{price: 0.49/kWh}]
total: {atLeast: 2}
failedStart: {energy: 1 kWh}
`)
	want := []Part{PartEnergy, PartCharging, PartIdle, PartSession, PartTotal, PartFailedStart, PartTax}
	for _, lang := range Languages() {
		var got []Part
		for _, p := range Describe(d, lang) {
			got = append(got, p.Part)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: parts %v, want %v", lang, got, want)
		}
	}
}

// TestGapsAreNeverInvented compares the search for holes with a look at every
// hour of a week.
func TestGapsAreNeverInvented(t *testing.T) {
	windows := []string{`"00:00-12:00"`, `"12:00-24:00"`, `"22:00-06:00"`, `"06:00-22:00"`, `["00:00-06:00", "06:00-24:00"]`}
	days := []string{"[mon, tue, wed, thu, fri]", "[sat, sun]", "[sun, mon, tue, wed, thu, fri, sat]", "[sat]"}
	for seed := range 400 {
		var b strings.Builder
		b.WriteString("energy:\n")
		for n := seed; n > 0; n /= 20 {
			fmt.Fprintf(&b, "  - {price: 1/kWh, when: {time: %s, days: %s}}\n", windows[n%5], days[n/5%4])
		}
		if seed == 0 {
			continue
		}
		rules := decoded(t, b.String()).Dimensions[Energy].Rules
		if got, want := coversEverything(rules), everyHourCovered(rules); got != want {
			t.Errorf("covered: %v, want %v for\n%s", got, want, b.String())
		}
	}
}

func everyHourCovered(rules []Rule) bool {
	for day := range 7 {
		for hour := range 24 {
			holds := slices.ContainsFunc(rules, func(r Rule) bool {
				inTime := slices.ContainsFunc(r.When.Time, func(w calendar.Window) bool { return w.Has(calendar.TimeOfDay(hour * 3600)) })
				return inTime && (r.When.Days == 0 || r.When.Days.Has(time.Weekday(day)))
			})
			if !holds {
				return false
			}
		}
	}
	return true
}

func TestDayRuns(t *testing.T) {
	for days, want := range map[string]string{
		"[mon, tue, wed, thu, fri]":      "Monday to Friday",
		"[fri, sat, sun, mon]":           "Friday to Monday",
		"[sat, sun]":                     "on Saturdays and Sundays",
		"[sun, mon]":                     "on Mondays and Sundays",
		"[mon, wed, fri]":                "on Mondays, Wednesdays and Fridays",
		"[mon, tue, wed, fri, sat]":      "Monday to Wednesday and on Fridays and Saturdays",
		"[mon, tue, thu, fri, sat, sun]": "Thursday to Tuesday",
		"[wed]":                          "on Wednesdays",
	} {
		d := decoded(t, "energy: [{price: 1/kWh, when: {days: "+days+"}}]")
		if got := In("en").Condition(d.Dimensions[Energy].Rules[0].When); got != want {
			t.Errorf("%s: %q, want %q", days, got, want)
		}
	}
}

func TestLanguageOfATag(t *testing.T) {
	for tag, want := range map[string]string{"": "en", "fr": "fr", "fr-CA": "fr", "de_AT": "de", "FR": "fr", "it": "en"} {
		if got := In(tag).Code(); got != want {
			t.Errorf("%q reads %s, want %s", tag, got, want)
		}
	}
}

func TestTitleIn(t *testing.T) {
	d := decoded(t, "title: {en: Rapid, fr: Rapide}\nenergy: [{price: 0.49/kWh}]")
	for lang, want := range map[string]string{"fr": "Rapide", "fr-BE": "Rapide", "de": "Rapid"} {
		if got := TitleIn(d, lang); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := TitleIn(decoded(t, "energy: [{price: 0.49/kWh}]"), "fr"); got != "x" {
		t.Errorf("without a title: %q, want the name", got)
	}
}

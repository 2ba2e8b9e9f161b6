package tariff

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kwote/domain/holiday"
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

// TestPhrasesAreInLegalOrder reads out a document that sets everything.
func TestPhrasesAreInLegalOrder(t *testing.T) {
	d := decoded(t, `
valid: {from: "2026-01-01T00:00:00Z"}
failedStart: {energy: 1 kWh}
preauthorise: 40
limits: {energy: 80 kWh}
idleWhen: {chargeFrom: 80}
lock: all
total: {atLeast: 2}
export: [{price: -0.10/kWh}]
reservationFee: [{price: 5.00}]
reservation: [{price: 0.05/min}]
session: [{price: 1.00}]
occupancy: [{price: 0.05/min}]
idle: [{price: 0.10/min}]
charging: [{price: 0.05/min}]
energy: [{price: 0.49/kWh, when: {time: "22:00-06:00"}}]
`)
	want := []Part{PartEnergy, PartCharging, PartIdle, PartOccupancy, PartSession, PartReservation, PartReservationFee, PartExport,
		PartTotal, PartLock, PartIdleWhen, PartLimits, PartPreauthorise, PartFailedStart, PartValid, PartTax}
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

// TestEveryLanguageHasEveryWord looks for words that a language lacks.
func TestEveryLanguageHasEveryWord(t *testing.T) {
	for _, g := range grammars {
		for _, words := range []reflect.Value{reflect.ValueOf(*g), reflect.ValueOf(g.whenWords)} {
			for i := range words.NumField() {
				if words.Field(i).IsZero() {
					t.Errorf("%s: no %s", g.code, words.Type().Field(i).Name)
				}
			}
		}
		for _, of := range []spell{spellPluggedIn, spellReserved, spellCharging, spellIdle} {
			for _, bounds := range [][2]string{{"1 h", ""}, {"", "2 h"}, {"1 h", "2 h"}} {
				if text := g.elapsed(of, bounds[0], bounds[1]); text == "" || strings.Contains(text, "  ") {
					t.Errorf("%s: spell %d reads %q", g.code, of, text)
				}
			}
		}
		for _, unit := range []Unit{PerKWh, PerMinute, PerHour} {
			if g.per[unit] == "" {
				t.Errorf("%s: no words for %s", g.code, unit)
			}
		}
	}
}

// TestEveryCalendarOfHolidaysHasAPlace names the countries of all calendars.
func TestEveryCalendarOfHolidaysHasAPlace(t *testing.T) {
	for _, lang := range Languages() {
		for _, code := range holiday.Codes() {
			if In(lang).HolidayPlace(code) == code {
				t.Errorf("%s: %s has no name", lang, code)
			}
		}
	}
	for code, want := range map[string]string{"DE-BY": "Allemagne, DE-BY", "FR": "France", "QQ": "QQ", "": ""} {
		if got := In("fr").HolidayPlace(code); got != want {
			t.Errorf("%q is in %q, want %q", code, got, want)
		}
	}
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
		if got := In("en").When(Energy, d.Dimensions[Energy].Rules[0].When); got != want {
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

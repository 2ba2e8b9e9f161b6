package pricing

import (
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// priceFile prices the sections "tariff" and "session" of a case.
func priceFile(t *testing.T, name string) (*txtar.Archive, Receipt, tariff.Document) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file := txtar.Parse(text)
	section := func(name string) string {
		i := slices.IndexFunc(file.Files, func(f txtar.File) bool { return f.Name == name })
		if i < 0 {
			t.Fatalf("no section %q", name)
		}
		return string(file.Files[i].Data)
	}
	doc, err := tariff.Decode([]byte(section("tariff")))
	if err != nil {
		t.Fatal(err)
	}
	asked, err := parseQuestion(section("session"))
	if err != nil {
		t.Fatal(err)
	}
	facts, err := session.Normalise(asked.facts)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Price(Compile(TariffRef{}, doc, asked.zone), facts, asked.context)
	if err != nil {
		t.Fatal(err)
	}
	return file, r, doc
}

// TestText compares the receipts of testdata/explain in every language;
// -update writes them.
func TestText(t *testing.T) {
	for _, name := range files(t, "testdata/explain/*.txt", 25) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			file, r, doc := priceFile(t, name)
			want := map[string]string{}
			for _, f := range file.Files {
				want[f.Name] = string(f.Data)
			}
			file.Files = file.Files[:2]
			for _, lang := range tariff.Languages() {
				got := Text(r, doc, lang)
				file.Files = append(file.Files, txtar.File{Name: lang, Data: []byte(got)})
				if got != want[lang] && !*update {
					t.Errorf("%s differs:\n%s", lang, difference(want[lang], got))
				}
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(file), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func files(t *testing.T, pattern string, least int) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) < least {
		t.Fatalf("%d files match %s, %v", len(found), pattern, err)
	}
	return found
}

func TestExactIsCutNeverRounded(t *testing.T) {
	x := newExplainer(Receipt{Currency: "EUR", Zone: "UTC"}, tariff.Document{}, "en")
	for in, want := range map[string]string{
		"12345/1000":                  "12.345",
		"1":                           "1.00",
		"1/3":                         "0.33333333…",
		"-1/3":                        "−0.33333333…",
		"0.00499999999999":            "0.00499999…",
		"-0.000000001":                "−0.000000001",
		"-1/300000000000":             "−0.00000000…",
		"20.5683333333":               "20.5683333333",
		"100000000000000000000000001": "100000000000000000000000001.00",
	} {
		r, ok := new(big.Rat).SetString(in)
		if !ok {
			t.Fatal(in)
		}
		if got := x.exact(r); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// TestReasonsAreMachineReadable holds codes and parameters, which other
// software reads, against receipts that have most of them.
func TestReasonsAreMachineReadable(t *testing.T) {
	for name, want := range map[string][]string{
		"evening": {
			"rule_matched rule=energy.rules[0] time=22:00-06:00",
			"rule_otherwise rule=energy.rules[1]",
			"rule_matched rule=idle.rules[0] time=07:00-23:30",
			"  grace_used seconds=900",
			"rule_otherwise rule=idle.rules[1]",
			"cap limit=3.00",
			"  cap_hit",
			"rule_always rule=session.rules[0]",
			"  cent_shared amount=1.00 own=1.01",
		},
		"blocks": {
			"rule_always rule=energy.rules[0]",
			"  blocks blocks=21 size=0.500",
			"rule_matched rule=charging.rules[0] time=22:00-06:00",
			"  blocks blocks=1 size=900",
			"rule_otherwise rule=charging.rules[1]",
			"  grace_used seconds=600",
			"  blocks blocks=2 size=900",
			"rule_always rule=idle.rules[0]",
			"  blocks blocks=1 size=3600",
		},
		"steps": {
			"rule_matched rule=energy.rules[0] time=22:00-06:00",
			"  step step=1.000 surplus=0.166666667",
			"rule_otherwise rule=energy.rules[1]",
			"rule_always rule=charging.rules[0]",
			"  step step=300 surplus=180",
			"tax_on_top name=VAT net=4.15 rate=21",
		},
		"feed_locked": {
			"rule_always rule=energy.rules[0]",
			"  feed_value feed=spot-de from=2026-05-03T10:00:00Z unitPrice=0.0853 value=0.0853",
			"  price_locked",
			"rule_always rule=charging.rules[0]",
			"  feed_value addition=-0.10 feed=kerb from=2026-05-03T10:00:00Z percentage=50 unitPrice=0.90 value=2.00",
			"rule_always rule=charging.rules[0]",
			"  feed_value addition=-0.10 feed=kerb from=2026-05-03T11:00:00Z percentage=50 unitPrice=1.40 value=3.00",
			"tax_on_top name=VAT net=2.17 rate=19",
		},
		"power_classes": {
			"rule_matched averagePowerAbove=11 averagePowerUpTo=22 rule=charging.rules[1]",
			"  average_power power=13.636364",
			"rule_matched peakPowerAbove=22 rule=session.rules[0]",
			"  peak_power power=33",
		},
		"pause_and_gap": {
			"rule_always rule=charging.rules[0]",
			"rule_always rule=idle.rules[0]",
			"  grace_used seconds=120",
			"failed_start duration=960 durationNeeded=1200 energy=0.800 energyNeeded=1.000",
			"  waived",
		},
		"day_maximum": {
			"rule_always rule=energy.rules[0]",
			"rule_always rule=session.rules[0]",
			"day_maximum date=2026-05-03 left=5.50000000 limit=15.00",
			"  maximum_applied",
			"day_maximum date=2026-05-04 left=15.00000000 limit=15.00",
			"  maximum_applied",
		},
		"bounds_with_tax": {
			"rule_always rule=energy.rules[0]",
			"minimum limit=4.00",
			"  minimum_applied",
			"tax_on_top name=VAT net=4.00 rate=21",
			"minimum_with_tax limit=5.00",
			"  minimum_applied",
		},
		"taxes_by_rule_on_top": {
			"rule_always rule=energy.rules[0]",
			"rule_always rule=charging.rules[0]",
			"  own_tax taxes=HST 13",
			"rule_always rule=session.rules[0]",
			"  untaxed",
			"tax_on_top name=GST net=5.01 rate=5",
			"tax_on_top name=QST net=5.26 onTop=true rate=9.5",
			"tax_on_top name=HST net=1.20 rate=13",
		},
	} {
		_, r, doc := priceFile(t, "testdata/explain/"+name+".txt")
		var got []string
		for _, l := range Explain(r, doc, "fr").Lines {
			got = append(got, reasonText(l.Why))
			for _, b := range l.Badges {
				got = append(got, "  "+reasonText(b))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got:\n%s\nwant:\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestEveryConditionHasParameters sets all that a condition can ask for.
func TestEveryConditionHasParameters(t *testing.T) {
	from, before := calendar.NewDate(2026, 1, 2), calendar.NewDate(2026, 3, 4)
	c := tariff.Condition{
		Time: []calendar.Window{{From: 79200, To: 21600}}, Days: 0b0000011, DateFrom: &from, DateBefore: &before,
		Season: &tariff.Season{From: 401, Before: 1001}, Holidays: "DE-BY", NotHolidays: "FR",
		Energy: tariff.Range[energy.Quantity]{From: energy.KWh, Before: 2 * energy.KWh}, Duration: tariff.Range[int64]{From: 60, Before: 120},
		ChargingTime: tariff.Range[int64]{From: 61, Before: 121}, IdleTime: tariff.Range[int64]{From: 62, Before: 122},
		Power: tariff.Range[energy.Power]{From: 500 * energy.W, Before: energy.KW}, Current: tariff.Range[int64]{From: 6000, Before: 16500},
		Average: tariff.Level{Above: energy.KW, UpTo: 11 * energy.KW}, Peak: tariff.Level{Above: energy.KW + 1, UpTo: 22 * energy.KW},
		Supply: tariff.DC, EVSEPower: tariff.Range[energy.Power]{From: 50 * energy.KW, Before: 150 * energy.KW},
		Mode: session.Boosted, Reservation: tariff.Expired,
	}
	got := map[string]string{}
	conditionParams(&c, got)
	want := map[string]string{
		"time": "22:00-06:00", "days": "mon sun", "datesFrom": "2026-01-02", "datesBefore": "2026-03-04", "seasonFrom": "04-01", "seasonBefore": "10-01",
		"holidays": "DE-BY", "notHolidays": "FR", "energyFrom": "1.000", "energyBefore": "2.000", "durationFrom": "60", "durationBefore": "120",
		"chargingTimeFrom": "61", "chargingTimeBefore": "121", "idleTimeFrom": "62", "idleTimeBefore": "122", "powerFrom": "0.5", "powerBefore": "1",
		"currentFrom": "6", "currentBefore": "16.5", "averagePowerAbove": "1", "averagePowerUpTo": "11", "peakPowerAbove": "1.000001", "peakPowerUpTo": "22",
		"supply": "DC", "evsePowerFrom": "50", "evsePowerBefore": "150", "mode": "boosted", "reservation": "expired",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for v, i := reflect.ValueOf(c), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("the test sets no %s", v.Type().Field(i).Name)
		}
	}
	conditionParams(&tariff.Condition{}, got)
	if len(got) != len(want) {
		t.Error("a condition that sets nothing has parameters")
	}
}

// TestEveryReasonHasWords looks for reasons without a text, in all cases.
func TestEveryReasonHasWords(t *testing.T) {
	for _, name := range everyCase(t) {
		_, r, doc := priceFile(t, name)
		for _, lang := range tariff.Languages() {
			e := Explain(r, doc, lang)
			reasons := slices.Concat(e.Days, e.Taxes, e.Notes, []Reason{e.Rounding})
			for _, l := range e.Lines {
				reasons = append(append(reasons, l.Why), l.Badges...)
				if l.Title == "" {
					t.Errorf("%s: %s: a line without a title", name, lang)
				}
			}
			for _, reason := range reasons {
				if reason.Text == "" {
					t.Errorf("%s: %s: no words for %s", name, lang, reason.Code)
				}
			}
		}
	}
}

func reasonText(r Reason) string {
	parts := []string{r.Code}
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		parts = append(parts, fmt.Sprintf("%s=%s", name, r.Params[name]))
	}
	return strings.Join(parts, " ")
}

func TestTextKeepsItsWidth(t *testing.T) {
	for _, name := range everyCase(t) {
		_, r, doc := priceFile(t, name)
		for _, lang := range tariff.Languages() {
			for line := range strings.Lines(Text(r, doc, lang)) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > textWidth {
					t.Errorf("%s: %d characters: %s", name, n, line)
				}
				if strings.Contains(line, "%!") {
					t.Errorf("%s: %s", name, line)
				}
			}
		}
	}
}

func TestEveryLanguageHasWords(t *testing.T) {
	for _, lang := range tariff.Languages() {
		w := wordsIn(lang)
		if w == nil {
			t.Fatalf("no words in %s", lang)
		}
		for _, note := range []string{NoteFailedStart, NoteTaxUnknown, NoteNoEnergy, NoteSupplyUnknown, NoteEVSEPowerUnknown,
			NotePowerUnknown, NoteCurrentUnknown, NoteFeedMissing} {
			if w.notes[note] == "" {
				t.Errorf("%s: note %s has no words", lang, note)
			}
		}
	}
}

// TestExplainWithAnotherDocument must not fail where a reader holds a newer
// version than the one that priced.
func TestExplainWithAnotherDocument(t *testing.T) {
	_, r, _ := priceFile(t, "testdata/explain/evening.txt")
	if got := Explain(r, tariff.Document{}, "en").Lines[0].Why; got.Code != WhyRule || got.Params["rule"] != "energy.rules[0]" {
		t.Errorf("got %+v", got)
	}
}

package pricing

import (
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"kwote/domain/money"
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
	for _, name := range files(t, "testdata/explain/*.txt", 5) {
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

// TestArithmeticLeadsToTheSameCent works every shown sum out anew, as a reader
// with a pocket calculator would, for all pricing cases.
func TestArithmeticLeadsToTheSameCent(t *testing.T) {
	for _, name := range append(files(t, "testdata/cases/*.txt", 40), files(t, "testdata/explain/*.txt", 5)...) {
		_, r, doc := priceFile(t, name)
		for i, l := range Explain(r, doc, "en").Lines {
			line := r.Lines[i]
			if l.Arithmetic == "" {
				if line.Exact.Sign() != 0 {
					t.Errorf("%s: line %d costs something and shows no sum", name, i)
				}
				continue
			}
			sum, shown, ok := strings.Cut(l.Arithmetic, " = ")
			want, err := evaluate(asExpression(sum))
			if !ok || err != nil {
				t.Fatalf("%s: %q: %v", name, l.Arithmetic, err)
			}
			exact := line.Exact.Rat()
			switch {
			case line.Kind == TaxOn:
				exact = want // the tax line's own exact sum is its rounded amount
			case r.Rounding.PerLine && line.Kind != Priced && line.Kind != DayMaximum:
				exact = line.Amount.Exact().Rat()
			}
			cut := strings.Contains(sum, "…") // the sum then begins with cut numbers itself
			if off := new(big.Rat).Sub(want, exact); off.Abs(off).Cmp(big.NewRat(1, 10_000_000)) > 0 || !cut && off.Sign() != 0 {
				t.Errorf("%s: %q is %s, but the line is %s", name, l.Arithmetic, want.RatString(), exact.RatString())
			}
			display, err := evaluate(asExpression(shown))
			if err != nil {
				t.Fatal(err)
			}
			digits := r.Currency.Digits()
			if ratRound(display, digits, money.HalfUp) != ratRound(exact, digits, money.HalfUp) {
				t.Errorf("%s: %q rounds to another cent than %s", name, l.Arithmetic, exact.RatString())
			}
			if line.Kind == TaxOn && ratRound(exact, digits, r.Rounding.Mode) != line.Amount.Minor {
				t.Errorf("%s: %q, but the tax is %s", name, l.Arithmetic, line.Amount)
			}
		}
	}
}

// asExpression is a shown sum in Go's notation: units gone, a percentage as a
// fraction.
func asExpression(s string) string {
	s = strings.NewReplacer("×", "*", "÷", "/", "−", "-", "…", "", "%", " / 100").Replace(s)
	var kept []string
	for _, word := range strings.Fields(s) {
		if strings.Trim(word, "0123456789.-*/") == "" {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
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
// software reads, against a receipt that has most of them.
func TestReasonsAreMachineReadable(t *testing.T) {
	_, r, doc := priceFile(t, "testdata/explain/evening.txt")
	var got []string
	for _, l := range Explain(r, doc, "fr").Lines {
		got = append(got, reasonText(l.Why))
		for _, b := range l.Badges {
			got = append(got, "  "+reasonText(b))
		}
	}
	want := []string{
		"rule_matched rule=energy.rules[0] time=22:00-06:00",
		"rule_otherwise rule=energy.rules[1]",
		"rule_matched rule=idle.rules[0] time=07:00-23:30",
		"  grace_used seconds=900",
		"rule_otherwise rule=idle.rules[1]",
		"cap limit=3.00",
		"  cap_hit",
		"rule_always rule=session.rules[0]",
		"  cent_shared amount=1.00 own=1.01",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
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
	for _, name := range append(files(t, "testdata/cases/*.txt", 40), files(t, "testdata/explain/*.txt", 5)...) {
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

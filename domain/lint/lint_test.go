package lint

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
)

var rewrite = flag.Bool("rewrite-findings", false, "write the findings of testdata anew")

// TestFindings reads files of a tariff followed by its findings, under a line
// "-- findings --".
func TestFindings(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata", err)
	}
	found := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			document, _, _ := bytes.Cut(src, []byte("-- "))
			d, err := tariff.Decode(document)
			if err != nil {
				t.Fatal(err)
			}
			got := append(bytes.Clone(document), "-- findings --\n"...)
			for _, f := range Check(d, Options{}) {
				found[f.Code] = true
				got = fmt.Appendf(got, "%s %s at %s: %s\n", f.Severity, f.Code, f.Path, f.Message)
				for _, p := range slices.Sorted(maps.Keys(f.Params)) {
					got = fmt.Appendf(got, "    %s: %s\n", p, f.Params[p])
				}
			}
			if *rewrite {
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
	for _, code := range codes(t) {
		if !found[code] {
			t.Errorf("no document of testdata is found to have %s", code)
		}
	}
}

// codes are those that the source of this package can say.
func codes(t *testing.T) []string {
	t.Helper()
	said := regexp.MustCompile(`say\((?:Error|Warning|Hint), "([a-z_]+)"|code := [^,]*, "([a-z_]+)"|, "(amount_too_fine)"`)
	var out []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(src), -1) {
			out = append(out, m[1]+m[2]+m[3])
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d codes read from the source", len(out))
	}
	return out
}

// unreachable are the rules that are called unreachable, by dimension and
// index.
func unreachable(fs []Finding) map[string]bool {
	out := map[string]bool{}
	for _, f := range fs {
		if f.Code == "rule_unreachable" || f.Code == "rule_redundant" || f.Code == "rule_never" {
			kind, _, _ := strings.Cut(f.Path, ".")
			out[kind+"/"+f.Params["rule"]] = true
		}
	}
	return out
}

func drawFacts(t *rapid.T) (session.Facts, pricing.Context) {
	start := calendar.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) + calendar.Instant(rapid.Int64Range(0, 365*86400).Draw(t, "start"))
	f := session.Facts{Start: start, Readings: []session.Reading{{At: start}}}
	at, sum := start, energy.Quantity(0)
	for range rapid.IntRange(1, 6).Draw(t, "readings") {
		at += calendar.Instant(rapid.Int64Range(1, 3*3600).Draw(t, "step"))
		sum += energy.Quantity(rapid.Int64Range(0, 20*int64(energy.KWh)).Draw(t, "energy"))
		f.Readings = append(f.Readings, session.Reading{At: at, Import: sum})
	}
	f.End = at
	for _, r := range f.Readings[1:] {
		f.Changes = append(f.Changes, session.Change{At: r.At, State: session.State(rapid.IntRange(0, 1).Draw(t, "state"))})
		f.Modes = append(f.Modes, session.ModeChange{At: r.At, Mode: session.Mode(rapid.IntRange(1, 3).Draw(t, "mode"))})
	}
	if rapid.Bool().Draw(t, "paused") {
		f.Pauses = []session.Stretch{{From: start, To: f.Readings[1].At}}
	}
	if rapid.Bool().Draw(t, "reserved") {
		f.Reserved = &session.Reservation{From: start - calendar.Instant(rapid.Int64Range(1, 7200).Draw(t, "ahead")), To: start, Expired: rapid.Bool().Draw(t, "expired")}
		if f.Reserved.Expired {
			f = session.Facts{Start: start, End: start, Reserved: f.Reserved}
		}
	}
	f, err := session.Normalise(f)
	if err != nil {
		t.Fatal(err)
	}
	point := pricing.Point{Supply: tariff.Supply(rapid.IntRange(0, 2).Draw(t, "supply")), MaxPower: energy.Power(rapid.Int64Range(0, 300).Draw(t, "max")) * energy.KW}
	return f, pricing.Context{Point: point}
}

// TestUnreachableRulesPriceNothing prices sessions by documents and looks for
// lines of rules that are called unreachable.
func TestUnreachableRulesPriceNothing(t *testing.T) {
	zone, err := calendar.LoadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	called := 0
	rapid.Check(t, func(t *rapid.T) {
		d := tarifftest.Document().Draw(t, "tariff")
		bad := unreachable(Check(d, Options{}))
		called += len(bad)
		compiled := pricing.Compile(pricing.TariffRef{}, d, zone)
		for range 10 {
			facts, ctx := drawFacts(t)
			if !d.Valid.Has(facts.Start) {
				continue
			}
			r, err := pricing.Price(compiled, facts, ctx)
			if err != nil {
				continue // out of range
			}
			for _, l := range r.Lines {
				if (l.Kind == pricing.Priced || l.Kind == pricing.Waived) && bad[fmt.Sprintf("%s/%d", l.Dimension, l.Rule)] {
					t.Fatalf("rule %d of %s is called unreachable, but there is %+v", l.Rule, l.Dimension, l)
				}
			}
		}
	})
	if called == 0 {
		t.Error("no rule was called unreachable")
	}
}

// clockDocument is a tariff of energy by clock and date alone.
func clockDocument(t *rapid.T) tariff.Document {
	var b strings.Builder
	b.WriteString("tariff: x\ncurrency: EUR\nprices: no tax\nenergy:\n")
	part := func(list ...string) string { return rapid.SampledFrom(list).Draw(t, "part") }
	for range rapid.IntRange(1, 4).Draw(t, "rules") {
		fmt.Fprintf(&b, "  - {price: 0.10/kWh, when: {%s%s%s%s}}\n",
			part("", `time: "22:00-06:00", `, `time: "06:00-22:00", `, `time: ["00:00-12:00", "13:30-24:00"], `),
			part("", "days: [mon, tue, wed, thu, fri], ", "days: [sat, sun], "),
			part("", "dates: {from: 2026-03-01}, ", "dates: {before: 2026-10-01}, "),
			part("", `season: {from: "11-01", before: "04-01"}`, "holidays: FR", "notHolidays: FR"))
	}
	d, err := tariff.Decode([]byte(b.String()))
	if err != nil {
		t.Skip(err)
	}
	return d
}

// TestGapsAreFreeOnReceipts prices a moment of every hour of days of a year: it
// is free exactly in the hours that are told.
func TestGapsAreFreeOnReceipts(t *testing.T) {
	zone, err := calendar.LoadZone("UTC")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := clockDocument(t)
		compiled := pricing.Compile(pricing.TariffRef{}, d, zone)
		free := func(day calendar.Date, clock calendar.TimeOfDay) bool {
			at := zone.StartOf(day) + calendar.Instant(clock)
			r, err := pricing.Price(compiled, session.Facts{Start: at, End: at + 1, Readings: []session.Reading{{At: at}, {At: at + 1, Import: 1}}}, pricing.Context{})
			if err != nil || len(r.Lines) != 1 {
				t.Fatal(r.Lines, err)
			}
			return r.Lines[0].Kind == pricing.Free
		}
		var told []Finding
		for _, f := range Check(d, Options{Zone: zone}) {
			if f.Code == "gap_in_week" {
				told = append(told, f)
				day, err := calendar.ParseDate(f.Params["example"])
				if err != nil {
					t.Fatal(err)
				}
				for w := range strings.SplitSeq(f.Params["times"], ", ") {
					window, err := calendar.ParseWindow(w)
					if err != nil || !free(day, window.From) || !free(day, (window.To+86399)%86400) {
						t.Fatalf("on %s at %s a price holds, though it is called free: %s, %v", day, w, f.Message, err)
					}
				}
			}
		}
		for range 20 {
			day := calendar.NewDate(2026, 1, 1) + calendar.Date(rapid.IntRange(0, 364).Draw(t, "day"))
			clock := calendar.TimeOfDay(rapid.IntRange(0, 47).Draw(t, "half hour") * 1800)
			if free(day, clock) && !slices.ContainsFunc(told, func(f Finding) bool {
				return slices.ContainsFunc(strings.Split(f.Params["times"], ", "), func(w string) bool { window, _ := calendar.ParseWindow(w); return window.Has(clock) })
			}) {
				t.Fatalf("on %s at %s energy is free, which no finding tells of %d", day, clock, len(told))
			}
		}
	})
}

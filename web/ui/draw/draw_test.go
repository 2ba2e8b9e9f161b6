package draw

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/picture"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

var rewrite = flag.Bool("rewrite-pictures", false, "write the pictures of testdata anew")

func document(t testing.TB, src string) tariff.Document {
	t.Helper()
	d, err := tariff.Decode([]byte("currency: EUR\nprices: with tax\n" + src))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func berlin(t testing.TB) *calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

var start = calendar.Instant(1777881600) // Mon 4 May 2026, 10:00 in Berlin

const dayAndNight = `tariff: day-night
title: {en: Day & night, fr: Jour et nuit, de: Tag und Nacht}
energy:
  - {price: 0.29/kWh, when: {time: "22:30-06:00"}}
  - {price: 0.59/kWh, when: {days: [mon, tue, wed, thu, fri], time: "17:00-20:00"}}
  - {price: 0.44/kWh, when: {days: [mon, tue, wed, thu, fri, sat]}}
`

const tiersAndCaps = `tariff: tiers
title: {en: Tiers, fr: Paliers, de: Staffel}
energy:
  - {price: 0.00/kWh, when: {energy: {before: 5 kWh}}}
  - {price: 0.49/kWh, when: {energy: {before: 40 kWh}}}
  - {price: 0.69/kWh}
idle: {grace: 15 min, atMost: 12.00, rules: [{price: 0.10/min}]}
session: [{price: 1.00}]
total: {atLeast: 3.00, atMost: 45.00}
`

func curveOf(t testing.TB, src, lang string, charge picture.Charge, byTime bool) NamedCurve {
	t.Helper()
	d, zone := document(t, src), berlin(t)
	s := picture.Of(pricing.TariffRef{}, d, zone)
	var c picture.Curve
	var err error
	if byTime {
		c, err = s.ByTime(charge, 0, 8*3600)
	} else {
		c, err = s.ByEnergy(charge, 0, 100*energy.KWh)
	}
	if err != nil {
		t.Fatal(err)
	}
	return NamedCurve{tariff.TitleIn(d, lang), c}
}

// pictures are those of testdata, by name.
func pictures(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	d, zone := document(t, dayAndNight), berlin(t)
	for lang, monday := range map[string]calendar.Date{"en": calendar.NewDate(2026, 5, 4), "de": calendar.NewDate(2026, 3, 23)} {
		w, err := picture.Of(pricing.TariffRef{}, d, zone).Week(picture.Charge{Power: 22 * energy.KW}, tariff.Energy, monday)
		if err != nil {
			t.Fatal(err)
		}
		out["week."+lang] = Week(tariff.TitleIn(d, lang), zone.Name(), w, d.Currency, tariff.In(lang))
	}
	charge := picture.Charge{Start: start, Power: 22 * energy.KW}
	full := charge
	full.Full = 40 * energy.KWh
	for name, c := range map[string]struct {
		lang string
		f    Frame
		Costs
	}{
		"cost.en":        {"en", File, Costs{"Tiers", []NamedCurve{curveOf(t, tiersAndCaps, "en", charge, false)}, false, charge, zone}},
		"cost.inline.fr": {"fr", Inline, Costs{"Paliers", []NamedCurve{curveOf(t, tiersAndCaps, "fr", charge, false)}, false, charge, zone}},
		"costs.de": {"de", File, Costs{"Tag und Nacht, Staffel", []NamedCurve{curveOf(t, dayAndNight, "de", full, true), curveOf(t, tiersAndCaps, "de", full, true)},
			true, full, zone}},
	} {
		svg, err := Cost(c.f, c.Costs, tariff.In(c.lang))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = svg
	}
	return out
}

func TestPictures(t *testing.T) {
	for name, got := range pictures(t) {
		file := filepath.Join("testdata", name+".svg")
		if *rewrite {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s; look at it and refresh with -rewrite-pictures", name, file)
		}
	}
}

// elements reads a picture strictly.
func elements(t testing.TB, svg []byte) []xml.StartElement {
	t.Helper()
	var out []xml.StartElement
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatalf("not well-formed: %s", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			out = append(out, e.Copy())
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestPicturesStandAlone(t *testing.T) {
	for name, svg := range pictures(t) {
		all := elements(t, svg)
		ids := map[string]bool{}
		for _, e := range all {
			ids[attribute(e, "id")] = true
			if e.Name.Local == "script" || e.Name.Local == "image" || e.Name.Local == "use" || attribute(e, "href") != "" || attribute(e, "style") != "" {
				t.Errorf("%s has %+v", name, e)
			}
			if strings.Contains(name, "inline") && e.Name.Local == "style" {
				t.Errorf("%s has a sheet of its own, which a page forbids", name)
			}
		}
		root := all[0]
		if attribute(root, "role") != "img" || !ids[attribute(root, "aria-labelledby")] || !ids[attribute(root, "aria-describedby")] {
			t.Errorf("%s does not name itself: %+v", name, root.Attr)
		}
		if bytes.Contains(svg, []byte("url(")) || bytes.Contains(svg, []byte("@import")) {
			t.Errorf("%s asks for something outside", name)
		}
	}
}

func TestNothingLeavesThePicture(t *testing.T) {
	number := regexp.MustCompile(`-?\d+(\.\d+)?`)
	for name, svg := range pictures(t) {
		var height float64
		for _, e := range elements(t, svg) {
			if e.Name.Local == "svg" {
				fmt.Sscanf(attribute(e, "viewBox"), "0 0 900 %g", &height)
			}
			for _, a := range e.Attr {
				limit := float64(Width)
				switch a.Name.Local {
				case "x", "x1", "x2", "cx":
				case "y", "y1", "y2", "cy":
					limit = height
				case "d":
				default:
					continue
				}
				for i, s := range number.FindAllString(a.Value, -1) {
					v, err := strconv.ParseFloat(s, 64)
					if a.Name.Local == "d" {
						limit = []float64{Width, height}[i%2]
					}
					if err != nil || v < 0 || v > limit {
						t.Errorf("%s: %s=%q of a %s lies outside", name, a.Name.Local, s, e.Name.Local)
					}
				}
			}
		}
	}
}

const bounded = `tariff: bounded
title: {en: Bounded, fr: Borné, de: Begrenzt}
energy: {atMost: 20.00, rules: [{price: 0.49/kWh}]}
charging: [{price: 0.05/min}]
total: {free: 2.00, atLeast: 3.00, atMost: 22.00, atMostPerDay: 22.00}
`

const boundedClose = `tariff: bounded-close
title: {en: Bounded close by, fr: Bornes voisines, de: Eng begrenzt}
energy: {atMost: 20.50, rules: [{price: 0.50/kWh}]}
total: {free: 2.00, atLeast: 2.01, atMost: 20.00, atMostPerDay: 19.90}
`

// TestLabelsKeepApart draws bounds that begin at one spot, close to each other
// and at the edges of the picture.
func TestLabelsKeepApart(t *testing.T) {
	charge := picture.Charge{Start: start, Power: 22 * energy.KW}
	tag := regexp.MustCompile(`<text class="label" x="(\d+)" y="(\d+)"(?: text-anchor="(\w+)")?>([^<]*)</text>`)
	for _, lang := range []string{"en", "fr", "de"} {
		for _, byTime := range []bool{false, true} {
			for _, sources := range [][]string{{bounded}, {boundedClose}, {bounded, boundedClose}, {bounded, boundedClose, tiersAndCaps, dayAndNight}} {
				c := Costs{Title: "x", ByTime: byTime, Charge: charge, Zone: berlin(t)}
				for _, src := range sources {
					c.Curves = append(c.Curves, curveOf(t, src, lang, charge, byTime))
				}
				svg, err := Cost(File, c, tariff.In(lang))
				if err != nil {
					t.Fatal(err)
				}
				type written struct {
					left, right, y float64
					text           string
				}
				var all []written
				for _, m := range tag.FindAllStringSubmatch(string(svg), -1) {
					x, _ := strconv.ParseFloat(m[1], 64)
					y, _ := strconv.ParseFloat(m[2], 64)
					width := 6.6 * float64(len([]rune(m[4])))
					w := written{x, x + width, y, m[4]}
					if m[3] == "end" {
						w.left, w.right = x-width, x
					}
					if w.left < 0 || w.right > Width {
						t.Errorf("%s: %+v leaves the picture", lang, w)
					}
					for _, o := range all {
						if w.left < o.right && o.left < w.right && math.Abs(w.y-o.y) < 13 {
							t.Errorf("%s, by time %t, %d curves: %+v covers %+v", lang, byTime, len(sources), w, o)
						}
					}
					all = append(all, w)
				}
				words := wordsIn(tariff.In(lang))
				for _, kind := range []pricing.LineKind{pricing.FreeAmount, pricing.Minimum, pricing.Cap, pricing.Maximum} {
					if want := words.bounds[kind]; len(sources) == 1 && bytes.Contains(svg, []byte(want+" (")) && !slices.ContainsFunc(all, func(w written) bool { return strings.Contains(w.text, want) }) {
						t.Errorf("%s, by time %t: %q is not named in the picture", lang, byTime, want)
					}
				}
				if len(all) < 3 {
					t.Errorf("%s: only %+v is named", lang, all)
				}
			}
		}
	}
}

// TestFiguresAreThoseOfTheSentences: the yen has no decimals to fill up.
func TestFiguresAreThoseOfTheSentences(t *testing.T) {
	for currency, want := range map[string]string{"JPY": ">35<", "EUR": ">35.00<", "KWD": ">35.000<"} {
		d, err := tariff.Decode([]byte("currency: " + currency + "\nprices: no tax\ntariff: x\nenergy: [{price: 35/kWh}]"))
		if err != nil {
			t.Fatal(err)
		}
		w, err := picture.Of(pricing.TariffRef{}, d, berlin(t)).Week(picture.Charge{Power: 22 * energy.KW}, tariff.Energy, calendar.NewDate(2026, 5, 4))
		if err != nil {
			t.Fatal(err)
		}
		if svg := Week("x", "y", w, d.Currency, tariff.In("en")); !bytes.Contains(svg, []byte(want)) {
			t.Errorf("no %s in the week", want)
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		title := rapid.String().Draw(rt, "title") + `<script>"&'` + "\x00\u2028"
		w := picture.Week{Kind: tariff.Energy}
		elements(t, Week(title, title, w, "EUR", tariff.In("fr")))
	})
}

func TestTonesAreThoseOfThePages(t *testing.T) {
	tokens, err := os.ReadFile("../assets/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, tone := range tones {
		if want := fmt.Sprintf("--%s: light-dark(%s, %s);", tone.name, tone.light, tone.dark); !bytes.Contains(tokens, []byte(want)) {
			t.Errorf("the pages do not have %q", want)
		}
	}
}

// luminance is WCAG's, of a colour such as #0b5d68.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func TestTextHasContrast(t *testing.T) {
	contrast := func(a, b string) float64 {
		x, y := luminance(t, a), luminance(t, b)
		return (max(x, y) + 0.05) / (min(x, y) + 0.05)
	}
	tone := map[string][2]string{}
	for _, c := range tones {
		tone[c.name] = [2]string{c.light, c.dark}
	}
	inks := regexp.MustCompile(`--on-(\d): (#[0-9a-f]{6})`).FindAllStringSubmatch(sheet(), -1)
	if len(inks) != 2*levels {
		t.Fatalf("%d inks for %d tones in light and dark", len(inks), levels)
	}
	for i, m := range inks {
		if ratio := contrast(m[2], tone["heat-"+m[1]][i/levels]); ratio < 4.5 {
			t.Errorf("ink %s on tone %s, mode %d: contrast %.2f", m[2], m[1], i/levels, ratio)
		}
	}
	for _, name := range []string{"ink", "ink-2", "ink-3"} {
		for mode := range 2 {
			if ratio := contrast(tone[name][mode], tone["paper"][mode]); ratio < 4.5 {
				t.Errorf("%s on paper, mode %d: contrast %.2f", name, mode, ratio)
			}
		}
	}
}

func TestMarksAreRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.Int64Range(1, 1e17).Draw(t, "span")
		step := decimalStep(span, 10)
		for round := step; round != 1 && round != 2 && round != 5; round /= 10 {
			if round%10 != 0 {
				t.Fatalf("step %d is not round", step)
			}
		}
		from := rapid.Int64Range(-1e17, 1e17).Draw(t, "from")
		all := marks(from, from+span, step)
		if len(all) > 11 {
			t.Fatalf("%d marks", len(all))
		}
		a := axis{from, from + span, 100, 8000}
		for _, m := range all {
			if m%step != 0 || m < from || m > from+span || a.at(m) < 100 || a.at(m) > 8100 {
				t.Fatalf("mark %d of %d to %d", m, from, from+span)
			}
		}
	})
	for span, want := range map[int64]int64{3600: 600, 8 * 3600: 3600, 24 * 3600: 10800, 40 * 86400: 604800} {
		if got := secondStep(span, 9); got != want {
			t.Errorf("%d s by steps of %d s, want %d", span, got, want)
		}
	}
}

func TestCurvesThatCannotBeTogether(t *testing.T) {
	charge := picture.Charge{Start: start, Power: 22 * energy.KW}
	one := curveOf(t, dayAndNight, "en", charge, false)
	other := one
	other.Curve.Currency = "SEK"
	for code, list := range map[string][]NamedCurve{"too_many_curves": {one, one, one, one, one}, "currencies_differ": {one, other}} {
		_, err := Cost(File, Costs{Curves: list, Charge: charge, Zone: berlin(t)}, tariff.In("en"))
		if f := fault.As(err); f == nil || f.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

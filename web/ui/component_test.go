package ui

import (
	"bytes"
	"context"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
)

func html(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const evil = `<script>alert("1")</script>' onload='x`

func TestComponentsEscapeTheirText(t *testing.T) {
	fact := Fact{Label: evil, Value: evil, Href: "javascript:alert(1)"}
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]templ.Component{
		"Shell": Shell(Page{Title: evil, Notice: evil, Nav: []NavGroup{{Title: evil, Links: []NavLink{{Label: evil, Href: "javascript:alert(1)", Icon: evil, Count: evil}}}},
			Crumbs: []Crumb{{Label: evil, Href: "javascript:x"}}, Account: &Account{Name: evil, Role: evil, SignOut: "/out"}, Flashes: []Flash{{Tone: Tone(evil), Text: evil}}}),
		"Button": Button(Action{Label: evil, Href: "javascript:alert(1)", Hint: evil}), "Badge": Badge(Tone(evil), evil),
		"StatTiles": StatTiles([]Stat{{Label: evil, Figures: []Figure{{evil, evil}}, Delta: evil, Foot: evil}}), "FactList": FactList([]Fact{fact}),
		"DataTable": DataTable(Table{Caption: evil, Columns: []Column{{Title: evil, Href: "javascript:x"}}, Rows: []Row{{Cells: []templ.Component{Lines(evil, evil)}, Href: "javascript:x"}}}),
		"Input":     Input(Field{Name: evil, Label: evil, Help: evil, Error: evil, Value: evil, Prefix: evil}), "TextArea": TextArea(Field{Name: "x", Label: "x", Value: "</textarea>" + evil}, 3),
		"Select": Select(Field{Name: "x", Label: evil}, []Option{{Value: evil, Label: evil}}), "Code": Code(evil, evil), "Timeline": Timeline([]Event{{At: at, Title: evil, Text: evil}}),
		"BarList": BarList(evil, []Bar{{Label: evil, Value: evil, Note: evil, Size: 1}}), "ColumnChart": ColumnChart(evil, []Bar{{Label: evil, Value: evil, Size: 1}}, 1),
		"LineChart": LineChart(Chart{Title: evil, XLabel: evil, Zone: evil, Series: []Series{{evil, evil}}, Points: []Point{{X: evil, Text: evil, Values: []Value{{evil, evil}}}}}),
		"ReceiptPaper": ReceiptPaper(Receipt{Heading: evil, Number: evil, Place: evil, When: evil, Total: evil, Facts: []Fact{fact}, Warnings: []string{evil}, Notes: []string{evil},
			Lines:     []ReceiptLine{{Title: evil, Why: []string{evil}, Billed: evil, Working: evil, Intervals: []ReceiptInterval{{From: at, To: at, Quantity: evil, Note: evil}}}},
			Subtotals: []ReceiptStep{{evil, evil, evil}}, Taxes: []ReceiptTax{{evil, evil, evil, evil, evil}}, Tariff: ReceiptTariff{Name: evil, Version: evil, Href: "javascript:x"}}),
	} {
		out := html(t, c)
		if strings.Contains(out, "<script>") || strings.Contains(out, "href=\"javascript:") || regexp.MustCompile(`<[^>]*'\s*onload='`).MatchString(regexp.MustCompile(`"[^"]*"`).ReplaceAllString(out, `""`)) {
			t.Errorf("%s lets a caller's text through as markup", name)
		}
		if !strings.Contains(out, "&lt;script&gt;") {
			t.Errorf("%s does not show the text at all", name)
		}
	}
}

func TestComponentsTakeEmptyViews(t *testing.T) {
	for name, c := range map[string]templ.Component{
		"Shell": Shell(Page{}), "Bare": Bare(Page{}), "Button": Button(Action{}), "StatTiles": StatTiles(nil), "FactList": FactList(nil),
		"DataTable": DataTable(Table{}), "BarList": BarList("", nil), "ColumnChart": ColumnChart("", nil, 0), "LineChart": LineChart(Chart{}),
		"WeekHeatMap": WeekHeatMap(NewWeekHeat("", [7][24]int64{}, func(int64) string { return "" })), "WeekHeatMap, zero": WeekHeatMap(WeekHeat{}),
		"SessionStrip": SessionStrip(Strip{}), "ReceiptPaper": ReceiptPaper(Receipt{}), "Progress": Progress("", 5, 0, ""), "Timeline": Timeline(nil),
	} {
		if html(t, c) == "" && name != "Tabs" {
			t.Errorf("%s renders nothing", name)
		}
	}
}

func TestFieldTellsWhatIsWrong(t *testing.T) {
	out := html(t, Input(Field{Name: "price", Label: "Price", Help: "At most eight decimals.", Error: "Nine decimals.", Value: "1"}))
	for _, want := range []string{`for="f-price"`, `id="f-price"`, `aria-invalid="true"`, `aria-describedby="f-price-help f-price-error"`, `id="f-price-help"`, `id="f-price-error"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing in %s", want, out)
		}
	}
	out = html(t, Input(Field{Name: "price", Label: "Price"}))
	if strings.Contains(out, "aria-invalid") || strings.Contains(out, "aria-describedby") || strings.Contains(out, "required") {
		t.Errorf("a field without fault claims one: %s", out)
	}
}

func TestSelectMarksTheChosenOption(t *testing.T) {
	out := html(t, Select(Field{Name: "k", Label: "K", Value: "b"}, []Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}))
	if strings.Count(out, " selected") != 1 || !strings.Contains(out, `value="b" selected`) {
		t.Error(out)
	}
}

func TestHeatLevels(t *testing.T) {
	var values [7][24]int64
	label := func(v int64) string { return locale("en").Int(v) }
	values[0][1], values[0][2], values[6][23] = 10, 20, HeatNone
	h := NewWeekHeat("t", values, label)
	if h.Cells[0][0].Level != 0 || h.Cells[0][1].Level != 3 || h.Cells[0][2].Level != 6 || h.Cells[6][23].Level != -1 || len(h.Legend) != 3 || !h.hasGaps() {
		t.Errorf("few values: %+v legend %+v", h.Cells[0][:3], h.Legend)
	}
	for hour := range 24 {
		values[1][hour] = int64(hour * 100)
	}
	values[2][0], values[2][1] = math.MaxInt64, -math.MaxInt64
	h = NewWeekHeat("t", values, label)
	if h.Cells[2][0].Level != 6 || h.Cells[2][1].Level != 0 || h.Cells[1][5].Level != 3 {
		t.Errorf("extreme values: %d %d %d", h.Cells[2][0].Level, h.Cells[2][1].Level, h.Cells[1][5].Level)
	}
	if len(h.Legend) != 7 || h.Legend[0].Text == "" || h.Legend[6].Text == "" || h.Legend[3].Text != "" {
		t.Errorf("the legend of many values names only its ends: %+v", h.Legend)
	}
	runs := runsOf(NewWeekHeat("t", [7][24]int64{}, label).Cells[0])
	if len(runs) != 1 || hourSpan(runs[0].from, runs[0].to) != "00:00–24:00" {
		t.Errorf("a day of one value is one run: %+v", runs)
	}
}

func TestPercentOf(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{{1, 3, "33.33%"}, {0, 3, "0.00%"}, {5, 3, "100.00%"}, {-1, 3, "0.00%"}, {1, 0, "0%"}, {math.MaxInt64, math.MaxInt64, "100.00%"}} {
		if got := percentOf(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestStripTicksAreRoundLocalTimes(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip("no zone data on this machine")
	}
	start := time.Date(2026, 3, 28, 21, 30, 0, 0, paris)
	for _, length := range []time.Duration{time.Second, 7 * time.Minute, time.Hour, 12 * time.Hour, 36 * time.Hour, 20 * 24 * time.Hour, 400 * 24 * time.Hour} {
		s := Strip{From: start, To: start.Add(length), Zone: paris}
		ticks := s.ticks()
		if len(ticks) > 32 || (length >= time.Hour && len(ticks) < 2) {
			t.Errorf("%s: %d ticks", length, len(ticks))
		}
		for i, tick := range ticks {
			if tick.at.Minute()%5 != 0 || tick.at.Second() != 0 || tick.at.Before(s.From) || tick.at.After(s.To) {
				t.Errorf("%s: tick at %s", length, tick.at)
			}
			if i > 0 && !tick.at.After(ticks[i-1].at) {
				t.Errorf("%s: ticks do not rise at %s", length, tick.at)
			}
		}
	}
	// Across the change of the clock the axis goes on in round hours of the local clock.
	s := Strip{From: start, To: start.Add(10 * time.Hour), Zone: paris}
	var clocks []string
	for _, tick := range s.ticks() {
		clocks = append(clocks, tickText(locale("en"), s, tick))
	}
	if got := plain(strings.Join(clocks, " ")); got != "22:00 29_Mar 04:00 06:00 08:00" {
		t.Errorf("ticks over the clock change: %s", got)
	}
}

func TestStripKeepsLateFactsInside(t *testing.T) {
	start := time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC)
	s := Strip{From: start, To: start.Add(time.Hour), States: []StateSpan{{From: start.Add(-time.Hour), To: start.Add(3 * time.Hour), Kind: Charging}}}
	if s.total(Charging) != 3600 || s.width(s.States[0].From, s.States[0].To) != "100.00%" || s.at(s.States[0].From) != "0.00%" {
		t.Errorf("total %d, width %s", s.total(Charging), s.width(s.States[0].From, s.States[0].To))
	}
}

// Classes that templates use must have a rule; a misspelt one would silently look wrong.
func TestEveryClassHasAStyle(t *testing.T) {
	sheet := string(allAssets()["kwote.css"].body)
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"receipt-why-more": true, "field-check": true, "axis-day": true}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".templ") {
			continue
		}
		body, err := os.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`class="([a-z0-9 -]+)"`).FindAllStringSubmatch(string(body), -1) {
			for _, class := range strings.Fields(match[1]) {
				if !known[class] && !regexp.MustCompile(`\.`+class+`\b`).MatchString(sheet) {
					t.Errorf("%s uses the class %q, which no sheet has", entry.Name(), class)
				}
			}
		}
	}
}

package ocpi

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// FuzzReadCDR reads anything, and prices and checks what could be read: nothing
// may panic, and the lines always add up to the total.
func FuzzReadCDR(f *testing.F) {
	files, err := filepath.Glob("testdata/cdr/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(archive.Files[0].Data), byte(len(file)))
	}
	f.Fuzz(func(t *testing.T, src string, reading byte) {
		began := time.Now()
		defer func() {
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("took %s", took)
			}
		}()
		cdr, _, err := ReadCDR([]byte(src), "")
		if err != nil {
			return
		}
		readings := []Options{{}, {StepSize: StepPerPeriod}, {StepSize: StepCombined, StepCounts: CountAll}, {PeriodSplit: SplitLinear},
			{MissingPower: MissingMatch, PowerRange: RangeReached, Tariffs: TariffFirst}, {Flat: FlatEach, Limits: LimitsIgnore},
			{Weekday: WeekdayOfWindow, EqualTimes: EqualTimesNever, Reservation: ReservationAny}}
		o := readings[int(reading)%len(readings)]
		o.Zone = "Europe/Amsterdam"
		priced, err := cdr.Price(nil, o)
		if err != nil {
			return
		}
		checkLines(t, priced)
		if len(cdr.Totals) > 0 {
			if _, err := cdr.Check(nil, o); err != nil {
				t.Errorf("a record that can be priced cannot be checked: %v", err)
			}
		}
		if _, err := json.Marshal(priced.Report()); err != nil {
			t.Error(err)
		}
	})
}

func checkLines(t *testing.T, p Priced) {
	t.Helper()
	sum := zeroSum()
	parts := zeroSum()
	for _, l := range p.Lines {
		sum = sum.plus(l.Amount)
	}
	for _, part := range p.Parts {
		parts = parts.plus(part)
	}
	for _, side := range [][2]*big.Rat{{sum.Excl, p.Exact.Excl}, {sum.Incl, p.Exact.Incl}} {
		if side[0] != nil && side[1] != nil && side[0].Cmp(side[1]) != 0 {
			t.Errorf("the lines add up to %s, the total is %s", decimal(side[0]), decimal(side[1]))
		}
	}
	limited := false
	for _, l := range p.Lines {
		limited = limited || l.Kind == LineMinimum || l.Kind == LineMaximum
	}
	if !limited && parts.Excl != nil && p.Exact.Excl != nil && parts.Excl.Cmp(p.Exact.Excl) != 0 {
		t.Errorf("the sub-totals add up to %s, the total is %s", decimal(parts.Excl), decimal(p.Exact.Excl))
	}
}

// TestHostileCDRs reads what nobody sends in good faith.
func TestHostileCDRs(t *testing.T) {
	const head = `{"start_date_time": "2026-03-02T09:00:00Z", "end_date_time": "2026-03-02T10:00:00Z", "currency": "EUR", `
	for name, src := range map[string]string{
		"nothing":        ``,
		"a list":         `[]`,
		"two records":    `[{}, {}]`,
		"a number":       `1`,
		"deep":           strings.Repeat(`{"data":`, 5000) + `1` + strings.Repeat(`}`, 5000),
		"huge volume":    head + `"charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 1e308}]}]}`,
		"large volume":   head + `"charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 1000000}]}]}`,
		"long time":      head + `"charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "TIME", "volume": 1000000}]}]}`,
		"not a number":   head + `"charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": "NaN"}]}]}`,
		"year 9999":      `{"start_date_time": "9999-03-02T09:00:00Z", "end_date_time": "9999-03-02T10:00:00Z", "currency": "EUR", "charging_periods": [{"start_date_time": "9999-03-02T09:00:00Z", "dimensions": []}]}`,
		"no periods":     head + `"charging_periods": []}`,
		"no dimensions":  head + `"charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z"}]}`,
		"ends before":    `{"start_date_time": "2026-03-02T11:00:00Z", "end_date_time": "2026-03-02T10:00:00Z", "currency": "EUR", "charging_periods": [{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": []}]}`,
		"many periods":   head + `"charging_periods": [` + strings.Repeat(`{"start_date_time":"2026-03-02T09:00:00Z","dimensions":[]},`, maxPeriods) + `{}]}`,
		"period of text": head + `"charging_periods": ["", 1, null, []]}`,
	} {
		began := time.Now()
		if _, _, err := ReadCDR([]byte(src), ""); err == nil {
			t.Errorf("%s: read", name)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
	}
}

// TestLargeRecord prices and checks a record as large as is read by a tariff
// with many elements, in bounded time.
func TestLargeRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var b strings.Builder
	b.WriteString(`{"start_date_time": "2026-03-02T09:00:00Z", "end_date_time": "2026-03-04T09:00:00Z", "currency": "EUR", "cdr_location": {"country": "NLD"}, "total_cost": {"excl_vat": 1}, "tariffs": [{"id": "T", "currency": "EUR", "elements": [`)
	for i := range 200 {
		fmt.Fprintf(&b, `{"price_components": [{"type": "ENERGY", "price": 0.30, "step_size": 1}], "restrictions": {"min_kwh": %d, "max_kwh": %d, "start_time": "00:00", "end_time": "12:00"}},`, i, i+1)
	}
	b.WriteString(`{"price_components": [{"type": "ENERGY", "price": 0.40, "step_size": 1}]}]}], "charging_periods": [`)
	const periods = 6000
	for i := range periods {
		at := time.Date(2026, 3, 2, 9, 0, i*10, 0, time.UTC).Format(time.RFC3339)
		fmt.Fprintf(&b, `{"start_date_time": %q, "dimensions": [{"type": "ENERGY", "volume": 0.0123}]}%s`, at, map[bool]string{true: ",", false: "]}"}[i < periods-1])
	}
	began := time.Now()
	cdr, _, err := ReadCDR([]byte(b.String()), "")
	if err != nil {
		t.Fatal(err)
	}
	check, err := cdr.Check(nil, Options{})
	if err != nil || check.Agrees {
		t.Errorf("%v, agrees %v", err, check.Agrees)
	}
	if w := check.Priced.Warnings; len(w) == 0 || w[len(w)-1].Code != "changes_not_looked_for" {
		t.Errorf("got %v", w)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}

// TestReadmeNamesEveryOption wants the cases' README to name every option.
func TestReadmeNamesEveryOption(t *testing.T) {
	readme, err := os.ReadFile("testdata/cdr/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ocpi", "timezone", "step-size", "step-counts", "period-split", "missing-power", "power-range", "flat", "weekday", "equal-times", "reservation", "limits", "several-tariffs"} {
		if !strings.Contains(string(readme), "`"+name+":") {
			t.Errorf("the option %s is not in the README", name)
		}
	}
}

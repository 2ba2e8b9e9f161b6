package ocpi

import (
	"fmt"
	"strings"
	"testing"

	"kwote/domain/fault"
)

// checked is a record to be checked: its tariff's components and limits, its
// periods, and the totals that it declares.
type checked struct {
	elements, limits, periods, totals string
}

func (c checked) check(t *testing.T, o Options) (Check, error) {
	t.Helper()
	src := fmt.Sprintf(`{"start_date_time": "2026-03-02T09:00:00Z", "end_date_time": "2026-03-02T09:20:00Z", "currency": "EUR", "cdr_location": {"country": "NLD"},
		"tariffs": [{"id": "T", "currency": "EUR", "elements": [%s]%s}], "charging_periods": [%s]%s}`, c.elements, c.limits, c.periods, c.totals)
	cdr, _, err := ReadCDR([]byte(src), V221)
	if err != nil {
		t.Fatal(err)
	}
	return cdr.Check(nil, o)
}

const (
	plainElements = `{"price_components": [{"type": "ENERGY", "price": 0.30, "step_size": 1, "vat": 21}, {"type": "TIME", "price": 2.40, "step_size": 900, "vat": 21},
		{"type": "PARKING_TIME", "price": 1.00, "step_size": 900}, {"type": "FLAT", "price": 0.50, "step_size": 1, "vat": 21}]}`
	plainPeriods = `{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 2.215}, {"type": "TIME", "volume": 0.2}]},
		{"start_date_time": "2026-03-02T09:12:00Z", "dimensions": [{"type": "PARKING_TIME", "volume": 0.1333}]}`
	powerElements = `{"price_components": [{"type": "ENERGY", "price": 0.60, "step_size": 1}], "restrictions": {"min_power": 22}}, {"price_components": [{"type": "ENERGY", "price": 0.30, "step_size": 1}]}`
	clockElements = `{"price_components": [{"type": "ENERGY", "price": 0.60, "step_size": 1}], "restrictions": {"end_time": "10:10"}}, {"price_components": [{"type": "ENERGY", "price": 0.30, "step_size": 1}]}`
	// Of plain, recomputed: energy 0.6645, time 0.48, parking 0.25, fixed 0.50,
	// in all 1.8945 without and 2.239845 with tax.
)

// TestCheckReasons checks totals that differ in one habit each.
func TestCheckReasons(t *testing.T) {
	plain := checked{elements: plainElements, periods: plainPeriods}
	with := func(c checked, totals string) checked { c.totals = ", " + totals; return c }
	limited := plain
	limited.limits = `, "max_price": {"excl_vat": 1.00}`
	hourTrap := checked{elements: `{"price_components": [{"type": "TIME", "price": 6.00, "step_size": 600}]}`,
		periods: `{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "TIME", "volume": 0.1667}]}, {"start_date_time": "2026-03-02T09:10:00Z", "dimensions": [{"type": "ENERGY", "volume": 0}]}`}
	power := func(dimensions string) checked {
		return checked{elements: powerElements, periods: `{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 5}` + dimensions + `]}`}
	}
	clock := checked{elements: clockElements, periods: `{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 6}, {"type": "TIME", "volume": 0.3333}]}`}
	free := checked{elements: `{"price_components": [{"type": "PARKING_TIME", "price": 6.00, "step_size": 900}], "restrictions": {"end_time": "10:05"}}`,
		periods: `{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "PARKING_TIME", "volume": 0.0833}]}, {"start_date_time": "2026-03-02T09:05:00Z", "dimensions": [{"type": "PARKING_TIME", "volume": 0.25}]}`}
	noEnergy := checked{elements: plainElements, periods: `{"start_date_time": "2026-03-02T09:00:00Z", "dimensions": [{"type": "TIME", "volume": 0.3333}]}`}
	for _, test := range []struct {
		cdr   checked
		field string
		want  string // code; empty: it agrees; "?": no reason
	}{
		{with(plain, `"total_cost": {"excl_vat": 1.89, "incl_vat": 2.24}`), "total_cost.excl_vat", ""},
		{with(plain, `"total_cost": {"excl_vat": 1.8945, "incl_vat": 2.2398}`), "total_cost.incl_vat", ""},
		{with(plain, `"total_energy_cost": {"excl_vat": 0.6645}, "total_energy": 2.215, "total_time": 0.3333, "total_parking_time": 0.1333`), "total_energy", ""},
		{with(plain, `"total_cost": {"excl_vat": 2.01}`), "total_cost.excl_vat", "step_per_period"},
		{with(plain, `"total_parking_cost": {"excl_vat": 0.30}`), "total_parking_cost.excl_vat", "step_combined"},
		{with(plain, `"total_parking_cost": {"excl_vat": 0.13}`), "total_parking_cost.excl_vat", "step_none"},
		{with(plain, `"total_parking_cost": {"excl_vat": 0.14}`), "total_parking_cost.excl_vat", "step_none"},
		{with(free, `"total_parking_cost": {"excl_vat": 1.5}`), "total_parking_cost.excl_vat", ""},
		{with(free, `"total_parking_cost": {"excl_vat": 2.0}`), "total_parking_cost.excl_vat", "?"},
		{with(clock, `"total_cost": {"excl_vat": 2.70}`), "total_cost.excl_vat", "split_linear"},
		{with(clock, `"total_cost": {"excl_vat": 3.60}`), "total_cost.excl_vat", ""},
		{with(power(""), `"total_cost": {"excl_vat": 3.00}`), "total_cost.excl_vat", "missing_power_matches"},
		{with(power(`, {"type": "MIN_POWER", "volume": 11}, {"type": "MAX_POWER", "volume": 40}`), `"total_cost": {"excl_vat": 3.00}`), "total_cost.excl_vat", "power_reached"},
		{with(hourTrap, `"total_cost": {"excl_vat": 2.00}`), "total_cost.excl_vat", "times_as_written"},
		{with(plain, `"total_cost": {"excl_vat": 1.894}`), "total_cost.excl_vat", ""},
		{with(plain, `"total_energy_cost": {"excl_vat": 0.66, "incl_vat": 0.80}`), "total_energy_cost.incl_vat", ""},
		{with(plain, `"total_cost": {"incl_vat": 2.23}`), "total_cost.incl_vat", "truncated"},
		{with(plain, `"total_cost": {"excl_vat": 1.90}`), "total_cost.excl_vat", "rounded_up"},
		{with(plain, `"total_cost": {"incl_vat": 1.89}`), "total_cost.incl_vat", "tax_left_out"},
		{with(plain, `"total_cost": {"excl_vat": 2.24}`), "total_cost.excl_vat", "tax_left_out"},
		{with(plain, `"total_cost": {"excl_vat": -1.89}`), "total_cost.excl_vat", "sign"},
		{with(plain, `"total_cost": {"excl_vat": 5.50}, "total_energy_cost": {"excl_vat": 5.00}, "total_fixed_cost": {"excl_vat": 0.50}`), "total_cost.excl_vat", "own_parts"},
		{with(plain, `"total_cost": {"excl_vat": 5.50}, "total_energy_cost": {"excl_vat": 5.00}, "total_fixed_cost": {"excl_vat": 0.50}`), "total_energy_cost.excl_vat", "?"},
		{with(limited, `"total_cost": {"excl_vat": 1.00}`), "total_cost.excl_vat", ""},
		{with(limited, `"total_cost": {"excl_vat": 1.8945}`), "total_cost.excl_vat", "limits_ignored"},
		{with(limited, `"total_time_cost": {"excl_vat": 0.2534}`), "total_time_cost.excl_vat", "limited_parts"},
		{with(plain, `"total_time_cost": {"excl_vat": 0.73}`), "total_time_cost.excl_vat", "other_parts"},
		{with(plain, `"total_fixed_cost": {"excl_vat": 0}`), "total_fixed_cost.excl_vat", "other_parts"},
		{with(plain, `"total_fixed_cost": {"excl_vat": 1.50}`), "total_fixed_cost.excl_vat", "fee_repeated"},
		{with(plain, `"total_parking_cost": {"incl_vat": 0.3025}`), "total_parking_cost.incl_vat", "highest_vat"},
		{with(plain, `"total_cost": {"incl_vat": 2.2923}`), "total_cost.incl_vat", "highest_vat"},
		{with(plain, `"total_energy": 2215`), "total_energy", "unit"},
		{with(plain, `"total_time": 20`), "total_time", "unit"},
		{with(plain, `"total_time": 1200`), "total_time", "unit"},
		{with(plain, `"total_time": 7`), "total_time", "?"},
		{with(noEnergy, `"total_energy": 7`), "total_energy", "energy_missing"},
	} {
		check, err := test.cdr.check(t, Options{})
		if err != nil {
			t.Errorf("%s: %v", test.cdr.totals, err)
			continue
		}
		got := "no such total"
		for _, f := range check.Findings {
			if f.Field != test.field {
				continue
			}
			switch got = "?"; {
			case f.Agrees:
				got = ""
			case f.Reason != nil:
				got = f.Reason.Code
			}
		}
		if got != test.want {
			t.Errorf("%s: %s: got %q, want %q", test.cdr.totals, test.field, got, test.want)
		}
	}
}

// TestCheckUnderOtherReadings checks by the reading that the other party chose.
func TestCheckUnderOtherReadings(t *testing.T) {
	c := checked{elements: plainElements, periods: plainPeriods, totals: `, "total_cost": {"excl_vat": 2.0145}`}
	check, err := c.check(t, Options{StepSize: StepPerPeriod})
	if err != nil || !check.Agrees {
		t.Errorf("got %+v, %v", check.Findings, err)
	}
	for _, w := range check.Priced.Warnings {
		if w.Code == "total_differs" {
			t.Error("differences stand twice")
		}
	}
}

func TestNothingToCheck(t *testing.T) {
	_, err := checked{elements: plainElements, periods: plainPeriods}.check(t, Options{})
	if f := fault.As(err); f == nil || f.Code != "nothing_declared" || !strings.Contains(f.Message, "kwote price --cdr") {
		t.Errorf("got %v", err)
	}
}

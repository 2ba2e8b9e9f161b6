package tariff

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
)

// parseUnitPrice reads "0.49/kWh", "0.10/min", "2.40/h", "2.00 flat", or "1.00"
// for a fixed fee.
func parseUnitPrice(s string, k Kind) (money.Price, Unit, error) {
	number, suffix, has := strings.Cut(s, "/")
	amount, flat := strings.CutSuffix(s, "flat")
	unit, err := unitOf(k, strings.TrimSpace(suffix), has || flat)
	if flat && k.Measure() != InFees {
		number, unit, err = amount, Flat, nil
	}
	if err != nil {
		return 0, 0, fmt.Errorf("price %q %w", s, err)
	}
	p, err := money.ParsePrice(strings.TrimSpace(number))
	if err != nil {
		return 0, 0, fmt.Errorf("price %q: %w", s, err)
	}
	return p, unit, nil
}

func unitOf(k Kind, suffix string, has bool) (Unit, error) {
	switch k.Measure() {
	case InEnergy:
		if suffix == "kWh" {
			return PerKWh, nil
		}
		return 0, errors.New("needs its unit: write it per kWh, as 0.49/kWh")
	case InFees:
		if !has {
			return PerSession, nil
		}
		return 0, errors.New("is a fixed fee and has no unit: write 1.00")
	}
	switch suffix {
	case "min":
		return PerMinute, nil
	case "h":
		return PerHour, nil
	}
	return 0, errors.New("needs its unit: write it per minute or hour, as 0.10/min or 6.00/h")
}

// maxDuration bounds what a tariff can count: about ten years.
const maxDuration = 3653 * 86400

// parseDuration reads "15 min", "4 h", "90 s" or several of them, "1 h 30 min".
func parseDuration(s string) (int64, error) {
	bad := fmt.Errorf("%q is not a duration such as 15 min, 4 h or 1 h 30 min", s)
	words := strings.Fields(s)
	if len(words) == 0 || len(words)%2 != 0 {
		return 0, bad
	}
	var total int64
	for i := 0; i < len(words); i += 2 {
		n, err := strconv.ParseInt(words[i], 10, 32)
		factor := map[string]int64{"s": 1, "min": 60, "h": 3600, "d": 86400}[words[i+1]]
		if err != nil || factor == 0 {
			return 0, bad
		}
		if n < 0 {
			return 0, fmt.Errorf("%q is negative; a duration counts from zero", s)
		}
		if total += n * factor; total > maxDuration {
			return 0, fmt.Errorf("%q is longer than ten years", s)
		}
	}
	return total, nil
}

// formatDuration is the shortest form that parseDuration reads back.
func formatDuration(s int64) string {
	var parts []string
	for _, u := range []struct {
		n    int64
		name string
	}{{3600, "h"}, {60, "min"}, {1, "s"}} {
		if n := s / u.n; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			s -= n * u.n
		}
	}
	if len(parts) == 0 {
		return "0 s"
	}
	return strings.Join(parts, " ")
}

// notation is how documents write a kind of quantity: a number and a unit.
type notation struct {
	name, example string
	// units gives each unit the number of its billionths that one counted step
	// holds.
	units map[string]int64
}

var (
	inEnergy  = notation{"an energy", "10 kWh or 500 Wh", map[string]int64{"kWh": 1, "Wh": 1_000}}
	inPower   = notation{"a power", "11 kW or 500 W", map[string]int64{"kW": 1_000, "W": 1_000_000}}
	inCurrent = notation{"a current", "16 A or 0.5 A", map[string]int64{"A": 1_000_000}}
)

// parse reads "10 kWh" and the like into whole steps: µWh, mW or mA.
func (n notation) parse(s string) (int64, error) {
	number, unit, _ := strings.Cut(strings.TrimSpace(s), " ")
	q, err := energy.ParseKWh(number)
	step := n.units[strings.TrimSpace(unit)]
	if err != nil || step == 0 {
		return 0, fmt.Errorf("%q is not %s such as %s", s, n.name, n.example)
	}
	if q < 0 {
		return 0, fmt.Errorf("%q is negative; %s counts from zero", s, n.name)
	}
	if int64(q)%step != 0 {
		return 0, fmt.Errorf("%q is finer than can be counted", s)
	}
	return int64(q) / step, nil
}

// parseEnergy reads "10 kWh", "0.2 kWh" or "500 Wh".
func parseEnergy(s string) (energy.Quantity, error) {
	q, err := inEnergy.parse(s)
	return energy.Quantity(q), err
}

// ParsePower reads "11 kW" or "500 W".
func ParsePower(s string) (energy.Power, error) {
	p, err := inPower.parse(s)
	return energy.Power(p), err
}

// formatPower is in W below a kilowatt and in kW from there on.
func formatPower(p energy.Power) string {
	if p < energy.KW {
		return formatSteps(int64(p), int64(energy.W)) + " W"
	}
	return formatSteps(int64(p), int64(energy.KW)) + " kW"
}

// parseCurrent reads "16 A" into milliamperes.
func parseCurrent(s string) (int64, error) { return inCurrent.parse(s) }

func formatCurrent(milliamperes int64) string { return formatSteps(milliamperes, 1000) + " A" }

func formatEnergy(q energy.Quantity) string { return shortest(q.String()) + " kWh" }

// formatSteps is n/perUnit, a power of ten up to a million, as the shortest
// decimal.
func formatSteps(n, perUnit int64) string {
	return shortest(fmt.Sprintf("%d.%0*d", n/perUnit, len(strconv.FormatInt(perUnit, 10))-1, n%perUnit))
}

// shortest is a decimal with a point, without needless zeros.
func shortest(decimal string) string {
	return strings.TrimSuffix(strings.TrimRight(decimal, "0"), ".")
}

// parseRate reads a percentage such as "19" or "5.5" into millionths.
func parseRate(s string) (int64, error) {
	n, ok := parsePercent(s, Whole)
	if !ok {
		return 0, fmt.Errorf("%q is not a tax rate in percent between 0 and 100, such as 19 or 9.975", s)
	}
	return n, nil
}

// parsePercent reads a percentage of at most four decimals into millionths,
// from zero to most.
func parsePercent(s string, most int64) (int64, bool) {
	p, err := money.ParsePrice(s)
	if err != nil || p < 0 || int64(p)%100_000 != 0 || int64(p)/100_000 > most {
		return 0, false
	}
	return int64(p) / 100_000, true
}

// FormatRate is a rate in millionths as a percentage without the sign: "19",
// "9.975".
func FormatRate(millionths int64) string {
	return shortest(money.Price(millionths * 100_000).String())
}

// parseMonthDay reads "04-01", a day that some year has.
func parseMonthDay(s string) (MonthDay, error) {
	d, err := calendar.ParseDate("2024-" + s) // a leap year
	if err != nil {
		return 0, fmt.Errorf("%q is not a day of the year such as 04-01", s)
	}
	_, month := d.YearMonth()
	return MonthDay(int(month)*100 + int(d-calendar.NewDate(2024, month, 1)) + 1), nil
}

// String is the day as month and day, "04-01".
func (d MonthDay) String() string { return fmt.Sprintf("%02d-%02d", d/100, d%100) }

// parseInstant reads an instant that can be written back: in UTC, too, its year
// has four digits.
func parseInstant(s string) (calendar.Instant, error) {
	i, err := calendar.ParseInstant(s)
	if err != nil {
		return 0, err
	}
	if _, err := calendar.ParseInstant(i.String()); err != nil {
		return 0, fmt.Errorf("%q lies outside the years 0 to 9999", s)
	}
	return i, nil
}

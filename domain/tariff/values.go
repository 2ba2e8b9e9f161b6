package tariff

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kwote/domain/energy"
	"kwote/domain/money"
)

// parseUnitPrice reads "0.49/kWh", "0.10/min", "2.40/h", or "1.00" for a fixed
// fee.
func parseUnitPrice(s string, k Kind) (money.Price, Unit, error) {
	number, suffix, has := strings.Cut(s, "/")
	unit, err := unitOf(k, strings.TrimSpace(suffix), has)
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
	switch k {
	case Energy:
		if suffix == "kWh" {
			return PerKWh, nil
		}
		return 0, errors.New("needs its unit: write it per kWh, as 0.49/kWh")
	case Session:
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

// parseEnergy reads "10 kWh", "0.2 kWh" or "500 Wh".
func parseEnergy(s string) (energy.Quantity, error) {
	number, unit, _ := strings.Cut(strings.TrimSpace(s), " ")
	q, err := energy.ParseKWh(number)
	unit = strings.TrimSpace(unit)
	if err != nil || unit != "kWh" && unit != "Wh" {
		return 0, fmt.Errorf("%q is not an energy such as 10 kWh or 500 Wh", s)
	}
	if q < 0 {
		return 0, fmt.Errorf("%q is negative; an energy counts from zero", s)
	}
	if unit == "Wh" {
		if q%1000 != 0 {
			return 0, fmt.Errorf("%q is finer than can be counted", s)
		}
		q /= 1000
	}
	return q, nil
}

func formatEnergy(q energy.Quantity) string {
	s := strings.TrimRight(q.String(), "0")
	return strings.TrimSuffix(s, ".") + " kWh"
}

// parseRate reads a percentage such as "19" or "5.5" into millionths.
func parseRate(s string) (int64, error) {
	p, err := money.ParsePrice(s)
	if err != nil || p < 0 || p > 100_000_000_000 || int64(p)%100_000 != 0 {
		return 0, fmt.Errorf("%q is not a tax rate in percent between 0 and 100, such as 19 or 9.975", s)
	}
	return int64(p) / 100_000, nil
}

// FormatRate is a rate in millionths as a percentage without the sign: "19",
// "9.975".
func FormatRate(millionths int64) string {
	s := strings.TrimRight(money.Price(millionths*100_000).String(), "0")
	return strings.TrimSuffix(s, ".")
}

func formatEnergyInt(q int64) string { return formatEnergy(energy.Quantity(q)) }

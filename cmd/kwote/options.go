package main

import (
	"fmt"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/tariff"
)

// powerOption reads a power as documents write it, the space left out or not:
// "22 kW", "22kW".
func powerOption(name, s string) (energy.Power, error) {
	number := strings.TrimRight(s, "kW ")
	p, err := tariff.ParsePower(number + " " + strings.TrimSpace(strings.TrimPrefix(s, number)))
	if err != nil {
		return 0, fault.At(fault.Invalid, "power_malformed", name, fmt.Sprintf("%q is not a power such as 22 kW", s))
	}
	return p, nil
}

// energyOption reads a number of kWh, with its unit or without.
func energyOption(name, s string) (energy.Quantity, error) {
	q, err := energy.ParseKWh(strings.TrimSuffix(s, " kWh"))
	if err != nil || q < 0 {
		return 0, fault.At(fault.Invalid, "energy_malformed", name, fmt.Sprintf("%q is not an energy in kWh such as 30", s))
	}
	return q, nil
}

// instantOption reads an instant with its offset, or a local time of the zone.
func instantOption(name, s string, zone *calendar.Zone) (calendar.Instant, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, zone.Location()); err == nil && t.Year() >= 1990 && t.Year() < 2100 {
			return calendar.Of(t), nil
		}
	}
	return 0, fault.At(fault.Invalid, "time_malformed", name, fmt.Sprintf("%q is not a time such as 2026-05-04T10:00 between the years 1990 and 2099", s))
}

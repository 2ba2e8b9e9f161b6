package api

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
)

// What the wire says in words of its own: decimals as strings, instants as
// RFC 3339, enumerations in lower case.

// kilowatts is a power in kW without trailing zeros; empty where it is
// unknown.
func kilowatts(p energy.Power) string {
	if p == 0 {
		return ""
	}
	whole, part := p/energy.KW, p%energy.KW
	if part == 0 {
		return strconv.FormatInt(int64(whole), 10)
	}
	return strings.TrimRight(fmt.Sprintf("%d.%06d", whole, part), "0")
}

// parseKilowatts reads a decimal of kW with at most six decimals; nothing is
// an unknown power.
func parseKilowatts(field, s string) (energy.Power, error) {
	if s == "" {
		return 0, nil
	}
	// A kWh has nine decimals in a Quantity, a kW six in a Power.
	q, err := energy.ParseKWh(s)
	if err == nil && q%1000 != 0 {
		err = errors.New("has more than six decimals")
	}
	if err != nil {
		return 0, fault.At(fault.Invalid, "power_malformed", field, fmt.Sprintf("%q is not a power in kW such as 150 or 22.08", s)).Because(err)
	}
	return energy.Power(q / 1000), nil
}

func parseEnergy(field, s string) (energy.Quantity, error) {
	q, err := energy.ParseKWh(s)
	if err != nil {
		return 0, fault.At(fault.Invalid, "energy_malformed", field,
			fmt.Sprintf("%q is not an energy in kWh such as 12.5 with at most nine decimals", s)).Because(err)
	}
	if q < 0 {
		return 0, fault.At(fault.Invalid, "energy_negative", field, fmt.Sprintf("%s kWh is below zero; a meter only counts up", q))
	}
	return q, nil
}

// parseInstant reads an instant; nothing is 0.
func parseInstant(field, s string) (calendar.Instant, error) {
	if s == "" {
		return 0, nil
	}
	i, err := calendar.ParseInstant(s)
	if err != nil {
		return 0, fault.At(fault.Invalid, "instant_malformed", field, err.Error())
	}
	return i, nil
}

// parseDate reads a local date; nothing is nil.
func parseDate(field, s string) (*calendar.Date, error) {
	if s == "" {
		return nil, nil
	}
	day, err := calendar.ParseDate(s)
	if err != nil {
		return nil, fault.At(fault.Invalid, "date_malformed", field, err.Error())
	}
	return &day, nil
}

// optional is an instant of which 0 says that there is none.
func optional(i calendar.Instant) string {
	if i == 0 {
		return ""
	}
	return i.String()
}

// orEmpty is the list that JSON writes as [] where there is nothing.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

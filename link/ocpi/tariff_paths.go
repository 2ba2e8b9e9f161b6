package ocpi

import (
	"strconv"
	"strings"
)

// PathOf is the place in the tariff that a place in its Kwote document, such as
// "energy.rules[1].price", comes from. What comes from no single place is the
// tariff's elements.
func (t Tariff) PathOf(document string) string {
	for from, to := range map[string]string{"total.atLeast": "min_price", "total.atMost": "max_price", "preauthorise": "preauthorize_amount",
		"title": "tariff_alt_text", "valid": "start_date_time", "type": "type"} {
		if strings.HasPrefix(document, from) {
			return to
		}
	}
	kind, rest, _ := strings.Cut(document, ".rules[")
	number, field, _ := strings.Cut(rest, "]")
	at := 0
	for _, r := range t.ruled(func(string, string, string, ...any) {}) {
		if r.kind.String() != kind {
			continue
		}
		if number == strconv.Itoa(at) {
			return placeOf(r, strings.TrimPrefix(field, "."))
		}
		at++
	}
	return "elements"
}

// placeOf is a field of a rule as a place in its component or element.
func placeOf(r ruled, field string) string {
	element, _, _ := strings.Cut(r.path, ".price_components")
	switch {
	case strings.HasPrefix(field, "when"):
		return element + ".restrictions"
	case strings.HasPrefix(field, "price.tax"):
		return r.path + ".vat"
	case field != "":
		return r.path + "." + field
	}
	return r.path
}

package ocpi

import "testing"

func TestPathOf(t *testing.T) {
	source, _, err := ReadTariff([]byte(`{"country_code": "NL", "party_id": "XYZ", "id": "12", "currency": "EUR", "last_updated": "2026-01-01T00:00:00Z", "elements": [
		{"price_components": [{"type": "FLAT", "price": 1, "step_size": 1}], "restrictions": {"day_of_week": ["MONDAY"]}},
		{"price_components": [{"type": "ENERGY", "price": 0.30, "step_size": 1}, {"type": "FLAT", "price": 2, "step_size": 1}]}]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	for document, want := range map[string]string{
		"energy.rules[0]":               "elements[1].price_components[0]",
		"session.rules[0].when":         "elements[0].restrictions",
		"session.rules[1].price":        "elements[1].price_components[1].price",
		"session.rules[1].price.tax[0]": "elements[1].price_components[1].vat",
		"session.rules[2]":              "elements",
		"energy":                        "elements",
		"total.atLeast":                 "min_price",
		"total.atMostWithTax":           "max_price",
	} {
		if got := source.PathOf(document); got != want {
			t.Errorf("%s comes from %s, want %s", document, got, want)
		}
	}
}

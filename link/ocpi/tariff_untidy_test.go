package ocpi

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"kwote/domain/fault"
)

// tidy is a tariff that is as it should be. Cases below spoil a part of it.
const tidy = `{
  "country_code": "DE", "party_id": "ALL", "id": "14", "currency": "EUR",
  "elements": [{
    "price_components": [{"type": "ENERGY", "price": 0.25, "vat": 19, "step_size": 1}],
    "restrictions": {"start_time": "08:00", "end_time": "20:00", "day_of_week": ["MONDAY"], "min_kwh": 5}
  }, {
    "price_components": [{"type": "FLAT", "price": 0.5, "vat": 19, "step_size": 1}]
  }],
  "last_updated": "2024-06-01T00:00:00Z"
}`

// spoil replaces parts of the tidy tariff, from and to in turn.
func spoil(t *testing.T, pairs ...string) []byte {
	t.Helper()
	s := tidy
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("%s is not in the tidy tariff", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return []byte(s)
}

// TestUntidy holds that what real feeds get wrong means the same as the tidy
// tariff, with a warning that names the place.
func TestUntidy(t *testing.T) {
	want, warnings, err := ReadTariff([]byte(tidy), V221)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	for _, c := range []struct {
		name, code, path string
		version          Version
		pairs            []string
	}{
		{"price as text", "number_as_text", "elements[0].price_components[0].price", "", []string{`0.25`, `"0.25"`}},
		{"exponent", "", "", "", []string{`0.25`, `2.5e-1`}},
		{"long exponent", "", "", "", []string{`0.25`, `0.00025E+3`}},
		{"trailing zeros", "", "", "", []string{`0.25`, `0.2500000000000000000000`}},
		{"float noise", "number_rounded", "elements[0].price_components[0].price", "", []string{`0.25`, `0.25000000000000004`}},
		{"vat as fraction", "vat_fraction", "elements[0].price_components[0].vat", "", []string{`"vat": 19`, `"vat": 0.19`}},
		{"vat as text", "number_as_text", "elements[0].price_components[0].vat", "", []string{`"vat": 19`, `"vat": "19.0"`}},
		{"unknown field", "unknown_field", "elements[0].price_components[0].colour", "", []string{`"price": 0.25`, `"price": 0.25, "colour": "red"`}},
		{"unknown field at the top", "unknown_field", "custom", "", []string{`"id": "14"`, `"id": "14", "custom": {"deep": [1]}`}},
		{"lower-case type", "not_upper_case", "elements[0].price_components[0].type", "", []string{`"ENERGY"`, `"energy"`}},
		{"lower-case day", "not_upper_case", "elements[0].restrictions.day_of_week[0]", "", []string{`"MONDAY"`, `"Monday"`}},
		{"lower-case currency", "not_upper_case", "currency", "", []string{`"EUR"`, `"eur"`}},
		{"seconds in times", "time_form", "elements[0].restrictions.start_time", "", []string{`"08:00"`, `"08:00:00"`}},
		{"short hour", "time_form", "elements[0].restrictions.start_time", "", []string{`"08:00"`, `"8:00"`}},
		{"single component for a list", "single_for_list", "elements[0].price_components", "", []string{`[{"type": "ENERGY", "price": 0.25, "vat": 19, "step_size": 1}]`, `{"type": "ENERGY", "price": 0.25, "vat": 19, "step_size": 1}`}},
		{"single day for a list", "single_for_list", "elements[0].restrictions.day_of_week", "", []string{`["MONDAY"]`, `"MONDAY"`}},
		{"empty list for restrictions", "list_for_object", "elements[1].restrictions", "", []string{`0.5, "vat": 19, "step_size": 1}]`, `0.5, "vat": 19, "step_size": 1}], "restrictions": []`}},
		{"list of one for restrictions", "list_for_object", "elements[0].restrictions", "", []string{`{"start_time": "08:00", "end_time": "20:00", "day_of_week": ["MONDAY"], "min_kwh": 5}`, `[{"start_time": "08:00", "end_time": "20:00", "day_of_week": ["MONDAY"], "min_kwh": 5}]`}},
		{"empty restrictions", "", "", "", []string{`0.5, "vat": 19, "step_size": 1}]`, `0.5, "vat": 19, "step_size": 1}], "restrictions": {}`}},
		{"nulls", "", "", "", []string{`"min_kwh": 5`, `"min_kwh": 5, "max_kwh": null, "reservation": null, "start_date": ""`}},
		{"flat step of nothing", "", "", "", []string{`"price": 0.5, "vat": 19, "step_size": 1`, `"price": 0.5, "vat": 19, "step_size": 0`}},
		{"no zone in a time", "", "", "", []string{`"2024-06-01T00:00:00Z"`, `"2024-06-01T00:00:00"`}},
		{"fraction in a time", "", "", "", []string{`"2024-06-01T00:00:00Z"`, `"2024-06-01T00:00:00.123Z"`}},
		{"offset in a time", "datetime_offset", "last_updated", "", []string{`"2024-06-01T00:00:00Z"`, `"2024-06-01T02:00:00+02:00"`}},
		{"blank in a time", "datetime_form", "last_updated", "", []string{`"2024-06-01T00:00:00Z"`, `"2024-06-01 00:00:00"`}},
		{"envelope", "", "", "", []string{tidy, `{"status_code": 1000, "data": ` + tidy + `, "timestamp": "2024-06-01T00:00:00Z"}`}},
		{"list of one", "", "", "", []string{tidy, "[" + tidy + "]"}},
		{"camel case", "restriction_spelled", "elements[0].restrictions.minKwh", "", []string{`"min_kwh"`, `"minKwh"`}},
		{"capitals", "restriction_spelled", "elements[0].restrictions.MIN_KWH", "", []string{`"min_kwh"`, `"MIN_KWH"`}},
		{"inferred version", "", "", "infer", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			version := V221
			if c.version == "infer" {
				version = ""
			}
			got, warnings, err := ReadTariff(spoil(t, c.pairs...), version)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := inEssence(got), inEssence(want); !reflect.DeepEqual(a, b) {
				t.Errorf("read as\n%+v\nwant\n%+v", a, b)
			}
			if c.code == "" {
				if len(warnings) > 0 {
					t.Errorf("warned without need: %v", warnings)
				}
				return
			}
			if !slices.ContainsFunc(warnings, func(w Warning) bool { return w.Code == c.code && w.Path == c.path }) {
				t.Errorf("no warning %s at %s among %v", c.code, c.path, warnings)
			}
		})
	}
}

// inEssence is the tariff without where in a message it stood.
func inEssence(t Tariff) Tariff {
	elements := slices.Clone(t.Elements)
	for i := range elements {
		elements[i].path = ""
		elements[i].Components = slices.Clone(elements[i].Components)
		for j := range elements[i].Components {
			elements[i].Components[j].path = ""
		}
	}
	t.Elements = elements
	return t
}

// TestDoubtful holds that readings which change nothing of the tidy tariff's
// shape are named.
func TestDoubtful(t *testing.T) {
	for _, c := range []struct {
		name, code, path string
		version          Version
		pairs            []string
	}{
		{"step of nothing", "step_size_zero", "elements[0].price_components[0].step_size", V221, []string{`"step_size": 1`, `"step_size": 0`}},
		{"no step", "step_size_missing", "elements[0].price_components[0].step_size", V221, []string{`, "step_size": 1`, ``}},
		{"last minute", "end_time_2359", "elements[0].restrictions.end_time", V221, []string{`20:00`, `23:59`}},
		{"equal times", "equal_times", "elements[0].restrictions", V221, []string{`20:00`, `08:00`}},
		{"nothing between", "never_active", "elements[0].restrictions", V221, []string{`"min_kwh": 5`, `"min_kwh": 5, "max_kwh": 5`}},
		{"no such day", "never_active", "elements[0].restrictions", V221, []string{`"min_kwh": 5`, `"start_date": "2026-05-05", "end_date": "2026-05-06"`}},
		{"shadowed", "unreachable", "elements[2].price_components[0]", V221, []string{`"step_size": 1}]
  }],`, `"step_size": 1}]
  }, {"price_components": [{"type": "FLAT", "price": 9, "vat": 19, "step_size": 1}], "restrictions": {"min_kwh": 1}}],`}},
		{"twice in an element", "component_twice", "elements[1].price_components[1]", V221, []string{`{"type": "FLAT"`, `{"type": "FLAT", "price": 1, "step_size": 1}, {"type": "FLAT"`}},
		{"energy of a reservation", "component_ignored", "elements[0].price_components[0]", V221, []string{`"min_kwh": 5`, `"reservation": "RESERVATION"`}},
		{"later field", "field_of_later_version", "tax_included", V221, []string{`"id": "14"`, `"id": "14", "tax_included": "NO"`}},
		{"tax_included missing", "tax_included_missing", "tax_included", V230, nil},
		{"bare limit", "bare_amount", "min_price", V221, []string{`"id": "14"`, `"id": "14", "min_price": 0.5`}},
		{"limit of another version", "field_of_other_version", "max_price", V221, []string{`"id": "14"`, `"id": "14", "max_price": {"before_taxes": 5}`}},
		{"ends before it starts", "never_valid", "end_date_time", V221, []string{`"id": "14"`, `"id": "14", "start_date_time": "2026-02-01T00:00:00Z", "end_date_time": "2026-01-01T00:00:00Z"`}},
		{"limit after tax below the one before", "limit_doubtful", "max_price", V221, []string{`"id": "14"`, `"id": "14", "max_price": {"excl_vat": 5, "incl_vat": 4}`}},
		{"limit after tax alone", "limit_doubtful", "min_price", V221, []string{`"id": "14"`, `"id": "14", "min_price": {"incl_vat": 4}`}},
		{"limit after taxes alone", "limit_doubtful", "min_price", V230, []string{`"id": "14"`, `"id": "14", "min_price": {"after_taxes": 4}`}},
		{"restriction nobody knows", "restriction_unknown", "elements[0].restrictions.max_soc", V221, []string{`"min_kwh": 5`, `"min_kwh": 5, "max_soc": 80`}},
		{"type nobody knows", "type_unknown", "type", V221, []string{`"id": "14"`, `"id": "14", "type": "VIP"`}},
		{"half a step", "number_rounded", "elements[0].price_components[0].step_size", V221, []string{`"step_size": 1`, `"step_size": 1.5`}},
		{"half a second", "number_rounded", "elements[0].restrictions.min_duration", V221, []string{`"min_kwh": 5`, `"min_duration": 59.5`}},
		{"not UTF-8", "not_utf8", "id", V221, []string{`"14"`, "\"1\xff\""}},
		{"fee of reservations before that of expired ones", "reservation_order", "elements[3].price_components[0]", V221, []string{`"step_size": 1}]
  }],`, `"step_size": 1}]
  }, {"price_components": [{"type": "FLAT", "price": 1, "step_size": 1}], "restrictions": {"reservation": "RESERVATION_EXPIRES"}}],`, `"price_components": [{"type": "ENERGY"`, `"price_components": [{"type": "FLAT", "price": 2, "step_size": 1}], "restrictions": {"reservation": "RESERVATION"}}, {"price_components": [{"type": "ENERGY"`}},
		{"empty days", "list_empty", "elements[0].restrictions.day_of_week", V221, []string{`["MONDAY"]`, `[]`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, warnings, err := ReadTariff(spoil(t, c.pairs...), c.version)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(warnings, func(w Warning) bool { return w.Code == c.code && w.Path == c.path }) {
				t.Errorf("no warning %s at %s among %v", c.code, c.path, warnings)
			}
		})
	}
}

// TestRefused holds that what could mean two things is refused with its path.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name, code, path string
		pairs            []string
	}{
		{"not JSON", "json_unreadable", "", []string{tidy, `{"id": `}},
		{"not a number", "number_malformed", "elements[0].price_components[0].price", []string{`0.25`, `"a quarter"`}},
		{"NaN", "number_malformed", "elements[0].price_components[0].price", []string{`0.25`, `"NaN"`}},
		{"comma", "number_malformed", "elements[0].price_components[0].price", []string{`0.25`, `"0,25"`}},
		{"endless price", "number_malformed", "elements[0].price_components[0].price", []string{`0.25`, `1e308`}},
		{"endless exponent", "number_malformed", "elements[0].price_components[0].price", []string{`0.25`, `1e999999999999999999999`}},
		{"price of a list", "wrong_kind", "elements[0].price_components[0].price", []string{`0.25`, `[0.25]`}},
		{"no price", "required", "elements[0].price_components[0].price", []string{`"price": 0.25, `, ``}},
		{"time below zero", "number_negative", "elements[1].price_components[0].price", []string{`0.5`, `-0.5`}},
		{"unknown type", "word_unknown", "elements[0].price_components[0].type", []string{`"ENERGY"`, `"POWER"`}},
		{"no type", "required", "elements[0].price_components[0].type", []string{`"type": "ENERGY", `, ``}},
		{"VAT above all", "number_out_of_range", "elements[0].price_components[0].vat", []string{`"vat": 19`, `"vat": 190`}},
		{"VAT below zero", "number_negative", "elements[0].price_components[0].vat", []string{`"vat": 19`, `"vat": -19`}},
		{"unknown currency", "currency_unknown", "currency", []string{`"EUR"`, `"EURO"`}},
		{"no currency", "required", "currency", []string{`"currency": "EUR",`, ``}},
		{"unknown day", "word_unknown", "elements[0].restrictions.day_of_week[0]", []string{`"MONDAY"`, `"MONTAG"`}},
		{"no time of day", "time_malformed", "elements[0].restrictions.start_time", []string{`"08:00"`, `"8 am"`}},
		{"no date", "date_malformed", "elements[0].restrictions.start_date", []string{`"min_kwh"`, `"start_date": "1.5.2026", "min_kwh"`}},
		{"no instant", "datetime_malformed", "last_updated", []string{`"2024-06-01T00:00:00Z"`, `"June"`}},
		{"unknown reservation", "word_unknown", "elements[0].restrictions.reservation", []string{`"min_kwh": 5`, `"reservation": "MAYBE"`}},
		{"booking", "booking_unknown", "elements[0].restrictions.booking", []string{`"min_kwh": 5`, `"booking": "BOOKING"`}},
		{"no elements", "required", "elements", []string{tidy, `{"id": "1", "currency": "EUR", "elements": []}`}},
		{"no components", "required", "elements[0].price_components", []string{tidy, `{"id": "1", "currency": "EUR", "elements": [{"price_components": []}]}`}},
		{"YAML", "json_unreadable", "", []string{tidy, "id: 14\nelements: []"}},
		{"single quotes", "json_unreadable", "", []string{tidy, `{'id': '14'}`}},
		{"answer without data", "no_data", "", []string{tidy, `{"status_code": 2001, "status_message": "Invalid token", "timestamp": "2024-06-01T00:00:00Z"}`}},
		{"charge detail record", "is_cdr", "", []string{tidy, `{"id": "1", "charging_periods": [{}]}`}},
		{"charge detail records", "is_cdr", "", []string{tidy, `[{"charging_periods": [{}]}, {"charging_periods": [{}]}]`}},
		{"restriction in two spellings", "restriction_twice", "elements[0].restrictions.minKwh", []string{`"min_kwh": 5`, `"min_kwh": 5, "minKwh": 6`}},
		{"least above most in a list", "contradiction", "[0].min_price", []string{tidy, "[" + tidy + "]", `"id": "14"`, `"id": "14", "min_price": {"excl_vat": 5}, "max_price": {"excl_vat": 4}`}},
		{"two tariffs", "not_one_tariff", "", []string{tidy, "[" + tidy + "," + tidy + "]"}},
		{"least above most", "contradiction", "min_price", []string{`"id": "14"`, `"id": "14", "min_price": {"excl_vat": 5}, "max_price": {"excl_vat": 4}`}},
		{"field twice", "json_unreadable", "", []string{`"price": 0.25`, `"price": 0.25, "price": 0.35`}},
		{"NUL", "text_unreadable", "id", []string{`"14"`, `"1\u0000"`}},
		{"unknown tax_included", "word_unknown", "tax_included", []string{`"id": "14"`, `"id": "14", "tax_included": "SOME"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ReadTariff(spoil(t, c.pairs...), V221)
			f := fault.As(err)
			if f == nil || f.Kind != fault.Invalid {
				t.Fatalf("not refused: %v", err)
			}
			issues := append(f.Issues, fault.Issue{Code: f.Code, Field: f.Field})
			if !slices.ContainsFunc(issues, func(i fault.Issue) bool { return i.Code == c.code && i.Field == c.path }) {
				t.Errorf("no finding %s at %q among %v", c.code, c.path, err)
			}
		})
	}
}

// TestInferredVersion holds that a tariff without a version is read as the one
// whose fields it uses.
func TestInferredVersion(t *testing.T) {
	const elements = `"elements": [{"price_components": [{"type": "ENERGY", "price": 1, "step_size": 1}]}]`
	for src, want := range map[string]Version{
		`{"id": "1", "currency": "EUR", ` + elements + `}`:                                                            V211,
		`{"id": "1", "currency": "EUR", "type": "REGULAR", ` + elements + `}`:                                         V221,
		`{"id": "1", "currency": "EUR", "elements": [{"price_components": {"type": "TIME", "price": 1, "vat": 19}}]}`: V221,
		`{"id": "1", "currency": "EUR", "country_code": "NL", "min_price": {"excl_vat": 1}, ` + elements + `}`:        V221,
		`{"id": "1", "currency": "EUR", "country_code": "NL", "tax_included": "N/A", ` + elements + `}`:               V230,
		`{"id": "1", "currency": "EUR", "country_code": "NL", "max_price": {"before_taxes": 10}, ` + elements + `}`:   V230,
	} {
		got, _, err := ReadTariff([]byte(src), "")
		if err != nil || got.Version != want {
			t.Errorf("%s is read as %s, want %s (%v)", src, got.Version, want, err)
		}
	}
}

func TestParseDecimal(t *testing.T) {
	for s, want := range map[string]struct {
		n       int64
		rounded bool
		bad     bool
	}{
		"0": {0, false, false}, "-0": {0, false, false}, "0.25": {250, false, false}, "-1.5": {-1500, false, false}, "1e3": {1_000_000, false, false},
		"12e-4": {1, true, false}, "5e-4": {1, true, false}, "4e-4": {0, true, false}, "-5e-4": {-1, true, false}, "1E-999999": {0, true, false},
		"0e9999999": {0, false, false}, "1.0005": {1001, true, false}, "9223372036854775.807": {9223372036854775807, false, false},
		"9223372036854775.8075": {0, false, true}, "9223372036854775.808": {0, false, true}, "1e17": {0, false, true}, "": {0, false, true}, ".5": {0, false, true},
		"1.": {0, false, true}, "+1": {0, false, true}, "0x10": {0, false, true}, "1e": {0, false, true}, "1e+": {0, false, true}, "NaN": {0, false, true}, "Infinity": {0, false, true},
		"1_000": {0, false, true}, "--1": {0, false, true}, "1e--1": {0, false, true}, "1.2.3": {0, false, true},
	} {
		n, rounded, err := parseDecimal(s, 3)
		if n != want.n || rounded != want.rounded || (err != nil) != want.bad {
			t.Errorf("%q reads as %d, %v, %v; want %+v", s, n, rounded, err, want)
		}
	}
}

package tarifftest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/session"
	"kwote/domain/tariff"
)

// used gathers which fields of the document's types hold something in any of
// the documents, and which words and units stand in them.
func used(g *rapid.Generator[tariff.Document], documents int) map[string]bool {
	out := map[string]bool{}
	for seed := range documents {
		gather(reflect.ValueOf(g.Example(seed)), out)
	}
	return out
}

func gather(v reflect.Value, out map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			gather(v.Elem(), out)
		}
	case reflect.Slice:
		for i := range v.Len() {
			gather(v.Index(i), out)
		}
	case reflect.Array:
		for i := range v.Len() {
			if !v.Index(i).IsZero() {
				out[fmt.Sprintf("%s[%d]", v.Type(), i)] = true
			}
			gather(v.Index(i), out)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				out[v.Type().String()+"."+v.Type().Field(i).Name] = true
			}
			gather(v.Field(i), out)
		}
	case reflect.Uint8:
		out[fmt.Sprintf("%s %d", v.Type(), v.Uint())] = true
	}
}

// fields are all fields of the document and of the tariff's types within it.
func fields(t reflect.Type, out map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		fields(t.Elem(), out)
	case reflect.Array:
		for i := range t.Len() {
			out[fmt.Sprintf("%s[%d]", t, i)] = true
		}
		fields(t.Elem(), out)
	case reflect.Struct:
		for i := range t.NumField() {
			out[t.String()+"."+t.Field(i).Name] = true
			fields(t.Field(i).Type, out)
		}
	}
}

func TestDocumentDrawsEverything(t *testing.T) {
	want := map[string]bool{}
	fields(reflect.TypeFor[tariff.Document](), want)
	if len(want) < 80 {
		t.Fatalf("only %d fields found", len(want))
	}
	for u := tariff.PerKWh; u <= tariff.Flat; u++ {
		want[fmt.Sprintf("tariff.Unit %d", u)] = true
	}
	for _, word := range []any{
		tariff.WithTax, tariff.WithoutTax, tariff.NoTax, tariff.ByState, tariff.ByPower, tariff.ByCharge,
		tariff.AC, tariff.DC, tariff.Used, tariff.Expired, session.Regular, session.Boosted, session.Optimised,
	} {
		want[fmt.Sprintf("%T %d", word, word)] = true
	}
	got := used(Document(), 1500)
	for _, w := range slices.Sorted(maps.Keys(want)) {
		if !got[w] {
			t.Errorf("no document has %s", w)
		}
	}
}

// TestPlainIsPlain wants nothing in plain documents that a reader of plain ones
// does not know.
func TestPlainIsPlain(t *testing.T) {
	for field := range used(Plain(), 300) {
		for _, newer := range []string{
			"[3]", "[5]", "[6]", "[7]", ".Block", ".Step", ".Feed", ".Untaxed", "Rule.Taxes", ".Category", ".Registration", ".OnTop", "Tax.From", "Tax.Before",
			".Season", ".Holidays", ".NotHolidays", ".ChargingTime", ".IdleTime", ".Power", ".Current", ".Average", ".Peak", ".Supply", ".EVSEPower", "Condition.Mode", ".Reservation",
			".Free", ".AtMostPerDay", "WithTax", ".Never", ".IdleWhen", ".Valid", ".Limits", ".Preauthorise", fmt.Sprintf("tariff.Unit %d", tariff.Flat),
		} {
			if strings.HasSuffix(field, newer) {
				t.Errorf("a plain document has %s", field)
			}
		}
	}
}

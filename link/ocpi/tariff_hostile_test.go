package ocpi

import (
	"strings"
	"testing"
	"time"

	"kwote/domain/fault"
	"kwote/domain/tariff"
)

// TestHostile holds that documents made to hurt are answered quickly, with a
// refusal or with a tariff.
func TestHostile(t *testing.T) {
	const element = `{"price_components": [{"type": "ENERGY", "price": 0.25, "step_size": 1}], "restrictions": {"min_kwh": 1}}`
	list := func(n int, item string) string {
		return `{"id": "1", "currency": "EUR", "elements": [` + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + `]}`
	}
	var fields strings.Builder
	for i := range 100_000 {
		fields.WriteString(`"f` + formatDecimal(int64(i), 0) + `": 1, `)
	}
	for name, c := range map[string]struct {
		src     string
		refused bool
	}{
		"deep lists":       {strings.Repeat("[", 100_000), true},
		"deep restriction": {list(1, `{"price_components": [{"type": "ENERGY", "price": 1}], "restrictions": `+strings.Repeat(`{"a":`, 10_000)+"1"+strings.Repeat("}", 10_000)+"}"), true},
		"10,000 elements":  {list(10_000, element), true},
		"1,000 elements":   {list(1_000, element), false},
		"1e308":            {strings.Replace(list(1, element), "0.25", "1e308", 1), true},
		"NaN":              {strings.Replace(list(1, element), "0.25", "NaN", 1), true},
		"long number":      {strings.Replace(list(1, element), "0.25", "0."+strings.Repeat("1", 1_000_000), 1), false},
		"long text":        {strings.Replace(list(1, element), `"1"`, `"`+strings.Repeat("ä", 1_000_000)+`"`, 1), false},
		"many fields":      {strings.Replace(list(1, element), `{"id"`, "{"+fields.String()+`"id"`, 1), false},
		"year 9999":        {strings.Replace(list(1, element), `"min_kwh": 1`, `"start_date": "0001-01-01", "end_date": "9999-12-31", "day_of_week": ["MONDAY"]`, 1), false},
		"endless duration": {strings.Replace(list(1, element), `"min_kwh": 1`, `"max_duration": 9223372036854775807`, 1), false},
		"endless energy":   {strings.Replace(list(1, element), `"min_kwh": 1`, `"max_kwh": 9223372036`, 1), false},
		"endless step":     {strings.Replace(list(1, element), `"step_size": 1`, `"step_size": 9223372036854775807`, 1), true},
		"empty":            {"", true},
		"null":             {"null", true},
		"a number":         {"1", true},
		"empty list":       {"[]", true},
		"empty element":    {list(3, "null"), true},
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			x, warnings, err := ReadTariff([]byte(c.src), "")
			if err == nil {
				takeOn(t, x)
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("took %s", took)
			}
			if refused := fault.Is(err, fault.Invalid); refused != c.refused {
				t.Errorf("refused: %v (%v)", refused, err)
			}
			if len(warnings) > maxFindings || err != nil && len(err.Error()) > 100*1024 {
				t.Errorf("%d warnings and %d bytes of refusal", len(warnings), len(err.Error()))
			}
		})
	}
}

// takeOn takes a tariff that was read through everything that can be done with
// it. What is written must be read again.
func takeOn(t *testing.T, x Tariff) {
	doc, _, err := x.Document(Reading{ExportCredited: true})
	if err != nil {
		return
	}
	x.Unkept()
	_, _ = tariff.Decode(tariff.Encode(doc)) // may refuse: a document can say less
	for _, version := range []Version{V211, V221, V230} {
		out, _, err := FromDocument(doc, version, Identity{ID: "x", LastUpdated: x.LastUpdated, EnergyMix: x.EnergyMix})
		if err != nil {
			continue
		}
		src, err := out.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := ReadTariff(src, version); err != nil {
			t.Fatalf("%s\n%s", err, src)
		}
	}
}

// FuzzReadTariff holds that no message makes reading or translating panic, and
// that what is written is read again.
func FuzzReadTariff(f *testing.F) {
	f.Add([]byte(tidy))
	f.Add([]byte(`[{"id":"x","currency":"eur","tax_included":"YES","min_price":{"before_taxes":1,"after_taxes":"1.19"},"max_price":3,"elements":{"price_components":{"type":"time","price":"1e-1","vat":0.19},"restrictions":[]}}]`))
	f.Add([]byte(`{"id":"1","currency":"JPY","start_date_time":"2020-01-01T00:00","elements":[{"price_components":[{"type":"FLAT","price":4,"step_size":0}],"restrictions":{"reservation":"RESERVATION_EXPIRES","start_time":"22:00:30","end_time":"24:00"}},{"price_components":[{"type":"TIME","price":4}],"restrictions":{"reservation":"RESERVATION","max_power":1.00001}}]}`))
	f.Add([]byte("id: 1\ncurrency: EUR\nelements: [{price_components: [{type: ENERGY, price: -.5}]}]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		x, _, err := ReadTariff(src, "")
		if err == nil {
			takeOn(t, x)
		} else if fault.As(err) == nil {
			t.Fatalf("an error that is no fault: %v", err)
		}
	})
}

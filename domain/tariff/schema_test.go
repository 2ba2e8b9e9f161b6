package tariff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"kwote/domain/document"
	"kwote/domain/fault"
	"kwote/domain/holiday"
	"kwote/domain/money"
	"kwote/domain/session"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:kwote:tariff", parsed); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:kwote:tariff")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaAgreesWithDecode takes the tariffs of the repository, changes each
// in every way at every place, and wants schema and Decode to say the same of
// every result.
func TestSchemaAgreesWithDecode(t *testing.T) {
	s := compiledSchema(t)
	accepted, refused, tried := 0, 0, 0
	check := func(name string, v any) {
		if tried++; testing.Short() && tried%10 != 0 {
			return
		}
		src, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		decodes, known := decodes(src)
		if !known {
			return
		}
		again, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
		if err != nil {
			t.Fatal(err)
		}
		invalid := s.Validate(again)
		switch {
		case decodes && invalid != nil:
			t.Errorf("%s: Decode accepts what the schema refuses:\n%s\n%v", name, src, invalid)
		case !decodes && invalid == nil:
			_, err := Decode(src)
			t.Errorf("%s: the schema accepts what Decode refuses:\n%s\n%v", name, src, err)
		case decodes:
			accepted++
		default:
			refused++
		}
	}
	for name, v := range tariffsOfTheRepository(t) {
		check(name, v)
		src, _ := json.Marshal(v)
		d, err := Decode(src)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		canonical, err := jsonschema.UnmarshalJSON(bytes.NewReader(Encode(d)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(canonical); err != nil {
			t.Errorf("%s: the canonical form is not valid: %v", name, err)
		}
		mutate(canonical, func(w any) { v = w }, func(what string) { check(name+": "+what, v) })
	}
	if accepted < 100 || refused < 1000 {
		t.Errorf("only %d accepted and %d refused documents were compared", accepted, refused)
	}
}

// decodes reports whether Decode accepts the text. Known is false where it
// refuses for a reason that is not about the document's shape.
func decodes(src []byte) (ok, known bool) {
	_, err := Decode(src)
	if err == nil {
		return true, true
	}
	f := fault.As(err)
	meaning := []string{"contradiction", "several_taxes_included", "currency_unknown", "holidays_unknown", "tax_ambiguous"}
	shape := slices.ContainsFunc(f.Issues, func(i fault.Issue) bool { return !slices.Contains(meaning, i.Code) })
	return false, shape || len(f.Issues) == 0
}

// mutate changes one place after the other below v, calls try, and changes it
// back. Set puts a value in v's own place.
func mutate(v any, set func(any), try func(what string)) {
	for _, other := range []any{map[string]any{}, []any{}, "nonsense", "1 kWh", json.Number("5"), json.Number("1.5"), json.Number("-1")} {
		set(other)
		try(fmt.Sprintf("replaced by %v", other))
	}
	switch v := v.(type) {
	case string:
		for _, spoilt := range []string{v + "x", "-1" + v, strings.Replace(v, "/", " per ", 1), strings.Replace(v, ".", ",", 1)} {
			set(spoilt)
			try("spelt " + spoilt)
		}
	case map[string]any:
		set(v)
		v["unknown"] = "1"
		try("with an unknown field")
		delete(v, "unknown")
		for _, field := range transplants {
			if _, there := v[field.name]; !there {
				v[field.name] = field.value
				try(fmt.Sprintf("with %s %v", field.name, field.value))
				delete(v, field.name)
			}
		}
		for _, name := range keys(v) {
			before := v[name]
			delete(v, name)
			try("without " + name)
			mutate(before, func(w any) { v[name] = w }, func(what string) { try(name + " " + what) })
			v[name] = before
		}
	case []any:
		set(v)
		for i := range v {
			before := v[i]
			mutate(before, func(w any) { v[i] = w }, func(what string) { try(fmt.Sprintf("[%d] %s", i, what)) })
			v[i] = before
		}
	}
	set(v)
}

// transplants are fields that belong to some objects and not to others.
var transplants = []struct {
	name  string
	value any
}{
	{"grace", "5 min"}, {"block", "15 min"}, {"block", "500 Wh"}, {"step", "1 min"}, {"step", "1 kWh"}, {"tax", "7"}, {"tax", "none"}, {"atMost", "9.00"},
	{"reservation", "used"}, {"from", "1 kW"}, {"upTo", "22 kW"}, {"floor", "0.00"}, {"for", "5 min"}, {"chargeFrom", "80"}, {"energy", "1 kWh"},
}

func keys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func tariffsOfTheRepository(t *testing.T) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, pattern := range []string{"testdata/describe/*.txt", "testdata/accepted/*.yaml", "../../examples/tariffs/*.yaml", "../../demo/tariffs/rapid*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src, _, _ = bytes.Cut(src, []byte("-- en --"))
			root, err := document.Parse(src)
			if err != nil {
				t.Fatal(file, err)
			}
			if v, ok := asJSON(root).(map[string]any); ok && v["tariff"] != nil {
				out[filepath.Base(file)] = v
			}
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d tariffs found", len(out))
	}
	return out
}

// asJSON is a document as JSON has it: what is a number stays one.
func asJSON(n *document.Node) any {
	switch n.Kind {
	case document.Scalar:
		switch {
		case n.Quoted || !json.Valid([]byte(n.Text)):
			return n.Text
		case n.Text == "true" || n.Text == "false":
			return n.Text == "true"
		}
		return json.Number(n.Text)
	case document.List:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, asJSON(item))
		}
		return list
	case document.Object:
		object := map[string]any{}
		for _, f := range n.Fields {
			object[f.Name] = asJSON(f.Value)
		}
		return object
	}
	return nil
}

func TestSchemaRefuses(t *testing.T) {
	s := compiledSchema(t)
	for name, src := range map[string]string{
		"an unknown field":       `{"tariff":"x","currency":"EUR","prices":"no tax","enregy":[]}`,
		"no currency":            `{"tariff":"x","prices":"no tax"}`,
		"a price without a unit": `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":"0.49"}]}`,
		"energy by the minute":   `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":"0.49/min"}]}`,
		"grace on energy":        `{"tariff":"x","currency":"EUR","prices":"no tax","energy":{"grace":"15 min","rules":[]}}`,
		"too many decimals":      `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":"0.1234567891/kWh"}]}`,
		"a negative cap":         `{"tariff":"x","currency":"EUR","prices":"no tax","idle":{"atMost":"-1","rules":[]}}`,
		"a time beyond the day":  `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":"1/kWh","when":{"time":"25:00-26:00"}}]}`,
		"a list of no days":      `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":"1/kWh","when":{"days":[]}}]}`,
		"a rate above 100":       `{"tariff":"x","currency":"EUR","prices":"with tax","tax":{"name":"VAT","rate":120}}`,
		"a number with a letter": `{"tariff":"x","currency":"EUR","prices":"no tax","total":{"atMost":"20 EUR"}}`,
		"blocks of a fee":        `{"tariff":"x","currency":"EUR","prices":"no tax","session":{"block":"15 min","rules":[{"price":"1"}]}}`,
		"a flat fee":             `{"tariff":"x","currency":"EUR","prices":"no tax","session":[{"price":"1 flat"}]}`,
		"steps of occupancy":     `{"tariff":"x","currency":"EUR","prices":"no tax","occupancy":[{"price":"1/h","step":"15 min"}]}`,
		"blocks of energy in s":  `{"tariff":"x","currency":"EUR","prices":"no tax","energy":{"block":"15 min","rules":[{"price":"1/kWh"}]}}`,
		"a feed by itself":       `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":{"feed":"spot"}}]}`,
		"a fallback of time":     `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":{"feed":"spot","fallback":"1/h"}}]}`,
		"a feed without a floor": `{"tariff":"x","currency":"EUR","prices":"no tax","idle":[{"price":{"feed":"spot","fallback":"1/h"}}]}`,
		"a reservation's energy": `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":"1/kWh","when":{"reservation":"used"}}]}`,
		"half a season":          `{"tariff":"x","currency":"EUR","prices":"no tax","energy":[{"price":"1/kWh","when":{"season":{"from":"04-01"}}}]}`,
		"power without a time":   `{"tariff":"x","currency":"EUR","prices":"no tax","idle":[{"price":"1/h"}],"idleWhen":{"powerBelow":"1 kW"}}`,
		"a date for an instant":  `{"tariff":"x","currency":"EUR","prices":"no tax","idle":[{"price":"1/h"}],"valid":{"from":"2026-01-01"}}`,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(src))
		if err != nil {
			t.Fatal(name, err)
		}
		if s.Validate(v) == nil {
			t.Errorf("the schema accepts %s", name)
		}
		if _, err := Decode([]byte(src)); err == nil {
			t.Errorf("Decode accepts %s", name)
		}
	}
}

// TestSchemaListsWhatCodeKnows holds the schema's lists to the code's, and
// wants a description of every field.
func TestSchemaListsWhatCodeKnows(t *testing.T) {
	var s struct {
		Properties map[string]struct {
			Enum        []string
			Description string
		}
	}
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	rounding := slices.Sorted(slices.Values(s.Properties["rounding"].Enum))
	if !slices.Equal(rounding, money.PolicyNames()) {
		t.Errorf("rounding policies %q, want %q", rounding, money.PolicyNames())
	}
	if got := s.Properties["prices"].Enum; !slices.Equal(got, termNames[:]) {
		t.Errorf("prices %q, want %q", got, termNames)
	}
	for k := range kinds {
		if _, ok := s.Properties[k.String()]; !ok {
			t.Errorf("dimension %s is missing", k)
		}
	}
	var all any
	if err := json.Unmarshal(Schema(), &all); err != nil {
		t.Fatal(err)
	}
	wantWords(t, all)
	wantDescriptions(t, "", all, all.(map[string]any)["$defs"].(map[string]any))
}

// wantWords holds the schema's closed lists of words to those of the code.
func wantWords(t *testing.T, schema any) {
	t.Helper()
	at := func(path string) any {
		v := schema
		for name := range strings.SplitSeq(path, "/") {
			if list, ok := v.([]any); ok {
				v = list[name[0]-'0']
				continue
			}
			v = v.(map[string]any)[name]
		}
		return v
	}
	for path, want := range map[string][]string{
		"properties/lock/oneOf/0/enum":                 append([]string{"all"}, kindNames[:]...),
		"properties/lock/oneOf/1/items/enum":           kindNames[:],
		"$defs/tax/properties/category/enum":           categoryCodes(),
		"$defs/conditions/properties/supply/enum":      {AC.String(), DC.String()},
		"$defs/conditions/properties/mode/enum":        {session.Regular.String(), session.Boosted.String(), session.Optimised.String()},
		"$defs/conditions/properties/reservation/enum": {Used.String(), Expired.String()},
	} {
		var got []string
		for _, word := range at(path).([]any) {
			got = append(got, word.(string))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	code := regexp.MustCompile(at("$defs/holidays/pattern").(string))
	for _, c := range holiday.Codes() {
		if !code.MatchString(c) {
			t.Errorf("the schema refuses the calendar %s", c)
		}
	}
}

func wantDescriptions(t *testing.T, path string, v any, defs map[string]any) {
	object, ok := v.(map[string]any)
	if !ok {
		if list, ok := v.([]any); ok {
			for i, item := range list {
				wantDescriptions(t, fmt.Sprintf("%s[%d]", path, i), item, defs)
			}
		}
		return
	}
	fields, _ := object["properties"].(map[string]any)
	for name, f := range fields {
		field := f.(map[string]any)
		if ref, ok := field["$ref"].(string); ok && field["description"] == nil {
			field = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		if field["description"] == nil {
			t.Errorf("%s.%s has no description", path, name)
		}
	}
	for name, child := range object {
		wantDescriptions(t, path+"."+name, child, defs)
	}
}

func TestSchemaHasTheLimitsOfDecode(t *testing.T) {
	s := compiledSchema(t)
	limits := map[string]struct {
		limit              int
		before, one, after string
	}{
		"taxes":             {maxTaxes, `"prices":"without tax","energy":[{"price":"1/kWh"}],"tax":[`, `{"name":"VAT","rate":"1"}`, `]`},
		"own taxes":         {maxTaxes, `"prices":"without tax","energy":[{"price":"1/kWh","tax":[`, `{"name":"VAT","rate":"1"}`, `]}]`},
		"reservation rules": {maxRules, `"prices":"no tax","reservation":{"rules":[`, `{"price":"1/h"}`, `]}`},
		"rules":             {maxRules, `"prices":"no tax","energy":[`, `{"price":"1/kWh"}`, `]`},
		"windows":           {maxWindows, `"prices":"no tax","idle":[{"price":"1/h","when":{"time":[`, `"07:00-08:00"`, `]}}]`},
	}
	for name, l := range limits {
		for extra := range 2 {
			many := strings.TrimSuffix(strings.Repeat(l.one+",", l.limit+extra), ",")
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"tariff":"x","currency":"EUR",` + l.before + many + l.after + `}`))
			if err != nil {
				t.Fatal(err)
			}
			if refused := s.Validate(v) != nil; refused != (extra == 1) {
				t.Errorf("%d %s: refused %v", l.limit+extra, name, refused)
			}
		}
	}
}

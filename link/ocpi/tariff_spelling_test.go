package ocpi

import (
	"slices"
	"strings"
	"testing"

	"kwote/domain/fault"
	"kwote/domain/tariff"
)

// TestTaxLeftOpen holds that a tariff of 2.3.0 without any VAT leaves the tax
// open and stays so from version to version, while 2.2.1 says that none is due.
func TestTaxLeftOpen(t *testing.T) {
	const elements = `"elements": [{"price_components": [{"type": "ENERGY", "price": 0.5, "step_size": 1}]}]}`
	read := func(src string) tariff.Document {
		t.Helper()
		x, _, err := ReadTariff([]byte(src), "")
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := x.Document(Reading{})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	open := read(`{"id": "1", "currency": "USD", "country_code": "US", "tax_included": "NO", ` + elements)
	if s := tariff.Sentence(open, "en"); open.Dimension(tariff.Energy).Rules[0].Untaxed || !strings.Contains(s, "Prices exclude tax") {
		t.Errorf("2.3.0 without VAT is read as %q", s)
	}
	back, lost, err := FromDocument(open, V230, Identity{})
	if err != nil || len(lost) > 0 || back.TaxIncluded != TaxNotIncluded {
		t.Errorf("comes back with tax_included %s, lost %v, %v", back.TaxIncluded, lost, err)
	}
	free := read(`{"id": "1", "currency": "EUR", "country_code": "NL", "min_price": {"excl_vat": 1, "incl_vat": 1.5}, ` + elements)
	if !free.Dimension(tariff.Energy).Rules[0].Untaxed {
		t.Error("2.2.1 without VAT leaves the tax open")
	}
	back, lost, err = FromDocument(free, V230, Identity{})
	if err != nil || len(lost) > 0 || back.TaxIncluded != TaxNotApplicable || back.Min.Excl.String() != "1.50" || back.Min.Incl != nil {
		t.Errorf("free of tax becomes tax_included %s with %+v, lost %v, %v", back.TaxIncluded, back.Min, lost, err)
	}
}

// TestUnknownRestrictionIsLost holds that a condition nobody understands is a
// loss, not silence.
func TestUnknownRestrictionIsLost(t *testing.T) {
	x, _, err := ReadTariff(spoil(t, `"min_kwh": 5`, `"min_kwh": 5, "max_soc": 80`), V221)
	if err != nil {
		t.Fatal(err)
	}
	_, lost, err := x.Document(Reading{})
	if err != nil || !slices.ContainsFunc(lost, func(l Loss) bool {
		return l.Code == "restriction_unknown" && l.Path == "elements[0].restrictions.max_soc"
	}) {
		t.Errorf("lost %v, %v", lost, err)
	}
}

// TestSaidInWords holds that refusals and warnings name what was read as what.
func TestSaidInWords(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"{'id': '14'}", "the message is not JSON: line 1: invalid character '\\'' looking for beginning of object key string"},
		{"id: 14", "the message is not JSON: line 1: invalid character 'i' looking for beginning of value"},
		{"{\"id\":\n\n", "the message is not JSON: it ends in the middle"},
		{" ", "the message is not JSON: it is empty"},
		{`{"status_code": 2001, "status_message": "Invalid token"}`, `with the status 2001 ("Invalid token") and no data`},
	} {
		_, _, err := ReadTariff([]byte(c.src), "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.src, err, c.want)
		}
		if _, _, err = ReadCDR([]byte(c.src), ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s as a record: %v, want %s", c.src, err, c.want)
		}
	}
	for src, code := range map[string]string{`[{"id": "1"}, {"id": "2"}]`: "not_one_cdr", `[]`: "not_one_cdr", `{"id": "1", "elements": [{}]}`: "is_tariff"} {
		_, _, err := ReadCDR([]byte(src), "")
		if f := fault.As(err); f == nil || f.Code != code && !slices.ContainsFunc(f.Issues, func(i fault.Issue) bool { return i.Code == code }) {
			t.Errorf("%s: %v, want %s", src, err, code)
		}
	}
	for _, c := range []struct{ from, to, want string }{
		{`"id": "14"`, `"id": "14", "tax_included": true`, "tax_included is true; it was read as YES"},
		{`"step_size": 1`, `"step_size": 1.5`, "step_size is 1.5; it was rounded to 2"},
		{`"min_kwh": 5`, `"min_duration": 59.5`, "min_duration is 59.5; it was rounded to 60"},
	} {
		_, warnings, err := ReadTariff(spoil(t, c.from, c.to), "")
		if err != nil || !slices.ContainsFunc(warnings, func(w Warning) bool { return w.Message == c.want }) {
			t.Errorf("%s: %v, %v", c.want, warnings, err)
		}
	}
}

package tariff

import (
	"slices"
	"strings"

	"kwote/domain/document"
)

// categories are the codes of EN 16931 (UNTDID 5305) that a tax can have, and
// whether tax is due under them.
var categories = []struct {
	code string
	due  bool
}{{"S", true}, {"Z", false}, {"E", false}, {"AE", false}, {"K", false}, {"G", false}, {"O", false}, {"L", true}, {"M", true}}

func categoryCodes() []string {
	var codes []string
	for _, c := range categories {
		codes = append(codes, c.code)
	}
	return codes
}

// defaultCategory is what an empty category stands for.
func defaultCategory(rate int64) string {
	if rate == 0 {
		return "Z"
	}
	return "S"
}

func decodeTaxes(r *document.Reader, v *document.Value, terms Terms) []Tax {
	known := len(r.Issues)
	var out []Tax
	for _, t := range v.List() {
		if t.Object("a tax") {
			out = append(out, decodeTax(r, t))
		}
	}
	checkTaxes(r, v, out, terms, len(r.Issues) > known)
	return out
}

func decodeTax(r *document.Reader, v *document.Value) Tax {
	tax := Tax{Name: v.Field("name").Required("the tax's name")}
	known := len(r.Issues)
	rate := v.Field("rate")
	if rate.Required("the tax rate in percent") != "" {
		tax.Rate = read(r, rate, "the tax rate in percent", "rate_malformed", parseRate)
	}
	tax.Category = decodeCategory(r, v.Field("category"), tax.Rate, len(r.Issues) == known)
	tax.Registration = v.Field("registration").Scalar("the registration number")
	tax.OnTop = v.Field("onTop").Bool("onTop")
	tax.From, tax.Before = date(r, v.Field("from")), date(r, v.Field("before"))
	v.Done()
	if tax.From != nil && tax.Before != nil && *tax.From >= *tax.Before {
		r.Report(v, "contradiction", "from %s before %s is never; the first day must lie before the day after the last", tax.From, tax.Before)
	}
	return tax
}

// decodeCategory reads the code of a rate and holds it against the rate where
// that is known.
func decodeCategory(r *document.Reader, v *document.Value, rate int64, known bool) string {
	s := v.Scalar("the category")
	if s == "" {
		return ""
	}
	codes := categoryCodes()
	if !slices.Contains(codes, s) {
		r.Report(v, "category_unknown", "%q is none of the categories of EN 16931: %s", s, strings.Join(codes, ", "))
		return ""
	}
	due := categories[slices.Index(codes, s)].due
	switch {
	case known && s == "S" && rate == 0:
		r.Report(v, "contradiction", "category S is a rate above zero; write Z, or leave it out")
	case known && !due && rate > 0:
		r.Report(v, "contradiction", "no tax is due under category %s, but the rate is %s percent; set it to 0, or leave the category out", s, FormatRate(rate))
	case s == defaultCategory(rate):
		return ""
	}
	return s
}

// decodeRuleTax reads the tax of a rule: none, a rate, or taxes. A bare rate is
// another one of the document's tax, or of VAT where the document lists none.
func decodeRuleTax(r *document.Reader, v *document.Value, doc *Document) (taxes []Tax, untaxed bool) {
	if !v.Present() {
		return nil, false
	}
	if v.Kind != document.Scalar {
		if v.Kind == document.List && len(v.Items) == 0 {
			r.Report(v, "contradiction", "an empty list of taxes says nothing; write none where no tax is due, or leave it out")
		}
		return decodeTaxes(r, v, doc.Terms), false
	}
	s := v.Required("the tax")
	if s == "none" {
		return nil, true
	}
	rate := read(r, v, "the tax", "rate_malformed", parseRate)
	tax := Tax{Name: "VAT", Rate: rate}
	if len(doc.Taxes) > 0 {
		tax.Name, tax.Registration = doc.Taxes[0].Name, doc.Taxes[0].Registration
	}
	for _, other := range doc.Taxes {
		if other.Name != tax.Name || other.Registration != tax.Registration {
			r.Report(v, "tax_ambiguous", "%q could be a rate of %s or of %s; name the tax, as in {name: %s, rate: %[1]s}", s, tax.Name, other.Name, tax.Name)
			break
		}
	}
	taxes = []Tax{tax}
	checkTaxes(r, v, taxes, doc.Terms, false)
	return taxes, false
}

// checkTaxes holds a list of taxes against the terms and each other, the latter
// only where all of it could be read.
func checkTaxes(r *document.Reader, v *document.Value, taxes []Tax, terms Terms, faulty bool) {
	if len(taxes) > maxTaxes {
		r.Report(v, "too_many", "%d taxes; at most %d are allowed", len(taxes), maxTaxes)
		return
	}
	if len(taxes) > 0 && terms == NoTax {
		r.Report(v, "contradiction", "the prices carry no tax, so no tax can be listed; remove one of the two")
		return
	}
	if faulty {
		return
	}
	for i, t := range taxes {
		beside := slices.ContainsFunc(taxes[:i], t.overlaps)
		switch {
		case terms == WithTax && beside:
			r.Report(v, "several_taxes_included", "prices with several taxes included cannot be taken apart; write them without tax")
			return
		case terms == WithTax && t.OnTop:
			r.Report(v, "contradiction", "tax %s cannot be on top of prices that include it; write them without tax, or remove onTop", t.Name)
		case t.OnTop && !beside:
			r.Report(v, "contradiction", "tax %s is on top of the taxes listed before it, and there are none; move it down, or remove onTop", t.Name)
		}
	}
}

// overlaps reports whether some date has both taxes.
func (t Tax) overlaps(u Tax) bool {
	return (t.From == nil || u.Before == nil || *t.From < *u.Before) && (u.From == nil || t.Before == nil || *u.From < *t.Before)
}

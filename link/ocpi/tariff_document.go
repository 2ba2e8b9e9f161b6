package ocpi

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// vatName is the name of the tax that a component's vat becomes.
const vatName = "VAT"

// Reading chooses between readings of what the texts of OCPI leave open. The
// zero value is the default of each.
type Reading struct {
	// StepPerPeriod reads 2.1.1's step_size as rounding every charging period
	// by itself. The default is the rule of 2.2.1, once per session; 2.1.1 says
	// neither.
	StepPerPeriod bool
	// ExportCredited pays energy given back at the price of ENERGY. By default
	// it is free: a tariff prices what is taken.
	ExportCredited bool
}

// Document is the tariff as a Kwote document, with what the document cannot
// say. What the tariff says about itself and its owner is not part of it; see
// Unkept. The fault is of a tariff beyond what a document can count.
func (t Tariff) Document(how Reading) (tariff.Document, []Loss, error) {
	d := tariff.Document{
		Name: t.Name(), Currency: t.Currency, Rounding: money.DefaultPolicy,
		Terms:        [...]tariff.Terms{tariff.WithoutTax, tariff.WithTax, tariff.NoTax}[t.TaxIncluded],
		Valid:        tariff.Validity{From: t.Start, Before: t.End},
		FailedStart:  tariff.FailedStart{Never: true},
		Preauthorise: t.Preauthorise,
	}
	l := &losses{}
	d.Title = t.title(l)
	if rate := t.sharedVAT(); rate != nil && t.TaxIncluded != TaxNotApplicable {
		d.Taxes = []tariff.Tax{{Name: vatName, Rate: *rate}}
	}
	// With tax included, a missing VAT is an unknown one; 2.1.1 has none.
	untaxed := t.TaxIncluded == TaxNotIncluded && (t.Version == V221 || t.vats() != noVAT)
	for _, r := range t.ruled(func(string, string, string, ...any) {}) {
		rule := t.rule(r, how, l)
		switch {
		case len(d.Taxes) > 0 || t.TaxIncluded == TaxNotApplicable:
		case r.VAT != nil:
			rule.Taxes = []tariff.Tax{{Name: vatName, Rate: *r.VAT}}
		default:
			rule.Untaxed = untaxed
		}
		dimension := d.Dimension(r.kind)
		dimension.Rules = append(dimension.Rules, rule)
		if r.kind == tariff.Energy && how.ExportCredited {
			back := rule
			back.Price, back.Step = -rule.Price, 0
			d.Dimension(tariff.Export).Rules = append(d.Dimension(tariff.Export).Rules, back)
		}
	}
	t.bounds(&d, l)
	t.unknownRestrictions(l)
	if above(d.Total.AtLeast, d.Total.AtMost) {
		return d, l.list, contradiction()
	}
	return d, l.list, t.checkLimits()
}

// taxOpen reports whether the tariff leaves tax to others: where nothing names a
// VAT, OCPI 2.3.0 has taxes added when the record is made, as in North America,
// while 2.2.1 says that none is due (mod_tariffs, PriceComponent).
func (t Tariff) taxOpen() bool {
	return t.Version == V230 && t.TaxIncluded == TaxNotIncluded && t.vats() == noVAT
}

// unknownRestrictions reports conditions that nobody here understands.
func (t Tariff) unknownRestrictions(l *losses) {
	for _, e := range t.Elements {
		for _, name := range e.unknown {
			l.add(e.path+".restrictions."+name, "restriction_unknown", "the restriction %q is not known, so its prices were converted as if it always held", name)
		}
	}
}

// checkLimits is the fault of limits that contradict each other, or nil.
func (t Tariff) checkLimits() error {
	if above(t.Min.Excl, t.Max.Excl) || above(t.Min.Incl, t.Max.Incl) {
		return contradiction()
	}
	return nil
}

func above(least, most *money.Price) bool { return least != nil && most != nil && *least > *most }

func contradiction() error {
	return fault.At(fault.Invalid, "contradiction", "min_price", "min_price is above max_price; both cannot hold")
}

// losses gathers what a translation could not carry over.
type losses struct{ list []Loss }

func (l *losses) add(path, code, format string, args ...any) {
	if len(l.list) < 10*maxFindings {
		l.list = append(l.list, Loss{Code: code, Path: path, Message: sentence(format, args)})
	}
}

// Name is the id as the name of a Kwote document.
func (t Tariff) Name() string {
	var b strings.Builder
	for _, c := range strings.ToLower(t.ID) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
		if b.Len() == 64 {
			break
		}
	}
	if name := strings.TrimRight(b.String(), "-"); name != "" {
		return name
	}
	return "tariff"
}

// title keeps one text per language.
func (t Tariff) title(l *losses) map[string]string {
	title := map[string]string{}
	for i, text := range t.Texts {
		language, region, _ := strings.Cut(text.Language, "-")
		language = strings.ToLower(language)
		if region != "" {
			language += "-" + region
		}
		path := fmt.Sprintf("tariff_alt_text[%d]", i)
		switch {
		case text.Text == "":
		case len(language) < 2 || len(language) > 8 || strings.Trim(language[:2], "abcdefghijklmnopqrstuvwxyz") != "":
			l.add(path, "text_language", "the text's language %q is not a language such as en or fr, so the text was left out", text.Language)
		case title[language] != "":
			l.add(path, "text_twice", "there is a second text in %s, which was left out", language)
		case len(title) == 100:
			l.add(path, "text_many", "a document has texts in at most 100 languages; this one was left out")
		default:
			title[language] = text.Text
		}
	}
	if len(title) == 0 {
		return nil
	}
	return title
}

// rule is a component as a rule without its taxes. A step of one second says
// nothing, since time is counted in whole seconds.
func (t Tariff) rule(r ruled, how Reading, l *losses) tariff.Rule {
	rule := tariff.Rule{Price: r.Price, When: r.when}
	switch r.kind.Measure() {
	case tariff.InEnergy:
		rule.Per, rule.Step = tariff.PerKWh, r.Step*int64(energy.Wh)
	case tariff.InTime:
		rule.Per, rule.Step = tariff.PerHour, r.Step
		if r.Step == 1 {
			rule.Step = 0
		}
	case tariff.InFees:
		rule.Per = tariff.PerSession
	}
	if how.StepPerPeriod && t.Version == V211 && rule.Step > 0 {
		l.add(r.path+".step_size", "step_per_period", "a document rounds once per session, not every period by itself; the step was left out")
		rule.Step = 0
	}
	return rule
}

// bounds sets the limits of the total. In a document they count in the terms of
// its prices; only prices without tax can have a second pair.
func (t Tariff) bounds(d *tariff.Document, l *losses) {
	switch t.TaxIncluded {
	case TaxNotIncluded:
		d.Total.AtLeast, d.Total.AtMost = t.Min.Excl, t.Max.Excl
		d.Total.AtLeastWithTax, d.Total.AtMostWithTax = t.Min.Incl, t.Max.Incl
	case TaxNotApplicable:
		d.Total.AtLeast = untaxedBound(t.Min, "min_price", l)
		d.Total.AtMost = untaxedBound(t.Max, "max_price", l)
	case TaxIsIncluded:
		d.Total.AtLeast = t.grossBound(t.Min, "min_price", -1, l)
		d.Total.AtMost = t.grossBound(t.Max, "max_price", 1, l)
	}
}

// untaxedBound is a limit where no tax is due, so that both its amounts bound
// the same total.
func untaxedBound(limit Limit, path string, l *losses) *money.Price {
	switch {
	case limit.Excl == nil:
		return limit.Incl
	case limit.Incl != nil && *limit.Incl != *limit.Excl:
		l.add(path, "limit_after_tax", "no tax is due, so the two amounts of the limit contradict each other; the one before tax was taken")
	}
	return limit.Excl
}

// grossBound is a limit of a total with tax. The amount before tax is lost
// unless the other one, or the VAT that all components share, says as much.
// looser is 1 where a larger amount is the looser limit, else -1.
func (t Tariff) grossBound(limit Limit, path string, looser int, l *losses) *money.Price {
	if limit.Excl == nil {
		return limit.Incl
	}
	net := big.NewRat(int64(*limit.Excl), 1)
	gross, known := net, false
	if rate := t.sharedVAT(); rate != nil {
		gross, known = new(big.Rat).Mul(net, big.NewRat(tariff.Whole+*rate, tariff.Whole)), true
	}
	if limit.Incl == nil {
		if known && gross.IsInt() && gross.Num().IsInt64() {
			p := money.Price(gross.Num().Int64())
			return &p
		}
		l.add(path, "limit_before_tax", "prices include tax, so a document cannot bound the total before tax; the limit was left out")
		return nil
	}
	implied := gross.Cmp(big.NewRat(int64(*limit.Incl), 1))*looser >= 0
	if !known && looser < 0 {
		implied = *limit.Excl == 0
	}
	if !implied {
		l.add(path, "limit_before_tax", "prices include tax, so a document cannot bound the total before tax; only the amount after tax was kept")
	}
	return limit.Incl
}

// Unkept is what the tariff says about itself and its owner that a Kwote
// document has no place for: losses, and warnings of what a document does not
// hold by its nature.
func (t Tariff) Unkept() ([]Loss, []Warning) {
	l, r := &losses{}, &reader{}
	if name := t.Name(); !strings.EqualFold(name, t.ID) {
		l.add("id", "id_changed", "the id %q cannot be a document's name; the document is called %s, so name the id on the way back with --id", t.ID, name)
	}
	if t.Type != "" {
		l.add("type", "tariff_type", "%s says for which sessions the tariff is; in Kwote that is the tariff group's to say", t.Type)
	}
	if t.AltURL != "" {
		l.add("tariff_alt_url", "alt_url", "a document has no place for the address %s", t.AltURL)
	}
	if t.EnergyMix != nil {
		l.add("energy_mix", "energy_mix", "a document has no place for the energy mix")
	}
	back := map[string]string{"country_code": "--party, as NL/XYZ", "party_id": "--party, as NL/XYZ", "last_updated": "--last-updated"}
	owner := map[string]bool{"country_code": t.CountryCode != "", "party_id": t.PartyID != "", "last_updated": t.LastUpdated != nil}
	for _, name := range slices.Sorted(maps.Keys(owner)) {
		if owner[name] {
			r.warn(name, "identity_not_kept", "a document does not say whose it is or when it was sent; %s was not kept, so name it on the way back with %s", name, back[name])
		}
	}
	return l.list, r.warnings
}

package tariff

import (
	"fmt"
	"slices"
	"strings"

	"kwote/domain/document"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// Limits of a document.
const (
	maxRules   = 1000 // per dimension
	maxWindows = 100  // per condition
	// maxWindowsInAll bounds how often in a day a price can change.
	maxWindowsInAll = 8000
	maxTaxes        = 16
	maxTitles       = 100
	maxName         = 64
)

// Decode reads a tariff document from JSON or YAML. The fault lists every
// finding with its field.
func Decode(src []byte) (Document, error) {
	root, err := document.Parse(src)
	if err != nil {
		return Document{}, fault.New(fault.Invalid, "document_unreadable", "the tariff cannot be read: "+err.Error())
	}
	return DecodeNode(root, "")
}

// DecodeNode reads a tariff that is part of a larger document, at the path.
func DecodeNode(n *document.Node, path string) (Document, error) {
	var r document.Reader
	v := r.Root(n)
	v.Path = path
	var d Document
	if v.Object("a tariff") {
		d = decode(&r, v)
	} else if len(r.Issues) == 0 {
		r.Report(v, "required", "the tariff is empty")
	}
	if len(r.Issues) == 0 {
		return d, nil
	}
	return d, &fault.Fault{Kind: fault.Invalid, Code: "tariff_invalid", Issues: r.Issues,
		Message: fmt.Sprintf("the tariff %s cannot be used:", quoteName(d.Name))}
}

func quoteName(name string) string {
	if name == "" {
		return "without a name"
	}
	return fmt.Sprintf("%q", name)
}

func decode(r *document.Reader, v *document.Value) Document {
	d := Document{Rounding: money.DefaultPolicy}
	v.Field("$schema")
	name := v.Field("tariff")
	d.Name = name.Required("the tariff's name")
	if d.Name != "" && !ValidName(d.Name) {
		r.Report(name, "name_malformed", "name %q may hold only lower-case letters, digits and hyphens, at most %d", d.Name, maxName)
	}
	d.Title = decodeTitle(r, v.Field("title"))
	currency := v.Field("currency")
	if s := currency.Required("the currency"); s != "" {
		c, err := money.ParseCurrency(s)
		if err != nil {
			r.Report(currency, "currency_unknown", "%s", err)
		}
		d.Currency = c
	}
	terms := v.Field("prices")
	if s := terms.Required(`"prices" (with tax, without tax or no tax)`); s != "" {
		d.Terms = Terms(word(r, terms, s, "terms_unknown", termNames[:]))
	}
	d.Taxes = decodeTaxes(r, v.Field("tax"), d.Terms)
	rounding := v.Field("rounding")
	if s := rounding.Scalar("the rounding policy"); s != "" {
		p, err := money.ParsePolicy(s)
		if err != nil {
			r.Report(rounding, "rounding_unknown", "%s", err)
		}
		d.Rounding = p
	}
	d.Valid = decodeValidity(r, v.Field("valid"))
	d.Locked = decodeLock(r, v.Field("lock"))
	d.IdleWhen = decodeIdleWhen(r, v.Field("idleWhen"))
	for k := range kinds {
		*d.Dimension(k) = decodeDimension(r, v.Field(k.String()), k, &d)
	}
	d.Total = decodeBounds(r, v.Field("total"), d.Terms)
	d.FailedStart = decodeFailedStart(r, v.Field("failedStart"))
	d.Limits = decodeLimits(r, v.Field("limits"))
	d.Preauthorise = bound(r, v.Field("preauthorise"))
	v.Done()
	if n := windows(&d); n > maxWindowsInAll {
		r.Report(v, "too_many", "%d time windows in all; at most %d are allowed", n, maxWindowsInAll)
	}
	if !priced(&d) && len(r.Issues) == 0 {
		r.Report(v, "price_missing", "the tariff has no price at all; to give everything away, say so: energy: [{price: 0.00/kWh}]")
	}
	return d
}

// windows is the number of time windows of all rules.
func windows(d *Document) (n int) {
	for k := range d.Dimensions {
		for i := range d.Dimensions[k].Rules {
			n += len(d.Dimensions[k].Rules[i].When.Time)
		}
	}
	return n
}

// priced reports whether any dimension has a rule.
func priced(d *Document) bool {
	return slices.ContainsFunc(d.Dimensions[:], func(d Dimension) bool { return len(d.Rules) > 0 })
}

// decodeLock reads "all" or a list of dimensions.
func decodeLock(r *document.Reader, v *document.Value) KindSet {
	if v.Present() && v.Kind == document.Scalar && v.Scalar("the lock") == "all" {
		return EveryKind
	}
	var set KindSet
	for _, item := range v.List() {
		name := item.Required("the dimension")
		k := slices.Index(kindNames[:], name)
		if k < 0 {
			if name != "" {
				r.Report(item, "dimension_unknown", "%q is no dimension; write all, or a list of %s", name, strings.Join(kindNames[:], ", "))
			}
			continue
		}
		set = set.With(Kind(k))
	}
	if v.Present() && v.Kind == document.List && len(v.Items) == 0 {
		r.Report(v, "contradiction", "an empty list locks nothing; leave it out, or write all")
	}
	return set
}

// ValidName reports whether s can name a tariff.
func ValidName(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func decodeTitle(r *document.Reader, v *document.Value) map[string]string {
	if !v.Object("the title") {
		return nil
	}
	if len(v.Fields) > maxTitles {
		r.Report(v, "too_many", "%d languages; at most %d are allowed", len(v.Fields), maxTitles)
		return nil
	}
	if len(v.Fields) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, f := range v.Fields {
		text := v.Field(f.Name)
		if len(f.Name) < 2 || len(f.Name) > 8 || strings.ToLower(f.Name[:2]) != f.Name[:2] {
			r.Report(text, "language_unknown", "%q is not a language such as en or fr", f.Name)
		}
		out[f.Name] = text.Required("the text")
	}
	return out
}

func decodeValidity(r *document.Reader, v *document.Value) Validity {
	if !v.Object("valid") {
		return Validity{}
	}
	valid := Validity{From: instant(r, v.Field("from")), Before: instant(r, v.Field("before"))}
	v.Done()
	if valid.From != nil && valid.Before != nil && *valid.From >= *valid.Before {
		r.Report(v, "contradiction", "from %s before %s is never; the start must lie before the end", valid.From, valid.Before)
	}
	return valid
}

// decodeIdleWhen reads "state" or an object with a threshold.
func decodeIdleWhen(r *document.Reader, v *document.Value) IdleDetection {
	if v.Present() && v.Kind == document.Scalar {
		if s := v.Scalar("idleWhen"); s != "state" {
			r.Report(v, "detection_unknown", "%q is no way to tell idle time; write state, or {powerBelow: 1 kW, for: 5 min}, or {chargeFrom: 80}", s)
		}
		return IdleDetection{}
	}
	if !v.Object("idleWhen") {
		return IdleDetection{}
	}
	below, long, charge := v.Field("powerBelow"), v.Field("for"), v.Field("chargeFrom")
	v.Done()
	switch {
	case charge.Present() && (below.Present() || long.Present()):
		r.Report(v, "contradiction", "idle time is told by power or by charge, not by both; remove powerBelow and for, or chargeFrom")
	case charge.Present():
		return IdleDetection{By: ByCharge, Charge: chargeLevel(r, charge)}
	case below.Required("the threshold, powerBelow or chargeFrom,") == "":
	case long.Required("the time that the power must stay below the threshold, such as 5 min,") == "":
	default:
		known := len(r.Issues)
		idle := IdleDetection{By: ByPower, Power: power(r, below), For: duration(r, long)}
		if idle.Power == 0 && len(r.Issues) == known {
			r.Report(below, "contradiction", "no power is below zero; set a threshold such as 1 kW")
		}
		return idle
	}
	return IdleDetection{}
}

// chargeLevel reads a state of charge in percent into thousandths.
func chargeLevel(r *document.Reader, v *document.Value) int64 {
	s := v.Required("the state of charge")
	if s == "" {
		return 0
	}
	n, ok := parsePercent(s, Whole)
	switch {
	case !ok || n%1000 != 0:
		r.Report(v, "charge_malformed", "%q is not a state of charge in percent between 0 and 100 with at most one decimal, such as 80", s)
	case n == 0:
		r.Report(v, "contradiction", "every battery holds 0 percent, so nothing would ever be charging; set a threshold such as 80")
	}
	return n / 1000
}

func decodeBounds(r *document.Reader, v *document.Value, terms Terms) Bounds {
	if !v.Object("total") {
		return Bounds{}
	}
	b := Bounds{
		Free: bound(r, v.Field("free")), AtLeast: bound(r, v.Field("atLeast")), AtMost: bound(r, v.Field("atMost")),
		AtMostPerDay: bound(r, v.Field("atMostPerDay")),
	}
	withTax := func(name string) *money.Price {
		f := v.Field(name + "WithTax")
		if f.Present() && terms != WithoutTax {
			r.Report(f, "contradiction", "prices %q have no other total to bound; write %s, or set prices: without tax", terms.String(), name)
		}
		return bound(r, f)
	}
	b.AtLeastWithTax, b.AtMostWithTax = withTax("atLeast"), withTax("atMost")
	v.Done()
	for _, c := range []struct {
		least, most *money.Price
		format      string
	}{
		{b.AtLeast, b.AtMost, "at least %s and at most %s cannot both hold"},
		{b.AtLeast, b.AtMostPerDay, "at least %s and at most %s per day cannot both hold"},
		{b.AtLeastWithTax, b.AtMostWithTax, "at least %s and at most %s with tax cannot both hold"},
		{b.AtLeast, b.AtMostWithTax, "at least %s without and at most %s with tax cannot both hold"},
	} {
		if c.least != nil && c.most != nil && *c.least > *c.most {
			r.Report(v, "contradiction", c.format, c.least, c.most)
		}
	}
	return b
}

// decodeFailedStart reads "none" or the thresholds.
func decodeFailedStart(r *document.Reader, v *document.Value) FailedStart {
	var f FailedStart
	if v.Present() && v.Kind == document.Scalar {
		if s := v.Scalar("failedStart"); s != "none" {
			r.Report(v, "wrong_kind", "%q is no threshold; write none where every session owes its fees, or energy and duration, such as {energy: 0.2 kWh}", s)
		}
		return FailedStart{Never: true}
	}
	if v.Object("failedStart") {
		f.Energy, f.Duration = energyValue(r, v.Field("energy")), duration(r, v.Field("duration"))
		v.Done()
	}
	return f
}

func decodeLimits(r *document.Reader, v *document.Value) Limits {
	if !v.Object("limits") {
		return Limits{}
	}
	e, d, a := v.Field("energy"), v.Field("duration"), v.Field("amount")
	known := len(r.Issues)
	l := Limits{Energy: energyValue(r, e), Duration: duration(r, d), Amount: bound(r, a)}
	v.Done()
	if len(r.Issues) > known {
		return l
	}
	for _, c := range []struct {
		field *document.Value
		zero  bool
	}{{e, l.Energy == 0}, {d, l.Duration == 0}, {a, l.Amount != nil && *l.Amount == 0}} {
		if c.field.Present() && c.zero {
			r.Report(c.field, "contradiction", "a limit of zero stops every session at its start; leave it out for no limit")
		}
	}
	return l
}

package tariff

import (
	"fmt"
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// Limits of a document.
const (
	maxRules   = 1000 // per dimension
	maxWindows = 100  // per condition
	maxTaxes   = 16
	maxTitles  = 100
	maxName    = 64
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
		i := slices.Index(termNames[:], s)
		if i < 0 {
			r.Report(terms, "terms_unknown", "%q is none of: with tax, without tax, no tax", s)
		}
		d.Terms = Terms(max(i, 0))
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
	d.Locked = decodeLock(r, v.Field("lock"))
	for k := range kinds {
		*d.Dimension(k) = decodeDimension(r, v.Field(k.String()), k)
	}
	d.Total = decodeBounds(r, v.Field("total"))
	if f := v.Field("failedStart"); f.Object("failedStart") {
		d.FailedStart.Energy = energyValue(r, f.Field("energy"))
		d.FailedStart.Duration = duration(r, f.Field("duration"))
		f.Done()
	}
	v.Done()
	if !priced(&d) && len(r.Issues) == 0 {
		r.Report(v, "price_missing", "the tariff has no price at all; to give everything away, say so: energy: [{price: 0.00/kWh}]")
	}
	return d
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

func decodeTaxes(r *document.Reader, v *document.Value, terms Terms) []Tax {
	var out []Tax
	for _, t := range v.List() {
		if !t.Object("a tax") {
			continue
		}
		tax := Tax{Name: t.Field("name").Required("the tax's name")}
		rate := t.Field("rate")
		if s := rate.Required("the tax rate in percent"); s != "" {
			n, err := parseRate(s)
			if err != nil {
				r.Report(rate, "rate_malformed", "%s", err)
			}
			tax.Rate = n
		}
		t.Done()
		out = append(out, tax)
	}
	if len(out) > maxTaxes {
		r.Report(v, "too_many", "%d taxes; at most %d are allowed", len(out), maxTaxes)
	}
	if len(out) > 0 && terms == NoTax {
		r.Report(v, "contradiction", "the prices carry no tax, so no tax can be listed; remove one of the two")
	}
	if len(out) > 1 && terms == WithTax {
		r.Report(v, "several_taxes_included", "prices with several taxes included cannot be taken apart; write them without tax")
	}
	return out
}

func decodeDimension(r *document.Reader, v *document.Value, k Kind) Dimension {
	var d Dimension
	rules := v
	if v.Present() && v.Kind == document.List && len(v.Items) == 0 {
		r.Report(v, "required", "the list of rules is empty; leave %s out, or give it a price", k)
	}
	if v.Present() && v.Kind != document.List {
		if v.Kind != document.Object {
			r.Report(v, "wrong_kind", "the prices of %s must be a list of rules, each with a price of its own, or an object that holds it as rules", k)
			return d
		}
		if k == Charging || k == Idle {
			d.Grace = duration(r, v.Field("grace"))
		}
		d.AtMost = bound(r, v.Field("atMost"))
		rules = v.Field("rules")
		v.Done()
		if !rules.Present() || rules.Kind == document.List && len(rules.Items) == 0 {
			r.Report(rules, "required", "the list of rules is missing; grace and cap need a price")
		}
	}
	list := rules.List()
	if len(list) > maxRules {
		r.Report(rules, "too_many", "%d rules; at most %d are allowed per dimension", len(list), maxRules)
		return d
	}
	for _, item := range list {
		d.Rules = append(d.Rules, decodeRule(r, item, k))
	}
	return d
}

func decodeRule(r *document.Reader, v *document.Value, k Kind) Rule {
	var rule Rule
	if !v.Object("a rule") {
		if !v.Present() {
			r.Report(v, "required", "the rule is empty")
		}
		return rule
	}
	price := v.Field("price")
	if s := price.Required("the price"); s != "" {
		p, unit, err := parseUnitPrice(s, k)
		switch {
		case err != nil:
			r.Report(price, "price_malformed", "%s", err)
		case p < 0 && k != Energy:
			r.Report(price, "price_negative", "price %q is below zero; only energy can have a negative price", s)
		}
		rule.Price, rule.Per = p, unit
	}
	rule.When = decodeCondition(r, v.Field("when"))
	v.Done()
	return rule
}

func decodeCondition(r *document.Reader, v *document.Value) Condition {
	var c Condition
	if !v.Object("when") {
		return c
	}
	windows := v.Field("time")
	for _, w := range windows.List() {
		window, err := calendar.ParseWindow(w.Required("the time window"))
		if err != nil {
			r.Report(w, "window_malformed", "%s", err)
		}
		c.Time = append(c.Time, window)
	}
	if len(c.Time) > maxWindows {
		r.Report(windows, "too_many", "%d time windows; at most %d are allowed", len(c.Time), maxWindows)
	}
	days := v.Field("days")
	for _, d := range days.List() {
		day, err := calendar.ParseWeekday(d.Required("the day"))
		if err != nil {
			r.Report(d, "day_unknown", "%s", err)
		}
		c.Days = c.Days.With(day)
	}
	if days.Present() && c.Days == 0 || windows.Present() && len(c.Time) == 0 {
		r.Report(v, "contradiction", "an empty list of days or times never matches; leave it out to match always")
	}
	if c.Days == calendar.EveryDay {
		c.Days = 0
	}
	decodeDates(r, v.Field("dates"), &c)
	if e := v.Field("energy"); e.Object("energy") {
		c.Energy.From, c.Energy.Before = decodeRange(r, e, energyValue, formatEnergy)
	}
	if d := v.Field("duration"); d.Object("duration") {
		c.Duration.From, c.Duration.Before = decodeRange(r, d, duration, formatDuration)
	}
	v.Done()
	return c
}

// decodeRange reads from and before, and holds them against each other when
// both could be read.
func decodeRange[T int64 | energy.Quantity](r *document.Reader, v *document.Value, read func(*document.Reader, *document.Value) T, format func(T) string) (from, before T) {
	known := len(r.Issues)
	from, before = read(r, v.Field("from")), read(r, v.Field("before"))
	v.Done()
	switch {
	case len(r.Issues) > known:
	case before > 0 && from >= before:
		r.Report(v, "contradiction", "from %s before %s never matches; the lower bound must be below the upper", format(from), format(before))
	case v.Field("before").Present() && before == 0:
		r.Report(v, "contradiction", "before zero never matches; leave it out for no upper bound")
	}
	return from, before
}

func decodeDates(r *document.Reader, v *document.Value, c *Condition) {
	if !v.Object("dates") {
		return
	}
	date := func(name string) *calendar.Date {
		f := v.Field(name)
		s := f.Scalar("the date")
		if s == "" {
			return nil
		}
		d, err := calendar.ParseDate(s)
		if err != nil {
			r.Report(f, "date_malformed", "%s", err)
			return nil
		}
		return &d
	}
	c.DateFrom, c.DateBefore = date("from"), date("before")
	v.Done()
	if c.DateFrom == nil || c.DateBefore == nil {
		return
	}
	if *c.DateFrom >= *c.DateBefore {
		r.Report(v, "contradiction", "from %s before %s never matches; the first day must lie before the day after the last", *c.DateFrom, *c.DateBefore)
		return
	}
	if c.Days == 0 || *c.DateBefore-*c.DateFrom >= 7 {
		return
	}
	for d := *c.DateFrom; d < *c.DateBefore; d++ {
		if c.Days.Has(d.Weekday()) {
			return
		}
	}
	r.Report(v, "contradiction", "none of the days falls between %s and %s, so the rule never matches", *c.DateFrom, *c.DateBefore)
}

func decodeBounds(r *document.Reader, v *document.Value) Bounds {
	if !v.Object("total") {
		return Bounds{}
	}
	b := Bounds{AtLeast: bound(r, v.Field("atLeast")), AtMost: bound(r, v.Field("atMost"))}
	v.Done()
	if b.AtLeast != nil && b.AtMost != nil && *b.AtLeast > *b.AtMost {
		r.Report(v, "contradiction", "at least %s and at most %s cannot both hold", b.AtLeast, b.AtMost)
	}
	return b
}

// bound reads an amount of money such as 20.00.
func bound(r *document.Reader, v *document.Value) *money.Price {
	s := v.Scalar("the amount")
	if s == "" {
		return nil
	}
	p, err := money.ParsePrice(s)
	if err != nil {
		r.Report(v, "amount_malformed", "amount %q: %s", s, err)
		return nil
	}
	if p < 0 {
		r.Report(v, "amount_negative", "amount %q is below zero", s)
	}
	return &p
}

func duration(r *document.Reader, v *document.Value) int64 {
	s := v.Scalar("the duration")
	if s == "" {
		return 0
	}
	d, err := parseDuration(s)
	if err != nil {
		r.Report(v, "duration_malformed", "%s", err)
	}
	return d
}

func energyValue(r *document.Reader, v *document.Value) energy.Quantity {
	s := v.Scalar("the energy")
	if s == "" {
		return 0
	}
	q, err := parseEnergy(s)
	if err != nil {
		r.Report(v, "energy_malformed", "%s", err)
	}
	return q
}

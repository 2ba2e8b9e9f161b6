package tariff

import (
	"slices"
	"strings"

	"kwote/domain/document"
	"kwote/domain/money"
)

// The dimensions that can have a field at all.
const (
	kindsWithGrace  = 1<<Charging | 1<<Idle | 1<<Occupancy
	kindsWithBlocks = EveryKind &^ (1<<Session | 1<<ReservationFee)
	kindsWithSteps  = 1<<Energy | 1<<Charging | 1<<Idle | 1<<Reservation
	kindsOfReserved = 1<<Reservation | 1<<ReservationFee
)

// fieldOf is a field that only some dimensions can have; elsewhere it is
// reported and absent.
func fieldOf(r *document.Reader, v *document.Value, name string, k Kind, where KindSet) *document.Value {
	if where.Has(k) {
		return v.Field(name)
	}
	given := slices.ContainsFunc(v.Fields, func(f document.Field) bool { return f.Name == name })
	if !given {
		return &document.Value{}
	}
	if f := v.Field(name); f.Present() {
		r.Report(f, "out_of_place", "%s is not for %s but for %s; remove it", name, k, where.names())
	}
	return &document.Value{}
}

func (s KindSet) names() string {
	var names []string
	for k := range kinds {
		if s.Has(k) {
			names = append(names, k.String())
		}
	}
	return strings.Join(names, ", ")
}

func decodeDimension(r *document.Reader, v *document.Value, k Kind, doc *Document) Dimension {
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
		d.Grace = duration(r, fieldOf(r, v, "grace", k, kindsWithGrace))
		d.Block = portion(r, fieldOf(r, v, "block", k, kindsWithBlocks), k)
		d.AtMost = bound(r, v.Field("atMost"))
		rules = v.Field("rules")
		v.Done()
		if !rules.Present() || rules.Kind == document.List && len(rules.Items) == 0 {
			r.Report(rules, "required", "the list of rules is missing; grace, block and cap need a price")
		}
	}
	list := rules.List()
	if len(list) > maxRules {
		r.Report(rules, "too_many", "%d rules; at most %d are allowed per dimension", len(list), maxRules)
		return d
	}
	for _, item := range list {
		d.Rules = append(d.Rules, decodeRule(r, item, k, &d, doc))
	}
	return d
}

// portion reads a block or step in what the dimension counts.
func portion(r *document.Reader, v *document.Value, k Kind) int64 {
	if !v.Present() {
		return 0
	}
	known := len(r.Issues)
	var n int64
	if k.Measure() == InEnergy {
		n = int64(energyValue(r, v))
	} else {
		n = duration(r, v)
	}
	if n == 0 && len(r.Issues) == known {
		r.Report(v, "contradiction", "portions of zero count nothing; leave it out to bill what is measured")
	}
	return n
}

func decodeRule(r *document.Reader, v *document.Value, k Kind, d *Dimension, doc *Document) Rule {
	var rule Rule
	if !v.Object("a rule") {
		if !v.Present() {
			r.Report(v, "required", "the rule is empty")
		}
		return rule
	}
	price := v.Field("price")
	if price.Present() && price.Kind == document.Object {
		rule.Feed, rule.Per = decodeFeed(r, price, k, doc.Terms)
	} else {
		rule.Price, rule.Per = unitPrice(r, price, k, "the price")
	}
	step := fieldOf(r, v, "step", k, kindsWithSteps)
	rule.Step = portion(r, step, k)
	switch {
	case rule.Step == 0:
	case d.Block != 0:
		r.Report(step, "contradiction", "%s bills in blocks already, so none of its rules can have a step; remove one of the two", k)
	case rule.Per == Flat:
		r.Report(step, "contradiction", "a flat price does not grow with the quantity, so a step changes nothing; remove one of the two")
	}
	rule.Taxes, rule.Untaxed = decodeRuleTax(r, v.Field("tax"), doc)
	rule.When = decodeCondition(r, v.Field("when"), k)
	v.Done()
	return rule
}

// unitPrice reads a price that must be there.
func unitPrice(r *document.Reader, v *document.Value, k Kind, what string) (money.Price, Unit) {
	s := v.Required(what)
	if s == "" {
		return 0, 0
	}
	p, unit, err := parseUnitPrice(s, k)
	switch {
	case err != nil:
		r.Report(v, "price_malformed", "%s", err)
	case p < 0 && k.Measure() != InEnergy:
		r.Report(v, "price_negative", "price %q is below zero; only energy and export can have a negative price", s)
	}
	return p, unit
}

// decodeFeed reads a price that follows a feed. Its unit is that of the
// fallback.
func decodeFeed(r *document.Reader, v *document.Value, k Kind, terms Terms) (*FeedPrice, Unit) {
	feed := v.Field("feed")
	f := &FeedPrice{Feed: feed.Required("the feed's name")}
	if f.Feed != "" && !ValidName(f.Feed) {
		r.Report(feed, "name_malformed", "name %q may hold only lower-case letters, digits and hyphens, at most %d", f.Feed, maxName)
	}
	rate := v.Field("tax")
	if f.Tax = read(r, rate, "the tax rate in percent", "rate_malformed", parseRate); f.Tax != 0 && terms != WithTax {
		r.Report(rate, "contradiction", "prices %q take a feed without its tax; leave it out", terms.String())
	}
	f.Percentage = percentage(r, v.Field("percentage"))
	if p := signedBound(r, v.Field("addition")); p != nil {
		f.Addition = *p
	}
	clamp := bound
	if k.Measure() == InEnergy {
		clamp = signedBound
	}
	floor := v.Field("floor")
	f.Floor, f.Ceiling = clamp(r, floor), clamp(r, v.Field("ceiling"))
	if f.Floor != nil && f.Ceiling != nil && *f.Floor > *f.Ceiling {
		r.Report(v, "contradiction", "floor %s and ceiling %s cannot both hold; the floor must not be above the ceiling", f.Floor, f.Ceiling)
	}
	if !floor.Present() && k.Measure() != InEnergy {
		r.Report(floor, "required", "the floor is missing; a feed can fall below zero, which only energy and export can, so set one such as 0.00")
	}
	fallback := v.Field("fallback")
	var unit Unit
	if f.Fallback, unit = unitPrice(r, fallback, k, "the fallback, the price where the feed has no value,"); unit == Flat {
		r.Report(fallback, "price_malformed", "price %q is flat, but a feed sets the price of a unit; write it per kWh, minute or hour", strings.TrimSpace(fallback.Text))
	}
	f.FallbackPercentage = percentage(r, v.Field("fallbackPercentage"))
	v.Done()
	return f, unit
}

// maxPercentage bounds what a price makes of a feed, in millionths.
const maxPercentage = 10 * Whole

// percentage reads a share in percent; left out it is all.
func percentage(r *document.Reader, v *document.Value) int64 {
	s := v.Scalar("the percentage")
	if s == "" {
		return Whole
	}
	n, ok := parsePercent(s, maxPercentage)
	switch {
	case !ok:
		r.Report(v, "percentage_malformed", "%q is not a percentage between 0 and %s with at most four decimals, such as 110", s, FormatRate(maxPercentage))
	case n == 0:
		r.Report(v, "contradiction", "0 percent takes nothing of the price; write a fixed price instead")
	}
	return n
}

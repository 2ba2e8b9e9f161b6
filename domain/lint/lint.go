// Package lint owns what is probably wrong with a tariff that can be used: rules
// that never speak, hours that are free by accident, prices and bounds without
// effect. It refuses nothing (tariff.Decode does) and knows no law of a country
// (regulation).
//
// Invariants, and the test that proves each:
//   - a rule that is called unreachable never prices anything
//     (TestUnreachableRulesPriceNothing);
//   - hours that are called free are free on a receipt
//     (TestGapsAreFreeOnReceipts);
//   - every code is found in at least one document and a sound document has no
//     finding (TestFindings);
//   - the examples have nothing but hints (TestExamplesAreSound).
package lint

import (
	"cmp"
	"fmt"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// Severity says how sure a finding is to be a mistake.
type Severity uint8

// The severities, worst first.
const (
	// Error: the document says something that it cannot mean.
	Error Severity = iota
	// Warning: it does what its author probably did not want.
	Warning
	// Hint: something has no effect, or is better said aloud.
	Hint
)

var severityNames = [...]string{"error", "warning", "hint"}

// String is the severity's stable name.
func (s Severity) String() string { return severityNames[s] }

// Finding is one thing that is probably wrong.
type Finding struct {
	Code     string // stable, snake_case
	Severity Severity
	Path     string // into the canonical document, "energy.rules[0].price"
	Message  string // one sentence that names value, consequence and remedy
	// Params are the figures of the sentence by stable names.
	Params map[string]string
}

// Options are what a finding may depend on beside the document.
type Options struct {
	// Zone is that in which the tariff's validity is read as dates; nil: UTC.
	Zone *calendar.Zone
	// Near is the date near which examples are looked for; zero: that of
	// tariff.AllTime.
	Near calendar.Date
}

// checker gathers the findings on one document.
type checker struct {
	doc   *tariff.Document
	how   Options
	words tariff.Language
	out   []Finding
}

// Check lists what is probably wrong with a document that Decode accepted,
// worst first and then in the order of the document.
func Check(d tariff.Document, how Options) []Finding {
	c := &checker{doc: &d, how: how, words: tariff.In("en")}
	for k := range tariff.Kind(tariff.Kinds) {
		if len(d.Dimension(k).Rules) == 0 {
			continue
		}
		c.reach(k)
		c.precision(k)
		c.dimension(k)
		for i := range d.Dimension(k).Rules {
			c.rule(k, i)
		}
	}
	c.gaps()
	c.taxes("tax", d.Taxes)
	c.total()
	c.lock()
	c.limits()
	slices.SortStableFunc(c.out, func(a, b Finding) int { return cmp.Compare(a.Severity, b.Severity) })
	return c.out
}

// say adds a finding; pairs are names and values of its parameters.
func (c *checker) say(s Severity, code, path string, params map[string]string, format string, args ...any) {
	c.out = append(c.out, Finding{Code: code, Severity: s, Path: path, Message: fmt.Sprintf(format, args...), Params: params})
}

// span is the dates on which a session can begin, up to the document's end of
// validity or, for what may happen in a session, to the end of time.
func (c *checker) span(toEnd bool) tariff.Span {
	s := tariff.AllTime
	if c.how.Near != 0 {
		s.Near = c.how.Near
	}
	if from := c.doc.Valid.From; from != nil {
		s.First = max(s.First, c.dateOf(*from))
	}
	if before := c.doc.Valid.Before; before != nil && toEnd {
		s.Last = min(s.Last, c.dateOf(*before-1))
	}
	return s
}

func (c *checker) dateOf(at calendar.Instant) calendar.Date {
	if c.how.Zone != nil {
		d, _ := c.how.Zone.Local(at)
		return d
	}
	days := at / 86400
	if at%86400 < 0 {
		days--
	}
	return calendar.Date(days)
}

// path names a field of a rule.
func path(k tariff.Kind, i int, field string) string {
	p := fmt.Sprintf("%s.rules[%d]", k, i)
	if field != "" {
		p += "." + field
	}
	return p
}

// price is a rule's price in words.
func (c *checker) price(k tariff.Kind, r tariff.Rule) string {
	if r.Feed == nil && r.Price == 0 {
		return "free"
	}
	return c.words.Price(k, r, c.doc.Currency)
}

func (c *checker) money(p money.Price) string { return c.words.Money(p, c.doc.Currency) }

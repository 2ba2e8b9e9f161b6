package pricing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// Reason is one fact behind a price: a stable code with plain parameters
// (decimals with a point, durations in seconds, energy in kWh), and the same
// in words.
type Reason struct {
	Code   string
	Params map[string]string
	Text   string
}

// The codes of reasons. Why a line is there:
const (
	WhyOnlyRule   = "rule_always"    // the rule sets no condition and none comes before it
	WhyRule       = "rule_matched"   // the rule's conditions hold
	WhyOtherwise  = "rule_otherwise" // the rule sets no condition and no earlier one holds
	WhyNoRule     = "no_rule"        // no rule holds, so the quantity is free
	WhyFailed     = "failed_start"   // the start failed, so the fee is not due
	WhyCap        = "cap"            // the dimension costs no more
	WhyMinimum    = "minimum"        // a session costs no less
	WhyMaximum    = "maximum"        // a session costs no more
	WhyTaxOnTop   = "tax_on_top"     // the tax comes on top of the prices
	BadgeGrace    = "grace_used"
	BadgeFree     = "free"
	BadgeWaived   = "waived"
	BadgeLocked   = "price_locked"
	BadgeCap      = "cap_hit"
	BadgeMinimum  = "minimum_applied"
	BadgeMaximum  = "maximum_applied"
	BadgeShared   = "cent_shared" // the amount differs by a cent so that the lines add up
	RoundedTotal  = "rounded_total"
	RoundedLines  = "rounded_lines"
	RoundedNot    = "not_rounded"
	TaxNet        = "net_of_tax"
	TaxPartOf     = "tax_included"
	TaxAddedToNet = "tax_added"
)

// Explanation is a receipt in words of one language. Times are local to the
// receipt's zone.
type Explanation struct {
	Title    string // of the tariff, for drivers
	Period   string // "3 May 2026, 21:40–22:10"
	Facts    string // energy and times
	Lines    []LineText
	Total    string   // with its currency
	Rounding Reason   // how the exact sum became an amount
	Taxes    []Reason // how the tax was reckoned; empty where it is not known
	Notes    []Reason // the receipt's notes
}

// LineText is a line of the receipt in words.
type LineText struct {
	Title      string // "Energy"
	Why        Reason
	Badges     []Reason
	Measured   string // "10.485 kWh"; empty where the line measures nothing
	Billed     string
	Arithmetic string // "10.485 kWh × 0.49 EUR/kWh = 5.13765 EUR"; empty where nothing is reckoned
	Amount     string // with its currency
	Spans      []SpanText
}

// SpanText is a stretch of time that a line priced. Billed is empty where it
// equals Measured.
type SpanText struct{ Times, Measured, Billed string }

// Explain says in words where every cent of a receipt comes from. The document
// must be the one that priced it. Languages are those of tariff.Languages.
func Explain(r Receipt, d tariff.Document, lang string) Explanation {
	x := newExplainer(r, d, lang)
	out := Explanation{
		Title:    tariff.TitleIn(d, lang),
		Period:   x.times(r.From, r.To),
		Facts:    x.facts(),
		Total:    x.Amount(r.Total),
		Rounding: x.rounding(),
		Taxes:    x.taxes(),
	}
	for i := range r.Lines {
		out.Lines = append(out.Lines, x.line(i))
	}
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, Reason{Code: n, Text: x.w.notes[n]})
	}
	return out
}

// explainer explains one receipt in one language.
type explainer struct {
	tariff.Language
	w    *words
	r    *Receipt
	d    *tariff.Document
	zone *calendar.Zone
	// offsets says that the session lies near a change of the clocks, so that
	// a local time alone could mean two instants.
	offsets bool
}

// nearby is farther than any zone turns its clocks, in seconds.
const nearby = 3 * 3600

func newExplainer(r Receipt, d tariff.Document, lang string) *explainer {
	x := &explainer{Language: tariff.In(lang), r: &r, d: &d}
	x.w = wordsIn(x.Code())
	zone, err := calendar.LoadZone(r.Zone)
	if err != nil {
		zone, _ = calendar.LoadZone("UTC")
	}
	x.zone = zone
	_, until := zone.Offset(r.From - nearby)
	x.offsets = until <= r.To+nearby
	return x
}

func (x *explainer) line(i int) LineText {
	l := &x.r.Lines[i]
	out := LineText{Title: x.title(l), Why: x.why(l), Amount: x.Amount(l.Amount), Arithmetic: x.arithmetic(i), Badges: x.badges(l)}
	if l.Kind == Priced || l.Kind == Free {
		out.Measured, out.Billed = x.quantity(l, l.Measured), x.quantity(l, l.Billed)
	}
	for _, s := range l.Spans {
		text := SpanText{Times: x.times(s.From, s.To), Measured: x.quantity(l, s.Measured)}
		if s.Billed != s.Measured {
			text.Billed = x.quantity(l, s.Billed)
		}
		out.Spans = append(out.Spans, text)
	}
	return out
}

// quantity is empty for a session fee, which counts nothing worth saying.
func (x *explainer) quantity(l *Line, n int64) string {
	switch l.Dimension {
	case tariff.Energy:
		return x.Energy(energy.Quantity(n))
	case tariff.Session:
		return ""
	}
	return x.Duration(n)
}

func (x *explainer) title(l *Line) string {
	switch l.Kind {
	case Cap:
		return x.w.capOn(x.w.titles[l.Dimension])
	case Minimum:
		return x.w.minimum
	case Maximum:
		return x.w.maximum
	case TaxOn:
		return x.Tax(l.Tax, l.Rate)
	}
	return x.w.titles[l.Dimension]
}

func (x *explainer) why(l *Line) Reason {
	limit := map[string]string{"limit": l.Limit.String()}
	switch l.Kind {
	case Free:
		return Reason{WhyNoRule, map[string]string{"dimension": l.Dimension.String()}, x.w.noRule}
	case Waived:
		return Reason{WhyFailed, x.thresholds(), x.w.failed(x.below())}
	case Cap:
		return Reason{WhyCap, limit, x.w.capped(x.w.titles[l.Dimension], x.Money(l.Limit, x.r.Currency))}
	case Minimum:
		return Reason{WhyMinimum, limit, x.w.atLeast(x.Money(l.Limit, x.r.Currency))}
	case Maximum:
		return Reason{WhyMaximum, limit, x.w.atMost(x.Money(l.Limit, x.r.Currency))}
	case TaxOn:
		params := map[string]string{"name": l.Tax, "rate": tariff.FormatRate(l.Rate), "net": x.r.Net.String()}
		return Reason{WhyTaxOnTop, params, x.w.taxOnTop}
	}
	return x.rule(l)
}

// rule names the rule by its place in the document, with what it asks for.
func (x *explainer) rule(l *Line) Reason {
	out := Reason{Code: WhyRule, Params: map[string]string{"rule": lineName(*l)}}
	rules := x.d.Dimension(l.Dimension).Rules
	if l.Rule < 0 || l.Rule >= len(rules) {
		return out // not the document that priced it: the place is all there is to say
	}
	when := rules[l.Rule].When
	conditionParams(when, out.Params)
	switch {
	case !when.Always():
		out.Text = x.Condition(when)
	case l.Rule == 0:
		out.Code, out.Text = WhyOnlyRule, x.w.always
	default:
		out.Code, out.Text = WhyOtherwise, x.w.otherwise
	}
	return out
}

func conditionParams(c tariff.Condition, into map[string]string) {
	var windows, days []string
	for _, w := range c.Time {
		windows = append(windows, w.String())
	}
	for _, d := range daysOf(c.Days) {
		days = append(days, calendar.WeekdayName(d))
	}
	put := func(name, value string) {
		if value != "" {
			into[name] = value
		}
	}
	put("time", strings.Join(windows, " "))
	put("days", strings.Join(days, " "))
	if c.DateFrom != nil {
		put("datesFrom", c.DateFrom.String())
	}
	if c.DateBefore != nil {
		put("datesBefore", c.DateBefore.String())
	}
	put("energyFrom", orEmpty(int64(c.Energy.From), c.Energy.From.String()))
	put("energyBefore", orEmpty(int64(c.Energy.Before), c.Energy.Before.String()))
	put("durationFrom", orEmpty(c.Duration.From, strconv.FormatInt(c.Duration.From, 10)))
	put("durationBefore", orEmpty(c.Duration.Before, strconv.FormatInt(c.Duration.Before, 10)))
}

func orEmpty(n int64, text string) string {
	if n == 0 {
		return ""
	}
	return text
}

// thresholds are what the session had to reach, and what it did.
func (x *explainer) thresholds() map[string]string {
	f := x.d.FailedStart
	params := map[string]string{
		"energy":   x.r.Energy.String(),
		"duration": strconv.FormatInt(int64(x.r.To-x.r.From), 10),
	}
	if f.Energy > 0 {
		params["energyNeeded"] = f.Energy.String()
	}
	if f.Duration > 0 {
		params["durationNeeded"] = strconv.FormatInt(f.Duration, 10)
	}
	return params
}

// below names the thresholds that the session missed; none where the default
// ones hold.
func (x *explainer) below() []string {
	f := x.d.FailedStart
	var out []string
	if x.r.Energy < f.Energy {
		out = append(out, x.Energy(f.Energy))
	}
	if int64(x.r.To-x.r.From) < f.Duration {
		out = append(out, x.Duration(f.Duration))
	}
	return out
}

func (x *explainer) badges(l *Line) []Reason {
	var out []Reason
	switch l.Kind {
	case Priced:
		if free := l.Measured - l.Billed; free > 0 {
			out = append(out, Reason{BadgeGrace, map[string]string{"seconds": strconv.FormatInt(free, 10)}, x.w.grace(x.Duration(free))})
		}
		if x.d.Locked.Has(l.Dimension) && x.d.Dimension(l.Dimension).Clocked() {
			out = append(out, Reason{Code: BadgeLocked, Text: x.w.locked})
		}
		if l.UnitPrice == 0 {
			out = append(out, Reason{Code: BadgeFree, Text: x.w.free})
		}
	case Free:
		out = append(out, Reason{Code: BadgeFree, Text: x.w.free})
	case Waived:
		out = append(out, Reason{Code: BadgeWaived, Text: x.w.waived})
	case Cap:
		out = append(out, Reason{Code: BadgeCap, Text: x.w.capHit})
	case Minimum:
		out = append(out, Reason{Code: BadgeMinimum, Text: x.w.minimumHit})
	case Maximum:
		out = append(out, Reason{Code: BadgeMaximum, Text: x.w.maximumHit})
	}
	if own, shared := x.shared(l); shared {
		params := map[string]string{"own": own.String(), "amount": l.Amount.String()}
		out = append(out, Reason{BadgeShared, params, x.w.shared(x.Amount(own), x.Amount(l.Amount))})
	}
	return out
}

// shared reports whether the line's amount is not its own exact sum rounded.
func (x *explainer) shared(l *Line) (own money.Amount, differs bool) {
	if x.r.Rounding.PerLine || l.Kind == TaxOn {
		return own, false
	}
	own, err := l.Exact.Round(x.r.Currency, x.r.Rounding.Mode)
	return own, err == nil && own != l.Amount
}

func (x *explainer) facts() string {
	parts := []string{x.Energy(x.r.Energy)}
	if x.r.ChargingTime > 0 {
		parts = append(parts, x.w.chargingFor(x.Duration(x.r.ChargingTime)))
	}
	if x.r.IdleTime > 0 {
		parts = append(parts, x.w.idleFor(x.Duration(x.r.IdleTime)))
	}
	return strings.Join(parts, ", ")
}

// times is a stretch of local time; the day is named twice only where it
// changes, and so is the offset from UTC where it has to be named at all.
func (x *explainer) times(from, to calendar.Instant) string {
	first, start := x.zone.Local(from)
	last, end := x.zone.Local(to)
	east, _ := x.zone.Offset(from)
	eastAtEnd, _ := x.zone.Offset(to)
	text := x.Date(first) + ", " + start.String()
	if east != eastAtEnd {
		text += x.offset(east)
	}
	switch {
	case from == to:
	case first == last && east == eastAtEnd:
		text += "–" + end.String()
	case first == last:
		text += " – " + end.String()
	default:
		text += " – " + x.Date(last) + ", " + end.String()
	}
	return text + x.offset(eastAtEnd)
}

// offset is " (UTC+2)", or nothing where every local time is clear.
func (x *explainer) offset(east int64) string {
	if !x.offsets {
		return ""
	}
	sign := "+"
	if east < 0 {
		sign, east = "−", -east
	}
	text := fmt.Sprintf(" (UTC%s%d", sign, east/3600)
	if minutes := east / 60 % 60; minutes != 0 {
		text += fmt.Sprintf(":%02d", minutes)
	}
	return text + ")"
}

func (x *explainer) rounding() Reason {
	sum := x.untaxed()
	params := map[string]string{"exact": x.r.Exact.String(), "total": sum.String(), "policy": x.r.Rounding.String()}
	even := x.r.Rounding.Mode == money.HalfEven
	exact, total := x.exactMoney(x.r.Exact.Rat()), x.Amount(sum)
	if x.r.Terms == tariff.WithoutTax && len(x.r.Taxes) > 0 {
		total += x.w.beforeTax
	}
	switch {
	case x.r.Rounding.PerLine:
		return Reason{RoundedLines, params, x.w.roundedLines(even)}
	case sum.Exact() == x.r.Exact:
		return Reason{RoundedNot, params, x.w.notRounded(total, slices.ContainsFunc(x.r.Lines, func(l Line) bool { return l.Amount.Exact() != l.Exact }))}
	}
	return Reason{RoundedTotal, params, x.w.roundedTotal(exact, total, even, len(x.r.Lines) > 1)}
}

// untaxed is the amount that the exact sum was rounded to.
func (x *explainer) untaxed() money.Amount {
	if x.r.Terms == tariff.WithoutTax {
		return x.r.Net
	}
	return x.r.Total
}

package pricing

import (
	"fmt"
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// Reason is one fact behind a price: a stable code with plain parameters
// (decimals with a point, durations in seconds, energy in kWh, power in kW,
// current in A), and the same in words.
type Reason struct {
	Code   string
	Params map[string]string
	Text   string
}

// The codes of reasons. Why a line is there:
const (
	WhyOnlyRule       = "rule_always"      // the rule sets no condition and none comes before it
	WhyRule           = "rule_matched"     // the rule's conditions hold
	WhyOtherwise      = "rule_otherwise"   // the rule sets no condition and no earlier one holds
	WhyNoRule         = "no_rule"          // no rule holds, so the quantity is free
	WhyFailed         = "failed_start"     // the start failed, so the fee is not due
	WhyCap            = "cap"              // the dimension costs no more
	WhyFreeAmount     = "free_amount"      // the first amount of a session is free
	WhyMinimum        = "minimum"          // a session costs no less
	WhyMaximum        = "maximum"          // a session costs no more
	WhyDayMaximum     = "day_maximum"      // a driver's day costs no more
	WhyTaxOnTop       = "tax_on_top"       // the tax comes on top of the prices
	WhyMinimumWithTax = "minimum_with_tax" // a session costs no less with tax
	WhyMaximumWithTax = "maximum_with_tax" // a session costs no more with tax
)

// What else shaped a line:
const (
	BadgeGrace    = "grace_used"
	BadgeFree     = "free"
	BadgeCredit   = "credit"
	BadgeWaived   = "waived"
	BadgeLocked   = "price_locked"
	BadgeBlocks   = "blocks"         // billed in whole blocks
	BadgeStep     = "step"           // the session's total was rounded up, here
	BadgeFeed     = "feed_value"     // how the unit price was made of a feed's value
	BadgeFallback = "feed_fallback"  // the same of the fallback
	BadgeAverage  = "average_power"  // the average power that a condition asked for
	BadgePeak     = "peak_power"     // the highest power that a condition asked for
	BadgeIdleWhen = "idle_detection" // how idle time was told
	BadgeOwnTax   = "own_tax"        // the rule has taxes of its own
	BadgeUntaxed  = "untaxed"        // the rule bears no tax
	BadgeCap      = "cap_hit"
	BadgeMinimum  = "minimum_applied"
	BadgeMaximum  = "maximum_applied"
	BadgeShared   = "cent_shared" // the amount differs by a cent so that the lines add up
)

// How the total came about:
const (
	RoundedTotal  = "rounded_total"
	RoundedLines  = "rounded_lines"
	RoundedNot    = "not_rounded"
	TaxNet        = "net_of_tax"
	TaxPartOf     = "tax_included"
	TaxAddedToNet = "tax_added"
	TaxBound      = "tax_bound"   // a bound of the total with tax changed the tax
	TaxFree       = "free_of_tax" // the part of the total that bears no tax
	TaxShared     = "tax_shared"  // what of the base is a share of lines for several prices
	OnDay         = "day_amount"  // what arose on a local day
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
	Days     []Reason // the amounts by day, where a maximum per day needs them
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
// equals Measured; Note then says why it does not.
type SpanText struct{ Times, Measured, Billed, Note string }

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
	for _, day := range r.Days {
		params := map[string]string{"date": day.Date.String(), "amount": day.Amount.String()}
		out.Days = append(out.Days, Reason{OnDay, params, x.Date(day.Date) + x.w.colon + x.exactMoney(day.Amount.Rat())})
	}
	for _, n := range r.Notes {
		text := x.w.notes[n]
		if n == NoteFailedStart && r.From == r.To && r.ReservedTime > 0 {
			text = x.w.notes[noShow]
		}
		out.Notes = append(out.Notes, Reason{Code: n, Text: text})
	}
	return out
}

// noShow is the failed start of an expired reservation, among the notes' words.
const noShow = "no_show"

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
	grace   map[spanRef]int64
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
	first := r.From
	for _, l := range r.Lines {
		for _, s := range l.Spans {
			first = min(first, s.From)
		}
	}
	_, until := zone.Offset(first - nearby)
	x.offsets = until <= r.To+nearby
	x.grace = x.graceUsed()
	return x
}

func (x *explainer) line(i int) LineText {
	l := &x.r.Lines[i]
	out := LineText{Title: x.title(l), Why: x.why(i), Amount: x.Amount(l.Amount), Arithmetic: x.arithmetic(i), Badges: x.badges(i)}
	if l.Kind == Priced || l.Kind == Free {
		out.Measured, out.Billed = x.quantity(l, l.Measured), x.quantity(l, l.Billed)
	}
	for j, s := range l.Spans {
		text := SpanText{Times: x.times(s.From, s.To), Measured: x.quantity(l, s.Measured)}
		if s.Billed != s.Measured {
			text.Billed, text.Note = x.quantity(l, s.Billed), x.spanNote(i, j)
		}
		out.Spans = append(out.Spans, text)
	}
	return out
}

// quantity is empty for a fee, which counts nothing worth saying.
func (x *explainer) quantity(l *Line, n int64) string {
	switch l.Dimension.Measure() {
	case tariff.InEnergy:
		return x.Energy(energy.Quantity(n))
	case tariff.InFees:
		return ""
	}
	return x.Duration(n)
}

// spanNote says why a stretch is not billed as it was measured: grace, the rest
// of a block that an earlier stretch began, or whole blocks and steps.
func (x *explainer) spanNote(i, j int) string {
	l := &x.r.Lines[i]
	s := l.Spans[j]
	switch {
	case l.Dimension.Measure() == tariff.InFees:
		return ""
	case l.Kind == Free || x.grace[spanRef{i, j}] == s.Measured:
		return x.w.freeSpan
	case s.Billed == 0:
		return x.w.inBlock
	}
	return x.w.billedSpan(x.quantity(l, s.Billed))
}

func (x *explainer) title(l *Line) string {
	switch l.Kind {
	case Cap:
		return x.w.capOn(x.w.titles[l.Dimension])
	case FreeAmount:
		return x.w.freeAmount
	case Minimum:
		return x.w.minimum
	case Maximum:
		return x.w.maximum
	case DayMaximum:
		return x.w.dayMaximum(x.Date(l.Day))
	case MinimumWithTax:
		return x.w.minimumWithTax
	case MaximumWithTax:
		return x.w.maximumWithTax
	case TaxOn:
		return x.Tax(l.Tax, l.Rate)
	}
	return x.w.titles[l.Dimension]
}

func (x *explainer) facts() string {
	var parts []string
	if x.r.Energy > 0 || x.r.ReservedTime == 0 || x.r.To > x.r.From {
		parts = append(parts, x.Energy(x.r.Energy))
	}
	if x.r.Exported > 0 {
		parts = append(parts, x.w.givenBack(x.Energy(x.r.Exported)))
	}
	for _, t := range []struct {
		seconds int64
		say     func(string) string
	}{{x.r.ChargingTime, x.w.chargingFor}, {x.r.IdleTime, x.w.idleFor}, {x.r.PausedTime, x.w.pausedFor}, {x.r.ReservedTime, x.w.reservedFor}} {
		if t.seconds > 0 {
			parts = append(parts, t.say(x.Duration(t.seconds)))
		}
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

// afterTax reports whether the line comes after the sum was rounded.
func (k LineKind) afterTax() bool { return k == TaxOn || k == MinimumWithTax || k == MaximumWithTax }

// untaxed is the amount that the exact sum was rounded to.
func (x *explainer) untaxed() money.Amount {
	sum := money.Amount{Currency: x.r.Currency}
	for _, l := range x.r.Lines {
		if !l.Kind.afterTax() {
			sum.Minor += l.Amount.Minor
		}
	}
	return sum
}

// Timeline is the changes of state that prices go by: those reported, with what
// the tariff takes for idle, what the operator caused and what lies between
// merged sessions.
func Timeline(f session.Facts, d tariff.Document) []session.Change {
	return timeline(&f, d.IdleWhen, f.End)
}

// Package paper sets a priced session on paper: it turns the receipt of the
// rules, the tariff document behind it and the facts of the session into the
// view of web/ui, in the reader's language. Staff and drivers read the same
// paper. It owns no number, no rule and no page; number, status, place, facts
// and links are the page's to add.
//
// Invariants, and the test that proves each:
//   - what is shown adds up as the receipt does: lines and rounding to the total
//     (TestPaperAddsUp);
//   - an exact sum is cut, never rounded, and says so (TestCutSaysSo);
//   - the states on the strip cover the session without gap or overlap, and are
//     those that prices go by (TestStatesCoverTheSession,
//     TestStripShowsWhatPricesGoBy).
package paper

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/web/ui"
)

// Receipt sets a receipt with the document that priced it for readers of the
// locale.
func Receipt(l *ui.Locale, r pricing.Receipt, d tariff.Document, facts session.Facts) ui.Receipt {
	zone, words, said := Zone(r.Zone), pricing.Explain(r, d, l.Lang), tariff.In(l.Lang)
	out := ui.Receipt{
		Heading: l.T("receipt.heading"), Zone: zone, ZoneName: r.Zone,
		When:  when(l, r, zone),
		Facts: Quantities(l, r),
		Strip: strip(r, d, facts, said),
		Total: words.Total,
		Tariff: ui.ReceiptTariff{Name: words.Title, Version: l.Int(int64(r.Tariff.Number)),
			Sentence: tariff.Sentence(d, l.Lang)},
	}
	for i, line := range r.Lines {
		out.Lines = append(out.Lines, receiptLine(line, words.Lines[i], said, r.Currency))
	}
	sums(l, &out, r, words, said)
	for _, t := range r.Taxes {
		gross := t.Net
		if sum, err := t.Net.Add(t.Amount); err == nil {
			gross = sum
		}
		out.Taxes = append(out.Taxes, ui.ReceiptTax{Name: said.TaxName(t.Name), Rate: said.Rate(t.Rate), Net: said.Amount(t.Net),
			Tax: said.Amount(t.Amount), Gross: said.Amount(gross)})
	}
	for _, t := range words.Taxes {
		out.Notes = append(out.Notes, t.Text)
	}
	if len(words.Days) > 1 {
		var days []string
		for _, d := range words.Days {
			days = append(days, d.Text)
		}
		out.Notes = append(out.Notes, l.T("receipt.by_day", "Days", strings.Join(days, " · ")))
	}
	for _, n := range words.Notes {
		out.Notes = append(out.Notes, n.Text)
	}
	return out
}

// when is the session's stretch of time and its duration without the gaps of a
// merged one; of an expired reservation it is the time that was reserved.
func when(l *ui.Locale, r pricing.Receipt, zone *time.Location) string {
	from, seconds := r.From, int64(r.To-r.From)
	if told := r.ChargingTime + r.IdleTime + r.PausedTime; told > 0 {
		seconds = min(seconds, told)
	}
	if from == r.To {
		from, seconds = from-calendar.Instant(r.ReservedTime), r.ReservedTime
	}
	return l.Span(from.Time(), r.To.Time(), zone) + " · " + l.Duration(seconds)
}

// Quantities are what a session measured beside energy and times of charging
// and idling, as far as there is any.
func Quantities(l *ui.Locale, r pricing.Receipt) []ui.Fact {
	said := tariff.In(l.Lang)
	var out []ui.Fact
	add := func(key string, n int64, text func() string) {
		if n > 0 {
			out = append(out, ui.Fact{Label: l.T(key), Value: text()})
		}
	}
	add("receipt.given_back", int64(r.Exported), func() string { return said.Energy(r.Exported) })
	add("strip.paused", r.PausedTime, func() string { return l.Duration(r.PausedTime) })
	add("receipt.reserved", r.ReservedTime, func() string { return l.Duration(r.ReservedTime) })
	add("receipt.average_power", int64(r.AveragePower), func() string { return said.Power(r.AveragePower) })
	add("receipt.peak_power", int64(r.PeakPower), func() string { return said.Power(r.PeakPower) })
	return out
}

// Status says whether the receipt is the session's first or has replaced
// another; of is how many the session has had.
func Status(l *ui.Locale, of int) *ui.ReceiptStatus {
	if of > 1 {
		return &ui.ReceiptStatus{Tone: ui.Info, Text: l.T("receipt.corrected")}
	}
	return &ui.ReceiptStatus{Tone: ui.Good, Text: l.T("receipt.final")}
}

// Number is what a receipt is called by: the session's number elsewhere, or
// the receipt's id where it has none, and which of its receipts it is.
func Number(externalID, receiptID string, number int) string {
	if externalID == "" {
		externalID = receiptID
	}
	return externalID + "/" + strconv.Itoa(number)
}

// Zone is a location's zone; a name that this machine does not know reads as
// UTC, which the page then names.
func Zone(name string) *time.Location {
	if z, err := calendar.LoadZone(name); err == nil {
		return z.Location()
	}
	return time.UTC
}

// States are the stretches in which the car charged or stood idle, the operator
// held back, or the session was interrupted, as they were reported.
func States(f session.Facts) []ui.StateSpan { return states(f, tariff.Document{}) }

var kinds = [session.States]ui.SpanKind{session.Charging: ui.Charging, session.Idle: ui.Idle, session.Paused: ui.Paused, session.Away: ui.Away}

// states are the stretches as the document tells idle time.
func states(f session.Facts, d tariff.Document) []ui.StateSpan {
	var out []ui.StateSpan
	changes := pricing.Timeline(f, d)
	state, since := session.Charging, f.Start
	for _, change := range append(changes[:len(changes):len(changes)], session.Change{At: f.End}) {
		at := min(change.At, f.End)
		if at > since {
			out = append(out, ui.StateSpan{From: since.Time(), To: at.Time(), Kind: kinds[state]})
		}
		since, state = max(since, at), change.State
	}
	return out
}

// Capital writes the first letter large, as at the beginning of a sentence.
func Capital(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}

// sums are the steps from the lines to the total.
func sums(l *ui.Locale, out *ui.Receipt, r pricing.Receipt, words pricing.Explanation, said tariff.Language) {
	untaxed, title, titleExact := money.Amount{Currency: r.Currency}, l.T("receipt.sum_lines"), l.T("receipt.sum_exact")
	for _, line := range r.Lines {
		if k := line.Kind; k != pricing.TaxOn && k != pricing.MinimumWithTax && k != pricing.MaximumWithTax {
			untaxed.Minor += line.Amount.Minor
		}
	}
	if r.Terms == tariff.WithoutTax {
		title, titleExact = l.T("receipt.sum_net"), l.T("receipt.sum_exact_net")
	}
	gap, err := untaxed.Exact().Sub(r.Exact)
	if err != nil || gap.Sign() == 0 {
		out.Subtotals = []ui.ReceiptStep{{Title: title, Why: words.Rounding.Text, Amount: said.Amount(untaxed)}}
		return
	}
	exact := cut(said, r.Exact) + " " + string(r.Currency)
	out.Subtotals = []ui.ReceiptStep{{Title: titleExact, Why: l.T("receipt.sum_exact_why"), Amount: exact}}
	out.Rounding = &ui.ReceiptStep{Title: l.T("receipt.rounding"), Why: words.Rounding.Text,
		Amount: cut(said, gap) + " " + string(r.Currency)}
}

// cut writes an exact sum with at most eight decimals. It cuts where there are
// more and says so, because rounding here could move a half to its other side.
func cut(said tariff.Language, e money.Exact) string {
	text := e.Decimal(20)
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) <= 8 {
		return said.Number(text)
	}
	return said.Number(whole+"."+fraction[:8]) + "…"
}

func receiptLine(line pricing.Line, words pricing.LineText, said tariff.Language, c money.Currency) ui.ReceiptLine {
	out := ui.ReceiptLine{Title: words.Title, Measured: words.Measured, Billed: words.Billed, Amount: words.Amount, Working: words.Arithmetic}
	if words.Why.Text != "" {
		out.Why = []string{Capital(words.Why.Text)}
	}
	if line.Kind == pricing.Free {
		out.Billed = "" // nothing was counted, so what was measured is all there is to say
	}
	if line.Kind == pricing.Priced || line.Kind == pricing.Waived {
		out.UnitPrice, out.Once = said.UnitPrice(line.UnitPrice, line.Per, c), line.Per == tariff.Flat
	}
	if line.Kind == pricing.Priced && line.Dimension.Measure() == tariff.InFees {
		out.Billed = strconv.FormatInt(min(line.Billed, 1), 10)
	}
	for _, b := range words.Badges {
		tone := ui.Info
		switch b.Code {
		case pricing.BadgeFeed, pricing.BadgeFallback, pricing.BadgeStep, pricing.BadgeAverage, pricing.BadgePeak, pricing.BadgeIdleWhen:
			out.Why = append(out.Why, Capital(b.Text)) // too long for a badge
			continue
		case pricing.BadgeGrace, pricing.BadgeFree, pricing.BadgeWaived, pricing.BadgeCredit:
			tone = ui.Good
		case pricing.BadgeCap, pricing.BadgeMaximum, pricing.BadgeMinimum:
			tone = ui.Warn
		}
		out.Badges = append(out.Badges, ui.ReceiptBadge{Tone: tone, Text: b.Text})
	}
	for i, span := range line.Spans {
		if span.From == span.To || i >= len(words.Spans) {
			continue // a fee is due at one moment, which its reason names
		}
		text := words.Spans[i]
		out.Intervals = append(out.Intervals, ui.ReceiptInterval{From: span.From.Time(), To: span.To.Time(), Quantity: text.Measured, Note: text.Note})
	}
	return out
}

// strip draws the session with the prices of the first dimension that the
// tariff prices.
func strip(r pricing.Receipt, d tariff.Document, facts session.Facts, said tariff.Language) *ui.Strip {
	if r.To <= r.From {
		return nil
	}
	s := &ui.Strip{From: r.From.Time(), To: r.To.Time(), Zone: Zone(r.Zone), States: states(facts, d)}
	for _, k := range []tariff.Kind{tariff.Energy, tariff.Charging, tariff.Occupancy, tariff.Idle} {
		if s.Prices = priceSpans(r, k, said); len(s.Prices) > 0 {
			break
		}
	}
	return s
}

func priceSpans(r pricing.Receipt, k tariff.Kind, said tariff.Language) []ui.PriceSpan {
	var prices []money.Price
	for _, line := range r.Lines {
		if line.Kind == pricing.Priced && line.Dimension == k && !slices.Contains(prices, line.UnitPrice) {
			prices = append(prices, line.UnitPrice)
		}
	}
	slices.Sort(prices)
	var out []ui.PriceSpan
	for _, line := range r.Lines {
		if line.Kind != pricing.Priced || line.Dimension != k {
			continue
		}
		level := 1
		if len(prices) > 1 {
			level = slices.Index(prices, line.UnitPrice) * 3 / (len(prices) - 1)
		}
		for _, span := range line.Spans {
			out = append(out, ui.PriceSpan{From: span.From.Time(), To: span.To.Time(), Text: said.UnitPrice(line.UnitPrice, line.Per, r.Currency), Level: level})
		}
	}
	slices.SortFunc(out, func(a, b ui.PriceSpan) int { return a.From.Compare(b.From) })
	return out
}

package admin

import (
	"slices"
	"strings"

	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/web/ui"
)

// paper sets a receipt with the document that priced it. Place, facts and the
// reason for the tariff are the page's to add.
func (v *visit) paper(r pricing.Receipt, d tariff.Document, facts session.Facts) ui.Receipt {
	zone, words, said := zoneOf(r.Zone), pricing.Explain(r, d, v.l.Lang), tariff.In(v.l.Lang)
	from, to := at(r.From), at(r.To)
	out := ui.Receipt{
		Heading: v.t("admin.receipt.title"), Zone: zone, ZoneName: r.Zone,
		When:  v.l.Span(from, to, zone) + " · " + v.l.Duration(int64(r.To-r.From)),
		Strip: strip(r, facts, said),
		Total: words.Total,
		Tariff: ui.ReceiptTariff{Name: words.Title, Version: v.l.Int(int64(r.Tariff.Number)), Href: "/tariffs/" + r.Tariff.Name,
			Sentence: v.sentence(d)},
	}
	for i, line := range r.Lines {
		out.Lines = append(out.Lines, receiptLine(line, words.Lines[i], said, r.Currency))
	}
	v.sums(&out, r, words, said)
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
	for _, n := range words.Notes {
		out.Notes = append(out.Notes, n.Text)
	}
	return out
}

// sums are the steps from the lines to the total.
func (v *visit) sums(out *ui.Receipt, r pricing.Receipt, words pricing.Explanation, said tariff.Language) {
	untaxed, title, titleExact := r.Total, v.t("admin.receipt.sum"), v.t("admin.receipt.exact")
	if r.Terms == tariff.WithoutTax {
		untaxed, title, titleExact = r.Net, v.t("admin.receipt.sum.net"), v.t("admin.receipt.exact.net")
	}
	gap, err := untaxed.Exact().Sub(r.Exact)
	if err != nil || gap.Sign() == 0 {
		out.Subtotals = []ui.ReceiptStep{{Title: title, Why: words.Rounding.Text, Amount: said.Amount(untaxed)}}
		return
	}
	exact := cut(said, r.Exact) + " " + string(r.Currency)
	out.Subtotals = []ui.ReceiptStep{{Title: titleExact, Why: v.t("admin.receipt.exact.why"), Amount: exact}}
	out.Rounding = &ui.ReceiptStep{Title: v.t("receipt.rounding"), Why: words.Rounding.Text,
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
		out.Why = []string{capital(words.Why.Text)}
	}
	if line.Kind == pricing.Free {
		out.Billed = "" // nothing was counted, so what was measured is all there is to say
	}
	if line.Kind == pricing.Priced || line.Kind == pricing.Waived {
		out.UnitPrice = said.UnitPrice(line.UnitPrice, line.Per, c)
	}
	for _, b := range words.Badges {
		tone := ui.Info
		switch b.Code {
		case pricing.BadgeGrace, pricing.BadgeFree, pricing.BadgeWaived:
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
		interval := ui.ReceiptInterval{From: at(span.From), To: at(span.To), Quantity: text.Measured}
		if text.Billed != "" {
			interval.Quantity, interval.Note = text.Billed, text.Measured
		}
		out.Intervals = append(out.Intervals, interval)
	}
	return out
}

// strip draws the session with the prices of the first dimension that the
// tariff prices.
func strip(r pricing.Receipt, facts session.Facts, said tariff.Language) *ui.Strip {
	if r.To <= r.From {
		return nil
	}
	s := &ui.Strip{From: at(r.From), To: at(r.To), Zone: zoneOf(r.Zone), States: states(facts)}
	for _, k := range []tariff.Kind{tariff.Energy, tariff.Charging, tariff.Idle} {
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
			out = append(out, ui.PriceSpan{From: at(span.From), To: at(span.To), Text: said.UnitPrice(line.UnitPrice, line.Per, r.Currency), Level: level})
		}
	}
	slices.SortFunc(out, func(a, b ui.PriceSpan) int { return a.From.Compare(b.From) })
	return out
}

// capital writes the first letter large, as at the beginning of a sentence.
func capital(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}

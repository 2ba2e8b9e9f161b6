package pricing

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kwote/domain/tariff"
)

// Measures of the plain-text receipt, in characters.
const (
	textWidth = 72
	textSpans = 12 // stretches of time shown per line
)

// Text is the receipt set in monospace, amounts at the right
// margin, in a language of Explain. It ends in a line feed.
func Text(r Receipt, d tariff.Document, lang string) string {
	e, w := Explain(r, d, lang), wordsIn(tariff.In(lang).Code())
	var p page
	p.head(r, e, w)
	for _, l := range e.Lines {
		p.line(l, w)
	}
	p.WriteString(strings.Repeat("─", textWidth) + "\n")
	p.row(w.total, e.Total)
	p.wrapped("  ", e.Rounding.Text)
	if len(e.Days) > 1 {
		p.wrapped("  ", w.byDay)
		for _, d := range e.Days {
			p.wrapped("    ", d.Text)
		}
	}
	for _, t := range e.Taxes {
		// Taxes on top have lines of their own.
		if r.Terms == tariff.WithTax || t.Code == TaxBound {
			p.wrapped("  ", t.Text)
		}
	}
	if len(e.Notes) > 0 {
		p.WriteString("\n")
	}
	for _, n := range e.Notes {
		p.wrapped("", n.Text)
	}
	return p.String()
}

// page is text being set.
type page struct{ strings.Builder }

func (p *page) head(r Receipt, e Explanation, w *words) {
	name := r.Tariff.Name
	if r.Tariff.Number > 0 {
		name += ", " + w.version(r.Tariff.Number)
	}
	if e.Title != name {
		name = e.Title + " (" + name + ")"
	}
	p.wrapped("", name)
	p.wrapped("", e.Period+" ("+r.Zone+")")
	p.wrapped("", e.Facts)
	p.WriteString("\n")
}

func (p *page) line(l LineText, w *words) {
	p.row(l.Title, l.Amount)
	if l.Arithmetic != "" {
		p.wrapped("  ", l.Arithmetic)
	}
	if l.Arithmetic != "" && l.Billed != l.Measured {
		p.wrapped("  ", w.billed(l.Measured, l.Billed))
	}
	remarks := []string{l.Why.Text}
	for _, b := range l.Badges {
		// What the title or the reason has said already is not said again.
		if !slices.Contains(saidAlready, b.Code) && (b.Code != BadgeFree || l.Arithmetic != "" && l.Why.Code != WhyFreeAmount) {
			remarks = append(remarks, b.Text)
		}
	}
	p.wrapped("  ", strings.Join(slices.DeleteFunc(remarks, func(s string) bool { return s == "" }), w.semicolon))
	for i, s := range l.Spans {
		if i == textSpans && len(l.Spans) > textSpans+1 {
			p.wrapped("    ", w.more(len(l.Spans)-i))
			break
		}
		p.span(s, w)
	}
	p.WriteString("\n")
}

// saidAlready are the badges that the title, the reason or the unit price of a
// line says in other words.
var saidAlready = []string{BadgeCredit, BadgeWaived, BadgeCap, BadgeMinimum, BadgeMaximum}

func (p *page) span(s SpanText, w *words) {
	right := s.Measured
	if s.Note != "" {
		right += " (" + s.Note + ")"
	}
	if right == "" {
		p.wrapped("    ", s.Times)
		return
	}
	p.row("    "+s.Times, right)
}

// row sets one text at the left and one at the right margin, below each other
// where they do not fit on one line.
func (p *page) row(left, right string) {
	space := textWidth - utf8.RuneCountInString(right)
	if gap := space - utf8.RuneCountInString(left); gap >= 2 {
		p.WriteString(left + strings.Repeat(" ", gap) + right + "\n")
		return
	}
	text := strings.TrimLeft(left, " ")
	p.wrapped(left[:len(left)-len(text)], text)
	p.WriteString(strings.Repeat(" ", max(0, space)) + right + "\n")
}

// wrapped sets running text within the width; further lines begin under the
// first. A number stays with the unit after it.
func (p *page) wrapped(indent, text string) {
	if text == "" {
		return
	}
	column := 0
	for i, word := range unbroken(text) {
		width := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			p.WriteString(indent)
			column = len(indent)
		case column+1+width > textWidth:
			p.WriteString("\n" + indent)
			column = len(indent)
		default:
			p.WriteString(" ")
			column++
		}
		p.WriteString(word)
		column += width
	}
	p.WriteString("\n")
}

// unbroken is the words of a text, numbers together with the word that follows.
func unbroken(text string) []string {
	var out []string
	number := false
	for word := range strings.SplitSeq(text, " ") {
		if number {
			out[len(out)-1] += " " + word
		} else {
			out = append(out, word)
		}
		last := strings.TrimPrefix(word, "−")
		number = last != "" && last[0] >= '0' && last[0] <= '9' && strings.Trim(last, "0123456789.,…") == ""
	}
	return out
}

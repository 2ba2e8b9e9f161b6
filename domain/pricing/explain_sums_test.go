package pricing

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// everyCase are the names of all receipts that the tests know.
func everyCase(t *testing.T) []string {
	return append(files(t, "testdata/cases/*.txt", 40), files(t, "testdata/explain/*.txt", 25)...)
}

// TestArithmeticLeadsToTheSameCent works every shown sum out anew, as a reader
// with a pocket calculator would, for all pricing cases.
func TestArithmeticLeadsToTheSameCent(t *testing.T) {
	for _, name := range everyCase(t) {
		_, r, doc := priceFile(t, name)
		checkSums(t, name, &r, doc)
	}
}

// TestArithmeticOfAnyReceipt does the same for receipts of chance.
func TestArithmeticOfAnyReceipt(t *testing.T) {
	zones := loadZones(t)
	rapid.Check(t, func(t *rapid.T) {
		c, facts, ctx := drawCase(t, zones, 6*3600)
		r := mustPrice(t, c, facts, ctx)
		checkSums(t, "drawn", &r, c.doc)
		for _, lang := range tariff.Languages() {
			Text(r, c.doc, lang)
		}
	})
}

// checkSums works out everything that an explanation shows as a sum.
func checkSums(t failer, name string, r *Receipt, doc tariff.Document) {
	t.Helper()
	e := Explain(*r, doc, "en")
	for i, l := range e.Lines {
		checkLineSum(t, name, r, i, l)
		checkQuantity(t, name, doc, r.Lines[i], l)
		for _, badge := range l.Badges {
			if badge.Code == BadgeFeed || badge.Code == BadgeFallback {
				checkFeedSum(t, name, r.Lines[i], badge.Text)
			}
		}
	}
	for _, tax := range e.Taxes {
		checkTaxSum(t, name, r, tax)
	}
}

// checkQuantity comes from what was measured to what was billed by the badges
// alone.
func checkQuantity(t failer, name string, doc tariff.Document, line Line, l LineText) {
	t.Helper()
	if line.Kind != Priced || line.Per == tariff.Flat || line.Dimension.Measure() == tariff.InFees {
		return
	}
	number := func(code, param string) int64 {
		for _, b := range l.Badges {
			if b.Code == code && line.Dimension.Measure() == tariff.InEnergy && param != "blocks" {
				q, _ := energy.ParseKWh(b.Params[param])
				return int64(q)
			} else if b.Code == code {
				n, _ := strconv.ParseInt(b.Params[param], 10, 64)
				return n
			}
		}
		return 0
	}
	want := line.Measured - number(BadgeGrace, "seconds") + number(BadgeStep, "surplus")
	if doc.Dimension(line.Dimension).Block > 0 {
		want = number(BadgeBlocks, "blocks") * number(BadgeBlocks, "size")
	}
	if line.Billed != want {
		t.Fatalf("%s: %s is billed as %d, the badges come to %d: %v", name, l.Title, line.Billed, want, l.Badges)
	}
}

// checkLineSum works out the sum of a line.
func checkLineSum(t failer, name string, r *Receipt, i int, l LineText) {
	t.Helper()
	line := r.Lines[i]
	if l.Arithmetic == "" {
		if line.Exact.Sign() != 0 {
			t.Fatalf("%s: line %d costs something and shows no sum", name, i)
		}
		return
	}
	sum, shown, ok := strings.Cut(l.Arithmetic, " = ")
	want, err := evaluate(asExpression(sum))
	if !ok || err != nil {
		t.Fatalf("%s: %q: %v", name, l.Arithmetic, err)
	}
	exact := line.Exact.Rat()
	switch {
	case line.Kind == TaxOn:
		exact = want // the tax line's own exact sum is its rounded amount
	case r.Rounding.PerLine && line.Kind != Priced && line.Kind != DayMaximum:
		exact = line.Amount.Exact().Rat()
	}
	cut := strings.Contains(sum, "…") // the sum then begins with cut numbers itself
	if off := new(big.Rat).Sub(want, exact); off.Abs(off).Cmp(big.NewRat(1, 10_000_000)) > 0 || !cut && off.Sign() != 0 {
		t.Fatalf("%s: %q is %s, but the line is %s", name, l.Arithmetic, want.RatString(), exact.RatString())
	}
	display, err := evaluate(asExpression(shown))
	if err != nil {
		t.Fatalf("%s: %q: %v", name, shown, err)
	}
	digits := r.Currency.Digits()
	if ratRound(display, digits, money.HalfUp) != ratRound(exact, digits, money.HalfUp) {
		t.Fatalf("%s: %q rounds to another cent than %s", name, l.Arithmetic, exact.RatString())
	}
	if line.Kind == TaxOn && ratRound(exact, digits, r.Rounding.Mode) != line.Amount.Minor {
		t.Fatalf("%s: %q, but the tax is %s", name, l.Arithmetic, line.Amount)
	}
}

// checkFeedSum works out how a unit price was made of a feed's value. What is
// said last is the unit price.
func checkFeedSum(t failer, name string, line Line, text string) {
	t.Helper()
	sum := text[strings.LastIndex(text, ": ")+2:]
	steps := strings.Split(sum, ", ")
	said := asExpression(steps[len(steps)-1])
	if _, result, ok := strings.Cut(steps[len(steps)-1], " = "); ok {
		said = asExpression(result)
	}
	price, err := evaluate(said)
	if err != nil || price.Cmp(big.NewRat(int64(line.UnitPrice), 1_000_000_000)) != 0 {
		t.Fatalf("%s: %q ends in %s, the unit price is %s, %v", name, text, said, line.UnitPrice, err)
	}
	terms, result, ok := strings.Cut(steps[0], " = ")
	if !ok {
		return
	}
	want, err := evaluate(asExpression(terms))
	shown, err2 := evaluate(asExpression(result))
	if err != nil || err2 != nil || want.Cmp(shown) != 0 {
		t.Fatalf("%s: %q does not come to %s: %v, %v", name, terms, result, err, err2)
	}
}

// checkTaxSum works out how a tax, or what is left without it, was reckoned.
func checkTaxSum(t failer, name string, r *Receipt, reason Reason) {
	t.Helper()
	amount := reason.Params["amount"]
	switch reason.Code {
	case TaxBound, TaxFree, TaxShared:
		return // stated, not reckoned
	case TaxNet:
		amount = reason.Params["net"]
	}
	sum, _, _ := strings.Cut(reason.Text[strings.LastIndex(reason.Text, ": ")+2:], " = ")
	want, err := evaluate(asExpression(sum))
	got, ok := new(big.Rat).SetString(amount)
	if err != nil || !ok {
		t.Fatalf("%s: %q: %v", name, reason.Text, err)
	}
	digits := r.Currency.Digits()
	if ratRound(want, digits, r.Rounding.Mode) != ratRound(got, digits, r.Rounding.Mode) {
		t.Fatalf("%s: %q is %s, the receipt says %s", name, sum, want.FloatString(6), amount)
	}
}

// asExpression is a shown sum in Go's notation: units gone, a percentage as a
// fraction.
func asExpression(s string) string {
	s = strings.NewReplacer("×", "*", "÷", "/", "−", "-", "…", "", "%", " / 100").Replace(s)
	var kept []string
	for _, word := range strings.Fields(s) {
		if strings.Trim(word, "0123456789.+-*/") == "" {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

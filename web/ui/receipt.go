package ui

import "time"

// Receipt is an explained receipt as its reader sees it: every figure is text that the page has already written in the
// reader's locale, every instant is shown in Zone.
type Receipt struct {
	Heading string // "Receipt"
	Number  string
	Status  *ReceiptStatus
	// Place and When stand under the heading: "Gare de Lyon, EVSE 4", "14 Mar 2026, 21:30–22:45".
	Place, When string
	Zone        *time.Location
	ZoneName    string
	Facts       []Fact
	Strip       *Strip
	Lines       []ReceiptLine
	// Subtotals are the steps between lines and total: sum, minimum price, cap, discounts, in their order.
	Subtotals []ReceiptStep
	Rounding  *ReceiptStep
	Total     string
	// TotalNote stands under the total: "including 20% VAT".
	TotalNote string
	Taxes     []ReceiptTax
	Tariff    ReceiptTariff
	Warnings  []string
	Notes     []string
}

// ReceiptStatus is the receipt's state: running, final, corrected.
type ReceiptStatus struct {
	Tone Tone
	Text string
}

// ReceiptLine is one priced thing. The first Why says which rule priced it.
type ReceiptLine struct {
	Title string
	Why   []string
	// Measured is the quantity of the facts, Billed the one that was priced; Measured is shown where they differ.
	Measured, Billed string
	UnitPrice        string
	// Once says that the unit price is due once, whatever the quantity.
	Once   bool
	Amount string
	// Working is the arithmetic ("10.485 kWh × €0.49/kWh = €5.13765"), Exact the amount before rounding.
	Working, Exact string
	Badges         []ReceiptBadge
	Intervals      []ReceiptInterval
	Open           bool
}

// ReceiptBadge is a short remark on a line: "grace 15 min used", "capped at 20.00".
type ReceiptBadge struct {
	Tone Tone
	Text string
}

// ReceiptInterval is one stretch that a line priced.
type ReceiptInterval struct {
	From, To time.Time
	Quantity string
	Note     string
}

// ReceiptStep is a row between the lines and the total, with a reason.
type ReceiptStep struct{ Title, Why, Amount string }

// ReceiptTax is one row of the tax table.
type ReceiptTax struct{ Name, Rate, Net, Tax, Gross string }

// ReceiptTariff says which version of which tariff priced the session, and why that one.
type ReceiptTariff struct{ Name, Version, Href, Sentence, Reason, ReasonHref string }

func (l ReceiptLine) folds() bool {
	return l.Working != "" || l.Exact != "" || len(l.Intervals) > 0 || l.differs()
}

// differs reports whether what was billed is not what was measured. A line that bills nothing only has what was
// measured.
func (l ReceiptLine) differs() bool {
	return l.Measured != "" && l.Billed != "" && l.Measured != l.Billed
}

// quantity is what the unit price is multiplied by; empty where it is due once.
func (l ReceiptLine) quantity() string {
	if l.Once {
		return ""
	}
	return either(l.Billed, l.Measured)
}

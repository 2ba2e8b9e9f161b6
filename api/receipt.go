package api

import (
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// Receipt is a priced session with the reason for every cent. Amounts and
// quantities are decimal strings; exact amounts are unrounded decimals or
// fractions.
type Receipt struct {
	Tariff          TariffRef `json:"tariff" doc:"The tariff version that priced the session"`
	Currency        string    `json:"currency" example:"EUR" doc:"ISO 4217 code"`
	Prices          string    `json:"prices" enum:"with tax,without tax,no tax" doc:"What the unit prices include"`
	Rounding        string    `json:"rounding" example:"half-up on total" doc:"Name of the rounding policy"`
	TimeZone        string    `json:"timeZone" example:"Europe/Paris" doc:"IANA zone in which clock rules were read"`
	From            string    `json:"from" format:"date-time"`
	To              string    `json:"to" format:"date-time"`
	EnergyKWh       string    `json:"energyKwh" example:"10.485"`
	ChargingSeconds int64     `json:"chargingSeconds"`
	IdleSeconds     int64     `json:"idleSeconds"`
	Lines           []Line    `json:"lines" doc:"The amounts of the lines add up to the total"`
	Exact           string    `json:"exact" example:"10.06500000" doc:"Unrounded sum of the lines before taxes on top"`
	Total           string    `json:"total" example:"10.07" doc:"What is to be paid"`
	Net             string    `json:"net" example:"8.46" doc:"Total less taxes"`
	Taxes           []TaxLine `json:"taxes"`
	Notes           []string  `json:"notes" doc:"Stable codes of what a reader should know"`
	Words           *Words    `json:"words,omitempty" doc:"The receipt in the language asked for"`
}

// Words are what a receipt says as a whole, in one language. Times are local
// to the receipt's zone.
type Words struct {
	Language string   `json:"language" example:"en"`
	Title    string   `json:"title" example:"Rapid charging" doc:"Of the tariff, for drivers"`
	Period   string   `json:"period" example:"3 May 2026, 21:40–22:10"`
	Facts    string   `json:"facts" doc:"Energy and times"`
	Total    string   `json:"total" example:"10.07 EUR"`
	Rounding Reason   `json:"rounding" doc:"How the exact sum became an amount"`
	Taxes    []Reason `json:"taxes" doc:"How the tax was reckoned"`
	Notes    []Reason `json:"notes"`
}

// Reason is one fact behind a price: a stable code with plain parameters, and
// the same in words.
type Reason struct {
	Code   string            `json:"code" example:"rule_matched"`
	Params map[string]string `json:"params,omitempty" doc:"Decimals with a point, durations in seconds, energy in kWh"`
	Text   string            `json:"text,omitempty" example:"between 22:00 and 06:00"`
}

// TariffRef names a tariff version.
type TariffRef struct {
	Name      string `json:"name" example:"rapid-public"`
	Version   int    `json:"version,omitempty" example:"3"`
	VersionID string `json:"versionId,omitempty"`
}

// Line is one line of a receipt.
type Line struct {
	Kind      string `json:"kind" enum:"priced,free,waived,cap,minimum,maximum,tax"`
	Dimension string `json:"dimension,omitempty" enum:"energy,charging,idle,session"`
	Rule      *int   `json:"rule,omitempty" doc:"Index of the rule in its dimension, from 0"`
	UnitPrice string `json:"unitPrice,omitempty" example:"0.49"`
	Per       string `json:"per,omitempty" enum:"kWh,min,h,session"`
	Unit      string `json:"unit,omitempty" enum:"kWh,s,session" doc:"Unit of measured and billed"`
	Measured  string `json:"measured,omitempty" example:"10.485"`
	Billed    string `json:"billed,omitempty" example:"10.485" doc:"Measured less grace"`
	Limit     string `json:"limit,omitempty" doc:"The cap, minimum or maximum that made the line"`
	Tax       string `json:"tax,omitempty"`
	Rate      string `json:"rate,omitempty" example:"20" doc:"Percent"`
	Exact     string `json:"exact" example:"5.13765000"`
	Amount    string `json:"amount" example:"5.14"`
	Spans     []Span `json:"spans,omitempty"`

	Title      string   `json:"title,omitempty" example:"Energy" doc:"What the line is, in the language asked for"`
	Why        []Reason `json:"why,omitempty" doc:"Why the line is there, then what else shaped it: grace, a cap, a shared cent"`
	Arithmetic string   `json:"arithmetic,omitempty" example:"10.485 kWh × 0.49 EUR/kWh = 5.13765 EUR" doc:"The line as a sum to check by hand"`
}

// Span is a stretch of time that a line priced.
type Span struct {
	From     string `json:"from" format:"date-time"`
	To       string `json:"to" format:"date-time"`
	Measured string `json:"measured"`
	Billed   string `json:"billed"`
}

// TaxLine is one tax on a session.
type TaxLine struct {
	Name   string `json:"name" example:"VAT"`
	Rate   string `json:"rate" example:"20" doc:"Percent"`
	Net    string `json:"net"`
	Amount string `json:"amount"`
}

// Explained is FromReceipt with the reason for every cent in words. The
// document must be the one that priced the receipt.
func Explained(r pricing.Receipt, doc tariff.Document, lang string) Receipt {
	out, x := FromReceipt(r), pricing.Explain(r, doc, lang)
	out.Words = &Words{Language: tariff.In(lang).Code(), Title: x.Title, Period: x.Period, Facts: x.Facts, Total: x.Total, Rounding: Reason(x.Rounding),
		Taxes: reasons(x.Taxes), Notes: reasons(x.Notes)}
	for i, l := range x.Lines {
		line := &out.Lines[i]
		line.Title, line.Arithmetic = l.Title, l.Arithmetic
		line.Why = append([]Reason{Reason(l.Why)}, reasons(l.Badges)...)
	}
	return out
}

func reasons(all []pricing.Reason) []Reason {
	out := make([]Reason, len(all))
	for i, r := range all {
		out[i] = Reason(r)
	}
	return out
}

// FromReceipt is the receipt as the API and the command line show it, without
// words.
func FromReceipt(r pricing.Receipt) Receipt {
	out := Receipt{
		Tariff:   TariffRef{r.Tariff.Name, r.Tariff.Number, r.Tariff.VersionID},
		Currency: string(r.Currency), Prices: r.Terms.String(), Rounding: r.Rounding.String(), TimeZone: r.Zone,
		From: r.From.String(), To: r.To.String(), EnergyKWh: r.Energy.String(),
		ChargingSeconds: r.ChargingTime, IdleSeconds: r.IdleTime,
		Lines: make([]Line, len(r.Lines)), Exact: r.Exact.String(), Total: r.Total.String(), Net: r.Net.String(),
		Taxes: make([]TaxLine, len(r.Taxes)), Notes: append([]string{}, r.Notes...),
	}
	for i, l := range r.Lines {
		out.Lines[i] = fromLine(l)
	}
	for i, t := range r.Taxes {
		out.Taxes[i] = TaxLine{t.Name, tariff.FormatRate(t.Rate), t.Net.String(), t.Amount.String()}
	}
	return out
}

func fromLine(l pricing.Line) Line {
	out := Line{Kind: string(l.Kind), Exact: l.Exact.String(), Amount: l.Amount.String()}
	switch l.Kind {
	case pricing.TaxOn:
		out.Tax, out.Rate = l.Tax, tariff.FormatRate(l.Rate)
		return out
	case pricing.Minimum, pricing.Maximum:
		out.Limit = l.Limit.String()
		return out
	case pricing.Cap:
		out.Dimension, out.Limit = l.Dimension.String(), l.Limit.String()
		return out
	}
	out.Dimension, out.Unit = l.Dimension.String(), unitOf(l.Dimension)
	if l.Rule >= 0 {
		rule := l.Rule
		out.Rule, out.UnitPrice, out.Per = &rule, l.UnitPrice.String(), perOf(l.Per)
	}
	out.Measured, out.Billed = quantity(l.Dimension, l.Measured), quantity(l.Dimension, l.Billed)
	for _, s := range l.Spans {
		out.Spans = append(out.Spans, Span{instant(s.From), instant(s.To), quantity(l.Dimension, s.Measured), quantity(l.Dimension, s.Billed)})
	}
	return out
}

func instant(i calendar.Instant) string { return i.String() }

func perOf(u tariff.Unit) string {
	return map[tariff.Unit]string{tariff.PerKWh: "kWh", tariff.PerMinute: "min", tariff.PerHour: "h", tariff.PerSession: "session"}[u]
}

func unitOf(k tariff.Kind) string {
	switch k {
	case tariff.Energy:
		return "kWh"
	case tariff.Session:
		return "session"
	}
	return "s"
}

func quantity(k tariff.Kind, n int64) string {
	if k == tariff.Energy {
		return energy.Quantity(n).String()
	}
	return strconv.FormatInt(n, 10)
}

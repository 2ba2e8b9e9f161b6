package api

import (
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// Receipt is a priced session with the reason for every cent. Amounts and
// quantities are decimal strings; exact amounts are unrounded decimals or
// fractions.
type Receipt struct {
	Tariff          TariffRef   `json:"tariff" doc:"The tariff version that priced the session"`
	Currency        string      `json:"currency" example:"EUR" doc:"ISO 4217 code"`
	Prices          string      `json:"prices" enum:"with tax,without tax,no tax" doc:"What the unit prices include"`
	Rounding        string      `json:"rounding" example:"half-up on total" doc:"Name of the rounding policy"`
	TimeZone        string      `json:"timeZone" example:"Europe/Paris" doc:"IANA zone in which clock rules were read"`
	From            string      `json:"from" format:"date-time"`
	To              string      `json:"to" format:"date-time"`
	EnergyKWh       string      `json:"energyKwh" example:"10.485"`
	ExportedKWh     string      `json:"exportedKwh,omitempty" doc:"Energy given back to the grid; absent where there was none"`
	ChargingSeconds int64       `json:"chargingSeconds"`
	IdleSeconds     int64       `json:"idleSeconds"`
	PausedSeconds   int64       `json:"pausedSeconds,omitempty" doc:"Caused by the operator, or without contact; no time of them is priced"`
	ReservedSeconds int64       `json:"reservedSeconds,omitempty"`
	AveragePowerKW  string      `json:"averagePowerKw,omitempty" doc:"The session's average power, where it decided a price"`
	PeakPowerKW     string      `json:"peakPowerKw,omitempty" doc:"The session's highest power, where it decided a price"`
	Lines           []Line      `json:"lines" doc:"The amounts of the lines add up to the total"`
	Exact           string      `json:"exact" example:"10.06500000" doc:"Unrounded sum of the lines before taxes on top"`
	Total           string      `json:"total" example:"10.07" doc:"What is to be paid"`
	Net             string      `json:"net" example:"8.46" doc:"Total less taxes"`
	Taxes           []TaxLine   `json:"taxes"`
	Days            []DayAmount `json:"days,omitempty" doc:"By the local day on which the amounts arose, where the tariff has a maximum per day; they add up to exact"`
	Notes           []string    `json:"notes" doc:"Stable codes of what a reader should know"`
	Words           *Words      `json:"words,omitempty" doc:"The receipt in the language asked for"`
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
	Kind      string   `json:"kind" enum:"priced,free,waived,cap,free_amount,minimum,maximum,day_maximum,tax,minimum_with_tax,maximum_with_tax"`
	Dimension string   `json:"dimension,omitempty" enum:"energy,charging,idle,occupancy,session,reservation,reservationFee,export"`
	Rule      *int     `json:"rule,omitempty" doc:"Index of the rule in its dimension, from 0"`
	UnitPrice string   `json:"unitPrice,omitempty" example:"0.49"`
	Per       string   `json:"per,omitempty" enum:"kWh,min,h,session,reservation,flat" doc:"flat: once, when the rule first has something to bill"`
	Unit      string   `json:"unit,omitempty" enum:"kWh,s,session,reservation" doc:"Unit of measured and billed"`
	Measured  string   `json:"measured,omitempty" example:"10.485"`
	Billed    string   `json:"billed,omitempty" example:"10.485" doc:"Measured less grace, up to whole blocks or steps"`
	Feed      *FeedUse `json:"feed,omitempty" doc:"The feed's value that made the unit price"`
	Limit     string   `json:"limit,omitempty" doc:"The cap, free amount, minimum or maximum that made the line"`
	Day       string   `json:"day,omitempty" format:"date" doc:"The local day of a maximum per day"`
	Tax       string   `json:"tax,omitempty"`
	Rate      string   `json:"rate,omitempty" example:"20" doc:"Percent"`
	Exact     string   `json:"exact" example:"5.13765000"`
	Amount    string   `json:"amount" example:"5.14"`
	Spans     []Span   `json:"spans,omitempty"`

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

// FeedUse is a value of a price feed that made a unit price.
type FeedUse struct {
	Name    string `json:"name" example:"spot-fr"`
	From    string `json:"from,omitempty" format:"date-time" doc:"Of the slot; absent where it is missing"`
	Value   string `json:"value,omitempty" example:"0.08534" doc:"Of the slot; absent where it is missing"`
	Missing bool   `json:"missing,omitempty" doc:"The tariff's fallback made the price"`
}

// DayAmount is what arose on a local day.
type DayAmount struct {
	Day     string `json:"day" format:"date"`
	Exact   string `json:"exact" example:"5.13765000"`
	Charged string `json:"charged" example:"5.14" doc:"Its share of the rounded total before taxes on top, which counts towards the maximum of later sessions"`
}

// TaxLine is one tax on a session.
type TaxLine struct {
	Name   string `json:"name" example:"VAT"`
	Rate   string `json:"rate" example:"20" doc:"Percent"`
	Net    string `json:"net"`
	Amount string `json:"amount"`
	Shared string `json:"shared,omitempty" example:"1.00" doc:"What of the sum that the tax is reckoned from is a share of lines that stand for prices with different taxes, such as a minimum"`
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
		ChargingSeconds: r.ChargingTime, IdleSeconds: r.IdleTime, PausedSeconds: r.PausedTime, ReservedSeconds: r.ReservedTime,
		AveragePowerKW: kilowatts(r.AveragePower), PeakPowerKW: kilowatts(r.PeakPower),
		Lines: make([]Line, len(r.Lines)), Exact: r.Exact.String(), Total: r.Total.String(), Net: r.Net.String(),
		Taxes: make([]TaxLine, len(r.Taxes)), Notes: append([]string{}, r.Notes...),
	}
	if r.Exported != 0 {
		out.ExportedKWh = r.Exported.String()
	}
	for i, l := range r.Lines {
		out.Lines[i] = fromLine(l)
	}
	for _, d := range r.Days {
		out.Days = append(out.Days, DayAmount{d.Date.String(), d.Amount.String(), d.Charged.String()})
	}
	for i, t := range r.Taxes {
		out.Taxes[i] = TaxLine{t.Name, tariff.FormatRate(t.Rate), t.Net.String(), t.Amount.String(), orNothing(t.Shared)}
	}
	return out
}

func fromLine(l pricing.Line) Line {
	out := Line{Kind: string(l.Kind), Exact: l.Exact.String(), Amount: l.Amount.String()}
	switch l.Kind {
	case pricing.TaxOn:
		out.Tax, out.Rate = l.Tax, tariff.FormatRate(l.Rate)
		return out
	case pricing.Minimum, pricing.Maximum, pricing.FreeAmount, pricing.MinimumWithTax, pricing.MaximumWithTax:
		out.Limit = l.Limit.String()
		return out
	case pricing.DayMaximum:
		out.Limit, out.Day = l.Limit.String(), l.Day.String()
		return out
	case pricing.Cap:
		out.Dimension, out.Limit = l.Dimension.String(), l.Limit.String()
		return out
	}
	out.Dimension, out.Unit = l.Dimension.String(), unitOf(l.Dimension)
	if l.Rule >= 0 {
		rule := l.Rule
		out.Rule, out.UnitPrice, out.Per = &rule, l.UnitPrice.String(), perOf(l.Dimension, l.Per)
	}
	if l.Feed != nil {
		out.Feed = fromFeedUse(*l.Feed)
	}
	out.Measured, out.Billed = quantity(l.Dimension, l.Measured), quantity(l.Dimension, l.Billed)
	for _, s := range l.Spans {
		out.Spans = append(out.Spans, Span{instant(s.From), instant(s.To), quantity(l.Dimension, s.Measured), quantity(l.Dimension, s.Billed)})
	}
	return out
}

func instant(i calendar.Instant) string { return i.String() }

func fromFeedUse(u pricing.FeedUse) *FeedUse {
	if u.Missing {
		return &FeedUse{Name: u.Feed, Missing: true}
	}
	return &FeedUse{Name: u.Feed, From: u.From.String(), Value: u.Value.String()}
}

func perOf(k tariff.Kind, u tariff.Unit) string {
	if u == tariff.PerSession {
		return unitOf(k)
	}
	return map[tariff.Unit]string{tariff.PerKWh: "kWh", tariff.PerMinute: "min", tariff.PerHour: "h", tariff.Flat: "flat"}[u]
}

func unitOf(k tariff.Kind) string {
	switch {
	case k.Measure() == tariff.InEnergy:
		return "kWh"
	case k.Measure() == tariff.InTime:
		return "s"
	case k == tariff.ReservationFee:
		return "reservation"
	}
	return "session"
}

func quantity(k tariff.Kind, n int64) string {
	if k.Measure() == tariff.InEnergy {
		return energy.Quantity(n).String()
	}
	return strconv.FormatInt(n, 10)
}

// orNothing is the amount, or nothing where it is zero.
func orNothing(a money.Amount) string {
	if a.Minor == 0 {
		return ""
	}
	return a.String()
}

package store

import (
	"encoding/json"
	"fmt"
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// receiptDoc is the kept form of a receipt. Energy is in µWh, times in
// seconds, instants in spans count from From, amounts are in minor units of
// the currency, prices in 10^-9 of it, rates in millionths. What is zero is
// left out.
type receiptDoc struct {
	Tariff   string    `json:"tariff"`
	Version  string    `json:"version"`
	Number   int       `json:"number"`
	Currency string    `json:"currency"`
	Terms    string    `json:"terms"`
	Rounding string    `json:"rounding"`
	Zone     string    `json:"zone"`
	From     int64     `json:"from"`
	To       int64     `json:"to"`
	Energy   int64     `json:"energy"`
	Exported int64     `json:"exported"`
	Charging int64     `json:"charging"`
	Idle     int64     `json:"idle"`
	Paused   int64     `json:"paused"`
	Reserved int64     `json:"reserved"`
	Average  int64     `json:"average"`
	Peak     int64     `json:"peak"`
	Lines    []lineDoc `json:"lines"`
	Exact    string    `json:"exact"`
	Total    int64     `json:"total"`
	Net      int64     `json:"net"`
	Taxes    []taxDoc  `json:"taxes"`
	Days     []dayDoc  `json:"days"`
	Notes    []string  `json:"notes"`
}

type lineDoc struct {
	Kind      string     `json:"kind"`
	Dimension string     `json:"dimension"`
	Rule      int        `json:"rule"`
	UnitPrice int64      `json:"unitPrice"`
	Per       string     `json:"per"`
	Measured  int64      `json:"measured"`
	Billed    int64      `json:"billed"`
	Spans     [][4]int64 `json:"spans"` // from, to, measured, billed
	Feed      *feedDoc   `json:"feed"`
	Limit     int64      `json:"limit"`
	Day       int64      `json:"day"` // since 1970-01-01
	Tax       string     `json:"tax"`
	Rate      int64      `json:"rate"`
	Exact     string     `json:"exact"`
	Amount    int64      `json:"amount"`
}

type feedDoc struct {
	Name    string `json:"name"`
	From    int64  `json:"from"` // instant
	Value   int64  `json:"value"`
	Missing int64  `json:"missing"` // 1: the fallback made the price
}

type dayDoc struct {
	Date    int64  `json:"date"` // days since 1970-01-01
	Amount  string `json:"amount"`
	Charged int64  `json:"charged"`
}

type taxDoc struct {
	Name   string `json:"name"`
	Rate   int64  `json:"rate"`
	Net    int64  `json:"net"`
	Amount int64  `json:"amount"`
	Shared int64  `json:"shared"`
}

// object writes the fields of a JSON object by hand: imports write hundreds of
// thousands of receipts, and reflection would take longer than pricing them.
type object struct{ b []byte }

func (o *object) name(name string) {
	if last := o.b[len(o.b)-1]; last != '{' {
		o.b = append(o.b, ',')
	}
	o.b = append(append(append(o.b, '"'), name...), '"', ':')
}

func (o *object) integer(name string, n int64) {
	if n != 0 {
		o.name(name)
		o.b = strconv.AppendInt(o.b, n, 10)
	}
}

func (o *object) text(name, s string) {
	if s != "" {
		o.name(name)
		o.b = appendText(o.b, s)
	}
}

func (o *object) exact(name string, e money.Exact) {
	if e.Sign() != 0 {
		o.text(name, e.String())
	}
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, _ := json.Marshal(s) // a string always has a JSON form
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// appendReceipt writes a receiptDoc.
func appendReceipt(b []byte, r *pricing.Receipt) []byte {
	o := object{append(b, '{')}
	o.text("tariff", r.Tariff.Name)
	o.text("version", r.Tariff.VersionID)
	o.integer("number", int64(r.Tariff.Number))
	o.text("currency", string(r.Currency))
	o.text("terms", r.Terms.String())
	o.text("rounding", policyName(r.Rounding))
	o.text("zone", r.Zone)
	o.integer("from", int64(r.From))
	o.integer("to", int64(r.To))
	o.integer("energy", int64(r.Energy))
	o.integer("exported", int64(r.Exported))
	o.integer("charging", r.ChargingTime)
	o.integer("idle", r.IdleTime)
	o.integer("paused", r.PausedTime)
	o.integer("reserved", r.ReservedTime)
	o.integer("average", int64(r.AveragePower))
	o.integer("peak", int64(r.PeakPower))
	for i := range r.Lines {
		o.element(i, "lines")
		o.line(&r.Lines[i], r.From)
	}
	o.b = closeList(o.b, len(r.Lines))
	o.exact("exact", r.Exact)
	o.integer("total", r.Total.Minor)
	o.integer("net", r.Net.Minor)
	for i, t := range r.Taxes {
		o.element(i, "taxes")
		o.b = append(o.b, '{')
		o.text("name", t.Name)
		o.integer("rate", t.Rate)
		o.integer("net", t.Net.Minor)
		o.integer("amount", t.Amount.Minor)
		o.integer("shared", t.Shared.Minor)
		o.b = append(o.b, '}')
	}
	o.b = closeList(o.b, len(r.Taxes))
	for i, d := range r.Days {
		o.element(i, "days")
		o.b = append(o.b, '{')
		o.integer("date", int64(d.Date))
		o.exact("amount", d.Amount)
		o.integer("charged", d.Charged.Minor)
		o.b = append(o.b, '}')
	}
	o.b = closeList(o.b, len(r.Days))
	for i, n := range r.Notes {
		o.element(i, "notes")
		o.b = appendText(o.b, n)
	}
	o.b = closeList(o.b, len(r.Notes))
	return append(o.b, '}')
}

// element begins element i of the named list.
func (o *object) element(i int, list string) {
	if i > 0 {
		o.b = append(o.b, ',')
		return
	}
	o.name(list)
	o.b = append(o.b, '[')
}

func (o *object) line(l *pricing.Line, from calendar.Instant) {
	o.b = append(o.b, '{')
	o.text("kind", string(l.Kind))
	o.text("dimension", l.Dimension.String())
	o.integer("rule", int64(l.Rule))
	o.integer("unitPrice", int64(l.UnitPrice))
	o.text("per", l.Per.String())
	o.integer("measured", l.Measured)
	o.integer("billed", l.Billed)
	for i, s := range l.Spans {
		o.element(i, "spans")
		for j, n := range [...]int64{int64(s.From - from), int64(s.To - from), s.Measured, s.Billed} {
			o.b = strconv.AppendInt(append(o.b, "[,,,"[j]), n, 10)
		}
		o.b = append(o.b, ']')
	}
	o.b = closeList(o.b, len(l.Spans))
	if l.Feed != nil {
		o.feed(*l.Feed)
	}
	o.integer("limit", int64(l.Limit))
	o.integer("day", int64(l.Day))
	o.text("tax", l.Tax)
	o.integer("rate", l.Rate)
	o.exact("exact", l.Exact)
	o.integer("amount", l.Amount.Minor)
	o.b = append(o.b, '}')
}

func (o *object) feed(u pricing.FeedUse) {
	o.name("feed")
	o.b = append(o.b, '{')
	o.text("name", u.Feed)
	o.integer("from", int64(u.From))
	o.integer("value", int64(u.Value))
	if u.Missing {
		o.integer("missing", 1)
	}
	o.b = append(o.b, '}')
}

// policyName spares the default policy the search for its name.
func policyName(p money.Policy) string {
	if p == money.DefaultPolicy {
		return "half-up on total"
	}
	return p.String()
}

func readReceipt(text string) (pricing.Receipt, error) {
	var d receiptDoc
	if err := fromJSON(text, &d); err != nil {
		return pricing.Receipt{}, err
	}
	r := pricing.Receipt{
		Tariff:   pricing.TariffRef{Name: d.Tariff, VersionID: d.Version, Number: d.Number},
		Currency: money.Currency(d.Currency), Zone: d.Zone,
		From: calendar.Instant(d.From), To: calendar.Instant(d.To),
		Energy: energy.Quantity(d.Energy), Exported: energy.Quantity(d.Exported), ChargingTime: d.Charging, IdleTime: d.Idle,
		PausedTime: d.Paused, ReservedTime: d.Reserved, AveragePower: energy.Power(d.Average), PeakPower: energy.Power(d.Peak), Notes: d.Notes,
	}
	var err error
	if r.Rounding, err = money.ParsePolicy(d.Rounding); err != nil {
		return r, err
	}
	if r.Terms, err = byName(d.Terms, tariff.WithTax, tariff.WithoutTax, tariff.NoTax); err != nil {
		return r, err
	}
	if r.Exact, err = readExact(d.Exact); err != nil {
		return r, err
	}
	r.Total, r.Net = d.amount(d.Total), d.amount(d.Net)
	for _, l := range d.Lines {
		line, err := d.line(l)
		if err != nil {
			return r, err
		}
		r.Lines = append(r.Lines, line)
	}
	for _, t := range d.Taxes {
		r.Taxes = append(r.Taxes, pricing.TaxLine{Name: t.Name, Rate: t.Rate, Net: d.amount(t.Net), Amount: d.amount(t.Amount), Shared: d.amount(t.Shared)})
	}
	for _, day := range d.Days {
		amount, err := readExact(day.Amount)
		if err != nil {
			return r, err
		}
		r.Days = append(r.Days, pricing.DayAmount{Date: calendar.Date(day.Date), Amount: amount, Charged: d.amount(day.Charged)})
	}
	return r, nil
}

func (d *receiptDoc) amount(minor int64) money.Amount {
	return money.Amount{Minor: minor, Currency: money.Currency(d.Currency)}
}

func (d *receiptDoc) line(l lineDoc) (line pricing.Line, err error) {
	line = pricing.Line{Kind: pricing.LineKind(l.Kind), Rule: l.Rule, UnitPrice: money.Price(l.UnitPrice), Measured: l.Measured,
		Billed: l.Billed, Limit: money.Price(l.Limit), Day: calendar.Date(l.Day), Tax: l.Tax, Rate: l.Rate, Amount: d.amount(l.Amount)}
	if f := l.Feed; f != nil {
		line.Feed = &pricing.FeedUse{Feed: f.Name, From: calendar.Instant(f.From), Value: money.Price(f.Value), Missing: f.Missing != 0}
	}
	if line.Dimension, err = byName(l.Dimension, dimensions()...); err != nil {
		return line, err
	}
	if line.Per, err = byName(l.Per, tariff.PerKWh, tariff.PerMinute, tariff.PerHour, tariff.PerSession, tariff.Flat); err != nil {
		return line, err
	}
	if line.Exact, err = readExact(l.Exact); err != nil {
		return line, err
	}
	from := calendar.Instant(d.From)
	for _, s := range l.Spans {
		line.Spans = append(line.Spans, pricing.Span{From: from + calendar.Instant(s[0]), To: from + calendar.Instant(s[1]), Measured: s[2], Billed: s[3]})
	}
	return line, nil
}

func dimensions() []tariff.Kind {
	all := make([]tariff.Kind, tariff.Kinds)
	for i := range all {
		all[i] = tariff.Kind(i)
	}
	return all
}

func readExact(s string) (money.Exact, error) {
	if s == "" {
		return money.Exact{}, nil
	}
	return money.ParseExact(s)
}

// byName finds the value whose String is the name.
func byName[T fmt.Stringer](name string, values ...T) (T, error) {
	for _, v := range values {
		if v.String() == name {
			return v, nil
		}
	}
	var none T
	return none, fmt.Errorf("a kept receipt has %q, which this program does not know", name)
}

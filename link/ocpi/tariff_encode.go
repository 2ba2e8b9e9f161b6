package ocpi

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"kwote/domain/document"
	"kwote/domain/money"
)

// wireTariff is the JSON form of a tariff. Numbers are written with the digits
// they have.
type wireTariff struct {
	CountryCode  string          `json:"country_code,omitempty"`
	PartyID      string          `json:"party_id,omitempty"`
	ID           string          `json:"id"`
	Currency     string          `json:"currency"`
	Type         string          `json:"type,omitempty"`
	Texts        []wireText      `json:"tariff_alt_text,omitempty"`
	AltURL       string          `json:"tariff_alt_url,omitempty"`
	MinPrice     *wireLimit      `json:"min_price,omitempty"`
	MaxPrice     *wireLimit      `json:"max_price,omitempty"`
	Preauthorise json.Number     `json:"preauthorize_amount,omitempty"`
	Elements     []wireElement   `json:"elements"`
	TaxIncluded  string          `json:"tax_included,omitempty"`
	Start        string          `json:"start_date_time,omitempty"`
	End          string          `json:"end_date_time,omitempty"`
	EnergyMix    json.RawMessage `json:"energy_mix,omitempty"`
	LastUpdated  string          `json:"last_updated,omitempty"`
}

// wireLimit is a Price or, from 2.3.0, a PriceLimit.
type wireLimit struct {
	Excl   json.Number `json:"excl_vat,omitempty"`
	Incl   json.Number `json:"incl_vat,omitempty"`
	Before json.Number `json:"before_taxes,omitempty"`
	After  json.Number `json:"after_taxes,omitempty"`
}

type wireText struct {
	Language string `json:"language"`
	Text     string `json:"text"`
}

type wireElement struct {
	Components   []wireComponent   `json:"price_components"`
	Restrictions *wireRestrictions `json:"restrictions,omitempty"`
}

type wireComponent struct {
	Type  string      `json:"type"`
	Price json.Number `json:"price"`
	VAT   json.Number `json:"vat,omitempty"`
	Step  int64       `json:"step_size"`
}

type wireRestrictions struct {
	StartTime   string      `json:"start_time,omitempty"`
	EndTime     string      `json:"end_time,omitempty"`
	StartDate   string      `json:"start_date,omitempty"`
	EndDate     string      `json:"end_date,omitempty"`
	MinKWh      json.Number `json:"min_kwh,omitempty"`
	MaxKWh      json.Number `json:"max_kwh,omitempty"`
	MinCurrent  json.Number `json:"min_current,omitempty"`
	MaxCurrent  json.Number `json:"max_current,omitempty"`
	MinPower    json.Number `json:"min_power,omitempty"`
	MaxPower    json.Number `json:"max_power,omitempty"`
	MinDuration json.Number `json:"min_duration,omitempty"`
	MaxDuration json.Number `json:"max_duration,omitempty"`
	Days        []string    `json:"day_of_week,omitempty"`
	Reservation string      `json:"reservation,omitempty"`
}

// Encode writes the tariff in its version, indented, ending in a line feed.
func (t Tariff) Encode() ([]byte, error) {
	w := wireTariff{
		CountryCode: t.CountryCode, PartyID: t.PartyID, ID: t.ID, Currency: string(t.Currency), Type: t.Type, AltURL: t.AltURL,
		MinPrice: t.Min.wire(t.Version), MaxPrice: t.Max.wire(t.Version),
	}
	for _, text := range t.Texts {
		w.Texts = append(w.Texts, wireText(text))
	}
	if t.Preauthorise != nil {
		w.Preauthorise = number(*t.Preauthorise)
	}
	if t.Version == V230 {
		w.TaxIncluded = t.TaxIncluded.String()
	}
	if t.Start != nil {
		w.Start = t.Start.String()
	}
	if t.End != nil {
		w.End = t.End.String()
	}
	if t.LastUpdated != nil {
		w.LastUpdated = t.LastUpdated.String()
	}
	if t.EnergyMix != nil {
		w.EnergyMix = nodeJSON(t.EnergyMix)
	}
	for _, e := range t.Elements {
		w.Elements = append(w.Elements, e.wire())
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(w)
	return out.Bytes(), err
}

func number(p money.Price) json.Number {
	return json.Number(formatDecimal(int64(p), money.PriceDecimals))
}

// wire is the limit in the version's form, nil where there is none.
func (l Limit) wire(version Version) *wireLimit {
	text := func(p *money.Price) json.Number {
		if p == nil {
			return ""
		}
		return number(*p)
	}
	switch {
	case !l.set():
		return nil
	case version == V230:
		return &wireLimit{Before: text(l.Excl), After: text(l.Incl)}
	}
	return &wireLimit{Excl: text(l.Excl), Incl: text(l.Incl)}
}

func (e Element) wire() wireElement {
	var w wireElement
	for _, c := range e.Components {
		out := wireComponent{Type: c.Type.String(), Price: number(c.Price), Step: c.Step}
		if c.Type == Flat {
			out.Step = 1 // has no meaning, but the field is required
		}
		if c.VAT != nil {
			out.VAT = json.Number(formatDecimal(*c.VAT, 4))
		}
		w.Components = append(w.Components, out)
	}
	if e.Restrictions.key() != (Restrictions{}).key() {
		r := e.Restrictions.wire()
		w.Restrictions = &r
	}
	return w
}

func (r Restrictions) wire() wireRestrictions {
	w := wireRestrictions{
		MinKWh: bounded(r.MinKWh, 9), MaxKWh: bounded(r.MaxKWh, 9), MinCurrent: bounded(r.MinCurrent, 3), MaxCurrent: bounded(r.MaxCurrent, 3),
		MinPower: bounded(r.MinPower, 6), MaxPower: bounded(r.MaxPower, 6), MinDuration: bounded(r.MinDuration, 0), MaxDuration: bounded(r.MaxDuration, 0),
		Reservation: r.Reservation.String(),
	}
	if r.StartTime != nil {
		w.StartTime = r.StartTime.String()
	}
	if r.EndTime != nil {
		w.EndTime = r.EndTime.String()
	}
	if r.StartDate != nil {
		w.StartDate = r.StartDate.String()
	}
	if r.EndDate != nil {
		w.EndDate = r.EndDate.String()
	}
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); r.Days.Has(day) {
			w.Days = append(w.Days, strings.ToUpper(day.String()))
		}
	}
	return w
}

// bounded is a bound as a JSON number, empty where there is none.
func bounded[T ~int64](p *T, places int) json.Number {
	if p == nil {
		return ""
	}
	return json.Number(formatDecimal(int64(*p), places))
}

// nodeJSON writes a part of a message as it was read.
func nodeJSON(n *document.Node) json.RawMessage {
	var out bytes.Buffer
	writeNode(&out, n)
	return out.Bytes()
}

func writeNode(out *bytes.Buffer, n *document.Node) {
	text := func(s string) {
		quoted, _ := json.Marshal(s) // a string always encodes
		out.Write(quoted)
	}
	switch n.Kind {
	case document.Null:
		out.WriteString("null")
	case document.List:
		out.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				out.WriteByte(',')
			}
			writeNode(out, item)
		}
		out.WriteByte(']')
	case document.Object:
		out.WriteByte('{')
		for i, f := range n.Fields {
			if i > 0 {
				out.WriteByte(',')
			}
			text(f.Name)
			out.WriteByte(':')
			writeNode(out, f.Value)
		}
		out.WriteByte('}')
	case document.Scalar:
		if !n.Quoted && json.Valid([]byte(n.Text)) {
			out.WriteString(n.Text)
			return
		}
		text(n.Text)
	}
}

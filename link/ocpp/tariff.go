// Package ocpp owns what Kwote says in OCPP 2.1: the wire form of the tariffs
// that a charging station prices by itself (TariffType of SetDefaultTariff and
// AuthorizeResponse), and their translation from tariff documents. It does not
// price and speaks to no station.
//
// Invariants, and the test that proves each:
//   - what the target cannot say is a Loss, never silence (TestLosses);
//   - where nothing is lost a price at any moment is the document's
//     (TestSilenceMeansEqual);
//   - what is written is valid by the official schema (TestOfficialSchema).
package ocpp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Tariff is TariffType. Amounts and percentages are decimal numbers.
type Tariff struct {
	ID               string    `json:"tariffId"`
	Description      []Message `json:"description,omitempty"`
	Currency         string    `json:"currency"`
	Energy           *Prices   `json:"energy,omitempty"`
	ValidFrom        string    `json:"validFrom,omitempty"`
	ChargingTime     *Prices   `json:"chargingTime,omitempty"`
	IdleTime         *Prices   `json:"idleTime,omitempty"`
	FixedFee         *Prices   `json:"fixedFee,omitempty"`
	ReservationTime  *Prices   `json:"reservationTime,omitempty"`
	ReservationFixed *Prices   `json:"reservationFixed,omitempty"`
	MinCost          *Cost     `json:"minCost,omitempty"`
	MaxCost          *Cost     `json:"maxCost,omitempty"`
}

// Message is MessageContentType.
type Message struct {
	Format   string `json:"format"`
	Language string `json:"language,omitempty"`
	Content  string `json:"content"`
}

// Prices are the prices of one dimension, of which the first whose conditions
// hold applies, and the taxes on them.
type Prices struct {
	Prices   []Price   `json:"prices"`
	TaxRates []TaxRate `json:"taxRates,omitempty"`
}

// Price is a price without tax: per kWh, per minute, or fixed.
type Price struct {
	PerKWh     json.Number `json:"priceKwh,omitempty"`
	PerMinute  json.Number `json:"priceMinute,omitempty"`
	Fixed      json.Number `json:"priceFixed,omitempty"`
	Conditions *Conditions `json:"conditions,omitempty"`
}

// TaxRate is a tax in percent; one of stack n is levied on the net and the
// taxes of the stacks below.
type TaxRate struct {
	Type  string      `json:"type"`
	Tax   json.Number `json:"tax"`
	Stack int         `json:"stack,omitempty"`
}

// Cost is PriceType.
type Cost struct {
	ExclTax json.Number `json:"exclTax,omitempty"`
	InclTax json.Number `json:"inclTax,omitempty"`
}

// Conditions hold when all that are set hold; minimum inclusive, maximum
// exclusive. Energy is in Wh, power in W, current in A, time in seconds.
type Conditions struct {
	StartTimeOfDay  string      `json:"startTimeOfDay,omitempty"`
	EndTimeOfDay    string      `json:"endTimeOfDay,omitempty"`
	DayOfWeek       []string    `json:"dayOfWeek,omitempty"`
	ValidFromDate   string      `json:"validFromDate,omitempty"`
	ValidToDate     string      `json:"validToDate,omitempty"`
	EVSEKind        string      `json:"evseKind,omitempty"`
	MinEnergy       json.Number `json:"minEnergy,omitempty"`
	MaxEnergy       json.Number `json:"maxEnergy,omitempty"`
	MinCurrent      json.Number `json:"minCurrent,omitempty"`
	MaxCurrent      json.Number `json:"maxCurrent,omitempty"`
	MinPower        json.Number `json:"minPower,omitempty"`
	MaxPower        json.Number `json:"maxPower,omitempty"`
	MinTime         json.Number `json:"minTime,omitempty"`
	MaxTime         json.Number `json:"maxTime,omitempty"`
	MinChargingTime json.Number `json:"minChargingTime,omitempty"`
	MaxChargingTime json.Number `json:"maxChargingTime,omitempty"`
	MinIdleTime     json.Number `json:"minIdleTime,omitempty"`
	MaxIdleTime     json.Number `json:"maxIdleTime,omitempty"`
}

// Loss is something that the translation could not carry over: a stable code,
// the path in the document, and a sentence.
type Loss struct {
	Code    string `json:"code"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

// Encode writes the tariff as indented JSON, ending in a line feed.
func (t Tariff) Encode() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(t)
	return out.Bytes(), err
}

// decimal writes n·10^-places as the shortest JSON number.
func decimal[T ~int64](n T, places int) json.Number {
	digits, sign := fmt.Sprintf("%0*d", places+1, magnitude(int64(n))), ""
	if n < 0 {
		sign = "-"
	}
	end := len(digits)
	for end > len(digits)-places && digits[end-1] == '0' {
		end--
	}
	whole, frac := digits[:len(digits)-places], digits[len(digits)-places:end]
	if frac == "" {
		return json.Number(sign + whole)
	}
	return json.Number(sign + whole + "." + frac)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// week is the days in the order in which they are written.
var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

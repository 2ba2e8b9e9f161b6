package ocpp

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// The bounds of the wire: characters of an id, of a text and of a language,
// and the number of texts and of taxes.
const (
	maxID       = 60
	maxText     = 1024
	maxLanguage = 8
	maxTexts    = 10
	maxTaxes    = 5
	maxTaxName  = 20
)

// wireStep is the least difference between two amounts in 10^-9: numbers sent
// to a station have at most six decimals (OCPP 2.1 part 2, 2.1 data types).
const wireStep = 1000

// FromDocument is the document as a tariff for charging stations, with
// everything that OCPP 2.1 cannot say. An empty id stands for the document's
// name. The fault says why nothing can be written at all.
func FromDocument(d tariff.Document, id string) (Tariff, []Loss, error) {
	if id == "" {
		id = d.Name
	}
	if n := len([]rune(id)); n > maxID {
		return Tariff{}, nil, fault.At(fault.Invalid, "id_too_long", "id", fmt.Sprintf("the id %q has %d characters; OCPP allows %d, so give the tariff another id", id, n, maxID))
	}
	x := &export{doc: &d}
	if d.Terms == tariff.WithTax && !x.taxesKnown() {
		return Tariff{}, nil, fault.At(fault.Invalid, "tax_unknown", "tax", "the prices include tax at a rate that the document does not say, and OCPP only knows prices without tax; add the tax to the document")
	}
	t := Tariff{ID: id, Currency: string(d.Currency), Description: x.texts()}
	x.taxDates()
	x.taxOpen()
	written := false
	for _, to := range []struct {
		kind   tariff.Kind
		prices **Prices
	}{
		{tariff.Energy, &t.Energy}, {tariff.Charging, &t.ChargingTime}, {tariff.Idle, &t.IdleTime}, {tariff.Session, &t.FixedFee},
		{tariff.Reservation, &t.ReservationTime}, {tariff.ReservationFee, &t.ReservationFixed},
	} {
		*to.prices = x.dimension(to.kind)
		written = written || *to.prices != nil
	}
	x.whole(&t)
	if !written {
		issues := make([]fault.Issue, len(x.losses))
		for i, l := range x.losses {
			issues[i] = fault.Issue{Code: l.Code, Field: l.Path, Message: l.Message}
		}
		return Tariff{}, x.losses, &fault.Fault{Kind: fault.Invalid, Code: "nothing_left", Message: "OCPP 2.1 can say none of the tariff's prices:", Issues: issues}
	}
	return t, x.losses, nil
}

// export gathers what a document says beyond OCPP while it is translated.
type export struct {
	doc    *tariff.Document
	losses []Loss
}

func (x *export) lose(path, code, format string, args ...any) {
	x.losses = append(x.losses, Loss{Code: code, Path: path, Message: fmt.Sprintf(format, args...)})
}

func (x *export) texts() []Message {
	var out []Message
	for _, language := range slices.Sorted(maps.Keys(x.doc.Title)) {
		text, path := []rune(x.doc.Title[language]), "title."+language
		switch {
		case len(out) == maxTexts:
			x.lose(path, "text_many", "OCPP allows %d texts; this one was left out", maxTexts)
			continue
		case len(language) > maxLanguage:
			x.lose(path, "text_language", "OCPP allows %d characters for a language; this text was left out", maxLanguage)
			continue
		case len(text) > maxText:
			x.lose(path, "text_long", "the text has %d characters; OCPP allows %d, so the rest was cut off", len(text), maxText)
			text = text[:maxText]
		}
		out = append(out, Message{"UTF8", language, string(text)})
	}
	return out
}

// dimension is the rules of a dimension as prices; nil where there are none.
func (x *export) dimension(k tariff.Kind) *Prices {
	d := x.doc.Dimension(k)
	if d.Block > 0 {
		x.lose(k.String()+".block", "block", "OCPP has no blocks; %s is priced as measured", k)
	}
	if slices.ContainsFunc(d.Rules, func(r tariff.Rule) bool { return r.Step > 1 }) {
		x.lose(k.String(), "step_size", "OCPP has no steps; %s is priced as measured", k)
	}
	if d.AtMost != nil {
		x.lose(k.String()+".atMost", "cap", "OCPP has no maximum for one dimension")
	}
	taxes := x.shared(k)
	var out []Price
	for i, r := range d.Rules {
		path := fmt.Sprintf("%s.rules[%d]", k, i)
		conditions := x.conditions(k, r.When, path+".when")
		if len(conditions) == 0 {
			continue
		}
		price := x.price(k, r, taxes, path)
		for _, c := range conditions {
			price.Conditions = c
			out = append(out, price)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &Prices{out, x.taxRates(k, taxes)}
}

// price is the rule's price without tax.
func (x *export) price(k tariff.Kind, r tariff.Rule, taxes []tariff.Tax, path string) Price {
	p, divisor := r.Price, int64(1)
	if r.Feed != nil {
		p = fallback(r.Feed)
		x.lose(path+".price", "feed", "OCPP has no price feeds; the fallback %s stands in for %s", p, r.Feed.Feed)
	}
	if r.Per == tariff.Flat {
		p = 0
		x.lose(path+".price", "flat_amount", "OCPP has no amount that is due once for a part of a session; the part became free")
	}
	if r.Per == tariff.PerHour {
		divisor = 60
	}
	exact := big.NewRat(int64(p), wireStep*divisor)
	if x.doc.Terms == tariff.WithTax {
		exact.Quo(exact, grossOf(taxes))
	}
	steps := money.Price(rounded(exact))
	if !exact.IsInt() {
		x.lose(path+".price", "decimals", "OCPP has prices per minute without tax and at most six decimals; %s%s became %s", p, r.Per, steps*wireStep)
	}
	number := decimal(steps, 6)
	switch k.Measure() {
	case tariff.InEnergy:
		return Price{PerKWh: number}
	case tariff.InTime:
		return Price{PerMinute: number}
	}
	return Price{Fixed: number}
}

func fallback(f *tariff.FeedPrice) money.Price {
	p := money.Price(rounded(new(big.Rat).Mul(big.NewRat(int64(f.Fallback), 1), big.NewRat(f.FallbackPercentage, tariff.Whole))))
	if f.Ceiling != nil {
		p = min(p, *f.Ceiling)
	}
	if f.Floor != nil {
		p = max(p, *f.Floor)
	}
	return p
}

// rounded is the nearest integer, halves away from zero.
func rounded(r *big.Rat) int64 {
	n := new(big.Int).Mul(r.Num(), big.NewInt(2))
	if n.Sign() < 0 {
		n.Sub(n, r.Denom())
	} else {
		n.Add(n, r.Denom())
	}
	return n.Quo(n, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64()
}

// whole translates what holds for the whole tariff.
func (x *export) whole(t *Tariff) {
	d := x.doc
	if d.Valid.From != nil {
		t.ValidFrom = d.Valid.From.String()
	}
	t.MinCost = x.cost("total.atLeast", d.Total.AtLeast, d.Total.AtLeastWithTax)
	t.MaxCost = x.cost("total.atMost", d.Total.AtMost, d.Total.AtMostWithTax)
	for _, part := range []struct {
		set                 bool
		path, code, message string
	}{
		{len(d.Dimension(tariff.Occupancy).Rules) > 0, "occupancy", "dimension", "OCPP has no price for time plugged in, charging or not"},
		{len(d.Dimension(tariff.Export).Rules) > 0, "export", "dimension", "prices of energy given back are not written in OCPP tariffs"},
		{d.Valid.Before != nil, "valid.before", "validity", "OCPP tariffs do not say when they end"},
		{d.Rounding != money.DefaultPolicy, "rounding", "rounding", "OCPP leaves rounding to the station"},
		{d.Limits != (tariff.Limits{}), "limits", "limits", "OCPP sets the limits of a transaction apart from its tariff"},
		{d.Preauthorise != nil, "preauthorise", "preauthorise", "OCPP tariffs have no amount to hold before a session"},
		{d.Total.Free != nil, "total.free", "free_amount", "OCPP has no first amount that is free; all of a session is charged"},
		{d.Total.AtMostPerDay != nil, "total.atMostPerDay", "day_maximum", "OCPP has no maximum per day and driver"},
		{d.IdleWhen != (tariff.IdleDetection{}), "idleWhen", "idle_detection", "the station tells idle time from charging by its own state"},
		{x.locks(), "lock", "lock", "OCPP prices follow the clock during a transaction; prices fixed at its start were lost"},
		{x.thresholds(), "failedStart", "failed_start", "OCPP charges the session fee and the minimum for every transaction, a failed start included; with \"failedStart: none\" the tariff says the same"},
	} {
		if part.set {
			x.lose(part.path, part.code, "%s", part.message)
		}
	}
}

// locks reports whether a locked dimension goes by the clock. Fixed fees go by
// the clock of the start in any case.
func (x *export) locks() bool {
	for k := range tariff.Kind(tariff.Kinds) {
		if k.Measure() != tariff.InFees && x.doc.Locked.Has(k) && x.doc.Dimension(k).Clocked() {
			return true
		}
	}
	return false
}

// thresholds reports whether a failed start would be cheaper.
func (x *export) thresholds() bool {
	b := x.doc.Total
	return !x.doc.FailedStart.Never && (len(x.doc.Dimension(tariff.Session).Rules) > 0 || b.AtLeast != nil || b.AtLeastWithTax != nil)
}

// cost is a bound of the total, before or after tax as the prices are.
func (x *export) cost(path string, p, withTax *money.Price) *Cost {
	if p == nil && withTax == nil {
		return nil
	}
	number := func(p *money.Price) json.Number {
		if p == nil {
			return ""
		}
		steps := rounded(big.NewRat(int64(*p), wireStep))
		if *p%wireStep != 0 {
			x.lose(path, "decimals", "OCPP's amounts have at most six decimals; %s became %s", p, money.Price(steps*wireStep))
		}
		return decimal(steps, 6)
	}
	if x.doc.Terms == tariff.WithTax {
		return &Cost{InclTax: number(p)}
	}
	return &Cost{ExclTax: number(p), InclTax: number(withTax)}
}

package ocpi

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// maxID and maxText are the longest id and text on the wire, in characters
// (CiString(36), DisplayText).
const (
	maxID   = 36
	maxText = 512
)

// FromDocument is the document as a tariff of the version, with everything that
// OCPI cannot say. The identity names its owner; an empty ID stands for the
// document's name. The fault says why nothing can be written at all.
func FromDocument(d tariff.Document, version Version, identity Identity) (Tariff, []Loss, error) {
	x := &export{doc: &d, version: version}
	if identity.ID == "" {
		identity.ID = d.Name
	}
	if n := len([]rune(identity.ID)); n > maxID {
		return Tariff{}, nil, fault.At(fault.Invalid, "id_too_long", "id", fmt.Sprintf("the id %q has %d characters; OCPI allows %d, so give the tariff another id", identity.ID, n, maxID))
	}
	if _, _, known := x.grosses(); d.Terms == tariff.WithTax && version != V230 && !known {
		return Tariff{}, nil, fault.At(fault.Invalid, "tax_unknown", "tax", fmt.Sprintf("the prices include tax at a rate that the document does not say, and OCPI %s only knows prices without tax; add the tax to the document", version))
	}
	t := Tariff{Version: version, Identity: x.identity(identity), Currency: d.Currency, Texts: x.texts()}
	if version == V230 {
		t.TaxIncluded = [...]TaxIncluded{tariff.WithTax: TaxIsIncluded, tariff.WithoutTax: TaxNotIncluded, tariff.NoTax: TaxNotApplicable}[d.Terms]
		if x.untaxed() {
			t.TaxIncluded = TaxNotApplicable // without a VAT, NO would leave the tax open
		}
	}
	x.taxes()
	t.Elements = x.elements()
	if len(t.Elements) == 0 {
		return Tariff{}, x.list, &fault.Fault{Kind: fault.Invalid, Code: "nothing_left", Message: fmt.Sprintf("OCPI %s can say none of the tariff's prices:", version), Issues: issues(x.list)}
	}
	t.Min, t.Max = x.limits()
	x.whole(&t)
	return t, x.list, nil
}

// export gathers what a document says beyond OCPI while it is translated.
type export struct {
	losses
	doc     *tariff.Document
	version Version
}

func issues(list []Loss) []fault.Issue {
	out := make([]fault.Issue, len(list))
	for i, l := range list {
		out[i] = fault.Issue{Code: l.Code, Field: l.Path, Message: l.Message}
	}
	return out
}

// identity drops what the version has no field for.
func (x *export) identity(i Identity) Identity {
	if x.version == V211 {
		if i.Type != "" {
			x.add("type", "tariff_type", "OCPI 2.1.1 does not say for which sessions a tariff is; %s was left out", i.Type)
		}
		i.CountryCode, i.PartyID, i.Type = "", "", ""
	}
	return i
}

// texts are the titles; OCPI names languages by two letters.
func (x *export) texts() []Text {
	var out []Text
	for _, language := range slices.Sorted(maps.Keys(x.doc.Title)) {
		text, path := x.doc.Title[language], "title."+language
		short := language[:2]
		if short != language {
			if x.doc.Title[short] != "" || slices.ContainsFunc(out, func(t Text) bool { return t.Language == short }) {
				x.add(path, "text_language", "OCPI tells languages by two letters, and there is another text in %s; this one was left out", short)
				continue
			}
			x.add(path, "text_language", "OCPI tells languages by two letters; %s became %s", language, short)
		}
		if r := []rune(text); len(r) > maxText {
			x.add(path, "text_long", "the text has %d characters; OCPI allows %d, so the rest was cut off", len(r), maxText)
			text = string(r[:maxText])
		}
		out = append(out, Text{short, text})
	}
	return out
}

// whole translates what holds for the whole tariff.
func (x *export) whole(t *Tariff) {
	d := x.doc
	if x.version != V211 {
		t.Start, t.End = d.Valid.From, d.Valid.Before
	} else if d.Valid != (tariff.Validity{}) {
		x.add("valid", "validity", "OCPI 2.1.1 has no dates of validity")
	}
	if x.version == V230 {
		t.Preauthorise = d.Preauthorise
	} else if d.Preauthorise != nil {
		x.add("preauthorise", "preauthorise", "OCPI %s has no amount to hold before a session", x.version)
	}
	if d.Rounding != money.DefaultPolicy {
		x.add("rounding", "rounding", "OCPI leaves rounding open; %q was lost", d.Rounding)
	}
	if d.Limits != (tariff.Limits{}) {
		x.add("limits", "limits", "OCPI tariffs do not say where a session is stopped")
	}
	if d.Total.Free != nil {
		x.add("total.free", "free_amount", "OCPI has no first amount that is free; all of a session is charged")
	}
	if d.Total.AtMostPerDay != nil {
		x.add("total.atMostPerDay", "day_maximum", "OCPI has no maximum per day and driver")
	}
	if d.IdleWhen != (tariff.IdleDetection{}) && len(d.Dimension(tariff.Idle).Rules)+len(d.Dimension(tariff.Charging).Rules) > 0 {
		x.add("idleWhen", "idle_detection", "OCPI does not let a tariff say how idle time is told from charging")
	}
	x.lock()
	x.failedStart()
}

func (x *export) lock() {
	for k := range tariff.Kind(tariff.Kinds) {
		if k.Measure() != tariff.InFees && x.doc.Locked.Has(k) && x.doc.Dimension(k).Clocked() {
			x.add("lock", "lock", "OCPI prices follow the clock during a session; prices fixed at its start were lost")
			return
		}
	}
}

// failedStart reports thresholds that make a difference; OCPI has none.
func (x *export) failedStart() {
	fees := len(x.doc.Dimension(tariff.Session).Rules) > 0
	if x.doc.FailedStart.Never || !fees && x.doc.Total.AtLeast == nil && x.doc.Total.AtLeastWithTax == nil {
		return
	}
	x.add("failedStart", "failed_start", "OCPI charges the session fee and the minimum for every session, a failed start included; with \"failedStart: none\" the tariff says the same")
}

// limits are the bounds of the total. Those of prices with tax bind after tax;
// the required amount before tax is set so that it never binds first.
func (x *export) limits() (least, most Limit) {
	b := x.doc.Total
	if x.untaxed() && x.version == V230 {
		// Without tax, the stricter of the two amounts binds both totals.
		return Limit{Excl: x.amount("total.atLeast", stricter(b.AtLeast, b.AtLeastWithTax, 1))}, Limit{Excl: x.amount("total.atMost", stricter(b.AtMost, b.AtMostWithTax, -1))}
	}
	if x.doc.Terms == tariff.WithTax {
		least, most = x.gross("total.atLeast", b.AtLeast), x.gross("total.atMost", b.AtMost)
	} else {
		least = Limit{x.amount("total.atLeast", b.AtLeast), x.amount("total.atLeastWithTax", b.AtLeastWithTax)}
		most = Limit{x.amount("total.atMost", b.AtMost), x.amount("total.atMostWithTax", b.AtMostWithTax)}
	}
	if least.Excl == nil && least.Incl != nil {
		p := x.before(*least.Incl, false)
		if most.Excl != nil {
			p = min(p, *most.Excl)
		}
		least.Excl = &p
		x.addedLimit("total.atLeastWithTax", "minimum", p)
		if slices.ContainsFunc(x.doc.Dimension(tariff.Energy).Rules, func(r tariff.Rule) bool { return r.Price < 0 }) {
			x.add("total", "limit_before_tax", "OCPI needs a minimum before tax as well, here %s, below which the tariff's credits could go", p)
		}
	}
	if most.Excl == nil && most.Incl != nil {
		p := x.before(*most.Incl, true)
		if least.Excl != nil {
			p = max(p, *least.Excl)
		}
		most.Excl = &p
		x.addedLimit("total.atMostWithTax", "maximum", p)
	}
	return least, most
}

// addedLimit reports an amount before tax that OCPI requires though the document
// bounds only the total with tax beside prices without. Prices with tax have
// theirs converted.
func (x *export) addedLimit(path, what string, p money.Price) {
	if x.doc.Terms == tariff.WithoutTax {
		x.add(path, LimitAdded, "OCPI %s needs a %s before tax as well, which the document does not have; %s was written, which never comes into play", x.version, what, p)
	}
}

// LimitAdded is the code of the loss of a limit that had to be written beside one
// after tax. It changes no price.
const LimitAdded = "limit_added"

// stricter is the larger of two bounds where sign is 1, else the smaller; nil
// where there is none.
func stricter(a, b *money.Price, sign int64) *money.Price {
	if a == nil || b != nil && (int64(*b)-int64(*a))*sign > 0 {
		return b
	}
	return a
}

// gross is a bound of prices with tax: the amount after tax, or the one before
// where only that can be written and all rules have the same tax.
func (x *export) gross(path string, p *money.Price) Limit {
	if p != nil && *p%wireStep != 0 && x.version != V211 {
		lowest, highest, known := x.grosses()
		net := new(big.Rat).SetFrac64(int64(*p), int64(wireStep))
		if known && lowest.Cmp(highest) == 0 && net.Quo(net, lowest).IsInt() {
			before := money.Price(net.Num().Int64()) * wireStep
			return Limit{Excl: &before}
		}
	}
	return Limit{Incl: x.amount(path, p)}
}

// amount is a bound in OCPI's numbers; nil where there is none or the version
// has none.
func (x *export) amount(path string, p *money.Price) *money.Price {
	if p == nil {
		return nil
	}
	if x.version == V211 {
		x.add(path, "limit", "OCPI 2.1.1 has no minimum or maximum price")
		return nil
	}
	rounded := roundTo(*p, wireStep)
	if rounded != *p {
		x.add(path, "decimals", "OCPI's numbers have four decimals; %s became %s", p, rounded)
	}
	return &rounded
}

// wireStep is the least difference between two of OCPI's numbers, in 10^-9.
const wireStep = 100_000

// roundTo rounds to a multiple of step, halves away from zero.
func roundTo[T ~int64](n, step T) T {
	if n < 0 {
		return -roundTo(-n, step)
	}
	return n - n%step + n%step*2/step*step
}

// component is a rule's price as a component, without its conditions.
func (x *export) component(k tariff.Kind, r tariff.Rule, path string) Component {
	c := Component{Type: componentType(k), Price: x.price(r, path), path: path}
	switch k.Measure() {
	case tariff.InEnergy:
		c.Step = r.Step / int64(energy.Wh)
		if r.Step%int64(energy.Wh) != 0 {
			c.Step++
			x.add(path+".step", "step_size", "OCPI counts steps in whole Wh; the step became %d Wh", c.Step)
		}
	case tariff.InTime:
		c.Step = max(r.Step, 1) // time is counted in whole seconds, so a step of one is none
	}
	c.VAT = x.vat(r)
	return c
}

func componentType(k tariff.Kind) ComponentType {
	return [...]ComponentType{tariff.Energy: Energy, tariff.Charging: Time, tariff.Idle: ParkingTime, tariff.Session: Flat,
		tariff.Reservation: Time, tariff.ReservationFee: Flat, tariff.Export: Energy}[k]
}

// price is the price per unit of OCPI, without tax where the version has none
// other.
func (x *export) price(r tariff.Rule, path string) money.Price {
	p, factor := r.Price, money.Price(1)
	if r.Feed != nil {
		p = x.fallback(r, path)
	}
	if r.Per == tariff.Flat {
		x.add(path+".price", "flat_amount", "OCPI has no amount that is due once for a part of a session; the part became free")
		return 0
	}
	if r.Per == tariff.PerMinute {
		factor = 60
	}
	if x.doc.Terms == tariff.WithTax && x.version != V230 {
		return x.netPrice(p, factor, r, path)
	}
	if p > 1<<62/factor || p < -1<<62/factor {
		x.add(path+".price", "price_large", "the price %s is beyond what can be written per hour; it became 0", p)
		return 0
	}
	p *= factor
	if rounded := roundTo(p, wireStep); rounded != p {
		x.add(path+".price", "decimals", "OCPI's numbers have four decimals; %s%s became %s", p, map[bool]string{true: "/h"}[factor > 1], rounded)
		p = rounded
	}
	return p
}

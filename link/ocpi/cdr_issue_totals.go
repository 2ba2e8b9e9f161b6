package ocpi

import (
	"encoding/json"
	"math/big"

	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// taxed is an amount without tax and the taxes on it, unrounded.
type taxed struct {
	net   *big.Rat
	taxes []levied
}

type levied struct {
	name   string
	rate   int64 // millionths
	amount *big.Rat
}

// totals writes what the session cost: the total as the receipt has it, the
// sub-totals unrounded and before minimum and maximum.
func (i *Issue) totals(out *IssuedCDR) {
	w, r := &out.wire, &i.Receipt
	total := taxed{net: amountRat(r.Net)}
	for _, t := range r.Taxes {
		total.taxes = append(total.taxes, levied{t.Name, t.Rate, amountRat(t.Amount)})
	}
	known := r.Terms == tariff.NoTax || len(r.Taxes) > 0
	w.TotalCost = out.price(total, known, r.Currency.Digits())
	if out.version != V211 {
		fields := [parts]*any{&w.FixedCost, &w.EnergyCost, &w.TimeCost, &w.ParkingCost, &w.ReservationCost}
		for part, sum := range i.parts() {
			if sum.net != nil {
				*fields[part] = out.price(sum, known, 4)
			}
		}
	}
	w.TotalEnergy = json.Number(formatDecimal(mulRound(int64(r.Energy-r.Exported), 1, 100_000), 4))
	w.TotalTime = hoursNumber(int64(i.Facts.End - i.Facts.Start))
	if r.IdleTime > 0 {
		w.TotalParkingTime = hoursNumber(r.IdleTime)
	}
}

// parts are the sub-totals of the receipt's lines; a nil net stands for none.
func (i *Issue) parts() [parts]taxed {
	var out [parts]taxed
	for _, l := range i.Receipt.Lines {
		if l.Kind != pricing.Priced && l.Kind != pricing.Cap {
			continue
		}
		out[partOf(l.Dimension)].add(l.Exact.Rat(), i.taxesOf(l), i.Receipt.Terms)
	}
	return out
}

// taxesOf are the taxes on a line: those of its rule, of the document, or those
// that the receipt found for the place.
func (i *Issue) taxesOf(l pricing.Line) []tariff.Tax {
	if rules := i.Document.Dimension(l.Dimension).Rules; l.Rule >= 0 && l.Rule < len(rules) {
		switch r := &rules[l.Rule]; {
		case r.Untaxed:
			return nil
		case len(r.Taxes) > 0:
			return r.Taxes
		}
	}
	if len(i.Document.Taxes) > 0 {
		return i.Document.Taxes
	}
	var out []tariff.Tax
	for _, t := range i.Receipt.Taxes {
		out = append(out, tariff.Tax{Name: t.Name, Rate: t.Rate})
	}
	return out
}

// add adds an amount in the terms of its price.
func (x *taxed) add(amount *big.Rat, taxes []tariff.Tax, terms tariff.Terms) {
	if terms == tariff.NoTax {
		taxes = nil
	}
	whole := big.NewRat(1, 1)
	shares := make([]*big.Rat, len(taxes))
	for i, t := range taxes {
		shares[i] = big.NewRat(t.Rate, tariff.Whole)
		if t.OnTop {
			shares[i].Mul(shares[i], whole)
		}
		whole.Add(whole, shares[i])
	}
	net := new(big.Rat).Set(amount)
	if terms == tariff.WithTax {
		net.Quo(net, whole)
	}
	if x.net == nil {
		x.net = new(big.Rat)
	}
	x.net.Add(x.net, net)
	for i, t := range taxes {
		x.levy(t, new(big.Rat).Mul(net, shares[i]))
	}
}

func (x *taxed) levy(t tariff.Tax, amount *big.Rat) {
	for i := range x.taxes {
		if x.taxes[i].name == t.Name && x.taxes[i].rate == t.Rate {
			x.taxes[i].amount.Add(x.taxes[i].amount, amount)
			return
		}
	}
	x.taxes = append(x.taxes, levied{t.Name, t.Rate, amount})
}

func amountRat(a money.Amount) *big.Rat { return a.Exact().Rat() }

// wirePrice is a Price of 2.2.1, wireTaxedPrice one of 2.3.0.
type wirePrice struct {
	Excl json.Number `json:"excl_vat"`
	Incl json.Number `json:"incl_vat,omitempty"`
}

type wireTaxedPrice struct {
	Before json.Number `json:"before_taxes"`
	Taxes  []wireTax   `json:"taxes,omitempty"`
}

type wireTax struct {
	Name       string      `json:"name"`
	Percentage json.Number `json:"percentage,omitempty"`
	Amount     json.Number `json:"amount"`
}

// price is an amount in the form of the version, rounded to so many decimals.
func (c *IssuedCDR) price(x taxed, known bool, decimals int) any {
	if c.version == V230 {
		p := wireTaxedPrice{Before: ratNumber(x.net, decimals)}
		for _, t := range x.taxes {
			p.Taxes = append(p.Taxes, wireTax{t.name, json.Number(formatDecimal(t.rate, 4)), ratNumber(t.amount, decimals)})
		}
		return p
	}
	if c.version == V211 {
		return ratNumber(x.net, decimals)
	}
	p := wirePrice{Excl: ratNumber(x.net, decimals)}
	if known {
		incl := new(big.Rat).Set(x.net)
		for _, t := range x.taxes {
			incl.Add(incl, t.amount)
		}
		p.Incl = ratNumber(incl, decimals)
	}
	return p
}

// ratNumber is a number rounded to at most so many decimals, halves away from
// zero.
func ratNumber(r *big.Rat, decimals int) json.Number {
	return json.Number(decimalOf(roundPlaces(r, decimals), min(2, decimals)))
}

// credited is a price turned around.
func credited(price any) any {
	switch p := price.(type) {
	case json.Number:
		return negated(p)
	case wirePrice:
		return wirePrice{negated(p.Excl), negated(p.Incl)}
	case wireTaxedPrice:
		out := wireTaxedPrice{Before: negated(p.Before)}
		for _, t := range p.Taxes {
			t.Amount = negated(t.Amount)
			out.Taxes = append(out.Taxes, t)
		}
		return out
	}
	return nil
}

func negated(n json.Number) json.Number {
	r, ok := new(big.Rat).SetString(string(n))
	switch {
	case !ok || r.Sign() == 0:
		return n
	case n[0] == '-':
		return n[1:]
	}
	return "-" + n
}

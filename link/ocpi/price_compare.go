package ocpi

import (
	"math/big"
	"strings"

	"kwote/domain/money"
)

// Difference is a total that the record declares beside the one that the
// tariff gives, differing or not.
type Difference struct {
	Field    string
	Declared *big.Rat
	Computed *big.Rat // unrounded; nil: not known
	Agrees   bool
	// Incomparable says why the total cannot be held against anything though it
	// is known what the tariff gives; empty: it can.
	Incomparable string
	decimals     int // that were declared, at least those of the minor unit for money
}

func (d Difference) declared() string { return decimalOf(d.Declared, d.decimals) }
func (d Difference) computed() string { return roundedText(d.Computed, d.decimals) }

// Texts are the declared and the computed total and the first less the second,
// as decimals.
func (d Difference) Texts() (declared, computed, difference string) {
	return d.declared(), d.computed(), d.difference()
}

// difference is the declared total less the computed one.
func (d Difference) difference() string {
	return roundedText(new(big.Rat).Sub(d.Declared, d.Computed), d.decimals)
}

// roundedText writes a number with a little more decimals than it is compared
// in, trailing zeros left out.
func roundedText(r *big.Rat, decimals int) string {
	return decimalOf(roundPlaces(r, max(4, decimals+1)), decimals)
}

// differences compares every total that the record declares.
func (p *pricer) differences(out Priced) []Difference {
	m := measure(p.record)
	var list []Difference
	for _, t := range p.cdr.Totals {
		d := Difference{Field: t.Field, Declared: t.Value, decimals: t.Decimals}
		name, side, _ := strings.Cut(t.Field, ".")
		if sum, ok := out.declared(name); ok {
			d.Computed = sum.Excl
			if side == "incl_vat" || side == "taxes" {
				d.Computed = sum.Incl
			}
			d.decimals = max(t.Decimals, out.Currency.Digits())
			d.Agrees = d.Computed == nil || near(d.Declared, d.Computed, d.decimals, out.Currency)
			if taxed := side == "incl_vat" || side == "taxes"; taxed && !d.Agrees && p.taxOpen() && new(big.Rat).Abs(d.Declared).Cmp(new(big.Rat).Abs(d.Computed)) > 0 {
				d.Incomparable = "the tariff states no tax"
			}
		} else {
			p.compareVolume(&d, name, m)
		}
		if d.Computed != nil {
			list = append(list, d)
		}
	}
	return list
}

// taxOpen reports whether every tariff in use leaves the tax to others.
func (p *pricer) taxOpen() bool {
	for _, i := range p.choice.byPeriod {
		if !p.choice.tariffs[i].taxOpen() {
			return false
		}
	}
	return true
}

// declared is the sum that a record's field for it declares.
func (p *Priced) declared(field string) (Sum, bool) {
	if field == "total_cost" {
		return p.Exact, true
	}
	for part := range parts {
		if field == part.field() {
			return p.Parts[part], true
		}
	}
	return Sum{}, false
}

// near reports whether a declared amount is the exact one rounded, whichever way
// halves go. Beyond the minor unit parts may have been rounded before they were
// added.
func near(declared, exact *big.Rat, decimals int, c money.Currency) bool {
	slack := unitOf(decimals)
	if decimals <= c.Digits() {
		slack.Mul(slack, big.NewRat(1, 2))
	}
	return within(declared, exact, slack)
}

// unitOf is 10^-decimals.
func unitOf(decimals int) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
}

func within(a, b, slack *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(slack) <= 0
}

// compareVolume compares a declared quantity, which may be off by the rounding
// of every period to four decimals. A record with a reservation may count its
// time or leave it out.
func (p *pricer) compareVolume(d *Difference, name string, m measured) {
	declared := d.Declared
	if p.cdr.Credit {
		declared = new(big.Rat).Abs(declared)
	}
	slack := unitOf(4)
	slack.Mul(slack, big.NewRat(int64(len(p.record.Periods)+1), 1))
	var fits []*big.Rat
	switch name {
	case "total_energy":
		fits = []*big.Rat{inKWh(m.energy)}
	case "total_time":
		fits = []*big.Rat{inHours(m.elapsed), inHours(m.elapsedInUse)}
	case "total_parking_time":
		fits = []*big.Rat{inHours(m.parking)}
	}
	if half := unitOf(d.decimals); d.decimals < 4 {
		slack.Add(slack, half.Mul(half, big.NewRat(1, 2)))
	}
	for _, computed := range fits {
		d.Computed = fits[0]
		d.Agrees = d.Agrees || within(declared, computed, slack)
	}
}

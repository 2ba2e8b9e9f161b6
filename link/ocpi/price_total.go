package ocpi

import (
	"math/big"

	"kwote/domain/money"
	"kwote/domain/tariff"
)

// Part is a sub-total of a record.
type Part uint8

// The sub-totals, in the order of OCPI's formula for total_cost. Fees of a
// reservation belong to the reservation.
const (
	FixedPart Part = iota
	EnergyPart
	TimePart
	ParkingPart
	ReservationPart
	parts
)

var partNames = [...]string{"fixed", "energy", "time", "parking", "reservation"}

// String is the sub-total's name in results.
func (p Part) String() string { return partNames[p] }

// field is the record's field of the sub-total.
func (p Part) field() string { return "total_" + partNames[p] + "_cost" }

// partOf is the sub-total that a dimension counts towards.
func partOf(k tariff.Kind) Part {
	switch k {
	case tariff.Energy, tariff.Export:
		return EnergyPart
	case tariff.Charging:
		return TimePart
	case tariff.Idle, tariff.Occupancy:
		return ParkingPart
	case tariff.Reservation, tariff.ReservationFee:
		return ReservationPart
	}
	return FixedPart
}

// taxing is how the amounts of a tariff relate to tax.
type taxing struct {
	terms tariff.Terms
	// silent: the version says nothing of tax (OCPI 2.1.1).
	silent bool
}

// sum is an amount by a rule with its tax; vat is in millionths, nil where the
// rule names none.
func (t taxing) sum(amount *big.Rat, vat *int64) Sum {
	rate := new(big.Rat)
	if vat != nil {
		rate.SetFrac64(*vat, tariff.Whole)
	}
	factor := rate.Add(rate, big.NewRat(1, 1))
	switch {
	case t.silent:
		return Sum{Excl: amount}
	case t.terms == tariff.NoTax:
		return Sum{amount, amount}
	case t.terms == tariff.WithTax && vat == nil:
		if amount.Sign() == 0 {
			return zeroSum()
		}
		return Sum{Incl: amount}
	case t.terms == tariff.WithTax:
		return Sum{new(big.Rat).Quo(amount, factor), amount}
	}
	return Sum{amount, new(big.Rat).Mul(amount, factor)}
}

// atRate is an amount without tax with the tax of a rate.
func (taxing) atRate(excl *big.Rat, vat int64) *big.Rat {
	return taxing{terms: tariff.WithoutTax}.sum(excl, &vat).Incl
}

// bound takes a total to a limit, up (sign 1) or down (sign -1): with and
// without tax on their own, and where there is no limit with tax, tax in the
// measure of the total without. vat is the rate of all components, nil where
// they differ.
func (t taxing) bound(s Sum, l Limit, sign int, vat *int64) Sum {
	out := s
	if l.Excl != nil && s.Excl != nil && priceRat(*l.Excl).Cmp(s.Excl) == sign {
		out.Excl = priceRat(*l.Excl)
		if l.Incl == nil && s.Incl != nil {
			out.Incl = t.scaled(s, out.Excl, vat)
		}
	}
	if l.Incl != nil && s.Incl != nil && priceRat(*l.Incl).Cmp(s.Incl) == sign {
		out.Incl = priceRat(*l.Incl)
		if l.Excl == nil && s.Excl != nil && t.terms == tariff.WithTax {
			out.Excl = t.scaledBack(s, out.Incl, vat)
		}
	}
	return out
}

// scaled is the total with tax for a total without that a limit has changed.
// Of a session that cost nothing there is no measure but the tariff's one rate.
func (t taxing) scaled(s Sum, excl *big.Rat, vat *int64) *big.Rat {
	if s.Excl.Sign() != 0 {
		out := new(big.Rat).Quo(s.Incl, s.Excl)
		return out.Mul(out, excl)
	}
	return taxing{terms: tariff.WithoutTax}.sum(excl, vat).Incl
}

// scaledBack is the total without tax for a total with tax that a limit has
// changed; nil where nothing says how much.
func (t taxing) scaledBack(s Sum, incl *big.Rat, vat *int64) *big.Rat {
	if s.Incl.Sign() != 0 {
		out := new(big.Rat).Quo(s.Excl, s.Incl)
		return out.Mul(out, incl)
	}
	return taxing{terms: tariff.WithTax}.sum(incl, vat).Excl
}

// priceRat is a price as a number.
func priceRat(p money.Price) *big.Rat { return big.NewRat(int64(p), 1_000_000_000) }

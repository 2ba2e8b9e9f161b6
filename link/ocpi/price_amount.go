package ocpi

import (
	"math/big"
	"strings"

	"kwote/domain/money"
)

// unendingDecimals is how many decimals stand for an amount that has no end
// in decimals, as a third.
const unendingDecimals = 12

// Sum is an unrounded amount without and with tax. A nil side is not known:
// the version says nothing of tax, or a price with tax does not say how much.
type Sum struct{ Excl, Incl *big.Rat }

// zeroSum is nothing, known on both sides.
func zeroSum() Sum { return Sum{new(big.Rat), new(big.Rat)} }

// plus is the sum of both, known on the sides on which both are.
func (s Sum) plus(t Sum) Sum { return Sum{addKnown(s.Excl, t.Excl), addKnown(s.Incl, t.Incl)} }

func addKnown(a, b *big.Rat) *big.Rat {
	if a == nil || b == nil {
		return nil
	}
	return new(big.Rat).Add(a, b)
}

// neg is the sum owed the other way.
func (s Sum) neg() Sum {
	turn := func(r *big.Rat) *big.Rat {
		if r == nil {
			return nil
		}
		return new(big.Rat).Neg(r)
	}
	return Sum{turn(s.Excl), turn(s.Incl)}
}

// rounded is the sum in whole minor units of the currency, halves away from
// zero, each side on its own.
func (s Sum) rounded(c money.Currency) Sum {
	round := func(r *big.Rat) *big.Rat {
		if r == nil {
			return nil
		}
		return roundPlaces(r, c.Digits())
	}
	return Sum{round(s.Excl), round(s.Incl)}
}

// roundPlaces is the number with at most so many decimals, halves away from zero.
func roundPlaces(r *big.Rat, decimals int) *big.Rat {
	out, _ := new(big.Rat).SetString(r.FloatString(decimals))
	return out
}

// truncatePlaces is the number with the further decimals cut off.
func truncatePlaces(r *big.Rat, decimals int) *big.Rat {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	n := new(big.Int).Mul(r.Num(), scale)
	return new(big.Rat).SetFrac(n.Quo(n, r.Denom()), scale)
}

// decimal writes a number in full, with at least two decimals; one without an
// end is cut to twelve, halves away from zero.
func decimal(r *big.Rat) string { return decimalOf(r, 2) }

// decimalOf writes a number in full, with at least so many decimals.
func decimalOf(r *big.Rat, least int) string {
	places := unendingDecimals
	if n, exact := r.FloatPrec(); exact {
		places = max(n, least)
	}
	s := r.FloatString(places)
	if places == unendingDecimals {
		for whole := strings.IndexByte(s, '.'); strings.HasSuffix(s, "0") && len(s)-whole-1 > least; {
			s = s[:len(s)-1]
		}
	}
	return s
}

package ocpi

import (
	"fmt"
	"math/big"
	"strings"
)

// guess is a habit that makes a total differ. tell is the sentence that goes on
// from "agrees when", or "" where the habit does not explain the difference. For
// a cause it says why the total differs.
type guess struct {
	code  string
	tell  func(out *Check, c *CDR, f *Finding) string
	cause bool
}

// guesses are tried in this order, the more certain ones first.
var guesses = []guess{
	{code: "truncated", tell: truncated},
	{code: "rounded_up", tell: roundedUp},
	{code: "tax_left_out", tell: taxLeftOut},
	{code: "sign", tell: turned},
	{code: "own_parts", tell: ownParts},
	{code: "parts_rounded", tell: partsRounded},
	{code: "limited_parts", tell: limitedParts},
	{code: "other_parts", tell: otherParts},
	{code: "fee_repeated", tell: feeRepeated},
	{code: "highest_vat", tell: highestVAT},
	{code: "unit", tell: otherUnit},
	{code: "energy_missing", tell: energyMissing, cause: true},
}

// isMoney reports whether the finding is about an amount.
func (f *Finding) isMoney() bool { return strings.HasSuffix(f.name(), "_cost") }

// name is the field without the side of tax.
func (f *Finding) name() string {
	name, _, _ := strings.Cut(f.Field, ".")
	return name
}

// withTax reports whether the finding is about an amount with tax.
func (f *Finding) withTax() bool {
	return strings.HasSuffix(f.Field, ".incl_vat") || strings.HasSuffix(f.Field, ".taxes")
}

// side is the side of a sum that the finding is about.
func (f *Finding) side(s Sum) *big.Rat {
	if f.withTax() {
		return s.Incl
	}
	return s.Excl
}

func truncated(out *Check, _ *CDR, f *Finding) string {
	if !f.isMoney() || truncatePlaces(f.Computed, f.decimals).Cmp(f.Declared) != 0 {
		return ""
	}
	if f.decimals == out.Priced.Currency.Digits() {
		return "amounts are truncated to the minor unit instead of rounded"
	}
	return fmt.Sprintf("amounts are truncated to %d decimals instead of rounded", f.decimals)
}

func roundedUp(_ *Check, _ *CDR, f *Finding) string {
	up := truncatePlaces(f.Computed, f.decimals)
	up.Add(up, unitOf(f.decimals))
	if !f.isMoney() || f.Computed.Sign() <= 0 || up.Cmp(f.Declared) != 0 {
		return ""
	}
	return "amounts are always rounded up"
}

func taxLeftOut(out *Check, _ *CDR, f *Finding) string {
	sum, ok := out.Priced.declared(f.name())
	switch {
	case !ok || sum.Excl == nil || sum.Incl == nil:
	case f.withTax() && f.fits(out, sum.Excl):
		return "VAT is left out: this is the amount without tax"
	case !f.withTax() && f.fits(out, sum.Incl):
		return "VAT is counted in: this is the amount with tax"
	}
	return ""
}

func turned(out *Check, c *CDR, f *Finding) string {
	if !f.isMoney() || f.Computed.Sign() == 0 || !f.fits(out, new(big.Rat).Neg(f.Computed)) {
		return ""
	}
	if c.Credit {
		return "the amount is turned around; what a credit gives back is below zero"
	}
	return "the amount is turned around"
}

// ownParts explains a total by the sub-totals that the record declares.
func ownParts(out *Check, c *CDR, f *Finding) string {
	if f.name() != "total_cost" {
		return ""
	}
	sum, found := new(big.Rat), false
	for part := range parts {
		if d := c.Declared(part.field() + strings.TrimPrefix(f.Field, "total_cost")); d != nil {
			sum.Add(sum, d.Value)
			found = true
		}
	}
	if !found || !f.fits(out, sum) {
		return ""
	}
	return "the record's own sub-totals are right, which it adds up to"
}

func partsRounded(out *Check, _ *CDR, f *Finding) string {
	if f.name() != "total_cost" {
		return ""
	}
	sum := new(big.Rat)
	for _, part := range out.Priced.Parts {
		amount := f.side(part)
		if amount == nil {
			return ""
		}
		sum.Add(sum, roundPlaces(amount, out.Priced.Currency.Digits()))
	}
	if sum.Cmp(f.Declared) != 0 {
		return ""
	}
	return "every sub-total is rounded before they are added"
}

// limitedParts explains a sub-total that a limit was spread over.
func limitedParts(out *Check, _ *CDR, f *Finding) string {
	total, computed := f.side(out.Priced.Exact), f.Computed
	sum := new(big.Rat)
	for _, part := range out.Priced.Parts {
		if amount := f.side(part); amount != nil {
			sum.Add(sum, amount)
		}
	}
	if !f.isMoney() || f.name() == "total_cost" || total == nil || sum.Sign() == 0 || sum.Cmp(total) == 0 {
		return ""
	}
	share := new(big.Rat).Mul(computed, new(big.Rat).Quo(total, sum))
	if !f.fits(out, share) {
		return ""
	}
	return "the tariff's limit is spread over the sub-totals"
}

// otherParts explains a sub-total by those that were counted into it, or by
// nothing having been counted into it.
func otherParts(out *Check, _ *CDR, f *Finding) string {
	own := Part(0)
	for ; own < parts && own.field() != f.name(); own++ {
	}
	if own == parts {
		return ""
	}
	for other := range parts {
		amount := f.side(out.Priced.Parts[other])
		if other == own || amount == nil || amount.Sign() == 0 {
			continue
		}
		if f.fits(out, new(big.Rat).Add(f.Computed, amount)) {
			return fmt.Sprintf("%s cost is counted as %s cost", other, own)
		}
	}
	if f.Declared.Sign() == 0 {
		return fmt.Sprintf("%s cost is counted elsewhere or left out", own)
	}
	return ""
}

// feeRepeated explains a fixed cost by a fee that was charged more than once.
func feeRepeated(out *Check, _ *CDR, f *Finding) string {
	if f.name() != FixedPart.field() && f.name() != "total_cost" {
		return ""
	}
	for _, l := range out.Priced.Lines {
		fee := f.side(l.Amount)
		if l.Part != FixedPart || l.Kind != LinePriced || fee == nil || fee.Sign() == 0 {
			continue
		}
		times := new(big.Rat).Quo(new(big.Rat).Sub(f.Declared, f.Computed), fee)
		if n := times.Num().Int64() + 1; times.IsInt() && (n == 0 || n > 1 && n <= 1000) {
			if n == 0 {
				return "the fixed fee is left out"
			}
			return fmt.Sprintf("the fixed fee is charged %d times", n)
		}
	}
	return ""
}

// highestVAT explains an amount with tax by one rate on everything.
func highestVAT(out *Check, _ *CDR, f *Finding) string {
	sum, ok := out.Priced.declared(f.name())
	if !ok || !f.withTax() || sum.Excl == nil {
		return ""
	}
	for _, l := range out.Priced.Lines {
		if l.VAT == nil {
			continue
		}
		if all := (taxing{}).atRate(sum.Excl, *l.VAT); f.fits(out, all) {
			return fmt.Sprintf("VAT of %s %% is added to everything", rate(*l.VAT))
		}
	}
	return ""
}

// otherUnit explains a quantity by its unit.
func otherUnit(_ *Check, _ *CDR, f *Finding) string {
	if f.isMoney() || f.Computed.Sign() == 0 {
		return ""
	}
	times := new(big.Rat).Quo(f.Declared, f.Computed)
	units := []struct {
		factor  int64
		message string
	}{{1000, "the quantity is in Wh instead of kWh"}}
	if f.Field != "total_energy" {
		units[0].factor, units[0].message = 60, "the time is in minutes instead of hours"
		units = append(units, units[0])
		units[1].factor, units[1].message = 3600, "the time is in seconds instead of hours"
	}
	for _, u := range units {
		if within(times, big.NewRat(u.factor, 1), big.NewRat(u.factor, 1000)) {
			return u.message
		}
	}
	return ""
}

// energyMissing explains a total of energy that no period has a part in.
func energyMissing(_ *Check, c *CDR, f *Finding) string {
	for _, p := range c.Periods {
		if p.Energy != nil {
			return ""
		}
	}
	if f.Field != "total_energy" {
		return ""
	}
	return "no period has an ENERGY dimension"
}

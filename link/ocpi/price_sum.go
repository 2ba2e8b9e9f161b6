package ocpi

import "math/big"

// total adds charges up: sub-totals, limits, rounding, and the sign of a
// credit.
func (p *pricer) total(charges []charge) Priced {
	out := Priced{Version: p.cdr.Version, Currency: p.cdr.Currency, Zone: p.zone.Name()}
	first := &p.lanes[p.choice.byPeriod[0]]
	sum := p.zero()
	for i := range out.Parts {
		out.Parts[i] = p.zero()
	}
	for _, c := range charges {
		line := p.line(c)
		out.Lines = append(out.Lines, line)
		out.Parts[line.Part] = out.Parts[line.Part].plus(line.Amount)
		sum = sum.plus(line.Amount)
	}
	least := first.tariff.Min
	if p.record.Expired {
		least = Limit{} // there was no session that could be too cheap
	}
	for _, bound := range []struct {
		kind  string
		limit Limit
		sign  int
	}{{LineMinimum, least, 1}, {LineMaximum, first.tariff.Max, -1}} {
		next := first.taxing.bound(sum, bound.limit, bound.sign, first.vat)
		if change := next.plus(sum.neg()); change.Excl != nil && change.Excl.Sign() != 0 || change.Incl != nil && change.Incl.Sign() != 0 {
			out.Lines = append(out.Lines, PricedLine{Kind: bound.kind, Tariff: first.tariff.ID, Amount: change})
		}
		sum = next
	}
	if p.cdr.Credit {
		sum = sum.neg()
		for i := range out.Parts {
			out.Parts[i] = out.Parts[i].neg()
		}
		for i := range out.Lines {
			out.Lines[i].Amount = out.Lines[i].Amount.neg()
		}
	}
	out.Exact, out.Total = sum, sum.rounded(p.cdr.Currency)
	return out
}

// zero is nothing on the sides that every tariff in use knows.
func (p *pricer) zero() Sum {
	out := zeroSum()
	for _, i := range p.choice.byPeriod {
		if p.lanes[i].taxing.silent {
			return Sum{Excl: new(big.Rat)}
		}
	}
	return out
}

// line is a charge as a line of the result.
func (p *pricer) line(c charge) PricedLine {
	l := &p.lanes[c.lane]
	out := PricedLine{Kind: LineFree, Part: partOf(c.kind), Tariff: l.tariff.ID, Per: unit(c.kind), Measure: c.kind.Measure(),
		Measured: c.measured, Billed: c.billed}
	component := l.component(c.kind, c.rule)
	if component == nil {
		out.Billed = 0
		out.Amount = p.zero()
		return out
	}
	out.Kind, out.Component, out.UnitPrice = LinePriced, l.at(component.path), l.price(c.kind, c.rule)
	if !l.taxing.silent {
		out.VAT = component.VAT
	}
	out.Amount = l.taxing.sum(c.amount, component.VAT)
	return out
}

// at is the path of something in the tariff; what comes from the record itself
// has its whole path already.
func (l *lane) at(path string) string {
	if l.given {
		return TariffPath(path)
	}
	return path
}

// TariffPath is the path of something in tariffs that were given beside the
// record.
func TariffPath(path string) string {
	if path == "" || path[0] == '[' {
		return "tariff" + path
	}
	return "tariff." + path
}

package ocpi

import (
	"cmp"
	"slices"

	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// item is what one period has of one dimension, and the rule that prices it.
type item struct {
	charge
	period int
}

// tally prices a record period by period under the readings that the engine
// does not have: several tariffs, other ways of rounding steps up. Prices and
// conditions are the engine's.
func (p *pricer) tally(r pricing.Record) ([]charge, error) {
	var items []item
	err := p.follow(r, func(i int, state soFar) error {
		found, err := p.itemsOf(i, r.Periods[i], state, r.Expired)
		items = append(items, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	fees, err := p.fees(r)
	if err != nil {
		return nil, err
	}
	p.roundUp(items)
	return p.sumUp(append(items, fees...))
}

// follow visits every period with how far the record has come: once for its
// reservation, once for its part of the session.
func (p *pricer) follow(r pricing.Record, visit func(i int, state soFar) error) error {
	held := soFar{start: r.Periods[0].At, reserved: true}
	var inUse soFar
	started := false
	for i, q := range r.Periods {
		if q.Reserved > 0 {
			if err := visit(i, held); err != nil {
				return err
			}
			held.held += q.Reserved
		}
		busy := q.Energy+q.Export > 0 || q.Charging+q.Idle > 0
		if !started && !r.Expired && (!r.Reserved || q.Reserved == 0 || busy) {
			started, inUse.start = true, q.At
		}
		if !started {
			continue
		}
		if err := visit(i, inUse); err != nil {
			return err
		}
		inUse.energy += q.Energy
	}
	return nil
}

// itemsOf is what a period has, by dimension.
func (p *pricer) itemsOf(i int, q pricing.Period, state soFar, expired bool) ([]item, error) {
	index := p.choice.byPeriod[i]
	l := &p.lanes[index]
	rules, err := state.at(l.bare, q, expired)
	if err != nil {
		return nil, err
	}
	quantities := [tariff.Kinds]int64{tariff.Energy: int64(q.Energy), tariff.Export: int64(q.Export), tariff.Charging: q.Charging, tariff.Idle: q.Idle}
	if state.reserved {
		quantities = [tariff.Kinds]int64{tariff.Reservation: q.Reserved}
	}
	var out []item
	for k, n := range quantities {
		if n > 0 && len(l.components[k]) > 0 {
			out = append(out, item{charge{lane: index, rule: rules[k], kind: tariff.Kind(k), measured: n, billed: n}, i})
		}
	}
	return out, nil
}

// fees are the first fee of the session and the first one of the reservation
// that hold, each due once; or every fee that holds at some time, once.
func (p *pricer) fees(r pricing.Record) ([]item, error) {
	type fee struct {
		kind       tariff.Kind
		lane, rule int
	}
	var out []item
	taken := map[fee]bool{}
	err := p.follow(r, func(i int, state soFar) error {
		asked, due := tariff.Charging, fee{kind: tariff.Session}
		if state.reserved {
			asked, due.kind = tariff.Reservation, tariff.ReservationFee
		}
		index := p.choice.byPeriod[i]
		rules, err := state.at(p.lanes[index].fees, r.Periods[i], r.Expired)
		rule := rules[asked]
		if p.options.Flat == FlatEach {
			due.lane, due.rule = index, rule
		}
		if rule >= 0 && !taken[due] {
			taken[due] = true
			out = append(out, item{charge{lane: index, rule: rule, kind: due.kind, measured: 1, billed: 1}, i})
		}
		return err
	})
	return out, err
}

// roundUp rounds quantities up to steps as the options read them.
func (p *pricer) roundUp(items []item) {
	switch p.options.StepSize {
	case StepNone:
		return
	case StepPerPeriod:
		for i := range items {
			if step := p.step(items[i].charge); step > 0 {
				items[i].billed = ceil(items[i].billed, step)
			}
		}
		return
	case StepCombined:
		p.roundTogether(items, tariff.Energy)
		p.roundTogether(items, tariff.Reservation)
		p.roundTogether(items, tariff.Charging, tariff.Idle)
		return
	}
	p.roundTogether(items, tariff.Energy)
	p.roundTogether(items, tariff.Reservation)
	if !p.roundTogether(items, tariff.Idle) {
		p.roundTogether(items, tariff.Charging)
	}
}

// roundTogether rounds the session's total of the dimensions up by the step of
// the last component used, which takes the surplus; it reports whether there is
// one.
func (p *pricer) roundTogether(items []item, kinds ...tariff.Kind) bool {
	last, total := -1, int64(0)
	for i, it := range items {
		if !slices.Contains(kinds, it.kind) {
			continue
		}
		if it.rule >= 0 {
			last = i
		}
		if it.rule >= 0 || p.options.StepCounts == CountAll {
			total += it.measured
		}
	}
	if last < 0 {
		return false
	}
	if step := p.step(items[last].charge); step > 0 {
		items[last].billed += ceil(total, step) - total
	}
	return true
}

// ceil is n up to whole steps.
func ceil(n, step int64) int64 { return n + (step-n%step)%step }

// step is the step of the component behind a charge, in what its dimension
// counts.
func (p *pricer) step(c charge) int64 {
	component := p.lanes[c.lane].component(c.kind, c.rule)
	switch {
	case component == nil || c.kind == tariff.Export:
		return 0
	case c.kind.Measure() == tariff.InEnergy:
		return component.Step * int64(energy.Wh)
	}
	return component.Step
}

// sumUp gathers items by tariff and rule and prices each once.
func (p *pricer) sumUp(items []item) ([]charge, error) {
	slices.SortStableFunc(items, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.lane, b.lane), cmp.Compare(a.rule, b.rule))
	})
	var out []charge
	for _, it := range items {
		if it.rule < 0 {
			it.billed = 0
		}
		if n := len(out) - 1; n >= 0 && out[n].kind == it.kind && out[n].lane == it.lane && out[n].rule == it.rule {
			out[n].measured += it.measured
			out[n].billed += it.billed
			continue
		}
		out = append(out, it.charge)
	}
	for i := range out {
		c := &out[i]
		price := p.lanes[c.lane].price(c.kind, c.rule)
		exact, err := price.Times(c.billed, unit(c.kind).Divisor())
		if err != nil {
			return nil, fault.At(fault.Invalid, "amount_out_of_range", p.lanes[c.lane].path, "the amount is larger than can be counted; check the price and the quantity").Because(err)
		}
		c.amount = exact.Rat()
	}
	return out, nil
}

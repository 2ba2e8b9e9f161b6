package ocpi

import (
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// doubt warns of everything about the price that is doubtful though it could be
// worked out.
func (p *pricer) doubt(charges []charge) {
	p.doubtLimits()
	p.doubtTaxes(charges)
	p.doubtTimes()
	p.doubtPowers()
	switch {
	case p.options.PeriodSplit == SplitLinear:
	case p.size() > largest:
		p.warn(p.cdr.root+"charging_periods", "changes_not_looked_for", "the record and its tariff are too large to look for price changes inside periods")
	default:
		p.doubtPeriods()
	}
}

// largest bounds the looking for what is not needed for the price: periods
// times components.
const largest = 1_000_000

// size is the number of periods times the number of components.
func (p *pricer) size() int {
	components := 0
	for i := range p.lanes {
		for _, rules := range p.lanes[i].components {
			components += len(rules)
		}
	}
	return components * len(p.cdr.Periods)
}

// doubtLimits says whose limits hold where several tariffs were used.
func (p *pricer) doubtLimits() {
	if p.oneLane() >= 0 {
		return
	}
	first := &p.lanes[p.choice.byPeriod[0]]
	for i := range p.lanes {
		if t := p.lanes[i].tariff; t.Min.set() || t.Max.set() {
			p.warnOnce(p.lanes[i].path, "limits_of_first_tariff", "several tariffs were used; the limits of the first one used, %q, hold for the whole record", first.tariff.ID)
		}
	}
}

// doubtTaxes warns of components whose tax is not told.
func (p *pricer) doubtTaxes(charges []charge) {
	named := false
	for _, c := range charges {
		if component := p.lanes[c.lane].component(c.kind, c.rule); component != nil {
			named = named || component.VAT != nil
		}
	}
	for _, c := range charges {
		l := &p.lanes[c.lane]
		component := l.component(c.kind, c.rule)
		switch {
		case component == nil:
		case l.taxing.silent && component.VAT != nil:
			p.warnOnce(l.at(component.path)+".vat", "vat_ignored", "OCPI 2.1.1 has no VAT; the vat of the component was left out")
		case l.taxing.silent || component.VAT != nil:
		case l.taxing.terms == tariff.WithTax && c.amount.Sign() != 0:
			p.warn(l.at(component.path), "vat_unknown", "the price includes tax, but the component does not say how much; the amount without tax is not known")
		case l.taxing.terms == tariff.WithoutTax && named:
			p.warn(l.at(component.path), "vat_missing", "the component has no vat while others have; no VAT was added to it")
		}
	}
}

// doubtTimes warns of periods whose time nobody tells though time has a price.
func (p *pricer) doubtTimes() {
	for i, q := range p.record.Periods {
		end := p.record.End
		if i+1 < len(p.record.Periods) {
			end = p.record.Periods[i+1].At
		}
		l := &p.lanes[p.choice.byPeriod[i]]
		timed := len(l.components[tariff.Charging])+len(l.components[tariff.Idle]) > 0
		if told := &p.cdr.Periods[i]; timed && !told.gap && end > q.At && told.Charging == nil && told.Parking == nil && told.Reserved == nil {
			p.warn(told.Path+".dimensions", "time_missing", "the period has neither TIME nor PARKING_TIME, so its %s h are not priced", hours(int64(end-q.At)*second))
		}
	}
}

// doubtPowers warns of periods in which a restriction asks for a power or a
// current that is not told.
func (p *pricer) doubtPowers() {
	for i, q := range p.record.Periods {
		l := &p.lanes[p.choice.byPeriod[i]]
		told := &p.cdr.Periods[i]
		if q.Energy == 0 && q.Charging == 0 {
			continue
		}
		power, current := l.asks()
		reading := "does not hold"
		if p.options.MissingPower == MissingMatch {
			reading = "was taken to hold"
		}
		if power && q.MinPower == nil && q.MaxPower == nil && p.options.PeriodSplit != SplitLinear {
			p.warn(told.Path+".dimensions", "power_missing", "a restriction asks for the power, which the period does not tell; it %s", reading)
		}
		if current && q.MinCurrent == nil && q.MaxCurrent == nil {
			p.warn(told.Path+".dimensions", "current_missing", "a restriction asks for the current, which the period does not tell; it %s", reading)
		}
	}
}

// asks reports whether restrictions ask for power or current.
func (l *lane) asks() (power, current bool) {
	for _, rules := range l.components {
		for _, r := range rules {
			power = power || r.when.Power.Set()
			current = current || r.when.Current.Set()
		}
	}
	return power, current
}

// doubtPeriods warns of periods that span a change of price.
func (p *pricer) doubtPeriods() {
	record := p.powers(p.record)
	// An error here would have been one of pricing, too.
	_ = p.follow(record, func(i int, state soFar) error {
		l := &p.lanes[p.choice.byPeriod[i]]
		if !l.conditional {
			return nil
		}
		return p.doubtPeriod(l, &p.cdr.Periods[i], record, i, state)
	})
}

// doubtPeriod compares the prices at a period's start with those just before its
// end.
func (p *pricer) doubtPeriod(l *lane, told *ChargingPeriod, record pricing.Record, i int, state soFar) error {
	q, end := record.Periods[i], record.End
	if i+1 < len(record.Periods) {
		end = record.Periods[i+1].At
	}
	first, err := state.at(l.bare, q, record.Expired)
	if err != nil {
		return err
	}
	// Energy changes its price at a µWh, time at a second.
	late, lastWh := q, state
	late.At = max(q.At, end-1)
	lastWh.energy += max(0, q.Energy-1)
	if seconds := int64(end - q.At); seconds > 0 {
		state.energy += q.Energy.Share(seconds-1, seconds)
	}
	state.held += max(0, q.Reserved-1)
	last, err := state.at(l.bare, late, record.Expired)
	if err != nil {
		return err
	}
	lastOfEnergy, err := lastWh.at(l.bare, late, record.Expired)
	if err != nil {
		return err
	}
	last[tariff.Energy] = lastOfEnergy[tariff.Energy]
	quantities := [tariff.Kinds]int64{tariff.Energy: int64(q.Energy), tariff.Export: int64(q.Export), tariff.Charging: q.Charging, tariff.Idle: q.Idle}
	if state.reserved {
		quantities = [tariff.Kinds]int64{tariff.Reservation: q.Reserved}
	}
	for k := range tariff.Kind(tariff.Kinds) {
		from, to := l.price(k, first[k]), l.price(k, last[k])
		if quantities[k] > 0 && from != to {
			p.warn(told.Path, "price_change_inside", "the %s price changes inside the period, from %s to %s %s; all of it was priced by the state at its start", partOf(k), from, to, p.cdr.Currency)
		}
	}
	return nil
}

package ocpi

import (
	"encoding/json"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// periods are the charging periods, cut wherever a price or a state changes.
func (i *Issue) periods(version Version, tariffID string) []wirePeriod {
	var out []wirePeriod
	add := func(at calendar.Instant, dimensions []wireDimension) {
		p := wirePeriod{Start: at.String(), Dimensions: dimensions}
		if version != V211 {
			p.TariffID = tariffID
		}
		out = append(out, p)
	}
	f := &i.Facts
	if f.Reserved != nil && version != V211 {
		cuts := i.cuts(f.Reserved.From, f.Reserved.To)
		for n, at := range cuts[:len(cuts)-1] {
			d := []wireDimension{dimensionOf("RESERVATION_TIME", hoursNumber(int64(cuts[n+1]-at)))}
			if i.asksPower(tariff.Reservation) || i.asksPower(tariff.ReservationFee) {
				d = append(d, dimensionOf("MIN_POWER", "0"), dimensionOf("MAX_POWER", "0"))
			}
			add(at, d)
		}
		if f.Reserved.Expired {
			return out
		}
	}
	cuts := i.cuts(f.Start, f.End)
	if len(cuts) == 1 {
		cuts = append(cuts, cuts[0]) // a session of no length is one period
	}
	states := statesOf(f)
	m := i.flow()
	for n, at := range cuts[:len(cuts)-1] {
		to := cuts[n+1]
		var d []wireDimension
		d = append(d, dimensionOf("ENERGY", m.between(at, to, n == len(cuts)-2, version)))
		switch state := states.at(at); {
		case state == session.Charging:
			d = append(d, dimensionOf("TIME", hoursNumber(int64(to-at))))
		case state == session.Idle:
			d = append(d, dimensionOf("PARKING_TIME", hoursNumber(int64(to-at))))
		}
		if least, most, ok := powers(f, at, to); ok && version != V211 {
			d = append(d, dimensionOf("MIN_POWER", kWNumber(least)), dimensionOf("MAX_POWER", kWNumber(most)))
		}
		add(at, d)
	}
	return out
}

// asksPower reports whether a price of the dimension depends on the power.
func (i *Issue) asksPower(k tariff.Kind) bool {
	return slices.ContainsFunc(i.Document.Dimension(k).Rules, func(r tariff.Rule) bool { return r.When.Power.Set() })
}

// cuts are the instants from one to another at which a price or a state
// changes, both ends included, in order.
func (i *Issue) cuts(from, to calendar.Instant) []calendar.Instant {
	cuts := []calendar.Instant{from, to}
	add := func(at calendar.Instant) {
		if at > from && at < to {
			cuts = append(cuts, at)
		}
	}
	for _, l := range i.Receipt.Lines {
		for _, s := range l.Spans {
			add(s.From)
			add(s.To)
		}
	}
	for _, c := range i.Facts.Changes {
		add(c.At)
	}
	if i.asksPower(tariff.Session) {
		// A fee is priced once, so that the lines do not tell how long it would hold.
		for _, r := range i.Facts.Readings {
			add(r.At)
		}
	}
	for _, layer := range [][]session.Stretch{i.Facts.Pauses, i.Facts.Gaps} {
		for _, s := range layer {
			add(s.From)
			add(s.To)
		}
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// stateChanges are the states of a session, a gap before a pause before what
// was reported.
type stateChanges struct{ f *session.Facts }

func statesOf(f *session.Facts) stateChanges { return stateChanges{f} }

func (s stateChanges) at(at calendar.Instant) session.State {
	within := func(list []session.Stretch) bool {
		return slices.ContainsFunc(list, func(x session.Stretch) bool { return x.From <= at && at < x.To })
	}
	switch {
	case within(s.f.Gaps):
		return session.Away
	case within(s.f.Pauses):
		return session.Paused
	}
	state := session.Charging
	for _, c := range s.f.Changes {
		if c.At > at {
			break
		}
		state = c.State
	}
	return state
}

// flow is the session's energy by the receipt's own spans, so that a threshold
// of energy is cut where the receipt cut it, to the µWh.
type flow struct {
	f     *session.Facts
	spans []pricing.Span // of energy, in order of time
	last  int64          // 10^-4 kWh written so far
}

func (i *Issue) flow() *flow {
	m := &flow{f: &i.Facts}
	for _, l := range i.Receipt.Lines {
		if l.Dimension == tariff.Energy && (l.Kind == pricing.Priced || l.Kind == pricing.Free) {
			m.spans = append(m.spans, l.Spans...)
		}
	}
	slices.SortStableFunc(m.spans, func(a, b pricing.Span) int { return int(min(1, max(-1, a.From-b.From))) })
	return m
}

// until is the energy up to an instant.
func (m *flow) until(at calendar.Instant) energy.Quantity {
	var sum energy.Quantity
	for i, s := range m.spans {
		if s.From == at && i > 0 {
			return sum
		}
		sum += energy.Quantity(s.Measured)
	}
	return m.f.EnergyAt(at)
}

// between is the energy of a stretch in kWh with four decimals. The rounding of
// one period is made up for in the next, so that the sum stays right.
func (m *flow) between(from, to calendar.Instant, last bool, version Version) json.Number {
	end := m.until(to)
	if last {
		end = m.f.Energy()
	}
	if version != V211 {
		end -= m.given(to, last)
	}
	written := mulRound(int64(end), 1, int64(energy.KWh)/10_000)
	n := written - m.last
	m.last = written
	return json.Number(formatDecimal(n, 4))
}

// given is the energy given back up to an instant.
func (m *flow) given(at calendar.Instant, last bool) energy.Quantity {
	exports := session.Facts{Readings: m.f.Exports}
	if last {
		return exports.Energy()
	}
	return exports.EnergyAt(at)
}

// powers are the least and the largest power between two readings during a
// stretch.
func powers(f *session.Facts, from, to calendar.Instant) (least, most energy.Power, ok bool) {
	r := f.Readings
	for i := 1; i < len(r); i++ {
		if r[i].At <= from || r[i-1].At >= max(to, from+1) {
			continue
		}
		p := (r[i].Import - r[i-1].Import).Average(int64(r[i].At - r[i-1].At))
		if !ok || p < least {
			least = p
		}
		if !ok || p > most {
			most = p
		}
		ok = true
	}
	return least, most, ok
}

// hoursNumber is a time in hours with four decimals.
func hoursNumber(seconds int64) json.Number {
	return json.Number(formatDecimal(mulRound(seconds, 10_000, 3600), 4))
}

// kWNumber is a power in kW with four decimals, cut off, so that it is below a
// bound exactly when the power is.
func kWNumber(p energy.Power) json.Number {
	return json.Number(formatDecimal(int64(p)/100, 4))
}

package ocpi

import (
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// lane is a tariff laid out for pricing a record.
type lane struct {
	tariff *Tariff
	path   string
	given  bool // the tariff is not the record's own
	taxing taxing
	vat    *int64 // of all components; nil where they differ or name none
	// components are those behind the rules of each dimension.
	components [tariff.Kinds][]ruled
	compiled   *pricing.Compiled // with steps
	bare       *pricing.Compiled // without steps
	// fees has the fees' rules in the place of those for time, which tells when
	// they hold.
	fees        *pricing.Compiled
	conditional bool
}

func newLane(t *Tariff, path string, given bool, doc tariff.Document, zone *calendar.Zone, version Version) lane {
	l := lane{tariff: t, path: path, given: given, taxing: taxing{terms: doc.Terms, silent: version == V211 && t.Version == V211}}
	l.vat = t.sharedVAT()
	for _, r := range t.ruled(func(string, string, string, ...any) {}) {
		l.components[r.kind] = append(l.components[r.kind], r)
	}
	l.components[tariff.Export] = l.components[tariff.Energy]
	// Limits and taxes are not the engine's here: OCPI counts them with and
	// without tax independently.
	doc.Total, doc.Taxes, doc.Terms = tariff.Bounds{}, nil, tariff.NoTax
	for k := range doc.Dimensions {
		doc.Dimensions[k].Rules = slices.Clone(doc.Dimensions[k].Rules)
		for i := range doc.Dimensions[k].Rules {
			rule := &doc.Dimensions[k].Rules[i]
			rule.Taxes, rule.Untaxed = nil, false
			l.conditional = l.conditional || !rule.When.Always()
		}
	}
	ref := pricing.TariffRef{Name: doc.Name}
	l.compiled = pricing.Compile(ref, doc, zone)
	doc = withoutSteps(doc)
	l.bare = pricing.Compile(ref, doc, zone)
	doc.Dimensions[tariff.Charging].Rules = perHour(doc.Dimensions[tariff.Session].Rules)
	doc.Dimensions[tariff.Reservation].Rules = perHour(doc.Dimensions[tariff.ReservationFee].Rules)
	l.fees = pricing.Compile(ref, doc, zone)
	return l
}

func withoutSteps(doc tariff.Document) tariff.Document {
	for k := range doc.Dimensions {
		rules := slices.Clone(doc.Dimensions[k].Rules)
		for i := range rules {
			rules[i].Step = 0
		}
		doc.Dimensions[k].Rules = rules
	}
	return doc
}

func perHour(rules []tariff.Rule) []tariff.Rule {
	out := slices.Clone(rules)
	for i := range out {
		out[i].Per = tariff.PerHour
	}
	return out
}

// engine is the tariff with or without its steps.
func (l *lane) engine(steps string) *pricing.Compiled {
	if steps == StepNone {
		return l.bare
	}
	return l.compiled
}

// component is the price component behind a rule, or nil.
func (l *lane) component(k tariff.Kind, rule int) *ruled {
	if rule < 0 {
		return nil
	}
	return &l.components[k][rule]
}

// unit is what the rules of a dimension are priced per.
func unit(k tariff.Kind) tariff.Unit {
	switch k.Measure() {
	case tariff.InEnergy:
		return tariff.PerKWh
	case tariff.InTime:
		return tariff.PerHour
	}
	return tariff.PerSession
}

// soFar is how far a record has come when a period begins.
type soFar struct {
	start    calendar.Instant // of the session, or of the reservation
	reserved bool             // the period is looked at for its reservation
	energy   energy.Quantity
	held     int64 // seconds of reservation
}

// holds are the rules that hold in a state, -1 where none does. The engine is
// asked by a record that has the state behind it.
type holds [tariff.Kinds]int

// at asks which rules of a compiled tariff hold when a period begins. The
// quantities that it is asked with are larger than those before, so that they
// can be told from them.
func (s soFar) at(c *pricing.Compiled, p pricing.Period, expired bool) (holds, error) {
	probe := p
	probe.Energy, probe.Export, probe.Charging, probe.Idle, probe.Reserved = s.energy+1, 1, 1, 1, 0
	periods := []pricing.Period{{At: s.start, Energy: s.energy}, probe}
	if s.reserved {
		probe.Energy, probe.Export, probe.Charging, probe.Idle, probe.Reserved = 0, 0, 0, 0, s.held+1
		periods = []pricing.Period{{At: s.start, Reserved: s.held}, probe}
		if s.held == 0 {
			periods = periods[1:]
		}
	}
	record := pricing.Record{Start: s.start, End: probe.At + 1, Reserved: s.reserved, Expired: expired, Periods: periods}
	before := [tariff.Kinds]int64{tariff.Energy: int64(s.energy), tariff.Reservation: s.held}
	var out holds
	for k := range out {
		out[k] = -1
	}
	receipt, err := pricing.PriceRecord(c, record, pricing.Context{})
	for _, l := range receipt.Lines {
		if l.Measured > before[l.Dimension] {
			out[l.Dimension] = l.Rule
		}
	}
	return out, err
}

// price is the unit price of a rule; nothing where no rule holds.
func (l *lane) price(k tariff.Kind, rule int) money.Price {
	c := l.component(k, rule)
	switch {
	case c == nil:
		return 0
	case k == tariff.Export:
		return -c.Price
	}
	return c.Price
}

package ocpi

import (
	"fmt"
	"math/big"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// Priced is what a record costs by a tariff.
type Priced struct {
	Version  Version
	Currency money.Currency
	// Zone is the zone in which the clock was read; empty where no price goes by
	// the clock and no zone was named.
	Zone string
	// Exact is unrounded, Total rounded to the currency's minor unit, halves away
	// from zero.
	Exact, Total Sum
	// Parts are unrounded and before the tariff's limits.
	Parts       [parts]Sum
	Lines       []PricedLine
	Warnings    []Warning
	Differences []Difference
}

// The kinds of line.
const (
	LinePriced  = "priced"  // a component priced a quantity
	LineFree    = "free"    // no component held, so the quantity costs nothing
	LineMinimum = "minimum" // lifts the total to min_price
	LineMaximum = "maximum" // takes the total down to max_price
)

// PricedLine is one line of a priced record. The lines add up to Exact.
type PricedLine struct {
	Kind      string
	Part      Part   // of priced and free lines
	Tariff    string // id
	Component string // path of the price component; empty: none
	UnitPrice money.Price
	Per       tariff.Unit
	Measure   tariff.Measure
	Measured  int64 // µWh, seconds, or 1
	Billed    int64 // after step_size
	VAT       *int64
	Amount    Sum
}

// pricer prices one record.
type pricer struct {
	*reader
	cdr     *CDR
	options Options
	choice  choice
	zone    *calendar.Zone
	record  pricing.Record
	lanes   []lane
}

// Price prices the record by the given tariffs, else by its own. Its totals are
// only compared. The fault says why it cannot be priced.
func (c CDR) Price(given []Tariff, o Options) (Priced, error) {
	if err := o.check(); err != nil {
		return Priced{}, err
	}
	p := &pricer{reader: &reader{}, cdr: &c, options: o}
	if len(given) == 0 {
		p.warnings = append(p.warnings, c.ofTariffs.warnings...)
		if err := c.ofTariffs.problem("ocpi_tariff_invalid", "the record's tariffs cannot be used:"); err != nil {
			return Priced{}, err
		}
	}
	var err error
	if p.choice, err = c.choose(given, o, p.reader); err != nil {
		return Priced{}, err
	}
	p.record = c.record(p.reader)
	if err := p.layOut(); err != nil {
		return Priced{}, err
	}
	charges, err := p.charges()
	if err != nil {
		return Priced{}, err
	}
	out := p.total(charges)
	p.doubt(charges)
	out.Differences = p.differences(out)
	differing := &reader{}
	for _, d := range out.Differences {
		switch {
		case d.Incomparable != "":
			differing.warn(c.root+d.Field, "total_not_comparable", "the record says %s, which cannot be compared with %s: %s", d.declared(), d.computed(), d.Incomparable)
		case !d.Agrees:
			differing.warn(c.root+d.Field, "total_differs", "the record says %s, recomputed it is %s; the difference is %s", d.declared(), d.computed(), d.difference())
		}
	}
	out.Warnings = append(p.warnings, differing.warnings...)
	return out, nil
}

// layOut readies every tariff in use for the record's zone.
func (p *pricer) layOut() error {
	how := Reading{ExportCredited: true}
	docs := make([]tariff.Document, len(p.choice.tariffs))
	clocked := false
	for i := range docs {
		doc, _, err := p.choice.tariffs[i].Document(how)
		if err != nil {
			return inTariff(p.choice.paths[i], err)
		}
		docs[i] = doc
		for k := range tariff.Kind(tariff.Kinds) {
			clocked = clocked || doc.Dimension(k).Clocked()
		}
	}
	if err := p.findZone(clocked); err != nil {
		return err
	}
	for i := range docs {
		p.lanes = append(p.lanes, newLane(&p.choice.tariffs[i], p.choice.paths[i], p.choice.given, docs[i], p.zone, p.cdr.Version))
	}
	return nil
}

// inTariff is the fault with its place in the message of the tariff.
func inTariff(path string, err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	at := *f
	at.Field = path + "." + f.Field
	return &at
}

// findZone is the zone that was named, that of the location, or the only one of
// its country. It must be known where a price goes by the clock.
func (p *pricer) findZone(needed bool) error {
	name := p.options.Zone
	if name == "" {
		name = p.cdr.Zone
	}
	if name == "" {
		name, _ = countryZone(p.cdr.Country)
	}
	if name == "" && !needed {
		name = "UTC"
	}
	if name == "" {
		country := "the record does not say where it was charged"
		if p.cdr.Country != "" {
			country = fmt.Sprintf("the record was charged in %s, which has no time zone that holds for all of it", p.cdr.Country)
		}
		return fault.At(fault.Invalid, "zone_needed", "timezone", "the tariff goes by the clock, but "+country+"; name the charge point's zone with --timezone, as Europe/Madrid")
	}
	zone, err := calendar.LoadZone(name)
	if err != nil {
		return fault.At(fault.Invalid, "zone_unknown", "timezone", err.Error())
	}
	p.zone = zone
	return nil
}

// charge is a quantity under one rule of one tariff. Rule is -1 where none
// held.
type charge struct {
	lane, rule       int
	kind             tariff.Kind
	measured, billed int64
	amount           *big.Rat // in the terms of the tariff's prices
}

// charges prices the quantities, by the engine where the record has one tariff
// and the default readings, which are its own.
func (p *pricer) charges() ([]charge, error) {
	record := p.powers(p.record)
	steps, plain, one := p.options.StepSize, p.options.engine(), p.oneLane()
	switch {
	case p.options.PeriodSplit == SplitLinear:
		if one < 0 || !plain {
			return nil, fault.At(fault.Invalid, "options_clash", "period-split",
				"periods can be split linearly only under one tariff, with step-size per-session or none and one FLAT; leave one of the options out")
		}
		facts, err := p.facts()
		if err != nil {
			return nil, err
		}
		receipt, err := pricing.Price(p.lanes[one].engine(steps), facts, pricing.Context{})
		return chargesOf(one, receipt), err
	case one >= 0 && plain:
		receipt, err := pricing.PriceRecord(p.lanes[one].engine(steps), record, pricing.Context{})
		return chargesOf(one, receipt), err
	}
	return p.tally(record)
}

// oneLane is the only tariff in use, or -1.
func (p *pricer) oneLane() int {
	first := p.choice.byPeriod[0]
	for _, i := range p.choice.byPeriod {
		if i != first {
			return -1
		}
	}
	return first
}

// chargesOf takes from a receipt what rules priced.
func chargesOf(lane int, r pricing.Receipt) []charge {
	var out []charge
	for _, l := range r.Lines {
		if l.Kind == pricing.Priced || l.Kind == pricing.Free {
			out = append(out, charge{lane, l.Rule, l.Dimension, l.Measured, l.Billed, l.Exact.Rat()})
		}
	}
	return out
}

// powers is the record with ranges of power and current set as the options
// read restrictions on them, which hold when the least value is not below the
// one bound and the largest below the other.
func (p *pricer) powers(r pricing.Record) pricing.Record {
	match, reached := p.options.MissingPower == MissingMatch, p.options.PowerRange == RangeReached
	if !match && !reached {
		return r
	}
	periods := make([]pricing.Period, len(r.Periods))
	for i, q := range r.Periods {
		q.MinPower, q.MaxPower = reread(q.MinPower, q.MaxPower, match, reached)
		q.MinCurrent, q.MaxCurrent = reread(q.MinCurrent, q.MaxCurrent, match, reached)
		periods[i] = q
	}
	r.Periods = periods
	return r
}

func reread[T ~int64](least, most *T, match, reached bool) (*T, *T) {
	switch {
	case least == nil && most == nil && match:
		highest, lowest := T(1<<63-1), T(0)
		return &highest, &lowest
	case least != nil && most != nil && reached:
		return most, least
	}
	return least, most
}

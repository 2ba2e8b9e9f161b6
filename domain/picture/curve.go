package picture

import (
	"math/big"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
)

// Curve is the total of a session as it grows.
type Curve struct {
	Currency money.Currency
	Points   []Point
}

// Point is the session as it stood at an instant.
type Point struct {
	Seconds int64 // plugged in
	Energy  energy.Quantity
	Total   money.Amount
	// Bounds are the kinds of line that held the total up or down.
	Bounds []pricing.LineKind
}

// bounding are the kinds of line that bound a total.
var bounding = []pricing.LineKind{pricing.Cap, pricing.Minimum, pricing.Maximum, pricing.FreeAmount, pricing.DayMaximum, pricing.MinimumWithTax, pricing.MaximumWithTax}

const (
	stretches = 96   // into which a curve is cut at first
	maxPoints = 3000 // of a curve
)

// ByEnergy is the total by energy charged, between two energies. The curve has
// a point every second at most; its ends are sessions of exactly the energies
// that were asked for, the last seconds of which charge a little slower.
func (s *Subject) ByEnergy(charge Charge, from, to energy.Quantity) (Curve, error) {
	if err := charge.check(); err != nil {
		return Curve{}, err
	}
	if from < 0 || to <= from {
		return Curve{}, fault.At(fault.Invalid, "range_empty", "kwh", "the range of energy is empty; write the lower bound first, as 10..100")
	}
	if to > over(charge.Power, MaxSeconds/grid*grid) {
		return Curve{}, tooLong("kwh")
	}
	charge.Full = 0
	c, err := s.curve(charge, secondsFor(charge.Power, from), secondsFor(charge.Power, to))
	if err != nil {
		return Curve{}, err
	}
	if c.Points[0], err = s.exactly(charge, from); err != nil {
		return Curve{}, err
	}
	last := &c.Points[len(c.Points)-1]
	*last, err = s.exactly(charge, to)
	return c, err
}

// exactly is the session that ends with the energy.
func (s *Subject) exactly(charge Charge, q energy.Quantity) (Point, error) {
	seconds := secondsFor(charge.Power, q)
	steady := max(seconds-1, 0) / grid * grid
	p := plot{subject: s, charge: charge, facts: session.Facts{Start: charge.Start, End: charge.Start + calendar.Instant(seconds),
		Readings: []session.Reading{{At: charge.Start}}}}
	for _, r := range []session.Reading{{At: charge.Start + calendar.Instant(steady), Import: over(charge.Power, steady)}, {At: p.facts.End, Import: q}} {
		if r.At > p.facts.Readings[len(p.facts.Readings)-1].At {
			p.facts.Readings = append(p.facts.Readings, r)
		}
	}
	return p.at(seconds)
}

// ByTime is the total by seconds plugged in, between two durations.
func (s *Subject) ByTime(charge Charge, from, to int64) (Curve, error) {
	if err := charge.check(); err != nil {
		return Curve{}, err
	}
	if from < 0 || to <= from {
		return Curve{}, fault.At(fault.Invalid, "range_empty", "hours", "the range of time is empty; write the lower bound first, as 0..12")
	}
	if to > MaxSeconds {
		return Curve{}, tooLong("hours")
	}
	return s.curve(charge, from, to)
}

func (s *Subject) curve(charge Charge, from, to int64) (Curve, error) {
	p := plot{subject: s, charge: charge}
	p.facts = charge.facts(to)
	last, err := p.at(from)
	if err != nil {
		return Curve{}, err
	}
	p.points = append(p.points, last)
	for i := int64(1); i <= stretches; i++ {
		seconds := from + (to-from)*i/stretches
		if seconds == last.Seconds {
			continue
		}
		next, err := p.at(seconds)
		if err != nil {
			return Curve{}, err
		}
		if err := p.refine(last, next); err != nil {
			return Curve{}, err
		}
		last = next
	}
	return Curve{Currency: s.doc.Currency, Points: p.points}, nil
}

// plot gathers the points of one curve.
type plot struct {
	subject *Subject
	charge  Charge
	facts   session.Facts
	points  []Point
}

// at is the session as it stood after the seconds.
func (p *plot) at(seconds int64) (Point, error) {
	ctx := p.charge.Context
	ctx.UpTo = p.charge.Start + calendar.Instant(seconds)
	r, err := pricing.Price(p.subject.compiled, p.facts, ctx)
	if err != nil {
		return Point{}, err
	}
	out := Point{Seconds: seconds, Energy: p.facts.EnergyAt(ctx.UpTo), Total: r.Total}
	for _, l := range r.Lines {
		if slices.Contains(bounding, l.Kind) && !slices.Contains(out.Bounds, l.Kind) {
			out.Bounds = append(out.Bounds, l.Kind)
		}
	}
	return out, nil
}

// refine adds the points from a, which is there, to b: halves of the stretch
// until the quarters lie on the line, but for the rounding of totals, or the
// stretch is a second long.
func (p *plot) refine(a, b Point) error {
	if b.Seconds-a.Seconds <= 1 || len(p.points) >= maxPoints {
		p.points = append(p.points, b)
		return nil
	}
	var inside [3]Point // at the quarters
	straight := slices.Equal(a.Bounds, b.Bounds)
	for i := range inside {
		m, err := p.at(a.Seconds + (b.Seconds-a.Seconds)*int64(i+1)/4)
		if err != nil {
			return err
		}
		inside[i] = m
		straight = straight && between(a, b, m)
	}
	if straight {
		p.points = append(p.points, b)
		return nil
	}
	if err := p.refine(a, inside[1]); err != nil {
		return err
	}
	return p.refine(inside[1], b)
}

// between reports whether the total at m is that of the line between a and b,
// give or take the minor unit that rounding may move each of them by.
func between(a, b, m Point) bool {
	product := func(x, y int64) *big.Int { return new(big.Int).Mul(big.NewInt(x), big.NewInt(y)) }
	off := new(big.Int).Sub(product(m.Total.Minor-a.Total.Minor, b.Seconds-a.Seconds), product(b.Total.Minor-a.Total.Minor, m.Seconds-a.Seconds))
	return off.CmpAbs(big.NewInt(b.Seconds-a.Seconds)) <= 0
}

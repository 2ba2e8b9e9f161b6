package pricing

import (
	"fmt"
	"sync"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// Context is what a price depends on beside the tariff and the facts.
type Context struct {
	// UpTo prices the session as it stood at an instant; zero prices it whole.
	UpTo calendar.Instant
	// Taxes are those of the place. A tariff that lists its own taxes overrides
	// them. Those that hold at the tax point are due.
	Taxes []tariff.Tax
	// TaxPoint is the instant whose local date decides the tax rate; zero: the
	// session's end.
	TaxPoint calendar.Instant
	// Point is what is known of the EVSE.
	Point Point
	// Feeds are those that the tariff's rules name, as far as they are known.
	Feeds []*feed.Feed
	// Spent is what the driver has already been charged under this tariff, by
	// local day. It counts towards a maximum per day.
	Spent []DayAmount
}

// Point is what conditions ask of an EVSE; zero values are unknown.
type Point struct {
	Supply   tariff.Supply
	MaxPower energy.Power
}

// The notes that a receipt can carry.
const (
	NoteFailedStart = "failed_start" // no session fee and no minimum: the start failed
	NoteTaxUnknown  = "tax_unknown"  // the tax rate is not known, so net equals total
	NoteNoEnergy    = "no_energy"    // the session moved no energy
	// A rule asks for what is not known, so it did not hold:
	NoteSupplyUnknown    = "supply_unknown"
	NoteEVSEPowerUnknown = "evse_power_unknown"
	NotePowerUnknown     = "power_unknown"
	NoteCurrentUnknown   = "current_unknown"
	NoteFeedMissing      = "feed_missing" // a fallback stands for a missing value of a feed
)

// Price is the one function that says what a session costs: pure, so the same
// version, facts and context always give the same receipt. Facts must be
// normal (session.Normalise). The only errors are overflow, which names the
// line.
func Price(c *Compiled, facts session.Facts, ctx Context) (Receipt, error) {
	return price(c, facts, ctx, nil)
}

func price(c *Compiled, facts session.Facts, ctx Context, cuts []calendar.Instant) (Receipt, error) {
	p := pads.Get().(*pad)
	defer pads.Put(p)
	w := p.start(c, facts, ctx)
	w.cuts, w.explain, w.spans = cuts, true, p.spans[:0]
	w.run()
	p.spans = w.spans
	b := builder{w: w, spans: make([]Span, 0, len(w.spans)+1), receipt: Receipt{
		Tariff: c.ref, Currency: c.doc.Currency, Terms: c.doc.Terms, Rounding: c.doc.Rounding, Zone: c.zone.Name(),
		From: facts.Start, To: w.to, Energy: w.energy,
		ChargingTime: w.time[session.Charging], IdleTime: w.time[session.Idle], Lines: make([]Line, 0, 4),
	}}
	if err := b.build(); err != nil {
		return Receipt{}, err
	}
	return b.receipt, b.settle(ctx)
}

// pad is the scratch memory of one walk. Nothing of it is left in a receipt.
type pad struct {
	walk   walk
	facts  session.Facts
	counts []int64
	spans  []slotSpan
}

var pads = sync.Pool{New: func() any { return new(pad) }}

// start readies the pad for a walk.
func (p *pad) start(c *Compiled, facts session.Facts, ctx Context) *walk {
	if cap(p.counts) < 3*c.slots {
		p.counts = make([]int64, 3*c.slots)
	}
	n := p.counts[:3*c.slots]
	clear(n)
	p.facts = facts
	p.walk = walk{c: c, facts: &p.facts, to: ctx.end(&p.facts),
		measured: n[:c.slots], billed: n[c.slots : 2*c.slots], lastSpan: n[2*c.slots:]}
	return &p.walk
}

// end is the instant up to which the facts are priced.
func (ctx Context) end(facts *session.Facts) calendar.Instant {
	if ctx.UpTo == 0 {
		return facts.End
	}
	return max(facts.Start, min(facts.End, ctx.UpTo))
}

// builder turns a walk's quantities into a receipt, in the order of the rules
// of counting: priced lines, caps, minimum, maximum, rounding, tax.
type builder struct {
	w       *walk
	spans   []Span // those of the lines so far; nil when nothing is explained
	receipt Receipt
	sum     money.Exact // of the lines
	shown   int64       // of their amounts, where the policy rounds each line
}

func (b *builder) build() error {
	c := b.w.c
	for k := range tariff.Kind(tariff.Kinds) {
		if len(c.rules[k]) == 0 {
			continue
		}
		before, shown := b.sum, b.shown
		if k == tariff.Session {
			if err := b.sessionFee(); err != nil {
				return err
			}
		}
		for i := -1; i < len(c.rules[k]); i++ {
			slot := c.firstSlot[k] + i + 1
			if b.w.measured[slot] == 0 {
				continue
			}
			if err := b.quantity(k, i, slot); err != nil {
				return err
			}
		}
		if err := b.cap(k, before, shown); err != nil {
			return err
		}
	}
	return b.bounds()
}

// spansOf are the slot's spans in order of time. All lines' spans share one
// array.
func (b *builder) spansOf(slot int) []Span {
	from := len(b.spans)
	for i := range b.w.spans {
		if int(b.w.spans[i].slot) == slot {
			b.spans = append(b.spans, b.w.spans[i].Span)
		}
	}
	return b.spans[from:len(b.spans):len(b.spans)]
}

func (b *builder) add(l Line) error {
	if b.receipt.Rounding.PerLine {
		amount, err := l.Exact.Round(b.receipt.Currency, b.receipt.Rounding.Mode)
		if err != nil {
			return overflow(l)
		}
		return b.addShown(l, amount.Minor)
	}
	return b.addShown(l, 0)
}

// addShown is add for a line whose amount is not its own sum rounded.
func (b *builder) addShown(l Line, minor int64) error {
	sum, err := b.sum.Add(l.Exact)
	if err != nil {
		return overflow(l)
	}
	l.Amount = money.Amount{Minor: minor, Currency: b.receipt.Currency}
	shown, err := l.Amount.Add(money.Amount{Minor: b.shown, Currency: b.receipt.Currency})
	if err != nil {
		return overflow(l)
	}
	b.sum, b.shown = sum, shown.Minor
	b.receipt.Lines = append(b.receipt.Lines, l)
	return nil
}

func (b *builder) quantity(k tariff.Kind, rule, slot int) error {
	l := Line{Kind: Free, Dimension: k, Rule: rule, Measured: b.w.measured[slot], Billed: b.w.billed[slot]}
	if b.spans != nil {
		l.Spans = b.spansOf(slot)
	}
	if rule >= 0 {
		r := b.w.c.rules[k][rule]
		l.Kind, l.UnitPrice, l.Per = Priced, r.Price, r.Per
		exact, err := r.Price.Times(l.Billed, r.Per.Divisor())
		if err != nil {
			return overflow(l)
		}
		l.Exact = exact
	}
	return b.add(l)
}

func (b *builder) sessionFee() error {
	if b.w.fee < 0 {
		return nil
	}
	r := b.w.c.rules[tariff.Session][b.w.fee]
	l := Line{Kind: Priced, Dimension: tariff.Session, Rule: b.w.fee, UnitPrice: r.Price, Per: r.Per,
		Measured: 1, Billed: 1}
	if b.failedStart() {
		l.Kind, l.Billed = Waived, 0
	}
	if b.spans != nil {
		from := len(b.spans)
		b.spans = append(b.spans, Span{b.w.feeAt, b.w.feeAt, l.Measured, l.Billed})
		l.Spans = b.spans[from:len(b.spans):len(b.spans)]
	}
	exact, err := r.Price.Times(l.Billed, 1)
	if err != nil {
		return overflow(l)
	}
	l.Exact = exact
	return b.add(l)
}

// failedStart reports whether the session misses a threshold, so that neither
// session fee nor minimum price is due.
func (b *builder) failedStart() bool {
	f := b.w.c.doc.FailedStart
	seconds := int64(b.w.to - b.w.facts.Start)
	if f == (tariff.FailedStart{}) {
		return b.w.energy == 0 && seconds < 120
	}
	return b.w.energy < f.Energy || seconds < f.Duration
}

// cap takes the dimension down to its cap, counted over all its rules.
func (b *builder) cap(k tariff.Kind, before money.Exact, shown int64) error {
	limit := b.w.c.doc.Dimension(k).AtMost
	if limit == nil {
		return nil
	}
	return b.limit(Line{Kind: Cap, Dimension: k, Rule: -1, Limit: *limit}, before, shown)
}

func (b *builder) bounds() error {
	total := b.w.c.doc.Total
	failed := b.failedStart()
	if failed && (total.AtLeast != nil || b.w.fee >= 0) {
		b.receipt.Notes = append(b.receipt.Notes, NoteFailedStart)
	}
	if b.w.energy == 0 {
		b.receipt.Notes = append(b.receipt.Notes, NoteNoEnergy)
	}
	if total.AtLeast != nil && !failed {
		if err := b.limit(Line{Kind: Minimum, Rule: -1, Limit: *total.AtLeast}, money.Exact{}, 0); err != nil {
			return err
		}
	}
	if total.AtMost != nil {
		return b.limit(Line{Kind: Maximum, Rule: -1, Limit: *total.AtMost}, money.Exact{}, 0)
	}
	return nil
}

// limit adds the line that takes what was added since before and shown to the
// line's limit: up for a minimum, down for a cap or maximum. Where the policy
// rounds each line, the limit also holds for the rounded amounts, to the cent,
// even where the exact sum alone would keep it.
func (b *builder) limit(l Line, before money.Exact, shown int64) error {
	limit, err := asExact(l.Limit)
	if err != nil {
		return overflow(l)
	}
	spent, err := b.sum.Sub(before)
	if err != nil {
		return overflow(l)
	}
	gap, err := limit.Sub(spent)
	if err != nil {
		return overflow(l)
	}
	want := -1
	if l.Kind == Minimum {
		want = 1
	}
	if gap.Sign() == want {
		l.Exact = gap
	}
	difference := int64(0)
	if b.receipt.Rounding.PerLine {
		rounded, err := limit.Round(b.receipt.Currency, b.receipt.Rounding.Mode)
		if err != nil {
			return overflow(l)
		}
		difference = rounded.Minor - (b.shown - shown)
		if (difference < 0) != (want < 0) {
			difference = 0
		}
	}
	if l.Exact.Sign() == 0 && difference == 0 {
		return nil
	}
	return b.addShown(l, difference)
}

func overflow(l Line) error {
	return &fault.Fault{Kind: fault.Invalid, Code: "amount_out_of_range", Field: lineName(l), Cause: money.ErrOverflow,
		Message: "the amount is larger than can be counted; check the price and the quantity"}
}

func lineName(l Line) string {
	if l.Kind == Priced || l.Kind == Waived {
		return fmt.Sprintf("%s.rules[%d]", l.Dimension, l.Rule)
	}
	return string(l.Kind)
}

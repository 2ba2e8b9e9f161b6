package pricing

import (
	"slices"
	"sync"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/feed"
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
	p.facts = facts
	w := p.start(c, &p.facts, ctx)
	w.cuts, w.explain, w.spans = cuts, true, p.spans[:0]
	w.run()
	return p.finish()
}

// finish makes the receipt of what the pad's walk has gathered.
func (p *pad) finish() (Receipt, error) {
	w := &p.walk
	p.keep()
	b := builder{c: w.c, account: &w.account, days: w.days, lines: make([]Span, 0, len(w.spans)+1), receipt: Receipt{
		Tariff: w.c.ref, Currency: w.c.doc.Currency, Terms: w.c.doc.Terms, Rounding: w.c.doc.Rounding, Zone: w.c.zone.Name(),
		From: w.facts.Start, To: w.to, Energy: w.energy, Exported: w.given,
		ChargingTime: w.time[session.Charging], IdleTime: w.time[session.Idle], PausedTime: w.time[session.Paused],
		ReservedTime: w.reserved, AveragePower: w.class(needsAverage, w.m.average), PeakPower: w.class(needsPeak, w.m.peak), Lines: make([]Line, 0, 4),
	}}
	if err := b.build(w.ctx); err != nil {
		return Receipt{}, err
	}
	return b.receipt, nil
}

// class is a power that decides for the whole session, where a rule asks for it
// and it is known.
func (w *walk) class(needs conditionSet, p energy.Power) energy.Power {
	if w.c.needs&needs == 0 {
		return 0
	}
	return max(0, p)
}

// pad is the scratch memory of one walk. Nothing of it is left in a receipt.
type pad struct {
	walk                   walk
	facts                  session.Facts // of Price; sums read those handed in
	ctx                    Context
	measured, billed, last []int64
	spans                  []slotSpan
	fed                    []fedSlot
	prices                 []priceNow
}

var pads = sync.Pool{New: func() any { return new(pad) }}

// start readies the pad for a walk.
func (p *pad) start(c *Compiled, facts *session.Facts, ctx Context) *walk {
	w := &p.walk
	w.in, w.out = newMeter(facts.Readings), newMeter(facts.Exports)
	w.follow(facts.Changes)
	p.ctx = ctx
	p.measured, p.billed, p.last = zeros(p.measured, c.slots), zeros(p.billed, c.slots), zeros(p.last, c.slots)
	p.prices = p.prices[:0]
	for _, name := range c.feeds {
		p.prices = append(p.prices, priceNow{feed: feedNamed(ctx.Feeds, name)})
	}
	w.tally, w.cursor = tally{}, cursor{}
	w.c, w.facts, w.ctx, w.to, w.prices = c, facts, &p.ctx, ctx.end(facts), p.prices
	w.cuts, w.days = nil, w.days[:0]
	w.explain, w.spans = false, nil
	w.measured, w.billed, w.lastSpan, w.fed = p.measured, p.billed, p.last, p.fed[:0]
	return w
}

// keep takes back what grew during the walk, for the next one.
func (p *pad) keep() {
	w := &p.walk
	p.measured, p.billed, p.last, p.fed = w.measured, w.billed, w.lastSpan, w.fed
	if w.explain {
		p.spans = w.spans
	}
}

// zeros is n zeros, in the memory of s where it suffices.
func zeros(s []int64, n int) []int64 {
	if cap(s) < n {
		return make([]int64, n)
	}
	s = s[:n]
	clear(s)
	return s
}

func feedNamed(feeds []*feed.Feed, name string) *feed.Feed {
	if i := slices.IndexFunc(feeds, func(f *feed.Feed) bool { return f.Name == name }); i >= 0 {
		return feeds[i]
	}
	return nil
}

// end is the instant up to which the facts are priced.
func (ctx Context) end(facts *session.Facts) calendar.Instant {
	if ctx.UpTo == 0 {
		return facts.End
	}
	return max(facts.Start, min(facts.End, ctx.UpTo))
}

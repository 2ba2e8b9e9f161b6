package pricing

import (
	"math"
	"math/bits"

	"kwote/domain/calendar"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// priceNow is where a feed stands at the cursor.
type priceNow struct {
	feed  *feed.Feed // nil: not known
	now   int        // index of the slot; -1: missing
	first int        // that of the session's start, for locked dimensions
	until calendar.Instant
}

func (p *priceNow) find(at calendar.Instant) {
	p.now, p.until = -1, 1<<63-1
	if p.feed != nil {
		p.now, p.until = p.feed.At(at)
	}
}

// fedSlot is a slot for a rule's quantity at one value of its feed. All missing
// values share one.
type fedSlot struct {
	base  int // slot of the rule
	index int // of the feed's slot; -1: missing
	use   FeedUse
	price money.Price
}

// fedSlot is the slot of the feed's value at the cursor.
func (w *walk) fedSlot(k tariff.Kind, rule, base int) int {
	r := &w.c.rules[k][rule]
	p := &w.prices[r.feed]
	index := p.now
	if w.c.doc.Locked.Has(k) {
		index = p.first
	}
	for i := len(w.fed) - 1; i >= 0; i-- {
		if w.fed[i].base == base && w.fed[i].index == index {
			return w.c.slots + i
		}
		if index >= 0 && w.fed[i].base == base && w.fed[i].index >= 0 {
			break // values come in order of time
		}
	}
	use := FeedUse{Feed: r.Feed.Feed, Missing: index < 0}
	if index >= 0 {
		use.From, use.Value = p.feed.Slots[index].From, p.feed.Slots[index].Value
	}
	price, ok := feedPrice(r.Feed, use)
	if !ok {
		w.overflow = k + 1
	}
	w.fed = append(w.fed, fedSlot{base, index, use, price})
	w.measured, w.billed, w.lastSpan = append(w.measured, 0), append(w.billed, 0), append(w.lastSpan, 0)
	return w.c.slots + len(w.fed) - 1
}

// feedPrice is the unit price that a rule makes of a feed's value, rounded to
// nine decimals, halves away from zero, and then held to its bounds, which have
// no more decimals. It is not ok when it is out of range.
func feedPrice(f *tariff.FeedPrice, use FeedUse) (money.Price, bool) {
	value, rate, addition := use.Value, (tariff.Whole+f.Tax)*f.Percentage, f.Addition
	if use.Missing {
		value, rate, addition = f.Fallback, tariff.Whole*f.FallbackPercentage, 0
	}
	price, ok := scaled(value, rate, addition)
	if f.Floor != nil {
		price = max(price, *f.Floor)
	}
	if f.Ceiling != nil {
		price = min(price, *f.Ceiling)
	}
	return price, ok
}

// scaled is the price times a rate in 10^-12 plus an addition, rounded to nine
// decimals, halves away from zero. It needs a rate that is not negative.
func scaled(p money.Price, rate int64, addition money.Price) (money.Price, bool) {
	const unit = uint64(tariff.Whole * tariff.Whole)
	hi, lo := product(p, uint64(rate))
	moreHi, moreLo := product(addition, unit)
	lo, carry := bits.Add64(lo, moreLo, 0)
	hi, _ = bits.Add64(hi, moreHi, carry)
	negative := hi>>63 != 0
	if negative {
		hi, lo = negated(hi, lo)
	}
	if hi >= unit {
		return 0, false
	}
	q, rest := bits.Div64(hi, lo, unit)
	if rest >= unit/2 {
		q++
	}
	if q > math.MaxInt64 {
		return 0, false
	}
	if negative {
		return -money.Price(q), true
	}
	return money.Price(q), true
}

// product is p·n in two's complement of 128 bits. It needs an n below 2^63.
func product(p money.Price, n uint64) (hi, lo uint64) {
	if p >= 0 {
		return bits.Mul64(uint64(p), n)
	}
	return negated(bits.Mul64(-uint64(p), n))
}

func negated(hi, lo uint64) (uint64, uint64) {
	lo, borrow := bits.Sub64(0, lo, 0)
	hi, _ = bits.Sub64(0, hi, borrow)
	return hi, lo
}

package pricing

import (
	"math/big"

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
// nine decimals, halves away from zero. It is not ok when it is out of range.
func feedPrice(f *tariff.FeedPrice, use FeedUse) (money.Price, bool) {
	n := big.NewInt(int64(use.Value))
	rates := [2]int64{tariff.Whole + f.Tax, f.Percentage}
	addition := f.Addition
	if use.Missing {
		n.SetInt64(int64(f.Fallback))
		rates, addition = [2]int64{tariff.Whole, f.FallbackPercentage}, 0
	}
	n.Mul(n, big.NewInt(rates[0])).Mul(n, big.NewInt(rates[1]))
	n.Add(n, new(big.Int).Mul(big.NewInt(int64(addition)), wholeSquared))
	clamp := func(limit *money.Price, sign int) {
		if limit == nil {
			return
		}
		l := new(big.Int).Mul(big.NewInt(int64(*limit)), wholeSquared)
		if n.Cmp(l) == sign {
			n = l
		}
	}
	clamp(f.Floor, -1)
	clamp(f.Ceiling, 1)
	negative := n.Sign() < 0
	n.Abs(n).Mul(n, big.NewInt(2)).Add(n, wholeSquared).Quo(n, new(big.Int).Mul(wholeSquared, big.NewInt(2)))
	if negative {
		n.Neg(n)
	}
	return money.Price(n.Int64()), n.IsInt64()
}

// wholeSquared is the square of tariff.Whole.
var wholeSquared = big.NewInt(tariff.Whole * tariff.Whole)

package pricing

import (
	"math/bits"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// account is all that a price is made of: what a walk has gathered up to an
// instant, quantities per slot and, when explaining, the stretches of time they
// come from.
type account struct {
	tally
	measured []int64 // per slot
	billed   []int64 // per slot
	lastSpan []int64 // per slot, one above the index of its last span
	spans    []slotSpan
	explain  bool
	// fed are the slots of prices of feeds, numbered behind those of the rules.
	fed []fedSlot
}

// tally is the part of an account that holds no pointers.
type tally struct {
	fee, reservationFee         int // rules of the fees, -1 until one has matched
	feeAt, reservationFeeAt     calendar.Instant
	feeSlot, reservationFeeSlot int
	energy, given               energy.Quantity
	length                      int64 // of the session in seconds, without gaps
	began                       bool  // there is a session, not a mere reservation
	// A condition asked for a power or current that is not known.
	powerUnknown, currentUnknown bool

	grace    [tariff.Kinds]int64
	blocks   [tariff.Kinds]block
	last     [tariff.Kinds]int     // one above the slot that billed last
	time     [session.States]int64 // seconds
	reserved int64                 // seconds
	overflow tariff.Kind           // one above the dimension that cannot be counted
}

// block is the rest of a dimension's running block, which was billed in a
// slot.
type block struct {
	rest int64
	slot int
}

type slotSpan struct {
	Span
	slot int32
	free bool // grace, which is told apart
}

// pass books time of a dimension: first grace, then what a rule prices.
func (w *walk) pass(k tariff.Kind, from, to calendar.Instant) {
	if len(w.c.rules[k]) == 0 {
		return
	}
	rule, seconds := w.match(k), int64(to-from)
	slot := w.slotOf(k, rule)
	if free := min(seconds, w.grace[k]); free > 0 {
		w.grace[k] -= free
		middle := from + calendar.Instant(free)
		w.book(slot, Span{from, middle, free, 0}, rule >= 0)
		from, seconds = middle, seconds-free
	}
	if seconds == 0 {
		return
	}
	if rule < 0 {
		w.book(slot, Span{from, to, seconds, 0}, false)
		return
	}
	w.last[k] = slot + 1
	if size := w.c.doc.Dimensions[k].Block; size > 0 {
		if earlier, used, running := w.finish(k, slot, seconds); running {
			middle := from + calendar.Instant(used)
			w.book(earlier, Span{from, middle, used, 0}, false)
			from, seconds = middle, seconds-used
		}
		if seconds > 0 {
			w.book(slot, Span{from, to, seconds, w.draw(k, slot, size, seconds)}, false)
		}
		return
	}
	w.book(slot, Span{from, to, seconds, seconds}, false)
}

// finish takes what it can of n from a running block that another slot began;
// without one nothing runs.
func (w *walk) finish(k tariff.Kind, slot int, n int64) (earlier int, used int64, running bool) {
	b := &w.blocks[k]
	if b.rest == 0 || b.slot == slot {
		return 0, 0, false
	}
	used = min(b.rest, n)
	b.rest -= used
	return b.slot, used, true
}

// draw takes n from the slot's running block and from new ones, which it
// bills when they begin.
func (w *walk) draw(k tariff.Kind, slot int, size, n int64) (billed int64) {
	b := &w.blocks[k]
	if n <= b.rest {
		b.rest -= n
		return 0
	}
	n -= b.rest
	b.slot = slot
	count := (n-1)/size + 1
	hi, lo := bits.Mul64(uint64(count), uint64(size))
	if hi != 0 || lo > 1<<62 {
		w.overflow = k + 1
		lo = 0
	}
	b.rest = int64(lo) - n
	return int64(lo)
}

// book adds a stretch of time to a slot.
func (w *walk) book(slot int, s Span, free bool) {
	w.measured[slot] += s.Measured
	w.billed[slot] += s.Billed
	if !w.explain {
		return
	}
	if i := w.lastSpan[slot]; i > 0 {
		last := &w.spans[i-1]
		if last.To == s.From && last.free == free {
			last.To = s.To
			last.Measured += s.Measured
			last.Billed += s.Billed
			return
		}
	}
	w.lastSpan[slot] = int64(len(w.spans)) + 1
	w.spans = append(w.spans, slotSpan{s, int32(slot), free})
}

// flow books the energy of a stretch, at whose beginning the meter stood at
// base.
func (w *walk) flow(k tariff.Kind, x *meter, base energy.Quantity, from, to calendar.Instant, flowed int64) {
	rule := w.match(k)
	slot := w.slotOf(k, rule)
	if rule < 0 {
		w.bookFlow(slot, x, base, Span{from, to, flowed, 0})
		return
	}
	if flowed > 0 {
		w.last[k] = slot + 1
	}
	billed := flowed
	if size := w.c.doc.Dimensions[k].Block; size > 0 {
		if earlier, used, running := w.finish(k, slot, flowed); running {
			middle := to
			if used < flowed {
				middle = min(to, x.reachedAt(base+energy.Quantity(used)))
			}
			w.bookFlow(earlier, x, base, Span{from, middle, used, 0})
			if used == flowed {
				return
			}
			from, flowed, base = middle, flowed-used, base+energy.Quantity(used)
		}
		billed = w.draw(k, slot, size, flowed)
	}
	w.bookFlow(slot, x, base, Span{from, to, flowed, billed})
}

// bookFlow adds energy to a slot and to the meter's span, which runs from
// where energy begins to flow to where it ends by the readings, so that neither
// idle time nor the place of a cut shows in it; it goes on until another rule
// holds.
func (w *walk) bookFlow(slot int, x *meter, base energy.Quantity, s Span) {
	w.measured[slot] += s.Measured
	w.billed[slot] += s.Billed
	if !w.explain {
		return
	}
	if int32(slot) != x.slot {
		x.slot, x.span = int32(slot), -1
	}
	first, last := x.flowing(s.From, s.To)
	if w.c.splits && s.Measured > 0 && x.known(s.From) > base {
		first = s.From // what flowed in the second in which a threshold was passed
	}
	if last = max(first, last); first == last && s.Measured == 0 {
		return
	}
	if x.span < 0 {
		x.span = int32(len(w.spans))
		w.spans = append(w.spans, slotSpan{Span: Span{From: first}, slot: int32(slot)})
	}
	span := &w.spans[x.span]
	span.To = last
	span.Measured += s.Measured
	span.Billed += s.Billed
}

// slotOf is where quantities under the rule (-1: no rule) are booked.
func (w *walk) slotOf(k tariff.Kind, rule int) int {
	slot := w.c.firstSlot[k] + rule + 1
	if rule < 0 || w.c.rules[k][rule].feed < 0 {
		return slot
	}
	return w.fedSlot(k, rule, slot)
}

package pricing

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// walk goes once through a session's facts, from one instant at which anything
// can change to the next, and gathers integer quantities per slot. Energy at an
// instant is always taken from the readings around it, so additional cuts
// change no quantity.
type walk struct {
	c        *Compiled
	facts    *session.Facts
	to       calendar.Instant
	cuts     []calendar.Instant // further instants to stop at; they change nothing
	measured []int64            // per slot
	billed   []int64            // per slot
	grace    [tariff.Kinds]int64
	time     [2]int64 // per session state, seconds
	fee      int      // rule of the session fee, -1 until one has matched
	feeAt    calendar.Instant
	spans    []slotSpan // only when explaining
	lastSpan []int64    // per slot, one above the index of its last span
	explain  bool
	// flowSlot is the slot of the energy rule that held last, flowSpan its
	// current span (-1: none yet), flow the reading at which that span's search
	// for flowing energy stands.
	flowSlot, flowSpan int32
	flow               int

	reading int // index of the reading at or before the cursor
	change  int // index of the next change of state
	cut     int
	step    int // index of the next duration threshold
	tier    int // index of the next energy threshold
	at      calendar.Instant
	energy  energy.Quantity
	state   session.State
	offset  int64            // seconds east of UTC at the cursor
	until   calendar.Instant // up to which the offset holds

	// date and clock are those of the start, which locked dimensions go by.
	date  calendar.Date
	clock calendar.TimeOfDay
}

type slotSpan struct {
	slot int32
	Span
}

func (w *walk) run() {
	w.at, w.fee, w.flowSlot = w.facts.Start, -1, -1
	for k := range tariff.Kind(tariff.Kinds) {
		w.grace[k] = w.c.doc.Dimension(k).Grace
	}
	if len(w.c.edges) > 0 {
		w.offset, w.until = w.c.zone.Offset(w.at)
		w.date, w.clock = w.local()
	}
	w.arrive()
	m := w.moment()
	w.checkFee(&m, w.at)
	for w.at < w.to {
		next := w.next()
		w.piece(next, w.energyAt(next))
		w.at = next
		w.arrive()
	}
}

// arrive takes over everything that changes at the cursor.
func (w *walk) arrive() {
	for w.change < len(w.facts.Changes) && w.facts.Changes[w.change].At <= w.at {
		w.state = w.facts.Changes[w.change].State
		w.change++
	}
	for w.cut < len(w.cuts) && w.cuts[w.cut] <= w.at {
		w.cut++
	}
	for w.step < len(w.c.durations) && w.facts.Start+calendar.Instant(w.c.durations[w.step]) <= w.at {
		w.step++
	}
	for w.tier < len(w.c.energies) && w.c.energies[w.tier] <= w.energy {
		w.tier++
	}
	if len(w.c.edges) > 0 && w.at >= w.until {
		w.offset, w.until = w.c.zone.Offset(w.at)
	}
}

// next is the earliest instant after the cursor at which anything can change.
func (w *walk) next() calendar.Instant {
	next := w.to
	if w.change < len(w.facts.Changes) {
		next = min(next, w.facts.Changes[w.change].At)
	}
	if w.cut < len(w.cuts) {
		next = min(next, w.cuts[w.cut])
	}
	if w.step < len(w.c.durations) {
		next = min(next, w.facts.Start+calendar.Instant(w.c.durations[w.step]))
	}
	if len(w.c.edges) > 0 {
		next = min(next, w.until, w.nextEdge())
	}
	return next
}

func (w *walk) nextEdge() calendar.Instant {
	_, second := w.local()
	for _, e := range w.c.edges {
		if e > int32(second) {
			return w.at + calendar.Instant(e-int32(second))
		}
	}
	return w.at + calendar.Instant(secondsPerDay-int32(second)+w.c.edges[0])
}

func (w *walk) local() (calendar.Date, calendar.TimeOfDay) {
	s := int64(w.at) + w.offset
	day := s / secondsPerDay
	if s%secondsPerDay < 0 {
		day--
	}
	return calendar.Date(day), calendar.TimeOfDay(s - day*secondsPerDay)
}

func (w *walk) moment() moment {
	m := moment{duration: int64(w.at - w.facts.Start), energy: w.energy}
	if len(w.c.edges) > 0 {
		m.date, m.time = w.local()
	}
	return m
}

// energyAt is the cumulative energy at an instant at or after the cursor.
func (w *walk) energyAt(at calendar.Instant) energy.Quantity {
	r := w.facts.Readings
	for w.reading+1 < len(r) && r[w.reading+1].At <= at {
		w.reading++
	}
	switch {
	case len(r) == 0:
		return 0
	case w.reading+1 == len(r) || r[w.reading].At >= at:
		return r[w.reading].Import
	}
	return session.Between(r[w.reading], r[w.reading+1], at)
}

// piece takes in the stretch from the cursor to an instant, over which clock,
// state and duration conditions stand still. Energy thresholds inside it split
// it further: the energy exactly, the time at the first full second at which
// the threshold is reached.
func (w *walk) piece(to calendar.Instant, total energy.Quantity) {
	m := w.moment()
	from := w.at
	for w.tier < len(w.c.energies) && w.c.energies[w.tier] <= total {
		threshold := w.c.energies[w.tier]
		reached := w.reachedAt(threshold)
		if threshold == total && reached >= to {
			break // it holds from the next piece on
		}
		w.take(&m, from, reached, threshold-w.energy)
		from, w.energy = reached, threshold
		m.energy = threshold
		w.tier++
	}
	w.take(&m, from, to, total-w.energy)
	w.energy = total
}

// reachedAt is the first full second at which the energy has reached q. It
// depends on the two readings around q only.
func (w *walk) reachedAt(q energy.Quantity) calendar.Instant {
	r := w.facts.Readings
	i := 1
	for i < len(r)-1 && r[i].Import < q {
		i++
	}
	a, b := r[i-1], r[i]
	return a.At + calendar.Instant((b.Import-a.Import).TimeOf(q-a.Import, int64(b.At-a.At)))
}

// match is the rule of the dimension that holds at the moment, or -1. A locked
// dimension goes by the clock and date of the start.
func (w *walk) match(k tariff.Kind, m *moment) int {
	if !w.c.doc.Locked.Has(k) {
		return w.c.match(k, m)
	}
	frozen := *m
	frozen.date, frozen.time = w.date, w.clock
	return w.c.match(k, &frozen)
}

// take books the energy and the time of one stretch under the rules that match
// at its beginning.
func (w *walk) take(m *moment, from, to calendar.Instant, flowed energy.Quantity) {
	w.checkFee(m, from)
	w.takeEnergy(m, from, to, int64(flowed))
	seconds := int64(to - from)
	if seconds == 0 {
		return
	}
	w.time[w.state] += seconds
	k := tariff.Charging
	if w.state == session.Idle {
		k = tariff.Idle
	}
	if len(w.c.rules[k]) == 0 {
		return
	}
	rule := w.match(k, m)
	if free := min(seconds, w.grace[k]); free > 0 {
		w.grace[k] -= free
		middle := from + calendar.Instant(free)
		w.book(k, rule, from, middle, free, 0)
		from, seconds = middle, seconds-free
	}
	if seconds > 0 {
		w.book(k, rule, from, to, seconds, seconds)
	}
}

// takeEnergy books the energy of one stretch. Its span runs from where energy
// begins to flow to where it ends by the readings, so that neither idle time
// nor the place of a cut shows in it; it goes on until another rule holds.
func (w *walk) takeEnergy(m *moment, from, to calendar.Instant, flowed int64) {
	if len(w.c.rules[tariff.Energy]) == 0 {
		return
	}
	rule := w.match(tariff.Energy, m)
	slot, billed := int32(w.c.firstSlot[tariff.Energy]+rule+1), flowed
	if rule < 0 {
		billed = 0
	}
	w.measured[slot] += flowed
	w.billed[slot] += billed
	if !w.explain {
		return
	}
	if slot != w.flowSlot {
		w.flowSlot, w.flowSpan = slot, -1
	}
	first, last := w.flowing(from, to)
	if len(w.c.energies) > 0 && w.facts.EnergyAt(from) > m.energy {
		first = from // what flowed in the second in which a threshold was passed
	}
	if last = max(first, last); first == last && flowed == 0 {
		return
	}
	if w.flowSpan < 0 {
		w.flowSpan = int32(len(w.spans))
		w.lastSpan[slot] = int64(w.flowSpan) + 1
		w.spans = append(w.spans, slotSpan{slot, Span{From: first}})
	}
	span := &w.spans[w.flowSpan]
	span.To = last
	span.Measured += flowed
	span.Billed += billed
}

// flowing is the part of the stretch from the first to the last instant at
// which the readings show energy flowing; it is empty when none flows.
func (w *walk) flowing(from, to calendar.Instant) (first, last calendar.Instant) {
	r := w.facts.Readings
	for w.flow+1 < len(r) && (r[w.flow+1].At <= from || r[w.flow+1].Import == r[w.flow].Import) {
		w.flow++
	}
	first = to
	for i := w.flow; i+1 < len(r) && r[i].At < to; i++ {
		if r[i+1].Import > r[i].Import {
			first = min(first, max(from, r[i].At))
			last = min(to, r[i+1].At)
		}
	}
	return first, last
}

// checkFee takes the session fee at the first moment at which a rule for it
// holds.
func (w *walk) checkFee(m *moment, at calendar.Instant) {
	if w.fee >= 0 || len(w.c.rules[tariff.Session]) == 0 {
		return
	}
	w.fee = w.match(tariff.Session, m)
	w.feeAt = at
}

// book adds a quantity to the slot of the rule (-1: no rule).
func (w *walk) book(k tariff.Kind, rule int, from, to calendar.Instant, measured, billed int64) {
	slot := w.c.firstSlot[k] + rule + 1
	if rule < 0 {
		billed = 0
	}
	w.measured[slot] += measured
	w.billed[slot] += billed
	if !w.explain {
		return
	}
	if i := w.lastSpan[slot]; i > 0 {
		last := &w.spans[i-1]
		if last.To == from && (last.Billed == 0) == (billed == 0) {
			last.To = to
			last.Measured += measured
			last.Billed += billed
			return
		}
	}
	w.lastSpan[slot] = int64(len(w.spans)) + 1
	w.spans = append(w.spans, slotSpan{int32(slot), Span{from, to, measured, billed}})
}

package pricing

import (
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// walk goes once through a session's facts, from one instant at which anything
// can change to the next, and gathers integer quantities per slot.
type walk struct {
	account
	cursor
	c       *Compiled
	facts   *session.Facts
	ctx     *Context
	to      calendar.Instant
	cuts    []calendar.Instant // further instants to stop at; they change nothing
	changes []session.Change
	turn    calendar.Instant // of the next change; the largest where none comes
	in, out meter
	prices  []priceNow // by feed
	days    []daySoFar
}

// cursor is where a walk stands. It holds no pointers, so that it is cheap to
// set back.
type cursor struct {
	at     calendar.Instant
	m      moment
	opened bool // the cursor has been put somewhere
	state  session.State
	change int // index of the next change of state
	cut    int
	step   int              // index of the next duration threshold
	tier   int              // index of the next energy threshold
	spent  [2]int           // index of the next threshold of time charged, idle
	mode   int              // index of the next change of mode
	offset int64            // seconds east of UTC at the cursor
	until  calendar.Instant // up to which the offset holds

	// date and clock are those of the start, which locked dimensions go by.
	date  calendar.Date
	clock calendar.TimeOfDay
}

func (w *walk) run() {
	w.open()
	if w.facts.Reserved != nil {
		w.reserve()
		if w.facts.Reserved.Expired {
			w.closeDay()
			return
		}
	}
	w.follow(timeline(w.facts, w.c.doc.IdleWhen, w.to))
	if w.c.needs&needsWhole != 0 {
		w.m.average, w.m.peak = classes(w.facts, w.changes, w.to)
	}
	w.begin(w.facts.Start)
	w.began = true
	w.arrive()
	w.tell()
	w.checkFee(w.at)
	for w.at < w.to {
		next := w.next()
		w.piece(next)
		w.at = next
		w.arrive()
		w.tell()
	}
	w.length = w.duration()
	w.closeDay()
}

// follow goes by the changes of state.
func (w *walk) follow(changes []session.Change) {
	w.changes, w.change = changes, 0
	w.look()
}

// look finds the instant of the next change.
func (w *walk) look() {
	w.turn = 1<<63 - 1
	if w.change < len(w.changes) {
		w.turn = w.changes[w.change].At
	}
}

// open readies the walk for its first stretch.
func (w *walk) open() {
	w.fee, w.reservationFee = -1, -1
	w.in.slot, w.out.slot = -1, -1
	w.m.point, w.m.current, w.m.mode = w.ctx.Point, extent[int64]{-1, -1}, session.Regular
	w.currentUnknown = w.c.needs&needsCurrent != 0
	w.grace = w.c.grace
}

// begin puts the cursor on an instant.
func (w *walk) begin(at calendar.Instant) {
	w.at, w.until = at, at
	if len(w.c.edges) > 0 {
		w.offset, w.until = w.c.zone.Offset(at)
		w.date, w.clock = w.local()
		if w.opened && w.date != w.m.date {
			w.closeDay()
		}
		w.m.date, w.opened = w.date, true
	}
	for i := range w.prices {
		w.prices[i].find(at)
		w.prices[i].first = w.prices[i].now
	}
}

// arrive takes over everything that changes at the cursor.
func (w *walk) arrive() {
	for w.at >= w.turn {
		w.state = w.changes[w.change].State
		w.change++
		w.look()
	}
	for w.cut < len(w.cuts) && w.cuts[w.cut] <= w.at {
		w.cut++
	}
	for w.step < len(w.c.durations) && w.c.durations[w.step] <= w.duration() {
		w.step++
	}
	for w.tier < len(w.c.energies) && w.c.energies[w.tier] <= w.energy {
		w.tier++
	}
	for w.mode < len(w.facts.Modes) && w.facts.Modes[w.mode].At <= w.at {
		w.m.mode = w.facts.Modes[w.mode].Mode
		w.mode++
	}
	if w.c.needs&(needsCharging|needsIdle) != 0 {
		for s, times := range w.c.times {
			for w.spent[s] < len(times) && times[w.spent[s]] <= w.time[s] {
				w.spent[s]++
			}
		}
	}
	w.refresh()
}

// refresh looks up what holds at the cursor for some time: the zone's offset
// and the feeds' values.
func (w *walk) refresh() {
	if len(w.c.edges) > 0 && w.at >= w.until {
		w.offset, w.until = w.c.zone.Offset(w.at)
	}
	for i := range w.prices {
		if w.at >= w.prices[i].until {
			w.prices[i].find(w.at)
		}
	}
}

// duration is the time since the start without gaps.
func (w *walk) duration() int64 {
	return int64(w.at-w.facts.Start) - w.time[session.Away]
}

// next is the earliest instant after the cursor at which anything can change.
func (w *walk) next() calendar.Instant {
	next := w.to
	next = min(next, w.turn)
	if w.cut < len(w.cuts) {
		next = min(next, w.cuts[w.cut])
	}
	if w.step < len(w.c.durations) && w.state != session.Away {
		next = min(next, w.at+calendar.Instant(w.c.durations[w.step]-w.duration()))
	}
	if len(w.c.edges) > 0 {
		next = min(next, w.until, w.nextEdge())
	}
	if w.c.needs&needsStop != 0 {
		next = w.nextRarely(next)
	}
	return next
}

func (w *walk) nextRarely(next calendar.Instant) calendar.Instant {
	if w.state <= session.Idle {
		if i := w.spent[w.state]; i < len(w.c.times[w.state]) {
			next = min(next, w.at+calendar.Instant(w.c.times[w.state][i]-w.time[w.state]))
		}
	}
	if w.mode < len(w.facts.Modes) {
		next = min(next, w.facts.Modes[w.mode].At)
	}
	if r := w.in.readings; w.c.needs&needsPower != 0 && w.in.reading+1 < len(r) {
		next = min(next, r[w.in.reading+1].At)
	}
	for i := range w.prices {
		next = min(next, w.prices[i].until)
	}
	return next
}

func (w *walk) nextEdge() calendar.Instant {
	_, second := w.local()
	if i, _ := slices.BinarySearch(w.c.edges, int32(second)+1); i < len(w.c.edges) {
		return w.at + calendar.Instant(w.c.edges[i]-int32(second))
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

// tell brings the moment up to the cursor.
func (w *walk) tell() {
	w.m.energy, w.m.duration, w.m.states = w.energy, w.duration(), w.time
	if len(w.c.edges) > 0 {
		w.tellDate()
	}
	if w.c.needs&needsPower != 0 {
		w.m.power = extent[energy.Power]{}
		if w.at < w.to {
			p := w.in.power()
			w.m.power = extent[energy.Power]{p, p}
		}
	}
}

// tellDate brings the moment's date and clock up to the cursor, and closes the
// day that ended there.
func (w *walk) tellDate() {
	date, clock := w.local()
	if date != w.m.date {
		w.length = w.duration()
		w.closeDay()
	}
	w.m.date, w.m.time = date, clock
}

// piece takes in the stretch from the cursor to an instant, over which clock,
// state and duration conditions stand still. Energy thresholds inside it split
// it further: the energy exactly, the time at the first full second at which
// the threshold is reached.
func (w *walk) piece(to calendar.Instant) {
	from, total := w.at, w.in.at(to)
	for w.tier < len(w.c.energies) && w.c.energies[w.tier] <= total {
		threshold := w.c.energies[w.tier]
		reached := w.in.reachedAt(threshold)
		if threshold == total && reached >= to {
			break // it holds from the next piece on
		}
		w.take(from, reached, threshold-w.energy)
		from, w.energy = reached, threshold
		w.m.energy = threshold
		w.tier++
	}
	w.take(from, to, total-w.energy)
	w.energy = total
}

// match is the rule of the dimension that holds at the cursor, or -1. A locked
// dimension goes by the clock and date of the start.
func (w *walk) match(k tariff.Kind) int {
	if !w.c.doc.Locked.Has(k) {
		return w.c.match(k, &w.m)
	}
	date, clock := w.m.date, w.m.time
	w.m.date, w.m.time = w.date, w.clock
	rule := w.c.match(k, &w.m)
	w.m.date, w.m.time = date, clock
	return rule
}

// take books the energy and the time of one stretch under the rules that match
// at its beginning.
func (w *walk) take(from, to calendar.Instant, flowed energy.Quantity) {
	w.checkFee(from)
	if len(w.c.rules[tariff.Energy]) > 0 {
		w.flow(tariff.Energy, &w.in, w.m.energy, from, to, int64(flowed))
	}
	if len(w.out.readings) > 0 {
		given := w.out.at(to)
		if len(w.c.rules[tariff.Export]) > 0 {
			w.flow(tariff.Export, &w.out, w.given, from, to, int64(given-w.given))
		}
		w.given = given
	}
	seconds := int64(to - from)
	if seconds == 0 {
		return
	}
	w.time[w.state] += seconds
	switch w.state {
	case session.Charging:
		w.pass(tariff.Charging, from, to)
	case session.Idle:
		w.pass(tariff.Idle, from, to)
	default:
		return
	}
	w.pass(tariff.Occupancy, from, to)
}

// checkFee takes the session fee at the first moment at which a rule for it
// holds.
func (w *walk) checkFee(at calendar.Instant) {
	if w.fee >= 0 || len(w.c.rules[tariff.Session]) == 0 || w.state == session.Away {
		return
	}
	if w.fee = w.match(tariff.Session); w.fee >= 0 {
		w.feeAt, w.feeSlot = at, w.slotOf(tariff.Session, w.fee)
	}
}

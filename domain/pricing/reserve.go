package pricing

import (
	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// reserve prices the reservation that went before. Its clock is its own:
// durations count from its beginning, and only its two dimensions are priced.
func (w *walk) reserve() {
	r := w.facts.Reserved
	to := r.To
	if w.ctx.UpTo != 0 {
		to = max(r.From, min(to, w.ctx.UpTo))
	}
	w.m.outcome = tariff.Used
	if r.Expired {
		w.m.outcome = tariff.Expired
	}
	w.begin(r.From)
	for {
		w.m.duration = int64(w.at - r.From)
		w.refresh()
		if len(w.c.edges) > 0 {
			w.tellDate()
		}
		w.checkReservationFee()
		if w.at >= to {
			break
		}
		next := w.nextReserved(to)
		w.reserved += int64(next - w.at)
		w.pass(tariff.Reservation, w.at, next)
		w.at = next
	}
	w.m.outcome = tariff.AnyOutcome
	w.m.duration = 0
}

func (w *walk) nextReserved(to calendar.Instant) calendar.Instant {
	next := to
	for _, d := range w.c.durations {
		if d > w.m.duration {
			next = min(next, w.at+calendar.Instant(d-w.m.duration))
			break
		}
	}
	if len(w.c.edges) > 0 {
		next = min(next, w.until, w.nextEdge())
	}
	for i := range w.prices {
		next = min(next, w.prices[i].until)
	}
	for _, cut := range w.cuts {
		if cut > w.at {
			next = min(next, cut)
			break
		}
	}
	return next
}

// checkReservationFee takes the fee at the first moment at which a rule for it
// holds.
func (w *walk) checkReservationFee() {
	k := tariff.ReservationFee
	if w.reservationFee >= 0 || len(w.c.rules[k]) == 0 {
		return
	}
	if w.reservationFee = w.match(k); w.reservationFee >= 0 {
		w.reservationFeeAt, w.reservationFeeSlot = w.at, w.slotOf(k, w.reservationFee)
	}
}

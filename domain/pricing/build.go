package pricing

import (
	"fmt"

	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// builder turns an account into a receipt, in the order of the rules of
// counting: priced lines, caps, free amount, minimum, maximum, maximum per day,
// rounding, tax.
type builder struct {
	*account
	c     *Compiled
	days  []daySoFar
	lines []Span // spans of the lines so far
	lean  bool   // only sums are wanted: no lines are kept
	// part says that this is the account of a part of a session, which as a whole
	// has failed to start or not.
	part, failed bool
	receipt      Receipt
	sum          money.Exact // of the lines
	shown        int64       // of their amounts, where the policy rounds each line
}

func (b *builder) build(ctx *Context) error {
	if err := b.upToMaximum(); err != nil {
		return err
	}
	if err := b.dayMaximum(ctx.Spent); err != nil {
		return err
	}
	if !b.lean {
		b.note(ctx)
	}
	return b.settle(ctx)
}

// note says what a reader should know.
func (b *builder) note(ctx *Context) {
	say := func(n string, holds bool) {
		if holds {
			b.receipt.Notes = append(b.receipt.Notes, n)
		}
	}
	total, needs := &b.c.doc.Total, b.c.needs
	say(NoteFailedStart, (total.AtLeast != nil || total.AtLeastWithTax != nil || b.fee >= 0) && b.failedStart())
	say(NoteNoEnergy, b.energy == 0)
	say(NoteSupplyUnknown, needs&needsSupply != 0 && ctx.Point.Supply == tariff.UnknownSupply)
	say(NoteEVSEPowerUnknown, needs&needsEVSEPower != 0 && ctx.Point.MaxPower == 0)
	say(NotePowerUnknown, b.powerUnknown)
	say(NoteCurrentUnknown, b.currentUnknown)
	for i := range b.fed {
		slot := b.c.slots + i
		used := b.measured[slot] > 0 || b.fee >= 0 && slot == b.feeSlot || b.reservationFee >= 0 && slot == b.reservationFeeSlot
		if b.fed[i].use.Missing && used {
			say(NoteFeedMissing, true)
			break
		}
	}
}

// upToMaximum adds all lines that count before a maximum per day.
func (b *builder) upToMaximum() error {
	if b.c.stepped {
		b.step()
	}
	if b.overflow > 0 {
		return overflow(Line{Kind: Priced, Dimension: b.overflow - 1})
	}
	for _, k := range b.c.priced {
		before, shown := b.sum, b.shown
		if err := b.dimension(k); err != nil {
			return err
		}
		if limit := b.c.doc.Dimensions[k].AtMost; limit != nil {
			if err := b.limit(Line{Kind: Cap, Dimension: k, Rule: -1, Limit: *limit}, before, shown); err != nil {
				return err
			}
		}
	}
	return b.bounds()
}

func (b *builder) dimension(k tariff.Kind) error {
	switch k {
	case tariff.Session:
		if b.fee < 0 {
			return nil
		}
		return b.once(k, b.fee, b.feeSlot, Span{b.feeAt, b.feeAt, 1, 1}, b.failedStart())
	case tariff.ReservationFee:
		if b.reservationFee < 0 {
			return nil
		}
		return b.once(k, b.reservationFee, b.reservationFeeSlot, Span{b.reservationFeeAt, b.reservationFeeAt, 1, 1}, false)
	}
	for i := -1; i < len(b.c.rules[k]); i++ {
		slot := b.c.firstSlot[k] + i + 1
		if b.measured[slot] != 0 {
			if err := b.quantity(k, i, slot); err != nil {
				return err
			}
		}
		if i >= 0 && b.c.rules[k][i].feed >= 0 {
			if err := b.fedQuantities(k, i, slot); err != nil {
				return err
			}
		}
	}
	return nil
}

// fedQuantities are the lines of a rule whose price is a feed's, one per value.
func (b *builder) fedQuantities(k tariff.Kind, rule, base int) error {
	for i := range b.fed {
		slot := b.c.slots + i
		if b.fed[i].base != base || slot >= len(b.measured) || b.measured[slot] == 0 {
			continue
		}
		if err := b.quantity(k, rule, slot); err != nil {
			return err
		}
	}
	return nil
}

// spansOf are the slot's spans in order of time. All lines' spans share one
// array.
func (b *builder) spansOf(slot int) []Span {
	from := len(b.lines)
	for i := range b.spans {
		if int(b.spans[i].slot) == slot {
			b.lines = append(b.lines, b.spans[i].Span)
		}
	}
	return b.lines[from:len(b.lines):len(b.lines)]
}

func (b *builder) add(l *Line) error {
	if b.receipt.Rounding.PerLine {
		amount, err := l.Exact.Round(b.receipt.Currency, b.receipt.Rounding.Mode)
		if err != nil {
			return overflow(*l)
		}
		return b.addShown(l, amount.Minor)
	}
	return b.addShown(l, 0)
}

// addShown is add for a line whose amount is not its own sum rounded.
func (b *builder) addShown(l *Line, minor int64) error {
	sum, err := b.sum.Add(l.Exact)
	if err != nil {
		return overflow(*l)
	}
	b.sum = sum
	if minor != 0 {
		shown := b.shown + minor
		if (shown > b.shown) != (minor > 0) {
			return overflow(*l)
		}
		b.shown = shown
	}
	if !b.lean {
		l.Amount = money.Amount{Minor: minor, Currency: b.receipt.Currency}
		b.receipt.Lines = append(b.receipt.Lines, *l)
	}
	return nil
}

func (b *builder) quantity(k tariff.Kind, rule, slot int) error {
	if b.lean && !b.receipt.Rounding.PerLine {
		return b.sumUp(k, rule, slot)
	}
	l := Line{Kind: Free, Dimension: k, Rule: rule, Measured: b.measured[slot], Billed: b.billed[slot]}
	if !b.lean {
		l.Spans = b.spansOf(slot)
	}
	if rule >= 0 {
		if err := b.price(&l, slot); err != nil {
			return err
		}
	}
	return b.add(&l)
}

// sumUp is quantity where no line is wanted.
func (b *builder) sumUp(k tariff.Kind, rule, slot int) error {
	if rule < 0 {
		return nil
	}
	exact, err := b.cost(k, rule, slot, b.billed[slot])
	if err == nil {
		b.sum, err = b.sum.Add(exact)
	}
	if err != nil {
		return overflow(Line{Kind: Priced, Dimension: k, Rule: rule})
	}
	return nil
}

// cost is what the rule of a slot makes of a quantity.
func (b *builder) cost(k tariff.Kind, rule, slot int, n int64) (money.Exact, error) {
	r := &b.c.rules[k][rule]
	price := r.Price
	if i := slot - b.c.slots; i >= 0 {
		price = b.fed[i].price
	}
	if r.Per == tariff.Flat {
		n = min(n, 1)
	}
	return price.Times(n, r.Per.Divisor())
}

// price fills in what the rule of the line's slot makes of its quantity.
func (b *builder) price(l *Line, slot int) error {
	r := &b.c.rules[l.Dimension][l.Rule]
	l.Kind, l.UnitPrice, l.Per = Priced, r.Price, r.Per
	if i := slot - b.c.slots; i >= 0 {
		use := b.fed[i].use
		l.UnitPrice, l.Feed = b.fed[i].price, &use
	}
	exact, err := b.cost(l.Dimension, l.Rule, slot, l.Billed)
	if err != nil {
		return overflow(*l)
	}
	l.Exact = exact
	return nil
}

// once is the line of a fee.
func (b *builder) once(k tariff.Kind, rule, slot int, s Span, waived bool) error {
	l := Line{Dimension: k, Rule: rule, Measured: 1, Billed: 1}
	if waived {
		l.Billed, s.Billed = 0, 0
	}
	if !b.lean {
		from := len(b.lines)
		b.lines = append(b.lines, s)
		l.Spans = b.lines[from:len(b.lines):len(b.lines)]
	}
	if err := b.price(&l, slot); err != nil {
		return err
	}
	if waived {
		l.Kind = Waived
	}
	return b.add(&l)
}

// failedStart reports whether the session misses a threshold, so that neither
// session fee nor minimum price is due. A reservation without a session owes
// neither.
func (b *builder) failedStart() bool {
	f := b.c.doc.FailedStart
	switch {
	case !b.began:
		return true
	case b.part:
		return b.failed
	case f.Never:
		return false
	case f == tariff.FailedStart{}:
		return b.energy == 0 && b.length < 120
	}
	return b.energy < f.Energy || b.length < f.Duration
}

func (b *builder) bounds() error {
	total := &b.c.doc.Total
	if total.Free != nil {
		if err := b.freeAmount(*total.Free); err != nil {
			return err
		}
	}
	if total.AtLeast != nil && !b.failedStart() {
		if err := b.limit(Line{Kind: Minimum, Rule: -1, Limit: *total.AtLeast}, money.Exact{}, 0); err != nil {
			return err
		}
	}
	if total.AtMost != nil {
		return b.limit(Line{Kind: Maximum, Rule: -1, Limit: *total.AtMost}, money.Exact{}, 0)
	}
	return nil
}

// freeAmount takes off the first amount of the session.
func (b *builder) freeAmount(free money.Price) error {
	l := Line{Kind: FreeAmount, Rule: -1, Limit: free}
	limit, err := asExact(free)
	if err != nil {
		return overflow(l)
	}
	if b.sum.Sign() <= 0 {
		return nil
	}
	l.Exact = limit.Neg()
	if b.sum.Cmp(limit) < 0 {
		l.Exact = b.sum.Neg()
	}
	if !b.receipt.Rounding.PerLine {
		return b.add(&l)
	}
	rounded, err := limit.Round(b.receipt.Currency, b.receipt.Rounding.Mode)
	if err != nil {
		return overflow(l)
	}
	return b.addShown(&l, -max(0, min(rounded.Minor, b.shown)))
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
	return b.addShown(&l, difference)
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

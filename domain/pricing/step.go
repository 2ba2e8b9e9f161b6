package pricing

import (
	"math"

	"kwote/domain/tariff"
)

// step rounds quantities up as OCPI's step_size says (OCPI 2.2.1 mod_tariffs):
// once per session, energy by itself and the times together, where idle time
// alone is rounded if any is priced. The step is that of the rule that priced
// last, which also takes the surplus.
func (b *builder) step() {
	b.roundUp(tariff.Energy)
	b.roundUp(tariff.Reservation)
	if !b.roundUp(tariff.Idle) {
		b.roundUp(tariff.Charging)
	}
}

// roundUp reports whether anything of the dimension is priced.
func (b *builder) roundUp(k tariff.Kind) bool {
	last := b.last[k] - 1
	if last < 0 {
		return false
	}
	var total int64
	for i := range b.c.rules[k] {
		slot := b.c.firstSlot[k] + i + 1
		total += b.billed[slot]
		for j := range b.fed {
			if b.fed[j].base == slot && b.c.slots+j < len(b.billed) {
				total += b.billed[b.c.slots+j]
			}
		}
	}
	step := b.stepOf(k, last)
	if total == 0 || step == 0 {
		return total > 0
	}
	surplus := (step - total%step) % step
	if surplus > math.MaxInt64-total {
		b.overflow = k + 1
		return true
	}
	b.billed[last] += surplus
	if i := b.lastSpanOf(last); i >= 0 {
		b.spans[i].Billed += surplus
	}
	return true
}

// stepOf is the step of the rule behind a slot.
func (b *builder) stepOf(k tariff.Kind, slot int) int64 {
	if i := slot - b.c.slots; i >= 0 {
		slot = b.fed[i].base
	}
	return b.c.rules[k][slot-b.c.firstSlot[k]-1].Step
}

func (b *builder) lastSpanOf(slot int) int {
	for i := len(b.spans) - 1; i >= 0; i-- {
		if int(b.spans[i].slot) == slot && !b.spans[i].free {
			return i
		}
	}
	return -1
}

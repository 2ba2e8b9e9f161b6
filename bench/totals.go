package main

import (
	"fmt"
	"runtime"
	"time"

	"kwote/domain/energy"
	"kwote/domain/pricing"
	"kwote/domain/session"
)

// priceTotals prices the yardstick on one core, sums only: what repricing in bulk uses.
func priceTotals(e env) (figure, error) {
	compiled, facts, err := yardstick(e)
	if err != nil {
		return figure{}, err
	}
	runtime.GOMAXPROCS(1)
	best, rates, err := bestOf(5, time.Second, func() (int, error) { return len(facts), totalsOf(compiled, facts) })
	if err != nil {
		return figure{}, err
	}
	return figure{value: best, unit: "sessions/s", database: "none", detail: map[string]any{
		"sessions": len(facts), "total": euros(yardstickCents), "currency": "EUR", "cores_used": 1, "runs": rates,
	}}, nil
}

func totalsOf(compiled *pricing.Compiled, facts []session.Facts) error {
	p := pricing.NewPricer(compiled)
	var cents int64
	for i := range facts {
		sum, err := p.Sum(&facts[i], pricing.Context{})
		if err != nil {
			return err
		}
		cents += sum.Total.Minor
	}
	if cents != yardstickCents {
		return fmt.Errorf("the total is %s EUR and must be %s EUR", euros(cents), euros(yardstickCents))
	}
	return nil
}

// priceAllocs counts the allocations per session of sums only.
func priceAllocs(e env) (figure, error) {
	compiled, facts, err := yardstick(e)
	if err != nil {
		return figure{}, err
	}
	runtime.GOMAXPROCS(1)
	p := pricing.NewPricer(compiled)
	var before, after runtime.MemStats
	for _, m := range []*runtime.MemStats{&before, &after} { // the first round makes room
		runtime.ReadMemStats(&before)
		for i := range facts {
			if _, err := p.Sum(&facts[i], pricing.Context{}); err != nil {
				return figure{}, err
			}
		}
		runtime.ReadMemStats(m)
	}
	per := float64(after.Mallocs-before.Mallocs) / float64(len(facts))
	if after.Mallocs-before.Mallocs < 100 { // the reading of the figures itself
		per = 0
	}
	return figure{value: per, mayBeZero: true, unit: "allocations/session", database: "none", detail: map[string]any{"sessions": len(facts)}}, nil
}

// repriceLive prices a session of 24 hours with a reading a minute again at every reading, with full
// receipts: what a driver's display needs.
func repriceLive(e env) (figure, error) {
	compiled, _, err := yardstick(e)
	if err != nil {
		return figure{}, err
	}
	runtime.GOMAXPROCS(1)
	const minutes = 24 * 60
	facts := session.Facts{Start: 1_772_323_200, Readings: []session.Reading{{At: 1_772_323_200}}}
	for m := range minutes {
		last := facts.Readings[m]
		next := session.Reading{At: last.At + 60, Import: last.Import}
		if m < minutes/2 {
			next.Import += 183 * energy.Wh
		}
		facts.Readings = append(facts.Readings, next)
	}
	facts.Changes = []session.Change{{At: facts.Start + minutes/2*60, State: session.Idle}}
	best, rates, err := bestOf(5, time.Second, func() (int, error) {
		for n := 1; n <= minutes; n++ {
			live := facts
			live.Readings, live.End = facts.Readings[:n+1], facts.Readings[n].At
			if _, err := pricing.Price(compiled, live, pricing.Context{}); err != nil {
				return 0, err
			}
		}
		return minutes, nil
	})
	if err != nil {
		return figure{}, err
	}
	return figure{value: 1e6 / best, unit: "us/reading", database: "none", detail: map[string]any{
		"readings": minutes, "readings_per_second": rates, "cores_used": 1}}, nil
}

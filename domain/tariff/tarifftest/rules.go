package tarifftest

import (
	"pgregory.net/rapid"

	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// dimension draws a dimension of the kind, often an empty one.
func (f Features) dimension(k tariff.Kind, terms tariff.Terms) *rapid.Generator[tariff.Dimension] {
	return rapid.Custom(func(t *rapid.T) tariff.Dimension {
		var d tariff.Dimension
		n := rapid.IntRange(0, 4).Draw(t, "number of rules")
		if n == 0 {
			return d
		}
		timed := k.Measure() == tariff.InTime
		if timed && k != tariff.Reservation && rapid.Bool().Draw(t, "has grace") {
			d.Grace = rapid.Int64Range(0, 2*3600).Draw(t, "grace")
		}
		if f.has(Blocks) && k.Measure() != tariff.InFees && rarely(t, "has blocks", 2) {
			d.Block = portion(k).Draw(t, "block")
		}
		if rapid.Bool().Draw(t, "has cap") {
			d.AtMost = bound().Draw(t, "cap")
		}
		for range n {
			d.Rules = append(d.Rules, f.rule(k, terms, d.Block > 0).Draw(t, "rule"))
		}
		return d
	})
}

// portion draws blocks and steps of the usual sizes and of any.
func portion(k tariff.Kind) *rapid.Generator[int64] {
	if k.Measure() == tariff.InEnergy {
		return rapid.OneOf(rapid.SampledFrom([]int64{int64(energy.KWh), int64(100 * energy.Wh), int64(energy.Wh)}), rapid.Int64Range(int64(energy.Wh), int64(5*energy.KWh)))
	}
	return rapid.OneOf(rapid.SampledFrom([]int64{60, 900, 1800, 3600}), rapid.Int64Range(1, 2*3600))
}

func (f Features) rule(k tariff.Kind, terms tariff.Terms, blocks bool) *rapid.Generator[tariff.Rule] {
	return rapid.Custom(func(t *rapid.T) tariff.Rule {
		r := tariff.Rule{Price: price(0).Draw(t, "price")}
		switch k.Measure() {
		case tariff.InEnergy:
			r.Price, r.Per = price(-1_000_000_000).Draw(t, "energy price"), tariff.PerKWh
		case tariff.InTime:
			r.Per = rapid.SampledFrom([]tariff.Unit{tariff.PerMinute, tariff.PerHour}).Draw(t, "unit")
		case tariff.InFees:
			r.Per = tariff.PerSession
		}
		switch {
		case f.has(Flats) && k.Measure() != tariff.InFees && rarely(t, "flat", 3):
			r.Per = tariff.Flat
		case f.has(FeedPrices) && rarely(t, "follows a feed", 3):
			r.Feed, r.Price = feedPrice(k, terms, r.Price).Draw(t, "feed"), 0
		}
		stepped := k == tariff.Energy || k == tariff.Charging || k == tariff.Idle || k == tariff.Reservation
		if f.has(Steps) && stepped && !blocks && r.Per != tariff.Flat && rarely(t, "has step", 3) {
			r.Step = portion(k).Draw(t, "step")
		}
		if f.has(RuleTaxes) && rarely(t, "has tax", 3) {
			if r.Untaxed = rapid.Bool().Draw(t, "untaxed"); !r.Untaxed {
				r.Taxes = f.taxes(terms, 1).Draw(t, "taxes")
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "has condition") > 0 {
			r.When = f.condition(k).Draw(t, "when")
		}
		return r
	})
}

// feedPrice draws a price of the kind that follows a feed. Only energy and
// export can follow it below zero.
func feedPrice(k tariff.Kind, terms tariff.Terms, fallback money.Price) *rapid.Generator[*tariff.FeedPrice] {
	return rapid.Custom(func(t *rapid.T) *tariff.FeedPrice {
		p := &tariff.FeedPrice{Feed: rapid.SampledFrom(Feeds).Draw(t, "feed"), Percentage: tariff.Whole, Fallback: fallback, FallbackPercentage: tariff.Whole}
		least := int64(0)
		if k.Measure() == tariff.InEnergy {
			least = -1_000_000_000
		}
		if terms == tariff.WithTax && rapid.Bool().Draw(t, "taxed") {
			p.Tax = rapid.SampledFrom([]int64{200_000, 55_000, 1_000_000, 1}).Draw(t, "tax")
		}
		if rapid.Bool().Draw(t, "has percentage") {
			p.Percentage = percentage().Draw(t, "percentage")
		}
		if rapid.Bool().Draw(t, "has addition") {
			p.Addition = price(-1_000_000_000).Draw(t, "addition")
		}
		if least == 0 || rapid.Bool().Draw(t, "has floor") {
			floor := price(least).Draw(t, "floor")
			p.Floor = &floor
		}
		if rapid.Bool().Draw(t, "has ceiling") {
			ceiling := price(least).Draw(t, "ceiling")
			p.Ceiling = atLeast(&ceiling, p.Floor)
		}
		if rapid.Bool().Draw(t, "has fallback percentage") {
			p.FallbackPercentage = percentage().Draw(t, "fallback percentage")
		}
		return p
	})
}

func percentage() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.SampledFrom([]int64{900_000, 1_100_000, 1, 10_000_000}), rapid.Int64Range(1, 2_000_000))
}

// price draws round prices and ones with all decimals.
func price(least int64) *rapid.Generator[money.Price] {
	return rapid.Custom(func(t *rapid.T) money.Price {
		if rapid.Bool().Draw(t, "round") {
			return money.Price(rapid.Int64Range(least/10_000_000, 500).Draw(t, "cents") * 10_000_000)
		}
		return money.Price(rapid.Int64Range(least, 5_000_000_000).Draw(t, "nanos"))
	})
}

func bound() *rapid.Generator[*money.Price] {
	return rapid.Custom(func(t *rapid.T) *money.Price {
		p := price(0).Draw(t, "bound") * money.Price(rapid.Int64Range(1, 10).Draw(t, "times"))
		return &p
	})
}

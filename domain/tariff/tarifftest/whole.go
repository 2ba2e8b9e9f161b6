package tarifftest

import (
	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// whole draws what belongs to the whole tariff beside names, terms and
// document taxes.
func (f Features) whole(t *rapid.T, d *tariff.Document) {
	d.Locked = rapid.SampledFrom([]tariff.KindSet{0, 0, 0, tariff.EveryKind, tariff.KindSet(0).With(tariff.Energy), tariff.KindSet(0).With(tariff.Idle).With(tariff.Charging)}).Draw(t, "locked")
	if f.has(Kinds) && rarely(t, "lock any", 3) {
		d.Locked = tariff.KindSet(rapid.Uint8().Draw(t, "lock"))
	}
	d.Total = bounds().Draw(t, "total")
	if f.has(Totals) {
		widerBounds(t, d)
	}
	if rapid.Bool().Draw(t, "thresholds") {
		d.FailedStart = tariff.FailedStart{Energy: amount().Draw(t, "least energy") / 10, Duration: rapid.Int64Range(0, 600).Draw(t, "least duration")}
	}
	if f.has(Totals) && rarely(t, "never fails", 3) {
		d.FailedStart = tariff.FailedStart{Never: true}
	}
	if f.has(Detections) && rarely(t, "detection", 2) {
		d.IdleWhen = detection().Draw(t, "idle when")
	}
	if f.has(Properties) {
		properties(t, d)
	}
}

func bounds() *rapid.Generator[tariff.Bounds] {
	return rapid.Custom(func(t *rapid.T) tariff.Bounds {
		var b tariff.Bounds
		if rapid.Bool().Draw(t, "has minimum") {
			b.AtLeast = bound().Draw(t, "minimum")
		}
		if rapid.Bool().Draw(t, "has maximum") {
			b.AtMost = bound().Draw(t, "maximum")
		}
		if b.AtLeast != nil && b.AtMost != nil && *b.AtLeast > *b.AtMost {
			b.AtLeast, b.AtMost = b.AtMost, b.AtLeast
		}
		return b
	})
}

// widerBounds draws the bounds that plain tariffs do not have, none of them
// below a minimum.
func widerBounds(t *rapid.T, d *tariff.Document) {
	b := &d.Total
	if rarely(t, "has free amount", 2) {
		b.Free = bound().Draw(t, "free")
	}
	if rarely(t, "has maximum per day", 2) {
		b.AtMostPerDay = atLeast(bound().Draw(t, "maximum per day"), b.AtLeast)
	}
	if d.Terms != tariff.WithoutTax {
		return
	}
	if rarely(t, "has minimum with tax", 2) {
		b.AtLeastWithTax = bound().Draw(t, "minimum with tax")
	}
	if rarely(t, "has maximum with tax", 2) {
		b.AtMostWithTax = atLeast(atLeast(bound().Draw(t, "maximum with tax"), b.AtLeastWithTax), b.AtLeast)
	}
}

func atLeast(p, least *money.Price) *money.Price {
	if least != nil && *p < *least {
		q := *least
		return &q
	}
	return p
}

func detection() *rapid.Generator[tariff.IdleDetection] {
	return rapid.Custom(func(t *rapid.T) tariff.IdleDetection {
		if rapid.Bool().Draw(t, "by charge") {
			return tariff.IdleDetection{By: tariff.ByCharge, Charge: rapid.Int64Range(1, 1000).Draw(t, "charge")}
		}
		return tariff.IdleDetection{By: tariff.ByPower, Power: 1 + power().Draw(t, "power"), For: rapid.Int64Range(0, 1800).Draw(t, "for")}
	})
}

func properties(t *rapid.T, d *tariff.Document) {
	from := calendar.Instant(rapid.Int64Range(1_600_000_000, 1_800_000_000).Draw(t, "valid from"))
	before := from + calendar.Instant(rapid.Int64Range(1, 400_000_000).Draw(t, "valid for"))
	if rarely(t, "has beginning", 2) {
		d.Valid.From = &from
	}
	if rarely(t, "has end", 2) {
		d.Valid.Before = &before
	}
	if rarely(t, "limits energy", 2) {
		d.Limits.Energy = 1 + amount().Draw(t, "most energy")
	}
	if rarely(t, "limits duration", 2) {
		d.Limits.Duration = rapid.Int64Range(1, 24*3600).Draw(t, "longest")
	}
	if rarely(t, "limits amount", 2) {
		p := 1 + *bound().Draw(t, "most amount")
		d.Limits.Amount = &p
	}
	if rarely(t, "holds", 2) {
		d.Preauthorise = bound().Draw(t, "hold")
	}
}

// taxes draws a list of taxes that fits the terms, with at least so many where
// the terms allow any.
func (f Features) taxes(terms tariff.Terms, least int) *rapid.Generator[[]tariff.Tax] {
	return rapid.Custom(func(t *rapid.T) []tariff.Tax {
		most := [...]int{tariff.WithTax: 1, tariff.WithoutTax: 3, tariff.NoTax: 0}[terms]
		var out []tariff.Tax
		for i := range rapid.IntRange(min(least, most), most).Draw(t, "number of taxes") {
			tax := tariff.Tax{Name: "T" + string(rune('A'+i)), Rate: rapid.Int64Range(0, 1_000_000).Draw(t, "rate")}
			if f.has(TaxDetails) {
				detail(t, &tax, i > 0)
			}
			if i == 0 && f.has(TaxDetails) && rarely(t, "rate changes", 3) {
				out = append(out, changing(t, tax)...)
				continue
			}
			out = append(out, tax)
		}
		return out
	})
}

func detail(t *rapid.T, tax *tariff.Tax, second bool) {
	if rarely(t, "untaxed", 3) {
		tax.Rate = 0
	}
	if rarely(t, "has category", 2) {
		codes := []string{"L", "M"}
		if tax.Rate == 0 {
			codes = append(codes, "E", "AE", "K", "G", "O")
		}
		tax.Category = rapid.SampledFrom(codes).Draw(t, "category")
	}
	if rarely(t, "is registered", 2) {
		tax.Registration = "DE" + rapid.StringMatching(`[0-9]{9}`).Draw(t, "registration")
	}
	tax.OnTop = second && rarely(t, "on top", 2)
}

// changing is a tax whose rate changes on one of Days, and which may begin and
// end some time.
func changing(t *rapid.T, tax tariff.Tax) []tariff.Tax {
	change := rapid.SampledFrom(Days).Draw(t, "change")
	old, later := tax, tax
	old.Before, later.From = &change, &change
	later.Rate, later.Category = rapid.Int64Range(0, 1_000_000).Draw(t, "later rate"), ""
	if rapid.Bool().Draw(t, "begins") {
		begin := change - calendar.Date(rapid.IntRange(1, 60).Draw(t, "days of the old rate"))
		old.From = &begin
	}
	if rapid.Bool().Draw(t, "ends") {
		end := change + calendar.Date(rapid.IntRange(1, 60).Draw(t, "days of the new rate"))
		later.Before = &end
	}
	return []tariff.Tax{old, later}
}

// amount draws energies that sessions reach, exact to a µWh now and then.
func amount() *rapid.Generator[energy.Quantity] {
	return rapid.Custom(func(t *rapid.T) energy.Quantity {
		if rapid.Bool().Draw(t, "whole") {
			return energy.Quantity(rapid.Int64Range(0, 40).Draw(t, "kWh")) * energy.KWh
		}
		return energy.Quantity(rapid.Int64Range(0, int64(40*energy.KWh)).Draw(t, "µWh"))
	})
}

// power draws powers at which cars charge, exact to a mW now and then.
func power() *rapid.Generator[energy.Power] {
	return rapid.Custom(func(t *rapid.T) energy.Power {
		if rapid.Bool().Draw(t, "rated") {
			return rapid.SampledFrom([]energy.Power{0, 500 * energy.W, 3_700 * energy.W, 7_400 * energy.W, 11 * energy.KW, 22 * energy.KW, 50 * energy.KW, 150 * energy.KW}).Draw(t, "rating")
		}
		return energy.Power(rapid.Int64Range(0, int64(60*energy.KW)).Draw(t, "mW"))
	})
}

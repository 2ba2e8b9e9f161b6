// Package tarifftest owns the making of random tariff documents for property
// tests. It decides nothing about what tariffs mean.
//
// Invariant: every document it draws is one that tariff.Decode accepts, and
// together they use every feature of the document (TestRoundTrip).
package tarifftest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// Days are local dates around which documents set their date conditions and
// sessions should lie: ordinary ones and those on which some zone changes its
// clock.
var Days = []calendar.Date{
	calendar.NewDate(2026, time.March, 8), calendar.NewDate(2026, time.March, 29), calendar.NewDate(2026, time.April, 5),
	calendar.NewDate(2026, time.May, 4), calendar.NewDate(2026, time.September, 6), calendar.NewDate(2026, time.October, 4),
	calendar.NewDate(2026, time.October, 25), calendar.NewDate(2026, time.December, 31),
}

// Document draws any valid tariff.
func Document() *rapid.Generator[tariff.Document] {
	return rapid.Custom(func(t *rapid.T) tariff.Document {
		d := tariff.Document{
			Name:     rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,20}`).Draw(t, "name"),
			Title:    title().Draw(t, "title"),
			Currency: rapid.SampledFrom([]money.Currency{"EUR", "GBP", "JPY", "KWD"}).Draw(t, "currency"),
			Terms:    rapid.SampledFrom([]tariff.Terms{tariff.WithTax, tariff.WithoutTax, tariff.NoTax}).Draw(t, "terms"),
			Rounding: Rounding().Draw(t, "rounding"),
		}
		d.Taxes = taxes(d.Terms).Draw(t, "taxes")
		for k := range tariff.Kind(tariff.Kinds) {
			*d.Dimension(k) = Dimension(k).Draw(t, k.String())
		}
		if !slices.ContainsFunc(d.Dimensions[:], func(d tariff.Dimension) bool { return len(d.Rules) > 0 }) {
			d.Dimension(tariff.Energy).Rules = []tariff.Rule{{Price: 490_000_000}}
		}
		d.Locked = rapid.SampledFrom([]tariff.KindSet{0, 0, 0, tariff.EveryKind, tariff.KindSet(0).With(tariff.Energy), tariff.KindSet(0).With(tariff.Idle).With(tariff.Charging)}).Draw(t, "locked")
		d.Total = bounds().Draw(t, "total")
		if rapid.Bool().Draw(t, "thresholds") {
			d.FailedStart = tariff.FailedStart{Energy: amount().Draw(t, "least energy") / 10, Duration: rapid.Int64Range(0, 600).Draw(t, "least duration")}
		}
		return d
	})
}

// Rounding draws one of the policies.
func Rounding() *rapid.Generator[money.Policy] {
	return rapid.Custom(func(t *rapid.T) money.Policy {
		p, err := money.ParsePolicy(rapid.SampledFrom(money.PolicyNames()).Draw(t, "policy"))
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}

func title() *rapid.Generator[map[string]string] {
	return rapid.Custom(func(t *rapid.T) map[string]string {
		out := map[string]string{}
		for _, language := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"en", "fr", "de", "nb", "pt-BR"}), rapid.ID[string]).Draw(t, "languages") {
			out[language] = rapid.StringMatching(`[A-Za-zéß€"\\<>&'#:{}\[\]日 ]{0,12}[a-z!]`).Draw(t, language)
			if out[language][0] == ' ' {
				out[language] = "x" + out[language]
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	})
}

func taxes(terms tariff.Terms) *rapid.Generator[[]tariff.Tax] {
	return rapid.Custom(func(t *rapid.T) []tariff.Tax {
		most := [...]int{tariff.WithTax: 1, tariff.WithoutTax: 3, tariff.NoTax: 0}[terms]
		var out []tariff.Tax
		for i := range rapid.IntRange(0, most).Draw(t, "number of taxes") {
			out = append(out, tariff.Tax{Name: "T" + string(rune('A'+i)), Rate: rapid.Int64Range(0, 1_000_000).Draw(t, "rate")})
		}
		return out
	})
}

// Dimension draws a dimension of the kind, often an empty one.
func Dimension(k tariff.Kind) *rapid.Generator[tariff.Dimension] {
	return rapid.Custom(func(t *rapid.T) tariff.Dimension {
		var d tariff.Dimension
		for range rapid.IntRange(0, 4).Draw(t, "number of rules") {
			d.Rules = append(d.Rules, rule(k).Draw(t, "rule"))
		}
		if len(d.Rules) == 0 {
			return d
		}
		if (k == tariff.Charging || k == tariff.Idle) && rapid.Bool().Draw(t, "has grace") {
			d.Grace = rapid.Int64Range(0, 2*3600).Draw(t, "grace")
		}
		if rapid.Bool().Draw(t, "has cap") {
			d.AtMost = bound().Draw(t, "cap")
		}
		return d
	})
}

func rule(k tariff.Kind) *rapid.Generator[tariff.Rule] {
	return rapid.Custom(func(t *rapid.T) tariff.Rule {
		r := tariff.Rule{Price: price(0).Draw(t, "price"), Per: tariff.PerSession}
		switch k {
		case tariff.Energy:
			r.Price, r.Per = price(-1_000_000_000).Draw(t, "energy price"), tariff.PerKWh
		case tariff.Charging, tariff.Idle:
			r.Per = rapid.SampledFrom([]tariff.Unit{tariff.PerMinute, tariff.PerHour}).Draw(t, "unit")
		}
		if rapid.IntRange(0, 3).Draw(t, "has condition") > 0 {
			r.When = Condition().Draw(t, "when")
		}
		return r
	})
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

// Condition draws a condition that can hold.
func Condition() *rapid.Generator[tariff.Condition] {
	return rapid.Custom(func(t *rapid.T) tariff.Condition {
		var c tariff.Condition
		parts := rapid.IntRange(1, 31).Draw(t, "parts")
		if parts&1 != 0 {
			c.Time = rapid.SliceOfN(window(), 1, 3).Draw(t, "time")
		}
		if parts&2 != 0 {
			c.Days = calendar.Weekdays(rapid.IntRange(1, int(calendar.EveryDay)-1).Draw(t, "days"))
		}
		if parts&4 != 0 {
			c.DateFrom, c.DateBefore = dates(t, c.Days)
		}
		if parts&8 != 0 {
			c.Energy.From, c.Energy.Before = span(t, "energy", amount())
		}
		if parts&16 != 0 {
			c.Duration.From, c.Duration.Before = span(t, "duration", rapid.Int64Range(0, 12*3600))
		}
		return c
	})
}

func window() *rapid.Generator[calendar.Window] {
	return rapid.Custom(func(t *rapid.T) calendar.Window {
		step := rapid.SampledFrom([]int32{3600, 900, 1}).Draw(t, "step")
		from := rapid.Int32Range(0, 86400/step-1).Draw(t, "from") * step
		long := rapid.Int32Range(1, 86400/step-1).Draw(t, "length") * step
		to := from + long
		if to > 86400 {
			to -= 86400
		}
		return calendar.Window{From: calendar.TimeOfDay(from), To: calendar.TimeOfDay(to)}
	})
}

func dates(t *rapid.T, days calendar.Weekdays) (from, before *calendar.Date) {
	first := rapid.SampledFrom(Days).Draw(t, "day") + calendar.Date(rapid.IntRange(-2, 2).Draw(t, "days off"))
	long := calendar.Date(rapid.IntRange(1, 3).Draw(t, "days long"))
	if days != 0 {
		long += 7
	}
	last := first + long
	switch rapid.IntRange(0, 2).Draw(t, "sides") {
	case 0:
		return &first, nil
	case 1:
		return nil, &last
	}
	return &first, &last
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

// span draws bounds with from below before; zero bounds are open.
func span[T int64 | energy.Quantity](t *rapid.T, name string, g *rapid.Generator[T]) (from, before T) {
	from, before = g.Draw(t, name+" from"), g.Draw(t, name+" before")
	if before > 0 && from >= before {
		from, before = before-1, from+1
	}
	if from == 0 && before == 0 {
		before = 1
	}
	return from, before
}

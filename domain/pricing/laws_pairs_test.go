package pricing

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
)

// pairs holds prices of like sessions against each other.
func pairs(t *testing.T, zones map[string]*calendar.Zone) {
	for name, law := range map[string]func(t *rapid.T, c *Compiled, facts session.Facts, ctx Context){
		"more energy never costs less":             moreEnergy,
		"blocks never bill less":                   coarserBlocks,
		"a merged session is one without the gap":  withoutGaps,
		"energy given back changes no other price": withoutExports,
		"a reservation changes no session":         withoutReservation,
		"more spent never costs more":              moreSpent,
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c, facts, ctx := drawCase(t, zones, 40*3600)
				law(t, c, facts, ctx)
			})
		})
	}
}

// changed is the tariff compiled again after a change of its document.
func changed(c *Compiled, change func(*tariff.Document)) *Compiled {
	doc := c.Document()
	for k := range tariff.Kind(tariff.Kinds) {
		doc.Dimension(k).Rules = slices.Clone(doc.Dimension(k).Rules)
	}
	change(&doc)
	return Compile(c.Ref(), doc, c.zone)
}

func eachRule(doc *tariff.Document, change func(*tariff.Rule)) {
	for k := range tariff.Kind(tariff.Kinds) {
		for i := range doc.Dimension(k).Rules {
			change(&doc.Dimension(k).Rules[i])
		}
	}
}

func moreEnergy(t *rapid.T, c *Compiled, facts session.Facts, ctx Context) {
	c = changed(c, monotone)
	less := mustPrice(t, c, facts, ctx)
	factor := energy.Quantity(rapid.Int64Range(2, 5).Draw(t, "factor"))
	facts.Readings = slices.Clone(facts.Readings)
	for i := range facts.Readings {
		facts.Readings[i].Import *= factor
	}
	more := mustPrice(t, c, facts, ctx)
	if more.Exact.Cmp(less.Exact) < 0 || more.Total.Minor < less.Total.Minor {
		zone := zoneOf(t, less)
		t.Fatalf("%d times the energy costs %s instead of %s\n%s\n%s", factor, more.Total, less.Total, difference(writeReceipt(less, zone), writeReceipt(more, zone)), compact(c.Document()))
	}
}

// monotone takes out what lets more energy cost less: negative prices, conditions
// on energy and power, idle time by power, steps, whose rounding up goes to the
// last price, and blocks, which may begin sooner. A maximum per day is out, too:
// more energy may bring forward the day on which another cap is reached. So are
// taxes by rule: a minimum bears them as the sums stand to one another.
func monotone(d *tariff.Document) {
	d.IdleWhen = tariff.IdleDetection{}
	d.Total.AtMostPerDay = nil
	d.Dimension(tariff.Energy).Block = 0
	eachRule(d, func(r *tariff.Rule) {
		r.Price = max(r.Price, -r.Price)
		r.Step, r.Taxes, r.Untaxed = 0, nil, false
		if f := r.Feed; f != nil {
			r.Feed, r.Price = nil, max(f.Fallback, -f.Fallback)
		}
		r.When.Energy = tariff.Range[energy.Quantity]{}
		r.When.Power = tariff.Range[energy.Power]{}
		r.When.Average, r.When.Peak = tariff.Level{}, tariff.Level{}
	})
}

// coarserBlocks prices without blocks, with blocks, and with blocks of several
// times their size.
func coarserBlocks(t *rapid.T, c *Compiled, facts session.Facts, ctx Context) {
	k := rapid.SampledFrom([]tariff.Kind{tariff.Energy, tariff.Charging, tariff.Idle, tariff.Occupancy, tariff.Reservation, tariff.Export}).Draw(t, "dimension")
	size := 1 + upTo(7200).Draw(t, "block")
	if k.Measure() == tariff.InEnergy {
		size *= int64(rapid.SampledFrom([]energy.Quantity{1, 1000, energy.Wh}).Draw(t, "unit"))
	}
	billed := func(block int64) (sum int64) {
		r := mustPrice(t, changed(c, func(d *tariff.Document) {
			eachRule(d, func(r *tariff.Rule) { r.Step = 0 })
			d.Dimension(k).Block = block
		}), facts, ctx)
		checkLaws(t, r)
		for _, l := range r.Lines {
			if l.Kind == Priced && l.Dimension == k {
				sum += l.Billed
			}
		}
		return sum
	}
	exact, blocks, coarse := billed(0), billed(size), billed(size*rapid.Int64Range(2, 4).Draw(t, "times"))
	if blocks < exact || blocks >= exact+size || blocks%size != 0 || coarse < blocks {
		t.Fatalf("%s bills %d, in blocks of %d %d, in coarser ones %d", k, exact, size, blocks, coarse)
	}
}

// withoutGaps takes the gaps out of the time of a merged session: where the
// clock does not matter the price is the same.
func withoutGaps(t *rapid.T, c *Compiled, facts session.Facts, ctx Context) {
	drawGaps(t, &facts)
	facts = normal(t, facts)
	ctx.UpTo, ctx.TaxPoint = 0, facts.Start
	c = changed(c, func(d *tariff.Document) {
		d.Total.AtMostPerDay = nil
		eachRule(d, func(r *tariff.Rule) {
			if f := r.Feed; f != nil {
				r.Feed, r.Price = nil, f.Fallback
			}
			w := &r.When
			w.Time, w.Days, w.DateFrom, w.DateBefore, w.Season, w.Holidays, w.NotHolidays = nil, 0, nil, nil, nil, "", ""
		})
	})
	merged, joined := mustPrice(t, c, facts, ctx), mustPrice(t, c, joined(t, facts), ctx)
	if merged.Exact != joined.Exact || merged.Total != joined.Total {
		zone := zoneOf(t, merged)
		t.Fatalf("merged, and without the gaps:\n%s", difference(writeReceipt(merged, zone), writeReceipt(joined, zone)))
	}
}

// joined moves what comes after a gap back by its length.
func joined(t *rapid.T, f session.Facts) session.Facts {
	back := func(at calendar.Instant) calendar.Instant {
		lost := calendar.Instant(0)
		for _, g := range f.Gaps {
			lost += max(0, min(at, g.To)-g.From)
		}
		return at - lost
	}
	moved := func(r []session.Reading) (out []session.Reading) {
		for _, x := range r {
			out = append(out, session.Reading{At: back(x.At), Import: x.Import})
		}
		return out
	}
	out := session.Facts{Start: f.Start, End: back(f.End), Readings: moved(f.Readings), Exports: moved(f.Exports), Reserved: f.Reserved}
	for _, x := range f.Changes {
		out.Changes = append(out.Changes, session.Change{At: back(x.At), State: x.State})
	}
	for _, x := range f.Modes {
		out.Modes = append(out.Modes, session.ModeChange{At: back(x.At), Mode: x.Mode})
	}
	for _, x := range f.Pauses {
		out.Pauses = append(out.Pauses, session.Stretch{From: back(x.From), To: back(x.To)})
	}
	charges := map[calendar.Instant]int64{}
	for _, x := range f.Charges {
		charges[back(x.At)] = x.Level
	}
	for _, at := range slices.Sorted(maps.Keys(charges)) {
		out.Charges = append(out.Charges, session.Charge{At: at, Level: charges[at]})
	}
	return normal(t, out)
}

func withoutExports(t *rapid.T, c *Compiled, facts session.Facts, ctx Context) {
	facts.Exports = drawReadings(t, facts, nil)
	facts.Gaps = nil
	facts = normal(t, facts)
	with := mustPrice(t, c, facts, ctx)
	facts.Exports = nil
	without := mustPrice(t, c, facts, ctx)
	sameExcept(t, with, without, tariff.Export)
}

func withoutReservation(t *rapid.T, c *Compiled, facts session.Facts, ctx Context) {
	if facts.Reserved != nil && facts.Reserved.Expired {
		return
	}
	facts.Reserved = &session.Reservation{From: facts.Start - 600 - calendar.Instant(upTo(7200).Draw(t, "reserved from")), To: facts.Start - 600}
	with := mustPrice(t, c, facts, ctx)
	facts.Reserved = nil
	sameExcept(t, with, mustPrice(t, c, facts, ctx), tariff.Reservation, tariff.ReservationFee)
}

// sameExcept compares the exact sums of all priced lines but those of some
// dimensions.
func sameExcept(t failer, a, b Receipt, except ...tariff.Kind) {
	t.Helper()
	sums := func(r Receipt) []money.Exact {
		var out []money.Exact
		for _, l := range r.Lines {
			if (l.Kind == Priced || l.Kind == Waived || l.Kind == Cap) && !slices.Contains(except, l.Dimension) {
				out = append(out, l.Exact)
			}
		}
		return out
	}
	if !slices.Equal(sums(a), sums(b)) {
		zone := zoneOf(t, a)
		t.Fatalf("with and without %v:\n%s", except, difference(writeReceipt(a, zone), writeReceipt(b, zone)))
	}
}

func moreSpent(t *rapid.T, c *Compiled, facts session.Facts, ctx Context) {
	most := money.Price(upTo(50_000_000_000).Draw(t, "most per day"))
	c = changed(c, func(d *tariff.Document) { d.Total.AtMostPerDay = &most })
	fresh := mustPrice(t, c, facts, ctx)
	day, _ := c.zone.Local(facts.Start)
	spent, err := money.Price(upTo(60_000_000_000).Draw(t, "more")).Times(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx.Spent = append(slices.Clone(ctx.Spent), DayAmount{Date: day + calendar.Date(rapid.IntRange(0, 1).Draw(t, "on")), Amount: spent})
	again := mustPrice(t, c, facts, ctx)
	checkLaws(t, again)
	if again.Exact.Cmp(fresh.Exact) > 0 {
		t.Fatalf("after %s more it costs %s instead of %s", spent, again.Exact, fresh.Exact)
	}
	for _, d := range again.Days {
		left := rat(most)
		for _, s := range ctx.Spent {
			if s.Date == d.Date {
				left.Sub(left, s.Amount.Rat())
			}
		}
		if d.Amount.Sign() > 0 && d.Amount.Rat().Cmp(left) > 0 {
			t.Fatalf("%s on %s, of which %s were left", d.Amount, d.Date, left.FloatString(9))
		}
	}
}

// clockChanges prices whole local days by the hour of the clock: however the
// clock jumps, every elapsed second falls into exactly one window, and a day is
// as long as package time says.
func clockChanges(t *testing.T, zones map[string]*calendar.Zone) {
	doc := tariff.Document{Name: "clock", Currency: "EUR", Terms: tariff.NoTax}
	for hour := range calendar.TimeOfDay(24) {
		charging := doc.Dimension(tariff.Charging)
		charging.Rules = append(charging.Rules, tariff.Rule{Price: money.Price(hour+1) * 1_000_000_000, Per: tariff.PerHour,
			When: tariff.Condition{Time: []calendar.Window{{From: hour * 3600, To: (hour + 1) * 3600}}}})
	}
	for name, zone := range zones {
		c := Compile(TariffRef{}, doc, zone)
		for _, day := range tarifftest.Days {
			facts := session.Facts{Start: zone.StartOf(day), End: zone.StartOf(day + 1)}
			r := mustPrice(t, c, normal(t, facts), Context{})
			checkLaws(t, r)
			want := map[int]int64{}
			for at := facts.Start; at < facts.End; at++ {
				want[at.Time().In(zone.Location()).Hour()]++
			}
			for _, l := range r.Lines {
				if l.Kind != Priced || l.Billed != want[l.Rule] {
					t.Errorf("%s on %s: %s line bills %d s in hour %d, the clock shows it for %d s", name, day, l.Kind, l.Billed, l.Rule, want[l.Rule])
				}
				delete(want, l.Rule)
			}
			if len(want) > 0 {
				t.Errorf("%s on %s: hours %v are not billed", name, day, want)
			}
		}
	}
}

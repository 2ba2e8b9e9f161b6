package pricing

import (
	"encoding/binary"
	"fmt"
	"os"
	"reflect"
	"slices"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
)

// sameReceipt compares to the last span.
func sameReceipt(t failer, what string, want, got Receipt) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		zone := zoneOf(t, want)
		t.Fatalf("%s:\n%s", what, difference(writeReceipt(want, zone), writeReceipt(got, zone)))
	}
}

// TestCutLaw cuts sessions at any instants: the receipt is the same to the last
// span. A session priced up to an instant is the session that was cut off
// there.
func TestCutLaw(t *testing.T) {
	checks(t, 4000)
	zones := loadZones(t)
	t.Run("cuts change nothing", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 40*3600)
			whole, err := price(c, facts, ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			cuts := drawCuts(t, c, facts)
			cut, err := price(c, facts, ctx, cuts)
			if err != nil {
				t.Fatal(err)
			}
			sameReceipt(t, "cut", whole, cut)
		})
	})
	t.Run("a running price is the price of a session that ends there", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 40*3600)
			// Power in whole µWh per second, so that cutting off rounds nothing.
			facts.Readings, facts.Exports = evenly(facts.Readings), evenly(facts.Exports)
			facts = normal(t, facts)
			ctx.UpTo = facts.Start + calendar.Instant(upTo(int64(facts.End-facts.Start)).Draw(t, "up to"))
			if ctx.UpTo == facts.Start {
				return // a mode or state from the very start on is none of a session without length
			}
			for _, g := range facts.Gaps {
				if ctx.UpTo >= g.From && ctx.UpTo <= g.To {
					ctx.UpTo = g.From
				}
			}
			running, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			facts = cutOff(t, facts, ctx.UpTo)
			ctx.UpTo = 0
			ended, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			sameReceipt(t, fmt.Sprintf("ended instead of running: %s %v", compact(c.Document()), facts), running, ended)
		})
	})
	t.Run("the last running price is the final one", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c, facts, ctx := drawCase(t, zones, 40*3600)
			ctx.UpTo = 0
			final, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			ctx.UpTo = facts.End
			last, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			sameReceipt(t, "running at the end", final, last)
		})
	})
}

// drawCuts draws instants anywhere and on and around those at which something
// turns.
func drawCuts(t *rapid.T, c *Compiled, facts session.Facts) []calendar.Instant {
	var places []calendar.Instant
	for _, r := range facts.Readings {
		places = append(places, r.At)
	}
	for _, ch := range facts.Changes {
		places = append(places, ch.At)
	}
	for _, stretches := range [][]session.Stretch{facts.Pauses, facts.Gaps} {
		for _, x := range stretches {
			places = append(places, x.From, x.To)
		}
	}
	for _, m := range facts.Modes {
		places = append(places, m.At)
	}
	doc := c.Document()
	for _, d := range doc.Dimensions {
		places = append(places, facts.Start+calendar.Instant(d.Grace))
		for _, r := range d.Rules {
			places = append(places, facts.Start+calendar.Instant(r.When.Duration.From), facts.Start+calendar.Instant(r.When.Duration.Before))
		}
	}
	for _, q := range thresholds(&doc) {
		reached := sort.Search(int(facts.End-facts.Start), func(i int) bool { return facts.EnergyAt(facts.Start+calendar.Instant(i)) >= q })
		places = append(places, facts.Start+calendar.Instant(reached))
	}
	var cuts []calendar.Instant
	for range rapid.IntRange(1, 30).Draw(t, "cuts") {
		if rapid.Bool().Draw(t, "near") {
			place := rapid.SampledFrom(places).Draw(t, "place")
			cuts = append(cuts, place+calendar.Instant(rapid.Int64Range(-2, 2).Draw(t, "off")))
			continue
		}
		cuts = append(cuts, facts.Start+calendar.Instant(upTo(facts.Duration()).Draw(t, "cut")))
	}
	slices.Sort(cuts)
	return cuts
}

// evenly makes the meter run in whole µWh per second.
func evenly(r []session.Reading) []session.Reading {
	out := slices.Clone(r)
	for i := 1; i < len(r); i++ {
		seconds := energy.Quantity(r[i].At - r[i-1].At)
		out[i].Import = out[i-1].Import + (r[i].Import-r[i-1].Import)/seconds*seconds
	}
	return out
}

// cutOff is the session as if it had been unplugged at the instant, which lies
// in no gap.
func cutOff(t interface{ Fatal(...any) }, f session.Facts, at calendar.Instant) session.Facts {
	at = max(f.Start, min(f.End, at))
	out := session.Facts{Start: f.Start, End: at, Reserved: f.Reserved, Readings: knownAt(f.Readings, at), Exports: knownAt(f.Exports, at)}
	for _, c := range f.Changes {
		if c.At < at {
			out.Changes = append(out.Changes, c)
		}
	}
	for _, m := range f.Modes {
		if m.At < at {
			out.Modes = append(out.Modes, m)
		}
	}
	for _, c := range f.Charges {
		if c.At <= at {
			out.Charges = append(out.Charges, c)
		}
	}
	for _, p := range f.Pauses {
		if p.From < at {
			out.Pauses = append(out.Pauses, session.Stretch{From: p.From, To: min(p.To, at)})
		}
	}
	for _, g := range f.Gaps {
		if g.From < at {
			out.Gaps = append(out.Gaps, g)
		}
	}
	return normal(t, out)
}

// FuzzCutLaw is the cut law on tariffs and cuts that the fuzzer makes up.
func FuzzCutLaw(f *testing.F) {
	zones := loadZones(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		c, facts, ctx := drawCase(t, zones, 40*3600)
		whole, err := price(c, facts, ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkLaws(t, whole)
		cut, err := price(c, facts, ctx, drawCuts(t, c, facts))
		if err != nil {
			t.Fatal(err)
		}
		sameReceipt(t, "cut", whole, cut)
	}))
}

// FuzzMeter prices meter readings that the fuzzer writes as bytes under the
// tariff of the yardstick, cut and whole.
func FuzzMeter(f *testing.F) {
	text, err := os.ReadFile("../../examples/tariffs/yardstick.yaml")
	if err != nil {
		f.Fatal(err)
	}
	doc, err := tariff.Decode(text)
	if err != nil {
		f.Fatal(err)
	}
	c := Compile(TariffRef{}, doc, loadZone(f, "Europe/Berlin"))
	f.Add(int64(tarifftest.Days[1])*86400, []byte{1, 44, 0, 200, 3, 132, 0, 0, 0, 60, 9, 9})
	f.Fuzz(func(t *testing.T, start int64, steps []byte) {
		facts := session.Facts{Start: calendar.Instant(start & 0xFFFF_FFFF)}
		at, sum := facts.Start, energy.Quantity(0)
		for len(steps) >= 4 && len(facts.Readings) < 200 {
			at += calendar.Instant(binary.BigEndian.Uint16(steps))
			sum += energy.Quantity(binary.BigEndian.Uint16(steps[2:])) * energy.Wh
			facts.Readings = append(facts.Readings, session.Reading{At: at, Import: sum})
			steps = steps[4:]
		}
		facts.End = at
		facts, err := session.Normalise(facts)
		if err != nil {
			return
		}
		whole, err := Price(c, facts, Context{})
		if err != nil {
			t.Fatal(err)
		}
		checkLaws(t, whole)
		cut, err := price(c, facts, Context{}, []calendar.Instant{facts.Start + 1, (facts.Start + facts.End) / 2, facts.End - 1})
		if err != nil {
			t.Fatal(err)
		}
		sameReceipt(t, "cut", whole, cut)
	})
}

package pricing

import (
	"testing"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"

	"pgregory.net/rapid"
)

// yardstickLike is a session of the yardstick's kind under its tariff.
func yardstickLike(t testing.TB) (*Compiled, session.Facts) {
	t.Helper()
	doc, err := tariff.Decode([]byte(`
tariff: yardstick
currency: EUR
prices: no tax
energy:
  - {price: 0.49/kWh, when: {time: "08:00-20:00"}}
  - {price: 0.29/kWh}
idle: {grace: 15 min, rules: [{price: 0.10/min}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := calendar.LoadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	facts := session.Facts{Start: 1_770_832_500, Readings: []session.Reading{{At: 1_770_832_500}}}
	for i := range 42 {
		last := facts.Readings[i]
		next := session.Reading{At: last.At + 300, Import: last.Import}
		if i < 36 {
			next.Import += energy.Quantity(400+13*i) * energy.Wh
		}
		facts.Readings = append(facts.Readings, next)
	}
	facts.End = facts.Readings[42].At
	facts.Changes = []session.Change{{At: facts.Readings[36].At, State: session.Idle}}
	return Compile(TariffRef{}, doc, zone), facts
}

func BenchmarkPrice(b *testing.B) {
	c, facts := yardstickLike(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Price(c, facts, Context{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSum(b *testing.B) {
	c, facts := yardstickLike(b)
	p := NewPricer(c)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Sum(&facts, Context{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestSumAllocatesNothing(t *testing.T) {
	c, facts := yardstickLike(t)
	p := NewPricer(c)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := p.Sum(&facts, Context{}); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("a sum allocates %v times", n)
	}
}

// TestSumAgreesWithReceipt prices whatever can be drawn both ways, one pricer
// for many sessions of a tariff.
func TestSumAgreesWithReceipt(t *testing.T) {
	checks(t, 2000)
	zones := loadZones(t)
	rapid.Check(t, func(t *rapid.T) {
		c, facts, ctx := drawCase(t, zones, 40*3600)
		p := NewPricer(c)
		for range 2 {
			want, err := Price(c, facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Sum(&facts, ctx)
			if err != nil {
				t.Fatal(err)
			}
			if got != (Sum{want.Exact, want.Total, want.Net}) {
				t.Fatalf("the sum is %v, the receipt's %s %s %s", got, want.Exact, want.Total, want.Net)
			}
			ctx.UpTo = facts.Start + (facts.End-facts.Start)/2
		}
	})
}

package pricing

import (
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// plugged is a session of the given hours at a power, starting at noon UTC.
func plugged(power energy.Power, hours int64) session.Facts {
	const noon = calendar.Instant(1_777_809_600)
	start := session.Facts{Start: noon, End: noon, Readings: []session.Reading{{At: noon}}}
	return Ahead(start, power, noon+calendar.Instant(hours*3600))
}

func compiledFrom(t *testing.T, src string) *Compiled {
	t.Helper()
	doc, err := tariff.Decode([]byte("tariff: x\ncurrency: EUR\nprices: no tax\n" + src))
	if err != nil {
		t.Fatal(err)
	}
	return Compile(TariffRef{}, doc, loadZone(t, "UTC"))
}

func TestReachTotal(t *testing.T) {
	for _, c := range []struct {
		name, tariff string
		amount       int64 // cents
		seconds      int64 // from the start; -1: never
	}{
		{"energy alone", "energy: [{price: 0.50/kWh}]", 500, 3597},                                   // 4.995 is rounded up
		{"rounded up to the cent", "energy: [{price: 0.50/kWh}]", 1, 4},                              // 0.5 cents after 3.6 s
		{"what a hold leaves", "session: [{price: 0.50}]\nenergy: [{price: 0.59/kWh}]", 3800, 22879}, // 37.995 at 63.5508 kWh
		{"already at the start", "session: [{price: 2.00}]\nfailedStart: none", 200, 0},
		{"beyond the end", "energy: [{price: 0.50/kWh}]", 100_000, -1},
		{"never above a maximum", "energy: [{price: 0.50/kWh}]\ntotal: {atMost: 4.00}", 401, -1},
		{"a price that can fall", "charging: [{price: 0.10/min, when: {averagePower: {upTo: 5 kW}}}, {price: 0.20/min}]", 200, 599},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := plugged(10*energy.KW, 8)
			at, ok, err := ReachTotal(compiledFrom(t, c.tariff), f, Context{}, money.Amount{Minor: c.amount, Currency: "EUR"})
			switch {
			case err != nil:
				t.Fatal(err)
			case ok != (c.seconds >= 0):
				t.Fatalf("reached: %v at %s", ok, at)
			case ok && int64(at-f.Start) != c.seconds:
				t.Errorf("reached after %d s, want %d", at-f.Start, c.seconds)
			}
		})
	}
}

func TestReachEnergy(t *testing.T) {
	f := plugged(10*energy.KW, 2)
	for q, want := range map[energy.Quantity]int64{0: 0, energy.KWh: 360, 20 * energy.KWh: 7200, 20*energy.KWh + 1: -1} {
		at, ok := ReachEnergy(f, q)
		if ok != (want >= 0) || ok && int64(at-f.Start) != want {
			t.Errorf("%s kWh: %v after %d s, want %d", q, ok, at-f.Start, want)
		}
	}
}

// TestReachTotalIsTheFirstSecond holds the answer against prices on both sides
// of it.
func TestReachTotalIsTheFirstSecond(t *testing.T) {
	zone := loadZone(t, "Europe/Berlin")
	rapid.Check(t, func(t *rapid.T) {
		c := Compile(TariffRef{}, tariff.Document{Currency: "EUR", Terms: tariff.NoTax}, zone)
		for _, k := range []tariff.Kind{tariff.Energy, tariff.Charging} {
			r := tariff.Rule{Price: money.Price(rapid.Int64Range(1, 900_000_000).Draw(t, "price")), Per: [...]tariff.Unit{tariff.PerKWh, tariff.PerMinute}[k]}
			c.doc.Dimension(k).Rules = []tariff.Rule{{Price: r.Price / 2, Per: r.Per, When: tariff.Condition{Time: []calendar.Window{{From: 8 * 3600, To: 13 * 3600}}}}, r}
		}
		c = Compile(TariffRef{}, c.doc, zone)
		f := plugged(energy.Power(rapid.Int64Range(0, int64(50*energy.KW)).Draw(t, "power")), 6)
		amount := money.Amount{Minor: rapid.Int64Range(1, 20_000).Draw(t, "amount"), Currency: "EUR"}
		at, ok, err := ReachTotal(c, f, Context{}, amount)
		if err != nil {
			t.Fatal(err)
		}
		total := func(upTo calendar.Instant) int64 {
			r, err := Price(c, f, Context{UpTo: upTo})
			if err != nil {
				t.Fatal(err)
			}
			return r.Total.Minor
		}
		switch {
		case !ok && total(f.End) >= amount.Minor:
			t.Fatalf("%s is reached, and was not found", amount)
		case ok && total(at) < amount.Minor:
			t.Fatalf("at %s the total is %d, short of %s", at, total(at), amount)
		case ok && at > f.Start && total(at-1) >= amount.Minor:
			t.Fatalf("%s is reached before %s", amount, at)
		}
	})
}

// TestAheadGoesOn: the future changes nothing of the past, and charging goes on
// after a pause when power flows.
func TestAheadGoesOn(t *testing.T) {
	f := plugged(10*energy.KW, 1)
	f.Changes = []session.Change{{At: f.Start + 1800, State: session.Idle}}
	kept := len(f.Readings)
	g := Ahead(f, 20*energy.KW, f.End+3600)
	if len(f.Readings) != kept || g.EnergyAt(f.End) != f.Energy() || g.Energy() != 30*energy.KWh {
		t.Errorf("readings %v became %v", f.Readings, g.Readings)
	}
	if charging, idle := g.Times(); charging != 1800+3600 || idle != 1800 {
		t.Errorf("charging %d s, idle %d s", charging, idle)
	}
	if _, idle := Ahead(f, 0, f.End+3600).Times(); idle != 1800+3600 {
		t.Errorf("without power idle for %d s", idle)
	}
}

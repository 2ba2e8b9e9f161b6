package picture

import (
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

func subject(t testing.TB, zone, src string) *Subject {
	t.Helper()
	d, err := tariff.Decode([]byte("tariff: x\ncurrency: EUR\nprices: no tax\n" + src))
	if err != nil {
		t.Fatal(err)
	}
	z, err := calendar.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	return Of(pricing.TariffRef{}, d, z)
}

func price(t testing.TB, s string) money.Price {
	t.Helper()
	p, err := money.ParsePrice(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var monday = calendar.NewDate(2026, 3, 23) // of the week in which Berlin's clocks go forward

const mixed = `
energy:
  - {price: 0.20/kWh, when: {time: "22:30-06:00"}}
  - {price: 0.60/kWh, when: {days: [mon], time: "12:00-14:00"}}
  - {price: 0.40/kWh, when: {days: [mon, tue, wed, thu, fri, sat]}}
idle:
  grace: 15 min
  rules:
    - {price: 0.10/min, when: {time: "07:00-19:00"}}
`

func TestWeek(t *testing.T) {
	s := subject(t, "Europe/Berlin", mixed)
	w, err := s.Week(Charge{Power: 22 * energy.KW}, tariff.Energy, monday)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		day, hour                int
		price                    string
		free, several, isSkipped bool
	}{
		{0, 0, "0.20", false, false, false}, {0, 6, "0.40", false, false, false}, {0, 12, "0.60", false, false, false},
		{1, 12, "0.40", false, false, false}, {1, 22, "0.40", false, true, false}, {1, 23, "0.20", false, false, false},
		{6, 12, "0.00", true, false, false}, {6, 22, "0.00", true, true, false}, {6, 2, "0.00", false, false, true},
	} {
		h := w.Hours[c.day][c.hour]
		if h.Free != c.free || h.Several != c.several || h.Skipped != c.isSkipped || h.Price != price(t, c.price) {
			t.Errorf("day %d, hour %d: %+v, want %+v", c.day, c.hour, h, c)
		}
	}
	idle, err := s.Week(Charge{Power: 22 * energy.KW}, tariff.Idle, monday)
	if err != nil {
		t.Fatal(err)
	}
	if h := idle.Hours[0][7]; h.Price != price(t, "0.10") || h.Per != tariff.PerMinute || h.Free || idle.Hours[0][19].Free == false {
		t.Errorf("idle at 07:00 and 19:00: %+v, %+v; the grace is no price", h, idle.Hours[0][19])
	}
}

// probes are all quarters of the hours of two weeks with a change of clocks.
func probes(t *testing.T, zone string, try func(day, hour int, at calendar.Instant, w Week)) {
	s := subject(t, zone, mixed)
	for _, m := range []calendar.Date{monday, MondayOf(calendar.NewDate(2026, 10, 25)), MondayOf(calendar.NewDate(2026, 4, 5))} {
		w, err := s.Week(Charge{Power: 22 * energy.KW}, tariff.Energy, m)
		if err != nil {
			t.Fatal(err)
		}
		for at := s.zone.StartOf(m); at < s.zone.StartOf(m+7); at += 900 {
			date, clock := s.zone.Local(at)
			try(int(date-m), int(clock/3600), at, w)
		}
	}
}

func receiptPrice(t *testing.T, s *Subject, at calendar.Instant) Hour {
	t.Helper()
	facts := session.Facts{Start: at, End: at + 1, Readings: []session.Reading{{At: at}, {At: at + 1, Import: energy.Wh}}}
	r, err := pricing.Price(s.compiled, facts, pricing.Context{})
	if err != nil || len(r.Lines) != 1 {
		t.Fatal(r.Lines, err)
	}
	return Hour{Price: r.Lines[0].UnitPrice, Per: r.Lines[0].Per, Free: r.Lines[0].Kind == pricing.Free}
}

func TestWeekSaysWhatReceiptsSay(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		s := subject(t, zone, mixed)
		seen := map[calendar.Instant]bool{}
		probes(t, zone, func(day, hour int, at calendar.Instant, w Week) {
			hourOf := calendar.Instant(int64(w.Monday)*24) + calendar.Instant(day*24+hour)
			if seen[hourOf] {
				return // later in the hour, or the hour's second time
			}
			seen[hourOf] = true
			if h := w.Hours[day][hour]; h.Skipped || !h.same(receiptPrice(t, s, at)) {
				t.Errorf("%s, day %d, hour %d: shown %+v, a receipt says %+v", zone, day, hour, h, receiptPrice(t, s, at))
			}
		})
	}
}

func TestUnmarkedHoursHaveOnePrice(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		s := subject(t, zone, mixed)
		probes(t, zone, func(day, hour int, at calendar.Instant, w Week) {
			if h := w.Hours[day][hour]; !h.Several && !h.same(receiptPrice(t, s, at)) {
				t.Errorf("%s at %s: shown as %+v throughout, a receipt says %+v", zone, at, h, receiptPrice(t, s, at))
			}
		})
	}
}

func TestCurve(t *testing.T) {
	s := subject(t, "Europe/Berlin", `
energy:
  - {price: 0.00/kWh, when: {energy: {before: 5 kWh}}}
  - {price: 0.50/kWh, when: {energy: {before: 50 kWh}}}
  - {price: 0.80/kWh}
charging:
  - {price: 0.10/min, when: {duration: {from: 1 h}}}
session: [{price: 1.00}]
total: {atMost: 50.00}
`)
	charge := Charge{Start: 1777836600, Power: 22 * energy.KW}
	c, err := s.ByEnergy(charge, 0, 110*energy.KWh)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Points); n < 97 || n > 400 {
		t.Errorf("%d points", n)
	}
	first, last := c.Points[0], c.Points[len(c.Points)-1]
	if first.Total.Minor != 0 || last.Total.Minor != 5000 || last.Energy != 110*energy.KWh || len(last.Bounds) != 1 || last.Bounds[0] != pricing.Maximum {
		t.Errorf("from %+v to %+v", first, last)
	}
	facts := charge.facts(5 * 3600)
	for i, p := range c.Points[1 : len(c.Points)-1] {
		r, err := pricing.Price(s.compiled, facts, pricing.Context{UpTo: charge.Start + calendar.Instant(p.Seconds)})
		if err != nil || r.Total != p.Total || r.Energy != p.Energy {
			t.Errorf("after %d s: %s for %s, the receipt says %s for %s, %v", p.Seconds, p.Total, p.Energy, r.Total, r.Energy, err)
		}
		if p.Seconds <= c.Points[i].Seconds || p.Energy <= c.Points[i].Energy {
			t.Errorf("point %d goes back", i+1)
		}
	}
	// The fee is due from two minutes on or with the first energy, and the
	// maximum holds from one second to the next.
	for i := 1; i < len(c.Points); i++ {
		a, b := c.Points[i-1], c.Points[i]
		if (len(a.Bounds) > 0) != (len(b.Bounds) > 0) && b.Seconds-a.Seconds > 1 {
			t.Errorf("the maximum begins between %d and %d s", a.Seconds, b.Seconds)
		}
		if b.Total.Minor-a.Total.Minor >= 100 && b.Seconds-a.Seconds < 60 && b.Seconds-a.Seconds > 1 {
			t.Errorf("a step between %d and %d s", a.Seconds, b.Seconds)
		}
	}
}

// TestEndsAreExact asks for energies that no whole second reaches.
func TestEndsAreExact(t *testing.T) {
	s := subject(t, "Europe/Berlin", "energy: [{price: 0.50/kWh}]")
	rapid.Check(t, func(t *rapid.T) {
		charge := Charge{Start: 1777836600, Power: energy.Power(rapid.Int64Range(1000, 400_000).Draw(t, "W")) * energy.W}
		from := energy.Quantity(rapid.Int64Range(0, 50_000).Draw(t, "from")) * energy.Wh
		to := from + energy.Quantity(rapid.Int64Range(1, 50_000).Draw(t, "more"))*energy.Wh
		c, err := s.ByEnergy(charge, from, to)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range map[int]energy.Quantity{0: from, len(c.Points) - 1: to} {
			// Half a unit per kWh, halves of a cent up: (Wh × 50 + 500) / 1000 cents.
			if p := c.Points[i]; p.Energy != want || p.Total.Minor != (int64(want/energy.Wh)*50+500)/1000 {
				t.Fatalf("point %d is %s for %s, want %s", i, p.Total, p.Energy, want)
			}
		}
	})
}

func TestCurveByTime(t *testing.T) {
	s := subject(t, "Europe/Berlin", "energy: [{price: 0.50/kWh}]\nidle: {grace: 30 min, rules: [{price: 0.10/min}]}")
	c, err := s.ByTime(Charge{Start: 1777836600, Power: 22 * energy.KW, Full: 44 * energy.KWh}, 0, 4*3600)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ seconds, minor int64 }{{0, 0}, {3600, 1100}, {7200, 2200}, {9000, 2200}, {14400, 3100}} {
		for i, p := range c.Points {
			if p.Seconds == want.seconds && p.Total.Minor != want.minor {
				t.Errorf("point %d at %d s: %s, want %d", i, p.Seconds, p.Total, want.minor)
			}
		}
	}
	if last := c.Points[len(c.Points)-1]; last.Seconds != 14400 || last.Energy != 44*energy.KWh {
		t.Errorf("the curve ends at %+v", last)
	}
}

func TestPowerIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		charge := Charge{Power: energy.Power(rapid.Int64Range(1, int64(MaxPower)).Draw(t, "power"))}
		if rapid.Bool().Draw(t, "full") {
			charge.Full = energy.Quantity(rapid.Int64Range(1, 1000*int64(energy.KWh)).Draw(t, "energy"))
		}
		f := charge.facts(rapid.Int64Range(0, MaxSeconds).Draw(t, "seconds"))
		last := f.Readings[1]
		if seconds := int64(last.At - f.Start); last.Import.Average(seconds) != charge.Power || int64(last.Import)*18 != int64(charge.Power)*5*seconds {
			t.Fatalf("%d s move %d µWh, which is not %d mW", seconds, last.Import, charge.Power)
		}
		if len(f.Changes) > 0 && (f.Changes[0].At != last.At || last.Import < charge.Full) {
			t.Fatalf("idle from %d with %s of %s", f.Changes[0].At, last.Import, charge.Full)
		}
		if normal, err := session.Normalise(session.Facts{Start: f.Start + 1777836600, End: f.End + 1777836600}); err != nil {
			t.Fatal(normal, err)
		}
	})
}

// TestFeedsMakeThePrices has two prices in one hour and none in the next, where
// the fallback holds.
func TestFeedsMakeThePrices(t *testing.T) {
	s := subject(t, "Europe/Berlin", "energy: [{price: {feed: spot, addition: 0.05, fallback: 0.40/kWh}}]")
	from := s.zone.StartOf(monday)
	f := &feed.Feed{Name: "spot", Currency: "EUR", Length: 1800, Slots: []feed.Slot{{From: from, Value: price(t, "0.10")}, {From: from + 1800, Value: price(t, "0.20")}}}
	w, err := s.Week(Charge{Power: 22 * energy.KW, Context: pricing.Context{Feeds: []*feed.Feed{f}}}, tariff.Energy, monday)
	if err != nil {
		t.Fatal(err)
	}
	if h := w.Hours[0][0]; h.Price != price(t, "0.15") || !h.Several {
		t.Errorf("the hour of two prices: %+v", h)
	}
	if h := w.Hours[0][1]; h.Price != price(t, "0.40") || h.Several {
		t.Errorf("the hour without: %+v", h)
	}
}

// TestEnergyGivenBackHasItsPrice: a session that only charges would be free.
func TestEnergyGivenBackHasItsPrice(t *testing.T) {
	s := subject(t, "Europe/Berlin", "energy: [{price: 0.40/kWh}]\nexport: [{price: -0.30/kWh, when: {time: \"18:00-20:00\"}}, {price: -0.15/kWh}]")
	w, err := s.Week(Charge{Power: 11 * energy.KW}, tariff.Export, monday)
	if err != nil {
		t.Fatal(err)
	}
	for day := range w.Hours {
		for hour, h := range w.Hours[day] {
			want := "-0.15"
			if hour == 18 || hour == 19 {
				want = "-0.30"
			}
			if !h.Skipped && (h.Free || h.Several || h.Price != price(t, want) || h.Per != tariff.PerKWh) {
				t.Errorf("day %d, hour %d: %+v, want %s", day, hour, h, want)
			}
		}
	}
}

func TestWhatHasPricesIsShown(t *testing.T) {
	for src, want := range map[string]tariff.Kind{
		"energy: [{price: 0.40/kWh}]\noccupancy: [{price: 1.00/h}]":                      tariff.Energy,
		"energy: [{price: 0.00/kWh}]\nidle: [{price: 0.10/min}]":                         tariff.Idle,
		"occupancy: [{price: 1.00/h}]\nidle: [{price: 0.10/min}]":                        tariff.Occupancy,
		"charging: [{price: 0.10/min}]":                                                  tariff.Charging,
		"export: [{price: -0.15/kWh}]":                                                   tariff.Export,
		"energy: [{price: 0.00/kWh}]":                                                    tariff.Energy,
		"energy: [{price: {feed: spot, fallback: 0.00/kWh}}]\nidle: [{price: 0.10/min}]": tariff.Energy,
	} {
		if got, ok := Shown(&subject(t, "UTC", src).doc); got != want || !ok {
			t.Errorf("%s: shows %s, %t", src, got, ok)
		}
	}
	if kind, ok := Shown(&subject(t, "UTC", "session: [{price: 1.00}]").doc); ok {
		t.Errorf("a fee is shown as %s", kind)
	}
}

func TestImpossibleChargesAreRefused(t *testing.T) {
	s := subject(t, "UTC", mixed)
	kWh := energy.KWh
	for name, try := range map[string]func() error{
		"power_out_of_range": func() error { _, err := s.ByEnergy(Charge{}, 0, kWh); return err },
		"range_empty":        func() error { _, err := s.ByEnergy(Charge{Power: 1}, kWh, kWh); return err },
		"too_long":           func() error { _, err := s.ByEnergy(Charge{Power: 1}, 0, kWh); return err },
		"energy_out_of_range": func() error {
			_, err := s.ByTime(Charge{Power: energy.KW, Full: -1}, 0, 3600)
			return err
		},
	} {
		if f := fault.As(try()); f == nil || f.Code != name || f.Field == "" {
			t.Errorf("%s: %v", name, f)
		}
	}
}

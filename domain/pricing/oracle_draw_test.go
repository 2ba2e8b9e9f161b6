package pricing

import (
	"flag"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
)

// zones of the property tests: both hemispheres, a half-hour change, a change
// at midnight, an odd offset, and none.
var zones = []string{"Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Auckland", "Asia/Kathmandu", "America/Chicago", "UTC"}

// drawCase draws a tariff compiled for a zone, a session and what the price
// depends on besides.
func drawCase(t *rapid.T, zones map[string]*calendar.Zone, longest int64) (*Compiled, session.Facts, Context) {
	doc := tarifftest.Document().Draw(t, "tariff")
	zone := zones[rapid.SampledFrom(zoneNames(zones)).Draw(t, "zone")]
	facts := drawFacts(t, &doc, zone, longest)
	return Compile(TariffRef{}, doc, zone), facts, drawContext(t, &doc, zone, facts)
}

// drawFacts draws a session of up to the given length near a day of
// tarifftest.Days or over a change of the zone's clock, with readings at any
// seconds, and in a minority of cases everything else that facts can tell.
func drawFacts(t *rapid.T, doc *tariff.Document, zone *calendar.Zone, longest int64) session.Facts {
	noon := calendar.Instant(rapid.SampledFrom(tarifftest.Days).Draw(t, "day"))*86400 + 43200
	f := session.Facts{Start: noon + calendar.Instant(upTo(2*86400).Draw(t, "start")) - 86400}
	if _, turn := zone.Offset(noon); rapid.Bool().Draw(t, "over a clock change") && turn < noon+366*86400 {
		f.Start = turn - calendar.Instant(upTo(longest/2).Draw(t, "before the change"))
	}
	f.End = f.Start + calendar.Instant(upTo(longest).Draw(t, "length"))
	seldom := func(name string) bool { return rapid.IntRange(0, 4).Draw(t, name) == 4 }
	if seldom("reserved") {
		drawReservation(t, &f)
	}
	length := int64(f.End - f.Start)
	within := func(name string) calendar.Instant { return f.Start + calendar.Instant(upTo(length).Draw(t, name)) }
	f.Readings = drawReadings(t, f, thresholds(doc))
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		f.Changes = append(f.Changes, session.Change{
			At:    within("change"),
			State: rapid.SampledFrom([]session.State{session.Charging, session.Idle}).Draw(t, "state"),
		})
	}
	if seldom("exports") {
		f.Exports = drawReadings(t, f, nil)
	}
	if seldom("state of charge") {
		for _, m := range rapid.SliceOfNDistinct(upTo(length), 1, 5, rapid.ID[int64]).Draw(t, "charges") {
			level := rapid.SampledFrom([]int64{0, 790, 799, 800, 801, 900, 1000}).Draw(t, "level")
			if doc.IdleWhen.By == tariff.ByCharge && rapid.Bool().Draw(t, "at the threshold") {
				level = min(1000, max(0, doc.IdleWhen.Charge+rapid.Int64Range(-1, 1).Draw(t, "off")))
			}
			f.Charges = append(f.Charges, session.Charge{At: f.Start + calendar.Instant(m), Level: level})
		}
	}
	if seldom("modes") {
		for range rapid.IntRange(1, 4).Draw(t, "changes of mode") {
			f.Modes = append(f.Modes, session.ModeChange{At: within("mode"), Mode: rapid.SampledFrom([]session.Mode{session.Regular, session.Boosted, session.Optimised}).Draw(t, "to")})
		}
	}
	if seldom("pauses") {
		for range rapid.IntRange(1, 3).Draw(t, "number of pauses") {
			a, b := within("pause"), within("pause")
			f.Pauses = append(f.Pauses, session.Stretch{From: min(a, b), To: max(a, b)})
		}
	}
	if seldom("merged") {
		drawGaps(t, &f)
	}
	return normal(t, f)
}

// drawReservation draws a reservation before the session; an expired one takes
// the session's place.
func drawReservation(t *rapid.T, f *session.Facts) {
	to := f.Start - calendar.Instant(upTo(600).Draw(t, "reserved until before"))
	f.Reserved = &session.Reservation{From: to - calendar.Instant(upTo(2*3600).Draw(t, "reserved for")), To: to}
	if rapid.Bool().Draw(t, "expired") {
		f.Start, f.End = to, to
		f.Reserved.Expired = true
	}
}

// drawReadings draws a meter that stands still, runs, or stops at a threshold.
func drawReadings(t *rapid.T, f session.Facts, thresholds []energy.Quantity) []session.Reading {
	var readings []session.Reading
	var sum energy.Quantity
	moments := rapid.SliceOfNDistinct(upTo(int64(f.End-f.Start)), 0, 6, rapid.ID[int64]).Draw(t, "readings")
	slices.Sort(moments)
	for _, m := range moments {
		if m > 0 {
			switch rapid.IntRange(0, 3).Draw(t, "flows") {
			case 1:
				sum += energy.Quantity(upTo(int64(15*energy.KWh)).Draw(t, "flow"))
			case 2:
				sum += energy.Quantity(upTo(15).Draw(t, "kWh")) * energy.KWh
			case 3: // up to a threshold exactly
				if next, _ := slices.BinarySearch(thresholds, sum+1); next < len(thresholds) {
					sum = thresholds[next]
				}
			}
		}
		readings = append(readings, session.Reading{At: f.Start + calendar.Instant(m), Import: sum})
	}
	return readings
}

// drawGaps lays gaps where no energy flows.
func drawGaps(t *rapid.T, f *session.Facts) {
	if f.End-f.Start < 4 {
		return
	}
	for range rapid.IntRange(1, 2).Draw(t, "number of gaps") {
		a := f.Start + 1 + calendar.Instant(upTo(int64(f.End-f.Start)-2).Draw(t, "gap from"))
		b := min(f.End-1, a+calendar.Instant(upTo(1200).Draw(t, "gap for")))
		f.Readings, f.Exports = stillBetween(f.Start, f.Readings, a, b), stillBetween(f.Start, f.Exports, a, b)
		f.Gaps = append(f.Gaps, session.Stretch{From: a, To: b})
	}
}

// stillBetween lets the meter stand still between two instants.
func stillBetween(start calendar.Instant, r []session.Reading, from, to calendar.Instant) []session.Reading {
	if len(r) == 0 || from >= to {
		return r
	}
	if r[0].At > start {
		r = append([]session.Reading{{At: start}}, r...)
	}
	level := energyAt(r, from)
	lost := energyAt(r, to) - level
	var out []session.Reading
	for _, x := range r {
		if x.At >= from && x.At <= to {
			continue
		}
		if x.At > to {
			x.Import -= lost
		}
		out = append(out, x)
	}
	out = append(out, session.Reading{At: from, Import: level}, session.Reading{At: to, Import: level})
	slices.SortFunc(out, func(a, b session.Reading) int { return int(a.At - b.At) })
	return out
}

// drawContext draws taxes, the point, feeds with holes, and what was spent.
func drawContext(t *rapid.T, doc *tariff.Document, zone *calendar.Zone, f session.Facts) Context {
	var ctx Context
	if rapid.Bool().Draw(t, "taxed") {
		ctx.Taxes = []tariff.Tax{
			{Name: "A", Rate: rapid.SampledFrom([]int64{0, 50_000, 190_000, 255_000, 500_000, 123_457}).Draw(t, "A")},
			{Name: "B", Rate: 99_750, OnTop: rapid.IntRange(0, 3).Draw(t, "B on top") == 0},
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "running") == 0 {
		ctx.UpTo = f.Start + calendar.Instant(upTo(int64(f.End-f.Start)).Draw(t, "up to"))
	}
	if rapid.IntRange(0, 3).Draw(t, "tax point") == 0 {
		ctx.TaxPoint = f.Start
	}
	ctx.Point.Supply = rapid.SampledFrom([]tariff.Supply{tariff.UnknownSupply, tariff.AC, tariff.DC}).Draw(t, "supply")
	ctx.Point.MaxPower = energy.Power(rapid.SampledFrom([]int64{0, 11, 22, 50, 150}).Draw(t, "kW")) * energy.KW
	for _, name := range feedsOf(doc) {
		if rapid.IntRange(0, 7).Draw(t, "feed unknown") > 0 {
			ctx.Feeds = append(ctx.Feeds, drawFeed(t, doc.Currency, name, f))
		}
	}
	if doc.Total.AtMostPerDay != nil && rapid.Bool().Draw(t, "spent") {
		day, _ := zone.Local(f.Start)
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			spent, err := money.Price(upTo(int64(*doc.Total.AtMostPerDay)).Draw(t, "amount")).Times(1, 1)
			if err != nil {
				t.Fatal(err)
			}
			ctx.Spent = append(ctx.Spent, DayAmount{Date: day + calendar.Date(rapid.IntRange(-1, 1).Draw(t, "on")), Amount: spent})
		}
	}
	return ctx
}

// feedsOf are the names of the feeds that the rules mention.
func feedsOf(doc *tariff.Document) []string {
	var names []string
	for _, d := range doc.Dimensions {
		for _, r := range d.Rules {
			if r.Feed != nil && !slices.Contains(names, r.Feed.Feed) {
				names = append(names, r.Feed.Feed)
			}
		}
	}
	return names
}

// drawFeed draws a feed around the session in which every fifth slot is
// missing. Values come from one seed, so that rapid has little to shrink.
func drawFeed(t *rapid.T, currency money.Currency, name string, f session.Facts) *feed.Feed {
	out := &feed.Feed{Name: name, Currency: currency, Length: rapid.SampledFrom(feed.Lengths).Draw(t, "slot length")}
	seed := uint64(rapid.Uint32().Draw(t, "values"))
	length := calendar.Instant(out.Length)
	for at := (f.Start-3*3600)/length*length - length; at <= f.End+length; at += length {
		seed = seed*0x5851F42D4C957F2D + 0x14057B7EF767814F
		value := money.Price(int64(seed>>33)%600_000_000 - 200_000_000)
		if seed>>20&1 == 0 {
			value = value / 10_000_000 * 10_000_000
		}
		if (seed>>40)%5 > 0 {
			out.Slots = append(out.Slots, feed.Slot{From: at, Value: value})
		}
	}
	return out
}

// thresholds are the energies at which a condition turns, in order.
func thresholds(doc *tariff.Document) []energy.Quantity {
	var out []energy.Quantity
	for _, d := range doc.Dimensions {
		for _, r := range d.Rules {
			for _, q := range []energy.Quantity{r.When.Energy.From, r.When.Energy.Before} {
				if q > 0 {
					out = append(out, q)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// upTo draws from 0 to n, small numbers as rapid prefers them and as often any
// other.
func upTo(n int64) *rapid.Generator[int64] {
	return rapid.Custom(func(t *rapid.T) int64 {
		x := rapid.Int64Range(0, n).Draw(t, "plain")
		if rapid.Bool().Draw(t, "spread") {
			x = int64(uint64(rapid.Uint32().Draw(t, "seed")) * 0x9E3779B97F4A7C15 % uint64(n+1))
		}
		return x
	})
}

func normal(t interface{ Fatal(...any) }, f session.Facts) session.Facts {
	n, err := session.Normalise(f)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func loadZone(t testing.TB, name string) *calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func loadZones(t testing.TB) map[string]*calendar.Zone {
	out := map[string]*calendar.Zone{}
	for _, name := range zones {
		out[name] = loadZone(t, name)
	}
	return out
}

func zoneNames(zones map[string]*calendar.Zone) []string {
	var names []string
	for n := range zones {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// zoneOf is the zone in which a receipt's clock rules were read.
func zoneOf(t failer, r Receipt) *calendar.Zone {
	t.Helper()
	zone, err := calendar.LoadZone(r.Zone)
	if err != nil {
		t.Fatalf("the receipt's zone: %v", err)
	}
	return zone
}

func longest() int64 {
	if testing.Short() {
		return 3 * 3600
	}
	return 8 * 3600
}

// checks sets how many cases rapid tries in this test, an eighth of them in
// short mode, unless the command line says it.
func checks(t *testing.T, n int) {
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	if testing.Short() {
		n /= 8
	}
	if err := f.Value.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Value.Set(f.DefValue); err != nil {
			t.Fatal(err)
		}
	})
}

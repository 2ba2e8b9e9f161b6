package pricing

import (
	"flag"
	"math/big"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
)

// zones of the property tests: both hemispheres, a half-hour change, a change
// at midnight, an odd offset, and none.
var zones = []string{"Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Auckland", "Asia/Kathmandu", "America/Chicago", "UTC"}

// oracle prices a session second by second in rationals, in the plainest way
// that the rules of counting allow. It shares no code with the walk: local
// time comes from package time, conditions are read off the document.
type oracle struct {
	doc      tariff.Document
	facts    session.Facts
	to       calendar.Instant
	location *time.Location
	marks    []energy.Quantity // energies at which a condition may turn

	billed [tariff.Kinds]map[int]int64
	grace  [tariff.Kinds]int64
	fee    int
	feeDue bool
}

type second struct {
	local    time.Time
	duration int64
	energy   energy.Quantity
}

func newOracle(doc tariff.Document, facts session.Facts, to calendar.Instant, zone *calendar.Zone) *oracle {
	o := &oracle{doc: doc, facts: facts, to: to, location: zone.Location(), fee: -1}
	for k := range tariff.Kind(tariff.Kinds) {
		o.billed[k] = map[int]int64{}
		o.grace[k] = doc.Dimension(k).Grace
		for _, r := range doc.Dimension(k).Rules {
			o.marks = append(o.marks, r.When.Energy.From, r.When.Energy.Before)
		}
	}
	slices.Sort(o.marks)
	return o
}

func (o *oracle) run() {
	energyNow := energyAt(o.facts, o.facts.Start)
	at := second{local: o.local(o.facts.Start)}
	o.charge(at)
	state, change := session.Charging, 0
	for now := o.facts.Start; now < o.to; now++ {
		for change < len(o.facts.Changes) && o.facts.Changes[change].At <= now {
			state = o.facts.Changes[change].State
			change++
		}
		at = second{o.local(now), int64(now - o.facts.Start), energyNow}
		o.charge(at)
		o.tick(state, at)
		next := energyAt(o.facts, now+1)
		for at.energy < next {
			until := next
			for _, m := range o.marks {
				if at.energy < m && m < next {
					until = m
					break
				}
			}
			if rule := o.match(tariff.Energy, at); rule >= 0 {
				o.billed[tariff.Energy][rule] += int64(until - at.energy)
			}
			if at.energy = until; until < next {
				o.charge(at)
			}
		}
		energyNow = next
	}
	seconds := int64(o.to - o.facts.Start)
	f := o.doc.FailedStart
	o.feeDue = energyNow >= f.Energy && seconds >= f.Duration
	if f == (tariff.FailedStart{}) {
		o.feeDue = energyNow > 0 || seconds >= 120
	}
}

func (o *oracle) local(at calendar.Instant) time.Time { return time.Unix(int64(at), 0).In(o.location) }

// charge takes the session fee when a rule for it holds for the first time.
func (o *oracle) charge(at second) {
	if o.fee < 0 {
		o.fee = o.match(tariff.Session, at)
	}
}

func (o *oracle) tick(state session.State, at second) {
	k := tariff.Charging
	if state == session.Idle {
		k = tariff.Idle
	}
	if o.grace[k] > 0 {
		o.grace[k]--
		return
	}
	if rule := o.match(k, at); rule >= 0 {
		o.billed[k][rule]++
	}
}

func (o *oracle) match(k tariff.Kind, at second) int {
	if o.doc.Locked.Has(k) {
		at.local = o.local(o.facts.Start)
	}
	return slices.IndexFunc(o.doc.Dimension(k).Rules, func(r tariff.Rule) bool { return holds(r.When, at) })
}

func holds(c tariff.Condition, at second) bool {
	clock := calendar.TimeOfDay(at.local.Hour()*3600 + at.local.Minute()*60 + at.local.Second())
	date := calendar.NewDate(at.local.Date())
	if len(c.Time) > 0 {
		any := false
		for _, w := range c.Time {
			if w.From < w.To {
				any = any || clock >= w.From && clock < w.To
			} else {
				any = any || clock >= w.From || clock < w.To
			}
		}
		if !any {
			return false
		}
	}
	return (c.Days == 0 || c.Days.Has(at.local.Weekday())) &&
		(c.DateFrom == nil || date >= *c.DateFrom) && (c.DateBefore == nil || date < *c.DateBefore) &&
		at.energy >= c.Energy.From && (c.Energy.Before == 0 || at.energy < c.Energy.Before) &&
		at.duration >= c.Duration.From && (c.Duration.Before == 0 || at.duration < c.Duration.Before)
}

// energyAt interpolates with rationals and rounds down.
func energyAt(f session.Facts, at calendar.Instant) energy.Quantity {
	r := f.Readings
	for i := 1; i < len(r); i++ {
		if at <= r[i].At {
			q := new(big.Int).Mul(big.NewInt(int64(r[i].Import-r[i-1].Import)), big.NewInt(int64(at-r[i-1].At)))
			return r[i-1].Import + energy.Quantity(q.Quo(q, big.NewInt(int64(r[i].At-r[i-1].At))).Int64())
		}
	}
	return r[len(r)-1].Import
}

// total is the exact sum before rounding.
func (o *oracle) total() *big.Rat {
	sum := new(big.Rat)
	for k := range tariff.Kind(tariff.Kinds) {
		d := o.doc.Dimension(k)
		part := new(big.Rat)
		for rule, n := range o.billed[k] {
			part.Add(part, cost(d.Rules[rule], n))
		}
		if k == tariff.Session && o.fee >= 0 && o.feeDue {
			part.Add(part, cost(d.Rules[o.fee], 1))
		}
		if limit := rat(d.AtMost); limit != nil && part.Cmp(limit) > 0 {
			part = limit
		}
		sum.Add(sum, part)
	}
	if least := rat(o.doc.Total.AtLeast); least != nil && o.feeDue && sum.Cmp(least) < 0 {
		sum = least
	}
	if most := rat(o.doc.Total.AtMost); most != nil && sum.Cmp(most) > 0 {
		sum = most
	}
	return sum
}

func cost(r tariff.Rule, n int64) *big.Rat {
	per := map[tariff.Unit]int64{tariff.PerKWh: 1_000_000_000, tariff.PerMinute: 60, tariff.PerHour: 3600, tariff.PerSession: 1}[r.Per]
	price := big.NewRat(int64(r.Price), 1_000_000_000)
	return price.Mul(price, big.NewRat(n, per))
}

func rat(p *money.Price) *big.Rat {
	if p == nil {
		return nil
	}
	return big.NewRat(int64(*p), 1_000_000_000)
}

// drawFacts draws a session of up to the given length near a day of
// tarifftest.Days or over a change of the zone's clock, with readings at any
// seconds.
func drawFacts(t *rapid.T, c *Compiled, longest int64) session.Facts {
	noon := calendar.Instant(rapid.SampledFrom(tarifftest.Days).Draw(t, "day"))*86400 + 43200
	f := session.Facts{Start: noon + calendar.Instant(upTo(2*86400).Draw(t, "start")) - 86400}
	if _, turn := c.zone.Offset(noon); rapid.Bool().Draw(t, "over a clock change") && turn < noon+366*86400 {
		f.Start = turn - calendar.Instant(upTo(longest/2).Draw(t, "before the change"))
	}
	f.End = f.Start + calendar.Instant(upTo(longest).Draw(t, "length"))
	length := int64(f.End - f.Start)
	moments := rapid.SliceOfNDistinct(upTo(length), 0, 6, rapid.ID[int64]).Draw(t, "readings")
	slices.Sort(moments)
	var sum energy.Quantity
	for _, m := range moments {
		if m > 0 {
			switch rapid.IntRange(0, 3).Draw(t, "flows") {
			case 1:
				sum += energy.Quantity(upTo(int64(15*energy.KWh)).Draw(t, "flow"))
			case 2:
				sum += energy.Quantity(upTo(15).Draw(t, "kWh")) * energy.KWh
			case 3: // up to a threshold exactly
				if next, _ := slices.BinarySearch(c.energies, sum+1); next < len(c.energies) {
					sum = c.energies[next]
				}
			}
		}
		f.Readings = append(f.Readings, session.Reading{At: f.Start + calendar.Instant(m), Import: sum})
	}
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		f.Changes = append(f.Changes, session.Change{
			At:    f.Start + calendar.Instant(upTo(length).Draw(t, "change")),
			State: rapid.SampledFrom([]session.State{session.Charging, session.Idle}).Draw(t, "state"),
		})
	}
	return normal(t, f)
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

// drawCase draws a tariff compiled for a zone, a session and what the price
// depends on besides.
func drawCase(t *rapid.T, zones map[string]*calendar.Zone, longest int64) (*Compiled, session.Facts, Context) {
	doc := tarifftest.Document().Draw(t, "tariff")
	zone := zones[rapid.SampledFrom(zoneNames(zones)).Draw(t, "zone")]
	c := Compile(TariffRef{}, doc, zone)
	facts := drawFacts(t, c, longest)
	var ctx Context
	if rapid.Bool().Draw(t, "taxed") {
		ctx.Taxes = []tariff.Tax{{Name: "A", Rate: rapid.SampledFrom([]int64{0, 50_000, 190_000, 255_000, 500_000, 123_457}).Draw(t, "A")}, {Name: "B", Rate: 99_750}}
	}
	if rapid.IntRange(0, 3).Draw(t, "running") == 0 {
		ctx.UpTo = facts.Start + calendar.Instant(upTo(facts.Duration()).Draw(t, "up to"))
	}
	return c, facts, ctx
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

func longest() int64 {
	if testing.Short() {
		return 3 * 3600
	}
	return 8 * 3600
}

// checks sets how many cases rapid tries in this test, unless the command line
// says it.
func checks(t *testing.T, n int) {
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue || testing.Short() {
		return
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

func TestAgreesWithRationals(t *testing.T) {
	checks(t, 800)
	zones := loadZones(t)
	rapid.Check(t, func(t *rapid.T) {
		c, facts, ctx := drawCase(t, zones, longest())
		r, err := Price(c, facts, ctx)
		if err != nil {
			t.Fatal(err)
		}
		o := newOracle(c.doc, facts, r.To, c.zone)
		o.run()
		want := o.total()
		if r.Exact.Rat().Cmp(want) != 0 {
			t.Fatalf("priced %s, in rationals %s\n%s", r.Exact, want.RatString(), writeReceipt(r, c.zone))
		}
		checkTotal(t, r, want)
		checkBilled(t, r, o)
	})
}

func checkTotal(t *rapid.T, r Receipt, exact *big.Rat) {
	digits, mode := r.Currency.Digits(), r.Rounding.Mode
	want := ratRound(exact, digits, mode)
	if r.Rounding.PerLine {
		want = 0
		for _, l := range r.Lines {
			if l.Kind == Priced || l.Kind == Free || l.Kind == Waived {
				if got := ratRound(l.Exact.Rat(), digits, mode); got != l.Amount.Minor {
					t.Fatalf("the line of %s is %d, rounded by itself %d", l.Dimension, l.Amount.Minor, got)
				}
			}
			if l.Kind != TaxOn {
				want += l.Amount.Minor
			}
		}
	}
	before := r.Total.Minor
	if r.Terms == tariff.WithoutTax {
		before = r.Net.Minor
	}
	if before != want {
		t.Fatalf("the sum is %d, in rationals %d of %s", before, want, exact.RatString())
	}
	sum := big.NewRat(1, 1)
	for _, tax := range r.Taxes {
		sum.Add(sum, big.NewRat(tax.Rate, 1_000_000))
	}
	gross := new(big.Rat).SetInt64(r.Total.Minor)
	if net := ratRound(gross.Quo(gross, sum), 0, mode); r.Terms == tariff.WithTax && net != r.Net.Minor {
		t.Fatalf("net %d of gross %d, in rationals %d", r.Net.Minor, r.Total.Minor, net)
	}
	for _, tax := range r.Taxes {
		of := new(big.Rat).SetFrac64(r.Net.Minor*tax.Rate, 1_000_000)
		if amount := ratRound(of, 0, mode); r.Terms == tariff.WithoutTax && amount != tax.Amount.Minor {
			t.Fatalf("tax %d of net %d, in rationals %d", tax.Amount.Minor, r.Net.Minor, amount)
		}
	}
}

// checkBilled compares the quantities of every rule.
func checkBilled(t *rapid.T, r Receipt, o *oracle) {
	for _, l := range r.Lines {
		if l.Kind == Priced && l.Dimension != tariff.Session && o.billed[l.Dimension][l.Rule] != l.Billed {
			t.Fatalf("%s rule %d bills %d, second by second %d", l.Dimension, l.Rule+1, l.Billed, o.billed[l.Dimension][l.Rule])
		}
		if l.Dimension == tariff.Session && (l.Kind == Priced || l.Kind == Waived) && l.Rule != o.fee {
			t.Fatalf("the session fee is rule %d, second by second %d", l.Rule+1, o.fee+1)
		}
	}
}

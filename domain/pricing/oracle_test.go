package pricing

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// oracle prices a session second by second in rationals, in the plainest way
// that the rules of counting allow. It shares no code with the engine: local
// time comes from package time, conditions are read off the document.
type oracle struct {
	doc      tariff.Document
	facts    session.Facts
	ctx      Context
	to       calendar.Instant
	location *time.Location
	marks    []energy.Quantity // energies at which a condition may turn

	states  []session.State // by second from the start
	average *big.Rat        // in mW; nil: unknown
	peak    *big.Rat
	start   wall // the locked clock

	sheets   [tariff.Kinds]sheet
	charging int64
	idle     int64
	duration int64 // seconds so far less gaps
	failed   bool  // neither fee nor minimum is due
	prices   map[priceKey]money.Price
	written  string // the receipt that is held against it
}

// wall is what a clock and a calendar on the wall show.
type wall struct {
	at      calendar.Instant
	clock   calendar.TimeOfDay
	date    calendar.Date
	weekday time.Weekday
}

// view is all that a condition can ask about.
type view struct {
	wall
	energy         energy.Quantity
	duration       int64
	charging, idle int64
	power          energy.Power
	powerKnown     bool
	mode           session.Mode
	reserved       bool // before the session
}

// sheet is what one dimension has billed.
type sheet struct {
	grace    int64
	billable int64 // what grace and rules left to bill so far
	bills    []bill
	entries  int // additions to bills so far
	taken    map[int]bool
	measured map[int]int64 // by rule, grace included; -1 where none holds
}

// bill is a quantity that a rule billed at a price on a local day.
type bill struct {
	day      calendar.Date
	rule     int
	price    money.Price
	quantity int64
	once     bool // the price is a flat amount, due for the first quantity only
	entry    int  // number of the last addition
}

func newOracle(doc tariff.Document, facts session.Facts, ctx Context, to calendar.Instant, location *time.Location) *oracle {
	o := &oracle{doc: doc, facts: facts, ctx: ctx, to: to, location: location, prices: map[priceKey]money.Price{}}
	for k := range tariff.Kind(tariff.Kinds) {
		o.sheets[k] = sheet{grace: doc.Dimension(k).Grace, taken: map[int]bool{}, measured: map[int]int64{}}
		for _, r := range doc.Dimension(k).Rules {
			o.marks = append(o.marks, r.When.Energy.From, r.When.Energy.Before)
		}
	}
	slices.Sort(o.marks)
	o.start = o.wall(facts.Start)
	o.states = o.statesBySecond()
	o.average, o.peak = o.wholeSession()
	return o
}

func (o *oracle) wall(at calendar.Instant) wall {
	t := time.Unix(int64(at), 0).In(o.location)
	return wall{at, calendar.TimeOfDay(t.Hour()*3600 + t.Minute()*60 + t.Second()), calendar.NewDate(t.Date()), t.Weekday()}
}

// run counts the reservation, then every second of the session.
func (o *oracle) run() {
	o.reserve()
	if o.expired() {
		o.failed = true
		return
	}
	if o.to <= o.facts.Start { // nothing is known but the start
		at := o.moment(o.facts.Start, 0)
		at.power = 0
		o.fee(tariff.Session, at)
	}
	for now := o.facts.Start; now < o.to; now++ {
		if state := o.states[now-o.facts.Start]; state != session.Away {
			o.second(now, state)
		}
	}
	o.failed = !o.reached(energyAt(o.facts.Readings, o.to))
}

func (o *oracle) expired() bool { return o.facts.Reserved != nil && o.facts.Reserved.Expired }

// reached reports whether the session passed the thresholds of a failed start.
func (o *oracle) reached(imported energy.Quantity) bool {
	switch f := o.doc.FailedStart; {
	case f.Never:
		return true
	case f.Energy == 0 && f.Duration == 0:
		return imported > 0 || o.duration >= 120
	default:
		return imported >= f.Energy && o.duration >= f.Duration
	}
}

func (o *oracle) second(now calendar.Instant, state session.State) {
	begin, end := energyAt(o.facts.Readings, now), energyAt(o.facts.Readings, now+1)
	at := o.moment(now, begin)
	o.fee(tariff.Session, at)
	exported := energyAt(o.facts.Exports, now+1) - energyAt(o.facts.Exports, now)
	o.count(tariff.Export, int64(exported), at)
	switch state {
	case session.Charging:
		o.count(tariff.Charging, 1, at)
		o.count(tariff.Occupancy, 1, at)
	case session.Idle:
		o.count(tariff.Idle, 1, at)
		o.count(tariff.Occupancy, 1, at)
	}
	for at.energy < end {
		until := end
		for _, m := range o.marks {
			if at.energy < m && m < end {
				until = m
				break
			}
		}
		o.count(tariff.Energy, int64(until-at.energy), at)
		if at.energy = until; until < end {
			o.fee(tariff.Session, at)
		}
	}
	o.duration++
	switch state {
	case session.Charging:
		o.charging++
	case session.Idle:
		o.idle++
	}
}

// reserve counts the seconds of a reservation, all of which lie before the
// session, so that nothing has been charged yet. Their duration counts from the
// reservation's start.
func (o *oracle) reserve() {
	r := o.facts.Reserved
	if r == nil {
		return
	}
	before := func(now calendar.Instant) view {
		return view{wall: o.wall(now), duration: int64(now - r.From), powerKnown: true, mode: session.Regular, reserved: true}
	}
	o.fee(tariff.ReservationFee, before(r.From))
	for now := r.From; now < r.To; now++ {
		o.fee(tariff.ReservationFee, before(now))
		o.count(tariff.Reservation, 1, before(now))
	}
}

func (o *oracle) moment(now calendar.Instant, imported energy.Quantity) view {
	at := view{wall: o.wall(now), energy: imported, duration: o.duration, charging: o.charging, idle: o.idle, mode: session.Regular}
	at.power, at.powerKnown = powerAt(o.facts.Readings, now), true
	for _, m := range o.facts.Modes {
		if m.At <= now {
			at.mode = m.Mode
		}
	}
	return at
}

// fee takes a fixed fee when a rule for it holds for the first time.
func (o *oracle) fee(k tariff.Kind, at view) {
	t := &o.sheets[k]
	if len(t.bills) > 0 {
		return
	}
	if rule := o.match(k, at); rule >= 0 {
		t.add(bill{day: at.date, rule: rule, price: o.price(k, rule, at), quantity: 1})
	}
}

// count bills a quantity of a moment: grace first, then the rule, then whole
// blocks at the price of their beginning.
func (o *oracle) count(k tariff.Kind, n int64, at view) {
	t := &o.sheets[k]
	if n == 0 || len(o.doc.Dimension(k).Rules) == 0 {
		return
	}
	rule := o.match(k, at)
	t.measured[rule] += n
	if t.grace > 0 {
		t.grace -= n
		return
	}
	if rule < 0 {
		return
	}
	billed := n
	if block := o.doc.Dimension(k).Block; block > 0 {
		begun := func(q int64) int64 { return (q + block - 1) / block }
		billed = (begun(t.billable+n) - begun(t.billable)) * block
	}
	t.billable += n
	if billed > 0 {
		t.add(bill{day: at.date, rule: rule, price: o.price(k, rule, at), quantity: billed, once: o.doc.Dimension(k).Rules[rule].Per == tariff.Flat})
	}
}

func (t *sheet) add(b bill) {
	b.once = b.once && !t.taken[b.rule]
	t.taken[b.rule] = true
	t.entries++
	b.entry = t.entries
	if !b.once {
		for i := len(t.bills) - 1; i >= 0; i-- {
			if have := &t.bills[i]; have.day == b.day && have.rule == b.rule && have.price == b.price {
				have.quantity += b.quantity
				have.entry = b.entry
				return
			}
		}
	}
	t.bills = append(t.bills, b)
}

// upTo are the bills of a dimension up to the end of a local day. OCPI's steps
// round their total up by the step of the rule that billed last, at its price;
// where both charging and idle time are billed only the latter is rounded.
func (o *oracle) upTo(k tariff.Kind, day calendar.Date) []bill {
	var bills []bill
	var total int64
	last := 0
	for _, b := range o.sheets[k].bills {
		if b.day <= day {
			bills = append(bills, b)
			total += b.quantity
		}
		if n := len(bills) - 1; n > 0 && bills[n].entry > bills[last].entry {
			last = n
		}
	}
	if len(bills) == 0 || k == tariff.Charging && len(o.upTo(tariff.Idle, day)) > 0 {
		return bills
	}
	if step := o.doc.Dimension(k).Rules[bills[last].rule].Step; step > 0 {
		bills[last].quantity += (step - total%step) % step
	}
	return bills
}

// forever lies after every session.
const forever calendar.Date = 1 << 30

func TestAgreesWithRationals(t *testing.T) {
	checks(t, 2500)
	zones := loadZones(t)
	rapid.Check(t, func(t *rapid.T) {
		c, facts, ctx := drawCase(t, zones, longest())
		r, err := Price(c, facts, ctx)
		if err != nil {
			t.Fatal(err)
		}
		checkOracle(t, c, facts, ctx, r)
	})
}

// FuzzAgreesWithRationals does the same with what the fuzzer makes up.
func FuzzAgreesWithRationals(f *testing.F) {
	zones := loadZones(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		c, facts, ctx := drawCase(t, zones, 2*3600)
		checkOracle(t, c, facts, ctx, mustPrice(t, c, facts, ctx))
	}))
}

// checkOracle holds a receipt against the oracle's.
func checkOracle(t failer, c *Compiled, facts session.Facts, ctx Context, r Receipt) {
	t.Helper()
	zone := zoneOf(t, r)
	o := newOracle(c.Document(), facts, ctx, r.To, zone.Location())
	o.run()
	o.written = writeReceipt(r, zone)
	want := o.total()
	if r.Exact.Rat().Cmp(want) != 0 {
		t.Fatalf("priced %s, in rationals %s (%s)\n%s", r.Exact, want.FloatString(12), want.RatString(), o)
	}
	o.checkQuantities(t, r)
	o.checkBilled(t, r)
	o.checkDays(t, r)
	o.checkTotal(t, r, want)
	o.checkTaxes(t, r)
}

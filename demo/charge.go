package demo

import (
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
)

// How often something out of the ordinary happens, in thousandths.
const (
	noEnergy     = 30  // the charge never begins
	interrupted  = 45  // of AC charges: the flow stops and comes back
	interruptedD = 12  // of DC charges
	staysFull    = 250 // of rapid drivers: not back when the car is full
)

// winter is how much more energy cars take by month, in percent.
var winter = [12]int64{112, 110, 105, 100, 97, 95, 95, 95, 97, 100, 106, 111}

// States of charge on arrival at a rapid charger and when leaving it, in
// thousandths.
var (
	arrivesWith = spread{{0, 60}, {250, 260}, {500, 400}, {750, 540}, {1000, 760}}
	leavesWith  = spread{{0, 560}, {250, 730}, {500, 800}, {850, 850}, {1000, 1000}}
)

// visit is what the meter of a bay records of one stay of a car.
func (s *stream) visit(b *bay, at calendar.Instant, c car) session.Facts {
	d := s.dice
	m := &meter{dice: d, facts: session.Facts{Start: at, Readings: []session.Reading{{At: at}}}}
	if d.chance(noEnergy) {
		m.leave(at + calendar.Instant(d.from(failedStay)))
		return m.facts
	}
	leave := max(unplug(d, b.use, b.zone, at), at+3*minute)
	if b.use == rapid {
		s.rapidVisit(m, b, c, leave)
		return m.facts
	}
	m.want = s.wanted(b, at, c)
	rated := c.acPower(b.supply)
	m.power = func(done energy.Quantity) energy.Power {
		// The last cells fill slowly.
		if done > m.want/100*95 {
			return rated * 55 / 100
		}
		return rated
	}
	flowing := calendar.Instant(flowTime(rated*9/10, m.want))
	m.step = readingStep(15*minute, min(leave-at, flowing))
	m.run(s.begin(b, at, c, leave), leave, interrupted, 15*minute, 90*minute)
	return m.facts
}

// wanted is the energy that a driver would like at an AC point.
func (s *stream) wanted(b *bay, at calendar.Instant, c car) energy.Quantity {
	day, _ := b.zone.Local(at)
	_, month := day.YearMonth()
	wh := s.dice.from(habits[b.use].want) * winter[month-1] / 100
	full := int64(c.battery/energy.Wh) * 92 / 100
	return energy.Quantity(min(wh, full)) * energy.Wh
}

// begin is when energy starts to flow: at once, or at night where the car is
// set to wait for it.
func (s *stream) begin(b *bay, at calendar.Instant, c car, leave calendar.Instant) calendar.Instant {
	day, tod := b.zone.Local(at)
	if b.use != home || !c.timer || tod < 16*hour || tod > 22*hour {
		return at
	}
	night := local(b.zone, day, 22*hour+s.dice.below(90*minute))
	if leave < night+4*hour {
		return at
	}
	return night
}

// rapidVisit charges along the battery's curve; drivers whose car is full early
// mostly leave early.
func (s *stream) rapidVisit(m *meter, b *bay, c car, leave calendar.Instant) {
	d := s.dice
	charge := d.from(arrivesWith)
	until := max(d.from(leavesWith), charge+60)
	m.want = c.battery / 1000 * energy.Quantity(min(until, 1000)-charge)
	m.want -= m.want % energy.Wh
	rated := b.supply.watts
	m.power = func(done energy.Quantity) energy.Power {
		return c.dcPower(rated, charge+int64(done*1000/c.battery))
	}
	m.step = readingStep(5*minute, leave-m.facts.Start)
	m.hurried = !d.chance(staysFull)
	m.run(m.facts.Start, leave, interruptedD, 2*minute, 9*minute)
}

// readingStep is the usual distance of readings, wider where energy flows for so
// long that there would be more than some sixty.
func readingStep(usual, flowing calendar.Instant) calendar.Instant {
	for flowing/usual > 50 {
		usual *= 2
	}
	return usual
}

// meter records a stay.
type meter struct {
	dice  *dice
	facts session.Facts
	done  energy.Quantity
	want  energy.Quantity
	step  calendar.Instant
	power func(done energy.Quantity) energy.Power
	// hurried drivers leave within minutes once the car is full, whatever stay
	// they had in mind.
	hurried bool
}

// run charges from begin on until the car has what it wants or leaves, with a
// pause in the middle in permille of a thousand cases.
func (m *meter) run(begin, leave calendar.Instant, permille, shortest, longest int64) {
	at := m.facts.Start
	if begin > at {
		m.change(at, session.Idle)
		m.read(begin)
		m.change(begin, session.Charging)
		at = begin
	}
	if m.dice.chance(permille) {
		part := m.want / 100 * energy.Quantity(m.dice.between(20, 75))
		at = m.charge(at, leave, part-part%energy.Wh)
		if back := at + calendar.Instant(m.dice.between(shortest, longest)); back+10*minute < leave {
			m.change(at, session.Idle)
			m.read(back)
			m.change(back, session.Charging)
			at = back
		}
	}
	at = m.charge(at, leave, m.want)
	if m.hurried && at < leave {
		leave = min(leave, at+calendar.Instant(m.dice.between(20, 4*minute)))
	}
	if leave-at >= minute {
		m.change(at, session.Idle)
	}
	m.leave(leave)
}

// charge lets energy flow until the whole is reached or the car leaves, and is
// the instant of either. Readings stand at round times, as meters send them.
func (m *meter) charge(at, leave calendar.Instant, whole energy.Quantity) calendar.Instant {
	for at < leave && m.done < whole {
		power := m.power(m.done) / 1000 * energy.Power(m.dice.between(955, 1000))
		seconds := min(at-at%m.step+m.step, leave) - at
		flow := flowOf(power, int64(seconds))
		if flow >= whole-m.done {
			flow = whole - m.done
			seconds = min(seconds, calendar.Instant(flowTime(power, flow)))
		}
		at += seconds
		m.done += flow - flow%energy.Wh
		m.read(at)
	}
	return at
}

// flowOf is the energy of a power over seconds, rounded down: 1 mW for a second
// is 5/18 µWh.
func flowOf(p energy.Power, seconds int64) energy.Quantity {
	return energy.Quantity(int64(p) * seconds * 5 / 18)
}

// flowTime is the seconds that the energy takes at the power, rounded up.
func flowTime(p energy.Power, q energy.Quantity) int64 {
	perFive := int64(p) * 5
	return (int64(q)*18 + perFive - 1) / perFive
}

func (m *meter) read(at calendar.Instant) {
	m.facts.Readings = append(m.facts.Readings, session.Reading{At: at, Import: m.done})
}

func (m *meter) change(at calendar.Instant, to session.State) {
	m.facts.Changes = append(m.facts.Changes, session.Change{At: at, State: to})
}

// leave ends the stay with a last reading.
func (m *meter) leave(at calendar.Instant) {
	m.facts.End = at
	if last := m.facts.Readings[len(m.facts.Readings)-1]; last.At < at {
		m.read(at)
	}
}

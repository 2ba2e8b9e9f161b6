package ocpi

import (
	"fmt"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// exported are the dimensions that OCPI has, in the order in which their
// components stand in an element.
var exported = []tariff.Kind{tariff.Session, tariff.Energy, tariff.Charging, tariff.Idle, tariff.ReservationFee, tariff.Reservation}

func rulePath(k tariff.Kind, i int) string { return fmt.Sprintf("%s.rules[%d]", k, i) }

// priced is a component with its restrictions, one per time window of a rule.
type priced struct {
	Component
	restrictions Restrictions
}

// elements are the document's rules as elements.
func (x *export) elements() []Element {
	var lists [][]priced
	for _, k := range []tariff.Kind{tariff.Occupancy, tariff.Export} {
		if len(x.doc.Dimension(k).Rules) > 0 {
			x.add(k.String(), "dimension", "OCPI has no price for %s", dimensionWords[k])
		}
	}
	for _, k := range exported {
		d := x.doc.Dimension(k)
		if len(d.Rules) == 0 {
			continue
		}
		if x.version == V211 && (k == tariff.Reservation || k == tariff.ReservationFee) {
			x.add(k.String(), "dimension", "OCPI 2.1.1 has no price for %s", dimensionWords[k])
			continue
		}
		lists = append(lists, x.dimension(k, *d))
	}
	return merge(lists)
}

var dimensionWords = map[tariff.Kind]string{tariff.Occupancy: "time plugged in, charging or not", tariff.Export: "energy given back",
	tariff.Reservation: "reservations", tariff.ReservationFee: "reservations"}

// dimension is the rules of a dimension in the order in which OCPI tries them.
func (x *export) dimension(k tariff.Kind, d tariff.Dimension) []priced {
	if d.Grace > 0 {
		x.add(k.String()+".grace", "grace", "OCPI has no free time at the beginning of %s; it is charged from the start", k)
	}
	if d.AtMost != nil {
		x.add(k.String()+".atMost", "cap", "OCPI has no maximum for one dimension")
	}
	step := x.blockAsStep(k, d)
	var out []priced
	for i, r := range d.Rules {
		if step > 0 {
			r.Step = step
		}
		path := rulePath(k, i)
		for _, restrictions := range x.restrictions(k, r.When, path+".when") {
			out = append(out, priced{x.component(k, r, path), restrictions})
		}
	}
	if k == tariff.Reservation || k == tariff.ReservationFee {
		return outcomes(out, k)
	}
	return out
}

// blockAsStep is the step that bills like the dimension's blocks: the session's
// total rounded up once. The two differ where prices do, since a block has the
// price of its beginning, and for charging time beside idle time, of which OCPI
// rounds the latter only.
func (x *export) blockAsStep(k tariff.Kind, d tariff.Dimension) int64 {
	if d.Block == 0 {
		return 0
	}
	first := d.Rules[0]
	same := !slices.ContainsFunc(d.Rules, func(r tariff.Rule) bool {
		return r.Price != first.Price || r.Per != first.Per || r.Feed != nil || r.Per == tariff.Flat
	})
	if !same || k == tariff.Charging && len(x.doc.Dimension(tariff.Idle).Rules) > 0 || d.Grace > 0 || d.AtMost != nil {
		x.add(k.String()+".block", "block", "OCPI rounds up a session's total once, at the price of its end; blocks at the price of their beginning were lost")
		return 0
	}
	return d.Block
}

// used marks a rule that holds for a reservation followed by a session only,
// until outcomes has put it in terms of OCPI's two restrictions.
const used Reservation = ReservationExpires + 1

// outcomes puts rules for what became of a reservation in terms of RESERVATION,
// which holds in both cases, and RESERVATION_EXPIRES, whose TIME goes before it
// wherever it stands.
func outcomes(rules []priced, k tariff.Kind) []priced {
	apart, open := false, false
	for _, r := range rules {
		switch r.restrictions.Reservation {
		case used:
			apart = true
		case Reserved:
			open = true
		case ReservationExpires:
			apart = apart || open && k == tariff.Reservation
		}
	}
	if !apart {
		return rules
	}
	var expired, followed []priced
	ends := false // whether a rule holds for every expired reservation
	for _, r := range rules {
		if r.restrictions.Reservation != used && !ends {
			e := r
			e.restrictions.Reservation = ReservationExpires
			expired = append(expired, e)
			ends = e.restrictions.key() == (Restrictions{Reservation: ReservationExpires}).key()
		}
		if r.restrictions.Reservation != ReservationExpires {
			r.restrictions.Reservation = Reserved
			followed = append(followed, r)
		}
	}
	if !ends && len(followed) > 0 {
		nothing := priced{Component{Type: componentType(k), VAT: followed[0].VAT}, Restrictions{Reservation: ReservationExpires}}
		expired = append(expired, nothing)
	}
	return append(expired, followed...)
}

// restrictions is a condition as restrictions, one per time window; none where
// OCPI cannot say when the rule holds, so that it has to be left out.
func (x *export) restrictions(k tariff.Kind, c tariff.Condition, path string) []Restrictions {
	for _, part := range []struct {
		set        bool
		name, what string
	}{
		{c.Season != nil, "season", "seasons"}, {c.Holidays != "", "holidays", "public holidays"},
		{c.ChargingTime.Set(), "chargingTime", "conditions on charging time alone"}, {c.IdleTime.Set(), "idleTime", "conditions on idle time alone"},
		{c.Average.Set(), "averagePower", "conditions on the average power"}, {c.Peak.Set(), "peakPower", "conditions on the peak power"},
		{c.Supply != tariff.UnknownSupply, "supply", "conditions on AC or DC"}, {c.EVSEPower.Set(), "evsePower", "conditions on the EVSE's power"},
		{c.Mode != 0, "mode", "modes of charging"}, {x.version == V211 && c.Current.Set(), "current", "conditions on current in 2.1.1"},
	} {
		if part.set {
			x.add(path+"."+part.name, "condition", "OCPI has no %s; the rule was left out", part.what)
			return nil
		}
	}
	if c.NotHolidays != "" {
		x.add(path+".notHolidays", "condition", "OCPI has no public holidays; the rule holds on them, too")
	}
	r := Restrictions{StartDate: c.DateFrom, EndDate: c.DateBefore, Days: c.Days}
	const tenthWh, tenthWatt = 100_000, 100
	r.MinKWh, r.MaxKWh = wireRange(x, c.Energy, tenthWh, path+".energy")
	r.MinPower, r.MaxPower = wireRange(x, c.Power, tenthWatt, path+".power")
	r.MinDuration, r.MaxDuration = wireRange(x, c.Duration, 1, path+".duration")
	r.MinCurrent, r.MaxCurrent = wireRange(x, c.Current, 1, path+".current")
	if k == tariff.Reservation || k == tariff.ReservationFee {
		r.Reservation = [...]Reservation{tariff.AnyOutcome: Reserved, tariff.Used: used, tariff.Expired: ReservationExpires}[c.Reservation]
	}
	return x.windows(r, c.Time, path+".time")
}

// wireRange is a range in OCPI's numbers of four decimals, each step least
// units of the document.
func wireRange[T ~int64](x *export, r tariff.Range[T], step T, path string) (from, before *T) {
	round := func(n T) *T {
		if n == 0 {
			return nil
		}
		m := roundTo(n, step)
		if m != n {
			x.add(path, "decimals", "OCPI's numbers have four decimals; a bound of the condition was rounded")
			m = max(m, step)
		}
		return &m
	}
	return round(r.From), round(r.Before)
}

// windows is the restrictions once per time window.
func (x *export) windows(r Restrictions, windows []calendar.Window, path string) []Restrictions {
	if len(windows) == 0 {
		return []Restrictions{r}
	}
	var out []Restrictions
	for _, w := range windows {
		from, to := w.From-w.From%60, w.To-w.To%60
		if from != w.From || to != w.To {
			x.add(path, "time_seconds", "OCPI's times have no seconds; the window %s became %s-%s", w, from, to)
			if from == to {
				continue // less than a minute
			}
		}
		in := r
		if from != 0 || to != wholeDay {
			if to == wholeDay {
				to = 0
			}
			in.StartTime, in.EndTime = &from, &to
		}
		out = append(out, in)
	}
	return out
}

// merge makes elements of the dimensions' lists: components with the same
// restrictions stand in one element where the order within every list allows
// it. Elements without restrictions come last where there is a choice, as
// readers that take the first element that matches need it.
func merge(lists [][]priced) []Element {
	// later counts how often restrictions are still to come.
	keys := make([][]string, len(lists))
	later := map[string]int{}
	for i, list := range lists {
		for _, p := range list {
			key := p.restrictions.key()
			keys[i] = append(keys[i], key)
			later[key]++
		}
	}
	heads := func(key string) (n int) {
		for i := range lists {
			if len(keys[i]) > 0 && keys[i][0] == key {
				n++
			}
		}
		return n
	}
	var out []Element
	for {
		best, score := -1, -1
		for i := range lists {
			if len(keys[i]) == 0 {
				continue
			}
			s := 0
			if heads(keys[i][0]) == later[keys[i][0]] {
				s += 2 // no list has to wait for an element of its own
			}
			if keys[i][0] != (Restrictions{}).key() {
				s++
			}
			if s > score {
				best, score = i, s
			}
		}
		if best < 0 {
			return out
		}
		key := keys[best][0]
		e := Element{Restrictions: lists[best][0].restrictions}
		for i := range lists {
			if len(keys[i]) > 0 && keys[i][0] == key {
				e.Components = append(e.Components, lists[i][0].Component)
				lists[i], keys[i] = lists[i][1:], keys[i][1:]
				later[key]--
			}
		}
		out = append(out, e)
	}
}

// key tells restrictions apart.
func (r Restrictions) key() string {
	return fmt.Sprint(deref(r.StartTime), deref(r.EndTime), deref(r.StartDate), deref(r.EndDate), deref(r.MinKWh), deref(r.MaxKWh),
		deref(r.MinCurrent), deref(r.MaxCurrent), deref(r.MinPower), deref(r.MaxPower), deref(r.MinDuration), deref(r.MaxDuration), r.Days, r.Reservation)
}

// deref is a value as text, "-" where there is none.
func deref[T any](p *T) string {
	if p == nil {
		return "- "
	}
	return fmt.Sprint(*p, " ")
}

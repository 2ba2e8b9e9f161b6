package demo

import (
	"slices"
	"testing"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
)

// sample is what some sessions look like together.
type sample struct {
	kwh, hours  []float64
	idle, stay  float64 // hours
	crossing    int     // local midnight
	empty       int     // no energy
	interrupted int     // charging, idle, charging
	arrivals    [24]int
	weekdays    [7]int
	months      [13]int
}

func (m *sample) take(f session.Facts, z *calendar.Zone) {
	m.kwh = append(m.kwh, float64(f.Energy())/float64(energy.KWh))
	m.hours = append(m.hours, float64(f.Duration())/3600)
	m.stay += float64(f.Duration()) / 3600
	resumed := false
	for i, c := range f.Changes {
		end := f.End
		if i+1 < len(f.Changes) {
			end = f.Changes[i+1].At
			resumed = resumed || c.State == session.Idle && f.EnergyAt(c.At) > 0
		}
		if c.State == session.Idle {
			m.idle += float64(end-c.At) / 3600
		}
	}
	day, tod := z.Local(f.Start)
	last, _ := z.Local(f.End)
	_, month := day.YearMonth()
	for _, c := range []struct {
		n  *int
		is bool
	}{{&m.crossing, last != day}, {&m.empty, f.Energy() == 0}, {&m.interrupted, resumed}} {
		if c.is {
			*c.n++
		}
	}
	m.arrivals[tod/hour]++
	m.weekdays[day.Weekday()]++
	m.months[month]++
}

func quantileOf(values []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(p*float64(len(sorted)-1))]
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

func (m *sample) share(n int) float64 { return float64(n) / float64(len(m.kwh)) }

// between is the share of arrivals in local hours from to to, both inclusive.
func (m *sample) between(from, to int) float64 {
	n := 0
	for h := from; h <= to; h++ {
		n += m.arrivals[h]
	}
	return m.share(n)
}

func (m *sample) weekend() float64 {
	return m.share(m.weekdays[time.Saturday] + m.weekdays[time.Sunday])
}

// samples are the sessions by use, and all of them last.
func (h *history) samples() (out [uses + 1]sample) {
	for _, s := range h.sessions {
		b := h.bayOf[s.EVSEID]
		out[b.use].take(s.Facts, b.zone)
		out[uses].take(s.Facts, b.zone)
	}
	return out
}

type within struct {
	what            string
	got, low, above float64
}

func check(t *testing.T, all []within) {
	t.Helper()
	for _, w := range all {
		if w.got < w.low || w.got > w.above {
			t.Errorf("%s is %.3f, not between %.3f and %.3f", w.what, w.got, w.low, w.above)
		}
	}
}

// The figures are those of 175,000 real sessions of homes, workplaces, streets
// and rapid chargers, give or take.
func TestLooksLikeARealNetwork(t *testing.T) {
	for _, until := range []string{"2026-01-01T00:00:00Z", "2026-05-06T13:37:00Z", "2027-08-30T23:59:59Z"} {
		w, err := Network(instant(until))
		if err != nil {
			t.Fatal(err)
		}
		all := makeHistory(w.From, w.Until).samples()[uses]
		check(t, []within{
			{"the number of sessions", float64(len(all.kwh)), 24_000, 26_500},
			{"median energy", quantileOf(all.kwh, .5), 7.2, 8.8},
			{"mean energy", mean(all.kwh), 9.3, 10.8},
			{"95th percentile of energy", quantileOf(all.kwh, .95), 24, 28.5},
			{"median hours", quantileOf(all.hours, .5), 0.85, 1.2},
			{"mean hours", mean(all.hours), 4.4, 5.6},
			{"95th percentile of hours", quantileOf(all.hours, .95), 17.5, 22.5},
			{"share over midnight", all.share(all.crossing), 0.15, 0.19},
			{"share without energy", all.share(all.empty), 0.02, 0.04},
			{"share interrupted", all.share(all.interrupted), 0.004, 0.04},
			{"idle share of the time", all.idle / all.stay, 0.5, 0.9},
		})
	}
}

func TestEveryUseHasItsRhythm(t *testing.T) {
	of := year().samples()
	check(t, []within{
		{"rapid: median minutes", 60 * quantileOf(of[rapid].hours, .5), 15, 40},
		{"rapid: 10th percentile of minutes", 60 * quantileOf(of[rapid].hours, .1), 6, 15},
		{"rapid: 95th percentile of minutes", 60 * quantileOf(of[rapid].hours, .95), 30, 50},
		{"rapid: idle share", of[rapid].idle / of[rapid].stay, 0.02, 0.2},
		{"rapid: arrivals by day", of[rapid].between(8, 19), 0.8, 0.95},
		{"street: median hours", quantileOf(of[street].hours, .5), 0.9, 2.2},
		{"work: median hours", quantileOf(of[work].hours, .5), 4.5, 9},
		{"work: idle share", of[work].idle / of[work].stay, 0.5, 0.9},
		{"work: arrivals in the morning", of[work].between(6, 10), 0.7, 0.95},
		{"work: weekend", of[work].weekend(), 0, 0.05},
		{"work: over midnight", of[work].share(of[work].crossing), 0, 0.01},
		{"home: median hours", quantileOf(of[home].hours, .5), 9, 14},
		{"home: idle share", of[home].idle / of[home].stay, 0.6, 0.92},
		{"home: arrivals from afternoon to night", of[home].between(14, 22), 0.65, 0.9},
		{"home: over midnight", of[home].share(of[home].crossing), 0.55, 0.75},
		{"depot: arrivals after the round", of[depot].between(15, 20), 0.7, 0.95},
		{"depot: over midnight", of[depot].share(of[depot].crossing), 0.85, 1},
		{"depot: weekend", of[depot].weekend(), 0.02, 0.2},
		{"guests", float64(len(of[visitor].kwh)), 250, 700},
	})
}

func TestBusinessGrowsAndHasSeasons(t *testing.T) {
	from := instant("2024-06-01T00:00:00Z")
	h := makeHistory(from, from+2*yearDays*daySeconds)
	second := 0
	for _, s := range h.sessions {
		if s.Facts.Start >= from+yearDays*daySeconds {
			second++
		}
	}
	of := h.samples()
	january, july := of[home].months[time.January], of[home].months[time.July]
	check(t, []within{
		{"second year over first", float64(second) / float64(len(h.sessions)-second), 1.1, 1.4},
		{"January over July at home", float64(january) / float64(july), 1.15, 2},
		{"August over January on the road", float64(of[rapid].months[time.August]) / float64(of[rapid].months[time.January]), 1.1, 1.6},
	})
}

// A battery takes ever less: the power of the last whole interval is hardly
// ever above that of the first, and mostly well below where the charge is long.
func TestRapidChargingSlowsDown(t *testing.T) {
	h := year()
	var charges, rising, falling int
	for _, s := range h.sessions {
		r := s.Facts.Readings
		if h.bayOf[s.EVSEID].use != rapid || len(r) < 7 || len(s.Facts.Changes) > 1 {
			continue
		}
		power := func(i int) int64 { return int64(r[i].Import-r[i-1].Import) / int64(r[i].At-r[i-1].At) }
		charges++
		if power(5)*100 > power(1)*106 {
			rising++
		}
		if power(5)*100 < power(1)*90 {
			falling++
		}
	}
	if charges < 1000 {
		t.Fatalf("only %d longer rapid charges", charges)
	}
	check(t, []within{
		{"share that rises", float64(rising) / float64(charges), 0, 0.01},
		{"share that clearly falls", float64(falling) / float64(charges), 0.6, 1},
	})
}

func TestPeopleChargeWhereTheyBelong(t *testing.T) {
	h := year()
	guests, roaming := 0, 0
	for _, s := range h.sessions {
		b, at := h.bayOf[s.EVSEID], h.location[s.LocationID]
		if s.UserID == "" {
			guests++
		} else if h.Users[h.user[s.UserID]].Roaming {
			roaming++
		}
		switch b.use {
		case work, home, depot:
			if s.UserID == "" || h.Users[h.user[s.UserID]].PartnerID != at.PartnerID {
				t.Fatalf("session %s at %s is by somebody who does not belong there", s.ExternalID, at.Name)
			}
		default:
			if s.UserID != "" && h.Users[h.user[s.UserID]].PartnerID != "" {
				t.Fatalf("session %s at the public points of %s is by a tenant, a van or staff", s.ExternalID, at.Name)
			}
		}
	}
	check(t, []within{{"guests", float64(guests), 1500, 4500}, {"roaming", float64(roaming), 1200, 4000}})
}

func TestWholeYearIsCovered(t *testing.T) {
	h := year()
	perDay := map[string]int{}
	for _, s := range h.sessions {
		perDay[s.Facts.Start.String()[:10]]++
	}
	quiet := 0
	for at := h.From; at < h.Until-daySeconds; at += daySeconds {
		if perDay[at.String()[:10]] < 20 {
			quiet++
			t.Logf("%s: %d sessions", at.String()[:10], perDay[at.String()[:10]])
		}
	}
	if quiet > 0 {
		t.Errorf("%d days with hardly a session", quiet)
	}
}

func BenchmarkNetwork(b *testing.B) {
	for b.Loop() {
		if _, err := Network(1_780_000_000); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSessions(b *testing.B) {
	w, err := Network(1_780_000_000)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range w.Sessions() {
			n++
		}
		b.ReportMetric(float64(n), "sessions")
	}
}

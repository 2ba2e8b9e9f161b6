// Package holiday owns the public holidays of countries and regions, as far as
// the library of holidays knows them (see offered). It does not know zones, nor
// what a holiday does to a price.
//
// Invariants, and the test that proves each:
//   - a day is a holiday when it is the day itself or the one on which it is
//     kept instead, for the whole years 1970 to 2100 (TestHas);
//   - of a country whose regions differ, only the days that all of them keep
//     are holidays (TestCountryOfRegions);
//   - the answer does not depend on the zone of the machine
//     (TestZoneOfTheMachine), and asking allocates nothing (TestHasIsFree).
package holiday

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rickar/cal/v2"

	"kwote/domain/calendar"
)

// Calendar is the public holidays of a country or region. It is safe for
// concurrent use.
type Calendar struct {
	lists [][]*cal.Holiday // a day counts that is in each of them
	once  sync.Once
	days  set
}

// The days that a calendar answers for; outside of them nothing is a holiday.
var (
	first = calendar.NewDate(1970, time.January, 1)
	last  = calendar.NewDate(2100, time.December, 31)
)

// set is a bit per day from first on.
type set []uint64

func (s set) has(d calendar.Date) bool {
	i := uint(d - first)
	return i/64 < uint(len(s)) && s[i/64]&(1<<(i%64)) != 0
}

func (s set) add(at time.Time) {
	if at.IsZero() {
		return
	}
	y, m, day := at.Date()
	if d := calendar.NewDate(y, m, day); d >= first && d <= last {
		s[uint(d-first)/64] |= 1 << (uint(d-first) % 64)
	}
}

// Known reports whether there is a calendar of the code: ISO 3166-1 alpha-2
// ("DE") or ISO 3166-2 ("DE-BY").
func Known(code string) bool { return offered[code] != nil }

// Codes are the codes of all calendars, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(offered)) }

// Load is the calendar of a code, or false where there is none.
func Load(code string) (*Calendar, bool) {
	c := offered[code]
	if c == nil {
		return nil, false
	}
	c.once.Do(c.layOut)
	return c, true
}

// Has reports whether the date is a public holiday.
func (c *Calendar) Has(d calendar.Date) bool { return c.days.has(d) }

// inUTC keeps the library from counting in the machine's zone, in which a
// midnight may be missing.
var inUTC = sync.OnceFunc(func() { cal.DefaultLoc = time.UTC })

func (c *Calendar) layOut() {
	inUTC()
	for _, list := range c.lists {
		days := make(set, (last-first)/64+1)
		for _, h := range list {
			// What is customary without being a public holiday does not count.
			if h.Type == cal.ObservanceOther {
				continue
			}
			// A day may be kept in the year before or after its own.
			for year := 1969; year <= 2101; year++ {
				actual, kept := h.Calc(year)
				days.add(actual)
				days.add(kept)
			}
		}
		if c.days == nil {
			c.days = days
			continue
		}
		for i := range c.days {
			c.days[i] &= days[i]
		}
	}
}

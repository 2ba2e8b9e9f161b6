package tariff

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"kwote/domain/calendar"
)

// When is a condition of a dimension in words, such as "Monday to Friday from
// 07:00 to 22:00"; empty where it always holds.
func (l Language) When(k Kind, c Condition) string {
	parts := l.circumstances(c)
	if counted := l.counted(k, c); counted != "" {
		parts = append(parts, counted)
	}
	if c.Days != 0 && c.Days != calendar.EveryDay {
		parts = append(parts, l.g.days(dayRuns(c.Days)))
	}
	if c.Holidays != "" {
		parts = append(parts, l.g.holidays(true, l.HolidayPlace(c.Holidays)))
	}
	if c.NotHolidays != "" {
		parts = append(parts, l.g.holidays(false, l.HolidayPlace(c.NotHolidays)))
	}
	if len(c.Time) > 0 {
		parts = append(parts, l.windows(c))
	}
	if c.Season != nil {
		parts = append(parts, l.season(*c.Season))
	}
	if c.DateFrom != nil || c.DateBefore != nil {
		parts = append(parts, l.dates(c.DateFrom, c.DateBefore))
	}
	return strings.Join(parts, " ")
}

// circumstances names place, mode, power and reservation.
func (l Language) circumstances(c Condition) []string {
	var parts []string
	if c.Supply != UnknownSupply || c.EVSEPower.Set() {
		parts = append(parts, l.g.place[c.Supply]+l.ranged(rangeText(c.EVSEPower, l.Power)))
	}
	if c.Mode != 0 {
		parts = append(parts, l.g.mode[c.Mode])
	}
	if c.Power.Set() {
		parts = append(parts, l.g.power+l.ranged(rangeText(c.Power, l.Power)))
	}
	if c.Current.Set() {
		parts = append(parts, l.g.current+l.ranged(rangeText(c.Current, l.Current)))
	}
	if c.Average.Set() {
		parts = append(parts, l.g.average+l.level(c.Average))
	}
	if c.Peak.Set() {
		parts = append(parts, l.g.peak+l.level(c.Peak))
	}
	if c.Reservation != AnyOutcome {
		parts = append(parts, l.g.outcome[c.Reservation])
	}
	return parts
}

// rangeText is both bounds in words, empty where they are open.
func rangeText[T ~int64](r Range[T], text func(T) string) (from, before string) {
	return positiveText(r.From, text), positiveText(r.Before, text)
}

func (l Language) ranged(from, before string) string {
	if from == "" && before == "" {
		return ""
	}
	return " " + l.g.ranged(from, before)
}

func (l Language) level(v Level) string {
	return " " + l.g.level(positiveText(v.Above, l.Power), positiveText(v.UpTo, l.Power))
}

// counted names what a session must have used up.
func (l Language) counted(k Kind, c Condition) string {
	var list []string
	if c.Energy.Set() {
		say := l.g.charged
		if k == Energy {
			say = l.g.energy
		}
		list = append(list, say(rangeText(c.Energy, l.Energy)))
	}
	spells := [...]Range[int64]{spellPluggedIn: c.Duration, spellCharging: c.ChargingTime, spellIdle: c.IdleTime}
	for of, r := range spells {
		if !r.Set() {
			continue
		}
		of := spell(of)
		if of == spellPluggedIn && (k == Reservation || k == ReservationFee) {
			of = spellReserved
		}
		from, before := rangeText(r, l.Duration)
		list = append(list, l.g.elapsed(of, from, before))
	}
	return joinList(list, l.g.and)
}

// HolidayPlace names the country whose public holidays a calendar has, with
// the calendar's code where it is that of a region: "Germany, DE-BY".
func (l Language) HolidayPlace(code string) string {
	country, _, regional := strings.Cut(code, "-")
	region, err := language.ParseRegion(country)
	if err != nil {
		return code
	}
	name := l.g.names.Regions().Name(region)
	switch {
	case name == "":
		return code
	case regional:
		return name + ", " + code
	}
	return name
}

func (l Language) season(s Season) string {
	first, last := s.From, s.Before-1
	month := func(d MonthDay) time.Month { return time.Month(d / 100) }
	wholeMonths := first%100 == 1 && s.Before%100 == 1
	if s.Before%100 == 1 {
		ended := (month(s.Before)+10)%12 + 1
		day := calendar.NewDate(2024, ended+1, 1) - calendar.NewDate(2024, ended, 1) // a leap year
		last = MonthDay(int(ended)*100 + int(day))
	}
	switch {
	case wholeMonths:
		return l.g.months(month(first), month(last))
	case last == 229:
		return l.g.season(l.g.shortDay(month(first), int(first%100)), "")
	}
	return l.g.season(l.g.shortDay(month(first), int(first%100)), l.g.shortDay(month(last), int(last%100)))
}

func positiveText[T ~int64](v T, text func(T) string) string {
	if v <= 0 {
		return ""
	}
	return text(v)
}

// windows names the times of day. A window past midnight goes by the date of
// each moment, so on chosen days it is said as their beginning and end: "on
// Saturdays from 22:00 to 06:00" would be taken to reach into Sunday.
func (l Language) windows(c Condition) string {
	chosen := c.Days != 0 && c.Days != calendar.EveryDay || c.Holidays != "" || c.NotHolidays != "" ||
		c.DateFrom != nil && c.DateBefore != nil && *c.DateBefore-*c.DateFrom < 7
	var list []string
	for _, w := range c.Time {
		if chosen && w.To > 0 && w.To < w.From {
			list = append(list, l.g.outside(w.From, w.To))
			continue
		}
		to := w.To
		if to == 0 {
			to = midnight
		}
		list = append(list, l.g.window(w.From, to))
	}
	return joinList(list, l.g.and)
}

const midnight calendar.TimeOfDay = 86400

func (l Language) dates(from, before *calendar.Date) string {
	switch {
	case before == nil:
		return l.g.dates(l.Date(*from), "")
	case from == nil:
		return l.g.dates("", l.Date(*before-1))
	}
	first, last := l.Date(*from), l.Date(*before-1)
	y, m := from.YearMonth()
	if end, _ := (*before - 1).YearMonth(); end == y && *from != *before-1 {
		first = l.g.shortDay(m, dayOfMonth(*from))
	}
	return l.g.dates(first, last)
}

// dayRuns takes a set of days apart into stretches of at least three days and
// single days, Monday first. A stretch may pass the end of the week.
func dayRuns(set calendar.Weekdays) (ranges [][2]time.Weekday, single []time.Weekday) {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	gap := slices.IndexFunc(week, func(d time.Weekday) bool { return !set.Has(d) })
	for i := 0; i < len(week); {
		run := 0
		for run < len(week) && set.Has(week[(gap+1+i+run)%7]) {
			run++
		}
		first := (gap + 1 + i) % 7
		if run >= 3 {
			ranges = append(ranges, [2]time.Weekday{week[first], week[(first+run-1)%7]})
		} else {
			for j := range run {
				single = append(single, week[(first+j)%7])
			}
		}
		i += run + 1
	}
	slices.SortFunc(single, func(a, b time.Weekday) int { return int(a+6)%7 - int(b+6)%7 })
	return ranges, single
}

// dayNames names days in order, by a table that begins on Sunday.
func dayNames(table [7]string, days []time.Weekday) []string {
	var out []string
	for _, d := range days {
		out = append(out, table[d])
	}
	return out
}

package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func in(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone)
}

// Clock writes the local time of day in 24 hours: "21:05".
func (l *Locale) Clock(t time.Time, zone *time.Location) string { return in(t, zone).Format("15:04") }

// Date writes the local date with a short month: "14 Mar 2026".
func (l *Locale) Date(t time.Time, zone *time.Location) string {
	t = in(t, zone)
	return l.dayMonth(t) + nbsp + strconv.Itoa(t.Year())
}

// LongDate writes weekday and full month: "Saturday 14 March 2026".
func (l *Locale) LongDate(t time.Time, zone *time.Location) string {
	t = in(t, zone)
	return fmt.Sprintf("%s %s%s%s%s%d", l.Weekday(t.Weekday()), l.dayNumber(t), nbsp, l.forms.months[t.Month()-1], nbsp, t.Year())
}

// DateTime writes date and time of day: "14 Mar 2026, 21:05".
func (l *Locale) DateTime(t time.Time, zone *time.Location) string {
	return l.Date(t, zone) + ", " + l.Clock(t, zone)
}

// Month writes month and year: "March 2026".
func (l *Locale) Month(t time.Time, zone *time.Location) string {
	t = in(t, zone)
	return l.forms.months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// Span writes a stretch of local time, naming the date once where it does not change and both where it does:
// "14 Mar 2026, 21:30–22:45", "14 Mar, 21:30 – 15 Mar 2026, 06:10".
func (l *Locale) Span(from, to time.Time, zone *time.Location) string {
	a, b := in(from, zone), in(to, zone)
	switch {
	case sameDay(a, b):
		return l.DateTime(a, zone) + "–" + l.Clock(b, zone)
	case a.Year() == b.Year():
		return l.dayMonth(a) + ", " + l.Clock(a, zone) + " – " + l.DateTime(b, zone)
	}
	return l.DateTime(a, zone) + " – " + l.DateTime(b, zone)
}

// ClockSpan writes two times of day, with the days between them where there are any: "21:30–22:45", "21:30–06:10 +1 d".
func (l *Locale) ClockSpan(from, to time.Time, zone *time.Location) string {
	text := l.Clock(from, zone) + "–" + l.Clock(to, zone)
	if days := daysBetween(in(from, zone), in(to, zone)); days > 0 {
		text += nbsp + "+" + strconv.Itoa(days) + nbsp + l.forms.day
	}
	return text
}

// Weekday is the full name of a weekday.
func (l *Locale) Weekday(d time.Weekday) string { return l.forms.weekdays[(d+6)%7] }

// ShortWeekday is the short name of a weekday.
func (l *Locale) ShortWeekday(d time.Weekday) string { return l.forms.shortWeekdays[(d+6)%7] }

// Duration writes seconds in the two largest units that matter, cut and not rounded: "45 s", "20 min", "3 h 20 min",
// "2 d 3 h".
func (l *Locale) Duration(seconds int64) string {
	switch n := max(seconds, -seconds); {
	case n < 60:
		return l.units(seconds, false, 1)
	case n < 600:
		return l.units(seconds, false, 2)
	case n < 48*3600:
		return l.units(seconds-seconds%60, false, 2)
	}
	return l.units(seconds-seconds%3600, true, 2)
}

// ExactDuration writes every second: "27 h 20 min 15 s".
func (l *Locale) ExactDuration(seconds int64) string { return l.units(seconds, false, 4) }

func (l *Locale) units(seconds int64, days bool, most int) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = minusSign, -seconds
	}
	var parts []string
	add := func(n int64, unit string) {
		if n != 0 && len(parts) < most {
			parts = append(parts, l.Int(n)+nbsp+unit)
		}
	}
	if days {
		add(seconds/86400, l.forms.day)
		seconds %= 86400
	}
	add(seconds/3600, "h")
	add(seconds%3600/60, "min")
	add(seconds%60, "s")
	if len(parts) == 0 {
		return "0" + nbsp + map[bool]string{true: l.forms.day, false: "s"}[days]
	}
	return sign + strings.Join(parts, " ")
}

// Ago writes t as seen from now: "just now", "5 minutes ago", "in 2 hours", "yesterday"; beyond a week it is the date.
func (l *Locale) Ago(t, now time.Time, zone *time.Location) string {
	gap := int64(now.Sub(t) / time.Second)
	key, n := "time.ago", gap
	if gap < 0 {
		key, n = "time.in", -gap
	}
	days := daysBetween(in(t, zone), in(now, zone))
	switch {
	case n < 60:
		return l.T("time.now")
	case n < 3600:
		return l.N(key+".minutes", n/60)
	case n < 12*3600 || days == 0:
		return l.N(key+".hours", n/3600)
	case days == 1:
		return l.T("time.yesterday")
	case days == -1:
		return l.T("time.tomorrow")
	case days > 0 && days < 8:
		return l.N(key+".days", int64(days))
	case days < 0 && days > -8:
		return l.N(key+".days", int64(-days))
	}
	return l.Date(t, zone)
}

func (l *Locale) dayMonth(t time.Time) string {
	return l.dayNumber(t) + nbsp + l.forms.shortMonths[t.Month()-1]
}

// French names the first of a month by its ordinal.
func (l *Locale) dayNumber(t time.Time) string {
	if l.Lang == "fr" && t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

func sameDay(a, b time.Time) bool { return daysBetween(a, b) == 0 }

// daysBetween counts the midnights between two local times, so a day of 23 or 25 hours is one day.
func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(b).Sub(day(a)) / (24 * time.Hour))
}

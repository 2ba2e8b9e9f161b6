// Package calendar owns instants, local dates, times of day, weekdays and
// zones. It does not know what happens at them, and never asks for the time.
//
// Invariants, and the test that proves each:
//   - a Zone answers like the IANA database for every instant from 1970 to
//     2100 (TestZoneAgreesWithTimePackage);
//   - a window that passes midnight holds exactly the seconds that its
//     complement does not (TestWindowsPartitionTheDay).
package calendar

import (
	"fmt"
	"time"
)

// Instant is a moment in whole seconds since 1970-01-01T00:00:00Z. Business
// durations are differences of instants, never of local times.
type Instant int64

// Of is the instant of t, cut to the second.
func Of(t time.Time) Instant { return Instant(t.Unix()) }

// Time is the instant as a UTC time.
func (i Instant) Time() time.Time { return time.Unix(int64(i), 0).UTC() }

// String is RFC 3339 in UTC.
func (i Instant) String() string { return i.Time().Format(time.RFC3339) }

// ParseInstant reads RFC 3339 with an offset or Z, cut to the second.
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not an instant such as 2026-05-03T14:00:00Z", s)
	}
	return Of(t), nil
}

// Date is a local calendar date as days since 1970-01-01.
type Date int32

// NewDate is the date of a year, month and day; out-of-range days carry over.
func NewDate(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), daySeconds))
}

// ParseDate reads "2026-05-03".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date such as 2026-05-03", s)
	}
	return Date(floorDiv(t.Unix(), daySeconds)), nil
}

// String is ISO 8601, "2026-05-03".
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// Weekday is the date's day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int64(d)+4)%7 + 7) % 7) }

// YearMonth is the year and month of the date.
func (d Date) YearMonth() (int, time.Month) { y, m, _ := d.utc().Date(); return y, m }

func (d Date) utc() time.Time { return time.Unix(int64(d)*daySeconds, 0).UTC() }

const daySeconds = 86400

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Weekdays is a set of days of the week, bit 0 for Sunday.
type Weekdays uint8

// EveryDay holds all seven days.
const EveryDay Weekdays = 1<<7 - 1

// Has reports whether the set holds the day.
func (w Weekdays) Has(d time.Weekday) bool { return w&(1<<d) != 0 }

// With is the set and the day.
func (w Weekdays) With(d time.Weekday) Weekdays { return w | 1<<d }

var dayNames = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseWeekday reads a three-letter English day name in lower case: "mon".
func ParseWeekday(s string) (time.Weekday, error) {
	for i, n := range dayNames {
		if n == s {
			return time.Weekday(i), nil
		}
	}
	return 0, fmt.Errorf("%q is not a day: mon, tue, wed, thu, fri, sat or sun", s)
}

// WeekdayName is the name that ParseWeekday reads.
func WeekdayName(d time.Weekday) string { return dayNames[d] }

// TimeOfDay is a local wall-clock time in seconds since midnight, 0 to 86400
// (24:00, the end of the day).
type TimeOfDay int32

// ParseTimeOfDay reads "07:00" to "24:00", seconds allowed.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	bad := fmt.Errorf("%q is not a time of day such as 07:30", s)
	if len(s) != 5 && len(s) != 8 {
		return 0, bad
	}
	var part [3]int
	for i := 0; i < len(s); i += 3 {
		if i > 0 && s[i-1] != ':' || s[i] < '0' || s[i] > '9' || s[i+1] < '0' || s[i+1] > '9' {
			return 0, bad
		}
		part[i/3] = int(s[i]-'0')*10 + int(s[i+1]-'0')
	}
	t := part[0]*3600 + part[1]*60 + part[2]
	if part[1] > 59 || part[2] > 59 || t > daySeconds {
		return 0, bad
	}
	return TimeOfDay(t), nil
}

// String is "07:30", with seconds where there are any.
func (t TimeOfDay) String() string {
	if t%60 != 0 {
		return fmt.Sprintf("%02d:%02d:%02d", t/3600, t/60%60, t%60)
	}
	return fmt.Sprintf("%02d:%02d", t/3600, t/60%60)
}

// Window is a span of the local day, From inclusive, To exclusive. To at or
// before From passes midnight; equal ends are not a window.
type Window struct{ From, To TimeOfDay }

// ParseWindow reads "22:00-06:00".
func ParseWindow(s string) (Window, error) {
	for i := range len(s) {
		if s[i] != '-' {
			continue
		}
		from, err := ParseTimeOfDay(s[:i])
		if err != nil {
			return Window{}, err
		}
		to, err := ParseTimeOfDay(s[i+1:])
		if err != nil {
			return Window{}, err
		}
		if from == to || from == daySeconds {
			return Window{}, fmt.Errorf("window %q is empty; for the whole day leave the time out", s)
		}
		return Window{from, to}, nil
	}
	return Window{}, fmt.Errorf("%q is not a window such as 22:00-06:00", s)
}

// String is "22:00-06:00".
func (w Window) String() string { return w.From.String() + "-" + w.To.String() }

// Has reports whether the time of day lies in the window.
func (w Window) Has(t TimeOfDay) bool {
	if w.From < w.To {
		return w.From <= t && t < w.To
	}
	return t >= w.From || t < w.To
}

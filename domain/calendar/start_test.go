package calendar

import (
	"testing"
	"time"
)

func TestStartOfIsTheFirstInstant(t *testing.T) {
	// Midnight is skipped in Santiago, repeated in Havana; Apia left out a
	// whole day; St John's fell back to the day before one minute into the new.
	for _, c := range []struct{ zone, date, want string }{
		{"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"},
		{"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z"},
		{"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"},
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		{"America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z"},
		{"Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z"},
		{"Etc/GMT+12", "2026-01-01", "2026-01-01T12:00:00Z"},
	} {
		zone, err := LoadZone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		date, err := ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := zone.StartOf(date); got.String() != c.want {
			t.Errorf("%s begins in %s at %s, want %s", c.date, c.zone, got, c.want)
		}
	}
	for _, name := range []string{"Europe/Berlin", "America/Santiago", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"} {
		zone, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := NewDate(2024, time.January, 1); d < NewDate(2028, time.January, 1); d++ {
			start := zone.StartOf(d)
			before, _ := zone.Local(start - 1)
			if on, _ := zone.Local(start); on != d || before != d-1 {
				t.Errorf("%s in %s: the day that begins at %s is %s, before it is %s", d, name, start, on, before)
			}
		}
	}
}

func TestInstants(t *testing.T) {
	for s, want := range map[string]string{"2026-05-03T14:00:00Z": "2026-05-03T14:00:00Z", "2026-05-03T14:00:00.999+02:00": "2026-05-03T12:00:00Z"} {
		if i, err := ParseInstant(s); err != nil || i.String() != want {
			t.Errorf("%s reads as %s, %v; want %s", s, i, err, want)
		}
	}
	for _, s := range []string{"", "2026-05-03", "2026-05-03 14:00:00", "2026-05-03T14:00:00", "2026-13-03T14:00:00Z"} {
		if i, err := ParseInstant(s); err == nil {
			t.Errorf("%q reads as %s", s, i)
		}
	}
}

func TestWeekdays(t *testing.T) {
	var weekend Weekdays
	for _, name := range []string{"sat", "sun"} {
		d, err := ParseWeekday(name)
		if err != nil || WeekdayName(d) != name {
			t.Fatal(name, d, err)
		}
		weekend = weekend.With(d)
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if weekend.Has(d) != (d == time.Saturday || d == time.Sunday) || !EveryDay.Has(d) {
			t.Errorf("weekend %v, every day %v hold %s", weekend.Has(d), EveryDay.Has(d), d)
		}
	}
	for _, name := range []string{"", "Mon", "monday", "mo"} {
		if d, err := ParseWeekday(name); err == nil {
			t.Errorf("%q reads as %s", name, d)
		}
	}
	if y, m := NewDate(2026, time.November, 31).YearMonth(); y != 2026 || m != time.December {
		t.Errorf("31 November carries over to %d %s", y, m)
	}
}

package demo

import (
	"time"

	"kwote/domain/calendar"
)

// habit is how a use of charging goes through the day, the week and the year.
type habit struct {
	year  int64     // sessions a year of the whole network
	hours [24]int64 // weight of each local hour of arrival
	days  [7]int64  // percent of the usual, Sunday first
	month [12]int64 // percent of the usual, January first
	want  spread    // energy that drivers would like, Wh; rapid: see charge
}

// habits follow real networks of each kind: homes in the evening, staff in the
// morning, roads over the day.
var habits = [uses]habit{
	rapid: {year: 10_300,
		hours: [24]int64{4, 3, 2, 1, 1, 5, 9, 25, 60, 68, 69, 78, 89, 85, 80, 84, 76, 80, 69, 49, 29, 17, 11, 6},
		days:  [7]int64{96, 93, 96, 98, 101, 112, 104},
		month: [12]int64{90, 92, 96, 99, 101, 104, 114, 116, 101, 98, 94, 95}},
	street: {year: 5_600,
		hours: [24]int64{6, 5, 3, 2, 2, 8, 20, 42, 78, 68, 62, 72, 80, 78, 68, 66, 68, 80, 74, 60, 40, 24, 14, 9},
		days:  [7]int64{84, 100, 103, 104, 106, 110, 93},
		month: [12]int64{103, 102, 100, 99, 98, 97, 94, 91, 101, 103, 105, 107},
		want:  spread{{0, 700}, {100, 2_000}, {250, 3_900}, {500, 7_000}, {750, 11_600}, {900, 18_000}, {970, 26_000}, {1000, 48_000}}},
	visitor: {year: 450,
		hours: [24]int64{0, 0, 0, 0, 0, 0, 1, 8, 60, 150, 140, 90, 50, 110, 140, 90, 40, 10, 2, 0, 0, 0, 0, 0},
		days:  [7]int64{4, 120, 138, 142, 136, 112, 10},
		month: [12]int64{100, 104, 106, 100, 96, 106, 84, 70, 108, 110, 110, 80},
		want:  spread{{0, 900}, {250, 4_000}, {500, 7_500}, {750, 13_000}, {950, 24_000}, {1000, 40_000}}},
	work: {year: 3_500,
		hours: [24]int64{0, 0, 0, 0, 0, 3, 40, 210, 330, 170, 50, 22, 30, 55, 28, 10, 8, 6, 3, 1, 0, 0, 0, 0},
		days:  [7]int64{3, 132, 146, 148, 143, 110, 8},
		month: [12]int64{104, 105, 105, 98, 97, 103, 88, 76, 106, 107, 108, 96},
		want:  spread{{0, 800}, {100, 2_700}, {250, 4_800}, {500, 7_600}, {750, 11_800}, {900, 17_000}, {1000, 42_000}}},
	home: {year: 4_600,
		hours: [24]int64{16, 8, 5, 4, 4, 3, 4, 8, 14, 15, 20, 28, 35, 42, 62, 93, 113, 108, 92, 84, 84, 72, 61, 35},
		days:  [7]int64{97, 102, 104, 103, 104, 96, 94},
		month: [12]int64{122, 112, 104, 95, 90, 84, 80, 84, 94, 104, 113, 118},
		want:  spread{{0, 900}, {100, 2_800}, {250, 5_200}, {500, 9_000}, {750, 15_200}, {900, 25_000}, {970, 34_000}, {1000, 60_000}}},
	depot: {year: 950,
		hours: [24]int64{2, 1, 1, 2, 3, 4, 3, 2, 3, 5, 8, 14, 18, 16, 22, 70, 170, 260, 210, 110, 45, 20, 8, 4},
		days:  [7]int64{24, 122, 126, 126, 126, 122, 54},
		month: [12]int64{96, 97, 99, 99, 99, 99, 97, 94, 99, 101, 110, 112},
		want:  spread{{0, 3_000}, {100, 7_000}, {250, 10_500}, {500, 15_500}, {750, 22_000}, {900, 29_000}, {1000, 48_000}}},
}

// mean is how many cars are expected at a bay that takes part/whole of its use
// on a local date, in millionths.
func (h *habit) mean(part, whole int64, day, first calendar.Date) int64 {
	_, month := day.YearMonth()
	usual := h.year * 1_000_000 / yearDays * part / whole
	usual = usual * h.days[day.Weekday()] / 100 * h.month[month-1] / 100
	return usual * growth(day, first) / 1000
}

// growth is the size of the business in thousandths, rising steadily around
// the middle of the first year.
func growth(day, first calendar.Date) int64 { return 880 + 240*int64(day-first)/yearDays }

// restDay reports the days between the years on which offices stay empty.
func restDay(day calendar.Date) bool {
	year, month := day.YearMonth()
	switch month {
	case time.December:
		return day >= calendar.NewDate(year, time.December, 24)
	case time.January:
		return day <= calendar.NewDate(year, time.January, 2)
	}
	return false
}

// stays of people who stay for as long as they have something else to do, in
// seconds.
var (
	rapidStay = spread{{0, 4 * minute}, {50, 8 * minute}, {250, 15 * minute}, {500, 21 * minute}, {750, 28 * minute},
		{900, 36 * minute}, {980, 48 * minute}, {1000, 90 * minute}}
	streetStay = spread{{0, 8 * minute}, {100, 25 * minute}, {250, 46 * minute}, {500, 82 * minute}, {750, 150 * minute},
		{900, 270 * minute}, {970, 480 * minute}, {1000, 14 * hour}}
	visitorStay = spread{{0, 25 * minute}, {250, 65 * minute}, {500, 105 * minute}, {750, 170 * minute}, {950, 5 * hour}, {1000, 9 * hour}}
	halfDay     = spread{{0, 70 * minute}, {500, 3*hour + 10*minute}, {1000, 5 * hour}}
	failedStay  = spread{{0, 25}, {500, 80}, {800, 3 * minute}, {930, 12 * minute}, {1000, 3 * hour}}
)

// Times of day at which people leave, in seconds after local midnight.
var (
	leaveOffice = spread{{0, 15 * hour}, {250, 16*hour + 15*minute}, {500, 17 * hour}, {800, 18 * hour}, {1000, 20 * hour}}
	leaveHome   = spread{{0, 5 * hour}, {250, 7 * hour}, {500, 7*hour + 50*minute}, {750, 9*hour + 20*minute}, {900, 12 * hour}, {1000, 17 * hour}}
	leaveDepot  = spread{{0, 4*hour + 30*minute}, {500, 6*hour + 20*minute}, {900, 8 * hour}, {1000, 11 * hour}}
	leaveStreet = spread{{0, 6 * hour}, {500, 8 * hour}, {1000, 11 * hour}}
)

// unplug is when somebody who arrives at a bay of the use drives away.
func unplug(d *dice, u use, z *calendar.Zone, at calendar.Instant) calendar.Instant {
	day, tod := z.Local(at)
	after := func(s int64) calendar.Instant { return at + calendar.Instant(s) }
	on := func(days int64, s spread) calendar.Instant { return local(z, day+calendar.Date(days), d.from(s)) }
	switch u {
	case rapid:
		return after(d.from(rapidStay))
	case visitor:
		return after(d.from(visitorStay))
	case street:
		if tod >= 18*hour && d.chance(300) {
			return on(1, leaveStreet)
		}
		return after(d.from(streetStay))
	case work:
		if tod < 11*hour && d.chance(700) {
			return on(0, leaveOffice)
		}
		return after(d.from(halfDay))
	case depot:
		return on(workdaysAhead(d, day, tod), leaveDepot)
	}
	return leaveTheHouse(d, z, at, on)
}

// workdaysAhead is how many days a van stands: till the next morning on which
// it is needed.
func workdaysAhead(d *dice, day calendar.Date, tod calendar.TimeOfDay) int64 {
	switch {
	case tod < 4*hour:
		return 0
	case day.Weekday() == time.Saturday:
		return 2
	case day.Weekday() == time.Friday && d.chance(550):
		return 3
	}
	return 1
}

// leaveTheHouse is when a tenant drives off: most stay the night, some a day
// longer, others are home for a few hours only.
func leaveTheHouse(d *dice, z *calendar.Zone, at calendar.Instant, on func(int64, spread) calendar.Instant) calendar.Instant {
	day, tod := z.Local(at)
	overnight, longer := int64(690), int64(270)
	switch {
	case tod < 5*hour:
		return on(int64(d.weighted([]int64{85, 12, 3})), leaveHome)
	case tod < 14*hour:
		overnight = 330
	}
	if day.Weekday() == time.Friday || day.Weekday() == time.Saturday {
		longer = 420
	}
	if !d.chance(overnight) {
		return at + calendar.Instant(d.from(halfDay))
	}
	nights := int64(1)
	if d.chance(longer) {
		nights += 1 + int64(d.weighted([]int64{80, 20}))
	}
	return on(nights, leaveHome)
}

// local is the instant of a local time of day; where the clock skips it, the
// one an hour later.
func local(z *calendar.Zone, day calendar.Date, tod int64) calendar.Instant {
	at := z.StartOf(day) + calendar.Instant(tod)
	_, shown := z.Local(at)
	if slip := tod - int64(shown); slip > -4*hour && slip < 4*hour {
		at += calendar.Instant(slip)
	}
	return at
}

package tariff

import (
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/holiday"
	"kwote/domain/session"
)

func decodeCondition(r *document.Reader, v *document.Value, k Kind) Condition {
	var c Condition
	if !v.Object("when") {
		return c
	}
	decodeClock(r, v, &c)
	decodeDates(r, v, &c)
	c.Holidays, c.NotHolidays = holidays(r, v.Field("holidays")), holidays(r, v.Field("notHolidays"))
	if c.Holidays != "" && c.Holidays == c.NotHolidays {
		r.Report(v, "contradiction", "no day is a holiday of %s and none; remove holidays or notHolidays", c.Holidays)
	}
	c.Energy = decodeRange(r, v, "energy", energyValue, formatEnergy)
	c.Duration = decodeRange(r, v, "duration", duration, formatDuration)
	c.ChargingTime = decodeRange(r, v, "chargingTime", duration, formatDuration)
	c.IdleTime = decodeRange(r, v, "idleTime", duration, formatDuration)
	c.Power = decodeRange(r, v, "power", power, formatPower)
	c.Current = decodeRange(r, v, "current", current, formatCurrent)
	c.Average = decodeLevel(r, v.Field("averagePower"), "averagePower")
	c.Peak = decodeLevel(r, v.Field("peakPower"), "peakPower")
	c.Supply = choice(r, v.Field("supply"), "the kind of current", "supply_unknown", AC, DC)
	c.EVSEPower = decodeRange(r, v, "evsePower", power, formatPower)
	c.Mode = choice(r, v.Field("mode"), "the mode of charging", "mode_unknown", session.Regular, session.Boosted, session.Optimised)
	c.Reservation = choice(r, fieldOf(r, v, "reservation", k, kindsOfReserved), "what became of the reservation", "outcome_unknown", Used, Expired)
	v.Done()
	return c
}

// decodeClock reads times of day and days of the week.
func decodeClock(r *document.Reader, v *document.Value, c *Condition) {
	windows := v.Field("time")
	for _, w := range windows.List() {
		window, err := calendar.ParseWindow(w.Required("the time window"))
		if err != nil {
			r.Report(w, "window_malformed", "%s", err)
		}
		c.Time = append(c.Time, window)
	}
	if len(c.Time) > maxWindows {
		r.Report(windows, "too_many", "%d time windows; at most %d are allowed", len(c.Time), maxWindows)
	}
	days := v.Field("days")
	for _, d := range days.List() {
		day, err := calendar.ParseWeekday(d.Required("the day"))
		if err != nil {
			r.Report(d, "day_unknown", "%s", err)
		}
		c.Days = c.Days.With(day)
	}
	if days.Present() && c.Days == 0 || windows.Present() && len(c.Time) == 0 {
		r.Report(v, "contradiction", "an empty list of days or times never matches; leave it out to match always")
	}
	if c.Days == calendar.EveryDay {
		c.Days = 0
	}
}

// decodeDates reads dates and season, and wants one day at least on which they
// and the days of the week hold.
func decodeDates(r *document.Reader, v *document.Value, c *Condition) {
	c.Season = decodeSeason(r, v.Field("season"))
	dates := v.Field("dates")
	if !dates.Object("dates") {
		return
	}
	c.DateFrom, c.DateBefore = date(r, dates.Field("from")), date(r, dates.Field("before"))
	dates.Done()
	if c.DateFrom == nil || c.DateBefore == nil {
		return
	}
	from, before := *c.DateFrom, *c.DateBefore
	if from >= before {
		r.Report(dates, "contradiction", "from %s before %s never matches; the first day must lie before the day after the last", from, before)
		return
	}
	switch days, season := anyDay(c, from, before); {
	case !days:
		r.Report(dates, "contradiction", "none of the days falls between %s and %s, so the rule never matches", from, before)
	case !season:
		r.Report(dates, "contradiction", "no day of the season falls between %s and %s, so the rule never matches", from, before)
	}
}

// anyDay reports whether a date of the span is on one of the condition's days
// of the week, and whether such a one lies in its season. Of more than a year
// it takes both for granted.
func anyDay(c *Condition, from, before calendar.Date) (days, season bool) {
	if before-from > 366 {
		return true, true
	}
	for d := from; d < before && !season; d++ {
		if c.Days == 0 || c.Days.Has(d.Weekday()) {
			days, season = true, c.Season == nil || c.Season.Has(d)
		}
	}
	return days, season
}

func decodeSeason(r *document.Reader, v *document.Value) *Season {
	if !v.Object("season") {
		return nil
	}
	known := len(r.Issues)
	end := func(name string) MonthDay {
		f := v.Field(name)
		if f.Required("the day of the year, such as 04-01,") == "" {
			return 0
		}
		return read(r, f, "the day of the year", "day_of_year_malformed", parseMonthDay)
	}
	s := Season{From: end("from"), Before: end("before")}
	v.Done()
	if len(r.Issues) > known {
		return nil
	}
	if s.From == s.Before {
		r.Report(v, "contradiction", "a season from %s before %s never matches; for the whole year leave it out", s.From, s.Before)
	}
	return &s
}

// holidays reads the code of a calendar of public holidays.
func holidays(r *document.Reader, v *document.Value) string {
	s := v.Scalar("the calendar of holidays")
	if s != "" && !holiday.Known(s) {
		r.Report(v, "holidays_unknown", "no calendar of public holidays is known as %q; %s", s, knownHolidays(s))
	}
	return s
}

// decodeRange reads from and before, and holds them against each other when
// both could be read.
func decodeRange[T ~int64](r *document.Reader, parent *document.Value, name string, read func(*document.Reader, *document.Value) T, format func(T) string) Range[T] {
	v := parent.Field(name)
	if !v.Object(name) {
		return Range[T]{}
	}
	from, before := decodeEnds(r, v, "from", "before", read, format)
	return Range[T]{from, before}
}

// decodeLevel reads above and upTo like a range.
func decodeLevel(r *document.Reader, v *document.Value, name string) Level {
	if !v.Object(name) {
		return Level{}
	}
	above, upTo := decodeEnds(r, v, "above", "upTo", power, formatPower)
	return Level{above, upTo}
}

func decodeEnds[T ~int64](r *document.Reader, v *document.Value, lower, upper string, read func(*document.Reader, *document.Value) T, format func(T) string) (low, high T) {
	known := len(r.Issues)
	low, high = read(r, v.Field(lower)), read(r, v.Field(upper))
	v.Done()
	switch {
	case len(r.Issues) > known:
	case high > 0 && low >= high:
		r.Report(v, "contradiction", "%s %s %s %s never matches; the lower bound must be below the upper", lower, format(low), upper, format(high))
	case v.Field(upper).Present() && high == 0:
		r.Report(v, "contradiction", "%s zero never matches; leave it out for no upper bound", upper)
	}
	return low, high
}

// choice reads one of the names that the values have as texts; an absent one is
// zero.
func choice[T interface {
	~uint8
	String() string
}](r *document.Reader, v *document.Value, what, code string, values ...T) T {
	s := v.Scalar(what)
	if s == "" {
		return 0
	}
	var names []string
	for _, value := range values {
		names = append(names, value.String())
	}
	return values[word(r, v, s, code, names)]
}

// knownHolidays names the calendars of the code's country, else those of all
// countries.
func knownHolidays(code string) string {
	country, _, _ := strings.Cut(code, "-")
	var own, countries []string
	for _, c := range holiday.Codes() {
		if at, region, is := strings.Cut(c, "-"); at == country {
			own = append(own, c)
		} else if !is && region == "" {
			countries = append(countries, c)
		}
	}
	if len(own) > 0 {
		return "of this country there are " + strings.Join(own, ", ")
	}
	return "the countries are " + strings.Join(countries, ", ") + ", some with regions such as DE-BY"
}

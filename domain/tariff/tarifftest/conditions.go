package tarifftest

import (
	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// condition draws a condition that can hold.
func (f Features) condition(k tariff.Kind) *rapid.Generator[tariff.Condition] {
	return rapid.Custom(func(t *rapid.T) tariff.Condition {
		var c tariff.Condition
		f.newer(t, &c, k)
		if !c.Always() && rapid.Bool().Draw(t, "nothing else") {
			return c
		}
		parts := rapid.IntRange(1, 31).Draw(t, "parts")
		if parts&1 != 0 {
			c.Time = rapid.SliceOfN(window(), 1, 3).Draw(t, "time")
		}
		if parts&2 != 0 {
			c.Days = calendar.Weekdays(rapid.IntRange(1, int(calendar.EveryDay)-1).Draw(t, "days"))
		}
		if parts&4 != 0 {
			c.DateFrom, c.DateBefore = dates(t, c.Days)
		}
		if c.Season != nil && c.DateFrom != nil {
			c.DateBefore = nil // the season comes round again
		}
		if parts&8 != 0 {
			c.Energy = span(t, "energy", amount())
		}
		if parts&16 != 0 {
			c.Duration = span(t, "duration", rapid.Int64Range(0, 12*3600))
		}
		return c
	})
}

// newer draws the conditions that plain tariffs do not have, each rarely.
func (f Features) newer(t *rapid.T, c *tariff.Condition, k tariff.Kind) {
	if f.has(Seasons) && rarely(t, "has season", 3) {
		c.Season = season().Draw(t, "season")
	}
	if f.has(Holidays) && rarely(t, "has holidays", 3) {
		both := rapid.Permutation(append([]string{""}, Calendars...)).Draw(t, "calendars")
		c.Holidays, c.NotHolidays = both[0], both[1]
	}
	if f.has(SpentTimes) && rarely(t, "has charging time", 4) {
		c.ChargingTime = span(t, "charging time", rapid.Int64Range(0, 4*3600))
	}
	if f.has(SpentTimes) && rarely(t, "has idle time", 4) {
		c.IdleTime = span(t, "idle time", rapid.Int64Range(0, 4*3600))
	}
	if f.has(Powers) && rarely(t, "has power", 2) {
		switch rapid.IntRange(0, 3).Draw(t, "of power") {
		case 0:
			c.Power = span(t, "power", power())
		case 1:
			c.Current = span(t, "current", rapid.Int64Range(0, 100_000))
		case 2:
			c.Average = level(t, "average")
		case 3:
			c.Peak = level(t, "peak")
		}
	}
	if f.has(Circumstances) && rarely(t, "has circumstances", 2) {
		circumstances(t, c, k)
	}
}

func circumstances(t *rapid.T, c *tariff.Condition, k tariff.Kind) {
	parts := rapid.IntRange(1, 7).Draw(t, "circumstances")
	if parts&1 != 0 {
		c.Supply = rapid.SampledFrom([]tariff.Supply{tariff.AC, tariff.DC}).Draw(t, "supply")
	}
	if parts&2 != 0 {
		c.Mode = rapid.SampledFrom([]session.Mode{session.Regular, session.Boosted, session.Optimised}).Draw(t, "mode")
	}
	if parts&4 != 0 {
		c.EVSEPower = span(t, "EVSE power", power())
	}
	if k == tariff.Reservation || k == tariff.ReservationFee {
		c.Reservation = rapid.SampledFrom([]tariff.Outcome{tariff.AnyOutcome, tariff.Used, tariff.Expired}).Draw(t, "reservation")
	}
}

// season draws a part of the year that begins or ends near one of Days, or
// anywhere.
func season() *rapid.Generator[*tariff.Season] {
	return rapid.Custom(func(t *rapid.T) *tariff.Season {
		days := rapid.SliceOfNDistinct(rapid.SampledFrom([]tariff.MonthDay{101, 229, 308, 329, 405, 504, 906, 1004, 1025, 1225, 1231, 301, 615}), 2, 2, rapid.ID[tariff.MonthDay]).Draw(t, "days")
		return &tariff.Season{From: days[0], Before: days[1]}
	})
}

func level(t *rapid.T, name string) tariff.Level {
	r := span(t, name, power())
	return tariff.Level{Above: r.From, UpTo: r.Before}
}

func window() *rapid.Generator[calendar.Window] {
	return rapid.Custom(func(t *rapid.T) calendar.Window {
		step := rapid.SampledFrom([]int32{3600, 900, 1}).Draw(t, "step")
		from := rapid.Int32Range(0, 86400/step-1).Draw(t, "from") * step
		long := rapid.Int32Range(1, 86400/step-1).Draw(t, "length") * step
		to := from + long
		if to > 86400 {
			to -= 86400
		}
		return calendar.Window{From: calendar.TimeOfDay(from), To: calendar.TimeOfDay(to)}
	})
}

func dates(t *rapid.T, days calendar.Weekdays) (from, before *calendar.Date) {
	first := rapid.SampledFrom(Days).Draw(t, "day") + calendar.Date(rapid.IntRange(-2, 2).Draw(t, "days off"))
	long := calendar.Date(rapid.IntRange(1, 3).Draw(t, "days long"))
	if days != 0 {
		long += 7
	}
	last := first + long
	switch rapid.IntRange(0, 2).Draw(t, "sides") {
	case 0:
		return &first, nil
	case 1:
		return nil, &last
	}
	return &first, &last
}

// span draws bounds with from below before; zero bounds are open.
func span[T ~int64](t *rapid.T, name string, g *rapid.Generator[T]) tariff.Range[T] {
	from, before := g.Draw(t, name+" from"), g.Draw(t, name+" before")
	if before > 0 && from >= before {
		from, before = before-1, from+1
	}
	if from == 0 && before == 0 {
		before = 1
	}
	return tariff.Range[T]{From: from, Before: before}
}

package tariff

import (
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
)

func encodeDimension(d Dimension, k Kind) string {
	w := &object{}
	positive(w, "grace", d.Grace, formatDuration)
	positive(w, "block", d.Block, portionFormat(k))
	optionally(w, "atMost", d.AtMost)
	var rules []string
	for _, r := range d.Rules {
		rules = append(rules, encodeRule(r, k))
	}
	w.list("rules", rules)
	return w.close()
}

// portionFormat writes blocks and steps of a dimension.
func portionFormat(k Kind) func(int64) string {
	if k.Measure() == InEnergy {
		return func(n int64) string { return formatEnergy(energy.Quantity(n)) }
	}
	return formatDuration
}

func encodeRule(r Rule, k Kind) string {
	w := &object{}
	if r.Feed != nil {
		w.raw("price", encodeFeed(*r.Feed, r.Per))
	} else {
		w.text("price", r.Price.String()+r.Per.String())
	}
	positive(w, "step", r.Step, portionFormat(k))
	if r.Untaxed {
		w.text("tax", "none")
	} else {
		w.list("tax", encodeTaxes(r.Taxes))
	}
	w.raw("when", encodeCondition(r.When))
	return w.close()
}

func encodeFeed(f FeedPrice, per Unit) string {
	w := &object{}
	w.text("feed", f.Feed)
	positive(w, "tax", f.Tax, FormatRate)
	if f.Percentage != Whole {
		w.text("percentage", FormatRate(f.Percentage))
	}
	if f.Addition != 0 {
		w.text("addition", f.Addition.String())
	}
	optionally(w, "floor", f.Floor)
	optionally(w, "ceiling", f.Ceiling)
	w.text("fallback", f.Fallback.String()+per.String())
	if f.FallbackPercentage != Whole {
		w.text("fallbackPercentage", FormatRate(f.FallbackPercentage))
	}
	return w.close()
}

func encodeCondition(c Condition) string {
	w := &object{}
	var windows, days []string
	for _, t := range c.Time {
		windows = append(windows, quote(t.String()))
	}
	w.list("time", windows)
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); c.Days.Has(day) {
			days = append(days, quote(calendar.WeekdayName(day)))
		}
	}
	w.list("days", days)
	dates := &object{}
	optionally(dates, "from", c.DateFrom)
	optionally(dates, "before", c.DateBefore)
	w.raw("dates", dates.close())
	if c.Season != nil {
		season := &object{}
		season.text("from", c.Season.From.String())
		season.text("before", c.Season.Before.String())
		w.raw("season", season.close())
	}
	w.textIf(c.Holidays != "", "holidays", c.Holidays)
	w.textIf(c.NotHolidays != "", "notHolidays", c.NotHolidays)
	encodeRange(w, "energy", c.Energy, formatEnergy)
	encodeRange(w, "duration", c.Duration, formatDuration)
	encodeRange(w, "chargingTime", c.ChargingTime, formatDuration)
	encodeRange(w, "idleTime", c.IdleTime, formatDuration)
	encodeRange(w, "power", c.Power, formatPower)
	encodeRange(w, "current", c.Current, formatCurrent)
	encodeEnds(w, "averagePower", "above", "upTo", c.Average.Above, c.Average.UpTo, formatPower)
	encodeEnds(w, "peakPower", "above", "upTo", c.Peak.Above, c.Peak.UpTo, formatPower)
	w.textIf(c.Supply != UnknownSupply, "supply", c.Supply.String())
	encodeRange(w, "evsePower", c.EVSEPower, formatPower)
	w.textIf(c.Mode != session.AnyMode, "mode", c.Mode.String())
	w.textIf(c.Reservation != AnyOutcome, "reservation", c.Reservation.String())
	return w.close()
}

func encodeRange[T ~int64](o *object, name string, r Range[T], format func(T) string) {
	encodeEnds(o, name, "from", "before", r.From, r.Before, format)
}

func encodeEnds[T ~int64](o *object, name, lower, upper string, low, high T, format func(T) string) {
	w := &object{}
	positive(w, lower, low, format)
	positive(w, upper, high, format)
	o.raw(name, w.close())
}

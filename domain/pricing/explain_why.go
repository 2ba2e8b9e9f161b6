package pricing

import (
	"strconv"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

func (x *explainer) why(i int) Reason {
	l := &x.r.Lines[i]
	limit, amount := map[string]string{"limit": l.Limit.String()}, x.Money(l.Limit, x.r.Currency)
	switch l.Kind {
	case Free:
		return Reason{WhyNoRule, map[string]string{"dimension": l.Dimension.String()}, x.w.noRule}
	case Waived:
		return Reason{WhyFailed, x.thresholds(), x.w.failed(x.below())}
	case Cap:
		return Reason{WhyCap, limit, x.w.capped(x.w.titles[l.Dimension], amount)}
	case FreeAmount:
		return Reason{WhyFreeAmount, limit, x.w.firstFree(amount)}
	case Minimum:
		return Reason{WhyMinimum, limit, x.w.atLeast(amount)}
	case Maximum:
		return Reason{WhyMaximum, limit, x.w.atMost(amount)}
	case DayMaximum:
		return x.whyDay(l)
	case MinimumWithTax:
		return Reason{WhyMinimumWithTax, limit, x.w.atLeastWithTax(amount)}
	case MaximumWithTax:
		return Reason{WhyMaximumWithTax, limit, x.w.atMostWithTax(amount)}
	case TaxOn:
		return x.whyTax(i)
	}
	return x.rule(l)
}

// whyDay says what was left of the driver's maximum on the day.
func (x *explainer) whyDay(l *Line) Reason {
	params := map[string]string{"limit": l.Limit.String(), "date": l.Day.String()}
	limit, left := x.Money(l.Limit, x.r.Currency), ""
	most, err := asExact(l.Limit)
	if day, ok := x.day(l.Day); ok && err == nil {
		params["left"] = day.String()
		if day.Cmp(most) < 0 {
			left = x.exactMoney(day.Rat())
		}
	}
	return Reason{WhyDayMaximum, params, x.w.atMostPerDay(limit, left)}
}

// day is what a day costs in the end.
func (x *explainer) day(on calendar.Date) (money.Exact, bool) {
	for _, d := range x.r.Days {
		if d.Date == on {
			return d.Amount, true
		}
	}
	return money.Exact{}, false
}

// whyTax says what a tax is levied on.
func (x *explainer) whyTax(i int) Reason {
	l := &x.r.Lines[i]
	params := map[string]string{"name": l.Tax, "rate": tariff.FormatRate(l.Rate), "net": x.taxBase(i).String()}
	if x.onTop(l.Tax, l.Rate) {
		params["onTop"] = "true"
		return Reason{WhyTaxOnTop, params, x.w.taxOnSum}
	}
	return Reason{WhyTaxOnTop, params, x.w.taxOnTop}
}

// onTop reports whether the document levies the tax on others, too.
func (x *explainer) onTop(name string, rate int64) bool {
	lists := [][]tariff.Tax{x.d.Taxes}
	for k := range x.d.Dimensions {
		for _, r := range x.d.Dimensions[k].Rules {
			lists = append(lists, r.Taxes)
		}
	}
	for _, list := range lists {
		for _, t := range list {
			if t.OnTop && t.Name == name && t.Rate == rate {
				return true
			}
		}
	}
	return false
}

// ruleOf is the rule of a line in the document, or nil where the document is
// not the one that priced it.
func (x *explainer) ruleOf(l *Line) *tariff.Rule {
	rules := x.d.Dimension(l.Dimension).Rules
	if l.Rule < 0 || l.Rule >= len(rules) {
		return nil
	}
	return &rules[l.Rule]
}

// rule names the rule by its place in the document, with what it asks for.
func (x *explainer) rule(l *Line) Reason {
	out := Reason{Code: WhyRule, Params: map[string]string{"rule": lineName(*l)}}
	rule := x.ruleOf(l)
	if rule == nil {
		return out // the place is all there is to say
	}
	conditionParams(&rule.When, out.Params)
	switch {
	case !rule.When.Always():
		out.Text = x.When(l.Dimension, rule.When)
	case l.Rule == 0:
		out.Code, out.Text = WhyOnlyRule, x.w.always
	default:
		out.Code, out.Text = WhyOtherwise, x.w.otherwise
	}
	return out
}

// params gathers what is set.
type params map[string]string

func (p params) put(name, value string) {
	if value != "" {
		p[name] = value
	}
}

// bounds puts both bounds of a range, open ones left out.
func bounds[T ~int64](p params, name, lower, upper string, from, before T, text func(T) string) {
	if from != 0 {
		p[name+lower] = text(from)
	}
	if before != 0 {
		p[name+upper] = text(before)
	}
}

func ranged[T ~int64](p params, name string, r tariff.Range[T], text func(T) string) {
	bounds(p, name, "From", "Before", r.From, r.Before, text)
}

func conditionParams(c *tariff.Condition, into params) {
	var windows, days []string
	for _, w := range c.Time {
		windows = append(windows, w.String())
	}
	for _, d := range daysOf(c.Days) {
		days = append(days, calendar.WeekdayName(d))
	}
	into.put("time", strings.Join(windows, " "))
	into.put("days", strings.Join(days, " "))
	if c.DateFrom != nil {
		into["datesFrom"] = c.DateFrom.String()
	}
	if c.DateBefore != nil {
		into["datesBefore"] = c.DateBefore.String()
	}
	if c.Season != nil {
		into["seasonFrom"], into["seasonBefore"] = c.Season.From.String(), c.Season.Before.String()
	}
	into.put("holidays", c.Holidays)
	into.put("notHolidays", c.NotHolidays)
	seconds := func(n int64) string { return strconv.FormatInt(n, 10) }
	ranged(into, "energy", c.Energy, energy.Quantity.String)
	ranged(into, "duration", c.Duration, seconds)
	ranged(into, "chargingTime", c.ChargingTime, seconds)
	ranged(into, "idleTime", c.IdleTime, seconds)
	ranged(into, "power", c.Power, kilowatts)
	ranged(into, "current", c.Current, func(n int64) string { return plain(n, 1000) })
	bounds(into, "averagePower", "Above", "UpTo", c.Average.Above, c.Average.UpTo, kilowatts)
	bounds(into, "peakPower", "Above", "UpTo", c.Peak.Above, c.Peak.UpTo, kilowatts)
	into.put("supply", c.Supply.String())
	ranged(into, "evsePower", c.EVSEPower, kilowatts)
	into.put("mode", c.Mode.String())
	into.put("reservation", c.Reservation.String())
}

func kilowatts(p energy.Power) string { return plain(int64(p), int64(energy.KW)) }

// plain is n/size as a decimal without needless zeros; size is a power of ten.
func plain(n, size int64) string {
	whole, rest := strconv.FormatInt(n/size, 10), strconv.FormatInt(size+n%size, 10)[1:]
	return strings.TrimSuffix(whole+"."+strings.TrimRight(rest, "0"), ".")
}

// length is the session's duration in seconds: its times, which leave out the
// gaps of a merged one. A record of another party may tell no times.
func (x *explainer) length() int64 {
	if told := x.r.ChargingTime + x.r.IdleTime + x.r.PausedTime; told > 0 {
		return told
	}
	return int64(x.r.To - x.r.From)
}

// thresholds are what the session had to reach, and what it did.
func (x *explainer) thresholds() map[string]string {
	f := x.d.FailedStart
	out := map[string]string{"energy": x.r.Energy.String(), "duration": strconv.FormatInt(x.length(), 10)}
	if f.Energy > 0 {
		out["energyNeeded"] = f.Energy.String()
	}
	if f.Duration > 0 {
		out["durationNeeded"] = strconv.FormatInt(f.Duration, 10)
	}
	return out
}

// below names the thresholds that the session missed; none where the default
// ones hold.
func (x *explainer) below() []string {
	f := x.d.FailedStart
	var out []string
	if x.r.Energy < f.Energy {
		out = append(out, x.Energy(f.Energy))
	}
	if x.length() < f.Duration {
		out = append(out, x.Duration(f.Duration))
	}
	return out
}

package tariff

import (
	"slices"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
)

// Language writes prices, quantities, times and conditions the way a language
// does. The zero value is not usable; In makes one.
type Language struct{ g *grammar }

// grammar is what differs between languages: words, and small functions where
// words change places.
type grammar struct {
	code      string
	point     string // between a number and its decimals
	percent   string // after a rate, with the space where there is one
	semicolon string
	and       string

	free         string
	energyFree   string // energy that costs nothing at any time
	allFree      string // a document that prices nothing but, perhaps, idle time
	freeElsewhen string
	noFee        string // a session fee of zero
	perSession   string
	otherwise    string
	then         string

	// rated is the first price of a dimension with its condition, which may be
	// empty.
	rated  func(k Kind, price, when string) string
	credit func(price string) string
	// grace comes before the price, with whatever stands between.
	grace  func(duration string) string
	atMost func(amount string) string
	// total has one bound empty where it is not set.
	total       func(least, most string) string
	failedStart func(fee, least bool, below []string) string
	// lock names the locked dimensions; none stands for all that could change.
	lock func(locked []Kind) string
	// tax has the list of named taxes, which may be empty.
	tax      func(t Terms, list string) string
	taxed    func(name, rate string) string
	taxNames map[string]string // of taxes that the language has a name for

	window func(from, to calendar.TimeOfDay) string
	// outside is a window that passes midnight, said of single days: the days'
	// two ends.
	outside func(from, to calendar.TimeOfDay) string
	days    func(ranges [][2]time.Weekday, single []time.Weekday) string
	date    func(year int, month time.Month, day int) string
	// dates has the first and the last day, one of them empty where it is
	// open; both are the same for a single day. The first has no year where it
	// is the last one's.
	dates    func(first, last string) string
	shortDay func(month time.Month, day int) string
	// energy and duration have a bound empty where it is open.
	energy   func(from, before string) string
	duration func(from, before string) string
}

var grammars = []*grammar{&english, &french, &german}

// Languages lists the codes of the languages that prices can be described in.
func Languages() []string {
	var codes []string
	for _, g := range grammars {
		codes = append(codes, g.code)
	}
	return codes
}

// In is the language of a tag such as "fr" or "de-AT"; English where it is not
// one of Languages.
func In(tag string) Language {
	tag, _, _ = strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	for _, g := range grammars {
		if g.code == tag {
			return Language{g}
		}
	}
	return Language{&english}
}

// Code is the language's code, "en".
func (l Language) Code() string { return l.g.code }

// Number is a plain decimal such as "-0.49" with the language's decimal sign
// and a typographic minus.
func (l Language) Number(decimal string) string {
	if body, negative := strings.CutPrefix(decimal, "-"); negative {
		decimal = "−" + body
	}
	return strings.Replace(decimal, ".", l.g.point, 1)
}

// Money is a price or bound with its currency, "0.495 EUR"; all its decimals
// are kept.
func (l Language) Money(p money.Price, c money.Currency) string {
	return l.Number(priceText(p, c)) + " " + string(c)
}

// Amount is an amount with its currency, "12.30 EUR".
func (l Language) Amount(a money.Amount) string {
	return l.Number(a.String()) + " " + string(a.Currency)
}

// UnitPrice is a price with currency and unit, "0.49 EUR/kWh"; a fixed fee has
// no unit.
func (l Language) UnitPrice(p money.Price, per Unit, c money.Currency) string {
	return l.Money(p, c) + per.String()
}

// Energy is a quantity in kWh without trailing zeros, "10.5 kWh".
func (l Language) Energy(q energy.Quantity) string { return l.Number(formatEnergy(q)) }

// Duration is a number of seconds in hours, minutes and seconds, "1 h 30 min".
func (l Language) Duration(seconds int64) string { return formatDuration(seconds) }

// Rate is a rate in millionths as a percentage, "19%".
func (l Language) Rate(millionths int64) string {
	return l.Number(FormatRate(millionths)) + l.g.percent
}

// Tax is a tax with its rate, "19% VAT". Common abbreviations are translated.
func (l Language) Tax(name string, millionths int64) string {
	return l.g.taxed(l.TaxName(name), l.Rate(millionths))
}

// TaxName is the name of a tax, translated where it is a common abbreviation.
func (l Language) TaxName(name string) string {
	if own, ok := l.g.taxNames[name]; ok {
		return own
	}
	return name
}

// Date is a day in words, "3 May 2026".
func (l Language) Date(d calendar.Date) string {
	y, m := d.YearMonth()
	return l.g.date(y, m, dayOfMonth(d))
}

func dayOfMonth(d calendar.Date) int {
	y, m := d.YearMonth()
	return int(d-calendar.NewDate(y, m, 1)) + 1
}

// Condition is a condition in words, such as "Monday to Friday from 07:00 to
// 22:00"; empty where it always holds.
func (l Language) Condition(c Condition) string {
	var counted, parts []string
	if c.Energy.From > 0 || c.Energy.Before > 0 {
		counted = append(counted, l.g.energy(positiveText(c.Energy.From, l.Energy), positiveText(c.Energy.Before, l.Energy)))
	}
	if c.Duration.From > 0 || c.Duration.Before > 0 {
		counted = append(counted, l.g.duration(positiveText(c.Duration.From, l.Duration), positiveText(c.Duration.Before, l.Duration)))
	}
	if len(counted) > 0 {
		parts = append(parts, joinList(counted, l.g.and))
	}
	if c.Days != 0 && c.Days != calendar.EveryDay {
		parts = append(parts, l.g.days(dayRuns(c.Days)))
	}
	if len(c.Time) > 0 {
		parts = append(parts, l.windows(c))
	}
	if c.DateFrom != nil || c.DateBefore != nil {
		parts = append(parts, l.dates(c.DateFrom, c.DateBefore))
	}
	return strings.Join(parts, " ")
}

func positiveText[T int64 | energy.Quantity](v T, text func(T) string) string {
	if v <= 0 {
		return ""
	}
	return text(v)
}

// windows names the times of day. A window past midnight goes by the date of
// each moment, so on chosen days it is said as their beginning and end: "on
// Saturdays from 22:00 to 06:00" would be taken to reach into Sunday.
func (l Language) windows(c Condition) string {
	chosen := c.Days != 0 && c.Days != calendar.EveryDay ||
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

// named are the names of the kinds, in order.
func named(all []Kind, names map[Kind]string) []string {
	out := make([]string, len(all))
	for i, k := range all {
		out[i] = names[k]
	}
	return out
}

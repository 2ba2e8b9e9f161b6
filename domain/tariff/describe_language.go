package tariff

import (
	"strings"
	"time"

	"golang.org/x/text/language/display"

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
	names     *display.Dictionary // of countries
	point     string              // between a number and its decimals
	percent   string              // after a rate, with the space where there is one
	semicolon string
	and       string
	or        string

	free             string
	energyFree       string // energy that costs nothing at any time
	allFree          string // a document that prices nothing but, perhaps, idle time
	freeElsewhen     string
	noFee            string // a session fee of zero
	noReservationFee string
	noCredit         string // energy given back for nothing
	perSession       string
	perReservation   string
	otherwise        string
	then             string
	flat             string // after an amount that is due once
	plus, minus      string
	untaxed          string
	unlessIdle       string // after a step that priced idle time makes void
	unlessStated     string // after taxes from which some prices differ
	// per names the units in which feeds have prices.
	per map[Unit]string

	// rated is the first price of a dimension with its condition, which may be
	// empty.
	rated  func(k Kind, price, when string) string
	credit func(price string) string
	// grace comes before the price, with whatever stands between.
	grace  func(k Kind, duration string) string
	blocks func(size string) string
	// steps has no size where the rules have different ones.
	steps   func(k Kind, size string) string
	ownStep func(size string) string
	atLeast func(amount string) string
	atMost  func(amount string) string
	// feed is a price made of a feed's value; percentage and tax are empty where
	// they change nothing.
	feed    func(name, per, percentage, tax string) string
	missing func(price string) string // where the feed has no value
	share   func(percentage, price string) string
	// total and totalWithTax have one bound empty where it is not set.
	total        func(least, most string) string
	totalWithTax func(least, most string) string
	freeAmount   func(amount string) string
	perDay       func(amount string) string
	failedStart  func(fee, least bool, below []string) string // below nothing: due for every session
	// lock names the locked dimensions; none stands for all that could change.
	lock         func(locked []Kind) string
	idleByPower  func(power, duration string) string
	idleByCharge func(charge string) string
	stopped      func(at string) string
	stopAt       func(quantity string) string
	stopAfter    func(duration string) string
	held         func(amount string) string
	instant      func(date string, t calendar.TimeOfDay) string
	valid        func(from, before string) string // one is empty where it is open
	// tax has the list of named taxes, which may be empty.
	tax       func(t Terms, list string) string
	taxStated func(t Terms) string // where every price has named its own
	ownTax    func(t Terms, list string) string
	onTop     func(tax string) string
	taxed     func(name, rate string) string
	taxNames  map[string]string // of taxes that the language has a name for

	whenWords
}

// whenWords are the words for conditions.
type whenWords struct {
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
	// season has the first and the last day, which are the same for a single
	// one; the last is empty for the end of February.
	season   func(first, last string) string
	months   func(first, last time.Month) string
	holidays func(on bool, place string) string
	// energy is that which a price counts, charged that of the session beside
	// another price. These and all below have a bound empty where it is open.
	energy  func(from, before string) string
	charged func(from, before string) string
	elapsed func(of spell, from, before string) string
	ranged  func(from, before string) string
	level   func(above, upTo string) string
	// What stands before ranged and level:
	power, current, average, peak string
	place                         [3]string // by Supply
	mode                          [4]string // by session.Mode
	outcome                       [3]string // by Outcome
}

// spell is the time that a condition counts.
type spell uint8

const (
	spellPluggedIn spell = iota
	spellReserved
	spellCharging
	spellIdle
)

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
// no unit, and what is due once is said to be flat.
func (l Language) UnitPrice(p money.Price, per Unit, c money.Currency) string {
	if per == Flat {
		return l.Money(p, c) + " " + l.g.flat
	}
	return l.Money(p, c) + per.String()
}

// Energy is a quantity in kWh without trailing zeros, "10.5 kWh".
func (l Language) Energy(q energy.Quantity) string { return l.Number(formatEnergy(q)) }

// Power is a power in W below a kilowatt and in kW from there on, "11 kW".
func (l Language) Power(p energy.Power) string { return l.Number(formatPower(p)) }

// Current is a current in amperes, "16 A".
func (l Language) Current(milliamperes int64) string { return l.Number(formatCurrent(milliamperes)) }

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

// named are the names of the kinds, in order.
func named(all []Kind, names map[Kind]string) []string {
	out := make([]string, len(all))
	for i, k := range all {
		out[i] = names[k]
	}
	return out
}

// priceText is the price with no fewer decimals than the currency's amounts
// have, and no zero at its end where they have none.
func priceText(p money.Price, c money.Currency) string {
	s := p.String()
	if c.Digits() == 0 {
		return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	for len(s)-strings.IndexByte(s, '.')-1 < c.Digits() {
		s += "0"
	}
	return s
}

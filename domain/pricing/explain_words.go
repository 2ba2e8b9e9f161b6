package pricing

import (
	"time"

	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// words is what explanations say in one language; quantities and prices come
// ready from tariff.Language.
type words struct {
	titles  [tariff.Kinds]string
	capOn   func(title string) string
	minimum string
	maximum string

	freeAmount     string
	dayMaximum     func(day string) string
	minimumWithTax string
	maximumWithTax string

	always    string
	otherwise string
	noRule    string
	// failed has the thresholds that were missed; none where the default ones
	// hold.
	failed   func(below []string) string
	capped   func(title, amount string) string
	atLeast  func(amount string) string
	atMost   func(amount string) string
	taxOnTop string
	taxOnSum string // of a tax that is levied on others, too
	// atMostPerDay has what was left of the limit, empty where that was all.
	atMostPerDay   func(limit, left string) string
	firstFree      func(amount string) string
	atLeastWithTax func(amount string) string
	atMostWithTax  func(amount string) string

	grace      func(duration string) string
	free       string
	waived     string
	locked     string
	capHit     string
	minimumHit string
	maximumHit string
	shared     func(own, amount string) string

	blocks       func(n int64, size string) string
	step         func(size string) string
	averagePower func(power string) string
	peakPower    func(power string) string
	credit       string
	untaxed      string
	ownTax       func(taxes string) string
	// feedValue and feedMissing come before the sum that made the price.
	feedValue   func(feed, at string) string
	feedMissing func(feed string) string
	raised      func(limit string) string
	lowered     func(limit string) string
	rounded     func(price string) string

	roundedTotal func(exact, total string, even, lines bool) string
	roundedLines func(even bool) string
	notRounded   func(total string, lines bool) string
	beforeTax    string // after an amount to which tax comes
	net          func(sum, net string) string
	tax          func(tax, sum, amount string) string
	netOf        func(tax, sum, net string) string // of the part that bears the tax
	sharedBase   func(tax, base, part string) string
	untaxedPart  func(amount string) string
	taxBound     func(tax, amount string) string

	chargingFor func(duration string) string
	idleFor     func(duration string) string
	pausedFor   func(duration string) string
	reservedFor func(duration string) string
	givenBack   func(energy string) string
	notes       map[string]string

	version func(number int) string
	billed  func(measured, billed string) string
	// What stands behind a stretch that is not billed as it was measured:
	freeSpan   string
	inBlock    string
	billedSpan func(billed string) string
	// semicolon stands between two remarks, colon before a sum.
	semicolon string
	colon     string
	byDay     string
	more      func(n int) string
	total     string
}

var wordsOf = map[string]*words{"en": &englishWords, "fr": &frenchWords, "de": &germanWords}

// wordsIn has words for every language of tariff.Languages
// (TestEveryLanguageHasWords).
func wordsIn(code string) *words { return wordsOf[code] }

// daysOf lists the days of a set, Monday first.
func daysOf(set calendar.Weekdays) []time.Weekday {
	var out []time.Weekday
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); set.Has(d) {
			out = append(out, d)
		}
	}
	return out
}

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

	grace      func(duration string) string
	free       string
	waived     string
	locked     string
	capHit     string
	minimumHit string
	maximumHit string
	shared     func(own, amount string) string

	roundedTotal func(exact, total string, even, lines bool) string
	roundedLines func(even bool) string
	notRounded   func(total string, lines bool) string
	beforeTax    string // after an amount to which tax comes
	net          func(sum, net string) string
	tax          func(tax, sum, amount string) string

	chargingFor func(duration string) string
	idleFor     func(duration string) string
	notes       map[string]string

	version  func(number int) string
	billed   func(measured, billed string) string
	freeSpan string
	// semicolon stands between two remarks.
	semicolon string
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

package tariff

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kwote/domain/money"
)

// Part names what a phrase is about.
type Part string

// The parts of a description, in the order in which they are read out: per
// kWh, per minute, per session, others (AFIR art. 5(4)).
const (
	PartEnergy      Part = "energy"
	PartCharging    Part = "charging"
	PartIdle        Part = "idle"
	PartSession     Part = "session"
	PartTotal       Part = "total"
	PartLock        Part = "lock"
	PartFailedStart Part = "failedStart"
	PartTax         Part = "tax"
)

// Phrase is one part of a price in words, without a capital letter at its
// beginning or a full stop at its end.
type Phrase struct {
	Part Part
	Text string
}

// Describe is the price in words, one phrase per part that the document sets,
// and one on tax where there is a price. Languages are those of Languages;
// others read English.
func Describe(d Document, lang string) []Phrase {
	t := telling{Language: In(lang), doc: &d}
	var out []Phrase
	say := func(p Part, text string) {
		if text != "" {
			out = append(out, Phrase{p, text})
		}
	}
	if t.chargingIsFree() {
		say(PartEnergy, t.g.allFree)
	}
	for k := range kinds {
		say(Part(k.String()), t.dimension(k))
	}
	say(PartTotal, t.total())
	say(PartLock, t.lock())
	say(PartFailedStart, t.failedStart())
	say(PartTax, t.tax())
	return out
}

// Sentence is the whole description as running text: the prices in one
// sentence, what a failed start owes and the tax in one each.
func Sentence(d Document, lang string) string {
	g := In(lang).g
	var prices, after []string
	for _, p := range Describe(d, lang) {
		if p.Part == PartLock || p.Part == PartFailedStart || p.Part == PartTax {
			after = append(after, capital(p.Text))
			continue
		}
		prices = append(prices, p.Text)
	}
	all := append([]string{capital(strings.Join(prices, g.semicolon))}, after...)
	for i, s := range all {
		if !strings.HasSuffix(s, ".") { // "MwSt." ends a sentence by itself
			all[i] = s + "."
		}
	}
	return strings.Join(all, " ")
}

// TitleIn is the document's text for drivers in the language, else in
// English, else in any other, else its name.
func TitleIn(d Document, lang string) string {
	for _, l := range append([]string{lang, In(lang).Code(), "en"}, slices.Sorted(maps.Keys(d.Title))...) {
		if text := d.Title[l]; text != "" {
			return text
		}
	}
	return d.Name
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// telling describes one document in one language.
type telling struct {
	Language
	doc *Document
}

// chargingIsFree reports that neither energy, charging time, a session fee nor
// a minimum has a price, which has to be said: a reader who finds no price
// would take it for forgotten.
func (t telling) chargingIsFree() bool {
	d := t.doc
	return len(d.Dimension(Energy).Rules)+len(d.Dimension(Charging).Rules)+len(d.Dimension(Session).Rules) == 0 && d.Total.AtLeast == nil
}

func (t telling) somethingToPay() bool {
	for k := range kinds {
		if slices.ContainsFunc(t.doc.Dimension(k).Rules, func(r Rule) bool { return r.Price != 0 }) {
			return true
		}
	}
	return t.doc.Total.AtLeast != nil
}

// dimension reads the rules in order up to the first that always holds; those
// behind it never speak.
func (t telling) dimension(k Kind) string {
	d := t.doc.Dimension(k)
	if len(d.Rules) == 0 {
		return ""
	}
	rules := d.Rules
	if i := slices.IndexFunc(rules, func(r Rule) bool { return r.When.Always() }); i >= 0 {
		rules = rules[:i+1]
	}
	pieces := make([]string, len(rules))
	for i, r := range rules {
		pieces[i] = t.rule(k, rules[:i], r)
	}
	text := strings.Join(pieces, ", ")
	if d.Grace > 0 {
		text = t.g.grace(t.Duration(d.Grace)) + text
	}
	if d.AtMost != nil {
		text += ", " + t.g.atMost(t.Money(*d.AtMost, t.doc.Currency))
	}
	// What comes on top of a price is not always due, which goes without
	// saying. A hole in the price itself does not.
	main := k == Energy || k == Charging && len(t.doc.Dimension(Energy).Rules) == 0
	if main && !coversEverything(rules) {
		text += ", " + t.elsewhere(rules)
	}
	return text
}

func (t telling) elsewhere(rules []Rule) string {
	for _, r := range rules {
		if r.When.Counts() {
			return t.g.otherwise + " " + t.g.free
		}
	}
	return t.g.freeElsewhen
}

// rule is one price with its condition, and with how it follows the earlier
// ones.
func (t telling) rule(k Kind, earlier []Rule, r Rule) string {
	price := t.price(k, r)
	when := t.Condition(r.When)
	if len(earlier) > 0 {
		text := price
		if when != "" {
			text += " " + when
		}
		return t.link(earlier, r) + text
	}
	if k == Energy && r.Price == 0 && when == "" {
		return t.g.energyFree
	}
	return t.g.rated(k, price, when)
}

func (t telling) price(k Kind, r Rule) string {
	switch {
	case r.Price == 0 && k == Session:
		return t.g.noFee
	case r.Price == 0:
		return t.g.free
	case r.Price < 0:
		return t.g.credit(t.UnitPrice(-r.Price, r.Per, t.doc.Currency))
	case k == Session:
		return t.UnitPrice(r.Price, r.Per, t.doc.Currency) + " " + t.g.perSession
	}
	return t.UnitPrice(r.Price, r.Per, t.doc.Currency)
}

// link is "then" after prices for the beginning of a session, "otherwise"
// where an earlier rule may speak first, and nothing where none can.
func (t telling) link(earlier []Rule, r Rule) string {
	if r.When.Always() {
		if fromTheStart(earlier) {
			return t.g.then + " "
		}
		return t.g.otherwise + " "
	}
	b := boxOf(r.When)
	for _, e := range earlier {
		if boxOf(e.When).meets(b) {
			return t.g.otherwise + " "
		}
	}
	return ""
}

// fromTheStart reports whether the rules hold, one after the other, from the
// beginning of a session up to some energy or some duration.
func fromTheStart(rules []Rule) bool {
	var energy, seconds int64
	for i, r := range rules {
		c := r.When
		if c.Clocked() {
			return false
		}
		byEnergy := c.Duration.From == 0 && c.Duration.Before == 0 && int64(c.Energy.From) <= energy && c.Energy.Before > 0
		byTime := c.Energy.From == 0 && c.Energy.Before == 0 && c.Duration.From <= seconds && c.Duration.Before > 0
		if byEnergy && (i == 0 || energy > 0) {
			energy = int64(c.Energy.Before)
			continue
		}
		if byTime && (i == 0 || seconds > 0) {
			seconds = c.Duration.Before
			continue
		}
		return false
	}
	return true
}

func (t telling) total() string {
	least, most := "", ""
	if t.doc.Total.AtLeast != nil {
		least = t.Money(*t.doc.Total.AtLeast, t.doc.Currency)
	}
	if t.doc.Total.AtMost != nil {
		most = t.Money(*t.doc.Total.AtMost, t.doc.Currency)
	}
	if least == "" && most == "" {
		return ""
	}
	return t.g.total(least, most)
}

// lock is said only where a locked dimension has a price that the clock or the
// date could change.
func (t telling) lock() string {
	var locked, open []Kind
	for k := range kinds {
		if !t.doc.Dimension(k).Clocked() {
			continue
		}
		if t.doc.Locked.Has(k) {
			locked = append(locked, k)
		} else {
			open = append(open, k)
		}
	}
	switch {
	case len(locked) == 0:
		return ""
	case len(open) == 0:
		return t.g.lock(nil)
	}
	return t.g.lock(locked)
}

// failedStart is said only where it is set and something depends on it.
func (t telling) failedStart() string {
	f := t.doc.FailedStart
	fee, least := len(t.doc.Dimension(Session).Rules) > 0, t.doc.Total.AtLeast != nil
	if f == (FailedStart{}) || !fee && !least {
		return ""
	}
	var below []string
	if f.Energy > 0 {
		below = append(below, t.Energy(f.Energy))
	}
	if f.Duration > 0 {
		below = append(below, t.Duration(f.Duration))
	}
	return t.g.failedStart(fee, least, below)
}

func (t telling) tax() string {
	if !t.somethingToPay() {
		return ""
	}
	var list []string
	for _, x := range t.doc.Taxes {
		list = append(list, t.Tax(x.Name, x.Rate))
	}
	return t.g.tax(t.doc.Terms, joinList(list, t.g.and))
}

// joinList is "a", "a and b", "a, b and c".
func joinList(items []string, and string) string {
	n := len(items)
	if n < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:n-1], ", ") + " " + and + " " + items[n-1]
}

// priceText is the price with no fewer decimals than the currency's amounts
// have, and none where they have none and the price needs none.
func priceText(p money.Price, c money.Currency) string {
	s := p.String()
	if c.Digits() == 0 {
		return strings.TrimSuffix(s, ".00")
	}
	for len(s)-strings.IndexByte(s, '.')-1 < c.Digits() {
		s += "0"
	}
	return s
}

package tariff

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Part names what a phrase is about.
type Part string

// The parts of a description, in the order in which they are read out: per
// kWh, per minute, per session, others (AFIR art. 5(4)); then what holds for
// all of them.
const (
	PartEnergy         Part = "energy"
	PartCharging       Part = "charging"
	PartIdle           Part = "idle"
	PartOccupancy      Part = "occupancy"
	PartSession        Part = "session"
	PartReservation    Part = "reservation"
	PartReservationFee Part = "reservationFee"
	PartExport         Part = "export"
	PartTotal          Part = "total"
	PartLock           Part = "lock"
	PartIdleWhen       Part = "idleWhen"
	PartLimits         Part = "limits"
	PartPreauthorise   Part = "preauthorise"
	PartFailedStart    Part = "failedStart"
	PartValid          Part = "valid"
	PartTax            Part = "tax"
)

// isPrice reports whether the part is read out in the sentence of the prices.
func (p Part) isPrice() bool { return p == PartTotal || slices.Contains(kindNames[:], string(p)) }

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
	say(PartEnergy, t.nothingToPay())
	for k := range kinds {
		say(Part(k.String()), t.dimension(k))
	}
	say(PartTotal, t.total())
	say(PartLock, t.lock())
	say(PartIdleWhen, t.idleWhen())
	say(PartLimits, t.limits())
	say(PartPreauthorise, t.preauthorise())
	say(PartFailedStart, t.failedStart())
	say(PartValid, t.valid())
	say(PartTax, t.tax())
	return out
}

// Sentence is the whole description as running text: the prices in one
// sentence, and what holds for all of them in one each.
func Sentence(d Document, lang string) string {
	g := In(lang).g
	var prices, after []string
	for _, p := range Describe(d, lang) {
		if p.Part.isPrice() {
			prices = append(prices, p.Text)
		} else {
			after = append(after, capital(p.Text))
		}
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

func (t telling) has(k Kind) bool { return len(t.doc.Dimension(k).Rules) > 0 }

// nothingToPay says that neither energy, charging time, a session fee nor a
// minimum has a price: a reader who finds no price would take it for
// forgotten. A price of occupancy is due while charging, too, so that only the
// energy is free.
func (t telling) nothingToPay() string {
	total := &t.doc.Total
	switch {
	case t.has(Energy) || t.has(Charging) || t.has(Session) || total.AtLeast != nil || total.AtLeastWithTax != nil:
		return ""
	case t.has(Occupancy):
		return t.g.energyFree
	}
	return t.g.allFree
}

// somethingToPay reports whether tax could be due.
func (t telling) somethingToPay() bool {
	for k := range kinds {
		if slices.ContainsFunc(t.doc.Dimension(k).Rules, Rule.costs) {
			return true
		}
	}
	return t.doc.Total.AtLeast != nil || t.doc.Total.AtLeastWithTax != nil
}

// costs reports whether the rule can have a price other than zero.
func (r Rule) costs() bool { return r.Price != 0 || r.Feed != nil }

// spoken are the rules in order up to the first that always holds; those
// behind it never speak.
func (d *Dimension) spoken() []Rule {
	if i := slices.IndexFunc(d.Rules, func(r Rule) bool { return r.When.Always() }); i >= 0 {
		return d.Rules[:i+1]
	}
	return d.Rules
}

// joinList is "a", "a and b", "a, b and c".
func joinList(items []string, and string) string {
	n := len(items)
	if n < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:n-1], ", ") + " " + and + " " + items[n-1]
}

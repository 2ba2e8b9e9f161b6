// Package tarifftest owns the making of random tariff documents for property
// tests. It decides nothing about what tariffs mean.
//
// Invariants, and the test that proves each:
//   - every document it draws is one that tariff.Decode accepts
//     (TestRoundTrip);
//   - together they use every field of the document, every unit and every word
//     (TestDocumentDrawsEverything);
//   - plain ones keep to plain features (TestPlainIsPlain).
package tarifftest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// Days are local dates around which documents set their date conditions and
// sessions should lie: ordinary ones, those on which some zone changes its
// clock, and holidays.
var Days = []calendar.Date{
	calendar.NewDate(2026, time.March, 8), calendar.NewDate(2026, time.March, 29), calendar.NewDate(2026, time.April, 5),
	calendar.NewDate(2026, time.May, 4), calendar.NewDate(2026, time.September, 6), calendar.NewDate(2026, time.October, 4),
	calendar.NewDate(2026, time.October, 25), calendar.NewDate(2026, time.December, 31), calendar.NewDate(2026, time.December, 25),
}

// Calendars are the calendars of holidays that documents name.
var Calendars = []string{"DE-BY", "FR", "US"}

// Feeds are the price feeds that documents name.
var Feeds = []string{"spot-a", "spot-b"}

// Features is a set of what tariffs can be drawn with beyond plain ones.
type Features uint32

// The features.
const (
	Kinds         Features = 1 << iota // occupancy, reservations and export
	Blocks                             // blocks of a dimension
	Steps                              // steps of a rule
	Flats                              // flat amounts
	FeedPrices                         // prices that follow one of Feeds
	RuleTaxes                          // taxes of rules, and rules without tax
	TaxDetails                         // categories, registrations, taxes on top, rates with dates
	Seasons                            // conditions on the season
	Holidays                           // conditions on one of Calendars
	SpentTimes                         // conditions on charging and idle time
	Powers                             // conditions on momentary, average and peak power, and current
	Circumstances                      // conditions on current, EVSE, mode and reservation
	Totals                             // free amounts, caps per day, bounds with tax
	Detections                         // idle time by power or charge
	Properties                         // what changes no price of a session: validity, limits, pre-authorisation
	Everything    = 1<<iota - 1
)

// Document draws any valid tariff. Most are simple.
func Document() *rapid.Generator[tariff.Document] { return Drawing(Everything) }

// Plain draws tariffs of unit prices for energy, charging, idle time and
// session, with conditions on clock, date, energy and duration.
func Plain() *rapid.Generator[tariff.Document] { return Drawing(0) }

// plainKinds are the dimensions of plain tariffs.
var plainKinds = []tariff.Kind{tariff.Energy, tariff.Charging, tariff.Idle, tariff.Session}

// Drawing draws tariffs that use no features but plain ones and those given.
func Drawing(f Features) *rapid.Generator[tariff.Document] {
	return rapid.Custom(func(t *rapid.T) tariff.Document {
		d := tariff.Document{
			Name:     rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,20}`).Draw(t, "name"),
			Title:    title().Draw(t, "title"),
			Currency: rapid.SampledFrom([]money.Currency{"EUR", "GBP", "JPY", "KWD"}).Draw(t, "currency"),
			Terms:    rapid.SampledFrom([]tariff.Terms{tariff.WithTax, tariff.WithoutTax, tariff.NoTax}).Draw(t, "terms"),
			Rounding: Rounding().Draw(t, "rounding"),
		}
		d.Taxes = f.taxes(d.Terms, 0).Draw(t, "taxes")
		for _, k := range plainKinds {
			*d.Dimension(k) = f.dimension(k, d.Terms).Draw(t, k.String())
		}
		if f.has(Kinds) {
			for _, k := range []tariff.Kind{tariff.Occupancy, tariff.Reservation, tariff.ReservationFee, tariff.Export} {
				if rarely(t, "priced", 2) {
					*d.Dimension(k) = f.dimension(k, d.Terms).Draw(t, k.String())
				}
			}
		}
		if !slices.ContainsFunc(d.Dimensions[:], func(d tariff.Dimension) bool { return len(d.Rules) > 0 }) {
			d.Dimension(tariff.Energy).Rules = []tariff.Rule{{Price: 490_000_000}}
		}
		f.whole(t, &d)
		return d
	})
}

func (f Features) has(one Features) bool { return f&one != 0 }

// rarely is true once in 2^halvings times, and false where rapid simplifies.
func rarely(t *rapid.T, what string, halvings int) bool {
	for range halvings {
		if !rapid.Bool().Draw(t, what) {
			return false
		}
	}
	return true
}

// Rounding draws one of the policies.
func Rounding() *rapid.Generator[money.Policy] {
	return rapid.Custom(func(t *rapid.T) money.Policy {
		p, err := money.ParsePolicy(rapid.SampledFrom(money.PolicyNames()).Draw(t, "policy"))
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}

func title() *rapid.Generator[map[string]string] {
	return rapid.Custom(func(t *rapid.T) map[string]string {
		out := map[string]string{}
		for _, language := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"en", "fr", "de", "nb", "pt-BR"}), rapid.ID[string]).Draw(t, "languages") {
			out[language] = rapid.StringMatching(`[A-Za-zéß€"\\<>&'#:{}\[\]日 ]{0,12}[a-z!]`).Draw(t, language)
			if out[language][0] == ' ' {
				out[language] = "x" + out[language]
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	})
}

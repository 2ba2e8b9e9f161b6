// Package tax owns the standard rates of value added tax by country and date.
// It does not apply them (pricing) and knows no exemptions.
//
// Invariant: of a country's rates exactly one holds on any date after its
// first (TestStandardRates).
package tax

import (
	"time"

	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// since is a standard rate in millionths and the first day on which it holds.
type since struct {
	from calendar.Date
	rate int64
}

func day(y int, m time.Month, d int) calendar.Date { return calendar.NewDate(y, m, d) }

// standard lists the standard rates of VAT, oldest first. Sources: the
// countries' VAT acts as collected in the European Commission's table of VAT
// rates, and HMRC, Skatteetaten and ESTV for the countries outside the EU.
var standard = map[string][]since{
	"AT": {{day(1984, 1, 1), 200_000}},
	"BE": {{day(1996, 1, 1), 210_000}},
	"CH": {{day(2011, 1, 1), 80_000}, {day(2018, 1, 1), 77_000}, {day(2024, 1, 1), 81_000}},
	"DE": {{day(2007, 1, 1), 190_000}, {day(2020, 7, 1), 160_000}, {day(2021, 1, 1), 190_000}},
	"DK": {{day(1992, 1, 1), 250_000}},
	"ES": {{day(2012, 9, 1), 210_000}},
	"FI": {{day(2013, 1, 1), 240_000}, {day(2024, 9, 1), 255_000}},
	"FR": {{day(2000, 4, 1), 196_000}, {day(2014, 1, 1), 200_000}},
	"GB": {{day(2011, 1, 4), 200_000}},
	"IE": {{day(2012, 1, 1), 230_000}, {day(2020, 9, 1), 210_000}, {day(2021, 3, 1), 230_000}},
	"IT": {{day(2013, 10, 1), 220_000}},
	"LU": {{day(2015, 1, 1), 170_000}, {day(2023, 1, 1), 160_000}, {day(2024, 1, 1), 170_000}},
	"NL": {{day(2012, 10, 1), 210_000}},
	"NO": {{day(2005, 1, 1), 250_000}},
	"PL": {{day(2011, 1, 1), 230_000}},
	"PT": {{day(2011, 1, 1), 230_000}},
	"SE": {{day(1990, 7, 1), 250_000}},
}

// Standard is the standard rate of the country (ISO 3166-1 alpha-2) on the
// date, as the taxes of a session; empty where none is known.
func Standard(country string, on calendar.Date) []tariff.Tax {
	rates := standard[country]
	for i := len(rates) - 1; i >= 0; i-- {
		if rates[i].from <= on {
			return []tariff.Tax{{Name: "VAT", Rate: rates[i].rate}}
		}
	}
	return nil
}

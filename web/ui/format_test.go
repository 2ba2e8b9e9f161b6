package ui

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

func locale(lang string) *Locale { return ownCatalog().Locale(lang) }

// plain makes the special spaces of expected texts visible in this file: "_" is no-break, "~" is narrow no-break.
func plain(s string) string {
	return strings.NewReplacer(nbsp, "_", narrowNbsp, "~").Replace(s)
}

func TestMoneyAgreesWithIntl(t *testing.T) {
	var golden struct {
		Money []struct {
			Lang, Currency, Text string
			Minor                int64
			Digits               int
		}
		Percent, Number []struct{ Lang, Value, Text string }
		Date            []struct{ Lang, ISO, Medium, Month, Weekday, Short string }
	}
	body, err := os.ReadFile("testdata/intl.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Money) < 50 || len(golden.Date) != 24 {
		t.Fatalf("the golden file is cut: %d amounts, %d dates", len(golden.Money), len(golden.Date))
	}
	for _, c := range golden.Money {
		if got := locale(c.Lang).Money(c.Currency, c.Minor, c.Digits); got != c.Text {
			t.Errorf("%s %s %d: %q, Intl has %q", c.Lang, c.Currency, c.Minor, plain(got), plain(c.Text))
		}
	}
	for _, c := range golden.Percent {
		if got := locale(c.Lang).Percent(c.Value); got != c.Text {
			t.Errorf("%s %s%%: %q, Intl has %q", c.Lang, c.Value, plain(got), plain(c.Text))
		}
	}
	for _, c := range golden.Number {
		if got := locale(c.Lang).Decimal(c.Value); got != c.Text {
			t.Errorf("%s %s: %q, Intl has %q", c.Lang, c.Value, plain(got), plain(c.Text))
		}
	}
	for _, c := range golden.Date {
		day, err := time.Parse(time.RFC3339, c.ISO)
		if err != nil {
			t.Fatal(err)
		}
		l := locale(c.Lang)
		medium := strings.ReplaceAll(l.Date(day, nil), nbsp, " ")
		if medium != c.Medium || l.Month(day, nil) != c.Month {
			t.Errorf("%s %s: %q and %q, Intl has %q and %q", c.Lang, c.ISO, medium, l.Month(day, nil), c.Medium, c.Month)
		}
		if l.Weekday(day.Weekday()) != c.Weekday || l.ShortWeekday(day.Weekday()) != c.Short {
			t.Errorf("%s weekday of %s is not %s (%s)", c.Lang, c.ISO, c.Weekday, c.Short)
		}
	}
}

func TestDecimalIsExact(t *testing.T) {
	en, fr := locale("en"), locale("fr")
	for _, c := range []struct{ got, want string }{
		{en.Decimal("0.66386555"), "0.66386555"},
		{en.Decimal("-1234567.10"), "−1,234,567.10"},
		{fr.Decimal("-1234567.10"), "−1~234~567,10"},
		{en.Decimal("1/3"), "1/3"},
		{en.Decimal("1e9"), "1e9"},
		{en.Decimal(""), ""},
		{en.Decimal("007.50"), "7.50"},
		{en.Decimal("99999999999999999999.00000001"), "99,999,999,999,999,999,999.00000001"},
		{en.Int(math.MinInt64), "−9,223,372,036,854,775,808"},
		{en.Rounded("2.345", 2), "2.35"},
		{en.Rounded("-2.345", 2), "−2.35"},
		{en.Rounded("-0.004", 2), "0.00"},
		{en.Money("EUR", math.MinInt64, 2), "−€92,233,720,368,547,758.08"},
		{en.Money("JPY", 1235, 0), "JPY_1,235"},
		{en.MoneyDecimal("EUR", "5.13765"), "€5.13765"},
		{fr.MoneyDecimal("NOK", "-5.1"), "−5,1_NOK"},
		{fr.MoneyDecimal("EUR", "a"), "a_EUR"},
		{en.UnitPrice("EUR", "0.49000000", "kWh"), "€0.49/kWh"},
		{fr.UnitPrice("EUR", "0.5", "kWh"), "0,50_€/kWh"},
		{en.UnitPrice("EUR", "2", "h"), "€2.00/h"},
		{en.KWh(10485), "10.485_kWh"}, {en.KWh(22000), "22.0_kWh"}, {fr.KWh(-1), "−0,001_kWh"}, {en.KWh(0), "0.0_kWh"},
		{en.KWhRounded(10485, 2), "10.49_kWh"}, {en.KWhDecimal("0.1234567"), "0.1234567_kWh"},
		{en.KW(22000), "22_kW"}, {fr.KW(7400), "7,4_kW"}, {en.KW(0), "0_kW"},
		{en.Share(1, 3), "33.3%"}, {fr.Share(1, 8), "12,5_%"}, {en.Share(1, 0), "–"}, {en.Share(math.MaxInt64, math.MaxInt64), "100.0%"},
		{en.Percent("abc"), "abc"},
	} {
		if plain(c.got) != c.want {
			t.Errorf("%q, want %q", plain(c.got), c.want)
		}
	}
}

func TestDurations(t *testing.T) {
	en, fr := locale("en"), locale("fr")
	for _, c := range []struct{ got, want string }{
		{en.Duration(0), "0_s"}, {en.Duration(45), "45_s"}, {en.Duration(95), "1_min 35_s"}, {en.Duration(1200), "20_min"},
		{en.Duration(1259), "20_min"}, {en.Duration(12000), "3_h 20_min"}, {en.Duration(3600), "1_h"},
		{en.Duration(183600), "2_d 3_h"}, {fr.Duration(183600), "2_j 3_h"}, {en.Duration(-90), "−1_min 30_s"},
		{en.ExactDuration(98415), "27_h 20_min 15_s"}, {en.ExactDuration(0), "0_s"},
	} {
		if plain(c.got) != c.want {
			t.Errorf("%q, want %q", plain(c.got), c.want)
		}
	}
}

func TestTimesAreLocal(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip("no zone data on this machine")
	}
	en, fr := locale("en"), locale("fr")
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC) }
	for _, c := range []struct{ got, want string }{
		{en.DateTime(at(14, 20, 30), paris), "14_Mar_2026, 21:30"},
		{fr.DateTime(at(14, 20, 30), paris), "14_mars_2026, 21:30"},
		{en.Date(at(14, 23, 30), paris), "15_Mar_2026"},
		{fr.Date(at(1, 12, 0), paris), "1er_mars_2026"},
		{en.LongDate(at(14, 12, 0), paris), "Saturday 14_March_2026"},
		{fr.LongDate(at(14, 12, 0), paris), "samedi 14_mars_2026"},
		{en.Span(at(14, 20, 30), at(14, 21, 45), paris), "14_Mar_2026, 21:30–22:45"},
		{en.Span(at(14, 20, 30), at(15, 5, 10), paris), "14_Mar, 21:30 – 15_Mar_2026, 06:10"},
		{en.Span(time.Date(2025, 12, 31, 22, 0, 0, 0, time.UTC), at(1, 5, 0), paris), "31_Dec_2025, 23:00 – 1_Mar_2026, 06:00"},
		{en.ClockSpan(at(14, 20, 30), at(15, 5, 10), paris), "21:30–06:10_+1_d"},
		// The night when the clock jumps from 02:00 to 03:00.
		{en.ClockSpan(at(29, 0, 30), at(29, 1, 30), paris), "01:30–03:30"},
		{en.Month(at(31, 22, 30), paris), "April 2026"},
	} {
		if plain(c.got) != c.want {
			t.Errorf("%q, want %q", plain(c.got), c.want)
		}
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 3, 15, 9, 40, 0, 0, time.UTC)
	for _, c := range []struct {
		lang  string
		shift time.Duration
		want  string
	}{
		{"en", -20 * time.Second, "just now"}, {"en", -61 * time.Second, "1 minute ago"}, {"en", 5 * time.Minute, "in 5 minutes"},
		{"fr", -61 * time.Second, "il y a 1 minute"}, {"en", -3 * time.Hour, "3 hours ago"}, {"fr", 2 * time.Hour, "dans 2 heures"},
		{"en", -22 * time.Hour, "yesterday"}, {"fr", 20 * time.Hour, "demain"}, {"en", -3 * 24 * time.Hour, "3 days ago"},
		{"fr", 5 * 24 * time.Hour, "dans 5 jours"}, {"en", -40 * 24 * time.Hour, "3_Feb_2026"}, {"en", 9 * 24 * time.Hour, "24_Mar_2026"},
	} {
		if got := plain(locale(c.lang).Ago(now.Add(c.shift), now, time.UTC)); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.shift, got, c.want)
		}
	}
}

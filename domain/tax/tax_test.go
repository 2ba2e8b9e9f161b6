package tax

import (
	"testing"

	"kwote/domain/calendar"
)

func TestStandardRates(t *testing.T) {
	for country, rates := range standard {
		for i := 1; i < len(rates); i++ {
			if rates[i].from <= rates[i-1].from {
				t.Errorf("%s: the rate from %s does not follow the one from %s", country, rates[i].from, rates[i-1].from)
			}
		}
	}
	for _, c := range []struct {
		country, on string
		want        int64
	}{
		{"DE", "2020-06-30", 190_000}, {"DE", "2020-07-01", 160_000}, {"DE", "2020-12-31", 160_000}, {"DE", "2021-01-01", 190_000},
		{"FR", "2013-12-31", 196_000}, {"FR", "2026-11-22", 200_000}, {"FI", "2024-08-31", 240_000}, {"FI", "2024-09-01", 255_000},
	} {
		on, err := calendar.ParseDate(c.on)
		if err != nil {
			t.Fatal(err)
		}
		got := Standard(c.country, on)
		if len(got) != 1 || got[0].Rate != c.want {
			t.Errorf("%s on %s: %v, want %d", c.country, c.on, got, c.want)
		}
	}
	if got := Standard("US", calendar.NewDate(2026, 1, 1)); got != nil {
		t.Errorf("the US have no standard rate, got %v", got)
	}
}

package calendar

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestZoneAgreesWithTimePackage(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"UTC", "Europe/Berlin", "America/Denver", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Auckland", "Africa/Casablanca"} {
		zone, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 20000 {
			at := Instant(random.Int64N(zoneHorizon.Unix()))
			local := at.Time().In(zone.Location())
			_, want := local.Zone()
			got, until := zone.Offset(at)
			if got != int64(want) {
				t.Fatalf("%s at %s: offset %d, package time says %d", name, at, got, want)
			}
			if until < zoneHorizonInstant() {
				if _, before := (until - 1).Time().In(zone.Location()).Zone(); before != want {
					t.Fatalf("%s: offset of %s does not hold until %s", name, at, until)
				}
			}
			date, clock := zone.Local(at)
			if date.String() != local.Format(time.DateOnly) || int(clock) != local.Hour()*3600+local.Minute()*60+local.Second() {
				t.Fatalf("%s at %s: local %s %s, package time says %s", name, at, date, clock, local)
			}
		}
	}
}

func zoneHorizonInstant() Instant { return Of(zoneHorizon) }

func TestZoneRefusesNames(t *testing.T) {
	for _, name := range []string{"", "Local", "Europe/Atlantis", "../etc/passwd"} {
		if _, err := LoadZone(name); err == nil {
			t.Errorf("LoadZone(%q) should be refused", name)
		}
	}
}

func TestWindowsPartitionTheDay(t *testing.T) {
	for _, s := range []string{"22:00-06:00", "00:00-12:00", "08:30-24:00", "23:59:59-00:00"} {
		w, err := ParseWindow(s)
		if err != nil {
			t.Fatal(err)
		}
		other := Window{w.To % 86400, w.From}
		for second := TimeOfDay(0); second < 86400; second++ {
			if w.Has(second) == other.Has(second) {
				t.Fatalf("%s and its complement %s disagree at %s", w, other, second)
			}
		}
		if back, err := ParseWindow(w.String()); err != nil || back != w {
			t.Errorf("%s reads back as %v, %v", w, back, err)
		}
	}
	for _, s := range []string{"", "8-12", "08:00", "08:00-08:00", "24:00-06:00", "08:60-09:00", "25:00-26:00", "08:00–12:00"} {
		if w, err := ParseWindow(s); err == nil {
			t.Errorf("ParseWindow(%q) = %v, should be refused", s, w)
		}
	}
}

func TestDates(t *testing.T) {
	for _, s := range []string{"1969-12-31", "1970-01-01", "2024-02-29", "2026-11-22"} {
		d, err := ParseDate(s)
		if err != nil || d.String() != s {
			t.Fatalf("%s reads as %s, %v", s, d, err)
		}
		want, _ := time.Parse(time.DateOnly, s)
		if d.Weekday() != want.Weekday() {
			t.Errorf("%s is a %s, got %s", s, want.Weekday(), d.Weekday())
		}
	}
	if _, err := ParseDate("2026-02-30"); err == nil {
		t.Error("30 February should be refused")
	}
}

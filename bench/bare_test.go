package main

import (
	"strings"
	"testing"
	"time"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(yardstickZone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestBareParts(t *testing.T) {
	zone := berlin(t)
	at := func(s string) int64 {
		instant, err := time.ParseInLocation(time.DateTime, s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return instant.Unix()
	}
	for name, c := range map[string]struct {
		session bareSession
		cents   int64 // times 3000
	}{
		"day":              {bareSession{Start: at("2026-01-05 12:00:00"), Step: 300, Wh: []int32{1000}}, 49 * 3000},
		"night":            {bareSession{Start: at("2026-01-05 20:00:00"), Step: 300, Wh: []int32{1000}}, 29 * 3000},
		"across 08:00":     {bareSession{Start: at("2026-01-05 07:55:00"), Step: 300, Wh: []int32{1000, 1000}}, (29 + 49) * 3000},
		"past midnight":    {bareSession{Start: at("2026-01-05 23:30:00"), Step: 1800, Wh: []int32{1000, 1000}}, 2 * 29 * 3000},
		"gap is not idle":  {bareSession{Start: at("2026-01-05 12:00:00"), Step: 1800, Wh: []int32{1000, 0, 1000}}, 2 * 49 * 3000},
		"idle after grace": {bareSession{Start: at("2026-01-05 12:00:00"), Step: 300, Wh: []int32{1000, 0, 0, 0, 0}}, (49 + 50) * 3000},
		"idle in grace":    {bareSession{Start: at("2026-01-05 12:00:00"), Step: 300, Wh: []int32{1000, 0, 0, 0}}, 49 * 3000},
		// The clocks go from 02:00 to 03:00: 01:00 and six elapsed hours are 08:00.
		"spring": {bareSession{Start: at("2026-03-29 01:00:00"), Step: 3600, Wh: []int32{0, 0, 0, 0, 0, 1000, 1000}}, (29 + 49) * 3000},
		// The clocks go from 03:00 to 02:00: 01:00 and eight elapsed hours are 08:00.
		"autumn": {bareSession{Start: at("2026-10-25 01:00:00"), Step: 3600, Wh: []int32{0, 0, 0, 0, 0, 0, 0, 1000, 1000}}, (29 + 49) * 3000},
	} {
		list := []bareSession{{Start: at("2026-01-01 00:00:00"), Step: 300}, c.session, {Start: at("2026-12-31 00:00:00"), Step: 300}}
		if got := bareParts(&c.session, zoneChanges(zone, list)); got != c.cents {
			t.Errorf("%s: %d parts, want %d", name, got, c.cents)
		}
	}
}

func TestBareTotalRoundsEachSessionHalfUp(t *testing.T) {
	noon := time.Date(2026, 6, 1, 12, 0, 0, 0, berlin(t)).Unix()
	// 500 Wh by day are 24.5 cents.
	list := []bareSession{{Start: noon, Step: 300, Wh: []int32{500}}, {Start: noon, Step: 300, Wh: []int32{500}}}
	if got := bareTotal(list, zoneChanges(berlin(t), list)); got != 50 {
		t.Errorf("%d cents, want 25 twice", got)
	}
}

func TestDecodeYardstickRefusesWhatTheLoopCannotPrice(t *testing.T) {
	for name, in := range map[string]string{
		"empty":          "",
		"cut":            `{"id":1,"start":300,"step":300,"wh":[1,2`,
		"straddles":      `{"id":1,"start":301,"step":300,"wh":[1]}`,
		"negative step":  `{"id":1,"start":300,"step":-300,"wh":[1]}`,
		"negative":       `{"id":1,"start":300,"step":300,"wh":[-1]}`,
		"broken numbers": `{"id":1,"start":300,"step":300,"wh":[1.5]}`,
	} {
		if got, err := decodeYardstick(strings.NewReader(in)); err == nil {
			t.Errorf("%s: read as %v", name, got)
		}
	}
}

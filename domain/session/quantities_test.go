package session

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
)

func TestEnergyAtIsACumulativeFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := draw(t)
		if f.EnergyAt(f.Start) != 0 || f.EnergyAt(f.End) != f.Energy() || f.EnergyAt(f.End+1000) != f.Energy() || f.EnergyAt(f.Start-1000) != 0 {
			t.Fatalf("energy begins with %s and ends with %s of %s", f.EnergyAt(f.Start), f.EnergyAt(f.End), f.Energy())
		}
		for _, r := range f.Readings {
			if f.EnergyAt(r.At) != r.Import {
				t.Fatalf("at the reading %v the energy is %s", r, f.EnergyAt(r.At))
			}
		}
		a := f.Start + calendar.Instant(rapid.Int64Range(0, f.Duration()).Draw(t, "a"))
		b := a + calendar.Instant(rapid.Int64Range(0, int64(f.End-a)).Draw(t, "b"))
		if f.EnergyAt(a) > f.EnergyAt(b) {
			t.Fatalf("energy falls from %s to %s", f.EnergyAt(a), f.EnergyAt(b))
		}
		for i := 1; i < len(f.Readings); i++ {
			x, y := f.Readings[i-1], f.Readings[i]
			if a < x.At || a > y.At {
				continue
			}
			share := new(big.Int).Mul(big.NewInt(int64(y.Import-x.Import)), big.NewInt(int64(a-x.At)))
			want := x.Import + energy.Quantity(share.Quo(share, big.NewInt(int64(y.At-x.At))).Int64())
			if got := f.EnergyAt(a); got != want {
				t.Fatalf("at %s the energy is %d, shared linearly %d", a, got, want)
			}
			return
		}
	})
	if q := (Facts{Start: day, End: day + 10}).ExportedAt(day + 5); q != 0 {
		t.Errorf("where nothing was given back it is %s", q)
	}
	if q := (Facts{Start: day, End: day + 10}).EnergyAt(day + 5); q != 0 {
		t.Errorf("without readings the energy is %s", q)
	}
}

func TestExportedAt(t *testing.T) {
	f := Facts{Start: day, End: day + 100, Exports: []Reading{{At: day}, {day + 50, 100}, {day + 100, 110}}}
	for at, want := range map[calendar.Instant]energy.Quantity{day - 5: 0, day: 0, day + 25: 50, day + 50: 100, day + 59: 101, day + 100: 110, day + 500: 110} {
		if got := f.ExportedAt(at); got != want {
			t.Errorf("after %d seconds %d µWh were given back, want %d", at-day, got, want)
		}
	}
	if f.Exported() != 110 || f.Energy() != 0 {
		t.Errorf("%s given back, %s taken", f.Exported(), f.Energy())
	}
}

// TestTimesAreAllOfTheTime adds up the times stretch by stretch between all
// instants at which anything changes.
func TestTimesAreAllOfTheTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := draw(t)
		instants := []calendar.Instant{f.Start, f.End}
		for _, c := range f.Changes {
			instants = append(instants, c.At)
		}
		for _, s := range slices.Concat(f.Pauses, f.Gaps) {
			instants = append(instants, s.From, s.To)
		}
		slices.Sort(instants)
		var want [States]int64
		for i := 1; i < len(instants); i++ {
			want[stateAt(f, instants[i-1])] += int64(instants[i] - instants[i-1])
		}
		charging, idle := f.Times()
		if got := [States]int64{charging, idle, f.PausedTime(), f.GapTime()}; got != want || f.Duration() != charging+idle+f.PausedTime() {
			t.Fatalf("times of %+v are %v with a duration of %d, want %v", f, got, f.Duration(), want)
		}
	})
}

// stateAt looks through everything.
func stateAt(f Facts, at calendar.Instant) State {
	inside := func(s Stretch) bool { return s.From <= at && at < s.To }
	if slices.ContainsFunc(f.Gaps, inside) {
		return Away
	}
	if slices.ContainsFunc(f.Pauses, inside) {
		return Paused
	}
	state := Charging
	for _, c := range f.Changes {
		if c.At <= at {
			state = c.State
		}
	}
	return state
}

func TestParseLevel(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "80": 800, "62.5": 625, "62.50": 625, "100": 1000, "0.1": 1, "100.1": 1001, "-3": -30} {
		if got, err := ParseLevel(text); err != nil || got != want {
			t.Errorf("%s is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "80%", "62.55", "1e1", "NaN", "half", "99999999999999999999"} {
		if got, err := ParseLevel(text); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
	for level := range int64(full + 1) {
		text := Charge{Level: level}.Percent()
		if got, err := ParseLevel(text); err != nil || got != level {
			t.Errorf("%d is written as %s and read as %d, %v", level, text, got, err)
		}
	}
}

package session

import (
	"math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
)

const day = calendar.Instant(20_000 * 86400)

// draw draws normal facts.
func draw(t *rapid.T) Facts {
	f := Facts{Start: day + calendar.Instant(rapid.Int64Range(0, 86400).Draw(t, "start"))}
	f.End = f.Start + calendar.Instant(rapid.Int64Range(0, 100_000).Draw(t, "length"))
	moments := rapid.SliceOfNDistinct(rapid.Int64Range(0, int64(f.End-f.Start)), 0, 8, rapid.ID[int64]).Draw(t, "readings")
	slices.Sort(moments)
	var sum energy.Quantity
	for _, m := range moments {
		if m > 0 {
			sum += energy.Quantity(rapid.Int64Range(0, int64(20*energy.KWh)).Draw(t, "flow"))
		}
		f.Readings = append(f.Readings, Reading{f.Start + calendar.Instant(m), sum})
	}
	for range rapid.IntRange(0, 5).Draw(t, "changes") {
		f.Changes = append(f.Changes, Change{
			At:    f.Start + calendar.Instant(rapid.Int64Range(-10, int64(f.End-f.Start)+10).Draw(t, "at")),
			State: State(rapid.IntRange(0, 1).Draw(t, "state")),
		})
	}
	n, err := Normalise(f)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNormaliseIgnoresOrderAndDuplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := draw(t)
		again, err := Normalise(f)
		if err != nil || !reflect.DeepEqual(again, f) {
			t.Fatalf("%+v normalised again is %+v, %v", f, again, err)
		}
		mixed := f
		mixed.Readings = rapid.Permutation(append(slices.Clone(f.Readings), f.Readings...)).Draw(t, "mixed")
		mixed.Changes = rapid.Permutation(append(slices.Clone(f.Changes), f.Changes...)).Draw(t, "changes")
		got, err := Normalise(mixed)
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Fatalf("%+v arrived as %+v and became %+v, %v", f, mixed, got, err)
		}
		state := Charging
		for i, c := range f.Changes {
			if c.State == state || c.At < f.Start || c.At >= f.End || i > 0 && c.At <= f.Changes[i-1].At {
				t.Fatalf("change %d of %+v changes nothing, repeats an instant or lies outside the session", i, f)
			}
			state = c.State
		}
	})
}

func TestNormaliseKeepsItsHandsOff(t *testing.T) {
	in := Facts{Start: day, End: day + 100, Readings: []Reading{{day + 100, 5}, {day + 50, 3}}, Changes: []Change{{day + 60, Idle}, {day + 20, Idle}}}
	before := Facts{Start: in.Start, End: in.End, Readings: slices.Clone(in.Readings), Changes: slices.Clone(in.Changes)}
	if _, err := Normalise(in); err != nil || !reflect.DeepEqual(in, before) {
		t.Errorf("the facts handed in became %+v, %v", in, err)
	}
}

func TestNormaliseRefuses(t *testing.T) {
	at := func(readings ...Reading) Facts {
		return Facts{Start: day, End: day + 100, Readings: readings}
	}
	for name, c := range map[string]struct {
		facts Facts
		code  string
	}{
		"end before start":        {Facts{Start: day, End: day - 1}, "session_end_before_start"},
		"falling":                 {at(Reading{day + 10, 5}, Reading{day + 20, 4}), "reading_falls"},
		"falling, late":           {at(Reading{day + 20, 4}, Reading{day + 10, 5}), "reading_falls"},
		"two values":              {at(Reading{day + 10, 4}, Reading{day + 10, 5}), "reading_contradicts"},
		"two values, other order": {at(Reading{day + 10, 5}, Reading{day + 10, 4}), "reading_contradicts"},
		"before the start":        {at(Reading{day - 1, 0}), "reading_outside_session"},
		"after the end":           {at(Reading{day + 101, 4}), "reading_outside_session"},
		"energy at the start":     {at(Reading{day, 4}), "reading_before_start"},
		"negative at the start":   {at(Reading{day, -4}), "reading_before_start"},
		"negative":                {at(Reading{day + 10, -4}), "reading_falls"},
	} {
		if _, err := Normalise(c.facts); fault.As(err) == nil || fault.As(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestNormaliseChanges(t *testing.T) {
	f, err := Normalise(Facts{Start: day, End: day + 100, Changes: []Change{
		{day - 20, Idle}, {day - 10, Charging}, // the later holds at the start
		{day + 10, Charging}, // nothing new
		{day + 30, Idle}, {day + 20, Idle},
		{day + 50, Idle}, {day + 50, Charging}, // the last of one instant
		{day + 100, Idle}, // the session is over
	}})
	want := []Change{{day + 20, Idle}, {day + 50, Charging}}
	if err != nil || !slices.Equal(f.Changes, want) {
		t.Errorf("%v, %v; want %v", f.Changes, err, want)
	}
	f, err = Normalise(Facts{Start: day, End: day + 100, Changes: []Change{{day - 20, Idle}}})
	if want := []Change{{day, Idle}}; err != nil || !slices.Equal(f.Changes, want) {
		t.Errorf("idle from before the start: %v, %v; want %v", f.Changes, err, want)
	}
}

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
	if q := (Facts{Start: day, End: day + 10}).EnergyAt(day + 5); q != 0 {
		t.Errorf("without readings the energy is %s", q)
	}
}

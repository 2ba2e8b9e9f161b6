package session

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
)

func TestMergeAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := drawParts(t)
		merged, err := Merge(parts, MergeWindow)
		if err != nil {
			t.Fatal(err)
		}
		checkNormal(t, merged)
		var taken, given energy.Quantity
		var charging, idle, paused, duration, gaps int64
		for i, p := range parts {
			if i > 0 {
				gaps += int64(p.Start - parts[i-1].End)
			}
			at := p.Start + calendar.Instant(rapid.Int64Range(0, int64(p.End-p.Start)).Draw(t, "at"))
			if merged.EnergyAt(at) != taken+p.EnergyAt(at) || merged.ExportedAt(at) != given+p.ExportedAt(at) {
				t.Fatalf("at %s, in part %d, %s and %s have flowed, in the part %s and %s after %s and %s before",
					at, i, merged.EnergyAt(at), merged.ExportedAt(at), p.EnergyAt(at), p.ExportedAt(at), taken, given)
			}
			if at < p.End && stateAt(merged, at) != stateAt(p, at) {
				t.Fatalf("at %s, in part %d, the state is %s, in the part %s", at, i, stateAt(merged, at), stateAt(p, at))
			}
			c, d := p.Times()
			taken, given, charging, idle = taken+p.Energy(), given+p.Exported(), charging+c, idle+d
			paused, duration = paused+p.PausedTime(), duration+p.Duration()
		}
		c, d := merged.Times()
		if merged.Energy() != taken || merged.Exported() != given || c != charging || d != idle || merged.PausedTime() != paused ||
			merged.Duration() != duration || merged.GapTime() != gaps {
			t.Fatalf("%+v do not add up to %+v", parts, merged)
		}
	})
}

func TestMergeInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := drawParts(t)
		whole, err := Merge(parts, MergeWindow)
		if err != nil {
			t.Fatal(err)
		}
		same := func(how string, got Facts, err error) {
			if err != nil || !reflect.DeepEqual(got, whole) {
				t.Fatalf("%s merges to %+v, %v; want %+v", how, got, err, whole)
			}
		}
		got, err := Merge(rapid.Permutation(parts).Draw(t, "order"), MergeWindow)
		same("another order", got, err)
		if len(parts) == 1 {
			same("one part", parts[0], nil)
			return
		}
		cut := rapid.IntRange(1, len(parts)-1).Draw(t, "cut")
		first, err := Merge(parts[:cut], MergeWindow)
		if err != nil {
			t.Fatal(err)
		}
		rest, err := Merge(parts[cut:], MergeWindow)
		if err != nil {
			// A reservation is known for what it is only with the first part.
			if f := fault.As(err); f == nil || f.Code != "reservation_after_start" {
				t.Fatal(err)
			}
			return
		}
		got, err = Merge([]Facts{rest, first}, MergeWindow)
		same("two halves", got, err)
		one := first
		for _, next := range parts[cut:] {
			if one, err = Merge([]Facts{next, one}, MergeWindow); err != nil {
				t.Fatal(err)
			}
		}
		same("one after the other", one, nil)
	})
}

func TestMergeKeepsItsHandsOff(t *testing.T) {
	parts := func() []Facts {
		return []Facts{
			{Start: day + 200, End: day + 300, Readings: []Reading{{At: day + 200}, {day + 300, 5}}, Charges: []Charge{{day + 200, 6}}},
			{Start: day, End: day + 200, Readings: []Reading{{At: day}, {day + 200, 5}}, Charges: []Charge{{day + 200, 5}}},
		}
	}
	told := parts()
	merged, err := Merge(told, 0)
	if err != nil || !reflect.DeepEqual(told, parts()) {
		t.Errorf("the parts handed in became %+v, %v", told, err)
	}
	if want := []Charge{{day + 200, 6}}; !slices.Equal(merged.Charges, want) || merged.Gaps != nil {
		t.Errorf("charges %v and gaps %v; the later part knows better, and nothing lies between", merged.Charges, merged.Gaps)
	}
}

// TestMergeBeginsAnew: a part begins charging in regular mode, whatever the one
// before it ended with.
func TestMergeBeginsAnew(t *testing.T) {
	merged, err := Merge([]Facts{
		{Start: day, End: day + 100, Changes: []Change{{day + 50, Idle}}, Modes: []ModeChange{{day, Boosted}}},
		{Start: day + 160, End: day + 200, Modes: []ModeChange{{day + 180, Boosted}}},
		{Start: day + 200, End: day + 300, Changes: []Change{{day + 200, Idle}}, Modes: []ModeChange{{day + 200, Boosted}}},
	}, 60)
	changes := []Change{{day + 50, Idle}, {day + 160, Charging}, {day + 200, Idle}}
	modes := []ModeChange{{day, Boosted}, {day + 160, Regular}, {day + 180, Boosted}}
	if err != nil || !slices.Equal(merged.Changes, changes) || !slices.Equal(merged.Modes, modes) {
		t.Errorf("%v and %v, %v; want %v and %v", merged.Changes, merged.Modes, err, changes, modes)
	}
}

func TestMergeRefuses(t *testing.T) {
	part := func(from, to calendar.Instant) Facts { return Facts{Start: day + from, End: day + to} }
	reserved := func(f Facts, from calendar.Instant) Facts {
		f.Reserved = &Reservation{From: day + from, To: day}
		return f
	}
	flow := func(f Facts, q energy.Quantity) Facts {
		f.Readings = []Reading{{f.End, q}}
		return f
	}
	for name, c := range map[string]struct {
		parts []Facts
		code  string
	}{
		"nothing":             {nil, "merge_nothing"},
		"overlapping":         {[]Facts{part(0, 100), part(99, 200)}, "parts_overlap"},
		"the same twice":      {[]Facts{part(0, 100), part(0, 100)}, "parts_overlap"},
		"one inside another":  {[]Facts{part(40, 50), part(0, 100)}, "parts_overlap"},
		"too far apart":       {[]Facts{part(161, 200), part(0, 100)}, "parts_too_far_apart"},
		"a part of no length": {[]Facts{part(0, 100), part(100, 100)}, ZeroLength},
		"two reservations":    {[]Facts{reserved(part(0, 100), -9), reserved(part(100, 200), -8)}, "parts_reserved_apart"},
		"a broken part":       {[]Facts{part(0, 100), part(200, 150)}, "session_end_before_start"},
		"beyond counting":     {[]Facts{flow(part(0, 100), 1<<62), flow(part(100, 200), 1<<62)}, "energy_out_of_range"},
	} {
		if _, err := Merge(c.parts, 60); fault.As(err) == nil || fault.As(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if _, err := Merge([]Facts{part(160, 200), part(0, 100)}, 60); err != nil {
		t.Errorf("a gap of just the window: %v", err)
	}
}

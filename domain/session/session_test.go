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

const day = calendar.Instant(20_000 * 86400)

// draw draws normal facts, of one part or several.
func draw(t *rapid.T) Facts {
	f, err := Merge(drawParts(t), MergeWindow)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// drawParts draws the parts of a session in normal form, in order.
func drawParts(t *rapid.T) []Facts {
	start := day + calendar.Instant(rapid.Int64Range(0, 86400).Draw(t, "start"))
	parts := make([]Facts, rapid.IntRange(1, 4).Draw(t, "parts"))
	least := int64(0)
	if len(parts) > 1 {
		least = 1
	}
	for i := range parts {
		parts[i] = drawPart(t, start, least)
		start = parts[i].End + calendar.Instant(rapid.SampledFrom([]int64{0, 1, 17, MergeWindow}).Draw(t, "gap"))
	}
	if rapid.Bool().Draw(t, "reserved") {
		to := parts[0].Start - calendar.Instant(rapid.Int64Range(0, 100).Draw(t, "late"))
		r := Reservation{From: to - calendar.Instant(rapid.Int64Range(0, 3600).Draw(t, "ahead")), To: to}
		parts[rapid.IntRange(0, len(parts)-1).Draw(t, "with")].Reserved = &r
	}
	return parts
}

// drawPart draws normal facts without gaps and reservation.
func drawPart(t *rapid.T, start calendar.Instant, least int64) Facts {
	f := Facts{Start: start, End: start + calendar.Instant(rapid.Int64Range(least, 100_000).Draw(t, "length"))}
	around := func(name string) calendar.Instant {
		return f.Start + calendar.Instant(rapid.Int64Range(-10, int64(f.End-f.Start)+10).Draw(t, name))
	}
	f.Readings = drawRegister(t, f, 8)
	f.Exports = drawRegister(t, f, 4)
	for range rapid.IntRange(0, 5).Draw(t, "changes") {
		f.Changes = append(f.Changes, Change{around("at"), State(rapid.IntRange(0, 1).Draw(t, "state"))})
	}
	for range rapid.IntRange(0, 3).Draw(t, "modes") {
		f.Modes = append(f.Modes, ModeChange{around("at"), Mode(rapid.IntRange(1, 3).Draw(t, "mode"))})
	}
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		from := around("from")
		f.Pauses = append(f.Pauses, Stretch{from, from + calendar.Instant(rapid.Int64Range(0, 20_000).Draw(t, "long"))})
	}
	for _, m := range rapid.SliceOfNDistinct(rapid.Int64Range(0, int64(f.End-f.Start)), 0, 3, rapid.ID[int64]).Draw(t, "charges") {
		f.Charges = append(f.Charges, Charge{f.Start + calendar.Instant(m), rapid.Int64Range(0, full).Draw(t, "level")})
	}
	n, err := Normalise(f)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func drawRegister(t *rapid.T, f Facts, most int) (out []Reading) {
	moments := rapid.SliceOfNDistinct(rapid.Int64Range(0, int64(f.End-f.Start)), 0, most, rapid.ID[int64]).Draw(t, "readings")
	slices.Sort(moments)
	var sum energy.Quantity
	for _, m := range moments {
		if m > 0 {
			sum += energy.Quantity(rapid.Int64Range(0, int64(20*energy.KWh)).Draw(t, "flow"))
		}
		out = append(out, Reading{f.Start + calendar.Instant(m), sum})
	}
	return out
}

// mixed is a list as it may arrive: twice, in any order.
func mixed[T any](t *rapid.T, in []T) []T {
	return rapid.Permutation(append(slices.Clone(in), in...)).Draw(t, "mixed")
}

func TestNormaliseIgnoresOrderAndDuplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := draw(t)
		again, err := Normalise(f)
		if err != nil || !reflect.DeepEqual(again, f) || !again.Equal(f) {
			t.Fatalf("%+v normalised again is %+v, %v", f, again, err)
		}
		told := f
		told.Readings, told.Exports, told.Changes, told.Modes = mixed(t, f.Readings), mixed(t, f.Exports), mixed(t, f.Changes), mixed(t, f.Modes)
		told.Charges, told.Pauses, told.Gaps = mixed(t, f.Charges), mixed(t, f.Pauses), mixed(t, f.Gaps)
		for _, p := range f.Pauses { // in two pieces that overlap
			told.Pauses = append(told.Pauses, Stretch{(p.From + p.To) / 2, p.To})
		}
		told.Pauses = append(told.Pauses, told.Gaps...)
		got, err := Normalise(told)
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Fatalf("%+v arrived as %+v and became %+v, %v", f, told, got, err)
		}
		checkNormal(t, f)
	})
}

// checkNormal holds facts against what their type promises.
func checkNormal(t *rapid.T, f Facts) {
	state, mode := Charging, Regular
	for i, c := range f.Changes {
		if c.State == state || c.At < f.Start || c.At >= f.End || i > 0 && c.At <= f.Changes[i-1].At {
			t.Fatalf("change %d of %+v changes nothing, repeats an instant or lies outside the session", i, f)
		}
		state = c.State
	}
	for i, m := range f.Modes {
		if m.Mode == mode || m.At < f.Start || m.At >= f.End || i > 0 && m.At <= f.Modes[i-1].At {
			t.Fatalf("mode %d of %+v changes nothing, repeats an instant or lies outside the session", i, f)
		}
		mode = m.Mode
	}
	for i, c := range f.Charges {
		if c.At < f.Start || c.At > f.End || i > 0 && c.At <= f.Charges[i-1].At {
			t.Fatalf("charge %d of %+v repeats an instant or lies outside the session", i, f)
		}
	}
	held := slices.Concat(f.Pauses, f.Gaps)
	slices.SortFunc(held, func(a, b Stretch) int { return int(a.From - b.From) })
	for i, s := range held {
		if s.From >= s.To || s.From < f.Start || s.To > f.End || i > 0 && s.From < held[i-1].To {
			t.Fatalf("stretch %d of %+v is empty, overlaps or lies outside the session", i, f)
		}
	}
	for name, r := range map[string][]Reading{"reading": f.Readings, "export": f.Exports} {
		for i := range r {
			if i == 0 && r[i] != (Reading{At: f.Start}) || i > 0 && (r[i].At <= r[i-1].At || r[i].Import < r[i-1].Import) {
				t.Fatalf("%s %d of %+v does not begin at nothing, repeats an instant or falls", name, i, f)
			}
		}
	}
}

func TestNormaliseKeepsItsHandsOff(t *testing.T) {
	in := func() Facts {
		return Facts{Start: day, End: day + 100, Readings: []Reading{{day + 100, 5}, {day + 50, 5}}, Exports: []Reading{{day + 90, 2}, {day + 50, 2}},
			Changes: []Change{{day + 60, Idle}, {day - 20, Idle}}, Modes: []ModeChange{{day + 60, Boosted}, {day - 20, Optimised}},
			Charges: []Charge{{day + 60, 700}, {day + 20, 300}}, Pauses: []Stretch{{day + 50, day + 200}, {day - 10, day + 70}},
			Gaps: []Stretch{{day + 70, day + 80}, {day + 60, day + 75}}, Reserved: &Reservation{From: day - 50, To: day}}
	}
	told := in()
	n, err := Normalise(told)
	if err != nil || !reflect.DeepEqual(told, in()) {
		t.Errorf("the facts handed in became %+v, %v", told, err)
	}
	n.Reserved.From++
	if !reflect.DeepEqual(told, in()) {
		t.Error("what comes out shares its reservation with what went in")
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
		"too early":               {Facts{Start: 0, End: 100}, OutOfTime},
		"too late":                {Facts{Start: day, End: latest}, OutOfTime},

		"exports falling":            {Facts{Start: day, End: day + 100, Exports: []Reading{{day + 10, 5}, {day + 20, 4}}}, "export_falls"},
		"two exports":                {Facts{Start: day, End: day + 100, Exports: []Reading{{day + 10, 5}, {day + 10, 4}}}, "export_contradicts"},
		"an export after the end":    {Facts{Start: day, End: day + 100, Exports: []Reading{{day + 101, 5}}}, "export_outside_session"},
		"an export at the start":     {Facts{Start: day, End: day + 100, Exports: []Reading{{day, 5}}}, "export_before_start"},
		"a pause as a state":         {Facts{Start: day, End: day + 100, Changes: []Change{{day, Paused}}}, "state_not_reported"},
		"away as a state":            {Facts{Start: day, End: day + 100, Changes: []Change{{day, Away}}}, "state_not_reported"},
		"any mode":                   {Facts{Start: day, End: day + 100, Modes: []ModeChange{{day, AnyMode}}}, "mode_unknown"},
		"a mode that there is not":   {Facts{Start: day, End: day + 100, Modes: []ModeChange{{day, 9}}}, "mode_unknown"},
		"a charge too early":         {Facts{Start: day, End: day + 100, Charges: []Charge{{day - 1, 5}}}, "charge_outside_session"},
		"a charge too late":          {Facts{Start: day, End: day + 100, Charges: []Charge{{day + 101, 5}}}, "charge_outside_session"},
		"a negative charge":          {Facts{Start: day, End: day + 100, Charges: []Charge{{day, -1}}}, "charge_out_of_range"},
		"fuller than full":           {Facts{Start: day, End: day + 100, Charges: []Charge{{day, 1001}}}, "charge_out_of_range"},
		"two charges":                {Facts{Start: day, End: day + 100, Charges: []Charge{{day, 6}, {day, 5}}}, "charge_contradicts"},
		"a pause backwards":          {Facts{Start: day, End: day + 100, Pauses: []Stretch{{day + 2, day + 1}}}, "pause_ends_before_start"},
		"a gap backwards":            {Facts{Start: day, End: day + 100, Gaps: []Stretch{{day + 2, day + 1}}}, "gap_ends_before_start"},
		"a gap first":                {Facts{Start: day, End: day + 100, Gaps: []Stretch{{day, day + 1}}}, "gap_outside_session"},
		"a gap last":                 {Facts{Start: day, End: day + 100, Gaps: []Stretch{{day + 90, day + 100}}}, "gap_outside_session"},
		"energy in a gap":            {Facts{Start: day, End: day + 100, Readings: []Reading{{day + 100, 500}}, Gaps: []Stretch{{day + 10, day + 20}}}, "gap_has_energy"},
		"energy back in a gap":       {Facts{Start: day, End: day + 100, Exports: []Reading{{day + 100, 500}}, Gaps: []Stretch{{day + 10, day + 20}}}, "gap_has_energy"},
		"a reservation backwards":    {Facts{Start: day, End: day + 100, Reserved: &Reservation{From: day - 5, To: day - 6}}, "reservation_ends_before_start"},
		"a reservation too late":     {Facts{Start: day, End: day + 100, Reserved: &Reservation{From: day - 5, To: day + 1}}, "reservation_after_start"},
		"a reservation of long ago":  {Facts{Start: day, End: day + 100, Reserved: &Reservation{From: 5, To: day}}, OutOfTime},
		"expired, and a session":     {Facts{Start: day, End: day + 100, Reserved: &Reservation{From: day - 5, To: day, Expired: true}}, "reservation_expired_with_session"},
		"expired at another instant": {Facts{Start: day, End: day, Reserved: &Reservation{From: day - 5, To: day - 1, Expired: true}}, "reservation_expired_with_session"},
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

func TestNormaliseModes(t *testing.T) {
	f, err := Normalise(Facts{Start: day, End: day + 100, Modes: []ModeChange{
		{day + 100, Optimised},                   // the session is over
		{day + 50, Boosted}, {day + 50, Regular}, // the last of one instant
		{day + 20, Optimised}, {day + 10, Boosted}, // nothing new: so it was before the start
		{day - 10, Boosted}, {day - 20, Optimised},
	}})
	want := []ModeChange{{day, Boosted}, {day + 20, Optimised}, {day + 50, Regular}}
	if err != nil || !slices.Equal(f.Modes, want) {
		t.Errorf("%v, %v; want %v", f.Modes, err, want)
	}
}

func TestNormalisePauses(t *testing.T) {
	f, err := Normalise(Facts{Start: day, End: day + 100,
		Pauses: []Stretch{{day + 90, day + 300}, {day + 30, day + 60}, {day + 20, day + 35}, {day + 60, day + 65}, {day - 9, day + 5}, {day + 8, day + 8}, {day - 9, day - 5}, {day + 70, day + 80}},
		Gaps:   []Stretch{{day + 40, day + 45}, {day + 44, day + 50}, {day + 65, day + 85}}})
	pauses := []Stretch{{day, day + 5}, {day + 20, day + 40}, {day + 50, day + 65}, {day + 90, day + 100}}
	gaps := []Stretch{{day + 40, day + 50}, {day + 65, day + 85}}
	if err != nil || !slices.Equal(f.Pauses, pauses) || !slices.Equal(f.Gaps, gaps) {
		t.Errorf("pauses %v, gaps %v, %v; want %v, %v", f.Pauses, f.Gaps, err, pauses, gaps)
	}
}

func TestNormaliseExports(t *testing.T) {
	f, err := Normalise(Facts{Start: day, End: day + 100, Exports: []Reading{{day + 100, 5}, {day + 50, 3}}})
	if want := []Reading{{At: day}, {day + 50, 3}, {day + 100, 5}}; err != nil || !slices.Equal(f.Exports, want) {
		t.Errorf("%v, %v; want %v", f.Exports, err, want)
	}
	f, err = Normalise(Facts{Start: day, End: day + 100, Exports: []Reading{{day + 10, 0}, {day + 20, 0}, {day + 30, 3}, {day + 40, 3}, {day + 50, 3}, {day + 60, 3}}})
	if want := []Reading{{At: day}, {day + 20, 0}, {day + 30, 3}, {day + 60, 3}}; err != nil || !slices.Equal(f.Exports, want) {
		t.Errorf("with lulls: %v, %v; want %v", f.Exports, err, want)
	}
	f, err = Normalise(Facts{Start: day, End: day + 100, Exports: []Reading{{day + 100, 0}}})
	if err != nil || f.Exports != nil {
		t.Errorf("where nothing was given back the exports are %v, %v", f.Exports, err)
	}
}

func TestNormaliseReservation(t *testing.T) {
	for name, f := range map[string]Facts{
		"used at once": {Start: day, End: day + 100, Reserved: &Reservation{From: day - 5, To: day}},
		"used later":   {Start: day, End: day + 100, Reserved: &Reservation{From: day - 5, To: day - 3}},
		"no time":      {Start: day, End: day + 100, Reserved: &Reservation{From: day, To: day}},
		"expired":      {Start: day, End: day, Reserved: &Reservation{From: day - 5, To: day, Expired: true}},
	} {
		n, err := Normalise(f)
		if err != nil || *n.Reserved != *f.Reserved || n.NoShow() != (name == "expired") {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
		other := n
		other.Reserved = &Reservation{From: n.Reserved.From - 1, To: n.Reserved.To, Expired: n.Reserved.Expired}
		if n.Equal(other) || n.Equal(Facts{Start: n.Start, End: n.End, Readings: n.Readings}) {
			t.Errorf("%s: another reservation, or none, is equal", name)
		}
	}
}

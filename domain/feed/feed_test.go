package feed

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// noon is a whole hour.
const noon = calendar.Instant(1_777_896_000)

func TestNormalise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.SampledFrom(Lengths).Draw(t, "length")
		places := rapid.SliceOfN(rapid.Int64Range(-50, 50), 0, 20).Draw(t, "places")
		value := func(place int64) money.Price { return money.Price(place * 7) }
		f := Feed{Name: "spot", Currency: "EUR", Length: length}
		for _, p := range places {
			f.Slots = append(f.Slots, Slot{noon + calendar.Instant(p*length), value(p)})
		}
		before := slices.Clone(f.Slots)
		got, err := Normalise(f)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(f.Slots, before) {
			t.Fatal("the slots that came were changed")
		}
		slices.Sort(places)
		if places = slices.Compact(places); len(places) != len(got.Slots) {
			t.Fatalf("%d slots of %d places", len(got.Slots), len(places))
		}
		for i, p := range places {
			if got.Slots[i] != (Slot{noon + calendar.Instant(p*length), value(p)}) {
				t.Fatalf("slot %d is %+v, want the one at %d", i, got.Slots[i], p*length)
			}
		}
	})
	for code, f := range map[string]Feed{
		"feed_slot_length":      {Length: 1200},
		"feed_slot_off_grid":    {Length: 3600, Slots: []Slot{{noon + 1800, 1}}},
		"feed_slot_contradicts": {Length: 3600, Slots: []Slot{{noon + 3600, 1}, {noon, 1}, {noon + 3600, 2}}},
		"feed_slot_out_of_time": {Length: 3600, Slots: []Slot{{noon, 1}, {253402300800, 1}}},
	} {
		if _, err := Normalise(f); fault.As(err) == nil || fault.As(err).Code != code || fault.As(err).Kind != fault.Invalid {
			t.Errorf("want %s, got %v", code, err)
		}
	}
}

func TestAt(t *testing.T) {
	const never = calendar.Instant(1<<63 - 1)
	f := Feed{Length: 900, Slots: []Slot{{900, 1}, {1800, 2}, {3600, 3}}}
	for _, c := range []struct {
		at   calendar.Instant
		slot int
		next calendar.Instant
	}{
		{-1, -1, 900}, {899, -1, 900}, {900, 0, 1800}, {1799, 0, 1800}, {1800, 1, 2700}, {2699, 1, 2700},
		{2700, -1, 3600}, {3599, -1, 3600}, {3600, 2, 4500}, {4499, 2, 4500}, {4500, -1, never},
	} {
		if slot, next := f.At(c.at); slot != c.slot || next != c.next {
			t.Errorf("at %d: slot %d, next %d; want %d, %d", c.at, slot, next, c.slot, c.next)
		}
	}
	if slot, next := (&Feed{Length: 900}).At(0); slot != -1 || next != never {
		t.Errorf("an empty feed has slot %d, next %d", slot, next)
	}
}

// drawFeed makes a normal feed.
func drawFeed(t *rapid.T, name string) Feed {
	f := Feed{Name: "spot", Currency: "EUR", Length: rapid.SampledFrom(Lengths).Draw(t, name+" length")}
	places := rapid.SliceOfNDistinct(rapid.Int64Range(-6, 6), 0, 10, rapid.ID).Draw(t, name)
	for _, p := range places {
		f.Slots = append(f.Slots, Slot{noon + calendar.Instant(p*f.Length), money.Price(rapid.Int64Range(-9, 9).Draw(t, name+" value"))})
	}
	f, err := Normalise(f)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestMerge(t *testing.T) {
	valueAt := func(f Feed, at calendar.Instant) (money.Price, bool) {
		i, _ := f.At(at)
		if i < 0 {
			return 0, false
		}
		return f.Slots[i].Value, true
	}
	rapid.Check(t, func(t *rapid.T) {
		old, new := drawFeed(t, "old"), drawFeed(t, "new")
		got, err := Merge(old, new)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Normalise(got); err != nil || !slices.Equal(again.Slots, got.Slots) {
			t.Fatalf("the merged feed is not normal: %+v, %v", got, err)
		}
		for at := noon - 7*3600; at < noon+8*3600; at += 300 {
			want, ok := valueAt(new, at)
			if !ok {
				want, ok = valueAt(old, at)
			}
			if v, has := valueAt(got, at); v != want || has != ok {
				t.Fatalf("at %d the merged feed has %v, %v; want %v, %v", at, v, has, want, ok)
			}
		}
		from := noon + calendar.Instant(rapid.Int64Range(-7*3600, 7*3600).Draw(t, "from"))
		before := from + calendar.Instant(rapid.Int64Range(0, 5*3600).Draw(t, "length"))
		part := got.Within(from, before)
		for at := from; at < before; at += 300 {
			want, ok := valueAt(got, at)
			if v, has := valueAt(part, at); v != want || has != ok {
				t.Fatalf("at %d the part from %d before %d has %v, %v; want %v, %v", at, from, before, v, has, want, ok)
			}
		}
		for _, s := range part.Slots {
			if s.From >= before || s.From+calendar.Instant(got.Length) <= from {
				t.Fatalf("the part from %d before %d holds the slot at %d", from, before, s.From)
			}
		}
	})
	_, err := Merge(Feed{Name: "spot", Currency: "EUR", Length: 900}, Feed{Currency: "NOK", Length: 900})
	if f := fault.As(err); f == nil || f.Code != "feed_currency_fixed" || f.Kind != fault.Conflict {
		t.Errorf("another currency gives %v", err)
	}
}

func TestParseValue(t *testing.T) {
	for _, c := range []struct {
		text string
		unit Unit
		want string
	}{
		{"85.34", PerMWh, "0.08534"}, {"-500", PerMWh, "-0.50"}, {"0", PerMWh, "0.00"}, {"0.08534", PerKWh, "0.08534"},
		{"209.990005", PerMWh, "0.209990005"}, {"209.9900055", PerMWh, "0.209990006"}, {"-209.9900055", PerMWh, "-0.209990006"},
		{"38.729999999999997", PerMWh, "0.03873"}, {"2987.78", PerMWh, "2.98778"}, {"0.0000000004", PerKWh, "0.00"},
	} {
		if got, err := ParseValue(c.text, c.unit); err != nil || got.String() != c.want {
			t.Errorf("%s per %s is %s, %v; want %s", c.text, c.unit, got, err, c.want)
		}
	}
	for _, s := range []string{"", ".5", "5.", "1e5", "+1", "1,5", "NaN", "0x1", "1/3", " 1", "--1", "99999999999999", "0." + string(make([]byte, 100))} {
		if got, err := ParseValue(s, PerKWh); fault.As(err) == nil || fault.As(err).Code != "feed_value_malformed" {
			t.Errorf("%.50q reads as %s, %v", s, got, err)
		}
	}
	if _, err := ParseValue("1", "GWh"); fault.As(err) == nil || fault.As(err).Code != "feed_unit_unknown" {
		t.Errorf("GWh gives %v", err)
	}
}

func TestNames(t *testing.T) {
	for s, want := range map[string]bool{"spot-fr": true, "a": true, "dk2": true, "": false, "-a": true, "Spot": false, "a b": false,
		"a/b": false, "é": false, "0123456789012345678901234567890123456789012345678901234567890123": true, "01234567890123456789012345678901234567890123456789012345678901234": false} {
		if got := ValidName(s); got != want || (Named("name", s) == nil) != want {
			t.Errorf("%q can name a feed: %v, want %v", s, got, want)
		}
	}
}

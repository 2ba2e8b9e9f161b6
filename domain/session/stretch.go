package session

import (
	"cmp"
	"slices"
	"sort"

	"kwote/domain/calendar"
)

// overlap is the seconds between two instants that lie in stretches, which
// must be in order and apart.
func overlap(in []Stretch, from, to calendar.Instant) int64 {
	var sum int64
	i := sort.Search(len(in), func(i int) bool { return in[i].To > from })
	for ; i < len(in) && in[i].From < to; i++ {
		sum += int64(min(in[i].To, to) - max(in[i].From, from))
	}
	return sum
}

// united are the stretches in order, those that overlap or touch made one;
// empty ones fall away.
func united(in []Stretch) []Stretch {
	sorted := slices.Clone(in)
	slices.SortFunc(sorted, func(a, b Stretch) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	var out []Stretch
	for _, s := range sorted {
		switch last := len(out) - 1; {
		case s.From >= s.To:
		case last >= 0 && s.From <= out[last].To:
			out[last].To = max(out[last].To, s.To)
		default:
			out = append(out, s)
		}
	}
	return out
}

// without is what is left of united stretches outside of other united ones.
func without(in, holes []Stretch) []Stretch {
	if len(holes) == 0 {
		return in
	}
	var out []Stretch
	for _, s := range in {
		i := sort.Search(len(holes), func(i int) bool { return holes[i].To > s.From })
		for ; i < len(holes) && holes[i].From < s.To; i++ {
			if holes[i].From > s.From {
				out = append(out, Stretch{s.From, holes[i].From})
			}
			s.From = holes[i].To
		}
		if s.From < s.To {
			out = append(out, s)
		}
	}
	return out
}

package session

import (
	"fmt"
	"slices"

	"kwote/domain/fault"
)

// MergeWindow is the longest gap, in seconds, between two sessions of one
// driver at one EVSE that are usually taken for one.
const MergeWindow = 600

// Merge makes one session of the parts of one plug-in that was cut into
// several, in any order: the same driver at the same EVSE, at most window
// seconds from the end of one part to the start of the next. Readings go on
// counting over the parts, and what lies between them is a gap. A part begins
// charging, in regular mode, unless it says otherwise. The reservation may come
// with any of the parts. Parts that overlap, lie too far apart or have no length
// are refused; a single part is returned in normal form.
func Merge(parts []Facts, window int64) (Facts, error) {
	if len(parts) == 0 {
		return Facts{}, fault.New(fault.Invalid, "merge_nothing", "there is no part to merge; name at least one")
	}
	sorted := make([]Facts, len(parts))
	for i, p := range parts {
		normal, err := Normalise(p)
		if err != nil {
			return Facts{}, err
		}
		if len(parts) > 1 && normal.Start == normal.End {
			return Facts{}, fault.At(fault.Invalid, ZeroLength, "end",
				fmt.Sprintf("the part at %s begins and ends at the same second; leave it out", p.Start))
		}
		sorted[i] = normal
	}
	slices.SortFunc(sorted, func(a, b Facts) int { return int(a.Start - b.Start) })
	out := sorted[0]
	for _, next := range sorted[1:] {
		if err := out.join(next, window); err != nil {
			return Facts{}, err
		}
	}
	return Normalise(out)
}

// join adds the part that comes next.
func (f *Facts) join(next Facts, window int64) error {
	gap := Stretch{f.End, next.Start}
	switch {
	case gap.To < gap.From:
		return fault.At(fault.Invalid, "parts_overlap", "start",
			fmt.Sprintf("a part starts %s, before the one before it ends %s; parts of one session follow each other", gap.To, gap.From))
	case int64(gap.To-gap.From) > window:
		return fault.At(fault.Invalid, "parts_too_far_apart", "start",
			fmt.Sprintf("a part starts %s, more than %d seconds after the one before it has ended %s; they are two sessions", gap.To, window, gap.From))
	}
	if f.Reserved == nil {
		f.Reserved = next.Reserved
	} else if next.Reserved != nil && *next.Reserved != *f.Reserved {
		return fault.At(fault.Invalid, "parts_reserved_apart", "reservation",
			fmt.Sprintf("the part from %s has another reservation than the one before it; a session has one", next.Start))
	}
	if f.Energy()+next.Energy() < 0 || f.Exported()+next.Exported() < 0 {
		return fault.At(fault.Invalid, "energy_out_of_range", "readings", "the energy of the parts together is larger than can be counted; check the unit")
	}
	if len(next.Charges) > 0 && next.Charges[0].At == f.End {
		// The car is plugged in anew in the second in which it was read last.
		f.Charges = slices.DeleteFunc(f.Charges, func(c Charge) bool { return c.At == f.End })
	}
	f.Readings = goOn(f.Readings, next.Readings)
	f.Exports = goOn(f.Exports, next.Exports)
	f.Changes = append(append(f.Changes, Change{next.Start, Charging}), next.Changes...)
	f.Modes = append(append(f.Modes, ModeChange{next.Start, Regular}), next.Modes...)
	f.Charges = append(f.Charges, next.Charges...)
	f.Pauses = append(f.Pauses, next.Pauses...)
	f.Gaps = append(append(f.Gaps, next.Gaps...), gap)
	f.End = next.End
	return nil
}

// goOn counts later readings on from where the earlier ones end.
func goOn(earlier, later []Reading) []Reading {
	done := whole(earlier)
	for _, r := range later {
		earlier = append(earlier, Reading{r.At, done + r.Import})
	}
	return earlier
}

// Package feed owns price feeds: prices of the outside world in slots of time,
// such as those of a spot market. It does not know tariffs or what a price
// becomes in one.
//
// Invariants, and the test that proves each:
//   - slots are in order of time and never overlap, whatever the order in which
//     they came (TestNormalise);
//   - the slot of an instant holds that instant (TestAt);
//   - after a merge every instant has the newer price where there is one, else
//     the older (TestMerge);
//   - a value per MWh is the same price per kWh (TestParseValue).
package feed

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// Feed is a named list of prices in slots of equal length. Values are in the
// currency unit per unit of the rule that uses them, usually per kWh.
type Feed struct {
	Name     string
	Currency money.Currency
	Length   int64 // of each slot in seconds: 900, 1800 or 3600
	Slots    []Slot
}

// Slot is one price, which holds from an instant for the feed's length.
type Slot struct {
	From  calendar.Instant
	Value money.Price
}

// Lengths are the slots that feeds come in, in seconds.
var Lengths = []int64{900, 1800, 3600}

// At is the index of the slot that holds at an instant, or -1 with the instant
// at which the next slot begins, which is the largest one where none does.
func (f *Feed) At(at calendar.Instant) (slot int, next calendar.Instant) {
	i := sort.Search(len(f.Slots), func(i int) bool { return f.Slots[i].From > at })
	if i > 0 && at < f.Slots[i-1].From+calendar.Instant(f.Length) {
		return i - 1, f.Slots[i-1].From + calendar.Instant(f.Length)
	}
	if i < len(f.Slots) {
		return -1, f.Slots[i].From
	}
	return -1, calendar.Instant(1<<63 - 1)
}

// The bounds of time: nobody sold electricity by the hour before, and no clock
// that shows a later time is right.
var (
	earliest = calendar.Of(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC))
	latest   = calendar.Of(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
)

// Normalise puts the slots in order, drops repeats, and refuses a length that
// no feed has, slots outside the years 1990 to 2099 or off the grid of their
// length, and two prices for one slot.
func Normalise(f Feed) (Feed, error) {
	if !slices.Contains(Lengths, f.Length) {
		return f, fault.At(fault.Invalid, "feed_slot_length", "slotMinutes",
			fmt.Sprintf("slots of %d s are not known; they are 15, 30 or 60 min long", f.Length))
	}
	sorted := slices.Clone(f.Slots)
	slices.SortStableFunc(sorted, func(a, b Slot) int { return int(max(-1, min(1, int64(a.From)-int64(b.From)))) })
	var out []Slot
	for _, s := range sorted {
		if s.From < earliest || s.From >= latest {
			return f, fault.At(fault.Invalid, "feed_slot_out_of_time", "slots",
				fmt.Sprintf("the slot at %s lies outside the years 1990 to 2099; check the clock it comes from", s.From))
		}
		if int64(s.From)%f.Length != 0 {
			return f, fault.At(fault.Invalid, "feed_slot_off_grid", "slots",
				fmt.Sprintf("the slot at %s does not begin on a multiple of %d min", s.From, f.Length/60))
		}
		if n := len(out); n > 0 && out[n-1].From == s.From {
			if out[n-1].Value != s.Value {
				return f, fault.At(fault.Invalid, "feed_slot_contradicts", "slots",
					fmt.Sprintf("the slot at %s has two prices, %s and %s", s.From, out[n-1].Value, s.Value))
			}
			continue
		}
		out = append(out, s)
	}
	f.Slots = out
	return f, nil
}

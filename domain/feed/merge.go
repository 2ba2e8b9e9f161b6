package feed

import (
	"fmt"
	"sort"

	"kwote/domain/calendar"
	"kwote/domain/fault"
)

// Merge is the old feed with the new one's prices in place of its own wherever
// the new one has any. Its slots are of the shorter length of the two: a price
// of an hour is that of each of its quarters. Both must be normal; currencies
// that differ are a Conflict. Name and currency are the old feed's.
func Merge(old, new Feed) (Feed, error) {
	if old.Currency != new.Currency {
		return old, fault.At(fault.Conflict, "feed_currency_fixed", "currency",
			fmt.Sprintf("feed %q is in %s; prices in %s need a feed of their own name", old.Name, old.Currency, new.Currency))
	}
	length := min(old.Length, new.Length)
	a, b := old.In(length).Slots, new.In(length).Slots
	out := Feed{Name: old.Name, Currency: old.Currency, Length: length, Slots: make([]Slot, 0, len(a)+len(b))}
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].From < b[0].From:
			out.Slots, a = append(out.Slots, a[0]), a[1:]
		case a[0].From == b[0].From:
			a = a[1:]
		default:
			out.Slots, b = append(out.Slots, b[0]), b[1:]
		}
	}
	out.Slots = append(append(out.Slots, a...), b...)
	return out, nil
}

// In is the feed in shorter slots, which must divide its own.
func (f Feed) In(length int64) Feed {
	parts := f.Length / length
	if parts <= 1 {
		return f
	}
	out := f
	out.Length, out.Slots = length, make([]Slot, 0, len(f.Slots)*int(parts))
	for _, s := range f.Slots {
		for i := range parts {
			out.Slots = append(out.Slots, Slot{s.From + calendar.Instant(i*length), s.Value})
		}
	}
	return out
}

// Within is the feed with only the slots that touch the time from an instant up
// to, and not including, another. It shares memory with the feed.
func (f Feed) Within(from, before calendar.Instant) Feed {
	first := sort.Search(len(f.Slots), func(i int) bool { return f.Slots[i].From+calendar.Instant(f.Length) > from })
	last := sort.Search(len(f.Slots), func(i int) bool { return f.Slots[i].From >= before })
	f.Slots = f.Slots[first:max(first, last):max(first, last)]
	return f
}

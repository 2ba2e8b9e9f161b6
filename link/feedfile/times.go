package feedfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// Files write times like RFC 3339, with a space or without seconds, and with or
// without an offset.
var (
	withOffset    = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05-0700", "2006-01-02T15:04:05-0700"}
	withoutOffset = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}
)

// naive is a local time as seconds since 1970 as if it were UTC.
type naive int64

// repeated are the prices, in the file's order, of a local time that comes
// twice because the clocks go back.
type repeated struct {
	at   [2]calendar.Instant
	rows []row
}

// place finds the instant of a row and keeps its price there.
func (r *reading) place(line int, text string, value money.Price) error {
	for _, form := range withOffset {
		if t, err := time.Parse(form, text); err == nil {
			return r.keep(calendar.Of(t), line, value)
		}
	}
	for _, form := range withoutOffset {
		if t, err := time.Parse(form, text); err == nil {
			return r.placeLocal(line, text, naive(t.Unix()), value)
		}
	}
	return fault.At(fault.Invalid, "instant_malformed", onLine(line), fmt.Sprintf("%q is not a time such as 2026-05-03T14:00:00Z", shortened(text)))
}

func (r *reading) placeLocal(line int, text string, local naive, value money.Price) error {
	if r.zone == nil {
		return fault.At(fault.Invalid, "offset_missing", onLine(line),
			fmt.Sprintf("%q does not say how far it is from UTC; name its zone with --timezone, such as Europe/Paris or UTC", text))
	}
	switch at := instants(r.zone, local); len(at) {
	case 0:
		r.file.Skipped++
		return nil
	case 1:
		return r.keep(at[0], line, value)
	default:
		if r.twice == nil {
			r.twice = map[naive]*repeated{}
		}
		if r.twice[local] == nil {
			r.twice[local] = &repeated{at: [2]calendar.Instant(at)}
		}
		again := r.twice[local]
		if again.rows = append(again.rows, row{line, value}); len(again.rows) > len(again.at) {
			return fault.At(fault.Invalid, "feed_slot_contradicts", onLine(line),
				fmt.Sprintf("%q stands in the file a third time, but the clocks repeat it once", text))
		}
		return nil
	}
}

// settleRepeated gives the times that the clocks repeat their prices: the first
// row is of the first time, the second of the second, and a single one holds
// for both, since the file tells them not apart.
func (r *reading) settleRepeated() error {
	for _, local := range slices.Sorted(maps.Keys(r.twice)) {
		again := r.twice[local]
		for i, at := range again.at {
			price := again.rows[min(i, len(again.rows)-1)]
			if err := r.keep(at, price.line, price.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// instants are those at which clocks of the zone show the local time, in order:
// one, or two where it is repeated, or none where it is skipped.
func instants(zone *calendar.Zone, local naive) (out []calendar.Instant) {
	for _, near := range []calendar.Instant{-86400, 86400} {
		offset, _ := zone.Offset(calendar.Instant(local) + near)
		at := calendar.Instant(int64(local) - offset)
		if now, _ := zone.Offset(at); now == offset && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out
}

// shortened keeps a sentence short that quotes a hostile text.
func shortened(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

package calendar

import (
	"fmt"
	"sort"
	"sync"
	"time"
)

// Zone is an IANA time zone with its offset changes laid out for fast
// look-ups. It is immutable and safe for concurrent use.
type Zone struct {
	location *time.Location
	spans    []offsetSpan
}

type offsetSpan struct {
	from   Instant // first instant of the span
	offset int32   // seconds east of UTC
}

// zoneHorizon is where the look-up table ends; later instants take the last
// known offset.
var zoneHorizon = time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)

// zones remembers what was laid out: the zones of the database are few and
// never change while a program runs.
var zones sync.Map // of *Zone by IANA name

// LoadZone finds a zone by IANA name. Names that mean "wherever this machine
// is" are refused.
func LoadZone(name string) (*Zone, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*Zone), nil
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("time zone %q is not an IANA name such as Europe/Paris", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not an IANA name such as Europe/Paris", name)
	}
	z := layOut(loc)
	zones.Store(name, z)
	return z, nil
}

// layOut lists the zone's offsets from 1970 to the horizon.
func layOut(loc *time.Location) *Zone {
	z := &Zone{location: loc}
	t, from := time.Unix(0, 0).In(loc), Instant(-1<<62)
	for t.Before(zoneHorizon) {
		_, offset := t.Zone()
		if n := len(z.spans); n == 0 || z.spans[n-1].offset != int32(offset) {
			z.spans = append(z.spans, offsetSpan{from, int32(offset)})
		}
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		// At the turn of a leap year the bounds can end at the instant asked
		// about without a change of offset; a day further they are right again.
		if !end.After(t) {
			end = t.Add(24 * time.Hour)
		}
		t, from = end, Of(end)
	}
	return z
}

// Name is the IANA name.
func (z *Zone) Name() string { return z.location.String() }

// Location is the zone for use with package time.
func (z *Zone) Location() *time.Location { return z.location }

// Offset is the offset in seconds east of UTC at the instant, and the instant
// from which another one holds (the largest Instant when none follows).
func (z *Zone) Offset(at Instant) (seconds int64, until Instant) {
	i := sort.Search(len(z.spans), func(i int) bool { return z.spans[i].from > at })
	until = 1<<63 - 1
	if i < len(z.spans) {
		until = z.spans[i].from
	}
	return int64(z.spans[i-1].offset), until
}

// Local is the local date and time of day at the instant.
func (z *Zone) Local(at Instant) (Date, TimeOfDay) {
	offset, _ := z.Offset(at)
	s := int64(at) + offset
	d := floorDiv(s, daySeconds)
	return Date(d), TimeOfDay(s - d*daySeconds)
}

// StartOf is the first instant of the local date: where the clock skips
// midnight the first one after it, where it repeats midnight the earlier one,
// and for a date that the zone left out the instant of the leap.
func (z *Zone) StartOf(d Date) Instant {
	midnight := Instant(d) * daySeconds
	for at := midnight - 2*daySeconds; ; {
		offset, until := z.Offset(at)
		start := midnight - Instant(offset)
		switch {
		case start <= at:
			return at
		case start < until:
			return start
		}
		at = until
	}
}

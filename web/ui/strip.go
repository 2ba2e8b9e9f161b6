package ui

import "time"

// SpanKind is what a car did in a stretch of its session.
type SpanKind string

// The kinds of stretch. Paused is a pause that the operator caused; Away lies
// between the parts of a merged session.
const (
	Charging SpanKind = "charging"
	Idle     SpanKind = "idle"
	Paused   SpanKind = "paused"
	Away     SpanKind = "away"
)

// Strip is a session on a time axis: from plug-in to unplug, what the car did, and which prices held.
type Strip struct {
	// ID sets this strip apart from others on the same page; needed only when there are several.
	ID       string
	From, To time.Time
	Zone     *time.Location
	States   []StateSpan
	Prices   []PriceSpan
}

// StateSpan is a stretch in one state.
type StateSpan struct {
	From, To time.Time
	Kind     SpanKind
}

// PriceSpan is a stretch in which one price held; Level from 0 (cheapest) to 3 sets the tint.
type PriceSpan struct {
	From, To time.Time
	Text     string
	Level    int
}

func (s Strip) at(t time.Time) string {
	return percentOf(int64(t.Sub(s.From)/time.Second), int64(s.To.Sub(s.From)/time.Second))
}

// clip keeps a span inside the strip, so that a late fact cannot draw outside the paper.
func (s Strip) clip(from, to time.Time) (time.Time, time.Time) {
	if from.Before(s.From) {
		from = s.From
	}
	if to.After(s.To) {
		to = s.To
	}
	if to.Before(from) {
		to = from
	}
	return from, to
}

func (s Strip) width(from, to time.Time) string {
	from, to = s.clip(from, to)
	return percentOf(int64(to.Sub(from)/time.Second), int64(s.To.Sub(s.From)/time.Second))
}

// room tells how much of a text may be shown in a span: "" always, "wide-only" not on phones, "never".
func (s Strip) room(from, to time.Time) string {
	from, to = s.clip(from, to)
	share := int64(to.Sub(from)/time.Second) * 100 / max(int64(s.To.Sub(s.From)/time.Second), 1)
	switch {
	case share < 13:
		return "never"
	case share < 30:
		return "wide-only"
	}
	return ""
}

// total is how long the car was in a state, in seconds.
func (s Strip) total(kind SpanKind) int64 {
	var seconds int64
	for _, span := range s.States {
		if span.Kind == kind {
			from, to := s.clip(span.From, span.To)
			seconds += int64(to.Sub(from) / time.Second)
		}
	}
	return seconds
}

type tick struct {
	at     time.Time
	minor  bool
	newDay bool
}

var tickMinutes = []int{5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7 * 1440, 28 * 1440}

// ticks are round local times inside the strip, at most nine; every second one is left out on phones. They are made
// from the local clock, so they stay round on the days when the clock changes.
func (s Strip) ticks() []tick {
	minutes := int(s.To.Sub(s.From) / time.Minute)
	if minutes <= 0 {
		return nil
	}
	step := tickMinutes[len(tickMinutes)-1]
	for _, candidate := range tickMinutes {
		if minutes/candidate < 9 {
			step = candidate
			break
		}
	}
	start := in(s.From, s.Zone)
	var out []tick
	for i := 0; len(out) < 32; i++ {
		t := time.Date(start.Year(), start.Month(), start.Day(), 0, i*step, 0, 0, start.Location())
		if t.After(s.To) {
			break
		}
		if t.Before(s.From) || (len(out) > 0 && !t.After(out[len(out)-1].at)) {
			continue
		}
		if (t.Hour()*60+t.Minute()-i*step)%1440 != 0 {
			continue // this time of day does not exist on the day when the clock jumps
		}
		midnight := t.Hour() == 0 && t.Minute() == 0
		out = append(out, tick{at: t, minor: len(out)%2 == 1 && minutes/step > 4, newDay: midnight})
	}
	return out
}

// anchor keeps the text of a tick inside the strip.
func (s Strip) anchor(t time.Time) string {
	share := int64(t.Sub(s.From)/time.Second) * 100 / max(int64(s.To.Sub(s.From)/time.Second), 1)
	switch {
	case share < 6:
		return "start"
	case share > 94:
		return "end"
	}
	return "middle"
}

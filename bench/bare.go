package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"
	_ "time/tzdata" // the same clock changes on every machine
)

// The yardstick: generated sessions and one tariff, the same for every pricing engine.
const (
	yardstickFile  = "data/yardstick/sessions.jsonl.gz"
	yardstickZone  = "Europe/Berlin"
	yardstickCents = 21715413

	daySeconds = 24 * 60 * 60
	dayFrom    = 8 * 60 * 60  // 0.49 EUR/kWh from here, local wall clock
	dayUntil   = 20 * 60 * 60 // 0.29 EUR/kWh again from here
	graceIdle  = 15 * 60      // seconds, then 0.10 EUR per minute by the second

	// One cent is 3000 parts: a Wh at 0.49 EUR/kWh is 0.049 cents, a second at 0.10 EUR/min is 1/6 cent.
	partsPerCent = 3000
	partsDayWh   = 49 * 3
	partsNightWh = 29 * 3
	partsIdle    = 500
)

// bareSession is a yardstick session: from start (epoch seconds), Wh for each step of seconds.
type bareSession struct {
	ID    int64   `json:"id"`
	Start int64   `json:"start"`
	Step  int64   `json:"step"`
	Wh    []int32 `json:"wh"`
}

// change is a zone's offset from an instant on, both in seconds.
type change struct{ from, offset int64 }

// priceBare calibrates the machine: the yardstick by a loop over integers, without receipts, on one core.
// The pricing engine's own figure is to be read as a fraction of this one.
func priceBare(e env) (figure, error) {
	sessions, err := readYardstick(filepath.Join(e.shared, yardstickFile))
	if err != nil {
		return figure{}, err
	}
	zone, err := time.LoadLocation(yardstickZone)
	if err != nil {
		return figure{}, err
	}
	changes := zoneChanges(zone, sessions)
	runtime.GOMAXPROCS(1)
	best, rates, err := bestOf(5, time.Second, func() (int, error) {
		if cents := bareTotal(sessions, changes); cents != yardstickCents {
			return 0, fmt.Errorf("the total is %s EUR and must be %s EUR", euros(cents), euros(yardstickCents))
		}
		return len(sessions), nil
	})
	if err != nil {
		return figure{}, err
	}
	return figure{value: best, unit: "sessions/s", database: "none", detail: map[string]any{
		"sessions": len(sessions), "total": euros(yardstickCents), "currency": "EUR", "cores_used": 1, "runs": rates,
	}}, nil
}

func euros(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// bareTotal sums the sessions' totals in cents, each rounded half up.
func bareTotal(sessions []bareSession, changes []change) int64 {
	var cents int64
	for i := range sessions {
		cents += (bareParts(&sessions[i], changes) + partsPerCent/2) / partsPerCent
	}
	return cents
}

// bareParts prices one session exactly. An interval lies within one price: readYardstick has made sure.
func bareParts(s *bareSession, changes []change) int64 {
	charging := len(s.Wh)
	for charging > 0 && s.Wh[charging-1] == 0 {
		charging--
	}
	at := 0
	for at+1 < len(changes) && changes[at+1].from <= s.Start {
		at++
	}
	next := int64(1<<63 - 1)
	if at+1 < len(changes) {
		next = changes[at+1].from
	}
	var day, night int64
	instant := s.Start
	for _, wh := range s.Wh[:charging] {
		for instant >= next {
			at++
			next = 1<<63 - 1
			if at+1 < len(changes) {
				next = changes[at+1].from
			}
		}
		local := (instant + changes[at].offset) % daySeconds
		if local >= dayFrom && local < dayUntil {
			day += int64(wh)
		} else {
			night += int64(wh)
		}
		instant += s.Step
	}
	idle := max(0, int64(len(s.Wh)-charging)*s.Step-graceIdle)
	return day*partsDayWh + night*partsNightWh + idle*partsIdle
}

// zoneChanges lists the zone's offsets over all sessions: the one before the first of them, then each change.
func zoneChanges(zone *time.Location, sessions []bareSession) []change {
	first, last := sessions[0].Start, sessions[0].Start
	for _, s := range sessions {
		first = min(first, s.Start)
		last = max(last, s.Start+s.Step*int64(len(s.Wh)))
	}
	var changes []change
	for at := time.Unix(first, 0).In(zone); ; {
		_, offset := at.Zone()
		changes = append(changes, change{at.Unix(), int64(offset)})
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Unix() > last {
			return changes
		}
		at = end
	}
}

// readYardstick reads the sessions and refuses those that the loop could not price exactly.
func readYardstick(path string) ([]bareSession, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	sessions, err := decodeYardstick(plain)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return sessions, nil
}

func decodeYardstick(r io.Reader) ([]bareSession, error) {
	var sessions []bareSession
	decoder := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	for {
		var s bareSession
		err := decoder.Decode(&s)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("session %d: %w", len(sessions)+1, err)
		}
		// Prices and clocks change on the hour only, so a step that divides it keeps each interval in one price.
		if s.Step <= 0 || 3600%s.Step != 0 || s.Start%s.Step != 0 {
			return nil, fmt.Errorf("session %d: a step of %d s from %d would straddle an hour", s.ID, s.Step, s.Start)
		}
		for _, wh := range s.Wh {
			if wh < 0 {
				return nil, fmt.Errorf("session %d: %d Wh is negative", s.ID, wh)
			}
		}
		sessions = append(sessions, s)
	}
	if len(sessions) == 0 {
		return nil, errors.New("no sessions")
	}
	return sessions, nil
}

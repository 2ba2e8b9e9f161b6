package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/feed"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/link/feedfile"
	"kwote/link/sessionfile"
)

// spotFile holds the real prices of an exchange by the hour, in EUR per MWh.
const spotFile = "data/spot_prices_dk/elspotprices.csv.gz"

// realTariff is a price for the real sessions and what they come to by it, which a program of its own,
// in rational numbers and another language's time zones, found as well.
type realTariff struct {
	name  string
	cents int64 // of all sessions with energy
	spot  bool
}

var realTariffs = []realTariff{
	{name: "flat", cents: 89_774_177},
	{name: "slots", cents: 81_830_703},
	{name: "minute30", cents: 315_795_917},
	{name: "blocking", cents: 126_965_464},
	{name: "free4h", cents: 58_911_500},
	{name: "spot", cents: 52_211_465, spot: true},
}

// priceReal prices the real sessions that moved energy by one tariff on one core with full, explained
// receipts. Each session is read by the clock of its own zone.
func (r realTariff) price(e env) (figure, error) {
	sessions, err := r.load(e)
	if err != nil {
		return figure{}, err
	}
	var ctx pricing.Context
	if r.spot {
		spot, err := feedfile.Read(filepath.Join(e.shared, spotFile), feedfile.Options{
			Name: "spot-dk2", Currency: "EUR", Unit: feed.PerMWh, Length: 3600, Time: "HourUTC", Price: "SpotPriceEUR"})
		if err != nil {
			return figure{}, err
		}
		ctx.Feeds = []*feed.Feed{&spot.Feed}
	}
	runtime.GOMAXPROCS(1)
	lines := 0
	best, rates, err := bestOf(5, time.Second, func() (int, error) {
		var cents int64
		lines = 0
		for i := range sessions {
			receipt, err := pricing.Price(sessions[i].tariff, sessions[i].facts, ctx)
			if err != nil {
				return 0, err
			}
			cents += receipt.Total.Minor
			lines += len(receipt.Lines)
		}
		if cents != r.cents {
			return 0, fmt.Errorf("the total is %s EUR and must be %s EUR", euros(cents), euros(r.cents))
		}
		return len(sessions), nil
	})
	if err != nil {
		return figure{}, err
	}
	return figure{value: best, unit: "sessions/s", database: "none", detail: map[string]any{
		"sessions": len(sessions), "lines": lines, "total": euros(r.cents), "currency": "EUR", "cores_used": 1, "runs": rates,
	}}, nil
}

// realSession is a session with its tariff compiled for its zone.
type realSession struct {
	tariff *pricing.Compiled
	facts  session.Facts
}

// load reads the usable real sessions that moved energy.
func (r realTariff) load(e env) ([]realSession, error) {
	src, err := os.ReadFile(filepath.Join("examples", "tariffs", "real-"+r.name+".yaml"))
	if err != nil {
		return nil, err
	}
	doc, err := tariff.Decode(src)
	if err != nil {
		return nil, err
	}
	byZone := map[string]*pricing.Compiled{}
	known := func(name string) bool {
		if byZone[name] == nil {
			zone, err := calendar.LoadZone(name)
			if err != nil {
				return false
			}
			byZone[name] = pricing.Compile(pricing.TariffRef{}, doc, zone)
		}
		return true
	}
	var out []realSession
	err = sessionfile.Read(filepath.Join(e.shared, realFile), func(raw session.Raw) bool {
		if f, _, problem := session.Admit(raw, known); problem == nil && f.Energy() > 0 {
			out = append(out, realSession{byZone[raw.Zone], f})
		}
		return true
	})
	return out, err
}

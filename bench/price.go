package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/link/sessionfile"
)

// yardstickTariff is the yardstick's price as a document, for whoever prices it with the product.
var yardstickTariff = filepath.Join("examples", "tariffs", "yardstick.yaml")

// priceFull prices the yardstick on one core with full, explained receipts.
func priceFull(e env) (figure, error) {
	compiled, facts, err := yardstick(e)
	if err != nil {
		return figure{}, err
	}
	runtime.GOMAXPROCS(1)
	lines := 0
	best, rates, err := bestOf(5, time.Second, func() (int, error) {
		var cents int64
		lines = 0
		for i := range facts {
			r, err := pricing.Price(compiled, facts[i], pricing.Context{})
			if err != nil {
				return 0, err
			}
			cents += r.Total.Minor
			lines += len(r.Lines)
		}
		if cents != yardstickCents {
			return 0, fmt.Errorf("the total is %s EUR and must be %s EUR", euros(cents), euros(yardstickCents))
		}
		return len(facts), nil
	})
	if err != nil {
		return figure{}, err
	}
	return figure{value: best, unit: "sessions/s", database: "none", detail: map[string]any{
		"sessions": len(facts), "lines": lines, "total": euros(yardstickCents), "currency": "EUR", "cores_used": 1, "runs": rates,
	}}, nil
}

// yardstick reads the yardstick's sessions as facts and compiles its tariff.
func yardstick(e env) (*pricing.Compiled, []session.Facts, error) {
	src, err := os.ReadFile(yardstickTariff)
	if err != nil {
		return nil, nil, err
	}
	doc, err := tariff.Decode(src)
	if err != nil {
		return nil, nil, err
	}
	zone, err := calendar.LoadZone(yardstickZone)
	if err != nil {
		return nil, nil, err
	}
	var facts []session.Facts
	var unusable *session.Problem
	err = sessionfile.Read(filepath.Join(e.shared, yardstickFile), func(raw session.Raw) bool {
		raw.Zone = yardstickZone
		var f session.Facts
		f, _, unusable = session.Admit(raw, func(string) bool { return true })
		facts = append(facts, f)
		return unusable == nil
	})
	if err == nil && unusable != nil {
		err = fmt.Errorf("session %d: %s", len(facts), unusable.Message)
	}
	return pricing.Compile(pricing.TariffRef{}, doc, zone), facts, err
}

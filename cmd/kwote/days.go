package main

import (
	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
)

// daySpending is what each driver of a file has been charged by local day, for
// tariffs with a maximum per day. Sessions count in the order of the file; one
// without a driver shares no maximum.
type daySpending map[dayOf]money.Exact

type dayOf struct {
	driver string
	day    calendar.Date
}

// price is the sum of one session; nil knows no maximum per day.
func (d daySpending) price(t zonedTariff, f *session.Facts, pc pricing.Context, driver string) (pricing.Sum, error) {
	if d == nil || driver == "" {
		return t.sums.Sum(f, pc)
	}
	zone, from := t.tariff.Zone(), f.Start
	if f.Reserved != nil {
		from = min(from, f.Reserved.From)
	}
	day, _ := zone.Local(from)
	for last, _ := zone.Local(f.End); day <= last; day++ {
		if spent, ok := d[dayOf{driver, day}]; ok {
			pc.Spent = append(pc.Spent, pricing.DayAmount{Date: day, Amount: spent})
		}
	}
	r, err := pricing.Price(t.tariff, *f, pc)
	if err != nil {
		return pricing.Sum{}, err
	}
	for _, charged := range r.Days {
		key := dayOf{driver, charged.Date}
		if d[key], err = d[key].Add(charged.Charged.Exact()); err != nil {
			return pricing.Sum{}, err
		}
	}
	return pricing.Sum{Exact: r.Exact, Total: r.Total, Net: r.Net}, nil
}

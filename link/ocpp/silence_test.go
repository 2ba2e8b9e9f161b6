package ocpp

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// moment is an instant of a session at which prices can be looked up.
type moment struct {
	date           calendar.Date
	time           calendar.TimeOfDay
	wh, duration   int64
	watts          int64
	charging, idle int64
	direct         bool
}

func drawMoment(t *rapid.T) moment {
	m := moment{
		date: calendar.NewDate(2026, time.May, rapid.IntRange(1, 14).Draw(t, "day")), time: calendar.TimeOfDay(rapid.IntRange(0, 1439).Draw(t, "minute") * 60),
		wh: rapid.Int64Range(0, 20).Draw(t, "kWh") * 1000, watts: rapid.Int64Range(0, 30).Draw(t, "kW") * 1000,
		charging: rapid.Int64Range(0, 12).Draw(t, "charging") * 300, idle: rapid.Int64Range(0, 12).Draw(t, "idle") * 300, direct: rapid.Bool().Draw(t, "DC"),
	}
	m.duration = m.charging + m.idle
	return m
}

// TestSilenceMeansEqual draws documents with little that OCPP cannot say: where
// nothing is reported lost, every moment costs the same.
func TestSilenceMeansEqual(t *testing.T) {
	silent := 0
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		x, lost, err := FromDocument(d, "")
		if err != nil || len(lost) > 0 {
			return
		}
		silent++
		prices := map[tariff.Kind]*Prices{tariff.Energy: x.Energy, tariff.Charging: x.ChargingTime, tariff.Idle: x.IdleTime, tariff.Session: x.FixedFee,
			tariff.Reservation: x.ReservationTime, tariff.ReservationFee: x.ReservationFixed}
		for range 5 {
			m := drawMoment(t)
			for _, k := range written {
				got, want := look(prices[k], m), lookDocument(d, k, m)
				if got.Cmp(want) != 0 {
					t.Fatalf("%s costs %s at %+v, want %s", k, got, m, want)
				}
			}
		}
	})
	if silent < 10 {
		t.Errorf("only %d documents could be said in full; the test draws too much that is lost", silent)
	}
}

// look is the first price whose conditions hold, nothing where there is none.
func look(p *Prices, m moment) *big.Rat {
	if p == nil {
		return new(big.Rat)
	}
	for _, price := range p.Prices {
		if c := price.Conditions; c == nil || c.hold(m) {
			return number(price.PerKWh + price.PerMinute + price.Fixed) // one of them is there
		}
	}
	return new(big.Rat)
}

func number(n json.Number) *big.Rat {
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		panic("not a number: " + n)
	}
	return r
}

func (c *Conditions) hold(m moment) bool {
	between := func(v int64, least, most json.Number) bool {
		return (least == "" || number(least).Cmp(big.NewRat(v, 1)) <= 0) && (most == "" || number(most).Cmp(big.NewRat(v, 1)) > 0)
	}
	clock, inTime := m.time.String(), true
	if c.StartTimeOfDay != "" {
		from, to := c.StartTimeOfDay, c.EndTimeOfDay
		inTime = from < to && from <= clock && clock < to || from > to && (from <= clock || clock < to)
	}
	return inTime && (len(c.DayOfWeek) == 0 || slices.Contains(c.DayOfWeek, m.date.Weekday().String())) &&
		(c.ValidFromDate == "" || m.date.String() >= c.ValidFromDate) && (c.ValidToDate == "" || m.date.String() < c.ValidToDate) &&
		(c.EVSEKind == "" || (c.EVSEKind == "DC") == m.direct) && between(m.wh, c.MinEnergy, c.MaxEnergy) && between(m.watts, c.MinPower, c.MaxPower) &&
		between(m.duration, c.MinTime, c.MaxTime) && between(m.charging, c.MinChargingTime, c.MaxChargingTime) && between(m.idle, c.MinIdleTime, c.MaxIdleTime)
}

// lookDocument is the document's price per minute, kWh or session, nothing
// during a grace.
func lookDocument(d tariff.Document, k tariff.Kind, m moment) *big.Rat {
	if spent, has := (map[tariff.Kind]int64{tariff.Charging: m.charging, tariff.Idle: m.idle})[k]; has && spent < d.Dimension(k).Grace {
		return new(big.Rat)
	}
	for _, r := range d.Dimension(k).Rules {
		c := r.When
		inTime := len(c.Time) == 0 || slices.ContainsFunc(c.Time, func(w calendar.Window) bool { return w.Has(m.time) })
		if !inTime || c.Days != 0 && !c.Days.Has(m.date.Weekday()) || c.DateFrom != nil && m.date < *c.DateFrom || c.DateBefore != nil && m.date >= *c.DateBefore ||
			c.Supply != tariff.UnknownSupply && (c.Supply == tariff.DC) != m.direct || !c.Energy.Has(energy.Quantity(m.wh)*energy.Wh) || !c.Power.Has(energy.Power(m.watts)*energy.W) ||
			!c.Duration.Has(m.duration) || !c.ChargingTime.Has(m.charging) || !c.IdleTime.Has(m.idle) {
			continue
		}
		price := big.NewRat(int64(r.Price), 1_000_000_000)
		if r.Per == tariff.PerHour {
			price.Quo(price, big.NewRat(60, 1))
		}
		if d.Terms == tariff.WithTax {
			price.Quo(price, big.NewRat(tariff.Whole+d.Taxes[0].Rate, tariff.Whole))
		}
		return price
	}
	return new(big.Rat)
}

// drawDocument draws a document most of which OCPP can say.
func drawDocument(t *rapid.T) tariff.Document {
	d := tariff.Document{Name: "drawn", Currency: "EUR", Terms: rapid.SampledFrom([]tariff.Terms{tariff.WithTax, tariff.WithoutTax}).Draw(t, "terms"),
		Taxes: []tariff.Tax{{Name: "VAT", Rate: 250_000}}, FailedStart: tariff.FailedStart{Never: true}}
	small := func(what string) int64 { return rapid.Int64Range(0, 6).Draw(t, what) }
	for _, k := range written {
		if k == tariff.Charging || k == tariff.Idle {
			d.Dimension(k).Grace = small("grace") * 300
		}
		for range rapid.IntRange(0, 3).Draw(t, k.String()) {
			r := tariff.Rule{Price: money.Price(rapid.Int64Range(0, 500).Draw(t, "price") * 75_000_000)}
			c := &r.When
			if k.Measure() == tariff.InFees {
				r.Per = tariff.PerSession
				d.Dimension(k).Rules = append(d.Dimension(k).Rules, r)
				continue
			}
			if k.Measure() == tariff.InTime {
				r.Per = rapid.SampledFrom([]tariff.Unit{tariff.PerMinute, tariff.PerHour}).Draw(t, "unit")
			}
			for range rapid.IntRange(0, 2).Draw(t, "windows") {
				from, to := rapid.IntRange(0, 23).Draw(t, "from"), rapid.IntRange(1, 24).Draw(t, "to")
				if from != to {
					c.Time = append(c.Time, calendar.Window{From: calendar.TimeOfDay(from * 3600), To: calendar.TimeOfDay(to * 3600)})
				}
			}
			c.Days = calendar.Weekdays(rapid.SampledFrom([]uint8{0, 0, 62, 65}).Draw(t, "days"))
			c.Supply = tariff.Supply(rapid.IntRange(0, 2).Draw(t, "supply"))
			switch rapid.IntRange(0, 5).Draw(t, "quantity") {
			case 0:
				c.Energy = tariff.Range[energy.Quantity]{From: energy.Quantity(small("kWh")) * energy.KWh}
			case 1:
				c.Power.Before = energy.Power(1+small("kW")) * 5 * energy.KW
			case 2:
				c.Duration.From = small("duration") * 600
			case 3:
				c.ChargingTime.Before = (1 + small("charging time")) * 300
			case 4:
				c.IdleTime = tariff.Range[int64]{From: 300, Before: (2 + small("idle time")) * 300}
			}
			d.Dimension(k).Rules = append(d.Dimension(k).Rules, r)
		}
	}
	return d
}

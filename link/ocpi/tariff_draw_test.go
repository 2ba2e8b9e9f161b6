package ocpi

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// drawTariff draws a tariff that the version can say.
func drawTariff(version Version) *rapid.Generator[Tariff] {
	return rapid.Custom(func(t *rapid.T) Tariff {
		x := Tariff{Version: version, Currency: "EUR"}
		x.ID = rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,20}[a-z0-9]`).Filter(func(s string) bool { return x.named(s) }).Draw(t, "id")
		for _, language := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"en", "de", "fr"}), rapid.ID[string]).Draw(t, "languages") {
			x.Texts = append(x.Texts, Text{language, rapid.StringMatching(`[A-Za-z€"]{1,9}`).Draw(t, "text")})
		}
		if version != V211 {
			x.CountryCode, x.PartyID = "NL", "XYZ"
			x.Start, x.End = drawMaybe(t, "start", drawInstant), drawMaybe(t, "end", drawInstant)
			if x.Start != nil && x.End != nil && *x.Start >= *x.End {
				x.End = nil
			}
		}
		rates := []int64{-1, 0, 190_000, 75_000}
		if version == V230 {
			x.TaxIncluded = rapid.SampledFrom([]TaxIncluded{TaxNotIncluded, TaxIsIncluded, TaxNotApplicable}).Draw(t, "tax included")
		}
		if version == V211 || x.TaxIncluded == TaxNotApplicable {
			rates = []int64{-1}
		} else if rapid.Bool().Draw(t, "one rate") {
			rates = []int64{rapid.SampledFrom(rates).Draw(t, "rate")}
		}
		for range rapid.IntRange(1, 6).Draw(t, "elements") {
			x.Elements = append(x.Elements, drawElement(t, version, rates))
		}
		if version != V211 {
			x.Min, x.Max = drawLimit(t, 0, 5), drawLimit(t, 10, 50)
		}
		return x
	}).Filter(func(x Tariff) bool {
		return len(x.ruled(func(string, string, string, ...any) {})) > 0
	})
}

// named reports whether the id is a document's name as it is.
func (t Tariff) named(id string) bool {
	t.ID = id
	return t.Name() == id
}

func drawInstant(t *rapid.T) calendar.Instant {
	return calendar.Instant(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "instant"))
}

func drawMaybe[T any](t *rapid.T, what string, draw func(*rapid.T) T) *T {
	if !rapid.Bool().Draw(t, what) {
		return nil
	}
	x := draw(t)
	return &x
}

func drawLimit(t *rapid.T, from, to int64) Limit {
	amount := func(t *rapid.T) money.Price {
		return money.Price(rapid.Int64Range(from*10_000, to*10_000).Draw(t, "limit") * wireStep)
	}
	l := Limit{Excl: drawMaybe(t, "limit before tax", amount)}
	if l.Excl != nil {
		l.Incl = drawMaybe(t, "limit after tax", amount)
	}
	return l
}

func drawElement(t *rapid.T, version Version, rates []int64) Element {
	var e Element
	r := &e.Restrictions
	types := []ComponentType{Energy, Flat, ParkingTime, Time}
	if version != V211 {
		r.Reservation = rapid.SampledFrom([]Reservation{NotReservation, NotReservation, Reserved, ReservationExpires}).Draw(t, "reservation")
		if r.Reservation != NotReservation {
			types = []ComponentType{Flat, Time}
		}
	}
	for _, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom(types), 1, len(types), rapid.ID[ComponentType]).Draw(t, "components") {
		c := Component{Type: kind, Price: money.Price(rapid.Int64Range(0, 30_000).Draw(t, "price") * wireStep), Step: 1}
		if kind != Flat {
			c.Step = rapid.SampledFrom([]int64{1, 1, 300, 900}).Draw(t, "step")
		}
		if kind == Energy {
			c.Step = rapid.SampledFrom([]int64{0, 1, 500}).Draw(t, "energy step")
		}
		if rate := rapid.SampledFrom(rates).Draw(t, "vat"); rate >= 0 {
			c.VAT = &rate
		}
		e.Components = append(e.Components, c)
	}
	if rapid.IntRange(0, 2).Draw(t, "restricted") == 0 {
		return e
	}
	drawRestrictions(t, r, version)
	return e
}

func drawRestrictions(t *rapid.T, r *Restrictions, version Version) {
	tod := func(t *rapid.T) calendar.TimeOfDay {
		return calendar.TimeOfDay(rapid.SampledFrom([]int{0, 7 * 60, 12*60 + 30, 22 * 60, 23*60 + 59}).Draw(t, "time") * 60)
	}
	date := func(t *rapid.T) calendar.Date {
		return calendar.NewDate(2026, time.May, rapid.IntRange(1, 12).Draw(t, "day"))
	}
	small := func(t *rapid.T) int64 { return rapid.Int64Range(0, 5).Draw(t, "bound") }
	r.StartTime, r.EndTime = drawMaybe(t, "start time", tod), drawMaybe(t, "end time", tod)
	if rapid.Bool().Draw(t, "calendar") {
		r.StartDate, r.EndDate = drawMaybe(t, "start date", date), drawMaybe(t, "end date", date)
		r.Days = calendar.Weekdays(rapid.Uint8Range(0, 127).Draw(t, "days"))
	}
	switch rapid.IntRange(0, 4).Draw(t, "quantity") {
	case 0:
		kwh := func(t *rapid.T) energy.Quantity { return energy.Quantity(small(t)) * 5 * energy.KWh / 2 }
		r.MinKWh, r.MaxKWh = drawMaybe(t, "min kwh", kwh), drawMaybe(t, "max kwh", kwh)
	case 1:
		seconds := func(t *rapid.T) int64 { return small(t) * 900 }
		r.MinDuration, r.MaxDuration = drawMaybe(t, "min duration", seconds), drawMaybe(t, "max duration", seconds)
	case 2:
		power := func(t *rapid.T) energy.Power { return energy.Power(small(t)) * 11 * energy.KW / 2 }
		r.MinPower, r.MaxPower = drawMaybe(t, "min power", power), drawMaybe(t, "max power", power)
	case 3:
		if version != V211 {
			amps := func(t *rapid.T) int64 { return small(t) * 8000 }
			r.MinCurrent, r.MaxCurrent = drawMaybe(t, "min current", amps), drawMaybe(t, "max current", amps)
		}
	}
}

// instantOf is a moment of a session at which prices can be looked up.
type instantOf struct {
	date              calendar.Date
	time              calendar.TimeOfDay
	energy            energy.Quantity
	duration          int64
	power             energy.Power
	current           int64
	reserved, expired bool
}

func drawMoment() *rapid.Generator[instantOf] {
	return rapid.Custom(func(t *rapid.T) instantOf {
		m := instantOf{
			date:     calendar.NewDate(2026, time.May, rapid.IntRange(1, 13).Draw(t, "day")),
			time:     calendar.TimeOfDay(rapid.SampledFrom([]int{0, 1, 6*60 + 59, 7 * 60, 12*60 + 29, 12*60 + 30, 21 * 60, 22 * 60, 23*60 + 58, 23*60 + 59}).Draw(t, "minute") * 60),
			energy:   energy.Quantity(rapid.Int64Range(0, 30).Draw(t, "energy")) * energy.KWh / 2,
			duration: rapid.Int64Range(0, 12).Draw(t, "duration") * 450,
			power:    energy.Power(rapid.Int64Range(0, 30).Draw(t, "power")) * energy.KW,
			current:  rapid.Int64Range(0, 12).Draw(t, "current") * 4000,
			reserved: rapid.Bool().Draw(t, "reserved"),
		}
		m.expired = m.reserved && rapid.Bool().Draw(t, "expired")
		return m
	})
}

// quoted is what a moment costs in a dimension.
type quoted struct {
	price money.Price // per kWh, hour or session
	vat   int64       // -1: none, -2: not known
	step  int64       // Wh or seconds
}

// quote looks a tariff up by the words of OCPI: the first element of the list
// that has the dimension and whose restrictions hold.
func quote(t Tariff, kind ComponentType, m instantOf) (quoted, bool) {
	passes := [][]Reservation{{NotReservation}}
	if m.reserved {
		passes = [][]Reservation{{Reserved}}
		if m.expired {
			passes = [][]Reservation{{Reserved, ReservationExpires}}
			if kind == Time {
				passes = [][]Reservation{{ReservationExpires}, {Reserved}}
			}
		}
	}
	for _, among := range passes {
		for _, e := range t.Elements {
			if !slices.Contains(among, e.Restrictions.Reservation) || !restrictionsHold(e.Restrictions, m) {
				continue
			}
			for _, c := range e.Components {
				if c.Type == kind {
					q := quoted{c.Price, -1, c.Step}
					if c.VAT != nil {
						q.vat = *c.VAT
					} else if t.TaxIncluded == TaxIsIncluded || t.Version == V211 || t.taxOpen() {
						q.vat = -2
					}
					if kind == Flat || kind != Energy && q.step <= 1 {
						q.step = 0
					}
					return q, true
				}
			}
		}
	}
	return quoted{}, false
}

func restrictionsHold(r Restrictions, m instantOf) bool {
	from, to := calendar.TimeOfDay(0), calendar.TimeOfDay(86400)
	if r.StartTime != nil {
		from = *r.StartTime
	}
	if r.EndTime != nil && *r.EndTime != 0 {
		to = *r.EndTime
	}
	inTime := from == to || from <= m.time && m.time < to || from > to && (m.time >= from || m.time < to)
	return inTime && (r.Days == 0 || r.Days.Has(m.date.Weekday())) &&
		(r.StartDate == nil || m.date >= *r.StartDate) && (r.EndDate == nil || m.date < *r.EndDate) &&
		between(m.energy, r.MinKWh, r.MaxKWh) && between(m.duration, r.MinDuration, r.MaxDuration) &&
		between(m.power, r.MinPower, r.MaxPower) && between(m.current, r.MinCurrent, r.MaxCurrent)
}

func between[T ~int64](v T, least, most *T) bool {
	return (least == nil || v >= *least) && (most == nil || v < *most)
}

// quoteDocument looks a document up: the first rule of the dimension that
// matches.
func quoteDocument(d tariff.Document, kind ComponentType, m instantOf) (quoted, bool) {
	reservation := NotReservation
	if m.reserved {
		reservation = Reserved
	}
	k, ok := reservation.kind(kind)
	if !ok {
		return quoted{}, false
	}
	for _, r := range d.Dimension(k).Rules {
		if !matches(r.When, m) {
			continue
		}
		q := quoted{r.Price, -2, r.Step}
		if k.Measure() == tariff.InEnergy {
			q.step /= int64(energy.Wh)
		}
		if r.Per == tariff.PerMinute {
			q.price *= 60
		}
		switch {
		case r.Untaxed || d.Terms == tariff.NoTax:
			q.vat = -1
		case len(r.Taxes) > 0:
			q.vat = r.Taxes[0].Rate
		case len(d.Taxes) > 0:
			q.vat = d.Taxes[0].Rate
		}
		return q, true
	}
	return quoted{}, false
}

func matches(c tariff.Condition, m instantOf) bool {
	inTime := len(c.Time) == 0 || slices.ContainsFunc(c.Time, func(w calendar.Window) bool { return w.Has(m.time) })
	outcome := c.Reservation == tariff.AnyOutcome || (c.Reservation == tariff.Expired) == m.expired
	return inTime && outcome && (c.Days == 0 || c.Days.Has(m.date.Weekday())) &&
		(c.DateFrom == nil || m.date >= *c.DateFrom) && (c.DateBefore == nil || m.date < *c.DateBefore) &&
		c.Energy.Has(m.energy) && c.Duration.Has(m.duration) && c.Power.Has(m.power) && c.Current.Has(m.current)
}

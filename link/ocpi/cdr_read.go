package ocpi

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/energy"
)

// maxPeriods bounds the charging periods of a record: one every ten seconds for
// two days are fewer.
const maxPeriods = 20_000

// Decimals of what is counted: µWh of a kWh, millionths of a second of an hour,
// mW of a kW, mA of an A.
const (
	kWhDecimals    = 9
	hourDecimals   = 9
	kWDecimals     = 6
	ampereDecimals = 3
)

// items is list without a word about untidiness, for what is only looked at.
func (v *value) items() []*value {
	if v.node == nil || v.node.Kind != document.List {
		return nil
	}
	return v.list("")
}

// requiredInstant is instant of a field that must be there.
func (v *value) requiredInstant(what string) calendar.Instant {
	if !v.present() {
		v.refuse("required", "%s is missing", what)
		return 0
	}
	at, ok := v.instant(what)
	if year := at.Time().Year(); ok && (year < 1990 || year > 2099) {
		v.refuse("datetime_out_of_range", "%s is %s, outside the years 1990 to 2099; check the clock that it comes from", what, at)
	}
	return at
}

// flag reads true or false, also as a text.
func (v *value) flag(what string) bool {
	switch s := strings.ToLower(v.text(what)); s {
	case "", "false":
		return false
	case "true":
		return true
	default:
		v.refuse("not_a_boolean", "%s is %q; it must be true or false", what, s)
		return false
	}
}

// zone reads an IANA zone; an unknown one is left out with a warning.
func (v *value) zone() string {
	name := v.text("time_zone")
	if _, err := calendar.LoadZone(name); err != nil {
		v.warn("zone_unknown", "%s; it was left out", err)
		return ""
	}
	return name
}

// number reads a number of any sign as a rational, with its decimals less
// trailing zeros.
func (v *value) number(what string) (n *big.Rat, decimals int, ok bool) {
	scaled, ok := v.decimal(what, 9)
	if !ok {
		return nil, 0, false
	}
	n = big.NewRat(scaled, 1_000_000_000)
	decimals, _ = n.FloatPrec()
	return n, decimals, true
}

// periodTypes are the dimensions that a period is read for; sessionTypes say
// something of a running session only, and FLAT nothing that a tariff does not.
var (
	periodTypes = []string{"ENERGY", "TIME", "PARKING_TIME", "RESERVATION_TIME", "MIN_POWER", "MAX_POWER", "MIN_CURRENT", "MAX_CURRENT"}
	silentTypes = []string{"FLAT", "CURRENT", "POWER", "ENERGY_IMPORT", "ENERGY_EXPORT", "STATE_OF_CHARGE"}
)

func (c *CDR) readPeriod(v *value) ChargingPeriod {
	p := ChargingPeriod{Path: v.path}
	if !v.isObject() {
		v.refuse("wrong_kind", "a charging period must be an object with named fields")
		return p
	}
	p.Start = v.field("start_date_time").requiredInstant("start_date_time")
	p.TariffID = v.field("tariff_id").text("tariff_id")
	v.skip("encoding_method", "meter_value")
	dimensions := v.field("dimensions")
	for _, d := range dimensions.list("dimensions") {
		p.readDimension(d, c.Credit)
	}
	if !dimensions.present() {
		dimensions.refuse("required", "the period has no dimensions, so nobody knows what happened in it")
	}
	if p.Energy != nil && *p.Energy < 0 && !c.Credit {
		dimensions.warn("energy_negative", "%s kWh were given back to the grid; they are priced by the ENERGY components with their sign", -*p.Energy)
	}
	v.done()
	return p
}

func (p *ChargingPeriod) readDimension(v *value, credit bool) {
	if !v.object("a dimension") {
		if !v.present() {
			v.refuse("required", "the dimension is empty")
		}
		return
	}
	kind, volume := v.field("type"), v.field("volume")
	word, known := kind.word("the type of the dimension", periodTypes...)
	v.done()
	switch {
	case word == "":
		kind.refuse("required", "the type of the dimension is missing")
		return
	case slices.Contains(silentTypes, word):
		return
	case !known:
		kind.warn("unknown_dimension", "the dimension %q is not known; it was left out", word)
		return
	case !volume.present():
		volume.refuse("required", "the volume of %s is missing", word)
		return
	}
	if !p.set(word, volume, credit) {
		v.refuse("dimension_twice", "%s stands twice in one period; write its whole volume once", word)
	}
}

// set reads the volume of a dimension, and reports whether it is the first one.
func (p *ChargingPeriod) set(word string, volume *value, credit bool) bool {
	switch word {
	case "ENERGY":
		return setEnergy(&p.Energy, volume, word)
	case "TIME":
		return setHours(&p.Charging, volume, word, credit)
	case "PARKING_TIME":
		return setHours(&p.Parking, volume, word, credit)
	case "RESERVATION_TIME":
		return setHours(&p.Reserved, volume, word, credit)
	case "MIN_POWER":
		return setExtent(&p.MinPower, volume, word, kWDecimals)
	case "MAX_POWER":
		return setExtent(&p.MaxPower, volume, word, kWDecimals)
	case "MIN_CURRENT":
		return setExtent(&p.MinCurrent, volume, word, ampereDecimals)
	}
	return setExtent(&p.MaxCurrent, volume, word, ampereDecimals)
}

// setExtent is set for power and current. One that flows back to the grid is
// below every bound that a tariff can have, as nothing is.
func setExtent[T ~int64](to **T, v *value, what string, places int) bool {
	first := set(to, v, what, places, true)
	if first && *to != nil && **to < 0 {
		**to = 0
	}
	return first
}

// set reads a volume into a place that must still be empty, and reports whether
// it was. What is refused leaves the place as it is.
func set[T ~int64](to **T, v *value, what string, places int, signed bool) bool {
	if *to != nil {
		return false
	}
	read := v.decimals
	if signed {
		read = v.decimal
	}
	if n, ok := read(what, places); ok {
		t := T(n)
		*to = &t
	}
	return true
}

// maxEnergy is more than anything charges in one period: 100 MWh.
const maxEnergy = 100_000 * energy.KWh

// setEnergy is set for energy of either sign.
func setEnergy(to **energy.Quantity, v *value, what string) bool {
	first := set(to, v, what, kWhDecimals, true)
	if first && *to != nil && (**to > maxEnergy || **to < -maxEnergy) {
		v.refuse("volume_out_of_range", "%s is %s kWh; no period has that much", what, v.node.Text)
	}
	return first
}

// maxHours is more than any session lasts: eleven years.
const maxHours = 100_000 * 1_000_000_000

// setHours is set for hours, kept in millionths of a second.
func setHours(to **int64, v *value, what string, credit bool) bool {
	if *to != nil {
		return false
	}
	if !set(to, v, what, hourDecimals, credit) || *to == nil {
		return true
	}
	if n := **to; n > maxHours || n < -maxHours {
		v.refuse("volume_out_of_range", "%s is %s hours; no session lasts that long", what, v.node.Text)
	}
	// 10^-9 h are 3.6 µs.
	**to = mulRound(**to, 18, 5)
	return true
}

// mulRound is n·a/b, halves away from zero.
func mulRound(n, a, b int64) int64 {
	half := b / 2
	if n < 0 {
		half = -half
	}
	return (n*a + half) / b
}

// order puts periods in order of time and joins those that tell one stretch in
// several pieces.
func (c *CDR) order(r *reader) {
	if len(c.Periods) > maxPeriods {
		r.refuse(c.root+"charging_periods", "too_many", "%d charging periods; at most %d are read", len(c.Periods), maxPeriods)
		c.Periods = nil
		return
	}
	byStart := func(a, b ChargingPeriod) int { return int(min(1, max(-1, a.Start-b.Start))) }
	if !slices.IsSortedFunc(c.Periods, byStart) {
		r.warn(c.root+"charging_periods", "periods_out_of_order", "the charging periods are not in order of time; they were put in order")
		slices.SortStableFunc(c.Periods, byStart)
	}
	for i, p := range c.Periods {
		switch {
		case p.Start < c.Start:
			r.warn(p.Path, "period_outside", "the period begins %s, before the record does at %s", p.Start, c.Start)
		case p.Start > c.End:
			r.warn(p.Path, "period_outside", "the period begins %s, after the record has ended at %s", p.Start, c.End)
		}
		if i > 0 && p.Start == c.Periods[i-1].Start {
			r.warn(p.Path, "periods_overlap", "the period begins at the same time as another, %s", p.Start)
		}
	}
	c.Periods = joined(c.Periods)
	if len(c.Periods) > 0 && c.Periods[0].Start > c.Start && c.Periods[0].Reserved == nil {
		first := c.Periods[0]
		r.warn(c.root+"charging_periods", "gap_before_periods", "the first period begins %s, after the record does at %s; durations count from the record's start", first.Start, c.Start)
		c.Periods = slices.Insert(c.Periods, 0, ChargingPeriod{Path: c.root + "charging_periods", Start: c.Start, TariffID: first.TariffID, gap: true})
	}
}

// joined puts periods with one start and one tariff together as long as they
// tell different things.
func joined(periods []ChargingPeriod) []ChargingPeriod {
	var out []ChargingPeriod
	for _, p := range periods {
		if n := len(out) - 1; n >= 0 && out[n].Start == p.Start && out[n].TariffID == p.TariffID && out[n].take(p) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// take adds what another period tells, unless both tell something of the same.
func (p *ChargingPeriod) take(q ChargingPeriod) bool {
	clash := p.Energy != nil && q.Energy != nil || p.Charging != nil && q.Charging != nil ||
		p.Parking != nil && q.Parking != nil || p.Reserved != nil && q.Reserved != nil ||
		p.MinPower != nil && q.MinPower != nil || p.MaxPower != nil && q.MaxPower != nil ||
		p.MinCurrent != nil && q.MinCurrent != nil || p.MaxCurrent != nil && q.MaxCurrent != nil
	if clash {
		return false
	}
	p.Energy = either(p.Energy, q.Energy)
	p.Charging, p.Parking, p.Reserved = either(p.Charging, q.Charging), either(p.Parking, q.Parking), either(p.Reserved, q.Reserved)
	p.MinPower, p.MaxPower = either(p.MinPower, q.MinPower), either(p.MaxPower, q.MaxPower)
	p.MinCurrent, p.MaxCurrent = either(p.MinCurrent, q.MinCurrent), either(p.MaxCurrent, q.MaxCurrent)
	return true
}

func either[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// refuse is value.refuse for a place that is no single value.
func (r *reader) refuse(path, code, format string, args ...any) {
	at := &value{path: path, r: r}
	at.refuse(code, format, args...)
}

// hours writes millionths of a second for people, in hours.
func hours(micros int64) string {
	return fmt.Sprint(decimalOf(roundPlaces(big.NewRat(micros, 3_600_000_000), 6), 1))
}

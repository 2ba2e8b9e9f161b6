package ocpi

import (
	"fmt"
	"math/big"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
)

// CDR is a charge detail record as another party wrote it, of any version.
type CDR struct {
	Version   Version
	ID        string
	SessionID string
	// Start is that of the reservation where there was one.
	Start, End calendar.Instant
	// Zone is the IANA zone of a location that carries one, else empty; Country
	// is the location's ISO 3166-1 code of two or three letters.
	Zone    string
	Country string
	// Currency is empty where the record does not say; then it is the tariff's.
	Currency money.Currency
	// AdHoc says that the driver had no contract.
	AdHoc   bool
	Supply  string // AC_1_PHASE, AC_3_PHASE, DC ...; empty: unknown
	Tariffs []Tariff
	// Periods are in order of time.
	Periods []ChargingPeriod
	Totals  []DeclaredTotal
	// Credit says that the record takes back the one that CreditOf names.
	Credit   bool
	CreditOf string

	// root is the path of the record in its message, with a point behind it where
	// there is one.
	root string
	// ofTariffs is what was found in the tariffs, which counts only where they
	// are used.
	ofTariffs reader
	// timesAsWritten takes times from the hours even where they agree with the
	// times of the periods, up to whole seconds.
	timesAsWritten bool
}

// ChargingPeriod is a stretch of a record, up to the next period's start or the
// record's end. Volumes that were not told are nil.
type ChargingPeriod struct {
	Path     string
	Start    calendar.Instant
	TariffID string
	Energy   *energy.Quantity // below zero: given back to the grid
	// The times are in millionths of a second, which hold hours of up to nine
	// decimals exactly enough.
	Charging, Parking, Reserved *int64
	MinPower, MaxPower          *energy.Power
	MinCurrent, MaxCurrent      *int64 // mA, summed over the phases
	// gap: no period, but the time before the first one, of which nothing is told.
	gap bool
}

// DeclaredTotal is one total that a record states about itself.
type DeclaredTotal struct {
	Field string   // "total_cost.excl_vat"
	Value *big.Rat // of the currency's unit, kWh or hours
	// Decimals is how many decimals were written, trailing zeros left out.
	Decimals int
}

// declaredPrices are the fields of a record that are prices.
var declaredPrices = []string{"total_cost", "total_fixed_cost", "total_energy_cost", "total_time_cost", "total_parking_cost", "total_reservation_cost"}

// declaredVolumes are the fields of a record that are quantities.
var declaredVolumes = []string{"total_energy", "total_time", "total_parking_time"}

// ReadCDR reads a charge detail record, with or without an OCPI envelope. An
// empty version is inferred from the fields. Warnings say what was taken though
// it is untidy; a fault names the path of everything whose meaning is not
// certain.
func ReadCDR(src []byte, version Version) (CDR, []Warning, error) {
	r, v, err := parse(src)
	if err != nil {
		return CDR{}, nil, err
	}
	if v.node.Kind == document.List {
		if n := len(v.node.Items); n != 1 {
			return CDR{}, nil, fault.New(fault.Invalid, "not_one_cdr", fmt.Sprintf("the message holds a list of %d charge detail records; give one at a time", n))
		}
		v = v.list("the message")[0]
	}
	if v.looksLike("elements", "charging_periods") {
		v.refuse("is_tariff", "this is a tariff, not a charge detail record; name it with --tariff")
		return CDR{}, r.warnings, r.problem("cdr_invalid", cdrRefused)
	}
	if !v.isObject() {
		v.refuse("wrong_kind", "a charge detail record must be one object with named fields")
		return CDR{}, r.warnings, r.problem("cdr_invalid", cdrRefused)
	}
	if version == "" {
		version = versionOfCDR(v)
	}
	c := CDR{Version: version}
	if v.path != "" {
		c.root = v.path + "."
	}
	c.read(v)
	return c, r.warnings, r.problem("cdr_invalid", cdrRefused)
}

const cdrRefused = "the charge detail record cannot be read"

// versionOfCDR infers the version from what only one of them has.
func versionOfCDR(v *value) Version {
	total := v.field("total_cost")
	switch {
	case total.field("before_taxes").present():
		return V230
	case total.field("excl_vat").present():
		return V221
	case v.field("stop_date_time").present() || v.field("auth_id").present():
		return V211
	}
	for _, t := range v.field("tariffs").items() {
		if t.field("tax_included").present() {
			return V230
		}
	}
	if v.field("end_date_time").present() || v.field("cdr_location").present() || v.field("cdr_token").present() {
		return V221
	}
	return V211
}

func (c *CDR) read(v *value) {
	c.ID = v.field("id").text("id")
	c.SessionID = v.field("session_id").text("session_id")
	c.Start = v.field("start_date_time").requiredInstant("start_date_time")
	c.End = c.readEnd(v)
	if c.End < c.Start && len(v.r.issues) == 0 {
		v.field("start_date_time").refuse("cdr_end_before_start", "the record starts %s, after it ends %s; check the two times", c.Start, c.End)
	}
	currency := v.field("currency")
	if s := currency.text("the currency"); s != "" {
		c.Currency = readCurrency(currency, s)
	}
	c.readPlace(v)
	c.AdHoc = strings.EqualFold(v.field("cdr_token").field("type").text("type"), "AD_HOC_USER")
	c.Credit = v.field("credit").flag("credit")
	c.CreditOf = v.field("credit_reference_id").text("credit_reference_id")
	c.readTariffs(v.field("tariffs"))
	periods := v.field("charging_periods")
	for _, p := range periods.list("charging_periods") {
		c.Periods = append(c.Periods, c.readPeriod(p))
	}
	if len(c.Periods) == 0 {
		periods.refuse("required", "charging_periods is missing or empty; without periods there is nothing to price")
	}
	c.readTotals(v)
	c.order(v.r)
	v.skip("country_code", "party_id", "auth_id", "auth_method", "authorization_reference", "cdr_token", "cdr_location", "location",
		"meter_id", "signed_data", "total_reservation_cost", "remark", "invoice_reference_id", "home_charging_compensation",
		"booking_id", "last_updated", "stop_date_time", "end_date_time")
	v.done()
}

// readTariffs reads the record's tariffs. What is wrong with them does not matter
// to whoever prices the record by another one.
func (c *CDR) readTariffs(v *value) {
	for _, t := range v.list("tariffs") {
		t.r = &c.ofTariffs
		c.Tariffs = append(c.Tariffs, t.r.tariff(t, c.Version))
	}
}

// readEnd reads the record's end, whose name changed with 2.2.
func (c *CDR) readEnd(v *value) calendar.Instant {
	name, other := "end_date_time", "stop_date_time"
	if c.Version == V211 {
		name, other = other, name
	}
	if !v.field(name).present() && v.field(other).present() {
		v.field(other).warn("field_of_another_version", "OCPI %s calls this field %s; it was read as that", c.Version, name)
		name = other
	}
	return v.field(name).requiredInstant(name)
}

// readPlace reads the zone, the country and the kind of current, wherever the
// version keeps them.
func (c *CDR) readPlace(v *value) {
	for _, name := range []string{"cdr_location", "location"} {
		l := v.field(name)
		if !l.isObject() {
			continue
		}
		if zone := l.field("time_zone"); zone.present() && c.Zone == "" {
			c.Zone = zone.zone()
		}
		if country := l.field("country"); country.present() && c.Country == "" {
			c.Country = country.text("country")
		}
		c.Supply = l.field("connector_power_type").text("connector_power_type")
		if evses := l.field("evses").items(); len(evses) == 1 {
			if connectors := evses[0].field("connectors").items(); len(connectors) == 1 {
				c.Supply = connectors[0].field("power_type").text("power_type")
			}
		}
	}
}

// readTotals reads what the record says of its sums. Bare numbers and prices
// are taken for what they are, whatever the version.
func (c *CDR) readTotals(v *value) {
	for _, name := range declaredPrices {
		p := v.field(name)
		if !p.present() {
			continue
		}
		if !p.isObject() {
			if c.Version != V211 {
				p.warn("price_form", "%s is a bare number; OCPI %s has an object here, so it was read as the amount without tax", name, c.Version)
			}
			c.declare(p, name)
			continue
		}
		c.declare(p.field("excl_vat"), name+".excl_vat")
		c.declare(p.field("incl_vat"), name+".incl_vat")
		c.declareTaxed(p, name)
		p.done()
	}
	for _, name := range declaredVolumes {
		c.declare(v.field(name), name)
	}
}

// declareTaxed reads a price of 2.3.0, whose taxes stand apart.
func (c *CDR) declareTaxed(p *value, name string) {
	before := p.field("before_taxes")
	c.declare(before, name+".before_taxes")
	taxes := p.field("taxes")
	if !before.present() || !taxes.present() {
		return
	}
	sum, decimals := new(big.Rat), 0
	if n := len(c.Totals); n > 0 && c.Totals[n-1].Field == name+".before_taxes" {
		sum.Set(c.Totals[n-1].Value)
		decimals = c.Totals[n-1].Decimals
	}
	for _, t := range taxes.list("taxes") {
		t.skip("name", "account_number", "percentage")
		amount, places, ok := t.field("amount").number("amount")
		if !ok {
			return
		}
		sum.Add(sum, amount)
		decimals = max(decimals, places)
	}
	c.Totals = append(c.Totals, DeclaredTotal{name + ".taxes", sum, decimals})
}

func (c *CDR) declare(v *value, field string) {
	if n, decimals, ok := v.number(field); ok {
		c.Totals = append(c.Totals, DeclaredTotal{field, n, decimals})
	}
}

// Declared is the declared total of the field, or nil.
func (c *CDR) Declared(field string) *DeclaredTotal {
	for i := range c.Totals {
		if c.Totals[i].Field == field {
			return &c.Totals[i]
		}
	}
	return nil
}

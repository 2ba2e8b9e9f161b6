package ocpi

import (
	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/energy"
	"kwote/domain/money"
)

// Tariff is a tariff of any version: what one version does not have is unset.
type Tariff struct {
	// Version is the version in which the tariff was read.
	Version Version
	Identity
	Currency money.Currency
	Texts    []Text // tariff_alt_text
	// TaxIncluded says what prices are; versions before 2.3.0 exclude tax.
	TaxIncluded TaxIncluded
	Min, Max    Limit
	Start, End  *calendar.Instant
	// Preauthorise is 2.3.0's preauthorize_amount; nil: none.
	Preauthorise *money.Price
	Elements     []Element
}

// Identity is what an OCPI tariff says about itself and its owner, none of
// which changes a price or has a place in a Kwote document.
type Identity struct {
	CountryCode string // ISO 3166-1 alpha-2
	PartyID     string // ISO 15118, three letters
	ID          string
	Type        string // REGULAR, AD_HOC_PAYMENT, PROFILE_...; empty: all sessions
	AltURL      string
	EnergyMix   *document.Node
	LastUpdated *calendar.Instant
}

// Text is a text in a language.
type Text struct{ Language, Text string }

// TaxIncluded is 2.3.0's tax_included.
type TaxIncluded uint8

// The values; the zero value is that of the versions before 2.3.0.
const (
	TaxNotIncluded   TaxIncluded = iota // NO
	TaxIsIncluded                       // YES
	TaxNotApplicable                    // N/A
)

// String is the value on the wire.
func (t TaxIncluded) String() string { return [...]string{"NO", "YES", "N/A"}[t] }

// Limit bounds the total of a session before and after tax, independently; nil
// sets none.
type Limit struct{ Excl, Incl *money.Price }

// set reports whether the limit says anything.
func (l Limit) set() bool { return l.Excl != nil || l.Incl != nil }

// Element is a set of price components that hold together under restrictions.
type Element struct {
	Components   []Component
	Restrictions Restrictions
	path         string   // in the message that was read
	unknown      []string // restrictions that are not known, as they were written
}

// Component is a price for one dimension.
type Component struct {
	Type  ComponentType
	Price money.Price // per kWh, per hour, or once
	// VAT is in millionths; nil: no VAT is due (2.2.1 mod_tariffs, PriceComponent).
	VAT *int64
	// Step is step_size in Wh or seconds; zero: none.
	Step int64
	path string
}

// ComponentType is a dimension that can have a price.
type ComponentType uint8

// The types of component.
const (
	Energy ComponentType = iota
	Flat
	ParkingTime
	Time
	componentTypes
)

var componentNames = [...]string{"ENERGY", "FLAT", "PARKING_TIME", "TIME"}

// String is the type on the wire.
func (t ComponentType) String() string { return componentNames[t] }

// Restrictions hold when all that are set hold. Bounds from below include their
// value, those from above exclude it.
type Restrictions struct {
	// StartTime and EndTime are local; EndTime at or before StartTime passes
	// midnight, equal ones are the whole day.
	StartTime, EndTime *calendar.TimeOfDay
	StartDate, EndDate *calendar.Date
	MinKWh, MaxKWh     *energy.Quantity
	// Currents are in mA, summed over the phases.
	MinCurrent, MaxCurrent *int64
	MinPower, MaxPower     *energy.Power
	// Durations are in seconds since the session's start.
	MinDuration, MaxDuration *int64
	Days                     calendar.Weekdays // zero: every day
	Reservation              Reservation
}

// Reservation is the restriction of an element to reservations.
type Reservation uint8

// The restrictions.
const (
	NotReservation     Reservation = iota
	Reserved                       // RESERVATION
	ReservationExpires             // RESERVATION_EXPIRES
)

// String is the restriction on the wire.
func (r Reservation) String() string {
	return [...]string{"", "RESERVATION", "RESERVATION_EXPIRES"}[r]
}

// tariffVersion is the version whose fields the tariff uses.
func (v *value) tariffVersion() Version {
	has := func(at *value, names ...string) bool {
		for _, n := range names {
			if at.node != nil && at.field(n).node != nil {
				return true
			}
		}
		return false
	}
	first := func(list *value) *value {
		if list.node != nil && list.node.Kind == document.List && len(list.node.Items) > 0 {
			return &value{node: list.node.Items[0], r: v.r}
		}
		return &value{node: list.node, r: v.r}
	}
	probe := &value{node: v.node, r: v.r} // leaves no trace of what was looked at
	element := first(probe.field("elements"))
	component := first(element.field("price_components"))
	restrictions := element.field("restrictions")
	switch {
	case has(probe, "tax_included", "preauthorize_amount"),
		has(probe.field("min_price"), "before_taxes", "after_taxes"), has(probe.field("max_price"), "before_taxes", "after_taxes"):
		return V230
	case has(probe, "country_code", "party_id", "type", "min_price", "max_price", "start_date_time", "end_date_time"),
		has(component, "vat"), has(restrictions, "min_current", "max_current", "reservation"):
		return V221
	}
	return V211
}

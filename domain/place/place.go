// Package place owns where charging happens: networks, partners, locations and
// EVSEs. It does not know prices or who charges there.
//
// Invariant: a location's time zone is an IANA zone and its country an
// ISO 3166-1 code (TestValidate).
package place

import (
	"fmt"

	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
)

// Network is a set of locations with one rule of who pays what.
type Network struct {
	ID         string
	ExternalID string
	Name       string
	Precedence assign.Precedence
	// DefaultTariff is the name of the tariff for sessions that no group
	// prices; empty means that such sessions are refused.
	DefaultTariff string
	Version       int64
}

// Partner is a site owner or another company on whose ground or behalf
// charging is offered.
type Partner struct {
	ID         string
	ExternalID string
	Name       string
	Version    int64
}

// Location is a site with one address, one country and one time zone.
type Location struct {
	ID         string
	ExternalID string
	NetworkID  string
	PartnerID  string // owner of the site; empty: the operator itself
	Name       string
	Address    string
	City       string
	PostalCode string
	Country    string // ISO 3166-1 alpha-2, "FR"
	Region     string // ISO 3166-2 without the country, "CA"; may be empty
	TimeZone   string // IANA, "Europe/Paris"
	Version    int64
}

// EVSE is one charge point that serves one car at a time (OCPI EVSE).
type EVSE struct {
	ID         string
	ExternalID string // the EVSE ID printed at the point, "FR*KWO*E1201"
	LocationID string
	Name       string
	Current    Current
	MaxPower   energy.Power // rated power; 0 when unknown
	Access     assign.Access
	Version    int64
}

// Current is the kind of current that an EVSE delivers.
type Current string

// The kinds of current.
const (
	AC Current = "AC"
	DC Current = "DC"
)

// Validate reports every field that cannot be kept.
func (l Location) Validate() error {
	var issues []fault.Issue
	if l.Name == "" {
		issues = append(issues, fault.Issue{Code: "required", Field: "name", Message: "a location needs a name"})
	}
	if len(l.Country) != 2 || l.Country[0] < 'A' || l.Country[0] > 'Z' || l.Country[1] < 'A' || l.Country[1] > 'Z' {
		issues = append(issues, fault.Issue{Code: "country_unknown", Field: "country",
			Message: fmt.Sprintf("%q is not an ISO 3166-1 code such as FR", l.Country)})
	}
	if _, err := calendar.LoadZone(l.TimeZone); err != nil {
		issues = append(issues, fault.Issue{Code: "zone_unknown", Field: "timeZone", Message: err.Error()})
	}
	return invalid("location_invalid", "the location cannot be saved", issues)
}

// Validate reports every field that cannot be kept.
func (e EVSE) Validate() error {
	var issues []fault.Issue
	if e.LocationID == "" {
		issues = append(issues, fault.Issue{Code: "required", Field: "locationId", Message: "an EVSE belongs to a location"})
	}
	if e.ExternalID == "" && e.Name == "" {
		issues = append(issues, fault.Issue{Code: "required", Field: "externalId", Message: "an EVSE needs an EVSE ID or a name"})
	}
	if e.Current != AC && e.Current != DC {
		issues = append(issues, fault.Issue{Code: "current_unknown", Field: "current",
			Message: fmt.Sprintf("%q is neither AC nor DC", e.Current)})
	}
	if e.MaxPower < 0 {
		issues = append(issues, fault.Issue{Code: "negative", Field: "maxPowerKw", Message: "the power cannot be below zero"})
	}
	if !e.Access.Valid() {
		issues = append(issues, fault.Issue{Code: "access_unknown", Field: "access",
			Message: fmt.Sprintf("%q is none of public, restricted, private", e.Access)})
	}
	return invalid("evse_invalid", "the EVSE cannot be saved", issues)
}

func invalid(code, message string, issues []fault.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return &fault.Fault{Kind: fault.Invalid, Code: code, Message: message, Issues: issues}
}

// Package place owns where charging happens: networks, partners, locations and
// EVSEs. It does not know prices or who charges there.
//
// Invariants, and the test that proves each:
//   - a location's time zone is an IANA zone and its country an ISO 3166-1
//     alpha-2 code or that of an unknown one (TestValidate, TestKnownCountry);
//   - no name is blank and every external id can be part of an address
//     (TestNamesAndIDs).
package place

import (
	"fmt"
	"strings"

	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/text"
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
	Country    string // ISO 3166-1 alpha-2, "FR"; UnknownCountry where it is unknown
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

// The kinds of current; UnknownCurrent is that of points which nobody has
// described, such as those that an import's file names.
const (
	UnknownCurrent Current = ""
	AC             Current = "AC"
	DC             Current = "DC"
)

// Trimmed is the network as it is kept: without spaces around its name.
func (n Network) Trimmed() Network { n.Name = strings.TrimSpace(n.Name); return n }

// Trimmed is the partner as it is kept: without spaces around its name.
func (p Partner) Trimmed() Partner { p.Name = strings.TrimSpace(p.Name); return p }

// Trimmed is the location as it is kept: without spaces around its name.
func (l Location) Trimmed() Location { l.Name = strings.TrimSpace(l.Name); return l }

// Trimmed is the EVSE as it is kept: without spaces around its name.
func (e EVSE) Trimmed() EVSE { e.Name = strings.TrimSpace(e.Name); return e }

// Named reports what is wrong with a name and an external id.
func Named(name, externalID string) []fault.Issue {
	var issues []fault.Issue
	for _, i := range []*fault.Issue{text.Name("name", name), text.ExternalID("externalId", externalID)} {
		if i != nil {
			issues = append(issues, *i)
		}
	}
	return issues
}

// Validate reports every field that cannot be kept.
func (l Location) Validate() error {
	issues := Named(l.Name, l.ExternalID)
	for _, f := range []struct{ field, value string }{{"address", l.Address}, {"city", l.City}, {"postalCode", l.PostalCode}, {"region", l.Region}} {
		if !text.Readable(f.value) {
			issues = append(issues, fault.Issue{Code: "text_unreadable", Field: f.field, Message: text.Unreadable(f.field).Message})
		}
	}
	if l.Name == "" {
		issues = append(issues, fault.Issue{Code: "required", Field: "name", Message: "a location needs a name"})
	}
	if !KnownCountry(l.Country) {
		issues = append(issues, fault.Issue{Code: "country_unknown", Field: "country",
			Message: fmt.Sprintf("%q is not an ISO 3166-1 alpha-2 code such as FR; write %s where the country is unknown", l.Country, UnknownCountry)})
	}
	if _, err := calendar.LoadZone(l.TimeZone); err != nil {
		issues = append(issues, fault.Issue{Code: "zone_unknown", Field: "timeZone", Message: err.Error()})
	}
	return invalid("location_invalid", "the location cannot be saved", issues)
}

// Validate reports every field that cannot be kept.
func (e EVSE) Validate() error {
	issues := Named(e.Name, e.ExternalID)
	if e.LocationID == "" {
		issues = append(issues, fault.Issue{Code: "required", Field: "locationId", Message: "an EVSE belongs to a location"})
	}
	if e.ExternalID == "" && e.Name == "" {
		issues = append(issues, fault.Issue{Code: "required", Field: "externalId", Message: "an EVSE needs an EVSE ID or a name"})
	}
	if e.Current != AC && e.Current != DC && e.Current != UnknownCurrent {
		issues = append(issues, fault.Issue{Code: "current_unknown", Field: "current",
			Message: fmt.Sprintf("%q is neither AC nor DC; leave it out where it is unknown", e.Current)})
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

package ocpi

import (
	"fmt"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// Issue is a priced session with all that a charge detail record says of it.
// The facts are those that the receipt priced, to their end, and the document
// is the version that priced them.
type Issue struct {
	CDRIdentity
	Token    CDRToken
	Location CDRLocation
	Tariff   Identity // of the tariff in the record
	Facts    session.Facts
	Document tariff.Document
	Receipt  pricing.Receipt
}

// CDRIdentity is what a record says about itself.
type CDRIdentity struct {
	CountryCode string // ISO 3166-1 alpha-2, of the operator
	PartyID     string
	ID          string
	SessionID   string
	// AuthMethod is AUTH_REQUEST, COMMAND (not in 2.1.1) or WHITELIST.
	AuthMethod    string
	Authorisation string // authorization_reference
	MeterID       string
	Remark        string
	LastUpdated   calendar.Instant
}

// CDRToken is the driver's token.
type CDRToken struct {
	CountryCode, PartyID string // of its issuer
	UID                  string
	Type                 string // AD_HOC_USER, APP_USER, OTHER, RFID
	ContractID           string
}

// CDRLocation is where the session took place.
type CDRLocation struct {
	ID, Name, Address, City, PostalCode, State string
	Country                                    string // ISO 3166-1 alpha-3
	Latitude, Longitude                        string // decimal degrees
	Zone                                       string // IANA; written in 2.1.1 only, which has a place for it
	EVSEUID, EVSEID                            string
	ConnectorID                                string
	Standard, Format, PowerType                string // as OCPI names them
	Voltage, Amperage                          int    // V and A; 2.1.1 only
}

// CDRFrom is the record of a priced session in the version, with everything that
// it cannot say. Its periods are cut wherever a price changes, so that whoever
// prices each by the state at its start gets the receipt. The fault names every
// required field that is missing.
func CDRFrom(i Issue, version Version) (IssuedCDR, []Loss, error) {
	if err := i.complete(version); err != nil {
		return IssuedCDR{}, nil, err
	}
	t, lost, err := FromDocument(i.Document, version, i.Tariff)
	if err != nil {
		return IssuedCDR{}, lost, err
	}
	if t.LastUpdated == nil {
		t.LastUpdated = &i.LastUpdated
	}
	l := &losses{list: lost}
	i.review(version, l)
	out := IssuedCDR{version: version, wire: i.wire(version)}
	if err := out.wire.addTariff(t); err != nil {
		return IssuedCDR{}, nil, err
	}
	out.wire.Periods = i.periods(version, t.ID)
	i.totals(&out)
	return out, l.list, nil
}

// review notes what the version's records cannot say of such a session.
func (i *Issue) review(version Version, l *losses) {
	if version == V211 {
		if i.Facts.Reserved != nil {
			l.add("charging_periods", "reservation", "OCPI 2.1.1 has no reservations in charge detail records; it was left out")
		}
		for k := range tariff.Kind(tariff.Kinds) {
			if i.asksPower(k) {
				l.add("charging_periods", "power", "OCPI 2.1.1 has no power in charge detail records, so the prices by power cannot be checked")
				break
			}
		}
	}
	if i.Receipt.PausedTime > 0 {
		l.add("charging_periods", "pauses", "a pause by the operator is neither charging nor parking; its period has no time")
	}
	if i.Receipt.Exported > 0 && version == V211 {
		l.add("charging_periods", "export", "OCPI 2.1.1 has no energy below zero; the energy given back was left out")
	}
}

// complete is the fault of missing fields, or nil.
func (i *Issue) complete(version Version) error {
	f := &fault.Fault{Kind: fault.Invalid, Code: "cdr_incomplete", Message: "the charge detail record cannot be written:"}
	need := func(field, s string, most int) {
		switch n := len([]rune(s)); {
		case s == "":
			f.Issues = append(f.Issues, fault.Issue{Code: "required", Field: field, Message: field + " is missing; OCPI requires it"})
		case n > most:
			f.Issues = append(f.Issues, fault.Issue{Code: "too_long", Field: field, Message: fmt.Sprintf("%s has %d characters; OCPI %s allows %d", field, n, version, most)})
		}
	}
	l := &i.Location
	longestID := 39
	if version == V211 {
		longestID = 36
		need("auth_id", i.Token.ContractID, 36)
		need("location.postal_code", l.PostalCode, 10)
		if l.Voltage <= 0 || l.Amperage <= 0 {
			need("location.voltage and amperage", "", 0)
		}
	} else {
		need("country_code", i.CountryCode, 2)
		need("party_id", i.PartyID, 3)
		need("cdr_token.uid", i.Token.UID, 36)
		need("cdr_token.type", i.Token.Type, 20)
		need("cdr_token.contract_id", i.Token.ContractID, 36)
		need("cdr_token.country_code", i.Token.CountryCode, 2)
		need("cdr_token.party_id", i.Token.PartyID, 3)
		need("location.evse_id", l.EVSEID, 48)
	}
	need("id", i.ID, longestID)
	need("auth_method", i.AuthMethod, 20)
	need("location.id", l.ID, 39)
	need("location.address", l.Address, 45)
	need("location.city", l.City, 45)
	need("location.country", l.Country, 3)
	need("location.coordinates.latitude", l.Latitude, 10)
	need("location.coordinates.longitude", l.Longitude, 11)
	need("location.evse_uid", l.EVSEUID, 39)
	need("location.connector_id", l.ConnectorID, 36)
	need("location.connector_standard", l.Standard, 40)
	need("location.connector_format", l.Format, 10)
	need("location.connector_power_type", l.PowerType, 20)
	if i.LastUpdated == 0 {
		need("last_updated", "", 0)
	}
	if len(f.Issues) > 0 {
		return f
	}
	return nil
}

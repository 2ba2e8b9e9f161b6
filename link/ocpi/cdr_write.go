package ocpi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"kwote/domain/calendar"
	"kwote/domain/fault"
)

// IssuedCDR is a charge detail record to be sent.
type IssuedCDR struct {
	version Version
	wire    wireCDR
}

// wireCDR is the JSON form of a record of any version: what one version does not
// have is left out.
type wireCDR struct {
	CountryCode       string            `json:"country_code,omitempty"`
	PartyID           string            `json:"party_id,omitempty"`
	ID                string            `json:"id"`
	Start             string            `json:"start_date_time"`
	End               string            `json:"end_date_time,omitempty"`
	Stop              string            `json:"stop_date_time,omitempty"`
	SessionID         string            `json:"session_id,omitempty"`
	Token             *wireToken        `json:"cdr_token,omitempty"`
	AuthID            string            `json:"auth_id,omitempty"`
	AuthMethod        string            `json:"auth_method"`
	Authorisation     string            `json:"authorization_reference,omitempty"`
	CDRLocation       *wireCDRLocation  `json:"cdr_location,omitempty"`
	Location          *wireLocation     `json:"location,omitempty"`
	MeterID           string            `json:"meter_id,omitempty"`
	Currency          string            `json:"currency"`
	Tariffs           []json.RawMessage `json:"tariffs,omitempty"`
	Periods           []wirePeriod      `json:"charging_periods"`
	TotalCost         any               `json:"total_cost"`
	FixedCost         any               `json:"total_fixed_cost,omitempty"`
	TotalEnergy       json.Number       `json:"total_energy"`
	EnergyCost        any               `json:"total_energy_cost,omitempty"`
	TotalTime         json.Number       `json:"total_time"`
	TimeCost          any               `json:"total_time_cost,omitempty"`
	TotalParkingTime  json.Number       `json:"total_parking_time,omitempty"`
	ParkingCost       any               `json:"total_parking_cost,omitempty"`
	ReservationCost   any               `json:"total_reservation_cost,omitempty"`
	Remark            string            `json:"remark,omitempty"`
	Credit            bool              `json:"credit,omitempty"`
	CreditReferenceID string            `json:"credit_reference_id,omitempty"`
	LastUpdated       string            `json:"last_updated"`
}

type wireToken struct {
	CountryCode string `json:"country_code,omitempty"`
	PartyID     string `json:"party_id,omitempty"`
	UID         string `json:"uid"`
	Type        string `json:"type"`
	ContractID  string `json:"contract_id"`
}

type wireCoordinates struct {
	Latitude  string `json:"latitude"`
	Longitude string `json:"longitude"`
}

type wireCDRLocation struct {
	ID          string          `json:"id"`
	Name        string          `json:"name,omitempty"`
	Address     string          `json:"address"`
	City        string          `json:"city"`
	PostalCode  string          `json:"postal_code,omitempty"`
	State       string          `json:"state,omitempty"`
	Country     string          `json:"country"`
	Coordinates wireCoordinates `json:"coordinates"`
	EVSEUID     string          `json:"evse_uid"`
	EVSEID      string          `json:"evse_id"`
	ConnectorID string          `json:"connector_id"`
	Standard    string          `json:"connector_standard"`
	Format      string          `json:"connector_format"`
	PowerType   string          `json:"connector_power_type"`
}

// wireLocation is a Location of 2.1.1 with the one connector that was used.
type wireLocation struct {
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	Name        string          `json:"name,omitempty"`
	Address     string          `json:"address"`
	City        string          `json:"city"`
	PostalCode  string          `json:"postal_code"`
	Country     string          `json:"country"`
	Coordinates wireCoordinates `json:"coordinates"`
	EVSEs       []wireEVSE      `json:"evses"`
	Zone        string          `json:"time_zone,omitempty"`
	LastUpdated string          `json:"last_updated"`
}

type wireEVSE struct {
	UID         string          `json:"uid"`
	EVSEID      string          `json:"evse_id,omitempty"`
	Status      string          `json:"status"`
	Connectors  []wireConnector `json:"connectors"`
	LastUpdated string          `json:"last_updated"`
}

type wireConnector struct {
	ID          string `json:"id"`
	Standard    string `json:"standard"`
	Format      string `json:"format"`
	PowerType   string `json:"power_type"`
	Voltage     int    `json:"voltage"`
	Amperage    int    `json:"amperage"`
	LastUpdated string `json:"last_updated"`
}

type wirePeriod struct {
	Start      string          `json:"start_date_time"`
	Dimensions []wireDimension `json:"dimensions"`
	TariffID   string          `json:"tariff_id,omitempty"`
}

type wireDimension struct {
	Type   string      `json:"type"`
	Volume json.Number `json:"volume"`
}

func dimensionOf(name string, volume json.Number) wireDimension {
	return wireDimension{name, volume}
}

// ID is the record's id.
func (c IssuedCDR) ID() string { return c.wire.ID }

// Encode writes the record, indented, ending in a line feed.
func (c IssuedCDR) Encode() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(c.wire)
	return out.Bytes(), err
}

// CreditBy is the record that takes this one back: with an id of its own, and
// costs below zero. OCPI 2.1.1 has none.
func (c IssuedCDR) CreditBy(id string, at calendar.Instant) (IssuedCDR, error) {
	switch {
	case c.version == V211:
		return IssuedCDR{}, fault.At(fault.Invalid, "credit_unknown", "credit", "OCPI 2.1.1 has no credits; correct the amount outside of it")
	case c.wire.Credit:
		return IssuedCDR{}, fault.At(fault.Invalid, "credit_of_credit", "credit", fmt.Sprintf("the record %s is a credit itself; issue a new record instead", c.wire.ID))
	case id == "" || id == c.wire.ID || len([]rune(id)) > 39:
		return IssuedCDR{}, fault.At(fault.Invalid, "credit_id", "id", fmt.Sprintf("%q cannot be the id of the credit of %s; it needs one of its own with at most 39 characters", id, c.wire.ID))
	}
	w := c.wire
	w.Credit, w.CreditReferenceID, w.ID, w.LastUpdated = true, c.wire.ID, id, at.String()
	for _, price := range []*any{&w.TotalCost, &w.FixedCost, &w.EnergyCost, &w.TimeCost, &w.ParkingCost, &w.ReservationCost} {
		*price = credited(*price)
	}
	return IssuedCDR{c.version, w}, nil
}

// addTariff puts the tariff into the record.
func (w *wireCDR) addTariff(t Tariff) error {
	src, err := t.Encode()
	w.Tariffs = append(w.Tariffs, src)
	return err
}

// wire is all of the record but its tariff, periods and totals.
func (i *Issue) wire(version Version) wireCDR {
	start := i.Facts.Start
	if i.Facts.Reserved != nil && version != V211 {
		start = i.Facts.Reserved.From
	}
	w := wireCDR{ID: i.ID, Start: start.String(), AuthMethod: i.AuthMethod, MeterID: i.MeterID, Currency: string(i.Document.Currency),
		Remark: i.Remark, LastUpdated: i.LastUpdated.String()}
	end := i.Facts.End
	if r := i.Facts.Reserved; r != nil && r.Expired {
		end = r.To
	}
	if version == V211 {
		w.Stop, w.AuthID, w.Location = end.String(), i.Token.ContractID, i.Location.wire(i.LastUpdated)
		return w
	}
	w.CountryCode, w.PartyID, w.SessionID, w.Authorisation, w.End = i.CountryCode, i.PartyID, i.SessionID, i.Authorisation, end.String()
	w.Token = &wireToken{i.Token.CountryCode, i.Token.PartyID, i.Token.UID, i.Token.Type, i.Token.ContractID}
	l := &i.Location
	w.CDRLocation = &wireCDRLocation{l.ID, l.Name, l.Address, l.City, l.PostalCode, l.State, l.Country, wireCoordinates{l.Latitude, l.Longitude},
		l.EVSEUID, l.EVSEID, l.ConnectorID, l.Standard, l.Format, l.PowerType}
	return w
}

func (l *CDRLocation) wire(at calendar.Instant) *wireLocation {
	return &wireLocation{ID: l.ID, Type: "UNKNOWN", Name: l.Name, Address: l.Address, City: l.City, PostalCode: l.PostalCode, Country: l.Country,
		Coordinates: wireCoordinates{l.Latitude, l.Longitude}, Zone: l.Zone, LastUpdated: at.String(),
		EVSEs: []wireEVSE{{UID: l.EVSEUID, EVSEID: l.EVSEID, Status: "UNKNOWN", LastUpdated: at.String(),
			Connectors: []wireConnector{{ID: l.ConnectorID, Standard: l.Standard, Format: l.Format, PowerType: l.PowerType,
				Voltage: l.Voltage, Amperage: l.Amperage, LastUpdated: at.String()}}}}}
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"kwote/clock"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/pricing"
	"kwote/link/ocpi"
)

// recordCommand is kwote record.
type recordCommand struct {
	Tariff  string `required:"" type:"path" placeholder:"FILE" help:"Tariff document, YAML or JSON."`
	Session string `required:"" type:"path" placeholder:"FILE" help:"File with one session: JSON with id, start, step and wh, or CSV with a heading."`
	Frame   string `required:"" type:"path" placeholder:"FILE" help:"JSON with what only the operator knows, in the words of OCPI: country_code, party_id, id, auth_method, cdr_token and cdr_location."`
	OCPI    string `name:"ocpi" default:"2.2.1" enum:"2.1.1,2.2.1,2.3.0" help:"Version to write (${enum}; ${default})."`
	Credit  string `placeholder:"ID" help:"Write the credit of the record instead, with this id of its own."`
	Lossy   bool   `help:"Take a loss for done: exit with 0 although something could not be said."`
	zoneOption
	circumstances
}

func (recordCommand) Help() string {
	return `Writes the OCPI charge detail record of a session, with the tariff that prices it. Its periods are cut wherever a
price changes, so that whoever prices each by its start gets the receipt.
The exit code is 0 when all was said, 2 when an input is refused, 3 when something was lost, unless --lossy.

Example:
  kwote record --tariff my.yaml --session one.json --frame frame.json --timezone Europe/Paris --ocpi 2.2.1`
}

// cdrFrame is what a record says beside the price, as OCPI 2.2.1 names it.
type cdrFrame struct {
	CountryCode   string           `json:"country_code"`
	PartyID       string           `json:"party_id"`
	ID            string           `json:"id"`
	SessionID     string           `json:"session_id"`
	AuthMethod    string           `json:"auth_method"`
	Authorisation string           `json:"authorization_reference"`
	MeterID       string           `json:"meter_id"`
	Remark        string           `json:"remark"`
	LastUpdated   string           `json:"last_updated"`
	Token         cdrFrameToken    `json:"cdr_token"`
	Location      cdrFrameLocation `json:"cdr_location"`
}

type cdrFrameToken struct {
	CountryCode string `json:"country_code"`
	PartyID     string `json:"party_id"`
	UID         string `json:"uid"`
	Type        string `json:"type"`
	ContractID  string `json:"contract_id"`
}

type cdrFrameLocation struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Address     string `json:"address"`
	City        string `json:"city"`
	PostalCode  string `json:"postal_code"`
	State       string `json:"state"`
	Country     string `json:"country"`
	Coordinates struct {
		Latitude  string `json:"latitude"`
		Longitude string `json:"longitude"`
	} `json:"coordinates"`
	EVSEUID     string `json:"evse_uid"`
	EVSEID      string `json:"evse_id"`
	ConnectorID string `json:"connector_id"`
	Standard    string `json:"connector_standard"`
	Format      string `json:"connector_format"`
	PowerType   string `json:"connector_power_type"`
	Voltage     int    `json:"max_voltage"`
	Amperage    int    `json:"max_amperage"`
}

func (c recordCommand) Run(s streams) error {
	frame, err := c.frame()
	if err != nil {
		return err
	}
	doc, err := readTariff(c.Tariff)
	if err != nil {
		return err
	}
	facts, compiled, err := readOneSession(c.Session, c.orUTC(s, doc), doc)
	if err != nil {
		return err
	}
	pc, err := c.context(doc)
	if err != nil {
		return err
	}
	receipt, err := pricing.Price(compiled.tariff, facts, pc)
	if err != nil {
		return err
	}
	frame.Facts, frame.Document, frame.Receipt = facts, doc, receipt
	frame.Location.Zone = compiled.tariff.Zone().Name()
	record, losses, err := ocpi.CDRFrom(frame, ocpi.Version(c.OCPI))
	if err == nil && c.Credit != "" {
		record, err = record.CreditBy(c.Credit, frame.LastUpdated)
	}
	if err != nil {
		return inFile(c.Frame, err)
	}
	src, err := record.Encode()
	if err != nil {
		return err
	}
	for _, l := range losses {
		fmt.Fprintf(s.err, "lost: %s: %s (%s)\n", l.Path, l.Message, l.Code)
	}
	if _, err := s.out.Write(src); err != nil {
		return err
	}
	if len(losses) > 0 && !c.Lossy {
		return lost(len(losses))
	}
	return nil
}

// frame reads the frame file.
func (c recordCommand) frame() (out ocpi.Issue, err error) {
	src, err := readFile(c.Frame)
	if err != nil {
		return out, err
	}
	var f cdrFrame
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return out, fault.At(fault.Invalid, "frame_unreadable", "frame", fmt.Sprintf("%s is no frame of a record: %s", c.Frame, err))
	}
	updated := calendar.Of(clock.System{}.Now())
	if f.LastUpdated != "" {
		if updated, err = calendar.ParseInstant(f.LastUpdated); err != nil {
			return out, fault.At(fault.Invalid, "instant_malformed", "frame.last_updated", err.Error())
		}
	}
	l := f.Location
	return ocpi.Issue{
		CDRIdentity: ocpi.CDRIdentity{CountryCode: f.CountryCode, PartyID: f.PartyID, ID: f.ID, SessionID: f.SessionID, AuthMethod: f.AuthMethod,
			Authorisation: f.Authorisation, MeterID: f.MeterID, Remark: f.Remark, LastUpdated: updated},
		Token: ocpi.CDRToken(f.Token),
		Location: ocpi.CDRLocation{ID: l.ID, Name: l.Name, Address: l.Address, City: l.City, PostalCode: l.PostalCode, State: l.State, Country: l.Country,
			Latitude: l.Coordinates.Latitude, Longitude: l.Coordinates.Longitude, EVSEUID: l.EVSEUID, EVSEID: l.EVSEID, ConnectorID: l.ConnectorID,
			Standard: l.Standard, Format: l.Format, PowerType: l.PowerType, Voltage: l.Voltage, Amperage: l.Amperage},
		Tariff: ocpi.Identity{CountryCode: f.CountryCode, PartyID: f.PartyID, LastUpdated: &updated},
	}, nil
}

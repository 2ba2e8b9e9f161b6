package api

import (
	"context"
	"strings"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/place"
	"kwote/domain/query"
)

// LocationBody is a location as it is sent.
type LocationBody struct {
	External
	NetworkID  string `json:"networkId" minLength:"1" doc:"The network, by id or external id"`
	PartnerID  string `json:"partnerId,omitempty" doc:"The partner who owns the site, by id or external id; left out for the operator's own"`
	Name       string `json:"name" minLength:"1" maxLength:"200"`
	Address    string `json:"address,omitempty" maxLength:"200" doc:"Street and number"`
	City       string `json:"city,omitempty" maxLength:"100"`
	PostalCode string `json:"postalCode,omitempty" maxLength:"20"`
	Country    string `json:"country" minLength:"2" maxLength:"2" doc:"ISO 3166-1 alpha-2; ZZ where it is unknown"`
	Region     string `json:"region,omitempty" maxLength:"3" doc:"ISO 3166-2 without the country, where taxes or rules depend on it"`
	TimeZone   string `json:"timeZone" minLength:"1" doc:"IANA zone in which the clock rules of tariffs are read"`
}

// Location is a site with one address, one country and one time zone.
type Location struct {
	Head
	LocationBody
}

var exampleLocation = LocationBody{External: External{"gare-de-lyon"}, NetworkID: "main", PartnerID: "acme", Name: "Gare de Lyon",
	Address: "Place Louis Armand", City: "Paris", PostalCode: "75012", Country: "FR", TimeZone: "Europe/Paris"}

func exampleLocationShown() Location {
	b := exampleLocation
	b.NetworkID, b.PartnerID = exampleID, exampleID
	return Location{exampleHead, b}
}

func showLocation(l place.Location) Location {
	return Location{Head{l.ID, l.Version}, LocationBody{External{l.ExternalID}, l.NetworkID, l.PartnerID, l.Name, l.Address, l.City,
		l.PostalCode, l.Country, l.Region, l.TimeZone}}
}

func (d *door) locations() {
	type in struct {
		NetworkID string `query:"networkId" doc:"Only of this network, by id or external id"`
		PartnerID string `query:"partnerId" doc:"Only of this partner, by id or external id"`
		Country   string `query:"country" minLength:"2" maxLength:"2" doc:"Only in this country"`
		Text      string `query:"text" maxLength:"200" doc:"Part of the name, address, city, postal code or external id"`
		Paging
	}
	list(d, route{id: "listLocations", path: root + "/locations", tag: "Locations", summary: "List locations", answer: exampleLocationShown()},
		func(ctx context.Context, by access.Actor, in *in) ([]place.Location, string, error) {
			err := resolve(ctx, by, reference{d.networkID, "networkId", &in.NetworkID}, reference{d.partnerID, "partnerId", &in.PartnerID})
			if err != nil {
				return nil, "", err
			}
			return d.Places.Locations(ctx, by, query.LocationFilter{NetworkID: in.NetworkID, PartnerID: in.PartnerID, Country: in.Country,
				Text: in.Text, Page: in.page()})
		}, showLocation)
	resource[LocationBody, Location, place.Location]{
		noun: "Location", one: "location", path: root + "/locations", tag: "Locations", needs: access.ChangePlaces,
		body: exampleLocation, shown: exampleLocationShown(),
		get: d.Places.Location, byExternalID: d.Places.LocationByExternalID, save: d.Places.SaveLocation, show: showLocation,
		read: func(ctx context.Context, by access.Actor, b LocationBody) (place.Location, error) {
			err := resolve(ctx, by, reference{d.networkID, "networkId", &b.NetworkID}, reference{d.partnerID, "partnerId", &b.PartnerID})
			return place.Location{NetworkID: b.NetworkID, PartnerID: b.PartnerID, Name: b.Name, Address: b.Address, City: b.City,
				PostalCode: b.PostalCode, Country: b.Country, Region: b.Region, TimeZone: b.TimeZone}, err
		},
		at: func(l place.Location, id string, version int64, externalID string) place.Location {
			l.ID, l.Version, l.ExternalID = id, version, externalID
			return l
		},
	}.register(d)
}

// EVSEBody is an EVSE as it is sent.
type EVSEBody struct {
	External
	LocationID string `json:"locationId" minLength:"1" doc:"The location, by id or external id"`
	Name       string `json:"name,omitempty" maxLength:"200" doc:"What people call it, where the EVSE ID is not enough"`
	Current    string `json:"current,omitempty" enum:"ac,dc" doc:"The kind of current that it delivers; left out where it is unknown, and then no price for AC or DC holds"`
	MaxPowerKW string `json:"maxPowerKw,omitempty" maxLength:"20" doc:"Rated power in kW, as a decimal; left out where it is unknown"`
	Access     string `json:"access,omitempty" enum:"public,restricted,private" doc:"Who may use it; public where it is left out"`
}

// EVSE is one charge point that serves one car at a time.
type EVSE struct {
	Head
	EVSEBody
}

var exampleEVSE = EVSEBody{External: External{"FR*KWO*E1201"}, LocationID: "gare-de-lyon", Name: "Bay 1", Current: "dc", MaxPowerKW: "150", Access: "public"}

func exampleEVSEShown() EVSE {
	b := exampleEVSE
	b.LocationID = exampleID
	return EVSE{exampleHead, b}
}

func showEVSE(e place.EVSE) EVSE {
	return EVSE{Head{e.ID, e.Version}, EVSEBody{External{e.ExternalID}, e.LocationID, e.Name, strings.ToLower(string(e.Current)),
		kilowatts(e.MaxPower), string(e.Access)}}
}

func (d *door) evses() {
	type in struct {
		NetworkID  string `query:"networkId" doc:"Only of this network, by id or external id"`
		LocationID string `query:"locationId" doc:"Only at this location, by id or external id"`
		Text       string `query:"text" maxLength:"200" doc:"Part of the name or of the EVSE ID"`
		Paging
	}
	list(d, route{id: "listEvses", path: root + "/evses", tag: "EVSEs", summary: "List EVSEs", answer: exampleEVSEShown()},
		func(ctx context.Context, by access.Actor, in *in) ([]place.EVSE, string, error) {
			err := resolve(ctx, by, reference{d.networkID, "networkId", &in.NetworkID}, reference{d.locationID, "locationId", &in.LocationID})
			if err != nil {
				return nil, "", err
			}
			return d.Places.EVSEs(ctx, by, query.EVSEFilter{NetworkID: in.NetworkID, LocationID: in.LocationID, Text: in.Text, Page: in.page()})
		}, showEVSE)
	resource[EVSEBody, EVSE, place.EVSE]{
		noun: "Evse", one: "EVSE", a: "an", path: root + "/evses", tag: "EVSEs", needs: access.ChangePlaces,
		about: "The external id of an EVSE is the EVSE ID that is printed at the point.",
		body:  exampleEVSE, shown: exampleEVSEShown(),
		get: d.Places.EVSE, byExternalID: d.Places.EVSEByExternalID, save: d.Places.SaveEVSE, show: showEVSE,
		read: d.readEVSE,
		at: func(e place.EVSE, id string, version int64, externalID string) place.EVSE {
			e.ID, e.Version, e.ExternalID = id, version, externalID
			return e
		},
	}.register(d)
}

func (d *door) readEVSE(ctx context.Context, by access.Actor, b EVSEBody) (place.EVSE, error) {
	power, err := parseKilowatts("maxPowerKw", b.MaxPowerKW)
	if err != nil {
		return place.EVSE{}, err
	}
	if b.Access == "" {
		b.Access = string(assign.Public)
	}
	err = resolve(ctx, by, reference{d.locationID, "locationId", &b.LocationID})
	return place.EVSE{LocationID: b.LocationID, Name: b.Name, Current: place.Current(strings.ToUpper(b.Current)), MaxPower: power,
		Access: assign.Access(b.Access)}, err
}

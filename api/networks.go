package api

import (
	"context"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/place"
	"kwote/domain/query"
)

// NetworkBody is a network as it is sent.
type NetworkBody struct {
	External
	Name          string `json:"name" minLength:"1" maxLength:"200" doc:"What people call it"`
	Precedence    string `json:"precedence,omitempty" enum:"by-order,most-specific,cheapest" doc:"Which of several matching tariffs wins; by-order where it is left out"`
	DefaultTariff string `json:"defaultTariff,omitempty" maxLength:"64" doc:"Name of the tariff for sessions that no tariff group prices; without one they stay unpriced"`
}

// Network is a set of locations with one rule of who pays what.
type Network struct {
	Head
	NetworkBody
}

var exampleNetwork = NetworkBody{External: External{"main"}, Name: "Kwote Demo", Precedence: "most-specific"}

func showNetwork(n place.Network) Network {
	return Network{Head{n.ID, n.Version}, NetworkBody{External{n.ExternalID}, n.Name, string(n.Precedence), n.DefaultTariff}}
}

func (d *door) networks() {
	type in struct{ Paging }
	list(d, route{id: "listNetworks", path: root + "/networks", tag: "Networks", summary: "List networks", answer: Network{exampleHead, exampleNetwork}},
		func(ctx context.Context, by access.Actor, in *in) ([]place.Network, string, error) {
			all, err := d.Places.Networks(ctx, by)
			if err != nil {
				return nil, "", err
			}
			return pageOf(all, in.page(), func(n place.Network) string { return n.ID })
		}, showNetwork)
	resource[NetworkBody, Network, place.Network]{
		noun: "Network", one: "network", path: root + "/networks", tag: "Networks", needs: access.ChangePlaces,
		about: "Changing the precedence or the default tariff of a network that exists also needs the right `change-prices`.",
		body:  exampleNetwork, shown: Network{exampleHead, exampleNetwork},
		get: d.Places.Network, byExternalID: d.Places.NetworkByExternalID, save: d.Places.SaveNetwork, show: showNetwork,
		read: func(_ context.Context, _ access.Actor, b NetworkBody) (place.Network, error) {
			return place.Network{Name: b.Name, Precedence: assign.Precedence(b.Precedence), DefaultTariff: b.DefaultTariff}, nil
		},
		at: func(n place.Network, id string, version int64, externalID string) place.Network {
			n.ID, n.Version, n.ExternalID = id, version, externalID
			return n
		},
	}.register(d)
}

// PartnerBody is a partner as it is sent.
type PartnerBody struct {
	External
	Name string `json:"name" minLength:"1" maxLength:"200" doc:"The company's name"`
}

// Partner is a site owner or another company on whose ground charging is
// offered.
type Partner struct {
	Head
	PartnerBody
}

var examplePartner = PartnerBody{External{"acme"}, "Acme Real Estate"}

func showPartner(p place.Partner) Partner {
	return Partner{Head{p.ID, p.Version}, PartnerBody{External{p.ExternalID}, p.Name}}
}

func (d *door) partners() {
	type in struct {
		Text string `query:"text" maxLength:"200" doc:"Part of the name or external id"`
		Paging
	}
	list(d, route{id: "listPartners", path: root + "/partners", tag: "Partners", summary: "List partners", answer: Partner{exampleHead, examplePartner}},
		func(ctx context.Context, by access.Actor, in *in) ([]place.Partner, string, error) {
			return d.Places.Partners(ctx, by, query.PartnerFilter{Text: in.Text, Page: in.page()})
		}, showPartner)
	resource[PartnerBody, Partner, place.Partner]{
		noun: "Partner", one: "partner", path: root + "/partners", tag: "Partners", needs: access.ChangePlaces,
		body: examplePartner, shown: Partner{exampleHead, examplePartner},
		get: d.Places.Partner, byExternalID: d.Places.PartnerByExternalID, save: d.Places.SavePartner, show: showPartner,
		read: func(_ context.Context, _ access.Actor, b PartnerBody) (place.Partner, error) {
			return place.Partner{Name: b.Name}, nil
		},
		at: func(p place.Partner, id string, version int64, externalID string) place.Partner {
			p.ID, p.Version, p.ExternalID = id, version, externalID
			return p
		},
	}.register(d)
}

package api

import (
	"context"
	"fmt"
	"strings"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/fault"
	"kwote/domain/text"
)

// TariffGroupBody is a tariff group as it is sent.
type TariffGroupBody struct {
	External
	Name     string       `json:"name" minLength:"1" maxLength:"200"`
	Position int          `json:"position,omitempty" doc:"Orders groups on the same place; of by-order the last match wins"`
	Tariffs  []Entry      `json:"tariffs" minItems:"1" maxItems:"1000" doc:"In order"`
	Attached []Attachment `json:"attached,omitempty" maxItems:"100000" doc:"The places where the group holds"`
}

// Entry is one tariff with its audience.
type Entry struct {
	Tariff string   `json:"tariff" minLength:"1" doc:"The tariff's name"`
	For    Audience `json:"for" doc:"Whom the tariff is for"`
}

// Audience says whom a tariff is for: values inside one list are OR, the kinds
// that are set are AND.
type Audience struct {
	Everyone     bool     `json:"everyone,omitempty"`
	AdHoc        bool     `json:"adHoc,omitempty" doc:"Drivers without an account"`
	Roaming      bool     `json:"roaming,omitempty" doc:"Customers of other providers"`
	Groups       []string `json:"groups,omitempty" maxItems:"1000" doc:"User groups, by id or external id"`
	PartnerUsers []string `json:"partnerUsers,omitempty" maxItems:"1000" doc:"Users of these partners, by id or external id"`
	OwnerUsers   bool     `json:"ownerUsers,omitempty" doc:"Users of the partner who owns the place"`
	Access       []string `json:"access,omitempty" enum:"public,restricted,private" doc:"Access classes of the point"`
}

// Attachment is a place where a group holds.
type Attachment struct {
	Scope string `json:"scope" enum:"network,partner,location,evse"`
	ID    string `json:"id" minLength:"1" doc:"The place, by id or external id"`
}

// TariffGroup is an ordered set of tariffs with an audience each.
type TariffGroup struct {
	Head
	TariffGroupBody
}

var exampleTariffGroup = TariffGroupBody{External: External{"rapid"}, Name: "Rapid chargers", Position: 10,
	Tariffs:  []Entry{{"rapid-public", Audience{Everyone: true}}},
	Attached: []Attachment{{"network", "main"}}}

func exampleTariffGroupShown() TariffGroup {
	b := exampleTariffGroup
	b.Attached = []Attachment{{"network", exampleID}}
	return TariffGroup{exampleHead, b}
}

func showTariffGroup(g assign.Group) TariffGroup {
	out := TariffGroup{Head{g.ID, g.Version}, TariffGroupBody{External: External{g.ExternalID}, Name: g.Name, Position: g.Position, Tariffs: []Entry{}}}
	for _, e := range g.Entries {
		a := e.Audience
		audience := Audience{a.Everyone, a.AdHoc, a.Roaming, a.Groups, a.PartnerUsers, a.OwnerUsers, nil}
		for _, class := range a.Access {
			audience.Access = append(audience.Access, string(class))
		}
		out.Tariffs = append(out.Tariffs, Entry{e.Tariff, audience})
	}
	for _, a := range g.Attached {
		out.Attached = append(out.Attached, Attachment{a.Scope.String(), a.PlaceID})
	}
	return out
}

func (d *door) tariffGroups() {
	const path, tag = root + "/tariff-groups", "Tariff groups"
	type in struct{ Paging }
	list(d, route{id: "listTariffGroups", path: path, tag: tag, summary: "List tariff groups", about: "By position and name.", answer: exampleTariffGroupShown()},
		func(ctx context.Context, by access.Actor, in *in) ([]assign.Group, string, error) {
			all, err := d.Catalog.Groups(ctx, by)
			if err != nil {
				return nil, "", err
			}
			return pageOf(all, in.page(), func(g assign.Group) string { return g.ID })
		}, showTariffGroup)
	resource[TariffGroupBody, TariffGroup, assign.Group]{
		noun: "TariffGroup", one: "tariff group", path: path, tag: tag, needs: access.ChangePrices,
		body: exampleTariffGroup, shown: exampleTariffGroupShown(), show: showTariffGroup, read: d.readTariffGroup,
		get: func(ctx context.Context, by access.Actor, id string) (assign.Group, error) {
			return d.tariffGroup(ctx, by, id, func(g assign.Group) bool { return g.ID == id })
		},
		byExternalID: func(ctx context.Context, by access.Actor, id string) (assign.Group, error) {
			return d.tariffGroup(ctx, by, id, func(g assign.Group) bool { return g.ExternalID == id })
		},
		save: d.saveTariffGroup,
		at: func(g assign.Group, id string, version int64, externalID string) assign.Group {
			g.ID, g.Version, g.ExternalID = id, version, externalID
			return g
		},
	}.register(d)
}

// tariffGroup finds a group by one of its two names only: the desk takes both.
func (d *door) tariffGroup(ctx context.Context, by access.Actor, id string, is func(assign.Group) bool) (assign.Group, error) {
	g, err := d.Catalog.Group(ctx, by, id)
	if err == nil && !is(g) {
		return assign.Group{}, fault.New(fault.NotFound, "tariff_group_not_found", fmt.Sprintf("there is no tariff group %q", id))
	}
	return g, err
}

// saveTariffGroup saves at the version that the group has where none was
// asked for.
func (d *door) saveTariffGroup(ctx context.Context, by access.Actor, g assign.Group) (assign.Group, error) {
	if g.ID != "" && g.Version == anyVersion {
		had, err := d.Catalog.Group(ctx, by, g.ID)
		if err != nil {
			return g, err
		}
		g.Version = had.Version
	}
	return d.Catalog.SaveGroup(ctx, by, g)
}

func (d *door) readTariffGroup(ctx context.Context, by access.Actor, b TariffGroupBody) (assign.Group, error) {
	g := assign.Group{Name: strings.TrimSpace(b.Name), Position: b.Position}
	if err := text.First(text.Name("name", b.Name)); err != nil {
		return g, err
	}
	var refs []reference
	for i, e := range b.Tariffs {
		field := fmt.Sprintf("tariffs[%d].for", i)
		for j := range e.For.Groups {
			refs = append(refs, reference{d.groupID, fmt.Sprintf("%s.groups[%d]", field, j), &e.For.Groups[j]})
		}
		for j := range e.For.PartnerUsers {
			refs = append(refs, reference{d.partnerID, fmt.Sprintf("%s.partnerUsers[%d]", field, j), &e.For.PartnerUsers[j]})
		}
	}
	finders := map[string]func(context.Context, access.Actor, string, string) (string, error){
		"network": d.networkID, "partner": d.partnerID, "location": d.locationID, "evse": d.evseID}
	for i := range b.Attached {
		refs = append(refs, reference{finders[b.Attached[i].Scope], fmt.Sprintf("attached[%d].id", i), &b.Attached[i].ID})
	}
	if err := resolve(ctx, by, refs...); err != nil {
		return g, err
	}
	for _, e := range b.Tariffs {
		a := assign.Audience{Everyone: e.For.Everyone, AdHoc: e.For.AdHoc, Roaming: e.For.Roaming, Groups: e.For.Groups,
			PartnerUsers: e.For.PartnerUsers, OwnerUsers: e.For.OwnerUsers}
		for _, class := range e.For.Access {
			a.Access = append(a.Access, assign.Access(class))
		}
		g.Entries = append(g.Entries, assign.Entry{Tariff: e.Tariff, Audience: a})
	}
	for i, a := range b.Attached {
		scope, err := assign.ParseScope(a.Scope)
		if err != nil {
			return g, fault.At(fault.Invalid, "scope_unknown", fmt.Sprintf("attached[%d].scope", i), err.Error())
		}
		g.Attached = append(g.Attached, assign.Attachment{Scope: scope, PlaceID: a.ID})
	}
	return g, nil
}

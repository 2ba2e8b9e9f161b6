package api

import (
	"context"

	"kwote/domain/access"
	"kwote/domain/person"
	"kwote/domain/place"
)

// The references of bodies and filters, each the id or external id of one kind
// of object.

func (d *door) networkID(ctx context.Context, by access.Actor, field, ref string) (string, error) {
	return refer(ctx, by, field, "network", ref, d.Places.Network, d.Places.NetworkByExternalID, func(n place.Network) string { return n.ID })
}

func (d *door) partnerID(ctx context.Context, by access.Actor, field, ref string) (string, error) {
	return refer(ctx, by, field, "partner", ref, d.Places.Partner, d.Places.PartnerByExternalID, func(p place.Partner) string { return p.ID })
}

func (d *door) locationID(ctx context.Context, by access.Actor, field, ref string) (string, error) {
	return refer(ctx, by, field, "location", ref, d.Places.Location, d.Places.LocationByExternalID, func(l place.Location) string { return l.ID })
}

func (d *door) evseID(ctx context.Context, by access.Actor, field, ref string) (string, error) {
	return refer(ctx, by, field, "EVSE", ref, d.Places.EVSE, d.Places.EVSEByExternalID, func(e place.EVSE) string { return e.ID })
}

func (d *door) userID(ctx context.Context, by access.Actor, field, ref string) (string, error) {
	return refer(ctx, by, field, "user", ref, d.Accounts.User, d.Accounts.UserByExternalID, func(u person.User) string { return u.ID })
}

func (d *door) groupID(ctx context.Context, by access.Actor, field, ref string) (string, error) {
	return refer(ctx, by, field, "user group", ref, d.Accounts.Group, d.Accounts.GroupByExternalID, func(g person.Group) string { return g.ID })
}

// reference is one that has to be resolved.
type reference struct {
	find  func(context.Context, access.Actor, string, string) (string, error)
	field string
	to    *string // in: what was sent; out: the id
}

// resolve replaces every reference by the id of what it names.
func resolve(ctx context.Context, by access.Actor, all ...reference) error {
	for _, r := range all {
		id, err := r.find(ctx, by, r.field, *r.to)
		if err != nil {
			return err
		}
		*r.to = id
	}
	return nil
}

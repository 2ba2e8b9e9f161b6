package catalog

import (
	"context"
	"fmt"
	"slices"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/text"
)

// SaveGroup creates a tariff group (Version 0) or changes the one that was
// read at its Version. Every tariff, place and user group it names must exist.
func (d *Desk) SaveGroup(ctx context.Context, by access.Actor, g assign.Group) (assign.Group, error) {
	if err := by.Check(access.ChangePrices); err != nil {
		return g, err
	}
	var saved assign.Group // apart from g, which a second try needs as it was
	err := d.Store.Update(ctx, func(tx Tx) (err error) {
		saved, err = d.saveGroup(ctx, tx, by, g)
		return err
	})
	return saved, err
}

func (d *Desk) saveGroup(ctx context.Context, tx Tx, by access.Actor, g assign.Group) (assign.Group, error) {
	if err := checkGroup(ctx, tx, g); err != nil {
		return g, err
	}
	if g.ID == "" {
		g.ID = newID()
	}
	if err := tx.SaveTariffGroup(ctx, g); err != nil {
		return g, err
	}
	g.Version++
	tariffs := make([]string, len(g.Entries))
	for i, e := range g.Entries {
		tariffs[i] = e.Tariff
	}
	return g, record(ctx, tx, d.now(), event.TariffGroupSaved, event.Subject{Kind: "tariff_group", ID: g.ID}, by,
		map[string]any{"externalId": g.ExternalID, "name": g.Name, "position": g.Position, "tariffs": tariffs, "attached": len(g.Attached), "version": g.Version})
}

// checkGroup reports every reference that leads nowhere and every audience
// that matches nobody.
func checkGroup(ctx context.Context, tx Tx, g assign.Group) error {
	var issues []fault.Issue
	add := func(code, field, format string, args ...any) {
		issues = append(issues, fault.Issue{Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
	}
	check := func(field, what, id string, err error) error {
		if fault.Is(err, fault.NotFound) {
			add("reference_unknown", field, "there is no %s %q", what, id)
			return nil
		}
		return err
	}
	for _, issue := range []*fault.Issue{text.Name("name", g.Name), text.ExternalID("externalId", g.ExternalID)} {
		if issue != nil {
			issues = append(issues, *issue)
		}
	}
	if text.Blank(g.Name) {
		add("required", "name", "a tariff group needs a name")
	}
	if len(g.Entries) == 0 {
		add("required", "tariffs", "a tariff group needs at least one tariff; without one it would price nothing")
	}
	for i, e := range g.Entries {
		field := fmt.Sprintf("tariffs[%d]", i)
		_, err := tx.TariffByName(ctx, e.Tariff)
		if err := check(field+".tariff", "tariff", e.Tariff, err); err != nil {
			return err
		}
		if e.Audience.Empty() {
			add("audience_empty", field+".for", "the audience names nobody, so the tariff would never hold; write everyone or name whom it is for")
		}
		for _, a := range e.Audience.Access {
			if !a.Valid() {
				add("access_unknown", field+".for.access", "%q is none of public, restricted, private", a)
			}
		}
		for _, id := range e.Audience.Groups {
			_, err := tx.UserGroup(ctx, id)
			if err := check(field+".for.groups", "user group", id, err); err != nil {
				return err
			}
		}
		for _, id := range e.Audience.PartnerUsers {
			_, err := tx.Partner(ctx, id)
			if err := check(field+".for.partnerUsers", "partner", id, err); err != nil {
				return err
			}
		}
	}
	for i, a := range g.Attached {
		if slices.Contains(g.Attached[:i], a) {
			add("place_twice", fmt.Sprintf("attached[%d]", i), "the group is attached to this %s twice", a.Scope)
		}
		if err := check(fmt.Sprintf("attached[%d]", i), a.Scope.String(), a.PlaceID, placeExists(ctx, tx, a)); err != nil {
			return err
		}
	}
	if len(issues) == 0 {
		return nil
	}
	return &fault.Fault{Kind: fault.Invalid, Code: "tariff_group_invalid", Issues: issues,
		Message: fmt.Sprintf("the tariff group %q cannot be saved:", g.Name)}
}

func placeExists(ctx context.Context, tx Tx, a assign.Attachment) (err error) {
	switch a.Scope {
	case assign.OnNetwork:
		_, err = tx.Network(ctx, a.PlaceID)
	case assign.OnPartner:
		_, err = tx.Partner(ctx, a.PlaceID)
	case assign.OnLocation:
		_, err = tx.Location(ctx, a.PlaceID)
	default:
		_, err = tx.EVSE(ctx, a.PlaceID)
	}
	return err
}

// Groups lists every tariff group by position and name.
func (d *Desk) Groups(ctx context.Context, by access.Actor) (groups []assign.Group, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		groups, err = tx.TariffGroups(ctx)
		return err
	})
	return groups, err
}

// Group finds a tariff group by id or external id.
func (d *Desk) Group(ctx context.Context, by access.Actor, id string) (g assign.Group, err error) {
	if err := by.Check(access.Read); err != nil {
		return g, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		g, err = tx.TariffGroup(ctx, id)
		if fault.Is(err, fault.NotFound) {
			g, err = tx.TariffGroupByExternalID(ctx, id)
		}
		return err
	})
	return g, err
}

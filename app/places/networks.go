package places

import (
	"context"
	"fmt"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/text"
)

// SaveNetwork keeps a network. Its precedence is by-order unless it names
// another; its default tariff, where it has one, must exist. Changing either
// of a network that exists needs the right to change prices too.
func (d *Desk) SaveNetwork(ctx context.Context, by access.Actor, n place.Network) (place.Network, error) {
	if err := by.Check(access.ChangePlaces); err != nil {
		return n, err
	}
	if n.Precedence == "" {
		n.Precedence = assign.ByOrder
	}
	if err := validNetwork(n); err != nil {
		return n, err
	}
	n = n.Trimmed()
	now, given := d.now(), n
	err := d.Store.Update(ctx, func(tx Tx) error {
		n = given
		old, ok, err := known(ctx, by, identity{"network", n.ID, n.ExternalID, n.Version}, tx.Network, tx.NetworkByExternalID)
		if err != nil {
			return err
		}
		if ok {
			n.ID, n.Version = old.ID, orVersion(n.Version, old.Version)
		}
		if n == old {
			return nil
		}
		if ok && (n.Precedence != old.Precedence || n.DefaultTariff != old.DefaultTariff) {
			if err := by.Check(access.ChangePrices); err != nil {
				return err
			}
		}
		if n.DefaultTariff != "" {
			_, err := tx.TariffByName(ctx, n.DefaultTariff)
			if err := required(err, "defaultTariff", "tariff", n.DefaultTariff); err != nil {
				return err
			}
		}
		n.ID = orNewID(n.ID)
		if err := tx.SaveNetwork(ctx, n); err != nil {
			return err
		}
		n.Version++
		return record(ctx, tx, now, event.NetworkSaved, event.Subject{Kind: "network", ID: n.ID}, by, map[string]any{
			"id": n.ID, "externalId": n.ExternalID, "name": n.Name, "precedence": n.Precedence, "defaultTariff": n.DefaultTariff,
			"version": n.Version})
	})
	return n, err
}

func validNetwork(n place.Network) error {
	if err := named(n.Name, n.ExternalID, "a network needs a name"); err != nil {
		return err
	}
	if !n.Precedence.Valid() {
		return fault.At(fault.Invalid, "precedence_unknown", "precedence",
			fmt.Sprintf("%q is none of %s, %s, %s", n.Precedence, assign.ByOrder, assign.MostSpecific, assign.Cheapest))
	}
	return nil
}

// named refuses a name or an external id that cannot be kept.
func named(name, externalID, missing string) error {
	if name == "" {
		return fault.At(fault.Invalid, "required", "name", missing)
	}
	return text.First(text.Name("name", name), text.ExternalID("externalId", externalID))
}

// orVersion is the version to save at: the one given, or the one found.
func orVersion(given, found int64) int64 {
	if given == 0 {
		return found
	}
	return given
}

// Network finds a network by id.
func (d *Desk) Network(ctx context.Context, by access.Actor, id string) (place.Network, error) {
	return read(ctx, d, by, func(tx Tx) (place.Network, error) { return tx.Network(ctx, id) })
}

// NetworkByExternalID finds a network by the id that it has elsewhere.
func (d *Desk) NetworkByExternalID(ctx context.Context, by access.Actor, externalID string) (place.Network, error) {
	return read(ctx, d, by, func(tx Tx) (place.Network, error) { return tx.NetworkByExternalID(ctx, externalID) })
}

// Networks lists every network by name.
func (d *Desk) Networks(ctx context.Context, by access.Actor) ([]place.Network, error) {
	return read(ctx, d, by, func(tx Tx) ([]place.Network, error) { return tx.Networks(ctx) })
}

// SavePartner keeps a partner.
func (d *Desk) SavePartner(ctx context.Context, by access.Actor, p place.Partner) (place.Partner, error) {
	if err := by.Check(access.ChangePlaces); err != nil {
		return p, err
	}
	if err := named(p.Name, p.ExternalID, "a partner needs a name"); err != nil {
		return p, err
	}
	p = p.Trimmed()
	now, given := d.now(), p
	err := d.Store.Update(ctx, func(tx Tx) error {
		p = given
		old, ok, err := known(ctx, by, identity{"partner", p.ID, p.ExternalID, p.Version}, tx.Partner, tx.PartnerByExternalID)
		if err != nil {
			return err
		}
		if ok {
			p.ID, p.Version = old.ID, orVersion(p.Version, old.Version)
		}
		if p == old {
			return nil
		}
		p.ID = orNewID(p.ID)
		if err := tx.SavePartner(ctx, p); err != nil {
			return err
		}
		p.Version++
		return record(ctx, tx, now, event.PartnerSaved, event.Subject{Kind: "partner", ID: p.ID}, by, map[string]any{
			"id": p.ID, "externalId": p.ExternalID, "name": p.Name, "version": p.Version})
	})
	return p, err
}

// Partner finds a partner by id.
func (d *Desk) Partner(ctx context.Context, by access.Actor, id string) (place.Partner, error) {
	return read(ctx, d, by, func(tx Tx) (place.Partner, error) { return tx.Partner(ctx, id) })
}

// PartnerByExternalID finds a partner by the id that it has elsewhere.
func (d *Desk) PartnerByExternalID(ctx context.Context, by access.Actor, externalID string) (place.Partner, error) {
	return read(ctx, d, by, func(tx Tx) (place.Partner, error) { return tx.PartnerByExternalID(ctx, externalID) })
}

// Partners lists partners by name.
func (d *Desk) Partners(ctx context.Context, by access.Actor, f query.PartnerFilter) ([]place.Partner, string, error) {
	return page(ctx, d, by, func(tx Tx) ([]place.Partner, string, error) { return tx.Partners(ctx, f) })
}

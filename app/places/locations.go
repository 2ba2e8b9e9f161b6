package places

import (
	"context"

	"kwote/domain/access"
	"kwote/domain/event"
	"kwote/domain/place"
	"kwote/domain/query"
)

// SaveLocation keeps a location of a network that exists, and of a partner
// that exists where it names one. Its time zone may change; sessions that were
// priced keep their prices.
func (d *Desk) SaveLocation(ctx context.Context, by access.Actor, l place.Location) (place.Location, error) {
	if err := by.Check(access.ChangePlaces); err != nil {
		return l, err
	}
	if err := l.Validate(); err != nil {
		return l, err
	}
	l = l.Trimmed()
	now, given := d.now(), l
	err := d.Store.Update(ctx, func(tx Tx) error {
		l = given
		old, ok, err := known(ctx, by, identity{"location", l.ID, l.ExternalID, l.Version}, tx.Location, tx.LocationByExternalID)
		if err != nil {
			return err
		}
		if ok {
			l.ID, l.Version = old.ID, orVersion(l.Version, old.Version)
		}
		if l == old {
			return nil
		}
		if err := locationReferences(ctx, tx, l); err != nil {
			return err
		}
		l.ID = orNewID(l.ID)
		if err := tx.SaveLocation(ctx, l); err != nil {
			return err
		}
		l.Version++
		return record(ctx, tx, now, event.LocationSaved, event.Subject{Kind: "location", ID: l.ID}, by, locationData(l))
	})
	return l, err
}

func locationReferences(ctx context.Context, tx Tx, l place.Location) error {
	_, err := tx.Network(ctx, l.NetworkID)
	if err := required(err, "networkId", "network", l.NetworkID); err != nil {
		return err
	}
	if l.PartnerID == "" {
		return nil
	}
	_, err = tx.Partner(ctx, l.PartnerID)
	return required(err, "partnerId", "partner", l.PartnerID)
}

func locationData(l place.Location) map[string]any {
	return map[string]any{"id": l.ID, "externalId": l.ExternalID, "networkId": l.NetworkID, "partnerId": l.PartnerID, "name": l.Name,
		"address": l.Address, "city": l.City, "postalCode": l.PostalCode, "country": l.Country, "region": l.Region,
		"timeZone": l.TimeZone, "version": l.Version}
}

// Location finds a location by id.
func (d *Desk) Location(ctx context.Context, by access.Actor, id string) (place.Location, error) {
	return read(ctx, d, by, func(tx Tx) (place.Location, error) { return tx.Location(ctx, id) })
}

// LocationByExternalID finds a location by the id that it has elsewhere.
func (d *Desk) LocationByExternalID(ctx context.Context, by access.Actor, externalID string) (place.Location, error) {
	return read(ctx, d, by, func(tx Tx) (place.Location, error) { return tx.LocationByExternalID(ctx, externalID) })
}

// Locations lists locations by name.
func (d *Desk) Locations(ctx context.Context, by access.Actor, f query.LocationFilter) ([]place.Location, string, error) {
	return page(ctx, d, by, func(tx Tx) ([]place.Location, string, error) { return tx.Locations(ctx, f) })
}

// SaveEVSE keeps an EVSE of a location that exists.
func (d *Desk) SaveEVSE(ctx context.Context, by access.Actor, e place.EVSE) (place.EVSE, error) {
	if err := by.Check(access.ChangePlaces); err != nil {
		return e, err
	}
	if err := e.Validate(); err != nil {
		return e, err
	}
	e = e.Trimmed()
	now, given := d.now(), e
	err := d.Store.Update(ctx, func(tx Tx) error {
		e = given
		old, ok, err := known(ctx, by, identity{"evse", e.ID, e.ExternalID, e.Version}, tx.EVSE, tx.EVSEByExternalID)
		if err != nil {
			return err
		}
		if ok {
			e.ID, e.Version = old.ID, orVersion(e.Version, old.Version)
		}
		if e == old {
			return nil
		}
		_, err = tx.Location(ctx, e.LocationID)
		if err := required(err, "locationId", "location", e.LocationID); err != nil {
			return err
		}
		e.ID = orNewID(e.ID)
		if err := tx.SaveEVSE(ctx, e); err != nil {
			return err
		}
		e.Version++
		return record(ctx, tx, now, event.EVSESaved, event.Subject{Kind: "evse", ID: e.ID}, by, evseData(e))
	})
	return e, err
}

func evseData(e place.EVSE) map[string]any {
	return map[string]any{"id": e.ID, "externalId": e.ExternalID, "locationId": e.LocationID, "name": e.Name, "current": e.Current,
		"maxPowerKw": kilowatts(e.MaxPower), "access": e.Access, "version": e.Version}
}

// EVSE finds an EVSE by id.
func (d *Desk) EVSE(ctx context.Context, by access.Actor, id string) (place.EVSE, error) {
	return read(ctx, d, by, func(tx Tx) (place.EVSE, error) { return tx.EVSE(ctx, id) })
}

// EVSEByExternalID finds an EVSE by its EVSE ID.
func (d *Desk) EVSEByExternalID(ctx context.Context, by access.Actor, externalID string) (place.EVSE, error) {
	return read(ctx, d, by, func(tx Tx) (place.EVSE, error) { return tx.EVSEByExternalID(ctx, externalID) })
}

// EVSEs lists EVSEs by name, or EVSE ID where they have none.
func (d *Desk) EVSEs(ctx context.Context, by access.Actor, f query.EVSEFilter) ([]place.EVSE, string, error) {
	return page(ctx, d, by, func(tx Tx) ([]place.EVSE, string, error) { return tx.EVSEs(ctx, f) })
}

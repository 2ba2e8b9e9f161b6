package store

import (
	"context"

	"kwote/domain/place"
	"kwote/domain/query"
)

var (
	aLocation = kind{"location", "locations"}
	anEVSE    = kind{"EVSE", "evses"}
)

var bulkLocations = bulk{kind: aLocation, columns: []column{
	text("id"), text("external_id"), text("network_id"), text("partner_id"), text("name"), text("address"), text("city"),
	text("postal_code"), text("country"), text("region"), text("time_zone"), text("search"), integer("version")}}

func locationArgs(l place.Location) []any {
	return []any{l.ID, l.ExternalID, l.NetworkID, l.PartnerID, l.Name, l.Address, l.City, l.PostalCode, l.Country, l.Region,
		l.TimeZone, searchText(l.Name, l.Address, l.City, l.PostalCode, l.ExternalID)}
}

// SaveLocation keeps a location.
func (tx *Tx) SaveLocation(ctx context.Context, l place.Location) error {
	return tx.save(ctx, aLocation, l.ID, l.Version,
		`INSERT INTO locations (id, external_id, network_id, partner_id, name, address, city, postal_code, country, region, time_zone, search, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		`UPDATE locations SET external_id = $2, network_id = $3, partner_id = $4, name = $5, address = $6, city = $7, postal_code = $8,
		country = $9, region = $10, time_zone = $11, search = $12, version = version + 1 WHERE id = $1 AND version = $13`,
		locationArgs(l)...)
}

// AddLocations keeps many new locations.
func (tx *Tx) AddLocations(ctx context.Context, all []place.Location) error {
	return addAll(ctx, tx, bulkLocations, all, locationArgs)
}

// addAll adds new aggregates in bulk, each at version 1.
func addAll[T any](ctx context.Context, tx *Tx, b bulk, all []T, args func(T) []any) error {
	rows := make([][]any, len(all))
	for i, v := range all {
		rows[i] = append(args(v), int64(1))
	}
	_, err := b.add(ctx, tx, rows)
	return err
}

const selectLocation = `SELECT id, external_id, network_id, partner_id, name, address, city, postal_code, country, region, time_zone, version FROM locations`

func scanLocation(r row) (l place.Location, err error) {
	return l, r.Scan(&l.ID, &l.ExternalID, &l.NetworkID, &l.PartnerID, &l.Name, &l.Address, &l.City, &l.PostalCode,
		&l.Country, &l.Region, &l.TimeZone, &l.Version)
}

// Location finds a location by id.
func (tx *Tx) Location(ctx context.Context, id string) (place.Location, error) {
	return find(ctx, tx, aLocation, "id", id, scanLocation, selectLocation+` WHERE id = $1`, id)
}

// LocationByExternalID finds a location by the id that it has elsewhere.
func (tx *Tx) LocationByExternalID(ctx context.Context, externalID string) (place.Location, error) {
	return find(ctx, tx, aLocation, "externalId", externalID, scanLocation, selectLocation+` WHERE external_id = $1 AND external_id <> ''`, externalID)
}

// Locations lists locations by name.
func (tx *Tx) Locations(ctx context.Context, f query.LocationFilter) ([]place.Location, string, error) {
	p := paged[place.Location]{text: selectLocation, sort: "name", id: "id", scan: scanLocation,
		key: func(l place.Location) (string, string) { return l.Name, l.ID }}
	p.filter.equal("network_id", f.NetworkID)
	p.filter.equal("partner_id", f.PartnerID)
	p.filter.equal("country", f.Country)
	p.filter.search("search", f.Text)
	return p.page(ctx, tx, f.Page)
}

var bulkEVSEs = bulk{kind: anEVSE, columns: []column{
	text("id"), text("external_id"), text("location_id"), text("name"), text("current_kind"), integer("max_power"),
	text("access"), text("label"), text("search"), integer("version")}}

func evseArgs(e place.EVSE) []any {
	return []any{e.ID, e.ExternalID, e.LocationID, e.Name, string(e.Current), int64(e.MaxPower), string(e.Access),
		evseLabel(e), searchText(e.Name, e.ExternalID)}
}

func evseLabel(e place.EVSE) string {
	if e.Name != "" {
		return e.Name
	}
	return e.ExternalID
}

// SaveEVSE keeps an EVSE.
func (tx *Tx) SaveEVSE(ctx context.Context, e place.EVSE) error {
	return tx.save(ctx, anEVSE, e.ID, e.Version,
		`INSERT INTO evses (id, external_id, location_id, name, current_kind, max_power, access, label, search, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		`UPDATE evses SET external_id = $2, location_id = $3, name = $4, current_kind = $5, max_power = $6, access = $7, label = $8,
		search = $9, version = version + 1 WHERE id = $1 AND version = $10`,
		evseArgs(e)...)
}

// AddEVSEs keeps many new EVSEs.
func (tx *Tx) AddEVSEs(ctx context.Context, all []place.EVSE) error {
	return addAll(ctx, tx, bulkEVSEs, all, evseArgs)
}

const selectEVSE = `SELECT e.id, e.external_id, e.location_id, e.name, e.current_kind, e.max_power, e.access, e.version FROM evses e`

func scanEVSE(r row) (e place.EVSE, err error) {
	return e, r.Scan(&e.ID, &e.ExternalID, &e.LocationID, &e.Name, &e.Current, &e.MaxPower, &e.Access, &e.Version)
}

// EVSE finds an EVSE by id.
func (tx *Tx) EVSE(ctx context.Context, id string) (place.EVSE, error) {
	return find(ctx, tx, anEVSE, "id", id, scanEVSE, selectEVSE+` WHERE e.id = $1`, id)
}

// EVSEByExternalID finds an EVSE by its EVSE ID.
func (tx *Tx) EVSEByExternalID(ctx context.Context, externalID string) (place.EVSE, error) {
	return find(ctx, tx, anEVSE, "externalId", externalID, scanEVSE, selectEVSE+` WHERE e.external_id = $1 AND e.external_id <> ''`, externalID)
}

// EVSEs lists EVSEs by name, or EVSE ID where they have none.
func (tx *Tx) EVSEs(ctx context.Context, f query.EVSEFilter) ([]place.EVSE, string, error) {
	p := paged[place.EVSE]{text: selectEVSE, sort: "e.label", id: "e.id", scan: scanEVSE,
		key: func(e place.EVSE) (string, string) { return evseLabel(e), e.ID }}
	if f.NetworkID != "" {
		p.filter.add("e.location_id IN (SELECT id FROM locations WHERE network_id = ?)", f.NetworkID)
	}
	p.filter.equal("e.location_id", f.LocationID)
	p.filter.search("e.search", f.Text)
	return p.page(ctx, tx, f.Page)
}

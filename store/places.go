package store

import (
	"context"

	"kwote/domain/place"
	"kwote/domain/query"
)

var (
	aNetwork = kind{"network", "networks"}
	aPartner = kind{"partner", "partners"}
)

// SaveNetwork keeps a network.
func (tx *Tx) SaveNetwork(ctx context.Context, n place.Network) error {
	return tx.save(ctx, aNetwork, n.ID, n.Version,
		`INSERT INTO networks (id, external_id, name, precedence, default_tariff, version) VALUES ($1, $2, $3, $4, $5, $6)`,
		`UPDATE networks SET external_id = $2, name = $3, precedence = $4, default_tariff = $5, version = version + 1 WHERE id = $1 AND version = $6`,
		n.ID, n.ExternalID, n.Name, string(n.Precedence), n.DefaultTariff)
}

const selectNetwork = `SELECT id, external_id, name, precedence, default_tariff, version FROM networks`

func scanNetwork(r row) (n place.Network, err error) {
	return n, r.Scan(&n.ID, &n.ExternalID, &n.Name, &n.Precedence, &n.DefaultTariff, &n.Version)
}

// Network finds a network by id.
func (tx *Tx) Network(ctx context.Context, id string) (place.Network, error) {
	return find(ctx, tx, aNetwork, "id", id, scanNetwork, selectNetwork+` WHERE id = $1`, id)
}

// NetworkByExternalID finds a network by the id that it has elsewhere.
func (tx *Tx) NetworkByExternalID(ctx context.Context, externalID string) (place.Network, error) {
	return find(ctx, tx, aNetwork, "externalId", externalID, scanNetwork, selectNetwork+` WHERE external_id = $1 AND external_id <> ''`, externalID)
}

// Networks lists every network by name.
func (tx *Tx) Networks(ctx context.Context) ([]place.Network, error) {
	return list(ctx, tx, scanNetwork, selectNetwork+` ORDER BY name, id`)
}

// SavePartner keeps a partner.
func (tx *Tx) SavePartner(ctx context.Context, p place.Partner) error {
	return tx.save(ctx, aPartner, p.ID, p.Version,
		`INSERT INTO partners (id, external_id, name, search, version) VALUES ($1, $2, $3, $4, $5)`,
		`UPDATE partners SET external_id = $2, name = $3, search = $4, version = version + 1 WHERE id = $1 AND version = $5`,
		p.ID, p.ExternalID, p.Name, searchText(p.Name, p.ExternalID))
}

const selectPartner = `SELECT id, external_id, name, version FROM partners`

func scanPartner(r row) (p place.Partner, err error) {
	return p, r.Scan(&p.ID, &p.ExternalID, &p.Name, &p.Version)
}

// Partner finds a partner by id.
func (tx *Tx) Partner(ctx context.Context, id string) (place.Partner, error) {
	return find(ctx, tx, aPartner, "id", id, scanPartner, selectPartner+` WHERE id = $1`, id)
}

// PartnerByExternalID finds a partner by the id that it has elsewhere.
func (tx *Tx) PartnerByExternalID(ctx context.Context, externalID string) (place.Partner, error) {
	return find(ctx, tx, aPartner, "externalId", externalID, scanPartner, selectPartner+` WHERE external_id = $1 AND external_id <> ''`, externalID)
}

// Partners lists partners by name.
func (tx *Tx) Partners(ctx context.Context, f query.PartnerFilter) ([]place.Partner, string, error) {
	p := paged[place.Partner]{text: selectPartner, sort: "name", id: "id", scan: scanPartner,
		key: func(p place.Partner) (string, string) { return p.Name, p.ID }}
	p.filter.search("search", f.Text)
	return p.page(ctx, tx, f.Page)
}

const countAll = `SELECT
	(SELECT count(*) FROM networks), (SELECT count(*) FROM partners), (SELECT count(*) FROM locations),
	(SELECT count(*) FROM evses), (SELECT count(*) FROM users), (SELECT count(*) FROM user_groups),
	(SELECT count(*) FROM tokens), (SELECT count(*) FROM staff), (SELECT count(*) FROM tariffs),
	(SELECT count(*) FROM tariff_groups)`

// Counts are the sizes of the tables that are small enough to count; sessions
// are counted by their takings.
func (tx *Tx) Counts(ctx context.Context) (query.Counts, error) {
	var c query.Counts
	err := tx.tx.QueryRowContext(ctx, countAll).Scan(&c.Networks, &c.Partners, &c.Locations, &c.EVSEs, &c.Users,
		&c.UserGroups, &c.Tokens, &c.Staff, &c.Tariffs, &c.TariffGroups)
	return c, tx.explain(err)
}

package store

import (
	"context"
	"database/sql"
	"fmt"

	"kwote/domain/calendar"
	"kwote/domain/query"
	"kwote/domain/tariff"
)

var (
	aTariff        = kind{"tariff", "tariffs"}
	aTariffVersion = kind{"tariff version", "tariff_versions"}
)

// SaveTariff keeps a tariff, the thing that versions are versions of.
func (tx *Tx) SaveTariff(ctx context.Context, t tariff.Tariff) error {
	return tx.save(ctx, aTariff, t.ID, t.Version,
		`INSERT INTO tariffs (id, external_id, name, search, version) VALUES ($1, $2, $3, $4, $5)`,
		`UPDATE tariffs SET external_id = $2, name = $3, search = $4, version = version + 1 WHERE id = $1 AND version = $5`,
		t.ID, t.ExternalID, t.Name, searchText(t.Name, t.ExternalID))
}

const selectTariff = `SELECT id, external_id, name, version FROM tariffs`

func scanTariff(r row) (t tariff.Tariff, err error) {
	return t, r.Scan(&t.ID, &t.ExternalID, &t.Name, &t.Version)
}

// Tariff finds a tariff by id.
func (tx *Tx) Tariff(ctx context.Context, id string) (tariff.Tariff, error) {
	return find(ctx, tx, aTariff, "id", id, scanTariff, selectTariff+` WHERE id = $1`, id)
}

// TariffByName finds a tariff by its stable name.
func (tx *Tx) TariffByName(ctx context.Context, name string) (tariff.Tariff, error) {
	return find(ctx, tx, aTariff, "name", name, scanTariff, selectTariff+` WHERE name = $1`, name)
}

// TariffByExternalID finds a tariff by the id that it has elsewhere.
func (tx *Tx) TariffByExternalID(ctx context.Context, externalID string) (tariff.Tariff, error) {
	return find(ctx, tx, aTariff, "externalId", externalID, scanTariff, selectTariff+` WHERE external_id = $1 AND external_id <> ''`, externalID)
}

const selectTariffRow = `SELECT t.id, t.external_id, t.name, t.version, coalesce(v.id, ''), coalesce(v.number, 0), coalesce(v.valid_from, 0)
	FROM tariffs t LEFT JOIN tariff_versions v ON v.tariff_id = t.id
		AND v.number = (SELECT max(n.number) FROM tariff_versions n WHERE n.tariff_id = t.id)`

func scanTariffRow(r row) (t query.TariffRow, err error) {
	return t, r.Scan(&t.ID, &t.ExternalID, &t.Name, &t.Version, &t.LatestID, &t.LatestNumber, &t.LatestFrom)
}

// Tariffs lists tariffs by name with the newest version of each.
func (tx *Tx) Tariffs(ctx context.Context, f query.TariffFilter) ([]query.TariffRow, string, error) {
	p := paged[query.TariffRow]{text: selectTariffRow, sort: "t.name", id: "t.id", scan: scanTariffRow,
		key: func(t query.TariffRow) (string, string) { return t.Name, t.ID }}
	p.filter.search("t.search", f.Text)
	return p.page(ctx, tx, f.Page)
}

// AddTariffVersion publishes a version. Versions are never changed; a number
// that is taken is a Conflict.
func (tx *Tx) AddTariffVersion(ctx context.Context, v query.TariffVersion) error {
	announce := sql.NullInt64{Int64: int64(v.AnnounceAt), Valid: v.AnnounceAt != 0}
	_, err := tx.exec(ctx, `INSERT INTO tariff_versions (id, tariff_id, number, valid_from, document, created_at, created_by, next_announce_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		v.ID, v.TariffID, v.Number, int64(v.From), string(tariff.Encode(v.Document)), int64(v.CreatedAt), v.CreatedBy, announce)
	return aTariffVersion.name(err)
}

const selectTariffVersion = `SELECT v.id, v.tariff_id, v.number, v.valid_from, v.document, v.created_at, v.created_by, coalesce(v.next_announce_at, 0)
	FROM tariff_versions v`

func scanTariffVersion(r row) (v query.TariffVersion, err error) {
	var document string
	if err := r.Scan(&v.ID, &v.TariffID, &v.Number, &v.From, &document, &v.CreatedAt, &v.CreatedBy, &v.AnnounceAt); err != nil {
		return v, err
	}
	if v.Document, err = tariff.Decode([]byte(document)); err != nil {
		return v, fmt.Errorf("version %s of a tariff cannot be read: %w", v.ID, err)
	}
	return v, nil
}

// TariffVersion finds a version by id.
func (tx *Tx) TariffVersion(ctx context.Context, id string) (query.TariffVersion, error) {
	return find(ctx, tx, aTariffVersion, "id", id, scanTariffVersion, selectTariffVersion+` WHERE v.id = $1`, id)
}

// TariffVersions lists the versions of a tariff, newest number first.
func (tx *Tx) TariffVersions(ctx context.Context, tariffID string) ([]query.TariffVersion, error) {
	return list(ctx, tx, scanTariffVersion, selectTariffVersion+` WHERE v.tariff_id = $1 ORDER BY v.number DESC`, tariffID)
}

// TariffVersionAt finds the version of the named tariff that is in force at
// the instant: the one with the latest start not after it, of equal starts the
// highest number.
func (tx *Tx) TariffVersionAt(ctx context.Context, name string, at calendar.Instant) (query.TariffVersion, error) {
	return find(ctx, tx, aTariffVersion, "tariff and instant", name+" at "+at.String(), scanTariffVersion,
		selectTariffVersion+` JOIN tariffs t ON t.id = v.tariff_id WHERE t.name = $1 AND v.valid_from <= $2
		ORDER BY v.valid_from DESC, v.number DESC LIMIT 1`, name, int64(at))
}

// AllTariffVersions lists every version of every tariff, by tariff and number.
func (tx *Tx) AllTariffVersions(ctx context.Context) ([]query.TariffVersion, error) {
	return list(ctx, tx, scanTariffVersion, selectTariffVersion+` ORDER BY v.tariff_id, v.number`)
}

// DueTariffVersions are the versions that have taken effect by now and are not
// announced yet, longest due first.
func (tx *Tx) DueTariffVersions(ctx context.Context, now calendar.Instant, limit int) ([]query.TariffVersion, error) {
	return list(ctx, tx, scanTariffVersion, selectTariffVersion+` WHERE v.next_announce_at <= $1 ORDER BY v.next_announce_at, v.id LIMIT $2`, int64(now), limit)
}

// TariffVersionAnnounced notes that a version's taking effect was announced.
// It reports false when that had been noted before, by another sweep.
func (tx *Tx) TariffVersionAnnounced(ctx context.Context, id string) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE tariff_versions SET next_announce_at = NULL WHERE id = $1 AND next_announce_at IS NOT NULL`, id)
	return n > 0, err
}

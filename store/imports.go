package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"kwote/domain/query"
)

var anImport = kind{"import", "imports"}

// SaveImport keeps an import run as it stands; the same id again replaces it.
func (tx *Tx) SaveImport(ctx context.Context, i query.Import) error {
	quarantined, err := countsJSON(i.Quarantined)
	if err != nil {
		return err
	}
	warnings, err := countsJSON(i.Warnings)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO imports (id, source, started_at, finished_at, actor, row_count, imported, duplicates, priced, unpriced, quarantined, warnings)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET source = excluded.source, started_at = excluded.started_at, finished_at = excluded.finished_at,
			actor = excluded.actor, row_count = excluded.row_count, imported = excluded.imported, duplicates = excluded.duplicates,
			priced = excluded.priced, unpriced = excluded.unpriced, quarantined = excluded.quarantined, warnings = excluded.warnings`,
		i.ID, i.Source, int64(i.StartedAt), int64(i.FinishedAt), i.Actor, i.Rows, i.Imported, i.Duplicates, i.Priced, i.Unpriced, quarantined, warnings)
	return err
}

// countsJSON is a count by reason as a JSON object; none is {}.
func countsJSON(counts map[string]int64) (string, error) {
	if len(counts) == 0 {
		return "{}", nil
	}
	return jsonText(counts)
}

const selectImport = `SELECT id, source, started_at, finished_at, actor, row_count, imported, duplicates, priced, unpriced, quarantined, warnings FROM imports`

func scanImport(r row) (i query.Import, err error) {
	var quarantined, warnings string
	if err := r.Scan(&i.ID, &i.Source, &i.StartedAt, &i.FinishedAt, &i.Actor, &i.Rows, &i.Imported, &i.Duplicates,
		&i.Priced, &i.Unpriced, &quarantined, &warnings); err != nil {
		return i, err
	}
	if err := fromJSON(quarantined, &i.Quarantined); err != nil {
		return i, err
	}
	return i, fromJSON(warnings, &i.Warnings)
}

// Import finds an import run by id.
func (tx *Tx) Import(ctx context.Context, id string) (query.Import, error) {
	return find(ctx, tx, anImport, "id", id, scanImport, selectImport+` WHERE id = $1`, id)
}

// Imports lists import runs, newest first.
func (tx *Tx) Imports(ctx context.Context, page query.Page) ([]query.Import, string, error) {
	p := paged[query.Import]{text: selectImport, sort: "started_at", id: "id", newest: true, instant: true, scan: scanImport,
		key: func(i query.Import) (string, string) { return strconv.FormatInt(int64(i.StartedAt), 10), i.ID }}
	return p.page(ctx, tx, page)
}

var bulkQuarantine = bulk{kind: kind{"quarantined row", "quarantine"}, skip: `ON CONFLICT (network_id, reason, fingerprint) DO NOTHING`,
	columns: []column{text("id"), text("import_id"), text("network_id"), integer("line"), text("external_id"), text("reason"),
		text("message"), text("raw"), text("fingerprint")}}

// AddQuarantined keeps rows that could not be imported and returns how many
// were new: the same row with the same reason in the same network is kept
// once. Bytes that are no text are replaced.
func (tx *Tx) AddQuarantined(ctx context.Context, all []query.Quarantined) (int, error) {
	rows := make([][]any, len(all))
	for i, q := range all {
		sum := sha256.Sum256([]byte(q.ExternalID + "\x00" + q.Raw))
		rows[i] = []any{q.ID, q.ImportID, q.NetworkID, q.Line, plain(q.ExternalID), q.Reason, plain(q.Message), plain(q.Raw), hex.EncodeToString(sum[:])}
	}
	added, err := bulkQuarantine.add(ctx, tx, rows)
	n := 0
	for _, a := range added {
		if a {
			n++
		}
	}
	return n, err
}

// plain is text that both engines can keep: valid UTF-8 without NUL.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func scanQuarantined(r row) (q query.Quarantined, err error) {
	return q, r.Scan(&q.ID, &q.ImportID, &q.NetworkID, &q.Line, &q.ExternalID, &q.Reason, &q.Message, &q.Raw)
}

// Quarantine lists quarantined rows by line of their file.
func (tx *Tx) Quarantine(ctx context.Context, f query.QuarantineFilter) ([]query.Quarantined, string, error) {
	p := paged[query.Quarantined]{text: `SELECT id, import_id, network_id, line, external_id, reason, message, raw FROM quarantine`,
		sort: "line", id: "id", instant: true, scan: scanQuarantined,
		key: func(q query.Quarantined) (string, string) { return fmt.Sprint(q.Line), q.ID }}
	p.filter.equal("import_id", f.ImportID)
	p.filter.equal("network_id", f.NetworkID)
	p.filter.equal("reason", f.Reason)
	return p.page(ctx, tx, f.Page)
}

// QuarantineReasons counts quarantined rows by reason, of one import or, when
// it is empty, of all.
func (tx *Tx) QuarantineReasons(ctx context.Context, importID string) ([]query.ReasonCount, error) {
	var w filter
	w.equal("import_id", importID)
	return list(ctx, tx, func(r row) (c query.ReasonCount, err error) { return c, r.Scan(&c.Reason, &c.Rows) },
		`SELECT reason, count(*) FROM quarantine`+w.where()+` GROUP BY reason ORDER BY reason`, w.args...)
}

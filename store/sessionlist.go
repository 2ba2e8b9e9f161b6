package store

import (
	"context"
	"strconv"

	"kwote/domain/query"
)

const selectSessionRow = `SELECT s.id, s.external_id, s.source, s.network_id, s.import_id, s.version,
	s.location_id, coalesce(l.name, ''), coalesce(l.time_zone, ''), s.evse_id, coalesce(e.label, ''), s.user_id, coalesce(u.name, ''), s.token_id,
	s.started_at, s.ended_at, s.energy, s.charging_time, s.idle_time, s.warnings,
	s.receipt_id, s.receipt_count, s.tariff_version_id, s.tariff, s.currency, s.total_minor, s.unpriced
	FROM sessions s LEFT JOIN locations l ON l.id = s.location_id LEFT JOIN evses e ON e.id = s.evse_id LEFT JOIN users u ON u.id = s.user_id`

func scanSessionRow(r row) (s query.SessionRow, err error) {
	var warnings string
	err = r.Scan(&s.ID, &s.ExternalID, &s.Source, &s.NetworkID, &s.ImportID, &s.Version,
		&s.LocationID, &s.LocationName, &s.TimeZone, &s.EVSEID, &s.EVSEName, &s.UserID, &s.UserName, &s.TokenID,
		&s.Start, &s.End, &s.Energy, &s.ChargingTime, &s.IdleTime, &warnings,
		&s.ReceiptID, &s.ReceiptNumber, &s.TariffVersionID, &s.Tariff, &s.Total.Currency, &s.Total.Minor, &s.Unpriced)
	if err != nil {
		return s, err
	}
	if s.ReceiptID == "" {
		s.ReceiptNumber = 0
	}
	s.Warnings, err = warningList(warnings)
	return s, err
}

// SessionRow finds one session as it stands in lists.
func (tx *Tx) SessionRow(ctx context.Context, id string) (query.SessionRow, error) {
	return find(ctx, tx, aSession, "id", id, scanSessionRow, selectSessionRow+` WHERE s.id = $1`, id)
}

// Sessions lists sessions, latest start first.
func (tx *Tx) Sessions(ctx context.Context, f query.SessionFilter) ([]query.SessionRow, string, error) {
	p := paged[query.SessionRow]{text: selectSessionRow, sort: "s.started_at", id: "s.id", newest: true, instant: true, scan: scanSessionRow,
		key: func(s query.SessionRow) (string, string) { return strconv.FormatInt(int64(s.Start), 10), s.ID }}
	narrowSessions(&p.filter, f)
	return p.page(ctx, tx, f.Page)
}

// narrowSessions turns the filter into conditions. Those of partial indexes
// are repeated, because SQLite does not see that a parameter fulfils them.
func narrowSessions(w *filter, f query.SessionFilter) {
	w.equal("s.network_id", f.NetworkID)
	w.equal("s.location_id", f.LocationID)
	w.equal("s.evse_id", f.EVSEID)
	if f.UserID != "" {
		w.add("s.user_id = ? AND s.user_id <> ''", f.UserID)
	}
	w.equal("s.import_id", f.ImportID)
	w.equal("s.tariff", f.Tariff)
	w.equal("s.currency", string(f.Currency))
	if f.From != 0 {
		w.add("s.started_at >= ?", int64(f.From))
	}
	if f.Before != 0 {
		w.add("s.started_at < ?", int64(f.Before))
	}
	switch f.Status {
	case query.Priced:
		w.add("s.unpriced = ''")
	case query.Unpriced:
		w.add("s.unpriced <> ''")
	}
	if f.Warning != "" {
		w.add("s.warnings <> '[]'")
		if f.Warning != "*" {
			w.add(`s.warnings LIKE ? ESCAPE '\'`, pattern(`"`+f.Warning+`"`))
		}
	}
	if f.Text != "" {
		w.add(`(s.id = ? OR s.external_id = ? OR s.location_id IN (SELECT id FROM locations WHERE search LIKE ? ESCAPE '\')
			OR s.user_id IN (SELECT id FROM users WHERE search LIKE ? ESCAPE '\'))`, f.Text, f.Text, pattern(f.Text), pattern(f.Text))
	}
}

package store

import (
	"context"
	"fmt"

	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/session"
)

var (
	aSession = kind{"session", "sessions"}
	aReceipt = kind{"receipt", "receipts"}
)

var bulkSessions = bulk{kind: aSession, skip: `ON CONFLICT (network_id, external_id) WHERE external_id <> '' DO NOTHING`,
	columns: []column{text("id"), text("external_id"), text("source"), text("network_id"), text("location_id"), text("evse_id"),
		text("user_id"), text("token_id"), text("import_id"), integer("started_at"), integer("ended_at"), text("local_day"),
		integer("local_hour"), integer("energy"), integer("charging_time"), integer("idle_time"), text("warnings"),
		integer("facts_revision"), integer("receipt_count"), text("receipt_id"), text("tariff_version_id"), text("tariff"),
		text("currency"), integer("total_minor"), text("unpriced"), integer("version")}}

var bulkFacts = bulk{kind: kind{"session's facts", "session_facts"}, columns: []column{
	text("session_id"), integer("revision"), text("document")}}

// sessionArgs are the columns of bulkSessions up to facts_revision.
func sessionArgs(s *query.SessionRecord) []any {
	f := &s.Session
	warnings := "[]"
	if len(f.Warnings) > 0 {
		warnings, _ = jsonText(f.Warnings) // a list of strings always has a JSON form
	}
	return []any{f.ID, f.ExternalID, s.Source, f.NetworkID, f.LocationID, f.EVSEID, f.UserID, f.TokenID, f.ImportID,
		int64(f.Facts.Start), int64(f.Facts.End), s.Day.String(), int64(s.Hour), int64(f.Facts.Energy()),
		s.ChargingTime, s.IdleTime, warnings}
}

// outcomeArgs are the columns from receipt_id to unpriced.
func outcomeArgs(s *query.SessionRecord) []any {
	if s.Receipt == nil {
		return []any{"", "", "", "", int64(0), s.Unpriced}
	}
	r := &s.Receipt.Receipt
	return []any{s.Receipt.ID, r.Tariff.VersionID, r.Tariff.Name, string(r.Currency), r.Total.Minor, ""}
}

// checkOutcome refuses a record that is neither priced nor says why not, or
// both.
func checkOutcome(s *query.SessionRecord) error {
	if (s.Receipt == nil) != (s.Unpriced != "") {
		return fault.New(fault.Invalid, "session_outcome_unclear",
			fmt.Sprintf("session %q must have either a receipt or a reason why it has none", s.Session.ID))
	}
	return nil
}

// AddSessions keeps new sessions with their facts and receipts and adds them
// to the takings. A session whose external id its network has already is left
// out; the result says for each whether it was added.
func (tx *Tx) AddSessions(ctx context.Context, all []query.SessionRecord) ([]bool, error) {
	rows := make([][]any, len(all))
	for i := range all {
		if err := checkOutcome(&all[i]); err != nil {
			return nil, err
		}
		receipts := int64(0)
		if all[i].Receipt != nil {
			receipts = 1
		}
		row := append(sessionArgs(&all[i]), int64(1), receipts)
		rows[i] = append(append(row, outcomeArgs(&all[i])...), int64(1))
	}
	added, err := bulkSessions.add(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	var facts [][]any
	var issued []*query.SessionRecord
	changes := takings{}
	for i := range all {
		if !added[i] {
			continue
		}
		s := &all[i]
		facts = append(facts, []any{s.Session.ID, int64(1), string(appendFacts(nil, s.Session.Facts))})
		if s.Receipt != nil {
			issued = append(issued, s)
		}
		changes.count(portionOf(s), 1)
	}
	if _, err := bulkFacts.add(ctx, tx, facts); err != nil {
		return nil, err
	}
	if err := tx.addReceipts(ctx, issued, 1); err != nil {
		return nil, err
	}
	return added, tx.addTakings(ctx, changes)
}

// ReviseSession keeps a session that was read at Session.Version with what has
// changed: new facts become a new revision, a receipt gets the next number,
// and the takings move from the old outcome to the new one. Nothing of the
// past is changed.
func (tx *Tx) ReviseSession(ctx context.Context, s query.SessionRecord) error {
	if err := checkOutcome(&s); err != nil {
		return err
	}
	id := s.Session.ID
	had, err := find(ctx, tx, aSession, "id", id, scanKept, selectKept+` WHERE s.id = $1`, id)
	if err != nil {
		return err
	}
	if had.version != s.Session.Version {
		return tx.moved(ctx, aSession, id)
	}
	facts := string(appendFacts(nil, s.Session.Facts))
	revision, receipts := had.revision, had.receipts
	if facts != had.facts {
		revision++
	}
	if s.Receipt != nil {
		receipts++
	}
	args := append(append(append(sessionArgs(&s), revision, receipts), outcomeArgs(&s)...), s.Session.Version)
	n, err := tx.exec(ctx, `UPDATE sessions SET external_id = $2, source = $3, network_id = $4, location_id = $5, evse_id = $6, user_id = $7,
		token_id = $8, import_id = $9, started_at = $10, ended_at = $11, local_day = $12, local_hour = $13, energy = $14, charging_time = $15,
		idle_time = $16, warnings = $17, facts_revision = $18, receipt_count = $19, receipt_id = $20, tariff_version_id = $21, tariff = $22,
		currency = $23, total_minor = $24, unpriced = $25, version = version + 1 WHERE id = $1 AND version = $26`, args...)
	if err != nil {
		return aSession.name(err)
	}
	if n == 0 {
		return tx.moved(ctx, aSession, id)
	}
	if revision > had.revision {
		if _, err := bulkFacts.add(ctx, tx, [][]any{{id, revision, facts}}); err != nil {
			return err
		}
	}
	if s.Receipt != nil {
		if err := tx.addReceipts(ctx, []*query.SessionRecord{&s}, receipts); err != nil {
			return err
		}
	}
	changes := takings{}
	changes.count(had.portion, -1)
	changes.count(portionOf(&s), 1)
	return tx.addTakings(ctx, changes)
}

// kept is what a revision must know of the session as it stands.
type kept struct {
	version, revision, receipts int64
	facts                       string
	portion                     portion
}

const selectKept = `SELECT s.version, s.facts_revision, s.receipt_count, f.document, s.network_id, s.local_day, s.local_hour,
	s.tariff, s.currency, s.energy, s.charging_time, s.idle_time, s.total_minor
	FROM sessions s JOIN session_facts f ON f.session_id = s.id AND f.revision = s.facts_revision`

func scanKept(r row) (k kept, err error) {
	p := &k.portion
	return k, r.Scan(&k.version, &k.revision, &k.receipts, &k.facts, &p.network, &p.day, &p.hour,
		&p.tariff, &p.currency, &p.energy, &p.charging, &p.idle, &p.total)
}

const selectSession = `SELECT s.id, s.external_id, s.network_id, s.location_id, s.evse_id, s.user_id, s.token_id, s.import_id, s.warnings, s.version, f.document
	FROM sessions s JOIN session_facts f ON f.session_id = s.id AND f.revision = s.facts_revision`

func scanSession(r row) (s session.Session, err error) {
	var warnings, facts string
	if err := r.Scan(&s.ID, &s.ExternalID, &s.NetworkID, &s.LocationID, &s.EVSEID, &s.UserID, &s.TokenID, &s.ImportID, &warnings, &s.Version, &facts); err != nil {
		return s, err
	}
	if s.Facts, err = readFacts(facts); err != nil {
		return s, err
	}
	s.Warnings, err = warningList(warnings)
	return s, err
}

// warningList reads the column warnings; none is nil.
func warningList(text string) (codes []string, err error) {
	if text == "[]" {
		return nil, nil
	}
	return codes, fromJSON(text, &codes)
}

// Session finds a session with its newest facts.
func (tx *Tx) Session(ctx context.Context, id string) (session.Session, error) {
	return find(ctx, tx, aSession, "id", id, scanSession, selectSession+` WHERE s.id = $1`, id)
}

// SessionByExternalID finds a session of a network by the id that it has
// elsewhere.
func (tx *Tx) SessionByExternalID(ctx context.Context, networkID, externalID string) (session.Session, error) {
	return find(ctx, tx, aSession, "externalId", externalID, scanSession,
		selectSession+` WHERE s.network_id = $1 AND s.external_id = $2 AND s.external_id <> ''`, networkID, externalID)
}

// SessionKept reports whether a network has a session of the external id.
func (tx *Tx) SessionKept(ctx context.Context, networkID, externalID string) (bool, error) {
	found, err := list(ctx, tx, func(r row) (n int, err error) { return n, r.Scan(&n) },
		`SELECT 1 FROM sessions WHERE network_id = $1 AND external_id = $2 AND external_id <> ''`, networkID, externalID)
	return len(found) > 0, err
}

// SessionsAfter lists all sessions with their facts in order of id, from after
// the given one: for work that passes over every session.
func (tx *Tx) SessionsAfter(ctx context.Context, id string, limit int) ([]session.Session, error) {
	return list(ctx, tx, scanSession, selectSession+` WHERE s.id > $1 ORDER BY s.id LIMIT $2`, id, limit)
}

// portionOf is what a session adds to the takings.
func portionOf(s *query.SessionRecord) portion {
	p := portion{network: s.Session.NetworkID, day: s.Day.String(), hour: int64(s.Hour),
		sums: sums{energy: int64(s.Session.Facts.Energy()), charging: s.ChargingTime, idle: s.IdleTime}}
	if s.Receipt != nil {
		r := &s.Receipt.Receipt
		p.tariff, p.currency, p.total = r.Tariff.Name, string(r.Currency), r.Total.Minor
	}
	return p
}

package store

import (
	"context"
	"database/sql"
	"errors"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/query"
)

var (
	aStaff   = kind{"staff account", "staff"}
	anAPIKey = kind{"API key", "api_keys"}
)

// SaveStaff keeps a staff account.
func (tx *Tx) SaveStaff(ctx context.Context, s person.Staff) error {
	roles, err := jsonText(s.Roles)
	if err != nil {
		return err
	}
	return tx.save(ctx, aStaff, s.ID, s.Version,
		`INSERT INTO staff (id, name, email, language, roles, password_hash, version) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		`UPDATE staff SET name = $2, email = $3, language = $4, roles = $5, password_hash = $6, version = version + 1 WHERE id = $1 AND version = $7`,
		s.ID, s.Name, s.Email, s.Language, roles, s.PasswordHash)
}

const selectStaff = `SELECT id, name, email, language, roles, password_hash, version FROM staff`

func scanStaff(r row) (s person.Staff, err error) {
	var roles string
	if err := r.Scan(&s.ID, &s.Name, &s.Email, &s.Language, &roles, &s.PasswordHash, &s.Version); err != nil {
		return s, err
	}
	return s, fromJSON(roles, &s.Roles)
}

// Staff finds a staff account by id.
func (tx *Tx) Staff(ctx context.Context, id string) (person.Staff, error) {
	return find(ctx, tx, aStaff, "id", id, scanStaff, selectStaff+` WHERE id = $1`, id)
}

// StaffByEmail finds a staff account by an address in normal form.
func (tx *Tx) StaffByEmail(ctx context.Context, email string) (person.Staff, error) {
	return find(ctx, tx, aStaff, "email", email, scanStaff, selectStaff+` WHERE email = $1`, email)
}

// AllStaff lists every staff account by name.
func (tx *Tx) AllStaff(ctx context.Context) ([]person.Staff, error) {
	return list(ctx, tx, scanStaff, selectStaff+` ORDER BY name, id`)
}

// AddAPIKey keeps a new API key.
func (tx *Tx) AddAPIKey(ctx context.Context, k query.APIKey) error {
	roles, err := jsonText(k.Roles)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO api_keys (id, name, hash, roles, created_at, expires_at, last_used_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.ID, k.Name, k.Hash, roles, int64(k.CreatedAt), int64(k.ExpiresAt), int64(k.LastUsedAt), int64(k.RevokedAt))
	return anAPIKey.name(err)
}

const selectAPIKey = `SELECT id, name, hash, roles, created_at, expires_at, last_used_at, revoked_at FROM api_keys`

func scanAPIKey(r row) (k query.APIKey, err error) {
	var roles string
	if err := r.Scan(&k.ID, &k.Name, &k.Hash, &roles, &k.CreatedAt, &k.ExpiresAt, &k.LastUsedAt, &k.RevokedAt); err != nil {
		return k, err
	}
	return k, fromJSON(roles, &k.Roles)
}

// APIKey finds an API key by id.
func (tx *Tx) APIKey(ctx context.Context, id string) (query.APIKey, error) {
	return find(ctx, tx, anAPIKey, "id", id, scanAPIKey, selectAPIKey+` WHERE id = $1`, id)
}

// APIKeyByHash finds an API key by its SHA-256 in hex, revoked and expired
// ones too.
func (tx *Tx) APIKeyByHash(ctx context.Context, hash string) (query.APIKey, error) {
	return find(ctx, tx, anAPIKey, "hash", hash, scanAPIKey, selectAPIKey+` WHERE hash = $1`, hash)
}

// APIKeys lists every API key, newest first.
func (tx *Tx) APIKeys(ctx context.Context) ([]query.APIKey, error) {
	return list(ctx, tx, scanAPIKey, selectAPIKey+` ORDER BY created_at DESC, id DESC`)
}

// RevokeAPIKey ends a key for good; the first revocation's instant stays.
func (tx *Tx) RevokeAPIKey(ctx context.Context, id string, at calendar.Instant) error {
	if _, err := tx.APIKey(ctx, id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at = 0`, id, int64(at))
	return err
}

// TouchAPIKey notes that a key was used.
func (tx *Tx) TouchAPIKey(ctx context.Context, id string, at calendar.Instant) error {
	_, err := tx.exec(ctx, `UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2`, id, int64(at))
	return err
}

// AddLoginLink keeps a new login link.
func (tx *Tx) AddLoginLink(ctx context.Context, l query.LoginLink) error {
	_, err := tx.exec(ctx, `INSERT INTO login_links (hash, user_id, staff_id, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		l.Hash, l.UserID, l.StaffID, int64(l.CreatedAt), int64(l.ExpiresAt), int64(l.UsedAt))
	return err
}

// UseLoginLink marks a link as used and returns it, once: of any number of
// callers one succeeds, and only before it expires. All others find
// login_link_not_found.
func (tx *Tx) UseLoginLink(ctx context.Context, hash string, now calendar.Instant) (query.LoginLink, error) {
	l := query.LoginLink{Hash: hash, UsedAt: now}
	err := tx.tx.QueryRowContext(ctx, `UPDATE login_links SET used_at = $2 WHERE hash = $1 AND used_at = 0 AND expires_at > $2
		RETURNING user_id, staff_id, created_at, expires_at`, hash, int64(now)).Scan(&l.UserID, &l.StaffID, &l.CreatedAt, &l.ExpiresAt)
	if errors.Is(err, sql.ErrNoRows) {
		return query.LoginLink{}, fault.New(fault.NotFound, "login_link_not_found",
			"this link has been used or has expired; ask for a new one")
	}
	return l, tx.explain(err)
}

// SweepLoginLinks forgets the links that expired before the instant.
func (tx *Tx) SweepLoginLinks(ctx context.Context, before calendar.Instant) error {
	_, err := tx.exec(ctx, `DELETE FROM login_links WHERE expires_at < $1`, int64(before))
	return err
}

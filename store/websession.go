package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"
)

// WebSessions keeps the sessions of signed-in browsers, as the session library
// of the doors wants a store to look. Tokens are kept only as hashes, so a
// copy of the database signs nobody in. Expiry follows the clock that it was
// given, which must be the machine's: cookies do.
type WebSessions struct {
	db  *DB
	now func() time.Time
}

// WebSessions is the keeper of browser sessions.
func (db *DB) WebSessions(now func() time.Time) *WebSessions { return &WebSessions{db, now} }

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx returns a session's data; found is false for one that is unknown or
// expired.
func (w *WebSessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = w.db.read.QueryRowContext(ctx, `SELECT data FROM web_sessions WHERE hash = $1 AND expires_at > $2`,
		tokenHash(token), w.now().Unix()).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, w.db.explain(err)
}

// CommitCtx keeps a session's data until the expiry, and forgets what has
// expired.
func (w *WebSessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return w.db.Update(ctx, func(tx *Tx) error {
		if data == nil {
			data = []byte{}
		}
		if _, err := tx.exec(ctx, `DELETE FROM web_sessions WHERE expires_at <= $1`, w.now().Unix()); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `INSERT INTO web_sessions (hash, data, expires_at) VALUES ($1, $2, $3)
			ON CONFLICT (hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, tokenHash(token), data, expiry.Unix())
		return err
	})
}

// DeleteCtx forgets a session; one that is unknown is no error.
func (w *WebSessions) DeleteCtx(ctx context.Context, token string) error {
	return w.db.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `DELETE FROM web_sessions WHERE hash = $1`, tokenHash(token))
		return err
	})
}

// Find is FindCtx without a context.
func (w *WebSessions) Find(token string) ([]byte, bool, error) {
	return w.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (w *WebSessions) Commit(token string, data []byte, expiry time.Time) error {
	return w.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (w *WebSessions) Delete(token string) error { return w.DeleteCtx(context.Background(), token) }

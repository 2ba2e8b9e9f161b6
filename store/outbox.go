package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/query"
)

var aMail = kind{"mail", "mails"}

// AddMail puts a message in the outbox.
func (tx *Tx) AddMail(ctx context.Context, m query.Mail) error {
	_, err := tx.exec(ctx, `INSERT INTO mails (id, to_addr, subject, body, created_at, next_attempt_at, attempts, sent_at, last_error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		m.ID, m.To, m.Subject, m.Body, int64(m.CreatedAt), int64(m.NextAttemptAt), int64(m.Attempts), int64(m.SentAt), m.LastError)
	return aMail.name(err)
}

const selectMail = `SELECT id, to_addr, subject, body, created_at, next_attempt_at, attempts, sent_at, last_error FROM mails`

func scanMail(r row) (m query.Mail, err error) {
	return m, r.Scan(&m.ID, &m.To, &m.Subject, &m.Body, &m.CreatedAt, &m.NextAttemptAt, &m.Attempts, &m.SentAt, &m.LastError)
}

// DueMails are the messages to be sent by now, longest due first.
func (tx *Tx) DueMails(ctx context.Context, now calendar.Instant, limit int) ([]query.Mail, error) {
	return list(ctx, tx, scanMail, selectMail+` WHERE sent_at = 0 AND next_attempt_at <= $1 ORDER BY next_attempt_at, id LIMIT $2`, int64(now), limit)
}

// ClaimMails takes the messages to be sent by now, longest due first, and makes
// them due again only at until, so that no other node sends them meanwhile.
func (tx *Tx) ClaimMails(ctx context.Context, now, until calendar.Instant, limit int) ([]query.Mail, error) {
	return list(ctx, tx, scanMail, `UPDATE mails SET next_attempt_at = $2 WHERE sent_at = 0 AND next_attempt_at <= $1
		AND id IN (SELECT id FROM mails WHERE sent_at = 0 AND next_attempt_at <= $1 ORDER BY next_attempt_at, id LIMIT $3)
		RETURNING id, to_addr, subject, body, created_at, next_attempt_at, attempts, sent_at, last_error`, int64(now), int64(until), limit)
}

// MailDone notes that a message was sent.
func (tx *Tx) MailDone(ctx context.Context, id string, at calendar.Instant) error {
	n, err := tx.exec(ctx, `UPDATE mails SET sent_at = $2, attempts = attempts + 1, last_error = '' WHERE id = $1`, id, int64(at))
	if err == nil && n == 0 {
		return aMail.missing("id", id)
	}
	return err
}

// MailFailed notes why a message was not sent and when to try again.
func (tx *Tx) MailFailed(ctx context.Context, id string, next calendar.Instant, message string) error {
	n, err := tx.exec(ctx, `UPDATE mails SET next_attempt_at = $2, attempts = attempts + 1, last_error = $3 WHERE id = $1`, id, int64(next), message)
	if err == nil && n == 0 {
		return aMail.missing("id", id)
	}
	return err
}

// Mails lists the outbox, newest first.
func (tx *Tx) Mails(ctx context.Context, page query.Page) ([]query.Mail, string, error) {
	p := paged[query.Mail]{text: selectMail, sort: "created_at", id: "id", newest: true, instant: true, scan: scanMail,
		key: func(m query.Mail) (string, string) { return strconv.FormatInt(int64(m.CreatedAt), 10), m.ID }}
	return p.page(ctx, tx, page)
}

// ReserveReply claims an idempotency key until the reply's expiry and returns
// nil; when another request has it, that one's reply. A claim or reply that
// has expired by CreatedAt is taken over.
func (tx *Tx) ReserveReply(ctx context.Context, r query.Reply) (*query.Reply, error) {
	n, err := tx.exec(ctx, `INSERT INTO idempotency_keys (actor, key, request_hash, status, content_type, headers, body, created_at, expires_at)
		VALUES ($1, $2, $3, 0, '', '{}', $4, $5, $6)
		ON CONFLICT (actor, key) DO UPDATE SET request_hash = excluded.request_hash, status = 0, content_type = '', headers = '{}',
			body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
		WHERE idempotency_keys.expires_at <= excluded.created_at`,
		r.Actor, r.Key, r.RequestHash, []byte{}, int64(r.CreatedAt), int64(r.ExpiresAt))
	if err != nil || n > 0 {
		return nil, err
	}
	had := query.Reply{Actor: r.Actor, Key: r.Key}
	err = tx.tx.QueryRowContext(ctx, `SELECT request_hash, status, content_type, headers, body, created_at, expires_at
		FROM idempotency_keys WHERE actor = $1 AND key = $2`, r.Actor, r.Key).Scan(
		&had.RequestHash, &had.Status, &had.ContentType, &had.Headers, &had.Body, &had.CreatedAt, &had.ExpiresAt)
	return &had, tx.explain(err)
}

// CompleteReply keeps the answer of a claimed key until its expiry.
func (tx *Tx) CompleteReply(ctx context.Context, r query.Reply) error {
	body := r.Body
	if body == nil {
		body = []byte{}
	}
	n, err := tx.exec(ctx, `UPDATE idempotency_keys SET status = $3, content_type = $4, headers = $5, body = $6, expires_at = $7
		WHERE actor = $1 AND key = $2`, r.Actor, r.Key, r.Status, r.ContentType, r.Headers, body, int64(r.ExpiresAt))
	if err == nil && n == 0 {
		return kind{thing: "idempotency key"}.missing("value", r.Key)
	}
	return err
}

// ReleaseReply gives a claimed key back, for a request that changed nothing.
func (tx *Tx) ReleaseReply(ctx context.Context, actor, key string) error {
	_, err := tx.exec(ctx, `DELETE FROM idempotency_keys WHERE actor = $1 AND key = $2 AND status = 0`, actor, key)
	return err
}

// SweepReplies forgets the keys that have expired.
func (tx *Tx) SweepReplies(ctx context.Context, now calendar.Instant) error {
	_, err := tx.exec(ctx, `DELETE FROM idempotency_keys WHERE expires_at <= $1`, int64(now))
	return err
}

// Setting is the value of a setting, empty when it was never set.
func (tx *Tx) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := tx.tx.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, tx.explain(err)
}

// SetSetting keeps a setting's value.
func (tx *Tx) SetSetting(ctx context.Context, name, value string) error {
	_, err := tx.exec(ctx, `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

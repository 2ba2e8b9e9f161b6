package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/text"
)

const (
	// keyPrefix lets people and secret scanners recognise a key.
	keyPrefix = "kwote_"
	// keyLength is 40 characters of base 62: 238 bits, so that a plain hash is
	// as safe as a slow one.
	keyLength = 40
	base62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	// lastUseEvery is how exact a key's last use is kept, in seconds.
	lastUseEvery = 60
)

// newKey is the secret of an API key.
func newKey() string {
	out := []byte(keyPrefix)
	var b [1]byte
	for len(out) < len(keyPrefix)+keyLength {
		_, _ = rand.Read(b[:])      // never fails: crypto/rand ends the program rather than return
		if v := b[0] & 63; v < 62 { // 62 and 63 are drawn again, so that every character is equally likely
			out = append(out, base62[v])
		}
	}
	return string(out)
}

// hashOf is what is kept of a secret that nobody can guess.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// CreateKey makes an API key and returns its secret, which is shown this once.
// It expires at the instant given; 0 means never.
func (d *Desk) CreateKey(ctx context.Context, by access.Actor, name string, roles []access.Role, expires calendar.Instant) (k query.APIKey, secret string, err error) {
	if err := by.Check(access.ChangeAccess); err != nil {
		return k, "", err
	}
	now := d.now()
	switch {
	case strings.TrimSpace(name) == "":
		return k, "", invalid("required", "name", "an API key needs a name that says what uses it")
	case !text.Readable(name):
		return k, "", text.Unreadable("name")
	case text.Blank(name):
		return k, "", invalid("blank", "name", "%q shows nothing; write a name that says what uses the key", name)
	case len(roles) == 0:
		return k, "", invalid("required", "roles", "an API key needs at least one role")
	case expires != 0 && expires <= now:
		return k, "", invalid("expiry_past", "expiresAt", "%s is not in the future; choose a later instant or leave it out", expires)
	}
	for _, r := range roles {
		if err := checkRole(string(r)); err != nil {
			return k, "", err
		}
	}
	secret = newKey()
	k = query.APIKey{ID: newID(), Name: strings.TrimSpace(name), Hash: hashOf(secret), Roles: roles, CreatedAt: now, ExpiresAt: expires}
	err = d.Store.Update(ctx, func(tx Tx) error { return addKey(ctx, tx, by, k) })
	if err != nil {
		return query.APIKey{}, "", err
	}
	return k, secret, nil
}

func addKey(ctx context.Context, tx Tx, by access.Actor, k query.APIKey) error {
	if err := tx.AddAPIKey(ctx, k); err != nil {
		return err
	}
	what := data{"id": k.ID, "name": k.Name, "roles": k.Roles}
	if k.ExpiresAt != 0 {
		what["expiresAt"] = k.ExpiresAt.String()
	}
	return record(ctx, tx, k.CreatedAt, event.KeyCreated, "api_key", k.ID, by, what)
}

// Keys lists every API key, newest first, revoked ones too.
func (d *Desk) Keys(ctx context.Context, by access.Actor) ([]query.APIKey, error) {
	return read(ctx, d, by, access.ChangeAccess, func(tx Tx) ([]query.APIKey, error) { return tx.APIKeys(ctx) })
}

// RevokeKey ends an API key for good; a second time changes nothing.
func (d *Desk) RevokeKey(ctx context.Context, by access.Actor, id string) error {
	if err := by.Check(access.ChangeAccess); err != nil {
		return err
	}
	now := d.now()
	return d.Store.Update(ctx, func(tx Tx) error {
		k, err := tx.APIKey(ctx, id)
		if err != nil || k.RevokedAt != 0 {
			return err
		}
		if err := tx.RevokeAPIKey(ctx, id, now); err != nil {
			return err
		}
		return record(ctx, tx, now, event.KeyRevoked, "api_key", k.ID, by, data{"id": k.ID, "name": k.Name})
	})
}

// ActorForKey is the program that holds the key. It fails with
// fault.Unauthenticated and api_key_unknown, api_key_revoked or
// api_key_expired.
func (d *Desk) ActorForKey(ctx context.Context, secret string) (access.Actor, error) {
	refuse := func(code, message string) (access.Actor, error) {
		return access.Actor{}, fault.New(fault.Unauthenticated, code, message)
	}
	const unknown = "no API key is like this one; check that it was copied whole, or create a new one"
	if !strings.HasPrefix(secret, keyPrefix) || len(secret) != len(keyPrefix)+keyLength {
		return refuse("api_key_unknown", unknown)
	}
	var k query.APIKey
	err := d.Store.View(ctx, func(tx Tx) (err error) {
		k, err = tx.APIKeyByHash(ctx, hashOf(secret))
		return err
	})
	now := d.now()
	switch {
	case fault.Is(err, fault.NotFound):
		return refuse("api_key_unknown", unknown)
	case err != nil:
		return access.Actor{}, err
	case k.RevokedAt != 0:
		return refuse("api_key_revoked", "this API key was revoked; create a new one")
	case k.ExpiresAt != 0 && k.ExpiresAt <= now:
		return refuse("api_key_expired", "this API key expired at "+k.ExpiresAt.String()+"; create a new one")
	}
	if now-k.LastUsedAt >= lastUseEvery {
		// A key that may read goes on working while the database takes no writes.
		_ = d.Store.Update(ctx, func(tx Tx) error { return tx.TouchAPIKey(ctx, k.ID, now) })
	}
	return access.Actor{Kind: access.Key, ID: k.ID, Name: k.Name, Roles: k.Roles}, nil
}

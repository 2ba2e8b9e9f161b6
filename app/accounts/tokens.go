package accounts

import (
	"context"
	"slices"
	"strings"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/person"
	"kwote/domain/query"
	"kwote/domain/text"
)

var (
	tokenKinds    = []person.TokenKind{person.RFID, person.EMAID, person.AppUser, person.AdHoc}
	tokenStatuses = []person.TokenStatus{person.TokenValid, person.TokenBlocked, person.TokenLost}
)

// longestUID is that of OCPP's idToken; OCPI's uid is the same length.
const longestUID = 36

// SaveToken keeps a token. Its uid belongs to no other token and its owner,
// where it has one, must exist. A status left out is valid.
func (d *Desk) SaveToken(ctx context.Context, by access.Actor, t person.Token) (person.Token, error) {
	if err := by.Check(access.ChangePeople); err != nil {
		return t, err
	}
	t, err := normalToken(t)
	if err != nil {
		return t, err
	}
	now, given := d.now(), t
	err = d.Store.Update(ctx, func(tx Tx) error {
		t = given
		old, ok, err := known(ctx, by, identity{"token", t.ID, t.ExternalID, t.Version}, tx.Token, tx.TokenByExternalID)
		if err != nil {
			return err
		}
		if ok {
			t.ID, t.Version = old.ID, orVersion(t.Version, old.Version)
		}
		if t == old {
			return nil
		}
		if t.UserID != "" {
			_, err := tx.User(ctx, t.UserID)
			if err := required(err, "userId", "user", t.UserID); err != nil {
				return err
			}
		}
		t.ID = orNewID(t.ID)
		return saveToken(ctx, tx, now, by, &t)
	})
	return t, err
}

func normalToken(t person.Token) (person.Token, error) {
	t.UID = strings.TrimSpace(t.UID)
	if t.Status == "" {
		t.Status = person.TokenValid
	}
	if err := text.First(text.Name("uid", t.UID), text.ExternalID("externalId", t.ExternalID)); err != nil {
		return t, err
	}
	switch {
	case t.UID == "":
		return t, invalid("required", "uid", "a token needs the uid that the charger reads")
	case len(t.UID) > longestUID:
		return t, invalid("too_long", "uid", "%q is longer than the %d characters that a charger can send", t.UID, longestUID)
	case !slices.Contains(tokenKinds, t.Kind):
		return t, invalid("token_kind_unknown", "kind", "%q is none of RFID, EMAID, APP_USER, AD_HOC_USER", t.Kind)
	case !slices.Contains(tokenStatuses, t.Status):
		return t, invalid("token_status_unknown", "status", "%q is none of valid, blocked, lost", t.Status)
	}
	return t, nil
}

// saveToken keeps the token and raises its version.
func saveToken(ctx context.Context, tx Tx, at calendar.Instant, by access.Actor, t *person.Token) error {
	if err := tx.SaveToken(ctx, *t); err != nil {
		return err
	}
	t.Version++
	return record(ctx, tx, at, event.TokenSaved, "token", t.ID, by, data{"id": t.ID, "externalId": t.ExternalID, "uid": t.UID,
		"kind": t.Kind, "userId": t.UserID, "status": t.Status, "version": t.Version})
}

// SetTokenStatus blocks a token, notes that it is lost, or makes it valid
// again. A version other than 0 says at which one it was read.
func (d *Desk) SetTokenStatus(ctx context.Context, by access.Actor, id string, status person.TokenStatus, version int64) (t person.Token, err error) {
	if err := by.Check(access.ChangePeople); err != nil {
		return t, err
	}
	if !slices.Contains(tokenStatuses, status) {
		return t, invalid("token_status_unknown", "status", "%q is none of valid, blocked, lost", status)
	}
	now := d.now()
	err = d.Store.Update(ctx, func(tx Tx) error {
		if t, err = tx.Token(ctx, id); err != nil {
			return err
		}
		if t.Status == status && orVersion(version, t.Version) == t.Version {
			return nil
		}
		t.Status, t.Version = status, orVersion(version, t.Version)
		return saveToken(ctx, tx, now, by, &t)
	})
	return t, err
}

// Token finds a token by id.
func (d *Desk) Token(ctx context.Context, by access.Actor, id string) (person.Token, error) {
	return read(ctx, d, by, access.Read, func(tx Tx) (person.Token, error) { return tx.Token(ctx, id) })
}

// TokenByExternalID finds a token by the id that it has elsewhere.
func (d *Desk) TokenByExternalID(ctx context.Context, by access.Actor, externalID string) (person.Token, error) {
	return read(ctx, d, by, access.Read, func(tx Tx) (person.Token, error) { return tx.TokenByExternalID(ctx, externalID) })
}

// TokenByUID finds a token by what the charger reads.
func (d *Desk) TokenByUID(ctx context.Context, by access.Actor, uid string) (person.Token, error) {
	return read(ctx, d, by, access.Read, func(tx Tx) (person.Token, error) { return tx.TokenByUID(ctx, uid) })
}

// Tokens lists tokens by uid. Drivers list their own.
func (d *Desk) Tokens(ctx context.Context, by access.Actor, f query.TokenFilter) ([]person.Token, string, error) {
	if by.Kind == access.User && f.UserID == by.ID && by.ID != "" {
		by = access.Kwote
	}
	return page(ctx, d, by, access.Read, func(tx Tx) ([]person.Token, string, error) { return tx.Tokens(ctx, f) })
}

package accounts

import (
	"context"
	"fmt"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
)

// batchSize is how many users or tokens are kept in one transaction and told
// of in one event.
const batchSize = 2000

// AddAll keeps many new users and tokens and returns them with the ids that
// they lacked. A token may belong to a user of the same call, so such a user
// comes with its id. Everything is checked before anything is written; what is
// written is committed batch by batch, so a fault of the database may leave
// the earlier batches. One event per batch.
func (d *Desk) AddAll(ctx context.Context, by access.Actor, users []person.User, tokens []person.Token) ([]person.User, []person.Token, error) {
	if err := by.Check(access.ChangePeople); err != nil {
		return nil, nil, err
	}
	users, tokens = append([]person.User(nil), users...), append([]person.Token(nil), tokens...)
	for i := range users {
		var err error
		if users[i], err = normalUser(users[i]); err != nil {
			return nil, nil, within("users", i, err)
		}
		users[i].ID, users[i].Version = orNewID(users[i].ID), 0
	}
	for i := range tokens {
		var err error
		if tokens[i], err = normalToken(tokens[i]); err != nil {
			return nil, nil, within("tokens", i, err)
		}
		tokens[i].ID, tokens[i].Version = orNewID(tokens[i].ID), 0
	}
	if err := d.Store.View(ctx, func(tx Tx) error { return allReferences(ctx, tx, users, tokens) }); err != nil {
		return nil, nil, err
	}
	now := d.now()
	if err := addBatches(ctx, d, now, by, "users", users, Tx.AddUsers, func(u *person.User) string { u.Version = 1; return u.ID }); err != nil {
		return nil, nil, err
	}
	if err := addBatches(ctx, d, now, by, "tokens", tokens, Tx.AddTokens, func(t *person.Token) string { t.Version = 1; return t.ID }); err != nil {
		return nil, nil, err
	}
	return users, tokens, nil
}

// addBatches keeps all in batches; kept is told of each one that is, and says
// its id.
func addBatches[T any](ctx context.Context, d *Desk, at calendar.Instant, by access.Actor, name string, all []T,
	add func(Tx, context.Context, []T) error, kept func(*T) string) error {
	for from := 0; from < len(all); from += batchSize {
		batch := all[from:min(from+batchSize, len(all))]
		err := d.Store.Update(ctx, func(tx Tx) error {
			if err := add(tx, ctx, batch); err != nil {
				return err
			}
			ids := make([]string, len(batch))
			for i := range batch {
				ids[i] = kept(&batch[i])
			}
			return record(ctx, tx, at, event.PeopleAdded, "batch", newID(), by, data{name: ids})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// allReferences checks each partner, group and owner named once.
func allReferences(ctx context.Context, tx Tx, users []person.User, tokens []person.Token) error {
	seen := map[string]bool{}
	for i, u := range users {
		if err := within("users", i, userReferences(ctx, tx, u, seen)); err != nil {
			return err
		}
	}
	owners := map[string]bool{"": true}
	for _, u := range users {
		owners[u.ID] = true
	}
	for i, t := range tokens {
		if owners[t.UserID] {
			continue
		}
		_, err := tx.User(ctx, t.UserID)
		if err := within("tokens", i, required(err, "userId", "user", t.UserID)); err != nil {
			return err
		}
		owners[t.UserID] = true
	}
	return nil
}

// within puts the place in a list before a fault's field.
func within(list string, i int, err error) error {
	if f := fault.As(err); f != nil && f.Field != "" {
		return fault.At(f.Kind, f.Code, fmt.Sprintf("%s[%d].%s", list, i, f.Field), f.Message)
	}
	return err
}

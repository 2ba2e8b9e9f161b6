// Package accounts is the desk where people and programs are known: drivers,
// their groups and tokens, the operator's staff, API keys, and how each of
// them proves who they are. It also keeps the outbox of mails. It does not
// decide what an account may do (access) or pays (assign), and sends nothing
// itself; whoever makes the desk gives it a way to send.
//
// Invariants, and the test that proves each:
//   - of passwords, API keys and sign-in links only hashes are kept, but for the
//     link in the mail that carries it, and no event or list holds any of them
//     (TestNoSecretIsKept);
//   - a wrong password and an unknown account get the same answer after the
//     same work (TestSignInTellsNothing), and guessing is slowed down
//     (TestThrottle);
//   - a sign-in link works once, for fifteen minutes (TestLinkWorksOnce,
//     TestLinkExpires), and asking for one tells nobody whether an address is
//     known (TestLinkTellsNothing);
//   - the last owner stays an owner (TestLastOwnerStays);
//   - a mail is sent outside every transaction, tried again ever more slowly
//     and given up after three days (TestMails);
//   - a name shows something and is kept without spaces around it; an external
//     id can be part of an address (TestNames);
//   - nobody changes accounts without the right (TestRights), and every change
//     leaves an event with its actor (TestEveryChangeLeavesAnEvent).
package accounts

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
)

// Tx is what the desk asks of the shelf within one transaction.
type Tx interface {
	SaveUser(ctx context.Context, u person.User) error
	AddUsers(ctx context.Context, all []person.User) error
	User(ctx context.Context, id string) (person.User, error)
	UserByExternalID(ctx context.Context, externalID string) (person.User, error)
	UserByEmail(ctx context.Context, email string) (person.User, error)
	Users(ctx context.Context, f query.UserFilter) ([]person.User, string, error)
	Partner(ctx context.Context, id string) (place.Partner, error)

	SaveUserGroup(ctx context.Context, g person.Group) error
	UserGroup(ctx context.Context, id string) (person.Group, error)
	UserGroupByExternalID(ctx context.Context, externalID string) (person.Group, error)
	UserGroups(ctx context.Context, f query.GroupFilter) ([]person.Group, string, error)

	SaveToken(ctx context.Context, t person.Token) error
	AddTokens(ctx context.Context, all []person.Token) error
	Token(ctx context.Context, id string) (person.Token, error)
	TokenByUID(ctx context.Context, uid string) (person.Token, error)
	TokenByExternalID(ctx context.Context, externalID string) (person.Token, error)
	Tokens(ctx context.Context, f query.TokenFilter) ([]person.Token, string, error)

	SaveStaff(ctx context.Context, s person.Staff) error
	Staff(ctx context.Context, id string) (person.Staff, error)
	StaffByEmail(ctx context.Context, email string) (person.Staff, error)
	AllStaff(ctx context.Context) ([]person.Staff, error)

	AddAPIKey(ctx context.Context, k query.APIKey) error
	APIKey(ctx context.Context, id string) (query.APIKey, error)
	APIKeyByHash(ctx context.Context, hash string) (query.APIKey, error)
	APIKeys(ctx context.Context) ([]query.APIKey, error)
	RevokeAPIKey(ctx context.Context, id string, at calendar.Instant) error
	TouchAPIKey(ctx context.Context, id string, at calendar.Instant) error

	AddLoginLink(ctx context.Context, l query.LoginLink) error
	UseLoginLink(ctx context.Context, hash string, now calendar.Instant) (query.LoginLink, error)
	SweepLoginLinks(ctx context.Context, before calendar.Instant) error

	AddMail(ctx context.Context, m query.Mail) error
	DueMails(ctx context.Context, now calendar.Instant, limit int) ([]query.Mail, error)
	ClaimMails(ctx context.Context, now, until calendar.Instant, limit int) ([]query.Mail, error)
	MailDone(ctx context.Context, id string, at calendar.Instant) error
	MailFailed(ctx context.Context, id string, next calendar.Instant, message string) error
	Mails(ctx context.Context, page query.Page) ([]query.Mail, string, error)

	AddEvents(ctx context.Context, events []event.Event) error
}

// Store opens transactions.
type Store interface {
	Update(ctx context.Context, do func(Tx) error) error
	View(ctx context.Context, do func(Tx) error) error
}

// Desk keeps accounts. Use it by pointer; it is safe for concurrent use once
// its fields are set.
//
// Every Save creates what has neither an id nor a known external id and
// otherwise changes what bears the id, or else the external id. A Version says
// at which version it was read and fails with fault.Stale when it has moved;
// Version 0 changes whatever is there. The saved value comes back with its id
// and new version. Ids are given by the desk; only the system itself, when it
// seeds a network, may create with an id of its own.
type Desk struct {
	Store Store
	Clock clock.Clock
	// Wall is real time, by which throttles refill whatever the business clock
	// shows; nil means the machine's.
	Wall clock.Clock
	// Send hands a mail to the outside world; an error means that it was not
	// taken. While it is nil, mails wait in the outbox.
	Send func(ctx context.Context, m query.Mail) error
	// LinkURL makes the address that a sign-in link leads to.
	LinkURL func(secret string) string
	// Operator is the name under which mails are written; empty means Kwote.
	Operator string
	// OwnerEmail is the address of the account made at first start; empty
	// means owner@kwote.local.
	OwnerEmail string

	throttles throttles
	kitchen   kitchen
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func orNewID(id string) string {
	if id == "" {
		return newID()
	}
	return id
}

func (d *Desk) now() calendar.Instant { return calendar.Of(d.Clock.Now()) }

// data is what an event tells: keys as in the API, and never a secret.
type data map[string]any

func record(ctx context.Context, tx Tx, at calendar.Instant, t event.Type, kind, id string, by access.Actor, what data) error {
	raw, err := json.Marshal(what)
	if err != nil {
		return err
	}
	e, err := event.New(newID(), at, t, event.Subject{Kind: kind, ID: id}, by, raw)
	if err != nil {
		return err
	}
	return tx.AddEvents(ctx, []event.Event{e})
}

// identity is by what a save recognises what it changes.
type identity struct {
	thing          string // as in fault codes: "user_group"
	id, externalID string
	version        int64
}

// known finds what a save changes; ok is false when it is something new.
func known[T any](ctx context.Context, by access.Actor, i identity, byID, byExternalID func(context.Context, string) (T, error)) (found T, ok bool, err error) {
	if i.id != "" {
		found, err = byID(ctx, i.id)
		if by.Kind == access.System && i.version == 0 && fault.Is(err, fault.NotFound) {
			return found, false, nil
		}
		return found, err == nil, err
	}
	if i.externalID != "" {
		found, err = byExternalID(ctx, i.externalID)
		if !fault.Is(err, fault.NotFound) {
			return found, err == nil, err
		}
	}
	if i.version != 0 {
		return found, false, fault.At(fault.NotFound, i.thing+"_not_found", "version",
			fmt.Sprintf("there is nothing to change at version %d; leave the version out to create it", i.version))
	}
	return found, false, nil
}

// orVersion is the version to save at: the one given, or the one found.
func orVersion(given, found int64) int64 {
	if given == 0 {
		return found
	}
	return given
}

// required is the fault of a reference that leads nowhere, or err.
func required(err error, field, thing, id string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.At(fault.Invalid, "reference_unknown", field,
			fmt.Sprintf("there is no %s %q; create it first or name one that exists", thing, id))
	}
	return err
}

// invalid is the fault of one field that cannot be kept.
func invalid(code, field, format string, args ...any) error {
	return fault.At(fault.Invalid, code, field, fmt.Sprintf(format, args...))
}

// read answers a question of an actor who has the right to ask.
func read[T any](ctx context.Context, d *Desk, by access.Actor, right access.Action, ask func(Tx) (T, error)) (answer T, err error) {
	if err := by.Check(right); err != nil {
		return answer, err
	}
	err = d.Store.View(ctx, func(tx Tx) error {
		answer, err = ask(tx)
		return err
	})
	return answer, err
}

// page is read for lists: one page and the cursor of the next.
func page[T any](ctx context.Context, d *Desk, by access.Actor, right access.Action, ask func(Tx) ([]T, string, error)) ([]T, string, error) {
	var next string
	all, err := read(ctx, d, by, right, func(tx Tx) (all []T, err error) {
		all, next, err = ask(tx)
		return all, err
	})
	return all, next, err
}

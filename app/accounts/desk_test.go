package accounts_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kwote/app/accounts"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/store"
	"kwote/store/storetest"
)

// shelf lends the desk a real database.
type shelf struct{ db *store.DB }

func (s shelf) Update(ctx context.Context, do func(accounts.Tx) error) error {
	return s.db.Update(ctx, func(tx *store.Tx) error { return do(tx) })
}

func (s shelf) View(ctx context.Context, do func(accounts.Tx) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(tx) })
}

// office is a desk with its database, its clocks and the mails it has sent.
type office struct {
	*accounts.Desk
	db    *store.DB
	time  *clock.Stepped
	wall  *clock.Stepped
	links []string // secrets that went into mails, in order

	mu      sync.Mutex
	sent    []query.Mail
	failing error
}

var (
	opening = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	owner   = access.Actor{Kind: access.Staff, ID: "boss", Name: "Bo", Roles: []access.Role{access.Owner}}
	support = access.Actor{Kind: access.Staff, ID: "help", Name: "Su", Roles: []access.Role{access.Support}}
	reader  = access.Actor{Kind: access.Key, ID: "key-1", Name: "dashboard", Roles: []access.Role{access.ReadOnly}}
)

const (
	goodPassword = "four words in a row"
	home         = "192.0.2.1"
)

func each(t *testing.T, run func(t *testing.T, o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := &office{db: db, time: clock.NewStepped(opening, false), wall: clock.NewStepped(opening, false)}
		o.Desk = &accounts.Desk{Store: shelf{db}, Clock: o.time, Wall: o.wall,
			Send: func(_ context.Context, m query.Mail) error {
				o.mu.Lock()
				defer o.mu.Unlock()
				if o.failing == nil {
					o.sent = append(o.sent, m)
				}
				return o.failing
			},
			LinkURL: func(secret string) string {
				o.mu.Lock()
				defer o.mu.Unlock()
				o.links = append(o.links, secret)
				return "https://kwote.test/sign-in?link=" + secret
			}}
		run(t, o)
	})
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (o *office) step(t *testing.T, c *clock.Stepped, by time.Duration) {
	t.Helper()
	if _, err := c.Advance(by); err != nil {
		t.Fatal(err)
	}
}

func (o *office) hire(t *testing.T, email string, roles ...string) person.Staff {
	t.Helper()
	s := must[person.Staff](t)(o.SaveStaff(t.Context(), owner, person.Staff{Name: "Ana", Email: email, Language: "fr", Roles: roles}))
	if err := o.SetPassword(t.Context(), owner, s.ID, goodPassword); err != nil {
		t.Fatal(err)
	}
	return must[person.Staff](t)(o.Staff(t.Context(), owner, s.ID))
}

func (o *office) enrol(t *testing.T, email, language string) person.User {
	t.Helper()
	return must[person.User](t)(o.SaveUser(t.Context(), support, person.User{Name: "Zoé", Email: email, Language: language}))
}

func (o *office) events(t *testing.T) []query.Event {
	t.Helper()
	var all []query.Event
	err := o.db.View(t.Context(), func(tx *store.Tx) (err error) {
		all, _, err = tx.Events(t.Context(), query.EventFilter{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

func (o *office) types(t *testing.T) string {
	t.Helper()
	var names []string
	for _, e := range o.events(t) {
		names = append(names, string(e.Type))
	}
	return strings.Join(names, " ")
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind, code, field string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Code != code || f.Field != field {
		t.Errorf("%s: error is %v, want kind %d code %s field %q", what, err, kind, code, field)
	}
}

func TestEveryChangeLeavesAnEvent(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		g := must[person.Group](t)(o.SaveGroup(ctx, support, person.Group{ExternalID: "staff", Name: "Staff"}))
		u := must[person.User](t)(o.SaveUser(ctx, support, person.User{ExternalID: "crm-1", Name: "Zoé", Email: " Zoe@Example.ORG", Language: "fr", Groups: []string{g.ID, g.ID}}))
		if u.Email != "zoe@example.org" || len(u.Groups) != 1 || u.Version != 1 {
			t.Errorf("saved as %+v, want the address in normal form and the group once", u)
		}
		tok := must[person.Token](t)(o.SaveToken(ctx, support, person.Token{UID: " 04AB ", Kind: person.RFID, UserID: u.ID}))
		if tok.UID != "04AB" || tok.Status != person.TokenValid {
			t.Errorf("saved as %+v", tok)
		}
		for _, status := range []person.TokenStatus{person.TokenBlocked, person.TokenBlocked, person.TokenLost, person.TokenValid} {
			tok = must[person.Token](t)(o.SetTokenStatus(ctx, support, tok.ID, status, tok.Version))
			if tok.Status != status {
				t.Errorf("token is %s, want %s", tok.Status, status)
			}
		}
		s := o.hire(t, "ana@example.org", "pricing")
		if err := o.SetLanguage(ctx, access.Actor{Kind: access.Staff, ID: s.ID}, "en"); err != nil {
			t.Error(err)
		}
		k, _, err := o.CreateKey(ctx, owner, "crm", []access.Role{access.ReadOnly}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := o.RevokeKey(ctx, owner, k.ID); err != nil {
				t.Error(err)
			}
		}
		want := "user_group.saved user.saved token.saved token.saved token.saved token.saved staff.saved staff.password_set staff.saved api_key.created api_key.revoked"
		if got := o.types(t); got != want {
			t.Errorf("events are\n%s, want\n%s", got, want)
		}
		for _, e := range o.events(t) {
			if !json.Valid(e.Data) || e.Actor.ID == "" || e.At != calendar.Of(opening) {
				t.Errorf("event %+v", e.Event)
			}
			if e.Type == event.UserSaved && (e.Actor.ID != "help" || !strings.Contains(string(e.Data), `"groupIds":["`+g.ID+`"]`)) {
				t.Errorf("user event by %s: %s", e.Actor.ID, e.Data)
			}
		}
	})
}

func TestUpsertAndStale(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		u := must[person.User](t)(o.SaveUser(ctx, support, person.User{ExternalID: "crm-1", Name: "Zoé"}))
		same := must[person.User](t)(o.SaveUser(ctx, support, person.User{ExternalID: "crm-1", Name: "Zoé"}))
		if same.ID != u.ID || same.Version != 1 || o.types(t) != "user.saved" {
			t.Errorf("a repetition: %+v, events %s", same, o.types(t))
		}
		changed := must[person.User](t)(o.SaveUser(ctx, support, person.User{ExternalID: "crm-1", Name: "Zoé B.", Roaming: true}))
		if changed.ID != u.ID || changed.Version != 2 {
			t.Errorf("a change: %+v", changed)
		}
		u.Name = "Zoé C."
		_, err := o.SaveUser(ctx, support, u)
		wantFault(t, "second writer", err, fault.Stale, "stale", "")
		_, err = o.SaveUser(ctx, support, person.User{ID: "mine", Name: "x"})
		wantFault(t, "own id", err, fault.NotFound, "user_not_found", "")
		if got := must[person.User](t)(o.SaveUser(ctx, access.Kwote, person.User{ID: "mine", Name: "x"})); got.ID != "mine" {
			t.Errorf("the system seeds with its own ids: %+v", got)
		}
		tok := must[person.Token](t)(o.SaveToken(ctx, support, person.Token{UID: "04AB", Kind: person.RFID}))
		_, err = o.SaveToken(ctx, support, person.Token{UID: "04AB", Kind: person.EMAID})
		wantFault(t, "uid of another token", err, fault.Conflict, "already_exists", "uid")
		_, err = o.SetTokenStatus(ctx, support, tok.ID, person.TokenLost, 9)
		wantFault(t, "stale token", err, fault.Stale, "stale", "")
		o.enrol(t, "zoe@example.org", "fr")
		_, err = o.SaveUser(ctx, support, person.User{Name: "Other", Email: "ZOE@example.org"})
		wantFault(t, "address of another user", err, fault.Conflict, "already_exists", "email")
	})
}

func TestInvalidPeople(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		user := func(u person.User) error { _, err := o.SaveUser(ctx, support, u); return err }
		token := func(x person.Token) error { _, err := o.SaveToken(ctx, support, x); return err }
		staff := func(s person.Staff) error { _, err := o.SaveStaff(ctx, owner, s); return err }
		key := func(name string, expires calendar.Instant, roles ...access.Role) error {
			_, _, err := o.CreateKey(ctx, owner, name, roles, expires)
			return err
		}
		_, noName := o.SaveGroup(ctx, support, person.Group{})
		_, noMember := o.ChangeMembers(ctx, support, must[person.Group](t)(o.SaveGroup(ctx, support, person.Group{Name: "g"})).ID, nil, []string{"nobody"})
		_, _, bulkToken := o.AddAll(ctx, support, []person.User{{ID: "a", Name: "a"}}, []person.Token{{UID: "1", Kind: person.RFID, UserID: "a"}, {UID: "2", Kind: person.RFID, UserID: "b"}})
		_, _, bulkUser := o.AddAll(ctx, support, []person.User{{Name: "a", Email: "nonsense"}}, nil)
		for _, c := range []struct {
			err         error
			code, field string
		}{
			{user(person.User{}), "required", "name"},
			{user(person.User{Name: "x", Email: "nonsense"}), "email_invalid", "email"},
			{user(person.User{Name: "x", Language: "français"}), "language_invalid", "language"},
			{user(person.User{Name: "x", PartnerID: "p"}), "reference_unknown", "partnerId"},
			{user(person.User{Name: "x", Groups: []string{"g"}}), "reference_unknown", "groupIds[0]"},
			{noName, "required", "name"},
			{noMember, "reference_unknown", "leave[0]"},
			{token(person.Token{Kind: person.RFID}), "required", "uid"},
			{token(person.Token{UID: strings.Repeat("0", 37), Kind: person.RFID}), "too_long", "uid"},
			{token(person.Token{UID: "1", Kind: "CARD"}), "token_kind_unknown", "kind"},
			{token(person.Token{UID: "1", Kind: person.RFID, Status: "gone"}), "token_status_unknown", "status"},
			{token(person.Token{UID: "1", Kind: person.RFID, UserID: "u"}), "reference_unknown", "userId"},
			{staff(person.Staff{Email: "a@b.c"}), "required", "name"},
			{staff(person.Staff{Name: "x", Email: "a"}), "email_invalid", "email"},
			{staff(person.Staff{Name: "x", Email: "a@b.c", Roles: []string{"king"}}), "role_unknown", "roles"},
			{key("", 0, access.Owner), "required", "name"},
			{key("x", 0), "required", "roles"},
			{key("x", 0, "king"), "role_unknown", "roles"},
			{key("x", calendar.Of(opening), access.Owner), "expiry_past", "expiresAt"},
			{bulkToken, "reference_unknown", "tokens[1].userId"},
			{bulkUser, "email_invalid", "users[0].email"},
			{o.RequestLink(ctx, "nonsense", home), "email_invalid", "email"},
		} {
			wantFault(t, c.code+" "+c.field, c.err, fault.Invalid, c.code, c.field)
		}
		if got := o.types(t); got != "user_group.saved" {
			t.Errorf("refused changes left events: %s", got)
		}
	})
}

func TestMembers(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		g := must[person.Group](t)(o.SaveGroup(ctx, support, person.Group{Name: "Residents"}))
		a, b := o.enrol(t, "a@example.org", ""), o.enrol(t, "b@example.org", "")
		if n, err := o.ChangeMembers(ctx, support, g.ID, []string{a.ID, b.ID, a.ID}, []string{b.ID}); n != 3 || err != nil {
			t.Errorf("%d changes, %v; want two joined and one left", n, err)
		}
		members, _, err := o.Users(ctx, reader, query.UserFilter{GroupID: g.ID})
		if err != nil || len(members) != 1 || members[0].ID != a.ID || members[0].Version != 2 {
			t.Errorf("members %+v, %v", members, err)
		}
		_, err = o.ChangeMembers(ctx, support, g.ID, []string{b.ID, "nobody"}, nil)
		wantFault(t, "unknown user", err, fault.Invalid, "reference_unknown", "join[1]")
		if members, _, _ = o.Users(ctx, reader, query.UserFilter{GroupID: g.ID}); len(members) != 1 {
			t.Error("a refused change put somebody into the group")
		}
	})
}

func TestAddAll(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		err := o.db.Update(ctx, func(tx *store.Tx) error { return tx.SavePartner(ctx, place.Partner{ID: "p", Name: "P"}) })
		if err != nil {
			t.Fatal(err)
		}
		users := make([]person.User, 2500)
		for i := range users {
			users[i] = person.User{Name: "driver", PartnerID: "p"}
		}
		users[0].ID = "first"
		gotUsers, gotTokens, err := o.AddAll(ctx, access.Kwote, users, []person.Token{{UID: "1", Kind: person.RFID, UserID: "first"}, {UID: "2", Kind: person.AdHoc}})
		if err != nil {
			t.Fatal(err)
		}
		if gotUsers[0].ID != "first" || gotUsers[2499].ID == "" || gotUsers[2499].Version != 1 || gotTokens[1].Status != person.TokenValid || users[1].ID != "" {
			t.Errorf("got %+v ... %+v, %+v", gotUsers[0], gotUsers[2499], gotTokens[1])
		}
		if got := o.types(t); got != "people.added people.added people.added" {
			t.Errorf("events %s", got)
		}
		if mine, _, err := o.Tokens(ctx, access.Actor{Kind: access.User, ID: "first"}, query.TokenFilter{UserID: "first"}); err != nil || len(mine) != 1 {
			t.Errorf("a driver lists own tokens: %v, %v", mine, err)
		}
	})
}

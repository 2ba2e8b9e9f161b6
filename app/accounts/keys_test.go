package accounts_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kwote/app/accounts"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/query"
	"kwote/store"
)

func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		expires := calendar.Of(opening.Add(time.Hour))
		k, secret, err := o.CreateKey(ctx, owner, " crm ", []access.Role{access.Support}, expires)
		if err != nil {
			t.Fatal(err)
		}
		by, err := o.ActorForKey(ctx, secret)
		if err != nil || by.Kind != access.Key || by.ID != k.ID || by.Name != "crm" || !by.May(access.ChangePeople) || by.May(access.ChangePrices) {
			t.Errorf("acts as %+v, %v", by, err)
		}
		lastUse := func() calendar.Instant {
			return must[[]query.APIKey](t)(o.Keys(ctx, owner))[0].LastUsedAt
		}
		used := lastUse()
		if used != calendar.Of(opening) {
			t.Errorf("last used at %s, want now", used)
		}
		o.step(t, o.time, 59*time.Second)
		must[access.Actor](t)(o.ActorForKey(ctx, secret))
		if lastUse() != used {
			t.Error("every use writes to the database")
		}
		o.step(t, o.time, time.Second)
		must[access.Actor](t)(o.ActorForKey(ctx, secret))
		if lastUse() != used+60 {
			t.Errorf("last used at %s a minute later", lastUse())
		}

		for _, wrong := range []string{"", "kwote_", secret + "x", secret[:len(secret)-1] + "!", strings.Replace(secret, "kwote_", "quote_", 1), "kwote_" + strings.Repeat("0", 40)} {
			_, err := o.ActorForKey(ctx, wrong)
			wantFault(t, "key "+wrong, err, fault.Unauthenticated, "api_key_unknown", "")
		}
		o.step(t, o.time, 59*time.Minute)
		_, err = o.ActorForKey(ctx, secret)
		wantFault(t, "after its end", err, fault.Unauthenticated, "api_key_expired", "")
		if err := o.RevokeKey(ctx, owner, k.ID); err != nil {
			t.Fatal(err)
		}
		_, err = o.ActorForKey(ctx, secret)
		wantFault(t, "revoked", err, fault.Unauthenticated, "api_key_revoked", "")
		wantFault(t, "no such key", o.RevokeKey(ctx, owner, "nothing"), fault.NotFound, "api_key_not_found", "")
	})
}

func TestBootstrap(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		first := must[accounts.FirstStart](t)(o.Bootstrap(ctx))
		if first.OwnerEmail != "owner@kwote.local" || len(first.OwnerPassword) < 20 {
			t.Fatalf("made %+v", first)
		}
		v := must[accounts.Visitor](t)(o.SignIn(ctx, first.OwnerEmail, first.OwnerPassword, home))
		by := must[access.Actor](t)(o.ActorForKey(ctx, first.AdminKey))
		for _, a := range []access.Actor{v.Actor, by} {
			if !a.May(access.ChangeAccess) {
				t.Errorf("%+v may not change access", a)
			}
		}
		if again := must[accounts.FirstStart](t)(o.Bootstrap(ctx)); again != (accounts.FirstStart{}) {
			t.Errorf("the second start makes %+v", again)
		}
		if got := o.types(t); got != "staff.saved api_key.created staff.signed_in" {
			t.Errorf("events %s", got)
		}
		if first := must[accounts.Visitor](t)(o.FirstOwner(ctx)); first.Actor.ID != v.Actor.ID || first.Stamp != v.Stamp {
			t.Errorf("first owner %+v, want %+v", first, v)
		}
		if err := o.RevokeKey(ctx, v.Actor, by.ID); err != nil {
			t.Fatal(err)
		}
		if again := must[accounts.FirstStart](t)(o.Bootstrap(ctx)); again.AdminKey != "" {
			t.Error("a revoked admin key comes back")
		}
	})
}

func TestLastOwnerStays(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		boss := o.hire(t, "boss@example.org", "owner")
		demoted := boss
		demoted.Roles = []string{"pricing"}
		_, err := o.SaveStaff(ctx, owner, demoted)
		wantFault(t, "the last owner", err, fault.Conflict, "last_owner", "roles")
		must[person.Staff](t)(o.SaveStaff(ctx, owner, person.Staff{Name: "Second", Email: "second@example.org", Roles: []string{"owner"}}))
		_, err = o.SaveStaff(ctx, owner, demoted)
		wantFault(t, "the last owner with a password", err, fault.Conflict, "last_owner", "roles")
		o.hire(t, "third@example.org", "owner")
		must[person.Staff](t)(o.SaveStaff(ctx, owner, demoted))
		must[accounts.Visitor](t)(o.SignIn(ctx, boss.Email, goodPassword, home)) // the password is kept through the change
		_, err = o.SaveStaff(ctx, owner, boss)
		wantFault(t, "from an old version", err, fault.Stale, "stale", "")
		_, err = o.SaveStaff(ctx, owner, person.Staff{Name: "Twin", Email: "BOSS@example.org"})
		wantFault(t, "the address of another", err, fault.Conflict, "already_exists", "email")
	})
}

func TestNoSecretIsKept(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		first := must[accounts.FirstStart](t)(o.Bootstrap(ctx))
		s := o.hire(t, "ana@example.org", "pricing")
		must[accounts.Visitor](t)(o.SignIn(ctx, s.Email, goodPassword, home))
		o.enrol(t, "zoe@example.org", "")
		if err := o.RequestLink(ctx, "zoe@example.org", home); err != nil {
			t.Fatal(err)
		}
		must[accounts.Visitor](t)(o.UseLink(ctx, o.links[0], home))
		_, key, err := o.CreateKey(ctx, owner, "crm", []access.Role{access.ReadOnly}, 0)
		if err != nil {
			t.Fatal(err)
		}
		var kept []string
		for _, e := range o.events(t) {
			kept = append(kept, string(e.Data))
		}
		if len(kept) != 9 {
			t.Errorf("%d events, want 9: %s", len(kept), o.types(t))
		}
		var rawStaff []person.Staff
		err = o.db.View(ctx, func(tx *store.Tx) (err error) { rawStaff, err = tx.AllStaff(ctx); return err })
		if err != nil {
			t.Fatal(err)
		}
		mails, _, _ := o.Mails(ctx, owner, query.Page{})
		shown := append(must[[]person.Staff](t)(o.AllStaff(ctx, owner)), must[person.Staff](t)(o.Staff(ctx, owner, s.ID)))
		kept = append(kept, text(t, must[[]query.APIKey](t)(o.Keys(ctx, owner))), text(t, mails), text(t, shown))
		secrets := []string{goodPassword, first.OwnerPassword, first.AdminKey, key, o.links[0]}
		for _, raw := range rawStaff {
			if !strings.HasPrefix(raw.PasswordHash, "$argon2id$") {
				t.Errorf("%s is kept with %q", raw.Email, raw.PasswordHash)
			}
			kept, secrets = append(kept, raw.PasswordHash), append(secrets, "?"+raw.PasswordHash)
		}
		for _, secret := range secrets {
			for i, text := range kept {
				if hash, ok := strings.CutPrefix(secret, "?"); ok && text == hash {
					continue // where it belongs
				} else if strings.Contains(text, strings.TrimPrefix(secret, "?")) {
					t.Errorf("secret %q stands in %d: %s", secret, i, text)
				}
			}
		}
	})
}

func text(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestRights tries every use case as each kind of actor that may not.
func TestRights(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		s := o.hire(t, "ana@example.org", "pricing")
		u := o.enrol(t, "zoe@example.org", "")
		g := must[person.Group](t)(o.SaveGroup(ctx, support, person.Group{ExternalID: "g", Name: "G"}))
		k := must[person.Token](t)(o.SaveToken(ctx, support, person.Token{ExternalID: "k", UID: "1", Kind: person.RFID}))
		before := o.types(t)
		type attempt func(by access.Actor) error
		people := map[string]attempt{
			"SaveUser":      func(by access.Actor) error { _, err := o.SaveUser(ctx, by, u); return err },
			"SaveGroup":     func(by access.Actor) error { _, err := o.SaveGroup(ctx, by, g); return err },
			"ChangeMembers": func(by access.Actor) error { _, err := o.ChangeMembers(ctx, by, g.ID, []string{u.ID}, nil); return err },
			"SaveToken":     func(by access.Actor) error { _, err := o.SaveToken(ctx, by, k); return err },
			"SetTokenStatus": func(by access.Actor) error {
				_, err := o.SetTokenStatus(ctx, by, k.ID, person.TokenLost, 0)
				return err
			},
			"AddAll": func(by access.Actor) error {
				_, _, err := o.AddAll(ctx, by, []person.User{{Name: "x"}}, nil)
				return err
			},
		}
		keys := map[string]attempt{
			"SaveStaff":   func(by access.Actor) error { _, err := o.SaveStaff(ctx, by, s); return err },
			"SetPassword": func(by access.Actor) error { return o.SetPassword(ctx, by, s.ID, goodPassword) },
			"Staff":       func(by access.Actor) error { _, err := o.Staff(ctx, by, s.ID); return err },
			"AllStaff":    func(by access.Actor) error { _, err := o.AllStaff(ctx, by); return err },
			"CreateKey": func(by access.Actor) error {
				_, _, err := o.CreateKey(ctx, by, "x", []access.Role{access.Owner}, 0)
				return err
			},
			"Keys":      func(by access.Actor) error { _, err := o.Keys(ctx, by); return err },
			"RevokeKey": func(by access.Actor) error { return o.RevokeKey(ctx, by, "x") },
			"Mails":     func(by access.Actor) error { _, _, err := o.Mails(ctx, by, query.Page{}); return err },
			"SetLanguage": func(by access.Actor) error {
				if by.Kind == access.Staff { // everybody may change their own
					by.Kind = access.Key
				}
				return o.SetLanguage(ctx, by, "en")
			},
		}
		reads := map[string]attempt{
			"User":              func(by access.Actor) error { _, err := o.User(ctx, by, u.ID); return err },
			"UserByExternalID":  func(by access.Actor) error { _, err := o.UserByExternalID(ctx, by, "x"); return err },
			"Users":             func(by access.Actor) error { _, _, err := o.Users(ctx, by, query.UserFilter{}); return err },
			"Group":             func(by access.Actor) error { _, err := o.Group(ctx, by, g.ID); return err },
			"GroupByExternalID": func(by access.Actor) error { _, err := o.GroupByExternalID(ctx, by, "g"); return err },
			"Groups":            func(by access.Actor) error { _, _, err := o.Groups(ctx, by, query.GroupFilter{}); return err },
			"Token":             func(by access.Actor) error { _, err := o.Token(ctx, by, k.ID); return err },
			"TokenByExternalID": func(by access.Actor) error { _, err := o.TokenByExternalID(ctx, by, "k"); return err },
			"TokenByUID":        func(by access.Actor) error { _, err := o.TokenByUID(ctx, by, "1"); return err },
			"Tokens":            func(by access.Actor) error { _, _, err := o.Tokens(ctx, by, query.TokenFilter{}); return err },
		}
		driver := access.Actor{Kind: access.User, ID: "somebody else"}
		for _, c := range []struct {
			what   string
			table  map[string]attempt
			denied []access.Actor
		}{{"people", people, []access.Actor{reader, driver}}, {"access", keys, []access.Actor{reader, support, driver}}, {"read", reads, []access.Actor{driver}}} {
			for name, try := range c.table {
				for _, by := range c.denied {
					wantFault(t, fmt.Sprintf("%s %s by %s", c.what, name, by.ID), try(by), fault.Denied, "not_allowed", "")
				}
				wantFault(t, name+" by nobody", try(access.Actor{}), fault.Unauthenticated, "not_signed_in", "")
			}
		}
		for name, ask := range reads {
			if err := ask(reader); err != nil && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s by a reader: %v", name, err)
			}
		}
		_, err := o.ChangePassword(ctx, reader, goodPassword, goodPassword+"!", home)
		wantFault(t, "ChangePassword by a key", err, fault.Denied, "not_allowed", "")
		if self, err := o.User(ctx, access.Actor{Kind: access.User, ID: u.ID}, u.ID); err != nil || self.ID != u.ID {
			t.Errorf("a driver does not find themselves: %v", err)
		}
		if got := o.types(t); got != before {
			t.Errorf("refused attempts left events: %s", strings.TrimPrefix(got, before))
		}
	})
}

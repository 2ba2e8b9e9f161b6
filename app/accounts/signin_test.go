package accounts_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kwote/app/accounts"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/query"
	"kwote/store"
)

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		s := o.hire(t, "ana@example.org", "pricing")
		v := must[accounts.Visitor](t)(o.SignIn(ctx, " Ana@Example.org", goodPassword, home))
		if v.Actor.ID != s.ID || v.Actor.Kind != access.Staff || !v.Actor.May(access.ChangePrices) || v.Actor.May(access.ChangeAccess) || v.Language != "fr" {
			t.Errorf("signed in as %+v", v)
		}
		last := o.events(t)[len(o.events(t))-1]
		if last.Type != "staff.signed_in" || last.Actor.ID != s.ID || !strings.Contains(string(last.Data), home) {
			t.Errorf("last event %+v", last.Event)
		}
		if again := must[accounts.Visitor](t)(o.Visitor(ctx, access.Staff, s.ID, v.Stamp)); again.Actor.ID != s.ID {
			t.Errorf("the session remembers %+v", again)
		}

		_, err := o.ChangePassword(ctx, v.Actor, "not the old one at all", "another long password", home)
		wantFault(t, "old password wrong", err, fault.Invalid, "password_wrong", "oldPassword")
		_, err = o.ChangePassword(ctx, v.Actor, goodPassword, "short", home)
		wantFault(t, "new password short", err, fault.Invalid, "password_too_short", "password")
		fresh := must[accounts.Visitor](t)(o.ChangePassword(ctx, v.Actor, goodPassword, "another long password", home))
		_, err = o.Visitor(ctx, access.Staff, s.ID, v.Stamp)
		wantFault(t, "a session from before the change", err, fault.Unauthenticated, "session_ended", "")
		must[accounts.Visitor](t)(o.Visitor(ctx, access.Staff, s.ID, fresh.Stamp))
		_, err = o.SignIn(ctx, "ana@example.org", goodPassword, home)
		wantFault(t, "the old password", err, fault.Unauthenticated, "sign_in_failed", "")

		must[person.Staff](t)(o.SaveStaff(ctx, owner, person.Staff{ID: s.ID, Name: s.Name, Email: s.Email}))
		_, err = o.SignIn(ctx, "ana@example.org", "another long password", home)
		wantFault(t, "a closed account", err, fault.Unauthenticated, "sign_in_failed", "")
		_, err = o.Visitor(ctx, access.Staff, s.ID, fresh.Stamp)
		wantFault(t, "the session of a closed account", err, fault.Unauthenticated, "session_ended", "")
	})
}

func TestSignInTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.hire(t, "ana@example.org", "pricing")
		must[person.Staff](t)(o.SaveStaff(t.Context(), owner, person.Staff{Name: "New", Email: "new@example.org", Roles: []string{"pricing"}}))
		// The quickest of a few tries is hardly disturbed by other work.
		quickest := func(email string) (time.Duration, string) {
			best, text := time.Hour, ""
			for range 4 {
				watch := clock.StartStopwatch()
				_, err := o.SignIn(t.Context(), email, "not the right password", home)
				best, text = min(best, watch.Elapsed()), err.Error()
			}
			return best, text
		}
		known, answer := quickest("ana@example.org")
		for _, email := range []string{"nobody@example.org", "new@example.org"} {
			took, text := quickest(email)
			if text != answer {
				t.Errorf("%s is answered %q, a known account %q", email, text, answer)
			}
			if took < known/3 {
				t.Errorf("%s is refused in %s, a known account in %s", email, took, known)
			}
		}
	})
}

func TestThrottle(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		o.hire(t, "ana@example.org", "pricing")
		for range 12 { // signing in rightly is never slowed down for the account
			must[accounts.Visitor](t)(o.SignIn(ctx, "ana@example.org", goodPassword, "192.0.2.50"))
		}
		for range 10 {
			_, err := o.SignIn(ctx, "ana@example.org", "wrong wrong wrong", "192.0.2.51")
			wantFault(t, "a guess", err, fault.Unauthenticated, "sign_in_failed", "")
		}
		_, err := o.SignIn(ctx, "ana@example.org", goodPassword, "198.51.100.9")
		wantFault(t, "the eleventh try, from elsewhere", err, fault.Unavailable, "too_many_attempts", "")
		if !strings.Contains(err.Error(), "30 seconds") {
			t.Errorf("does not say how long to wait: %v", err)
		}
		o.step(t, o.time, 24*time.Hour) // the business clock does not refill
		_, err = o.SignIn(ctx, "ana@example.org", goodPassword, home)
		wantFault(t, "with the business clock stepped", err, fault.Unavailable, "too_many_attempts", "")
		o.step(t, o.wall, 30*time.Second)
		must[accounts.Visitor](t)(o.SignIn(ctx, "ana@example.org", goodPassword, home))

		for i := range 20 { // one address and many accounts; ten of its thirty tries are used
			_, err = o.SignIn(ctx, string(rune('a'+i))+"@example.org", "wrong wrong wrong", "192.0.2.60")
			wantFault(t, "a guess at another account", err, fault.Unauthenticated, "sign_in_failed", "")
		}
		for i := range 11 {
			_, err = o.SignIn(ctx, string(rune('A'+i))+"x@example.org", "wrong wrong wrong", "192.0.2.60")
		}
		wantFault(t, "the thirty-first try of an address", err, fault.Unavailable, "too_many_attempts", "")
	})
}

func TestCheapHashIsRenewed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		s := o.hire(t, "ana@example.org", "pricing")
		// "four words in a row" with 64 KiB and one pass
		const hash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$frLTLFznnRrZeQ4lPurwq/OP8eUsR15jyD6NOsAMZ44"
		set := func() {
			err := o.db.Update(ctx, func(tx *store.Tx) error {
				s, err := tx.Staff(ctx, s.ID)
				if err != nil {
					return err
				}
				s.PasswordHash = hash
				return tx.SaveStaff(ctx, s)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		set()
		v := must[accounts.Visitor](t)(o.SignIn(ctx, "ana@example.org", goodPassword, home))
		kept := must[person.Staff](t)(stored(o, t, s.ID))
		if kept.PasswordHash == hash || !strings.Contains(kept.PasswordHash, "m=19456,t=2") {
			t.Errorf("still kept as %s", kept.PasswordHash)
		}
		must[accounts.Visitor](t)(o.Visitor(ctx, access.Staff, s.ID, v.Stamp))
		must[accounts.Visitor](t)(o.SignIn(ctx, "ana@example.org", goodPassword, home))
	})
}

func stored(o *office, t *testing.T, id string) (s person.Staff, err error) {
	err = o.db.View(t.Context(), func(tx *store.Tx) error {
		s, err = tx.Staff(t.Context(), id)
		return err
	})
	return s, err
}

func TestLinkWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		u := o.enrol(t, "zoe@example.org", "fr-BE")
		if err := o.RequestLink(ctx, "Zoe@example.org", home); err != nil {
			t.Fatal(err)
		}
		if n, err := o.SendMails(ctx); n != 1 || err != nil {
			t.Fatalf("sent %d mails, %v", n, err)
		}
		m := o.sent[0]
		if m.To != "zoe@example.org" || m.Subject != "Votre lien de connexion à Kwote" || !strings.Contains(m.Body, "Bonjour Zoé,") {
			t.Errorf("mail %+v", m)
		}
		link, err := url.Parse(strings.Fields(m.Body[strings.Index(m.Body, "https://"):])[0])
		if err != nil {
			t.Fatal(err)
		}
		secret := link.Query().Get("link")
		if raw, err := base64.RawURLEncoding.DecodeString(secret); err != nil || len(raw) != 32 {
			t.Errorf("the secret %q is not 32 bytes in base64url", secret)
		}

		var wait sync.WaitGroup
		visitors, errs := make([]accounts.Visitor, 8), make([]error, 8)
		for i := range visitors {
			wait.Go(func() { visitors[i], errs[i] = o.UseLink(ctx, secret, home) })
		}
		wait.Wait()
		in := 0
		for i, v := range visitors {
			if errs[i] == nil {
				in++
				if v.Actor.Kind != access.User || v.Actor.ID != u.ID || v.Language != "fr-BE" || v.Actor.May(access.Read) {
					t.Errorf("signed in as %+v", v)
				}
				continue
			}
			wantFault(t, "a second use", errs[i], fault.Unauthenticated, "login_link_invalid", "")
		}
		if in != 1 {
			t.Errorf("the link worked %d times, want once", in)
		}
		if got := o.types(t); got != "user.saved login_link.mailed user.signed_in" {
			t.Errorf("events %s", got)
		}
		must[accounts.Visitor](t)(o.Visitor(ctx, access.User, u.ID, ""))
	})
}

func TestLinkExpires(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		o.enrol(t, "zoe@example.org", "")
		for i, after := range []time.Duration{15*time.Minute - time.Second, 15 * time.Minute} {
			if err := o.RequestLink(ctx, "zoe@example.org", home); err != nil {
				t.Fatal(err)
			}
			o.step(t, o.time, after)
			_, err := o.UseLink(ctx, o.links[i], home)
			if i == 0 && err != nil {
				t.Errorf("after %s: %v", after, err)
			}
			if i == 1 {
				wantFault(t, "after fifteen minutes", err, fault.Unauthenticated, "login_link_invalid", "")
			}
		}
		o.step(t, o.time, 48*time.Hour)
		if n, err := o.ForgetLinks(ctx); n != 0 || err != nil {
			t.Errorf("forgetting: %d, %v", n, err)
		}
	})
}

func TestLinkTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		o.enrol(t, "zoe@example.org", "")
		for _, email := range []string{"zoe@example.org", "nobody@example.org"} {
			for range 3 {
				watch := clock.StartStopwatch()
				if err := o.RequestLink(ctx, email, home); err != nil {
					t.Errorf("%s: %v", email, err)
				}
				if took := watch.Elapsed(); took < 100*time.Millisecond {
					t.Errorf("%s is answered in %s, so that writing a mail would show", email, took)
				}
			}
			wantFault(t, "fourth link for "+email, o.RequestLink(ctx, email, home), fault.Unavailable, "too_many_attempts", "")
		}
		if n, err := o.SendMails(ctx); n != 3 || err != nil {
			t.Errorf("%d mails, %v; want three, none to the stranger", n, err)
		}
	})
}

func TestMails(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		o.enrol(t, "zoe@example.org", "en")
		o.failing = errors.New("452 no room")
		if err := o.RequestLink(ctx, "zoe@example.org", home); err != nil {
			t.Fatal(err)
		}
		var tries []time.Duration
		for at, step := time.Duration(0), time.Minute; at < 5*24*time.Hour; at += step {
			if at >= 12*time.Hour {
				step = 30 * time.Minute
			}
			n, err := o.SendMails(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				tries = append(tries, at)
			}
			o.step(t, o.time, step)
		}
		minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
		want := []time.Duration{0, minutes(1), minutes(5), minutes(21), minutes(85), minutes(341), minutes(701)}
		for i, w := range want {
			if i >= len(tries) || tries[i] != w {
				t.Fatalf("tried at %v, want to begin with %v", tries, want)
			}
		}
		if last := tries[len(tries)-1]; last != 72*time.Hour {
			t.Errorf("last try after %s, want after three days", last)
		}
		listed, _, err := o.Mails(ctx, owner, query.Page{})
		if err != nil || len(listed) != 1 || !accounts.GivenUp(listed[0]) || listed[0].LastError != "452 no room" || listed[0].Body != "" {
			t.Errorf("outbox %+v, %v; want one mail given up, without its text", listed, err)
		}

		o.failing = nil
		o.step(t, o.wall, time.Hour)
		if err := o.RequestLink(ctx, "zoe@example.org", home); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for range 4 { // as many nodes
			wait.Go(func() {
				if _, err := o.SendMails(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if len(o.sent) != 1 {
			t.Errorf("sent %d times, want once", len(o.sent))
		}
		listed, _, _ = o.Mails(ctx, owner, query.Page{})
		if accounts.GivenUp(listed[0]) || listed[0].SentAt != calendar.Of(o.time.Now()) {
			t.Errorf("sent mail %+v", listed[0])
		}
	})
}

func TestMailOfADeadNodeIsSent(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		o.enrol(t, "zoe@example.org", "en")
		if err := o.RequestLink(ctx, "zoe@example.org", home); err != nil {
			t.Fatal(err)
		}
		now := calendar.Of(o.time.Now())
		err := o.db.Update(ctx, func(tx *store.Tx) error { _, err := tx.ClaimMails(ctx, now, now+300, 10); return err })
		if err != nil {
			t.Fatal(err)
		}
		if n, err := o.SendMails(ctx); n != 0 || err != nil {
			t.Errorf("%d sent, %v; want none while another node has it", n, err)
		}
		o.step(t, o.time, 5*time.Minute)
		if n, err := o.SendMails(ctx); n != 1 || err != nil {
			t.Errorf("%d sent, %v; want it once the other node's time is over", n, err)
		}
	})
}

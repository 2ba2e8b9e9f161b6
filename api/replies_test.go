package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/query"
	"kwote/store"
	"kwote/store/storetest"
)

const partnerBody = `{"name":"Once"}`

func (w *world) once(key, body string) answer {
	w.t.Helper()
	return w.send(request{method: http.MethodPost, path: "/partners", body: body, headers: map[string]string{"Idempotency-Key": key}})
}

// TestIdempotencyKeyExpires: after 24 hours a key is new.
func TestIdempotencyKeyExpires(t *testing.T) {
	each(t, func(w *world) {
		first := w.once("k", partnerBody)
		for _, step := range []struct {
			by   time.Duration
			same bool
		}{{24*time.Hour - time.Second, true}, {time.Second, false}} {
			if _, err := w.wall.Advance(step.by); err != nil {
				w.t.Fatal(err)
			}
			if again := w.once("k", partnerBody); (again.text("id") == first.text("id")) != step.same {
				w.t.Errorf("%s later: %s, first %s", step.by, again.body, first.body)
			}
		}
	})
}

// TestIdempotencyKeyInUse: while the first request is being answered, the
// second waits; one that was cut off blocks its key for minutes only.
func TestIdempotencyKeyInUse(t *testing.T) {
	each(t, func(w *world) {
		all, err := w.desks.Accounts.Keys(w.t.Context(), access.Kwote)
		if err != nil {
			w.t.Fatal(err)
		}
		owner := ""
		for _, k := range all {
			if k.Name == string(access.Owner) {
				owner = "key:" + k.ID
			}
		}
		// The hash is that of another request unless it is read from one that was answered.
		if a := w.once("probe", partnerBody); a.status != http.StatusCreated {
			w.t.Fatal(a.body)
		}
		now := calendar.Of(w.wall.Now())
		var had *query.Reply
		err = w.db.Update(w.t.Context(), func(tx *store.Tx) (err error) {
			if had, err = tx.ReserveReply(w.t.Context(), query.Reply{Actor: owner, Key: "probe", CreatedAt: now, ExpiresAt: now + 1}); err != nil {
				return err
			}
			_, err = tx.ReserveReply(w.t.Context(), query.Reply{Actor: owner, Key: "busy", RequestHash: had.RequestHash, CreatedAt: now, ExpiresAt: now + 300})
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		if a := w.once("busy", partnerBody); a.status != http.StatusConflict || a.text("code") != "idempotency_key_in_use" || a.header.Get("Retry-After") == "" {
			w.t.Errorf("answers %d: %s", a.status, a.body)
		}
		if _, err := w.wall.Advance(5 * time.Minute); err != nil {
			w.t.Fatal(err)
		}
		if a := w.once("busy", partnerBody); a.status != http.StatusCreated {
			w.t.Errorf("after the lease answers %d: %s", a.status, a.body)
		}
	})
}

// TestIdempotencyKeyIsOfItsActor: two programs may use the same key.
func TestIdempotencyKeyIsOfItsActor(t *testing.T) {
	each(t, func(w *world) {
		first := w.once("shared", partnerBody)
		other := w.send(request{method: http.MethodPost, path: "/partners", key: access.Pricing, body: partnerBody, headers: map[string]string{"Idempotency-Key": "shared"}})
		if other.status != http.StatusCreated || other.text("id") == first.text("id") {
			w.t.Errorf("the other program gets %d: %s", other.status, other.body)
		}
	})
}

// TestRefusalsAreRepeatedFailuresAreNot: an answer of 4xx is kept, one of 5xx
// is not.
func TestRefusalsAreRepeatedFailuresAreNot(t *testing.T) {
	each(t, func(w *world) {
		refused := w.once("refused", `{"name":""}`)
		if again := w.once("refused", `{"name":""}`); again.status != 422 || again.body != refused.body || again.header.Get("Idempotent-Replayed") != "true" {
			w.t.Errorf("a refusal is repeated as %d: %s", again.status, again.body)
		}
		w.broken.Store(true)
		if a := w.once("failed", partnerBody); a.status != http.StatusInternalServerError {
			w.t.Errorf("a broken store answers %d: %s", a.status, a.body)
		}
		w.broken.Store(false)
		if a := w.once("failed", partnerBody); a.status != http.StatusCreated || a.header.Get("Idempotent-Replayed") != "" {
			w.t.Errorf("after the failure answers %d: %s", a.status, a.body)
		}
	})
}

// TestIdempotencyUnderConcurrency: many at once make one thing.
func TestIdempotencyUnderConcurrency(t *testing.T) {
	each(t, func(w *world) {
		before := len(w.eventTypes())
		var wait sync.WaitGroup
		codes := make([]int, 8)
		for i := range codes {
			wait.Go(func() {
				r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/api/v1/partners", strings.NewReader(partnerBody))
				r.Header.Set("Authorization", "Bearer "+w.keys[access.Owner])
				r.Header.Set("Idempotency-Key", "race")
				rec := httptest.NewRecorder()
				w.handler.ServeHTTP(rec, r)
				codes[i] = rec.Code
			})
		}
		wait.Wait()
		made := len(w.eventTypes()) - before
		for _, code := range codes {
			if code != http.StatusCreated && code != http.StatusConflict {
				w.t.Errorf("one of many answers %d", code)
			}
		}
		if made != 1 {
			w.t.Errorf("%d partners were made, want 1 (%v)", made, codes)
		}
	})
}

// TestSecretReplyIsSealed: creating an API key can be repeated by whoever
// asked, and the database holds nothing readable of the secret.
func TestSecretReplyIsSealed(t *testing.T) {
	each(t, func(w *world) {
		r := request{method: http.MethodPost, path: "/api-keys", body: `{"name":"CRM","roles":["support"]}`, headers: map[string]string{"Idempotency-Key": "secret"}}
		first := w.send(r)
		secret := first.text("secret")
		if !strings.HasPrefix(secret, "kwote_") {
			w.t.Fatalf("answers %d: %s", first.status, first.body)
		}
		if again := w.send(r); again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" {
			w.t.Errorf("repeated answers %d: %s", again.status, again.body)
		}
		actor, err := w.desks.Accounts.ActorForKey(w.t.Context(), w.keys[access.Owner])
		if err != nil {
			w.t.Fatal(err)
		}
		var kept *query.Reply
		err = w.db.Update(w.t.Context(), func(tx *store.Tx) (err error) {
			now := calendar.Of(w.wall.Now())
			kept, err = tx.ReserveReply(w.t.Context(), query.Reply{Actor: "key:" + actor.ID, Key: "secret", CreatedAt: now, ExpiresAt: now + 1})
			return err
		})
		if err != nil || kept == nil || kept.Status != http.StatusCreated {
			t.Fatalf("kept: %+v, %v", kept, err)
		}
		if strings.Contains(string(kept.Body), secret) || strings.Contains(string(kept.Body), "kwote_") {
			w.t.Error("the database holds the secret")
		}
	})
}

// TestSecretReplyNeedsItsCredential: another session of the same person does
// not get the secret again.
func TestSecretReplyNeedsItsCredential(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.session = &access.Actor{Kind: access.Staff, ID: "staff-1", Name: "Ana", Roles: []access.Role{access.Owner}}
	send := func(cookie string) answer {
		return w.send(request{method: http.MethodPost, path: "/api-keys", key: "nobody", body: `{"name":"CRM","roles":["support"]}`,
			headers: map[string]string{"Idempotency-Key": "secret", "Cookie": cookie}})
	}
	first := send("kwote_session=one")
	if first.status != http.StatusCreated {
		t.Fatalf("answers %d: %s", first.status, first.body)
	}
	if a := send("kwote_session=one"); a.body != first.body {
		t.Errorf("the same session gets %d: %s", a.status, a.body)
	}
	if a := send("kwote_session=two"); a.status != http.StatusConflict || a.text("code") != "reply_sealed" || strings.Contains(a.body, first.text("secret")) {
		t.Errorf("another session gets %d: %s", a.status, a.body)
	}
}

// TestMalformedIdempotencyKey is refused before anything is done.
func TestMalformedIdempotencyKey(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, key := range []string{"two words", strings.Repeat("k", 256), "é"} {
		if a := w.once(key, partnerBody); a.status != 422 || a.text("code") != "idempotency_key_malformed" {
			t.Errorf("key %q answers %d: %s", key, a.status, a.body)
		}
	}
}

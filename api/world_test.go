package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kwote/api"
	"kwote/app/accounts"
	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/app/insight"
	"kwote/app/places"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/query"
	"kwote/store"
	"kwote/store/storetest"
)

// shelf lends a desk or the door a real database, which can be made to fail.
type shelf[T any] struct {
	db     *store.DB
	as     func(*store.Tx) T
	broken *atomic.Bool
}

var errBroken = errors.New("disk /var/lib/secret-place is on fire")

func (s shelf[T]) Update(ctx context.Context, do func(T) error) error {
	if s.broken.Load() {
		return errBroken
	}
	return s.db.Update(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

func (s shelf[T]) View(ctx context.Context, do func(T) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

// world is a door on a real database with a network behind it, which was made
// by sending the examples of the documentation.
type world struct {
	t       *testing.T
	db      *store.DB
	desks   api.Desks
	handler http.Handler
	doc     *document
	wall    *clock.Stepped
	keys    map[access.Role]string
	ids     map[string]string // by the words in angle brackets
	broken  atomic.Bool       // the desks of places and accounts cannot write
	session *access.Actor     // signed in to the console; nil: nobody
	log     lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var today = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

// each runs the test in a fresh world on each engine.
func each(t *testing.T, run func(w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { run(newWorld(t, db)) })
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, wall: clock.NewStepped(today, false), keys: map[access.Role]string{}, ids: map[string]string{}}
	c := clock.Fixed(today)
	w.desks = api.Desks{
		Catalog:  &catalog.Desk{Store: shelf[catalog.Tx]{db, func(tx *store.Tx) catalog.Tx { return tx }, &atomic.Bool{}}, Clock: c},
		Charging: charging.New(shelf[charging.Tx]{db, func(tx *store.Tx) charging.Tx { return tx }, &atomic.Bool{}}, c),
		Places:   &places.Desk{Store: shelf[places.Tx]{db, func(tx *store.Tx) places.Tx { return tx }, &w.broken}, Clock: c},
		Accounts: &accounts.Desk{Store: shelf[accounts.Tx]{db, func(tx *store.Tx) accounts.Tx { return tx }, &w.broken}, Clock: c},
		Insight:  &insight.Desk{Store: shelf[insight.Tx]{db, func(tx *store.Tx) insight.Tx { return tx }, &atomic.Bool{}}, Clock: c},
	}
	w.handler = api.New(w.desks, api.Options{Version: "1.0.0", Clock: w.wall, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Replies: shelf[api.Tx]{db, func(tx *store.Tx) api.Tx { return tx }, &atomic.Bool{}},
		ActorFromSession: func(*http.Request) (access.Actor, bool) {
			if w.session == nil {
				return access.Actor{}, false
			}
			return *w.session, true
		}})
	w.doc = readDocument(t, w.handler)
	for _, role := range access.Roles {
		k, secret, err := w.desks.Accounts.CreateKey(t.Context(), access.Kwote, string(role), []access.Role{role}, 0)
		if err != nil {
			t.Fatal(err)
		}
		w.keys[role], w.ids["key"] = secret, k.ID
	}
	w.settle()
	return w
}

// settle sends the example of every kind of object, in an order in which
// references lead somewhere.
func (w *world) settle() {
	w.t.Helper()
	for _, s := range []struct{ operation, word, field string }{
		{"createNetwork", "network", "id"}, {"createPartner", "partner", "id"}, {"createUserGroup", "group", "id"},
		{"publishTariff", "tariff", "tariff"}, {"createLocation", "location", "id"}, {"createEvse", "evse", "id"},
		{"createUser", "user", "id"}, {"createToken", "token", "id"}, {"createTariffGroup", "tariffgroup", "id"},
		{"pushFeed", "feed", "id"}, {"recordSession", "session", "id"},
	} {
		op := w.doc.operations[s.operation]
		a := w.send(request{method: op.method, path: address(op), body: string(op.body)})
		if a.status != http.StatusCreated {
			w.t.Fatalf("%s with its example answers %d: %s", s.operation, a.status, a.body)
		}
		w.ids[s.word] = a.text(s.field)
		if s.operation == "recordSession" {
			w.ids["receipt"] = a.text("receiptId")
		}
	}
}

// request is what is sent; words in angle brackets stand for ids.
type request struct {
	method, path string
	key          access.Role // owner where it is empty; "nobody" sends none
	headers      map[string]string
	body         string
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (w *world) send(r request) answer {
	w.t.Helper()
	path, body := r.path, r.body
	for word, id := range w.ids {
		path, body = strings.ReplaceAll(path, "<"+word+">", id), strings.ReplaceAll(body, "<"+word+">", id)
	}
	if !strings.HasPrefix(path, "/api/") {
		path = "/api/v1" + path
	}
	req := httptest.NewRequestWithContext(w.t.Context(), r.method, path, strings.NewReader(body))
	switch r.key {
	case "":
		req.Header.Set("Authorization", "Bearer "+w.keys[access.Owner])
	case "nobody":
	default:
		req.Header.Set("Authorization", "Bearer "+w.keys[r.key])
	}
	for name, value := range r.headers {
		req.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	a := answer{w.t, rec.Code, rec.Header(), rec.Body.String()}
	w.doc.check(w.t, req, a)
	return a
}

// value is a field of the answer's body, by a path such as errors.0.code.
func (a answer) value(path string) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("answer %d is not JSON: %s", a.status, a.body)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i := 0
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string {
	a.t.Helper()
	s, _ := a.value(path).(string)
	return s
}

// eventTypes are the types of all events, oldest first.
func (w *world) eventTypes() []string {
	w.t.Helper()
	var out []string
	after := ""
	for {
		var rows []query.Event
		var next string
		err := w.db.View(w.t.Context(), func(tx *store.Tx) (err error) {
			rows, next, err = tx.Events(w.t.Context(), query.EventFilter{Page: query.Page{After: after, Limit: query.LargestPage}})
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range rows {
			out = append([]string{string(e.Type)}, out...)
		}
		if after = next; next == "" {
			return out
		}
	}
}

// scenario is one request with everything that must come of it.
type scenario struct {
	name string
	request
	status  int
	has     []string          // parts of the body
	hasNot  []string          // what must not be in the body
	headers map[string]string // of the answer; * for any value
	events  []string          // types fired, in order
	word    string            // the answer's id is kept under this word
}

// play runs scenarios one after the other in one world.
func (w *world) play(all []scenario) {
	w.t.Helper()
	for _, s := range all {
		before := w.eventTypes()
		a := w.send(s.request)
		fail := func(format string, args ...any) {
			w.t.Helper()
			w.t.Errorf("%s: %s\n%s %s\n%s", s.name, fmt.Sprintf(format, args...), s.method, s.path, a.body)
		}
		if a.status != s.status {
			fail("answers %d, want %d", a.status, s.status)
			continue
		}
		for _, part := range s.has {
			for word, id := range w.ids {
				part = strings.ReplaceAll(part, "<"+word+">", id)
			}
			if !strings.Contains(a.body, part) {
				fail("the body lacks %s", part)
			}
		}
		for _, part := range s.hasNot {
			if strings.Contains(a.body, part) {
				fail("the body has %s", part)
			}
		}
		for name, want := range s.headers {
			if got := a.header.Get(name); got != want && (want != "*" || got == "") {
				fail("header %s is %q, want %q", name, got, want)
			}
		}
		fired := w.eventTypes()[len(before):]
		if strings.Join(fired, " ") != strings.Join(s.events, " ") {
			fail("fires %v, want %v", fired, s.events)
		}
		if s.word != "" {
			w.ids[s.word] = a.text("id")
		}
	}
}

package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kwote/domain/access"
	"kwote/domain/query"
	"kwote/store"
	"kwote/store/storetest"
)

// The laws of the grammar, each held against every route that the document
// tells of: a new route is under them without a word here.

// objects are the words for what a path's {id} names.
var objects = map[string]string{"networks": "network", "partners": "partner", "locations": "location", "evses": "evse", "users": "user",
	"user-groups": "group", "tokens": "token", "tariff-groups": "tariffgroup", "sessions": "session", "receipts": "receipt", "api-keys": "key",
	"tariffs": "tariff"}

// externalIDs are those of the examples.
var externalIDs = map[string]string{"networks": "main", "partners": "acme", "locations": "gare-de-lyon", "evses": "FR*KWO*E1201", "users": "crm-1042",
	"user-groups": "staff", "tokens": "card-77", "tariff-groups": "rapid"}

var gap = regexp.MustCompile(`\{[a-zA-Z]+\}`)

// address is the path of an operation with the world's own objects in it.
func address(o *operation) string {
	plural := strings.Split(strings.TrimPrefix(o.path, "/api/v1/"), "/")[0]
	return gap.ReplaceAllStringFunc(o.path, func(g string) string {
		switch g {
		case "{externalId}":
			return externalIDs[plural]
		case "{number}":
			return "1"
		case "{name}":
			if strings.Contains(o.path, "/feeds/") {
				return "spot-fr"
			}
		}
		return "<" + objects[plural] + ">"
	})
}

// sample is a request of the operation that succeeds, and that creates
// something new where it creates; n makes it another one.
func (o *operation) sample(n int) request {
	r := request{method: o.method, path: address(o), headers: map[string]string{}}
	if o.params["If-Match"] && o.id != "upsertTariff" {
		r.headers["If-Match"] = "*"
	}
	if o.body == nil {
		return r
	}
	var body map[string]any
	if err := json.Unmarshal(o.body, &body); err != nil {
		panic(err)
	}
	fresh := fmt.Sprintf("fresh-%s-%d", strings.ToLower(o.id), n)
	if o.params["If-Match"] && strings.Contains(o.path, "{externalId}") {
		delete(r.headers, "If-Match")
		r.path = gap.ReplaceAllString(o.path, fresh)
		delete(body, "externalId")
	} else if strings.Contains(o.path, "{id}") {
		if body["name"] != nil {
			body["name"] = fresh
		}
	} else if body["externalId"] != nil {
		body["externalId"] = fresh
	}
	for field, value := range map[string]string{"uid": fmt.Sprintf("UID-%s-%d", o.id[:3], n), "email": fresh + "@example.org"} {
		if body[field] != nil && !strings.Contains(o.path, "{id}") {
			body[field] = value
		}
	}
	if body["tariff"] != nil && body["currency"] != nil {
		body["tariff"] = fresh
		r.path = gap.ReplaceAllString(o.path, fresh)
	}
	if body["join"] != nil {
		delete(body, "join")
		body["leave"] = []string{externalIDs["users"]}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r.body = string(raw)
	return r
}

func (d *document) sorted() []*operation {
	var out []*operation
	for _, id := range slices.Sorted(maps.Keys(d.operations)) {
		out = append(out, d.operations[id])
	}
	return out
}

// TestNoRouteWithoutKey: without a key that holds, nobody gets anywhere.
func TestNoRouteWithoutKey(t *testing.T) {
	each(t, func(w *world) {
		for _, o := range w.doc.sorted() {
			r := o.sample(1)
			r.key = "nobody"
			a := w.send(r)
			if o.public {
				if a.status != http.StatusOK {
					w.t.Errorf("%s is public and answers %d", o.id, a.status)
				}
				continue
			}
			if a.status != http.StatusUnauthorized || a.text("code") != "not_signed_in" || a.header.Get("Www-Authenticate") == "" {
				w.t.Errorf("%s without a key answers %d: %s", o.id, a.status, a.body)
			}
			r.headers["Authorization"] = "Bearer kwote_0123456789012345678901234567890123456789"
			if a := w.send(r); a.status != http.StatusUnauthorized || a.text("code") != "api_key_unknown" {
				w.t.Errorf("%s with an unknown key answers %d: %s", o.id, a.status, a.body)
			}
		}
		if a := w.send(request{method: http.MethodGet, path: "/nowhere", key: "nobody"}); a.status != http.StatusUnauthorized {
			w.t.Errorf("whether a route exists is told without a key: %d", a.status)
		}
	})
}

// TestReadOnlyKeyChangesNothing: every mutation refuses a key that may only
// read, before it looks at anything else.
func TestReadOnlyKeyChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		before := len(w.eventTypes())
		n := 0
		for _, o := range w.doc.sorted() {
			r := o.sample(1)
			r.key = access.ReadOnly
			a := w.send(r)
			switch {
			case o.mutates():
				n++
				if a.status != http.StatusForbidden || a.text("code") != "not_allowed" {
					w.t.Errorf("%s answers %d: %s", o.id, a.status, a.body)
				}
			case strings.HasSuffix(o.id, "ApiKeys") || strings.HasSuffix(o.id, "ApiKey"):
				if a.status != http.StatusForbidden {
					w.t.Errorf("%s answers %d", o.id, a.status)
				}
			case a.status != http.StatusOK:
				w.t.Errorf("%s only reads and answers %d: %s", o.id, a.status, a.body)
			}
		}
		if after := len(w.eventTypes()); after != before || n < 25 {
			w.t.Errorf("%d mutations left %d events", n, after-before)
		}
	})
}

// TestIdempotencyOfEveryMutation: sent again with its key, a request is
// answered as the first time and done once; another request with the key is
// refused.
func TestIdempotencyOfEveryMutation(t *testing.T) {
	each(t, func(w *world) {
		for _, o := range w.doc.sorted() {
			if !o.mutates() || o.id == "revokeApiKey" {
				continue
			}
			r := o.sample(1)
			r.headers["Idempotency-Key"] = "once-" + o.id
			first := w.send(r)
			if first.status >= 300 {
				w.t.Errorf("%s answers %d: %s", o.id, first.status, first.body)
				continue
			}
			events := len(w.eventTypes())
			again := w.send(r)
			if again.status != first.status || again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" {
				w.t.Errorf("%s repeated answers %d %s, first %d %s", o.id, again.status, again.body, first.status, first.body)
			}
			for _, name := range []string{"ETag", "Location", "Content-Type"} {
				if again.header.Get(name) != first.header.Get(name) {
					w.t.Errorf("%s repeated has %s %q, first %q", o.id, name, again.header.Get(name), first.header.Get(name))
				}
			}
			if n := len(w.eventTypes()); n != events {
				w.t.Errorf("%s was done twice", o.id)
			}
			r.body += " "
			if a := w.send(r); a.status != http.StatusUnprocessableEntity || a.text("code") != "idempotency_key_reused" {
				w.t.Errorf("%s with the key of another request answers %d: %s", o.id, a.status, a.body)
			}
		}
	})
}

// TestEveryObjectHasAnETag: every single object is answered with an ETag, and
// not again while it has not changed.
func TestEveryObjectHasAnETag(t *testing.T) {
	each(t, func(w *world) {
		n := 0
		for _, o := range w.doc.sorted() {
			if o.method != http.MethodGet || !strings.HasSuffix(o.path, "}") {
				continue
			}
			n++
			r := request{method: o.method, path: address(o), headers: map[string]string{}}
			a := w.send(r)
			tag := a.header.Get("ETag")
			if a.status != http.StatusOK || !strings.HasPrefix(tag, `"`) {
				w.t.Errorf("%s answers %d with ETag %q: %s", o.id, a.status, tag, a.body)
				continue
			}
			for header, want := range map[string]int{tag: 304, `W/` + tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200} {
				r.headers["If-None-Match"] = header
				if a := w.send(r); a.status != want {
					w.t.Errorf("%s with If-None-Match %s answers %d, want %d", o.id, header, a.status, want)
				}
			}
			r.path, r.headers = strings.Replace(r.path, "<", "no-such-", 1), nil
			if strings.Contains(o.path, "externalId") {
				r.path += "-not"
			}
			if a := w.send(r); a.status != http.StatusNotFound {
				w.t.Errorf("%s of what does not exist answers %d: %s", o.id, a.status, a.body)
			}
		}
		if n < 15 {
			w.t.Errorf("only %d single objects", n)
		}
	})
}

// TestIfMatch: a change is made only at the version that was read.
func TestIfMatch(t *testing.T) {
	each(t, func(w *world) {
		for _, o := range w.doc.sorted() {
			if o.statuses["428"] == nil {
				continue
			}
			var body map[string]any
			if err := json.Unmarshal(o.body, &body); err != nil {
				w.t.Fatal(err)
			}
			put := func(match, name string) answer {
				if body["name"] != nil {
					body["name"] = name
				}
				if body["status"] != nil {
					body["status"] = map[string]string{"one": "blocked", "two": "lost"}[name]
				}
				raw, err := json.Marshal(body)
				if err != nil {
					w.t.Fatal(err)
				}
				r := request{method: o.method, path: address(o), body: string(raw), headers: map[string]string{}}
				if match != "" {
					r.headers["If-Match"] = match
				}
				return w.send(r)
			}
			read := w.send(request{method: http.MethodGet, path: address(o)})
			tag := read.header.Get("ETag")
			if a := put("", "one"); a.status != http.StatusPreconditionRequired || a.text("code") != "if_match_required" {
				w.t.Errorf("%s without If-Match answers %d: %s", o.id, a.status, a.body)
			}
			changed := put(tag, "one")
			if changed.status != http.StatusOK || changed.header.Get("ETag") == tag {
				w.t.Errorf("%s at the version read answers %d with %s: %s", o.id, changed.status, changed.header.Get("ETag"), changed.body)
			}
			for _, stale := range []string{tag, `"99"`, `"something"`, `W/` + changed.header.Get("ETag")} {
				if a := put(stale, "two"); a.status != http.StatusPreconditionFailed || a.text("code") != "stale" {
					w.t.Errorf("%s with If-Match %s answers %d: %s", o.id, stale, a.status, a.body)
				}
			}
			if a := put("*", "two"); a.status != http.StatusOK {
				w.t.Errorf("%s with If-Match * answers %d: %s", o.id, a.status, a.body)
			}
		}
	})
}

// TestUpsert: by external id one thing is made, however often it is sent, and
// a repetition leaves no trace where nothing has changed.
func TestUpsert(t *testing.T) {
	each(t, func(w *world) {
		for _, o := range w.doc.sorted() {
			if o.method != http.MethodPut || !strings.Contains(o.path, "{externalId}") {
				continue
			}
			r := o.sample(7)
			first := w.send(r)
			second := w.send(r)
			if first.status != http.StatusCreated || second.status != http.StatusOK || first.header.Get("Location") == "" {
				w.t.Errorf("%s answers %d, then %d: %s %s", o.id, first.status, second.status, first.body, second.body)
				continue
			}
			if first.text("id") != second.text("id") || first.text("versionId") != second.text("versionId") {
				w.t.Errorf("%s makes two things: %s %s", o.id, first.body, second.body)
			}
			if got := w.send(request{method: http.MethodGet, path: first.header.Get("Location")}); got.status != http.StatusOK {
				w.t.Errorf("%s: what it made is not at %s: %d", o.id, first.header.Get("Location"), got.status)
			}
			if o.id == "upsertTariff" {
				continue
			}
			r.headers["If-Match"] = `"77"`
			if a := w.send(r); a.status != http.StatusPreconditionFailed {
				w.t.Errorf("%s at another version answers %d: %s", o.id, a.status, a.body)
			}
			other := o.sample(8)
			other.headers["If-Match"] = `"1"`
			if a := w.send(other); a.status != http.StatusPreconditionFailed {
				w.t.Errorf("%s of something new at a version answers %d: %s", o.id, a.status, a.body)
			}
			r = o.sample(7)
			r.body = strings.Replace(r.body, "{", `{"externalId":"another",`, 1)
			if a := w.send(r); a.status != http.StatusUnprocessableEntity || a.text("code") != "external_id_differs" {
				w.t.Errorf("%s with two external ids answers %d: %s", o.id, a.status, a.body)
			}
		}
		create := w.doc.operations["createLocation"]
		if a := w.send(request{method: create.method, path: create.path, body: string(create.body)}); a.status != http.StatusConflict || a.text("errors.0.field") != "externalId" {
			w.t.Errorf("creating what exists answers %d: %s", a.status, a.body)
		}
	})
}

// TestUnknownFields: a field or parameter that nobody knows is refused with
// its path.
func TestUnknownFields(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, o := range w.doc.sorted() {
		r := o.sample(1)
		r.path += "?colour=red"
		if a := w.send(r); !o.public && (a.status != http.StatusUnprocessableEntity || a.text("errors.0.field") != "colour" || a.text("errors.0.code") != "unknown_parameter") {
			t.Errorf("%s with an unknown parameter answers %d: %s", o.id, a.status, a.body)
		}
		if o.body == nil {
			continue
		}
		r = o.sample(1)
		r.body = strings.Replace(r.body, "{", `{"colour":"red",`, 1)
		a := w.send(r)
		if a.status != http.StatusUnprocessableEntity || a.text("errors.0.field") != "colour" || a.text("errors.0.code") == "" {
			t.Errorf("%s with an unknown field answers %d: %s", o.id, a.status, a.body)
		}
	}
	a := w.send(request{method: http.MethodPost, path: "/sessions", body: `{"evse":"FR*KWO*E1201","start":"2026-05-03T19:40:00Z","end":"2026-05-03T20:40:00Z",
		"readings":[{"at":"2026-05-03T20:00:00Z","energyKwh":"1","volts":"230"}]}`})
	if a.status != http.StatusUnprocessableEntity || a.text("errors.0.field") != "readings[0].volts" || a.text("errors.0.code") != "unknown_field" {
		t.Errorf("an unknown field deep inside answers %d: %s", a.status, a.body)
	}
}

// TestPages: going from page to page, one item at a time, sees every item of
// every list exactly once, by next and by Link alike.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.fill()
		for _, o := range w.doc.sorted() {
			if !o.params["after"] {
				continue
			}
			all := w.send(request{method: http.MethodGet, path: address(o) + "?limit=1000"})
			want := ids(all)
			if len(want) < 2 || all.value("next") != nil || all.header.Get("Link") != "" {
				w.t.Errorf("%s has %d items, next %v, Link %q", o.id, len(want), all.value("next"), all.header.Get("Link"))
				continue
			}
			var got []string
			path := address(o) + "?limit=1"
			for len(got) <= len(want) {
				a := w.send(request{method: http.MethodGet, path: path})
				if a.status != http.StatusOK {
					w.t.Fatalf("%s answers %d: %s", path, a.status, a.body)
				}
				got = append(got, ids(a)...)
				next := a.text("next")
				link := a.header.Get("Link")
				if next == "" {
					if link != "" {
						w.t.Errorf("%s: the last page has Link %s", o.id, link)
					}
					break
				}
				path = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
				if !strings.Contains(path, "limit=1") || !strings.Contains(path, "after=") {
					w.t.Fatalf("%s: Link %q", o.id, link)
				}
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				w.t.Errorf("%s page by page gives\n%v, want\n%v", o.id, got, want)
			}
			a := w.send(request{method: http.MethodGet, path: address(o) + "?after=forged"})
			if a.status != http.StatusUnprocessableEntity || a.text("code") != "cursor_unknown" {
				w.t.Errorf("%s with a forged cursor answers %d: %s", o.id, a.status, a.body)
			}
			for _, limit := range []string{"0", "1001", "many"} {
				if a := w.send(request{method: http.MethodGet, path: address(o) + "?limit=" + limit}); a.status != http.StatusUnprocessableEntity || a.text("errors.0.field") != "limit" {
					w.t.Errorf("%s with limit %s answers %d: %s", o.id, limit, a.status, a.body)
				}
			}
		}
	})
}

// fill makes two more of everything.
func (w *world) fill() {
	w.t.Helper()
	for _, o := range w.doc.sorted() {
		if o.method != http.MethodPost || !o.mutates() || strings.Contains(o.path, "{") {
			continue
		}
		for n := range 2 {
			if a := w.send(o.sample(n)); a.status != http.StatusCreated {
				w.t.Fatalf("%s answers %d: %s", o.id, a.status, a.body)
			}
		}
	}
	push := w.doc.operations["pushFeed"]
	if a := w.send(request{method: push.method, path: strings.Replace(address(push), "spot-fr", "spot-de", 1), body: string(push.body)}); a.status != http.StatusCreated {
		w.t.Fatalf("pushing another feed answers %d: %s", a.status, a.body)
	}
	for n, price := range []string{"0.55", "0.60"} {
		body := strings.Replace(string(w.doc.operations["publishTariff"].body), "0.49", price, 1)
		path := fmt.Sprintf("/tariffs?from=2027-0%d-01T00:00:00Z", n+1)
		if a := w.send(request{method: http.MethodPost, path: path, body: body}); a.status != http.StatusCreated {
			w.t.Fatalf("publishing answers %d: %s", a.status, a.body)
		}
	}
	err := w.db.Update(w.t.Context(), func(tx *store.Tx) error {
		for i, reason := range []string{"never_closed", "zone_unknown"} {
			id := fmt.Sprintf("import-%d", i)
			imported := query.Import{ID: id, Source: "old.csv", StartedAt: 1000, FinishedAt: 1001, Actor: "kwote", Rows: 1, Quarantined: map[string]int64{reason: 1}}
			if err := tx.SaveImport(w.t.Context(), imported); err != nil {
				return err
			}
			row := query.Quarantined{ID: "row-" + id, ImportID: id, NetworkID: w.ids["network"], Line: 2, ExternalID: id, Reason: reason, Message: "end: missing", Raw: "a,b"}
			if _, err := tx.AddQuarantined(w.t.Context(), []query.Quarantined{row}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// ids are the names of a page's items.
func ids(a answer) (out []string) {
	a.t.Helper()
	for _, v := range list(a.value("items")) {
		item := v.(map[string]any)
		for _, field := range []string{"id", "versionId", "reason", "value"} {
			if s, ok := item[field].(string); ok {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kwote/domain/access"
	"kwote/store/storetest"
)

// TestProblems: each way to be wrong has its status, code, field and sentence.
func TestProblems(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	location := func(change string) string {
		return `{"networkId":"main","name":"Here","country":"FR","timeZone":"Europe/Paris"` + change + `}`
	}
	w.play([]scenario{
		{name: "no body", request: request{method: "POST", path: "/partners"}, status: 400, has: []string{`"code":"body_missing"`}},
		{name: "not JSON", request: request{method: "POST", path: "/partners", body: `{"name":`}, status: 400, has: []string{`"code":"body_unreadable"`}},
		{name: "a list", request: request{method: "POST", path: "/partners", body: `[]`}, status: 422, has: []string{`"code":"wrong_type"`, "object"}},
		{name: "unknown content type", request: request{method: "POST", path: "/partners", body: `name: x`, headers: map[string]string{"Content-Type": "text/plain"}},
			status: 415, has: []string{`"code":"content_type_unknown"`}},
		{name: "too large", request: request{method: "POST", path: "/partners", body: `{"name":"` + strings.Repeat("x", 8<<20) + `"}`}, status: 413,
			has: []string{`"code":"body_too_large"`}},
		{name: "missing field", request: request{method: "POST", path: "/locations", body: `{"networkId":"main","country":"FR","timeZone":"Europe/Paris"}`}, status: 422,
			has: []string{`"code":"required"`, `"field":"name"`, "this field is missing; send it"}},
		{name: "empty field", request: request{method: "POST", path: "/partners", body: `{"name":""}`}, status: 422, has: []string{`"code":"required"`, `"field":"name"`}},
		{name: "wrong type", request: request{method: "POST", path: "/partners", body: `{"name":7}`}, status: 422, has: []string{`"code":"wrong_type"`, `7 is not of the type string`}},
		{name: "too long", request: request{method: "POST", path: "/partners", body: `{"name":"` + strings.Repeat("x", 201) + `"}`}, status: 422,
			has: []string{`"code":"too_long"`, "200"}},
		{name: "unknown word", request: request{method: "POST", path: "/evses", body: `{"locationId":"gare-de-lyon","externalId":"E","current":"three-phase"}`}, status: 422,
			has: []string{`"code":"not_one_of"`, `"field":"current"`, `\"three-phase\" is none of ac, dc`}},
		{name: "all at once", request: request{method: "POST", path: "/evses", body: `{"locationId":"","current":1,"colour":"red"}`}, status: 422,
			has: []string{`"code":"input_invalid"`, `"field":"locationId"`, `"field":"current"`, `"field":"colour"`}},
		{name: "findings of the rules", request: request{method: "POST", path: "/locations", body: strings.Replace(location(""), "Europe/Paris", "Paris", 1)}, status: 422,
			has: []string{`"code":"location_invalid"`, `"code":"zone_unknown"`, `"field":"timeZone"`}},
		{name: "reference that leads nowhere", request: request{method: "POST", path: "/locations", body: location(`,"partnerId":"nobody"`)}, status: 422,
			has: []string{`"code":"reference_unknown"`, `"field":"partnerId"`, `\"nobody\"`}},
		{name: "EVSE that does not exist, in a question", request: request{method: "POST", path: "/resolve", body: `{"evse":"FR*NO*E1"}`}, status: 422,
			has: []string{`"code":"reference_unknown"`, `"field":"evse"`}},
		{name: "power that is no number", request: request{method: "POST", path: "/evses", body: `{"locationId":"gare-de-lyon","externalId":"E","current":"ac","maxPowerKw":"lots"}`},
			status: 422, has: []string{`"code":"power_malformed"`, `"field":"maxPowerKw"`, `\"lots\"`}},
		{name: "malformed instant", request: request{method: "GET", path: "/sessions?from=yesterday"}, status: 422,
			has: []string{`"code":"instant_malformed"`, `"field":"from"`, `\"yesterday\" is not an instant`}},
		{name: "malformed date", request: request{method: "GET", path: "/overview?from=2026-5-3"}, status: 422, has: []string{`"code":"date_malformed"`, `"field":"from"`}},
		{name: "energy said twice", request: request{method: "POST", path: "/sessions", body: `{"evse":"FR*KWO*E1201","start":"2026-05-03T19:40:00Z","end":"2026-05-03T20:40:00Z",
			"energyKwh":"3","readings":[{"at":"2026-05-03T20:00:00Z","energyKwh":"3"}]}`}, status: 422, has: []string{`"code":"energy_twice"`}},
		{name: "energy not said", request: request{method: "POST", path: "/sessions", body: `{"evse":"FR*KWO*E1201","start":"2026-05-03T19:40:00Z","end":"2026-05-03T20:40:00Z"}`},
			status: 422, has: []string{`"field":"readings"`}},
		{name: "end before start", request: request{method: "POST", path: "/sessions", body: `{"evse":"FR*KWO*E1201","start":"2026-05-03T19:40:00Z","end":"2026-05-03T18:40:00Z","energyKwh":"3"}`},
			status: 422, has: []string{`"code":"session_end_before_start"`, `"field":"end"`}},
		{name: "falling meter", request: request{method: "POST", path: "/sessions", body: `{"evse":"FR*KWO*E1201","start":"2026-05-03T19:40:00Z","end":"2026-05-03T20:40:00Z",
			"readings":[{"at":"2026-05-03T20:00:00Z","energyKwh":"3"},{"at":"2026-05-03T20:10:00Z","energyKwh":"2"}]}`}, status: 422, has: []string{`"code":"reading_falls"`}},
		{name: "tariff with several faults", request: request{method: "POST", path: "/tariffs", body: `{"tariff":"x","currency":"EURO","prices":"with tax","energy":{"rules":[{"price":"cheap"}]}}`},
			status: 422, has: []string{`"code":"tariff_invalid"`, `"field":"currency"`, `"field":"energy.rules[0].price"`}},
		{name: "mail address taken", request: request{method: "POST", path: "/users", body: `{"name":"Other","email":"ZOE@example.org"}`}, status: 409, has: []string{`"code":"already_exists"`, `"field":"email"`}},
		{name: "no such route", request: request{method: "GET", path: "/nowhere"}, status: 404, has: []string{`"code":"route_not_found"`, "/api/v1/nowhere"}},
		{name: "no such method", request: request{method: "DELETE", path: "/locations"}, status: 405, has: []string{`"code":"method_not_allowed"`}, headers: map[string]string{"Allow": "GET, HEAD, POST"}},
		{name: "several versions", request: request{method: "PUT", path: "/partners/<partner>", body: partnerBody, headers: map[string]string{"If-Match": `"1", "2"`}}, status: 422,
			has: []string{`"code":"if_match_malformed"`}},
		{name: "another scheme", request: request{method: "GET", path: "/partners", headers: map[string]string{"Authorization": "Basic abc"}}, status: 401,
			has: []string{`"code":"authorization_unknown"`}},
	})
}

// TestInternalErrorTellsNothing: the cause stays in the log, under the request
// id that the caller got.
func TestInternalErrorTellsNothing(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.broken.Store(true)
	a := w.send(request{method: http.MethodPost, path: "/partners", body: partnerBody, headers: map[string]string{"X-Request-Id": "crm-4711"}})
	if a.status != http.StatusInternalServerError || a.text("code") != "internal" || strings.Contains(a.body, "secret-place") {
		t.Errorf("answers %d: %s", a.status, a.body)
	}
	if a.text("requestId") != "crm-4711" || a.header.Get("X-Request-Id") != "crm-4711" {
		t.Errorf("the request id is lost: %s", a.body)
	}
	if log := w.log.String(); !strings.Contains(log, "secret-place") || !strings.Contains(log, "crm-4711") {
		t.Errorf("the log does not tell the cause: %s", log)
	}
	a = w.send(request{method: http.MethodGet, path: "/partners", headers: map[string]string{"X-Request-Id": "bad id\"}"}})
	if id := a.header.Get("X-Request-Id"); len(id) != 36 {
		t.Errorf("a harmful request id is kept: %q", id)
	}
}

// TestUnavailable: while the database is away, callers are told when to come
// back and nothing about it.
func TestUnavailable(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	a := w.send(request{method: http.MethodGet, path: "/partners"})
	if a.status < 500 || strings.Contains(a.body, "kwote.db") || strings.Contains(a.body, "sql") {
		t.Errorf("answers %d: %s", a.status, a.body)
	}
}

// TestSessionOfTheConsole: who is signed in may try things out in the
// documentation, but not from a page of another site.
func TestSessionOfTheConsole(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.session = &access.Actor{Kind: access.Staff, ID: "staff-1", Name: "Ana", Roles: []access.Role{access.Owner}}
	if a := w.send(request{method: http.MethodGet, path: "/partners", key: "nobody"}); a.status != http.StatusOK {
		t.Errorf("who is signed in gets %d: %s", a.status, a.body)
	}
	a := w.send(request{method: http.MethodPost, path: "/partners", key: "nobody", body: partnerBody, headers: map[string]string{"Sec-Fetch-Site": "cross-site"}})
	if a.status != http.StatusForbidden || a.text("code") != "cross_origin" {
		t.Errorf("a page of another site gets %d: %s", a.status, a.body)
	}
	a = w.send(request{method: http.MethodPost, path: "/partners", body: partnerBody, headers: map[string]string{"Sec-Fetch-Site": "cross-site"}})
	if a.status != http.StatusCreated {
		t.Errorf("a key from another site gets %d: %s", a.status, a.body)
	}
}

// TestHead answers like GET without a body.
func TestHead(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/api/v1/locations/"+w.ids["location"], nil)
	r.Header.Set("Authorization", "Bearer "+w.keys[access.Owner])
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK || rec.Body.Len() != 0 || rec.Header().Get("ETag") != `"1"` {
		t.Errorf("HEAD answers %d %q with %d bytes", rec.Code, rec.Header().Get("ETag"), rec.Body.Len())
	}
}

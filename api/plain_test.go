package api_test

import (
	"net/http"
	"testing"

	"kwote/store/storetest"
)

// TestUnreadableText: both engines refuse a NUL and broken UTF-8 alike,
// wherever in a request it stands, and name the field.
func TestUnreadableText(t *testing.T) {
	yaml := map[string]string{"Content-Type": "application/yaml"}
	each(t, func(w *world) {
		var all []scenario
		for _, c := range []struct {
			name, field string
			request
		}{
			{"body", "name", request{method: "POST", path: "/partners", body: `{"name":"a\u0000b"}`}},
			{"bytes", "name", request{method: "POST", path: "/partners", body: "{\"name\":\"Zo\xe9\"}"}},
			{"list in a body", "groupIds[1]", request{method: "POST", path: "/users", body: `{"name":"A","groupIds":["<group>","\u0000"]}`}},
			{"deep in a body", "tariffs[0].for.groups[0]", request{method: "POST", path: "/tariff-groups", body: `{"name":"A","tariffs":[{"tariff":"x","for":{"groups":["\u0000"]}}]}`}},
			{"name of a field", "body", request{method: "POST", path: "/partners", body: `{"name":"A","\u0000":"b"}`}},
			{"broken JSON", "body", request{method: "POST", path: "/partners", body: "{\"name\":\xff"}},
			{"tariff", "title.en", request{method: "POST", path: "/tariffs", body: `{"tariff":"x","title":{"en":"\u0000"}}`}},
			{"tariff in YAML", "title.en", request{method: "POST", path: "/tariffs", body: "tariff: x\ntitle: {en: \"a\\0b\"}\n", headers: yaml}},
			{"YAML bytes", "body", request{method: "POST", path: "/tariffs", body: "tariff: \xff\n", headers: yaml}},
			{"reference", "evse", request{method: "POST", path: "/resolve", body: `{"evse":"\u0000"}`}},
			{"path", "id", request{method: "GET", path: "/partners/%00"}},
			{"path by external id", "externalId", request{method: "GET", path: "/partners/by-external-id/a%ff"}},
			{"upsert", "externalId", request{method: "PUT", path: "/partners/by-external-id/%00", body: `{"name":"A"}`}},
			{"query", "text", request{method: "GET", path: "/sessions?text=%00"}},
			{"filter", "networkId", request{method: "GET", path: "/locations?networkId=%ff"}},
			{"key", "Idempotency-Key", request{method: "POST", path: "/partners", body: partnerBody, headers: map[string]string{"Idempotency-Key": "\xff"}}},
		} {
			all = append(all, scenario{name: c.name, request: c.request, status: http.StatusUnprocessableEntity,
				has: []string{`"code":"text_unreadable"`, `"field":"` + c.field + `"`, "write plain text without NUL"}})
		}
		all = append(all,
			scenario{name: "several", request: request{method: "POST", path: "/users", body: `{"name":"\u0000","email":"\u0000"}`}, status: 422, has: []string{`"field":"email"`, `"field":"name"`}},
			scenario{name: "cursor", request: request{method: "GET", path: "/users?after=AAph"}, status: 422, has: []string{`"code":"cursor_unknown"`}},
			scenario{name: "no escape", request: request{method: "POST", path: "/partners", body: `{"name":"\\u0000"}`}, status: 201, events: []string{"partner.saved"}})
		w.play(all)
	})
}

// TestNamesAndExternalIDs: what shows nothing or cannot be in an address is
// refused for every kind of object.
func TestNamesAndExternalIDs(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for path, rest := range map[string]string{"/networks": "", "/partners": "", "/users": "", "/user-groups": "",
		"/locations":     `,"networkId":"main","country":"FR","timeZone":"Europe/Paris"`,
		"/evses":         `,"locationId":"gare-de-lyon","current":"ac"`,
		"/tariff-groups": `,"tariffs":[{"tariff":"<tariff>","for":{"everyone":true}}]`} {
		w.play([]scenario{{name: "blank name", request: request{method: "POST", path: path, body: `{"name":" \t","externalId":"e"` + rest + `}`}, status: 422,
			has: []string{`"code":"blank"`, `"field":"name"`}}})
		for _, id := range []string{`  `, `.`, `..`, `a\nb`, ` a`} {
			w.play([]scenario{{name: "external id", request: request{method: "POST", path: path, body: `{"name":"A","externalId":"` + id + `"` + rest + `}`}, status: 422,
				has: []string{`"code":"external_id_invalid"`, `"field":"externalId"`}}})
		}
	}
	w.play([]scenario{
		{name: "in an address", request: request{method: "PUT", path: "/partners/by-external-id/%20", body: partnerBody}, status: 422, has: []string{`"code":"external_id_invalid"`}},
		{name: "trimmed", request: request{method: "POST", path: "/partners", body: `{"name":" Acme "}`}, status: 201, has: []string{`"name":"Acme"`}, events: []string{"partner.saved"}},
		{name: "no country", request: request{method: "POST", path: "/locations", body: `{"networkId":"main","name":"A","country":"XX","timeZone":"Europe/Paris"}`}, status: 422,
			has: []string{`"code":"country_unknown"`, "ISO 3166-1 alpha-2"}},
		{name: "unknown country", request: request{method: "POST", path: "/locations", body: `{"networkId":"main","name":"A","country":"ZZ","timeZone":"Europe/Paris"}`}, status: 201,
			events: []string{"location.saved"}},
	})
}

// TestWording: a problem's detail is a sentence about the right field.
func TestWording(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	session := func(rest string) request {
		return request{method: "POST", path: "/sessions", body: `{"evse":"FR*KWO*E1201","start":"2026-05-03T19:40:00Z",` + rest + `}`}
	}
	for body, shown := range map[string]string{"null": "null", "[]": "a list", `"x"`: `\"x\"`, "7": "7"} {
		w.play([]scenario{{name: body, request: request{method: "POST", path: "/partners", body: body}, status: 422,
			has: []string{`"detail":"the body is ` + shown + `, not a JSON object`}}})
	}
	w.play([]scenario{
		{name: "large number", request: request{method: "POST", path: "/quote", body: `{"evse":"FR*KWO*E1201","energyKwh":"1","durationSeconds":9223372036854775807}`}, status: 422,
			has: []string{"is more than 31622400", "922337203685477"}, hasNot: []string{"e+"}},
		{name: "list of findings", request: request{method: "POST", path: "/tariffs", body: `{"tariff":"x","currency":"EURO"}`}, status: 422,
			has: []string{`cannot be used; correct what errors lists"`}, hasNot: []string{`:",`}},
		{name: "energy below zero", request: session(`"end":"2026-05-03T20:40:00Z","energyKwh":"-1"`), status: 422, has: []string{`"code":"energy_negative"`, `"field":"energyKwh"`}},
		{name: "no length", request: session(`"end":"2026-05-03T19:40:00Z","energyKwh":"1"`), status: 422, has: []string{`"code":"session_zero_length"`, `"field":"end"`}},
	})
}

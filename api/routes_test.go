package api_test

import (
	"strings"
	"testing"

	"kwote/domain/access"
)

// The happy path of every route, with what it answers and which events it
// leaves.

func TestPlaces(t *testing.T) {
	each(t, func(w *world) {
		w.play([]scenario{
			{name: "create a network", request: request{method: "POST", path: "/networks", body: `{"name":"North","externalId":"north"}`}, status: 201,
				has: []string{`"precedence":"by-order"`, `"version":1`}, headers: map[string]string{"ETag": `"1"`, "Location": "*"}, events: []string{"network.saved"}, word: "north"},
			{name: "list networks", request: request{method: "GET", path: "/networks"}, status: 200, has: []string{`"externalId":"main"`, `"externalId":"north"`}},
			{name: "get a network", request: request{method: "GET", path: "/networks/<north>"}, status: 200, has: []string{`"name":"North"`}},
			{name: "get a network by its external id", request: request{method: "GET", path: "/networks/by-external-id/north"}, status: 200, has: []string{`"id":"<north>"`}},
			{name: "replace a network", request: request{method: "PUT", path: "/networks/<north>", body: `{"name":"North","precedence":"cheapest","defaultTariff":"rapid-public"}`,
				headers: map[string]string{"If-Match": `"1"`}}, status: 200, has: []string{`"precedence":"cheapest"`, `"version":2`}, hasNot: []string{"externalId"},
				headers: map[string]string{"ETag": `"2"`}, events: []string{"network.saved"}},
			{name: "create a partner", request: request{method: "POST", path: "/partners", body: `{"name":"Mall"}`}, status: 201, events: []string{"partner.saved"}, word: "mall"},
			{name: "get a partner", request: request{method: "GET", path: "/partners/<mall>"}, status: 200, has: []string{`"name":"Mall"`}},
			{name: "find partners", request: request{method: "GET", path: "/partners?text=acm"}, status: 200, has: []string{`"externalId":"acme"`}, hasNot: []string{"Mall"}},
			{name: "get a location", request: request{method: "GET", path: "/locations/by-external-id/gare-de-lyon"}, status: 200,
				has: []string{`"networkId":"<network>"`, `"partnerId":"<partner>"`, `"timeZone":"Europe/Paris"`}},
			{name: "an external id with a slash", request: request{method: "PUT", path: "/locations/by-external-id/acn%2Fcaltech", body: `{"networkId":"<network>","name":"Caltech","country":"US",
				"region":"CA","timeZone":"America/Los_Angeles"}`}, status: 201, has: []string{`"externalId":"acn/caltech"`}, events: []string{"location.saved"}},
			{name: "the same again", request: request{method: "PUT", path: "/locations/by-external-id/acn%2Fcaltech", body: `{"networkId":"main","name":"Caltech","country":"US",
				"region":"CA","timeZone":"America/Los_Angeles"}`}, status: 200, has: []string{`"version":1`}},
			{name: "locations of a partner", request: request{method: "GET", path: "/locations?partnerId=acme&country=FR"}, status: 200, has: []string{"Gare de Lyon"}, hasNot: []string{"Caltech"}},
			{name: "locations of nobody", request: request{method: "GET", path: "/locations?partnerId=<mall>"}, status: 200, has: []string{`{"items":[]}`}},
			{name: "an EVSE of unknown power", request: request{method: "POST", path: "/evses", body: `{"locationId":"gare-de-lyon","name":"Bay 2","current":"ac"}`}, status: 201,
				has: []string{`"access":"public"`, `"current":"ac"`}, hasNot: []string{"maxPowerKw"}, events: []string{"evse.saved"}, word: "bay2"},
			{name: "its power becomes known", request: request{method: "PUT", path: "/evses/<bay2>", body: `{"locationId":"<location>","name":"Bay 2","current":"ac","maxPowerKw":"22.080"}`,
				headers: map[string]string{"If-Match": `"1"`}}, status: 200, has: []string{`"maxPowerKw":"22.08"`}, events: []string{"evse.saved"}},
			{name: "EVSEs of a location", request: request{method: "GET", path: "/evses?locationId=gare-de-lyon&networkId=main"}, status: 200, has: []string{"E1201", "Bay 2"}},
			{name: "get an EVSE", request: request{method: "GET", path: "/evses/by-external-id/FR*KWO*E1201"}, status: 200, has: []string{`"maxPowerKw":"150"`, `"current":"dc"`}},
		})
	})
}

func TestPeople(t *testing.T) {
	each(t, func(w *world) {
		w.play([]scenario{
			{name: "get a user", request: request{method: "GET", path: "/users/<user>"}, status: 200, has: []string{`"groupIds":["<group>"]`, `"partnerId":"<partner>"`, `"email":"zoe@example.org"`}},
			{name: "users of a group", request: request{method: "GET", path: "/users?groupId=staff"}, status: 200, has: []string{"crm-1042"}},
			{name: "users by text", request: request{method: "GET", path: "/users?text=nobody-of-this-name"}, status: 200, has: []string{`"items":[]`}},
			{name: "create a user", request: request{method: "POST", path: "/users", key: access.Support, body: `{"name":"Ben","externalId":"crm-7"}`}, status: 201,
				hasNot: []string{"groupIds", "roaming"}, events: []string{"user.saved"}, word: "ben"},
			{name: "join a group", request: request{method: "POST", path: "/user-groups/staff/change-members", body: `{"join":["crm-7","crm-1042"]}`}, status: 200,
				has: []string{`{"changed":1}`}, events: []string{"user.saved"}},
			{name: "leave a group", request: request{method: "POST", path: "/user-groups/<group>/change-members", body: `{"leave":["<ben>"]}`}, status: 200,
				has: []string{`{"changed":1}`}, events: []string{"user.saved"}},
			{name: "all members or none", request: request{method: "POST", path: "/user-groups/staff/change-members", body: `{"join":["<ben>","crm-none"]}`}, status: 422,
				has: []string{`"field":"join[1]"`, "crm-none"}},
			{name: "list user groups", request: request{method: "GET", path: "/user-groups"}, status: 200, has: []string{`"externalId":"staff"`}},
			{name: "get a token", request: request{method: "GET", path: "/tokens/<token>"}, status: 200, has: []string{`"kind":"rfid"`, `"status":"valid"`, `"userId":"<user>"`}},
			{name: "block a token", request: request{method: "POST", path: "/tokens/<token>/block", headers: map[string]string{"If-Match": `"1"`}}, status: 200,
				has: []string{`"status":"blocked"`}, headers: map[string]string{"ETag": `"2"`}, events: []string{"token.saved"}},
			{name: "block a blocked token", request: request{method: "POST", path: "/tokens/<token>/block"}, status: 200, has: []string{`"version":2`}},
			{name: "block at an old version", request: request{method: "POST", path: "/tokens/<token>/report-lost", headers: map[string]string{"If-Match": `"1"`}}, status: 412},
			{name: "report a token lost", request: request{method: "POST", path: "/tokens/<token>/report-lost"}, status: 200, has: []string{`"status":"lost"`}, events: []string{"token.saved"}},
			{name: "make it valid again", request: request{method: "POST", path: "/tokens/<token>/unblock"}, status: 200, has: []string{`"status":"valid"`}, events: []string{"token.saved"}},
			{name: "tokens of a user", request: request{method: "GET", path: "/tokens?userId=crm-1042"}, status: 200, has: []string{"04A2B3C4D5E680"}},
			{name: "an ad hoc token", request: request{method: "POST", path: "/tokens", body: `{"uid":"QR-1","kind":"ad_hoc_user"}`}, status: 201, has: []string{`"kind":"ad_hoc_user"`}, events: []string{"token.saved"}},
		})
	})
}

func TestKeys(t *testing.T) {
	each(t, func(w *world) {
		w.play([]scenario{
			{name: "create a key", request: request{method: "POST", path: "/api-keys", body: `{"name":"CRM","roles":["support"],"expiresAt":"2026-05-05T00:00:00Z"}`}, status: 201,
				has: []string{`"secret":"kwote_`, `"expiresAt":"2026-05-05T00:00:00Z"`}, headers: map[string]string{"ETag": "*", "Location": "*"}, events: []string{"api_key.created"}, word: "crm"},
			{name: "list keys", request: request{method: "GET", path: "/api-keys"}, status: 200, has: []string{`"name":"CRM"`}, hasNot: []string{"kwote_", "secret", "hash"}},
			{name: "get a key", request: request{method: "GET", path: "/api-keys/<crm>"}, status: 200, has: []string{`"roles":["support"]`}, hasNot: []string{"secret", "revokedAt"}},
			{name: "revoke a key", request: request{method: "POST", path: "/api-keys/<crm>/revoke"}, status: 200, has: []string{`"revokedAt":"2026-05-04T10:00:00Z"`}, events: []string{"api_key.revoked"}},
			{name: "revoke it again", request: request{method: "POST", path: "/api-keys/<crm>/revoke"}, status: 200},
			{name: "a key that has expired", request: request{method: "POST", path: "/api-keys", body: `{"name":"Old","roles":["support"],"expiresAt":"2026-05-03T00:00:00Z"}`}, status: 422,
				has: []string{`"code":"expiry_past"`, `"field":"expiresAt"`}},
			{name: "only owners", request: request{method: "GET", path: "/api-keys", key: access.Pricing}, status: 403},
		})
		created := w.send(request{method: "POST", path: "/api-keys", body: `{"name":"Short","roles":["read-only"]}`})
		w.keys["short"] = created.text("secret")
		w.ids["short"] = created.text("id")
		w.play([]scenario{
			{name: "the new key works", request: request{method: "GET", path: "/networks", key: "short"}, status: 200},
			{name: "it is revoked", request: request{method: "POST", path: "/api-keys/<short>/revoke"}, status: 200, events: []string{"api_key.revoked"}},
			{name: "and works no more", request: request{method: "GET", path: "/networks", key: "short"}, status: 401, has: []string{`"code":"api_key_revoked"`}},
		})
	})
}

func TestTariffs(t *testing.T) {
	each(t, func(w *world) {
		doc := string(w.doc.operations["publishTariff"].body)
		dearer := strings.Replace(doc, "0.49", "0.59", 1)
		yaml := "tariff: night\ncurrency: EUR\nprices: with tax\nenergy: {rules: [{price: 0.19/kWh}]}\n"
		asYAML := map[string]string{"Content-Type": "application/yaml"}
		w.play([]scenario{
			{name: "list tariffs", request: request{method: "GET", path: "/tariffs?text=rapid"}, status: 200, has: []string{`"name":"rapid-public"`, `"number":1`}},
			{name: "get a tariff", request: request{method: "GET", path: "/tariffs/rapid-public"}, status: 200,
				has: []string{`"price":"0.49/kWh"`, `"sentence":"`, `"language":"en"`}, headers: map[string]string{"Vary": "Accept-Language"}},
			{name: "get it in French", request: request{method: "GET", path: "/tariffs/rapid-public", headers: map[string]string{"Accept-Language": "fr-CH, en;q=0.5"}}, status: 200,
				has: []string{`"language":"fr"`, "0,49 EUR"}},
			{name: "the query goes first", request: request{method: "GET", path: "/tariffs/rapid-public?lang=de", headers: map[string]string{"Accept-Language": "fr"}}, status: 200, has: []string{`"language":"de"`}},
			{name: "publish the same again", request: request{method: "POST", path: "/tariffs", body: doc}, status: 200, has: []string{`"changed":false`, `"number":1`}},
			{name: "publish a version for later", request: request{method: "POST", path: "/tariffs?from=2026-06-01T00:00:00%2B02:00&externalId=price-17", body: dearer, key: access.Pricing}, status: 201,
				has: []string{`"changed":true`, `"number":2`, `"from":"2026-05-31T22:00:00Z"`}, headers: map[string]string{"Location": "/api/v1/tariffs/rapid-public/versions/2"}, events: []string{"tariff.published"}},
			{name: "its versions", request: request{method: "GET", path: "/tariffs/rapid-public/versions"}, status: 200, has: []string{`"number":2`, `"number":1`}},
			{name: "the first version", request: request{method: "GET", path: "/tariffs/rapid-public/versions/1"}, status: 200, has: []string{"0.49/kWh"}, hasNot: []string{"0.59", `"from"`}},
			{name: "a version that is not there", request: request{method: "GET", path: "/tariffs/rapid-public/versions/9"}, status: 404, has: []string{`"code":"tariff_version_not_found"`}},
			{name: "by external id", request: request{method: "GET", path: "/tariffs/price-17"}, status: 200, has: []string{`"name":"rapid-public"`}},
			{name: "the past is not re-priced", request: request{method: "POST", path: "/tariffs?from=2026-01-01T00:00:00Z", body: strings.Replace(doc, "0.49", "0.69", 1)}, status: 422,
				has: []string{`"code":"from_in_the_past"`, `"field":"from"`}},
			{name: "another currency", request: request{method: "POST", path: "/tariffs?from=2026-07-01T00:00:00Z", body: strings.Replace(doc, `"EUR"`, `"NOK"`, 1)}, status: 409, has: []string{`"code":"currency_fixed"`}},
			{name: "publish YAML", request: request{method: "POST", path: "/tariffs", body: yaml, headers: asYAML}, status: 201, has: []string{`"tariff":"night"`}, events: []string{"tariff.published"}},
			{name: "publish by external id", request: request{method: "PUT", path: "/tariffs/by-external-id/price-18", body: strings.Replace(yaml, "0.19", "0.21", 1), headers: asYAML}, status: 201,
				has: []string{`"number":2`}, events: []string{"tariff.published"}},
			{name: "check YAML", request: request{method: "POST", path: "/tariffs/check?lang=fr", body: strings.Replace(yaml, "night", "day", 1), headers: asYAML, key: access.ReadOnly}, status: 200,
				has: []string{`"tariff":"day"`, "0,19 EUR"}},
			{name: "checking saves nothing", request: request{method: "GET", path: "/tariffs/day"}, status: 404},
			{name: "check what cannot be used", request: request{method: "POST", path: "/tariffs/check", body: strings.Replace(yaml, "0.19", "cheap", 1), headers: asYAML}, status: 422,
				has: []string{`"code":"tariff_invalid"`, `"field":"energy.rules[0].price"`, "line 4"}},
		})
	})
}

func TestTariffGroups(t *testing.T) {
	each(t, func(w *world) {
		body := `{"name":"Staff","externalId":"staff-prices","position":20,"tariffs":[{"tariff":"rapid-public","for":{"groups":["staff"],"access":["public"]}},
			{"tariff":"rapid-public","for":{"partnerUsers":["acme"]}}],"attached":[{"scope":"location","id":"gare-de-lyon"},{"scope":"evse","id":"<evse>"}]}`
		w.play([]scenario{
			{name: "create a group", request: request{method: "POST", path: "/tariff-groups", body: body}, status: 201,
				has:    []string{`"groups":["<group>"]`, `"partnerUsers":["<partner>"]`, `{"scope":"location","id":"<location>"}`, `"access":["public"]`},
				events: []string{"tariff_group.saved"}, word: "staffprices"},
			{name: "list groups", request: request{method: "GET", path: "/tariff-groups"}, status: 200, has: []string{`"externalId":"rapid"`, `"externalId":"staff-prices"`}},
			{name: "get a group", request: request{method: "GET", path: "/tariff-groups/<staffprices>"}, status: 200, has: []string{`"position":20`}},
			{name: "an id is no external id", request: request{method: "GET", path: "/tariff-groups/by-external-id/<staffprices>"}, status: 404},
			{name: "an external id is no id", request: request{method: "GET", path: "/tariff-groups/staff-prices"}, status: 404},
			{name: "replace a group", request: request{method: "PUT", path: "/tariff-groups/<staffprices>", headers: map[string]string{"If-Match": `"1"`},
				body: `{"name":"Staff","tariffs":[{"tariff":"rapid-public","for":{"everyone":true}}]}`}, status: 200, has: []string{`"version":2`}, hasNot: []string{"attached", "position"},
				events: []string{"tariff_group.saved"}},
			{name: "an audience that names nobody", request: request{method: "POST", path: "/tariff-groups", body: `{"name":"X","tariffs":[{"tariff":"rapid-public","for":{}}]}`}, status: 422,
				has: []string{`"code":"audience_empty"`, `"field":"tariffs[0].for"`}},
			{name: "a tariff that is not there", request: request{method: "POST", path: "/tariff-groups", body: `{"name":"X","tariffs":[{"tariff":"nothing","for":{"everyone":true}}]}`}, status: 422,
				has: []string{`"code":"reference_unknown"`, `"field":"tariffs[0].tariff"`}},
			{name: "a place that is not there", request: request{method: "POST", path: "/tariff-groups", body: `{"name":"X","tariffs":[{"tariff":"rapid-public","for":{"everyone":true}}],
				"attached":[{"scope":"evse","id":"gare-de-lyon"}]}`}, status: 422, has: []string{`"field":"attached[0].id"`}},
		})
	})
}

func TestSessions(t *testing.T) {
	each(t, func(w *world) {
		again := string(w.doc.operations["recordSession"].body)
		w.play([]scenario{
			{name: "record a session with a total", request: request{method: "POST", path: "/sessions", key: access.Finance, body: `{"evse":"FR*KWO*E1201","user":"crm-1042","start":"2026-05-02T10:00:00+02:00",
				"end":"2026-05-02T11:00:00+02:00","energyKwh":"20"}`}, status: 201, has: []string{`"total":"9.80"`, `"currency":"EUR"`, `"status":"priced"`, `"tariff":"rapid-public"`, `"start":"2026-05-02T08:00:00Z"`},
				headers: map[string]string{"ETag": "*", "Location": "*"}, events: []string{"session.recorded", "session.priced"}, word: "total"},
			{name: "the energy flows until idle", request: request{method: "POST", path: "/sessions", body: `{"evse":"<evse>","start":"2026-05-01T10:00:00Z","end":"2026-05-01T12:00:00Z","energyKwh":"20",
				"states":[{"at":"2026-05-01T11:00:00Z","state":"idle"}]}`}, status: 201, has: []string{`"idleSeconds":3600`, `{"at":"2026-05-01T11:00:00Z","energyKwh":"20.000"}`},
				events: []string{"session.recorded", "session.priced"}},
			{name: "the same session again", request: request{method: "POST", path: "/sessions", body: again}, status: 201, has: []string{`"id":"<session>"`}},
			{name: "the same with other facts", request: request{method: "POST", path: "/sessions", body: strings.Replace(again, "15.5", "16.5", 1)}, status: 409, has: []string{`"code":"session_differs"`}},
			{name: "list sessions", request: request{method: "GET", path: "/sessions"}, status: 200, has: []string{`"id":"<session>"`, `"id":"<total>"`, `"userName":"Zoé Martin"`, `"timeZone":"Europe/Paris"`}},
			{name: "filter by user and time", request: request{method: "GET", path: "/sessions?userId=crm-1042&from=2026-05-03T00:00:00Z&before=2026-05-04T00:00:00Z"}, status: 200,
				has: []string{`"id":"<session>"`}, hasNot: []string{"<total>", "cdr-none"}},
			{name: "filter by place and price", request: request{method: "GET", path: "/sessions?networkId=main&locationId=gare-de-lyon&evseId=FR*KWO*E1201&tariff=rapid-public&currency=EUR&status=priced"},
				status: 200, has: []string{`"id":"<session>"`}},
			{name: "filter by text", request: request{method: "GET", path: "/sessions?text=cdr-2026-0042"}, status: 200, has: []string{`"id":"<session>"`}},
			{name: "nothing unpriced", request: request{method: "GET", path: "/sessions?status=unpriced"}, status: 200, has: []string{`{"items":[]}`}},
			{name: "nothing doubtful", request: request{method: "GET", path: "/sessions?warning=*&importId=none"}, status: 200, has: []string{`{"items":[]}`}},
			{name: "a filter that names nothing", request: request{method: "GET", path: "/sessions?userId=crm-none"}, status: 422, has: []string{`"code":"reference_unknown"`, `"field":"userId"`}},
			{name: "get a session", request: request{method: "GET", path: "/sessions/<session>"}, status: 200,
				has: []string{`"readings":[{"at":"2026-05-03T19:40:00Z","energyKwh":"0.000"}`, `"states":[{"at":"2026-05-03T20:10:00Z","state":"idle"}]`, `"reason":"only_match"`, `"arithmetic":"`}},
			{name: "get its receipt", request: request{method: "GET", path: "/receipts/<receipt>?lang=fr"}, status: 200,
				has: []string{`"sessionId":"<session>"`, `"language":"fr"`, "EUR/kWh", `"candidates":[{`}},
			{name: "the sums", request: request{method: "GET", path: "/overview?networkId=main&from=2026-05-02&before=2026-05-03"}, status: 200,
				has: []string{`"byCurrency":[{"currency":"EUR","total":"9.80","sessions":1`, `"day":"2026-05-02"`, `"evses":1`}},
			{name: "no imports", request: request{method: "GET", path: "/imports"}, status: 200, has: []string{`{"items":[]}`}},
			{name: "the audit trail", request: request{method: "GET", path: "/events?subjectKind=session&subjectId=<total>"}, status: 200,
				has: []string{`"type":"session.priced"`, `"type":"session.recorded"`, `"kind":"key"`, `"name":"finance"`, `"energyKwh":"20.000"`}, hasNot: []string{"location.saved"}},
			{name: "events of a type", request: request{method: "GET", path: "/events?type=location.saved"}, status: 200, has: []string{`"externalId":"gare-de-lyon"`}, hasNot: []string{"session."}},
		})
	})
}

func TestWhoPaysWhat(t *testing.T) {
	each(t, func(w *world) {
		w.play([]scenario{
			{name: "a driver", request: request{method: "POST", path: "/resolve", key: access.ReadOnly, body: `{"evse":"FR*KWO*E1201","user":"crm-1042","at":"2026-05-03T21:00:00Z"}`}, status: 200,
				has: []string{`"tariff":"rapid-public"`, `"reason":"only_match"`, `"rule":"most-specific"`, `"why":"everyone"`, `"won":true`, `"sentence":"`, `"user":{"id":"<user>"`}},
			{name: "an ad hoc driver, now", request: request{method: "POST", path: "/resolve?lang=fr", body: `{"evse":"<evse>"}`}, status: 200,
				has: []string{`"at":"2026-05-04T10:00:00Z"`, `"language":"fr"`}, hasNot: []string{`"user":`}},
			{name: "a quote by token", request: request{method: "POST", path: "/quote", body: `{"evse":"<evse>","token":"04A2B3C4D5E680","at":"2026-05-03T12:00:00Z","energyKwh":"20","durationSeconds":3600}`}, status: 200,
				has: []string{`"total":"9.80"`, `"user":{"id":"<user>"`, `"arithmetic":"20 kWh × 0.49 EUR/kWh = 9.80 EUR"`}},
			{name: "how a session goes on", request: request{method: "POST", path: "/forecast", key: access.ReadOnly, body: `{"evse":"<evse>","at":"2026-05-03T12:00:00Z","powerKw":"11","until":"2026-05-03T13:00:00Z","total":"9.80","energyKwh":"11"}`}, status: 200,
				has: []string{`"total":"5.39"`, `"total":{"goal":"9.80","at":"2026-05-03T13:49:03Z","within":"2026-05-04T12:00:00Z"}`, `"energy":{"goal":"11.000","at":"2026-05-03T13:00:00Z"`}},
			{name: "not within the hour", request: request{method: "POST", path: "/forecast", body: `{"evse":"<evse>","at":"2026-05-03T12:00:00Z","powerKw":"11","total":"9.80","withinSeconds":3600}`}, status: 200,
				has: []string{`"total":{"goal":"9.80","within":"2026-05-03T13:00:00Z"}`}, hasNot: []string{`"until"`, `"energy":`}},
			{name: "a forecast without a question", request: request{method: "POST", path: "/forecast", body: `{"evse":"<evse>","powerKw":"11"}`}, status: 422, has: []string{`"code":"question_missing"`}},
			{name: "a forecast of nothing", request: request{method: "POST", path: "/forecast", body: `{"powerKw":"11","total":"1"}`}, status: 422, has: []string{`"code":"question_missing"`}},
			{name: "a forecast at no power", request: request{method: "POST", path: "/forecast", body: `{"evse":"<evse>","powerKw":"fast","total":"1"}`}, status: 422, has: []string{`"code":"power_malformed"`}},
			{name: "a session to go on with", request: request{method: "POST", path: "/sessions", body: `{"evse":"<evse>","externalId":"live-1","start":"2026-05-03T12:00:00Z","end":"2026-05-03T13:00:00Z","energyKwh":"11"}`}, status: 201,
				events: []string{"session.recorded", "session.priced"}, word: "live"},
			{name: "goes on", request: request{method: "POST", path: "/forecast", body: `{"session":"<live>","powerKw":"11","energyKwh":"22","until":"2026-05-03T12:30:00Z"}`}, status: 200,
				has: []string{`"at":"2026-05-03T14:00:00Z"`, `"total":"2.70"`}},
			{name: "somebody else", request: request{method: "POST", path: "/users", body: `{"name":"Ben","externalId":"crm-7"}`}, status: 201, events: []string{"user.saved"}},
			{name: "a token of somebody else", request: request{method: "POST", path: "/resolve", body: `{"evse":"<evse>","token":"04A2B3C4D5E680","user":"crm-7"}`}, status: 409,
				has: []string{`"code":"token_of_other_user"`}},
			{name: "charging longer than plugged in", request: request{method: "POST", path: "/quote", body: `{"evse":"<evse>","energyKwh":"20","durationSeconds":60,"chargingSeconds":61}`}, status: 422,
				has: []string{`"field":"chargingSeconds"`}},
			{name: "a place without prices", request: request{method: "PUT", path: "/networks/by-external-id/bare", body: `{"name":"Bare"}`}, status: 201, events: []string{"network.saved"}},
			{name: "with a location", request: request{method: "PUT", path: "/locations/by-external-id/field", body: `{"networkId":"bare","name":"Field","country":"FR","timeZone":"Europe/Paris"}`}, status: 201,
				events: []string{"location.saved"}},
			{name: "and an EVSE", request: request{method: "PUT", path: "/evses/by-external-id/FR*KWO*E9", body: `{"locationId":"field","current":"ac"}`}, status: 201, events: []string{"evse.saved"}},
			{name: "finds no tariff, and says so", request: request{method: "POST", path: "/quote", body: `{"evse":"FR*KWO*E9","energyKwh":"20","durationSeconds":60}`}, status: 200,
				has: []string{`"reason":"no_tariff"`, `"candidates":[]`}, hasNot: []string{`"receipt"`, `"version"`, `"price"`}},
			{name: "and a session there is unpriced, not free", request: request{method: "POST", path: "/sessions", body: `{"evse":"FR*KWO*E9","start":"2026-05-03T10:00:00Z","end":"2026-05-03T11:00:00Z","energyKwh":"7"}`}, status: 201,
				has: []string{`"status":"unpriced"`, `"unpriced":"no_tariff"`, `"receipts":[]`}, hasNot: []string{`"total"`, `"currency"`}, events: []string{"session.recorded"}},
		})
	})
}

package api_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"kwote/api"
	"kwote/store/storetest"
)

const richSession = `{"evse":"FR*KWO*E1201","externalId":"rich","start":"2026-05-03T18:00:00Z","end":"2026-05-03T19:00:00Z","energyKwh":"12",
	"exports":[{"at":"2026-05-03T19:00:00Z","energyKwh":"3"},{"at":"2026-05-03T18:30:00Z","energyKwh":"1.5"}],
	"charges":[{"at":"2026-05-03T18:00:00Z","percent":"41"},{"at":"2026-05-03T19:00:00Z","percent":"62.5"}],
	"modes":[{"at":"2026-05-03T17:00:00Z","mode":"optimised"},{"at":"2026-05-03T18:20:00Z","mode":"boosted"}],
	"pauses":[{"from":"2026-05-03T18:10:00Z","to":"2026-05-03T18:15:00Z"},{"from":"2026-05-03T18:14:00Z","to":"2026-05-03T18:16:00Z"}],
	"reservation":{"from":"2026-05-03T17:30:00Z","to":"2026-05-03T17:55:00Z"}}`

// TestFactsOnTheWire: all facts that are sent come back in normal form.
func TestFactsOnTheWire(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	sent := w.send(request{method: http.MethodPost, path: "/sessions", body: richSession})
	if sent.status != http.StatusCreated {
		t.Fatalf("answers %d: %s", sent.status, sent.body)
	}
	got := w.send(request{method: http.MethodGet, path: "/sessions/" + sent.text("id")})
	var s api.Session
	if err := json.Unmarshal([]byte(got.body), &s); err != nil {
		t.Fatal(err)
	}
	want := api.MoreFacts{
		Exports:     []api.Reading{{"2026-05-03T18:00:00Z", "0.000"}, {"2026-05-03T18:30:00Z", "1.500"}, {"2026-05-03T19:00:00Z", "3.000"}},
		Charges:     []api.CarCharge{{"2026-05-03T18:00:00Z", "41"}, {"2026-05-03T19:00:00Z", "62.5"}},
		Modes:       []api.ModeChange{{"2026-05-03T18:00:00Z", "optimised"}, {"2026-05-03T18:20:00Z", "boosted"}},
		Pauses:      []api.Stretch{{"2026-05-03T18:10:00Z", "2026-05-03T18:16:00Z"}},
		Reservation: &api.Reservation{From: "2026-05-03T17:30:00Z", To: "2026-05-03T17:55:00Z"}}
	if !reflect.DeepEqual(s.MoreFacts, want) || s.Gaps != nil || s.ChargingSeconds != 3240 {
		t.Errorf("comes back as %+v, charging %d s; want %+v", s.MoreFacts, s.ChargingSeconds, want)
	}
	w.play([]scenario{
		{name: "the same again", request: request{method: "POST", path: "/sessions", body: richSession}, status: 201, has: []string{`"id":"` + s.ID + `"`}},
		{name: "another mode", request: request{method: "POST", path: "/sessions", body: strings.Replace(richSession, "boosted", "regular", 1)}, status: 409, has: []string{`"code":"session_differs"`}},
	})
}

// TestSessionInParts: the parts of a plug-in become one session, in any order.
func TestSessionInParts(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	const first = `"start":"2026-05-03T18:00:00Z","end":"2026-05-03T18:30:00Z","energyKwh":"4"`
	const second = `"start":"2026-05-03T18:35:00Z","end":"2026-05-03T19:00:00Z","readings":[{"at":"2026-05-03T18:50:00Z","energyKwh":"5"}],"states":[{"at":"2026-05-03T18:50:00Z","state":"idle"}]`
	parts := func(a, b string) request {
		return request{method: "POST", path: "/sessions", body: `{"evse":"FR*KWO*E1201","externalId":"parts",` + a + `,"resumed":[{` + b + `}]}`}
	}
	a := w.send(parts(first, second))
	if a.status != http.StatusCreated || a.text("energyKwh") != "9.000" || a.value("chargingSeconds") != 2700.0 || a.value("idleSeconds") != 600.0 ||
		a.text("gaps.0.from") != "2026-05-03T18:30:00Z" || a.text("gaps.0.to") != "2026-05-03T18:35:00Z" || a.text("start") != "2026-05-03T18:00:00Z" || a.text("end") != "2026-05-03T19:00:00Z" {
		t.Errorf("answers %d: %s", a.status, a.body)
	}
	w.play([]scenario{
		{name: "the later part first", request: parts(second, first), status: 201, has: []string{`"id":"` + a.text("id") + `"`}},
		{name: "overlapping", request: parts(first, strings.Replace(second, "18:35", "18:29", 1)), status: 422, has: []string{`"code":"parts_overlap"`, `"field":"resumed.start"`}},
		{name: "too far apart", request: parts(first, strings.Replace(second, "18:35", "18:41", 1)), status: 422, has: []string{`"code":"parts_too_far_apart"`}},
		{name: "a part without energy", request: parts(first, `"start":"2026-05-03T18:35:00Z","end":"2026-05-03T19:00:00Z"`), status: 422, has: []string{`"code":"required"`, `"field":"resumed[0].readings"`}},
		{name: "a part that ends first", request: parts(first, `"start":"2026-05-03T18:35:00Z","end":"2026-05-03T18:00:00Z","energyKwh":"1"`), status: 422,
			has: []string{`"code":"session_end_before_start"`, `"field":"resumed[0].end"`}},
	})
}

// TestFactsRefused: what cannot be is refused by the place in the body.
func TestFactsRefused(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	with := func(fields string) string {
		return `{"evse":"FR*KWO*E1201","start":"2026-05-03T18:00:00Z","end":"2026-05-03T19:00:00Z","energyKwh":"12",` + fields + `}`
	}
	for fields, want := range map[string][2]string{
		`"exports":[{"at":"2026-05-03T18:30:00Z","energyKwh":"much"}]`:                             {"energy_malformed", "exports[0].energyKwh"},
		`"exports":[{"at":"2026-05-03T17:30:00Z","energyKwh":"1"}]`:                                {"export_outside_session", "exports"},
		`"charges":[{"at":"2026-05-03T18:30:00Z","percent":"50.55"}]`:                              {"charge_malformed", "charges[0].percent"},
		`"charges":[{"at":"2026-05-03T18:30:00Z","percent":"101"}]`:                                {"charge_out_of_range", "charges"},
		`"modes":[{"at":"2026-05-03T18:30:00Z","mode":"wild"}]`:                                    {"not_one_of", "modes[0].mode"},
		`"pauses":[{"from":"2026-05-03T18:30:00Z","to":"2026-05-03T18:20:00Z"}]`:                   {"pause_ends_before_start", "pauses"},
		`"reservation":{"from":"2026-05-03T17:30:00Z","to":"2026-05-03T18:20:00Z"}`:                {"reservation_after_start", "reservation"},
		`"reservation":{"from":"2026-05-03T17:30:00Z","to":"2026-05-03T18:00:00Z","expired":true}`: {"reservation_expired_with_session", "reservation"},
		`"gaps":[]`: {"unknown_field", "gaps"},
	} {
		w.play([]scenario{{name: fields, request: request{method: "POST", path: "/sessions", body: with(fields)}, status: 422,
			has: []string{`"code":"` + want[0] + `"`, `"field":"` + want[1] + `"`}}})
	}
}

// TestQuoteOfFacts: a quote prices the facts that a session may have, and a
// reservation that expires.
func TestQuoteOfFacts(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	ask := func(fields string) request {
		return request{method: "POST", path: "/quote", body: `{"evse":"FR*KWO*E1201","at":"2026-05-03T18:00:00Z",` + fields + `}`}
	}
	const expired = `"reservation":{"from":"2026-05-03T17:30:00Z","to":"2026-05-03T18:00:00Z","expired":true}`
	w.play([]scenario{
		{name: "a pause", request: ask(`"energyKwh":"20","durationSeconds":3600,"pauses":[{"from":"2026-05-03T18:10:00Z","to":"2026-05-03T18:20:00Z"}]`), status: 200,
			has: []string{`"chargingSeconds":3000`}},
		{name: "nobody comes", request: ask(`"energyKwh":"0","durationSeconds":0,` + expired), status: 200, has: []string{`"chargingSeconds":0`}},
		{name: "no time", request: ask(`"energyKwh":"0","durationSeconds":0`), status: 422, has: []string{`"code":"duration_out_of_range"`, `"field":"durationSeconds"`}},
		{name: "nobody comes and charges", request: ask(`"energyKwh":"1","durationSeconds":60,` + expired), status: 422, has: []string{`"code":"reservation_expired_with_session"`}},
		{name: "a charge in words", request: ask(`"energyKwh":"1","durationSeconds":60,"charges":[{"at":"2026-05-03T18:00:00Z","percent":"half"}]`), status: 422,
			has: []string{`"code":"charge_malformed"`, `"field":"charges[0].percent"`}},
	})
}

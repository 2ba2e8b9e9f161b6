package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kwote/api"
	"kwote/domain/access"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

func TestFeeds(t *testing.T) {
	each(t, func(w *world) {
		const path = "/networks/main/feeds/spot-fr" // the example has pushed 19:00 and 20:00
		quarters := `{"currency":"EUR","slotMinutes":15,"slots":[{"from":"2026-05-03T19:15:00Z","value":"0.5"}]}`
		w.play([]scenario{
			{name: "get a feed", request: request{method: "GET", path: path}, status: 200,
				has: []string{`"id":"<feed>"`, `"networkId":"<network>"`, `"slotMinutes":60`, `"from":"2026-05-03T19:00:00Z"`, `"before":"2026-05-03T21:00:00Z"`, `"version":1`}},
			{name: "list feeds", request: request{method: "GET", path: "/feeds"}, status: 200, has: []string{`"name":"spot-fr"`}},
			{name: "its prices", request: request{method: "GET", path: path + "/slots"}, status: 200,
				has: []string{`{"from":"2026-05-03T19:00:00Z","before":"2026-05-03T20:00:00Z","value":"0.08534","version":1,"pushedAt":"2026-05-04T10:00:00Z"}`, `"value":"-0.00201"`}},
			{name: "the same again changes nothing", request: request{method: "PUT", path: path, body: string(w.doc.operations["pushFeed"].body)}, status: 200,
				has: []string{`"version":1`, `"added":0,"changed":0,"same":2`}},
			{name: "a new price per kWh", request: request{method: "PUT", path: "/networks/<network>/feeds/spot-fr", key: access.Pricing, body: `{"currency":"EUR","unit":"kWh","slotMinutes":60,
				"slots":[{"from":"2026-05-03T22:00:00+02:00","value":"0.3"},{"from":"2026-05-03T21:00:00Z","value":"0.4"}]}`, headers: map[string]string{"If-Match": `"1"`}},
				status: 200, has: []string{`"version":2`, `"added":1,"changed":1,"same":0`}, headers: map[string]string{"ETag": `"2"`}, events: []string{"feed.pushed"}},
			{name: "at a version that has moved", request: request{method: "PUT", path: path, body: quarters, headers: map[string]string{"If-Match": `"1"`}}, status: 412, has: []string{`"code":"stale"`}},
			{name: "prices with their history", request: request{method: "GET", path: path + "/slots?history=true&from=2026-05-03T20:00:00Z&before=2026-05-03T21:00:00Z"}, status: 200,
				has: []string{`"value":"-0.00201","version":1`, `"value":"0.30","version":2`}, hasNot: []string{"0.40", "0.08534"}},
			{name: "shorter slots", request: request{method: "PUT", path: path, body: quarters}, status: 200, has: []string{`"slotMinutes":15`, `"changed":1`}, events: []string{"feed.pushed"}},
			{name: "cut up the others", request: request{method: "GET", path: path + "/slots?before=2026-05-03T19:45:00Z"}, status: 200,
				has: []string{`"from":"2026-05-03T19:15:00Z","before":"2026-05-03T19:30:00Z","value":"0.50"`, `"from":"2026-05-03T19:30:00Z","before":"2026-05-03T19:45:00Z","value":"0.08534"`}},
			{name: "a new feed", request: request{method: "PUT", path: "/networks/main/feeds/grid", body: quarters}, status: 201, has: []string{`"added":1`},
				headers: map[string]string{"Location": "/api/v1/networks/main/feeds/grid", "ETag": `"1"`}, events: []string{"feed.pushed"}},
			{name: "another currency", request: request{method: "PUT", path: path, body: strings.Replace(quarters, "EUR", "NOK", 1)}, status: 409,
				has: []string{`"code":"feed_currency_fixed"`, `"field":"currency"`}},
			{name: "off the grid", request: request{method: "PUT", path: path, body: strings.Replace(quarters, "19:15", "19:10", 1)}, status: 422, has: []string{`"code":"feed_slot_off_grid"`}},
			{name: "no price", request: request{method: "PUT", path: path, body: strings.Replace(quarters, "0.5", "1,5", 1)}, status: 422,
				has: []string{`"code":"feed_value_malformed"`, `"field":"slots[0].value"`}},
			{name: "no offset", request: request{method: "PUT", path: path, body: strings.Replace(quarters, "00Z", "00", 1)}, status: 422, has: []string{`"field":"slots[0].from"`}},
			{name: "no name", request: request{method: "PUT", path: "/networks/main/feeds/Spot%20FR", body: quarters}, status: 422, has: []string{`"code":"feed_name_malformed"`}},
			{name: "nowhere", request: request{method: "PUT", path: "/networks/nowhere/feeds/spot-fr", body: quarters}, status: 404, has: []string{`"code":"network_not_found"`}},
			{name: "no such feed", request: request{method: "GET", path: "/networks/main/feeds/none/slots"}, status: 404, has: []string{`"code":"feed_not_found"`}},
			{name: "feeds of nowhere", request: request{method: "GET", path: "/feeds?networkId=nowhere"}, status: 422, has: []string{`"field":"networkId"`}},
			{name: "a tariff that follows the feed", request: request{method: "POST", path: "/tariffs", headers: map[string]string{"Content-Type": "application/yaml"},
				body: "{tariff: rapid-public, currency: EUR, prices: no tax, energy: [{price: {feed: spot-fr, addition: 0.1, floor: 0.00, fallback: 0.40/kWh}}]}"}, status: 201, events: []string{"tariff.published"}},
			{name: "prices a session", request: request{method: "POST", path: "/quote", body: `{"evse":"<evse>","at":"2026-05-04T10:00:01Z","energyKwh":"20","durationSeconds":3600}`}, status: 200,
				has: []string{`"total":"8.00"`, `"feed":{"name":"spot-fr","missing":true}`, `"feed_missing"`}},
			{name: "until prices come", request: request{method: "PUT", path: path, body: `{"currency":"EUR","slotMinutes":60,"slots":[{"from":"2026-05-04T10:00:00Z","value":"0.5"},{"from":"2026-05-04T11:00:00Z","value":"0.5"}]}`},
				status: 200, events: []string{"feed.pushed"}},
			{name: "which the receipt keeps", request: request{method: "POST", path: "/quote", body: `{"evse":"<evse>","at":"2026-05-04T10:00:01Z","energyKwh":"20","durationSeconds":600}`}, status: 200,
				has: []string{`"total":"12.00"`, `"feed":{"name":"spot-fr","from":"2026-05-04T10:00:00Z","value":"0.50"}`}, hasNot: []string{"feed_missing"}},
		})
	})
}

// TestEveryLineOnTheWire: whatever a receipt can say is in the words that the
// document tells of.
func TestEveryLineOnTheWire(t *testing.T) {
	r := pricing.Receipt{Currency: "EUR", Exported: 3 * energy.KWh, PausedTime: 60, ReservedTime: 600, AveragePower: 11 * energy.KW, PeakPower: 22_080_000,
		Days: []pricing.DayAmount{{Date: 20_000, Amount: money.Amount{Minor: 250, Currency: "EUR"}.Exact()}}}
	for k := range tariff.Kind(tariff.Kinds) {
		r.Lines = append(r.Lines, pricing.Line{Kind: pricing.Priced, Dimension: k, Per: []tariff.Unit{tariff.PerKWh, tariff.PerMinute, tariff.PerSession}[k.Measure()], Measured: 3_000_000_000})
	}
	r.Lines = append(r.Lines, pricing.Line{Kind: pricing.Priced, Per: tariff.Flat, Feed: &pricing.FeedUse{Feed: "spot", From: 3600, Value: -1_000_000}},
		pricing.Line{Kind: pricing.Priced, Per: tariff.PerHour, Feed: &pricing.FeedUse{Feed: "spot", Missing: true}})
	for _, kind := range []pricing.LineKind{pricing.Free, pricing.Waived, pricing.Cap, pricing.Minimum, pricing.Maximum, pricing.TaxOn, pricing.FreeAmount,
		pricing.DayMaximum, pricing.MinimumWithTax, pricing.MaximumWithTax} {
		r.Lines = append(r.Lines, pricing.Line{Kind: kind, Rule: -1, Limit: 5_000_000_000, Day: 20_000})
	}
	each(t, func(w *world) {
		text, err := json.Marshal(api.FromReceipt(r))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.doc.validate(t, "/components/schemas/Receipt", text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		for _, part := range []string{`"exportedKwh":"3.000"`, `"pausedSeconds":60`, `"reservedSeconds":600`, `"averagePowerKw":"11"`, `"peakPowerKw":"22.08"`,
			`"days":[{"day":"2024-10-04","exact":"2.50`, `"feed":{"name":"spot","from":"1970-01-01T01:00:00Z","value":"-0.001"}`, `"feed":{"name":"spot","missing":true}`,
			`"kind":"day_maximum","limit":"5.00","day":"2024-10-04"`, `"dimension":"export","rule":0,"unitPrice":"0.00","per":"kWh","unit":"kWh","measured":"3.000"`,
			`"dimension":"reservationFee","rule":0,"unitPrice":"0.00","per":"reservation"`, `"dimension":"occupancy"`, `"per":"flat"`, `"kind":"free_amount","limit":"5.00"`} {
			if !strings.Contains(string(text), part) {
				t.Errorf("the receipt lacks %s: %s", part, text)
			}
		}
	})
}

// TestEveryPhraseOnTheWire: every part of a price in words is one that the
// document tells of, to which each answer is held.
func TestEveryPhraseOnTheWire(t *testing.T) {
	each(t, func(w *world) {
		a := w.send(request{method: "POST", path: "/tariffs/check", headers: map[string]string{"Content-Type": "application/yaml"}, body: `
tariff: all
currency: EUR
prices: no tax
valid: {from: "2026-01-01T00:00:00Z"}
idleWhen: {chargeFrom: 80}
limits: {energy: 80 kWh}
preauthorise: 40.00
failedStart: none
total: {atMost: 60.00}
lock: [energy]
energy: [{price: 0.50/kWh, when: {time: ["22:00-06:00"]}}, {price: 0.60/kWh}]
charging: [{price: 0.01/min}]
idle: [{price: 0.02/min}]
occupancy: [{price: 0.03/min}]
session: [{price: 1.00}]
reservation: [{price: 0.04/min}]
reservationFee: [{price: 2.00}]
export: [{price: -0.20/kWh}]
`})
		if a.status != 200 {
			t.Fatalf("answers %d: %s", a.status, a.body)
		}
		for _, part := range []tariff.Part{tariff.PartEnergy, tariff.PartOccupancy, tariff.PartReservation, tariff.PartReservationFee, tariff.PartExport, tariff.PartLock,
			tariff.PartIdleWhen, tariff.PartLimits, tariff.PartPreauthorise, tariff.PartFailedStart, tariff.PartValid} {
			if !strings.Contains(a.body, `"part":"`+string(part)+`"`) {
				t.Errorf("no part %s: %s", part, a.body)
			}
		}
	})
}

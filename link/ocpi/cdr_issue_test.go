package ocpi

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

var (
	someRecord = CDRIdentity{CountryCode: "NL", PartyID: "ABC", ID: "CDR-1", SessionID: "S-1", AuthMethod: "WHITELIST",
		LastUpdated: calendar.Of(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))}
	someToken = CDRToken{"NL", "XYZ", "0123", "RFID", "NL-XYZ-1"}
	somePlace = CDRLocation{ID: "L1", Address: "Kade 1", City: "Delft", PostalCode: "2611", Country: "NLD", Latitude: "52.01", Longitude: "4.36",
		Zone: "Europe/Amsterdam", EVSEUID: "E1", EVSEID: "NL*ABC*E1", ConnectorID: "1", Standard: "IEC_62196_T2", Format: "SOCKET", PowerType: "AC_3_PHASE",
		Voltage: 230, Amperage: 32}
)

// drawFacts draws sessions whose energy at any second is a multiple of 0.1 Wh,
// which is what a record can tell.
func drawFacts(t *rapid.T) session.Facts {
	start := calendar.Of(time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)) + calendar.Instant(rapid.Int64Range(0, 2*86400).Draw(t, "start"))
	f := session.Facts{Start: start, Readings: []session.Reading{{At: start}}}
	at, sum := start, energy.Quantity(0)
	for range rapid.IntRange(1, 6).Draw(t, "intervals") {
		seconds := rapid.Int64Range(1, 7200).Draw(t, "seconds")
		switch rapid.IntRange(0, 5).Draw(t, "state") {
		case 0:
			f.Changes = append(f.Changes, session.Change{At: at, State: session.Idle})
		case 1:
			f.Pauses = append(f.Pauses, session.Stretch{From: at, To: at + calendar.Instant(seconds)})
		default:
			f.Changes = append(f.Changes, session.Change{At: at, State: session.Charging})
			sum += energy.Quantity(seconds*rapid.Int64Range(0, 120).Draw(t, "power")) * energy.Wh / 10
		}
		at += calendar.Instant(seconds)
		f.Readings = append(f.Readings, session.Reading{At: at, Import: sum})
	}
	f.End = at
	if rapid.IntRange(0, 3).Draw(t, "reserved") == 0 {
		f.Reserved = &session.Reservation{From: start - calendar.Instant(rapid.Int64Range(1, 5000).Draw(t, "reserved seconds")), To: start}
		if rapid.IntRange(0, 3).Draw(t, "expired") == 0 {
			f = session.Facts{Start: start, End: start, Reserved: f.Reserved}
			f.Reserved.Expired = true
		}
	}
	return f
}

// TestIssuedRecordGivesTheReceipt draws tariffs and sessions, writes the record
// of what they cost and prices it as whoever receives it does: by the tariff in
// it, each period by the state at its start.
func TestIssuedRecordGivesTheReceipt(t *testing.T) {
	zone, err := calendar.LoadZone("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []Version{V211, V221, V230} {
		t.Run(string(version), func(t *testing.T) {
			compared := 0
			rapid.Check(t, func(t *rapid.T) {
				doc, _, err := drawTariff(version).Draw(t, "tariff").Document(Reading{})
				if err != nil {
					t.Fatal(err)
				}
				facts, err := session.Normalise(drawFacts(t))
				if err != nil {
					t.Fatal(err)
				}
				receipt, err := pricing.Price(pricing.Compile(pricing.TariffRef{}, doc, zone), facts, pricing.Context{})
				if err != nil {
					t.Fatal(err)
				}
				issued, lost, err := CDRFrom(Issue{someRecord, someToken, somePlace, Identity{CountryCode: "NL", PartyID: "ABC"}, facts, doc, receipt}, version)
				if err != nil {
					t.Fatal(err)
				}
				if slices.ContainsFunc(lost, func(l Loss) bool { return l.Code != "pauses" }) || withinSecond(receipt) {
					return
				}
				compared++
				comparePriced(t, issued, receipt, tiered(doc))
			})
			if compared < 10 {
				t.Errorf("only %d records could say all", compared)
			}
		})
	}
}

// withinSecond reports whether a price of energy holds for less than a second,
// which no period can tell.
func withinSecond(r pricing.Receipt) bool {
	return slices.ContainsFunc(r.Lines, func(l pricing.Line) bool {
		return l.Dimension == tariff.Energy && slices.ContainsFunc(l.Spans, func(s pricing.Span) bool { return s.From == s.To && s.Measured > 0 })
	})
}

// tiered reports whether prices depend on the energy. Then a period in which the
// power varies may seem to pass a threshold early to whoever sees its mean only.
func tiered(d tariff.Document) bool {
	for k := range tariff.Kind(tariff.Kinds) {
		if slices.ContainsFunc(d.Dimension(k).Rules, func(r tariff.Rule) bool { return r.When.Energy.Set() }) {
			return true
		}
	}
	return false
}

func comparePriced(t *rapid.T, issued IssuedCDR, receipt pricing.Receipt, tiered bool) {
	src, err := issued.Encode()
	if err != nil {
		t.Fatal(err)
	}
	cdr, warnings, err := ReadCDR(src, "")
	if err != nil || cdr.Version != issued.version {
		t.Fatalf("%v, version %s\n%s", err, cdr.Version, src)
	}
	for _, w := range warnings {
		t.Fatalf("our own record is doubtful: %+v\n%s", w, src)
	}
	priced, err := cdr.Price(nil, Options{Zone: "Europe/Amsterdam"})
	if err != nil {
		t.Fatal(err)
	}
	got := priced.Exact.Excl
	if receipt.Terms == tariff.WithTax {
		got = priced.Exact.Incl
	}
	if got.Cmp(receipt.Exact.Rat()) != 0 {
		t.Fatalf("the receipt has %s, the record gives %s\n%s\n%+v\n%+v", receipt.Exact, decimal(got), src, receipt.Lines, priced.Lines)
	}
	for _, w := range priced.Warnings {
		if w.Code == "price_change_inside" && !tiered {
			t.Fatalf("a period spans a price change: %+v\n%s", w, src)
		}
	}
}

// fixedIssue is an hour of charging and half an hour of parking at two prices.
func fixedIssue(t *testing.T) Issue {
	t.Helper()
	doc, err := tariff.Decode([]byte(`{"tariff": "day", "currency": "EUR", "prices": "without tax", "tax": [{"name": "VAT", "rate": 21}], "failedStart": "none",
		"energy": [{"price": "0.40/kWh"}], "idle": [{"price": "3.00/h"}], "session": [{"price": "0.50"}], "total": {"atMost": "12.00"}}`))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := calendar.LoadZone("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at := calendar.Of(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	facts := session.Facts{Start: at, End: at + 5400, Readings: []session.Reading{{At: at}, {At: at + 3600, Import: 22 * energy.KWh}, {At: at + 5400, Import: 22 * energy.KWh}},
		Changes: []session.Change{{At: at + 3600, State: session.Idle}}}
	receipt, err := pricing.Price(pricing.Compile(pricing.TariffRef{}, doc, zone), facts, pricing.Context{})
	if err != nil {
		t.Fatal(err)
	}
	return Issue{someRecord, someToken, somePlace, Identity{CountryCode: "NL", PartyID: "ABC"}, facts, doc, receipt}
}

func TestIssuedRecord(t *testing.T) {
	i := fixedIssue(t)
	wants := map[Version][]string{
		V211: {`"stop_date_time": "2026-03-02T10:30:00Z"`, `"total_cost": 10.80`, `"auth_id": "NL-XYZ-1"`, `"total_time": 1.5`, `"total_parking_time": 0.5`},
		V221: {`"end_date_time": "2026-03-02T10:30:00Z"`, `"total_cost": {"excl_vat": 10.80, "incl_vat": 13.07}`, `"total_energy_cost": {"excl_vat": 8.80, "incl_vat": 10.648}`,
			`"total_fixed_cost": {"excl_vat": 0.50, "incl_vat": 0.605}`, `"total_parking_cost": {"excl_vat": 1.50, "incl_vat": 1.815}`,
			`{"type": "ENERGY", "volume": 22}, {"type": "TIME", "volume": 1}, {"type": "MIN_POWER", "volume": 22}`, `"tariff_id": "day"`},
		V230: {`"total_cost": {"before_taxes": 10.80, "taxes": [{"name": "VAT", "percentage": 21, "amount": 2.27}]}`, `"tax_included": "NO"`},
	}
	for version, want := range wants {
		issued, _, err := CDRFrom(i, version)
		if err != nil {
			t.Fatal(err)
		}
		src, err := issued.Encode()
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.NewReplacer("{ ", "{", " }", "}", "[ ", "[", " ]", "]").Replace(strings.Join(strings.Fields(string(src)), " "))
		for _, w := range want {
			if !strings.Contains(flat, w) {
				t.Errorf("%s: %s is not in\n%s", version, w, src)
			}
		}
		cdr, _, err := ReadCDR(src, "")
		if err != nil {
			t.Fatal(err)
		}
		check, err := cdr.Check(nil, Options{})
		if err != nil || !check.Agrees {
			t.Errorf("%s: our own record does not agree: %v %+v", version, err, check.Findings)
		}
	}
}

// TestCredit takes a record back: together they cost nothing.
func TestCredit(t *testing.T) {
	for _, version := range []Version{V221, V230} {
		issued, _, err := CDRFrom(fixedIssue(t), version)
		if err != nil {
			t.Fatal(err)
		}
		credit, err := issued.CreditBy("CDR-1-C", someRecord.LastUpdated+60)
		if err != nil {
			t.Fatal(err)
		}
		sum := new(big.Rat)
		for _, c := range []IssuedCDR{issued, credit} {
			src, err := c.Encode()
			if err != nil {
				t.Fatal(err)
			}
			cdr, _, err := ReadCDR(src, "")
			if err != nil {
				t.Fatal(err)
			}
			check, err := cdr.Check(nil, Options{})
			if err != nil || !check.Agrees {
				t.Errorf("%s: %s does not agree with itself: %v", version, c.ID(), err)
			}
			if cdr.Credit && cdr.CreditOf != "CDR-1" {
				t.Errorf("the credit names %q", cdr.CreditOf)
			}
			for _, total := range cdr.Totals {
				if strings.HasSuffix(strings.SplitN(total.Field, ".", 2)[0], "_cost") {
					sum.Add(sum, total.Value)
				}
			}
		}
		if sum.Sign() != 0 {
			t.Errorf("%s: record and credit add up to %s", version, decimal(sum))
		}
		for _, id := range []string{"", "CDR-1", strings.Repeat("x", 40)} {
			if _, err := issued.CreditBy(id, 0); err == nil {
				t.Errorf("a credit with the id %q was written", id)
			}
		}
		if _, err := credit.CreditBy("CDR-1-D", 0); err == nil {
			t.Error("a credit of a credit was written")
		}
	}
}

func TestIncompleteRecord(t *testing.T) {
	i := fixedIssue(t)
	i.Token, i.Location.Country = CDRToken{}, ""
	_, _, err := CDRFrom(i, V221)
	if err == nil || !strings.Contains(err.Error(), "cdr_token.uid is missing") || !strings.Contains(err.Error(), "location.country is missing") {
		t.Errorf("got %v", err)
	}
	i = fixedIssue(t)
	i.ID = strings.Repeat("9", 37)
	if _, _, err := CDRFrom(i, V211); err == nil || !strings.Contains(err.Error(), "37 characters") {
		t.Errorf("got %v", err)
	}
	issued, _, err := CDRFrom(fixedIssue(t), V211)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := issued.CreditBy("X", 0); err == nil {
		t.Error("OCPI 2.1.1 has no credits")
	}
}

// TestNegated turns numbers around as they are written.
func TestNegated(t *testing.T) {
	for in, want := range map[json.Number]json.Number{"1.20": "-1.20", "-1.20": "1.20", "0.00": "0.00", "": ""} {
		if got := negated(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

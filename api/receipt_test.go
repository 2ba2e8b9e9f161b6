package api_test

import (
	"encoding/json"
	"math/big"
	"net/http"
	"testing"

	"kwote/api"
	"kwote/store/storetest"
)

// TestReceiptOnTheWire: the amounts of the lines add up to the total, net and
// taxes too, every line says in words where it comes from, and both languages
// say the same numbers.
func TestReceiptOnTheWire(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	a := w.send(request{method: http.MethodPost, path: "/sessions", body: `{"evse":"FR*KWO*E1201","start":"2026-05-03T18:00:00Z","end":"2026-05-03T23:30:00Z",
		"readings":[{"at":"2026-05-03T19:30:00Z","energyKwh":"13.337"},{"at":"2026-05-03T22:10:00Z","energyKwh":"31.0001"}],
		"states":[{"at":"2026-05-03T19:00:00Z","state":"idle"},{"at":"2026-05-03T19:20:00Z","state":"charging"},{"at":"2026-05-03T22:10:00Z","state":"idle"}]}`})
	if a.status != http.StatusCreated {
		t.Fatalf("answers %d: %s", a.status, a.body)
	}
	receipts := map[string]api.Receipt{}
	for _, lang := range []string{"en", "fr"} {
		got := w.send(request{method: http.MethodGet, path: "/receipts/" + a.text("receiptId") + "?lang=" + lang})
		var issued api.IssuedReceipt
		if err := json.Unmarshal([]byte(got.body), &issued); err != nil {
			t.Fatal(err)
		}
		r := issued.Receipt
		receipts[lang] = r
		if len(r.Lines) < 3 {
			t.Fatalf("only %d lines: %s", len(r.Lines), got.body)
		}
		sum := new(big.Rat)
		for _, l := range r.Lines {
			sum.Add(sum, rat(t, l.Amount))
			if l.Title == "" || len(l.Why) == 0 || l.Why[0].Code == "" || l.Why[0].Text == "" {
				t.Errorf("%s: a line does not explain itself: %+v", lang, l)
			}
			if l.Kind == "priced" && l.Arithmetic == "" {
				t.Errorf("%s: a priced line shows no arithmetic: %+v", lang, l)
			}
		}
		if sum.Cmp(rat(t, r.Total)) != 0 {
			t.Errorf("the lines add up to %s, the total is %s", sum.FloatString(2), r.Total)
		}
		net := rat(t, r.Net)
		for _, tax := range r.Taxes {
			net.Add(net, rat(t, tax.Amount))
		}
		if net.Cmp(rat(t, r.Total)) != 0 {
			t.Errorf("net and taxes make %s, the total is %s", net.FloatString(2), r.Total)
		}
		if r.Words == nil || r.Words.Language != lang || r.Words.Rounding.Text == "" {
			t.Errorf("words are %+v", r.Words)
		}
	}
	en, fr := receipts["en"], receipts["fr"]
	if en.Total != fr.Total || len(en.Lines) != len(fr.Lines) || en.Lines[0].Title == fr.Lines[0].Title || en.Lines[0].Why[0].Code != fr.Lines[0].Why[0].Code {
		t.Errorf("the languages differ in more than words:\n%+v\n%+v", en, fr)
	}
}

func rat(t *testing.T, decimal string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(decimal)
	if !ok {
		t.Fatalf("%q is no decimal", decimal)
	}
	return r
}

package ocpi

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// TestRoundTrip draws tariffs of every version and takes them to the wire, to a
// document and back. At every moment all four must cost the same.
func TestRoundTrip(t *testing.T) {
	for _, version := range []Version{V211, V221, V230} {
		t.Run(string(version), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				drawn := drawTariff(version).Draw(t, "tariff")
				read := resent(t, drawn)
				doc, _, err := read.Document(Reading{})
				if err != nil {
					t.Fatal(err)
				}
				back, lost, err := FromDocument(doc, version, read.Identity)
				if err != nil || len(lost) > 0 {
					t.Fatalf("%v, lost %v", err, lost)
				}
				again, _, err := resent(t, back).Document(Reading{})
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(doc, again) {
					t.Fatalf("the document\n%+v\ncomes back as\n%+v", doc, again)
				}
				for range 5 {
					m := drawMoment().Draw(t, "moment")
					for kind := range componentTypes {
						want, due := quote(drawn, kind, m)
						compare(t, "document", kind, want, due, func() (quoted, bool) { return quoteDocument(doc, kind, m) })
						compare(t, "way back", kind, want, due, func() (quoted, bool) { return quote(back, kind, m) })
					}
				}
			})
		})
	}
}

func compare(t *rapid.T, where string, kind ComponentType, want quoted, due bool, look func() (quoted, bool)) {
	t.Helper()
	got, ok := look()
	if got.price == 0 && want.price == 0 {
		return // what costs nothing and what is free are the same
	}
	if got != want || ok != due {
		t.Fatalf("%s: %s costs %+v (%v), want %+v (%v)", where, kind, got, ok, want, due)
	}
}

// resent writes a tariff and reads it; nothing may be refused.
func resent(t *rapid.T, x Tariff) Tariff {
	src, err := x.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, _, err := ReadTariff(src, x.Version)
	if err != nil {
		t.Fatalf("%s\n%s", err, src)
	}
	return read
}

// TestSilenceMeansEqual draws documents with little that OCPI cannot say: where
// nothing is reported lost, every moment costs the same.
func TestSilenceMeansEqual(t *testing.T) {
	silent := 0
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		version := rapid.SampledFrom([]Version{V211, V221, V230}).Draw(t, "version")
		x, lost, err := FromDocument(d, version, Identity{})
		if err != nil || len(lost) > 0 {
			return
		}
		silent++
		x = resent(t, x)
		for range 5 {
			m := drawMoment().Draw(t, "moment")
			for kind := range componentTypes {
				want, due := quoteDocument(d, kind, m)
				compare(t, string(version), kind, want, due, func() (quoted, bool) { return quote(x, kind, m) })
			}
		}
	})
	if silent < 10 {
		t.Errorf("only %d documents could be said in full; the test draws too much that is lost", silent)
	}
}

// drawDocument draws a document with per-minute prices, windows, reservations
// and taxes of its own, most of which OCPI can say.
func drawDocument(t *rapid.T) tariff.Document {
	d := tariff.Document{Name: "drawn", Currency: "EUR", Terms: tariff.WithoutTax, FailedStart: tariff.FailedStart{Never: true}}
	d.Taxes = []tariff.Tax{{Name: "VAT", Rate: 190_000}}
	if rapid.Bool().Draw(t, "no tax") {
		d.Terms, d.Taxes = tariff.NoTax, nil
	}
	if rapid.Bool().Draw(t, "open tax") {
		d.Taxes = nil
	}
	for _, k := range exported {
		for range rapid.IntRange(0, 3).Draw(t, k.String()) {
			r := tariff.Rule{Price: money.Price(rapid.Int64Range(0, 20_000).Draw(t, "price") * wireStep)}
			switch k.Measure() {
			case tariff.InTime:
				r.Per = rapid.SampledFrom([]tariff.Unit{tariff.PerMinute, tariff.PerHour}).Draw(t, "unit")
			case tariff.InFees:
				r.Per = tariff.PerSession
			}
			if d.Terms == tariff.WithoutTax {
				r.Untaxed = rapid.IntRange(0, 4).Draw(t, "untaxed") == 0
			}
			for range rapid.IntRange(0, 2).Draw(t, "windows") {
				from, to := rapid.IntRange(0, 23).Draw(t, "from"), rapid.IntRange(1, 24).Draw(t, "to")
				if from != to {
					r.When.Time = append(r.When.Time, calendar.Window{From: calendar.TimeOfDay(from * 3600), To: calendar.TimeOfDay(to * 3600)})
				}
			}
			if rapid.Bool().Draw(t, "from energy") {
				r.When.Energy.From = energy.Quantity(rapid.Int64Range(0, 20).Draw(t, "kWh")) * energy.KWh
			}
			if k == tariff.Reservation || k == tariff.ReservationFee {
				r.When.Reservation = rapid.SampledFrom([]tariff.Outcome{tariff.AnyOutcome, tariff.Used, tariff.Expired}).Draw(t, "outcome")
			}
			d.Dimension(k).Rules = append(d.Dimension(k).Rules, r)
		}
	}
	return d
}

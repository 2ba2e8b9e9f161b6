package storetest

import (
	"fmt"
	"testing"

	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/store"
)

// World is a small network to hang sessions on.
type World struct {
	Network   place.Network
	Locations []place.Location
	EVSEs     []place.EVSE
	Users     []person.User
}

// NewWorld saves a network of three locations, twelve EVSEs and twenty users.
func NewWorld(t testing.TB, db *store.DB) World {
	t.Helper()
	w := World{Network: place.Network{ID: "net", ExternalID: "N1", Name: "Kwote Nord", Precedence: assign.MostSpecific}}
	for i, zone := range []string{"Europe/Paris", "Europe/Oslo", "America/Los_Angeles"} {
		id := fmt.Sprintf("loc-%d", i)
		w.Locations = append(w.Locations, place.Location{ID: id, ExternalID: "L" + id, NetworkID: "net", Name: "Élysée " + id,
			City: "Ville", Country: "FR", TimeZone: zone})
		for j := range 4 {
			w.EVSEs = append(w.EVSEs, place.EVSE{ID: fmt.Sprintf("evse-%d-%d", i, j), ExternalID: fmt.Sprintf("FR*KWO*E%d%d", i, j),
				LocationID: id, Current: place.DC, MaxPower: 50 * energy.KW, Access: assign.Public})
		}
	}
	for i := range 20 {
		w.Users = append(w.Users, person.User{ID: fmt.Sprintf("user-%02d", i), Name: fmt.Sprintf("Driver %02d", i)})
	}
	update(t, db, func(tx *store.Tx) error {
		if err := tx.SaveNetwork(t.Context(), w.Network); err != nil {
			return err
		}
		if err := tx.AddLocations(t.Context(), w.Locations); err != nil {
			return err
		}
		if err := tx.AddEVSEs(t.Context(), w.EVSEs); err != nil {
			return err
		}
		return tx.AddUsers(t.Context(), w.Users)
	})
	return w
}

// Records are n sessions from number first on, each different: an hour of
// charging and half an hour idle, priced by one of three tariffs in one of two
// currencies, or unpriced (each seventh).
func (w World) Records(first, n int) []query.SessionRecord {
	out := make([]query.SessionRecord, n)
	for i := range out {
		out[i] = w.record(first + i)
	}
	return out
}

func (w World) record(n int) query.SessionRecord {
	evse := w.EVSEs[n%len(w.EVSEs)]
	start := calendar.Instant(1_700_000_000 + int64(n)*613)
	f := session.Facts{Start: start, End: start + 5400,
		Readings: []session.Reading{{At: start}, {At: start + 3600, Import: energy.Quantity(n%40+1) * energy.KWh}},
		Changes:  []session.Change{{At: start + 3600, State: session.Idle}}}
	s := query.SessionRecord{
		Session: session.Session{ID: fmt.Sprintf("018bcfe5-0000-7000-8000-%012d", n), ExternalID: fmt.Sprintf("cdr-%d", n), NetworkID: w.Network.ID,
			LocationID: evse.LocationID, EVSEID: evse.ID, Facts: f},
		Source: "test.csv", Day: calendar.Date(int64(start) / 86400), Hour: int(int64(start) % 86400 / 3600),
		ChargingTime: 3600, IdleTime: 1800, At: start + 6000}
	if n%3 > 0 {
		s.Session.UserID = w.Users[n%len(w.Users)].ID
	}
	if n%5 == 0 {
		s.Session.Warnings = []string{"no_energy", "long"}
	}
	if n%7 == 0 {
		s.Unpriced = "no_tariff"
		return s
	}
	s.Receipt = &query.Issued{ID: fmt.Sprintf("018bcfe5-1111-7000-8000-%012d", n), Receipt: receiptOf(f, n), Resolution: []byte(`{"rule":"most-specific"}`)}
	return s
}

// receiptOf is a receipt as pricing would write it: energy, charging time
// (free), idle time and a fee.
func receiptOf(f session.Facts, n int) pricing.Receipt {
	currency := []money.Currency{"EUR", "NOK"}[n%2]
	exact := func(p money.Price, quantity, per int64) money.Exact {
		e, err := p.Times(quantity, per)
		if err != nil {
			panic(err)
		}
		return e
	}
	q := f.Energy()
	line := func(kind pricing.LineKind, d tariff.Kind, u tariff.Unit, p money.Price, quantity int64) pricing.Line {
		e := exact(p, quantity, u.Divisor())
		a, err := e.Round(currency, money.HalfUp)
		if err != nil {
			panic(err)
		}
		return pricing.Line{Kind: kind, Dimension: d, UnitPrice: p, Per: u, Measured: quantity, Billed: quantity, Exact: e, Amount: a,
			Spans: []pricing.Span{{From: f.Start, To: f.End, Measured: quantity, Billed: quantity}}}
	}
	r := pricing.Receipt{
		Tariff:   pricing.TariffRef{Name: fmt.Sprintf("tariff-%d", n%3), VersionID: fmt.Sprintf("version-%d", n%3), Number: 1},
		Currency: currency, Zone: "Europe/Paris", From: f.Start, To: f.End, Energy: q, ChargingTime: 3600, IdleTime: 1800,
		Lines: []pricing.Line{
			line(pricing.Priced, tariff.Energy, tariff.PerKWh, 490_000_000, int64(q)),
			line(pricing.Priced, tariff.Idle, tariff.PerHour, 1_000_000_000, 1733),
			line(pricing.Priced, tariff.Session, tariff.PerSession, 1_000_000_000, 1),
		},
	}
	r.Total.Currency = currency
	for _, l := range r.Lines {
		r.Exact, _ = r.Exact.Add(l.Exact)
		r.Total, _ = r.Total.Add(l.Amount)
	}
	r.Net = r.Total
	r.Taxes = []pricing.TaxLine{{Name: "VAT", Rate: 200000, Net: r.Total, Amount: money.Amount{Currency: currency}, Shared: money.Amount{Currency: currency}}}
	return r
}

func update(t testing.TB, db *store.DB, do func(*store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, db *store.DB, do func(*store.Tx) error) {
	t.Helper()
	if err := db.View(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

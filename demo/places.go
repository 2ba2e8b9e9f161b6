package demo

import (
	"strings"

	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/place"
)

// bay is a row of like points of a location with one use: where people arrive.
type bay struct {
	use      use
	site     int   // index of its location
	first    int   // index of its first EVSE
	points   int   // how many follow each other
	draw     int64 // how many arrivals it takes of all those of its use
	supply   supply
	zone     *calendar.Zone
	currency string
}

var currencyOf = map[string]string{"FR": "EUR", "DE": "EUR", "NO": "NOK", "GB": "GBP", "US": "USD"}

func (w *World) loadZones() error {
	w.zones = make(map[string]*calendar.Zone, len(zoneNames))
	for _, name := range zoneNames {
		z, err := calendar.LoadZone(name)
		if err != nil {
			return err
		}
		w.zones[name] = z
	}
	return nil
}

func (w *World) buildPlaces(ids *mint) {
	w.Network = place.Network{ID: ids.next(), ExternalID: "demo", Name: "Kwote Demo", Precedence: assign.ByOrder}
	for _, p := range partnerSpecs {
		w.Partners = append(w.Partners, place.Partner{ID: ids.next(), ExternalID: p.key, Name: p.name})
	}
	dice := newDice(streamPlaces)
	for i, s := range siteSpecs {
		w.Locations = append(w.Locations, place.Location{
			ID: ids.next(), ExternalID: strings.ToLower(s.country) + "-" + padded(i+1, 2),
			NetworkID: w.Network.ID, PartnerID: w.partnerID(s.partner), Name: s.name, Address: s.address,
			City: s.city, PostalCode: s.postal, Country: s.country, Region: s.region, TimeZone: s.zone})
		number := 0
		for _, b := range layouts[s.kind] {
			w.bays = append(w.bays, bay{use: b.use, site: i, first: len(w.EVSEs), points: b.points,
				draw:   int64(b.points) * s.draw * appeal(b.watts) * dice.between(90, 110),
				supply: supplyOf(s.country, b.watts), zone: w.zones[s.zone], currency: currencyOf[s.country]})
			for range b.points {
				number++
				w.EVSEs = append(w.EVSEs, newEVSE(ids.next(), w.Locations[i], i+1, number, b))
			}
		}
	}
}

func newEVSE(id string, at place.Location, site, number int, b baySpec) place.EVSE {
	current := place.AC
	if b.use == rapid {
		current = place.DC
	}
	return place.EVSE{ID: id, ExternalID: at.Country + "*KWO*E" + padded(site, 2) + padded(number, 2),
		LocationID: at.ID, Name: "Bay " + padded(number, 2), Current: current,
		MaxPower: energy.Power(b.watts) * energy.W, Access: b.access}
}

// appeal is how much a point draws by its power: older 50 kW points still see
// most rapid sessions.
func appeal(watts int64) int64 {
	switch {
	case watts >= 150_000:
		return 8
	case watts >= 100_000:
		return 10
	case watts >= 50_000:
		return 16
	}
	return 10
}

// partnerID is the ID of the partner with the key, empty for none.
func (w *World) partnerID(key string) string {
	for _, p := range w.Partners {
		if p.ExternalID == key {
			return p.ID
		}
	}
	return ""
}

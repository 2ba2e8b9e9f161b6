// Package demo owns an invented charging network: places, drivers, cards, price
// lists and twelve months of charging sessions that look like those of a real
// operator. It knows no database and no desk; whoever seeds a deployment takes
// what it makes and stores it.
//
// Nothing here asks for the time or depends on the order of a map, and all
// arithmetic is on integers, so the same two instants give the same world on
// every machine.
//
// Invariants, and the test that proves each:
//   - the same instants give the same world, and a later end only adds sessions
//     (TestSameInstantsSameWorld, TestLaterEndOnlyAddsSessions);
//   - every reference leads to something and no ID occurs twice (TestReferences);
//   - an EVSE serves one car at a time and a driver is at one place at a time
//     (TestNobodyOverlaps);
//   - facts are in normal form and no meter runs faster than its charge point
//     or its car allow (TestFactsAreNormal, TestMetersKeepToTheirPower);
//   - energies, hours, idle shares and arrival times lie where those of real
//     networks do (TestLooksLikeARealNetwork, TestEveryUseHasItsRhythm,
//     TestBusinessGrowsAndHasSeasons, TestRapidChargingSlowsDown);
//   - every session finds exactly one tariff in the currency of its country
//     (TestEverySessionFindsOneTariff,
//     TestTakingsArePlausible).
package demo

import (
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/person"
	"kwote/domain/place"
)

// World is the network with everything that is known of it but its sessions,
// which Sessions streams. Versions are zero: nothing is stored yet.
type World struct {
	From  calendar.Instant // no session starts before it
	Until calendar.Instant // no session ends after it

	Network      place.Network
	Partners     []place.Partner
	Locations    []place.Location
	EVSEs        []place.EVSE // in the order of their locations
	Groups       []person.Group
	Users        []person.User
	Tokens       []person.Token
	Tariffs      []TariffSource // ordered by name, then From
	TariffGroups []assign.Group

	bays    []bay
	drivers []driver // one for each of Users, same index
	crowds  crowds
	zones   map[string]*calendar.Zone
}

// TariffSource is one published version of a tariff as a person wrote it.
type TariffSource struct {
	Name   string
	From   calendar.Instant // holds from here until the tariff's next source does
	Source []byte           // YAML
}

// yearDays is how much history Network invents.
const yearDays = 365

// Network is the demo network with a year of history that ends at the given
// instant. It fails only where the machine has no time zone database.
func Network(until calendar.Instant) (*World, error) {
	from := until - until%daySeconds - yearDays*daySeconds
	return Between(from, until)
}

// Between is the demo network with the history of the given span. With the same
// from, a later until gives the same sessions and those that ended since, so a
// clock that is stepped on can be followed.
func Between(from, until calendar.Instant) (*World, error) {
	w := &World{From: from, Until: until}
	if err := w.loadZones(); err != nil {
		return nil, err
	}
	ids := newMint()
	w.buildPlaces(ids)
	w.buildPeople(ids)
	if err := w.buildPrices(ids); err != nil {
		return nil, err
	}
	return w, nil
}

const (
	minute     = 60
	hour       = 60 * minute
	daySeconds = 24 * hour
)

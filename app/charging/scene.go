package charging

import (
	"context"
	"fmt"
	"slices"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/session"
)

// scene is the places and people that an import's file names: every source has
// a location of its own in its zone, with its charge points; drivers belong to
// their source.
type scene struct {
	desk     *Desk
	order    ImportOrder
	rows     int64 // in the file
	network  place.Network
	bySource map[string]*sourceScene // by location external id
	users    map[string]person.User  // by external id
}

type sourceScene struct {
	location place.Location
	evses    map[string]place.EVSE // by the source's name of the station
}

// UnknownCountry is the code for a place whose country nobody has told: no tax
// rate and no law is known there (ISO 3166-1 user-assigned, as CLDR uses it).
const UnknownCountry = "ZZ"

// scene reads the file once and gathers what its usable rows name.
func (d *Desk) scene(order ImportOrder) (*scene, error) {
	if order.Zone != "" {
		if _, err := d.zone(order.Zone); err != nil {
			return nil, fault.At(fault.Invalid, "zone_unknown", "timezone", err.Error())
		}
	}
	s := &scene{desk: d, order: order, bySource: map[string]*sourceScene{}, users: map[string]person.User{}}
	err := order.Source(func(raw session.Raw) bool {
		s.rows++
		raw.Zone = s.zoneOf(raw)
		if _, _, problem := session.Admit(raw, s.zoneKnown); problem != nil {
			return true
		}
		key := locationID(raw, order.Name)
		at := s.bySource[key]
		if at == nil {
			at = &sourceScene{location: place.Location{ExternalID: key, Name: key, TimeZone: raw.Zone, Country: UnknownCountry}, evses: map[string]place.EVSE{}}
			s.bySource[key] = at
		}
		if at.location.TimeZone != raw.Zone {
			key += "@" + raw.Zone
			if at = s.bySource[key]; at == nil {
				at = &sourceScene{location: place.Location{ExternalID: key, Name: key, TimeZone: raw.Zone, Country: UnknownCountry}, evses: map[string]place.EVSE{}}
				s.bySource[key] = at
			}
		}
		at.evses[raw.StationID] = place.EVSE{}
		if id := userID(raw); id != "" {
			s.users[id] = person.User{}
		}
		return true
	})
	return s, err
}

func (s *scene) zoneOf(raw session.Raw) string {
	if raw.Zone == "" {
		return s.order.Zone
	}
	return raw.Zone
}

func (s *scene) zoneKnown(name string) bool {
	_, err := s.desk.zone(name)
	return err == nil
}

func locationID(raw session.Raw, file string) string {
	if raw.Source == "" {
		return file
	}
	return raw.Source
}

func userID(raw session.Raw) string {
	if raw.UserID == "" {
		return ""
	}
	return raw.Source + "/" + raw.UserID
}

// find is the place and the payer of an admitted row.
func (s *scene) find(raw session.Raw) (where, assign.Payer) {
	key := locationID(raw, s.order.Name)
	at := s.bySource[key]
	if at.location.TimeZone != raw.Zone {
		if other := s.bySource[key+"@"+raw.Zone]; other != nil {
			at = other
		}
	}
	w := where{s.network, at.location, at.evses[raw.StationID]}
	if id := userID(raw); id != "" {
		return w, payer(s.users[id])
	}
	return w, assign.Payer{}
}

// settle finds the network, places and people in the store and creates those
// that are new.
func (s *scene) settle(ctx context.Context, tx Tx, by access.Actor, now calendar.Instant) error {
	var err error
	if s.network, err = s.findNetwork(ctx, tx, by, now); err != nil {
		return err
	}
	var locations []place.Location
	var evses []place.EVSE
	for _, key := range sorted(s.bySource) {
		at := s.bySource[key]
		known, err := tx.LocationByExternalID(ctx, key)
		switch {
		case fault.Is(err, fault.NotFound):
			at.location.ID, at.location.NetworkID = newID(), s.network.ID
			locations = append(locations, at.location)
		case err != nil:
			return err
		case known.NetworkID != s.network.ID:
			return fault.At(fault.Conflict, "location_in_other_network", "network",
				fmt.Sprintf("location %q belongs to another network; import into that one", key))
		default:
			at.location = known
		}
		for _, station := range sorted(at.evses) {
			id := key + "/" + station
			evse, err := tx.EVSEByExternalID(ctx, id)
			if fault.Is(err, fault.NotFound) {
				evse = place.EVSE{ID: newID(), ExternalID: id, LocationID: at.location.ID, Name: station, Current: place.AC, Access: assign.Public}
				evses = append(evses, evse)
			} else if err != nil {
				return err
			}
			at.evses[station] = evse
		}
	}
	var users []person.User
	for _, id := range sorted(s.users) {
		user, err := tx.UserByExternalID(ctx, id)
		if fault.Is(err, fault.NotFound) {
			user = person.User{ID: newID(), ExternalID: id, Name: id}
			users = append(users, user)
		} else if err != nil {
			return err
		}
		s.users[id] = user
	}
	return s.create(ctx, tx, by, now, locations, evses, users)
}

func (s *scene) create(ctx context.Context, tx Tx, by access.Actor, now calendar.Instant, locations []place.Location, evses []place.EVSE, users []person.User) error {
	if len(locations)+len(evses)+len(users) == 0 {
		return nil
	}
	if err := tx.AddLocations(ctx, locations); err != nil {
		return err
	}
	if err := tx.AddEVSEs(ctx, evses); err != nil {
		return err
	}
	if err := tx.AddUsers(ctx, users); err != nil {
		return err
	}
	return record(ctx, tx, now, event.PlacesImported, event.Subject{Kind: "network", ID: s.network.ID}, by,
		map[string]any{"source": s.order.Name, "locations": len(locations), "evses": len(evses), "users": len(users)})
}

func (s *scene) findNetwork(ctx context.Context, tx Tx, by access.Actor, now calendar.Instant) (place.Network, error) {
	name := s.order.Network
	if name == "" {
		all, err := tx.Networks(ctx)
		if err != nil {
			return place.Network{}, err
		}
		if len(all) == 1 {
			return all[0], nil
		}
		name = "main"
	}
	n, err := tx.NetworkByExternalID(ctx, name)
	if !fault.Is(err, fault.NotFound) {
		return n, err
	}
	n = place.Network{ID: newID(), ExternalID: name, Name: name, Precedence: assign.ByOrder}
	if err := tx.SaveNetwork(ctx, n); err != nil {
		return n, err
	}
	n.Version++
	return n, record(ctx, tx, now, event.NetworkSaved, event.Subject{Kind: "network", ID: n.ID}, by,
		map[string]any{"externalId": n.ExternalID, "name": n.Name, "precedence": n.Precedence})
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

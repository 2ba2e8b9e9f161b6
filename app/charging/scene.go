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
	desk    *Desk
	order   ImportOrder
	rows    int64 // in the file
	network place.Network
	sites   map[site]*siteScene
	zones   map[string][]string    // of each source, in the order in which the file names them
	users   map[string]person.User // by external id
}

// site is a source's place in one of its zones. Most sources have one zone;
// that of a location which is there already, or else the first in the file,
// goes by the source's name alone, others have their zone added.
type site struct{ source, zone string }

type siteScene struct {
	location place.Location
	evses    map[string]place.EVSE // by the source's name of the station
}

// scene reads the file once and gathers what its usable rows name.
func (d *Desk) scene(order ImportOrder) (*scene, error) {
	if order.Zone != "" {
		if _, err := calendar.LoadZone(order.Zone); err != nil {
			return nil, fault.At(fault.Invalid, "zone_unknown", "timezone", err.Error())
		}
	}
	s := &scene{desk: d, order: order, sites: map[site]*siteScene{}, zones: map[string][]string{}, users: map[string]person.User{}}
	err := order.Source(func(raw session.Raw) bool {
		s.rows++
		raw.Zone = s.zoneOf(raw)
		if _, _, problem := s.admit(raw); problem != nil {
			return true
		}
		key := site{locationID(raw, order.Name), raw.Zone}
		at := s.sites[key]
		if at == nil {
			at = &siteScene{evses: map[string]place.EVSE{}}
			s.sites[key] = at
			s.zones[key.source] = append(s.zones[key.source], key.zone)
		}
		at.evses[raw.StationID] = place.EVSE{}
		if id := userID(raw); id != "" {
			s.users[id] = person.User{}
		}
		return true
	})
	return s, err
}

// admit is session.Admit with the bound on the energy of one session.
func (s *scene) admit(raw session.Raw) (session.Facts, []string, *session.Problem) {
	facts, warnings, problem := session.Admit(raw, s.zoneKnown)
	if _, q := largest(facts); problem == nil && q > mostEnergy {
		problem = &session.Problem{Reason: session.Unreadable, Field: "kwh", Message: tooMuch(q)}
	}
	return facts, warnings, problem
}

func (s *scene) zoneOf(raw session.Raw) string {
	if raw.Zone == "" {
		return s.order.Zone
	}
	return raw.Zone
}

func (s *scene) zoneKnown(name string) bool {
	_, err := calendar.LoadZone(name)
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

// find is the place and the payer of an admitted row; not ok when the first
// reading of the file has not met them.
func (s *scene) find(raw session.Raw) (w where, who assign.Payer, ok bool) {
	at := s.sites[site{locationID(raw, s.order.Name), raw.Zone}]
	if at == nil {
		return w, who, false
	}
	evse, ok := at.evses[raw.StationID]
	if id := userID(raw); id != "" && ok {
		var user person.User
		user, ok = s.users[id]
		who = payer(user)
	}
	return where{s.network, at.location, evse}, who, ok
}

// meetings bounds how often prepare gives way to another import that makes the
// same places at the same time.
const meetings = 5

// prepare makes what is new of the scene and lets the order's prices in, in
// one transaction. Two imports of the same file may both find a place missing;
// the later one then looks again.
func (s *scene) prepare(ctx context.Context, by access.Actor) error {
	for try := 1; ; try++ {
		err := s.desk.Store.Update(ctx, func(tx Tx) error {
			if err := s.settle(ctx, tx, by, s.desk.now()); err != nil || s.order.Prices == nil {
				return err
			}
			return s.order.Prices(ctx, tx)
		})
		if f := fault.As(err); f == nil || f.Code != "already_exists" || try == meetings {
			return err
		}
	}
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
	for _, source := range sorted(s.zones) {
		newLocations, newEVSEs, err := s.settleSource(ctx, tx, source)
		if err != nil {
			return err
		}
		locations, evses = append(locations, newLocations...), append(evses, newEVSEs...)
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

// settleSource settles a source's places and returns those that are new.
func (s *scene) settleSource(ctx context.Context, tx Tx, source string) (locations []place.Location, evses []place.EVSE, err error) {
	plain := s.zones[source][0]
	switch known, err := tx.LocationByExternalID(ctx, source); {
	case err == nil:
		plain = known.TimeZone
	case !fault.Is(err, fault.NotFound):
		return nil, nil, err
	}
	for _, zone := range s.zones[source] {
		at, id := s.sites[site{source, zone}], source
		if zone != plain {
			id += "@" + zone
		}
		known, err := tx.LocationByExternalID(ctx, id)
		switch {
		case fault.Is(err, fault.NotFound):
			at.location = place.Location{ID: newID(), ExternalID: id, NetworkID: s.network.ID, Name: id, TimeZone: zone, Country: place.UnknownCountry}
			locations = append(locations, at.location)
		case err != nil:
			return nil, nil, err
		case known.NetworkID != s.network.ID:
			return nil, nil, fault.At(fault.Conflict, "location_in_other_network", "network",
				fmt.Sprintf("location %q belongs to another network; import into that one", id))
		default:
			at.location = known
		}
		more, err := at.settleEVSEs(ctx, tx)
		if err != nil {
			return nil, nil, err
		}
		evses = append(evses, more...)
	}
	return locations, evses, nil
}

// settleEVSEs finds the location's charge points and returns those that are
// new.
func (at *siteScene) settleEVSEs(ctx context.Context, tx Tx) (made []place.EVSE, err error) {
	for _, station := range sorted(at.evses) {
		id := at.location.ExternalID + "/" + station
		evse, err := tx.EVSEByExternalID(ctx, id)
		if fault.Is(err, fault.NotFound) {
			evse = place.EVSE{ID: newID(), ExternalID: id, LocationID: at.location.ID, Name: station, Access: assign.Public}
			made = append(made, evse)
		} else if err != nil {
			return nil, err
		}
		at.evses[station] = evse
	}
	return made, nil
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

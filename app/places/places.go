// Package places is the desk where the ground of the network is kept:
// networks, partners, locations and EVSEs. It does not know what charging
// costs there (catalog) or who charges (accounts).
//
// Invariants, and the test that proves each:
//   - an EVSE stands at a location that exists, and a location belongs to a
//     network and partner that exist (TestUnknownReferences);
//   - whoever saves what has changed meanwhile is told so (TestStale);
//   - saving by external id makes one thing, however often it is repeated, and
//     a repetition without a change leaves no trace (TestUpsert);
//   - a name shows something and is kept without spaces around it; an external
//     id can be part of an address (TestNames);
//   - every change leaves an event with its actor (TestEveryChangeLeavesAnEvent);
//   - nobody changes places without the right (TestRights).
package places

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/tariff"
)

// Tx is what the desk asks of the shelf within one transaction.
type Tx interface {
	SaveNetwork(ctx context.Context, n place.Network) error
	Network(ctx context.Context, id string) (place.Network, error)
	NetworkByExternalID(ctx context.Context, externalID string) (place.Network, error)
	Networks(ctx context.Context) ([]place.Network, error)

	SavePartner(ctx context.Context, p place.Partner) error
	Partner(ctx context.Context, id string) (place.Partner, error)
	PartnerByExternalID(ctx context.Context, externalID string) (place.Partner, error)
	Partners(ctx context.Context, f query.PartnerFilter) ([]place.Partner, string, error)

	SaveLocation(ctx context.Context, l place.Location) error
	AddLocations(ctx context.Context, all []place.Location) error
	Location(ctx context.Context, id string) (place.Location, error)
	LocationByExternalID(ctx context.Context, externalID string) (place.Location, error)
	Locations(ctx context.Context, f query.LocationFilter) ([]place.Location, string, error)

	SaveEVSE(ctx context.Context, e place.EVSE) error
	AddEVSEs(ctx context.Context, all []place.EVSE) error
	EVSE(ctx context.Context, id string) (place.EVSE, error)
	EVSEByExternalID(ctx context.Context, externalID string) (place.EVSE, error)
	EVSEs(ctx context.Context, f query.EVSEFilter) ([]place.EVSE, string, error)

	TariffByName(ctx context.Context, name string) (tariff.Tariff, error)
	Counts(ctx context.Context) (query.Counts, error)
	AddEvents(ctx context.Context, events []event.Event) error
}

// Store opens transactions.
type Store interface {
	Update(ctx context.Context, do func(Tx) error) error
	View(ctx context.Context, do func(Tx) error) error
}

// Desk keeps places.
//
// Every Save creates what has neither an id nor a known external id and
// otherwise changes what bears the id, or else the external id. A Version says
// at which version it was read and fails with fault.Stale when it has moved;
// Version 0 changes whatever is there. The saved value comes back with its id
// and new version. Ids are given by the desk; only the system itself, when it
// seeds a network, may create with an id of its own.
type Desk struct {
	Store Store
	Clock clock.Clock
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (d *Desk) now() calendar.Instant { return calendar.Of(d.Clock.Now()) }

// record writes one event about a subject; data is any value that marshals to
// a JSON object.
func record(ctx context.Context, tx Tx, at calendar.Instant, t event.Type, s event.Subject, by access.Actor, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	e, err := event.New(newID(), at, t, s, by, raw)
	if err != nil {
		return err
	}
	return tx.AddEvents(ctx, []event.Event{e})
}

// identity is by what a save recognises what it changes.
type identity struct {
	thing          string // for people: "location"
	id, externalID string
	version        int64
}

// known finds what a save changes; ok is false when it is something new.
func known[T any](ctx context.Context, by access.Actor, i identity, byID, byExternalID func(context.Context, string) (T, error)) (found T, ok bool, err error) {
	if i.id != "" {
		found, err = byID(ctx, i.id)
		if by.Kind == access.System && i.version == 0 && fault.Is(err, fault.NotFound) {
			return found, false, nil
		}
		return found, err == nil, err
	}
	if i.externalID != "" {
		found, err = byExternalID(ctx, i.externalID)
		if !fault.Is(err, fault.NotFound) {
			return found, err == nil, err
		}
	}
	if i.version != 0 {
		return found, false, fault.At(fault.NotFound, i.thing+"_not_found", "version",
			fmt.Sprintf("there is no %s to change at version %d; leave the version out to create one", i.thing, i.version))
	}
	return found, false, nil
}

// required is the fault of a reference that leads nowhere, or err.
func required(err error, field, thing, id string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.At(fault.Invalid, "reference_unknown", field,
			fmt.Sprintf("there is no %s %q; create it first or name one that exists", thing, id))
	}
	return err
}

// read answers a question of an actor who may read.
func read[T any](ctx context.Context, d *Desk, by access.Actor, ask func(Tx) (T, error)) (answer T, err error) {
	if err := by.Check(access.Read); err != nil {
		return answer, err
	}
	err = d.Store.View(ctx, func(tx Tx) error {
		answer, err = ask(tx)
		return err
	})
	return answer, err
}

// page is read for lists: one page and the cursor of the next.
func page[T any](ctx context.Context, d *Desk, by access.Actor, ask func(Tx) ([]T, string, error)) ([]T, string, error) {
	var next string
	all, err := read(ctx, d, by, func(tx Tx) (all []T, err error) {
		all, next, err = ask(tx)
		return all, err
	})
	return all, next, err
}

// Counts are the sizes of the network.
func (d *Desk) Counts(ctx context.Context, by access.Actor) (query.Counts, error) {
	return read(ctx, d, by, func(tx Tx) (query.Counts, error) { return tx.Counts(ctx) })
}

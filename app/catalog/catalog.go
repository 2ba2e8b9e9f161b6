// Package catalog is the desk where prices are kept: it publishes tariff
// versions, keeps tariff groups, takes both in from files, and takes in the
// prices of feeds. It does not decide who pays what (charging asks
// domain/assign) and prices nothing.
//
// Invariants, and the test that proves each:
//   - a published version is never changed; publishing the same document again
//     changes nothing (TestPublishIsIdempotent);
//   - a file is taken in whole or not at all (TestImportIsWhole);
//   - a feed's price is replaced, never changed, and pushing the same prices
//     again changes nothing (TestPushFeed);
//   - a tariff and the feeds that it uses are in one currency
//     (TestFeedsAndTariffsAgreeOnCurrency);
//   - every change leaves an event with its actor (TestEveryChangeLeavesAnEvent).
package catalog

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/feed"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/tariff"
)

// Tx is what the desk asks of the shelf within one transaction.
type Tx interface {
	SaveTariff(ctx context.Context, t tariff.Tariff) error
	Tariff(ctx context.Context, id string) (tariff.Tariff, error)
	TariffByName(ctx context.Context, name string) (tariff.Tariff, error)
	TariffByExternalID(ctx context.Context, externalID string) (tariff.Tariff, error)
	Tariffs(ctx context.Context, f query.TariffFilter) ([]query.TariffRow, string, error)
	AddTariffVersion(ctx context.Context, v query.TariffVersion) error
	TariffVersion(ctx context.Context, id string) (query.TariffVersion, error)
	TariffVersions(ctx context.Context, tariffID string) ([]query.TariffVersion, error)
	DueTariffVersions(ctx context.Context, now calendar.Instant, limit int) ([]query.TariffVersion, error)
	TariffVersionAnnounced(ctx context.Context, id string) (bool, error)
	AllTariffVersions(ctx context.Context) ([]query.TariffVersion, error)

	SaveFeed(ctx context.Context, f query.Feed) error
	Feed(ctx context.Context, networkID, name string) (query.Feed, error)
	Feeds(ctx context.Context, networkID string) ([]query.Feed, error)
	FeedsNamed(ctx context.Context, name string) ([]query.Feed, error)
	AddFeedSlots(ctx context.Context, feedID string, revision int64, at calendar.Instant, length int64, slots []feed.Slot) error
	FeedPrices(ctx context.Context, networkID, name string, from, before calendar.Instant) (feed.Feed, error)
	FeedSlots(ctx context.Context, f query.FeedSlotFilter) ([]query.FeedSlot, string, error)

	SaveTariffGroup(ctx context.Context, g assign.Group) error
	TariffGroup(ctx context.Context, id string) (assign.Group, error)
	TariffGroupByExternalID(ctx context.Context, externalID string) (assign.Group, error)
	TariffGroups(ctx context.Context) ([]assign.Group, error)

	NetworkByExternalID(ctx context.Context, externalID string) (place.Network, error)
	PartnerByExternalID(ctx context.Context, externalID string) (place.Partner, error)
	LocationByExternalID(ctx context.Context, externalID string) (place.Location, error)
	EVSEByExternalID(ctx context.Context, externalID string) (place.EVSE, error)
	Network(ctx context.Context, id string) (place.Network, error)
	Partner(ctx context.Context, id string) (place.Partner, error)
	Location(ctx context.Context, id string) (place.Location, error)
	EVSE(ctx context.Context, id string) (place.EVSE, error)
	UserGroup(ctx context.Context, id string) (person.Group, error)
	UserGroupByExternalID(ctx context.Context, externalID string) (person.Group, error)

	AddEvents(ctx context.Context, events []event.Event) error
}

// Store opens transactions.
type Store interface {
	Update(ctx context.Context, do func(Tx) error) error
	View(ctx context.Context, do func(Tx) error) error
}

// Desk keeps prices.
type Desk struct {
	Store Store
	Clock clock.Clock
}

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

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (d *Desk) now() calendar.Instant { return calendar.Of(d.Clock.Now()) }

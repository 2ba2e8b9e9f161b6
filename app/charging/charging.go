// Package charging is the desk where sessions are priced: it finds the tariff
// for a driver at a charge point, quotes, records and imports sessions, and
// shows receipts. It does not keep tariffs (catalog) or places, and sends no
// bills.
//
// Invariants, and the test that proves each:
//   - resolve, quote and the receipt of a session name the same tariff for the
//     same question (TestResolveQuoteAndReceiptAgree);
//   - importing a file twice changes nothing (TestImportTwice);
//   - of every row of a file it is known whether it was imported, was there
//     already, or why it was put aside (TestImportAccountsForEveryRow);
//   - a session without a tariff is never free: it stays unpriced with a reason
//     (TestNoTariffIsNotFree);
//   - a receipt keeps the feed's values that made its prices, whatever is pushed
//     later (TestFeedPrices), and an import takes the same values as a session
//     that is recorded (TestImportTakesFeeds);
//   - sessions of one driver on one day share the tariff's maximum per day,
//     recorded one by one, at the same time or in bulk (TestMaximumPerDay,
//     TestMaximumPerDayInBulk).
package charging

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/google/uuid"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/feed"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/domain/session"
)

// Tx is what the desk asks of the shelf within one transaction.
type Tx interface {
	Network(ctx context.Context, id string) (place.Network, error)
	NetworkByExternalID(ctx context.Context, externalID string) (place.Network, error)
	Networks(ctx context.Context) ([]place.Network, error)
	SaveNetwork(ctx context.Context, n place.Network) error
	Location(ctx context.Context, id string) (place.Location, error)
	LocationByExternalID(ctx context.Context, externalID string) (place.Location, error)
	AddLocations(ctx context.Context, all []place.Location) error
	EVSE(ctx context.Context, id string) (place.EVSE, error)
	EVSEByExternalID(ctx context.Context, externalID string) (place.EVSE, error)
	AddEVSEs(ctx context.Context, all []place.EVSE) error
	User(ctx context.Context, id string) (person.User, error)
	UserByExternalID(ctx context.Context, externalID string) (person.User, error)
	AddUsers(ctx context.Context, all []person.User) error
	TokenByUID(ctx context.Context, uid string) (person.Token, error)
	TariffGroups(ctx context.Context) ([]assign.Group, error)
	AllTariffVersions(ctx context.Context) ([]query.TariffVersion, error)
	TariffVersionAt(ctx context.Context, name string, at calendar.Instant) (query.TariffVersion, error)
	TariffVersion(ctx context.Context, id string) (query.TariffVersion, error)
	FeedPrices(ctx context.Context, networkID, name string, from, before calendar.Instant) (feed.Feed, error)

	AddSessions(ctx context.Context, all []query.SessionRecord) ([]bool, error)
	Session(ctx context.Context, id string) (session.Session, error)
	SessionByExternalID(ctx context.Context, networkID, externalID string) (session.Session, error)
	SessionKept(ctx context.Context, networkID, externalID string) (bool, error)
	Sessions(ctx context.Context, f query.SessionFilter) ([]query.SessionRow, string, error)
	SessionRow(ctx context.Context, id string) (query.SessionRow, error)
	CurrentReceipt(ctx context.Context, sessionID string) (query.Issued, error)
	Receipts(ctx context.Context, sessionID string) ([]query.ReceiptRow, error)
	Receipt(ctx context.Context, id string) (query.Issued, error)
	DayCharges(ctx context.Context, f query.DayFilter) ([]query.DayCharge, error)
	HoldDriver(ctx context.Context, userID, tokenID string) error

	SaveImport(ctx context.Context, i query.Import) error
	Imports(ctx context.Context, page query.Page) ([]query.Import, string, error)
	AddQuarantined(ctx context.Context, all []query.Quarantined) (int, error)
	Quarantine(ctx context.Context, f query.QuarantineFilter) ([]query.Quarantined, string, error)
	QuarantineReasons(ctx context.Context, importID string) ([]query.ReasonCount, error)

	AddEvents(ctx context.Context, events []event.Event) error
}

// Store opens transactions.
type Store interface {
	Update(ctx context.Context, do func(Tx) error) error
	View(ctx context.Context, do func(Tx) error) error
}

// Desk prices sessions. Use New.
type Desk struct {
	Store Store
	Clock clock.Clock

	mu       sync.RWMutex
	compiled map[compiledKey]*pricing.Compiled
}

type compiledKey struct{ version, zone string }

// New makes a desk.
func New(store Store, c clock.Clock) *Desk {
	return &Desk{Store: store, Clock: c, compiled: map[compiledKey]*pricing.Compiled{}}
}

// compile prepares a version for a zone and remembers it: versions never
// change.
func (d *Desk) compile(v query.TariffVersion, z *calendar.Zone) *pricing.Compiled {
	key := compiledKey{v.ID, z.Name()}
	d.mu.RLock()
	c := d.compiled[key]
	d.mu.RUnlock()
	if c != nil {
		return c
	}
	c = pricing.Compile(pricing.TariffRef{Name: v.Document.Name, VersionID: v.ID, Number: v.Number}, v.Document, z)
	d.mu.Lock()
	d.compiled[key] = c
	d.mu.Unlock()
	return c
}

func (d *Desk) now() calendar.Instant { return calendar.Of(d.Clock.Now()) }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

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

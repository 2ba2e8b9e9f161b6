package catalog

import (
	"context"
	"fmt"
	"slices"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/tariff"
)

// FeedPushed says what became of prices that came for a feed. The counts are of
// slots of the feed's length.
type FeedPushed struct {
	Feed    query.Feed
	Created bool
	Added   int // slots that had no price
	Changed int // slots whose price is replaced; the old one stays as history
	Same    int // slots that had this price already
}

// meetings bounds how often a push gives way to another one at the same time.
const meetings = 5

// PushFeed takes in prices for the network's feed of the name, which is created
// when there is none. The network is named by id or external id. Prices replace
// those of the same time; slots shorter than the feed's cut up the feed's.
// Pushing the same prices again changes nothing. A version other than 0 is the
// one that the feed must have.
func (d *Desk) PushFeed(ctx context.Context, by access.Actor, network string, f feed.Feed, version int64) (FeedPushed, error) {
	if err := by.Check(access.ChangePrices); err != nil {
		return FeedPushed{}, err
	}
	f, err := admitFeed(f)
	if err != nil {
		return FeedPushed{}, err
	}
	var out FeedPushed
	for try := 1; ; try++ {
		err = d.Store.Update(ctx, func(tx Tx) (err error) {
			out, err = d.pushFeed(ctx, tx, by, network, f, version)
			return err
		})
		met := fault.As(err)
		if met == nil || met.Kind != fault.Stale && met.Code != "already_exists" || version != 0 || try == meetings {
			return out, err
		}
	}
}

func admitFeed(f feed.Feed) (feed.Feed, error) {
	if err := feed.Named("name", f.Name); err != nil {
		return f, err
	}
	if !f.Currency.Valid() {
		return f, fault.At(fault.Invalid, "currency_unknown", "currency",
			fmt.Sprintf("%q is not an ISO 4217 code such as EUR; write the currency of the prices", string(f.Currency)))
	}
	f, err := feed.Normalise(f)
	if err == nil && len(f.Slots) == 0 {
		err = fault.At(fault.Invalid, "feed_empty", "slots", "there is no slot; send at least one price")
	}
	return f, err
}

func (d *Desk) pushFeed(ctx context.Context, tx Tx, by access.Actor, network string, f feed.Feed, version int64) (FeedPushed, error) {
	n, err := networkNamed(ctx, tx, network)
	if err != nil {
		return FeedPushed{}, err
	}
	had, err := tx.Feed(ctx, n.ID, f.Name)
	created := fault.Is(err, fault.NotFound)
	if created {
		had = query.Feed{ID: newID(), NetworkID: n.ID, Name: f.Name, Currency: f.Currency, Length: f.Length}
		err = tariffsFit(ctx, tx, f)
	}
	if err == nil && version != 0 && version != had.Version {
		err = fault.New(fault.Stale, "stale", fmt.Sprintf("the feed is at version %d; read it again, or push without naming a version", had.Version))
	}
	if err != nil {
		return FeedPushed{}, err
	}
	news, out, err := whatIsNew(ctx, tx, had, f)
	out.Feed, out.Created = had, created
	if err != nil || len(news.Slots) == 0 {
		return out, err
	}
	now := d.now()
	had.Length, had.PushedAt = news.Length, now
	if err := tx.SaveFeed(ctx, had); err != nil {
		return out, err
	}
	if err := tx.AddFeedSlots(ctx, had.ID, had.Version+1, now, news.Length, news.Slots); err != nil {
		return out, err
	}
	if out.Feed, err = tx.Feed(ctx, n.ID, f.Name); err != nil {
		return out, err
	}
	from, before := span(f)
	return out, record(ctx, tx, now, event.FeedPushed, event.Subject{Kind: "feed", ID: had.ID}, by,
		map[string]any{"networkId": n.ID, "name": f.Name, "currency": had.Currency, "slotMinutes": had.Length / 60, "version": out.Feed.Version,
			"added": out.Added, "changed": out.Changed, "from": from.String(), "before": before.String()})
}

// span is the time that a feed's slots lie in.
func span(f feed.Feed) (from, before calendar.Instant) {
	return f.Slots[0].From, f.Slots[len(f.Slots)-1].From + calendar.Instant(f.Length)
}

// whatIsNew are the slots to keep of those that came, with the counts. Where
// shorter slots come than the feed has, all of its prices are kept anew in such
// slots.
func whatIsNew(ctx context.Context, tx Tx, had query.Feed, f feed.Feed) (news feed.Feed, out FeedPushed, err error) {
	old := feed.Feed{Name: had.Name, Currency: had.Currency, Length: had.Length}
	if had.Version > 0 {
		from, before := span(f)
		if f.Length < had.Length {
			from, before = min(from, had.First), max(before, had.Before)
		}
		if old, err = tx.FeedPrices(ctx, had.NetworkID, had.Name, from, before); err != nil {
			return news, out, err
		}
	}
	merged, err := feed.Merge(old, f)
	if err != nil {
		return news, out, err
	}
	kept, came := old.In(merged.Length), f.In(merged.Length)
	news = feed.Feed{Length: merged.Length}
	for _, s := range came.Slots {
		switch i, _ := kept.At(s.From); {
		case i < 0:
			out.Added++
		case kept.Slots[i].Value != s.Value:
			out.Changed++
		default:
			out.Same++
			continue
		}
		news.Slots = append(news.Slots, s)
	}
	if merged.Length < old.Length {
		news.Slots = merged.Slots
	}
	return news, out, nil
}

// tariffsFit refuses a new feed in another currency than a tariff that uses it.
func tariffsFit(ctx context.Context, tx Tx, f feed.Feed) error {
	all, err := tx.AllTariffVersions(ctx)
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.Document.Currency != f.Currency && slices.Contains(v.Document.Feeds(), f.Name) {
			return fault.At(fault.Conflict, "feed_currency_differs", "currency",
				fmt.Sprintf("tariff %q is in %s and takes its prices from feed %q; push them in %s, or under another name",
					v.Document.Name, v.Document.Currency, f.Name, v.Document.Currency))
		}
	}
	return nil
}

// feedsFit refuses a document in another currency than a feed that it uses. A
// feed that has not come yet may be named: until then the fallback holds.
func feedsFit(ctx context.Context, tx Tx, doc tariff.Document) error {
	for _, name := range doc.Feeds() {
		feeds, err := tx.FeedsNamed(ctx, name)
		if err != nil {
			return err
		}
		for _, f := range feeds {
			if f.Currency != doc.Currency {
				return fault.At(fault.Conflict, "feed_currency_differs", "currency",
					fmt.Sprintf("feed %q is in %s and tariff %q in %s; use a feed in the tariff's currency", name, f.Currency, doc.Name, doc.Currency))
			}
		}
	}
	return nil
}

// networkNamed finds a network by id, else by external id.
func networkNamed(ctx context.Context, tx Tx, name string) (place.Network, error) {
	n, err := tx.Network(ctx, name)
	if fault.Is(err, fault.NotFound) {
		return tx.NetworkByExternalID(ctx, name)
	}
	return n, err
}

// Feeds lists the feeds of a network, named by id or external id, or of all
// where it is empty, by name.
func (d *Desk) Feeds(ctx context.Context, by access.Actor, network string) (feeds []query.Feed, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		var n place.Network
		if network != "" {
			if n, err = networkNamed(ctx, tx, network); err != nil {
				return err
			}
		}
		feeds, err = tx.Feeds(ctx, n.ID)
		return err
	})
	return feeds, err
}

// Feed finds a network's feed by name.
func (d *Desk) Feed(ctx context.Context, by access.Actor, network, name string) (f query.Feed, err error) {
	if err := by.Check(access.Read); err != nil {
		return f, err
	}
	err = d.Store.View(ctx, func(tx Tx) error {
		f, err = feedNamed(ctx, tx, network, name)
		return err
	})
	return f, err
}

// FeedSlots lists the prices of a network's feed; the filter's FeedID is set
// here.
func (d *Desk) FeedSlots(ctx context.Context, by access.Actor, network, name string, f query.FeedSlotFilter) (rows []query.FeedSlot, next string, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, "", err
	}
	err = d.Store.View(ctx, func(tx Tx) error {
		found, err := feedNamed(ctx, tx, network, name)
		if err != nil {
			return err
		}
		f.FeedID = found.ID
		rows, next, err = tx.FeedSlots(ctx, f)
		return err
	})
	return rows, next, err
}

func feedNamed(ctx context.Context, tx Tx, network, name string) (query.Feed, error) {
	n, err := networkNamed(ctx, tx, network)
	if err != nil {
		return query.Feed{}, err
	}
	return tx.Feed(ctx, n.ID, name)
}

package charging

import (
	"context"
	"sync"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// feedSource finds the prices of a network's feed for a time; nil where there
// is no such feed.
type feedSource func(networkID, name string, from, before calendar.Instant) (*feed.Feed, error)

func feedPrices(ctx context.Context, tx Tx, networkID, name string, from, before calendar.Instant) (*feed.Feed, error) {
	f, err := tx.FeedPrices(ctx, networkID, name, from, before)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return &f, err
}

// feedsOf are the feeds that the document's rules use, as far as they are known
// and in its currency, for the time of the facts.
func (b *book) feedsOf(w where, facts session.Facts, doc tariff.Document) ([]*feed.Feed, error) {
	names := doc.Feeds()
	if len(names) == 0 {
		return nil, nil
	}
	from, to := timeOf(facts)
	var out []*feed.Feed
	for _, name := range names {
		f, err := b.feeds(w.network.ID, name, from, to+1)
		if err != nil {
			return nil, err
		}
		if f != nil && f.Currency == doc.Currency {
			out = append(out, f)
		}
	}
	return out, nil
}

// timeOf is the time that facts are about, their reservation included.
func timeOf(f session.Facts) (from, to calendar.Instant) {
	if f.Reserved != nil {
		return min(f.Start, f.Reserved.From), max(f.End, f.Reserved.To)
	}
	return f.Start, f.End
}

// Feeds are read a stretch at a time where many sessions are priced. A stretch
// reaches so far into the next that it holds all of nearly every session which
// begins in it.
const (
	stretch = calendar.Instant(32 * 86400)
	overlap = calendar.Instant(8 * 86400)
)

type stretchKey struct {
	network, feed string
	number        calendar.Instant
}

// keptFeeds is a source that reads each stretch of a feed once. It is safe for
// concurrent use.
func (d *Desk) keptFeeds(ctx context.Context) feedSource {
	read := func(networkID, name string, from, before calendar.Instant) (f *feed.Feed, err error) {
		err = d.Store.View(ctx, func(tx Tx) error {
			f, err = feedPrices(ctx, tx, networkID, name, from, before)
			return err
		})
		return f, err
	}
	var mu sync.Mutex
	kept := map[stretchKey]*feed.Feed{}
	return func(networkID, name string, from, before calendar.Instant) (*feed.Feed, error) {
		key := stretchKey{networkID, name, from / stretch}
		first, end := key.number*stretch, (key.number+1)*stretch+overlap
		if from < first || before > end {
			return read(networkID, name, from, before)
		}
		mu.Lock()
		defer mu.Unlock()
		if f, ok := kept[key]; ok {
			return f, nil
		}
		f, err := read(networkID, name, first, end)
		if err == nil {
			kept[key] = f
		}
		return f, err
	}
}

package store

import (
	"context"
	"strconv"

	"kwote/domain/calendar"
	"kwote/domain/feed"
	"kwote/domain/query"
)

var aFeed = kind{"feed", "feeds"}

// SaveFeed keeps a feed without its slots.
func (tx *Tx) SaveFeed(ctx context.Context, f query.Feed) error {
	return tx.save(ctx, aFeed, f.ID, f.Version,
		`INSERT INTO feeds (id, network_id, name, currency, slot_length, pushed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		`UPDATE feeds SET network_id = $2, name = $3, currency = $4, slot_length = $5, pushed_at = $6, version = version + 1 WHERE id = $1 AND version = $7`,
		f.ID, f.NetworkID, f.Name, string(f.Currency), f.Length, int64(f.PushedAt))
}

const selectFeed = `SELECT f.id, f.network_id, f.name, f.currency, f.slot_length, f.pushed_at, f.version,
	coalesce((SELECT min(s.from_at) FROM feed_slots s WHERE s.feed_id = f.id), 0),
	coalesce((SELECT max(s.from_at) + f.slot_length FROM feed_slots s WHERE s.feed_id = f.id), 0)
	FROM feeds f`

func scanFeed(r row) (f query.Feed, err error) {
	return f, r.Scan(&f.ID, &f.NetworkID, &f.Name, &f.Currency, &f.Length, &f.PushedAt, &f.Version, &f.First, &f.Before)
}

// Feed finds a network's feed by name.
func (tx *Tx) Feed(ctx context.Context, networkID, name string) (query.Feed, error) {
	return find(ctx, tx, aFeed, "name", name, scanFeed, selectFeed+` WHERE f.network_id = $1 AND f.name = $2`, networkID, name)
}

// Feeds lists a network's feeds, or those of all networks where it is empty, by
// name.
func (tx *Tx) Feeds(ctx context.Context, networkID string) ([]query.Feed, error) {
	var w filter
	w.equal("f.network_id", networkID)
	return list(ctx, tx, scanFeed, selectFeed+w.where()+` ORDER BY f.name, f.network_id`, w.args...)
}

// FeedsNamed lists the feeds of the name in all networks.
func (tx *Tx) FeedsNamed(ctx context.Context, name string) ([]query.Feed, error) {
	return list(ctx, tx, scanFeed, selectFeed+` WHERE f.name = $1 ORDER BY f.network_id`, name)
}

var bulkFeedSlots = bulk{kind: kind{"feed's slot", "feed_slots"}, columns: []column{
	text("feed_id"), integer("from_at"), integer("revision"), integer("slot_length"), integer("value"), integer("pushed_at")}}

// AddFeedSlots keeps prices that came with a revision of the feed. Earlier
// prices for the same slots stay as history.
func (tx *Tx) AddFeedSlots(ctx context.Context, feedID string, revision int64, at calendar.Instant, length int64, slots []feed.Slot) error {
	rows := make([][]any, len(slots))
	for i, s := range slots {
		rows[i] = []any{feedID, int64(s.From), revision, length, int64(s.Value), int64(at)}
	}
	_, err := bulkFeedSlots.add(ctx, tx, rows)
	return err
}

// latest leaves out prices that were replaced, and those of slots that were
// cut into shorter ones.
const latest = `s.slot_length = f.slot_length AND s.revision = (SELECT max(n.revision) FROM feed_slots n WHERE n.feed_id = s.feed_id AND n.from_at = s.from_at)`

// FeedPrices is a network's feed with the prices that hold by now for the time
// from an instant up to, and not including, another.
func (tx *Tx) FeedPrices(ctx context.Context, networkID, name string, from, before calendar.Instant) (feed.Feed, error) {
	f, err := tx.Feed(ctx, networkID, name)
	if err != nil {
		return feed.Feed{}, err
	}
	out := feed.Feed{Name: f.Name, Currency: f.Currency, Length: f.Length}
	out.Slots, err = list(ctx, tx, func(r row) (s feed.Slot, err error) { return s, r.Scan(&s.From, &s.Value) },
		`SELECT s.from_at, s.value FROM feed_slots s JOIN feeds f ON f.id = s.feed_id
		WHERE s.feed_id = $1 AND s.from_at > $2 AND s.from_at < $3 AND `+latest+` ORDER BY s.from_at`, f.ID, int64(from)-f.Length, int64(before))
	return out, err
}

// FeedSlots lists a feed's prices as they came, by time and revision.
func (tx *Tx) FeedSlots(ctx context.Context, f query.FeedSlotFilter) ([]query.FeedSlot, string, error) {
	key, id, err := f.Page.Place()
	if err != nil {
		return nil, "", err
	}
	var w filter
	w.add("s.feed_id = ?", f.FeedID)
	if f.From != 0 {
		w.add("s.from_at >= ?", int64(f.From))
	}
	if f.Before != 0 {
		w.add("s.from_at < ?", int64(f.Before))
	}
	if !f.History {
		w.add(latest)
	}
	if id != "" {
		from, err := strconv.ParseInt(key, 10, 64)
		revision, wrong := strconv.ParseInt(id, 10, 64)
		if err != nil || wrong != nil {
			return nil, "", query.BadCursor(f.After)
		}
		w.add("(s.from_at, s.revision) > (?, ?)", from, revision)
	}
	size := f.Size()
	rows, err := list(ctx, tx, func(r row) (s query.FeedSlot, err error) {
		return s, r.Scan(&s.From, &s.Value, &s.Length, &s.Revision, &s.PushedAt)
	}, `SELECT s.from_at, s.value, s.slot_length, s.revision, s.pushed_at FROM feed_slots s JOIN feeds f ON f.id = s.feed_id`+
		w.where()+` ORDER BY s.from_at, s.revision LIMIT `+strconv.Itoa(size+1), w.args...)
	if err != nil || len(rows) <= size {
		return rows, "", err
	}
	last := rows[size-1]
	return rows[:size], query.Cursor(strconv.FormatInt(int64(last.From), 10), strconv.FormatInt(last.Revision, 10)), nil
}

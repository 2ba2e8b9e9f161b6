package store

import (
	"context"

	"kwote/domain/event"
	"kwote/domain/query"
)

var bulkEvents = bulk{kind: kind{"event", "events"}, columns: []column{
	text("id"), integer("happened_at"), text("event_type"), text("subject_kind"), text("subject_id"),
	text("actor_kind"), text("actor_id"), text("actor_name"), text("data")}}

// AddEvents records events in this transaction; they join the feed when the
// relay numbers them.
func (tx *Tx) AddEvents(ctx context.Context, events []event.Event) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		data := string(e.Data)
		if data == "" {
			data = "{}"
		}
		rows[i] = []any{e.ID, int64(e.At), string(e.Type), e.Subject.Kind, e.Subject.ID, string(e.Actor.Kind), e.Actor.ID, e.Actor.Name, data}
	}
	_, err := bulkEvents.add(ctx, tx, rows)
	return err
}

// AssignEventSequence gives every committed event that has none its place in
// the feed, in order of id, and returns how many those were. Numbers have no
// gaps, and an event that commits late gets a number after all that readers
// have seen, so a reader that goes on from its last number misses nothing. It
// is the relay's sweep; callers at the same time wait for each other.
func (tx *Tx) AssignEventSequence(ctx context.Context) (int, error) {
	if _, err := tx.exec(ctx, tx.pick(relayLock)); err != nil {
		return 0, err
	}
	n, err := tx.exec(ctx, `UPDATE events SET seq = fresh.place
		FROM (SELECT id AS fresh_id, row_number() OVER (ORDER BY id) + (SELECT coalesce(max(seq), 0) FROM events) AS place
			FROM events WHERE seq IS NULL) AS fresh
		WHERE events.id = fresh.fresh_id`)
	return int(n), err
}

const selectEvent = `SELECT id, coalesce(seq, 0), happened_at, event_type, subject_kind, subject_id, actor_kind, actor_id, actor_name, data FROM events`

func scanEvent(r row) (e query.Event, err error) {
	var data string
	err = r.Scan(&e.ID, &e.Seq, &e.At, &e.Type, &e.Subject.Kind, &e.Subject.ID, &e.Actor.Kind, &e.Actor.ID, &e.Actor.Name, &data)
	e.Data = []byte(data)
	return e, err
}

// EventsAfter is the feed: the numbered events after seq, in order.
func (tx *Tx) EventsAfter(ctx context.Context, seq int64, limit int) ([]query.Event, error) {
	return list(ctx, tx, scanEvent, selectEvent+` WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, limit)
}

// Events lists the audit trail, newest first, whether numbered or not.
func (tx *Tx) Events(ctx context.Context, f query.EventFilter) ([]query.Event, string, error) {
	p := paged[query.Event]{text: selectEvent, sort: "id", id: "id", newest: true, scan: scanEvent,
		key: func(e query.Event) (string, string) { return e.ID, e.ID }}
	p.filter.equal("subject_kind", f.Subject.Kind)
	p.filter.equal("subject_id", f.Subject.ID)
	p.filter.equal("event_type", string(f.Type))
	p.filter.equal("actor_id", f.ActorID)
	return p.page(ctx, tx, f.Page)
}

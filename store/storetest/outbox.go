package storetest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/store"
)

func newEvent(id string) event.Event {
	return event.Event{ID: id, At: 100, Type: event.LocationSaved, Subject: event.Subject{Kind: "location", ID: "l-" + id},
		Actor: access.Actor{Kind: access.Staff, ID: "s", Name: "Grace"}, Data: []byte(`{"name":"Gare"}`)}
}

// EventFeed proves that a reader who goes on from its last number misses no
// event, even one whose transaction began earlier and committed later, and
// that numbers have no gaps.
func EventFeed(t *testing.T, db *store.DB) {
	ctx := t.Context()
	add := func(tx *store.Tx, ids ...string) error {
		var all []event.Event
		for _, id := range ids {
			all = append(all, newEvent(id))
		}
		return tx.AddEvents(ctx, all)
	}
	var seen []string
	var seq int64
	relay := func() {
		t.Helper()
		update(t, db, func(tx *store.Tx) error { _, err := tx.AssignEventSequence(ctx); return err })
		view(t, db, func(tx *store.Tx) error {
			for {
				events, err := tx.EventsAfter(ctx, seq, 2)
				for _, e := range events {
					if e.Seq != seq+1 {
						t.Errorf("number %d follows %d", e.Seq, seq)
					}
					seq, seen = e.Seq, append(seen, e.ID)
				}
				if err != nil || len(events) == 0 {
					return err
				}
			}
		})
	}
	update(t, db, func(tx *store.Tx) error { return add(tx, "a1", "a2", "a3") })
	view(t, db, func(tx *store.Tx) error {
		events, err := tx.EventsAfter(ctx, 0, 10)
		expect(t, "events in the feed before the relay", len(events), 0)
		return err
	})
	relay()
	if db.Engine() == store.Postgres {
		began, finish, done := make(chan bool), make(chan bool), make(chan error)
		go func() {
			done <- db.Update(ctx, func(tx *store.Tx) error {
				err := add(tx, "b1", "b2")
				began <- true
				<-finish
				return err
			})
		}()
		<-began
		update(t, db, func(tx *store.Tx) error { return add(tx, "b3") })
		relay()
		expect(t, "the reader goes on beside an open transaction", fmt.Sprint(seen), "[a1 a2 a3 b3]")
		finish <- true
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	} else {
		update(t, db, func(tx *store.Tx) error { return add(tx, "b3") })
		relay()
		update(t, db, func(tx *store.Tx) error { return add(tx, "b1", "b2") })
	}
	relay()
	relay()
	expect(t, "events seen", fmt.Sprint(seen), "[a1 a2 a3 b3 b1 b2]")

	view(t, db, func(tx *store.Tx) error {
		trail, next, err := tx.Events(ctx, query.EventFilter{Page: query.Page{Limit: 2}})
		if err != nil || len(trail) != 2 || trail[0].ID != "b3" || trail[1].ID != "b2" || next == "" {
			t.Errorf("the audit trail begins %+v, %v", trail, err)
		}
		of, _, err := tx.Events(ctx, query.EventFilter{Subject: event.Subject{Kind: "location", ID: "l-a2"}, Type: event.LocationSaved, ActorID: "s"})
		want := query.Event{Event: newEvent("a2"), Seq: 2}
		if err != nil || !reflect.DeepEqual(of, []query.Event{want}) {
			t.Errorf("the event reads back as %+v, %v; want %+v", of, err, want)
		}
		return nil
	})
	if f := fault.As(db.Update(ctx, func(tx *store.Tx) error { return add(tx, "a1") })); f == nil || f.Code != "already_exists" {
		t.Errorf("an event recorded twice gives %v", f)
	}
}

// Outbox proves that a message is due until it is sent, and that an
// idempotency key is claimed by one request and answers all others.
func Outbox(t *testing.T, db *store.DB) {
	ctx := t.Context()
	mail := query.Mail{ID: "m1", To: "a@b.no", Subject: "S", Body: "line\nline", CreatedAt: 10, NextAttemptAt: 10}
	later := mail
	later.ID, later.CreatedAt, later.NextAttemptAt = "m2", 20, 20
	due := func(now calendar.Instant) (ids []string) {
		view(t, db, func(tx *store.Tx) error {
			all, err := tx.DueMails(ctx, now, 10)
			for _, m := range all {
				ids = append(ids, m.ID)
			}
			return err
		})
		return ids
	}
	update(t, db, func(tx *store.Tx) error { return firstError(tx.AddMail(ctx, mail), tx.AddMail(ctx, later)) })
	expect(t, "due at 9", fmt.Sprint(due(9)), "[]")
	expect(t, "due at 20", fmt.Sprint(due(20)), "[m1 m2]")
	update(t, db, func(tx *store.Tx) error {
		return firstError(tx.MailFailed(ctx, "m1", 90, "refused"), tx.MailDone(ctx, "m2", 21))
	})
	expect(t, "due at 89", fmt.Sprint(due(89)), "[]")
	expect(t, "due at 90", fmt.Sprint(due(90)), "[m1]")
	mail.NextAttemptAt, mail.Attempts, mail.LastError = 90, 1, "refused"
	later.SentAt, later.Attempts = 21, 1
	view(t, db, func(tx *store.Tx) error {
		all, _, err := tx.Mails(ctx, query.Page{})
		if err != nil || !reflect.DeepEqual(all, []query.Mail{later, mail}) {
			t.Errorf("the outbox reads back as %+v, %v", all, err)
		}
		return nil
	})
	if err := db.Update(ctx, func(tx *store.Tx) error { return tx.MailDone(ctx, "none", 1) }); !fault.Is(err, fault.NotFound) {
		t.Errorf("sending a mail that is not there gives %v", err)
	}
	replies(t, db)
}

func replies(t *testing.T, db *store.DB) {
	ctx := t.Context()
	reserve := func(r query.Reply) (had *query.Reply) {
		update(t, db, func(tx *store.Tx) (err error) { had, err = tx.ReserveReply(ctx, r); return err })
		return had
	}
	claim := query.Reply{Actor: "key:1", Key: "k", RequestHash: "h", CreatedAt: 100, ExpiresAt: 160}
	if had := reserve(claim); had != nil {
		t.Errorf("a new key was claimed before: %+v", had)
	}
	if had := reserve(claim); had == nil || had.Status != 0 || had.RequestHash != "h" {
		t.Errorf("a key being answered reads %+v", had)
	}
	other := claim
	other.Actor = "key:2"
	if had := reserve(other); had != nil {
		t.Errorf("the same key of somebody else was claimed before: %+v", had)
	}
	answer := query.Reply{Actor: "key:1", Key: "k", RequestHash: "h", Status: 201, ContentType: "application/json", Headers: `{"ETag":"1"}`,
		Body: []byte("\x00\xff{}"), CreatedAt: 100, ExpiresAt: 900}
	update(t, db, func(tx *store.Tx) error {
		return firstError(tx.CompleteReply(ctx, answer), tx.ReleaseReply(ctx, "key:2", "k"), tx.ReleaseReply(ctx, "key:1", "k"))
	})
	if had := reserve(claim); had == nil || !reflect.DeepEqual(*had, answer) {
		t.Errorf("the answer reads back as %+v, want %+v", had, answer)
	}
	if had := reserve(other); had != nil {
		t.Errorf("a released key is still claimed: %+v", had)
	}
	claim.CreatedAt, claim.ExpiresAt = 900, 960
	if had := reserve(claim); had != nil {
		t.Errorf("an expired answer still stands: %+v", had)
	}
	update(t, db, func(tx *store.Tx) error { return tx.SweepReplies(ctx, 960) })
	if f := fault.As(db.Update(ctx, func(tx *store.Tx) error { return tx.CompleteReply(ctx, answer) })); f == nil || f.Kind != fault.NotFound {
		t.Errorf("answering a key that was swept gives %v", f)
	}
}

// WebSessions proves that a browser's session is found until it expires or is
// deleted.
func WebSessions(t *testing.T, db *store.DB) {
	ctx := t.Context()
	now := time.Unix(1000, 0)
	w := db.WebSessions(func() time.Time { return now })
	find := func(token, want string) {
		t.Helper()
		data, found, err := w.FindCtx(ctx, token)
		if err != nil || found != (want != "") || string(data) != want {
			t.Errorf("session %s is %q, %v, %v; want %q", token, data, found, err, want)
		}
	}
	find("a", "")
	if err := firstError(w.CommitCtx(ctx, "a", []byte("\x00one"), now.Add(time.Minute)), w.CommitCtx(ctx, "b", []byte("two"), now.Add(time.Hour)),
		w.CommitCtx(ctx, "a", []byte("\x00three"), now.Add(time.Minute))); err != nil {
		t.Fatal(err)
	}
	find("a", "\x00three")
	find("b", "two")
	now = now.Add(time.Minute)
	find("a", "")
	find("b", "two")
	if err := firstError(w.DeleteCtx(ctx, "b"), w.DeleteCtx(ctx, "b")); err != nil {
		t.Error(err)
	}
	find("b", "")
}

// Imports proves that runs and quarantined rows read back, and that the same
// row is quarantined once.
func Imports(t *testing.T, db *store.DB) {
	ctx := t.Context()
	run := query.Import{ID: "i1", Source: "a.csv", StartedAt: 10, Actor: "kwote"}
	finished := query.Import{ID: "i1", Source: "a.csv", StartedAt: 10, FinishedAt: 20, Actor: "kwote", Rows: 9, Imported: 4, Duplicates: 1, Priced: 3,
		Unpriced: 1, Quarantined: map[string]int64{"zero_length": 4}, Warnings: map[string]int64{"no_energy": 2}}
	next := query.Import{ID: "i2", Source: "b.csv", StartedAt: 30}
	rows := []query.Quarantined{
		{ID: "q1", ImportID: "i1", NetworkID: "net", Line: 11, ExternalID: "x", Reason: "zero_length", Message: "m", Raw: "a,b"},
		{ID: "q2", ImportID: "i1", NetworkID: "net", Line: 2, ExternalID: "", Reason: "negative_energy", Message: "m", Raw: "c\x00\xff"},
		{ID: "q3", ImportID: "i1", NetworkID: "net", Line: 30, ExternalID: "", Reason: "zero_length", Message: "m", Raw: "d"},
	}
	quarantine := func(all []query.Quarantined, want int) {
		t.Helper()
		update(t, db, func(tx *store.Tx) error {
			n, err := tx.AddQuarantined(ctx, all)
			expect(t, "rows that are new", n, want)
			return err
		})
	}
	update(t, db, func(tx *store.Tx) error {
		return firstError(tx.SaveImport(ctx, run), tx.SaveImport(ctx, finished), tx.SaveImport(ctx, next))
	})
	quarantine(rows, 3)
	again := []query.Quarantined{rows[0], rows[1], rows[2]}
	for i := range again {
		again[i].ID, again[i].ImportID = "again"+again[i].ID, "i2"
	}
	again[2].NetworkID = "net2"
	quarantine(again, 1)
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Import(ctx, "i1")
		if err != nil || !reflect.DeepEqual(got, finished) {
			t.Errorf("the import reads back as %+v, %v", got, err)
		}
		all, _, err := tx.Imports(ctx, query.Page{})
		if err != nil || len(all) != 2 || all[0].ID != "i2" {
			t.Errorf("imports are listed as %+v, %v", all, err)
		}
		reasons, err := tx.QuarantineReasons(ctx, "")
		if err != nil || !reflect.DeepEqual(reasons, []query.ReasonCount{{Reason: "negative_energy", Rows: 1}, {Reason: "zero_length", Rows: 3}}) {
			t.Errorf("quarantine by reason: %+v, %v", reasons, err)
		}
		return nil
	})
	ids := walk(t, db, func(q query.Quarantined) string { return q.ID + q.Raw }, func(tx *store.Tx, p query.Page) ([]query.Quarantined, string, error) {
		return tx.Quarantine(ctx, query.QuarantineFilter{NetworkID: "net", ImportID: "i1", Page: p})
	})
	expect(t, "the quarantine by line", fmt.Sprintf("%q", ids), `["q2c��" "q1a,b" "q3d"]`)
}

package charging

import (
	"context"
	"fmt"
	"iter"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/session"
)

// Replay prices and keeps finished sessions whose EVSEs and drivers are named
// by id, batch by batch; their locations and networks follow from the EVSEs.
// Sessions that are there already, by external id, are
// left as they are, so a run that was cut off is finished by running it again.
// It returns how many were new.
func (d *Desk) Replay(ctx context.Context, by access.Actor, sessions iter.Seq[session.Session], progress func(done int64)) (added int64, err error) {
	if err := by.Check(access.RecordSessions); err != nil {
		return 0, err
	}
	r := replay{desk: d, by: by, places: map[string]where{}, people: map[string]assign.Payer{"": {}}}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		r.book, err = d.openBook(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	var seen int64
	flush := func() error {
		seen += int64(len(r.batch))
		n, err := r.keep(ctx)
		added += n
		if err == nil && progress != nil {
			progress(seen)
		}
		return err
	}
	for s := range sessions {
		r.batch = append(r.batch, s)
		if len(r.batch) == importBatch {
			if err := flush(); err != nil {
				return added, err
			}
		}
	}
	return added, flush()
}

type replay struct {
	desk   *Desk
	by     access.Actor
	book   *book
	places map[string]where        // by EVSE id
	people map[string]assign.Payer // by user id
	batch  []session.Session
}

// keep prices the batch and writes it in one transaction with its event.
func (r *replay) keep(ctx context.Context) (added int64, err error) {
	if len(r.batch) == 0 {
		return 0, nil
	}
	if err := r.desk.Store.View(ctx, func(tx Tx) error { return r.learn(ctx, tx) }); err != nil {
		return 0, err
	}
	records := make([]query.SessionRecord, len(r.batch))
	now := r.desk.now()
	for i, s := range r.batch {
		if s.Facts.Duration() <= 0 && !s.Facts.NoShow() {
			return 0, fault.At(fault.Invalid, session.ZeroLength, "end", fmt.Sprintf("session %s has no length; only finished sessions are replayed", s.ExternalID))
		}
		w := r.places[s.EVSEID]
		s.NetworkID, s.LocationID, s.Warnings = w.network.ID, w.location.ID, session.Doubts(s.Facts)
		if records[i], err = r.book.record(w, r.people[s.UserID], s, "", now); err != nil {
			return 0, fmt.Errorf("session %s: %w", s.ExternalID, err)
		}
	}
	network := records[0].Session.NetworkID
	r.batch = r.batch[:0]
	err = r.desk.Store.Update(ctx, func(tx Tx) error {
		added = 0
		fresh, err := tx.AddSessions(ctx, records)
		if err != nil {
			return err
		}
		for _, f := range fresh {
			if f {
				added++
			}
		}
		if added == 0 {
			return nil
		}
		return record(ctx, tx, now, event.SessionsImported, event.Subject{Kind: "network", ID: network}, r.by, map[string]any{"sessions": added})
	})
	return added, err
}

// learn looks up the places and drivers of the batch that are not known yet.
func (r *replay) learn(ctx context.Context, tx Tx) error {
	for _, s := range r.batch {
		if _, known := r.places[s.EVSEID]; !known {
			a, _, err := r.desk.lookUp(ctx, tx, Question{EVSE: s.EVSEID})
			if err != nil {
				return fmt.Errorf("session %s: %w", s.ExternalID, err)
			}
			r.places[s.EVSEID] = where{a.Network, a.Location, a.EVSE}
		}
		if _, known := r.people[s.UserID]; !known {
			user, err := tx.User(ctx, s.UserID)
			if err != nil {
				return fmt.Errorf("session %s: %w", s.ExternalID, refer("user", s.UserID, err))
			}
			r.people[s.UserID] = payer(user)
		}
	}
	return nil
}

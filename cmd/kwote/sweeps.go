package main

import (
	"context"
	"time"

	"kwote/clock"
	"kwote/domain/calendar"
	"kwote/jobs"
	"kwote/store"
)

// sweeps is everything dated and everything for the outside: each looks for
// what is due by the business clock, or waits in a table.
func (h *house) sweeps() []jobs.Sweep {
	return []jobs.Sweep{
		{Name: "mails", Every: 2 * time.Second, Run: h.accounts.SendMails},
		{Name: "scheduled tariffs", Every: 2 * time.Second, Run: h.catalog.AnnounceDue},
		{Name: "event feed", Every: time.Second, Run: h.numberEvents},
		{Name: "sign-in links", Every: 10 * time.Minute, Run: h.accounts.ForgetLinks},
		{Name: "idempotency keys", Every: 10 * time.Minute, Run: h.forgetReplies},
	}
}

func (h *house) numberEvents(ctx context.Context) (done int, err error) {
	err = h.db.Update(ctx, func(tx *store.Tx) (err error) {
		done, err = tx.AssignEventSequence(ctx)
		return err
	})
	return done, err
}

// forgetReplies drops the answers kept for idempotency keys that have expired,
// in real time as they were kept. It reports nothing done, since nobody waits
// for it to go on.
func (h *house) forgetReplies(ctx context.Context) (int, error) {
	return 0, h.db.Update(ctx, func(tx *store.Tx) error { return tx.SweepReplies(ctx, calendar.Of(clock.System{}.Now())) })
}

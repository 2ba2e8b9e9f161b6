// Package insight is the desk that looks back: what was charged and earned,
// by day, hour, place and tariff. It reads sums that are kept in the same
// transaction as the receipts, and changes nothing.
//
// Invariants, and the test that proves each:
//   - sums of different currencies are never added (TestOverview);
//   - the sums by day, by hour and by tariff agree (TestOverview).
package insight

import (
	"context"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/query"
)

// Tx is what the desk asks of the shelf within one transaction.
type Tx interface {
	Counts(ctx context.Context) (query.Counts, error)
	TakingsByDay(ctx context.Context, f query.TakingsFilter) ([]query.DayTakings, error)
	TakingsByHour(ctx context.Context, f query.TakingsFilter) ([]query.HourTakings, error)
	TakingsByTariff(ctx context.Context, f query.TakingsFilter) ([]query.Sums, error)
	QuarantineReasons(ctx context.Context, importID string) ([]query.ReasonCount, error)
	Events(ctx context.Context, f query.EventFilter) ([]query.Event, string, error)
}

// Store opens transactions.
type Store interface {
	View(ctx context.Context, do func(Tx) error) error
}

// Desk looks back.
type Desk struct {
	Store Store
	Clock clock.Clock
}

// Overview is what a network did in a stretch of time.
type Overview struct {
	Counts     query.Counts
	ByTariff   []query.Sums        // priced sessions, and unpriced under the empty tariff
	ByCurrency []query.Sums        // the same per currency; Tariff is empty
	ByDay      []query.DayTakings  // local days of the sessions' starts
	ByHour     []query.HourTakings // local hours, over whole months
	Quarantine []query.ReasonCount // rows of imports put aside, all in all
}

// Overview sums up the sessions that the filter lets through.
func (d *Desk) Overview(ctx context.Context, by access.Actor, f query.TakingsFilter) (o Overview, err error) {
	if err := by.Check(access.Read); err != nil {
		return o, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		if o.Counts, err = tx.Counts(ctx); err != nil {
			return err
		}
		if o.ByTariff, err = tx.TakingsByTariff(ctx, f); err != nil {
			return err
		}
		if o.ByDay, err = tx.TakingsByDay(ctx, f); err != nil {
			return err
		}
		if o.ByHour, err = tx.TakingsByHour(ctx, f); err != nil {
			return err
		}
		o.Quarantine, err = tx.QuarantineReasons(ctx, "")
		return err
	})
	if err != nil {
		return o, err
	}
	o.ByCurrency, err = byCurrency(o.ByTariff)
	return o, err
}

// byCurrency adds up the tariffs of each currency, in the order in which the
// currencies first appear.
func byCurrency(all []query.Sums) ([]query.Sums, error) {
	var out []query.Sums
	for _, s := range all {
		i := 0
		for i < len(out) && out[i].Total.Currency != s.Total.Currency {
			i++
		}
		if i == len(out) {
			s.Tariff = ""
			out = append(out, s)
			continue
		}
		total, err := out[i].Total.Add(s.Total)
		if err != nil {
			return nil, err
		}
		out[i].Total = total
		out[i].Sessions += s.Sessions
		out[i].Energy += s.Energy
		out[i].ChargingTime += s.ChargingTime
		out[i].IdleTime += s.IdleTime
	}
	return out, nil
}

// Events lists what happened, newest first: the audit trail.
func (d *Desk) Events(ctx context.Context, by access.Actor, f query.EventFilter) (rows []query.Event, next string, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, "", err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		rows, next, err = tx.Events(ctx, f)
		return err
	})
	return rows, next, err
}

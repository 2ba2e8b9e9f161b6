package charging

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"kwote/domain/calendar"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// ledger knows what drivers have been charged by day under tariffs with a
// maximum per day. All of a driver's sessions that were priced before count,
// whichever began first, so that a day never costs more than its maximum. It is
// safe for concurrent use.
type ledger struct {
	// charges are those of kept receipts.
	charges func(query.DayFilter) ([]query.DayCharge, error)
	// hold keeps other transactions from sharing out the same driver's maximum
	// until this one ends; nil: nothing is going to be kept, or only in bulk.
	hold func(session.Session) error
	// In bulk, where receipts are kept some time after they were priced, accounts
	// are read once and carried on; nil: they are read each time.
	mu       sync.Mutex
	accounts map[accountKey]*dayAccount
	// known finds out in bulk whether a session was kept before.
	known func(networkID, externalID string) (bool, error)
}

type accountKey struct {
	driver, tariff string
	day            calendar.Date
}

// dayAccount is what a driver is charged for a day, in all and by session.
type dayAccount struct {
	sum money.Exact
	of  map[string]money.Exact
}

func (a *dayAccount) add(id string, amount money.Exact) (err error) {
	a.of[id] = amount
	a.sum, err = a.sum.Add(amount)
	return err
}

// keptLedger is the ledger of a bulk run.
func (d *Desk) keptLedger(ctx context.Context) *ledger {
	return &ledger{
		charges: func(f query.DayFilter) (all []query.DayCharge, err error) {
			err = d.Store.View(ctx, func(tx Tx) (err error) {
				all, err = tx.DayCharges(ctx, f)
				return err
			})
			return all, err
		},
		known: func(networkID, externalID string) (kept bool, err error) {
			err = d.Store.View(ctx, func(tx Tx) (err error) {
				kept, err = tx.SessionKept(ctx, networkID, externalID)
				return err
			})
			return kept, err
		},
		accounts: map[accountKey]*dayAccount{},
	}
}

func driverOf(s session.Session) string { return query.DriverKey(s.UserID, s.TokenID) }

// identity is the same for a session however often it is brought.
func identity(id, networkID, externalID string) string {
	if externalID != "" {
		return networkID + "/" + externalID
	}
	return id
}

// spentBefore is what the session's driver has been charged under the tariff
// for the session's days by other sessions; nil where no maximum asks for it.
func (b *book) spentBefore(s session.Session, doc tariff.Document, zone *calendar.Zone) (out []pricing.DayAmount, err error) {
	if doc.Total.AtMostPerDay == nil || driverOf(s) == "" {
		return nil, nil
	}
	l := b.spent
	if l.hold != nil {
		if err := l.hold(s); err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	start, end := timeOf(s.Facts)
	day, _ := zone.Local(start)
	last, _ := zone.Local(end)
	for ; day <= last; day++ {
		a, err := l.account(s, doc.Name, day)
		if err != nil {
			return nil, err
		}
		others, err := a.sum.Sub(a.of[identity(s.ID, s.NetworkID, s.ExternalID)])
		if err != nil {
			return nil, err
		}
		if others.Sign() != 0 {
			out = append(out, pricing.DayAmount{Date: day, Amount: others})
		}
	}
	return out, nil
}

// account is that of the session's driver; the ledger must be locked.
func (l *ledger) account(s session.Session, tariff string, day calendar.Date) (*dayAccount, error) {
	key := accountKey{driverOf(s), tariff, day}
	if a := l.accounts[key]; a != nil {
		return a, nil
	}
	kept, err := l.charges(query.DayFilter{UserID: s.UserID, TokenID: s.TokenID, Tariff: tariff, From: day, To: day})
	if err != nil {
		return nil, err
	}
	a := &dayAccount{of: map[string]money.Exact{}}
	for _, c := range kept {
		if err := a.add(identity(c.SessionID, c.NetworkID, c.ExternalID), c.Amount); err != nil {
			return nil, err
		}
	}
	if l.accounts != nil {
		l.accounts[key] = a
	}
	return a, nil
}

// note carries the accounts of a bulk run on with what a new session's receipt
// charges. A session that was kept before is charged what it was then.
func (l *ledger) note(s session.Session, r pricing.Receipt) error {
	if l.accounts == nil || driverOf(s) == "" || len(r.Days) == 0 {
		return nil
	}
	if s.ExternalID != "" {
		if kept, err := l.known(s.NetworkID, s.ExternalID); kept || err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	id := identity(s.ID, s.NetworkID, s.ExternalID)
	for _, d := range r.Days {
		a, err := l.account(s, r.Tariff.Name, d.Date)
		if err != nil {
			return err
		}
		if _, twice := a.of[id]; twice {
			continue // the file has it once more
		}
		if err := a.add(id, d.Charged.Exact()); err != nil {
			return err
		}
	}
	return nil
}

// pricers is the number of sessions that may be priced at once: one where a
// maximum per day makes a price depend on those before it.
func (b *book) pricers() int {
	for _, versions := range b.versions {
		if slices.ContainsFunc(versions, func(v query.TariffVersion) bool { return v.Document.Total.AtMostPerDay != nil }) {
			return 1
		}
	}
	return max(1, runtime.GOMAXPROCS(0)-1)
}

package charging

import (
	"context"
	"sort"
	"sync"

	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/place"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/domain/tax"
)

// book is everything that decides a price, read in one transaction: who pays
// what, and the tariff versions. It is safe for concurrent use.
type book struct {
	desk     *Desk
	groups   []assign.Group
	versions map[string][]query.TariffVersion // by tariff name, oldest first; nil: ask
	// ask finds the version that holds, for a question or two, where reading
	// every version would cost more than the answer.
	ask   func(name string, at calendar.Instant) (query.TariffVersion, error)
	feeds feedSource
	spent *ledger

	mu      sync.Mutex
	answers map[question]answered
}

// question is what an answer of assign depends on within one book.
type question struct {
	spot assign.Spot
	user string
}

type answered struct {
	answer     assign.Answer
	resolution Resolution
}

func (d *Desk) openBook(ctx context.Context, tx Tx) (*book, error) {
	groups, err := tx.TariffGroups(ctx)
	if err != nil {
		return nil, err
	}
	all, err := tx.AllTariffVersions(ctx)
	if err != nil {
		return nil, err
	}
	b := &book{desk: d, groups: groups, versions: map[string][]query.TariffVersion{}, answers: map[question]answered{}, feeds: d.keptFeeds(ctx), spent: d.keptLedger(ctx)}
	for _, v := range all {
		b.versions[v.Document.Name] = append(b.versions[v.Document.Name], v)
	}
	for _, versions := range b.versions {
		sort.Slice(versions, func(i, j int) bool { return versions[i].From < versions[j].From })
	}
	return b, nil
}

// glance is a book for a single question within the transaction.
func (d *Desk) glance(ctx context.Context, tx Tx) (*book, error) {
	groups, err := tx.TariffGroups(ctx)
	b := &book{desk: d, groups: groups, answers: map[question]answered{}, ask: func(name string, at calendar.Instant) (query.TariffVersion, error) {
		return tx.TariffVersionAt(ctx, name, at)
	}}
	b.feeds = func(networkID, name string, from, before calendar.Instant) (*feed.Feed, error) {
		return feedPrices(ctx, tx, networkID, name, from, before)
	}
	b.spent = &ledger{charges: func(f query.DayFilter) ([]query.DayCharge, error) { return tx.DayCharges(ctx, f) }}
	return b, err
}

// versionAt is the version of the tariff that holds at the instant; false when
// none does.
func (b *book) versionAt(name string, at calendar.Instant) (query.TariffVersion, bool, error) {
	if b.ask != nil {
		v, err := b.ask(name, at)
		if fault.Is(err, fault.NotFound) {
			return v, false, nil
		}
		return v, err == nil, err
	}
	versions := b.versions[name]
	i := sort.Search(len(versions), func(i int) bool { return versions[i].From > at })
	if i == 0 {
		return query.TariffVersion{}, false, nil
	}
	return versions[i-1], true, nil
}

// where is the place of a session with everything that a price depends on.
type where struct {
	network  place.Network
	location place.Location
	evse     place.EVSE
}

func (w where) spot() assign.Spot {
	return assign.Spot{NetworkID: w.network.ID, PartnerID: w.location.PartnerID, LocationID: w.location.ID, EVSEID: w.evse.ID, Access: w.evse.Access}
}

// point is what conditions ask of the EVSE.
func (w where) point() pricing.Point {
	p := pricing.Point{MaxPower: w.evse.MaxPower}
	switch w.evse.Current {
	case place.AC:
		p.Supply = tariff.AC
	case place.DC:
		p.Supply = tariff.DC
	}
	return p
}

// found is the outcome of pricing facts: a receipt, or the stable code of why
// there is none.
type found struct {
	receipt    *pricing.Receipt
	version    query.TariffVersion
	unpriced   string
	resolution Resolution
}

func (b *book) answer(w where, who assign.Payer) answered {
	q := question{w.spot(), who.UserID}
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.answers[q]
	if !ok {
		a.answer = assign.Resolve(w.network.Precedence, b.groups, q.spot, who)
		a.resolution = resolution(a.answer, b.groups)
		b.answers[q] = a
	}
	return a
}

// price finds the tariff for the payer at the place and prices the session's
// facts by the version that held at their start.
func (b *book) price(w where, who assign.Payer, s session.Session) (found, error) {
	facts := s.Facts
	a := b.answer(w, who)
	out := found{resolution: a.resolution}
	names := a.answer.Tariffs()
	if len(names) == 0 {
		if w.network.DefaultTariff == "" {
			out.unpriced = NoTariff
			return out, nil
		}
		names = []string{w.network.DefaultTariff}
		out.resolution.Reason = WonDefault
	}
	// The candidates are marked below; the remembered ones must not be.
	out.resolution.Candidates = append([]Candidate(nil), out.resolution.Candidates...)
	zone, err := calendar.LoadZone(w.location.TimeZone)
	if err != nil {
		return out, fault.At(fault.Invalid, "zone_unknown", "timeZone", err.Error())
	}
	for _, name := range names {
		v, ok, err := b.versionAt(name, facts.Start)
		if err != nil {
			return out, err
		}
		if !ok || !v.Document.Valid.Has(facts.Start) {
			continue
		}
		pc, err := b.context(w, s, v.Document, zone)
		if err != nil {
			return out, err
		}
		r, err := pricing.Price(b.desk.compile(v, zone), facts, pc)
		if err != nil {
			return out, err
		}
		if out.receipt != nil && r.Currency != out.receipt.Currency {
			out.receipt, out.unpriced = nil, MixedCurrencies
			return out, nil
		}
		if len(names) > 1 {
			out.resolution.compared(a.answer, name, r.Total)
		}
		// What is paid decides: the exact sums of prices with tax and of prices
		// without it cannot be compared.
		if out.receipt == nil || r.Total.Minor < out.receipt.Total.Minor {
			out.receipt, out.version = &r, v
		}
	}
	if out.receipt == nil {
		out.unpriced = NoVersion
		return out, nil
	}
	out.resolution.won(a.answer, out.version)
	return out, nil
}

// context is what the session's price by a document depends on beside its
// facts.
func (b *book) context(w where, s session.Session, doc tariff.Document, zone *calendar.Zone) (pc pricing.Context, err error) {
	date, _ := zone.Local(s.Facts.End)
	pc = pricing.Context{Taxes: tax.Standard(w.location.Country, date), Point: w.point()}
	if pc.Feeds, err = b.feedsOf(w, s.Facts, doc); err != nil {
		return pc, err
	}
	pc.Spent, err = b.spentBefore(s, doc, zone)
	return pc, err
}

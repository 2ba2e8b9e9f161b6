package charging

import (
	"context"
	"fmt"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/domain/session"
)

// Outlook asks how a session goes on: one that is known, or one that begins at
// the question's instant.
type Outlook struct {
	Question
	SessionID string
	Power     energy.Power     // at which it goes on
	Until     calendar.Instant // what will it cost then? zero: not asked
	Total     *money.Price     // when does the total reach it?
	Energy    *energy.Quantity // when does the energy reach it?
	Within    int64            // seconds to look ahead for an answer to both; zero: a day
}

// mostAhead is as far as an outlook looks, in seconds.
const mostAhead = 31 * 86400

// Forecast answers an outlook by the same function that prices sessions.
type Forecast struct {
	Answer
	From    calendar.Instant // where what is known ends
	Horizon calendar.Instant
	At      *pricing.Receipt // as it will be at Until
	Total   *Reached         // nil: not asked
	Energy  *Reached
}

// Reached is when a goal is reached; not OK: not before the horizon.
type Reached struct {
	At calendar.Instant
	OK bool
}

// Forecast says what a session will cost at an instant, and when its total or
// its energy reaches a goal, if it goes on at a constant power. A known session
// is priced by the version of its receipt. Without a tariff nothing is answered
// but the resolution.
func (d *Desk) Forecast(ctx context.Context, by access.Actor, o Outlook) (Forecast, error) {
	if err := by.Check(access.Read); err != nil {
		return Forecast{}, err
	}
	if err := o.check(); err != nil {
		return Forecast{}, err
	}
	var out Forecast
	err := d.Store.View(ctx, func(tx Tx) error {
		v, err := d.viewAhead(ctx, tx, &o)
		if err != nil {
			return err
		}
		out = Forecast{Answer: v.answer, From: v.session.Facts.End, Horizon: v.session.Facts.End + calendar.Instant(o.Within)}
		if v.answer.Version == nil {
			return nil
		}
		return v.tell(o, &out)
	})
	return out, err
}

func (o *Outlook) check() error {
	switch {
	case o.Until == 0 && o.Total == nil && o.Energy == nil:
		return fault.At(fault.Invalid, "question_missing", "until", "there is no question: give until, total or energyKwh")
	case o.Within < 0 || o.Within > mostAhead:
		return fault.At(fault.Invalid, "horizon_out_of_range", "withinSeconds", fmt.Sprintf("%d s; look ahead at most %d s", o.Within, mostAhead))
	case o.SessionID != "" && (o.EVSE != "" || o.User != "" || o.Token != "" || o.At != 0):
		return fault.At(fault.Invalid, "session_or_question", "session", "give a session, or an EVSE with who and when, not both")
	}
	if o.Within == 0 {
		o.Within = 86400
	}
	return nil
}

// view is what an outlook is told from.
type view struct {
	desk    *Desk
	answer  Answer
	session session.Session
	book    *book
	where   where
}

func (d *Desk) viewAhead(ctx context.Context, tx Tx, o *Outlook) (v view, err error) {
	v.desk = d
	if o.SessionID != "" {
		if v.session, err = tx.Session(ctx, o.SessionID); err != nil {
			return v, err
		}
		o.Question = Question{EVSE: v.session.EVSEID, User: v.session.UserID, At: v.session.Facts.Start}
	}
	if o.At == 0 {
		o.At = d.now()
	}
	answer, payer, err := d.lookUp(ctx, tx, o.Question)
	if err != nil {
		return v, err
	}
	v.where = where{answer.Network, answer.Location, answer.EVSE}
	if o.SessionID == "" {
		v.session = session.Session{NetworkID: answer.Network.ID, UserID: payer.UserID,
			Facts: session.Facts{Start: o.At, End: o.At, Readings: []session.Reading{{At: o.At}}}}
		if answer.Token != nil {
			v.session.TokenID = answer.Token.ID
		}
	}
	if end := v.session.Facts.End; o.Until != 0 && (o.Until < v.session.Facts.Start || o.Until > end+mostAhead) {
		return v, fault.At(fault.Invalid, "time_out_of_range", "until", fmt.Sprintf("%s lies before the session or more than 31 days after it", o.Until))
	}
	if v.book, err = d.glance(ctx, tx); err != nil {
		return v, err
	}
	reference := v.session
	reference.Facts = pricing.Ahead(reference.Facts, o.Power, max(o.Until, reference.Facts.End+calendar.Instant(o.Within)))
	found, err := v.book.price(v.where, payer, reference)
	if err != nil {
		return v, err
	}
	answer.Resolution = found.resolution
	if found.receipt == nil {
		answer.Resolution.Reason = found.unpriced
	} else {
		answer.Version = &found.version
	}
	v.answer = answer
	return v, v.bySnapshot(ctx, tx, o.SessionID)
}

// bySnapshot takes the version of a known session's receipt in place of the one
// found now.
func (v *view) bySnapshot(ctx context.Context, tx Tx, sessionID string) error {
	if sessionID == "" {
		return nil
	}
	issued, err := tx.CurrentReceipt(ctx, sessionID)
	if fault.Is(err, fault.NotFound) {
		v.answer.Version = nil
		return nil
	}
	if err != nil {
		return err
	}
	var version query.TariffVersion
	if version, err = tx.TariffVersion(ctx, issued.Receipt.Tariff.VersionID); err != nil {
		return err
	}
	v.answer.Version = &version
	v.answer.Resolution, err = ReadResolution(issued.Resolution)
	return err
}

func (v *view) tell(o Outlook, out *Forecast) error {
	zone, err := calendar.LoadZone(v.where.location.TimeZone)
	if err != nil {
		return fault.At(fault.Invalid, "zone_unknown", "timeZone", err.Error())
	}
	ahead := v.session
	ahead.Facts = pricing.Ahead(v.session.Facts, o.Power, max(o.Until, out.Horizon))
	doc := v.answer.Version.Document
	pc, err := v.book.context(v.where, ahead, doc, zone)
	if err != nil {
		return err
	}
	compiled := v.desk.compile(*v.answer.Version, zone)
	if o.Until != 0 {
		at := pricing.Ahead(v.session.Facts, o.Power, o.Until)
		pc.UpTo = o.Until
		r, err := pricing.Price(compiled, at, pc)
		if err != nil {
			return err
		}
		out.At = &r
	}
	pc.UpTo = 0
	toHorizon := pricing.Ahead(v.session.Facts, o.Power, out.Horizon)
	if o.Total != nil {
		goal, err := amountOf(*o.Total, doc.Currency)
		if err != nil {
			return err
		}
		at, ok, err := pricing.ReachTotal(compiled, toHorizon, pc, goal)
		if err != nil {
			return err
		}
		out.Total = &Reached{at, ok}
	}
	if o.Energy != nil {
		at, ok := pricing.ReachEnergy(toHorizon, *o.Energy)
		out.Energy = &Reached{at, ok}
	}
	return nil
}

// amountOf is the goal as an amount that can be paid; a finer one is refused.
func amountOf(p money.Price, c money.Currency) (money.Amount, error) {
	exact, err := p.Times(1, 1)
	if err != nil {
		return money.Amount{}, err
	}
	a, err := exact.Round(c, money.HalfUp)
	if err == nil && a.Exact().Cmp(exact) != 0 {
		err = fault.At(fault.Invalid, "amount_malformed", "total", fmt.Sprintf("amount %s: %s has %d decimals", p, c, c.Digits()))
	}
	return a, err
}

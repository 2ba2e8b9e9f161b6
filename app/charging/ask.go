package charging

import (
	"context"
	"fmt"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/domain/session"
)

// Question asks who pays what: somebody at an EVSE at an instant. EVSE and
// User are ids or external ids. User and Token may be left out: then an ad hoc
// driver asks.
type Question struct {
	EVSE  string
	User  string
	Token string           // UID
	At    calendar.Instant // zero: now
}

// Usage is the session that a quote is for.
type Usage struct {
	Energy   energy.Quantity
	Seconds  int64 // plugged in
	Charging int64 // seconds of them in which energy flows; zero: all
	// Also are the exports, states of charge, modes, pauses and the reservation;
	// what it says of times, readings and states counts for nothing. With an
	// expired reservation there is neither energy nor time.
	Also session.Facts
}

// ReferenceUsage is the session by which tariffs are compared where the price
// decides and no session exists yet: 10 kWh within an hour.
var ReferenceUsage = Usage{Energy: 10 * energy.KWh, Seconds: 3600}

// mostEnergy is the largest energy of one session that is taken for real. It
// also keeps sums over any number of sessions within what can be counted.
const mostEnergy = 1_000_000 * energy.KWh

// Answer says what was found, with everything it was found from.
type Answer struct {
	At         calendar.Instant
	Network    place.Network
	Location   place.Location
	EVSE       place.EVSE
	User       *person.User // nil: ad hoc
	Token      *person.Token
	Resolution Resolution
	Version    *query.TariffVersion // nil: no tariff
}

// Quote is an answer with what the usage would cost.
type Quote struct {
	Answer
	Receipt *pricing.Receipt // nil: no tariff
}

// Resolve answers what somebody pays at an EVSE at an instant, and why. Where
// prices must be compared it does so for ReferenceUsage, and says so.
func (d *Desk) Resolve(ctx context.Context, by access.Actor, q Question) (Answer, error) {
	quote, err := d.Quote(ctx, by, q, ReferenceUsage)
	if err != nil {
		return Answer{}, err
	}
	a := quote.Answer
	for _, c := range a.Resolution.Candidates {
		if c.Total != "" {
			a.Resolution.Reference = &Reference{EnergyKWh: ReferenceUsage.Energy.String(), Seconds: ReferenceUsage.Seconds}
		}
	}
	return a, nil
}

// Quote says what a session of the given usage would cost.
func (d *Desk) Quote(ctx context.Context, by access.Actor, q Question, u Usage) (Quote, error) {
	if err := by.Check(access.Read); err != nil {
		return Quote{}, err
	}
	if q.At == 0 {
		q.At = d.now()
	}
	facts, err := u.facts(q.At)
	if err != nil {
		return Quote{}, err
	}
	var out Quote
	err = d.Store.View(ctx, func(tx Tx) error {
		a, payer, err := d.lookUp(ctx, tx, q)
		if err != nil {
			return err
		}
		b, err := d.glance(ctx, tx)
		if err != nil {
			return err
		}
		s := session.Session{NetworkID: a.Network.ID, UserID: payer.UserID, Facts: facts}
		if a.Token != nil {
			s.TokenID = a.Token.ID
		}
		f, err := b.price(where{a.Network, a.Location, a.EVSE}, payer, s)
		if err != nil {
			return err
		}
		a.Resolution = f.resolution
		if f.receipt != nil {
			a.Version = &f.version
		} else {
			a.Resolution.Reason = f.unpriced
		}
		out = Quote{a, f.receipt}
		return nil
	})
	return out, err
}

func (u Usage) facts(start calendar.Instant) (session.Facts, error) {
	charging := u.Charging
	if charging == 0 {
		charging = u.Seconds
	}
	switch {
	case u.Also.NoShow() && u.Seconds == 0 && u.Energy == 0:
	case u.Seconds <= 0 || u.Seconds > 366*86400:
		return session.Facts{}, fault.At(fault.Invalid, "duration_out_of_range", "durationSeconds",
			fmt.Sprintf("%d seconds plugged in; a session lasts between a second and a year", u.Seconds))
	case u.Energy < 0 || u.Energy > mostEnergy:
		return session.Facts{}, fault.At(fault.Invalid, "energy_out_of_range", "energyKwh",
			fmt.Sprintf("%s kWh; the energy lies between nothing and a million kWh", u.Energy))
	case charging < 0 || charging > u.Seconds:
		return session.Facts{}, fault.At(fault.Invalid, "charging_out_of_range", "chargingSeconds",
			fmt.Sprintf("%d seconds of charging do not fit into %d seconds plugged in", charging, u.Seconds))
	}
	end := start + calendar.Instant(u.Seconds)
	stop := start + calendar.Instant(charging)
	f := session.Facts{Start: start, End: end, Readings: []session.Reading{{At: start}, {At: stop, Import: u.Energy}}}
	if stop < end {
		f.Readings = append(f.Readings, session.Reading{At: end, Import: u.Energy})
		f.Changes = []session.Change{{At: stop, State: session.Idle}}
	}
	f.Exports, f.Charges, f.Modes, f.Pauses, f.Reserved = u.Also.Exports, u.Also.Charges, u.Also.Modes, u.Also.Pauses, u.Also.Reserved
	f, err := session.Normalise(f)
	if field, q := largest(f); err == nil && q > mostEnergy {
		err = fault.At(fault.Invalid, "energy_out_of_range", field, tooMuch(q))
	}
	return f, err
}

// lookUp finds the place and the person that a question names.
func (d *Desk) lookUp(ctx context.Context, tx Tx, q Question) (a Answer, who assign.Payer, err error) {
	a.At = q.At
	if q.EVSE == "" {
		return a, who, fault.At(fault.Invalid, "required", "evse", "name the EVSE by its id or EVSE ID")
	}
	if a.EVSE, err = either(ctx, q.EVSE, tx.EVSE, tx.EVSEByExternalID); err != nil {
		return a, who, refer("evse", q.EVSE, err)
	}
	if a.Location, err = tx.Location(ctx, a.EVSE.LocationID); err != nil {
		return a, who, err
	}
	if a.Network, err = tx.Network(ctx, a.Location.NetworkID); err != nil {
		return a, who, err
	}
	err = lookUpDriver(ctx, tx, q, &a)
	if err != nil || a.User == nil {
		return a, who, err
	}
	return a, payer(*a.User), nil
}

// lookUpDriver finds the token and the user that a question names; a token
// alone stands for its owner.
func lookUpDriver(ctx context.Context, tx Tx, q Question, a *Answer) error {
	if q.Token != "" {
		token, err := tx.TokenByUID(ctx, q.Token)
		if err != nil {
			return refer("token", q.Token, err)
		}
		a.Token = &token
		if q.User == "" {
			q.User = token.UserID
		}
	}
	if q.User == "" {
		return nil
	}
	user, err := either(ctx, q.User, tx.User, tx.UserByExternalID)
	if err != nil {
		return refer("user", q.User, err)
	}
	if a.Token != nil && a.Token.UserID != user.ID {
		return fault.At(fault.Conflict, "token_of_other_user", "token",
			fmt.Sprintf("token %q does not belong to user %q; send one of the two", q.Token, q.User))
	}
	a.User = &user
	return nil
}

func payer(u person.User) assign.Payer {
	return assign.Payer{UserID: u.ID, PartnerID: u.PartnerID, Roaming: u.Roaming, Groups: u.Groups}
}

// either finds a thing by id, else by external id.
func either[T any](ctx context.Context, id string, byID, byExternalID func(context.Context, string) (T, error)) (T, error) {
	v, err := byID(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return byExternalID(ctx, id)
	}
	return v, err
}

// refer turns "not found" into a fault about the field that names the thing.
func refer(field, id string, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	return fault.At(fault.NotFound, "reference_unknown", field, fmt.Sprintf("there is no %s %q", field, id))
}

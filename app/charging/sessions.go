package charging

import (
	"context"
	"fmt"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/session"
)

// Report is a finished session as an outside system tells it.
type Report struct {
	ExternalID string // unique within the network; empty: none
	EVSE       string // id or EVSE ID
	User       string // id or external id; empty: ad hoc
	Token      string // UID; empty: none
	Facts      session.Facts
}

// Detail is a session with its current receipt.
type Detail struct {
	Row        query.SessionRow
	Session    session.Session
	Receipt    *query.Issued        // nil: unpriced
	Version    *query.TariffVersion // of the receipt
	Resolution Resolution
	Receipts   []query.ReceiptRow // all, newest first
}

// aDay is how far a charger's clock may run ahead before its sessions are
// refused.
const aDay = 86400

// Record keeps a finished session, or a reservation that expired, and prices it.
// A session whose external id the network has already, with the same EVSE,
// driver and facts, is returned as it stands; with others it is refused.
func (d *Desk) Record(ctx context.Context, by access.Actor, r Report) (Detail, error) {
	if err := by.Check(access.RecordSessions); err != nil {
		return Detail{}, err
	}
	facts, err := session.Normalise(r.Facts)
	if err != nil {
		return Detail{}, err
	}
	if facts.Duration() == 0 && !facts.NoShow() {
		return Detail{}, fault.At(fault.Invalid, session.ZeroLength, "end", "the session begins and ends at the same second; a session has a length")
	}
	if field, q := largest(facts); q > mostEnergy {
		return Detail{}, fault.At(fault.Invalid, "energy_out_of_range", field, tooMuch(q))
	}
	if now := d.now(); facts.End > now+aDay {
		return Detail{}, fault.At(fault.Invalid, "session_in_the_future", "end",
			fmt.Sprintf("the session ends %s, and it is %s; check the clock it comes from", facts.End, now))
	}
	var id string
	err = d.Store.Update(ctx, func(tx Tx) (err error) {
		id, err = d.record(ctx, tx, by, r, facts)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	return d.Session(ctx, by, id)
}

func (d *Desk) record(ctx context.Context, tx Tx, by access.Actor, r Report, facts session.Facts) (string, error) {
	now := d.now()
	a, who, err := d.lookUp(ctx, tx, Question{EVSE: r.EVSE, User: r.User, Token: r.Token, At: facts.Start})
	if err != nil {
		return "", err
	}
	if id, err := recorded(ctx, tx, r, a, facts); id != "" || err != nil {
		return id, err
	}
	b, err := d.glance(ctx, tx)
	if err != nil {
		return "", err
	}
	b.spent.hold = func(s session.Session) error { return tx.HoldDriver(ctx, s.UserID, s.TokenID) }
	w := where{a.Network, a.Location, a.EVSE}
	s := session.Session{ID: newID(), ExternalID: r.ExternalID, NetworkID: a.Network.ID, LocationID: a.Location.ID, EVSEID: a.EVSE.ID,
		UserID: who.UserID, Facts: facts, Warnings: session.Doubts(facts)}
	if a.Token != nil {
		s.TokenID = a.Token.ID
	}
	rec, err := b.record(w, who, s, "", now)
	if err != nil {
		return "", err
	}
	added, err := tx.AddSessions(ctx, []query.SessionRecord{rec})
	if err != nil {
		return "", err
	}
	if !added[0] { // another transaction has recorded it in the meantime
		return recorded(ctx, tx, r, a, facts)
	}
	subject := event.Subject{Kind: "session", ID: s.ID}
	if err := record(ctx, tx, now, event.SessionRecorded, subject, by, eventData(rec)); err != nil {
		return "", err
	}
	if rec.Receipt == nil {
		return s.ID, nil
	}
	return s.ID, record(ctx, tx, now, event.SessionPriced, subject, by, eventData(rec))
}

// record prices a session and lays out everything that is kept of it.
func (b *book) record(w where, who assign.Payer, s session.Session, source string, now calendar.Instant) (query.SessionRecord, error) {
	f, err := b.price(w, who, s)
	if err != nil {
		return query.SessionRecord{}, err
	}
	if f.receipt != nil {
		if err := b.spent.note(s, *f.receipt); err != nil {
			return query.SessionRecord{}, err
		}
	}
	zone, err := calendar.LoadZone(w.location.TimeZone)
	if err != nil {
		return query.SessionRecord{}, err
	}
	day, clock := zone.Local(s.Facts.Start)
	rec := query.SessionRecord{Session: s, Source: source, Day: day, Hour: int(clock) / 3600, At: now, Unpriced: f.unpriced}
	rec.ChargingTime, rec.IdleTime = s.Facts.Times()
	if f.receipt != nil {
		rec.Receipt = &query.Issued{ID: newID(), CreatedAt: now, Receipt: *f.receipt, Resolution: f.resolution.document()}
	}
	return rec, nil
}

// recorded is the id of the session that the report's external id stands for
// already, or empty. A report that says otherwise than what is kept is refused.
func recorded(ctx context.Context, tx Tx, r Report, a Answer, facts session.Facts) (string, error) {
	if r.ExternalID == "" {
		return "", nil
	}
	known, err := tx.SessionByExternalID(ctx, a.Network.ID, r.ExternalID)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	// A token may have changed hands since; what was held up has not.
	sameDriver := a.User == nil && known.UserID == "" || a.User != nil && known.UserID == a.User.ID
	if a.Token != nil {
		sameDriver = known.TokenID == a.Token.ID
	}
	if known.EVSEID != a.EVSE.ID || !sameDriver || !known.Facts.Equal(facts) {
		return "", fault.At(fault.Conflict, "session_differs", "externalId",
			"a session with this external id is recorded with another EVSE or driver or other facts; a correction has to name the session's id")
	}
	return known.ID, nil
}

// largest is the larger of the energies taken and given back, and the field that
// tells of it.
func largest(f session.Facts) (string, energy.Quantity) {
	if given := f.Exported(); given > f.Energy() {
		return "exports", given
	}
	return "readings", f.Energy()
}

func tooMuch(q energy.Quantity) string {
	return fmt.Sprintf("%s kWh are more than the %s kWh that one session can have; check the unit", q, mostEnergy)
}

// eventData is what an outside system needs to bill the session itself.
func eventData(rec query.SessionRecord) map[string]any {
	s := rec.Session
	data := map[string]any{
		"externalId": s.ExternalID, "networkId": s.NetworkID, "locationId": s.LocationID, "evseId": s.EVSEID, "userId": s.UserID,
		"start": s.Facts.Start.String(), "end": s.Facts.End.String(), "energyKwh": s.Facts.Energy().String(),
		"chargingSeconds": rec.ChargingTime, "idleSeconds": rec.IdleTime,
	}
	if given := s.Facts.Exported(); given > 0 {
		data["exportedKwh"] = given.String()
	}
	if paused := s.Facts.PausedTime(); paused > 0 {
		data["pausedSeconds"] = paused
	}
	if r := s.Facts.Reserved; r != nil {
		data["reservation"] = map[string]any{"from": r.From.String(), "to": r.To.String(), "expired": r.Expired}
	}
	if rec.Receipt == nil {
		data["unpriced"] = rec.Unpriced
		return data
	}
	r := rec.Receipt.Receipt
	data["receiptId"], data["tariff"], data["tariffVersion"] = rec.Receipt.ID, r.Tariff.Name, r.Tariff.Number
	data["currency"], data["total"], data["net"] = r.Currency, r.Total.String(), r.Net.String()
	return data
}

// Sessions lists sessions, newest first.
func (d *Desk) Sessions(ctx context.Context, by access.Actor, f query.SessionFilter) (rows []query.SessionRow, next string, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, "", err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		rows, next, err = tx.Sessions(ctx, f)
		return err
	})
	return rows, next, err
}

// Session is a session with its facts and current receipt.
func (d *Desk) Session(ctx context.Context, by access.Actor, id string) (out Detail, err error) {
	if err := by.Check(access.Read); err != nil {
		return out, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		if out.Session, err = tx.Session(ctx, id); err != nil {
			return err
		}
		if out.Row, err = tx.SessionRow(ctx, id); err != nil {
			return err
		}
		if out.Receipts, err = tx.Receipts(ctx, id); err != nil || len(out.Receipts) == 0 {
			return err
		}
		issued, err := tx.CurrentReceipt(ctx, id)
		if err != nil {
			return err
		}
		out.Receipt = &issued
		if out.Resolution, err = ReadResolution(issued.Resolution); err != nil {
			return err
		}
		v, err := tx.TariffVersion(ctx, issued.Receipt.Tariff.VersionID)
		out.Version = &v
		return err
	})
	return out, err
}

// Receipt is one receipt by its id, with the tariff version that made it.
func (d *Desk) Receipt(ctx context.Context, by access.Actor, id string) (issued query.Issued, v query.TariffVersion, err error) {
	if err := by.Check(access.Read); err != nil {
		return issued, v, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		if issued, err = tx.Receipt(ctx, id); err != nil {
			return err
		}
		v, err = tx.TariffVersion(ctx, issued.Receipt.Tariff.VersionID)
		return err
	})
	return issued, v, err
}

package catalog

import (
	"bytes"
	"context"
	"fmt"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/tariff"
)

// Published says what became of a document.
type Published struct {
	Tariff  tariff.Tariff
	Version query.TariffVersion
	// Changed is false when the document says nothing new; Version is then the
	// one that says it already.
	Changed bool
}

// Publish makes a document the newest version of the tariff of its name, which
// is created when there is none. It holds from the instant, or from now where
// that is zero; an instant in the past is refused, except for a tariff's first
// version, which may price history. Nothing changes when the version that holds
// at the instant says the same, so publishing everything again every night
// leaves alone what is scheduled.
func (d *Desk) Publish(ctx context.Context, by access.Actor, doc tariff.Document, from calendar.Instant, externalID string) (Published, error) {
	if err := by.Check(access.ChangePrices); err != nil {
		return Published{}, err
	}
	var out Published
	err := d.Store.Update(ctx, func(tx Tx) (err error) {
		out, err = d.publish(ctx, tx, by, doc, from, externalID)
		return err
	})
	return out, err
}

func (d *Desk) publish(ctx context.Context, tx Tx, by access.Actor, doc tariff.Document, from calendar.Instant, externalID string) (Published, error) {
	now := d.now()
	t, err := tx.TariffByName(ctx, doc.Name)
	var versions []query.TariffVersion
	switch {
	case fault.Is(err, fault.NotFound):
		t = tariff.Tariff{ID: newID(), Name: doc.Name, ExternalID: externalID}
	case err != nil:
		return Published{}, err
	default:
		if versions, err = tx.TariffVersions(ctx, t.ID); err != nil {
			return Published{}, err
		}
	}
	newest := newestOf(versions)
	if same := saidAlready(versions, newest, doc, from, now); same != nil {
		t, err = d.rename(ctx, tx, by, t, externalID)
		return Published{Tariff: t, Version: *same}, err
	}
	if externalID != "" {
		t.ExternalID = externalID
	}
	if from, err = startOf(newest, from, now); err != nil {
		return Published{}, err
	}
	if newest != nil && newest.Document.Currency != doc.Currency {
		return Published{}, fault.At(fault.Conflict, "currency_fixed", "currency",
			fmt.Sprintf("tariff %q is in %s; a price in %s needs a tariff of its own name", doc.Name, newest.Document.Currency, doc.Currency))
	}
	if err := feedsFit(ctx, tx, doc); err != nil {
		return Published{}, err
	}
	if err := tx.SaveTariff(ctx, t); err != nil {
		return Published{}, err
	}
	t.Version++
	v := query.TariffVersion{Version: tariff.Version{ID: newID(), TariffID: t.ID, Number: len(versions) + 1, From: from, Document: doc},
		CreatedAt: now, CreatedBy: by.ID}
	if from > now {
		v.AnnounceAt = from
	}
	if err := tx.AddTariffVersion(ctx, v); err != nil {
		return Published{}, err
	}
	err = record(ctx, tx, now, event.TariffPublished, event.Subject{Kind: "tariff", ID: t.ID}, by,
		map[string]any{"tariff": t.Name, "version": v.Number, "versionId": v.ID, "from": from.String(), "currency": doc.Currency})
	return Published{Tariff: t, Version: v, Changed: true}, err
}

// saidAlready is the version that makes publishing the document needless: the
// one that holds at the instant, or the newest where no instant is named.
func saidAlready(versions []query.TariffVersion, newest *query.TariffVersion, doc tariff.Document, from, now calendar.Instant) *query.TariffVersion {
	if newest == nil {
		return nil
	}
	says := func(v *query.TariffVersion) bool {
		return v != nil && bytes.Equal(tariff.Encode(v.Document), tariff.Encode(doc))
	}
	at := from
	if from == 0 {
		if says(newest) {
			return newest
		}
		at = now
	}
	var holding *query.TariffVersion
	for i := range versions {
		if v := &versions[i]; v.From <= at && (holding == nil || v.From > holding.From) {
			holding = v
		}
	}
	if says(holding) {
		return holding
	}
	return nil
}

// rename gives the tariff another external id where one is named.
func (d *Desk) rename(ctx context.Context, tx Tx, by access.Actor, t tariff.Tariff, externalID string) (tariff.Tariff, error) {
	if externalID == "" || externalID == t.ExternalID {
		return t, nil
	}
	t.ExternalID = externalID
	if err := tx.SaveTariff(ctx, t); err != nil {
		return t, err
	}
	t.Version++
	return t, record(ctx, tx, d.now(), event.TariffSaved, event.Subject{Kind: "tariff", ID: t.ID}, by,
		map[string]any{"tariff": t.Name, "externalId": t.ExternalID})
}

func newestOf(versions []query.TariffVersion) *query.TariffVersion {
	var newest *query.TariffVersion
	for i := range versions {
		if newest == nil || versions[i].Number > newest.Number {
			newest = &versions[i]
		}
	}
	return newest
}

// closely is how far ahead of the clock, in seconds, versions may queue that
// are published one after the other to hold from now: each starts a second
// after the one before.
const closely = 60

// startOf is the instant from which a new version holds. Versions start one
// after the other, so what was charged in the past can always be told.
func startOf(newest *query.TariffVersion, from, now calendar.Instant) (calendar.Instant, error) {
	if newest == nil {
		return from, nil // zero: since ever
	}
	switch {
	case from == 0 && newest.From > now+closely:
		return 0, fault.At(fault.Conflict, "from_before_newest", "from",
			fmt.Sprintf("version %d is scheduled to hold from %s; say from which later instant this one holds, or wait until then", newest.Number, newest.From))
	case from == 0:
		from = max(now, newest.From+1)
	}
	if from < now {
		return 0, fault.At(fault.Invalid, "from_in_the_past", "from",
			fmt.Sprintf("a new version cannot hold from %s, which has passed; sessions have been priced since", from))
	}
	if from <= newest.From {
		return 0, fault.At(fault.Conflict, "from_before_newest", "from",
			fmt.Sprintf("version %d already holds from %s; a later version must start after it", newest.Number, newest.From))
	}
	return from, nil
}

// Tariffs lists tariffs by name.
func (d *Desk) Tariffs(ctx context.Context, by access.Actor, f query.TariffFilter) (rows []query.TariffRow, next string, err error) {
	if err := by.Check(access.Read); err != nil {
		return nil, "", err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		rows, next, err = tx.Tariffs(ctx, f)
		return err
	})
	return rows, next, err
}

// Tariff finds a tariff by name, id or external id, with all its versions from
// the newest to the oldest.
func (d *Desk) Tariff(ctx context.Context, by access.Actor, name string) (t tariff.Tariff, versions []query.TariffVersion, err error) {
	if err := by.Check(access.Read); err != nil {
		return t, nil, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		t, err = tx.TariffByName(ctx, name)
		if fault.Is(err, fault.NotFound) {
			t, err = tx.Tariff(ctx, name)
		}
		if fault.Is(err, fault.NotFound) {
			t, err = tx.TariffByExternalID(ctx, name)
		}
		if err != nil {
			return err
		}
		versions, err = tx.TariffVersions(ctx, t.ID)
		return err
	})
	return t, versions, err
}

// Version finds a version by id.
func (d *Desk) Version(ctx context.Context, by access.Actor, id string) (v query.TariffVersion, err error) {
	if err := by.Check(access.Read); err != nil {
		return v, err
	}
	err = d.Store.View(ctx, func(tx Tx) (err error) {
		v, err = tx.TariffVersion(ctx, id)
		return err
	})
	return v, err
}

// announceBatch is the number of versions that one sweep announces at most.
const announceBatch = 100

// AnnounceDue records that scheduled versions have taken effect. It is a
// sweep: run it as often as you like, on as many nodes as you like.
func (d *Desk) AnnounceDue(ctx context.Context) (done int, err error) {
	err = d.Store.Update(ctx, func(tx Tx) error {
		done = 0
		now := d.now()
		due, err := tx.DueTariffVersions(ctx, now, announceBatch)
		if err != nil {
			return err
		}
		for _, v := range due {
			mine, err := tx.TariffVersionAnnounced(ctx, v.ID)
			if err != nil {
				return err
			}
			if !mine {
				continue
			}
			err = record(ctx, tx, now, event.TariffEffective, event.Subject{Kind: "tariff", ID: v.TariffID}, access.Kwote,
				map[string]any{"tariff": v.Document.Name, "version": v.Number, "versionId": v.ID, "from": v.From.String()})
			if err != nil {
				return err
			}
			done++
		}
		return nil
	})
	return done, err
}

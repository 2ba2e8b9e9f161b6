package places

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/place"
)

// batchSize is how many locations or EVSEs are kept in one transaction and
// told of in one event.
const batchSize = 2000

// AddAll keeps many new locations and EVSEs and returns them with the ids that
// they lacked. An EVSE may stand at a location of the same call, so such a
// location comes with its id. Everything is checked before anything is
// written; what is written is committed batch by batch, so a fault of the
// database may leave the earlier batches. One event per batch.
func (d *Desk) AddAll(ctx context.Context, by access.Actor, locations []place.Location, evses []place.EVSE) ([]place.Location, []place.EVSE, error) {
	if err := by.Check(access.ChangePlaces); err != nil {
		return nil, nil, err
	}
	locations, evses = append([]place.Location(nil), locations...), append([]place.EVSE(nil), evses...)
	if err := validAll(locations, evses); err != nil {
		return nil, nil, err
	}
	err := d.Store.View(ctx, func(tx Tx) error { return allReferences(ctx, tx, locations, evses) })
	if err != nil {
		return nil, nil, err
	}
	now := d.now()
	for i := range locations {
		locations[i] = locations[i].Trimmed()
		locations[i].ID, locations[i].Version = orNewID(locations[i].ID), 0
	}
	for i := range evses {
		evses[i] = evses[i].Trimmed()
		evses[i].ID, evses[i].Version = orNewID(evses[i].ID), 0
	}
	err = d.inBatches(ctx, len(locations), func(tx Tx, from, to int) error {
		return addLocations(ctx, tx, now, by, locations[from:to])
	})
	if err != nil {
		return nil, nil, err
	}
	err = d.inBatches(ctx, len(evses), func(tx Tx, from, to int) error {
		return addEVSEs(ctx, tx, now, by, evses[from:to])
	})
	if err != nil {
		return nil, nil, err
	}
	for i := range locations {
		locations[i].Version = 1
	}
	for i := range evses {
		evses[i].Version = 1
	}
	return locations, evses, nil
}

func orNewID(id string) string {
	if id == "" {
		return newID()
	}
	return id
}

func (d *Desk) inBatches(ctx context.Context, n int, add func(tx Tx, from, to int) error) error {
	for from := 0; from < n; from += batchSize {
		err := d.Store.Update(ctx, func(tx Tx) error { return add(tx, from, min(from+batchSize, n)) })
		if err != nil {
			return err
		}
	}
	return nil
}

func addLocations(ctx context.Context, tx Tx, at calendar.Instant, by access.Actor, all []place.Location) error {
	if err := tx.AddLocations(ctx, all); err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, l := range all {
		ids[i] = l.ID
	}
	return record(ctx, tx, at, event.PlacesAdded, event.Subject{Kind: "batch", ID: newID()}, by, map[string]any{"locations": ids})
}

func addEVSEs(ctx context.Context, tx Tx, at calendar.Instant, by access.Actor, all []place.EVSE) error {
	if err := tx.AddEVSEs(ctx, all); err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	return record(ctx, tx, at, event.PlacesAdded, event.Subject{Kind: "batch", ID: newID()}, by, map[string]any{"evses": ids})
}

// mostIssues bounds a report about a file in which everything is wrong.
const mostIssues = 100

func validAll(locations []place.Location, evses []place.EVSE) error {
	var issues []fault.Issue
	add := func(list string, i int, err error) {
		if f := fault.As(err); f != nil {
			for _, issue := range f.Issues {
				issue.Field = fmt.Sprintf("%s[%d].%s", list, i, issue.Field)
				issues = append(issues, issue)
			}
		}
	}
	for i := 0; i < len(locations) && len(issues) < mostIssues; i++ {
		add("locations", i, locations[i].Validate())
	}
	for i := 0; i < len(evses) && len(issues) < mostIssues; i++ {
		add("evses", i, evses[i].Validate())
	}
	if len(issues) == 0 {
		return nil
	}
	return &fault.Fault{Kind: fault.Invalid, Code: "places_invalid", Message: "the places cannot be added; correct these and send all again", Issues: issues}
}

// allReferences checks each network, partner and location named once.
func allReferences(ctx context.Context, tx Tx, locations []place.Location, evses []place.EVSE) error {
	here, seen := map[string]bool{}, map[string]bool{}
	for i, l := range locations {
		here[l.ID] = true
		if key := l.NetworkID + "\n" + l.PartnerID; !seen[key] {
			seen[key] = true
			if err := at("locations", i, locationReferences(ctx, tx, l)); err != nil {
				return err
			}
		}
	}
	for i, e := range evses {
		if here[e.LocationID] {
			continue
		}
		here[e.LocationID] = true
		_, err := tx.Location(ctx, e.LocationID)
		if err := at("evses", i, required(err, "locationId", "location", e.LocationID)); err != nil {
			return err
		}
	}
	return nil
}

// at puts the place in a list before a fault's field.
func at(list string, i int, err error) error {
	if f := fault.As(err); f != nil && f.Field != "" {
		return fault.At(f.Kind, f.Code, fmt.Sprintf("%s[%d].%s", list, i, f.Field), f.Message)
	}
	return err
}

// kilowatts is a power as the API writes it: a decimal without an exponent.
func kilowatts(p energy.Power) string {
	const mW = 1_000_000
	whole, part := int64(p)/mW, int64(p)%mW
	if part == 0 {
		return strconv.FormatInt(whole, 10)
	}
	return strings.TrimRight(fmt.Sprintf("%d.%06d", whole, part), "0")
}

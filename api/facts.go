package api

import (
	"fmt"
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/session"
)

// Reading is the energy since the session's start, at an instant.
type Reading struct {
	At        string `json:"at" format:"date-time"`
	EnergyKWh string `json:"energyKwh" doc:"In kWh since the session's start, at most nine decimals"`
}

// StateChange says that a state holds from an instant on.
type StateChange struct {
	At    string `json:"at" format:"date-time"`
	State string `json:"state" enum:"charging,idle"`
}

// SessionFacts are what happened between plugging in and unplugging.
type SessionFacts struct {
	Start     string        `json:"start" format:"date-time" doc:"Plugged in"`
	End       string        `json:"end" format:"date-time" doc:"Unplugged"`
	EnergyKWh string        `json:"energyKwh,omitempty" doc:"All energy in kWh, where there are no readings; it is taken to flow evenly while charging"`
	Readings  []Reading     `json:"readings,omitempty" maxItems:"100000" doc:"Meter readings since the start of the session, in any order"`
	States    []StateChange `json:"states,omitempty" maxItems:"100000" doc:"Charging until the first change"`
	MoreFacts
}

// MoreFacts are what not every charger can tell of a session.
type MoreFacts struct {
	Exports     []Reading    `json:"exports,omitempty" maxItems:"100000" doc:"Meter readings of the energy given back since the start of the session, in any order"`
	Charges     []CarCharge  `json:"charges,omitempty" maxItems:"100000" doc:"States of charge of the car's battery"`
	Modes       []ModeChange `json:"modes,omitempty" maxItems:"100000" doc:"Regular until the first change; one from before the start holds from the start"`
	Pauses      []Stretch    `json:"pauses,omitempty" maxItems:"100000" doc:"When the operator held back or contact was lost: no time of them is priced"`
	Reservation *Reservation `json:"reservation,omitempty" doc:"The reservation that went before"`
}

// CarCharge is a state of charge at an instant.
type CarCharge struct {
	At      string `json:"at" format:"date-time"`
	Percent string `json:"percent" example:"62.5" doc:"0 to 100, at most one decimal"`
}

// ModeChange says that a mode of charging holds from an instant on.
type ModeChange struct {
	At   string `json:"at" format:"date-time"`
	Mode string `json:"mode" enum:"regular,boosted,optimised"`
}

// Stretch is a time with its first instant and without its last.
type Stretch struct {
	From string `json:"from" format:"date-time"`
	To   string `json:"to" format:"date-time"`
}

// Reservation is a time for which the EVSE was held.
type Reservation struct {
	From    string `json:"from" format:"date-time"`
	To      string `json:"to" format:"date-time" doc:"Not after the start of the session"`
	Expired bool   `json:"expired,omitempty" doc:"Nobody came: start and end of the session are the end of the reservation, and there is no energy"`
}

func showReadings(all []session.Reading) []Reading {
	out := []Reading{}
	for _, r := range all {
		out = append(out, Reading{r.At.String(), r.Import.String()})
	}
	return out
}

func showStretches(all []session.Stretch) (out []Stretch) {
	for _, s := range all {
		out = append(out, Stretch{s.From.String(), s.To.String()})
	}
	return out
}

func showMore(f session.Facts) MoreFacts {
	out := MoreFacts{Exports: showReadings(f.Exports), Pauses: showStretches(f.Pauses)}
	for _, c := range f.Charges {
		out.Charges = append(out.Charges, CarCharge{c.At.String(), c.Percent()})
	}
	for _, m := range f.Modes {
		out.Modes = append(out.Modes, ModeChange{m.At.String(), m.Mode.String()})
	}
	if r := f.Reserved; r != nil {
		out.Reservation = &Reservation{r.From.String(), r.To.String(), r.Expired}
	}
	return out
}

// readReading reads a reading at a place of the body.
func readReading(field string, r Reading) (out session.Reading, err error) {
	if out.At, err = parseInstant(field+".at", r.At); err != nil {
		return out, err
	}
	out.Import, err = parseEnergy(field+".energyKwh", r.EnergyKWh)
	return out, err
}

// readSpan reads two instants.
func readSpan(field, from, to string) (a, b calendar.Instant, err error) {
	if a, err = parseInstant(field+".from", from); err != nil {
		return a, b, err
	}
	b, err = parseInstant(field+".to", to)
	return a, b, err
}

// readEach reads the elements of a list in the body, which errors name by their
// place.
func readEach[W, T any](field string, in []W, read func(field string, w W) (T, error)) (out []T, err error) {
	for i, w := range in {
		v, err := read(fmt.Sprintf("%s[%d]", field, i), w)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// addTo reads what the body tells beyond energy and states into facts.
func (m MoreFacts) addTo(f *session.Facts) (err error) {
	if f.Exports, err = readEach("exports", m.Exports, readReading); err != nil {
		return err
	}
	f.Charges, err = readEach("charges", m.Charges, func(field string, c CarCharge) (out session.Charge, err error) {
		if out.At, err = parseInstant(field+".at", c.At); err != nil {
			return out, err
		}
		if out.Level, err = session.ParseLevel(c.Percent); err != nil {
			err = fault.At(fault.Invalid, "charge_malformed", field+".percent", fmt.Sprintf("%q %s", c.Percent, err))
		}
		return out, err
	})
	if err != nil {
		return err
	}
	f.Modes, err = readEach("modes", m.Modes, func(field string, c ModeChange) (out session.ModeChange, err error) {
		out.Mode, _ = session.ParseMode(c.Mode) // the document's schema lets no other through
		out.At, err = parseInstant(field+".at", c.At)
		return out, err
	})
	if err != nil {
		return err
	}
	f.Pauses, err = readEach("pauses", m.Pauses, func(field string, s Stretch) (out session.Stretch, err error) {
		out.From, out.To, err = readSpan(field, s.From, s.To)
		return out, err
	})
	if err != nil || m.Reservation == nil {
		return err
	}
	f.Reserved = &session.Reservation{Expired: m.Reservation.Expired}
	f.Reserved.From, f.Reserved.To, err = readSpan("reservation", m.Reservation.From, m.Reservation.To)
	return err
}

// energy are the readings that were sent, or those that a mere total stands
// for: evenly until the first idle moment, else until the end. An expired
// reservation needs none.
func (b SessionFacts) energy(f session.Facts) ([]session.Reading, error) {
	switch {
	case b.EnergyKWh != "" && len(b.Readings) > 0:
		return nil, fault.At(fault.Invalid, "energy_twice", "energyKwh", "send either readings or energyKwh, not both")
	case b.EnergyKWh == "" && len(b.Readings) == 0 && !f.NoShow():
		return nil, fault.At(fault.Invalid, "required", "readings", "the energy is missing; send readings or energyKwh")
	case b.EnergyKWh == "":
		return readEach("readings", b.Readings, readReading)
	}
	q, err := parseEnergy("energyKwh", b.EnergyKWh)
	if err != nil {
		return nil, err
	}
	stop := f.End
	for _, c := range f.Changes {
		if c.State == session.Idle && c.At > f.Start {
			stop = min(stop, c.At)
		}
	}
	return []session.Reading{{At: stop, Import: q}}, nil
}

// read makes facts of what was sent.
func (b SessionFacts) read() (f session.Facts, err error) {
	if f.Start, err = parseInstant("start", b.Start); err != nil {
		return f, err
	}
	if f.End, err = parseInstant("end", b.End); err != nil {
		return f, err
	}
	f.Changes, err = readEach("states", b.States, func(field string, s StateChange) (out session.Change, err error) {
		if s.State == session.Idle.String() {
			out.State = session.Idle
		}
		out.At, err = parseInstant(field+".at", s.At)
		return out, err
	})
	if err != nil {
		return f, err
	}
	if err := b.addTo(&f); err != nil {
		return f, err
	}
	if f.Readings, err = b.energy(f); err != nil {
		return f, err
	}
	if f.Start == f.End && slices.ContainsFunc(slices.Concat(f.Readings, f.Exports), func(r session.Reading) bool { return r.Import > 0 }) {
		return f, fault.At(fault.Invalid, "session_zero_length", "end",
			fmt.Sprintf("the session ends at %s, when it starts, and yet has energy; check the two times", f.End))
	}
	return f, nil
}

// facts are those of the session, made one where it came in parts.
func (b SessionBody) facts() (session.Facts, error) {
	first, err := b.SessionFacts.read()
	if err != nil || len(b.Resumed) == 0 {
		return first, err
	}
	parts := []session.Facts{first}
	for i, r := range b.Resumed {
		part, err := r.read()
		if err == nil {
			part, err = session.Normalise(part)
		}
		if err != nil {
			return first, within(fmt.Sprintf("resumed[%d].", i), err)
		}
		parts = append(parts, part)
	}
	if parts[0], err = session.Normalise(first); err != nil {
		return first, err
	}
	merged, err := session.Merge(parts, session.MergeWindow)
	return merged, within("resumed.", err)
}

// within puts what an object lies in before the field that a fault names.
func within(where string, err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	inside := *f
	inside.Field = strings.TrimSuffix(where+f.Field, ".")
	return &inside
}

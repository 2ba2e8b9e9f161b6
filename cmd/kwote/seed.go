package main

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/google/uuid"

	"kwote/app/catalog"
	"kwote/clock"
	"kwote/demo"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/store"
)

// The settings by which a demo knows how far it has come.
const (
	settingDemoFrom  = "demo.from"  // instant at which its history begins
	settingDemoUntil = "demo.until" // instant up to which sessions are there
	settingDemoAhead = "demo.ahead" // seconds by which the clock was stepped
)

// demoNetwork is the invented network in a database: it seeds it once, and
// lets sessions happen as the clock runs or is stepped.
type demoNetwork struct {
	house *house
	clock *clock.Stepped
	from  calendar.Instant
	world *demo.World // static part, of the last look
	// until is the instant up to which sessions are known to be there.
	until calendar.Instant
	// known is how many sessions were there at the start of this process.
	known int64
}

// settingInstant reads a setting that holds seconds; zero where it is not set.
func settingInstant(ctx context.Context, tx *store.Tx, name string) (calendar.Instant, error) {
	s, err := tx.Setting(ctx, name)
	if err != nil || s == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fault.New(fault.Unavailable, "database_damaged", fmt.Sprintf("the setting %s holds %q, which is no number of seconds", name, s))
	}
	return calendar.Instant(n), nil
}

// openDemo opens the database with a clock that stands where it was left and
// makes the places, people and prices of the demo where they are missing.
func openDemo(ctx context.Context, s settings) (*demoNetwork, error) {
	h, err := s.open(ctx, clock.System{})
	if err != nil {
		return nil, err
	}
	d := &demoNetwork{house: h}
	if err := d.prepare(ctx); err != nil {
		h.close()
		return nil, err
	}
	return d, nil
}

func (d *demoNetwork) prepare(ctx context.Context) error {
	var ahead calendar.Instant
	err := d.house.db.View(ctx, func(tx *store.Tx) (err error) {
		if ahead, err = settingInstant(ctx, tx, settingDemoAhead); err != nil {
			return err
		}
		if d.from, err = settingInstant(ctx, tx, settingDemoFrom); err != nil {
			return err
		}
		d.until, err = settingInstant(ctx, tx, settingDemoUntil)
		return err
	})
	if err != nil {
		return err
	}
	real := clock.System{}.Now()
	d.clock = clock.NewStepped(real.Add(time.Duration(ahead)*time.Second), true)
	d.house = introduce(d.house.db, d.clock)
	now := calendar.Of(d.clock.Now())
	fresh := d.from == 0
	if fresh {
		if err := d.refuseForeign(ctx); err != nil {
			return err
		}
		if d.world, err = demo.Network(now); err != nil {
			return err
		}
		d.from = d.world.From
		return d.plant(ctx)
	}
	d.world, err = demo.Between(d.from, now)
	return err
}

// count finds out how many sessions an earlier, unfinished start left. A
// finished one never asks again.
func (d *demoNetwork) count(ctx context.Context) error {
	if d.until != 0 {
		return nil
	}
	return d.house.db.View(ctx, func(tx *store.Tx) error {
		all, err := tx.TakingsByTariff(ctx, query.TakingsFilter{})
		for _, t := range all {
			d.known += t.Sessions
		}
		return err
	})
}

// refuseForeign keeps the demo out of a database that holds something else.
func (d *demoNetwork) refuseForeign(ctx context.Context) error {
	return d.house.db.View(ctx, func(tx *store.Tx) error {
		known, err := tx.Networks(ctx)
		if err == nil && len(known) > 0 {
			err = fault.At(fault.Conflict, "database_in_use", "data",
				"this database already holds a network; choose an empty folder with --data or KWOTE_DATA, or use kwote serve")
		}
		return err
	})
}

// plant makes places, people and prices in one transaction.
func (d *demoNetwork) plant(ctx context.Context) error {
	w := d.world
	return d.house.db.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SaveNetwork(ctx, w.Network); err != nil {
			return err
		}
		for _, p := range w.Partners {
			if err := tx.SavePartner(ctx, p); err != nil {
				return err
			}
		}
		for _, g := range w.Groups {
			if err := tx.SaveUserGroup(ctx, g); err != nil {
				return err
			}
		}
		for _, add := range []func() error{
			func() error { return tx.AddLocations(ctx, w.Locations) },
			func() error { return tx.AddEVSEs(ctx, w.EVSEs) },
			func() error { return tx.AddUsers(ctx, w.Users) },
			func() error { return tx.AddTokens(ctx, w.Tokens) },
			func() error { return d.price(ctx, tx) },
			func() error { return tx.SetSetting(ctx, settingDemoFrom, strconv.FormatInt(int64(d.from), 10)) },
		} {
			if err := add(); err != nil {
				return err
			}
		}
		e, err := event.New(uuid.Must(uuid.NewV7()).String(), calendar.Of(d.clock.Now()), event.PlacesImported, event.Subject{Kind: "network", ID: w.Network.ID}, access.Kwote,
			fmt.Appendf(nil, `{"source":"demo","locations":%d,"evses":%d,"users":%d}`, len(w.Locations), len(w.EVSEs), len(w.Users)))
		if err != nil {
			return err
		}
		return tx.AddEvents(ctx, []event.Event{e})
	})
}

// price publishes the demo's tariffs as of the days on which they began to
// hold, and its tariff groups.
func (d *demoNetwork) price(ctx context.Context, tx *store.Tx) error {
	for _, t := range d.world.Tariffs {
		doc, err := tariff.Decode(t.Source)
		if err != nil {
			return err
		}
		then := catalog.Desk{Store: inside[catalog.Tx]{tx}, Clock: clock.Fixed(t.From.Time())}
		if _, err := then.Publish(ctx, access.Kwote, doc, t.From, ""); err != nil {
			return err
		}
	}
	desk := catalog.Desk{Store: inside[catalog.Tx]{tx}, Clock: d.clock}
	for _, g := range d.world.TariffGroups {
		if _, err := desk.SaveGroup(ctx, access.Kwote, g); err != nil {
			return err
		}
	}
	return nil
}

// inside lets a desk work within a transaction that is open already.
type inside[T any] struct{ tx T }

func (i inside[T]) Update(_ context.Context, do func(T) error) error { return do(i.tx) }
func (i inside[T]) View(_ context.Context, do func(T) error) error   { return do(i.tx) }

// demoPause is how much business time passes before new sessions are looked
// for.
const demoPause = 5 * 60

// due reports whether the clock has run far enough for new sessions.
func (d *demoNetwork) due() bool { return calendar.Of(d.clock.Now()) >= d.until+demoPause }

// happen lets every session that has ended by now happen. It is a sweep.
func (d *demoNetwork) happen(ctx context.Context, progress func(done, all int64)) (int, error) {
	if !d.due() {
		return 0, nil
	}
	now := calendar.Of(d.clock.Now())
	w, err := demo.Between(d.from, now)
	if err != nil {
		return 0, err
	}
	var all int64
	for range d.missing(w) {
		all++
	}
	added, err := d.house.charging.Replay(ctx, access.Kwote, d.missing(w), func(done int64) {
		if progress != nil {
			progress(done, all)
		}
	})
	if err != nil {
		return int(added), err
	}
	err = d.house.db.Update(ctx, func(tx *store.Tx) error {
		return tx.SetSetting(ctx, settingDemoUntil, strconv.FormatInt(int64(now), 10))
	})
	if err == nil {
		d.world, d.until = w, now
	}
	return int(added), err
}

// someDriver is the e-mail address of the driver with most sessions among the
// demo's first, to sign in with. It looks at few so that starting stays quick.
func (d *demoNetwork) someDriver() string {
	const few = 2000
	address, count := map[string]string{}, map[string]int{}
	for _, u := range d.world.Users {
		address[u.ID] = u.Email
	}
	busiest, looked := "", 0
	for s := range d.world.Sessions() {
		if looked++; looked > few {
			break
		}
		if address[s.UserID] == "" {
			continue
		}
		if count[s.UserID]++; count[s.UserID] > count[busiest] {
			busiest = s.UserID
		}
	}
	return address[busiest]
}

// missing are the sessions that have ended since the last look.
func (d *demoNetwork) missing(w *demo.World) iter.Seq[session.Session] {
	return func(yield func(session.Session) bool) {
		for s := range w.Sessions() {
			if s.Facts.End >= d.until && !yield(s) {
				return
			}
		}
	}
}

// advance steps the clock and keeps where it stands, so that the next start
// goes on from there.
func (d *demoNetwork) advance(ctx context.Context, by time.Duration) (time.Time, error) {
	now, err := d.clock.Advance(by)
	if err != nil {
		return now, fault.At(fault.Invalid, "clock_backwards", "days", err.Error())
	}
	ahead := int64(now.Sub(clock.System{}.Now()).Round(time.Second) / time.Second)
	return now, d.house.db.Update(ctx, func(tx *store.Tx) error {
		return tx.SetSetting(ctx, settingDemoAhead, strconv.FormatInt(ahead, 10))
	})
}

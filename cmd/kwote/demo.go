package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kwote/app/accounts"
	"kwote/clock"
	"kwote/jobs"
)

// demoCommand is kwote demo.
type demoCommand struct {
	settings
	listenOptions
}

func (demoCommand) Help() string {
	return `Examples:
  kwote demo
  KWOTE_ADDR=127.0.0.1:9090 KWOTE_DATA=/tmp/kwote kwote demo

The first start invents a network of 40 locations with a year of sessions. On a loopback address the
console needs no sign-in; elsewhere an owner account is made and printed. The clock of the demo can be
stepped forward in the console.`
}

func (c demoCommand) Run(ctx context.Context, s streams) (err error) {
	l, err := c.listen()
	if err != nil {
		return err
	}
	watch := clock.StartStopwatch()
	d, err := openDemo(ctx, c.settings)
	if err != nil {
		l.Close()
		return err
	}
	defer func() { err = errors.Join(err, d.house.close()) }()
	if err := (mailOptions{}).connect(d.house, s, webAddress(l)); err != nil {
		l.Close()
		return err
	}
	first, err := d.house.accounts.Bootstrap(ctx)
	if err != nil {
		l.Close()
		return err
	}
	if err := d.count(ctx); err != nil {
		l.Close()
		return err
	}
	options := doorOptions{demo: d, sweeps: []jobs.Sweep{d.sweep(s, watch)}, log: slog.New(slog.NewTextHandler(s.err, nil))}
	if loopback(l) {
		owner, err := d.house.accounts.FirstOwner(ctx)
		if err != nil {
			l.Close()
			return err
		}
		options.actor, options.hosts = &owner.Actor, []string{"localhost", "127.0.0.1", "[::1]", l.Addr().String()}
		announceFirst(s, accounts.FirstStart{AdminKey: first.AdminKey})
	} else {
		announceFirst(s, first)
	}
	fmt.Fprintf(s.out, `Kwote %s: the demo network answers at %s

Try: who pays what      %[2]s/who-pays-what
     an explained bill  %[2]s/sessions
     a driver's phone   %[2]s/my/
     the API            %[2]s/api/docs

`, version, webAddress(l))
	return openDoors(d.house, options).run(ctx, l)
}

// sweep lets the demo's sessions happen: the whole history at the first start,
// with a progress bar, and then whatever ends as the clock runs.
func (d *demoNetwork) sweep(s streams, watch clock.Stopwatch) jobs.Sweep {
	return jobs.Sweep{Name: "demo sessions", Every: time.Second, Run: func(ctx context.Context) (int, error) {
		if d.until != 0 {
			return d.happen(ctx, nil)
		}
		bar := newProgress(s, "inventing sessions")
		n, err := d.happen(ctx, bar.to)
		bar.close()
		if err == nil {
			fmt.Fprintf(s.out, "%d sessions are there, %.1f s after the start.\n", d.known+int64(n), watch.Elapsed().Seconds())
		}
		return n, err
	}}
}

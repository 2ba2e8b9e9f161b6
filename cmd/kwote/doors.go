package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"kwote/api"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/jobs"
	"kwote/store"
	"kwote/web/admin"
	"kwote/web/portal"
	"kwote/web/ui"
)

// doorOptions say how the doors of a house are opened.
type doorOptions struct {
	secure bool          // cookies only over TLS
	actor  *access.Actor // signed in without asking; nil: people sign in
	hosts  []string      // the only names under which to answer; none: any
	demo   *demoNetwork  // nil: a real network
	sweeps []jobs.Sweep  // beside those of every house
	log    *slog.Logger
}

// doors are the web server and the sweeps of a house.
type doors struct {
	house   *house
	handler http.Handler
	runner  *jobs.Runner
	log     *slog.Logger
}

func openDoors(h *house, o doorOptions) *doors {
	d := &doors{house: h, log: o.log, runner: &jobs.Runner{Sweeps: append(h.sweeps(), o.sweeps...), Log: o.log}}
	mux := http.NewServeMux()
	mux.Handle("/assets/", ui.Assets())
	mux.HandleFunc("GET /healthz", d.alive)
	mux.HandleFunc("GET /readyz", d.ready)
	mux.Handle("/api/", d.api())
	words := messages()
	mux.Handle(portal.Home, d.portal(o, words))
	mux.Handle("/", d.console(o, words))
	d.handler = onlyAs(o.hosts, http.NewCrossOriginProtection().Handler(mux))
	return d
}

// onlyAs answers requests under the given names only. A page of another site
// that has its name point here (DNS rebinding) would else act as whoever is
// signed in without asking.
func onlyAs(hosts []string, next http.Handler) http.Handler {
	if len(hosts) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, ']') {
			name = name[:i]
		}
		if !slices.Contains(hosts, name) && !slices.Contains(hosts, r.Host) {
			http.Error(w, "This demo answers on this machine only: open it as http://localhost.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (d *doors) api() http.Handler {
	h := d.house
	return api.New(api.Desks{Catalog: h.catalog, Charging: h.charging, Places: h.places, Accounts: h.accounts, Insight: h.insight}, api.Options{
		Version: version, Log: d.log,
		Clock:      clock.System{}, // clients repeat requests in real time
		Replies:    bind[api.Tx]{h.db, func(tx *store.Tx) api.Tx { return tx }},
		DocsScript: ui.Asset("swagger-ui/swagger-ui-bundle.js"), DocsStyle: ui.Asset("swagger-ui/swagger-ui.css"),
	})
}

// messages are the words of all pages.
func messages() *ui.Catalog {
	catalog, err := ui.NewCatalog(admin.Messages, portal.Messages)
	if err != nil {
		panic(err) // the messages are part of the binary, and tests read them all
	}
	return catalog
}

func (d *doors) portal(o doorOptions, words *ui.Catalog) http.Handler {
	h := d.house
	options := portal.Options{Sessions: portal.NewSessions(h.db.WebSessions(clock.System{}.Now), o.secure), Catalog: words, Log: d.log}
	if o.demo != nil {
		options.DemoEmail = o.demo.someDriver()
	}
	return portal.New(portal.Desks{Charging: h.charging, Accounts: h.accounts}, options)
}

func (d *doors) console(o doorOptions, words *ui.Catalog) http.Handler {
	h := d.house
	options := admin.Options{
		// Cookies live in browsers, which know real time only.
		Sessions: admin.NewSessions(h.db.WebSessions(clock.System{}.Now), o.secure),
		Catalog:  words, Clock: h.clock, AutoActor: o.actor, JobsStatus: d.jobs, APIDocs: "/api/docs", Log: d.log,
	}
	if o.demo != nil {
		options.Demo, options.Stepper = true, stepper{o.demo, d}
	}
	return admin.New(admin.Desks{Catalog: h.catalog, Charging: h.charging, Places: h.places, Accounts: h.accounts, Insight: h.insight}, options)
}

// stepper moves the demo's clock and lets happen what falls due.
type stepper struct {
	demo  *demoNetwork
	doors *doors
}

// Advance moves the clock by whole days.
func (s stepper) Advance(ctx context.Context, days int) error {
	if _, err := s.demo.advance(ctx, time.Duration(days)*24*time.Hour); err != nil {
		return err
	}
	return s.doors.runner.RunDue(ctx)
}

// jobs is how the sweeps are doing, as the console shows it.
func (d *doors) jobs() []admin.Job {
	var out []admin.Job
	for _, s := range d.runner.Status() {
		out = append(out, admin.Job{Name: s.Name, Every: s.Every, LastRun: s.LastRun, Done: s.Done, Failures: s.Failures, LastError: s.LastError})
	}
	return out
}

// run serves until the context ends, then lets requests and sweeps finish.
func (d *doors) run(ctx context.Context, l net.Listener) error {
	server := newServer(d.handler, d.log)
	working, stop := context.WithCancel(ctx)
	defer stop()
	swept, served := make(chan error, 1), make(chan error, 1)
	go func() { swept <- d.runner.Run(working) }()
	go func() { served <- server.Serve(l) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		graceful, cut := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		err = server.Shutdown(graceful)
		cut()
	}
	stop()
	err = errors.Join(err, <-swept)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// alive answers while the process runs.
func (d *doors) alive(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

// ready answers whether requests can be served now.
func (d *doors) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := d.house.db.Ping(ctx); err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = json.NewEncoder(w).Encode(map[string]string{"database": "unreachable"}) // the client is gone if this fails
		return
	}
	fmt.Fprintln(w, "ok")
}

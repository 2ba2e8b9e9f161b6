package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"kwote/api"
	"kwote/domain/access"
	"kwote/jobs"
	"kwote/store"
	"kwote/web/admin"
	"kwote/web/ui"
)

// doorOptions say how the doors of a house are opened.
type doorOptions struct {
	secure bool          // cookies only over TLS
	actor  *access.Actor // signs in by itself; nil: people sign in
	demo   *demoNetwork  // nil: a real network
}

// doors are the web server and the sweeps of a house.
type doors struct {
	house   *house
	handler http.Handler
	sweeps  []jobs.Sweep
	runner  *jobs.Runner
}

func openDoors(h *house, o doorOptions) *doors {
	d := &doors{house: h}
	catalog, err := ui.NewCatalog(admin.Messages)
	if err != nil {
		panic(err) // the messages are part of the binary, and tests read them all
	}
	sessions := scs.New()
	sessions.Store = h.db.WebSessions(h.wall)
	sessions.Lifetime = 12 * time.Hour
	sessions.IdleTimeout = 2 * time.Hour
	sessions.Cookie.Name = "kwote_session"
	sessions.Cookie.HttpOnly = true
	sessions.Cookie.SameSite = http.SameSiteLaxMode
	sessions.Cookie.Secure = o.secure

	mux := http.NewServeMux()
	mux.Handle("/assets/", ui.Assets())
	mux.HandleFunc("GET /healthz", d.alive)
	mux.HandleFunc("GET /readyz", d.ready)
	mux.Handle("/api/", h.api())
	mux.Handle("/", sessions.LoadAndSave(catalog.Readers(h.console(o, sessions, catalog))))
	d.handler = http.NewCrossOriginProtection().Handler(mux)
	d.sweeps = h.sweeps()
	return d
}

// run serves until the context ends, then lets requests and sweeps finish.
func (d *doors) run(ctx context.Context, l net.Listener, log *slog.Logger) error {
	server := newServer(d.handler, log)
	d.runner = &jobs.Runner{Sweeps: d.sweeps, Log: log}
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

var _ = api.Receipt{}
var _ *store.DB

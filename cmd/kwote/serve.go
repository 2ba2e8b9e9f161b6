package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/fault"
	"kwote/domain/place"
)

// listenOptions say where the server answers.
type listenOptions struct {
	Addr string `name:"addr" env:"KWOTE_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on (${default})."`
}

// listen opens the address. A port in use and a bad address are said plainly.
func (o listenOptions) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", o.Addr)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.At(fault.Unavailable, "address_in_use", "addr",
			fmt.Sprintf("another program already listens on %s; stop it, or choose another port with --addr or KWOTE_ADDR", o.Addr)).Because(err)
	case errors.Is(err, syscall.EACCES):
		return nil, fault.At(fault.Unavailable, "address_forbidden", "addr",
			fmt.Sprintf("this account may not listen on %s; choose a port above 1023 with --addr or KWOTE_ADDR", o.Addr)).Because(err)
	}
	return nil, fault.At(fault.Invalid, "address_unusable", "addr",
		fmt.Sprintf("cannot listen on %q; write it as HOST:PORT, such as 127.0.0.1:8080", o.Addr)).Because(err)
}

// loopback reports whether only this machine can reach the listener.
func loopback(l net.Listener) bool {
	a, ok := l.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// webAddress is the listener's address as people type it.
func webAddress(l net.Listener) string {
	a := l.Addr().String()
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		a = fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return "http://" + a
}

// serveCommand is kwote serve.
type serveCommand struct {
	settings
	listenOptions
	PublicURL string      `name:"public-url" env:"KWOTE_PUBLIC_URL" placeholder:"URL" help:"Address under which people reach this server, for links in mails; the listening address where this is empty."`
	Mail      mailOptions `embed:"" prefix:"smtp-"`
}

func (serveCommand) Help() string {
	return `Examples:
  kwote serve
  KWOTE_DATABASE_URL=postgres://kwote@db/kwote kwote serve --addr 0.0.0.0:8080

The first start makes an owner account and an API key and prints them once.`
}

func (c serveCommand) Run(ctx context.Context, s streams) (err error) {
	l, err := c.listen()
	if err != nil {
		return err
	}
	h, err := c.open(ctx, clock.System{})
	if err != nil {
		l.Close()
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	public := c.PublicURL
	if public == "" {
		public = webAddress(l)
	}
	if err := c.Mail.connect(h, s, public); err != nil {
		l.Close()
		return err
	}
	first, err := h.accounts.Bootstrap(ctx)
	if err == nil {
		err = h.firstNetwork(ctx)
	}
	if err != nil {
		l.Close()
		return err
	}
	announceFirst(s, first)
	fmt.Fprintf(s.out, "Kwote %s answers at %s\n", version, webAddress(l))
	return openDoors(h, doorOptions{secure: strings.HasPrefix(public, "https://"), log: slog.New(slog.NewTextHandler(s.err, nil))}).run(ctx, l)
}

// firstNetwork makes a network where there is none, so that locations and
// tariff groups have something to hang on.
func (h *house) firstNetwork(ctx context.Context) error {
	known, err := h.places.Networks(ctx, access.Kwote)
	if err != nil || len(known) > 0 {
		return err
	}
	_, err = h.places.SaveNetwork(ctx, access.Kwote, place.Network{ExternalID: "main", Name: "Main network", Precedence: assign.ByOrder})
	if fault.Is(err, fault.Conflict) { // another node was faster
		return nil
	}
	return err
}

// shutdownGrace is how long requests that have begun may go on at a stop.
const shutdownGrace = 15 * time.Second

// newServer bounds what a slow or hostile client can hold.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 120 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

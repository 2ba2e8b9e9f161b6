package admin

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"kwote/app/accounts"
	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/app/insight"
	"kwote/app/places"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/web/ui"
)

// Messages are the words of the console's pages, for ui.NewCatalog.
//
//go:embed locale/*.json
var Messages embed.FS

// Desks are the use cases that the pages show; all are needed.
type Desks struct {
	Catalog  *catalog.Desk
	Charging *charging.Desk
	Places   *places.Desk
	Accounts *accounts.Desk
	Insight  *insight.Desk
}

// Stepper moves a business clock that can be moved, and lets happen what falls
// due meanwhile. It returns when that has happened.
type Stepper interface {
	Advance(ctx context.Context, days int) error
}

// Job is what the settings page tells of a background job.
type Job struct {
	Name      string
	Every     time.Duration
	LastRun   time.Time // real time; zero: not yet
	Done      int64     // things done since the start
	Failures  int       // failed runs in a row
	LastError string
}

// Options are what the console needs beside the desks. Sessions, Catalog and
// Clock are required.
type Options struct {
	Sessions *scs.SessionManager // see NewSessions
	Catalog  *ui.Catalog         // must hold Messages
	Clock    clock.Clock         // business time
	// Zone is in which times are shown that belong to no location; nil is UTC.
	Zone *time.Location
	// Stepper is nil where the clock cannot be moved.
	Stepper Stepper
	// Demo marks every page as that of an invented network.
	Demo bool
	// AutoActor, where set, is signed in without asking. Only a demo that
	// listens on this machine alone may set it.
	AutoActor *access.Actor
	// JobsStatus tells of the background jobs; nil where there are none.
	JobsStatus func() []Job
	// APIDocs is the address of the API's documentation; empty shows no link.
	APIDocs string
	// Log takes errors that are nobody's input; nil drops them.
	Log *slog.Logger
}

// SessionCookie is the name of the cookie of signed-in browsers.
const SessionCookie = "kwote_session"

// NewSessions makes the manager of signed-in browsers: a cookie that scripts
// cannot read and other sites cannot send along, ended after twelve hours
// without use. Set secure when browsers come by TLS.
func NewSessions(keep scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = keep
	m.IdleTimeout = 12 * time.Hour
	m.Lifetime = 7 * 24 * time.Hour
	m.Cookie.Name = SessionCookie
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = secure
	return m
}

// console is the handlers with what they need.
type console struct {
	Desks
	Options
	currencyOfVersion sync.Map // id of a tariff version to its currency
}

// New is the console with all its routes from the root. Browser files
// (ui.Assets) and the check of the origin of requests are the mux's, which
// serves other doors too.
func New(d Desks, o Options) http.Handler {
	c := &console{Desks: d, Options: o}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	for _, r := range c.routes() {
		mux.HandleFunc(r.pattern, c.serve(r))
	}
	return guarded(o.Sessions.LoadAndSave(o.Catalog.Readers(mux)))
}

// guarded sets the headers that every answer of the console has.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ui.ContentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "private, no-cache")
		next.ServeHTTP(w, r)
	})
}

// route is one address; open ones need nobody to be signed in.
type route struct {
	pattern string
	handle  func(*visit) error
	open    bool
	page    string // of a form that has no page at its own address: where its page is
}

func (c *console) routes() []route {
	return []route{
		{"GET /sign-in", c.signInPage, true, ""},
		{"POST /sign-in", c.signIn, true, ""},
		{"POST /sign-out", c.signOut, true, "/sign-in"},
		{"GET /{$}", c.overview, false, ""},
		{"GET /locations", c.locations, false, ""},
		{"GET /locations/{id}", c.location, false, ""},
		{"GET /evses/{id}", c.evse, false, ""},
		{"GET /tariffs", c.tariffs, false, ""},
		{"GET /tariffs/{name}", c.tariff, false, ""},
		{"GET /tariff-groups", c.tariffGroups, false, ""},
		{"GET /tariff-groups/{id}", c.tariffGroup, false, ""},
		{"GET /who-pays-what", c.whoPaysWhat, false, ""},
		{"GET /who-pays-what/evses", c.suggestEVSEs, false, ""},
		{"GET /who-pays-what/drivers", c.suggestDrivers, false, ""},
		{"GET /sessions", c.sessions, false, ""},
		{"GET /sessions.csv", c.sessionsCSV, false, ""},
		{"GET /sessions/{id}", c.session, false, ""},
		{"GET /people", c.people, false, ""},
		{"GET /people/{id}", c.person, false, ""},
		{"GET /imports", c.imports, false, ""},
		{"GET /imports/quarantine", c.quarantine, false, ""},
		{"GET /activity", c.activity, false, ""},
		{"GET /settings", c.settings, false, ""},
		{"POST /settings/keys", c.createKey, false, "/settings"},
		{"POST /settings/keys/{id}/revoke", c.revokeKey, false, "/settings"},
		{"POST /clock", c.stepClock, false, "/settings"},
		{"GET /settings/keys", c.toSettings, false, ""},
		{"GET /clock", c.toSettings, false, ""},
		{"/", c.nothingHere, false, ""},
	}
}

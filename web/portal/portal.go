package portal

import (
	"embed"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"kwote/app/accounts"
	"kwote/app/charging"
	"kwote/web/ui"
)

// Messages are the words of the portal's pages, for ui.NewCatalog.
//
//go:embed locale/*.json
var Messages embed.FS

// Home is where the portal begins; all its addresses are below.
const Home = "/my/"

// LinkPath is the page that a mailed sign-in link leads to, with the secret as
// parameter "token".
const LinkPath = Home + "sign-in/link"

// Desks are the use cases that the pages show; all are needed.
type Desks struct {
	Charging *charging.Desk
	Accounts *accounts.Desk
}

// Options are what the portal needs beside the desks. Sessions and Catalog are
// required.
type Options struct {
	Sessions *scs.SessionManager // see NewSessions
	Catalog  *ui.Catalog         // must hold Messages
	// DemoEmail is set for an invented network whose mails are printed by the
	// program: the pages then say so, and suggest this driver's address.
	DemoEmail string
	// Log takes errors that are nobody's input; nil drops them.
	Log *slog.Logger
}

// SessionCookie is the name of the cookie of signed-in drivers. It is not the
// console's, so that one browser can be a driver and a member of staff.
const SessionCookie = "kwote_driver"

// NewSessions makes the manager of signed-in drivers: a cookie that scripts
// cannot read, that other sites cannot send along and that only the portal
// gets, ended after two weeks without use. Set secure when browsers come by
// TLS.
func NewSessions(keep scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = keep
	m.IdleTimeout = 14 * 24 * time.Hour
	m.Lifetime = 90 * 24 * time.Hour
	m.Cookie.Name = SessionCookie
	m.Cookie.Path = Home
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = secure
	return m
}

// portal is the handlers with what they need.
type portal struct {
	Desks
	Options
}

// New is the portal with all its routes below Home. Browser files (ui.Assets)
// and the check of the origin of requests are the mux's, which serves other
// doors too.
func New(d Desks, o Options) http.Handler {
	p := &portal{Desks: d, Options: o}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	for _, r := range p.routes() {
		mux.HandleFunc(r.pattern, p.serve(r))
	}
	return guarded(o.Sessions.LoadAndSave(o.Catalog.Readers(mux)))
}

// guarded sets the headers that every answer of the portal has.
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
}

func (p *portal) routes() []route {
	return []route{
		{"GET /my/sign-in", p.signInPage, true},
		{"POST /my/sign-in", p.askForLink, true},
		{"GET /my/sign-in/sent", p.sentPage, true},
		{"GET " + LinkPath, p.linkPage, true},
		{"POST " + LinkPath, p.useLink, true},
		{"POST /my/sign-out", p.signOut, true},
		{"GET /my/{$}", p.sessions, false},
		{"GET /my/sessions/{id}", p.session, false},
		{"/my/", p.nothingHere, false},
	}
}

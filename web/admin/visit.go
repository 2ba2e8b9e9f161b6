package admin

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/web/ui"
)

// visit is one request with whoever makes it.
type visit struct {
	c  *console
	w  http.ResponseWriter
	r  *http.Request
	by access.Actor
	l  *ui.Locale

	sampled map[string]person.User // see sample
}

func (v *visit) ctx() context.Context     { return v.r.Context() }
func (v *visit) query(name string) string { return strings.TrimSpace(v.r.URL.Query().Get(name)) }
func (v *visit) now() time.Time           { return v.c.Clock.Now() }

// t is a message in the reader's language.
func (v *visit) t(key string, args ...any) string { return v.l.T(key, args...) }

// word is the message of a stable code, or the code where it has none.
func (v *visit) word(prefix, code string, args ...any) string {
	if !v.c.Options.Catalog.Has(prefix + code) {
		return code
	}
	return v.l.T(prefix+code, args...)
}

// serve finds out who is there, asks strangers to sign in, and turns errors
// into pages.
func (c *console) serve(r route) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if r.page != "" {
			// Switches and links on the answer lead to the page whose form it was.
			view := ui.ViewOf(req.Context())
			view.URL = &url.URL{Path: r.page}
			req = req.WithContext(ui.WithView(req.Context(), view))
		}
		v := &visit{c: c, w: w, r: req, l: ui.L(req.Context())}
		var err error
		if v.by, err = c.whoIsThere(req); err == nil && v.by.Kind == "" && !r.open {
			err = v.by.Check(access.Read)
		}
		if err == nil && req.Method == http.MethodPost {
			v.limitForm()
		}
		if err == nil {
			err = ui.PlainText(req)
		}
		if err == nil {
			err = r.handle(v)
		}
		if err != nil {
			v.fail(err)
		}
	}
}

// show writes a page, or nothing of it when it cannot be made.
func (v *visit) show(status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(v.ctx(), &b); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b.Bytes()) // a failed write means that the browser has gone away
	return nil
}

func (v *visit) goTo(address string) error {
	http.Redirect(v.w, v.r, address, http.StatusSeeOther)
	return nil
}

// flash is a message that the next page shows once.
func (v *visit) flash(text string) { v.c.Sessions.Put(v.ctx(), keyFlash, text) }

func notFound() error {
	return fault.New(fault.NotFound, "not_found", "there is nothing at this address")
}

func (c *console) nothingHere(*visit) error { return notFound() }

// statusOf is the one table from kinds of fault to answers.
var statusOf = map[fault.Kind]int{
	fault.Invalid: http.StatusBadRequest, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Denied: http.StatusForbidden, fault.Stale: http.StatusConflict, fault.Unavailable: http.StatusServiceUnavailable,
}

// fail answers with a page that says what is wrong.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) {
		return // nobody is waiting any more
	}
	f := fault.As(err)
	if f != nil && f.Kind == fault.Unauthenticated {
		_ = v.goTo(signInAddress(v.r))
		return
	}
	status, kind, detail := http.StatusInternalServerError, "failed", ""
	if f != nil && statusOf[f.Kind] != 0 {
		status = statusOf[f.Kind]
		kind = map[int]string{400: "invalid", 403: "denied", 404: "missing", 409: "conflict", 503: "unavailable"}[status]
		if status != http.StatusNotFound {
			detail = f.Message
		}
	}
	if status >= 500 {
		v.c.Log.Error("page failed", "path", v.r.URL.Path, "error", err)
	}
	page := v.frame("", v.t("admin.error."+kind))
	if err := v.show(status, errorPage(page, v.t("admin.error."+kind), v.t("admin.error."+kind+".text"), detail)); err != nil {
		http.Error(v.w, http.StatusText(status), status)
	}
}

// frame is the console's frame around a page; crumbs come before the title.
func (v *visit) frame(current, title string, crumbs ...ui.Crumb) ui.Page {
	link := func(key, address, icon string) ui.NavLink {
		return ui.NavLink{Label: v.t("admin.nav." + key), Href: address, Icon: icon, Current: key == current}
	}
	p := ui.Page{
		Title: title,
		Nav: []ui.NavGroup{
			{Links: []ui.NavLink{
				link("overview", "/", "overview"), link("sessions", "/sessions", "session"),
				link("locations", "/locations", "location"), link("people", "/people", "drivers"),
			}},
			{Title: v.t("admin.nav.prices"), Links: []ui.NavLink{
				link("who", "/who-pays-what", "question"), link("tariffs", "/tariffs", "tariff"), link("groups", "/tariff-groups", "group"),
			}},
			{Title: v.t("admin.nav.operation"), Links: []ui.NavLink{
				link("imports", "/imports", "download"), link("activity", "/activity", "audit"), link("settings", "/settings", "settings"),
			}},
		},
		Crumbs: append(crumbs, ui.Crumb{Label: title}),
	}
	if v.by.Kind != "" {
		p.Account = &ui.Account{Name: v.by.Name, Role: v.rolesOf(v.by.Roles)}
		if v.c.AutoActor == nil {
			p.Account.SignOut = "/sign-out"
		}
		if v.c.APIDocs != "" {
			p.Account.Links = []ui.NavLink{{Label: v.t("admin.nav.api"), Href: v.c.APIDocs, Icon: "api"}}
		}
	}
	if v.c.Demo {
		p.Notice = v.t("admin.notice.demo", "Time", v.l.DateTime(v.now(), v.c.Zone))
	} else if v.c.Stepper != nil {
		p.Notice = v.t("admin.notice.clock", "Time", v.l.DateTime(v.now(), v.c.Zone))
	}
	if v.by.Kind != "" {
		if text := v.c.Sessions.PopString(v.ctx(), keyFlash); text != "" {
			p.Flashes = []ui.Flash{{Tone: ui.Good, Text: text}}
		}
	}
	return p
}

func (v *visit) rolesOf(roles []access.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = v.word("admin.role.", string(r))
	}
	return strings.Join(words, ", ")
}

// at is an instant as a time for the reader.
func at(i calendar.Instant) time.Time { return i.Time() }

// address is a local address with parameters; empty ones are left out.
func address(path string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// limitForm bounds what a form may send.
func (v *visit) limitForm() { v.r.Body = http.MaxBytesReader(v.w, v.r.Body, 1<<16) }

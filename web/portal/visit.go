package portal

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"kwote/app/accounts"
	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/web/ui"
)

// What a driver's web session holds.
const (
	keyDriver = "driver.id"
	keyStamp  = "driver.stamp"
)

// visit is one request with whoever makes it; of a stranger the visitor's
// actor is zero.
type visit struct {
	p   *portal
	w   http.ResponseWriter
	r   *http.Request
	who accounts.Visitor
	l   *ui.Locale
}

func (v *visit) ctx() context.Context     { return v.r.Context() }
func (v *visit) query(name string) string { return strings.TrimSpace(v.r.URL.Query().Get(name)) }

// t is a message in the reader's language.
func (v *visit) t(key string, args ...any) string { return v.l.T(key, args...) }

// serve finds out who is there, asks strangers to sign in, and turns errors
// into pages.
func (p *portal) serve(r route) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		v := &visit{p: p, w: w, r: req, l: ui.L(req.Context())}
		var err error
		v.who, err = p.whoIsThere(req)
		if err == nil && v.who.Actor.ID == "" && !r.open {
			_ = v.goTo("/my/sign-in")
			return
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

// whoIsThere is the driver whom the web session remembers, as they are now.
func (p *portal) whoIsThere(r *http.Request) (accounts.Visitor, error) {
	id := p.Sessions.GetString(r.Context(), keyDriver)
	if id == "" {
		return accounts.Visitor{}, nil
	}
	visitor, err := p.Accounts.Visitor(r.Context(), access.User, id, p.Sessions.GetString(r.Context(), keyStamp))
	if fault.Is(err, fault.Unauthenticated) {
		return accounts.Visitor{}, nil
	}
	return visitor, err
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

// frame is the portal's frame around a page.
func (v *visit) frame(title string) ui.Page {
	page := ui.Page{Title: title, Home: Home}
	if v.who.Actor.ID != "" {
		page.Account = &ui.Account{Name: v.who.Actor.Name, Role: v.who.Email, SignOut: "/my/sign-out"}
	}
	if v.p.DemoEmail != "" {
		page.Notice = v.t("portal.demo.notice")
	}
	return page
}

func (p *portal) nothingHere(*visit) error {
	return fault.New(fault.NotFound, "not_found", "there is nothing at this address")
}

// problems is the one table from kinds of fault to answers: the status, and
// the messages that say what is wrong.
var problems = map[fault.Kind]struct {
	status  int
	message string
}{
	fault.Invalid:     {http.StatusBadRequest, "invalid"},
	fault.NotFound:    {http.StatusNotFound, "missing"},
	fault.Denied:      {http.StatusForbidden, "missing"},
	fault.Unavailable: {http.StatusServiceUnavailable, "unavailable"},
}

// fail answers with a page that says what is wrong.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) {
		return // nobody is waiting any more
	}
	status, message := http.StatusInternalServerError, "failed"
	if f := fault.As(err); f != nil {
		if f.Kind == fault.Unauthenticated {
			_ = v.goTo("/my/sign-in")
			return
		}
		if problem, ok := problems[f.Kind]; ok {
			status, message = problem.status, problem.message
		}
	}
	if status >= 500 {
		v.p.Log.Error("page failed", "path", v.r.URL.Path, "error", err)
	}
	title := v.t("portal.error." + message)
	if err := v.show(status, errorPage(v.frame(title), title, v.t("portal.error."+message+".text"))); err != nil {
		http.Error(v.w, http.StatusText(status), status)
	}
}

// limitForm bounds what a form may send.
func (v *visit) limitForm() { v.r.Body = http.MaxBytesReader(v.w, v.r.Body, 1<<14) }

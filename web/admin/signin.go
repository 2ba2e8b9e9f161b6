package admin

import (
	"net/http"
	"net/url"
	"strings"

	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/web/ui"
)

// What a staff member's web session holds.
const (
	keyStaff = "staff.id"
	keyStamp = "staff.stamp"
	keyFlash = "staff.flash"
)

// whoIsThere is the actor of a request; the zero actor is a stranger.
func (c *console) whoIsThere(r *http.Request) (access.Actor, error) {
	if c.AutoActor != nil {
		return *c.AutoActor, nil
	}
	id := c.Sessions.GetString(r.Context(), keyStaff)
	if id == "" {
		return access.Actor{}, nil
	}
	visitor, err := c.Accounts.Visitor(r.Context(), access.Staff, id, c.Sessions.GetString(r.Context(), keyStamp))
	if fault.Is(err, fault.Unauthenticated) {
		return access.Actor{}, nil
	}
	return visitor.Actor, err
}

// signInAddress is where a stranger is sent, with the way back.
func signInAddress(r *http.Request) string {
	next := ""
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		next = r.URL.RequestURI()
	}
	return address("/sign-in", "next", next)
}

// localPath is an address of this server, or "/" for any other.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

type signInView struct {
	email, next, problem string
}

func (c *console) signInPage(v *visit) error {
	if v.by.Kind != "" {
		return v.goTo(localPath(v.query("next")))
	}
	return v.show(http.StatusOK, signInForm(v.bare(), signInView{next: v.query("next")}))
}

func (v *visit) bare() ui.Page {
	return ui.Page{Title: v.t("admin.signin.title")}
}

func (c *console) signIn(v *visit) error {
	v.limitForm()
	email, next := v.r.PostFormValue("email"), v.r.PostFormValue("next")
	visitor, err := c.Accounts.SignIn(v.ctx(), email, v.r.PostFormValue("password"), v.r.RemoteAddr)
	if f := fault.As(err); f != nil && (f.Kind == fault.Unauthenticated || f.Code == "too_many_attempts") {
		status := http.StatusUnauthorized
		if f.Kind == fault.Unavailable {
			status = http.StatusTooManyRequests
		}
		return v.show(status, signInForm(v.bare(), signInView{email: email, next: next, problem: v.word("admin.signin.", f.Code)}))
	}
	if err != nil {
		return err
	}
	// A new token keeps a session that was planted before from becoming a
	// signed-in one.
	if err := c.Sessions.RenewToken(v.ctx()); err != nil {
		return err
	}
	c.Sessions.Put(v.ctx(), keyStaff, visitor.Actor.ID)
	c.Sessions.Put(v.ctx(), keyStamp, visitor.Stamp)
	return v.goTo(localPath(next))
}

func (c *console) signOut(v *visit) error {
	if err := c.Sessions.Destroy(v.ctx()); err != nil {
		return err
	}
	return v.goTo("/sign-in")
}

package portal

import (
	"net/http"

	"kwote/domain/fault"
)

type signInView struct {
	email, problem string
	throttled      bool
	demo           string // address to try; empty: a real network
}

func (p *portal) signInPage(v *visit) error {
	if v.who.Actor.ID != "" {
		return v.goTo(Home)
	}
	return v.showSignIn(http.StatusOK, signInView{})
}

func (v *visit) showSignIn(status int, m signInView) error {
	m.demo = v.p.DemoEmail
	return v.show(status, signInForm(v.frame(v.t("portal.signin.title")), m))
}

// askForLink answers the same for every address that could be one.
func (p *portal) askForLink(v *visit) error {
	v.limitForm()
	email := v.r.PostFormValue("email")
	err := p.Accounts.RequestLink(v.ctx(), email, v.r.RemoteAddr)
	if f := fault.As(err); f != nil {
		switch f.Code {
		case "email_invalid":
			return v.showSignIn(http.StatusBadRequest, signInView{email: email, problem: v.t("portal.signin.invalid")})
		case "too_many_attempts":
			return v.showSignIn(http.StatusTooManyRequests, signInView{email: email, throttled: true})
		}
	}
	if err != nil {
		return err
	}
	return v.goTo("/my/sign-in/sent")
}

func (p *portal) sentPage(v *visit) error {
	return v.show(http.StatusOK, sentPage(v.frame(v.t("portal.sent.title")), p.DemoEmail != ""))
}

// secretly keeps the link's secret, which is in the address, out of other
// sites' logs and of the browser's cache.
func (v *visit) secretly() {
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	v.w.Header().Set("Cache-Control", "no-store")
}

// linkPage only asks: programs that look into mails follow every link, and
// must not use it up.
func (p *portal) linkPage(v *visit) error {
	v.secretly()
	token := v.query("token")
	if token == "" {
		return v.goTo("/my/sign-in")
	}
	return v.show(http.StatusOK, linkForm(v.frame(v.t("portal.link.title")), token))
}

func (p *portal) useLink(v *visit) error {
	v.secretly()
	v.limitForm()
	visitor, err := p.Accounts.UseLink(v.ctx(), v.r.PostFormValue("token"), v.r.RemoteAddr)
	if fault.Is(err, fault.Unauthenticated) {
		return v.show(http.StatusGone, deadLinkPage(v.frame(v.t("portal.link.dead"))))
	}
	if err != nil {
		return err
	}
	// A new token keeps a session that was planted before from becoming a
	// signed-in one.
	if err := p.Sessions.RenewToken(v.ctx()); err != nil {
		return err
	}
	p.Sessions.Put(v.ctx(), keyDriver, visitor.Actor.ID)
	p.Sessions.Put(v.ctx(), keyStamp, visitor.Stamp)
	return v.goTo(Home)
}

func (p *portal) signOut(v *visit) error {
	if err := p.Sessions.Destroy(v.ctx()); err != nil {
		return err
	}
	return v.goTo("/my/sign-in")
}

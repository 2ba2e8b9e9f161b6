package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kwote/domain/access"
	"kwote/web/admin"
)

func TestEveryRouteAsksWhoIsThere(t *testing.T) {
	w := newWorld(t)
	b := w.open(nil)
	for _, path := range append(w.addresses(), "/sessions.csv", "/who-pays-what/evses?evse=x", "/who-pays-what/drivers?driver=x") {
		page := b.get(path)
		page.wants(t, http.StatusSeeOther)
		to, err := url.Parse(page.header.Get("Location"))
		if err != nil || to.Path != "/sign-in" || path != "/" && !strings.HasPrefix(path, "/?") && to.Query().Get("next") != path {
			t.Errorf("%s leads to %s", path, page.header.Get("Location"))
		}
		if strings.Contains(page.body, "Bureau") || len(page.body) > 2000 {
			t.Errorf("%s shows something to a stranger", path)
		}
	}
	for _, path := range []string{"/settings/keys", "/settings/keys/x/revoke", "/clock"} {
		page := b.post(path, "name", "x", "role", "owner", "step", "day")
		if page.status != http.StatusSeeOther || page.header.Get("Location") != "/sign-in" {
			t.Errorf("POST %s answers a stranger with %d", path, page.status)
		}
	}
	b.get("/sign-in").wants(t, http.StatusOK, "E-mail address")
}

func TestSignInAndOut(t *testing.T) {
	w := newWorld(t)
	b := w.open(nil)
	b.post("/sign-in", "email", ownerEmail, "password", "wrong").wants(t, http.StatusUnauthorized, "The e-mail address or the password is wrong")
	in := b.post("/sign-in", "email", "ANA@example.org", "password", ownerPassword, "next", "/tariffs?q=a")
	in.wants(t, http.StatusSeeOther)
	cookie := in.header.Get("Set-Cookie")
	if in.header.Get("Location") != "/tariffs?q=a" || !strings.HasPrefix(cookie, admin.SessionCookie+"=") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("leads to %s with cookie %q", in.header.Get("Location"), cookie)
	}
	b.get("/").wants(t, http.StatusOK, "Ana Owner", "Sign out")
	b.get("/sign-in?next=/people").wants(t, http.StatusSeeOther)
	again := b.post("/sign-in", "email", ownerEmail, "password", ownerPassword)
	if token(again.header.Get("Set-Cookie")) == token(cookie) {
		t.Error("signing in keeps the old token, so a planted one would be signed in")
	}
	b.post("/sign-out").wants(t, http.StatusSeeOther)
	b.get("/").wants(t, http.StatusSeeOther)
}

func token(cookie string) string { value, _, _ := strings.Cut(cookie, ";"); return value }

func TestNewPasswordEndsSessions(t *testing.T) {
	w := newWorld(t)
	b := w.open(nil)
	b.post("/sign-in", "email", ownerEmail, "password", ownerPassword).wants(t, http.StatusSeeOther)
	staff, err := w.desks.Accounts.AllStaff(t.Context(), access.Kwote)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.desks.Accounts.SetPassword(t.Context(), access.Kwote, staff[0].ID, "another long enough password"); err != nil {
		t.Fatal(err)
	}
	b.get("/").wants(t, http.StatusSeeOther)
}

func TestNextStaysHere(t *testing.T) {
	w := newWorld(t)
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "evil", "/\tx", "javascript:alert(1)", ""} {
		b := w.open(nil)
		if to := b.post("/sign-in", "email", ownerEmail, "password", ownerPassword, "next", next).header.Get("Location"); to != "/" {
			t.Errorf("next %q leads to %q", next, to)
		}
	}
}

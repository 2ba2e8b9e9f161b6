package portal_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kwote/domain/access"
	"kwote/web/portal"
	"kwote/web/ui"
	"kwote/web/ui/uitest"
)

func TestJourney(t *testing.T) {
	w := newWorld(t)
	b := w.open(nil)
	b.get("/my/").leads(t, "/my/sign-in")
	b.get("/my/sign-in").wants(t, http.StatusOK, "E-mail address")
	b.post("/my/sign-in", "email", " ZOE@example.org ").leads(t, "/my/sign-in/sent")
	b.get("/my/sign-in/sent").wants(t, http.StatusOK, "Check your mail")
	token := w.mailed(zoe)
	ask := b.get(portal.LinkPath + "?token=" + url.QueryEscape(token))
	ask.wants(t, http.StatusOK, "Sign in here?")
	if ask.header.Get("Referrer-Policy") != "no-referrer" || ask.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the page with the secret may be kept or told: %v", ask.header)
	}
	b.get("/my/").leads(t, "/my/sign-in")
	in := b.post(portal.LinkPath, "token", token)
	in.leads(t, "/my/")
	cookie := in.header.Get("Set-Cookie")
	for _, part := range []string{portal.SessionCookie + "=", "HttpOnly", "SameSite=Lax", "Path=/my/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q lacks %q", cookie, part)
		}
	}
	list := b.get("/my/")
	list.wants(t, http.StatusOK, "My sessions", "12 Mar 2026, 22:40", "FR*KWO*E1", "21.33", "No price yet", "2 sessions")
	if strings.Contains(list.body, w.pauls) || !strings.Contains(list.body, `href="/my/sessions/`+w.night+`"`) {
		t.Error("the list shows another driver's session, or not the driver's own")
	}
	if strings.Index(list.body, w.unpriced) > strings.Index(list.body, w.night) {
		t.Error("the newest session is not the first")
	}
	page := b.get("/my/sessions/" + w.night)
	page.wants(t, http.StatusOK, "Session of Thursday 12 March 2026", "Receipt", "night/1", "21.333 kWh ×", "It is the tariff meant for you at this place.", "6.69")
	b.get("/my/sessions/"+w.unpriced).wants(t, http.StatusOK, "This session has no price yet", "21.333")
	b.get("/my/sign-in").leads(t, "/my/")
	b.post("/my/sign-out").leads(t, "/my/sign-in")
	b.get("/my/").leads(t, "/my/sign-in")
}

func TestOthersSessionsAreNotThere(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn(paul)
	b.get("/my/sessions/"+w.pauls).wants(t, http.StatusOK, "pauls/1")
	const noSession = "00000000-0000-7000-8000-000000000000"
	others, none := b.get("/my/sessions/"+w.night), b.get("/my/sessions/"+noSession)
	others.wants(t, http.StatusNotFound, "Nothing at this address")
	none.wants(t, http.StatusNotFound)
	same := func(a answer, id string) string { return strings.ReplaceAll(a.body, id, "") }
	if same(others, w.night) != same(none, noSession) {
		t.Error("another driver's session and one that is not there get different answers")
	}
	b.get("/my/nowhere").wants(t, http.StatusNotFound, "Nothing at this address")
	b.get("/my/?after=forged").wants(t, http.StatusBadRequest, "This address cannot be read")
}

func TestLinkWorksOnce(t *testing.T) {
	w := newWorld(t)
	b := w.open(nil)
	b.post("/my/sign-in", "email", zoe)
	token := w.mailed(zoe)
	for range 3 { // a mail scanner
		w.open(nil).get(portal.LinkPath+"?token="+url.QueryEscape(token)).wants(t, http.StatusOK)
	}
	b.post(portal.LinkPath, "token", token).leads(t, "/my/")
	again := w.open(nil)
	again.post(portal.LinkPath, "token", token).wants(t, http.StatusGone, "This link no longer works", "Ask for a new link")
	again.get("/my/").leads(t, "/my/sign-in")
	again.post(portal.LinkPath, "token", "guessed").wants(t, http.StatusGone)
	again.post(portal.LinkPath).wants(t, http.StatusGone)
	again.get(portal.LinkPath).leads(t, "/my/sign-in")
}

func TestLinkExpires(t *testing.T) {
	w := newWorld(t)
	b := w.open(nil)
	b.post("/my/sign-in", "email", zoe)
	token := w.mailed(zoe)
	if _, err := w.clock.Advance(16 * time.Minute); err != nil {
		t.Fatal(err)
	}
	b.post(portal.LinkPath, "token", token).wants(t, http.StatusGone, "This link no longer works")
	b.get("/my/").leads(t, "/my/sign-in")
}

func TestSigningInRenewsTheToken(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn(zoe)
	cookie := func() string {
		here := must(url.Parse(b.server.URL + portal.Home))(t)
		return b.client.Jar.Cookies(here)[0].Value
	}
	before := cookie()
	b.post("/my/sign-in", "email", paul)
	b.post(portal.LinkPath, "token", w.mailed(paul)).leads(t, "/my/")
	if cookie() == before {
		t.Error("signing in keeps the old token, so a planted one would be signed in")
	}
	b.get("/my/").wants(t, http.StatusOK, "Paul Petit")
}

func TestAskingTellsNothing(t *testing.T) {
	w := newWorld(t)
	known, unknown := w.open(nil).post("/my/sign-in", "email", zoe), w.open(nil).post("/my/sign-in", "email", "nobody@example.org")
	known.leads(t, "/my/sign-in/sent")
	unknown.leads(t, "/my/sign-in/sent")
	if known.body != unknown.body || len(known.header) != len(unknown.header) {
		t.Errorf("the answers differ: %v %q, %v %q", known.header, known.body, unknown.header, unknown.body)
	}
	w.mailed(zoe)
	if len(w.mails) != 1 {
		t.Errorf("%d mails were sent, want one", len(w.mails))
	}
	b := w.open(nil)
	b.post("/my/sign-in", "email", "zoe").wants(t, http.StatusBadRequest, "This is not an e-mail address")
	for range 3 {
		b.post("/my/sign-in", "email", "nobody@example.org")
	}
	b.post("/my/sign-in", "email", "nobody@example.org").wants(t, http.StatusTooManyRequests, "You have asked for several links just now")
}

func TestEveryPageAsksWhoIsThere(t *testing.T) {
	w := newWorld(t)
	b := w.open(nil)
	for _, path := range []string{"/my/", "/my/?after=x", "/my/sessions/" + w.night, "/my/sessions/none", "/my/nowhere", "/my/sessions/" + w.night + "/more"} {
		page := b.get(path)
		page.leads(t, "/my/sign-in")
		if strings.Contains(page.body, "Quai") {
			t.Errorf("%s shows something to a stranger", path)
		}
	}
}

// TestStaffAreNotDrivers hands the portal a web session of the console.
func TestStaffAreNotDrivers(t *testing.T) {
	w := newWorld(t)
	sessions := portal.NewSessions(w.db.WebSessions(time.Now), false)
	ctx := must(sessions.Load(t.Context(), ""))(t)
	sessions.Put(ctx, "staff.id", w.zoe.ID)
	sessions.Put(ctx, "staff.stamp", "")
	token, _, err := sessions.Commit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b := w.open(nil)
	b.client.Jar.SetCookies(must(url.Parse(b.server.URL+portal.Home))(t), []*http.Cookie{{Name: portal.SessionCookie, Value: token, Path: portal.Home}})
	b.get("/my/").leads(t, "/my/sign-in")
}

func TestEveryPageInEveryLanguage(t *testing.T) {
	w := newWorld(t)
	driver := w.signedIn(zoe)
	stranger := w.open(func(o *portal.Options) { o.DemoEmail = zoe })
	asks := func(b *browser, lang string, answers map[string]answer) {
		for path, page := range answers {
			for _, fault := range uitest.PageFaults(page.body) {
				t.Errorf("%s %s: %s", lang, path, fault)
			}
			if key := regexp.MustCompile(`\[[a-z]+\.[a-z_.-]+\]`).FindString(page.body); key != "" {
				t.Errorf("%s %s: no message %s", lang, path, key)
			}
			if !strings.Contains(page.body, `lang="`+lang+`"`) {
				t.Errorf("%s %s: the page is in another language (status %d)", lang, path, page.status)
			}
			if page.header.Get("Content-Security-Policy") != ui.ContentSecurityPolicy || page.header.Get("X-Content-Type-Options") != "nosniff" || page.header.Get("Referrer-Policy") == "" {
				t.Errorf("%s %s: the headers that guard a page are missing: %v", lang, path, page.header)
			}
		}
	}
	for i, lang := range ui.Languages {
		driver.get("/my/?lang=" + lang)
		stranger.get("/my/sign-in?lang=" + lang)
		mine, open := map[string]answer{}, map[string]answer{}
		for _, path := range []string{"/my/", "/my/sessions/" + w.night, "/my/sessions/" + w.unpriced, "/my/sessions/none", "/my/?after=forged"} {
			mine[path] = driver.get(path)
		}
		for _, path := range []string{"/my/sign-in", "/my/sign-in/sent", portal.LinkPath + "?token=x"} {
			open[path] = stranger.get(path)
		}
		open["dead link"] = stranger.post(portal.LinkPath, "token", "x")
		open["bad address"] = stranger.post("/my/sign-in", "email", evil)
		for range 4 {
			open["throttled"] = stranger.post("/my/sign-in", "email", "n"+strconv.Itoa(i)+"@example.org")
		}
		asks(driver, lang, mine)
		asks(stranger, lang, open)
	}
	stranger.get("/my/sign-in").wants(t, http.StatusOK, zoe)
}

func TestMessagesAreComplete(t *testing.T) {
	words := must(ui.NewCatalog(portal.Messages))(t)
	for _, fault := range uitest.MessageFaults(words, os.DirFS(".")) {
		t.Error(fault)
	}
}

func TestNamesAreEscaped(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn(zoe)
	for _, path := range []string{"/my/", "/my/sessions/" + w.night, "/my/sessions/" + w.unpriced, portal.LinkPath + "?token=" + url.QueryEscape(`"><script>alert(1)`)} {
		if page := b.get(path); strings.Contains(page.body, "<script>alert") || page.status != http.StatusOK {
			t.Errorf("%s: a name became markup (status %d)", path, page.status)
		}
	}
}

func TestPagesOfSessions(t *testing.T) {
	w := newWorld(t)
	for i := range 40 {
		w.record(w.point, w.paul.ID, "more"+strconv.Itoa(i), -time.Duration(24+i*24)*time.Hour)
	}
	b := w.signedIn(paul)
	seen, path := map[string]bool{}, "/my/"
	links := regexp.MustCompile(`href="/my/sessions/([^"]+)"`)
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`)
	for pages := 1; ; pages++ {
		page := b.get(path)
		page.wants(t, http.StatusOK)
		for _, m := range links.FindAllStringSubmatch(page.body, -1) {
			if seen[m[1]] {
				t.Errorf("session %s is on two pages", m[1])
			}
			seen[m[1]] = true
		}
		if back := strings.Contains(page.body, `rel="prev"`); back != (pages > 1) {
			t.Errorf("page %d has a way back: %t", pages, back)
		}
		m := next.FindStringSubmatch(page.body)
		if m == nil {
			break
		}
		path = strings.ReplaceAll(m[1], "&amp;", "&")
	}
	if len(seen) != 41 {
		t.Errorf("%d sessions are listed, want 41", len(seen))
	}
}

// TestForgottenDriver signs in and then disappears.
func TestForgottenDriver(t *testing.T) {
	w := newWorld(t)
	sessions := portal.NewSessions(w.db.WebSessions(time.Now), false)
	ctx := must(sessions.Load(context.WithoutCancel(t.Context()), ""))(t)
	sessions.Put(ctx, "driver.id", "gone")
	token, _, err := sessions.Commit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b := w.open(nil)
	b.client.Jar.SetCookies(must(url.Parse(b.server.URL+portal.Home))(t), []*http.Cookie{{Name: portal.SessionCookie, Value: token, Path: portal.Home}})
	b.get("/my/").leads(t, "/my/sign-in")
	if _, err := w.accounts.Visitor(t.Context(), access.User, "gone", ""); err == nil {
		t.Error("a driver who is not there is a visitor")
	}
}

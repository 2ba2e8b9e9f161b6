package admin_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestUnreadableText: a NUL or broken UTF-8 is the visitor's input, not a
// failure of ours, wherever it stands.
func TestUnreadableText(t *testing.T) {
	w := newWorld(t)
	stranger := w.open(nil)
	stranger.post("/sign-in", "email", "a\x00@example.org", "password", "x").wants(t, http.StatusBadRequest, "email holds a NUL", "write plain text without NUL")
	stranger.post("/sign-in", "email", "a\xff@example.org", "password", "x").wants(t, http.StatusBadRequest, "email holds a NUL")
	stranger.get("/sign-in?next=%00").wants(t, http.StatusBadRequest, "next holds a NUL")
	b := w.signedIn()
	for _, path := range []string{"/locations?q=%00", "/locations/%00", "/people/%ff", "/sessions?location=%ff", "/sessions.csv?q=%00", "/activity?kind=%00",
		"/tariffs/%00", "/who-pays-what?evse=a%00", "/who-pays-what/evses?evse=%00", "/imports/quarantine?reason=%00", "/?stretch=%00"} {
		b.get(path).wants(t, http.StatusBadRequest)
	}
	b.post("/settings/keys", "name", "a\x00", "role", "read-only").wants(t, http.StatusBadRequest, "name holds a NUL")
	b.post("/settings/keys/%00/revoke").wants(t, http.StatusBadRequest, "address holds a NUL")
}

// TestAnswersToFormsLeadToTheirPage: the language switch on the answer to a
// form must not ask for the form's address, which has no page.
func TestAnswersToFormsLeadToTheirPage(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	href := regexp.MustCompile(`(?:href|action|value)="(/(?:settings/keys|clock)[^"]*)"`)
	for what, page := range map[string]answer{
		"new key":      b.post("/settings/keys", "name", "CRM", "role", "read-only"),
		"no name":      b.post("/settings/keys", "name", " ", "role", "read-only"),
		"unknown step": b.post("/clock", "step", "century"),
		"unknown key":  b.post("/settings/keys/none/revoke"),
	} {
		if !strings.Contains(page.body, `"/settings?lang=fr"`) {
			t.Errorf("%s: the language switch does not lead to /settings: %v", what, regexp.MustCompile(`"[^"]*lang=fr[^"]*"`).FindAllString(page.body, -1))
		}
		for _, m := range href.FindAllStringSubmatch(page.body, -1) {
			if m[1] != "/settings/keys" && m[1] != "/clock" && !strings.HasSuffix(m[1], "/revoke") || strings.HasPrefix(m[0], "href") || strings.HasPrefix(m[0], "value") {
				t.Errorf("%s: leads to %s", what, m[0])
			}
		}
	}
	for _, path := range []string{"/settings/keys", "/clock"} {
		if page := b.get(path); page.status != http.StatusSeeOther || page.header.Get("Location") != "/settings" {
			t.Errorf("%s by hand answers %d", path, page.status)
		}
	}
}

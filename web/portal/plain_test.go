package portal_test

import (
	"net/http"
	"testing"

	"kwote/web/portal"
)

// TestUnreadableText: a NUL or broken UTF-8 is the driver's input, not a
// failure of ours, wherever it stands.
func TestUnreadableText(t *testing.T) {
	w := newWorld(t)
	stranger := w.open(nil)
	stranger.post("/my/sign-in", "email", "a\x00@example.org").wants(t, http.StatusBadRequest, "This address cannot be read")
	stranger.post("/my/sign-in", "email", "a\xff@example.org").wants(t, http.StatusBadRequest)
	stranger.post(portal.LinkPath, "token", "\x00").wants(t, http.StatusBadRequest)
	stranger.get(portal.LinkPath+"?token=%00").wants(t, http.StatusBadRequest)
	b := w.signedIn(zoe)
	for _, path := range []string{"/my/sessions/%00", "/my/sessions/%ff", "/my/?after=%00"} {
		b.get(path).wants(t, http.StatusBadRequest)
	}
}

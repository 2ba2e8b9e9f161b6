package person

import (
	"strings"
	"testing"
)

func TestTokenUsable(t *testing.T) {
	for status, want := range map[TokenStatus]bool{TokenValid: true, TokenBlocked: false, TokenLost: false, "": false, "VALID": false} {
		if got := (Token{UID: "04A2", Kind: RFID, Status: status}).Usable(); got != want {
			t.Errorf("a token that is %q may start a session: %v", status, got)
		}
	}
}

func TestNormalEmail(t *testing.T) {
	want := "ada@example.org"
	for _, s := range []string{"ada@example.org", "Ada@Example.ORG", "  ADA@example.org\n"} {
		if got := NormalEmail(s); got != want || NormalEmail(got) != got {
			t.Errorf("%q is normally %q, want %q", s, got, want)
		}
	}
}

func TestPlausibleEmail(t *testing.T) {
	for _, s := range []string{"ada@example.org", "a.b+c@sub.example.org", "å@example.no"} {
		if !PlausibleEmail(s) {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range []string{"", "ada", "@example.org", "ada@", "ada@localhost", "ada@example.org.", "ada@.org", "a@b@c.org", "a da@example.org",
		"ada@example.org,bob@example.org", "Ada <ada@example.org>", "ada@example.org\nBcc: x@example.org", strings.Repeat("a", 250) + "@b.org"} {
		if PlausibleEmail(s) {
			t.Errorf("%q is taken for an address", s)
		}
	}
}

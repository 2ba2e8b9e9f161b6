package text

import (
	"strings"
	"testing"

	"kwote/domain/fault"
)

func code(i *fault.Issue) string {
	if i == nil {
		return ""
	}
	return i.Code
}

func TestReadable(t *testing.T) {
	for s, want := range map[string]bool{"": true, "Gare de Lyon": true, "Zoé\n": true, "\uFFFD": true, "a\x00b": false, "\xff": false, "Zo\xe9": false, "\xed\xa0\x80": false} {
		if Readable(s) != want {
			t.Errorf("Readable(%q) is %v", s, !want)
		}
	}
	f := Unreadable("email")
	if f.Kind != fault.Invalid || f.Code != "text_unreadable" || f.Field != "email" || !strings.Contains(f.Message, "write plain text without NUL") {
		t.Errorf("the fault is %+v", f)
	}
	if m := Unreadable("").Message; !strings.HasPrefix(m, "this text holds") {
		t.Errorf("without a field the sentence is %q", m)
	}
}

func TestName(t *testing.T) {
	for s, want := range map[string]string{"": "", "A": "", "  A ": "", "…": "", " ": "blank", "\t\n": "blank", "\u00a0\u200b": "blank", "A\x00": "text_unreadable"} {
		if got := code(Name("name", s)); got != want {
			t.Errorf("Name(%q) finds %q, want %q", s, got, want)
		}
	}
}

func TestExternalID(t *testing.T) {
	const bad = "external_id_invalid"
	for s, want := range map[string]string{"": "", "FR*KWO*E1": "", "a b": "", "...": "", "a/b": "", "été": "", " ": bad, "\u200b": bad, "a\nb": bad, "a\u0085b": bad,
		" a": bad, "a ": bad, ".": bad, "..": bad, "\xff": "text_unreadable"} {
		if got := code(ExternalID("externalId", s)); got != want {
			t.Errorf("ExternalID(%q) finds %q, want %q", s, got, want)
		}
	}
}

func TestFirst(t *testing.T) {
	if err := First(nil, Name("name", "A")); err != nil {
		t.Errorf("nothing is wrong, and yet %v", err)
	}
	f := fault.As(First(nil, ExternalID("externalId", "."), Name("name", " ")))
	if f == nil || f.Kind != fault.Invalid || f.Field != "externalId" {
		t.Errorf("the first finding is %v", f)
	}
}

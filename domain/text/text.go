// Package text owns what may be kept as text: what every database can store,
// what a name is and what an identifier of other software is. It does not know
// which fields there are.
//
// Invariants, and the test that proves each:
//   - text that one of the databases would refuse or another would cut, NUL and
//     bytes that are not UTF-8, is not readable (TestReadable);
//   - a name shows something (TestName);
//   - an external id can be an address's part and is kept as it was sent, so
//     what surrounds it is refused rather than trimmed (TestExternalID).
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"kwote/domain/fault"
)

// Readable reports whether the text is valid UTF-8 without NUL.
func Readable(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// Unreadable is the fault of a field that is not readable; an empty field
// stands for the whole text.
func Unreadable(field string) *fault.Fault {
	i := unreadable(field)
	return fault.At(fault.Invalid, i.Code, i.Field, i.Message)
}

func unreadable(field string) *fault.Issue {
	what := "this text"
	if field != "" {
		what = field
	}
	return &fault.Issue{Code: "text_unreadable", Field: field,
		Message: what + " holds a NUL or bytes that are not UTF-8; write plain text without NUL"}
}

// Blank reports whether nothing of the text shows: it is empty or has only
// spaces, control and format characters.
func Blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf) }) < 0
}

// Name is what is wrong with a name, or nil. Whether it may be left out is the
// caller's to say: an empty one is not at fault here. Spaces around a name are
// to be trimmed when it is kept.
func Name(field, s string) *fault.Issue {
	switch {
	case !Readable(s):
		return unreadable(field)
	case s != "" && Blank(s):
		return &fault.Issue{Code: "blank", Field: field, Message: fmt.Sprintf("%q shows nothing; write a name with letters or digits", s)}
	}
	return nil
}

// ExternalID is what is wrong with an identifier of other software, or nil; an
// empty one is not at fault here.
func ExternalID(field, s string) *fault.Issue {
	bad := func(why string) *fault.Issue {
		return &fault.Issue{Code: "external_id_invalid", Field: field, Message: fmt.Sprintf("%q %s", s, why)}
	}
	switch {
	case !Readable(s):
		return unreadable(field)
	case s == "":
		return nil
	case Blank(s):
		return bad("shows nothing; send an id with letters or digits, or leave it out")
	case strings.IndexFunc(s, unicode.IsControl) >= 0:
		return bad("holds a control character; send it without")
	case s != strings.TrimSpace(s):
		return bad("begins or ends with a space; send it without")
	case s == "." || s == "..":
		return bad("cannot be part of an address; choose another id")
	}
	return nil
}

// First is the first finding as a fault, or nil.
func First(findings ...*fault.Issue) error {
	for _, i := range findings {
		if i != nil {
			return fault.At(fault.Invalid, i.Code, i.Field, i.Message)
		}
	}
	return nil
}

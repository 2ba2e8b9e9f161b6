// Package query owns the words in which desks ask the shelf and in which it
// answers: pages, filters, rows of lists and reports, and the records that no
// rule has a type for. It does not know SQL, and nothing in it decides
// anything.
//
// Invariants, and the test that proves each:
//   - a page's size is always within bounds (TestPageSize);
//   - a cursor reads back as it was made, and a forged one is refused
//     (TestCursor).
package query

import (
	"encoding/base64"
	"strings"

	"kwote/domain/fault"
	"kwote/domain/text"
)

// The sizes of a page.
const (
	DefaultPage = 50
	LargestPage = 1000
)

// Page asks for one page of a list. Lists are ordered by a sort key and then
// by id, so a page never repeats or skips a row, whatever is added between.
type Page struct {
	After string // the cursor that came with the page before; empty: the first
	Limit int    // rows wanted; 0: DefaultPage; at most LargestPage
}

// Size is the number of rows to return, within bounds.
func (p Page) Size() int {
	switch {
	case p.Limit <= 0:
		return DefaultPage
	case p.Limit > LargestPage:
		return LargestPage
	}
	return p.Limit
}

// Cursor names a place in a list: after the row with this sort key and id.
func Cursor(key, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(id + "\n" + key))
}

// Place reads the page's cursor. Of the first page both are empty.
func (p Page) Place() (key, id string, err error) {
	if p.After == "" {
		return "", "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(p.After)
	id, key, ok := strings.Cut(string(raw), "\n")
	if err != nil || !ok || id == "" || !text.Readable(string(raw)) {
		return "", "", BadCursor(p.After)
	}
	return key, id, nil
}

// BadCursor is the fault for a cursor that no list has given out.
func BadCursor(after string) error {
	return fault.At(fault.Invalid, "cursor_unknown", "after",
		"\""+after+"\" is not a cursor; send the one that came with the page before, or none for the first page")
}

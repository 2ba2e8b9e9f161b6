package query

import (
	"testing"

	"kwote/domain/fault"
)

func TestPageSize(t *testing.T) {
	for limit, want := range map[int]int{-1: DefaultPage, 0: DefaultPage, 1: 1, 1000: 1000, 1001: LargestPage} {
		if got := (Page{Limit: limit}).Size(); got != want {
			t.Errorf("limit %d gives a page of %d, want %d", limit, got, want)
		}
	}
}

func TestCursor(t *testing.T) {
	for _, key := range []string{"", "Gare du Nord", "two\nlines", "1700000000"} {
		k, id, err := Page{After: Cursor(key, "id-1")}.Place()
		if err != nil || k != key || id != "id-1" {
			t.Errorf("cursor of %q reads back as %q, %q, %v", key, k, id, err)
		}
	}
	for _, forged := range []string{"x", "!!!!", "aGVsbG8"} {
		_, _, err := Page{After: forged}.Place()
		if f := fault.As(err); f == nil || f.Code != "cursor_unknown" {
			t.Errorf("forged cursor %q gives %v", forged, err)
		}
	}
}

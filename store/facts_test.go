package store_test

import (
	"strings"
	"testing"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/store"
)

// TestFactsDocument: what was kept before facts knew of more than readings and
// states still reads, what is kept now is as short, and what nobody knows is an
// error rather than a guess.
func TestFactsDocument(t *testing.T) {
	const start = calendar.Instant(1_770_000_000)
	for text, want := range map[string]session.Facts{
		`{"start":1770000000,"end":3600,"readings":[[0,0],[1800,5000000000]],"changes":[{"at":1800,"state":"idle"},{"at":1900,"state":"charging"}]}`: {
			Start: start, End: start + 3600, Readings: []session.Reading{{At: start}, {At: start + 1800, Import: 5 * energy.KWh}},
			Changes: []session.Change{{At: start + 1800, State: session.Idle}, {At: start + 1900, State: session.Charging}}},
		`{"start":1770000000,"end":3600,"exports":[[0,0],[60,7]],"charges":[[0,500],[60,499]],"modes":[{"at":0,"mode":"boosted"}],"pauses":[[10,20]],` +
			`"gaps":[[30,40],[50,55]],"reserved":{"from":-600,"to":0}}`: {
			Start: start, End: start + 3600, Exports: []session.Reading{{At: start}, {At: start + 60, Import: 7}},
			Charges: []session.Charge{{At: start, Level: 500}, {At: start + 60, Level: 499}}, Modes: []session.ModeChange{{At: start, Mode: session.Boosted}},
			Pauses: []session.Stretch{{From: start + 10, To: start + 20}}, Gaps: []session.Stretch{{From: start + 30, To: start + 40}, {From: start + 50, To: start + 55}},
			Reserved: &session.Reservation{From: start - 600, To: start}},
		`{"start":1770000000,"end":0,"reserved":{"from":-600,"to":0,"expired":true}}`: {
			Start: start, End: start, Reserved: &session.Reservation{From: start - 600, To: start, Expired: true}},
	} {
		got, err := store.ReadFacts(text)
		if err != nil || !got.Equal(want) {
			t.Errorf("%s\nreads as %+v, %v\nwant %+v", text, got, err, want)
		}
		if again := store.FactsText(want); again != text {
			t.Errorf("kept as  %s\nwant %s", again, text)
		}
	}
	for text, word := range map[string]string{
		`{"start":1,"end":1,"changes":[{"at":0,"state":"asleep"}]}`: "asleep",
		`{"start":1,"end":1,"modes":[{"at":0,"mode":"wild"}]}`:      "wild",
		`{"start":1,"end":1,"modes":[{"at":0,"mode":""}]}`:          "mode",
		`{"start":`: "",
	} {
		if _, err := store.ReadFacts(text); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

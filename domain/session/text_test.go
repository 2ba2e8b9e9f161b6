package session

import "testing"

// TestAdmitRefusesBytes puts rows aside whose names no database could keep.
func TestAdmitRefusesBytes(t *testing.T) {
	for _, bad := range []string{"a\x00b", "\xff"} {
		for name, r := range map[string]Raw{"id": {ExternalID: bad}, "source": {Source: bad}, "user": {UserID: bad}, "station": {StationID: bad}} {
			if _, _, p := Admit(r, func(string) bool { return true }); p == nil || p.Reason != Unreadable {
				t.Errorf("%s %q: %v, want %s", name, bad, p, Unreadable)
			}
		}
	}
}

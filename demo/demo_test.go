package demo

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	_ "time/tzdata"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/session"
)

func instant(s string) calendar.Instant {
	at, err := calendar.ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return at
}

// history is a world with its sessions and what they refer to by ID.
type history struct {
	*World
	sessions []session.Session
	evse     map[string]int
	bayOf    map[string]*bay
	location map[string]*place.Location
	user     map[string]int
}

func makeHistory(from, until calendar.Instant) *history {
	w, err := Between(from, until)
	if err != nil {
		panic(err)
	}
	h := &history{World: w, sessions: slices.Collect(w.Sessions()), evse: map[string]int{}, bayOf: map[string]*bay{},
		location: map[string]*place.Location{}, user: map[string]int{}}
	for i := range w.Locations {
		h.location[w.Locations[i].ID] = &w.Locations[i]
	}
	for i := range w.bays {
		b := &w.bays[i]
		for e := b.first; e < b.first+b.points; e++ {
			h.evse[w.EVSEs[e].ID], h.bayOf[w.EVSEs[e].ID] = e, b
		}
	}
	for i, u := range w.Users {
		h.user[u.ID] = i
	}
	return h
}

// year is a year that ends in the middle of a day.
var year = sync.OnceValue(func() *history {
	until := instant("2026-05-06T13:37:00Z")
	w, err := Network(until)
	if err != nil {
		panic(err)
	}
	return makeHistory(w.From, until)
})

func digest(t *testing.T, w *World) string {
	t.Helper()
	hash := sha256.New()
	out := json.NewEncoder(hash)
	for _, part := range []any{w.Network, w.Partners, w.Locations, w.EVSEs, w.Groups, w.Users, w.Tokens, w.Tariffs, w.TariffGroups} {
		if err := out.Encode(part); err != nil {
			t.Fatal(err)
		}
	}
	for s := range w.Sessions() {
		if err := out.Encode(s); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

func TestSameInstantsSameWorld(t *testing.T) {
	until := instant("2026-03-01T12:00:00Z")
	var digests []string
	for range 2 {
		w, err := Network(until)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, digest(t, w), digest(t, w))
	}
	for _, d := range digests[1:] {
		if d != digests[0] {
			t.Fatalf("the same instants gave different worlds: %v", digests)
		}
	}
	later, err := Network(until + 40*daySeconds)
	if err != nil {
		t.Fatal(err)
	}
	now := year()
	if !reflect.DeepEqual(later.Users, now.Users) || !reflect.DeepEqual(later.EVSEs, now.EVSEs) {
		t.Error("places and people depend on the span; they must not")
	}
}

func TestLaterEndOnlyAddsSessions(t *testing.T) {
	short := year()
	long := makeHistory(short.From, short.Until+3*daySeconds)
	byID := map[string]session.Session{}
	for _, s := range long.sessions {
		byID[s.ExternalID] = s
	}
	for _, s := range short.sessions {
		if !reflect.DeepEqual(byID[s.ExternalID], s) {
			t.Fatalf("session %s changed when the end moved", s.ExternalID)
		}
	}
	if more := len(long.sessions) - len(short.sessions); more < 100 {
		t.Errorf("three more days brought %d sessions", more)
	}
}

func TestReferences(t *testing.T) {
	h := year()
	seen := map[string]bool{}
	use := func(what, id string) {
		t.Helper()
		if len(id) != 36 || id[14] != '7' || !strings.Contains("89ab", id[19:20]) {
			t.Fatalf("%s has the ID %q, which is no UUIDv7", what, id)
		}
		if seen[id] {
			t.Fatalf("%s has the ID %s of something else", what, id)
		}
		seen[id] = true
	}
	use("the network", h.Network.ID)
	for _, p := range h.Partners {
		use("partner "+p.Name, p.ID)
	}
	for _, g := range h.Groups {
		use("group "+g.Name, g.ID)
	}
	external := map[string]bool{}
	once := func(kind, id string) {
		t.Helper()
		if id == "" || external[kind+id] {
			t.Fatalf("%s %q occurs twice or not at all", kind, id)
		}
		external[kind+id] = true
	}
	for _, l := range h.Locations {
		use("location "+l.Name, l.ID)
		once("location", l.ExternalID)
		if err := l.Validate(); err != nil || l.NetworkID != h.Network.ID || l.PartnerID != "" && !seen[l.PartnerID] {
			t.Errorf("location %s: %v", l.Name, err)
		}
	}
	for _, e := range h.EVSEs {
		use("EVSE "+e.ExternalID, e.ID)
		once("EVSE", e.ExternalID)
		if err := e.Validate(); err != nil || !seen[e.LocationID] {
			t.Errorf("EVSE %s: %v", e.ExternalID, err)
		}
	}
	for _, u := range h.Users {
		use("user "+u.ExternalID, u.ID)
		once("user", u.ExternalID)
		if !u.Roaming {
			once("address", u.Email)
		}
		if u.Email != "" && (!person.PlausibleEmail(u.Email) || u.Email != person.NormalEmail(u.Email) || strings.ContainsFunc(u.Email, func(r rune) bool { return r > 126 })) {
			t.Errorf("user %s has the address %q", u.ExternalID, u.Email)
		}
		for _, g := range append(slices.Clone(u.Groups), u.PartnerID) {
			if g != "" && !seen[g] {
				t.Errorf("user %s belongs to an unknown group or partner", u.ExternalID)
			}
		}
	}
	statuses := map[person.TokenStatus]int{}
	owner := map[string]string{}
	for _, tok := range h.Tokens {
		use("token "+tok.UID, tok.ID)
		once("token", tok.UID)
		statuses[tok.Status]++
		owner[tok.ID] = tok.UserID
		if !tok.Usable() {
			owner[tok.ID] = "nobody"
		}
	}
	if statuses[person.TokenBlocked] == 0 || statuses[person.TokenLost] == 0 {
		t.Errorf("tokens by status: %v; some should be blocked and some lost", statuses)
	}
	for _, g := range h.TariffGroups {
		use("tariff group "+g.Name, g.ID)
		once("tariff group", g.ExternalID)
		for _, a := range g.Attached {
			if !seen[a.PlaceID] {
				t.Errorf("tariff group %s hangs on an unknown place", g.Name)
			}
		}
	}
	for _, s := range h.sessions {
		use("session "+s.ExternalID, s.ID)
		once("session", s.ExternalID)
		e, known := h.evse[s.EVSEID]
		if !known || h.EVSEs[e].LocationID != s.LocationID || s.NetworkID != h.Network.ID {
			t.Fatalf("session %s is at no place of the network", s.ExternalID)
		}
		if s.UserID != owner[s.TokenID] {
			t.Fatalf("session %s of user %q was started with a token of %q", s.ExternalID, s.UserID, owner[s.TokenID])
		}
	}
	if len(h.Locations) != 40 || len(h.EVSEs) != 400 || len(h.Users) != 2000 {
		t.Errorf("%d locations, %d EVSEs and %d users", len(h.Locations), len(h.EVSEs), len(h.Users))
	}
}

func TestNobodyOverlaps(t *testing.T) {
	h := year()
	free := map[string]calendar.Instant{}
	last := map[string]session.Session{}
	var before calendar.Instant
	for _, s := range h.sessions {
		f := s.Facts
		if f.Start < before || f.Start < h.From || f.End > h.Until || f.End <= f.Start {
			t.Fatalf("session %s from %s to %s is out of order or of the span", s.ExternalID, f.Start, f.End)
		}
		before = f.Start
		if f.Start < free[s.EVSEID] {
			t.Fatalf("session %s starts while another car stands at its EVSE", s.ExternalID)
		}
		free[s.EVSEID] = f.End
		if s.UserID == "" {
			continue
		}
		p, again := last[s.UserID]
		last[s.UserID] = s
		if !again {
			continue
		}
		gap := f.Start - p.Facts.End
		if gap <= 0 || h.location[p.LocationID].City != h.location[s.LocationID].City && gap < 12*hour {
			t.Fatalf("the driver of %s was in %s %d s before", s.ExternalID, h.location[p.LocationID].City, gap)
		}
	}
}

func TestFactsAreNormal(t *testing.T) {
	for _, s := range year().sessions {
		normal, err := session.Normalise(s.Facts)
		if err != nil {
			t.Fatalf("session %s: %v", s.ExternalID, err)
		}
		if !reflect.DeepEqual(normal, s.Facts) {
			t.Fatalf("session %s: facts are not in normal form:\n%v\n%v", s.ExternalID, s.Facts, normal)
		}
		if n := len(s.Facts.Readings); n > 65 {
			t.Errorf("session %s has %d readings", s.ExternalID, n)
		}
	}
}

// stateAt is the state of the session from the instant on.
func stateAt(f session.Facts, at calendar.Instant) session.State {
	state := session.Charging
	for _, c := range f.Changes {
		if c.At <= at {
			state = c.State
		}
	}
	return state
}

func TestMetersKeepToTheirPower(t *testing.T) {
	h := year()
	for _, s := range h.sessions {
		b := h.bayOf[s.EVSEID]
		limit := h.EVSEs[h.evse[s.EVSEID]].MaxPower
		if s.UserID != "" {
			c := h.drivers[h.user[s.UserID]].car
			if b.use == rapid {
				limit = min(limit, energy.Power(c.dcPeak)*energy.W)
			} else {
				limit = min(limit, c.acPower(b.supply))
			}
		}
		r := s.Facts.Readings
		for i := 1; i < len(r); i++ {
			flow := r[i].Import - r[i-1].Import
			if flow%energy.Wh != 0 {
				t.Fatalf("session %s: a reading is finer than a watt-hour", s.ExternalID)
			}
			if stateAt(s.Facts, r[i-1].At) == session.Idle && flow > 0 {
				t.Fatalf("session %s: %s kWh flow while idle", s.ExternalID, flow)
			}
			if p := flow.Average(int64(r[i].At - r[i-1].At)); p > limit {
				t.Fatalf("session %s: %d mW where %d are possible", s.ExternalID, p, limit)
			}
		}
	}
}

package demo

import (
	"iter"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/session"
)

// Sessions streams the sessions of the world in order of their start, facts in
// normal form. Every call streams the same ones; only one is held at a time.
func (w *World) Sessions() iter.Seq[session.Session] {
	return func(yield func(session.Session) bool) {
		s := newStream(w)
		for day := s.first; s.dawn(day) < w.Until; day++ {
			s.plan(day)
			for _, a := range s.due(s.dawn(day + 1)) {
				if a.at >= w.Until {
					return
				}
				made, ok := s.receive(a)
				if ok && made.Facts.End <= w.Until && !yield(made) {
					return
				}
			}
		}
	}
}

// arrival is a car that turns up at a bay.
type arrival struct {
	at  calendar.Instant
	bay int
}

// stream is the state of the network while its year goes by.
type stream struct {
	w       *World
	dice    *dice
	first   calendar.Date
	whole   [uses]int64        // sum of the draw of all bays of a use
	planned []arrival          // not yet received
	free    []calendar.Instant // when each EVSE can take the next car
	places  []whereabouts      // of each user
	number  int
}

// whereabouts says where a driver was last seen charging, and until when.
type whereabouts struct {
	since calendar.Instant // unplugged there
	city  string
}

func newStream(w *World) *stream {
	s := &stream{w: w, dice: newDice(streamSessions), free: make([]calendar.Instant, len(w.EVSEs)),
		places: make([]whereabouts, len(w.Users)), first: calendar.Date(w.From / daySeconds)}
	for _, b := range w.bays {
		s.whole[b.use] += b.draw
	}
	for i := range s.places {
		s.places[i].since = w.From - 30*daySeconds
	}
	return s
}

// dawn is the first instant at which any place of the network has the date.
func (s *stream) dawn(day calendar.Date) calendar.Instant {
	first := s.w.zones[zoneNames[0]].StartOf(day)
	for _, name := range zoneNames[1:] {
		first = min(first, s.w.zones[name].StartOf(day))
	}
	return first
}

// plan adds the arrivals of a local date at all bays.
func (s *stream) plan(day calendar.Date) {
	for i := range s.w.bays {
		b := &s.w.bays[i]
		h := &habits[b.use]
		mean := h.mean(b.draw, s.whole[b.use], day, s.first)
		if restDay(day) && (b.use == work || b.use == visitor) {
			mean /= 8
		}
		for range s.dice.count(mean) {
			tod := int64(s.dice.weighted(h.hours[:]))*hour + s.dice.below(hour)
			if at := local(b.zone, day, tod); at >= s.w.From {
				s.planned = append(s.planned, arrival{at, i})
			}
		}
	}
}

// due takes the planned arrivals before the instant, in order of time. All
// later days begin at or after it, so none can come before these.
func (s *stream) due(before calendar.Instant) []arrival {
	slices.SortStableFunc(s.planned, func(a, b arrival) int { return int(a.at - b.at) })
	n, _ := slices.BinarySearchFunc(s.planned, before, func(a arrival, t calendar.Instant) int { return int(a.at - t) })
	out := s.planned[:n:n]
	s.planned = s.planned[n:]
	return out
}

// receive makes the session of an arrival; not ok when every point is taken or
// nobody who belongs there is free to come.
func (s *stream) receive(a arrival) (session.Session, bool) {
	b := &s.w.bays[a.bay]
	user, ok := s.who(b, a.at)
	if !ok {
		return session.Session{}, false
	}
	evse, ok := s.point(b, user, a.at)
	if !ok {
		return session.Session{}, false
	}
	site := &s.w.Locations[b.site]
	s.number++
	made := session.Session{ID: uuid(a.at, s.dice), ExternalID: "demo-" + padded(s.number, 6), NetworkID: s.w.Network.ID,
		LocationID: site.ID, EVSEID: s.w.EVSEs[evse].ID}
	var vehicle car
	if user == guest {
		vehicle = drawCar(s.dice, site.Country)
	} else {
		vehicle = s.w.drivers[user].car
		made.UserID, made.TokenID = s.w.Users[user].ID, s.card(user)
	}
	made.Facts = s.visit(b, a.at, vehicle)
	s.free[evse] = made.Facts.End + calendar.Instant(s.dice.between(minute, 6*minute))
	if user != guest {
		s.places[user] = whereabouts{made.Facts.End, site.City}
	}
	return made, true
}

// guest stands for a driver without an account.
const guest = -1

// card is the token that the driver holds up this time.
func (s *stream) card(user int) string {
	cards := s.w.drivers[user].cards
	if len(cards) > 1 && s.dice.chance(300) {
		return cards[1]
	}
	return cards[0]
}

// point is a free EVSE of the bay. Directors take the first, tenants their
// usual one where they can, others any.
func (s *stream) point(b *bay, user int, at calendar.Instant) (int, bool) {
	start := int(s.dice.below(int64(b.points)))
	switch {
	case b.use == home:
		start = user % b.points
	case user != guest && s.w.drivers[user].director:
		start = 0
	}
	for i := range b.points {
		if evse := b.first + (start+i)%b.points; s.free[evse] <= at {
			return evse, true
		}
	}
	return 0, false
}

// Shares of those who come to public points, in thousandths.
const (
	guestsAtRapid   = 210
	guestsAtStreet  = 140
	guestsAtVisitor = 450
	roamingShare    = 160
	cabShare        = 400
	bossShare       = 350
	fromFarAway     = 150
)

// bossWatts is the power of the office points of which directors take the first.
const bossWatts = 22_000

// who comes to the bay at the instant; not ok when the people it is for are all
// elsewhere.
func (s *stream) who(b *bay, at calendar.Instant) (user int, ok bool) {
	site, all := &s.w.Locations[b.site], &s.w.crowds
	switch b.use {
	case home, depot:
		return s.someone(b, all.partner[site.PartnerID], at)
	case work:
		if b.supply.watts == bossWatts && s.dice.chance(bossShare) {
			return s.someone(b, all.bosses[site.PartnerID], at)
		}
		return s.someone(b, all.partner[site.PartnerID], at)
	}
	if user, ok = s.someone(b, s.public(b), at); !ok {
		return guest, true
	}
	return user, true
}

// public is the crowd from which the next driver at a public bay comes, nil for
// a guest.
func (s *stream) public(b *bay) *crowd {
	site, all := &s.w.Locations[b.site], &s.w.crowds
	if all.cabs[site.City] != nil && b.use == rapid && s.dice.chance(cabShare) {
		return all.cabs[site.City]
	}
	guests := [uses]int64{rapid: guestsAtRapid, street: guestsAtStreet, visitor: guestsAtVisitor}[b.use]
	switch s.dice.weighted([]int64{guests, roamingShare, 1000 - guests - roamingShare}) {
	case 0:
		return nil
	case 1:
		return all.roaming[site.Country]
	}
	far := s.dice.chance(fromFarAway) || siteSpecs[b.site].kind == hub
	if near := all.locals[site.City]; site.Country == "US" || near != nil && !far {
		return near
	}
	return all.country[site.Country]
}

// rest is how long a driver at least leaves between two charges at a use, in
// seconds.
var rest = [uses]calendar.Instant{rapid: 50 * minute, street: 2 * hour, visitor: hour, work: 10 * hour, home: 5 * hour, depot: 6 * hour}

// journey is how long it at least takes a driver to turn up in another city.
func journey(country string) calendar.Instant {
	if country == "US" {
		return 2 * daySeconds
	}
	return 12 * hour
}

// someone is a member of the crowd who can be at the bay at the instant.
func (s *stream) someone(b *bay, c *crowd, at calendar.Instant) (int, bool) {
	if c == nil {
		return 0, false
	}
	site := &s.w.Locations[b.site]
	for range 10 {
		user := c.pick(s.dice)
		last := &s.places[user]
		gap := rest[b.use]
		if last.city != "" && last.city != site.City {
			gap = max(gap, journey(site.Country))
		}
		if at >= last.since+gap {
			return user, true
		}
	}
	return 0, false
}

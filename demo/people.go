package demo

import (
	"kwote/domain/person"
)

// driver is what the network does not know of a user but the street does: where
// they live, what they drive, and which card they hold up.
type driver struct {
	city     string
	car      car
	cards    []string // IDs of usable tokens, the usual one first
	director bool     // of a site's owner: parks in the first bays
}

// crowd is a set of drivers, some of whom charge far more often than others.
type crowd struct {
	members []int   // indices into World.Users
	upTo    []int64 // running sum of how often each charges
}

func (c *crowd) add(user int, often int64) {
	if n := len(c.upTo); n > 0 {
		often += c.upTo[n-1]
	}
	c.members, c.upTo = append(c.members, user), append(c.upTo, often)
}

// pick is a member by how often they charge.
func (c *crowd) pick(d *dice) int {
	left := d.below(c.upTo[len(c.upTo)-1])
	low, high := 0, len(c.upTo)-1
	for low < high {
		if mid := (low + high) / 2; c.upTo[mid] > left {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return c.members[low]
}

// crowds are who may come to a bay, by what they have to do with its place.
type crowds struct {
	locals  map[string]*crowd // private drivers by city
	country map[string]*crowd // private drivers by country
	roaming map[string]*crowd // customers of other providers by country
	cabs    map[string]*crowd // taxis by city
	partner map[string]*crowd // staff, tenants and fleets by partner ID
	bosses  map[string]*crowd // directors by partner ID
}

// often is how often a driver charges compared with others: a tenth of them
// make a third of the sessions.
var often = spread{{0, 3}, {250, 8}, {500, 14}, {750, 26}, {900, 48}, {1000, 120}}

// The kinds of driver and how many there are of each, two thousand in all.
const (
	privateDrivers     = 1120
	staffPerOffice     = 55
	directorsPerOffice = 4
	tenantsPerHouse    = 30
	vansPerYard        = 30
	taxis              = 30
	roamingDrivers     = 280
)

// The user groups, by external ID.
const (
	clubGroup      = "club"
	cardGroup      = "halle-soleil-card"
	directorsGroup = "directors"
	fleetGroup     = "fleet-cards"
	taxiGroup      = "taxis"
)

var groupNames = [][2]string{
	{clubGroup, "Kwote Club"}, {cardGroup, "Halle Soleil card holders"}, {directorsGroup, "Directors"},
	{fleetGroup, "Fleet cards"}, {taxiGroup, "Taxi drivers"},
}

func (w *World) buildPeople(ids *mint) {
	for _, g := range groupNames {
		w.Groups = append(w.Groups, person.Group{ID: ids.next(), ExternalID: g[0], Name: g[1]})
	}
	w.crowds = crowds{map[string]*crowd{}, map[string]*crowd{}, map[string]*crowd{}, map[string]*crowd{}, map[string]*crowd{}, map[string]*crowd{}}
	b := &registry{w: w, ids: ids, dice: newDice(streamPeople)}
	b.privates()
	b.attached(office, staffPerOffice)
	b.attached(housing, tenantsPerHouse)
	b.attached(yard, vansPerYard)
	b.cabs()
	b.visitors()
	b.spareCards()
}

// registry signs people up.
type registry struct {
	w    *World
	ids  *mint
	dice *dice
}

// group is the ID of the user group with the external ID.
func (w *World) group(external string) string {
	for _, g := range w.Groups {
		if g.ExternalID == external {
			return g.ID
		}
	}
	return ""
}

// enrol adds a user of the country who lives in the city and is in the groups.
func (r *registry) enrol(u person.User, country, city, domain string, groups ...string) int {
	stock := nameStocks[country]
	n := len(r.w.Users)
	u.ID, u.ExternalID, u.Language = r.ids.next(), "driver-"+padded(n+1, 4), stock.language
	if u.Name == "" {
		u.Name = stock.given[r.dice.below(int64(len(stock.given)))] + " " + stock.family[r.dice.below(int64(len(stock.family)))]
		u.Email = address(u.Name, padded(n+1, 4), domain)
	}
	for _, g := range groups {
		u.Groups = append(u.Groups, r.w.group(g))
	}
	r.w.Users = append(r.w.Users, u)
	r.w.drivers = append(r.w.drivers, driver{city: city, car: drawCar(r.dice, country)})
	return n
}

// privates live where the network has public points of its own country.
func (r *registry) privates() {
	var towns []int
	var draw []int64
	for i, s := range siteSpecs {
		if s.kind == hub || s.kind == kerb || s.kind == carPark || s.kind == shop {
			towns, draw = append(towns, i), append(draw, s.draw)
		}
	}
	for range privateDrivers {
		s := siteSpecs[towns[r.dice.weighted(draw)]]
		var groups []string
		if r.dice.chance(380) {
			groups = append(groups, clubGroup)
		}
		if s.partner == cardPartner && r.dice.chance(550) {
			groups = append(groups, cardGroup)
		}
		n := r.enrol(person.User{}, s.country, s.city, "mail.example", groups...)
		r.w.crowds.join(r.w.crowds.locals, s.city, n, r.dice)
		r.w.crowds.join(r.w.crowds.country, s.country, n, r.dice)
		r.app(n)
		if r.dice.chance(450) {
			r.rfid(n)
		}
	}
}

// attached enrols the people of each partner with a site of the kind.
func (r *registry) attached(k kind, each int) {
	for _, s := range siteSpecs {
		if s.kind != k {
			continue
		}
		partner := r.w.partnerID(s.partner)
		for i := range each {
			n := r.enrol(person.User{PartnerID: partner}, s.country, s.city, r.mailOf(s.partner, k), r.groupsOf(k, i)...)
			r.w.crowds.join(r.w.crowds.partner, partner, n, r.dice)
			if r.w.drivers[n].director = k == office && i < directorsPerOffice; r.w.drivers[n].director {
				r.w.crowds.join(r.w.crowds.bosses, partner, n, r.dice)
			}
			r.rfid(n)
			if k != yard && r.dice.chance(300) {
				r.app(n)
			}
		}
	}
}

// groupsOf are the groups of the i-th of a partner's people: the first few of
// an employer are its directors.
func (r *registry) groupsOf(k kind, i int) []string {
	switch {
	case k == office && i < directorsPerOffice:
		return []string{directorsGroup}
	case k == yard:
		return []string{fleetGroup}
	}
	return nil
}

func (r *registry) mailOf(partner string, k kind) string {
	if k == housing {
		return "mail.example"
	}
	for _, p := range partnerSpecs {
		if p.key == partner {
			return p.mail
		}
	}
	return "mail.example"
}

// taxiCity is where the network serves a taxi rank.
const taxiCity = "Köln"

func (r *registry) cabs() {
	for range taxis {
		n := r.enrol(person.User{}, "DE", taxiCity, "taxi-koeln.example", taxiGroup, fleetGroup)
		r.w.crowds.join(r.w.crowds.cabs, taxiCity, n, r.dice)
		r.rfid(n)
	}
}

// visitors are customers of other providers: known by contract, not by name.
func (r *registry) visitors() {
	providers := []string{"NL-VLT", "BE-SPK", "SE-GNI", "CH-ALP", "DK-VND", "AT-LDN"}
	american := []string{"US-VRE", "CA-BRL", "US-PLN"}
	countries := []string{"FR", "DE", "NO", "GB", "US"}
	share := []int64{36, 30, 13, 12, 9}
	for i := range roamingDrivers {
		country := countries[r.dice.weighted(share)]
		names := providers
		if country == "US" {
			names = american
		}
		contract := names[r.dice.below(int64(len(names)))] + "-C" + padded(i+1, 4) + padded(int(r.dice.below(10_000)), 4)
		n := r.enrol(person.User{Name: contract, Roaming: true}, country, "", "")
		r.w.crowds.join(r.w.crowds.roaming, country, n, r.dice)
		r.card(n, person.EMAID, contract, person.TokenValid)
		if r.dice.chance(400) {
			r.rfid(n)
		}
	}
}

// join puts a user into the crowd of the key.
func (crowds) join(of map[string]*crowd, key string, user int, d *dice) {
	if of[key] == nil {
		of[key] = &crowd{}
	}
	of[key].add(user, d.from(often))
}

// app gives the user the app.
func (r *registry) app(user int) {
	r.card(user, person.AppUser, "APP-"+r.hex(12), person.TokenValid)
}

// rfid gives the user a card. Now and then one was lost or blocked before, and
// the driver has the one that came after it.
func (r *registry) rfid(user int) {
	switch {
	case r.dice.chance(22):
		r.card(user, person.RFID, "04"+r.hex(12), person.TokenLost)
	case r.dice.chance(12):
		r.card(user, person.RFID, "04"+r.hex(12), person.TokenBlocked)
	}
	r.card(user, person.RFID, "04"+r.hex(12), person.TokenValid)
}

// spareCards are cards in a drawer that nobody owns yet.
func (r *registry) spareCards() {
	for range 12 {
		r.w.Tokens = append(r.w.Tokens, person.Token{ID: r.ids.next(), UID: "04" + r.hex(12), Kind: person.RFID, Status: person.TokenValid})
	}
}

func (r *registry) card(user int, k person.TokenKind, uid string, status person.TokenStatus) {
	t := person.Token{ID: r.ids.next(), UID: uid, Kind: k, UserID: r.w.Users[user].ID, Status: status}
	r.w.Tokens = append(r.w.Tokens, t)
	if t.Usable() {
		r.w.drivers[user].cards = append(r.w.drivers[user].cards, t.ID)
	}
}

// hex is a number of the given length in upper-case hexadecimal digits.
func (r *registry) hex(digits int) string {
	const alphabet = "0123456789ABCDEF"
	out := make([]byte, digits)
	for i := range out {
		out[i] = alphabet[r.dice.below(16)]
	}
	return string(out)
}

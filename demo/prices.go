package demo

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"kwote/domain/assign"
)

// Each file is one version of a tariff: NAME.yaml holds from the beginning,
// NAME.2.yaml since the prices were changed in the course of the year.
//
//go:embed tariffs/*.yaml
var tariffFiles embed.FS

// changeAfterDays is how long after the beginning the second versions came.
const changeAfterDays = 245

// buildPrices needs places and people to be there: groups refer to both.
func (w *World) buildPrices(ids *mint) error {
	entries, err := tariffFiles.ReadDir("tariffs")
	if err != nil {
		return fmt.Errorf("read the embedded tariffs: %w", err)
	}
	for _, e := range entries {
		source, err := tariffFiles.ReadFile("tariffs/" + e.Name())
		if err != nil {
			return fmt.Errorf("read the embedded tariffs: %w", err)
		}
		name, second := strings.CutSuffix(strings.TrimSuffix(e.Name(), ".yaml"), ".2")
		from := w.From
		if second {
			from += changeAfterDays * daySeconds
		}
		w.Tariffs = append(w.Tariffs, TariffSource{Name: name, From: from, Source: source})
	}
	slices.SortFunc(w.Tariffs, func(a, b TariffSource) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return int(a.From - b.From)
	})
	b := &lister{w: w, ids: ids}
	for _, currency := range []string{"EUR", "NOK", "GBP", "USD"} {
		b.public(currency)
		b.private(currency)
	}
	b.special()
	return nil
}

// lister writes the tariff groups. Under the network's rule the last match
// wins, so a group's entries go from the widest audience to the narrowest.
type lister struct {
	w   *World
	ids *mint
}

func (l *lister) add(external, name string, position int, attached []assign.Attachment, entries ...assign.Entry) {
	if len(attached) == 0 {
		return
	}
	l.w.TariffGroups = append(l.w.TariffGroups, assign.Group{ID: l.ids.next(), ExternalID: external, Name: name,
		Position: position, Entries: entries, Attached: attached})
}

// open is what a public point costs: a list price, one without an account, one
// for the club and for fleet cards, one for other providers' customers.
func (l *lister) open(list, suffix string) []assign.Entry {
	return []assign.Entry{
		{Tariff: list + suffix, Audience: assign.Audience{Everyone: true}},
		{Tariff: "guest" + suffix, Audience: assign.Audience{AdHoc: true}},
		{Tariff: "club" + suffix, Audience: assign.Audience{Groups: []string{l.w.group(clubGroup), l.w.group(fleetGroup)}}},
		{Tariff: "roaming" + suffix, Audience: assign.Audience{Roaming: true}},
	}
}

// public lists the groups of a currency's public points. A site is priced as
// what most of its points are; the others carry their group themselves.
func (l *lister) public(currency string) {
	suffix := "-" + strings.ToLower(currency)
	var rapids, slow []assign.Attachment
	for i, s := range siteSpecs {
		if currencyOf[s.country] != currency {
			continue
		}
		site := assign.Attachment{Scope: assign.OnLocation, PlaceID: l.w.Locations[i].ID}
		switch {
		case s.kind == hub:
			rapids = append(rapids, site)
			slow = append(slow, l.pointsOf(i, street)...)
		case s.kind == kerb, s.kind == carPark, s.kind == shop && s.partner != cardPartner:
			slow = append(slow, site)
			rapids = append(rapids, l.pointsOf(i, rapid)...)
		case s.kind == shop:
			rapids = append(rapids, l.pointsOf(i, rapid)...)
		}
	}
	l.add("rapid"+suffix, "Rapid charging, "+currency, 0, rapids, l.open("rapid", suffix)...)
	l.add("ac"+suffix, "AC charging, "+currency, 0, slow, l.open("ac", suffix)...)
}

// pointsOf attaches to every EVSE of a use at a site.
func (l *lister) pointsOf(site int, u use) []assign.Attachment {
	var out []assign.Attachment
	for _, b := range l.w.bays {
		if b.site == site && b.use == u {
			out = append(out, l.points(b, b.points)...)
		}
	}
	return out
}

// points attaches to the first n EVSEs of a bay.
func (l *lister) points(b bay, n int) []assign.Attachment {
	var out []assign.Attachment
	for _, e := range l.w.EVSEs[b.first : b.first+n] {
		out = append(out, assign.Attachment{Scope: assign.OnEVSE, PlaceID: e.ID})
	}
	return out
}

// owners are the partners of a currency's sites of the kind.
func (l *lister) owners(k kind, currency string) (partners []string, attached []assign.Attachment) {
	for _, s := range siteSpecs {
		if s.kind == k && currencyOf[s.country] == currency {
			id := l.w.partnerID(s.partner)
			partners = append(partners, id)
			attached = append(attached, assign.Attachment{Scope: assign.OnPartner, PlaceID: id})
		}
	}
	return partners, attached
}

// private lists the groups of a currency's employers, houses and yards.
func (l *lister) private(currency string) {
	suffix := "-" + strings.ToLower(currency)
	_, offices := l.owners(office, currency)
	forAll := []assign.Access{assign.Public}
	l.add("workplace"+suffix, "Workplaces, "+currency, 0, offices,
		assign.Entry{Tariff: "visitor" + suffix, Audience: assign.Audience{Access: forAll}},
		assign.Entry{Tariff: "roaming" + suffix, Audience: assign.Audience{Roaming: true, Access: forAll}},
		assign.Entry{Tariff: "staff" + suffix, Audience: assign.Audience{OwnerUsers: true}})
	_, houses := l.owners(housing, currency)
	l.add("residents"+suffix, "Residents, "+currency, 0, houses,
		assign.Entry{Tariff: "resident" + suffix, Audience: assign.Audience{OwnerUsers: true}})
	companies, _ := l.owners(yard, currency)
	var yards []assign.Attachment
	for i, s := range siteSpecs {
		if s.kind == yard && currencyOf[s.country] == currency {
			yards = append(yards, assign.Attachment{Scope: assign.OnLocation, PlaceID: l.w.Locations[i].ID})
		}
	}
	l.add("depots"+suffix, "Depots, "+currency, 0, yards,
		assign.Entry{Tariff: "fleet" + suffix, Audience: assign.Audience{PartnerUsers: companies}})
}

const (
	cardPartner  = "halle-soleil"
	directorBays = 2 // by the entrance of each office
)

// special lists the groups of one partner and of single points. The positions
// put them after the usual groups of the same point.
func (l *lister) special() {
	card := append(l.open("ac", "-eur"),
		assign.Entry{Tariff: "shop-card-eur", Audience: assign.Audience{Groups: []string{l.w.group(cardGroup)}}})
	l.add(cardPartner, "Halle Soleil", 0,
		[]assign.Attachment{{Scope: assign.OnPartner, PlaceID: l.w.partnerID(cardPartner)}}, card...)
	var entrance, rank []assign.Attachment
	for _, b := range l.w.bays {
		if b.use == work && b.supply.watts == bossWatts && b.currency == "EUR" {
			entrance = append(entrance, l.points(b, directorBays)...)
		}
		if b.use == rapid && l.w.Locations[b.site].City == taxiCity {
			rank = append(rank, l.points(b, b.points)...)
		}
	}
	l.add("director-bays", "Directors' bays", 10, entrance,
		assign.Entry{Tariff: "director-eur", Audience: assign.Audience{Groups: []string{l.w.group(directorsGroup)}}})
	l.add("taxi-rank", "Taxi rank Köln", 10, rank,
		assign.Entry{Tariff: "taxi-eur", Audience: assign.Audience{Groups: []string{l.w.group(taxiGroup)}}})
}

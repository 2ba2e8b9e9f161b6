package demo

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"kwote/domain/assign"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// documents are the tariffs by name, the latest version of each.
func documents(t *testing.T, w *World) map[string]tariff.Document {
	t.Helper()
	out := map[string]tariff.Document{}
	for _, s := range w.Tariffs {
		d, err := tariff.Decode(s.Source)
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		out[s.Name] = d
	}
	return out
}

func TestTariffsAreSound(t *testing.T) {
	h := year()
	currencies := map[money.Currency]int{}
	for name, d := range documents(t, h.World) {
		currencies[d.Currency]++
		if d.Name != name || !strings.HasSuffix(name, strings.ToLower(string(d.Currency))) {
			t.Errorf("tariff %s of file %s is in %s", d.Name, name, d.Currency)
		}
		if d.Title["en"] == "" || d.Title["fr"] == "" {
			t.Errorf("%s has no title in English or French", name)
		}
		again, err := tariff.Decode(tariff.Encode(d))
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%s does not survive its canonical form: %v", name, err)
		}
		if strings.HasPrefix(name, "guest") && (len(d.Dimension(tariff.Charging).Rules) > 0 || len(d.Dimension(tariff.Session).Rules) > 0) {
			t.Errorf("%s: at rapid points the law allows guests a price per kWh and an idle fee only", name)
		}
	}
	if len(currencies) != 4 {
		t.Errorf("tariffs by currency: %v", currencies)
	}
	first := map[string]bool{}
	for i, s := range h.Tariffs {
		if i > 0 && h.Tariffs[i-1].Name == s.Name && h.Tariffs[i-1].From >= s.From {
			t.Errorf("versions of %s are out of order", s.Name)
		}
		first[s.Name] = first[s.Name] || s.From == h.From
	}
	for name, ok := range first {
		if !ok {
			t.Errorf("%s does not hold from the beginning", name)
		}
	}
}

func (h *history) spot(evse int) assign.Spot {
	e := h.EVSEs[evse]
	l := h.location[e.LocationID]
	return assign.Spot{NetworkID: l.NetworkID, PartnerID: l.PartnerID, LocationID: l.ID, EVSEID: e.ID, Access: e.Access}
}

func (h *history) payer(userID string) assign.Payer {
	if userID == "" {
		return assign.Payer{}
	}
	u := h.Users[h.user[userID]]
	return assign.Payer{UserID: u.ID, PartnerID: u.PartnerID, Roaming: u.Roaming, Groups: u.Groups}
}

func TestEverySessionFindsOneTariff(t *testing.T) {
	h := year()
	docs := documents(t, h.World)
	used := map[string]int{}
	for _, s := range h.sessions {
		b := h.bayOf[s.EVSEID]
		answer := assign.Resolve(h.Network.Precedence, h.TariffGroups, h.spot(h.evse[s.EVSEID]), h.payer(s.UserID))
		found := answer.Tariffs()
		if len(found) != 1 || answer.Conflict {
			t.Fatalf("session %s at %s finds the tariffs %v", s.ExternalID, h.location[s.LocationID].Name, found)
		}
		if d, ok := docs[found[0]]; !ok || string(d.Currency) != b.currency {
			t.Fatalf("session %s in %s is priced by %s", s.ExternalID, h.location[s.LocationID].Country, found[0])
		}
		used[found[0]]++
	}
	for name := range docs {
		if used[name] < 20 {
			t.Errorf("%s prices only %d sessions", name, used[name])
		}
	}
}

func TestEveryPublicPointHasSeveralPrices(t *testing.T) {
	h := year()
	club := h.group(clubGroup)
	payers := []assign.Payer{{}, {UserID: "driver"}, {UserID: "member", Groups: []string{club}}, {UserID: "visitor", Roaming: true}}
	for i, e := range h.EVSEs {
		if h.bayOf[e.ID].use != rapid && h.bayOf[e.ID].use != street {
			continue
		}
		var prices []string
		for _, p := range payers {
			found := assign.Resolve(h.Network.Precedence, h.TariffGroups, h.spot(i), p)
			prices = append(prices, found.Tariffs()...)
		}
		slices.Sort(prices)
		if n := len(slices.Compact(slices.Clone(prices))); n != len(payers) {
			t.Errorf("EVSE %s has the prices %v", e.ExternalID, prices)
		}
		current := "rapid-"
		if h.bayOf[e.ID].use == street {
			current = "ac-"
		}
		if !slices.ContainsFunc(prices, func(p string) bool { return strings.HasPrefix(p, current) }) {
			t.Errorf("EVSE %s has the prices %v, none of them %s", e.ExternalID, prices, current)
		}
	}
}

// The groups on narrower places must win over those on wider ones.
func TestSpecialPointsWin(t *testing.T) {
	h := year()
	group := func(external string) assign.Group {
		i := slices.IndexFunc(h.TariffGroups, func(g assign.Group) bool { return g.ExternalID == external })
		if i < 0 {
			t.Fatalf("no tariff group %s", external)
		}
		return h.TariffGroups[i]
	}
	for external, want := range map[string]struct{ group, tariff string }{
		"director-bays": {directorsGroup, "director-eur"},
		"taxi-rank":     {taxiGroup, "taxi-eur"},
	} {
		attached := group(external).Attached
		if len(attached) == 0 {
			t.Errorf("%s hangs nowhere", external)
		}
		for _, a := range attached {
			spot := h.spot(h.evse[a.PlaceID])
			who := assign.Payer{UserID: "u", PartnerID: spot.PartnerID, Groups: []string{h.group(want.group), h.group(fleetGroup)}}
			if got := assign.Resolve(h.Network.Precedence, h.TariffGroups, spot, who).Tariffs(); !slices.Equal(got, []string{want.tariff}) {
				t.Errorf("%s: resolved %v, not %s", external, got, want.tariff)
			}
		}
	}
}

// Prices and sessions together must make sense: what a kWh comes to on the
// whole lies near the list prices, and idle fees are felt but do not rule.
func TestTakingsArePlausible(t *testing.T) {
	h := year()
	docs := documents(t, h.World)
	type takings struct{ minor, kwh, sessions, idle int64 }
	sums := map[string]*takings{}
	for _, s := range h.sessions {
		b := h.bayOf[s.EVSEID]
		name := assign.Resolve(h.Network.Precedence, h.TariffGroups, h.spot(h.evse[s.EVSEID]), h.payer(s.UserID)).Tariffs()[0]
		receipt, err := pricing.Price(pricing.Compile(pricing.TariffRef{Name: name}, docs[name], b.zone), s.Facts, pricing.Context{})
		if err != nil {
			t.Fatalf("session %s under %s: %v", s.ExternalID, name, err)
		}
		sum := sums[name]
		if sum == nil {
			sum = &takings{}
			sums[name] = sum
		}
		sum.sessions++
		sum.minor += receipt.Total.Minor
		sum.kwh += int64(receipt.Energy / energy.KWh)
		for _, l := range receipt.Lines {
			if l.Dimension == tariff.Idle && (l.Kind == pricing.Priced || l.Kind == pricing.Cap) {
				sum.idle += l.Amount.Minor
			}
		}
	}
	for name, sum := range sums {
		low, high := int64(12), int64(110) // minor units a kWh
		if strings.HasSuffix(name, "nok") {
			low, high = 90, 900
		}
		t.Logf("%-14s %5d sessions %7d kWh %9d minor units, %8d of them idle fees", name, sum.sessions, sum.kwh, sum.minor, sum.idle)
		if per := sum.minor / sum.kwh; name != "director-eur" && name != "shop-card-eur" && (per < low || per > high) {
			t.Errorf("%s: %d minor units a kWh", name, per)
		}
		if sum.idle > sum.minor/2 {
			t.Errorf("%s: idle fees are %d of %d", name, sum.idle, sum.minor)
		}
	}
}

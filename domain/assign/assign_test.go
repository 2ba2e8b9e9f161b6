package assign

import (
	"slices"
	"testing"

	"kwote/domain/money"
)

var (
	spot     = Spot{NetworkID: "net", PartnerID: "owner", LocationID: "loc", EVSEID: "evse", Access: Public}
	adHoc    = Payer{}
	driver   = Payer{UserID: "u"}
	roamer   = Payer{UserID: "r", Roaming: true}
	staff    = Payer{UserID: "s", Groups: []string{"staff"}}
	director = Payer{UserID: "d", Groups: []string{"staff", "directors"}}
	tenant   = Payer{UserID: "t", PartnerID: "owner"}
	guest    = Payer{UserID: "g", PartnerID: "other"}
)

// on makes a group with one entry, attached to one place.
func on(id string, scope Scope, place string, position int, entries ...Entry) Group {
	return Group{ID: id, Position: position, Entries: entries, Attached: []Attachment{{scope, place}}}
}

func everyone(tariff string) Entry { return Entry{tariff, Audience{Everyone: true}} }

func TestAudience(t *testing.T) {
	all := map[string]Payer{"ad hoc": adHoc, "driver": driver, "roamer": roamer, "staff": staff, "director": director, "tenant": tenant, "guest": guest}
	elsewhere := Spot{NetworkID: "net", LocationID: "loc", EVSEID: "evse", Access: Private}
	for name, c := range map[string]struct {
		audience Audience
		spot     Spot
		match    []string
	}{
		"nobody":                   {Audience{}, spot, nil},
		"everyone":                 {Audience{Everyone: true}, spot, []string{"ad hoc", "director", "driver", "guest", "roamer", "staff", "tenant"}},
		"ad hoc":                   {Audience{AdHoc: true}, spot, []string{"ad hoc"}},
		"roaming":                  {Audience{Roaming: true}, spot, []string{"roamer"}},
		"one group":                {Audience{Groups: []string{"directors"}}, spot, []string{"director"}},
		"one of two groups":        {Audience{Groups: []string{"directors", "staff"}}, spot, []string{"director", "staff"}},
		"a group nobody is in":     {Audience{Groups: []string{"residents"}}, spot, nil},
		"partner's users":          {Audience{PartnerUsers: []string{"other", "third"}}, spot, []string{"guest"}},
		"owner's users":            {Audience{OwnerUsers: true}, spot, []string{"tenant"}},
		"owner's users, no owner":  {Audience{OwnerUsers: true}, elsewhere, nil},
		"everyone and a group":     {Audience{Everyone: true, Groups: []string{"staff"}}, spot, []string{"director", "staff"}},
		"group and partner":        {Audience{Groups: []string{"staff"}, PartnerUsers: []string{"other"}}, spot, nil},
		"public points":            {Audience{Everyone: true, Access: []Access{Public}}, spot, []string{"ad hoc", "director", "driver", "guest", "roamer", "staff", "tenant"}},
		"public points, elsewhere": {Audience{Everyone: true, Access: []Access{Public}}, elsewhere, nil},
		"two access classes":       {Audience{Groups: []string{"staff"}, Access: []Access{Restricted, Private}}, elsewhere, []string{"director", "staff"}},
		"only an access class":     {Audience{Access: []Access{Private}}, elsewhere, []string{"ad hoc", "director", "driver", "guest", "roamer", "staff", "tenant"}},
		"ad hoc and roaming":       {Audience{AdHoc: true, Roaming: true}, spot, nil},
	} {
		var got []string
		for who, payer := range all {
			if ok, _, _ := match(c.audience, c.spot, payer); ok {
				got = append(got, who)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.match) {
			t.Errorf("%s matches %v, want %v", name, got, c.match)
		}
	}
	if ok, _, _ := match(Audience{AdHoc: true}, spot, Payer{Roaming: true}); ok {
		t.Error("a roaming customer without an account here is not ad hoc")
	}
}

// workplace is the group of the first two scenarios: public, staff, directors.
func workplace(order ...string) []Group {
	entries := map[string]Entry{
		"public": everyone("public"), "staff": {"staff", Audience{Groups: []string{"staff"}}}, "director": {"director", Audience{Groups: []string{"directors"}}},
	}
	g := on("workplace", OnLocation, "loc", 0)
	for _, name := range order {
		g.Entries = append(g.Entries, entries[name])
	}
	return []Group{g}
}

func TestScenarioThreeAudiences(t *testing.T) {
	for want, who := range map[string]Payer{"public": driver, "staff": staff, "director": director} {
		a := Resolve(ByOrder, workplace("public", "staff", "director"), spot, who)
		if got := a.Tariffs(); !slices.Equal(got, []string{want}) || a.Conflict {
			t.Errorf("last match wins: %v, conflict %v; want %s", got, a.Conflict, want)
		}
	}
	if got := Resolve(ByOrder, workplace("public", "staff", "director"), spot, adHoc).Tariffs(); !slices.Equal(got, []string{"public"}) {
		t.Errorf("ad hoc pays %v", got)
	}
}

func TestScenarioDirectorIsAlsoStaff(t *testing.T) {
	if got := Resolve(ByOrder, workplace("public", "director", "staff"), spot, director).Tariffs(); !slices.Equal(got, []string{"staff"}) {
		t.Errorf("with staff lower in the list a director pays %v", got)
	}
	a := Resolve(Cheapest, workplace("public", "director", "staff"), spot, director)
	if got := a.Tariffs(); !slices.Equal(got, []string{"public", "director", "staff"}) || a.Conflict {
		t.Errorf("the price decides between %v, conflict %v", got, a.Conflict)
	}
	totals := map[string]string{"public": "8.10", "staff": "3.60", "director": "1.60"}
	var sums []money.Exact
	for _, tariff := range a.Tariffs() {
		e, err := money.ParseExact(totals[tariff])
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, e)
	}
	if got := a.Tariffs()[Lowest(sums)]; got != "director" {
		t.Errorf("the cheapest is %s", got)
	}
	b := Resolve(MostSpecific, workplace("public", "director", "staff"), spot, director)
	if got := b.Tariffs(); !slices.Equal(got, []string{"director", "staff"}) || !b.Conflict {
		t.Errorf("two user groups are equally specific: %v, conflict %v", got, b.Conflict)
	}
}

func TestPrecedence(t *testing.T) {
	staffOnly := Entry{"staff", Audience{Groups: []string{"staff"}}}
	for name, c := range map[string]struct {
		rule     Precedence
		groups   []Group
		who      Payer
		want     []string
		conflict bool
	}{
		"the narrower place wins by order": {ByOrder, []Group{on("d", OnEVSE, "evse", 0, everyone("evse")), on("c", OnLocation, "loc", 9, everyone("loc")),
			on("b", OnPartner, "owner", 9, everyone("partner")), on("a", OnNetwork, "net", 9, everyone("net"))}, staff, []string{"evse"}, false},
		"partner over network":  {ByOrder, []Group{on("b", OnPartner, "owner", 0, everyone("partner")), on("a", OnNetwork, "net", 9, everyone("net"))}, staff, []string{"partner"}, false},
		"location over partner": {MostSpecific, []Group{on("b", OnPartner, "owner", 0, staffOnly), on("c", OnLocation, "loc", 0, everyone("loc"))}, staff, []string{"loc"}, false},
		"the later group on one place": {ByOrder, []Group{on("b", OnLocation, "loc", 2, everyone("second")), on("a", OnLocation, "loc", 1, everyone("first"))},
			staff, []string{"second"}, false},
		"order minds no person":      {ByOrder, []Group{on("a", OnLocation, "loc", 1, staffOnly), on("b", OnLocation, "loc", 2, everyone("all"))}, staff, []string{"all"}, false},
		"the person decides":         {MostSpecific, []Group{on("a", OnLocation, "loc", 1, staffOnly), on("b", OnLocation, "loc", 2, everyone("all"))}, staff, []string{"staff"}, false},
		"roaming over everyone":      {MostSpecific, []Group{on("a", OnLocation, "loc", 1, Entry{"roam", Audience{Roaming: true}}, everyone("all"))}, roamer, []string{"roam"}, false},
		"ad hoc over everyone":       {MostSpecific, []Group{on("a", OnLocation, "loc", 1, Entry{"hoc", Audience{AdHoc: true}}, everyone("all"))}, adHoc, []string{"hoc"}, false},
		"other places do not count":  {ByOrder, []Group{on("a", OnLocation, "elsewhere", 0, everyone("x")), on("b", OnNetwork, "loc", 0, everyone("y"))}, staff, nil, false},
		"nothing matches":            {MostSpecific, []Group{on("a", OnLocation, "loc", 0, staffOnly)}, driver, nil, false},
		"cheapest takes every match": {Cheapest, []Group{on("a", OnNetwork, "net", 0, everyone("net")), on("b", OnEVSE, "evse", 0, everyone("evse"), staffOnly)}, driver, []string{"net", "evse"}, false},
	} {
		a := Resolve(c.rule, c.groups, spot, c.who)
		if got := a.Tariffs(); !slices.Equal(got, c.want) || a.Conflict != c.conflict {
			t.Errorf("%s: %v, conflict %v; want %v", name, got, a.Conflict, c.want)
		}
		slices.Reverse(c.groups)
		if b := Resolve(c.rule, c.groups, spot, c.who); !slices.Equal(b.Tariffs(), c.want) {
			t.Errorf("%s: in another order of groups %v", name, b.Tariffs())
		}
	}
	if got := Resolve(ByOrder, []Group{{ID: "a", Entries: []Entry{everyone("x")}, Attached: []Attachment{{OnPartner, ""}}}}, Spot{}, adHoc).Tariffs(); got != nil {
		t.Errorf("a place without an ID holds %v", got)
	}
}

func TestTies(t *testing.T) {
	for name, c := range map[string]struct {
		rule     Precedence
		groups   []Group
		want     []string
		conflict bool
	}{
		"two groups at one position": {ByOrder, []Group{on("a", OnLocation, "loc", 1, everyone("x")), on("b", OnLocation, "loc", 1, everyone("y"))}, []string{"x", "y"}, true},
		"the same tariff twice":      {ByOrder, []Group{on("a", OnLocation, "loc", 1, everyone("x")), on("b", OnLocation, "loc", 1, everyone("x"))}, []string{"x"}, false},
		"the last of each group": {ByOrder, []Group{on("a", OnLocation, "loc", 1, everyone("x"), everyone("y")), on("b", OnLocation, "loc", 1, everyone("z"), everyone("w"))},
			[]string{"y", "w"}, true},
		"three groups, each its last": {ByOrder, []Group{on("a", OnLocation, "loc", 1, everyone("x")), on("b", OnLocation, "loc", 1, everyone("y"), everyone("z")),
			on("c", OnLocation, "loc", 1, everyone("v"), everyone("w"))}, []string{"x", "z", "w"}, true},
		"settled by a narrower place": {ByOrder, []Group{on("a", OnLocation, "loc", 1, everyone("x")), on("b", OnLocation, "loc", 1, everyone("y")), on("c", OnEVSE, "evse", 0, everyone("z"))},
			[]string{"z"}, false},
		"equally specific persons": {MostSpecific, []Group{on("a", OnLocation, "loc", 1, Entry{"x", Audience{Groups: []string{"staff"}}}), on("b", OnLocation, "loc", 2, Entry{"y", Audience{OwnerUsers: true}})},
			[]string{"x", "y"}, true},
	} {
		who := Payer{UserID: "s", PartnerID: "owner", Groups: []string{"staff"}}
		for range 2 {
			a := Resolve(c.rule, c.groups, spot, who)
			if got := a.Tariffs(); !slices.Equal(got, c.want) || a.Conflict != c.conflict {
				t.Errorf("%s: %v, conflict %v; want %v, %v", name, got, a.Conflict, c.want, c.conflict)
			}
			slices.Reverse(c.groups)
		}
	}
	one, two := money.Exact{}, money.Exact{}
	if Lowest([]money.Exact{one, two}) != 0 {
		t.Error("of equal totals the first is not the lowest")
	}
}

func TestEveryCandidateSaysWhy(t *testing.T) {
	entries := []Entry{
		everyone("0"), {"1", Audience{AdHoc: true}}, {"2", Audience{Roaming: true}}, {"3", Audience{Groups: []string{"staff"}}},
		{"4", Audience{PartnerUsers: []string{"other"}}}, {"5", Audience{OwnerUsers: true}}, {"6", Audience{Access: []Access{Public}}},
		{"7", Audience{Everyone: true, Access: []Access{Private}}}, {"8", Audience{}}, {"9", Audience{Everyone: true, Groups: []string{"staff"}}},
	}
	groups := []Group{on("a", OnLocation, "loc", 3, entries...)}
	for name, c := range map[string]struct {
		who  Payer
		want []Reason
	}{
		"ad hoc": {adHoc, []Reason{MatchedEveryone, MatchedAdHoc, RefusedNotRoaming, RefusedNotInGroup, RefusedNotOfPartner, RefusedNotOfOwner, MatchedAccess, RefusedAccess, RefusedNobody, RefusedNotInGroup}},
		"staff":  {staff, []Reason{MatchedEveryone, RefusedNotAdHoc, RefusedNotRoaming, MatchedGroup, RefusedNotOfPartner, RefusedNotOfOwner, MatchedAccess, RefusedAccess, RefusedNobody, MatchedGroup}},
		"roamer": {roamer, []Reason{MatchedEveryone, RefusedNotAdHoc, MatchedRoaming, RefusedNotInGroup, RefusedNotOfPartner, RefusedNotOfOwner, MatchedAccess, RefusedAccess, RefusedNobody, RefusedNotInGroup}},
		"tenant": {tenant, []Reason{MatchedEveryone, RefusedNotAdHoc, RefusedNotRoaming, RefusedNotInGroup, RefusedNotOfPartner, MatchedOwnerUser, MatchedAccess, RefusedAccess, RefusedNobody, RefusedNotInGroup}},
		"guest":  {guest, []Reason{MatchedEveryone, RefusedNotAdHoc, RefusedNotRoaming, RefusedNotInGroup, MatchedPartnerUser, RefusedNotOfOwner, MatchedAccess, RefusedAccess, RefusedNobody, RefusedNotInGroup}},
	} {
		a := Resolve(ByOrder, groups, spot, c.who)
		if len(a.Candidates) != len(entries) {
			t.Fatalf("%s: %d candidates of %d entries", name, len(a.Candidates), len(entries))
		}
		for i, candidate := range a.Candidates {
			matched := slices.Contains([]Reason{MatchedEveryone, MatchedAdHoc, MatchedRoaming, MatchedGroup, MatchedPartnerUser, MatchedOwnerUser, MatchedAccess}, c.want[i])
			if candidate.Why != c.want[i] || candidate.Matched != matched {
				t.Errorf("%s: entry %d says %q, matched %v; want %q", name, i, candidate.Why, candidate.Matched, c.want[i])
			}
			if candidate.Tariff != entries[i].Tariff || candidate.Entry != i || candidate.GroupID != "a" || candidate.Position != 3 || candidate.Scope != OnLocation || candidate.PlaceID != "loc" {
				t.Errorf("%s: entry %d is %+v", name, i, candidate)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, s := range []Scope{OnNetwork, OnPartner, OnLocation, OnEVSE} {
		if back, err := ParseScope(s.String()); err != nil || back != s {
			t.Errorf("%s reads back as %s, %v", s, back, err)
		}
	}
	if _, err := ParseScope("site"); err == nil {
		t.Error("site is taken for a scope")
	}
	if !ByOrder.Valid() || !MostSpecific.Valid() || !Cheapest.Valid() || Precedence("").Valid() || !Private.Valid() || Access("open").Valid() {
		t.Error("names of rules or access classes are off")
	}
}

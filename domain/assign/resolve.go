package assign

import (
	"slices"
	"sort"

	"kwote/domain/money"
)

// Reason is why a candidate matched or did not, as a stable code.
type Reason string

// The reasons.
const (
	MatchedEveryone     Reason = "everyone"
	MatchedAdHoc        Reason = "ad-hoc"
	MatchedRoaming      Reason = "roaming"
	MatchedGroup        Reason = "user-group"
	MatchedPartnerUser  Reason = "partner-user"
	MatchedOwnerUser    Reason = "owner-user"
	MatchedAccess       Reason = "access-class" // the audience names only access classes
	RefusedNotAdHoc     Reason = "has-an-account"
	RefusedNotRoaming   Reason = "not-roaming"
	RefusedNotInGroup   Reason = "not-in-group"
	RefusedNotOfPartner Reason = "not-of-partner"
	RefusedNotOfOwner   Reason = "not-of-owner"
	RefusedAccess       Reason = "other-access-class"
	RefusedNobody       Reason = "audience-names-nobody"
)

// Candidate is one entry of a group that hangs on the place, in order.
type Candidate struct {
	GroupID  string
	Scope    Scope
	PlaceID  string
	Position int // of the group among those on the same place
	Entry    int // index in the group
	Tariff   string
	Matched  bool
	Why      Reason
	person   int // rank of the matched kind of person, higher is more specific
}

// Answer says what was found. Finalists are the indices of the candidates that
// are left when the rule has spoken: none, one, or several when the price
// decides (Cheapest) or a tie must be settled by it.
type Answer struct {
	Rule       Precedence
	Candidates []Candidate
	Finalists  []int
	// Conflict is set when two different tariffs stand level under a rule
	// that should tell them apart; the lower total is taken until a person
	// resolves it.
	Conflict bool
}

// Tariffs lists the distinct tariffs of the finalists in order.
func (a Answer) Tariffs() []string {
	var names []string
	for _, i := range a.Finalists {
		if t := a.Candidates[i].Tariff; !slices.Contains(names, t) {
			names = append(names, t)
		}
	}
	return names
}

// Lowest is the index of the lowest total; of equal totals the first.
func Lowest(totals []money.Exact) int {
	best := 0
	for i, t := range totals {
		if t.Cmp(totals[best]) < 0 {
			best = i
		}
	}
	return best
}

// Resolve lines up the entries of all groups that hang on the spot and applies
// the rule.
func Resolve(rule Precedence, groups []Group, spot Spot, who Payer) Answer {
	answer := Answer{Rule: rule, Candidates: lineUp(groups, spot)}
	for i := range answer.Candidates {
		c := &answer.Candidates[i]
		g := slices.IndexFunc(groups, func(g Group) bool { return g.ID == c.GroupID })
		c.Matched, c.Why, c.person = match(groups[g].Entries[c.Entry].Audience, spot, who)
	}
	answer.Finalists, answer.Conflict = decide(rule, answer.Candidates)
	return answer
}

func lineUp(groups []Group, spot Spot) []Candidate {
	var out []Candidate
	for _, g := range groups {
		for _, a := range g.Attached {
			if a.PlaceID == "" || a.PlaceID != spot.at(a.Scope) {
				continue
			}
			for i, e := range g.Entries {
				out = append(out, Candidate{GroupID: g.ID, Scope: a.Scope, PlaceID: a.PlaceID, Position: g.Position, Entry: i, Tariff: e.Tariff})
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Scope != b.Scope {
			return a.Scope < b.Scope
		}
		if a.Position != b.Position {
			return a.Position < b.Position
		}
		if a.GroupID != b.GroupID {
			return a.GroupID < b.GroupID
		}
		return a.Entry < b.Entry
	})
	return out
}

// decide returns the finalists and whether they are an unwanted tie.
func decide(rule Precedence, all []Candidate) (finalists []int, conflict bool) {
	for i, c := range all {
		if !c.Matched {
			continue
		}
		if rule != Cheapest {
			if slices.ContainsFunc(finalists, func(f int) bool { return beats(rule, all[f], c) }) {
				continue
			}
			finalists = slices.DeleteFunc(finalists, func(f int) bool { return beats(rule, c, all[f]) })
		}
		finalists = append(finalists, i)
	}
	if rule == Cheapest {
		return finalists, false
	}
	for _, i := range finalists {
		conflict = conflict || all[i].Tariff != all[finalists[0]].Tariff
	}
	return finalists, conflict
}

// beats reports whether c clearly wins over d.
func beats(rule Precedence, c, d Candidate) bool {
	if c.Scope != d.Scope {
		return c.Scope > d.Scope
	}
	if rule == MostSpecific {
		return c.person > d.person
	}
	if c.GroupID == d.GroupID {
		return c.Entry > d.Entry
	}
	return c.Position > d.Position
}

// match tests every kind that the audience sets. The rank is that of the most
// specific kind, as the order of persons says: user group, staff or partner's
// users, roaming, ad hoc, everyone.
func match(a Audience, spot Spot, who Payer) (ok bool, why Reason, rank int) {
	why = RefusedNobody
	take := func(r int, reason Reason) {
		if r > rank {
			rank, why = r, reason
		}
	}
	if a.Everyone {
		take(1, MatchedEveryone)
	}
	if len(a.Access) > 0 {
		if !slices.Contains(a.Access, spot.Access) {
			return false, RefusedAccess, 0
		}
		take(1, MatchedAccess)
	}
	if a.AdHoc {
		if who.UserID != "" || who.Roaming {
			return false, RefusedNotAdHoc, 0
		}
		take(2, MatchedAdHoc)
	}
	if a.Roaming {
		if !who.Roaming {
			return false, RefusedNotRoaming, 0
		}
		take(3, MatchedRoaming)
	}
	if a.OwnerUsers {
		if spot.PartnerID == "" || who.PartnerID != spot.PartnerID {
			return false, RefusedNotOfOwner, 0
		}
		take(5, MatchedOwnerUser)
	}
	if len(a.PartnerUsers) > 0 {
		if !slices.Contains(a.PartnerUsers, who.PartnerID) {
			return false, RefusedNotOfPartner, 0
		}
		take(5, MatchedPartnerUser)
	}
	if len(a.Groups) > 0 {
		if !slices.ContainsFunc(a.Groups, func(g string) bool { return slices.Contains(who.Groups, g) }) {
			return false, RefusedNotInGroup, 0
		}
		take(5, MatchedGroup)
	}
	return rank > 0, why, rank
}

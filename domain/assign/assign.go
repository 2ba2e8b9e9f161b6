// Package assign owns the question who pays what where: tariff groups,
// audiences, and the rule by which one of several tariffs wins. It does not
// know what a tariff costs; where the price decides, it is told.
//
// Invariants, and the test that proves each:
//   - values inside one list of an audience are OR, kinds of condition are AND,
//     and an audience that names nothing matches nobody (TestAudience);
//   - a tie is reported, never settled by chance (TestTies);
//   - every candidate says why it did or did not match (TestEveryCandidateSaysWhy).
package assign

import (
	"fmt"
	"slices"
)

// Precedence is the rule by which one of several matching tariffs wins.
type Precedence string

const (
	// ByOrder lines groups up from network over partner and location to EVSE;
	// the last match wins.
	ByOrder Precedence = "by-order"
	// MostSpecific compares the place first, then the person.
	MostSpecific Precedence = "most-specific"
	// Cheapest prices the session under every match; the lowest total wins.
	Cheapest Precedence = "cheapest"
)

// Valid reports whether p is one of the three rules.
func (p Precedence) Valid() bool { return p == ByOrder || p == MostSpecific || p == Cheapest }

// Access is the access class of a charge point.
type Access string

// The access classes.
const (
	Public     Access = "public"
	Restricted Access = "restricted"
	Private    Access = "private"
)

// Valid reports whether a is one of the three classes.
func (a Access) Valid() bool { return a == Public || a == Restricted || a == Private }

// Scope is the kind of place that a group is attached to, from wide to narrow.
type Scope uint8

// The scopes, in order of precedence.
const (
	OnNetwork Scope = iota
	OnPartner
	OnLocation
	OnEVSE
)

var scopeNames = [...]string{"network", "partner", "location", "evse"}

// String is the scope's stable name.
func (s Scope) String() string { return scopeNames[s] }

// ParseScope reads a scope's stable name.
func ParseScope(s string) (Scope, error) {
	if i := slices.Index(scopeNames[:], s); i >= 0 {
		return Scope(i), nil
	}
	return 0, fmt.Errorf("%q is no kind of place: network, partner, location or evse", s)
}

// Audience says whom a tariff is for. Values inside one list are OR; the kinds
// that are set are AND. An audience that names nothing matches nobody.
type Audience struct {
	Everyone     bool
	AdHoc        bool     // drivers without an account
	Roaming      bool     // customers of other providers
	Groups       []string // user group IDs
	PartnerUsers []string // partner IDs: users of one of these partners
	OwnerUsers   bool     // users of the partner who owns the place
	Access       []Access // access classes of the point
}

// Empty reports whether the audience names nothing and so matches nobody.
func (a Audience) Empty() bool {
	return !a.Everyone && !a.AdHoc && !a.Roaming && !a.OwnerUsers &&
		len(a.Groups)+len(a.PartnerUsers)+len(a.Access) == 0
}

// Entry is one tariff of a group with its audience.
type Entry struct {
	Tariff   string // tariff name
	Audience Audience
}

// Attachment hangs a group on a place.
type Attachment struct {
	Scope   Scope
	PlaceID string
}

// Group is an ordered set of tariffs with an audience each, attached to
// places. Position orders groups attached to the same place.
type Group struct {
	ID         string
	ExternalID string
	Name       string
	Position   int
	Entries    []Entry
	Attached   []Attachment
	Version    int64
}

// Spot is where the question is asked: one EVSE and what it belongs to.
type Spot struct {
	NetworkID  string
	PartnerID  string // owner of the location; may be empty
	LocationID string
	EVSEID     string
	Access     Access
}

// Payer is for whom the question is asked.
type Payer struct {
	UserID    string // empty: ad hoc
	PartnerID string
	Roaming   bool
	Groups    []string
}

func (s Spot) at(scope Scope) string {
	switch scope {
	case OnNetwork:
		return s.NetworkID
	case OnPartner:
		return s.PartnerID
	case OnLocation:
		return s.LocationID
	}
	return s.EVSEID
}

// Package access owns who acts and what they may do. Every use case is given an
// Actor; every event records one. It does not know how actors prove who they
// are.
//
// Invariants, and the test that proves each:
//   - nobody may do anything by default (TestNobodyMayNothing);
//   - a read-only actor changes nothing (TestRoles).
package access

import (
	"slices"

	"kwote/domain/fault"
)

// Kind says what kind of actor acts.
type Kind string

// The kinds of actor.
const (
	System Kind = "system" // Kwote itself: sweeps, demo, imports from the command line
	Staff  Kind = "staff"
	User   Kind = "user" // a driver
	Key    Kind = "key"  // an API key
)

// Role is a bundle of rights of staff and API keys.
type Role string

// The roles.
const (
	Owner    Role = "owner"
	Pricing  Role = "pricing"
	Finance  Role = "finance"
	Support  Role = "support"
	ReadOnly Role = "read-only"
)

// Roles lists every role.
var Roles = []Role{Owner, Pricing, Finance, Support, ReadOnly}

// Actor is whoever acts. The zero value may do nothing.
type Actor struct {
	Kind  Kind
	ID    string
	Name  string
	Roles []Role
}

// Kwote is the system acting by itself.
var Kwote = Actor{Kind: System, ID: "kwote", Name: "Kwote"}

// Action is something that a use case does, as far as rights tell it apart.
type Action string

// The actions.
const (
	Read           Action = "read"
	ChangePlaces   Action = "change-places"   // networks, partners, locations, EVSEs
	ChangePeople   Action = "change-people"   // users, groups, tokens
	ChangePrices   Action = "change-prices"   // tariffs, tariff groups, precedence
	RecordSessions Action = "record-sessions" // post, import and re-price sessions
	ChangeAccess   Action = "change-access"   // staff, API keys, settings
	StepClock      Action = "step-clock"      // move a stepped clock
)

var rights = map[Role][]Action{
	Owner:    {Read, ChangePlaces, ChangePeople, ChangePrices, RecordSessions, ChangeAccess, StepClock},
	Pricing:  {Read, ChangePlaces, ChangePrices, RecordSessions},
	Finance:  {Read, RecordSessions},
	Support:  {Read, ChangePeople, RecordSessions},
	ReadOnly: {Read},
}

// May reports whether the actor may do the action. The system may do
// everything; a driver's own data is guarded by the use cases that show it.
func (a Actor) May(action Action) bool {
	switch a.Kind {
	case System:
		return true
	case Staff, Key:
		return slices.ContainsFunc(a.Roles, func(r Role) bool { return slices.Contains(rights[r], action) })
	}
	return false
}

// Check is nil when the actor may do the action, else a fault that says who
// could.
func (a Actor) Check(action Action) error {
	if a.May(action) {
		return nil
	}
	if a.Kind == "" {
		return fault.New(fault.Unauthenticated, "not_signed_in", "sign in or send an API key first")
	}
	return fault.New(fault.Denied, "not_allowed",
		"this account may not do that ("+string(action)+"); ask an owner of the deployment for the right")
}

// Package event owns the record of what happened. An event is written in the
// same transaction as the change it tells of; the event table is outbox, audit
// trail and the source of webhooks. It does not know who listens.
//
// Invariant: an event names its actor, its type and the thing that changed
// (TestNewNeedsAnActor).
package event

import (
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/fault"
)

// Type names what happened, noun.verb in the past: "tariff.published".
type Type string

// Event is one thing that happened.
type Event struct {
	ID      string // UUIDv7
	At      calendar.Instant
	Type    Type
	Subject Subject
	Actor   access.Actor
	// Data is a JSON object with what a reader needs, keys as in the API.
	Data []byte
}

// Subject is the thing that changed.
type Subject struct {
	Kind string // "tariff", "session", "location"
	ID   string
}

// The types of event.
const (
	NetworkSaved     Type = "network.saved"
	PartnerSaved     Type = "partner.saved"
	LocationSaved    Type = "location.saved"
	EVSESaved        Type = "evse.saved"
	PlacesAdded      Type = "places.added" // one per committed batch of locations and EVSEs
	UserSaved        Type = "user.saved"
	PeopleAdded      Type = "people.added" // one per committed batch of users and tokens
	UserSignedIn     Type = "user.signed_in"
	GroupSaved       Type = "user_group.saved"
	TokenSaved       Type = "token.saved"
	StaffSaved       Type = "staff.saved"
	PasswordSet      Type = "staff.password_set"
	KeyCreated       Type = "api_key.created"
	KeyRevoked       Type = "api_key.revoked"
	LinkMailed       Type = "login_link.mailed"
	SignedIn         Type = "staff.signed_in"
	TariffSaved      Type = "tariff.saved" // its external id, without a new version
	TariffPublished  Type = "tariff.published"
	TariffEffective  Type = "tariff.effective" // a scheduled version has begun to hold
	TariffGroupSaved Type = "tariff_group.saved"
	FeedPushed       Type = "feed.pushed" // prices came that it did not have
	SessionRecorded  Type = "session.recorded"
	SessionPriced    Type = "session.priced"
	PlacesImported   Type = "places.imported"   // locations, EVSEs and users that an import's file named
	SessionsImported Type = "sessions.imported" // one per committed batch of an import
	ClockStepped     Type = "clock.stepped"
)

// New checks and makes an event.
func New(id string, at calendar.Instant, t Type, s Subject, by access.Actor, data []byte) (Event, error) {
	if id == "" || t == "" || s.Kind == "" || s.ID == "" || by.Kind == "" {
		return Event{}, fault.New(fault.Invalid, "event_incomplete", "an event needs an id, a type, a subject and an actor")
	}
	return Event{ID: id, At: at, Type: t, Subject: s, Actor: by, Data: data}, nil
}

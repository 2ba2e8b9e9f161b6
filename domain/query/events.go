package query

import "kwote/domain/event"

// Event is an event with its place in the feed.
type Event struct {
	event.Event
	// Seq is the gap-free number by which readers go on; 0 until the relay
	// has given it.
	Seq int64
}

// EventFilter narrows the audit trail, newest first; empty fields narrow
// nothing.
type EventFilter struct {
	Subject event.Subject // both or only the kind
	Type    event.Type
	ActorID string
	Page
}

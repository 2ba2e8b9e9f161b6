package api

import (
	"context"
	"encoding/json"

	"kwote/domain/access"
	"kwote/domain/event"
	"kwote/domain/query"
)

// Event is one thing that happened.
type Event struct {
	ID      string          `json:"id"`
	Seq     int64           `json:"seq,omitempty" doc:"Gap-free number in the feed; absent until it is given"`
	At      string          `json:"at" format:"date-time"`
	Type    string          `json:"type" example:"location.saved"`
	Subject Subject         `json:"subject" doc:"What changed"`
	Actor   Actor           `json:"actor" doc:"Who did it"`
	Data    json.RawMessage `json:"data" doc:"What a reader needs to know of it"`
}

// Subject is the thing that an event is about.
type Subject struct {
	Kind string `json:"kind" example:"location"`
	ID   string `json:"id"`
}

// Actor is whoever did something.
type Actor struct {
	Kind  string   `json:"kind" enum:"system,staff,user,key"`
	ID    string   `json:"id"`
	Name  string   `json:"name,omitempty"`
	Roles []string `json:"roles" doc:"What the actor might do at that time"`
}

func showEvent(e query.Event) Event {
	out := Event{ID: e.ID, Seq: e.Seq, At: e.At.String(), Type: string(e.Type), Subject: Subject(e.Subject),
		Actor: Actor{Kind: string(e.Actor.Kind), ID: e.Actor.ID, Name: e.Actor.Name, Roles: []string{}}, Data: e.Data}
	for _, r := range e.Actor.Roles {
		out.Actor.Roles = append(out.Actor.Roles, string(r))
	}
	if len(out.Data) == 0 {
		out.Data = json.RawMessage(`{}`)
	}
	return out
}

func (d *door) events() {
	type in struct {
		Type        string `query:"type" doc:"Only of this type"`
		SubjectKind string `query:"subjectKind" doc:"Only about things of this kind"`
		SubjectID   string `query:"subjectId" doc:"Only about this thing; needs subjectKind"`
		ActorID     string `query:"actorId" doc:"Only done by this actor"`
		Paging
	}
	list(d, route{id: "listEvents", path: root + "/events", tag: "Events", summary: "List what happened",
		about: "The audit trail, newest first: every change with who did it.",
		answer: Event{exampleID, 1204, "2026-05-03T14:00:00Z", string(event.LocationSaved), Subject{"location", exampleID},
			Actor{"key", exampleID, "CRM", []string{"support"}}, json.RawMessage(`{"externalId":"gare-de-lyon","name":"Gare de Lyon"}`)}},
		func(ctx context.Context, by access.Actor, in *in) ([]query.Event, string, error) {
			return d.Insight.Events(ctx, by, query.EventFilter{Subject: event.Subject{Kind: in.SubjectKind, ID: in.SubjectID},
				Type: event.Type(in.Type), ActorID: in.ActorID, Page: in.page()})
		}, showEvent)
}

package api

import (
	"context"
	"net/http"
	"slices"

	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/query"
)

// APIKeyBody is an API key as it is asked for.
type APIKeyBody struct {
	Name      string   `json:"name" minLength:"1" maxLength:"200" doc:"What uses the key"`
	Roles     []string `json:"roles" minItems:"1" enum:"owner,pricing,finance,support,read-only" doc:"What the key may do"`
	ExpiresAt string   `json:"expiresAt,omitempty" format:"date-time" doc:"Left out: never"`
}

// APIKey is the right of a program to use the API, without its secret.
type APIKey struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Roles      []string `json:"roles" enum:"owner,pricing,finance,support,read-only"`
	CreatedAt  string   `json:"createdAt" format:"date-time"`
	ExpiresAt  string   `json:"expiresAt,omitempty" format:"date-time" doc:"Absent: never"`
	LastUsedAt string   `json:"lastUsedAt,omitempty" format:"date-time" doc:"To the minute; absent: not yet"`
	RevokedAt  string   `json:"revokedAt,omitempty" format:"date-time" doc:"Absent: not revoked"`
}

// NewAPIKey is a key with its secret, which is shown this once.
type NewAPIKey struct {
	APIKey
	Secret string `json:"secret" doc:"Send it as Authorization: Bearer; it is not kept and cannot be shown again"`
}

// etag says which of the two states that matter the key is in.
func (k APIKey) etag() string {
	if k.RevokedAt != "" {
		return k.ID + "-revoked"
	}
	return k.ID
}

var exampleKey = APIKeyBody{Name: "CRM", Roles: []string{"support"}, ExpiresAt: "2036-12-31T23:59:59Z"}

var exampleKeyShown = APIKey{ID: exampleID, Name: "CRM", Roles: []string{"support"}, CreatedAt: "2026-05-03T14:00:00Z", ExpiresAt: "2036-12-31T23:59:59Z"}

func showKey(k query.APIKey) APIKey {
	out := APIKey{ID: k.ID, Name: k.Name, Roles: make([]string, len(k.Roles)), CreatedAt: k.CreatedAt.String(),
		ExpiresAt: optional(k.ExpiresAt), LastUsedAt: optional(k.LastUsedAt), RevokedAt: optional(k.RevokedAt)}
	for i, r := range k.Roles {
		out.Roles[i] = string(r)
	}
	return out
}

func (d *door) key(ctx context.Context, by access.Actor, id string) (APIKey, error) {
	all, err := d.Accounts.Keys(ctx, by)
	if err != nil {
		return APIKey{}, err
	}
	i := slices.IndexFunc(all, func(k query.APIKey) bool { return k.ID == id })
	if i < 0 {
		return APIKey{}, fault.New(fault.NotFound, "api_key_not_found", "there is no API key with the id "+id)
	}
	return showKey(all[i]), nil
}

func (d *door) keys() {
	const path, tag = root + "/api-keys", "API keys"
	type in struct{ Paging }
	list(d, route{id: "listApiKeys", path: path, tag: tag, summary: "List API keys", about: "Newest first, revoked ones too.",
		needs: access.ChangeAccess, answer: exampleKeyShown},
		func(ctx context.Context, by access.Actor, in *in) ([]query.APIKey, string, error) {
			all, err := d.Accounts.Keys(ctx, by)
			if err != nil {
				return nil, "", err
			}
			return pageOf(all, in.page(), func(k query.APIKey) string { return k.ID })
		}, showKey)
	one(d, route{id: "getApiKey", path: path + "/{id}", tag: tag, summary: "Get an API key", needs: access.ChangeAccess, answer: exampleKeyShown},
		func(ctx context.Context, by access.Actor, in *byIDIn) (APIKey, error) { return d.key(ctx, by, in.ID) })
	register(d, route{id: "createApiKey", method: http.MethodPost, path: path, tag: tag, summary: "Create an API key",
		about:  "The answer is the only place where the secret is ever shown.",
		status: http.StatusCreated, needs: access.ChangeAccess, mutates: true, secret: true, body: exampleKey,
		answer: NewAPIKey{exampleKeyShown, "kwote_EXAMPLEexampleEXAMPLEexampleEXAMPLE0123"}},
		func(ctx context.Context, by access.Actor, in *createIn[APIKeyBody]) (*oneOut[NewAPIKey], error) {
			expires, err := parseInstant("expiresAt", in.Body.ExpiresAt)
			if err != nil {
				return nil, err
			}
			roles := make([]access.Role, len(in.Body.Roles))
			for i, r := range in.Body.Roles {
				roles[i] = access.Role(r)
			}
			k, secret, err := d.Accounts.CreateKey(ctx, by, in.Body.Name, roles, expires)
			if err != nil {
				return nil, err
			}
			w := NewAPIKey{showKey(k), secret}
			out := newOne(http.StatusCreated, w.etag(), w)
			out.Location = path + "/" + k.ID
			return out, nil
		})
	type revokeIn struct {
		ID string `path:"id" doc:"The key's id"`
		Once
	}
	revoked := exampleKeyShown
	revoked.RevokedAt = "2026-06-01T08:00:00Z"
	register(d, route{id: "revokeApiKey", method: http.MethodPost, path: path + "/{id}/revoke", tag: tag, summary: "Revoke an API key",
		about: "Has no body. The key is refused from now on, for good; doing it again changes nothing.",
		needs: access.ChangeAccess, mutates: true, answer: revoked},
		func(ctx context.Context, by access.Actor, in *revokeIn) (*oneOut[APIKey], error) {
			if err := d.Accounts.RevokeKey(ctx, by, in.ID); err != nil {
				return nil, err
			}
			w, err := d.key(ctx, by, in.ID)
			if err != nil {
				return nil, err
			}
			return newOne(http.StatusOK, w.etag(), w), nil
		})
}

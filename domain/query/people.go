package query

import (
	"kwote/domain/access"
	"kwote/domain/calendar"
)

// UserFilter narrows the list of users; empty fields narrow nothing.
type UserFilter struct {
	PartnerID string
	GroupID   string // a user group
	Text      string // part of the name, e-mail address or external id
	Page
}

// GroupFilter narrows the list of user groups.
type GroupFilter struct {
	Text string // part of the name or external id
	Page
}

// TokenFilter narrows the list of tokens; empty fields narrow nothing.
type TokenFilter struct {
	UserID string
	Text   string // part of the uid or external id
	Page
}

// APIKey is the right of a program to use the API. The key itself is shown
// once and never kept; Hash is its SHA-256 in hex.
type APIKey struct {
	ID         string
	Name       string
	Hash       string
	Roles      []access.Role
	CreatedAt  calendar.Instant
	ExpiresAt  calendar.Instant // 0: never
	LastUsedAt calendar.Instant // 0: not yet
	RevokedAt  calendar.Instant // 0: not revoked
}

// LoginLink lets one person sign in once. Exactly one of UserID and StaffID is
// set; Hash is the SHA-256 in hex of the secret in the link.
type LoginLink struct {
	Hash      string
	UserID    string
	StaffID   string
	CreatedAt calendar.Instant
	ExpiresAt calendar.Instant
	UsedAt    calendar.Instant // 0: not yet
}

// Mail is a message in the outbox.
type Mail struct {
	ID            string
	To            string
	Subject       string
	Body          string // plain text
	CreatedAt     calendar.Instant
	NextAttemptAt calendar.Instant // due when not above now; meaningless once sent
	Attempts      int
	SentAt        calendar.Instant // 0: not yet
	LastError     string
}

// Reply is the answer that an idempotency key stands for. Status 0 means that
// the first request is still being answered, or was cut off before it was.
type Reply struct {
	Actor       string // whose key it is: kind and id
	Key         string
	RequestHash string // of method, path and body: tells a repeat from a misuse
	Status      int
	ContentType string
	Headers     string // JSON object
	Body        []byte
	CreatedAt   calendar.Instant
	ExpiresAt   calendar.Instant
}

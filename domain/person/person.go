// Package person owns people and what they identify themselves with: users
// (drivers), user groups, tokens and the operator's staff. It does not know
// what they may do (access) or pay (assign).
//
// Invariants, and the test that proves each:
//   - a token that is blocked or lost never authorises (TestTokenUsable);
//   - an e-mail address is compared without regard to case (TestNormalEmail).
package person

import "strings"

// User is a driver account.
type User struct {
	ID         string
	ExternalID string
	Name       string
	Email      string // normal form, see NormalEmail; may be empty
	Language   string // BCP 47, "fr"; empty: the operator's
	PartnerID  string // the partner whose user (employee, tenant) this is; may be empty
	Roaming    bool   // a customer of another provider who charges here
	Groups     []string
	Version    int64
}

// Group is a named set of users that tariffs can address.
type Group struct {
	ID         string
	ExternalID string
	Name       string
	Version    int64
}

// TokenKind is what kind of identification a token is.
type TokenKind string

// The kinds of token, as OCPI names them where it does.
const (
	RFID    TokenKind = "RFID"
	EMAID   TokenKind = "EMAID"
	AppUser TokenKind = "APP_USER"
	AdHoc   TokenKind = "AD_HOC_USER"
)

// TokenStatus says whether a token may still be used.
type TokenStatus string

// The states of a token.
const (
	TokenValid   TokenStatus = "valid"
	TokenBlocked TokenStatus = "blocked"
	TokenLost    TokenStatus = "lost"
)

// Token is something that a driver holds up to a charger.
type Token struct {
	ID         string
	ExternalID string
	UID        string // what the charger reads
	Kind       TokenKind
	UserID     string // owner; empty for a token nobody owns yet
	Status     TokenStatus
	Version    int64
}

// Usable reports whether the token may start a session.
func (t Token) Usable() bool { return t.Status == TokenValid }

// Staff is an account of somebody who works for the operator.
type Staff struct {
	ID       string
	Name     string
	Email    string // normal form, unique
	Language string
	Roles    []string
	// PasswordHash is an encoded Argon2id hash; empty: cannot sign in by password.
	PasswordHash string
	Version      int64
}

// NormalEmail is the form in which addresses are kept and compared.
func NormalEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// PlausibleEmail reports whether the address has a name, one @ and a domain.
// Whether it exists is found out by writing to it.
func PlausibleEmail(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	return ok && name != "" && len(s) <= 254 && !strings.ContainsAny(s, " \t\r\n<>,;") &&
		!strings.Contains(domain, "@") && strings.Contains(strings.Trim(domain, "."), ".") && domain == strings.Trim(domain, ".")
}

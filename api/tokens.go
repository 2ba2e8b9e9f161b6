package api

import (
	"context"
	"net/http"
	"strings"

	"kwote/domain/access"
	"kwote/domain/person"
	"kwote/domain/query"
)

// TokenBody is a token as it is sent.
type TokenBody struct {
	External
	UID    string `json:"uid" minLength:"1" maxLength:"36" doc:"What the charger reads; unique"`
	Kind   string `json:"kind" enum:"rfid,emaid,app_user,ad_hoc_user"`
	UserID string `json:"userId,omitempty" doc:"The owner, by id or external id; left out for a token that nobody owns yet"`
	Status string `json:"status,omitempty" enum:"valid,blocked,lost" doc:"valid where it is left out"`
}

// Token is something that a driver holds up to a charger.
type Token struct {
	Head
	TokenBody
}

var exampleToken = TokenBody{External{"card-77"}, "04A2B3C4D5E680", "rfid", "crm-1042", "valid"}

func exampleTokenShown() Token {
	b := exampleToken
	b.UserID = exampleID
	return Token{exampleHead, b}
}

func showToken(t person.Token) Token {
	return Token{Head{t.ID, t.Version}, TokenBody{External{t.ExternalID}, t.UID, strings.ToLower(string(t.Kind)), t.UserID, string(t.Status)}}
}

func (d *door) tokens() {
	type in struct {
		UserID string `query:"userId" doc:"Only of this user, by id or external id"`
		Text   string `query:"text" maxLength:"200" doc:"Part of the uid or external id"`
		Paging
	}
	const path, tag = root + "/tokens", "Tokens"
	list(d, route{id: "listTokens", path: path, tag: tag, summary: "List tokens", answer: exampleTokenShown()},
		func(ctx context.Context, by access.Actor, in *in) ([]person.Token, string, error) {
			if err := resolve(ctx, by, reference{d.userID, "userId", &in.UserID}); err != nil {
				return nil, "", err
			}
			return d.Accounts.Tokens(ctx, by, query.TokenFilter{UserID: in.UserID, Text: in.Text, Page: in.page()})
		}, showToken)
	resource[TokenBody, Token, person.Token]{
		noun: "Token", one: "token", path: path, tag: tag, needs: access.ChangePeople, body: exampleToken, shown: exampleTokenShown(),
		get: d.Accounts.Token, byExternalID: d.Accounts.TokenByExternalID, save: d.Accounts.SaveToken, show: showToken,
		read: func(ctx context.Context, by access.Actor, b TokenBody) (person.Token, error) {
			err := resolve(ctx, by, reference{d.userID, "userId", &b.UserID})
			return person.Token{UID: b.UID, Kind: person.TokenKind(strings.ToUpper(b.Kind)), UserID: b.UserID, Status: person.TokenStatus(b.Status)}, err
		},
		at: func(t person.Token, id string, version int64, externalID string) person.Token {
			t.ID, t.Version, t.ExternalID = id, version, externalID
			return t
		},
	}.register(d)
	d.tokenAction("blockToken", "block", "Block a token", person.TokenBlocked)
	d.tokenAction("reportTokenLost", "report-lost", "Note that a token is lost", person.TokenLost)
	d.tokenAction("unblockToken", "unblock", "Make a token valid again", person.TokenValid)
}

// tokenAction registers an action that gives a token a status.
func (d *door) tokenAction(id, verb, summary string, status person.TokenStatus) {
	type in struct {
		ID      string `path:"id" doc:"The token's id"`
		IfMatch string `header:"If-Match" doc:"The ETag that you read; leave it out to change whatever is there"`
		Once
	}
	shown := exampleTokenShown()
	shown.Status = string(status)
	register(d, route{id: id, method: http.MethodPost, path: root + "/tokens/{id}/" + verb, tag: "Tokens", summary: summary,
		about: "Has no body. Doing it again changes nothing.", needs: access.ChangePeople, mutates: true, matched: true, answer: shown},
		func(ctx context.Context, by access.Actor, in *in) (*oneOut[Token], error) {
			version, err := ifMatch(in.IfMatch, false)
			if err != nil {
				return nil, err
			}
			t, err := d.Accounts.SetTokenStatus(ctx, by, in.ID, status, version)
			if err != nil {
				return nil, err
			}
			w := showToken(t)
			return newOne(http.StatusOK, w.etag(), w), nil
		})
}

package store

import (
	"context"

	"kwote/domain/person"
	"kwote/domain/query"
)

var (
	aUser      = kind{"user", "users"}
	aUserGroup = kind{"user group", "user_groups"}
	aToken     = kind{"token", "tokens"}
)

var bulkUsers = bulk{kind: aUser, columns: []column{
	text("id"), text("external_id"), text("name"), text("email"), text("language"), text("partner_id"), boolean("roaming"),
	text("group_ids"), text("search"), integer("version")}}

var bulkMemberships = bulk{kind: kind{"membership", "memberships"}, skip: `ON CONFLICT DO NOTHING`,
	columns: []column{text("user_id"), text("group_id")}}

func userArgs(u person.User) []any {
	groups, _ := jsonText(u.Groups) // a list of strings always has a JSON form
	return []any{u.ID, u.ExternalID, u.Name, u.Email, u.Language, u.PartnerID, u.Roaming, groups, searchText(u.Name, u.Email, u.ExternalID)}
}

// SaveUser keeps a user with its memberships.
func (tx *Tx) SaveUser(ctx context.Context, u person.User) error {
	err := tx.save(ctx, aUser, u.ID, u.Version,
		`INSERT INTO users (id, external_id, name, email, language, partner_id, roaming, group_ids, search, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		`UPDATE users SET external_id = $2, name = $3, email = $4, language = $5, partner_id = $6, roaming = $7, group_ids = $8,
		search = $9, version = version + 1 WHERE id = $1 AND version = $10`,
		userArgs(u)...)
	if err != nil {
		return err
	}
	if u.Version > 0 {
		if _, err := tx.exec(ctx, `DELETE FROM memberships WHERE user_id = $1`, u.ID); err != nil {
			return err
		}
	}
	return tx.addMemberships(ctx, []person.User{u})
}

// AddUsers keeps many new users.
func (tx *Tx) AddUsers(ctx context.Context, all []person.User) error {
	if err := addAll(ctx, tx, bulkUsers, all, userArgs); err != nil {
		return err
	}
	return tx.addMemberships(ctx, all)
}

func (tx *Tx) addMemberships(ctx context.Context, users []person.User) error {
	var rows [][]any
	for _, u := range users {
		for _, g := range u.Groups {
			rows = append(rows, []any{u.ID, g})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := bulkMemberships.add(ctx, tx, rows)
	return err
}

const selectUser = `SELECT u.id, u.external_id, u.name, u.email, u.language, u.partner_id, u.roaming, u.group_ids, u.version FROM users u`

func scanUser(r row) (u person.User, err error) {
	var groups string
	if err := r.Scan(&u.ID, &u.ExternalID, &u.Name, &u.Email, &u.Language, &u.PartnerID, &u.Roaming, &groups, &u.Version); err != nil {
		return u, err
	}
	return u, fromJSON(groups, &u.Groups)
}

// User finds a user by id.
func (tx *Tx) User(ctx context.Context, id string) (person.User, error) {
	return find(ctx, tx, aUser, "id", id, scanUser, selectUser+` WHERE u.id = $1`, id)
}

// UserByExternalID finds a user by the id that it has elsewhere.
func (tx *Tx) UserByExternalID(ctx context.Context, externalID string) (person.User, error) {
	return find(ctx, tx, aUser, "externalId", externalID, scanUser, selectUser+` WHERE u.external_id = $1 AND u.external_id <> ''`, externalID)
}

// UserByEmail finds a user by an address in normal form.
func (tx *Tx) UserByEmail(ctx context.Context, email string) (person.User, error) {
	return find(ctx, tx, aUser, "email", email, scanUser, selectUser+` WHERE u.email = $1 AND u.email <> ''`, email)
}

// Users lists users by name.
func (tx *Tx) Users(ctx context.Context, f query.UserFilter) ([]person.User, string, error) {
	p := paged[person.User]{text: selectUser, sort: "u.name", id: "u.id", scan: scanUser,
		key: func(u person.User) (string, string) { return u.Name, u.ID }}
	p.filter.equal("u.partner_id", f.PartnerID)
	if f.GroupID != "" {
		p.filter.add("u.id IN (SELECT user_id FROM memberships WHERE group_id = ?)", f.GroupID)
	}
	p.filter.search("u.search", f.Text)
	return p.page(ctx, tx, f.Page)
}

// SaveUserGroup keeps a user group.
func (tx *Tx) SaveUserGroup(ctx context.Context, g person.Group) error {
	return tx.save(ctx, aUserGroup, g.ID, g.Version,
		`INSERT INTO user_groups (id, external_id, name, search, version) VALUES ($1, $2, $3, $4, $5)`,
		`UPDATE user_groups SET external_id = $2, name = $3, search = $4, version = version + 1 WHERE id = $1 AND version = $5`,
		g.ID, g.ExternalID, g.Name, searchText(g.Name, g.ExternalID))
}

const selectUserGroup = `SELECT id, external_id, name, version FROM user_groups`

func scanUserGroup(r row) (g person.Group, err error) {
	return g, r.Scan(&g.ID, &g.ExternalID, &g.Name, &g.Version)
}

// UserGroup finds a user group by id.
func (tx *Tx) UserGroup(ctx context.Context, id string) (person.Group, error) {
	return find(ctx, tx, aUserGroup, "id", id, scanUserGroup, selectUserGroup+` WHERE id = $1`, id)
}

// UserGroupByExternalID finds a user group by the id that it has elsewhere.
func (tx *Tx) UserGroupByExternalID(ctx context.Context, externalID string) (person.Group, error) {
	return find(ctx, tx, aUserGroup, "externalId", externalID, scanUserGroup, selectUserGroup+` WHERE external_id = $1 AND external_id <> ''`, externalID)
}

// UserGroups lists user groups by name.
func (tx *Tx) UserGroups(ctx context.Context, f query.GroupFilter) ([]person.Group, string, error) {
	p := paged[person.Group]{text: selectUserGroup, sort: "name", id: "id", scan: scanUserGroup,
		key: func(g person.Group) (string, string) { return g.Name, g.ID }}
	p.filter.search("search", f.Text)
	return p.page(ctx, tx, f.Page)
}

var bulkTokens = bulk{kind: aToken, columns: []column{
	text("id"), text("external_id"), text("uid"), text("token_kind"), text("user_id"), text("status"), text("search"), integer("version")}}

func tokenArgs(t person.Token) []any {
	return []any{t.ID, t.ExternalID, t.UID, string(t.Kind), t.UserID, string(t.Status), searchText(t.UID, t.ExternalID)}
}

// SaveToken keeps a token.
func (tx *Tx) SaveToken(ctx context.Context, t person.Token) error {
	return tx.save(ctx, aToken, t.ID, t.Version,
		`INSERT INTO tokens (id, external_id, uid, token_kind, user_id, status, search, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		`UPDATE tokens SET external_id = $2, uid = $3, token_kind = $4, user_id = $5, status = $6, search = $7, version = version + 1
		WHERE id = $1 AND version = $8`,
		tokenArgs(t)...)
}

// AddTokens keeps many new tokens.
func (tx *Tx) AddTokens(ctx context.Context, all []person.Token) error {
	return addAll(ctx, tx, bulkTokens, all, tokenArgs)
}

const selectToken = `SELECT id, external_id, uid, token_kind, user_id, status, version FROM tokens`

func scanToken(r row) (t person.Token, err error) {
	return t, r.Scan(&t.ID, &t.ExternalID, &t.UID, &t.Kind, &t.UserID, &t.Status, &t.Version)
}

// Token finds a token by id.
func (tx *Tx) Token(ctx context.Context, id string) (person.Token, error) {
	return find(ctx, tx, aToken, "id", id, scanToken, selectToken+` WHERE id = $1`, id)
}

// TokenByUID finds a token by what the charger reads.
func (tx *Tx) TokenByUID(ctx context.Context, uid string) (person.Token, error) {
	return find(ctx, tx, aToken, "uid", uid, scanToken, selectToken+` WHERE uid = $1`, uid)
}

// TokenByExternalID finds a token by the id that it has elsewhere.
func (tx *Tx) TokenByExternalID(ctx context.Context, externalID string) (person.Token, error) {
	return find(ctx, tx, aToken, "externalId", externalID, scanToken, selectToken+` WHERE external_id = $1 AND external_id <> ''`, externalID)
}

// Tokens lists tokens by uid.
func (tx *Tx) Tokens(ctx context.Context, f query.TokenFilter) ([]person.Token, string, error) {
	p := paged[person.Token]{text: selectToken, sort: "uid", id: "id", scan: scanToken,
		key: func(t person.Token) (string, string) { return t.UID, t.ID }}
	p.filter.equal("user_id", f.UserID)
	p.filter.search("search", f.Text)
	return p.page(ctx, tx, f.Page)
}

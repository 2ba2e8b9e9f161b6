package accounts

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/person"
	"kwote/domain/query"
	"kwote/domain/text"
)

// SaveUser keeps a driver account. Its address, where it has one, belongs to
// no other user; its partner and groups must exist.
func (d *Desk) SaveUser(ctx context.Context, by access.Actor, u person.User) (person.User, error) {
	if err := by.Check(access.ChangePeople); err != nil {
		return u, err
	}
	u, err := normalUser(u)
	if err != nil {
		return u, err
	}
	now, given := d.now(), u
	err = d.Store.Update(ctx, func(tx Tx) error {
		u = given
		old, ok, err := known(ctx, by, identity{"user", u.ID, u.ExternalID, u.Version}, tx.User, tx.UserByExternalID)
		if err != nil {
			return err
		}
		if ok {
			u.ID, u.Version = old.ID, orVersion(u.Version, old.Version)
		}
		if ok && sameUser(u, old) {
			return nil
		}
		if err := userReferences(ctx, tx, u, map[string]bool{}); err != nil {
			return err
		}
		u.ID = orNewID(u.ID)
		return saveUser(ctx, tx, now, by, &u)
	})
	return u, err
}

// saveUser keeps the user and raises its version.
func saveUser(ctx context.Context, tx Tx, at calendar.Instant, by access.Actor, u *person.User) error {
	if err := tx.SaveUser(ctx, *u); err != nil {
		return err
	}
	u.Version++
	return record(ctx, tx, at, event.UserSaved, "user", u.ID, by, data{"id": u.ID, "externalId": u.ExternalID, "name": u.Name,
		"email": u.Email, "language": u.Language, "partnerId": u.PartnerID, "roaming": u.Roaming, "groupIds": orEmpty(u.Groups), "version": u.Version})
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func sameUser(a, b person.User) bool {
	if len(a.Groups) == 0 && len(b.Groups) == 0 {
		a.Groups, b.Groups = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// languageTag is the shape of a BCP 47 tag; which languages there are only
// whoever writes texts knows.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func checkLanguage(tag string) error {
	if tag != "" && !languageTag.MatchString(tag) {
		return invalid("language_invalid", "language", "%q is not a language tag such as fr or en-GB", tag)
	}
	return nil
}

// named refuses a name or an external id that cannot be kept.
func named(name, externalID, missing string) error {
	if name == "" {
		return invalid("required", "name", "%s", missing)
	}
	return text.First(text.Name("name", name), text.ExternalID("externalId", externalID))
}

// normalUser is the user in the form that is kept: no spaces around the name,
// address in lower case, every group once.
func normalUser(u person.User) (person.User, error) {
	u.Email = person.NormalEmail(u.Email)
	var groups []string
	for _, g := range u.Groups {
		if !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	u.Groups = groups
	if err := named(u.Name, u.ExternalID, "a user needs a name, or the number of a contract in its place"); err != nil {
		return u, err
	}
	u.Name = strings.TrimSpace(u.Name)
	switch {
	case !text.Readable(u.Email):
		return u, text.Unreadable("email")
	case u.Email != "" && !person.PlausibleEmail(u.Email):
		return u, invalid("email_invalid", "email", "%q is not an e-mail address such as zoe@example.org", u.Email)
	}
	return u, checkLanguage(u.Language)
}

// userReferences checks the partner and groups that the user names; seen
// remembers those that are known to exist.
func userReferences(ctx context.Context, tx Tx, u person.User, seen map[string]bool) error {
	if u.PartnerID != "" && !seen[u.PartnerID] {
		_, err := tx.Partner(ctx, u.PartnerID)
		if err := required(err, "partnerId", "partner", u.PartnerID); err != nil {
			return err
		}
		seen[u.PartnerID] = true
	}
	for i, g := range u.Groups {
		if seen[g] {
			continue
		}
		_, err := tx.UserGroup(ctx, g)
		if err := required(err, fmt.Sprintf("groupIds[%d]", i), "user group", g); err != nil {
			return err
		}
		seen[g] = true
	}
	return nil
}

// User finds a user by id. Drivers find themselves.
func (d *Desk) User(ctx context.Context, by access.Actor, id string) (person.User, error) {
	if by.Kind == access.User && by.ID == id {
		by = access.Kwote
	}
	return read(ctx, d, by, access.Read, func(tx Tx) (person.User, error) { return tx.User(ctx, id) })
}

// UserByExternalID finds a user by the id that it has elsewhere.
func (d *Desk) UserByExternalID(ctx context.Context, by access.Actor, externalID string) (person.User, error) {
	return read(ctx, d, by, access.Read, func(tx Tx) (person.User, error) { return tx.UserByExternalID(ctx, externalID) })
}

// Users lists users by name.
func (d *Desk) Users(ctx context.Context, by access.Actor, f query.UserFilter) ([]person.User, string, error) {
	return page(ctx, d, by, access.Read, func(tx Tx) ([]person.User, string, error) { return tx.Users(ctx, f) })
}

// SaveGroup keeps a user group.
func (d *Desk) SaveGroup(ctx context.Context, by access.Actor, g person.Group) (person.Group, error) {
	if err := by.Check(access.ChangePeople); err != nil {
		return g, err
	}
	if err := named(g.Name, g.ExternalID, "a user group needs a name"); err != nil {
		return g, err
	}
	g.Name = strings.TrimSpace(g.Name)
	now, given := d.now(), g
	err := d.Store.Update(ctx, func(tx Tx) error {
		g = given
		old, ok, err := known(ctx, by, identity{"user_group", g.ID, g.ExternalID, g.Version}, tx.UserGroup, tx.UserGroupByExternalID)
		if err != nil {
			return err
		}
		if ok {
			g.ID, g.Version = old.ID, orVersion(g.Version, old.Version)
		}
		if g == old {
			return nil
		}
		g.ID = orNewID(g.ID)
		if err := tx.SaveUserGroup(ctx, g); err != nil {
			return err
		}
		g.Version++
		return record(ctx, tx, now, event.GroupSaved, "user_group", g.ID, by,
			data{"id": g.ID, "externalId": g.ExternalID, "name": g.Name, "version": g.Version})
	})
	return g, err
}

// Group finds a user group by id.
func (d *Desk) Group(ctx context.Context, by access.Actor, id string) (person.Group, error) {
	return read(ctx, d, by, access.Read, func(tx Tx) (person.Group, error) { return tx.UserGroup(ctx, id) })
}

// GroupByExternalID finds a user group by the id that it has elsewhere.
func (d *Desk) GroupByExternalID(ctx context.Context, by access.Actor, externalID string) (person.Group, error) {
	return read(ctx, d, by, access.Read, func(tx Tx) (person.Group, error) { return tx.UserGroupByExternalID(ctx, externalID) })
}

// Groups lists user groups by name.
func (d *Desk) Groups(ctx context.Context, by access.Actor, f query.GroupFilter) ([]person.Group, string, error) {
	return page(ctx, d, by, access.Read, func(tx Tx) ([]person.Group, string, error) { return tx.UserGroups(ctx, f) })
}

// ChangeMembers puts users into a group and takes others out, all or none, and
// says for how many that was a change.
func (d *Desk) ChangeMembers(ctx context.Context, by access.Actor, groupID string, join, leave []string) (changed int, err error) {
	if err := by.Check(access.ChangePeople); err != nil {
		return 0, err
	}
	now := d.now()
	err = d.Store.Update(ctx, func(tx Tx) error {
		if _, err := tx.UserGroup(ctx, groupID); err != nil {
			return err
		}
		joined, err := changeMembers(ctx, tx, now, by, groupID, "join", join)
		if err != nil {
			return err
		}
		left, err := changeMembers(ctx, tx, now, by, groupID, "leave", leave)
		changed = joined + left
		return err
	})
	return changed, err
}

func changeMembers(ctx context.Context, tx Tx, at calendar.Instant, by access.Actor, groupID, way string, users []string) (changed int, err error) {
	for i, id := range users {
		u, err := tx.User(ctx, id)
		if err != nil {
			return changed, required(err, fmt.Sprintf("%s[%d]", way, i), "user", id)
		}
		if slices.Contains(u.Groups, groupID) == (way == "join") {
			continue
		}
		if way == "join" {
			u.Groups = append(u.Groups, groupID)
		} else {
			u.Groups = slices.DeleteFunc(u.Groups, func(g string) bool { return g == groupID })
		}
		if err := saveUser(ctx, tx, at, by, &u); err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}

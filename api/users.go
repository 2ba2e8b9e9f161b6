package api

import (
	"context"
	"fmt"

	"kwote/domain/access"
	"kwote/domain/person"
	"kwote/domain/query"
)

// UserBody is a driver account as it is sent.
type UserBody struct {
	External
	Name      string   `json:"name" minLength:"1" maxLength:"200"`
	Email     string   `json:"email,omitempty" maxLength:"254" doc:"Unique among users; kept in lower case"`
	Language  string   `json:"language,omitempty" maxLength:"35" doc:"Language tag; the operator's where it is left out"`
	PartnerID string   `json:"partnerId,omitempty" doc:"The partner whose employee or tenant this is, by id or external id"`
	Roaming   bool     `json:"roaming,omitempty" doc:"A customer of another provider"`
	GroupIDs  []string `json:"groupIds,omitempty" maxItems:"1000" doc:"User groups, by id or external id"`
}

// User is a driver account.
type User struct {
	Head
	UserBody
}

var exampleUser = UserBody{External: External{"crm-1042"}, Name: "Zoé Martin", Email: "zoe@example.org", Language: "fr", PartnerID: "acme", GroupIDs: []string{"staff"}}

func exampleUserShown() User {
	b := exampleUser
	b.PartnerID, b.GroupIDs = exampleID, []string{exampleID}
	return User{exampleHead, b}
}

func showUser(u person.User) User {
	return User{Head{u.ID, u.Version}, UserBody{External{u.ExternalID}, u.Name, u.Email, u.Language, u.PartnerID, u.Roaming, u.Groups}}
}

func (d *door) users() {
	type in struct {
		PartnerID string `query:"partnerId" doc:"Only of this partner, by id or external id"`
		GroupID   string `query:"groupId" doc:"Only in this user group, by id or external id"`
		Text      string `query:"text" maxLength:"200" doc:"Part of the name, e-mail address or external id"`
		Paging
	}
	list(d, route{id: "listUsers", path: root + "/users", tag: "Users", summary: "List users", answer: exampleUserShown()},
		func(ctx context.Context, by access.Actor, in *in) ([]person.User, string, error) {
			err := resolve(ctx, by, reference{d.partnerID, "partnerId", &in.PartnerID}, reference{d.groupID, "groupId", &in.GroupID})
			if err != nil {
				return nil, "", err
			}
			return d.Accounts.Users(ctx, by, query.UserFilter{PartnerID: in.PartnerID, GroupID: in.GroupID, Text: in.Text, Page: in.page()})
		}, showUser)
	resource[UserBody, User, person.User]{
		noun: "User", one: "user", path: root + "/users", tag: "Users", needs: access.ChangePeople, body: exampleUser, shown: exampleUserShown(),
		get: d.Accounts.User, byExternalID: d.Accounts.UserByExternalID, save: d.Accounts.SaveUser, show: showUser,
		read: func(ctx context.Context, by access.Actor, b UserBody) (person.User, error) {
			refs := []reference{{d.partnerID, "partnerId", &b.PartnerID}}
			for i := range b.GroupIDs {
				refs = append(refs, reference{d.groupID, fmt.Sprintf("groupIds[%d]", i), &b.GroupIDs[i]})
			}
			err := resolve(ctx, by, refs...)
			return person.User{Name: b.Name, Email: b.Email, Language: b.Language, PartnerID: b.PartnerID, Roaming: b.Roaming, Groups: b.GroupIDs}, err
		},
		at: func(u person.User, id string, version int64, externalID string) person.User {
			u.ID, u.Version, u.ExternalID = id, version, externalID
			return u
		},
	}.register(d)
}

// UserGroupBody is a user group as it is sent.
type UserGroupBody struct {
	External
	Name string `json:"name" minLength:"1" maxLength:"200"`
}

// UserGroup is a named set of users that tariffs can address.
type UserGroup struct {
	Head
	UserGroupBody
}

// Members are users to put into a group and to take out of it.
type Members struct {
	Join  []string `json:"join,omitempty" maxItems:"1000" doc:"Users, by id or external id"`
	Leave []string `json:"leave,omitempty" maxItems:"1000" doc:"Users, by id or external id"`
}

// MembersChanged says for how many users that was a change.
type MembersChanged struct {
	Changed int `json:"changed" example:"2" doc:"Users who were not in already, or not out"`
}

var exampleUserGroup = UserGroupBody{External{"staff"}, "Staff"}

func showUserGroup(g person.Group) UserGroup {
	return UserGroup{Head{g.ID, g.Version}, UserGroupBody{External{g.ExternalID}, g.Name}}
}

func (d *door) userGroups() {
	type in struct {
		Text string `query:"text" maxLength:"200" doc:"Part of the name or external id"`
		Paging
	}
	const path, tag = root + "/user-groups", "User groups"
	list(d, route{id: "listUserGroups", path: path, tag: tag, summary: "List user groups", answer: UserGroup{exampleHead, exampleUserGroup}},
		func(ctx context.Context, by access.Actor, in *in) ([]person.Group, string, error) {
			return d.Accounts.Groups(ctx, by, query.GroupFilter{Text: in.Text, Page: in.page()})
		}, showUserGroup)
	resource[UserGroupBody, UserGroup, person.Group]{
		noun: "UserGroup", one: "user group", path: path, tag: tag, needs: access.ChangePeople,
		body: exampleUserGroup, shown: UserGroup{exampleHead, exampleUserGroup},
		get: d.Accounts.Group, byExternalID: d.Accounts.GroupByExternalID, save: d.Accounts.SaveGroup, show: showUserGroup,
		read: func(_ context.Context, _ access.Actor, b UserGroupBody) (person.Group, error) {
			return person.Group{Name: b.Name}, nil
		},
		at: func(g person.Group, id string, version int64, externalID string) person.Group {
			g.ID, g.Version, g.ExternalID = id, version, externalID
			return g
		},
	}.register(d)
	type membersIn struct {
		ID string `path:"id" doc:"The group, by id or external id"`
		Once
		Body Members
	}
	type out struct{ Body MembersChanged }
	register(d, route{id: "changeUserGroupMembers", method: "POST", path: path + "/{id}/change-members", tag: tag,
		summary: "Put users into a group and take others out", about: "All of it or nothing is done.",
		needs: access.ChangePeople, mutates: true, body: Members{Join: []string{"crm-1042"}}, answer: MembersChanged{1}},
		func(ctx context.Context, by access.Actor, in *membersIn) (*out, error) {
			group, err := d.Accounts.Group(ctx, by, in.ID)
			if err != nil {
				if group, err = d.Accounts.GroupByExternalID(ctx, by, in.ID); err != nil {
					return nil, err
				}
			}
			var refs []reference
			for i := range in.Body.Join {
				refs = append(refs, reference{d.userID, fmt.Sprintf("join[%d]", i), &in.Body.Join[i]})
			}
			for i := range in.Body.Leave {
				refs = append(refs, reference{d.userID, fmt.Sprintf("leave[%d]", i), &in.Body.Leave[i]})
			}
			if err := resolve(ctx, by, refs...); err != nil {
				return nil, err
			}
			n, err := d.Accounts.ChangeMembers(ctx, by, group.ID, in.Body.Join, in.Body.Leave)
			return &out{MembersChanged{n}}, err
		})
}

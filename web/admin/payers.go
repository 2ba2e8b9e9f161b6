package admin

import (
	"strings"

	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/query"
	"kwote/web/ui"
)

// The kinds of customer that a question can be asked for; user groups and
// partners are asked for by "group:" or "partner:" and an id, one person by
// name.
const (
	guest   = "guest"
	plain   = "plain"
	roaming = "roaming"
	driver  = "driver"
)

// payer is for whom a question is asked. Where a kind of customer is meant it
// is answered for one typical person of that kind, whom the page names.
type payer struct {
	kind, label string
	user        person.User
	found       bool // false: nobody is of this kind; guests need nobody
}

// sampled is how many users are looked through for a typical one.
const sampled = 300

// sample finds, once for a visit, a typical user without groups and a roaming
// one.
func (v *visit) sample() (map[string]person.User, error) {
	if v.sampled != nil {
		return v.sampled, nil
	}
	users, _, err := v.c.Accounts.Users(v.ctx(), v.by, query.UserFilter{Page: query.Page{Limit: sampled}})
	if err != nil {
		return nil, err
	}
	v.sampled = map[string]person.User{}
	for _, u := range users {
		kind := plain
		switch {
		case u.Roaming:
			kind = roaming
		case u.PartnerID != "" || len(u.Groups) > 0:
			continue
		}
		if _, known := v.sampled[kind]; !known {
			v.sampled[kind] = u
		}
	}
	return v.sampled, nil
}

func (v *visit) oneUser(f query.UserFilter) (person.User, error) {
	f.Limit = 1
	users, _, err := v.c.Accounts.Users(v.ctx(), v.by, f)
	if err != nil || len(users) == 0 {
		return person.User{}, err
	}
	return users[0], nil
}

// typical is the person for whom a kind of customer is answered.
func (v *visit) typical(kind string, n names) (p payer, err error) {
	p = payer{kind: kind}
	switch prefix, id, _ := strings.Cut(kind, ":"); {
	case kind == guest:
		p.label, p.found = v.t("admin.payer.guest"), true
		return p, nil
	case kind == plain || kind == roaming:
		p.label = v.t("admin.payer." + kind)
		users, err := v.sample()
		p.user, p.found = users[kind]
		return p, err
	case prefix == "group" && n.groups[id] != "":
		p.label = v.t("admin.payer.group", "Name", n.groups[id])
		p.user, err = v.oneUser(query.UserFilter{GroupID: id})
	case prefix == "partner" && n.partners[id] != "":
		p.label = v.t("admin.payer.partner", "Name", n.partners[id])
		p.user, err = v.oneUser(query.UserFilter{PartnerID: id})
	default:
		return p, fault.At(fault.NotFound, "payer_unknown", "who", v.t("admin.who.error.who"))
	}
	p.found = p.user.ID != ""
	return p, err
}

// payerOptions are the kinds of customer that there are.
func (v *visit) payerOptions() ([]ui.OptionGroup, error) {
	groups, _, err := v.c.Accounts.Groups(v.ctx(), v.by, query.GroupFilter{Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return nil, err
	}
	partners, _, err := v.c.Places.Partners(v.ctx(), v.by, query.PartnerFilter{Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return nil, err
	}
	out := []ui.OptionGroup{{Options: []ui.Option{
		{Value: guest, Label: v.t("admin.payer.guest")}, {Value: plain, Label: v.t("admin.payer.plain")},
		{Value: roaming, Label: v.t("admin.payer.roaming")}, {Value: driver, Label: v.t("admin.payer.driver")},
	}}}
	if len(groups) > 0 {
		g := ui.OptionGroup{Title: v.t("admin.word.user_groups")}
		for _, each := range groups {
			g.Options = append(g.Options, ui.Option{Value: "group:" + each.ID, Label: each.Name})
		}
		out = append(out, g)
	}
	if len(partners) > 0 {
		g := ui.OptionGroup{Title: v.t("admin.payer.partners")}
		for _, each := range partners {
			g.Options = append(g.Options, ui.Option{Value: "partner:" + each.ID, Label: each.Name})
		}
		out = append(out, g)
	}
	return out, nil
}

// findDriver finds the one person that a text names: by id, external id, card
// or, where only one fits, a part of the name or address.
func (v *visit) findDriver(text string) (u person.User, several []person.User, err error) {
	if u, err = v.c.Accounts.User(v.ctx(), v.by, text); err == nil || !fault.Is(err, fault.NotFound) {
		return u, nil, err
	}
	if u, err = v.c.Accounts.UserByExternalID(v.ctx(), v.by, text); err == nil || !fault.Is(err, fault.NotFound) {
		return u, nil, err
	}
	token, err := v.c.Accounts.TokenByUID(v.ctx(), v.by, text)
	if err == nil && token.UserID != "" {
		u, err = v.c.Accounts.User(v.ctx(), v.by, token.UserID)
		return u, nil, err
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return u, nil, err
	}
	all, _, err := v.c.Accounts.Users(v.ctx(), v.by, query.UserFilter{Text: text, Page: query.Page{Limit: 8}})
	switch {
	case err != nil:
		return u, nil, err
	case len(all) == 1:
		return all[0], nil, nil
	case len(all) > 1:
		return u, all, nil
	}
	return u, nil, fault.At(fault.NotFound, "driver_unknown", "driver", v.t("admin.who.error.driver", "Text", text))
}

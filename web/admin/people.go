package admin

import (
	"net/http"

	"github.com/a-h/templ"

	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/query"
	"kwote/web/ui"
)

type peopleView struct {
	filters     ui.Filters
	text, group ui.Field
	groups      []ui.Option
	table       ui.Table
}

func (c *console) people(v *visit) error {
	f := query.UserFilter{GroupID: v.query("group"), Text: v.query("q"), Page: query.Page{After: v.query("after")}}
	n, err := v.names()
	if err != nil {
		return err
	}
	groups, _, err := c.Accounts.Groups(v.ctx(), v.by, query.GroupFilter{Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return err
	}
	rows, next, err := c.Accounts.Users(v.ctx(), v.by, f)
	if err != nil {
		return err
	}
	m := peopleView{
		filters: v.filters("/people", [][2]string{{"q", f.Text}, {"group", orElse(n.groups[f.GroupID], f.GroupID)}}),
		text:    ui.Field{Name: "q", Label: v.t("admin.word.search"), Value: f.Text, Placeholder: v.t("admin.people.search")},
		group:   ui.Field{Name: "group", Label: v.t("admin.word.user_group"), Value: f.GroupID},
		groups:  []ui.Option{{Label: v.t("admin.word.any")}},
		table: ui.Table{
			Caption: v.t("admin.nav.people"), Quiet: true,
			Columns: []ui.Column{{Title: v.t("admin.word.name")}, {Title: v.t("admin.word.email")}, {Title: v.t("admin.word.user_groups")},
				{Title: v.t("admin.word.user_of")}, {Title: v.t("admin.word.external_id"), Optional: true}},
			Empty: ui.Empty{Title: v.t("admin.people.none"), Text: v.t("admin.people.none.text")},
			Pager: ui.TrailPager(v.ctx(), next, ""),
		},
	}
	for _, g := range groups {
		m.groups = append(m.groups, ui.Option{Value: g.ID, Label: g.Name})
	}
	for _, u := range rows {
		m.table.Rows = append(m.table.Rows, ui.Row{Href: "/people/" + u.ID, Cells: []templ.Component{ui.Text(u.Name), ui.Text(orElse(u.Email, "–")),
			ui.Text(orElse(named(n.groups, u.Groups), "–")), ui.Text(v.userOf(u, n)), ui.Text(orElse(u.ExternalID, "–"))}})
	}
	return v.show(http.StatusOK, peoplePage(v.frame("people", v.t("admin.nav.people")), m))
}

// userOf says whose customer somebody is.
func (v *visit) userOf(u person.User, n names) string {
	switch {
	case u.Roaming:
		return v.t("admin.payer.roaming")
	case u.PartnerID != "":
		return orElse(n.partners[u.PartnerID], u.PartnerID)
	}
	return v.t("admin.word.operator")
}

type personView struct {
	user     person.User
	facts    []ui.Fact
	tokens   ui.Table
	sessions ui.Table
	more     string
}

func (c *console) person(v *visit) error {
	u, err := c.Accounts.User(v.ctx(), v.by, v.r.PathValue("id"))
	if fault.Is(err, fault.NotFound) {
		u, err = c.Accounts.UserByExternalID(v.ctx(), v.by, v.r.PathValue("id"))
	}
	if err != nil {
		return err
	}
	n, err := v.names()
	if err != nil {
		return err
	}
	tokens, _, err := c.Accounts.Tokens(v.ctx(), v.by, query.TokenFilter{UserID: u.ID, Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return err
	}
	recent, _, err := c.Charging.Sessions(v.ctx(), v.by, query.SessionFilter{UserID: u.ID, Page: query.Page{Limit: 8}})
	if err != nil {
		return err
	}
	m := personView{user: u, tokens: v.tokenTable(tokens), sessions: v.sessionTable(recent, true), more: address("/sessions", "user", u.ID), facts: []ui.Fact{
		{Label: v.t("admin.word.email"), Value: u.Email},
		{Label: v.t("admin.word.user_groups"), Value: named(n.groups, u.Groups)},
		{Label: v.t("admin.word.user_of"), Value: v.userOf(u, n)},
		{Label: v.t("admin.word.language"), Value: u.Language},
		{Label: v.t("admin.word.external_id"), Show: ui.Mono(orElse(u.ExternalID, "–"))},
	}}
	page := v.frame("people", u.Name, ui.Crumb{Label: v.t("admin.nav.people"), Href: "/people"})
	return v.show(http.StatusOK, personPage(page, m))
}

func (v *visit) tokenTable(tokens []person.Token) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.word.tokens"), Quiet: true,
		Columns: []ui.Column{{Title: "UID"}, {Title: v.t("admin.word.kind")}, {Title: v.t("admin.word.state")}},
		Empty:   ui.Empty{Title: v.t("admin.person.no_tokens")},
	}
	for _, token := range tokens {
		tone := map[person.TokenStatus]ui.Tone{person.TokenValid: ui.Good, person.TokenBlocked: ui.Bad, person.TokenLost: ui.Warn}[token.Status]
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Mono(token.UID), ui.Text(v.word("admin.token.", string(token.Kind))),
			ui.Status(tone, v.word("admin.token.", string(token.Status)))}})
	}
	return t
}

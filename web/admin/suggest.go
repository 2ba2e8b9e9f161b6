package admin

import (
	"net/http"

	"kwote/domain/query"
	"kwote/web/ui"
)

// mostSuggestions bounds what a field offers while somebody types.
const mostSuggestions = 12

// suggestEVSEs are the points that fit what was typed, as options of a field.
func (c *console) suggestEVSEs(v *visit) error {
	points, _, err := c.Places.EVSEs(v.ctx(), v.by, query.EVSEFilter{Text: v.query("evse"), Page: query.Page{Limit: mostSuggestions}})
	if err != nil {
		return err
	}
	var out []ui.Option
	for _, e := range points {
		l, err := c.Places.Location(v.ctx(), v.by, e.LocationID)
		if err != nil {
			return err
		}
		out = append(out, ui.Option{Value: evseKey(e), Label: l.Name + " · " + power(v.l, e)})
	}
	return v.show(http.StatusOK, suggestions(out))
}

// suggestDrivers are the people who fit what was typed.
func (c *console) suggestDrivers(v *visit) error {
	users, _, err := c.Accounts.Users(v.ctx(), v.by, query.UserFilter{Text: v.query("driver"), Page: query.Page{Limit: mostSuggestions}})
	if err != nil {
		return err
	}
	var out []ui.Option
	for _, u := range users {
		out = append(out, ui.Option{Value: orElse(u.ExternalID, u.ID), Label: u.Name + " · " + u.Email})
	}
	return v.show(http.StatusOK, suggestions(out))
}

package admin

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"kwote/domain/assign"
	"kwote/domain/fault"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

type groupsView struct {
	networks []ui.Fact // each network's rule, in words
	table    ui.Table
}

func (c *console) tariffGroups(v *visit) error {
	groups, err := c.Desks.Catalog.Groups(v.ctx(), v.by)
	if err != nil {
		return err
	}
	networks, err := c.Places.Networks(v.ctx(), v.by)
	if err != nil {
		return err
	}
	m := groupsView{table: ui.Table{
		Caption: v.t("admin.nav.groups"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.tariff_group")}, {Title: v.t("admin.group.tariffs"), Numeric: true}, {Title: v.t("admin.nav.tariffs")},
			{Title: v.t("admin.group.attached")}, {Title: v.t("admin.group.position"), Numeric: true, Optional: true}},
		Empty: ui.Empty{Title: v.t("admin.groups.none"), Text: v.t("admin.groups.none.text")},
	}}
	for _, g := range groups {
		m.table.Rows = append(m.table.Rows, ui.Row{Href: "/tariff-groups/" + g.ID, Cells: []templ.Component{
			ui.Text(g.Name), ui.Text(strconv.Itoa(len(g.Entries))), tariffLinks(tariffsOf(g)), ui.Text(v.attachedTo(g)), ui.Text(strconv.Itoa(g.Position))}})
	}
	for _, w := range networks {
		rule := v.word("admin.rule.", string(w.Precedence))
		if w.DefaultTariff != "" {
			rule += " " + v.t("admin.network.default", "Tariff", w.DefaultTariff)
		} else {
			rule += " " + v.t("admin.network.no_default")
		}
		m.networks = append(m.networks, ui.Fact{Label: w.Name, Value: rule})
	}
	return v.show(http.StatusOK, groupsPage(v.frame("groups", v.t("admin.nav.groups")), m))
}

// attachedTo counts the places that a group hangs on, by kind.
func (v *visit) attachedTo(g assign.Group) string {
	counts := map[assign.Scope]int64{}
	for _, a := range g.Attached {
		counts[a.Scope]++
	}
	text := ""
	for _, scope := range []assign.Scope{assign.OnNetwork, assign.OnPartner, assign.OnLocation, assign.OnEVSE} {
		if n := counts[scope]; n > 0 {
			if text != "" {
				text += ", "
			}
			text += v.l.N("admin.count."+scope.String(), n)
		}
	}
	return orElse(text, v.t("admin.group.nowhere"))
}

type groupView struct {
	group    assign.Group
	lead     string
	entries  ui.Table
	attached ui.Table
}

// mostPlaces bounds the places that a group's page lists by name.
const mostPlaces = 200

func (c *console) tariffGroup(v *visit) error {
	g, err := c.Desks.Catalog.Group(v.ctx(), v.by, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	n, err := v.names()
	if err != nil {
		return err
	}
	m := groupView{group: g, lead: v.attachedTo(g), entries: v.entryTable(g, n)}
	if m.attached, err = v.placeTable(g, n); err != nil {
		return err
	}
	page := v.frame("groups", g.Name, ui.Crumb{Label: v.t("admin.nav.groups"), Href: "/tariff-groups"})
	return v.show(http.StatusOK, groupPage(page, m))
}

func (v *visit) entryTable(g assign.Group, n names) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.group.entries"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.candidates.order"), Numeric: true}, {Title: v.t("admin.word.tariff")}, {Title: v.t("admin.candidates.for")}, {Title: v.t("admin.word.price")}},
	}
	for i, e := range g.Entries {
		title, price := e.Tariff, v.t("admin.word.no_tariff")
		_, versions, err := v.c.Desks.Catalog.Tariff(v.ctx(), v.by, e.Tariff)
		if err == nil && len(versions) > 0 {
			title, price = v.title(versions[0].Document), v.sentence(versions[0].Document)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.Itoa(i + 1)), linkLines("/tariffs/"+e.Tariff, title, e.Tariff),
			ui.Text(paper.Capital(v.audience(e.Audience, n))), ui.Text(price)}})
	}
	return t
}

// placeTable names the places that a group hangs on.
func (v *visit) placeTable(g assign.Group, n names) (ui.Table, error) {
	t := ui.Table{
		Caption: v.t("admin.group.attached"), Quiet: true, Dense: true,
		Columns: []ui.Column{{Title: v.t("admin.group.scope")}, {Title: v.t("admin.group.place")}},
		Empty:   ui.Empty{Title: v.t("admin.group.nowhere"), Text: v.t("admin.group.nowhere.text")},
	}
	attached := slices.Clone(g.Attached)
	slices.SortStableFunc(attached, func(a, b assign.Attachment) int { return int(a.Scope) - int(b.Scope) })
	for i, a := range attached {
		if i == mostPlaces {
			t.Pager.Summary = v.l.N("admin.group.more", int64(len(g.Attached)-mostPlaces))
			break
		}
		cell, err := v.placeCell(a, n)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(v.t("admin.scope." + a.Scope.String())), cell}})
	}
	return t, nil
}

// placeCell links a place; one that has gone since shows its id.
func (v *visit) placeCell(a assign.Attachment, n names) (templ.Component, error) {
	switch a.Scope {
	case assign.OnNetwork:
		return ui.Text(orElse(n.networks[a.PlaceID], a.PlaceID)), nil
	case assign.OnPartner:
		return ui.Text(orElse(n.partners[a.PlaceID], a.PlaceID)), nil
	case assign.OnLocation:
		l, err := v.c.Places.Location(v.ctx(), v.by, a.PlaceID)
		if err != nil {
			return ui.Text(a.PlaceID), ignoreMissing(err)
		}
		return ui.Link("/locations/"+l.ID, l.Name), nil
	}
	e, err := v.c.Places.EVSE(v.ctx(), v.by, a.PlaceID)
	if err != nil {
		return ui.Text(a.PlaceID), ignoreMissing(err)
	}
	l, err := v.c.Places.Location(v.ctx(), v.by, e.LocationID)
	if ignoreMissing(err) != nil {
		return nil, err
	}
	return linkLines("/evses/"+e.ID, evseName(e), l.Name), nil
}

func ignoreMissing(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

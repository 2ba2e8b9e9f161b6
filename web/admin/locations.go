package admin

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"kwote/domain/assign"
	"kwote/domain/fault"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

type locationsView struct {
	filters   ui.Filters
	text      ui.Field
	country   ui.Field
	countries []ui.Option
	table     ui.Table
}

func (c *console) locations(v *visit) error {
	f := query.LocationFilter{Country: strings.ToUpper(v.query("country")), Text: v.query("q"), Page: query.Page{After: v.query("after")}}
	rows, next, err := c.Places.Locations(v.ctx(), v.by, f)
	if err != nil {
		return err
	}
	all, _, err := v.locationNames()
	if err != nil {
		return err
	}
	m := locationsView{
		filters:   v.filters("/locations", [][2]string{{"q", f.Text}, {"country", v.country(f.Country)}}),
		text:      ui.Field{Name: "q", Label: v.t("admin.word.search"), Value: f.Text, Placeholder: v.t("admin.locations.search")},
		country:   ui.Field{Name: "country", Label: v.t("admin.word.country"), Value: f.Country},
		countries: v.countryOptions(all),
	}
	m.table = ui.Table{
		Caption: v.t("admin.nav.locations"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.location")}, {Title: v.t("admin.word.address")}, {Title: v.t("admin.word.country")},
			{Title: v.t("admin.word.zone"), Optional: true}, {Title: v.t("admin.word.evses"), Numeric: true}, {Title: v.t("admin.word.power")}},
		Empty: ui.Empty{Title: v.t("admin.locations.none"), Text: v.t("admin.locations.none.text")},
		Pager: ui.TrailPager(v.ctx(), next, ""),
	}
	for _, l := range rows {
		points, _, err := c.Places.EVSEs(v.ctx(), v.by, query.EVSEFilter{LocationID: l.ID, Page: query.Page{Limit: mostChoices}})
		if err != nil {
			return err
		}
		m.table.Rows = append(m.table.Rows, ui.Row{Href: "/locations/" + l.ID, Cells: []templ.Component{
			ui.Text(l.Name), ui.Text(addressOf(l)), ui.Text(v.country(l.Country)), ui.Text(l.TimeZone), ui.Text(v.l.Int(int64(len(points)))), ui.Text(v.powers(points)),
		}})
	}
	return v.show(http.StatusOK, locationsPage(v.frame("locations", v.t("admin.nav.locations")), m))
}

// filters makes the bar of a list: a chip for every filter in force, and each
// change back at the first page.
func (v *visit) filters(action string, inForce [][2]string) ui.Filters {
	f := ui.Filters{Action: action, Label: v.t("admin.word.filter")}
	for _, pair := range inForce {
		if pair[1] != "" {
			f.Chips = append(f.Chips, ui.Chip{Label: pair[1], Remove: ui.Address(v.ctx(), pair[0], "", "after", "", "trail", "")})
		}
	}
	if len(f.Chips) > 0 {
		f.Reset = action
	}
	return f
}

// country is a country's name, or its code where this program has no name.
func (v *visit) country(code string) string { return v.word("admin.country.", code) }

func (v *visit) countryOptions(all []place.Location) []ui.Option {
	var codes []string
	for _, l := range all {
		if !slices.Contains(codes, l.Country) {
			codes = append(codes, l.Country)
		}
	}
	slices.Sort(codes)
	out := []ui.Option{{Label: v.t("admin.word.any")}}
	for _, code := range codes {
		out = append(out, ui.Option{Value: code, Label: v.country(code)})
	}
	return out
}

func addressOf(l place.Location) string {
	var parts []string
	for _, part := range []string{l.Address, strings.TrimSpace(l.PostalCode + " " + l.City)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// powers lists the different kinds of points: "AC 22 kW, DC 150 kW".
func (v *visit) powers(points []place.EVSE) string {
	var kinds []string
	for _, e := range points {
		if p := power(v.l, e); !slices.Contains(kinds, p) {
			kinds = append(kinds, p)
		}
	}
	slices.Sort(kinds)
	return strings.Join(kinds, ", ")
}

type locationView struct {
	location place.Location
	lead     string
	facts    []ui.Fact
	evses    ui.Table
	groups   ui.Table
	sessions ui.Table
	more     string // address of all its sessions
}

func (c *console) location(v *visit) error {
	l, err := c.Places.Location(v.ctx(), v.by, v.r.PathValue("id"))
	if fault.Is(err, fault.NotFound) {
		l, err = c.Places.LocationByExternalID(v.ctx(), v.by, v.r.PathValue("id"))
	}
	if err != nil {
		return err
	}
	n, err := v.names()
	if err != nil {
		return err
	}
	points, _, err := c.Places.EVSEs(v.ctx(), v.by, query.EVSEFilter{LocationID: l.ID, Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return err
	}
	groups, err := c.Desks.Catalog.Groups(v.ctx(), v.by)
	if err != nil {
		return err
	}
	m := locationView{location: l, lead: addressOf(l) + ", " + v.country(l.Country), facts: v.locationFacts(l, n), evses: v.evseTable(points),
		groups: v.groupsHere(groups, l, points, n), more: address("/sessions", "location", l.ID)}
	recent, _, err := c.Charging.Sessions(v.ctx(), v.by, query.SessionFilter{LocationID: l.ID, Page: query.Page{Limit: 8}})
	if err != nil {
		return err
	}
	m.sessions = v.sessionTable(recent, false)
	page := v.frame("locations", l.Name, ui.Crumb{Label: v.t("admin.nav.locations"), Href: "/locations"})
	return v.show(http.StatusOK, locationPage(page, m))
}

func (v *visit) locationFacts(l place.Location, n names) []ui.Fact {
	return []ui.Fact{
		{Label: v.t("admin.word.address"), Value: addressOf(l)},
		{Label: v.t("admin.word.country"), Value: v.country(l.Country)},
		{Label: v.t("admin.word.zone"), Value: l.TimeZone},
		{Label: v.t("admin.word.local_time"), Show: ui.Moment(v.now(), paper.Zone(l.TimeZone))},
		{Label: v.t("admin.word.owner"), Value: orElse(n.partners[l.PartnerID], v.t("admin.word.operator"))},
		{Label: v.t("admin.word.network"), Value: n.networks[l.NetworkID]},
		{Label: v.t("admin.word.external_id"), Show: ui.Mono(orElse(l.ExternalID, "–"))},
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (v *visit) evseTable(points []place.EVSE) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.word.evses"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.evse")}, {Title: v.t("admin.word.name")}, {Title: v.t("admin.word.power"), Numeric: true}, {Title: v.t("admin.word.access")}},
		Empty:   ui.Empty{Title: v.t("admin.location.no_evses")},
	}
	for _, e := range points {
		t.Rows = append(t.Rows, ui.Row{Href: "/evses/" + e.ID, Cells: []templ.Component{
			ui.Text(evseName(e)), ui.Text(orElse(e.Name, "–")), ui.Text(power(v.l, e)), ui.Text(v.word("admin.access.", string(e.Access)))}})
	}
	return t
}

// groupsHere lists the tariff groups that hang on the place or anything around
// or inside it, and on what.
func (v *visit) groupsHere(groups []assign.Group, l place.Location, points []place.EVSE, n names) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.nav.groups"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.tariff_group")}, {Title: v.t("admin.group.attached")}, {Title: v.t("admin.nav.tariffs")}},
		Empty:   ui.Empty{Title: v.t("admin.location.no_groups"), Text: v.t("admin.location.no_groups.text")},
	}
	for _, g := range groups {
		var on []string
		inside := int64(0)
		for _, a := range g.Attached {
			switch {
			case a.Scope == assign.OnNetwork && a.PlaceID == l.NetworkID:
				on = append(on, v.t("admin.on.network", "Name", n.networks[a.PlaceID]))
			case a.Scope == assign.OnPartner && a.PlaceID != "" && a.PlaceID == l.PartnerID:
				on = append(on, v.t("admin.on.partner", "Name", n.partners[a.PlaceID]))
			case a.Scope == assign.OnLocation && a.PlaceID == l.ID:
				on = append(on, v.t("admin.on.here"))
			case a.Scope == assign.OnEVSE && slices.ContainsFunc(points, func(e place.EVSE) bool { return e.ID == a.PlaceID }):
				inside++
			}
		}
		if inside > 0 {
			on = append(on, v.l.N("admin.on.evses", inside))
		}
		if len(on) == 0 {
			continue
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/tariff-groups/" + g.ID, Cells: []templ.Component{
			ui.Text(g.Name), ui.Text(strings.Join(on, ", ")), ui.Text(strings.Join(tariffsOf(g), ", "))}})
	}
	return t
}

func tariffsOf(g assign.Group) []string {
	var out []string
	for _, e := range g.Entries {
		if !slices.Contains(out, e.Tariff) {
			out = append(out, e.Tariff)
		}
	}
	return out
}

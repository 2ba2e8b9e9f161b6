package admin

import (
	"slices"
	"strings"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/web/ui"
)

// mostChoices bounds lists that a form offers to choose from.
const mostChoices = 1000

// amount is an amount with its currency; one without a currency is a dash.
func amount(l *ui.Locale, a money.Amount) string {
	if a.Currency == "" {
		return "–"
	}
	return l.MoneyDecimal(string(a.Currency), a.String())
}

// kWh is an energy rounded for lists.
func kWh(l *ui.Locale, q energy.Quantity, digits int) string {
	return l.Rounded(q.String(), digits) + "\u00a0kWh"
}

// power is the rated power of an EVSE with its current: "DC 150 kW".
func power(l *ui.Locale, e place.EVSE) string {
	switch {
	case e.MaxPower == 0 && e.Current == place.UnknownCurrent:
		return "–"
	case e.MaxPower == 0:
		return string(e.Current)
	case e.Current == place.UnknownCurrent:
		return l.KW(int64(e.MaxPower / 1000))
	}
	return string(e.Current) + "\u00a0" + l.KW(int64(e.MaxPower/1000))
}

// evseName is what is printed at the point, else its name.
func evseName(e place.EVSE) string {
	if e.ExternalID != "" {
		return e.ExternalID
	}
	return e.Name
}

// evseKey is what a question's address names an EVSE by: its EVSE ID, or the
// id where a name would not be enough.
func evseKey(e place.EVSE) string {
	if e.ExternalID != "" {
		return e.ExternalID
	}
	return e.ID
}

// names are the words for ids that groups and audiences refer to.
type names struct{ groups, partners, networks map[string]string }

func (v *visit) names() (n names, err error) {
	n = names{map[string]string{}, map[string]string{}, map[string]string{}}
	groups, _, err := v.c.Accounts.Groups(v.ctx(), v.by, query.GroupFilter{Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return n, err
	}
	for _, g := range groups {
		n.groups[g.ID] = g.Name
	}
	partners, _, err := v.c.Places.Partners(v.ctx(), v.by, query.PartnerFilter{Page: query.Page{Limit: mostChoices}})
	if err != nil {
		return n, err
	}
	for _, p := range partners {
		n.partners[p.ID] = p.Name
	}
	networks, err := v.c.Places.Networks(v.ctx(), v.by)
	for _, w := range networks {
		n.networks[w.ID] = w.Name
	}
	return n, err
}

func named(table map[string]string, ids []string) string {
	var out []string
	for _, id := range ids {
		if name := table[id]; name != "" {
			id = name
		}
		out = append(out, id)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// audience says in words whom a tariff is for. Kinds of condition are joined
// by "and" because all of them must hold.
func (v *visit) audience(a assign.Audience, n names) string {
	var parts []string
	add := func(set bool, key string, args ...any) {
		if set {
			parts = append(parts, v.t("admin.audience."+key, args...))
		}
	}
	add(a.Everyone, "everyone")
	add(a.AdHoc, "ad-hoc")
	add(a.Roaming, "roaming")
	add(len(a.Groups) > 0, "groups", "Names", named(n.groups, a.Groups))
	add(a.OwnerUsers, "owner-users")
	add(len(a.PartnerUsers) > 0, "partner-users", "Names", named(n.partners, a.PartnerUsers))
	var classes []string
	for _, class := range a.Access {
		classes = append(classes, v.word("admin.access.", string(class)))
	}
	add(len(a.Access) > 0, "access", "Names", strings.Join(classes, ", "))
	if len(parts) == 0 {
		return v.t("admin.audience.nobody")
	}
	return strings.Join(parts, " "+v.t("admin.audience.and")+" ")
}

// warnings says in words what is doubtful about a session's facts.
func (v *visit) warnings(codes []string) []string {
	var out []string
	for _, code := range codes {
		out = append(out, v.word("admin.warning.", code))
	}
	return out
}

// may tells whether the visitor has a right.
func (v *visit) may(a access.Action) bool { return v.by.May(a) }

// locationNames are the names of all locations by id, for forms and lists.
func (v *visit) locationNames() (all []place.Location, byID map[string]place.Location, err error) {
	all, _, err = v.c.Places.Locations(v.ctx(), v.by, query.LocationFilter{Page: query.Page{Limit: mostChoices}})
	byID = make(map[string]place.Location, len(all))
	for _, l := range all {
		byID[l.ID] = l
	}
	return all, byID, err
}

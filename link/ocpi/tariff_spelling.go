package ocpi

import (
	"slices"
	"strings"

	"kwote/domain/document"
)

// restrictionNames are the fields of restrictions that are read, and booking,
// which is refused.
var restrictionNames = []string{"start_time", "end_time", "start_date", "end_date", "min_kwh", "max_kwh", "min_current", "max_current",
	"min_power", "max_power", "min_duration", "max_duration", "day_of_week", "reservation", "booking"}

// spellRestrictions takes restrictions in another spelling (minKwh, MIN_KWH) for
// what they are, with a warning, and returns those that nobody knows.
func (v *value) spellRestrictions() (unknown []string) {
	given := map[string]bool{}
	for _, f := range v.node.Fields {
		given[f.Name] = true
	}
	node := *v.node
	node.Fields = slices.Clone(node.Fields)
	for i, f := range node.Fields {
		at := &value{node: f.Value, path: v.at(f.Name), r: v.r}
		if slices.Contains(restrictionNames, f.Name) || !at.present() || at.node.Kind == document.List && len(at.node.Items) == 0 {
			continue
		}
		switch name := restrictionNamed(f.Name); {
		case name == "":
			unknown = append(unknown, f.Name)
			at.warn("restriction_unknown", "the restriction %q is not known; the element is priced without it, so the price may be wrong", f.Name)
		case given[name]:
			at.refuse("restriction_twice", "%q is %s in another spelling, which is there, too; keep one of them", f.Name, name)
		default:
			at.warn("restriction_spelled", "%q is not how OCPI writes it; it was read as %s", f.Name, name)
			given[name] = true
			node.Fields[i].Name = name
		}
	}
	v.node = &node
	return unknown
}

// restrictionNamed is the restriction that is meant by a name without regard to
// case, underscores, hyphens and blanks; empty: none.
func restrictionNamed(name string) string {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	for _, n := range restrictionNames {
		if plain(n) == plain(name) {
			return n
		}
	}
	return ""
}

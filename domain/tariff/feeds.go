package tariff

import "slices"

// Feeds are the names of the price feeds that the document's rules use, sorted
// and each once; nil where it uses none.
func (d *Document) Feeds() []string {
	var names []string
	for k := range d.Dimensions {
		for i := range d.Dimensions[k].Rules {
			if f := d.Dimensions[k].Rules[i].Feed; f != nil {
				names = append(names, f.Feed)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

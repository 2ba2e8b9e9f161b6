package tariff

import (
	"slices"
	"testing"
)

func TestFeeds(t *testing.T) {
	var d Document
	if got := d.Feeds(); got != nil {
		t.Errorf("a document without feeds names %q", got)
	}
	fed := func(name string) Rule { return Rule{Feed: &FeedPrice{Feed: name}} }
	d.Dimensions[Energy].Rules = []Rule{fed("spot-fr"), {}, fed("grid")}
	d.Dimensions[Export].Rules = []Rule{fed("spot-fr")}
	if got := d.Feeds(); !slices.Equal(got, []string{"grid", "spot-fr"}) {
		t.Errorf("feeds %q", got)
	}
}

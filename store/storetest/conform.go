package storetest

import (
	"testing"

	"kwote/store"
)

// Conform runs everything that defines a correct store on each engine.
func Conform(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.DB)
	}{
		{"RoundTrips", RoundTrips},
		{"Accounts", Accounts},
		{"Pages", Pages},
		{"Rollback", Rollback},
	} {
		t.Run(c.name, func(t *testing.T) { Each(t, c.run) })
	}
}

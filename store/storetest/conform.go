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
		{"Retries", Retries},
		{"Sessions", Sessions},
		{"Documents", Documents},
		{"Takings", Takings},
		{"Feeds", Feeds},
		{"DayCharges", DayCharges},
		{"Tariffs", Tariffs},
		{"EventFeed", EventFeed},
		{"Outbox", Outbox},
		{"WebSessions", WebSessions},
		{"Imports", Imports},
	} {
		t.Run(c.name, func(t *testing.T) { Each(t, c.run) })
	}
	t.Run("Migrate", func(t *testing.T) { EachEmpty(t, Migrate) })
}

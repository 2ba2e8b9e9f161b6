package store_test

import (
	"testing"

	"kwote/store/storetest"
)

// TestStore runs the conformance suite on SQLite, and on PostgreSQL where
// KWOTE_TEST_DATABASE_URL names a server.
func TestStore(t *testing.T) { storetest.Conform(t) }

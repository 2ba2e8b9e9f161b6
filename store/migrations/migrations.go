// Package migrations owns the schema, one file per step, in the SQL that
// SQLite and PostgreSQL share. A step that has been released is never edited;
// a change is a new step. Unique indexes are named table__column after the
// field that people are told is taken.
//
// Invariant: the steps run on both engines, once or at the same time in two
// processes (store: TestStore/Migrate).
package migrations

import "embed"

// Files holds the steps in order of their names.
//
//go:embed *.sql
var Files embed.FS

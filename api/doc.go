// Package api is the REST door, version 1: wire types, handlers, and the one
// table from faults to statuses. It translates between the world and the
// desks and decides nothing.
//
// Invariants, and the test that proves each:
//   - the amounts of a receipt's lines add up to its total on the wire too
//     (TestReceiptOnTheWire).
package api

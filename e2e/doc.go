// Package e2e drives the built binary as people do: in a real browser, on
// empty and on seeded databases, and through kills. It owns no rules and no
// pages.
//
// Invariants, and the test that proves each:
//   - a newcomer finds who pays what, why, and a receipt whose lines add up
//     (TestNewcomer);
//   - every page of the console is free of axe-core findings, script errors
//     and outside requests, in both languages, light and dark (TestPages);
//   - a driver signs in on a phone by the mailed link, once, and reads a receipt
//     whose lines add up (TestDriver);
//   - no page of a real network shows without sign-in (TestSignIn);
//   - killed at any moment, the demo loses and doubles nothing (TestKilled).
package e2e

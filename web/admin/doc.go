// Package admin is the operator's console: the pages on which staff see what
// the network earns, what anybody pays anywhere and why, and how every cent of
// a session came about. It owns pages, routes and the staff's web session. It
// owns no rule and no number: everything shown comes from a desk, and the look
// from web/ui.
//
// Invariants, and the test that proves each:
//   - no page but the one to sign in shows without a signed-in member of staff
//     (TestEveryRouteAsksWhoIsThere), and the way back leads only to this
//     server (TestNextStaysHere);
//   - every page is whole in English and French and keeps the content law
//     (TestEveryPageInEveryLanguage);
//   - whatever people named things is text, never markup (TestNamesAreEscaped);
//   - an address that leads nowhere says so, and a value that cannot be read is
//     reported at its field (TestUnknownThings, TestBadInput);
//   - money of different currencies is never added (TestOverviewPerCurrency);
//   - a shown receipt adds up to the cent (TestReceiptAddsUp).
package admin

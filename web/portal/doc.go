// Package portal is where drivers sign in by an e-mailed link and see what
// they charged and how every cent of it came about. It owns the pages below
// /my/ and the drivers' web session. It owns no rule and no number: everything
// shown comes from a desk, and the look from web/ui.
//
// Invariants, and the test that proves each:
//   - no page but those to sign in shows without a signed-in driver, and a
//     staff member's web session is none (TestEveryPageAsksWhoIsThere,
//     TestStaffAreNotDrivers);
//   - a driver sees their own sessions and nobody else's (TestJourney,
//     TestOthersSessionsAreNotThere);
//   - following a mailed link signs nobody in: its reader has to say so, once,
//     in time (TestLinkWorksOnce, TestLinkExpires);
//   - whoever asks for a link gets the same answer whether or not the address
//     is known (TestAskingTellsNothing);
//   - every page is whole in English and French and keeps the content law
//     (TestEveryPageInEveryLanguage);
//   - whatever people named things is text, never markup (TestNamesAreEscaped).
package portal

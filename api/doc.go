// Package api is the REST door, version 1: wire types, handlers, the one table
// from faults to statuses, and the OpenAPI document that is made of them. It
// translates between the world and the desks and decides nothing. README.md
// holds the grammar that all routes share.
//
// Invariants, and the test that proves each:
//   - the amounts of a receipt's lines add up to its total on the wire too
//     (TestReceiptOnTheWire);
//   - nobody gets anywhere without a key, and a key that may only read changes
//     nothing (TestNoRouteWithoutKey, TestReadOnlyKeyChangesNothing);
//   - a mutation that is sent again with its idempotency key is answered as
//     the first time and done once (TestIdempotencyOfEveryMutation), and no
//     secret is kept readable for that (TestSecretReplyIsSealed);
//   - nobody's change is overwritten unseen (TestIfMatch), and what has not
//     changed is not sent again (TestEveryObjectHasAnETag);
//   - pages neither repeat nor skip (TestPages);
//   - a field that nobody knows is refused with its path (TestUnknownFields);
//   - an error says what is wrong and gives nothing internal away
//     (TestProblems, TestInternalErrorTellsNothing);
//   - text with NUL or broken UTF-8 is refused wherever it stands, on either
//     engine alike (TestUnreadableText);
//   - every route is in the OpenAPI document, whose examples are true to their
//     schemas (TestOpenAPI).
package api

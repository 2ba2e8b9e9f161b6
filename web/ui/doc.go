// Package ui is the design system of Kwote's pages: the page shells, every shared component, the browser assets and
// the language of what people read (messages, numbers, money, times).
//
// It owns the look (css tokens, type, light and dark), the words of the shared components, and how a value is written
// for a reader. It owns no page, no route but /assets/, and no rule of the trade: views are plain structs of text and
// instants that a page fills in, so nothing of the domain is imported here.
//
// Invariants:
//   - Rendered HTML has no inline script, no inline style and no event attribute, and asks for nothing outside the
//     server, so ContentSecurityPolicy can stay strict. Proof: TestGalleryKeepsTheContentLaw (gallery).
//   - Every text of a caller is escaped. Proof: TestComponentsEscapeTheirText.
//   - Every component works without script; script only adds comfort. Proof: TestGalleryReadsWithoutScript (gallery).
//   - English and French have the same messages, and every message used exists. Proof: TestMessagesAreComplete (uitest).
//   - No float touches money or energy: values come as integers or decimal strings and are written digit for digit.
//     Proof: TestMoneyAgreesWithIntl, TestDecimalIsExact.
//   - An asset address with a hash never changes its content. Proof: TestAssetsAreImmutableByHash.
//   - A clone without built packages still compiles and serves its own styles. Proof: TestAssetsWithoutBuild.
package ui

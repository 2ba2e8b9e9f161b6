// Package gallery is the story book of web/ui: a few lifelike pages that use every component, in every language.
//
// It owns the sample pages and their sample data; nothing of the product imports it. Its test renders the pages, holds
// them to the laws of web/ui (no inline script or style, labels, unique ids) and, when KWOTE_GALLERY names a folder,
// writes them there with the assets beside them, to be opened in a browser:
//
//	KWOTE_GALLERY=/tmp/gallery go test ./web/ui/gallery
//
// Invariant: every exported component of web/ui appears on a page. Proof: TestGalleryUsesEveryComponent.
package gallery

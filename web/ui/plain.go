package ui

import (
	"net/http"
	"net/url"
	"slices"

	"kwote/domain/text"
)

// formMemory is how much of a form is held in memory; the page bounds the form
// itself.
const formMemory = 1 << 16

// PlainText refuses a request whose address or form has text that cannot be kept: the fault names the field. Bound the
// body before.
func PlainText(r *http.Request) error {
	if !text.Readable(r.URL.Path) {
		return text.Unreadable("address")
	}
	query := r.URL.Query()
	if r.Method == http.MethodPost {
		// A form that is cut off or malformed reads as far as it goes; the page says what it misses.
		_ = r.ParseMultipartForm(formMemory)
	}
	forms := []url.Values{query, r.Form, r.PostForm}
	if r.MultipartForm != nil {
		forms = append(forms, r.MultipartForm.Value)
	}
	for _, values := range forms {
		for name, all := range values {
			if !text.Readable(name) {
				return text.Unreadable("")
			}
			if slices.ContainsFunc(all, func(s string) bool { return !text.Readable(s) }) {
				return text.Unreadable(name)
			}
		}
	}
	return nil
}

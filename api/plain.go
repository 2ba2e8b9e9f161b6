package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"kwote/domain/document"
	"kwote/domain/fault"
	"kwote/domain/text"
)

// Text with NUL or broken UTF-8 is refused here for every route at once,
// wherever in the request it stands: no two databases treat it alike.

// mostFindings bounds an answer about a request in which everything is wrong.
const mostFindings = 20

// plain refuses a request with text that cannot be kept.
func plain(rt *route, r *http.Request, body []byte) error {
	fields := unreadableInAddress(rt, r)
	if key := r.Header.Get("Idempotency-Key"); !text.Readable(key) {
		fields = append(fields, "Idempotency-Key")
	}
	fields = append(fields, unreadableInBody(r.Header.Get("Content-Type"), body)...)
	slices.Sort(fields)
	fields = slices.Compact(fields)
	switch {
	case len(fields) == 0:
		return nil
	case len(fields) == 1:
		return text.Unreadable(fields[0])
	}
	f := *text.Unreadable("")
	f.Message = "the request holds NULs or bytes that are not UTF-8; write plain text without NUL in the fields that errors lists"
	for _, field := range fields[:min(len(fields), mostFindings)] {
		one := text.Unreadable(field)
		f.Issues = append(f.Issues, fault.Issue{Code: one.Code, Field: field, Message: one.Message})
	}
	return &f
}

// unreadableInAddress names the parameters of path and query.
func unreadableInAddress(rt *route, r *http.Request) (fields []string) {
	if !text.Readable(r.URL.Path) {
		parts := strings.Split(r.URL.EscapedPath(), "/")
		for i, name := range strings.Split(rt.path, "/") {
			name, ok := strings.CutPrefix(name, "{")
			if !ok || i >= len(parts) {
				continue
			}
			if value, err := url.PathUnescape(parts[i]); err != nil || !text.Readable(value) {
				fields = append(fields, strings.TrimSuffix(name, "}"))
			}
		}
		if len(fields) == 0 {
			fields = append(fields, "path")
		}
	}
	for name, values := range r.URL.Query() {
		switch {
		case !text.Readable(name):
			fields = append(fields, "query")
		case slices.ContainsFunc(values, func(v string) bool { return !text.Readable(v) }):
			fields = append(fields, name)
		}
	}
	return fields
}

// unreadableInBody names the fields of a body. A body that is no document of
// its kind has none: the route says what is wrong with it.
func unreadableInBody(contentType string, body []byte) []string {
	whole := utf8.Valid(body) && bytes.IndexByte(body, 0) < 0
	if kind, _, _ := mime.ParseMediaType(contentType); strings.Contains(kind, "yaml") {
		if !whole {
			return []string{"body"}
		}
		if !bytes.ContainsRune(body, '\\') { // only an escape can stand for a NUL
			return nil
		}
		root, err := document.Parse(body)
		if err != nil {
			return nil
		}
		return unreadableInNode(root, "", nil)
	}
	if whole && !bytes.Contains(body, []byte(`\u0000`)) {
		return nil
	}
	// What is not UTF-8 is made a NUL, which outlasts decoding and so leads to
	// the field.
	var v any
	if err := json.Unmarshal(bytes.ToValidUTF8(body, []byte(`\u0000`)), &v); err != nil {
		if !utf8.Valid(body) {
			return []string{"body"}
		}
		return nil
	}
	return unreadableInJSON(v, "", nil)
}

func unreadableInJSON(v any, path string, found []string) []string {
	switch v := v.(type) {
	case string:
		return unreadableAt(v, path, found)
	case []any:
		for i, item := range v {
			found = unreadableInJSON(item, fmt.Sprintf("%s[%d]", path, i), found)
		}
	case map[string]any:
		for name, value := range v {
			found = unreadableAt(name, path, found)
			if text.Readable(name) {
				found = unreadableInJSON(value, below(path, name), found)
			}
		}
	}
	return found
}

func unreadableInNode(n *document.Node, path string, found []string) []string {
	found = unreadableAt(n.Text, path, found)
	for i, item := range n.Items {
		found = unreadableInNode(item, fmt.Sprintf("%s[%d]", path, i), found)
	}
	for _, f := range n.Fields {
		found = unreadableAt(f.Name, path, found)
		if text.Readable(f.Name) {
			found = unreadableInNode(f.Value, below(path, f.Name), found)
		}
	}
	return found
}

func unreadableAt(s, path string, found []string) []string {
	if text.Readable(s) {
		return found
	}
	if path == "" {
		path = "body"
	}
	return append(found, path)
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

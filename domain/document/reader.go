package document

import (
	"fmt"
	"slices"
	"strings"

	"kwote/domain/fault"
)

// Reader walks a tree and gathers every finding instead of stopping at the
// first.
type Reader struct{ Issues []fault.Issue }

// maxIssues bounds the findings about one document: whoever mends the first
// hundred reads on, and a hostile file does not swell the answer.
const maxIssues = 100

// maxMessage bounds a finding in bytes, since it may quote the document.
const maxMessage = 500

// Report adds a finding about a place in the document. Findings beyond the
// first hundred are left out.
func (r *Reader) Report(at *Value, code, format string, args ...any) {
	if len(r.Issues) >= maxIssues {
		return
	}
	message := fmt.Sprintf(format, args...)
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	if at.Node != nil && at.Node.Line > 0 {
		message = fmt.Sprintf("%s (line %d)", message, at.Node.Line)
	}
	r.Issues = append(r.Issues, fault.Issue{Code: code, Field: at.Path, Message: message})
}

// Value is a node with its path. A missing field is a Value without a node;
// every method takes it for absent.
type Value struct {
	*Node
	Path string
	r    *Reader
	read map[string]bool
}

// Root is the document's top value.
func (r *Reader) Root(n *Node) *Value { return &Value{Node: n, r: r} }

// Present reports whether the value is there and not null.
func (v *Value) Present() bool { return v.Node != nil && v.Kind != Null }

// Object reports whether the value is an object; another kind is an issue
// unless the value is absent.
func (v *Value) Object(what string) bool {
	if !v.Present() {
		return false
	}
	if v.Kind != Object {
		v.r.Report(v, "wrong_kind", "%s must be an object with named fields", what)
		return false
	}
	return true
}

// Field is the named field of an object, or an absent value.
func (v *Value) Field(name string) *Value {
	child := &Value{Path: join(v.Path, name), r: v.r}
	if v.Node == nil || v.Kind != Object {
		return child
	}
	if v.read == nil {
		v.read = map[string]bool{}
	}
	v.read[name] = true
	for i := range v.Fields {
		if v.Fields[i].Name == name {
			child.Node = v.Fields[i].Value
		}
	}
	return child
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Done reports every field that nobody asked for, with the names that would
// have been read.
func (v *Value) Done() {
	if v.Node == nil || v.Kind != Object {
		return
	}
	known := make([]string, 0, len(v.read))
	for n := range v.read {
		known = append(known, n)
	}
	slices.Sort(known)
	for _, f := range v.Fields {
		if v.read[f.Name] {
			continue
		}
		if len(v.r.Issues) >= maxIssues {
			return
		}
		at := &Value{Path: join(v.Path, f.Name), Node: &Node{Line: f.Line}}
		hint := "the fields here are " + strings.Join(known, ", ")
		if near := nearest(f.Name, known); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		v.r.Report(at, "unknown_field", "%q is not a field; %s", f.Name, hint)
	}
}

// nearest is the known name at most two typing errors away, or "".
func nearest(name string, known []string) string {
	best, at := 3, ""
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < best && d < len(k) {
			best, at = d, k
		}
	}
	return at
}

func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// List is the items of a list. A single value that is not a list counts as a
// list of one.
func (v *Value) List() []*Value {
	if !v.Present() {
		return nil
	}
	if v.Kind != List {
		return []*Value{v}
	}
	out := make([]*Value, len(v.Items))
	for i, n := range v.Items {
		out[i] = &Value{Node: n, Path: fmt.Sprintf("%s[%d]", v.Path, i), r: v.r}
	}
	return out
}

// Scalar is the text of a scalar; another kind is an issue and gives "".
func (v *Value) Scalar(what string) string {
	if !v.Present() {
		return ""
	}
	if v.Kind != Scalar {
		v.r.Report(v, "wrong_kind", "%s must be a single value", what)
		return ""
	}
	return strings.TrimSpace(v.Text)
}

// Required is Scalar of a field that must be there.
func (v *Value) Required(what string) string {
	if !v.Present() || v.Kind == Scalar && strings.TrimSpace(v.Text) == "" {
		v.r.Report(v, "required", "%s is missing", what)
		return ""
	}
	return v.Scalar(what)
}

// Bool reads true or false.
func (v *Value) Bool(what string) bool {
	switch s := v.Scalar(what); s {
	case "", "false":
		return false
	case "true":
		return true
	default:
		v.r.Report(v, "not_a_boolean", "%s is %q; write true or false", what, s)
		return false
	}
}

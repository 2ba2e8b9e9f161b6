package ocpi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/fault"
	"kwote/domain/text"
)

// maxFindings bounds warnings and refusals about one message each.
const maxFindings = 100

// reader gathers what is found while a message is read.
type reader struct {
	warnings []Warning
	issues   []fault.Issue
}

// value is a place in a message. A missing field is a value without a node.
type value struct {
	node *document.Node
	path string
	r    *reader
	read map[string]bool
}

// parse reads a message. An OCPI envelope around it is taken off; paths then
// begin at its data.
func parse(src []byte) (*reader, *value, error) {
	if err := checkJSON(src); err != nil {
		return nil, nil, err
	}
	node, err := document.Parse(src)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "json_unreadable", "the message cannot be read: "+err.Error())
	}
	r := &reader{}
	v := &value{node: node, r: r}
	if !utf8.Valid(src) {
		v.replaced()
	}
	if v.isObject() && v.field("status_code").node != nil {
		if !v.field("data").present() {
			said := v.field("status_code").text("status_code")
			if message := v.field("status_message").text("status_message"); message != "" {
				said += fmt.Sprintf(" (%q)", message)
			}
			return nil, nil, fault.New(fault.Invalid, "no_data", sentence("the message is an answer of OCPI with the status %s and no data; ask for it again, and give the answer that has data", []any{said}))
		}
		v = v.field("data")
	}
	return r, v, nil
}

// checkJSON is the fault of a message that is not JSON, in JSON's words.
func checkJSON(src []byte) error {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if len(src) > document.MaxBytes || json.Valid(src) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(src, &raw)
	reason, syntax := "", (*json.SyntaxError)(nil)
	switch {
	case len(bytes.TrimSpace(src)) == 0:
		reason = "it is empty"
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(bytes.TrimRight(src, " \t\r\n"))) && strings.HasPrefix(syntax.Error(), "unexpected end"):
		reason = "it ends in the middle; it may have been cut off"
	case errors.As(err, &syntax):
		reason = fmt.Sprintf("line %d: %s", 1+bytes.Count(src[:min(syntax.Offset, int64(len(src)))], []byte("\n")), syntax)
	default:
		reason = fmt.Sprint(err)
	}
	return fault.New(fault.Invalid, "json_unreadable", sentence("the message is not JSON: %s", []any{reason}))
}

// replaced warns of texts whose bytes were not UTF-8, which JSON replaces.
func (v *value) replaced() {
	switch {
	case v.node.Kind == document.Scalar && strings.ContainsRune(v.node.Text, utf8.RuneError):
		v.warn("not_utf8", "the text holds bytes that are not UTF-8; each was read as \ufffd")
	case v.node.Kind == document.List:
		for i, n := range v.node.Items {
			(&value{node: n, path: v.path + "[" + strconv.Itoa(i) + "]", r: v.r}).replaced()
		}
	case v.node.Kind == document.Object:
		for _, f := range v.node.Fields {
			at := &value{node: f.Value, path: v.at(f.Name), r: v.r}
			if strings.ContainsRune(f.Name, utf8.RuneError) {
				at.warn("not_utf8", "the field's name holds bytes that are not UTF-8; each was read as \ufffd")
			}
			at.replaced()
		}
	}
}

// problem is the fault of everything that was refused, or nil.
func (r *reader) problem(code, message string) error {
	if len(r.issues) == 0 {
		return nil
	}
	return &fault.Fault{Kind: fault.Invalid, Code: code, Message: message, Issues: r.issues}
}

// warn notes something doubtful whose meaning is certain.
func (v *value) warn(code, format string, args ...any) { v.r.warn(v.path, code, format, args...) }

func (r *reader) warn(path, code, format string, args ...any) {
	if len(r.warnings) < maxFindings {
		r.warnings = append(r.warnings, Warning{Code: code, Message: sentence(format, args), Path: path})
	}
}

// refuse notes something whose meaning is not certain; the message is not used.
func (v *value) refuse(code, format string, args ...any) {
	if len(v.r.issues) < maxFindings {
		v.r.issues = append(v.r.issues, fault.Issue{Code: code, Field: v.path, Message: sentence(format, args)})
	}
}

// sentence is a finding in words, bounded because it may quote the message.
func sentence(format string, args []any) string {
	s := fmt.Sprintf(format, args...)
	if len(s) > 500 {
		s = strings.ToValidUTF8(s[:500], "") + "…"
	}
	return s
}

func (v *value) isObject() bool { return v.node != nil && v.node.Kind == document.Object }

// present reports whether there is anything: neither missing nor null nor an
// empty text.
func (v *value) present() bool {
	switch {
	case v.node == nil || v.node.Kind == document.Null:
		return false
	case v.node.Kind == document.Scalar && strings.TrimSpace(v.node.Text) == "":
		return false
	}
	return true
}

// field is a field of an object.
func (v *value) field(name string) *value {
	child := &value{path: v.at(name), r: v.r}
	if !v.isObject() {
		return child
	}
	if v.read == nil {
		v.read = map[string]bool{}
	}
	v.read[name] = true
	for i := range v.node.Fields {
		if v.node.Fields[i].Name == name {
			child.node = v.node.Fields[i].Value
		}
	}
	return child
}

// looksLike reports whether the object has the one field and not the other; it
// leaves no trace of having looked.
func (v *value) looksLike(has, hasNot string) bool {
	probe := &value{node: v.node, r: v.r}
	return probe.field(has).present() && !probe.field(hasNot).present()
}

// at is the path of a field.
func (v *value) at(name string) string {
	if v.path == "" {
		return name
	}
	return v.path + "." + name
}

// skip takes fields for known that are not needed.
func (v *value) skip(names ...string) {
	for _, n := range names {
		v.field(n)
	}
}

// done notes the fields that nobody asked for.
func (v *value) done() {
	if !v.isObject() {
		return
	}
	for _, f := range v.node.Fields {
		if len(v.r.warnings) == maxFindings {
			return
		}
		if !v.read[f.Name] {
			v.r.warn(v.at(f.Name), "unknown_field", "the field %q is not known and was ignored", f.Name)
		}
	}
}

// object reports whether the value is an object. An empty list stands for an
// absent one (restrictions: []); anything else is refused.
func (v *value) object(what string) bool {
	switch {
	case !v.present():
		return false
	case v.node.Kind == document.Object:
		return true
	case v.node.Kind == document.List && len(v.node.Items) == 0:
		v.warn("list_for_object", "%s is an empty list instead of an object; it was taken for absent", what)
		return false
	case v.node.Kind == document.List && len(v.node.Items) == 1 && v.node.Items[0].Kind == document.Object:
		v.warn("list_for_object", "%s is a list of one instead of an object; its one item was taken", what)
		v.node = v.node.Items[0]
		return true
	}
	v.refuse("wrong_kind", "%s must be an object with named fields", what)
	return false
}

// list is the items of a list; a single value counts as a list of one.
func (v *value) list(what string) []*value {
	if !v.present() {
		return nil
	}
	if v.node.Kind != document.List {
		v.warn("single_for_list", "%s is a single value instead of a list; it was taken for a list of one", what)
		return []*value{v}
	}
	out := make([]*value, len(v.node.Items))
	for i, n := range v.node.Items {
		out[i] = &value{node: n, path: v.path + "[" + strconv.Itoa(i) + "]", r: v.r}
	}
	return out
}

// text is the text of a scalar, "" where there is none.
func (v *value) text(what string) string {
	if !v.present() {
		return ""
	}
	if v.node.Kind != document.Scalar {
		v.refuse("wrong_kind", "%s must be a single value", what)
		return ""
	}
	if !text.Readable(v.node.Text) {
		v.refuse("text_unreadable", "%s holds a NUL or bytes that are not UTF-8", what)
		return ""
	}
	return strings.TrimSpace(v.node.Text)
}

// required is text of a field that must be there.
func (v *value) required(what string) string {
	if !v.present() {
		v.refuse("required", "%s is missing", what)
		return ""
	}
	return v.text(what)
}

// word is a word of a fixed list, in upper case. Other spellings of case are
// taken with a warning; known is false for a word that is not in the list,
// which the caller judges.
func (v *value) word(what string, words ...string) (word string, known bool) {
	s := v.text(what)
	if s == "" {
		return "", false
	}
	word = strings.ToUpper(s)
	if word != s {
		v.warn("not_upper_case", "%s is %q; it was read as %s", what, s, word)
	}
	return word, slices.Contains(words, word)
}

// decimal reads a number, or a text that holds one, as an integer of
// 10^-places; ok is false where there is none or it is refused. Further
// decimals are rounded half away from zero with a warning.
func (v *value) decimal(what string, places int) (n int64, ok bool) {
	s := v.text(what)
	if s == "" {
		return 0, false
	}
	n, rounded, err := parseDecimal(s, places)
	switch {
	case err != nil:
		v.refuse("number_malformed", "%s is %q, which %s", what, s, err)
		return 0, false
	case v.node.Quoted:
		v.warn("number_as_text", "%s is a text instead of a number; it was read as %s", what, s)
	}
	if rounded {
		v.warn("number_rounded", "%s is %s; it was rounded to %s", what, s, formatDecimal(n, places))
	}
	return n, true
}

// decimals is decimal of a value that is not below zero.
func (v *value) decimals(what string, places int) (n int64, ok bool) {
	n, ok = v.decimal(what, places)
	if n < 0 {
		v.refuse("number_negative", "%s is %s; it cannot be below zero", what, v.node.Text)
		return 0, false
	}
	return n, ok
}

var (
	errNotNumber = errors.New("is not a decimal number such as 0.25")
	errTooLarge  = errors.New("is out of range")
)

// parseDecimal reads a JSON number exactly, exponents included, into an integer
// of 10^-places, and reports whether digits were rounded off.
func parseDecimal(s string, places int) (n int64, rounded bool, err error) {
	s, negative := strings.CutPrefix(s, "-")
	mantissa, power, scaled := s, "", false
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, power, scaled = s[:i], strings.TrimPrefix(s[i+1:], "+"), true
	}
	whole, frac, point := strings.Cut(mantissa, ".")
	if !allDigits(whole) || point && !allDigits(frac) || scaled && !allDigits(strings.TrimPrefix(power, "-")) {
		return 0, false, errNotNumber
	}
	digits := strings.TrimLeft(whole+frac, "0")
	if digits == "" {
		return 0, false, nil
	}
	// at is the number of digits before the decimal point.
	at := len(digits) - len(frac)
	if scaled {
		shift, err := strconv.Atoi(power)
		if err != nil || shift > 1<<20 || shift < -1<<20 {
			return 0, false, errTooLarge
		}
		at += shift
	}
	digits = strings.TrimRight(digits, "0")
	switch keep := at + places; {
	case keep > 19:
		return 0, false, errTooLarge
	case keep >= len(digits):
		n, err = strconv.ParseInt(digits+strings.Repeat("0", keep-len(digits)), 10, 64)
	case keep < 0:
		rounded = true
	default:
		n, err = strconv.ParseInt("0"+digits[:keep], 10, 64)
		if digits[keep] >= '5' {
			n++
		}
		rounded = true
	}
	if err != nil || n < 0 {
		return 0, false, errTooLarge
	}
	if negative {
		n = -n
	}
	return n, rounded, nil
}

// allDigits reports whether s is digits and nothing else.
func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// instant reads an OCPI DateTime: UTC with Z or without offset, a fraction of a
// second cut off. Another offset is read, with a warning.
func (v *value) instant(what string) (at calendar.Instant, ok bool) {
	s := v.text(what)
	if s == "" {
		return 0, false
	}
	if t, err := time.Parse("2006-01-02T15:04:05", s); err == nil {
		return calendar.Of(t), true
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		if _, offset := t.Zone(); offset != 0 {
			v.warn("datetime_offset", "%s is %s; OCPI times are UTC, so it was read as %s", what, s, calendar.Of(t))
		}
		return calendar.Of(t), true
	}
	for _, form := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			v.warn("datetime_form", "%s is %q, which is not quite a time in RFC 3339; it was read as %s", what, s, calendar.Of(t))
			return calendar.Of(t), true
		}
	}
	v.refuse("datetime_malformed", "%s is %q, which is not a time such as 2026-05-03T14:00:00Z", what, s)
	return 0, false
}

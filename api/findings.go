package api

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// reading is how one kind of huma's messages reads to our callers: a stable
// code and a sentence, in which $1 is what the pattern caught and $v the value
// that was sent.
type reading struct {
	pattern *regexp.Regexp
	code    string
	text    string
}

var readings = []reading{
	read(`^expected required property (.+) to be present$`, "required", `this field is missing; send it`),
	read(`^required (?:query|path|header) parameter is missing$`, "required", `this parameter is missing; send it`),
	read(`^unexpected property$`, "unknown_field", `there is no such field; check its spelling or leave it out`),
	read(`^unknown query parameter$`, "unknown_parameter", `there is no such parameter; check its spelling or leave it out`),
	read(`^expected value to be one of "(.*)"$`, "not_one_of", `$v is none of $1`),
	read(`^expected length >= 1$`, "required", `this must not be empty`),
	read(`^expected length >= (\d+)$`, "too_short", `$v is shorter than $1 characters`),
	read(`^expected length <= (\d+)$`, "too_long", `this is longer than $1 characters`),
	read(`^expected array length >= (\d+)$`, "too_few", `send at least $1`),
	read(`^expected array length <= (\d+)$`, "too_many", `send at most $1`),
	read(`^expected number >= (.+)$`, "too_small", `$v is less than $1`),
	read(`^expected number <= (.+)$`, "too_large", `$v is more than $1`),
	read(`^expected string to be RFC 3339 date-time$`, "instant_malformed", `$v is not an instant such as 2026-05-03T14:00:00Z`),
	read(`^expected string to be RFC 3339 date$`, "date_malformed", `$v is not a date such as 2026-05-03`),
	read(`^expected string to be (.+)$`, "malformed", `$v is not $1`),
	read(`^expected string to match pattern (.+)$`, "malformed", `$v does not have the form $1`),
	read(`^expected (boolean|integer|number|string|array|object)$`, "wrong_type", `$v is not of the type $1`),
	read(`^invalid (boolean|integer|number)$`, "wrong_type", `$v is not of the type $1`),
}

func read(pattern, code, text string) reading {
	return reading{regexp.MustCompile(pattern), code, text}
}

// finding is one of huma's findings in the door's own words.
func finding(err error) Issue {
	d, ok := err.(huma.ErrorDetailer)
	if !ok {
		return Issue{Code: "invalid", Message: err.Error()}
	}
	detail := d.ErrorDetail()
	out := Issue{Code: "invalid", Field: fieldOf(detail.Location), Message: detail.Message}
	if out.Field == "" && detail.Message == "expected object" {
		return Issue{Code: "wrong_type", Message: "the body is " + shown(detail.Value) + ", not a JSON object; send an object with the route's fields"}
	}
	for _, r := range readings {
		m := r.pattern.FindStringSubmatch(detail.Message)
		if m == nil {
			continue
		}
		out.Code, out.Message = r.code, strings.ReplaceAll(r.text, "$v", shown(detail.Value))
		if len(m) > 1 {
			out.Message = strings.ReplaceAll(out.Message, "$1", inDigits(m[1]))
			if strings.HasPrefix(detail.Message, "expected required property ") {
				out.Field = strings.TrimPrefix(out.Field+"."+m[1], ".")
			}
		}
		break
	}
	return out
}

// fieldOf drops where in the request a field stands: a body's field and a
// parameter never bear the same name.
func fieldOf(location string) string {
	where, field, ok := strings.Cut(location, ".")
	switch where {
	case "body", "query", "path", "header":
		if !ok {
			return ""
		}
		return field
	}
	return location
}

// longestShown bounds how much of a value is repeated in a sentence.
const longestShown = 60

func shown(v any) string {
	switch v := v.(type) {
	case string:
		if utf8.RuneCountInString(v) > longestShown {
			v = string([]rune(v)[:longestShown]) + "…"
		}
		return fmt.Sprintf("%q", v)
	case float64:
		return digits(v)
	case bool, int, int64:
		return fmt.Sprint(v)
	case nil:
		return "null"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "this value"
}

// digits is a number without an exponent.
func digits(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if len(s) > longestShown {
		s = s[:longestShown] + "…"
	}
	return s
}

// inDigits is a limit of huma's, which writes large ones with an exponent;
// other text stays as it is.
func inDigits(s string) string {
	if v, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, "eE") {
		return digits(v)
	}
	return s
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kwote/domain/fault"
)

// Problem is an error as RFC 9457 has it, with a stable code and every finding.
type Problem struct {
	Type      string  `json:"type" example:"about:blank" doc:"Always about:blank: the code says what is wrong"`
	Title     string  `json:"title" example:"Unprocessable Entity" doc:"The status in words"`
	Status    int     `json:"status" example:"422" doc:"The HTTP status"`
	Detail    string  `json:"detail" example:"the location cannot be saved" doc:"What is wrong and how to mend it, for people"`
	Code      string  `json:"code" example:"location_invalid" doc:"What is wrong, for programs; codes do not change"`
	RequestID string  `json:"requestId,omitempty" example:"019a3c2e-7c1f-7b1e-9f0a-3f2f6d1b7c10" doc:"Name this when you ask for help; it is the X-Request-Id header too"`
	Errors    []Issue `json:"errors,omitempty" doc:"Every finding, where there are several or where one is about a field"`
	headers   http.Header
}

// Issue is one finding about one field.
type Issue struct {
	Code    string `json:"code" example:"zone_unknown"`
	Field   string `json:"field,omitempty" example:"timeZone" doc:"Path into the request body, or name of the parameter"`
	Message string `json:"message" example:"\"Paris\" is not an IANA zone such as Europe/Paris"`
}

// Error is the sentence for people.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are headers that go with the status.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is that of problems, whatever was asked for.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// statuses is the one table from kinds of fault to HTTP statuses.
var statuses = map[fault.Kind]int{
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Denied:          http.StatusForbidden,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// problem is an error as it leaves the door. What lies behind an answer of 500
// or above is kept for the log and not told.
func (d *door) problem(ctx context.Context, err error) *Problem {
	c := callOf(ctx)
	p := problemOf(err)
	p.RequestID = c.id
	if p.Status >= http.StatusInternalServerError {
		c.failure = err
	}
	return p
}

func problemOf(err error) *Problem {
	var given *Problem
	if errors.As(err, &given) {
		p := *given
		p.Type, p.Title = "about:blank", http.StatusText(p.Status)
		return &p
	}
	p := &Problem{Type: "about:blank", Status: http.StatusInternalServerError, Code: "internal",
		Detail: "something went wrong on our side; try again, and name the requestId if it stays so"}
	f := fault.As(err)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Code, p.Detail = http.StatusServiceUnavailable, "timeout", "the request took too long and was ended; try again"
	case f != nil && statuses[f.Kind] != 0:
		p.Status, p.Code, p.Detail = statuses[f.Kind], f.Code, sentence(f)
		p.Errors = issuesOf(f)
	}
	switch {
	case p.Code == "reference_unknown" && p.Status == http.StatusNotFound:
		p.Status = http.StatusUnprocessableEntity // 404 is about the address, never about a field
	case p.Status == http.StatusUnauthorized:
		p.headers = http.Header{"Www-Authenticate": {`Bearer realm="kwote"`}}
	case p.Status == http.StatusServiceUnavailable:
		p.headers = http.Header{"Retry-After": {"5"}}
		if p.Code != "timeout" { // the fault's own sentence speaks to the operator, of files and hosts
			p.Detail, p.Errors = "the service cannot answer at the moment; try again shortly", nil
		}
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// sentence is the fault's message as a whole sentence: one that leads over to
// a list, as on a terminal, says where the list is.
func sentence(f *fault.Fault) string {
	if s, ok := strings.CutSuffix(f.Message, ":"); ok {
		return s + "; correct what errors lists"
	}
	return f.Message
}

func issuesOf(f *fault.Fault) []Issue {
	var out []Issue
	for _, i := range f.Issues {
		out = append(out, Issue(i))
	}
	if len(out) == 0 && f.Field != "" {
		out = []Issue{{Code: f.Code, Field: f.Field, Message: f.Message}}
	}
	return out
}

// refuse writes the error as the whole answer.
func (d *door) refuse(a *answer, r *http.Request, err error) {
	p := d.problem(r.Context(), err)
	for name, values := range p.headers {
		a.header[name] = values
	}
	a.header.Set("Content-Type", problemType)
	raw, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	a.WriteHeader(p.Status)
	_, _ = a.Write(append(raw, '\n')) // a buffer takes everything
}

// translate turns what huma finds in a request into the door's own shape.
func (d *door) translate(ctx huma.Context, status string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &Problem{Type: "about:blank", Status: m.Status, Title: http.StatusText(m.Status), RequestID: callOf(ctx.Context()).id}
	switch {
	case m.Status == http.StatusUnprocessableEntity:
		p.Code, p.Detail = "input_invalid", "the request cannot be used as it is; see errors"
	case m.Status == http.StatusUnsupportedMediaType:
		p.Code, p.Detail = "content_type_unknown", "the body's Content-Type is not one that this route reads; send application/json"
		return p, nil
	case m.Status == http.StatusBadRequest && len(m.Errors) == 0:
		p.Code, p.Detail = "body_missing", "the request needs a body"
		return p, nil
	case m.Status == http.StatusBadRequest:
		p.Code, p.Detail = "body_unreadable", "the body is not JSON: "+m.Errors[0].Message
		return p, nil
	default:
		callOf(ctx.Context()).failure = m
		return d.problem(ctx.Context(), m), nil
	}
	for _, e := range m.Errors {
		p.Errors = append(p.Errors, finding(e))
	}
	if len(p.Errors) == 1 {
		p.Detail = strings.TrimPrefix(p.Errors[0].Field+": "+p.Errors[0].Message, ": ")
	}
	return p, nil
}

func retryAfter(seconds int) http.Header { return http.Header{"Retry-After": {strconv.Itoa(seconds)}} }

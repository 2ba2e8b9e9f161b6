package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kwote/domain/access"
)

// route is one operation as programs and people see it.
type route struct {
	id      string // operationId
	method  string
	path    string
	tag     string
	summary string
	about   string // description
	status  int    // of success; 0: 200
	also    int    // another status of success with the same body; 0: none
	body    any    // example of the request body; nil: none
	answer  any    // example of the answer

	needs     access.Action // zero: Read
	mutates   bool          // changes something, so it honours Idempotency-Key
	secret    bool          // its answer shows a secret once
	versioned bool          // needs If-Match
	public    bool          // needs no key
	cached    bool          // of a GET: honours If-None-Match
	matched   bool          // of a mutation: takes If-Match
}

// right is what whoever uses the route must be allowed to do.
func (r route) right() access.Action {
	if r.needs == "" {
		return access.Read
	}
	return r.needs
}

func (r route) success() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// register makes a route of a handler that is told who asks. Every error that
// the handler returns leaves as a Problem.
func register[I, O any](d *door, r route, do func(ctx context.Context, by access.Actor, in *I) (*O, error)) *huma.Operation {
	op := d.operation(r)
	huma.Register(d.api, *op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, callOf(ctx).actor, in)
		if err != nil {
			return nil, d.problem(ctx, err)
		}
		return out, nil
	})
	if r.also != 0 {
		again := *op.Responses[strconv.Itoa(r.success())]
		again.Description = http.StatusText(r.also)
		op.Responses[strconv.Itoa(r.also)] = &again
	}
	pattern := r.method + " " + r.path
	d.routes[pattern] = &r
	d.pages[pattern] = r.public
	return op
}

// operation describes a route for OpenAPI. Its maps are shared with what huma
// keeps, so that they may still be added to.
func (d *door) operation(r route) *huma.Operation {
	about := strings.TrimSpace(r.about)
	if !r.public {
		about = strings.TrimSpace(about + "\n\nNeeds the right `" + string(r.right()) + "`.")
	}
	op := &huma.Operation{OperationID: r.id, Method: r.method, Path: r.path, Summary: r.summary, Description: about, Tags: []string{r.tag},
		DefaultStatus: r.success(), MaxBodyBytes: bodyLimit + 1, Responses: map[string]*huma.Response{}}
	op.Responses[strconv.Itoa(r.success())] = &huma.Response{
		Description: http.StatusText(r.success()),
		Content:     map[string]*huma.MediaType{"application/json": {Example: r.answer}},
	}
	if r.body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Example: r.body}}}
	}
	if r.cached {
		op.Responses["304"] = &huma.Response{Description: "Not Modified: the ETag in If-None-Match is still current"}
	}
	for _, status := range r.failures() {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/" + failureName(status)}
	}
	if r.public {
		op.Security = []map[string][]string{}
	}
	return op
}

// failures are the statuses with which the route may refuse.
func (r route) failures() []int {
	out := []int{http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if !r.public {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(r.path, "{") {
		out = append(out, http.StatusNotFound)
	}
	if r.body != nil {
		out = append(out, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if r.mutates || r.body != nil {
		out = append(out, http.StatusConflict)
	}
	if r.matched || r.versioned {
		out = append(out, http.StatusPreconditionFailed)
	}
	if r.versioned {
		out = append(out, http.StatusPreconditionRequired)
	}
	return out
}

// failureTexts say when each status is answered.
var failureTexts = map[int]string{
	400: "The body is missing, cut off or not JSON.",
	401: "The API key is missing, unknown, expired or revoked.",
	403: "The key's roles do not allow this.",
	404: "What the address names does not exist.",
	409: "The request contradicts what is stored, or its idempotency key is in use.",
	412: "If-Match does not name the current version: somebody else has changed it.",
	413: "The body is larger than 8 MB.",
	415: "The body's Content-Type is not one that this route reads.",
	422: "The request cannot be used; `errors` lists every finding with its field.",
	428: "If-Match is missing.",
	500: "Something went wrong on our side. Nothing about it is told here but the requestId.",
	503: "The service cannot answer at the moment; Retry-After says when to try again.",
}

func failureName(status int) string { return strings.ReplaceAll(http.StatusText(status), " ", "") }

func (d *door) failureResponses() map[string]*huma.Response {
	schema := d.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	out := map[string]*huma.Response{}
	for status, text := range failureTexts {
		out[failureName(status)] = &huma.Response{
			Description: text,
			Headers:     map[string]*huma.Param{"X-Request-Id": {Description: "Names the request in our log.", Schema: &huma.Schema{Type: "string"}}},
			Content:     map[string]*huma.MediaType{problemType: {Schema: schema, Example: exampleProblem(status)}},
		}
	}
	return out
}

func exampleProblem(status int) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, RequestID: exampleID}
	switch status {
	case 400:
		p.Code, p.Detail = "body_unreadable", "the body is not JSON: unexpected end of JSON input"
	case 401:
		p.Code, p.Detail = "api_key_unknown", "no API key is like this one; check that it was copied whole, or create a new one"
	case 403:
		p.Code, p.Detail = "not_allowed", "this account may not do that (change-prices); ask an owner of the deployment for the right"
	case 404:
		p.Code, p.Detail = "location_not_found", "there is no location \"gare-de-lyon\""
	case 409:
		p.Code, p.Detail = "already_exists", "there is a location with the external id \"gare-de-lyon\" already"
		p.Errors = []Issue{{Code: p.Code, Field: "externalId", Message: p.Detail}}
	case 412:
		p.Code, p.Detail = "stale", "the location has changed since you read it; read it again"
	case 413:
		p.Code, p.Detail = "body_too_large", "the request body is larger than 8 MB; send it in several requests"
	case 415:
		p.Code, p.Detail = "content_type_unknown", "the body's Content-Type is not one that this route reads; send application/json"
	case 422:
		p.Code, p.Detail = "location_invalid", "the location cannot be saved"
		p.Errors = []Issue{{Code: "zone_unknown", Field: "timeZone", Message: "\"Paris\" is not an IANA zone such as Europe/Paris"}}
	case 428:
		p.Code, p.Detail = "if_match_required", "send the version that you read in the header If-Match, as in If-Match: \"3\""
	case 503:
		p.Code, p.Detail = "database_locked", "the service cannot answer at the moment; try again shortly"
	default:
		p.Code, p.Detail = "internal", "something went wrong on our side; try again, and name the requestId if it stays so"
	}
	return p
}

// exampleID is the id of every example.
const exampleID = "019a3c2e-7c1f-7b1e-9f0a-3f2f6d1b7c10"

package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is the OpenAPI document as its readers have it.
type document struct {
	raw        []byte
	root       map[string]any
	operations map[string]*operation // by id
	compiler   *jsonschema.Compiler
	compiled   map[string]*jsonschema.Schema
}

// operation is one route as the document tells it.
type operation struct {
	id, method, path string
	about            map[string]any
	body             []byte // the JSON example; nil: none
	bodySchema       string // pointer; empty: none
	params           map[string]bool
	statuses         map[string]any
	public           bool
	pattern          *regexp.Regexp
}

func (o *operation) mutates() bool { return o.params["Idempotency-Key"] }

const documentURL = "https://kwote.test/openapi.json"

var wildcard = regexp.MustCompile(`\\\{[a-zA-Z]+\\\}`)

// known is the document of every world: it does not depend on the database.
var known *document

func readDocument(t *testing.T, h http.Handler) *document {
	t.Helper()
	if known != nil {
		return known
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/openapi.json", nil))
	d := &document{raw: rec.Body.Bytes(), operations: map[string]*operation{}, compiled: map[string]*jsonschema.Schema{}}
	if err := json.Unmarshal(d.raw, &d.root); err != nil {
		t.Fatalf("the OpenAPI document is not JSON: %v", err)
	}
	d.compiler = jsonschema.NewCompiler()
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	resource, err := jsonschema.UnmarshalJSON(strings.NewReader(string(d.raw)))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.compiler.AddResource(documentURL, resource); err != nil {
		t.Fatal(err)
	}
	for path, methods := range d.root["paths"].(map[string]any) {
		for method, v := range methods.(map[string]any) {
			about := v.(map[string]any)
			o := &operation{method: strings.ToUpper(method), path: path, about: about, params: map[string]bool{}}
			o.id, _ = about["operationId"].(string)
			o.pattern = regexp.MustCompile("^" + wildcard.ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`) + "$")
			o.statuses, _ = about["responses"].(map[string]any)
			for _, p := range list(about["parameters"]) {
				o.params[p.(map[string]any)["name"].(string)] = true
			}
			security, given := about["security"].([]any)
			o.public = given && len(security) == 0
			if body, ok := about["requestBody"].(map[string]any); ok {
				media := body["content"].(map[string]any)["application/json"].(map[string]any)
				o.body, _ = json.Marshal(media["example"])
				o.bodySchema = pointer("paths", path, method, "requestBody", "content", "application/json", "schema")
			}
			if d.operations[o.id] != nil {
				t.Errorf("operationId %q stands twice", o.id)
			}
			d.operations[o.id] = o
		}
	}
	known = d
	return d
}

func list(v any) []any { l, _ := v.([]any); return l }

// pointer is a JSON pointer.
func pointer(steps ...string) string {
	for i, s := range steps {
		steps[i] = strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
	}
	return "/" + strings.Join(steps, "/")
}

// validate holds a JSON text against the schema at a pointer.
func (d *document) validate(t *testing.T, where string, text []byte) error {
	t.Helper()
	schema := d.compiled[where]
	if schema == nil {
		var err error
		if schema, err = d.compiler.Compile(documentURL + "#" + escaped(where)); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		d.compiled[where] = schema
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	return schema.Validate(v)
}

// escaped makes a JSON pointer a URL fragment.
func escaped(pointer string) string {
	return strings.NewReplacer("{", "%7B", "}", "%7D").Replace(pointer)
}

// find is the operation that answers a request; the most literal path wins.
func (d *document) find(r *http.Request) *operation {
	var best *operation
	for _, o := range d.operations {
		if o.method == r.Method && o.pattern.MatchString(r.URL.EscapedPath()) && (best == nil || strings.Count(o.path, "{") < strings.Count(best.path, "{")) {
			best = o
		}
	}
	return best
}

// check holds an answer against what the document promises: every test thus
// tests the document too.
func (d *document) check(t *testing.T, r *http.Request, a answer) {
	t.Helper()
	if a.header.Get("X-Request-Id") == "" {
		t.Errorf("%s %s: no X-Request-Id", r.Method, r.URL)
	}
	o := d.find(r)
	if o == nil {
		return
	}
	status := strconv.Itoa(a.status)
	promised, ok := o.statuses[status].(map[string]any)
	if !ok {
		t.Errorf("%s answers %s, which the document does not tell: %s", o.id, status, a.body)
		return
	}
	switch {
	case a.status == http.StatusNotModified:
		if a.body != "" {
			t.Errorf("%s: 304 has a body", o.id)
		}
	case a.status >= 400:
		if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
			t.Errorf("%s: an error of type %s", o.id, ct)
		}
		if err := d.validate(t, "/components/schemas/Problem", []byte(a.body)); err != nil {
			t.Errorf("%s answers %s with %s: %v", o.id, status, a.body, err)
		}
	case promised["content"] != nil && a.header.Get("Content-Type") == "application/json":
		where := pointer("paths", o.path, strings.ToLower(o.method), "responses", status, "content", "application/json", "schema")
		if err := d.validate(t, where, []byte(a.body)); err != nil {
			t.Errorf("%s answers %s with %s: %v", o.id, status, a.body, err)
		}
	}
}

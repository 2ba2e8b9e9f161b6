package api_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"kwote/store/storetest"
)

// TestOpenAPI holds the document against what its readers rely on.
func TestOpenAPI(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	if v, _ := w.doc.root["openapi"].(string); !strings.HasPrefix(v, "3.1.") {
		t.Errorf("openapi is %q, want 3.1", v)
	}
	var tags []string
	for _, tag := range list(w.doc.root["tags"]) {
		tags = append(tags, tag.(map[string]any)["name"].(string))
	}
	for id, o := range w.doc.operations {
		if id == "" {
			t.Errorf("%s %s has no operationId", o.method, o.path)
		}
		for _, field := range []string{"summary", "tags", "responses"} {
			if o.about[field] == nil {
				t.Errorf("%s has no %s", id, field)
			}
		}
		for _, tag := range list(o.about["tags"]) {
			if !slices.Contains(tags, tag.(string)) {
				t.Errorf("%s has the tag %q, which is not told", id, tag)
			}
		}
		for _, p := range list(o.about["parameters"]) {
			param := p.(map[string]any)
			if param["description"] == nil && param["schema"].(map[string]any)["enum"] == nil {
				t.Errorf("%s: parameter %s is not described", id, param["name"])
			}
		}
		checkExamples(t, w.doc, o)
		for _, status := range []string{"422", "500", "503"} {
			if o.statuses[status] == nil {
				t.Errorf("%s does not tell of %s", id, status)
			}
		}
		if !o.public && (o.statuses["401"] == nil || o.statuses["403"] == nil) {
			t.Errorf("%s does not tell of 401 and 403", id)
		}
		if o.method == http.MethodPut && !o.mutates() {
			t.Errorf("%s takes no Idempotency-Key", id)
		}
	}
	for name, v := range w.doc.root["components"].(map[string]any)["responses"].(map[string]any) {
		example, err := json.Marshal(v.(map[string]any)["content"].(map[string]any)["application/problem+json"].(map[string]any)["example"])
		if err != nil {
			t.Fatal(err)
		}
		if err := w.doc.validate(t, "/components/schemas/Problem", example); err != nil {
			t.Errorf("example of %s: %v", name, err)
		}
	}
	if strings.Contains(string(w.doc.raw), "ErrorModel") {
		t.Error("the document tells of an error shape that is never answered")
	}
}

func checkExamples(t *testing.T, d *document, o *operation) {
	t.Helper()
	if o.bodySchema != "" {
		if string(o.body) == "null" {
			t.Errorf("%s has no example of its body", o.id)
		} else if err := d.validate(t, o.bodySchema, o.body); err != nil {
			t.Errorf("example of the body of %s: %v", o.id, err)
		}
	}
	for status, v := range o.statuses {
		if status >= "300" {
			continue
		}
		media := v.(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)
		example, err := json.Marshal(media["example"])
		if err != nil {
			t.Fatal(err)
		}
		if string(example) == "null" {
			t.Errorf("%s has no example of its answer %s", o.id, status)
			continue
		}
		where := pointer("paths", o.path, strings.ToLower(o.method), "responses", status, "content", "application/json", "schema")
		if err := d.validate(t, where, example); err != nil {
			t.Errorf("example of the answer %s of %s: %v", status, o.id, err)
		}
	}
}

// TestDocumentInYAML: both forms say the same.
func TestDocumentInYAML(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	a := w.send(request{method: http.MethodGet, path: "/api/openapi.yaml", key: "nobody"})
	var fromYAML any
	if err := yaml.Unmarshal([]byte(a.body), &fromYAML); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	var one, other any
	if err := json.Unmarshal(w.doc.raw, &one); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &other); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, other) {
		t.Error("the YAML document says something else than the JSON one")
	}
}

// TestDocsPage: the page runs under a policy that allows no inline script, and
// asks only this deployment.
func TestDocsPage(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	page := w.send(request{method: http.MethodGet, path: "/api/docs", key: "nobody"})
	policy := page.header.Get("Content-Security-Policy")
	if page.status != http.StatusOK || !strings.Contains(policy, "script-src 'self';") || !strings.Contains(policy, "default-src 'none'") {
		t.Fatalf("the page answers %d under %q", page.status, policy)
	}
	for _, script := range regexp.MustCompile(`<script[^>]*>[^<]*</script>`).FindAllString(page.body, -1) {
		if !strings.Contains(script, ` src="/`) || !strings.HasSuffix(script, "></script>") {
			t.Errorf("inline or outside script: %s", script)
		}
	}
	if strings.Contains(page.body, "://") || strings.Contains(page.body, "{{") {
		t.Errorf("the page names an outside address or a gap:\n%s", page.body)
	}
	if a := w.send(request{method: http.MethodGet, path: "/api/docs.js", key: "nobody"}); a.status != http.StatusOK || !strings.Contains(a.body, "SwaggerUIBundle(") {
		t.Errorf("the page's script answers %d: %s", a.status, a.body)
	}
	if a := w.send(request{method: http.MethodGet, path: "/api/", key: "nobody"}); a.status != http.StatusFound || a.header.Get("Location") != "/api/docs" {
		t.Errorf("/api/ answers %d to %s", a.status, a.header.Get("Location"))
	}
}

// TestSchemaIsPublic: editors read the schema of tariff documents without a
// key.
func TestSchemaIsPublic(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	a := w.send(request{method: http.MethodGet, path: "/tariff-schema", key: "nobody"})
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/schema+json" || a.text("$schema") != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("answers %d %s: %.200s", a.status, a.header.Get("Content-Type"), a.body)
	}
}

package api

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// grammar is what all routes share, for people: the description of the API.
//
//go:embed README.md
var grammar string

//go:embed page/docs.html
var docsPage string

//go:embed page/docs.js
var docsScript []byte

// docsPolicy lets the documentation page run its own files and nothing else.
// swagger-ui styles single elements, which only 'unsafe-inline' allows.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// tags are the kinds of things there are, in the order of the documentation.
var tags = []*huma.Tag{
	{Name: "Who pays what", Description: "The two questions everything else serves."},
	{Name: "Tariffs", Description: "Tariffs are documents. A published version never changes; a change is a new version."},
	{Name: "Tariff groups", Description: "Which tariffs hold where, and for whom."},
	{Name: "Feeds", Description: "Prices of the outside world that tariffs follow, such as those of a spot market."},
	{Name: "Sessions", Description: "Charging sessions with their explained receipts."},
	{Name: "Networks", Description: "A network is a set of locations with one rule of who pays what."},
	{Name: "Partners", Description: "Site owners and other companies."},
	{Name: "Locations", Description: "Sites with an address, a country and a time zone."},
	{Name: "EVSEs", Description: "Charge points."},
	{Name: "Users", Description: "Driver accounts."},
	{Name: "User groups", Description: "Sets of users that tariffs can address."},
	{Name: "Tokens", Description: "What drivers hold up to a charger."},
	{Name: "Insight", Description: "What was charged and earned."},
	{Name: "Imports", Description: "Runs of the import and the rows that were put aside."},
	{Name: "Events", Description: "The audit trail."},
	{Name: "API keys", Description: "The rights of programs."},
}

// description is huma's configuration: the documents and pages are our own.
func (d *door) description() huma.Config {
	c := huma.DefaultConfig("Kwote", d.Version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // no $schema links: they would repeat the Host header
	c.Transformers = []huma.Transformer{d.translate}
	c.RejectUnknownQueryParameters = true
	_, text, _ := strings.Cut(grammar, "\n") // the title stands in Info
	c.Info.Description = strings.TrimSpace(text)
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "This deployment"}}
	c.Tags = tags
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"apiKey": {Type: "http", Scheme: "bearer", BearerFormat: "kwote_...", Description: "An API key of this deployment"}}
	c.Security = []map[string][]string{{"apiKey": {}}}
	return c
}

// finish completes the OpenAPI document and serves it with its page.
func (d *door) finish() {
	doc := d.api.OpenAPI()
	doc.Components.Responses = d.failureResponses()
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own errors never leave the door: see translate
	delete(schemas, "ErrorDetail")
	for _, s := range schemas {
		neverNull(s)
	}
	d.page("openapi.json", "application/openapi+json", "", func() ([]byte, error) { return json.Marshal(doc) })
	d.page("openapi.yaml", "application/openapi+yaml", "", doc.YAML)
	d.page("docs.js", "text/javascript; charset=utf-8", "", func() ([]byte, error) { return docsScript, nil })
	page := strings.NewReplacer("{{style}}", html.EscapeString(d.DocsStyle), "{{bundle}}", html.EscapeString(d.DocsScript),
		"{{spec}}", Root+"/openapi.json", "{{script}}", Root+"/docs.js").Replace(docsPage)
	d.page("docs", "text/html; charset=utf-8", docsPolicy, func() ([]byte, error) { return []byte(page), nil })
	home := "GET " + Root + "/{$}"
	d.pages[home] = true
	d.mux.Handle(home, http.RedirectHandler(Root+"/docs", http.StatusFound))
}

// neverNull says of lists and optional values what is true: they may be absent
// or empty, but are not null.
func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	s.Nullable = false
	for _, p := range s.Properties {
		neverNull(p)
	}
	neverNull(s.Items)
}

// page serves something that needs no key and changes only with the program;
// it is made when it is first asked for.
func (d *door) page(name, contentType, policy string, make func() ([]byte, error)) {
	pattern := "GET " + Root + "/" + name
	made := sync.OnceValues(make)
	d.pages[pattern] = true
	d.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := made()
		if err != nil {
			panic(err) // the document is part of the program, and tests read it
		}
		tag := `"` + hashOf(body) + `"`
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Referrer-Policy", "no-referrer")
		}
		if matchesAny(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(body) // an answer takes everything
	})
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

package gallery

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"kwote/web/ui"
	"kwote/web/ui/uitest"
)

var pages = map[string]templ.Component{
	"overview": Overview(), "session": Session(), "sessions": Sessions(), "tariffs": Tariff(), "sign-in": SignIn(),
	"receipt": PriceTag(), "components": Components(),
}

func catalog(t *testing.T) *ui.Catalog {
	t.Helper()
	c, err := ui.NewCatalog(Messages)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func render(t *testing.T, c templ.Component, view ui.View) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(ui.WithView(context.Background(), view), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func eachPage(t *testing.T, visit func(t *testing.T, name, lang, html string)) {
	c := catalog(t)
	for name, page := range pages {
		for _, lang := range ui.Languages {
			t.Run(name+"."+lang, func(t *testing.T) {
				address := &url.URL{Path: "/" + name, RawQuery: "sort=-start"}
				visit(t, name, lang, render(t, page, ui.View{Locale: c.Locale(lang), URL: address}))
			})
		}
	}
}

// The gallery is also the story book: KWOTE_GALLERY names the folder that it is written to.
func TestGalleryKeepsTheContentLaw(t *testing.T) {
	dir := os.Getenv("KWOTE_GALLERY")
	if dir == "" {
		dir = t.TempDir()
	}
	eachPage(t, func(t *testing.T, name, lang, html string) {
		for _, fault := range uitest.PageFaults(html) {
			t.Error(fault)
		}
		if strings.Contains(html, "[sample.") || strings.Contains(html, "[receipt.") {
			t.Error("a message is missing")
		}
		writePage(t, dir, name+"."+lang+".html", html)
	})
}

var assetAddress = regexp.MustCompile(`/assets/([A-Za-z0-9._/-]+)(\?v=[0-9a-f]+)?`)

// writePage makes a page that opens without a server: the assets that it names are written beside it.
func writePage(t *testing.T, dir, name, body string) {
	t.Helper()
	local := assetAddress.ReplaceAllStringFunc(body, func(address string) string {
		file := assetAddress.FindStringSubmatch(address)[1]
		answer := httptest.NewRecorder()
		ui.Assets().ServeHTTP(answer, httptest.NewRequest("GET", "/assets/"+file, nil))
		if answer.Code != 200 {
			return address
		}
		if path := filepath.Join(dir, "assets", file); !exists(path) {
			writePage(t, dir, filepath.Join("assets", file), answer.Body.String())
		}
		if strings.HasPrefix(name, "assets") {
			return file
		}
		return "assets/" + file
	})
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(local), 0o644); err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestGalleryReadsWithoutScript(t *testing.T) {
	script := regexp.MustCompile(`(?s)<script.*?</script>`)
	eachPage(t, func(t *testing.T, name, _, html string) {
		plain := script.ReplaceAllString(html, "")
		if strings.Contains(plain, "<script") {
			t.Error("a script stays after all were taken out")
		}
		// Whatever only script can use must be hidden until script shows it.
		for _, tool := range []string{"data-receipt-tools", "chart-canvas"} {
			for _, tag := range regexp.MustCompile(`<[^>]*`+tool+`[^>]*>`).FindAllString(plain, -1) {
				if !strings.Contains(tag, " hidden") {
					t.Errorf("%s needs script but is shown without it: %s", tool, tag)
				}
			}
		}
		if name == "tariffs" && !regexp.MustCompile(`data-dialog="withdraw"`).MatchString(plain) {
			t.Error("the dialog has no opener")
		}
		for _, opener := range regexp.MustCompile(`<[^>]*data-dialog=[^>]*>`).FindAllString(plain, -1) {
			if !strings.Contains(opener, "href=") {
				t.Errorf("a dialog opener leads nowhere without script: %s", opener)
			}
		}
		if name == "overview" && !strings.Contains(plain, `<details class="disclosure" open>`) {
			t.Error("the figures of a chart are folded away before script has drawn it")
		}
	})
}

func TestGalleryUsesEveryComponent(t *testing.T) {
	var sources strings.Builder
	for _, pattern := range []string{"*.templ", "*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, "_templ.go") && !strings.HasSuffix(name, "_test.go") {
				body, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				sources.Write(body)
			}
		}
	}
	inside := map[string]bool{"Mark": true, "Preferences": true, "Flashes": true, "EmptyState": true, "PagerLinks": true, "SessionStrip": true, "Icon": true}
	for _, name := range components(t) {
		if !inside[name] && !strings.Contains(sources.String(), "ui."+name+"(") {
			t.Errorf("no page of the gallery shows ui.%s", name)
		}
	}
}

// components are the exported functions of web/ui that return a templ.Component.
func components(t *testing.T) []string {
	t.Helper()
	generated, err := filepath.Glob("../*_templ.go")
	if err != nil || len(generated) == 0 {
		t.Fatalf("no generated components found: %v", err)
	}
	var out []string
	for _, name := range generated {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil {
				continue
			}
			if result, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr); ok && result.Sel.Name == "Component" {
				out = append(out, f.Name.Name)
			}
		}
	}
	return out
}

func TestGalleryMessagesAreComplete(t *testing.T) {
	for _, fault := range uitest.MessageFaults(catalog(t), os.DirFS(".")) {
		t.Error(fault)
	}
}

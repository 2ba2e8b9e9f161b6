package ui

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAssetsAreImmutableByHash(t *testing.T) {
	get := func(address string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", address, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		answer := httptest.NewRecorder()
		Assets().ServeHTTP(answer, r)
		return answer
	}
	address := Asset("kwote.css")
	if !strings.Contains(address, "?v=") {
		t.Fatalf("no hash in %s", address)
	}
	hashed := get(address)
	if hashed.Code != 200 || !strings.Contains(hashed.Header().Get("Cache-Control"), "immutable") ||
		!strings.HasPrefix(hashed.Header().Get("Content-Type"), "text/css") {
		t.Errorf("%s: %d %v", address, hashed.Code, hashed.Header())
	}
	for _, other := range []string{"/assets/kwote.css", "/assets/kwote.css?v=000000000000"} {
		if cache := get(other).Header().Get("Cache-Control"); cache != "no-cache" {
			t.Errorf("%s may change but is cached: %s", other, cache)
		}
	}
	tag := hashed.Header().Get("ETag")
	if again := get("/assets/kwote.css", "If-None-Match", tag); again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("the same file is sent again: %d", again.Code)
	}
	zipped := get(address, "Accept-Encoding", "br, gzip")
	reader, err := gzip.NewReader(zipped.Body)
	if err != nil || zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Header().Get("ETag") == tag {
		t.Fatalf("no gzip of its own tag: %v %v", err, zipped.Header())
	}
	if unzipped, err := io.ReadAll(reader); err != nil || !bytes.Equal(unzipped, hashed.Body.Bytes()) {
		t.Errorf("gzip has another content: %v", err)
	}
}

func TestAssetsServeOnlyFiles(t *testing.T) {
	for address, code := range map[string]int{
		"/assets/favicon.svg": 200, "/assets/apidocs.js": 200, "/assets/nothing.js": 404, "/assets/": 404,
		"/assets/../assets.go": 404, "/assets/css/base.css": 404, "/assets/README.md": 404,
	} {
		answer := httptest.NewRecorder()
		Assets().ServeHTTP(answer, httptest.NewRequest("GET", address, nil))
		if answer.Code != code {
			t.Errorf("%s: %d, want %d", address, answer.Code, code)
		}
	}
	answer := httptest.NewRecorder()
	Assets().ServeHTTP(answer, httptest.NewRequest("POST", "/assets/favicon.svg", nil))
	if answer.Code != 405 || answer.Header().Get("Allow") == "" {
		t.Errorf("POST: %d", answer.Code)
	}
}

// A fresh clone has only the placeholder in dist.
func TestAssetsWithoutBuild(t *testing.T) {
	clone := fstest.MapFS{"dist/README.md": {Data: []byte("x")}}
	err := fs.WalkDir(os.DirFS("."), "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		clone[name] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	set := loadAssets(clone)
	for _, name := range []string{"kwote.css", "kwote.js", "favicon.svg"} {
		if set[name] == nil || len(set[name].body) == 0 {
			t.Errorf("%s is missing in a clone without built packages", name)
		}
	}
	if set["htmx.min.js"] != nil || set["README.md"] != nil {
		t.Error("a file is served that a clone does not have")
	}
}

func TestStyleSheetsAreAllJoined(t *testing.T) {
	for dir, names := range map[string][]string{"assets/css": styleSheets, "assets/js": scriptFiles} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			name, _, _ := strings.Cut(entry.Name(), ".")
			if !entry.IsDir() && !strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") {
				t.Errorf("%s/%s is in no bundle", dir, entry.Name())
			}
		}
	}
	sheet := string(allAssets()["kwote.css"].body)
	if strings.Contains(sheet, "asset:") || strings.Contains(sheet, "http://") || strings.Contains(sheet, "https://") {
		t.Error("the sheet has an unresolved or an outside address")
	}
}

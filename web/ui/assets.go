package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

// ContentSecurityPolicy is the header value under which every page built with this package works.
const ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; " +
	"frame-ancestors 'none'; object-src 'none'"

//go:embed assets all:dist
var embedded embed.FS

// The order of the sheets is the cascade: tokens first, print last.
var styleSheets = []string{
	"tokens", "base", "shell", "panel", "table", "form", "mark", "figure", "receipt", "dialog", "print",
}

var scriptFiles = []string{"prefs", "shell", "widgets", "chart"}

// An asset's compressed body is made when first asked for, because most are asked for once per browser and release.
type asset struct {
	body    []byte
	hash    string
	kind    string
	zip     sync.Once
	zipped  []byte
	zipable bool
}

func (a *asset) gzip() []byte {
	a.zip.Do(func() {
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		_, err := w.Write(a.body)
		if closeErr := w.Close(); err != nil || closeErr != nil {
			return
		}
		a.zipped = b.Bytes()
	})
	return a.zipped
}

type assetSet map[string]*asset

var allAssets = sync.OnceValue(func() assetSet { return loadAssets(embedded) })

// loadAssets reads assets/img and dist by their paths and joins the own sheets and scripts into kwote.css and kwote.js.
// A name of assets/ wins over the same name of dist/.
func loadAssets(files fs.FS) assetSet {
	set := assetSet{}
	for _, root := range []string{"dist", "assets/img", "assets/js/page"} {
		// The tree is embedded, so a read cannot fail; a missing root (a clone without a build) adds nothing.
		_ = fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Base(name) == "README.md" {
				return nil
			}
			body, err := fs.ReadFile(files, name)
			if err == nil {
				set.add(strings.TrimPrefix(name, root+"/"), body)
			}
			return nil
		})
	}
	set.add("kwote.css", set.link(joinFiles(files, "assets/css/", styleSheets, ".css")))
	set.add("kwote.js", joinFiles(files, "assets/js/", scriptFiles, ".js"))
	return set
}

func joinFiles(files fs.FS, dir string, names []string, ext string) []byte {
	var all bytes.Buffer
	for _, name := range names {
		body, err := fs.ReadFile(files, dir+name+ext)
		if err != nil {
			panic("web/ui: the embedded file " + dir + name + ext + " is missing")
		}
		all.Write(body)
		all.WriteByte('\n')
	}
	return all.Bytes()
}

var assetLink = regexp.MustCompile(`asset:([A-Za-z0-9._/-]+)`)

// link replaces asset:NAME in a sheet by the hashed address, so that fonts are cached as hard as the sheet itself.
func (s assetSet) link(sheet []byte) []byte {
	return assetLink.ReplaceAllFunc(sheet, func(m []byte) []byte {
		return []byte(s.address(strings.TrimPrefix(string(m), "asset:")))
	})
}

func (s assetSet) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	kind := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) {
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".css":
		kind = "text/css; charset=utf-8"
	case ".woff2":
		kind = "font/woff2"
	case ".svg":
		kind = "image/svg+xml"
	case "":
		kind = "text/plain; charset=utf-8"
	}
	s[name] = &asset{
		body: body, hash: hex.EncodeToString(sum[:6]), kind: kind,
		zipable: len(body) > 1024 && !strings.HasPrefix(kind, "font/") && !strings.HasPrefix(kind, "image/png"),
	}
}

func (s assetSet) address(name string) string {
	a, ok := s[name]
	if !ok {
		return "/assets/" + name
	}
	return "/assets/" + name + "?v=" + a.hash
}

// Asset returns the address of a browser file ("kwote.css", "img/logo.svg", "htmx.min.js") with its content hash, so
// that it may be cached for ever.
func Asset(name string) string { return allAssets().address(name) }

// HasAsset tells whether a browser file is in this binary; the files of npm packages are not when it was built
// without `npm run build`.
func HasAsset(name string) bool { return allAssets()[name] != nil }

// Assets serves every browser file under /assets/. An address with the right hash is cached for ever, any other is
// revalidated by ETag.
func Assets() http.Handler { return allAssets() }

func (s assetSet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Browser files can only be read.", http.StatusMethodNotAllowed)
		return
	}
	a, ok := s[strings.TrimPrefix(r.URL.Path, "/assets/")]
	if !ok {
		http.Error(w, "There is no browser file of this name.", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := a.body, `"`+a.hash+`"`
	if a.zipable && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if zipped := a.gzip(); zipped != nil {
			body, tag = zipped, `"`+a.hash+`-gz"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	// A failed write means that the browser has gone away; there is nobody left to tell.
	_, _ = w.Write(body)
}

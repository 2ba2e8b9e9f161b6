package kwote_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A checker that finds nothing looks like a clean house: each rule is shown a fault and what is nearly one.

// built makes a tree of files from name to text.
func built(files map[string]string) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

// code writes a documented package that imports the given paths.
func code(name string, imports ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// Package %s is here to be checked.\npackage %s\n", name, name)
	for _, path := range imports {
		fmt.Fprintf(&b, "import _ %q\n", path)
	}
	return b.String()
}

func TestHouseFindsFaults(t *testing.T) {
	long := strings.Repeat("// line\n", 600)
	for name, c := range map[string]struct {
		file, text string
		want       string // "file:line: part of the sentence"; empty where all is well
	}{
		"desk on words":               {"app/billing/a.go", code("billing", "kwote/domain/money", "kwote/domain/pricing", "kwote/clock"), ""},
		"desk on shelf":               {"app/billing/a.go", code("billing", "kwote/store"), "app/billing/a.go:3: app/billing imports store, its neighbour on floor 3"},
		"shelf on desk":               {"store/a.go", code("store", "kwote/app/billing"), "store/a.go:3: store imports"},
		"desk on desk":                {"app/billing/a.go", code("billing", "kwote/app/catalog"), "app/billing/a.go:3: "},
		"desk on door":                {"app/billing/a.go", code("billing", "kwote/domain/money", "kwote/api"), "app/billing/a.go:4: app/billing (floor 3) imports api (floor 4)"},
		"rule on rule":                {"domain/pricing/a.go", code("pricing", "kwote/domain/tariff"), ""},
		"rule on desk":                {"domain/pricing/a.go", code("pricing", "kwote/app/billing"), "imports go down only"},
		"rule's test on store":        {"domain/pricing/a_test.go", code("pricing", "kwote/store"), "imports go down only"},
		"word on word":                {"domain/money/a.go", code("money", "kwote/domain/energy"), "imports domain/energy, its neighbour on floor 1"},
		"word on rule":                {"domain/money/a.go", code("money", "kwote/domain/tariff"), "imports go down only"},
		"word on module":              {"domain/money/a.go", code("money", "example.com/decimal"), "standard library only"},
		"word on standard library":    {"domain/money/a.go", code("money", "math/big", "strings"), ""},
		"page on components":          {"web/admin/a.go", code("admin", "kwote/web/ui", "kwote/app/billing"), ""},
		"page on page":                {"web/admin/a.go", code("admin", "kwote/web/portal"), "web/admin imports web/portal"},
		"components on page":          {"web/ui/a.go", code("ui", "kwote/web/admin"), "web/ui imports web/admin"},
		"link on link":                {"link/ocpi/a.go", code("ocpi", "kwote/link/mail"), "link/ocpi imports link/mail"},
		"link on its inside":          {"link/ocpi/a.go", code("ocpi", "kwote/link/ocpi/wire"), ""},
		"door on door":                {"api/a.go", code("api", "kwote/web/ui"), "api imports web/ui"},
		"door on shelf":               {"api/a.go", code("api", "kwote/store"), ""},
		"shelf on migrations":         {"store/a.go", code("store", "kwote/store/migrations"), ""},
		"shelf on its suite":          {"store/a.go", code("store", "kwote/store/storetest"), "store imports store/storetest"},
		"suite on shelf":              {"store/storetest/a.go", code("storetest", "kwote/store"), ""},
		"desk's test on shelf":        {"app/billing/a_test.go", code("billing", "kwote/store/storetest"), ""},
		"start on everybody":          {"cmd/kwote/a.go", code("main", "kwote/api", "kwote/store", "kwote/domain/money"), ""},
		"bench on start":              {"bench/a.go", code("main", "kwote/cmd/kwote"), "bench imports cmd/kwote"},
		"behind a build tag":          {"app/billing/a.go", "//go:build never\n\n" + code("billing", "kwote/api"), "app/billing/a.go:5: "},
		"no floor":                    {"attic/a.go", code("attic"), "attic/a.go:2: package attic stands on no floor"},
		"context in domain":           {"domain/pricing/a.go", code("pricing", "context"), "a rule neither waits"},
		"net/url in a word":           {"domain/money/a.go", code("money", "net/url"), "domain/money imports net/url"},
		"math/rand/v2 in domain":      {"domain/pricing/shape/a.go", code("shape", "math/rand/v2"), "domain/pricing/shape imports math/rand/v2"},
		"files in a rule's test":      {"domain/pricing/a_test.go", code("pricing", "os"), ""},
		"similar name":                {"domain/pricing/a.go", code("pricing", "netless"), ""},
		"no comment":                  {"domain/pricing/a.go", "package pricing\n", "domain/pricing/a.go:1: package domain/pricing has no package comment"},
		"build tag is no comment":     {"domain/pricing/a.go", "//go:build linux\n\npackage pricing\n", "has no package comment"},
		"test needs no comment":       {"e2e/a_test.go", "package e2e\n", ""},
		"unproved":                    {"domain/pricing/a.go", "// Package pricing is exact (TestNowhere).\npackage pricing\n", "names TestNowhere, which does not exist"},
		"proved":                      {"domain/pricing/a.go", "// Package pricing is exact (TestThere, TestTh*).\npackage pricing\nfunc TestThere() {}\n", ""},
		"too long":                    {"domain/pricing/a.go", code("pricing") + long, "more than 599"},
		"long test":                   {"domain/pricing/a_test.go", code("pricing") + long, ""},
		"long page source":            {"web/admin/a.templ", long, "web/admin/a.templ:600: "},
		"long generated":              {"web/admin/a_templ.go", code("admin") + long, ""},
		"time.Now":                    {"app/billing/a.go", code("billing") + "import \"time\"\nvar now = time.Now\n", "app/billing/a.go:4: time.Now"},
		"time by another name":        {"store/a.go", code("store") + "import t \"time\"\nfunc f() { t.Sleep(1) }\n", "store/a.go:4: time.Sleep"},
		"time with a dot":             {"store/a.go", code("store") + "import . \"time\"\nvar now = Now\n", "imported with a dot"},
		"timer in jobs":               {"jobs/a.go", code("jobs") + "import \"time\"\nvar x = time.NewTicker(1)\n", "time.NewTicker"},
		"time.Now in clock":           {"clock/a.go", code("clock") + "import \"time\"\nvar now = time.Now\n", ""},
		"time.Now in a test":          {"store/a_test.go", code("store") + "import \"time\"\nvar now = time.Now\n", ""},
		"a clock's Now":               {"store/a.go", code("store") + "import \"time\"\nfunc f(c clock) time.Time { return c.Now() }\n", ""},
		"a variable called time":      {"store/a.go", code("store") + "import _ \"time\"\nfunc f(time clock) { time.Now() }\n", ""},
		"init":                        {"api/a.go", code("api") + "func init() {}\n", "api/a.go:3: func init"},
		"method called init":          {"api/a.go", code("api") + "type t int\nfunc (t) init() {}\n", ""},
		"float":                       {"domain/pricing/a.go", code("pricing") + "func f(x float64) {}\n", "domain/pricing/a.go:3: float64"},
		"number with a point":         {"domain/pricing/a.go", code("pricing") + "var x = 0.5\n", "number 0.5"},
		"float in a test":             {"domain/pricing/a_test.go", code("pricing") + "var x float64\n", ""},
		"float outside":               {"bench/a.go", code("main") + "var x float64\n", ""},
		"float in a comment or name":  {"domain/pricing/a.go", code("pricing") + "// no float64 here\nvar float64s int\n", ""},
		"name that says nothing":      {"app/billing/a.go", code("billing") + "type InvoiceManager struct{}\n", "type InvoiceManager"},
		"folder that says nothing":    {"domain/utils/a.go", code("utils"), "package folder \"utils\""},
		"broken file":                 {"api/a.go", "package api\nfunc {\n", "does not parse"},
		"installed and hidden folder": {"web/ui/node_modules/x/a.go", "package x\nfunc init() {}\n", ""},
		"testdata":                    {"domain/pricing/testdata/a.go", "package x\nfunc init() {}\n", ""},
	} {
		h, err := inspect(built(map[string]string{c.file: c.text}), "kwote")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []string
		for _, v := range h.violations() {
			got = append(got, v.String())
		}
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s: unjustly found %q", name, got)
		case c.want != "" && len(got) != 1:
			t.Errorf("%s: found %q, want one with %q", name, got, c.want)
		case c.want != "" && (!strings.Contains(got[0], c.want) || !strings.Contains(got[0], " Why: ")):
			t.Errorf("%s: found %q, want %q and why", name, got[0], c.want)
		}
	}
}

func TestHouseFindsWords(t *testing.T) {
	words := []struct{ word, why string }{{"/home/somebody/", "it is a machine's"}}
	found, err := findWords(built(map[string]string{
		"README.md":           "fine\nsee /home/somebody/notes\n",
		".ci/run":             "cd /home/somebody/\n",
		".git/config":         "/home/somebody/",
		"web/ui/dist/a.js":    "/home/somebody/",
		"docs/picture.png":    "\x00/home/somebody/",
		"domain/testdata/a.t": "/home/somebody/",
	}), words)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range found {
		got = append(got, fmt.Sprintf("%s:%d", v.file, v.line))
	}
	slices.Sort(got)
	if want := []string{".ci/run:1", "README.md:2", "domain/testdata/a.t:1"}; !slices.Equal(got, want) {
		t.Errorf("found in %q, want %q", got, want)
	}
}

func TestFloorsHaveReasons(t *testing.T) {
	for _, row := range floors {
		if row.why == "" || row.floor < 1 || row.floor > 5 {
			t.Errorf("floor of %s: %d, %q", row.path, row.floor, row.why)
		}
	}
	if floor, _ := floorOf("domainless"); floor != 0 {
		t.Errorf("domainless stands on floor %d: a path is matched by whole names", floor)
	}
	if name := moduleName([]byte("// x\nmodule kwote\n\ngo 1.26\n")); name != "kwote" {
		t.Errorf("module %q", name)
	}
}

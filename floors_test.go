package kwote_test

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The law of the house, as data. ARCHITECTURE.md draws it; this test enforces it.

// floors: the longest path that fits decides. Imports go down only.
var floors = []struct {
	path  string
	floor int
	why   string
}{
	{"domain/money", 1, "a word that everyone speaks knows nobody"},
	{"domain/energy", 1, "a word that everyone speaks knows nobody"},
	{"domain/calendar", 1, "a word that everyone speaks knows nobody"},
	{"clock", 1, "the time is an argument; only whoever starts the program chooses its source"},
	{"domain", 2, "a rule is a pure function on values: same facts, same answer"},
	{"app", 3, "a desk loads, asks the rules and saves; it is introduced to the shelf by cmd"},
	{"store", 3, "the shelf holds all SQL and decides nothing"},
	{"api", 4, "a door translates between the world and the desks"},
	{"web", 4, "a door translates between the world and the desks"},
	{"link", 4, "a door translates between the world and the desks"},
	{"jobs", 4, "timers and retries know no business word"},
	{"demo", 4, "an invented outside world comes in through a door like the real one"},
	{"cmd", 5, "the only place that knows everybody"},
	{"bench", 5, "measures the whole from outside"},
	{"e2e", 5, "uses the whole from outside"},
}

// neighbours lists the imports within one floor that are meant; "*" stands for any package below the path.
var neighbours = []neighbour{
	{2, "domain/*", "domain/*", "rules build on rules"},
	{3, "store/storetest", "store", "the conformance suite is about the store"},
	{3, "store/storetest", "store/migrations", "the template database is named after the schema"},
	{4, "web/*", "web/ui", "pages share their components"},
	{4, "web/*", "web/ui/paper", "staff and drivers read the same receipt"},
	{4, "web/*", "web/ui/draw", "the console shows the pictures that the command line draws"},
}

type neighbour struct {
	floor         int
	from, to, why string
}

// domainForbidden are the imports that would let a rule depend on more than its arguments.
var domainForbidden = []struct{ path, why string }{
	{"context", "a rule neither waits nor is cancelled"},
	{"net", "a rule does not know where its facts came from"},
	{"database/sql", "SQL belongs to the store"},
	{"os", "a rule reads no file and no environment"},
	{"log/slog", "a rule's answer is its only output"},
	{"math/rand", "same facts, same answer"},
}

// readsTime are the members of package time that look at, or wait for, the real clock.
var readsTime = []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Sleep"}

// mayReadTime are the paths that may; tests may as well.
var mayReadTime = []string{"clock", "cmd", "bench", "e2e", "store/storetest"}

// forbiddenWords appear in no file. They are put together here so that this file does not hold them.
var forbiddenWords = []struct{ word, why string }{
	{"/" + "work/", "a path of one machine means nothing on another"},
	{"registry" + ".npmjs.", "where packages are fetched from is the machine's setting"},
	{"proxy" + ".golang.", "where modules are fetched from is the machine's setting"},
}

var (
	forbiddenFolders = []string{"common", "helper", "helpers", "manager", "misc", "model", "models", "pkg", "service", "services", "util", "utils"}
	emptyTypeName    = regexp.MustCompile(`(Service|Manager|Helper|Utils?)$`)
	namesTest        = regexp.MustCompile(`\b(?:Test|Fuzz|Example)[A-Z][A-Za-z0-9_]*`)
	generated        = regexp.MustCompile(`(?:_templ|_gen)\.go$`)
)

const maxLines = 599

func TestHouse(t *testing.T) {
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	h, err := inspect(os.DirFS("."), moduleName(module))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.files) == 0 {
		t.Fatal("no Go files found: the test must run in the root of the repository")
	}
	for _, v := range h.violations() {
		t.Error(v)
	}
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	words := forbiddenWords
	// A short root (/app) is an everyday word; a longer one is surely a machine's path.
	if strings.Count(filepath.ToSlash(root), "/") > 1 {
		words = append(slices.Clone(words), struct{ word, why string }{root, "a path of one machine means nothing on another"})
	}
	found, err := findWords(os.DirFS("."), words)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		t.Error(v)
	}
}

func moduleName(mod []byte) string {
	for line := range strings.Lines(string(mod)) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// violation names the place, what is wrong there and why the rule exists.
type violation struct {
	file      string
	line      int
	what, why string
}

func (v violation) String() string {
	return fmt.Sprintf("%s:%d: %s. Why: %s.", v.file, v.line, v.what, v.why)
}

// source is one parsed Go file.
type source struct {
	name   string // path from the root
	dir    string // its package's path, "." for the root
	ast    *ast.File
	lines  int
	test   bool
	gen    bool
	broken error
}

// house is a tree of Go files with the law that applies to it.
type house struct {
	module string
	fset   *token.FileSet
	files  []source
	long   []violation // files of other kinds that are too long
	found  []violation
}

// inspect parses every Go file below the root, whatever its build tags. Folders that do not exist yet are no fault.
func inspect(tree fs.FS, module string) (*house, error) {
	h := &house{module: module, fset: token.NewFileSet()}
	err := walk(tree, func(name string, text []byte) {
		lines := bytes.Count(text, []byte("\n"))
		switch path.Ext(name) {
		case ".go":
			f := source{name: name, dir: path.Dir(name), lines: lines, test: strings.HasSuffix(name, "_test.go"), gen: generated.MatchString(name)}
			f.ast, f.broken = parser.ParseFile(h.fset, name, text, parser.ParseComments)
			h.files = append(h.files, f)
		case ".templ", ".sql", ".sh", ".css", ".js", ".mjs":
			if lines > maxLines && !inTestdata(name) {
				h.long = append(h.long, tooLong(name, lines))
			}
		}
	})
	return h, err
}

func inTestdata(name string) bool { return slices.Contains(strings.Split(name, "/"), "testdata") }

// walk visits the files that git would keep: no hidden, installed or built folders.
func walk(tree fs.FS, visit func(name string, text []byte)) error {
	return fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			hidden := strings.HasPrefix(base, ".") && name != "." && name != ".ci"
			if hidden || base == "node_modules" || name == "bin" || name == "web/ui/dist" || name == "kwote-data" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		if inTestdata(name) && strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err == nil {
			visit(name, text)
		}
		return err
	})
}

func tooLong(name string, lines int) violation {
	return violation{name, lines, fmt.Sprintf("the file has %d lines, more than %d", lines, maxLines), "a file that fits in the head has one subject: split it by subject"}
}

// violations applies every rule and sorts what it finds by place.
func (h *house) violations() []violation {
	h.found = slices.Clone(h.long)
	tests := h.testNames()
	packages := map[string][]source{}
	for _, f := range h.files {
		if f.broken != nil {
			h.add(violation{f.name, 1, fmt.Sprintf("the file does not parse: %v", f.broken), "only what parses can be checked"})
			continue
		}
		packages[f.dir] = append(packages[f.dir], f)
		h.imports(f)
		h.time(f)
		h.declarations(f)
		if !f.test && !f.gen && f.lines > maxLines {
			h.add(tooLong(f.name, f.lines))
		}
		if under(f.dir, "domain") && !f.test {
			h.floats(f)
		}
	}
	for dir, files := range packages {
		h.packageComment(dir, files, tests)
	}
	slices.SortFunc(h.found, func(a, b violation) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.what, b.what))
	})
	return h.found
}

func (h *house) add(v violation) { h.found = append(h.found, v) }

func (h *house) at(f source, pos token.Pos, why, what string, args ...any) {
	h.add(violation{f.name, h.fset.Position(pos).Line, fmt.Sprintf(what, args...), why})
}

// under reports whether dir is the path itself or below it.
func under(dir, path string) bool { return dir == path || strings.HasPrefix(dir, path+"/") }

// floorOf returns a package's floor and the reason, 0 where no row fits.
func floorOf(dir string) (floor int, why string) {
	longest := -1
	for _, row := range floors {
		if under(dir, row.path) && len(row.path) > longest {
			longest, floor, why = len(row.path), row.floor, row.why
		}
	}
	return floor, why
}

func matches(pattern, dir string) bool {
	if parent, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(dir, parent+"/")
	}
	return pattern == dir
}

// meantNeighbours reports whether the import is one of the listed ones, or of a package's own inner folder.
func meantNeighbours(floor int, from, to string) bool {
	if strings.HasPrefix(to, from+"/") {
		return to != "store/storetest"
	}
	return slices.ContainsFunc(neighbours, func(n neighbour) bool {
		return n.floor == floor && matches(n.from, from) && matches(n.to, to)
	})
}

// imports checks one file's imports against the floors. A test may set its stage with neighbours on its floor,
// and a desk's or door's test with the real store; nobody looks up.
func (h *house) imports(f source) {
	floor, why := floorOf(f.dir)
	if floor == 0 && f.dir != "." {
		h.at(f, f.ast.Package, "the folder list is the architecture drawing", "package %s stands on no floor: add it to the table in floors_test.go and to ARCHITECTURE.md, or put it where it belongs", f.dir)
		return
	}
	for _, spec := range f.ast.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		to, inside := strings.CutPrefix(target, h.module+"/")
		if !inside {
			h.outside(f, spec, target, floor)
			continue
		}
		below, _ := floorOf(to)
		switch {
		case f.dir == "." || below == 0 || below < floor || to == f.dir:
		case below > floor:
			h.at(f, spec.Pos(), why, "%s (floor %d) imports %s (floor %d): imports go down only", f.dir, floor, to, below)
		case f.test || meantNeighbours(floor, f.dir, to):
		default:
			h.at(f, spec.Pos(), why, "%s imports %s, its neighbour on floor %d", f.dir, to, floor)
		}
	}
}

// outside checks imports of other modules and of the standard library.
func (h *house) outside(f source, spec *ast.ImportSpec, target string, floor int) {
	if f.test {
		return
	}
	if floor == 1 && strings.Contains(strings.Split(target, "/")[0], ".") {
		h.at(f, spec.Pos(), "words last longer than dependencies", "%s imports %s: floor 1 uses the standard library only", f.dir, target)
	}
	if !under(f.dir, "domain") {
		return
	}
	for _, row := range domainForbidden {
		if under(target, row.path) {
			h.at(f, spec.Pos(), row.why, "%s imports %s", f.dir, target)
		}
	}
}

// importedAs returns the name under which a file uses a package, "" where it does not.
func importedAs(f source, target string) string {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value != strconv.Quote(target) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(target)
	}
	return ""
}

func (h *house) time(f source) {
	if f.test || slices.ContainsFunc(mayReadTime, func(p string) bool { return under(f.dir, p) }) {
		return
	}
	const why = "tests, the demo and test clocks move the whole product only if everyone asks the clock"
	name := importedAs(f, "time")
	if name == "." {
		h.at(f, f.ast.Package, why, "package time is imported with a dot, which hides who reads the clock")
	}
	if name == "" || name == "." || name == "_" {
		return
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		use, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(readsTime, use.Sel.Name) {
			return true
		}
		if id, ok := use.X.(*ast.Ident); ok && id.Name == name && id.Obj == nil {
			h.at(f, use.Pos(), why, "time.%s outside clock and cmd: take the instant as an argument or ask a clock", use.Sel.Name)
		}
		return true
	})
}

func (h *house) declarations(f source) {
	if base := path.Base(f.dir); slices.Contains(forbiddenFolders, base) {
		h.at(f, f.ast.Package, "a name that fits everything says nothing", "package folder %q: name it by a noun of the trade", base)
	}
	for _, decl := range f.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == "init" {
				h.at(f, d.Pos(), "what happens on import cannot be read, ordered or left out", "func init: call it where the program starts")
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if ts, ok := spec.(*ast.TypeSpec); ok && emptyTypeName.MatchString(ts.Name.Name) {
					h.at(f, ts.Pos(), "a name that fits everything says nothing", "type %s: name it by what it is", ts.Name.Name)
				}
			}
		}
	}
}

func (h *house) floats(f source) {
	const why = "money and energy are integers at rest and exact in flight"
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if n.Name == "float32" || n.Name == "float64" {
				h.at(f, n.Pos(), why, "%s in domain", n.Name)
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT && strings.Contains(n.Value, ".") {
				h.at(f, n.Pos(), why, "the floating-point number %s in domain", n.Value)
			}
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && id.Name == "strconv" && n.Sel.Name == "ParseFloat" {
				h.at(f, n.Pos(), why, "strconv.ParseFloat in domain")
			}
		}
		return true
	})
}

// packageComment wants a comment in every package that has code of its own, and the tests it names to exist.
func (h *house) packageComment(dir string, files []source, tests []string) {
	var first *source
	documented := false
	for _, f := range files {
		if f.test || f.gen {
			continue
		}
		if first == nil {
			first = &f
		}
		if f.ast.Doc == nil || strings.TrimSpace(f.ast.Doc.Text()) == "" {
			continue
		}
		documented = true
		text := f.ast.Doc.Text()
		for _, place := range namesTest.FindAllStringIndex(text, -1) {
			name, rest := text[place[0]:place[1]], text[place[1]:]
			prefix := strings.HasPrefix(rest, "*") || strings.HasPrefix(rest, "...")
			if !slices.ContainsFunc(tests, func(test string) bool { return test == name || prefix && strings.HasPrefix(test, name) }) {
				h.at(f, f.ast.Doc.Pos(), "an invariant without its test is a wish", "the comment of package %s names %s, which does not exist", dir, name)
			}
		}
	}
	if first != nil && !documented {
		h.at(*first, first.ast.Package, "a newcomer reads it first: what the package owns, what not, its invariants and the tests that prove them", "package %s has no package comment", dir)
	}
}

// testNames lists every function that a package comment may name as a proof.
func (h *house) testNames() []string {
	var names []string
	for _, f := range h.files {
		if f.broken != nil {
			continue
		}
		for _, decl := range f.ast.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && namesTest.MatchString(d.Name.Name) {
				names = append(names, d.Name.Name)
			}
		}
	}
	return names
}

// findWords looks through every text file for words that must not be there.
func findWords(tree fs.FS, words []struct{ word, why string }) ([]violation, error) {
	var found []violation
	err := walk(tree, func(name string, text []byte) {
		if bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 {
			return
		}
		for _, w := range words {
			if !bytes.Contains(text, []byte(w.word)) {
				continue
			}
			for i, line := range strings.Split(string(text), "\n") {
				if strings.Contains(line, w.word) {
					found = append(found, violation{name, i + 1, fmt.Sprintf("the file bears %q", w.word), w.why})
				}
			}
		}
	})
	return found, err
}

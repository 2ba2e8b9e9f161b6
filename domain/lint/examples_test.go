package lint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kwote/domain/tariff"
)

const examples = "../../examples/tariffs"

// sound decodes a document and reports findings graver than hints.
func sound(t *testing.T, name string, src []byte) {
	t.Helper()
	d, err := tariff.Decode(src)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, f := range Check(d, Options{}) {
		if f.Severity != Hint {
			t.Errorf("%s: %s", name, f.Message)
		}
	}
}

func TestExamplesAreSound(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	if err != nil || len(files) < 5 {
		t.Fatal("the examples are not there", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(src), "tariffs:") && !strings.Contains(string(src), "\ntariffs:") { // a catalogue
			sound(t, filepath.Base(file), src)
		}
	}
}

// TestLanguagePage holds the page that explains the language against the
// schema: its documents can be used, and every field and word has a place on
// it.
func TestLanguagePage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(examples, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) == 0 {
		t.Fatal("the page shows no document")
	}
	for _, b := range blocks {
		sound(t, "examples/tariffs/README.md", b[1])
	}
	var schema any
	if err := json.Unmarshal(tariff.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	for word := range wordsOf(schema) {
		if !regexp.MustCompile(`(^|[^A-Za-z])` + regexp.QuoteMeta(word) + `($|[^A-Za-z])`).Match(page) {
			t.Errorf("examples/tariffs/README.md does not say what %q means", word)
		}
	}
}

// wordsOf are the fields, enumerated words and constants of a schema.
func wordsOf(schema any) map[string]bool {
	words := map[string]bool{}
	var visit func(any)
	visit = func(n any) {
		switch n := n.(type) {
		case []any:
			for _, item := range n {
				visit(item)
			}
		case map[string]any:
			for name, v := range n {
				switch v := v.(type) {
				case map[string]any:
					if name == "properties" {
						for field := range v {
							words[field] = true
						}
					}
				case []any:
					for _, item := range v {
						if s, ok := item.(string); ok && name == "enum" {
							words[s] = true
						}
					}
				case string:
					if name == "const" {
						words[v] = true
					}
				}
				visit(v)
			}
		}
	}
	visit(schema)
	return words
}

package uitest

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"kwote/web/ui"
)

func TestChecksFindFaults(t *testing.T) {
	for html, want := range map[string]string{
		`<p style="color:red">x</p>`:                      "inline style",
		`<style>p{}</style>`:                              "inline style sheet",
		`<script>1</script>`:                              "inline script",
		`<button onclick="x">x</button>`:                  "event attribute",
		`<img src="https://example.org/x" alt="">`:        "another host",
		`<link href="//example.org/x.css">`:               "another host",
		`<a href="javascript:x">x</a>`:                    "script in href",
		`<a href="/x"><svg aria-hidden="true"></svg></a>`: "no name",
		`<img src="/x">`:                                  "no alt",
		`<input name="q">`:                                `"q" has no label`,
		`<label for="a">x</label>`:                        "points to",
		`<i id="a"></i><i id="a"></i>`:                    "used 2 times",
		`<table><tr><td>x</td></tr></table>`:              "no caption",
		`<!doctype html><html lang="en"><p>x</p></html>`:  "0 h1",
		`<a href="/x" aria-label="Export">CSV</a>`:        "does not contain",
	} {
		if faults := strings.Join(PageFaults(html), "; "); !strings.Contains(faults, want) {
			t.Errorf("%s: %q, want %q", html, faults, want)
		}
	}
	good := `<!doctype html><html lang="en"><h1>x</h1><label for="q">q</label><input id="q"><a href="https://example.org">x</a></html>`
	if faults := PageFaults(good); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestMessagesAreComplete(t *testing.T) {
	catalog, err := ui.NewCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range MessageFaults(catalog, os.DirFS("..")) {
		if !strings.Contains(fault, "sample.") {
			t.Error(fault)
		}
	}
	bad := fstest.MapFS{"page.templ": {Data: []byte(`{ ui.T(ctx, "no.such") } { ui.N(ctx, "not.here", 2) }`)}}
	if faults := MessageFaults(catalog, bad); len(faults) != 2 {
		t.Errorf("missing keys are not found: %v", faults)
	}
}

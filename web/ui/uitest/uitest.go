// Package uitest holds the checks that every package of pages runs on its own HTML and messages.
//
// It owns the content law (what a strict policy forbids), the simple accessibility laws that need no browser, and the
// completeness of messages. It owns no page. It is imported by tests only.
//
// Invariant: each check can fail. Proof: TestChecksFindFaults.
package uitest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"kwote/web/ui"
)

// PageFaults lists what is wrong with a page or fragment of HTML: inline script or style, event attributes, requests to
// other hosts, double ids, labels and descriptions that point nowhere, fields, links, buttons and tables without a
// name. Whole pages must have one h1 and a language.
func PageFaults(page string) []string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{"the HTML cannot be parsed: " + err.Error()}
	}
	c := checker{ids: map[string]int{}, labelled: map[string]bool{}}
	walk(root, c.collect)
	walk(root, c.check)
	if strings.Contains(strings.ToLower(page), "<!doctype") && c.headings != 1 {
		c.faults = append(c.faults, fmt.Sprintf("the page has %d h1, not one", c.headings))
	}
	for id, n := range c.ids {
		if n > 1 {
			c.faults = append(c.faults, fmt.Sprintf("the id %q is used %d times", id, n))
		}
	}
	slices.Sort(c.faults)
	return c.faults
}

type checker struct {
	ids      map[string]int
	labelled map[string]bool
	headings int
	faults   []string
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		walk(child, visit)
	}
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text is what an element says, its own labels included.
func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if label, ok := attr(n, "aria-label"); ok {
		return label
	}
	if hidden, _ := attr(n, "aria-hidden"); hidden == "true" {
		return ""
	}
	var b strings.Builder
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		b.WriteString(text(child))
	}
	return strings.TrimSpace(b.String())
}

func (c *checker) collect(n *html.Node) {
	if id, ok := attr(n, "id"); ok {
		c.ids[id]++
	}
	if target, ok := attr(n, "for"); ok && n.Data == "label" {
		c.labelled[target] = true
	}
	if n.Data == "h1" {
		c.headings++
	}
}

func (c *checker) fault(n *html.Node, format string, args ...any) {
	c.faults = append(c.faults, "<"+n.Data+">: "+fmt.Sprintf(format, args...))
}

var elsewhere = regexp.MustCompile(`^(?i)\s*(https?:)?//`)

func (c *checker) check(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "style":
			c.fault(n, "inline style %q", a.Val)
		case strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"):
			c.fault(n, "event attribute %s", a.Key)
		case a.Key == "src", a.Key == "href" && n.Data == "link":
			if elsewhere.MatchString(a.Val) {
				c.fault(n, "request to another host: %s", a.Val)
			}
		case strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:"):
			c.fault(n, "script in %s", a.Key)
		case a.Key == "aria-describedby", a.Key == "aria-labelledby", a.Key == "for", a.Key == "popovertarget":
			for _, id := range strings.Fields(a.Val) {
				if c.ids[id] == 0 {
					c.fault(n, "%s points to %q, which is not there", a.Key, id)
				}
			}
		}
	}
	c.checkElement(n)
}

func (c *checker) checkElement(n *html.Node) {
	switch n.Data {
	case "style":
		c.fault(n, "inline style sheet")
	case "script":
		if src, _ := attr(n, "src"); src == "" {
			c.fault(n, "inline script")
		}
	case "html":
		if lang, ok := attr(n, "lang"); len(n.Attr) > 0 && (!ok || lang == "") {
			c.fault(n, "no language")
		}
	case "a", "button", "summary":
		if text(n) == "" {
			c.fault(n, "no name")
		}
		c.checkSpokenName(n)
	case "img":
		if _, ok := attr(n, "alt"); !ok {
			c.fault(n, "no alt text")
		}
	case "table":
		if !strings.Contains(names(n), "caption") {
			c.fault(n, "no caption")
		}
	case "input", "select", "textarea":
		c.checkField(n)
	}
}

// checkSpokenName holds people's speech input working: what is seen must be part of what is announced.
func (c *checker) checkSpokenName(n *html.Node) {
	label, ok := attr(n, "aria-label")
	if !ok {
		return
	}
	seen := ""
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		seen += text(child)
	}
	seen = strings.ToLower(strings.TrimSpace(seen))
	if len(seen) > 1 && !strings.Contains(strings.ToLower(label), seen) {
		c.fault(n, "the label %q does not contain the visible text %q", label, seen)
	}
}

func names(n *html.Node) string {
	var children []string
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		children = append(children, child.Data)
	}
	return strings.Join(children, " ")
}

func (c *checker) checkField(n *html.Node) {
	kind, _ := attr(n, "type")
	if kind == "hidden" || kind == "submit" || kind == "button" {
		return
	}
	id, _ := attr(n, "id")
	_, named := attr(n, "aria-label")
	if !named && !c.labelled[id] {
		name, _ := attr(n, "name")
		c.fault(n, "the field %q has no label", name)
	}
}

var usedKey = regexp.MustCompile(`\b[TN]\((?:ctx, |ctx,)?"([a-z0-9_.]+)"`)

// MessageFaults lists the message keys that sources (the .templ and .go files of a package) use but the catalog has not
// in every language, and the keys that some language lacks.
func MessageFaults(catalog *ui.Catalog, sources fs.FS) []string {
	faults := catalog.Missing()
	_ = fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		isSource := path.Ext(name) == ".templ" || path.Ext(name) == ".go"
		if !isSource || strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		body, err := fs.ReadFile(sources, name)
		if err != nil {
			faults = append(faults, name+": "+err.Error())
			return nil
		}
		for _, match := range usedKey.FindAllStringSubmatch(string(body), -1) {
			// A key that ends with a dot is the beginning of a composed one.
			if key := match[1]; !strings.HasSuffix(key, ".") && !catalog.Has(key) {
				faults = append(faults, name+": no message "+key)
			}
		}
		return nil
	})
	slices.Sort(faults)
	return slices.Compact(faults)
}

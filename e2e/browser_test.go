//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is one tab with its own cookies that notes what goes wrong.
type browser struct {
	t      *testing.T
	ctx    context.Context
	origin string
	mu     sync.Mutex
	faults []string
}

// open starts Chromium with one tab for pages of the origin.
func open(t *testing.T, origin string) *browser {
	t.Helper()
	path := os.Getenv("KWOTE_TEST_CHROMIUM")
	if path == "" {
		path = "/usr/bin/chromium"
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("there is no browser at %s: install Debian's package chromium, or name another in KWOTE_TEST_CHROMIUM", path)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.WindowSize(1280, 900))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, end := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(end)
	b := &browser{t: t, ctx: ctx, origin: origin}
	chromedp.ListenTarget(ctx, b.listen)
	b.do(network.Enable(), log.Enable(), runtime.Enable())
	return b
}

func (b *browser) listen(event any) {
	fault := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		fault = "script error: " + e.ExceptionDetails.Error()
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			fault = "console: " + e.Entry.Text + " " + e.Entry.URL
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.origin) && !strings.HasPrefix(u, "data:") && u != "about:blank" {
			fault = "outside request: " + u
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

// do carries out actions or fails the test.
func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatalf("%v (page faults: %q)", err, b.faults)
	}
}

// visit opens a page and waits until it stands.
func (b *browser) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.origin+path), chromedp.WaitReady("h1", chromedp.ByQuery))
}

// text is the visible text of the first element.
func (b *browser) text(selector string) string {
	b.t.Helper()
	var s string
	b.do(chromedp.Text(selector, &s, chromedp.ByQuery))
	return strings.TrimSpace(s)
}

// script evaluates an expression into v.
func (b *browser) script(expression string, v any) {
	b.t.Helper()
	b.do(chromedp.Evaluate(expression, v))
}

// dark makes the page believe that the reader's system is dark, or not.
func (b *browser) dark(on bool) {
	value := "light"
	if on {
		value = "dark"
	}
	b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}))
}

// takeFaults returns and forgets what went wrong so far.
func (b *browser) takeFaults() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.faults
	b.faults = nil
	return out
}

// axe runs axe-core on the page and returns a line per violation.
func (b *browser) axe() []string {
	b.t.Helper()
	source, err := os.ReadFile("../web/ui/node_modules/axe-core/axe.min.js")
	if err != nil {
		b.t.Fatalf("axe-core is not installed: run scripts/assets.sh (%v)", err)
	}
	var result string
	b.do(chromedp.Evaluate(string(source)+";0", nil),
		chromedp.Evaluate(`axe.run(document).then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(" | "))))`,
			&result, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	var lines []string
	if err := json.Unmarshal([]byte(result), &lines); err != nil {
		b.t.Fatal(err)
	}
	return lines
}

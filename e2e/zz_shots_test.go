//go:build e2e

package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestZZShots(t *testing.T) {
	p := seeded(t)
	b := open(t, p.URL)
	shot := func(name string) {
		var raw []byte
		b.do(chromedp.FullScreenshot(&raw, 100))
		os.WriteFile("/tmp/pd/"+name+".png", raw, 0o644)
	}
	b.do(chromedp.EmulateViewport(390, 844))
	b.visit("/my/")
	shot("signin-390")
	b.do(chromedp.SendKeys(`input[name="email"]`, b.text("main .mono"), chromedp.ByQuery), chromedp.Submit(`input[name="email"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`main a[href="/my/sign-in"]`, chromedp.ByQuery))
	shot("sent-390")
	p.waitFor("/my/sign-in/link?token=")
	b.visit(strings.TrimPrefix(p.find(`(http://\S+/my/sign-in/link\?token=\S+)`), p.URL))
	shot("link-390")
	b.do(chromedp.Click(`main form button[type="submit"]`, chromedp.ByQuery), chromedp.WaitVisible(`main a.row-anchor`, chromedp.ByQuery))
	shot("list-390")
	var one string
	b.script(`document.querySelector("main a.row-anchor").getAttribute("href")`, &one)
	b.visit(one)
	shot("receipt-390")
	b.dark(true)
	b.visit("/my/?lang=fr")
	shot("list-390-dark")
	b.visit(one)
	shot("receipt-390-dark")
	b.do(chromedp.EmulateViewport(1440, 900))
	b.visit(one)
	shot("receipt-1440-dark")
	b.dark(false)
	b.visit("/my/?lang=en")
	shot("list-1440")
	b.visit(one)
	shot("receipt-1440")
	b.visit("/my/sessions/none")
	shot("missing-1440")
}

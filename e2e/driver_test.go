//go:build e2e

package e2e

import (
	"math/big"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestDriver is a driver with a phone: asks for a link, finds it in the mail
// that the demo prints, signs in with it once, and reads a receipt.
func TestDriver(t *testing.T) {
	p := seeded(t)
	b := open(t, p.URL)
	b.do(chromedp.EmulateViewport(390, 844))
	b.visit("/my/")
	b.clean("the page to sign in")
	address := b.text("main .mono")
	b.do(chromedp.SendKeys(`input[name="email"]`, address, chromedp.ByQuery), chromedp.Submit(`input[name="email"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`main a[href="/my/sign-in"]`, chromedp.ByQuery))
	if title := b.text("h1"); title != "Check your mail" {
		t.Errorf("after asking for a link the page is %q", title)
	}
	p.waitFor("/my/sign-in/link?token=")
	if to := p.find(`mail to (\S+)`); to != address {
		t.Errorf("the mail goes to %s, not to %s", to, address)
	}
	link := strings.TrimPrefix(p.find(`(http://\S+/my/sign-in/link\?token=\S+)`), p.URL)
	b.visit(link)
	b.clean("the page of the link")
	const press, row = `main form button[type="submit"]`, `main a.row-anchor`
	b.do(chromedp.Click(press, chromedp.ByQuery), chromedp.WaitVisible(row, chromedp.ByQuery))
	b.clean("the list of sessions")
	b.do(chromedp.Click(row, chromedp.ByQuery), chromedp.WaitVisible(".receipt-total", chromedp.ByQuery))
	b.clean("the receipt")
	var amounts []string
	b.script(`[...document.querySelectorAll(".receipt-lines .receipt-amount")].map(e => e.textContent)`, &amounts)
	sum := new(big.Rat)
	for _, a := range amounts {
		sum.Add(sum, decimalIn(t, a))
	}
	if total := decimalIn(t, b.text(".receipt-total")); len(amounts) == 0 || sum.Cmp(total) != 0 {
		t.Errorf("the lines %q add up to %s, the total is %s", amounts, sum.FloatString(2), total.FloatString(2))
	}
	var mine string
	b.script(`location.pathname`, &mine)
	stranger := open(t, p.URL)
	stranger.visit(mine)
	if title := stranger.text("h1"); title != "Sign in" {
		t.Errorf("a stranger at a driver's receipt reads %q", title)
	}
	stranger.visit(link)
	stranger.do(chromedp.Click(press, chromedp.ByQuery), chromedp.WaitVisible(`main a[href="/my/sign-in"]`, chromedp.ByQuery))
	if title := stranger.text("h1"); title != "This link no longer works" {
		t.Errorf("a link that was used leads to %q", title)
	}
}

// clean fails the test for what axe-core finds on the page, for what went
// wrong while it was loaded, and when it is wider than the screen.
func (b *browser) clean(page string) {
	b.t.Helper()
	var wide bool
	b.script(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &wide)
	if wide {
		b.t.Errorf("%s is wider than the screen", page)
	}
	for _, line := range append(b.axe(), b.takeFaults()...) {
		b.t.Errorf("%s: %s", page, line)
	}
}

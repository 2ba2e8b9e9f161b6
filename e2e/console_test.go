//go:build e2e

package e2e

import (
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func seeded(t *testing.T) *program {
	p := start(t, t.TempDir(), "demo")
	p.waitFor("sessions are there")
	return p
}

// TestNewcomer asks what a member of staff pays at an EVSE on Sunday at 23:00,
// and checks a session's receipt line by line.
func TestNewcomer(t *testing.T) {
	p := seeded(t)
	b := open(t, p.URL)
	b.visit("/")
	var question string
	b.script(`[...document.querySelectorAll('a[href^="/who-pays-what?"]')].map(a => a.getAttribute("href"))[0]`, &question)
	b.visit(question)
	answer := b.text("main")
	for _, want := range []string{"Wins", "EUR/kWh", "23:00"} {
		if !strings.Contains(answer, want) {
			t.Errorf("the answer to %s does not say %q:\n%s", question, want, answer)
		}
	}
	b.visit("/sessions")
	var session string
	b.script(`[...document.querySelectorAll('a[href^="/sessions/"]')].map(a => a.getAttribute("href"))[0]`, &session)
	b.visit(session)
	b.do(chromedp.Click(".receipt-line summary", chromedp.ByQuery), chromedp.WaitVisible(".receipt-equation", chromedp.ByQuery))
	var amounts []string
	b.script(`[...document.querySelectorAll(".receipt-lines .receipt-amount")].map(e => e.textContent)`, &amounts)
	if len(amounts) == 0 {
		t.Fatal("the receipt has no lines")
	}
	sum, total := new(big.Rat), decimalIn(t, b.text(".receipt-total"))
	for _, a := range amounts {
		sum.Add(sum, decimalIn(t, a))
	}
	if sum.Cmp(total) != 0 {
		t.Errorf("the lines %q add up to %s, the total is %s", amounts, sum.FloatString(2), total.FloatString(2))
	}
	if faults := b.takeFaults(); len(faults) > 0 {
		t.Errorf("pages had faults: %q", faults)
	}
}

var decimal = regexp.MustCompile(`[-−]?\d[\d,]*\.\d+`)

// decimalIn is the one decimal number of a text in English.
func decimalIn(t *testing.T, s string) *big.Rat {
	t.Helper()
	n, ok := new(big.Rat).SetString(strings.NewReplacer("−", "-", ",", "").Replace(decimal.FindString(s)))
	if !ok {
		t.Fatalf("no amount in %q", s)
	}
	return n
}

// TestPages visits every kind of page as every kind of reader.
func TestPages(t *testing.T) {
	p := seeded(t)
	b := open(t, p.URL)
	paths := []string{"/", "/sessions", "/locations", "/people", "/who-pays-what", "/tariffs", "/tariff-groups", "/imports", "/activity", "/settings"}
	for _, list := range []string{"/sessions", "/locations", "/people", "/tariffs", "/tariff-groups"} {
		b.visit(list)
		var first string
		b.script(fmt.Sprintf(`[...document.querySelectorAll('main a[href^="%s/"]')].map(a => a.getAttribute("href")).filter(h => !h.includes("."))[0] || ""`, list), &first)
		if first == "" {
			t.Errorf("%s leads to none of its things", list)
			continue
		}
		paths = append(paths, first)
	}
	for _, reader := range []struct {
		lang string
		dark bool
		w, h int64
	}{{"en", false, 1440, 900}, {"fr", true, 390, 844}} {
		b.dark(reader.dark)
		b.do(chromedp.EmulateViewport(reader.w, reader.h))
		for _, path := range paths {
			b.visit(path + "?lang=" + reader.lang)
			var lang string
			var wide bool
			b.script(`document.documentElement.lang`, &lang)
			b.script(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &wide)
			if lang != reader.lang {
				t.Errorf("%s reads %q to a reader of %q", path, lang, reader.lang)
			}
			if wide {
				t.Errorf("%s is wider than a screen of %d", path, reader.w)
			}
			for _, line := range append(b.axe(), b.takeFaults()...) {
				t.Errorf("%s (%s, dark %t): %s", path, reader.lang, reader.dark, line)
			}
		}
	}
}

// TestSignIn starts a real network: nothing shows before the owner has signed
// in with the password that the first start printed.
func TestSignIn(t *testing.T) {
	p := start(t, t.TempDir(), "serve")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"/", "/sessions", "/tariffs", "/settings", "/people"} {
		answer, err := client.Get(p.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(answer.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s answers %s %s without sign-in", path, answer.Status, answer.Header.Get("Location"))
		}
	}
	b := open(t, p.URL)
	b.visit("/sign-in")
	b.do(chromedp.SendKeys(`input[name="email"]`, p.find(`Owner account \(shown only now\): (\S+)`), chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, "wrong password", chromedp.ByQuery), chromedp.Submit(`input[name="password"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`input[name="password"]`, chromedp.ByQuery))
	b.visit("/sign-in")
	b.do(chromedp.SetValue(`input[name="email"]`, p.find(`Owner account \(shown only now\): (\S+)`), chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, p.find(`password: (\S+)`), chromedp.ByQuery), chromedp.Submit(`input[name="password"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.sidenav`, chromedp.ByQuery))
	if title := b.text("h1"); title != "Overview" {
		t.Errorf("after signing in the page is %q", title)
	}
}

package ui

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCatalogRefusesBadMessages(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for name, c := range map[string]struct {
		pages fstest.MapFS
		want  string
	}{
		"a language is missing": {fstest.MapFS{"locale/en.json": file(`{"a": "A"}`)}, "language fr"},
		"no JSON":               {fstest.MapFS{"locale/en.json": file(`{`), "locale/fr.json": file(`{}`)}, "language en"},
		"a key of this package": {fstest.MapFS{"locale/en.json": file(`{"shell.skip": "x"}`), "locale/fr.json": file(`{}`)}, "shell.skip"},
	} {
		if _, err := NewCatalog(c.pages); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	unequal := fstest.MapFS{"locale/en.json": file(`{"x.a": "A", "x.b": "B"}`), "locale/fr.json": file(`{"x.a": "A"}`)}
	c, err := NewCatalog(unequal)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Missing(), ", "); got != "fr: x.b" {
		t.Errorf("missing: %q", got)
	}
	if c.Has("x.b") || !c.Has("x.a") {
		t.Error("Has does not tell which keys are in every language")
	}
}

func TestPluralsAndArguments(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int64
		want string
	}{{"en", 1, "One thing needs your attention"}, {"en", 1200, "1,200 things need your attention"}, {"en", 0, "0 things need your attention"}, {"fr", 0, "Un point demande votre attention"}} {
		if got := locale(c.lang).N("form.problems", c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
	if got := locale("en").T("receipt.version", "Version", 1234); got != "version 1,234" {
		t.Errorf("argument: %q", got)
	}
	if got := locale("en").T("no.such.key"); got != "[no.such.key]" {
		t.Errorf("unknown key: %q", got)
	}
}

func TestReaderChoosesLanguageAndTheme(t *testing.T) {
	var seen View
	handler := ownCatalog().Readers(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = ViewOf(r.Context()) }))
	for _, c := range []struct{ accept, cookie, lang, theme string }{
		{"", "", "en", ""},
		{"fr-CA,fr;q=0.9,en;q=0.5", "", "fr", ""},
		{"ja", "", "en", ""},
		{"%%%", "", "en", ""},
		{"fr", "kwote_lang=en; kwote_theme=dark", "en", "dark"},
		{"fr", "kwote_lang=xx; kwote_theme=pink", "fr", ""},
		{"en", "kwote_theme=system", "en", ""},
	} {
		r := httptest.NewRequest("GET", "/sessions", nil)
		r.Header.Set("Accept-Language", c.accept)
		r.Header.Set("Cookie", c.cookie)
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if seen.Locale.Lang != c.lang || seen.Theme != c.theme {
			t.Errorf("%+v: got %s and theme %q", c, seen.Locale.Lang, seen.Theme)
		}
	}
}

func TestSwitchesAreRememberedAndLeaveTheAddress(t *testing.T) {
	handler := ownCatalog().Readers(http.NotFoundHandler())
	for _, c := range []struct{ address, location, cookies string }{
		{"/sessions?lang=fr&q=a", "/sessions?q=a", "kwote_lang=fr"},
		{"/?theme=dark", "/", "kwote_theme=dark"},
		{"/x?lang=tlh&theme=pink", "/x", ""},
		{"//evil.example/?lang=fr", "/evil.example/", "kwote_lang=fr"},
		{"/%5Cevil.example?lang=fr", "/%5Cevil.example", "kwote_lang=fr"},
	} {
		answer := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		u, err := url.ParseRequestURI(c.address)
		if err != nil {
			t.Fatal(err)
		}
		r.URL = u
		handler.ServeHTTP(answer, r)
		var cookies []string
		for _, cookie := range answer.Result().Cookies() {
			cookies = append(cookies, cookie.Name+"="+cookie.Value)
		}
		if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != c.location || strings.Join(cookies, " ") != c.cookies {
			t.Errorf("%s: %d to %q with %v", c.address, answer.Code, answer.Header().Get("Location"), cookies)
		}
	}
	// A form that happens to carry such a field is not a switch.
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("POST", "/?lang=fr", nil))
	if answer.Code != http.StatusNotFound {
		t.Errorf("a POST was redirected: %d", answer.Code)
	}
}

func TestSortingAndPagesLiveInTheAddress(t *testing.T) {
	at := func(query string) context.Context {
		return WithView(context.Background(), View{URL: &url.URL{Path: "/sessions", RawQuery: query}})
	}
	for _, c := range []struct{ query, href, sorted string }{
		{"q=a&after=x", "/sessions?q=a&sort=start", ""},
		{"sort=start", "/sessions?sort=-start", "ascending"},
		{"sort=-start&before=y", "/sessions?sort=start", "descending"},
	} {
		column := SortColumn(at(c.query), "Start", "start")
		if column.Href != c.href || column.Sorted != c.sorted {
			t.Errorf("%s: %+v", c.query, column)
		}
	}
	p := KeysetPager(at("q=a&after=x"), "x1", "x2", "")
	if p.Prev != "/sessions?before=x1&q=a" || p.Next != "/sessions?after=x2&q=a" {
		t.Errorf("pager: %+v", p)
	}
	if p := KeysetPager(at(""), "", "", ""); p.Prev != "" || p.Next != "" {
		t.Errorf("a list of one page has links: %+v", p)
	}
	for _, c := range []struct{ query, prev, next string }{
		{"q=a", "", "/sessions?after=n&q=a"},
		{"after=x", "/sessions", "/sessions?after=n&trail=x"},
		{"after=y&trail=x", "/sessions?after=x", "/sessions?after=n&trail=x~y"},
	} {
		if p := TrailPager(at(c.query), "n", ""); p.Prev != c.prev || strings.ReplaceAll(p.Next, "%7E", "~") != c.next {
			t.Errorf("trail after %q: %+v", c.query, p)
		}
	}
}

package ui

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// The cookies that remember a reader's choices. They hold no secret and are read by the theme script.
const (
	LangCookie  = "kwote_lang"
	ThemeCookie = "kwote_theme"
)

// View is what every component needs to know of the reader: language, chosen theme ("light", "dark" or empty for the
// system's), and the address of the page.
type View struct {
	Locale *Locale
	Theme  string
	URL    *url.URL
}

type viewKey struct{}

// WithView puts the reader's view where components find it.
func WithView(ctx context.Context, v View) context.Context {
	return context.WithValue(ctx, viewKey{}, v)
}

// ViewOf returns the reader's view; without one it is English, the system's theme and the address "/".
func ViewOf(ctx context.Context) View {
	v, _ := ctx.Value(viewKey{}).(View)
	if v.Locale == nil {
		v.Locale = ownCatalog().Locale(Languages[0])
	}
	if v.URL == nil {
		v.URL = &url.URL{Path: "/"}
	}
	return v
}

// L is the reader's locale.
func L(ctx context.Context) *Locale { return ViewOf(ctx).Locale }

// T is the message of key in the reader's language; see Locale.T.
func T(ctx context.Context, key string, args ...any) string { return L(ctx).T(key, args...) }

// N is the plural message of key in the reader's language; see Locale.N.
func N(ctx context.Context, key string, n int64, args ...any) string {
	return L(ctx).N(key, n, args...)
}

// Readers finds out language and theme of each request (address, then cookie, then Accept-Language) and hands them to
// the pages. A GET with ?lang= or ?theme= is remembered in a cookie and sent on to the same address without it, which
// is how the switches work without script.
func (c *Catalog) Readers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		lang, theme := query.Get("lang"), query.Get("theme")
		if r.Method == http.MethodGet && (lang != "" || theme != "") {
			if _, ok := c.locales[lang]; ok {
				remember(w, LangCookie, lang)
			}
			if theme == "light" || theme == "dark" || theme == "system" {
				remember(w, ThemeCookie, theme)
			}
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, addressWithout(r.URL, "lang", "theme"), http.StatusSeeOther)
			return
		}
		v := View{Locale: c.Match(r.Header.Get("Accept-Language")), URL: r.URL}
		if cookie, err := r.Cookie(LangCookie); err == nil && c.locales[cookie.Value] != nil {
			v.Locale = c.locales[cookie.Value]
		}
		if cookie, err := r.Cookie(ThemeCookie); err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
			v.Theme = cookie.Value
		}
		w.Header().Add("Vary", "Accept-Language, Cookie")
		next.ServeHTTP(w, r.WithContext(WithView(r.Context(), v)))
	})
}

func remember(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", SameSite: http.SameSiteLaxMode,
		MaxAge: int((365 * 24 * time.Hour).Seconds()),
	})
}

// addressWithout gives the local address of u without some parameters. It begins with exactly one slash, so a crafted
// path cannot send the reader to another host.
func addressWithout(u *url.URL, names ...string) string {
	query := u.Query()
	for _, name := range names {
		query.Del(name)
	}
	path := u.EscapedPath()
	for len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		path = path[1:]
	}
	if path == "" || path[0] != '/' {
		path = "/" + path
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// Address is the page's address with parameters set (an empty value removes one): Address(ctx, "sort", "-start",
// "after", ""). Filters, sorting and pages are links made this way, so the whole state lives in the address.
func Address(ctx context.Context, pairs ...string) string {
	u := *ViewOf(ctx).URL
	query := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Del(pairs[i])
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	u.RawQuery = query.Encode()
	return addressWithout(&u)
}

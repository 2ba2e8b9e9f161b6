package ui

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locale/*.json
var ownMessages embed.FS

// Languages are the codes of the languages that pages can be read in, the default first.
var Languages = []string{"en", "fr"}

// Catalog holds the messages of this package and of the pages that use it, in every language.
type Catalog struct {
	locales map[string]*Locale
	keys    map[string]map[string]bool
}

// Locale writes words, numbers and times for readers of one language. It is immutable and safe for concurrent use.
type Locale struct {
	// Lang is the language code, as in the lang attribute of a page.
	Lang  string
	say   *i18n.Localizer
	forms forms
}

// NewCatalog joins the messages of this package with those of pages. Each set is a file tree with locale/en.json,
// locale/fr.json and so on: flat JSON from key to text, or to an object of plural forms ("one", "other").
// A language without a file in a set, or an unreadable file, is an error.
func NewCatalog(pages ...fs.FS) (*Catalog, error) {
	bundle := i18n.NewBundle(language.English)
	c := &Catalog{locales: map[string]*Locale{}, keys: map[string]map[string]bool{}}
	for _, lang := range Languages {
		c.keys[lang] = map[string]bool{}
		for _, set := range append([]fs.FS{ownMessages}, pages...) {
			file, err := bundle.LoadMessageFileFS(set, path.Join("locale", lang+".json"))
			if err != nil {
				return nil, fmt.Errorf("messages of language %s: %w", lang, err)
			}
			for _, m := range file.Messages {
				if c.keys[lang][m.ID] {
					return nil, fmt.Errorf("message %s of language %s is defined twice", m.ID, lang)
				}
				c.keys[lang][m.ID] = true
			}
		}
	}
	for _, lang := range Languages {
		c.locales[lang] = &Locale{Lang: lang, say: i18n.NewLocalizer(bundle, lang), forms: formsOf[lang]}
	}
	return c, nil
}

// Locale returns the locale of a language code; one that is not offered gives English.
func (c *Catalog) Locale(lang string) *Locale {
	if l, ok := c.locales[lang]; ok {
		return l
	}
	return c.locales[Languages[0]]
}

// Match returns the locale that fits an Accept-Language header best.
func (c *Catalog) Match(accept string) *Locale {
	var offered []language.Tag
	for _, lang := range Languages {
		offered = append(offered, language.MustParse(lang))
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return c.Locale(Languages[0])
	}
	_, i, confidence := language.NewMatcher(offered).Match(wanted...)
	if confidence == language.No {
		i = 0
	}
	return c.Locale(Languages[i])
}

// Missing lists, as "language: key", every key that some other language has; empty when the languages are equal.
func (c *Catalog) Missing() []string {
	var out []string
	for _, lang := range Languages {
		for _, other := range Languages {
			for key := range c.keys[other] {
				if !c.keys[lang][key] {
					out = append(out, lang+": "+key)
				}
			}
		}
	}
	sort.Strings(out)
	return out
}

// Has tells whether a message key exists in every language.
func (c *Catalog) Has(key string) bool {
	for _, lang := range Languages {
		if !c.keys[lang][key] {
			return false
		}
	}
	return true
}

// The catalog of this package alone, for components that are rendered without a request.
var ownCatalog = sync.OnceValue(func() *Catalog {
	c, err := NewCatalog()
	if err != nil {
		panic("web/ui: " + err.Error())
	}
	return c
})

// T returns the message of key. Args are pairs of a name in the message and its value; integers are written in the
// locale's digits. An unknown key comes back in brackets, so that it is seen.
func (l *Locale) T(key string, args ...any) string {
	return l.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: l.values(args)})
}

// N is T for a message with plural forms, chosen by n; the message may use {{.N}}.
func (l *Locale) N(key string, n int64, args ...any) string {
	values := l.values(args)
	values["N"] = l.Int(n)
	return l.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: values, PluralCount: n})
}

func (l *Locale) localize(config *i18n.LocalizeConfig) string {
	text, err := l.say.Localize(config)
	if err != nil && text == "" {
		return "[" + config.MessageID + "]"
	}
	return text
}

func (l *Locale) values(args []any) map[string]any {
	values := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		name := strings.TrimSpace(fmt.Sprint(args[i]))
		switch v := args[i+1].(type) {
		case int:
			values[name] = l.Int(int64(v))
		case int64:
			values[name] = l.Int(v)
		default:
			values[name] = v
		}
	}
	return values
}

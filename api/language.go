package api

import (
	"context"
	"slices"

	"golang.org/x/text/language"

	"kwote/domain/tariff"
)

// InLanguage asks for sentences in a language.
type InLanguage struct {
	Lang string `query:"lang" enum:"en,fr,de" doc:"Language of the sentences; goes before Accept-Language"`
}

var offered = tariff.Languages()

var matcher = language.NewMatcher(func() (tags []language.Tag) {
	for _, code := range offered {
		tags = append(tags, language.MustParse(code))
	}
	return tags
}())

// lang is the language to answer in: the one of the query, else the best of
// Accept-Language, else English.
func (l InLanguage) lang(ctx context.Context) string {
	if slices.Contains(offered, l.Lang) {
		return l.Lang
	}
	wanted, _, err := language.ParseAcceptLanguage(callOf(ctx).request.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return "en"
	}
	_, i, sure := matcher.Match(wanted...)
	if sure == language.No {
		return "en"
	}
	return offered[i]
}

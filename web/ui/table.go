package ui

import (
	"context"
	"strings"
)

// SortColumn is a column that sorts by field through the "sort" parameter of the page's address ("start" up, "-start"
// down). Following it again turns the order, and changing it starts at the first page.
func SortColumn(ctx context.Context, title, field string) Column {
	column := Column{Title: title}
	next := field
	switch ViewOf(ctx).URL.Query().Get("sort") {
	case field:
		column.Sorted, next = "ascending", "-"+field
	case "-" + field:
		column.Sorted = "descending"
	}
	column.Href = Address(ctx, "sort", next, "after", "", "before", "")
	return column
}

// Number marks the column as figures, set to the right in tabular numerals.
func (c Column) Number() Column {
	c.Numeric = true
	return c
}

// KeysetPager makes the links of a page by the "after" and "before" cursors; an empty cursor is no link.
func KeysetPager(ctx context.Context, before, after, summary string) Pager {
	p := Pager{Summary: summary}
	if before != "" {
		p.Prev = Address(ctx, "before", before, "after", "")
	}
	if after != "" {
		p.Next = Address(ctx, "after", after, "before", "")
	}
	return p
}

// mostCursors bounds how many pages back a list remembers in its address.
const mostCursors = 12

// TrailPager links the next page by its cursor and the way back by the cursors that led here (parameters "after" and
// "trail"), for lists that only know what comes after.
func TrailPager(ctx context.Context, next, summary string) Pager {
	query, p := ViewOf(ctx).URL.Query(), Pager{Summary: summary}
	after, trail := query.Get("after"), strings.FieldsFunc(query.Get("trail"), func(r rune) bool { return r == '~' })
	if next != "" {
		longer := trail
		if after != "" {
			longer = append(trail, after)
		}
		longer = longer[max(0, len(longer)-mostCursors):]
		p.Next = Address(ctx, "after", next, "trail", strings.Join(longer, "~"))
	}
	switch n := len(trail); {
	case n > 0:
		p.Prev = Address(ctx, "after", trail[n-1], "trail", strings.Join(trail[:n-1], "~"))
	case after != "":
		p.Prev = Address(ctx, "after", "", "trail", "")
	}
	return p
}

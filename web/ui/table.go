package ui

import "context"

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

package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/query"
)

// quarantineCommand is kwote quarantine.
type quarantineCommand struct {
	settings
	Import string `placeholder:"ID" help:"Only the rows of this import."`
	Reason string `placeholder:"CODE" help:"Only the rows with this reason."`
	formatOption
}

func (quarantineCommand) Help() string {
	return `Examples:
  kwote quarantine
  kwote quarantine --reason never_closed --format csv > never-closed.csv`
}

// quarantinedRow is a row that was put aside, as scripts read it.
type quarantinedRow struct {
	Import     string `json:"import"`
	Line       int64  `json:"line"`
	ExternalID string `json:"externalId"`
	Reason     string `json:"reason"`
	Message    string `json:"message"`
	Raw        string `json:"raw"`
}

func (c quarantineCommand) Run(ctx context.Context, s streams) (err error) {
	h, err := c.open(ctx, clock.System{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if c.Format == "text" && c.Reason == "" {
		return c.reasons(ctx, s, h)
	}
	show, done := c.writer(s)
	filter := query.QuarantineFilter{ImportID: c.Import, Reason: c.Reason, Page: query.Page{Limit: query.LargestPage}}
	for {
		rows, next, err := h.charging.Quarantine(ctx, access.Kwote, filter)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := show(quarantinedRow{r.ImportID, r.Line, r.ExternalID, r.Reason, r.Message, r.Raw}); err != nil {
				return err
			}
		}
		if next == "" {
			return done()
		}
		filter.After = next
	}
}

func (c quarantineCommand) reasons(ctx context.Context, s streams, h *house) error {
	counts, err := h.charging.QuarantineReasons(ctx, access.Kwote, c.Import)
	if err != nil {
		return err
	}
	for _, r := range counts {
		fmt.Fprintf(s.out, "%8d  %s\n", r.Rows, r.Reason)
	}
	if len(counts) == 0 {
		fmt.Fprintln(s.out, "Nothing was put aside.")
	}
	return nil
}

func (c quarantineCommand) writer(s streams) (show func(quarantinedRow) error, done func() error) {
	switch c.Format {
	case "json":
		var all []quarantinedRow
		return func(r quarantinedRow) error { all = append(all, r); return nil },
			func() error { return writeJSON(s, append([]quarantinedRow{}, all...)) }
	case "csv":
		w := csv.NewWriter(s.out)
		_ = w.Write([]string{"import", "line", "external_id", "reason", "message", "raw"}) // Flush tells of errors
		return func(r quarantinedRow) error {
			return w.Write([]string{r.Import, strconv.FormatInt(r.Line, 10), harmless(r.ExternalID), r.Reason, harmless(r.Message), harmless(r.Raw)})
		}, func() error { w.Flush(); return w.Error() }
	}
	return func(r quarantinedRow) error {
		_, err := fmt.Fprintf(s.out, "line %d  %s  %s\n", r.Line, r.ExternalID, r.Message)
		return err
	}, func() error { return nil }
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

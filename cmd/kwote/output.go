package main

import (
	"encoding/csv"
	"encoding/json"
	"strings"
)

// formatOption is how a command writes what it found; every command that
// reports has it.
type formatOption struct {
	Format string `default:"text" enum:"text,json,csv" help:"Form of the result (${enum}; ${default} where this is left out)."`
}

// write writes the result in the form that was asked for: people's text by the
// function, JSON of the value, or CSV of heading and rows.
func (o formatOption) write(s streams, text func() error, value any, heading []string, rows [][]string) error {
	switch o.Format {
	case "json":
		return writeJSON(s, value)
	case "csv":
		return writeCSV(s, heading, rows)
	}
	return text()
}

func writeJSON(s streams, v any) error {
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// writeCSV writes a heading and rows. A cell that a spreadsheet would take for
// a formula gets an apostrophe before it.
func writeCSV(s streams, heading []string, rows [][]string) error {
	w := csv.NewWriter(s.out)
	if err := w.Write(heading); err != nil {
		return err
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = harmless(cell)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// harmless is a cell that no spreadsheet runs; numbers stay as they are.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if json.Valid([]byte(cell)) {
		return cell // a negative number
	}
	return "'" + cell
}

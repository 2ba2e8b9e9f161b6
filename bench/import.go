package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// The real sessions and what must come of them.
const (
	realFile   = "data/sessions_unified/sessions.csv.gz"
	realRows   = 182_269
	realUsable = 179_880
)

// importReal is the whole path with the real binary on an empty embedded database: read, resolve, price and
// keep every real session. The figure is the command's time from start to end.
func importReal(e env) (figure, error) {
	dir, err := os.MkdirTemp("", "kwote-bench-")
	if err != nil {
		return figure{}, err
	}
	defer os.RemoveAll(dir)
	done, err := runBinary(e, []string{"KWOTE_DATABASE_URL=", "KWOTE_DATA=" + dir}, "import", "sessions",
		filepath.Join(e.shared, realFile), "--tariffs", filepath.Join("examples", "tariffs", "real-network.yaml"), "--format", "json")
	if err != nil {
		return figure{}, err
	}
	var report struct {
		Rows, Imported, Duplicates, Priced, Unpriced int64
		Totals                                       map[string]string
	}
	if err := json.Unmarshal(done.output, &report); err != nil {
		return figure{}, fmt.Errorf("the report is not readable: %w", err)
	}
	if report.Rows != realRows || report.Imported != realUsable || report.Priced != realUsable {
		return figure{}, fmt.Errorf("%d rows, %d imported, %d priced; there are %d rows of which %d are usable",
			report.Rows, report.Imported, report.Priced, realRows, realUsable)
	}
	return figure{value: done.elapsed.Seconds(), unit: "s", database: "sqlite", detail: map[string]any{
		"rows": report.Rows, "usable": report.Imported, "peak_memory_mb": done.peak >> 20, "totals": report.Totals,
	}}, nil
}

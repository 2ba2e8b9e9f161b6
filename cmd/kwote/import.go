package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/schollz/progressbar/v3"

	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/session"
	"kwote/link/sessionfile"
)

// importCommands are what kwote import brings in.
type importCommands struct {
	Tariffs  importTariffs  `cmd:"" help:"Publish tariffs and tariff groups from files."`
	Feed     importFeed     `cmd:"" help:"Push the prices of a file to a price feed."`
	Sessions importSessions `cmd:"" help:"Import, resolve, price and keep the sessions of a file."`
}

// importTariffs is kwote import tariffs.
type importTariffs struct {
	settings
	Files []string `arg:"" name:"file" type:"path" help:"Tariff or catalogue file, YAML or JSON."`
	formatOption
	From string `placeholder:"INSTANT" help:"Instant from which new versions hold, as 2026-05-03T14:00:00Z. New tariffs hold since ever and changed ones from now where this is left out."`
}

func (importTariffs) Help() string {
	return `Examples:
  kwote import tariffs rapid.yaml
  kwote import tariffs catalogue.yaml --from 2026-12-01T00:00:00Z

A file is taken in whole or not at all. The same document again changes nothing.`
}

func (c importTariffs) Run(ctx context.Context, s streams) (err error) {
	var from calendar.Instant
	if c.From != "" {
		if from, err = calendar.ParseInstant(c.From); err != nil {
			return fault.At(fault.Invalid, "instant_malformed", "from", err.Error())
		}
	}
	files := make([]catalog.File, len(c.Files))
	for i, path := range c.Files {
		if files[i], err = readCatalogue(path); err != nil {
			return err
		}
	}
	h, err := c.open(ctx, clock.System{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	var taken []takenFile
	var rows [][]string
	for i, f := range files {
		done, err := h.catalog.Import(ctx, access.Kwote, f, from)
		if err != nil {
			return inFile(c.Files[i], err)
		}
		taken = append(taken, takenFile{c.Files[i], done.Tariffs, done.Published, done.Groups})
		rows = append(rows, []string{c.Files[i], strconv.Itoa(done.Tariffs), strconv.Itoa(done.Published), strconv.Itoa(done.Groups)})
	}
	return c.write(s, func() error {
		for _, t := range taken {
			fmt.Fprintf(s.out, "%s: %d tariffs (%d new versions), %d tariff groups\n", t.File, t.Tariffs, t.Published, t.Groups)
		}
		return nil
	}, taken, []string{"file", "tariffs", "published", "groups"}, rows)
}

// takenFile is what a catalogue file brought, as scripts read it.
type takenFile struct {
	File      string `json:"file"`
	Tariffs   int    `json:"tariffs"`
	Published int    `json:"published"` // new versions
	Groups    int    `json:"groups"`
}

func readCatalogue(path string) (catalog.File, error) {
	src, err := readFile(path)
	if err != nil {
		return catalog.File{}, err
	}
	f, err := catalog.ReadFile(src)
	return f, inFile(path, err)
}

// importSessions is kwote import sessions.
type importSessions struct {
	settings
	File     string `arg:"" type:"path" help:"CSV with a heading or JSON Lines of metered sessions, plain or gzip."`
	Network  string `placeholder:"N" help:"External id of the network to import into; it is made where it is new."`
	Tariffs  string `type:"path" placeholder:"FILE" help:"Catalogue file to import first; its groups may name the places of this file."`
	Timezone string `placeholder:"ZONE" help:"IANA zone of sessions that name none."`
	formatOption
}

func (importSessions) Help() string {
	return `Examples:
  kwote import sessions sessions.csv.gz --tariffs examples/tariffs/real-network.yaml
  kwote import sessions metered.jsonl --network north --timezone Europe/Oslo --format json

Rows that cannot be used are put aside with a reason: see kwote quarantine.
Importing a file twice changes nothing.`
}

// importReport is the result of an import as scripts read it.
type importReport struct {
	Import      string            `json:"import"`
	Rows        int64             `json:"rows"`
	Imported    int64             `json:"imported"`
	Duplicates  int64             `json:"duplicates"`
	Quarantined map[string]int64  `json:"quarantined"`
	Warnings    map[string]int64  `json:"warnings"`
	Priced      int64             `json:"priced"`
	Unpriced    int64             `json:"unpriced"`
	Totals      map[string]string `json:"totals"`
	Seconds     json.Number       `json:"seconds"`
}

func (c importSessions) Run(ctx context.Context, s streams) (err error) {
	watch := clock.StartStopwatch()
	var catalogue catalog.File
	if c.Tariffs != "" {
		if catalogue, err = readCatalogue(c.Tariffs); err != nil {
			return err
		}
	}
	h, err := c.open(ctx, clock.System{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	bar := newProgress(s, "sessions")
	result, err := h.charging.Import(ctx, access.Kwote, charging.ImportOrder{
		Name: baseName(c.File), Network: c.Network, Zone: c.Timezone,
		Source: func(yield func(session.Raw) bool) error { return sessionfile.Read(c.File, yield) },
		Prices: func(ctx context.Context, tx charging.Tx) error {
			desk := catalog.Desk{Store: inside[catalog.Tx]{tx.(catalog.Tx)}, Clock: h.clock} // the store's Tx is every desk's
			_, err := desk.Import(ctx, access.Kwote, catalogue, 0)
			return inFile(c.Tariffs, err)
		},
		Progress: bar.to,
	})
	bar.close()
	if err != nil {
		return err
	}
	report := importReport{Import: result.ID, Rows: result.Rows, Imported: result.Imported, Duplicates: result.Duplicates,
		Quarantined: result.Quarantined, Warnings: result.Warnings, Priced: result.Priced, Unpriced: result.Unpriced,
		Totals: map[string]string{}, Seconds: json.Number(fmt.Sprintf("%.3f", watch.Elapsed().Seconds()))}
	for currency, total := range result.Totals {
		report.Totals[string(currency)] = total.String()
	}
	row := []string{report.Import}
	for _, n := range []int64{report.Rows, report.Imported, report.Duplicates, sumOf(report.Quarantined), report.Priced, report.Unpriced} {
		row = append(row, strconv.FormatInt(n, 10))
	}
	return c.write(s, func() error { return report.text(s) }, report,
		[]string{"import", "rows", "imported", "duplicates", "quarantined", "priced", "unpriced", "seconds"}, [][]string{append(row, report.Seconds.String())})
}

func sumOf(m map[string]int64) (sum int64) {
	for _, n := range m {
		sum += n
	}
	return sum
}

func (r importReport) text(s streams) error {
	fmt.Fprintf(s.out, "%d rows: %d imported, %d known already", r.Rows, r.Imported, r.Duplicates)
	if len(r.Quarantined) > 0 {
		fmt.Fprintf(s.out, ", put aside: %s", counts(r.Quarantined))
	}
	fmt.Fprintf(s.out, "\n%d priced, %d without a tariff\n", r.Priced, r.Unpriced)
	for _, currency := range sortedKeys(r.Totals) {
		fmt.Fprintf(s.out, "  %s %s\n", r.Totals[currency], currency)
	}
	if len(r.Warnings) > 0 {
		fmt.Fprintf(s.out, "Doubtful: %s\n", counts(r.Warnings))
	}
	_, err := fmt.Fprintf(s.out, "%s s\n", r.Seconds)
	return err
}

// baseName is the file's name without folders and the endings that say how it
// is written.
func baseName(path string) string {
	name := filepath.Base(path)
	for _, ending := range []string{".gz", ".csv", ".jsonl", ".json"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// progress shows a bar on a terminal and nothing elsewhere.
type progress struct{ bar *progressbar.ProgressBar }

func newProgress(s streams, what string) *progress {
	f, ok := s.err.(*os.File)
	if !ok {
		return &progress{}
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish())}
}

func (p *progress) to(done, all int64) {
	if p.bar == nil {
		return
	}
	p.bar.ChangeMax64(all)
	_ = p.bar.Set64(done) // a bar that cannot be drawn stops nothing
}

func (p *progress) close() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

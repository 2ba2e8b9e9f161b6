// Package feedfile reads the prices of a feed from CSV files as exchanges and
// data portals publish them, plain or gzip. It does not know networks and
// stores nothing.
//
// Invariants, and the test that proves each:
//   - a time is never guessed: one without an offset needs a zone, and across a
//     change of the clocks every hour has the price that the file means for it
//     (TestLocalTimes);
//   - of every row it is known whether it became a slot, was left out, or what
//     is wrong with it on which line (TestRead, TestRefusals).
package feedfile

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
)

// Options say how to read a file.
type Options struct {
	Name     string
	Currency money.Currency
	Unit     feed.Unit // of the prices; empty: as the heading says
	Length   int64     // of a slot in seconds
	Zone     string    // IANA zone of times without an offset; empty: such times are refused
	// Time and Price name the columns; empty: the ones that the heading shows
	// to be meant.
	Time, Price string
}

// File is what a file holds.
type File struct {
	Feed feed.Feed // normal
	Rows int
	// Empty are the rows without a price, and Skipped those at local times that
	// the clocks skipped; both are left out.
	Empty, Skipped int
}

// Read reads the file.
func Read(path string, o Options) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, fault.At(fault.NotFound, "file_unreadable", "file", "the file cannot be opened: check the name and the rights").Because(err)
	}
	defer f.Close()
	return ReadFrom(f, o)
}

// ReadFrom is Read for an open stream.
func ReadFrom(r io.Reader, o Options) (File, error) {
	if err := feed.Named("name", o.Name); err != nil {
		return File{}, err
	}
	if !o.Currency.Valid() {
		return File{}, fault.At(fault.Invalid, "currency_unknown", "currency", fmt.Sprintf("%q is not an ISO 4217 code such as EUR", string(o.Currency)))
	}
	t, err := openTable(r)
	if err != nil {
		return File{}, err
	}
	rows := reading{options: o, slots: map[calendar.Instant]row{}}
	if rows.columns, err = findColumns(t.heading, o); err != nil {
		return File{}, err
	}
	if o.Zone != "" {
		if rows.zone, err = calendar.LoadZone(o.Zone); err != nil {
			return File{}, fault.At(fault.Invalid, "zone_unknown", "timezone", err.Error())
		}
	}
	if err := t.each(rows.add); err != nil {
		return File{}, err
	}
	return rows.finish()
}

// table is a CSV file with a heading.
type table struct {
	csv     *csv.Reader
	heading []string
}

func openTable(r io.Reader) (*table, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, damaged(err)
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		if _, err := in.Discard(3); err != nil {
			return nil, damaged(err)
		}
	}
	t := &table{csv: csv.NewReader(in)}
	if start, _ := in.Peek(4096); separatedBy(string(start), ';') {
		t.csv.Comma = ';'
	}
	t.csv.TrimLeadingSpace = true
	var err error
	if t.heading, err = t.csv.Read(); err != nil {
		return nil, damaged(err)
	}
	return t, nil
}

// separatedBy reports whether the heading's columns are separated by the rune
// rather than by commas.
func separatedBy(text string, r rune) bool {
	heading, _, _ := strings.Cut(text, "\n")
	return strings.ContainsRune(heading, r) && !strings.ContainsRune(heading, ',')
}

// damaged turns what keeps a file from being read into a sentence.
func damaged(err error) error {
	var bad *csv.ParseError
	switch {
	case errors.As(err, &bad):
		return fault.At(fault.Invalid, "feed_row_malformed", onLine(bad.Line), "the line does not have the heading's columns, or has a stray quote").Because(err)
	case errors.Is(err, io.EOF):
		return fault.At(fault.Invalid, "file_empty", "file", "the file is empty; the first line must name the columns")
	}
	return fault.At(fault.Invalid, "file_cut", "file", "the file ends in the middle or is damaged; fetch it again").Because(err)
}

func onLine(n int) string { return fmt.Sprintf("line %d", n) }

// each hands on every record with its line.
func (t *table) each(do func(line int, record []string) error) error {
	for {
		record, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		line, _ := t.csv.FieldPos(0)
		if err := do(line, record); err != nil {
			return err
		}
	}
}

// row is a price and where it stands.
type row struct {
	line  int
	value money.Price
}

// reading gathers the slots of a file.
type reading struct {
	options Options
	columns columns
	zone    *calendar.Zone // of times without an offset; nil: none
	file    File
	slots   map[calendar.Instant]row
	order   []calendar.Instant
	twice   map[naive]*repeated // local times that the clocks repeat
}

func (r *reading) add(line int, record []string) error {
	r.file.Rows++
	text := strings.TrimSpace(record[r.columns.price])
	if text == "" {
		r.file.Empty++
		return nil
	}
	value, err := feed.ParseValue(text, r.columns.unit)
	if bad := fault.As(err); bad != nil {
		return fault.At(bad.Kind, bad.Code, onLine(line), bad.Message)
	}
	return r.place(line, strings.TrimSpace(record[r.columns.time]), value)
}

// keep takes in a slot; a second price for it must be the same.
func (r *reading) keep(at calendar.Instant, line int, value money.Price) error {
	had, ok := r.slots[at]
	switch {
	case !ok:
		r.slots[at] = row{line, value}
		r.order = append(r.order, at)
	case had.value != value:
		return fault.At(fault.Invalid, "feed_slot_contradicts", onLine(line),
			fmt.Sprintf("the price at %s differs from that on line %d; leave only the one that holds", at, had.line))
	}
	if int64(at)%r.options.Length != 0 {
		return fault.At(fault.Invalid, "feed_slot_off_grid", onLine(line),
			fmt.Sprintf("%s does not begin a slot of %d min; say with --slot how long the slots are", at, r.options.Length/60))
	}
	return nil
}

func (r *reading) finish() (File, error) {
	if err := r.settleRepeated(); err != nil {
		return File{}, err
	}
	if len(r.order) == 0 {
		return File{}, fault.At(fault.Invalid, "feed_empty", "file", "the file has no price")
	}
	f := feed.Feed{Name: r.options.Name, Currency: r.options.Currency, Length: r.options.Length}
	for _, at := range r.order {
		f.Slots = append(f.Slots, feed.Slot{From: at, Value: r.slots[at].value})
	}
	var err error
	r.file.Feed, err = feed.Normalise(f)
	return r.file, err
}

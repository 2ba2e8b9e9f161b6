// Package sessionfile reads charging sessions from files: CSV with a heading
// in the columns of the unified data set, or JSON Lines of metered intervals,
// plain or gzip; README.md says which fields there are. It does not decide what
// is usable (domain/session) and stores nothing.
//
// Invariants, and the test that proves each:
//   - a record that cannot be read is handed on with its problem, never
//     dropped (TestMalformedRecords);
//   - what README.md shows is read (TestReadmeExamples);
//   - a file that ends in the middle is an error that says so (TestCutFile).
package sessionfile

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"kwote/domain/fault"
	"kwote/domain/session"
)

// Read opens the file and hands every record to yield, in order, until yield
// reports false or the file ends. The Raw is yield's to keep.
func Read(path string, yield func(session.Raw) bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fault.At(fault.NotFound, "file_unreadable", "file", fmt.Sprintf("%s cannot be opened: check the name and the rights", path)).Because(err)
	}
	defer f.Close()
	if err := ReadFrom(f, yield); err != nil {
		if known := fault.As(err); known != nil {
			named := *known
			named.Message = path + ": " + named.Message
			return &named
		}
		return fault.At(fault.Invalid, "file_unreadable", "file", path+": "+err.Error()).Because(err)
	}
	return nil
}

// ReadFrom is Read for an open stream.
func ReadFrom(r io.Reader, yield func(session.Raw) bool) error {
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return cut(err)
		}
		defer z.Close()
		in = bufio.NewReaderSize(z, 1<<16)
	}
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		if _, err := in.Discard(3); err != nil {
			return cut(err)
		}
	}
	first, err := in.Peek(1)
	if err != nil {
		return cut(err)
	}
	end := &endMark{in: in}
	if first[0] == '{' {
		return readLines(end, yield)
	}
	return readTable(end, yield)
}

// endMark passes a stream on and remembers its last byte, by which a file that
// was cut is told from one with a bad last line.
type endMark struct {
	in   io.Reader
	last byte
}

func (e *endMark) Read(p []byte) (int, error) {
	n, err := e.in.Read(p)
	if n > 0 {
		e.last = p[n-1]
	}
	return n, err
}

// complete reports whether what was read ends with a line feed.
func (e *endMark) complete() bool { return e.last == '\n' }

// cut turns the errors of a file that ends too early into a sentence.
func cut(err error) error {
	var damaged flate.CorruptInputError
	switch {
	case errors.Is(err, io.EOF):
		return fault.New(fault.Invalid, "file_empty", "the file is empty")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &damaged):
		return fault.New(fault.Invalid, "file_cut", "the file ends in the middle or is damaged; fetch it again").Because(err)
	}
	return err
}

func readTable(in *endMark, yield func(session.Raw) bool) error {
	table := csv.NewReader(in)
	table.ReuseRecord = true
	heading, err := table.Read()
	if errors.As(err, new(*csv.ParseError)) {
		return fault.At(fault.Invalid, "heading_unreadable", "heading", "the first line must name the columns, separated by commas, without stray quotes").Because(err)
	}
	if err != nil {
		return cut(err)
	}
	columns, err := findColumns(heading)
	if err != nil {
		return err
	}
	var broken *csv.ParseError // of the last record
	for {
		record, err := table.Read()
		switch wrong := (*csv.ParseError)(nil); {
		case errors.Is(err, io.EOF):
			return ending(broken, in)
		case errors.As(err, &wrong):
			broken = wrong
			if !yield(columns.unreadable(record, wrong.StartLine, len(heading))) {
				return nil
			}
			continue
		case err != nil:
			return cut(err)
		}
		broken = nil
		line, _ := table.FieldPos(0)
		if !yield(columns.raw(record, line)) {
			return nil
		}
	}
}

// ending decides whether a table whose last record may be broken has ended
// where it should.
func ending(broken *csv.ParseError, in *endMark) error {
	switch {
	case broken == nil:
		return nil
	case errors.Is(broken, csv.ErrQuote) && broken.Line > broken.StartLine:
		return fault.At(fault.Invalid, "quote_open", "line",
			fmt.Sprintf("a quote opened in line %d is never closed, so the lines after it cannot be told apart; close or remove it", broken.StartLine))
	case !in.complete():
		return cut(io.ErrUnexpectedEOF)
	}
	return nil
}

// unreadable is a record that does not have the shape of the heading, with as
// much of its identity as can be told.
func (c columns) unreadable(record []string, line, want int) session.Raw {
	r := session.Raw{Line: line, Text: strings.Join(record, ",")}
	malformed(&r, "line", fmt.Sprintf("line %d has %d fields instead of %d, or stray quotes", line, len(record), want))
	if len(record) > max(c.sessionID, c.source) {
		r.ExternalID, r.Source = strings.Clone(record[c.sessionID]), strings.Clone(record[c.source])
	}
	return r
}

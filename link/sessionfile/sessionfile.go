// Package sessionfile reads charging sessions from files: CSV with a heading
// in the columns of the unified data set, or JSON Lines of metered intervals,
// plain or gzip. It does not decide what is usable (domain/session) and stores
// nothing.
//
// Invariants, and the test that proves each:
//   - a record that cannot be read is handed on with its problem, never
//     dropped (TestMalformedRecords);
//   - a file that ends in the middle is an error that says so (TestCutFile).
package sessionfile

import (
	"bufio"
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
	first, err := in.Peek(1)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return fault.New(fault.Invalid, "file_empty", "the file is empty")
		}
		return cut(err)
	}
	if first[0] == '{' {
		return readLines(in, yield)
	}
	return readTable(in, yield)
}

// cut turns the errors of a file that ends too early into a sentence.
func cut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return fault.New(fault.Invalid, "file_cut", "the file ends in the middle or is damaged; fetch it again").Because(err)
	}
	return err
}

func readTable(in io.Reader, yield func(session.Raw) bool) error {
	table := csv.NewReader(in)
	table.ReuseRecord = true
	heading, err := table.Read()
	if err != nil {
		return cut(err)
	}
	columns, err := findColumns(heading)
	if err != nil {
		return err
	}
	for {
		record, err := table.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, csv.ErrFieldCount) || errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote):
			line, _ := table.FieldPos(0)
			raw := session.Raw{Line: line, Text: strings.Join(record, ","), Malformed: &session.Problem{Reason: session.Unreadable, Field: "line",
				Message: fmt.Sprintf("line %d has %d fields instead of %d, or stray quotes", line, len(record), len(heading))}}
			if len(record) > columns.sessionID {
				raw.ExternalID, raw.Source = record[columns.sessionID], record[columns.source]
			}
			if !yield(raw) {
				return nil
			}
			continue
		case err != nil:
			return cut(err)
		}
		line, _ := table.FieldPos(0)
		if !yield(columns.raw(record, line)) {
			return nil
		}
	}
}

package main

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"

	"kwote/domain/fault"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// lines writes a CSV file that appears under its name only when it is whole.
// Without a name it writes nothing.
type lines struct {
	path   string // where the file goes when it is whole; empty: it is there already
	file   *os.File
	buffer *bufio.Writer
	csv    *csv.Writer
}

func createLines(path string) (*lines, error) {
	if path == "" {
		return &lines{}, nil
	}
	f, path, err := openLines(path)
	if err != nil {
		return nil, fault.At(fault.Unavailable, "file_unwritable", "out", fmt.Sprintf("%s cannot be written: check the folder and the rights", path)).Because(err)
	}
	l := &lines{path: path, file: f, buffer: bufio.NewWriterSize(f, 1<<16)}
	l.csv = csv.NewWriter(l.buffer)
	return l, l.csv.Write([]string{"session_id", "total", "exact", "currency"})
}

// openLines opens a temporary file beside the target, which is the file behind
// a link. What is no regular file, such as a pipe, is written to as it is.
func openLines(path string) (*os.File, string, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return f, "", err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return nil, path, err
	}
	return f, path, f.Chmod(0o644)
}

func (l *lines) write(id string, s pricing.Sum, doc tariff.Document) error {
	if l.csv == nil {
		return nil
	}
	return l.csv.Write([]string{id, s.Total.String(), exactTotal(s, doc), string(s.Total.Currency)})
}

// exactTotal is the unrounded counterpart of the total: with the taxes that
// come on top.
func exactTotal(s pricing.Sum, doc tariff.Document) string {
	if doc.Terms != tariff.WithoutTax || len(doc.Taxes) == 0 {
		return s.Exact.String()
	}
	rate := int64(0)
	for _, t := range doc.Taxes {
		rate += t.Rate
	}
	return new(big.Rat).Mul(s.Exact.Rat(), big.NewRat(1_000_000+rate, 1_000_000)).FloatString(12)
}

// finish puts the file in its place, or removes it when something failed.
func (l *lines) finish(failed error) error {
	if l.file == nil {
		return failed
	}
	l.csv.Flush()
	err := cmp.Or(failed, l.csv.Error(), l.buffer.Flush())
	if closed := l.file.Close(); err == nil {
		err = closed
	}
	if l.path == "" {
		return err
	}
	if err == nil {
		err = os.Rename(l.file.Name(), l.path)
	}
	if err == nil {
		return nil
	}
	os.Remove(l.file.Name())
	if fault.As(err) != nil || err == failed {
		return err
	}
	return fault.At(fault.Unavailable, "file_unwritable", "out", fmt.Sprintf("%s cannot be written to its end: check the space and the rights", l.path)).Because(err)
}

// byCount lists keys by falling count, then by name.
func byCount(m map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b))
	})
}

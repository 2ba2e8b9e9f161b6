package main

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"maps"
	"math/big"
	"os"
	"slices"

	"kwote/domain/fault"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// lines writes a CSV file that appears under its name only when it is whole.
// Without a name it writes nothing.
type lines struct {
	path   string
	file   *os.File
	buffer *bufio.Writer
	csv    *csv.Writer
}

func createLines(path string) (*lines, error) {
	if path == "" {
		return &lines{}, nil
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fault.At(fault.Unavailable, "file_unwritable", "out", fmt.Sprintf("%s cannot be written: check the folder and the rights", path)).Because(err)
	}
	l := &lines{path: path, file: f, buffer: bufio.NewWriterSize(f, 1<<16)}
	l.csv = csv.NewWriter(l.buffer)
	return l, l.csv.Write([]string{"session_id", "total", "exact", "currency"})
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
	err := cmp.Or(failed, l.csv.Error(), l.buffer.Flush(), l.file.Close())
	if err == nil {
		return os.Rename(l.file.Name(), l.path)
	}
	l.file.Close()
	os.Remove(l.file.Name())
	return err
}

// byCount lists keys by falling count, then by name.
func byCount(m map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b))
	})
}

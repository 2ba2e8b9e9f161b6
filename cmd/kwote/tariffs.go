package main

import (
	"fmt"
	"slices"

	"kwote/app/catalog"
	"kwote/domain/document"
	"kwote/domain/lint"
	"kwote/domain/tariff"
	"kwote/link/ocpi"
)

// tariffInFile is a tariff with the file that it stands in.
type tariffInFile struct {
	file   string
	place  string // before the paths of the tariff: "tariffs[1]." in a catalogue
	doc    tariff.Document
	source *ocpi.Tariff // nil: a Kwote document
	// warnings are what was doubtful in reading an OCPI tariff.
	warnings []ocpi.Warning
}

// readTariffs reads the tariffs of a file: one document, those of a catalogue,
// or an OCPI tariff.
func readTariffs(path string) ([]tariffInFile, error) {
	src, err := readFile(path)
	if err != nil {
		return nil, err
	}
	if tariffFormat(src) == formatOCPI {
		t, warnings, err := ocpi.ReadTariff(src, "")
		if err != nil {
			return nil, inFile(path, err)
		}
		doc, _, err := t.Document(ocpi.Reading{})
		return []tariffInFile{{file: path, doc: doc, source: &t, warnings: warnings}}, inFile(path, err)
	}
	f, err := catalog.ReadFile(src)
	if err != nil {
		return nil, inFile(path, err)
	}
	var out []tariffInFile
	for i, doc := range f.Tariffs {
		t := tariffInFile{file: path, doc: doc}
		if isCatalogue(src) {
			t.place = fmt.Sprintf("tariffs[%d].", i)
		}
		out = append(out, t)
	}
	return out, nil
}

// sayDoubts tells what was doubtful in reading OCPI tariffs.
func sayDoubts(s streams, tariffs []tariffInFile) {
	for _, t := range tariffs {
		for _, w := range t.warnings {
			fmt.Fprintf(s.err, "warning: %s: %s: %s (%s)\n", t.file, w.Path, w.Message, w.Code)
		}
	}
}

func isCatalogue(src []byte) bool {
	root, err := document.Parse(src)
	return err == nil && root.Kind == document.Object && slices.ContainsFunc(root.Fields, func(f document.Field) bool { return f.Name == "tariffs" })
}

// findings are what is probably wrong with the tariff, with the places of the
// file that was read.
func (t tariffInFile) findings(how lint.Options) []lint.Finding {
	var out []lint.Finding
	for _, w := range t.warnings {
		severity := lint.Warning
		if w.Code == "unreachable" || w.Code == "never_active" {
			severity = lint.Error
		}
		out = append(out, lint.Finding{Code: w.Code, Severity: severity, Path: w.Path, Message: w.Message})
	}
	for _, f := range lint.Check(t.doc, how) {
		if t.source != nil {
			f.Path = t.source.PathOf(f.Path)
		}
		f.Path = t.place + f.Path
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b lint.Finding) int { return int(a.Severity) - int(b.Severity) })
	return out
}

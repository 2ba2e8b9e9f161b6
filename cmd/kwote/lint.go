package main

import (
	"fmt"
	"strings"

	"kwote/clock"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/lint"
)

// lintCommand is kwote lint.
type lintCommand struct {
	Files    []string `arg:"" name:"file" type:"path" help:"Tariffs: Kwote documents and catalogues in YAML or JSON, or OCPI tariffs."`
	Timezone string   `placeholder:"ZONE" help:"IANA zone in which the dates of validity are read, as Europe/Paris; UTC where this is left out."`
	FailOn   string   `default:"error" enum:"error,warning,hint,never" help:"Exit with 1 on findings this grave or graver (${enum}; ${default} where this is left out)."`
	formatOption
}

func (lintCommand) Help() string {
	return `Finds rules that never speak, hours that are free by accident, contradictions, and prices and bounds without effect.
The exit code is 0 when nothing grave was found, 1 when something was (--fail-on), 2 when a file is no tariff.

Examples:
  kwote lint my.yaml
  kwote lint tariffs/*.yaml ocpi.json --fail-on warning --format json`
}

// lintReport is what kwote lint reports.
type lintReport struct {
	Files    []lintedFile `json:"files"`
	Tariffs  int          `json:"tariffs"`
	Errors   int          `json:"errors"`
	Warnings int          `json:"warnings"`
	Hints    int          `json:"hints"`
	refused  int
}

type lintedFile struct {
	File     string          `json:"file"`
	Refused  bool            `json:"refused"`
	Findings []lintedFinding `json:"findings"`
}

type lintedFinding struct {
	Tariff   string            `json:"tariff,omitempty"`
	Severity string            `json:"severity"`
	Code     string            `json:"code"`
	Path     string            `json:"path"`
	Message  string            `json:"message"`
	Params   map[string]string `json:"params,omitempty"`
}

func (c lintCommand) Run(s streams) error {
	how := lint.Options{}
	if c.Timezone != "" {
		zone, err := calendar.LoadZone(c.Timezone)
		if err != nil {
			return fault.At(fault.Invalid, "zone_unknown", "timezone", err.Error())
		}
		how.Zone = zone
	}
	y, m, d := clock.System{}.Now().Date()
	how.Near = calendar.NewDate(y, m, d)
	report := lintReport{Files: []lintedFile{}}
	for _, path := range c.Files {
		if err := report.add(path, how); err != nil {
			return err
		}
	}
	var rows [][]string
	for _, f := range report.Files {
		for _, l := range f.Findings {
			rows = append(rows, []string{f.File, l.Tariff, l.Severity, l.Code, l.Path, l.Message})
		}
	}
	err := c.write(s, func() error { return report.text(s) }, report, []string{"file", "tariff", "severity", "code", "path", "message"}, rows)
	if err != nil {
		return err
	}
	return c.verdict(report)
}

// add looks at a file. One that is no tariff becomes a finding of its own, so
// that the others are looked at all the same.
func (r *lintReport) add(path string, how lint.Options) error {
	tariffs, err := readTariffs(path)
	f := lintedFile{File: path, Findings: []lintedFinding{}}
	if err != nil {
		problem := fault.As(err)
		if problem == nil {
			return err
		}
		f.refuse(path, problem)
		r.refused++
	}
	for _, t := range tariffs {
		r.Tariffs++
		for _, found := range t.findings(how) {
			f.Findings = append(f.Findings, lintedFinding{t.doc.Name, found.Severity.String(), found.Code, found.Path, found.Message, found.Params})
		}
	}
	for _, l := range f.Findings {
		switch l.Severity {
		case lint.Error.String():
			r.Errors++
		case lint.Warning.String():
			r.Warnings++
		default:
			r.Hints++
		}
	}
	r.Files = append(r.Files, f)
	return nil
}

// refuse takes over what keeps a file from being read.
func (f *lintedFile) refuse(path string, problem *fault.Fault) {
	f.Refused = true
	for _, i := range problem.Issues {
		f.Findings = append(f.Findings, lintedFinding{Severity: lint.Error.String(), Code: i.Code, Path: i.Field, Message: i.Message})
	}
	if len(f.Findings) == 0 {
		f.Findings = append(f.Findings, lintedFinding{Severity: lint.Error.String(), Code: problem.Code, Path: problem.Field, Message: strings.TrimPrefix(problem.Message, path+": ")})
	}
}

func (r lintReport) text(s streams) error {
	for _, f := range r.Files {
		for _, l := range f.Findings {
			fmt.Fprintf(s.out, "%s: %s: %s: %s (%s)\n", f.File, l.Path, l.Severity, l.Message, l.Code)
		}
	}
	_, err := fmt.Fprintf(s.out, "%s: %s, %s, %s\n", counted(r.Tariffs, "tariff"), counted(r.Errors, "error"), counted(r.Warnings, "warning"), counted(r.Hints, "hint"))
	return err
}

// counted is "1 error", "2 errors".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// verdict is the error that sets the exit code.
func (c lintCommand) verdict(r lintReport) error {
	if r.refused > 0 {
		return fault.New(fault.Invalid, "tariff_refused", counted(r.refused, "file")+" cannot be used as a tariff; the findings say why")
	}
	grave := 0
	switch c.FailOn {
	case "error":
		grave = r.Errors
	case "warning":
		grave = r.Errors + r.Warnings
	case "hint":
		grave = r.Errors + r.Warnings + r.Hints
	}
	if grave > 0 {
		return fmt.Errorf("%s; mend the tariff, or set --fail-on", counted(grave, "finding"))
	}
	return nil
}

package main

import (
	"fmt"
	"text/tabwriter"

	"kwote/link/ocpi"
)

// checkCommand is kwote check.
type checkCommand struct {
	CDR      string `arg:"" name:"cdr" type:"path" help:"OCPI charge detail record, JSON."`
	Tariff   string `type:"path" placeholder:"FILE" help:"OCPI tariff to check by; the record's own where this is left out."`
	Timezone string `placeholder:"ZONE" help:"IANA zone of the charge point, as Europe/Paris; that of the record's location or country where this is left out."`
	readingOptions
	formatOption
}

func (checkCommand) Help() string {
	return `Recomputes the totals of another party's record and says where they differ and why.
The exit code is 0 when all totals agree or cannot be compared, 1 when any differs, 2 when the record is refused.

Examples:
  kwote check cdr.json
  kwote check cdr.json --tariff tariff.json --timezone Europe/Amsterdam --format json`
}

// checkReport is a check as JSON.
type checkReport struct {
	Agrees   bool                `json:"agrees"`
	Currency string              `json:"currency"`
	Totals   []totalReport       `json:"totals"`
	Lines    []ocpi.ReportedLine `json:"lines"`
	Warnings []ocpi.Warning      `json:"warnings"`
}

// totalReport is one total that the record declares. Difference is declared
// less computed.
type totalReport struct {
	Field      string `json:"field"`
	Declared   string `json:"declared"`
	Computed   string `json:"computed"`
	Difference string `json:"difference"`
	// Agrees is null for a total that cannot be compared; Incomparable says why.
	Agrees       *bool        `json:"agrees"`
	AgreesWhen   *ocpi.Reason `json:"agrees_when"`
	DiffersBy    *ocpi.Reason `json:"differs_because,omitempty"`
	Incomparable string       `json:"not_comparable,omitempty"`
}

func (c checkCommand) Run(s streams) error {
	f, err := c.read(c.CDR, c.Tariff)
	if err != nil {
		return err
	}
	check, err := f.cdr.Check(f.given, c.options(c.Timezone))
	if err != nil {
		return inFile(c.CDR, err)
	}
	check.Priced.Warnings = append(f.warnings, check.Priced.Warnings...)
	priced := check.Priced.Report()
	report := checkReport{Agrees: check.Agrees, Currency: priced.Currency, Totals: []totalReport{}, Lines: priced.Lines, Warnings: priced.Warnings}
	var rows [][]string
	differing := 0
	for _, finding := range check.Findings {
		declared, computed, difference := finding.Texts()
		t := totalReport{Field: finding.Field, Declared: declared, Computed: computed, Difference: difference, Incomparable: finding.Incomparable}
		agrees := ""
		if finding.Incomparable == "" {
			t.Agrees, agrees = &finding.Agrees, fmt.Sprint(finding.Agrees)
			if !finding.Agrees {
				differing++
			}
		}
		if r := finding.Reason; r != nil && r.Cause {
			t.DiffersBy = r
		} else {
			t.AgreesWhen = r
		}
		report.Totals = append(report.Totals, t)
		rows = append(rows, []string{t.Field, declared, computed, difference, agrees, t.why()})
	}
	err = c.write(s, func() error { return report.text(s, check.Priced) }, report,
		[]string{"field", "declared", "computed", "difference", "agrees", "agrees_when"}, rows)
	if err == nil && differing > 0 {
		err = fmt.Errorf("%d of %d totals differ from what the tariff gives", differing, len(report.Totals))
	}
	return err
}

// why is the reading under which the total agrees, else the cause of its
// differing or of its not being comparable, where one was found.
func (t totalReport) why() string {
	switch {
	case t.Incomparable != "":
		return "not comparable: " + t.Incomparable
	case t.DiffersBy != nil:
		return t.DiffersBy.Message
	case t.AgreesWhen != nil:
		return t.AgreesWhen.Message
	}
	return ""
}

func (r checkReport) text(s streams, p ocpi.Priced) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "total\tdeclared\tcomputed\tdifference\t")
	for _, t := range r.Totals {
		verdict := "agrees"
		switch {
		case t.Incomparable != "":
			verdict = t.why()
		case t.DiffersBy != nil:
			verdict = "differs: " + t.why()
		case t.AgreesWhen != nil:
			verdict = "differs; agrees when " + t.why()
		case !*t.Agrees:
			verdict = "differs; no reason was found"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", t.Field, t.Declared, t.Computed, t.Difference, verdict)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(s.out); err != nil {
		return err
	}
	return recordText(s, p)
}

package main

import (
	"fmt"
	"slices"
	"text/tabwriter"

	"kwote/domain/fault"
	"kwote/domain/tariff"
	"kwote/link/ocpi"
)

// readingOptions choose between the readings of what OCPI leaves open.
type readingOptions struct {
	OCPI         string `name:"ocpi" group:"Readings of OCPI (the first is the default):" placeholder:"VERSION" help:"Version of OCPI: 2.1.1, 2.2.1 or 2.3.0; told from the fields where this is left out."`
	StepSize     string `group:"Readings of OCPI (the first is the default):" default:"per-session" enum:"per-session,per-period,combined,none" help:"How step_size rounds up (${enum})."`
	StepCounts   string `group:"Readings of OCPI (the first is the default):" default:"priced" enum:"priced,all" help:"What counts towards a step: what a component prices, or all (${enum})."`
	PeriodSplit  string `group:"Readings of OCPI (the first is the default):" default:"start" enum:"start,linear" help:"Periods that span a price change: by the state at their start, or split evenly (${enum})."`
	MissingPower string `group:"Readings of OCPI (the first is the default):" default:"no-match" enum:"no-match,match" help:"Whether a restriction on a power or current that is not told holds (${enum})."`
	PowerRange   string `group:"Readings of OCPI (the first is the default):" default:"strict" enum:"strict,reached" help:"Whether a restriction on power must hold for all of a period or only be reached (${enum})."`
	Flat         string `group:"Readings of OCPI (the first is the default):" default:"once" enum:"once,each" help:"The first FLAT that holds, or every one that holds at some time (${enum})."`
	Weekday      string `group:"Readings of OCPI (the first is the default):" default:"instant" enum:"instant,window-start" help:"The weekday in a window over midnight: that of the moment or of the evening (${enum})."`
	EqualTimes   string `group:"Readings of OCPI (the first is the default):" default:"whole-day" enum:"whole-day,never" help:"A window whose ends are equal (${enum})."`
	Reservation  string `group:"Readings of OCPI (the first is the default):" default:"strict" enum:"strict,any" help:"Whether elements without the restriction price reserved time (${enum})."`
	Limits       string `group:"Readings of OCPI (the first is the default):" default:"apply" enum:"apply,ignore" help:"min_price and max_price (${enum})."`
	Tariffs      string `name:"several-tariffs" group:"Readings of OCPI (the first is the default):" default:"by-period" enum:"by-period,first" help:"Of several tariffs, that which a period names, or the first one that suits (${enum})."`
}

func (o readingOptions) options(zone string) ocpi.Options {
	return ocpi.Options{Zone: zone, StepSize: o.StepSize, StepCounts: o.StepCounts, PeriodSplit: o.PeriodSplit,
		MissingPower: o.MissingPower, PowerRange: o.PowerRange, Flat: o.Flat, Weekday: o.Weekday, EqualTimes: o.EqualTimes,
		Reservation: o.Reservation, Limits: o.Limits, Tariffs: o.Tariffs}
}

// recordFiles are a charge detail record and the tariffs to price it by.
type recordFiles struct {
	cdr      ocpi.CDR
	given    []ocpi.Tariff
	warnings []ocpi.Warning
}

// read reads the record, and the tariffs where a file of them is named.
func (o readingOptions) read(cdr, tariffs string) (recordFiles, error) {
	var version ocpi.Version
	if o.OCPI != "" {
		v, err := ocpi.ParseVersion(o.OCPI)
		if err != nil {
			return recordFiles{}, err
		}
		version = v
	}
	src, err := readFile(cdr)
	if err != nil {
		return recordFiles{}, err
	}
	var f recordFiles
	if f.cdr, f.warnings, err = ocpi.ReadCDR(src, version); err != nil {
		return f, inFile(cdr, err)
	}
	if tariffs == "" {
		return f, nil
	}
	if src, err = readFile(tariffs); err != nil {
		return f, err
	}
	given, warnings, err := tariffsOf(src, version)
	f.given = given
	for _, w := range warnings {
		w.Path = ocpi.TariffPath(w.Path)
		f.warnings = append(f.warnings, w)
	}
	return f, inFile(tariffs, err)
}

// tariffsOf reads OCPI tariffs, or a tariff document as far as OCPI can say it:
// a record tells no more than OCPI prices.
func tariffsOf(src []byte, version ocpi.Version) ([]ocpi.Tariff, []ocpi.Warning, error) {
	if tariffFormat(src) == formatOCPI {
		return ocpi.ReadTariffs(src, version)
	}
	doc, err := tariff.Decode(src)
	if err != nil {
		return nil, nil, err
	}
	t, losses, err := ocpi.FromDocument(doc, ocpi.V230, ocpi.Identity{})
	losses = slices.DeleteFunc(losses, func(l ocpi.Loss) bool { return l.Code == ocpi.LimitAdded })
	if err == nil && len(losses) > 0 {
		lost := &fault.Fault{Kind: fault.Invalid, Code: "tariff_beyond_ocpi", Message: "a charge detail record cannot be priced by all of this tariff:"}
		for _, l := range losses {
			lost.Issues = append(lost.Issues, fault.Issue{Code: l.Code, Field: l.Path, Message: l.Message})
		}
		err = lost
	}
	return []ocpi.Tariff{t}, nil, err
}

// priceRecord is kwote price --cdr.
func (c priceCommand) priceRecord(s streams) error {
	f, err := c.read(c.CDR, c.Tariff)
	if err != nil {
		return err
	}
	priced, err := f.cdr.Price(f.given, c.options(c.Timezone))
	if err != nil {
		return inFile(c.CDR, err)
	}
	priced.Warnings = append(f.warnings, priced.Warnings...)
	return c.write(s, func() error { return recordText(s, priced) }, priced.Report(), recordHeading, recordRows(priced))
}

var recordHeading = []string{"kind", "dimension", "tariff", "component", "unit_price", "per", "measured", "billed", "unit", "excl_tax", "incl_tax", "currency"}

func recordRows(p ocpi.Priced) [][]string {
	var rows [][]string
	for _, l := range p.Report().Lines {
		rows = append(rows, []string{l.Kind, l.Dimension, l.Tariff, l.Component, l.UnitPrice, l.Per, l.Measured, l.Billed, l.Unit,
			known(l.ExclTax), known(l.InclTax), string(p.Currency)})
	}
	return rows
}

// known is an amount, or nothing where it is not known.
func known(amount *string) string {
	if amount == nil {
		return ""
	}
	return *amount
}

// recordText tells a priced record to people.
func recordText(s streams, p ocpi.Priced) error {
	r := p.Report()
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, l := range r.Lines {
		sum := ""
		if l.UnitPrice != "" {
			sum = fmt.Sprintf("%s %s x %s/%s", l.Billed, l.Unit, l.UnitPrice, l.Per)
			if l.Billed != l.Measured {
				sum += fmt.Sprintf(" (measured %s %s)", l.Measured, l.Unit)
			}
		} else if l.Measured != "" {
			sum = fmt.Sprintf("%s %s", l.Measured, l.Unit)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Kind, l.Dimension, sum, known(l.ExclTax), l.Component)
	}
	fmt.Fprintf(w, "total\t\twithout tax\t%s %s\t\n", orUnknown(r.Total.ExclTax), r.Currency)
	if r.Total.InclTax != nil {
		fmt.Fprintf(w, "\t\twith tax\t%s %s\t\n", *r.Total.InclTax, r.Currency)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return warningsText(s, r.Warnings)
}

func orUnknown(amount *string) string {
	if amount == nil {
		return "unknown"
	}
	return *amount
}

func warningsText(s streams, warnings []ocpi.Warning) error {
	for _, w := range warnings {
		if _, err := fmt.Fprintf(s.out, "warning: %s: %s (%s)\n", w.Path, w.Message, w.Code); err != nil {
			return err
		}
	}
	return nil
}

package ocpi

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"kwote/domain/fault"
)

var rewriteCDRs = flag.Bool("rewrite-cdrs", false, "write what comes out into testdata/cdr, where the sums by hand are right")

// TestCDRCases runs testdata/cdr: each file is a question in OCPI and its
// answer. See testdata/cdr/README.md.
func TestCDRCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cdr/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases found", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { runCDRCase(t, file) })
	}
}

// cdrCase is one file.
type cdrCase struct {
	cdr, tariff, byHand, expected string
	version                       Version
	options                       Options
}

func runCDRCase(t *testing.T, file string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(src)
	c, err := parseCDRCase(archive)
	if err != nil {
		t.Fatal(err)
	}
	report, err := c.run()
	got := compactJSON(report)
	if err != nil {
		got = faultText(err)
	} else {
		checkSums(t, c.byHand, report)
	}
	if *rewriteCDRs && !t.Failed() {
		for i := range archive.Files {
			if archive.Files[i].Name == "expected" {
				archive.Files[i].Data = []byte(got)
			}
		}
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != c.expected {
		t.Errorf("expected\n%s\ngot\n%s", c.expected, got)
	}
}

func parseCDRCase(archive *txtar.Archive) (cdrCase, error) {
	var c cdrCase
	for _, f := range archive.Files {
		data := string(f.Data)
		switch f.Name {
		case "cdr":
			c.cdr = data
		case "tariff":
			c.tariff = data
		case "by hand":
			c.byHand = data
		case "expected":
			c.expected = data
		case "options":
			if err := c.parseOptions(data); err != nil {
				return c, err
			}
		default:
			return c, fmt.Errorf("section %q is unknown", f.Name)
		}
	}
	if c.cdr == "" {
		return c, errors.New("there is no section cdr")
	}
	return c, nil
}

func (c *cdrCase) parseOptions(data string) error {
	for line := range strings.Lines(data) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		to, known := map[string]*string{"": new(string), "ocpi": (*string)(&c.version), "timezone": &c.options.Zone, "step-size": &c.options.StepSize,
			"step-counts": &c.options.StepCounts, "period-split": &c.options.PeriodSplit, "missing-power": &c.options.MissingPower,
			"power-range": &c.options.PowerRange, "flat": &c.options.Flat, "weekday": &c.options.Weekday, "equal-times": &c.options.EqualTimes,
			"reservation": &c.options.Reservation, "limits": &c.options.Limits, "several-tariffs": &c.options.Tariffs}[name]
		if !known {
			return fmt.Errorf("option %q is unknown", name)
		}
		*to = value
	}
	return nil
}

func (c cdrCase) run() (Report, error) {
	cdr, warnings, err := ReadCDR([]byte(c.cdr), c.version)
	if err != nil {
		return Report{}, err
	}
	var given []Tariff
	if c.tariff != "" {
		var found []Warning
		if given, found, err = ReadTariffs([]byte(c.tariff), c.version); err != nil {
			return Report{}, err
		}
		warnings = append(warnings, found...)
	}
	priced, err := cdr.Price(given, c.options)
	if err != nil {
		return Report{}, err
	}
	priced.Warnings = append(warnings, priced.Warnings...)
	return priced.Report(), nil
}

// faultText is a refusal as it stands in a case.
func faultText(err error) string {
	f := fault.As(err)
	if f == nil {
		return "error " + err.Error() + "\n"
	}
	out := "refused " + f.Code
	if f.Field != "" {
		out += " at " + f.Field + ": " + f.Message
	}
	for _, i := range f.Issues {
		out += "\n  " + i.Code + " at " + i.Field + ": " + i.Message
	}
	return out + "\n"
}

// compactJSON writes a report with a line for every amount and finding.
func compactJSON(r Report) string {
	var b strings.Builder
	row := func(name string, v any, end string) { fmt.Fprintf(&b, "  %q: %s%s\n", name, encode(v), end) }
	b.WriteString("{\n")
	row("currency", r.Currency, ",")
	row("total", r.Total, ",")
	row("exact", r.Exact, ",")
	b.WriteString("  \"by_dimension\": {\n")
	for i, part := range []any{r.ByDimension.Fixed, r.ByDimension.Energy, r.ByDimension.Time, r.ByDimension.Parking, r.ByDimension.Reservation} {
		end := ","
		if i == 4 {
			end = ""
		}
		fmt.Fprintf(&b, "    %q: %s%s\n", Part(i), encode(part), end)
	}
	b.WriteString("  },\n  \"lines\": [")
	for i, l := range r.Lines {
		b.WriteString(map[bool]string{true: "\n    ", false: ",\n    "}[i == 0] + encode(l))
	}
	b.WriteString("\n  ],\n  \"warnings\": [")
	for i, w := range r.Warnings {
		b.WriteString(map[bool]string{true: "\n    ", false: ",\n    "}[i == 0] + encode(w))
	}
	b.WriteString("\n  ]\n}\n")
	return b.String()
}

func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// checkSums compares amounts of the report with sums worked out by a person:
// "exact.excl_tax = 10 * 0.25".
func checkSums(t *testing.T, sums string, r Report) {
	t.Helper()
	amounts := map[string]ReportedSum{"total": r.Total, "exact": r.Exact, "fixed": r.ByDimension.Fixed, "energy": r.ByDimension.Energy,
		"time": r.ByDimension.Time, "parking": r.ByDimension.Parking, "reservation": r.ByDimension.Reservation}
	for line := range strings.Lines(sums) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, sum, _ := strings.Cut(line, " = ")
		part, side, _ := strings.Cut(name, ".")
		amount, known := amounts[part]
		text := map[string]*string{"excl_tax": amount.ExclTax, "incl_tax": amount.InclTax}[side]
		switch {
		case !known:
			t.Errorf("%q is no amount of the report", name)
		case sum == "null" || text == nil:
			if sum != "null" || text != nil {
				t.Errorf("%s: by hand %s, priced %v", name, sum, text)
			}
		default:
			want, got := evaluate(t, sum), new(big.Rat)
			got.SetString(*text)
			if roundPlaces(want, unendingDecimals).Cmp(roundPlaces(got, unendingDecimals)) != 0 {
				t.Errorf("%s: by hand %s, which is %s; priced %s", name, sum, decimal(want), *text)
			}
		}
	}
}

// evaluate works out a sum of decimals exactly.
func evaluate(t *testing.T, sum string) *big.Rat {
	t.Helper()
	e, err := parser.ParseExpr(sum)
	if err != nil {
		t.Fatalf("%q is not a sum: %v", sum, err)
	}
	return rational(t, e)
}

func rational(t *testing.T, e ast.Expr) *big.Rat {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		r, _ := new(big.Rat).SetString(e.Value)
		return r
	case *ast.ParenExpr:
		return rational(t, e.X)
	case *ast.UnaryExpr:
		return new(big.Rat).Neg(rational(t, e.X))
	case *ast.BinaryExpr:
		a, b := rational(t, e.X), rational(t, e.Y)
		switch e.Op {
		case token.ADD:
			return a.Add(a, b)
		case token.SUB:
			return a.Sub(a, b)
		case token.MUL:
			return a.Mul(a, b)
		case token.QUO:
			return a.Quo(a, b)
		}
	}
	t.Fatalf("%T is no part of a sum", e)
	return nil
}

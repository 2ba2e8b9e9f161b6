package pricing

import (
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

	"kwote/domain/energy"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

var update = flag.Bool("update", false, "write the receipts that came out into testdata/cases")

// TestCases prices every file of testdata/cases; testdata/README.md describes
// them. What a person worked out (the section "by hand") is never rewritten.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) < 300 {
		t.Fatalf("%d cases in testdata/cases, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { runCase(t, name) })
	}
}

func runCase(t *testing.T, name string) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file := txtar.Parse(text)
	sections := map[string]string{}
	for _, f := range file.Files {
		sections[f.Name] = string(f.Data)
	}
	doc, err := tariff.Decode([]byte(sections["tariff"]))
	if err != nil {
		t.Fatalf("the section \"tariff\" is not a tariff: %s", err)
	}
	asked, err := parseQuestion(sections["session"])
	if err != nil {
		t.Fatalf("the section \"session\": %s", err)
	}
	facts, err := session.Normalise(asked.facts)
	if err != nil {
		t.Fatalf("the section \"session\": %s", err)
	}
	receipt, err := Price(Compile(TariffRef{}, doc, asked.zone), facts, asked.context)
	if err != nil {
		t.Fatal(err)
	}
	checkLaws(t, receipt)
	byHand(t, sections["by hand"], receipt)
	got := writeReceipt(receipt, asked.zone)
	if got == sections["receipt"] {
		return
	}
	if !*update {
		t.Errorf("the receipt differs (- expected, + priced):\n%s", difference(sections["receipt"], got))
		return
	}
	if t.Failed() {
		return
	}
	answer := txtar.File{Name: "receipt", Data: []byte(got)}
	if last := len(file.Files) - 1; file.Files[last].Name == "receipt" {
		file.Files[last] = answer
	} else {
		file.Files = append(file.Files, answer)
	}
	if err := os.WriteFile(name, txtar.Format(file), 0o644); err != nil {
		t.Fatal(err)
	}
}

// byHand holds the receipt against sums worked out independently, with exact
// fractions.
func byHand(t *testing.T, section string, r Receipt) {
	t.Helper()
	stated := 0
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, sum, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		want, err := evaluate(sum)
		if !ok || err != nil {
			t.Fatalf("by hand: %q is not of the form \"exact = 11 * 0.48 + 1\": %v", line, err)
		}
		got, err := figure(name, r)
		if err != nil {
			t.Fatalf("by hand: %s", err)
		}
		stated++
		if got.Cmp(want) != 0 {
			t.Errorf("by hand: %s, which is %s, but priced is %s", line, want.RatString(), got.RatString())
		}
	}
	if stated == 0 {
		t.Error("the section \"by hand\" states no sum; work out at least \"exact\" and \"total\" yourself")
	}
}

func figure(name string, r Receipt) (*big.Rat, error) {
	switch name {
	case "exact":
		return r.Exact.Rat(), nil
	case "total":
		return r.Total.Exact().Rat(), nil
	case "net":
		return r.Net.Exact().Rat(), nil
	}
	for _, tax := range r.Taxes {
		if tax.Name == name || tax.Name+" "+tariff.FormatRate(tax.Rate) == name {
			return tax.Amount.Exact().Rat(), nil
		}
	}
	for _, d := range r.Days {
		if d.Date.String() == name {
			return d.Amount.Rat(), nil
		}
	}
	billed, ofQuantity := strings.CutPrefix(name, "billed ")
	for k := range tariff.Kind(tariff.Kinds) {
		if k.String() == billed {
			return figureOf(k, ofQuantity, r), nil
		}
	}
	return nil, fmt.Errorf("%q is neither exact, net, total, a day, a dimension nor a tax of the receipt", name)
}

// figureOf is what a dimension costs, cap included, or how many kWh or minutes
// of it are billed.
func figureOf(k tariff.Kind, ofQuantity bool, r Receipt) *big.Rat {
	sum := new(big.Rat)
	for _, l := range r.Lines {
		unit := map[tariff.Measure]int64{tariff.InEnergy: int64(energy.KWh), tariff.InTime: 60, tariff.InFees: 1}[k.Measure()]
		switch {
		case l.Dimension != k || l.Kind != Priced && l.Kind != Cap:
		case ofQuantity:
			sum.Add(sum, big.NewRat(l.Billed, unit))
		default:
			sum.Add(sum, l.Exact.Rat())
		}
	}
	return sum
}

// evaluate works out + - * / and brackets over decimals.
func evaluate(s string) (*big.Rat, error) {
	e, err := parser.ParseExpr(s)
	if err != nil {
		return nil, err
	}
	return value(e)
}

func value(e ast.Expr) (*big.Rat, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if r, ok := new(big.Rat).SetString(e.Value); ok {
			return r, nil
		}
	case *ast.ParenExpr:
		return value(e.X)
	case *ast.UnaryExpr:
		if x, err := value(e.X); err == nil && e.Op == token.SUB {
			return x.Neg(x), nil
		}
	case *ast.BinaryExpr:
		x, err := value(e.X)
		if err != nil {
			return nil, err
		}
		y, err := value(e.Y)
		if err != nil {
			return nil, err
		}
		switch {
		case e.Op == token.ADD:
			return x.Add(x, y), nil
		case e.Op == token.SUB:
			return x.Sub(x, y), nil
		case e.Op == token.MUL:
			return x.Mul(x, y), nil
		case e.Op == token.QUO && y.Sign() != 0:
			return x.Quo(x, y), nil
		}
	}
	return nil, fmt.Errorf("only decimals, + - * / and brackets are read")
}

// difference marks the lines that are only in want (-) or only in got (+).
func difference(want, got string) string {
	a, b := strings.Split(strings.TrimRight(want, "\n"), "\n"), strings.Split(strings.TrimRight(got, "\n"), "\n")
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var out strings.Builder
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			fmt.Fprintf(&out, "  %s\n", a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			fmt.Fprintf(&out, "- %s\n", a[i])
			i++
		default:
			fmt.Fprintf(&out, "+ %s\n", b[j])
			j++
		}
	}
	return out.String()
}

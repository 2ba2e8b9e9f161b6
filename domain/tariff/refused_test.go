package tariff_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"kwote/domain/fault"
	"kwote/domain/tariff"
)

var rewriteFindings = flag.Bool("rewrite-findings", false, "write the findings of testdata/refused and the canonical forms of testdata/accepted anew")

// TestRefused reads files of a bad tariff and what is said about it: the field,
// the code in brackets, and the sentence.
func TestRefused(t *testing.T) {
	files, err := filepath.Glob("testdata/refused/*.txt")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d cases in testdata/refused, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file := txtar.Parse(text)
			got := findings(t, file.Files[0].Data)
			if got == string(file.Files[1].Data) {
				return
			}
			if !*rewriteFindings {
				t.Errorf("findings:\n%s\nwant:\n%s", got, file.Files[1].Data)
				return
			}
			file.Files[1].Data = []byte(got)
			if err := os.WriteFile(name, txtar.Format(file), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func findings(t *testing.T, src []byte) string {
	t.Helper()
	_, err := tariff.Decode(src)
	f := fault.As(err)
	if f == nil {
		t.Fatalf("accepted, or refused without a fault: %v", err)
	}
	if f.Kind != fault.Invalid {
		t.Errorf("kind %d, want Invalid", f.Kind)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "[%s] %s\n", f.Code, f.Message)
	for _, i := range f.Issues {
		fmt.Fprintf(&out, "%s [%s] %s\n", i.Field, i.Code, i.Message)
	}
	return out.String()
}

// TestRefusedLarge refuses what is too large to be a tariff quickly and with a
// short answer.
func TestRefusedLarge(t *testing.T) {
	head := `{"tariff":"x","currency":"EUR","prices":"without tax",`
	repeat := func(item string, n int) string {
		return strings.TrimSuffix(strings.Repeat(item+",", n), ",")
	}
	fields := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"f%d":1,`, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	for name, c := range map[string]struct{ src, code, field string }{
		"rules":           {head + `"energy":[` + repeat(`{"price":"1/kWh"}`, 1001) + `]}`, "too_many", "energy"},
		"windows":         {head + `"energy":[{"price":"1/kWh","when":{"time":[` + repeat(`"01:00-02:00"`, 101) + `]}}]}`, "too_many", "energy[0].when.time"},
		"taxes":           {head + `"tax":[` + repeat(`{"name":"a","rate":1}`, 17) + `]}`, "too_many", "tax"},
		"taxes of a rule": {head + `"energy":[{"price":"1/kWh","tax":[` + repeat(`{"name":"a","rate":1}`, 17) + `]}]}`, "too_many", "energy[0].tax"},
		"many taxes":      {head + `"energy":[{"price":"1/kWh","tax":[` + repeat(`{"name":"a","rate":1}`, 100_000) + `]}]}`, "too_many", "energy[0].tax"},
		"seasons":         {head + `"energy":[` + repeat(`{"price":"1/kWh","when":{"season":{"from":"12-31","before":"01-01"},"dates":{"from":"2026-01-01","before":"2026-12-31"}}}`, 1000) + `]}`, "contradiction", "energy[0].when.dates"},
		"titles":          {head + `"title":{` + fields(101) + `}}`, "too_many", "title"},
		"many titles":     {head + `"title":{` + fields(200_000) + `}}`, "too_many", "title"},
		"unknown fields":  {head + fields(200_000) + `}`, "unknown_field", "f0"},
		"values":          {head + `"energy":[` + repeat("1", 1_000_001) + `]}`, "document_unreadable", ""},
		"bytes":           {head + `"title":{"en":"` + strings.Repeat("x", 8<<20) + `"}}`, "document_unreadable", ""},
		"depth":           {head + `"title":` + strings.Repeat("[", 100_000), "document_unreadable", ""},
		"yaml depth":      {"tariff: " + strings.Repeat("[", 5_000), "document_unreadable", ""},
		"durations":       {head + `"idle":{"grace":"` + strings.Repeat("2147483647 d ", 60_000) + `","rules":[{"price":"1/h"}]}}`, "duration_malformed", "idle.grace"},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && len(c.src) > 1<<20 {
				t.Skip("not with -short")
			}
			_, err := tariff.Decode([]byte(c.src))
			f := fault.As(err)
			if f == nil {
				t.Fatalf("accepted: %v", err)
			}
			code, field := f.Code, f.Field
			if len(f.Issues) > 0 {
				code, field = f.Issues[0].Code, f.Issues[0].Field
			}
			if code != c.code || field != c.field {
				t.Errorf("refused with %s at %q, want %s at %q", code, field, c.code, c.field)
			}
			if n := len(err.Error()); n > 30_000 {
				t.Errorf("the answer has %d bytes", n)
			}
		})
	}
}

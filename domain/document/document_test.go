package document

import (
	"fmt"
	"strings"
	"testing"
)

func TestScalarsStayText(t *testing.T) {
	for _, text := range []string{"0.10", "1.000", "007", "1e3", "12345678901234567890.123456789"} {
		for _, src := range []string{"price: " + text, `{price: ` + text + `}`} {
			n, err := Parse([]byte(src))
			if err != nil || n.Fields[0].Value.Text != text || n.Fields[0].Value.Quoted {
				t.Errorf("%s reads as %+v, %v", src, n, err)
			}
		}
	}
	for _, text := range []string{"0.10", "1.000", "1e3", "-0", "12345678901234567890.123456789"} {
		n, err := Parse([]byte(`{"price": ` + text + `}`))
		if err != nil || n.Fields[0].Value.Text != text || n.Fields[0].Value.Quoted {
			t.Errorf("JSON %s reads as %+v, %v", text, n, err)
		}
	}
	for src, want := range map[string]string{
		"a: 22:00": "22:00", "a: 2026-05-03": "2026-05-03", "a: no": "no", "a: 0x10": "0x10", "a: 1_000": "1_000", "a: .nan": ".nan", `a: "x"`: "x", "a: 'y'": "y",
		`{"a": true}`: "true", `{"a": "\u00e9"}`: "é",
	} {
		n, err := Parse([]byte(src))
		if err != nil || n.Fields[0].Value.Kind != Scalar || n.Fields[0].Value.Text != want {
			t.Errorf("%s reads as %+v, %v", src, n, err)
		}
	}
	for _, src := range []string{"a:", "a: null", "a: ~", `{"a": null}`} {
		if n, err := Parse([]byte(src)); err != nil || n.Fields[0].Value.Kind != Null {
			t.Errorf("%s reads as %+v, %v", src, n, err)
		}
	}
}

func TestLines(t *testing.T) {
	for _, src := range []string{"a: 1\n\nb:\n  - 2\n  - c: 3\n", "{\"a\": 1,\n\n\"b\": [\n2,\n{\"c\": 3}]}"} {
		n, err := Parse([]byte(src))
		if err != nil {
			t.Fatal(err)
		}
		b := n.Fields[1]
		item := b.Value.Items[1].Fields[0]
		if n.Fields[0].Line != 1 || b.Line != 3 || b.Value.Items[0].Line != 4 || item.Line != 5 || item.Value.Line != 5 {
			t.Errorf("%q: lines %d %d %d %d %d, want 1 3 4 5 5", src, n.Fields[0].Line, b.Line, b.Value.Items[0].Line, item.Line, item.Value.Line)
		}
	}
}

func TestHostile(t *testing.T) {
	deep := func(open, end string, n int) string {
		return strings.Repeat(open, n) + strings.Repeat(end, n)
	}
	for name, c := range map[string]struct{ src, says string }{
		"nothing":                  {"", "empty"},
		"white space":              {" \n\t\n", "empty"},
		"a byte order mark":        {"\ufeff", "empty"},
		"a comment":                {"# soon", "empty"},
		"too many bytes":           {"a: " + strings.Repeat("x", MaxBytes), "bytes"},
		"a field twice":            {"a: 1\nb: 2\na: 3", "line 3: field \"a\" is given twice"},
		"a field twice, JSON":      {"{\"a\": 1,\n\"a\": 2}", "line 2: not readable as JSON: field \"a\" is given twice"},
		"a field twice, flow":      {"{a: 1, a: 2}", "given twice"},
		"an alias":                 {"a: &x 1\nb: *x", "anchors and aliases"},
		"an anchor":                {"a: &x 1", "anchors and aliases"},
		"an anchored list":         {"a: &x [1]", "anchors and aliases"},
		"a bomb":                   {"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]", "anchors and aliases"},
		"a list for a name":        {"? [a]\n: 1", "not a name"},
		"too deep":                 {"a: " + deep("[", "]", MaxDepth+1), "deeper than 32"},
		"too deep, JSON":           {`{"a": ` + deep("[", "]", MaxDepth+1) + `}`, "deeper than 32"},
		"very deep":                {deep("[", "]", 200_000), "max depth"},
		"too many values":          {"[" + strings.Repeat("1,", MaxNodes) + "1]", "more than 1000000 values"},
		"two documents":            {"a: 1\n---\nb: 2", "more than one document"},
		"two JSON documents":       {`{"a": 1} {"b": 2}`, "after the end"},
		"cut JSON":                 {`{"a": [1, 2`, "ends in the middle"},
		"cut JSON in a text":       {`{"a": "unfinis`, "ends in the middle"},
		"cut JSON after a name":    {`{"a"`, "ends in the middle"},
		"cut YAML":                 {"a: [1, 2", "not readable as YAML"},
		"a comma too many":         {"{\"a\": 1,\n}", "line 2"},
		"a tab":                    {"a:\n\tb: 1", "not readable as YAML"},
		"bytes that are no text":   {"a: \xff\xfe", "not readable as YAML"},
		"a number for a JSON name": {`{"a": 1, 2: 3}`, "not readable as JSON"},
	} {
		if testing.Short() && len(c.src) > 1<<20 {
			continue
		}
		n, err := Parse([]byte(c.src))
		if err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 300 {
			t.Errorf("%s: %+v, %v; want an error with %q", name, n, err, c.says)
		}
	}
	for _, src := range []string{"a: " + deep("[", "]", MaxDepth-1), "\ufeffa: 1", "--- \na: 1\n...\n", "{a: 1}", "[1]", " \n {\"a\": 1}\n"} {
		if _, err := Parse([]byte(src)); err != nil {
			t.Errorf("%.20q is refused: %v", src, err)
		}
	}
}

func TestUnknownField(t *testing.T) {
	n, err := Parse([]byte("price: 1\nprise: 2\nother: 3\nwhen: {dyas: 4}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var r Reader
	v := r.Root(n)
	v.Field("price")
	when := v.Field("when")
	when.Field("days")
	when.Done()
	v.Done()
	want := []string{
		`when.dyas: "dyas" is not a field; did you mean "days"? (line 4)`,
		`prise: "prise" is not a field; did you mean "price"? (line 2)`,
		`other: "other" is not a field; the fields here are price, when (line 3)`,
	}
	if len(r.Issues) != len(want) {
		t.Fatalf("findings %+v", r.Issues)
	}
	for i, issue := range r.Issues {
		if got := issue.Field + ": " + issue.Message; got != want[i] || issue.Code != "unknown_field" {
			t.Errorf("finding %d is %q (%s), want %q", i, got, issue.Code, want[i])
		}
	}
}

func TestReader(t *testing.T) {
	n, err := Parse([]byte("text: ' x '\nlist: [a, b]\nsingle: a\nnothing:\nyes: true\nmaybe: perhaps\nobject: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var r Reader
	v := r.Root(n)
	if !v.Object("it") || v.Field("text").Scalar("text") != "x" || len(v.Field("list").List()) != 2 || len(v.Field("single").List()) != 1 ||
		v.Field("nothing").Present() || v.Field("absent").Present() || v.Field("absent").List() != nil || !v.Field("yes").Bool("yes") || v.Field("absent").Bool("no") {
		t.Errorf("values are read wrong; findings %v", r.Issues)
	}
	if len(r.Issues) != 0 {
		t.Errorf("findings without a fault: %v", r.Issues)
	}
	for code, ask := range map[string]func(){
		"wrong_kind":    func() { v.Field("list").Scalar("the text") },
		"wrong_kind ":   func() { v.Field("text").Object("the object") },
		"required":      func() { v.Field("nothing").Required("the value") },
		"required ":     func() { v.Field("absent").Field("deeper").Required("the value") },
		"not_a_boolean": func() { v.Field("maybe").Bool("it") },
	} {
		r.Issues = nil
		if ask(); len(r.Issues) != 1 || r.Issues[0].Code != strings.TrimSpace(code) {
			t.Errorf("%s: findings %v", code, r.Issues)
		}
	}
}

func TestFindingsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "field%d: %s\n", i, strings.Repeat("é", 10))
	}
	fmt.Fprintf(&b, "%s: 1\n", strings.Repeat("é", 600))
	n, err := Parse([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	var r Reader
	v := r.Root(n)
	r.Report(v, "long", "%s", strings.Repeat("é", 600))
	v.Done()
	if len(r.Issues) != maxIssues {
		t.Errorf("%d findings", len(r.Issues))
	}
	if m := r.Issues[0].Message; len(m) > maxMessage+20 || strings.ContainsRune(m, '\ufffd') {
		t.Errorf("a finding of %d bytes: %q", len(m), m)
	}
}

// FuzzParse feeds anything to Parse. What it accepts keeps within the limits.
func FuzzParse(f *testing.F) {
	for _, src := range []string{"a: 1\nb: [x, 'y', {c: ~}]\n", `{"a": 1, "b": ["x", {"c": null, "d": true}]}`, "{a: 1}", "- |\n  text\n- >-\n  more", "a: &x 1\nb: *x\n", "? a\n: b\n", "!!map {a: !t b}", `{"a": "\ud800"}`} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := Parse(src)
		if err != nil {
			if n != nil || err.Error() == "" {
				t.Fatalf("refused with %+v, %q", n, err)
			}
			return
		}
		nodes := 0
		check(t, n, 0, &nodes)
		var r Reader
		v := r.Root(n)
		v.Object("it")
		v.List()
		v.Field("a").Scalar("a")
		v.Done()
	})
}

func check(t *testing.T, n *Node, depth int, nodes *int) {
	if *nodes++; depth > MaxDepth || *nodes > MaxNodes || n == nil || n.Kind > Object || n.Line < 0 {
		t.Fatalf("node %d at depth %d: %+v", *nodes, depth, n)
	}
	if n.Kind != Scalar && n.Text != "" || n.Kind != List && n.Items != nil || n.Kind != Object && n.Fields != nil {
		t.Fatalf("a node of kind %d holds %+v", n.Kind, n)
	}
	seen := map[string]bool{}
	for _, field := range n.Fields {
		if seen[field.Name] {
			t.Fatalf("field %q twice", field.Name)
		}
		seen[field.Name] = true
		check(t, field.Value, depth+1, nodes)
	}
	for _, item := range n.Items {
		check(t, item, depth+1, nodes)
	}
}

// Package document reads people's files, YAML or JSON, into a tree that keeps
// every scalar as it was written, and walks it with errors that name the field
// and the line. It does not know what the fields mean.
//
// Invariants, and the test that proves each:
//   - a number keeps its digits: 0.10 is not 0.1 and never a float
//     (TestScalarsStayText);
//   - a field given twice, an anchor, or a tree too deep or too large is an
//     error, never a surprise (TestHostile, FuzzParse);
//   - a field that no reader asked for is reported (TestUnknownField).
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Limits on what is read: a file beyond them is refused.
const (
	MaxBytes = 8 << 20
	MaxDepth = 32
	MaxNodes = 1_000_000
)

// Kind is the kind of a node.
type Kind uint8

// The kinds of node.
const (
	Null Kind = iota
	Scalar
	List
	Object
)

// Node is one value of a document.
type Node struct {
	Kind   Kind
	Text   string // of a scalar, as written
	Quoted bool   // a scalar written in quotes
	Items  []*Node
	Fields []Field
	Line   int // 1-based; 0 where unknown
}

// Field is one field of an object.
type Field struct {
	Name  string
	Value *Node
	Line  int
}

// Parse reads one JSON or YAML document. Text that begins with a brace or
// bracket is JSON.
func Parse(src []byte) (*Node, error) {
	if len(src) > MaxBytes {
		return nil, fmt.Errorf("the document has %d bytes; at most %d are read", len(src), MaxBytes)
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimLeft(src, " \t\r\n")
	if len(trimmed) == 0 {
		return nil, errors.New("the document is empty")
	}
	if trimmed[0] == '{' || trimmed[0] == '[' {
		if n, err := parseJSON(src); err == nil || json.Valid(src) {
			return n, err
		} else if trimmed[0] == '{' && bytes.IndexByte(trimmed, '"') >= 0 && looksLikeJSON(trimmed) {
			return nil, err
		}
	}
	return parseYAML(src)
}

// looksLikeJSON tells a broken JSON object from a YAML flow mapping, so that
// the error speaks of the format the author meant.
func looksLikeJSON(s []byte) bool {
	rest := bytes.TrimLeft(s[1:], " \t\r\n")
	return len(rest) > 0 && rest[0] == '"'
}

func parseJSON(src []byte) (*Node, error) {
	p := &jsonParser{dec: json.NewDecoder(bytes.NewReader(src)), src: src}
	p.dec.UseNumber()
	n, err := p.value(0)
	if err != nil {
		return nil, p.explain(err)
	}
	if _, err := p.dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("line %d: there is more after the end of the document", p.line())
	}
	return n, nil
}

type jsonParser struct {
	dec   *json.Decoder
	src   []byte
	nodes int
	at    int // offset up to which lines are counted
	lines int
}

func (p *jsonParser) line() int {
	to := min(int(p.dec.InputOffset()), len(p.src))
	p.lines += bytes.Count(p.src[p.at:to], []byte("\n"))
	p.at = to
	return p.lines + 1
}

func (p *jsonParser) explain(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the document ends in the middle; it may have been cut off")
	}
	return fmt.Errorf("line %d: not readable as JSON: %w", p.line(), err)
}

func (p *jsonParser) value(depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", MaxDepth)
	}
	if p.nodes++; p.nodes > MaxNodes {
		return nil, fmt.Errorf("more than %d values", MaxNodes)
	}
	token, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	n := &Node{Line: p.line()}
	switch t := token.(type) {
	case nil:
	case json.Delim:
		return n, p.container(n, t, depth)
	case string:
		n.Kind, n.Text, n.Quoted = Scalar, t, true
	case json.Number:
		n.Kind, n.Text = Scalar, t.String()
	case bool:
		n.Kind, n.Text = Scalar, fmt.Sprint(t)
	}
	return n, nil
}

func (p *jsonParser) container(n *Node, open json.Delim, depth int) error {
	n.Kind = List
	if open == '{' {
		n.Kind = Object
	}
	seen := map[string]bool{}
	for p.dec.More() {
		var name string
		line := 0
		if n.Kind == Object {
			token, err := p.dec.Token()
			if err != nil {
				return err
			}
			name, line = token.(string), p.line()
			if seen[name] {
				return fmt.Errorf("field %q is given twice", name)
			}
			seen[name] = true
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		if n.Kind == Object {
			n.Fields = append(n.Fields, Field{name, v, line})
		} else {
			n.Items = append(n.Items, v)
		}
	}
	_, err := p.dec.Token()
	return err
}

func parseYAML(src []byte) (*Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the document is empty")
		}
		return nil, fmt.Errorf("not readable as YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one document in the file; put several tariffs in a list under \"tariffs:\"")
	}
	nodes := 0
	return fromYAML(&doc, 0, &nodes)
}

func fromYAML(y *yaml.Node, depth int, nodes *int) (*Node, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("line %d: nested deeper than %d levels", y.Line, MaxDepth)
	}
	if *nodes++; *nodes > MaxNodes {
		return nil, fmt.Errorf("line %d: more than %d values", y.Line, MaxNodes)
	}
	if y.Anchor != "" {
		return nil, fmt.Errorf("line %d: anchors and aliases (&name, *name) are not read; write the value out", y.Line)
	}
	n := &Node{Line: y.Line}
	switch y.Kind {
	case yaml.DocumentNode:
		return fromYAML(y.Content[0], depth, nodes)
	case yaml.AliasNode:
		return nil, fmt.Errorf("line %d: anchors and aliases (&name, *name) are not read; write the value out", y.Line)
	case yaml.ScalarNode:
		if y.ShortTag() == "!!null" {
			return n, nil
		}
		n.Kind, n.Text = Scalar, y.Value
		n.Quoted = y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
		return n, nil
	case yaml.SequenceNode:
		n.Kind = List
		for _, c := range y.Content {
			v, err := fromYAML(c, depth+1, nodes)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, v)
		}
		return n, nil
	}
	n.Kind = Object
	seen := map[string]bool{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		if key.Kind != yaml.ScalarNode || seen[key.Value] {
			return nil, fmt.Errorf("line %d: field %q is given twice or is not a name", key.Line, key.Value)
		}
		seen[key.Value] = true
		v, err := fromYAML(y.Content[i+1], depth+1, nodes)
		if err != nil {
			return nil, err
		}
		n.Fields = append(n.Fields, Field{key.Value, v, key.Line})
	}
	return n, nil
}

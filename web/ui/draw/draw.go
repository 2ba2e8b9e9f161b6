// Package draw makes pictures of tariffs as SVG: the heat map of a week and the
// cost curve. It owns their geometry, their words in English, French and
// German, and their colours, which are those of the pages. It owns no number:
// prices come from the pictures of domain/picture.
//
// Invariants, and the test that proves each:
//   - a picture is well-formed XML that stands alone, names itself for readers
//     who do not see it, and runs no script and asks for nothing outside
//     (TestPicturesStandAlone);
//   - every text of a caller is escaped (TestTextIsEscaped);
//   - text on a tone can be read in light and in dark (TestTextHasContrast),
//     and the tones are those of the pages (TestTonesAreThoseOfThePages);
//   - what is drawn lies inside the picture (TestNothingLeavesThePicture), and
//     no label covers another (TestLabelsKeepApart);
//   - axes have round marks (TestMarksAreRound).
package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// Width is the width of every picture, in the units of its view box.
const Width = 900

// canvas gathers the elements of one picture.
type canvas struct{ b strings.Builder }

func (c *canvas) add(format string, args ...any) {
	fmt.Fprintf(&c.b, format, args...)
	c.b.WriteByte('\n')
}

// text writes a text with its baseline at y.
func (c *canvas) text(class string, x, y int64, anchor, text string) {
	if anchor != "" && anchor != "start" {
		anchor = fmt.Sprintf(` text-anchor=%q`, anchor)
	} else {
		anchor = ""
	}
	c.add(`<text class=%q x="%d" y="%d"%s>%s</text>`, class, x, y, anchor, escape(text))
}

// escape makes text safe inside an element or an attribute; what XML cannot
// hold is replaced.
func escape(s string) string {
	var b bytes.Buffer
	if xml.EscapeText(&b, []byte(s)) != nil { // a buffer takes everything
		return ""
	}
	return b.String()
}

// Frame says how a picture is embedded.
type Frame uint8

const (
	// File is a document of its own, with its colours for light and dark.
	File Frame = iota
	// Inline is a part of a page, whose sheets colour it; it has no title of its
	// own beside the accessible one.
	Inline
)

// page puts the elements into a picture of the height. The name tells pictures
// on one page apart.
func (c *canvas) page(f Frame, name string, height int64, title, describe string) []byte {
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" class="drawn" viewBox="0 0 %d %d"`, Width, height)
	if f == File {
		fmt.Fprintf(&out, ` width="%d" height="%d"`, Width, height)
	}
	fmt.Fprintf(&out, " role=\"img\" aria-labelledby=\"%s-title\" aria-describedby=\"%s-desc\">\n", name, name)
	fmt.Fprintf(&out, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", name, escape(title), name, escape(describe))
	if f == File {
		fmt.Fprintf(&out, "<style>\n%s</style>\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", sheet(), Width, height)
	}
	out.WriteString(c.b.String())
	out.WriteString("</svg>\n")
	return []byte(out.String())
}

// tones are the colours of the pages, in light and in dark.
var tones = [...]struct{ name, light, dark string }{
	{"paper", "#ffffff", "#151c1c"}, {"ink", "#16201f", "#e8eeeb"}, {"ink-2", "#465350", "#b3bfbb"}, {"ink-3", "#606c69", "#8f9c98"},
	{"line", "#e0e4de", "#263030"}, {"line-strong", "#8b9590", "#66736f"},
	{"heat-0", "#e6f0ee", "#16292b"}, {"heat-1", "#c9e1df", "#1a3c40"}, {"heat-2", "#a4cdcc", "#1f5157"}, {"heat-3", "#76b3b4", "#286970"},
	{"heat-4", "#46949a", "#3a878f"}, {"heat-5", "#1f7380", "#5caab1"}, {"heat-6", "#0a505b", "#94d3d8"},
	{"accent", "#0b5d68", "#7accd5"}, {"line-2", "#b4641c", "#eba35f"}, {"line-3", "#6a4fa3", "#b9a2ee"}, {"line-4", "#3f6f2a", "#9fd184"},
}

// levels is the number of tones of the heat map. Those from onLight on are
// written on in white by light and in black by dark.
const levels, onLight, onDark = 7, 5, 4

// The inks on tones.
const darkInk, lightInk = "#040b0b", "#ffffff"

// sheet is the style of a picture that stands alone.
func sheet() string {
	var b strings.Builder
	ink := func(level, turn int, below, above string) string {
		if level < turn {
			return below
		}
		return above
	}
	b.WriteString(":root {")
	for _, t := range tones {
		fmt.Fprintf(&b, " --%s: %s;", t.name, t.light)
	}
	for i := range levels {
		fmt.Fprintf(&b, " --on-%d: %s;", i, ink(i, onLight, darkInk, lightInk))
	}
	b.WriteString(" }\n@media (prefers-color-scheme: dark) { :root {")
	for _, t := range tones {
		fmt.Fprintf(&b, " --%s: %s;", t.name, t.dark)
	}
	for i := range levels {
		fmt.Fprintf(&b, " --on-%d: %s;", i, ink(i, onDark, lightInk, darkInk))
	}
	b.WriteString(" } }\n")
	for i := range levels {
		fmt.Fprintf(&b, ".heat-%d { fill: var(--heat-%d); } .on-%d { fill: var(--on-%d); }\n", i, i, i, i)
	}
	b.WriteString(ownSheet)
	return b.String()
}

const ownSheet = `.drawn { font: 13px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
.paper { fill: var(--paper); }
.title { fill: var(--ink); font-size: 18px; font-weight: 600; }
.note { fill: var(--ink-2); }
.axis { fill: var(--ink-3); font-size: 12px; }
.grid { stroke: var(--line); }
.base { stroke: var(--line-strong); }
.figure { font-size: 12px; }
.heat-none { fill: none; stroke: var(--line-strong); stroke-dasharray: 2 3; }
.heat-skipped { fill: none; }
.on-none, .on-skipped { fill: var(--ink-3); }
.hour { stroke: var(--paper); stroke-opacity: .35; }
.several { fill: var(--paper); stroke: var(--ink); }
.curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.line-1 { stroke: var(--accent); } .line-2 { stroke: var(--line-2); } .line-3 { stroke: var(--line-3); } .line-4 { stroke: var(--line-4); }
.dot-1 { fill: var(--accent); } .dot-2 { fill: var(--line-2); } .dot-3 { fill: var(--line-3); } .dot-4 { fill: var(--line-4); }
.dash-2 { stroke-dasharray: 9 5; } .dash-3 { stroke-dasharray: 2 5; } .dash-4 { stroke-dasharray: 12 4 2 4; }
.label { fill: var(--ink); font-size: 12px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
`

package draw

import (
	"slices"
	"strings"
)

// box is a rectangle of the picture, in its units.
type box struct{ left, top, right, bottom int64 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// The size of a label: above and below its baseline, and between baselines.
const rise, fall, pitch = 12, 4, 16

// textBox is the room of a text with its baseline at y.
func textBox(x, y int64, anchor, text string) box {
	width := textWidth(text)
	switch anchor {
	case "end":
		x -= width
	case "middle":
		x -= width / 2
	}
	return box{x, y - rise, x + width, y + fall}
}

// label is what is to be written beside a spot of the picture.
type label struct {
	x, y  int64
	texts []string
}

// near is how close two spots lie that nobody tells apart.
const near = 8

// labels gathers what is to be written, and the room that is taken.
type labels struct {
	all   []label
	taken []box
}

// add notes a text beside a spot; texts of spots that cannot be told apart
// share one label.
func (l *labels) add(x, y int64, text string) {
	for i := range l.all {
		o := &l.all[i]
		if max(x-o.x, o.x-x) > near || max(y-o.y, o.y-y) > near {
			continue
		}
		if !slices.Contains(o.texts, text) {
			o.texts = append(o.texts, text)
		}
		return
	}
	l.all = append(l.all, label{x, y, []string{text}})
}

// write puts each label as close to its spot as the room allows, inside the
// frame. A label without room is left out: the description of the picture
// names what it would have said.
func (l *labels) write(c *canvas, frame box) {
	for _, o := range l.all {
		l.taken = append(l.taken, box{o.x - 4, o.y - 4, o.x + 4, o.y + 4})
	}
	for _, o := range l.all {
		text := strings.Join(o.texts, ", ")
		x, y, anchor, ok := l.place(o, text, frame)
		if ok {
			c.text("label", x, y, anchor, text)
			l.taken = append(l.taken, textBox(x, y, anchor, text))
		}
	}
}

// place tries right and left of the spot, above and below it, farther and
// farther away.
func (l *labels) place(o label, text string, frame box) (x, y int64, anchor string, ok bool) {
	for away := int64(0); away < frame.bottom-frame.top; away += pitch {
		for _, y := range []int64{o.y - 8 - away, o.y + 18 + away} {
			for _, side := range []struct {
				anchor string
				x      int64
			}{{"start", o.x + 6}, {"end", o.x - 6}} {
				b := textBox(side.x, y, side.anchor, text)
				inside := b.left >= frame.left && b.right <= frame.right && b.top >= frame.top && b.bottom <= frame.bottom
				if inside && !slices.ContainsFunc(l.taken, b.meets) {
					return side.x, y, side.anchor, true
				}
			}
		}
	}
	return 0, 0, "", false
}

package draw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/picture"
	"kwote/domain/tariff"
)

// MaxCurves is the number of curves that can be told apart in one picture.
const MaxCurves = 4

// Costs is what a picture of curves shows. All have one currency, one charge
// and one axis.
type Costs struct {
	Title  string
	Curves []NamedCurve
	ByTime bool
	Charge picture.Charge
	Zone   *calendar.Zone
}

// NamedCurve is a curve with the name of its tariff.
type NamedCurve struct {
	Name  string
	Curve picture.Curve
}

// The geometry of curves, in units and in tenths of them.
const (
	plotLeft, plotRight = 84, Width - 112
	plotHeight          = 300
	tenths              = 10
)

// plot is one picture of curves in the making.
type plot struct {
	canvas
	Costs
	said tariff.Language
	t    *words
	top  int64
	x, y axis
	step int64 // between the marks of y
}

// Cost draws the curves. It refuses to draw none, more than MaxCurves, and
// curves of different currencies.
func Cost(f Frame, c Costs, said tariff.Language) ([]byte, error) {
	if len(c.Curves) == 0 || len(c.Curves) > MaxCurves {
		return nil, fault.At(fault.Invalid, "too_many_curves", "file", fmt.Sprintf("%d tariffs cannot be told apart in one picture; draw at most %d", len(c.Curves), MaxCurves))
	}
	for _, n := range c.Curves[1:] {
		if a, b := c.Curves[0].Curve.Currency, n.Curve.Currency; a != b {
			return nil, fault.At(fault.Invalid, "currencies_differ", "file", fmt.Sprintf("prices in %s and in %s have no common axis; draw them apart", a, b))
		}
	}
	p := &plot{Costs: c, said: said, t: wordsIn(said), top: 32}
	note := c.Note(said)
	if f == File {
		p.text("title", 24, 34, "", c.Title)
		p.text("note", 24, 56, "", note)
		p.top = 98
	}
	p.legend()
	p.scale()
	p.grid()
	told := p.curves()
	name := "cost-by-energy"
	if c.ByTime {
		name = "cost-by-time"
	}
	return p.page(f, name, p.top+plotHeight+52, c.Title, note+". "+told), nil
}

// Note says in words what is drawn and what session is imagined.
func (c Costs) Note(said tariff.Language) string {
	t := wordsIn(said)
	what := t.byEnergy
	if c.ByTime {
		what = t.byTime
	}
	date, clock := c.Zone.Local(c.Charge.Start)
	start := fmt.Sprintf("%s %s %s", t.days[(date.Weekday()+6)%7], said.Date(date), clock)
	parts := []string{what, fmt.Sprintf(t.charging, said.Power(c.Charge.Power), start)}
	if c.Charge.Full > 0 && c.ByTime {
		parts = append(parts, fmt.Sprintf(t.full, said.Energy(c.Charge.Full)))
	}
	return strings.Join(append(parts, c.Zone.Name()), " · ")
}

// legend names the curves where there are several.
func (p *plot) legend() {
	if len(p.Curves) < 2 {
		return
	}
	x, y := int64(plotLeft), p.top-14
	for i, n := range p.Curves {
		if need := 60 + textWidth(n.Name); x > plotLeft && x+need > Width {
			x, y = plotLeft, y+22
		}
		p.add(`<line class="curve line-%d dash-%d" x1="%d" x2="%d" y1="%d" y2="%d"/>`, i+1, i+1, x, x+32, y-4, y-4)
		p.text("note", x+40, y, "", n.Name)
		x += 60 + textWidth(n.Name)
	}
	p.top = y + 36
}

func (p *plot) xOf(point picture.Point) int64 {
	if p.ByTime {
		return point.Seconds
	}
	return int64(point.Energy)
}

func (p *plot) scale() {
	first := p.Curves[0].Curve.Points
	p.x = axis{from: p.xOf(first[0]), to: p.xOf(first[len(first)-1]), start: plotLeft * tenths, size: (plotRight - plotLeft) * tenths}
	low, high := int64(0), int64(0)
	for _, n := range p.Curves {
		for _, point := range n.Curve.Points {
			low, high = min(low, point.Total.Minor), max(high, point.Total.Minor)
		}
	}
	if low == high {
		high = low + 1
	}
	p.step = decimalStep(high/6-low/6+1, 1)
	p.y = axis{from: floorTo(low, p.step), to: -floorTo(-high, p.step), start: (p.top + plotHeight) * tenths, size: -plotHeight * tenths}
}

// floorTo is the largest multiple of the step that is not above v.
func floorTo(v, step int64) int64 {
	n := v / step
	if v%step < 0 {
		n--
	}
	return n * step
}

func (p *plot) grid() {
	currency := p.Curves[0].Curve.Currency
	whole := p.step%pow10(currency.Digits()) == 0
	for _, v := range marks(p.y.from, p.y.to, p.step) {
		class := "grid"
		if v == 0 {
			class = "base"
		}
		y := (p.y.at(v) + 5) / tenths
		p.add(`<line class=%q x1="%d" x2="%d" y1="%d" y2="%d"/>`, class, plotLeft, plotRight, y, y)
		text := money.Amount{Minor: v, Currency: currency}.String()
		if whole {
			text, _, _ = strings.Cut(text, ".")
		}
		p.text("axis", plotLeft-8, y+4, "end", p.said.Number(text))
	}
	bottom := p.top + plotHeight
	for _, v := range p.xMarks() {
		x := (p.x.at(v) + 5) / tenths
		p.add(`<line class="base" x1="%d" x2="%d" y1="%d" y2="%d"/>`, x, x, bottom, bottom+5)
		text := p.said.Duration(v)
		switch {
		case v == 0:
			text = "0"
		case !p.ByTime:
			text = strings.TrimSuffix(p.said.Energy(energy.Quantity(v)), " kWh")
		}
		p.text("axis", x, bottom+20, "middle", text)
	}
	label := p.t.energy
	if p.ByTime {
		label = p.t.time
	}
	p.text("note", (plotLeft+plotRight)/2, bottom+42, "middle", label)
	p.text("note", plotLeft-60, p.top-16, "", fmt.Sprintf(p.t.price, currency))
}

func (p *plot) xMarks() []int64 {
	if p.ByTime {
		return marks(p.x.from, p.x.to, secondStep(p.x.to-p.x.from, 9))
	}
	return marks(p.x.from, p.x.to, decimalStep(p.x.to-p.x.from, 10))
}

func pow10(digits int) int64 {
	n := int64(1)
	for range digits {
		n *= 10
	}
	return n
}

// curves draws the lines, names the bounds where they begin to hold, and writes
// the last total at the end of each. It returns the same in words.
func (p *plot) curves() string {
	var told []string
	type end struct {
		y     int64
		class int
		text  string
	}
	var ends []end
	for i, n := range p.Curves {
		points := n.Curve.Points
		p.add(`<path class="curve line-%d dash-%d" d="%s"><title>%s</title></path>`, i+1, i+1, p.path(points), escape(n.Name))
		first, last := points[0], points[len(points)-1]
		ends = append(ends, end{(p.y.at(last.Total.Minor) + 5) / tenths, i + 1, p.said.Amount(last.Total)})
		told = append(told, fmt.Sprintf("%s: %s %s (%s) %s %s (%s)", n.Name, p.t.from, p.said.Amount(first.Total), p.place(first), p.t.to, p.said.Amount(last.Total), p.place(last)))
	}
	var names labels
	for i, n := range p.Curves {
		told = append(told, p.bounds(&names, i, n.Curve.Points)...)
	}
	slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.y, b.y) })
	floor := p.top - 100
	for _, e := range ends {
		dot := e.y
		e.y = max(e.y, floor+15)
		floor = e.y
		p.add(`<circle class="dot-%d" cx="%d" cy="%d" r="4"/>`, e.class, plotRight, dot)
		p.text("label", plotRight+10, e.y+4, "", e.text)
		names.taken = append(names.taken, textBox(plotRight+10, e.y+4, "", e.text), box{plotRight - 4, dot - 4, plotRight + 4, dot + 4})
	}
	names.taken = append(names.taken, textBox(plotLeft-60, p.top-16, "", fmt.Sprintf(p.t.price, p.Curves[0].Curve.Currency)))
	names.write(&p.canvas, box{plotLeft + 2, p.top - 30, Width - 4, p.top + plotHeight - 1})
	return strings.Join(told, "; ") + "."
}

func (p *plot) place(point picture.Point) string {
	if p.ByTime {
		return p.said.Duration(point.Seconds)
	}
	return p.said.Energy(point.Energy)
}

// spot is a place in the picture, in tenths.
type spot struct{ x, y int64 }

// path goes through the points, leaving out those that nobody could see: they
// lie within a third of a unit of the line without them.
func (p *plot) path(points []picture.Point) string {
	way := make([]spot, len(points))
	for i, point := range points {
		way[i] = spot{p.x.at(p.xOf(point)), p.y.at(point.Total.Minor)}
	}
	var b strings.Builder
	for i, s := range simplified(way) {
		b.WriteString([]string{"M", "L"}[min(i, 1)])
		b.WriteString(tenth(s.x) + " " + tenth(s.y))
	}
	return b.String()
}

const unseen = 3 // tenths

// simplified keeps the ends, and the spot farthest from the line between them
// where it can be seen, with what is left on both sides of it.
func simplified(way []spot) []spot {
	n := len(way)
	if n < 3 {
		return way
	}
	a, b := way[0], way[n-1]
	far, most := 0, int64(0)
	for i, s := range way[1 : n-1] {
		if off := deviation(a, b, s); off > most {
			far, most = i+1, off
		}
	}
	if most <= unseen {
		return []spot{a, b}
	}
	return append(slices.Clip(simplified(way[:far+1:far+1])), simplified(way[far:])[1:]...)
}

// deviation is how far, in tenths and at most, a spot lies above, below or
// beside the line from a to b.
func deviation(a, b, s spot) int64 {
	abs := func(v int64) int64 { return max(v, -v) }
	dx, dy := b.x-a.x, b.y-a.y
	if dx == 0 && dy == 0 {
		return max(abs(s.x-a.x), abs(s.y-a.y))
	}
	return abs(dx*(s.y-a.y)-dy*(s.x-a.x)) / max(abs(dx), abs(dy))
}

// tenth writes tenths as a decimal number.
func tenth(n int64) string {
	if n%10 == 0 {
		return fmt.Sprint(n / 10)
	}
	return fmt.Sprintf("%d.%d", n/10, n%10)
}

// nearly is how finely the energy is told at which a bound begins to hold,
// which no session meets exactly.
const nearly = 10 * energy.Wh

// bounds marks where a bound begins to hold.
func (p *plot) bounds(names *labels, i int, points []picture.Point) []string {
	var told []string
	for at, point := range points {
		for _, kind := range point.Bounds {
			if at > 0 && slices.Contains(points[at-1].Bounds, kind) {
				continue
			}
			text := p.t.bounds[kind]
			x, y := (p.x.at(p.xOf(point))+5)/tenths, (p.y.at(point.Total.Minor)+5)/tenths
			p.add(`<circle class="dot-%d" cx="%d" cy="%d" r="4"/>`, i+1, x, y)
			names.add(x, y, text)
			point.Energy -= (point.Energy+nearly/2)%nearly - nearly/2
			told = append(told, fmt.Sprintf("%s (%s)", text, p.place(point)))
		}
	}
	return told
}

package draw

import (
	"fmt"
	"strings"

	"kwote/domain/money"
	"kwote/domain/picture"
	"kwote/domain/tariff"
	"kwote/web/ui"
)

// Heat is a week as the heat map of the pages.
func Heat(title string, w picture.Week, currency money.Currency, said tariff.Language) ui.WeekHeat {
	values, texts := [7][24]int64{}, map[int64]string{}
	mixed := false
	per := w.Unit()
	for day := range w.Hours {
		for hour, h := range w.Hours[day] {
			mixed = mixed || h.Priced() && h.Per != per
			values[day][hour] = ui.HeatNone
		}
	}
	for day := range w.Hours {
		for hour, h := range w.Hours[day] {
			if !h.Priced() {
				continue
			}
			v := int64(h.Price)
			if mixed {
				v = h.Rank()
			}
			values[day][hour] = v
			texts[v] = said.UnitPrice(h.Price, h.Per, currency)
		}
	}
	return ui.NewWeekHeat(title, values, func(v int64) string { return texts[v] })
}

// The geometry of a week.
const (
	weekLeft  = 62
	weekTop   = 78
	rowHeight = 38
	hourWidth = 34
)

// Week draws the heat map of a week's prices as a document of its own. The
// place says where, usually the time zone.
func Week(title, place string, w picture.Week, currency money.Currency, said tariff.Language) []byte {
	t, c := wordsIn(said), &canvas{}
	heat := Heat(title, w, currency, said)
	what := t.kinds[w.Kind] + " " + t.hourly
	note := strings.Join([]string{what, fmt.Sprintf(t.weekOf, said.Date(w.Monday)), place}, " · ")
	c.text("title", 24, 34, "", title)
	c.text("note", 24, 56, "", note)
	for hour := 0; hour <= 24; hour += 3 {
		c.text("axis", weekLeft+int64(hour)*hourWidth, weekTop+7*rowHeight+18, "middle", fmt.Sprint(hour))
	}
	var odd oddities
	var told []string
	for day := range w.Hours {
		y := int64(weekTop + day*rowHeight)
		c.text("note", 24, y+rowHeight/2+4, "", t.days[day])
		var parts []string
		for _, r := range runs(w.Hours[day], heat.Cells[day]) {
			cell, hour := heat.Cells[day][r.from], w.Hours[day][r.from]
			odd.skipped, odd.free = odd.skipped || hour.Skipped, odd.free || hour.Free && !hour.Skipped
			text := fmt.Sprintf("%02d:00–%02d:00 %s", r.from, r.to, t.told(cell, hour))
			parts = append(parts, text)
			c.run(r, tone(cell, hour), y, t.days[day]+" "+text, t.figure(said, hour, currency))
		}
		for hour, h := range w.Hours[day] {
			if h.Several {
				odd.several = true
				c.add(`<circle class="several" cx="%d" cy="%d" r="3.5"><title>%s</title></circle>`, weekLeft+hour*hourWidth+hourWidth-8, y+9, escape(t.several))
			}
		}
		told = append(told, t.days[day]+" "+strings.Join(parts, ", "))
	}
	bottom := c.legend(heat, t, odd)
	return c.page(File, "week", bottom, title, note+". "+strings.Join(told, "; ")+".")
}

// run is a stretch of hours of one day with the same price.
type run struct{ from, to int }

func runs(hours [24]picture.Hour, cells [24]ui.HeatCell) []run {
	var out []run
	for hour := range hours {
		n := len(out)
		if n > 0 && cells[hour] == cells[hour-1] && hours[hour].Skipped == hours[hour-1].Skipped {
			out[n-1].to = hour + 1
			continue
		}
		out = append(out, run{hour, hour + 1})
	}
	return out
}

// oddities are what a week has beside prices.
type oddities struct{ several, free, skipped bool }

// told is the hour in words.
func (t *words) told(cell ui.HeatCell, h picture.Hour) string {
	switch {
	case h.Skipped:
		return t.skipped
	case h.Free:
		return t.none
	}
	return cell.Text
}

// figure is what is written in a cell: the price with the decimals that its
// currency has.
func (t *words) figure(said tariff.Language, h picture.Hour, currency money.Currency) string {
	switch {
	case h.Skipped:
		return "–"
	case h.Free:
		return t.free
	}
	return strings.TrimSuffix(said.Money(h.Price, currency), " "+string(currency))
}

func tone(cell ui.HeatCell, h picture.Hour) string {
	switch {
	case h.Skipped:
		return "skipped"
	case h.Free:
		return "none"
	}
	return fmt.Sprint(cell.Level)
}

// run draws a stretch with its figure, where there is room for it.
func (c *canvas) run(r run, tone string, y int64, title, figure string) {
	x, width := int64(weekLeft+r.from*hourWidth), int64((r.to-r.from)*hourWidth)
	c.add(`<g><title>%s</title>`, escape(title))
	c.add(`<rect class="heat-%s" x="%d" y="%d" width="%d" height="%d" rx="4"/>`, tone, x+1, y+1, width-2, rowHeight-2)
	for hour := r.from + 1; hour < r.to && tone != "none"; hour++ {
		line := weekLeft + hour*hourWidth
		c.add(`<line class="hour" x1="%d" x2="%d" y1="%d" y2="%d"/>`, line, line, y+1, y+rowHeight-1)
	}
	if int64(len([]rune(figure)))*7+4 <= width {
		c.text("figure on-"+tone, x+width/2, y+rowHeight/2+5, "middle", figure)
	}
	c.add(`</g>`)
}

// legend draws the tones with their prices and returns where the picture ends.
func (c *canvas) legend(h ui.WeekHeat, t *words, odd oddities) int64 {
	x, y := int64(weekLeft), int64(weekTop+7*rowHeight+34)
	room := func(text string) {
		if need := 34 + textWidth(text); x > weekLeft && x+need > Width-20 {
			x, y = weekLeft, y+24
		}
	}
	entry := func(class, text string) {
		room(text)
		c.add(`<rect class=%q x="%d" y="%d" width="16" height="16" rx="4"/>`, class, x, y)
		if text != "" {
			c.text("note", x+22, y+13, "", text)
			x += 40 + textWidth(text)
			return
		}
		x += 20
	}
	for _, step := range h.Legend {
		entry(fmt.Sprintf("heat-%d", step.Level), step.Text)
	}
	if odd.free {
		entry("heat-none", t.none)
	}
	if odd.skipped {
		room(t.skipped)
		c.text("on-skipped", x+8, y+13, "middle", "–")
		entry("heat-skipped", t.skipped)
	}
	if odd.several {
		room(t.several)
		c.add(`<circle class="several" cx="%d" cy="%d" r="3.5"/>`, x+8, y+8)
		c.text("note", x+22, y+13, "", t.several)
	}
	return y + 36
}

// textWidth is about the width of a text of ordinary size.
func textWidth(s string) int64 { return int64(len([]rune(s))) * 73 / 10 }

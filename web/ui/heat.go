package ui

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// HeatNone marks an hour without a value, such as one that no rule prices.
const HeatNone = math.MinInt64

// heatLevels is the number of tones of the sequential scale.
const heatLevels = 7

// WeekHeat is a map of the 168 hours of a local week, Monday first.
type WeekHeat struct {
	Title  string
	Cells  [7][24]HeatCell
	Legend []HeatStep
}

// HeatCell is one hour: a level from 0 (lowest) to 6 and its value as text; level -1 is no value.
type HeatCell struct {
	Level int
	Text  string
}

// HeatStep is one entry of the legend.
type HeatStep struct {
	Level int
	Text  string
}

// NewWeekHeat spreads integer values (prices in any fixed unit, counts, minor units) over the tones. Up to seven
// different values get a tone and a legend entry each; more are put into even classes of which the legend names the
// ends.
func NewWeekHeat(title string, values [7][24]int64, label func(int64) string) WeekHeat {
	h := WeekHeat{Title: title}
	var distinct []int64
	for _, day := range values {
		for _, v := range day {
			if v != HeatNone && !slices.Contains(distinct, v) {
				distinct = append(distinct, v)
			}
		}
	}
	slices.Sort(distinct)
	level := func(v int64) int {
		low, high := distinct[0], distinct[len(distinct)-1]
		if len(distinct) > heatLevels {
			return int(uint64(v-low) / (uint64(high-low)/heatLevels + 1))
		}
		if len(distinct) == 1 {
			return 2
		}
		return slices.Index(distinct, v) * (heatLevels - 1) / (len(distinct) - 1)
	}
	for d, day := range values {
		for hour, v := range day {
			h.Cells[d][hour] = HeatCell{Level: -1}
			if v != HeatNone {
				h.Cells[d][hour] = HeatCell{Level: level(v), Text: label(v)}
			}
		}
	}
	if len(distinct) > heatLevels {
		for i := range heatLevels {
			h.Legend = append(h.Legend, HeatStep{Level: i})
		}
		h.Legend[0].Text = label(distinct[0])
		h.Legend[heatLevels-1].Text = label(distinct[len(distinct)-1])
		return h
	}
	for _, v := range distinct {
		h.Legend = append(h.Legend, HeatStep{Level: level(v), Text: label(v)})
	}
	return h
}

// hasGaps tells whether some hour has no value, which the legend then names.
func (h WeekHeat) hasGaps() bool {
	for _, day := range h.Cells {
		for _, cell := range day {
			if cell.Level < 0 {
				return true
			}
		}
	}
	return false
}

// heatRun is a stretch of hours of one day with the same value.
type heatRun struct {
	from, to int
	text     string
}

func runsOf(day [24]HeatCell) []heatRun {
	var runs []heatRun
	for hour, cell := range day {
		if n := len(runs); n > 0 && runs[n-1].text == cell.Text {
			runs[n-1].to = hour + 1
			continue
		}
		runs = append(runs, heatRun{from: hour, to: hour + 1, text: cell.Text})
	}
	return runs
}

func hourSpan(from, to int) string { return fmt.Sprintf("%02d:00–%02d:00", from, to) }

// percentOf writes part of whole as an SVG length in per cent, with two decimals.
func percentOf(part, whole int64) string {
	if whole <= 0 {
		return "0%"
	}
	part = min(max(part, 0), whole)
	// Halving both keeps the share while the product below could leave int64.
	for part > math.MaxInt64/10000 {
		part, whole = part/2, whole/2
	}
	return minorDecimal(part*10000/whole, 2) + "%"
}

func levelClass(prefix string, level int) string {
	if level < 0 {
		return prefix + "none"
	}
	return prefix + strconv.Itoa(min(level, heatLevels-1))
}

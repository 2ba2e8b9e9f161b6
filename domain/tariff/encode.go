package tariff

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"kwote/domain/calendar"
)

// Encode writes the canonical JSON form, indented, keys in the order of the
// schema, ending in a line feed. Defaults are left out, so two documents that
// price alike and are named alike read alike.
func Encode(d Document) []byte {
	w := &object{}
	w.text("tariff", d.Name)
	if len(d.Title) > 0 {
		title := &object{}
		for _, lang := range slices.Sorted(maps.Keys(d.Title)) {
			title.text(lang, d.Title[lang])
		}
		w.raw("title", title.close())
	}
	w.text("currency", string(d.Currency))
	w.text("prices", d.Terms.String())
	var taxes []string
	for _, t := range d.Taxes {
		o := &object{}
		o.text("name", t.Name)
		o.text("rate", FormatRate(t.Rate))
		taxes = append(taxes, o.close())
	}
	w.list("tax", taxes)
	w.text("rounding", d.Rounding.String())
	w.raw("lock", encodeLock(d.Locked))
	for k := range kinds {
		w.raw(k.String(), encodeDimension(*d.Dimension(k)))
	}
	total := &object{}
	if d.Total.AtLeast != nil {
		total.text("atLeast", d.Total.AtLeast.String())
	}
	if d.Total.AtMost != nil {
		total.text("atMost", d.Total.AtMost.String())
	}
	w.raw("total", total.close())
	failed := &object{}
	if d.FailedStart.Energy > 0 {
		failed.text("energy", formatEnergy(d.FailedStart.Energy))
	}
	if d.FailedStart.Duration > 0 {
		failed.text("duration", formatDuration(d.FailedStart.Duration))
	}
	w.raw("failedStart", failed.close())
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(w.close()), "", "  "); err != nil {
		panic(err) // the writer below only writes JSON
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func encodeLock(set KindSet) string {
	if set == EveryKind {
		return quote("all")
	}
	var names []string
	for k := range kinds {
		if set.Has(k) {
			names = append(names, quote(k.String()))
		}
	}
	return "[" + strings.Join(names, ",") + "]"
}

func encodeDimension(d Dimension) string {
	w := &object{}
	if d.Grace > 0 {
		w.text("grace", formatDuration(d.Grace))
	}
	if d.AtMost != nil {
		w.text("atMost", d.AtMost.String())
	}
	var rules []string
	for _, r := range d.Rules {
		o := &object{}
		o.text("price", r.Price.String()+r.Per.String())
		o.raw("when", encodeCondition(r.When))
		rules = append(rules, o.close())
	}
	w.list("rules", rules)
	return w.close()
}

func encodeCondition(c Condition) string {
	w := &object{}
	var windows, days []string
	for _, t := range c.Time {
		windows = append(windows, quote(t.String()))
	}
	w.list("time", windows)
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); c.Days.Has(day) {
			days = append(days, quote(calendar.WeekdayName(day)))
		}
	}
	w.list("days", days)
	dates := &object{}
	if c.DateFrom != nil {
		dates.text("from", c.DateFrom.String())
	}
	if c.DateBefore != nil {
		dates.text("before", c.DateBefore.String())
	}
	w.raw("dates", dates.close())
	w.raw("energy", encodeRange(int64(c.Energy.From), int64(c.Energy.Before), formatEnergyInt))
	w.raw("duration", encodeRange(c.Duration.From, c.Duration.Before, formatDuration))
	return w.close()
}

func encodeRange(from, before int64, format func(int64) string) string {
	w := &object{}
	if from > 0 {
		w.text("from", format(from))
	}
	if before > 0 {
		w.text("before", format(before))
	}
	return w.close()
}

// object writes a JSON object whose empty parts are left out.
type object struct{ parts []string }

func (o *object) text(name, value string) { o.parts = append(o.parts, quote(name)+":"+quote(value)) }

func (o *object) raw(name, value string) {
	if value != "{}" && value != "[]" {
		o.parts = append(o.parts, quote(name)+":"+value)
	}
}

func (o *object) list(name string, items []string) {
	o.raw(name, "["+strings.Join(items, ",")+"]")
}

func (o *object) close() string { return "{" + strings.Join(o.parts, ",") + "}" }

func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

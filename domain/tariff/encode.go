package tariff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	w.list("tax", encodeTaxes(d.Taxes))
	w.text("rounding", d.Rounding.String())
	valid := &object{}
	optionally(valid, "from", d.Valid.From)
	optionally(valid, "before", d.Valid.Before)
	w.raw("valid", valid.close())
	w.raw("lock", encodeLock(d.Locked))
	w.raw("idleWhen", encodeIdleWhen(d.IdleWhen))
	for k := range kinds {
		w.raw(k.String(), encodeDimension(*d.Dimension(k), k))
	}
	w.raw("total", encodeBounds(d.Total))
	w.raw("failedStart", encodeFailedStart(d.FailedStart))
	limits := &object{}
	positive(limits, "energy", d.Limits.Energy, formatEnergy)
	positive(limits, "duration", d.Limits.Duration, formatDuration)
	optionally(limits, "amount", d.Limits.Amount)
	w.raw("limits", limits.close())
	optionally(w, "preauthorise", d.Preauthorise)
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(w.close()), "", "  "); err != nil {
		panic(err) // the writer below only writes JSON
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func encodeTaxes(taxes []Tax) []string {
	var out []string
	for _, t := range taxes {
		o := &object{}
		o.text("name", t.Name)
		o.text("rate", FormatRate(t.Rate))
		o.textIf(t.Category != "" && t.Category != defaultCategory(t.Rate), "category", t.Category)
		o.textIf(t.Registration != "", "registration", t.Registration)
		if t.OnTop {
			o.raw("onTop", "true")
		}
		optionally(o, "from", t.From)
		optionally(o, "before", t.Before)
		out = append(out, o.close())
	}
	return out
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

func encodeIdleWhen(d IdleDetection) string {
	w := &object{}
	switch d.By {
	case ByPower:
		w.text("powerBelow", formatPower(d.Power))
		w.text("for", formatDuration(d.For))
	case ByCharge:
		w.text("chargeFrom", FormatRate(d.Charge*1000))
	}
	return w.close()
}

func encodeBounds(b Bounds) string {
	w := &object{}
	optionally(w, "free", b.Free)
	optionally(w, "atLeast", b.AtLeast)
	optionally(w, "atMost", b.AtMost)
	optionally(w, "atMostPerDay", b.AtMostPerDay)
	optionally(w, "atLeastWithTax", b.AtLeastWithTax)
	optionally(w, "atMostWithTax", b.AtMostWithTax)
	return w.close()
}

func encodeFailedStart(f FailedStart) string {
	if f.Never {
		return quote("none")
	}
	w := &object{}
	positive(w, "energy", f.Energy, formatEnergy)
	positive(w, "duration", f.Duration, formatDuration)
	return w.close()
}

// object writes a JSON object whose empty parts are left out.
type object struct{ parts []string }

func (o *object) text(name, value string) { o.parts = append(o.parts, quote(name)+":"+quote(value)) }

func (o *object) textIf(set bool, name, value string) {
	if set {
		o.text(name, value)
	}
}

// optionally writes what is set.
func optionally[T fmt.Stringer](o *object, name string, value *T) {
	if value != nil {
		o.text(name, (*value).String())
	}
}

// positive writes what is above zero.
func positive[T ~int64](o *object, name string, value T, format func(T) string) {
	if value > 0 {
		o.text(name, format(value))
	}
}

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

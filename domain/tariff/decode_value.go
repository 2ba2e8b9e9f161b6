package tariff

import (
	"slices"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/energy"
	"kwote/domain/money"
)

// word is the place of s among the words that a field can hold, or 0 with a
// finding.
func word(r *document.Reader, v *document.Value, s, code string, words []string) int {
	i := slices.Index(words, s)
	if i < 0 {
		r.Report(v, code, "%q is none of: %s", s, strings.Join(words, ", "))
	}
	return max(i, 0)
}

// bound reads an amount of money such as 20.00.
func bound(r *document.Reader, v *document.Value) *money.Price {
	p := signedBound(r, v)
	if p != nil && *p < 0 {
		r.Report(v, "amount_negative", "amount %q is below zero", strings.TrimSpace(v.Text))
	}
	return p
}

// signedBound reads an amount of money that may be below zero.
func signedBound(r *document.Reader, v *document.Value) *money.Price {
	s := v.Scalar("the amount")
	if s == "" {
		return nil
	}
	p, err := money.ParsePrice(s)
	if err != nil {
		r.Report(v, "amount_malformed", "amount %q: %s", s, err)
		return nil
	}
	return &p
}

// read parses a value; an absent one is zero.
func read[T any](r *document.Reader, v *document.Value, what, code string, parse func(string) (T, error)) T {
	var zero T
	s := v.Scalar(what)
	if s == "" {
		return zero
	}
	t, err := parse(s)
	if err != nil {
		r.Report(v, code, "%s", err)
	}
	return t
}

func duration(r *document.Reader, v *document.Value) int64 {
	return read(r, v, "the duration", "duration_malformed", parseDuration)
}

func energyValue(r *document.Reader, v *document.Value) energy.Quantity {
	return read(r, v, "the energy", "energy_malformed", parseEnergy)
}

func power(r *document.Reader, v *document.Value) energy.Power {
	return read(r, v, "the power", "power_malformed", ParsePower)
}

func current(r *document.Reader, v *document.Value) int64 {
	return read(r, v, "the current", "current_malformed", parseCurrent)
}

// date reads a local date; nil where there is none that can be read.
func date(r *document.Reader, v *document.Value) *calendar.Date {
	return optional(r, v, "the date", "date_malformed", calendar.ParseDate)
}

// instant reads an instant with its offset; nil where there is none that can be
// read.
func instant(r *document.Reader, v *document.Value) *calendar.Instant {
	return optional(r, v, "the instant", "instant_malformed", parseInstant)
}

func optional[T any](r *document.Reader, v *document.Value, what, code string, parse func(string) (T, error)) *T {
	s := v.Scalar(what)
	if s == "" {
		return nil
	}
	t, err := parse(s)
	if err != nil {
		r.Report(v, code, "%s", err)
		return nil
	}
	return &t
}

package ocpi

import (
	"fmt"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/document"
	"kwote/domain/fault"
)

// ReadTariffs reads one tariff or a list of them, with or without an OCPI
// envelope; otherwise as ReadTariff.
func ReadTariffs(src []byte, version Version) ([]Tariff, []Warning, error) {
	r, v, err := parse(src)
	if err != nil {
		return nil, nil, err
	}
	items := []*value{v}
	if v.node.Kind == document.List {
		items = v.items()
	}
	if len(items) == 0 {
		v.refuse("required", "the list of tariffs is empty")
	}
	var out []Tariff
	for _, item := range items {
		out = append(out, r.tariff(item, version))
	}
	return out, r.warnings, r.problem("ocpi_tariff_invalid", "the OCPI tariff cannot be used:")
}

// choice is which tariff prices which period.
type choice struct {
	tariffs  []Tariff
	given    bool     // they are not the record's own
	paths    []string // of the tariffs, for findings
	byPeriod []int    // index into tariffs
}

// choose finds the tariff of every period: the one that the period names, the
// only one, or the first one that suits the record.
func (c *CDR) choose(given []Tariff, o Options, r *reader) (choice, error) {
	out := choice{given: len(given) > 0, byPeriod: make([]int, len(c.Periods))}
	name := "tariff"
	if len(given) == 0 {
		given, name = c.Tariffs, c.root+"tariffs"
	}
	for _, t := range given {
		out.tariffs = append(out.tariffs, o.reread(t))
	}
	if len(out.tariffs) == 0 {
		return out, fault.At(fault.Invalid, "no_tariff", "tariffs",
			"the record carries no tariff; name one with --tariff")
	}
	if c.Currency == "" {
		c.Currency = out.tariffs[0].Currency
		r.warn(c.root+"currency", "currency_missing", "the record does not name its currency; that of the tariff, %s, was taken", c.Currency)
	}
	for i := range out.tariffs {
		path := name
		if !out.given || len(out.tariffs) > 1 {
			path = fmt.Sprintf("%s[%d]", name, i)
		}
		out.paths = append(out.paths, path)
		if t := &out.tariffs[i]; t.Currency != c.Currency {
			return out, fault.At(fault.Invalid, "currency_differs", path+".currency",
				fmt.Sprintf("the tariff is in %s and the record in %s; they must be the same", t.Currency, c.Currency))
		}
	}
	fallback := c.fallback(out.tariffs)
	for i := range c.Periods {
		if o.Tariffs == TariffFirst {
			out.byPeriod[i] = fallback
			continue
		}
		index, err := c.tariffOf(&c.Periods[i], out, fallback, r)
		if err != nil {
			return out, err
		}
		out.byPeriod[i] = index
	}
	c.checkValidity(out, r)
	return out, nil
}

func (c *CDR) tariffOf(p *ChargingPeriod, all choice, fallback int, r *reader) (int, error) {
	several := len(all.tariffs) > 1
	if p.TariffID == "" {
		if several {
			r.warnOnce(p.Path+".tariff_id", "tariff_id_missing", "the period names no tariff; it was priced by the first one that suits, %q", all.tariffs[fallback].ID)
		}
		return fallback, nil
	}
	found := -1
	for i, t := range all.tariffs {
		if strings.EqualFold(t.ID, p.TariffID) && (found < 0 || !all.tariffs[found].validAt(p.Start) && t.validAt(p.Start)) {
			found = i
		}
	}
	switch {
	case found >= 0:
		return found, nil
	case several:
		return 0, fault.At(fault.Invalid, "tariff_unknown", p.Path+".tariff_id",
			fmt.Sprintf("the period names the tariff %q, which is not among those given", p.TariffID))
	}
	r.warnOnce(p.Path+".tariff_id", "tariff_id_differs", "the period names the tariff %q; it was priced by the only one there is, %q", p.TariffID, all.tariffs[0].ID)
	return 0, nil
}

// fallback is the first tariff that is valid at the record's start and meant
// for such a session, else the first valid one, else the first.
func (c *CDR) fallback(all []Tariff) int {
	best, rank := 0, 0
	for i := range all {
		n := 0
		if all[i].validAt(c.Start) {
			n = 1
			if t := all[i].Type; t == "" || c.AdHoc == (t == "AD_HOC_PAYMENT") && !strings.HasPrefix(t, "PROFILE_") {
				n = 2
			}
		}
		if n > rank {
			best, rank = i, n
		}
	}
	return best
}

// validAt reports whether the tariff holds at the instant. Its end is the last
// instant at which it does.
func (t *Tariff) validAt(at calendar.Instant) bool {
	return (t.Start == nil || at >= *t.Start) && (t.End == nil || at <= *t.End)
}

// checkValidity warns of tariffs that did not hold when they were first used.
func (c *CDR) checkValidity(all choice, r *reader) {
	seen := make([]bool, len(all.tariffs))
	for i, p := range c.Periods {
		index := all.byPeriod[i]
		if t := &all.tariffs[index]; !seen[index] && !t.validAt(p.Start) {
			r.warn(all.paths[index], "tariff_not_valid", "the tariff %q does not hold at %s, when it was first used", t.ID, p.Start)
		}
		seen[index] = true
	}
}

// warnOnce is warn for findings that many periods share: each code is noted
// once.
func (r *reader) warnOnce(path, code, format string, args ...any) {
	for _, w := range r.warnings {
		if w.Code == code {
			return
		}
	}
	r.warn(path, code, format, args...)
}

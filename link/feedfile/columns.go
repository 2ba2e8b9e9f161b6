package feedfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
)

// columns are where a row has its time and its price, and what the price is
// for.
type columns struct {
	time, price int
	unit        feed.Unit
}

func findColumns(heading []string, o Options) (c columns, err error) {
	if !slices.Contains(feed.Lengths, o.Length) {
		return c, fault.At(fault.Invalid, "feed_slot_length", "slot", fmt.Sprintf("slots of %d min are not known; they are 15, 30 or 60 min long", o.Length/60))
	}
	for i := range heading {
		heading[i] = strings.TrimSpace(heading[i])
	}
	if c.time, err = findColumn(heading, "time", o.Time, []string{"time", "hour", "date", "from", "start"}, "utc"); err != nil {
		return c, err
	}
	if c.price, err = findColumn(heading, "price", o.Price, []string{"price", "value"}, strings.ToLower(string(o.Currency))); err != nil {
		return c, err
	}
	c.unit, err = unitOf(heading[c.price], o)
	return c, err
}

// findColumn finds the named column, else the only one that has one of the
// words in its heading, else the only one of these that has the sign as well.
func findColumn(heading []string, what, name string, words []string, sign string) (int, error) {
	if name != "" {
		if i := slices.Index(heading, name); i >= 0 {
			return i, nil
		}
		return 0, fault.At(fault.Invalid, "column_unknown", what, fmt.Sprintf("there is no column %q; the columns are %s", name, strings.Join(heading, ", ")))
	}
	var found, signed []int
	for i, h := range heading {
		h = strings.ToLower(h)
		if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(h, w) }) {
			continue
		}
		found = append(found, i)
		if strings.Contains(h, sign) {
			signed = append(signed, i)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(signed) == 1:
		return signed[0], nil
	}
	return 0, fault.At(fault.Invalid, "column_unclear", what,
		fmt.Sprintf("which column has the %s is not clear; name it with --%s: the columns are %s", what, what, strings.Join(heading, ", ")))
}

// quoted is a heading that says what its prices are: "Price (EUR/MWh)".
var quoted = regexp.MustCompile(`(?i)\b([a-z]{3})\s*/\s*([km]wh)\b`)

// unitOf is the unit that was asked for, which the heading must not contradict,
// else that of the heading. A wrong guess would be a thousandfold price.
func unitOf(heading string, o Options) (feed.Unit, error) {
	said := feed.Unit("")
	if m := quoted.FindStringSubmatch(heading); m != nil {
		said = map[string]feed.Unit{"kwh": feed.PerKWh, "mwh": feed.PerMWh}[strings.ToLower(m[2])]
		if c := money.Currency(strings.ToUpper(m[1])); c.Valid() && c != o.Currency {
			return "", fault.At(fault.Invalid, "feed_currency_differs", "currency", fmt.Sprintf("the column %q is in %s, not %s", heading, c, o.Currency))
		}
	}
	switch {
	case o.Unit == "" && said == "":
		return "", fault.At(fault.Invalid, "feed_unit_unknown", "unit", fmt.Sprintf("the column %q does not say what its prices are for; say --unit MWh or --unit kWh", heading))
	case o.Unit == "":
		return said, nil
	case said != "" && said != o.Unit:
		return "", fault.At(fault.Invalid, "feed_unit_differs", "unit", fmt.Sprintf("the column %q is per %s, not per %s", heading, said, o.Unit))
	}
	return o.Unit, nil
}

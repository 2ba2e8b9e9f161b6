package lint

import (
	"cmp"
	"fmt"
	"slices"

	"kwote/domain/calendar"
	"kwote/domain/tariff"
)

// unusualRate is above any tax on energy that is levied in percent.
const unusualRate = 350_000

// taxes looks at a list of taxes: rates that were not written in percent, and
// dates on which a tax has no rate, or two.
func (c *checker) taxes(at string, all []tariff.Tax) {
	byName := map[string][]int{}
	var names []string
	for i, t := range all {
		rate := fmt.Sprintf("%s[%d].rate", at, i)
		switch {
		case t.Rate > 0 && t.Rate < fractionLike:
			c.looksLikeFraction(rate, t.Rate)
		case t.Rate > unusualRate:
			c.say(Hint, "rate_unusual", rate, map[string]string{"rate": tariff.FormatRate(t.Rate)}, "a tax of %s percent is unusually high; check the rate", tariff.FormatRate(t.Rate))
		}
		if byName[t.Name] == nil {
			names = append(names, t.Name)
		}
		byName[t.Name] = append(byName[t.Name], i)
	}
	for _, name := range names {
		c.rates(at, all, byName[name])
	}
}

// rates looks at the rates of one tax over time.
func (c *checker) rates(at string, all []tariff.Tax, list []int) {
	start := func(i int) calendar.Date {
		if from := all[i].From; from != nil {
			return *from
		}
		return tariff.AllTime.First
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(i, j int) int { return cmp.Compare(start(i), start(j)) })
	for n, i := range list {
		t := all[i]
		next := calendar.Date(1<<31 - 1)
		if n+1 < len(list) {
			next = start(list[n+1])
		}
		where := fmt.Sprintf("%s[%d].before", at, i)
		switch {
		case (t.Before == nil || *t.Before > next) && n+1 < len(list):
			c.say(Warning, "tax_rates_overlap", where, map[string]string{"tax": t.Name, "from": next.String()},
				"from %s on, two rates of %s hold and both are levied; end the one when the other begins, or name the taxes apart", next, t.Name)
		case t.Before != nil && *t.Before < next:
			c.say(Warning, "tax_rate_ends", where, map[string]string{"tax": t.Name, "from": t.Before.String()},
				"from %s on, no rate of %s holds, so it is not levied; write the rate that follows", *t.Before, t.Name)
		}
	}
}

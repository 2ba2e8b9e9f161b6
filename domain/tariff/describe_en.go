package tariff

import (
	"strconv"
	"strings"
	"time"

	"kwote/domain/calendar"
)

var english = grammar{
	code: "en", point: ".", percent: "%", semicolon: "; ", and: "and",

	free:         "free",
	energyFree:   "energy is free",
	allFree:      "charging is free",
	freeElsewhen: "free at other times",
	noFee:        "no session fee",
	perSession:   "per session",
	otherwise:    "otherwise",
	then:         "then",

	rated: func(k Kind, price, when string) string {
		while := [...]string{Energy: "", Charging: " while charging", Idle: " while plugged in and not charging", Session: ""}
		return strings.TrimSpace(price + while[k] + " " + when)
	},
	credit: func(price string) string { return "a credit of " + price },
	grace:  func(duration string) string { return "after " + duration + " free, " },
	atMost: func(amount string) string { return "at most " + amount },
	total: func(least, most string) string {
		switch {
		case most == "":
			return "at least " + least + " per session in all"
		case least == "":
			return "at most " + most + " per session in all"
		}
		return "at least " + least + " and at most " + most + " per session in all"
	},
	lock: func(locked []Kind) string {
		if len(locked) == 0 {
			return "the prices at the start of the session hold for all of it"
		}
		names := map[Kind]string{Energy: "energy", Charging: "charging time", Idle: "idle time", Session: "the session fee"}
		return "for " + joinList(named(locked, names), "and") + " the price at the start of the session holds for all of it"
	},
	failedStart: func(fee, least bool, below []string) string {
		what := "no session fee and no minimum"
		if !least {
			what = "no session fee"
		} else if !fee {
			what = "no minimum"
		}
		return what + " below " + joinList(below, "or")
	},
	tax: func(t Terms, list string) string {
		switch {
		case t == NoTax:
			return "no tax is due"
		case t == WithTax && list == "":
			return "prices include tax"
		case t == WithTax:
			return "prices include " + list
		case list == "":
			return "prices exclude tax"
		}
		return "prices exclude " + list
	},

	taxNames: map[string]string{"TVA": "VAT", "MVA": "VAT", "MwSt.": "VAT"},
	taxed:    func(name, rate string) string { return rate + " " + name },

	window: func(from, to calendar.TimeOfDay) string { return "from " + from.String() + " to " + to.String() },
	outside: func(from, to calendar.TimeOfDay) string {
		return "before " + to.String() + " and from " + from.String() + " on"
	},
	days: func(ranges [][2]time.Weekday, single []time.Weekday) string {
		var list []string
		for _, r := range ranges {
			list = append(list, r[0].String()+" to "+r[1].String())
		}
		if len(single) > 0 {
			var names []string
			for _, d := range single {
				names = append(names, d.String()+"s")
			}
			list = append(list, "on "+joinList(names, "and"))
		}
		return joinList(list, "and")
	},
	date: func(year int, month time.Month, day int) string {
		return strconv.Itoa(day) + " " + month.String() + " " + strconv.Itoa(year)
	},
	shortDay: func(month time.Month, day int) string { return strconv.Itoa(day) + " " + month.String() },
	dates: func(first, last string) string {
		switch {
		case first == last:
			return "on " + first
		case last == "":
			return "from " + first + " on"
		case first == "":
			return "until " + last
		}
		return "between " + first + " and " + last
	},
	energy: func(from, before string) string {
		switch {
		case from == "":
			return "for the first " + before
		case before == "":
			return "after " + from
		}
		return "between " + from + " and " + before
	},
	duration: func(from, before string) string {
		switch {
		case from == "":
			return "during the first " + before
		case before == "":
			return "after " + from
		}
		return "between " + from + " and " + before + " after plugging in"
	},
}

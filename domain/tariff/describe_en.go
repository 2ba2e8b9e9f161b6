package tariff

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language/display"

	"kwote/domain/calendar"
	"kwote/domain/session"
)

var english = grammar{
	code: "en", names: display.English, point: ".", percent: "%", semicolon: "; ", and: "and", or: "or",

	free:             "free",
	energyFree:       "energy is free",
	allFree:          "charging is free",
	freeElsewhen:     "free at other times",
	noFee:            "no session fee",
	noReservationFee: "no reservation fee",
	noCredit:         "no credit",
	perSession:       "per session",
	perReservation:   "per reservation",
	otherwise:        "otherwise",
	then:             "then",
	flat:             "flat",
	plus:             "plus",
	minus:            "less",
	untaxed:          "free of tax",
	unlessIdle:       " unless idle time is billed",
	unlessStated:     " unless stated otherwise",
	per:              map[Unit]string{PerKWh: "per kWh", PerMinute: "per minute", PerHour: "per hour"},

	rated: func(k Kind, price, when string) string {
		while := [Kinds]string{Charging: " while charging", Idle: " while plugged in and not charging", Occupancy: " while plugged in",
			Reservation: " while reserved", Export: " for energy given back"}
		return strings.TrimSpace(price + while[k] + " " + when)
	},
	credit: func(price string) string { return "a credit of " + price },
	grace: func(k Kind, duration string) string {
		if k == Occupancy {
			return "after the allotted stay of " + duration + ", "
		}
		return "after " + duration + " free, "
	},
	blocks: func(size string) string { return "billed in blocks of " + size + ", each charged when begun" },
	steps: func(k Kind, size string) string {
		what := "the total time"
		if k == Energy {
			what = "the total energy"
		}
		if size == "" {
			return what + " rounded up by the step of the last price"
		}
		return what + " rounded up to a multiple of " + size
	},
	ownStep: func(size string) string { return "step " + size },
	atLeast: func(amount string) string { return "at least " + amount },
	atMost:  func(amount string) string { return "at most " + amount },
	feed: func(name, per, percentage, tax string) string {
		text := "the " + name + " price " + per
		if percentage != "" {
			text = percentage + " of " + text
		}
		if tax != "" {
			text += " plus " + tax + " tax"
		}
		return text
	},
	missing: func(price string) string { return price + " where the feed has no price" },
	share:   func(percentage, price string) string { return percentage + " of " + price },
	total: func(least, most string) string {
		return englishBounds(least, most) + " per session in all"
	},
	totalWithTax: func(least, most string) string { return "with tax " + englishBounds(least, most) + " per session" },
	freeAmount:   func(amount string) string { return "the first " + amount + " of a session is free" },
	perDay:       func(amount string) string { return "at most " + amount + " per driver and day" },
	lock: func(locked []Kind) string {
		if len(locked) == 0 {
			return "the prices at the start of the session hold for all of it"
		}
		names := map[Kind]string{Energy: "energy", Charging: "charging time", Idle: "idle time", Occupancy: "occupancy", Session: "the session fee",
			Reservation: "reserved time", ReservationFee: "the reservation fee", Export: "energy given back"}
		return "for " + joinList(named(locked, names), "and") + " the price at the start of the session holds for all of it"
	},
	idleByPower: func(power, duration string) string {
		return "the car counts as not charging once it has drawn less than " + power + " for " + duration + ", from the beginning of that time"
	},
	idleByCharge: func(charge string) string {
		return "the car counts as not charging once its battery is " + charge + " full"
	},
	stopped:   func(at string) string { return "charging is stopped " + at },
	stopAt:    func(quantity string) string { return "at " + quantity },
	stopAfter: func(duration string) string { return "after " + duration },
	held:      func(amount string) string { return amount + " is held before an ad hoc session" },
	failedStart: func(fee, least bool, below []string) string {
		if len(below) == 0 {
			switch {
			case !least:
				return "the session fee is due even if charging fails to start"
			case !fee:
				return "the minimum is due even if charging fails to start"
			}
			return "session fee and minimum are due even if charging fails to start"
		}
		what := "no session fee and no minimum"
		if !least {
			what = "no session fee"
		} else if !fee {
			what = "no minimum"
		}
		return what + " below " + joinList(below, "or")
	},
	instant: func(date string, t calendar.TimeOfDay) string { return date + ", " + t.String() },
	valid: func(from, before string) string {
		switch {
		case before == "":
			return "valid for sessions that start from " + from + " on"
		case from == "":
			return "valid for sessions that start before " + before
		}
		return "valid for sessions that start from " + from + " on and before " + before
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
	taxStated: func(t Terms) string {
		if t == WithTax {
			return "prices include the taxes stated"
		}
		return "prices exclude the taxes stated"
	},
	ownTax: func(t Terms, list string) string {
		if t == WithTax {
			return "including " + list
		}
		return "plus " + list
	},
	onTop: func(tax string) string { return tax + " on the sum" },

	taxNames: map[string]string{"TVA": "VAT", "MVA": "VAT", "MwSt.": "VAT"},
	taxed:    func(name, rate string) string { return rate + " " + name },

	whenWords: englishWhen,
}

func englishBounds(least, most string) string {
	switch {
	case most == "":
		return "at least " + least
	case least == "":
		return "at most " + most
	}
	return "at least " + least + " and at most " + most
}

var englishWhen = whenWords{
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
	season: func(first, last string) string {
		switch {
		case first == last:
			return "on " + first + " each year"
		case last == "":
			last = "the end of February"
		}
		return "from " + first + " to " + last + " each year"
	},
	months: func(first, last time.Month) string {
		if first == last {
			return "in " + first.String()
		}
		return "from " + first.String() + " to " + last.String()
	},
	holidays: func(on bool, place string) string {
		if on {
			return "on public holidays (" + place + ")"
		}
		return "except on public holidays (" + place + ")"
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
	charged: func(from, before string) string {
		switch {
		case from == "":
			return "up to " + before + " charged"
		case before == "":
			return "after " + from + " charged"
		}
		return "between " + from + " and " + before + " charged"
	},
	elapsed: func(of spell, from, before string) string {
		what := [...]string{spellReserved: " of the reservation", spellCharging: " of charging", spellIdle: " of idle time"}[of]
		switch {
		case from == "":
			return "during the first " + before + what
		case before == "":
			return "after " + from + what
		}
		if of == spellPluggedIn {
			what = " after plugging in"
		}
		return "between " + from + " and " + before + what
	},
	ranged: func(from, before string) string {
		switch {
		case from == "":
			return "below " + before
		case before == "":
			return "of " + from + " or more"
		}
		return "from " + from + " to below " + before
	},
	level: func(above, upTo string) string {
		switch {
		case above == "":
			return "of up to " + upTo
		case upTo == "":
			return "of more than " + above
		}
		return "of more than " + above + " and up to " + upTo
	},
	power: "at a power", current: "at a current", average: "at an average power", peak: "at a peak power",
	place:   [...]string{UnknownSupply: "at charge points", AC: "at AC charge points", DC: "at DC charge points"},
	mode:    [...]string{session.Regular: "for regular charging", session.Boosted: "for boosted charging", session.Optimised: "for optimised charging"},
	outcome: [...]string{Used: "if the reservation is used", Expired: "if the reservation expires"},
}

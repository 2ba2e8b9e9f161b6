package tariff

import (
	"strconv"
	"time"

	"kwote/domain/calendar"
)

var german = grammar{
	code: "de", point: ",", percent: "\u00a0%", semicolon: "; ", and: "und",

	free:         "kostenlos",
	energyFree:   "Energie kostenlos",
	allFree:      "Laden kostenlos",
	freeElsewhen: "zu anderen Zeiten kostenlos",
	noFee:        "ohne Pauschale",
	perSession:   "pro Ladevorgang",
	otherwise:    "sonst",
	then:         "danach",

	rated: func(k Kind, price, when string) string {
		if k == Charging {
			price += " während des Ladens"
		}
		if when != "" {
			price += " " + when
		}
		if k == Idle {
			price += ", solange das Fahrzeug angesteckt ist und nicht lädt"
		}
		return price
	},
	credit: func(price string) string { return "eine Gutschrift von " + price },
	grace:  func(duration string) string { return "nach " + duration + " Karenzzeit " },
	atMost: func(amount string) string { return "höchstens " + amount },
	total: func(least, most string) string {
		switch {
		case most == "":
			return "insgesamt mindestens " + least + " pro Ladevorgang"
		case least == "":
			return "insgesamt höchstens " + most + " pro Ladevorgang"
		}
		return "insgesamt mindestens " + least + " und höchstens " + most + " pro Ladevorgang"
	},
	lock: func(locked []Kind) string {
		if len(locked) == 0 {
			return "die Preise bei Beginn des Ladevorgangs gelten bis zu seinem Ende"
		}
		names := map[Kind]string{Energy: "Energie", Charging: "Ladezeit", Idle: "Standzeit", Session: "die Pauschale"}
		return "für " + joinList(named(locked, names), "und") + " gilt der Preis bei Beginn des Ladevorgangs bis zu seinem Ende"
	},
	failedStart: func(fee, least bool, below []string) string {
		what := "weder Pauschale noch Mindestpreis"
		if !least {
			what = "keine Pauschale"
		} else if !fee {
			what = "kein Mindestpreis"
		}
		return what + " unter " + joinList(below, "oder")
	},
	tax: func(t Terms, list string) string {
		switch {
		case t == NoTax:
			return "es fällt keine Steuer an"
		case t == WithTax && list == "":
			return "alle Preise inklusive Steuern"
		case t == WithTax:
			return "alle Preise inklusive " + list
		case list == "":
			return "alle Preise zuzüglich Steuern"
		}
		return "alle Preise zuzüglich " + list
	},
	taxNames: map[string]string{"VAT": "MwSt.", "MVA": "MwSt.", "TVA": "MwSt."},

	taxed: func(name, rate string) string { return rate + " " + name },

	window: func(from, to calendar.TimeOfDay) string {
		return "von " + from.String() + " bis " + to.String() + " Uhr"
	},
	outside: func(from, to calendar.TimeOfDay) string {
		return "vor " + to.String() + " Uhr und ab " + from.String() + " Uhr"
	},
	days: func(ranges [][2]time.Weekday, single []time.Weekday) string {
		var list []string
		for _, r := range ranges {
			list = append(list, germanDays[r[0]]+" bis "+germanDays[r[1]])
		}
		return joinList(append(list, dayNames(germanOnDays, single)...), "und")
	},
	date: func(year int, month time.Month, day int) string {
		return germanDay(month, day) + " " + strconv.Itoa(year)
	},
	shortDay: germanDay,
	dates: func(first, last string) string {
		switch {
		case first == last:
			return "am " + first
		case last == "":
			return "ab dem " + first
		case first == "":
			return "bis zum " + last
		}
		return "vom " + first + " bis zum " + last
	},
	energy: func(from, before string) string {
		switch {
		case from == "":
			return "für die ersten " + before
		case before == "":
			return "ab " + from
		}
		return "zwischen " + from + " und " + before
	},
	duration: func(from, before string) string {
		switch {
		case from == "":
			return "in den ersten " + before
		case before == "":
			return "nach " + from
		}
		return "zwischen " + from + " und " + before + " nach dem Anstecken"
	},
}

var (
	germanDays   = [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
	germanOnDays = [7]string{"sonntags", "montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags"}
	germanMonths = [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
)

func germanDay(month time.Month, day int) string {
	return strconv.Itoa(day) + ". " + germanMonths[month-1]
}

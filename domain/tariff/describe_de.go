package tariff

import (
	"strconv"
	"time"

	"golang.org/x/text/language/display"

	"kwote/domain/calendar"
	"kwote/domain/session"
)

var german = grammar{
	code: "de", names: display.German, point: ",", percent: "\u00a0%", semicolon: "; ", and: "und", or: "oder",

	free:             "kostenlos",
	energyFree:       "Energie kostenlos",
	allFree:          "Laden kostenlos",
	freeElsewhen:     "zu anderen Zeiten kostenlos",
	noFee:            "ohne Pauschale",
	noReservationFee: "ohne Reservierungspauschale",
	noCredit:         "keine Gutschrift",
	perSession:       "pro Ladevorgang",
	perReservation:   "pro Reservierung",
	otherwise:        "sonst",
	then:             "danach",
	flat:             "pauschal",
	plus:             "plus",
	minus:            "minus",
	untaxed:          "steuerfrei",
	unlessIdle:       ", sofern keine Standzeit berechnet wird",
	unlessStated:     ", soweit nicht anders angegeben",
	per:              map[Unit]string{PerKWh: "pro kWh", PerMinute: "pro Minute", PerHour: "pro Stunde"},

	rated: func(k Kind, price, when string) string {
		price += [Kinds]string{Charging: " während des Ladens", Reservation: " während der Reservierung", Export: " für Rückspeisung"}[k]
		if when != "" {
			price += " " + when
		}
		return price + [Kinds]string{Idle: ", solange das Fahrzeug angesteckt ist und nicht lädt", Occupancy: ", solange das Fahrzeug angesteckt ist"}[k]
	},
	credit: func(price string) string { return "eine Gutschrift von " + price },
	grace: func(k Kind, duration string) string {
		if k == Occupancy {
			return "nach " + duration + " freier Belegung "
		}
		return "nach " + duration + " Karenzzeit "
	},
	blocks: func(size string) string { return "abgerechnet je angefangenem Block von " + size },
	steps: func(k Kind, size string) string {
		what := "die gesamte Zeit"
		if k == Energy {
			what = "die gesamte Energie"
		}
		if size == "" {
			return what + " aufgerundet nach dem Schritt des letzten Preises"
		}
		return what + " aufgerundet auf ein Vielfaches von " + size
	},
	ownStep: func(size string) string { return "Schritt " + size },
	atLeast: func(amount string) string { return "mindestens " + amount },
	atMost:  func(amount string) string { return "höchstens " + amount },
	feed: func(name, per, percentage, tax string) string {
		text := "der Preis " + name + " " + per
		if percentage != "" {
			text = percentage + " des Preises " + name + " " + per
		}
		if tax != "" {
			text += " plus " + tax + " Steuer"
		}
		return text
	},
	missing: func(price string) string { return price + ", wo dieser Preis fehlt" },
	share:   func(percentage, price string) string { return percentage + " von " + price },
	total: func(least, most string) string {
		return "insgesamt " + germanBounds(least, most) + " pro Ladevorgang"
	},
	totalWithTax: func(least, most string) string {
		return "mit Steuern " + germanBounds(least, most) + " pro Ladevorgang"
	},
	freeAmount: func(amount string) string { return "die ersten " + amount + " eines Ladevorgangs frei" },
	perDay:     func(amount string) string { return "höchstens " + amount + " pro Fahrer und Tag" },
	lock: func(locked []Kind) string {
		if len(locked) == 0 {
			return "die Preise bei Beginn des Ladevorgangs gelten bis zu seinem Ende"
		}
		names := map[Kind]string{Energy: "Energie", Charging: "Ladezeit", Idle: "Standzeit", Occupancy: "Belegung", Session: "die Pauschale",
			Reservation: "reservierte Zeit", ReservationFee: "die Reservierungspauschale", Export: "Rückspeisung"}
		return "für " + joinList(named(locked, names), "und") + " gilt der Preis bei Beginn des Ladevorgangs bis zu seinem Ende"
	},
	idleByPower: func(power, duration string) string {
		return "das Fahrzeug gilt als nicht ladend, sobald es " + duration + " lang weniger als " + power + " bezogen hat, und zwar von Beginn dieser Zeit an"
	},
	idleByCharge: func(charge string) string {
		return "das Fahrzeug gilt als nicht ladend, sobald seine Batterie zu " + charge + " geladen ist"
	},
	stopped:   func(at string) string { return "das Laden wird " + at + " beendet" },
	stopAt:    func(quantity string) string { return "bei " + quantity },
	stopAfter: func(duration string) string { return "nach " + duration },
	held:      func(amount string) string { return "vor einem Ad-hoc-Ladevorgang werden " + amount + " vorgemerkt" },
	failedStart: func(fee, least bool, below []string) string {
		if len(below) == 0 {
			switch {
			case !least:
				return "die Pauschale fällt auch bei einem Fehlstart an"
			case !fee:
				return "der Mindestpreis fällt auch bei einem Fehlstart an"
			}
			return "Pauschale und Mindestpreis fallen auch bei einem Fehlstart an"
		}
		what := "weder Pauschale noch Mindestpreis"
		if !least {
			what = "keine Pauschale"
		} else if !fee {
			what = "kein Mindestpreis"
		}
		return what + " unter " + joinList(below, "oder")
	},
	instant: func(date string, t calendar.TimeOfDay) string { return date + ", " + t.String() + " Uhr" },
	valid: func(from, before string) string {
		switch {
		case before == "":
			return "gültig für Ladevorgänge, die ab dem " + from + " beginnen"
		case from == "":
			return "gültig für Ladevorgänge, die vor dem " + before + " beginnen"
		}
		return "gültig für Ladevorgänge, die ab dem " + from + " und vor dem " + before + " beginnen"
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
	taxStated: func(t Terms) string {
		if t == WithTax {
			return "alle Preise inklusive der genannten Steuern"
		}
		return "alle Preise zuzüglich der genannten Steuern"
	},
	ownTax: func(t Terms, list string) string {
		if t == WithTax {
			return "inklusive " + list
		}
		return "zuzüglich " + list
	},
	onTop:    func(tax string) string { return tax + " auf die Summe" },
	taxNames: map[string]string{"VAT": "MwSt.", "MVA": "MwSt.", "TVA": "MwSt."},
	taxed:    func(name, rate string) string { return rate + " " + name },

	whenWords: germanWhen,
}

func germanBounds(least, most string) string {
	switch {
	case most == "":
		return "mindestens " + least
	case least == "":
		return "höchstens " + most
	}
	return "mindestens " + least + " und höchstens " + most
}

var germanWhen = whenWords{
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
	season: func(first, last string) string {
		switch {
		case first == last:
			return "jedes Jahr am " + first
		case last == "":
			return "jedes Jahr vom " + first + " bis Ende Februar"
		}
		return "jedes Jahr vom " + first + " bis zum " + last
	},
	months: func(first, last time.Month) string {
		if first == last {
			return "im " + germanMonths[first-1]
		}
		return "von " + germanMonths[first-1] + " bis " + germanMonths[last-1]
	},
	holidays: func(on bool, place string) string {
		if on {
			return "an gesetzlichen Feiertagen (" + place + ")"
		}
		return "außer an gesetzlichen Feiertagen (" + place + ")"
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
	charged: func(from, before string) string {
		switch {
		case from == "":
			return "bis " + before + " geladener Energie"
		case before == "":
			return "ab " + from + " geladener Energie"
		}
		return "zwischen " + from + " und " + before + " geladener Energie"
	},
	elapsed: func(of spell, from, before string) string {
		what := [...]string{spellReserved: " Reservierungszeit", spellCharging: " Ladezeit", spellIdle: " Standzeit"}[of]
		switch {
		case from == "":
			return "in den ersten " + before + what
		case before == "":
			return "nach " + from + what
		}
		if of == spellPluggedIn {
			what = " nach dem Anstecken"
		}
		return "zwischen " + from + " und " + before + what
	},
	ranged: func(from, before string) string {
		switch {
		case from == "":
			return "unter " + before
		case before == "":
			return "ab " + from
		}
		return "ab " + from + " und unter " + before
	},
	level: func(above, upTo string) string {
		switch {
		case above == "":
			return "von bis zu " + upTo
		case upTo == "":
			return "von über " + above
		}
		return "von über " + above + " bis zu " + upTo
	},
	power: "bei einer Leistung", current: "bei einer Stromstärke", average: "bei einer Durchschnittsleistung", peak: "bei einer Spitzenleistung",
	place:   [...]string{UnknownSupply: "an Ladepunkten", AC: "an AC-Ladepunkten", DC: "an DC-Ladepunkten"},
	mode:    [...]string{session.Regular: "beim normalen Laden", session.Boosted: "beim beschleunigten Laden", session.Optimised: "beim optimierten Laden"},
	outcome: [...]string{Used: "bei genutzter Reservierung", Expired: "bei verfallener Reservierung"},
}

var (
	germanDays   = [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
	germanOnDays = [7]string{"sonntags", "montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags"}
	germanMonths = [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
)

func germanDay(month time.Month, day int) string {
	return strconv.Itoa(day) + ". " + germanMonths[month-1]
}

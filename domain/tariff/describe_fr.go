package tariff

import (
	"fmt"
	"strconv"
	"time"

	"kwote/domain/calendar"
)

// French sets a no-break space before the semicolon and the percent sign.
const frenchSpace = "\u00a0"

var french = grammar{
	code: "fr", point: ",", percent: frenchSpace + "%", semicolon: frenchSpace + "; ", and: "et",

	free:         "gratuit",
	energyFree:   "énergie gratuite",
	allFree:      "recharge gratuite",
	freeElsewhen: "gratuit le reste du temps",
	noFee:        "sans frais de session",
	perSession:   "par session",
	otherwise:    "sinon",
	then:         "puis",

	rated: func(k Kind, price, when string) string {
		if k == Charging {
			price += " pendant la charge"
		}
		if when != "" {
			price += " " + when
		}
		if k == Idle {
			price += " tant que le véhicule reste branché sans charger"
		}
		return price
	},
	credit: func(price string) string { return "un avoir de " + price },
	grace:  func(duration string) string { return "après une franchise de " + duration + ", " },
	atMost: func(amount string) string { return "au maximum " + amount },
	total: func(least, most string) string {
		switch {
		case most == "":
			return "au moins " + least + " par session au total"
		case least == "":
			return "au plus " + most + " par session au total"
		}
		return "au moins " + least + " et au plus " + most + " par session au total"
	},
	lock: func(locked []Kind) string {
		if len(locked) == 0 {
			return "les prix au début de la session valent pour toute sa durée"
		}
		names := map[Kind]string{Energy: "l’énergie", Charging: "le temps de charge", Idle: "l’immobilisation", Session: "les frais de session"}
		return "pour " + joinList(named(locked, names), "et") + ", le prix au début de la session vaut pour toute sa durée"
	},
	failedStart: func(fee, least bool, below []string) string {
		what := "ni frais de session ni minimum"
		if !least {
			what = "pas de frais de session"
		} else if !fee {
			what = "pas de minimum"
		}
		return what + " en dessous de " + joinList(below, "ou de")
	},
	tax: func(t Terms, list string) string {
		switch {
		case t == NoTax:
			return "aucune taxe n’est due"
		case t == WithTax && list == "":
			return "prix toutes taxes comprises"
		case t == WithTax:
			return "prix toutes taxes comprises, dont " + list
		case list == "":
			return "prix hors taxes"
		}
		return "prix hors taxes, " + list + " en sus"
	},
	taxNames: map[string]string{"VAT": "TVA", "MVA": "TVA", "MwSt.": "TVA", "GST": "TPS", "QST": "TVQ", "HST": "TVH", "PST": "TVP"},

	taxed: func(name, rate string) string { return name + " à " + rate },

	window: func(from, to calendar.TimeOfDay) string { return "de " + frenchTime(from) + " à " + frenchTime(to) },
	outside: func(from, to calendar.TimeOfDay) string {
		return "avant " + frenchTime(to) + " et à partir de " + frenchTime(from)
	},
	days: func(ranges [][2]time.Weekday, single []time.Weekday) string {
		var list []string
		for _, r := range ranges {
			list = append(list, "du "+frenchDays[r[0]]+" au "+frenchDays[r[1]])
		}
		for _, d := range single {
			list = append(list, "le "+frenchDays[d])
		}
		return joinList(list, "et")
	},
	date: func(year int, month time.Month, day int) string {
		return frenchDay(month, day) + " " + strconv.Itoa(year)
	},
	shortDay: frenchDay,
	dates: func(first, last string) string {
		switch {
		case first == last:
			return "le " + first
		case last == "":
			return "à partir du " + first
		case first == "":
			return "jusqu’au " + last
		}
		return "du " + first + " au " + last
	},
	energy: func(from, before string) string {
		switch {
		case from == "":
			return "jusqu’à " + before
		case before == "":
			return "au-delà de " + from
		}
		return "entre " + from + " et " + before
	},
	// A bare "après 4 h" would be read as a time of day.
	duration: func(from, before string) string {
		switch {
		case from == "":
			return "jusqu’à " + before + " de branchement"
		case before == "":
			return "au-delà de " + from + " de branchement"
		}
		return "entre " + from + " et " + before + " de branchement"
	},
}

var (
	frenchDays   = [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	frenchMonths = [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

func frenchDay(month time.Month, day int) string {
	if day == 1 {
		return "1er " + frenchMonths[month-1]
	}
	return strconv.Itoa(day) + " " + frenchMonths[month-1]
}

// frenchTime is "6 h", "6 h 05" or "6 h 05 min 10 s".
func frenchTime(t calendar.TimeOfDay) string {
	h, m, s := t/3600, t/60%60, t%60
	switch {
	case s > 0:
		return fmt.Sprintf("%d h %02d min %d s", h, m, s)
	case m > 0:
		return fmt.Sprintf("%d h %02d", h, m)
	}
	return fmt.Sprintf("%d h", h)
}

package tariff

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language/display"

	"kwote/domain/calendar"
	"kwote/domain/session"
)

// French sets a no-break space before the semicolon and the percent sign.
const frenchSpace = "\u00a0"

var french = grammar{
	code: "fr", names: display.French, point: ",", percent: frenchSpace + "%", semicolon: frenchSpace + "; ", and: "et", or: "ou",

	free:             "gratuit",
	energyFree:       "énergie gratuite",
	allFree:          "recharge gratuite",
	freeElsewhen:     "gratuit le reste du temps",
	noFee:            "sans frais de session",
	noReservationFee: "sans frais de réservation",
	noCredit:         "sans avoir",
	perSession:       "par session",
	perReservation:   "par réservation",
	otherwise:        "sinon",
	then:             "puis",
	flat:             "forfaitaires",
	plus:             "plus",
	minus:            "moins",
	untaxed:          "sans taxe",
	unlessIdle:       " sauf si l’immobilisation est facturée",
	unlessStated:     ", sauf indication contraire",
	per:              map[Unit]string{PerKWh: "par kWh", PerMinute: "par minute", PerHour: "par heure"},

	rated: func(k Kind, price, when string) string {
		price += [Kinds]string{Charging: " pendant la charge", Reservation: " pendant la réservation", Export: " pour l’énergie restituée"}[k]
		if when != "" {
			price += " " + when
		}
		return price + [Kinds]string{Idle: " tant que le véhicule reste branché sans charger", Occupancy: " tant que le véhicule reste branché"}[k]
	},
	credit: func(price string) string { return "un avoir de " + price },
	grace: func(k Kind, duration string) string {
		if k == Occupancy {
			return "au-delà de la durée autorisée de " + duration + ", "
		}
		return "après une franchise de " + duration + ", "
	},
	blocks: func(size string) string {
		return "facturé par tranches de " + size + ", toute tranche entamée étant due"
	},
	steps: func(k Kind, size string) string {
		what := "la durée totale arrondie"
		if k == Energy {
			what = "l’énergie totale arrondie"
		}
		if size == "" {
			return what + " selon le pas du dernier prix"
		}
		return what + " au multiple supérieur de " + size
	},
	ownStep: func(size string) string { return "pas de " + size },
	atLeast: func(amount string) string { return "au moins " + amount },
	atMost:  func(amount string) string { return "au maximum " + amount },
	feed: func(name, per, percentage, tax string) string {
		text := "le prix " + name + " " + per
		if percentage != "" {
			text = percentage + " du prix " + name + " " + per
		}
		if tax != "" {
			text += " plus " + tax + " de taxe"
		}
		return text
	},
	missing: func(price string) string { return price + " quand ce prix manque" },
	share:   func(percentage, price string) string { return percentage + " de " + price },
	total: func(least, most string) string {
		return frenchBounds(least, most) + " par session au total"
	},
	totalWithTax: func(least, most string) string {
		return "taxes comprises " + frenchBounds(least, most) + " par session"
	},
	freeAmount: func(amount string) string { return "les premiers " + amount + " d’une session offerts" },
	perDay:     func(amount string) string { return "au plus " + amount + " par conducteur et par jour" },
	lock: func(locked []Kind) string {
		if len(locked) == 0 {
			return "les prix au début de la session valent pour toute sa durée"
		}
		names := map[Kind]string{Energy: "l’énergie", Charging: "le temps de charge", Idle: "l’immobilisation", Occupancy: "l’occupation",
			Session: "les frais de session", Reservation: "le temps réservé", ReservationFee: "les frais de réservation", Export: "l’énergie restituée"}
		return "pour " + joinList(named(locked, names), "et") + ", le prix au début de la session vaut pour toute sa durée"
	},
	idleByPower: func(power, duration string) string {
		return "le véhicule est réputé ne plus charger dès qu’il a consommé moins de " + power + " pendant " + duration + ", et ce depuis le début de cette durée"
	},
	idleByCharge: func(charge string) string {
		return "le véhicule est réputé ne plus charger dès que sa batterie est chargée à " + charge
	},
	stopped:   func(at string) string { return "la charge est arrêtée " + at },
	stopAt:    func(quantity string) string { return "à " + quantity },
	stopAfter: func(duration string) string { return "après " + duration + " de branchement" },
	held: func(amount string) string {
		return "une préautorisation de " + amount + " précède toute recharge sans abonnement"
	},
	failedStart: func(fee, least bool, below []string) string {
		if len(below) == 0 {
			switch {
			case !least:
				return "les frais de session sont dus même si le démarrage échoue"
			case !fee:
				return "le minimum est dû même si le démarrage échoue"
			}
			return "les frais de session et le minimum sont dus même si le démarrage échoue"
		}
		what := "ni frais de session ni minimum"
		if !least {
			what = "pas de frais de session"
		} else if !fee {
			what = "pas de minimum"
		}
		return what + " en dessous de " + joinList(below, "ou de")
	},
	instant: func(date string, t calendar.TimeOfDay) string { return date + " à " + frenchTime(t) },
	valid: func(from, before string) string {
		switch {
		case before == "":
			return "valable pour les sessions débutant à partir du " + from
		case from == "":
			return "valable pour les sessions débutant avant le " + before
		}
		return "valable pour les sessions débutant à partir du " + from + " et avant le " + before
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
	taxStated: func(t Terms) string {
		if t == WithTax {
			return "prix comprenant les taxes indiquées"
		}
		return "prix hors taxes, les taxes indiquées en sus"
	},
	ownTax: func(t Terms, list string) string {
		if t == WithTax {
			return "dont " + list
		}
		return list + " en sus"
	},
	onTop:    func(tax string) string { return tax + " sur la somme" },
	taxNames: map[string]string{"VAT": "TVA", "MVA": "TVA", "MwSt.": "TVA", "GST": "TPS", "QST": "TVQ", "HST": "TVH", "PST": "TVP"},

	taxed: func(name, rate string) string { return name + " à " + rate },

	whenWords: frenchWhen,
}

func frenchBounds(least, most string) string {
	switch {
	case most == "":
		return "au moins " + least
	case least == "":
		return "au plus " + most
	}
	return "au moins " + least + " et au plus " + most
}

var frenchWhen = whenWords{
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
	season: func(first, last string) string {
		switch {
		case first == last:
			return "chaque année le " + first
		case last == "":
			return "chaque année du " + first + " à fin février"
		}
		return "chaque année du " + first + " au " + last
	},
	months: func(first, last time.Month) string {
		from, to := frenchMonths[first-1], frenchMonths[last-1]
		switch {
		case first == last:
			return "en " + from
		case strings.HasPrefix(from, "a") || strings.HasPrefix(from, "o"):
			return "d’" + from + " à " + to
		}
		return "de " + from + " à " + to
	},
	holidays: func(on bool, place string) string {
		if on {
			return "les jours fériés (" + place + ")"
		}
		return "hors jours fériés (" + place + ")"
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
	charged: func(from, before string) string {
		switch {
		case from == "":
			return "jusqu’à " + before + " chargés"
		case before == "":
			return "au-delà de " + from + " chargés"
		}
		return "entre " + from + " et " + before + " chargés"
	},
	// A bare "après 4 h" would be read as a time of day.
	elapsed: func(of spell, from, before string) string {
		what := [...]string{spellPluggedIn: " de branchement", spellReserved: " de réservation", spellCharging: " de charge", spellIdle: " d’immobilisation"}[of]
		switch {
		case from == "":
			return "jusqu’à " + before + what
		case before == "":
			return "au-delà de " + from + what
		}
		return "entre " + from + " et " + before + what
	},
	ranged: func(from, before string) string {
		switch {
		case from == "":
			return "de moins de " + before
		case before == "":
			return "d’au moins " + from
		}
		return "de " + from + " à moins de " + before
	},
	level: func(above, upTo string) string {
		switch {
		case above == "":
			return "d’au plus " + upTo
		case upTo == "":
			return "de plus de " + above
		}
		return "de plus de " + above + " et d’au plus " + upTo
	},
	power: "à une puissance", current: "à une intensité", average: "à une puissance moyenne", peak: "à une puissance de pointe",
	place:   [...]string{UnknownSupply: "aux points de recharge", AC: "aux points de recharge AC", DC: "aux points de recharge DC"},
	mode:    [...]string{session.Regular: "en charge normale", session.Boosted: "en charge accélérée", session.Optimised: "en charge optimisée"},
	outcome: [...]string{Used: "si la réservation est utilisée", Expired: "si la réservation expire"},
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

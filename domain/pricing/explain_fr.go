package pricing

import (
	"fmt"
	"strings"

	"kwote/domain/tariff"
)

// French sets a no-break space before a colon or semicolon.
const (
	frenchColon     = "\u00a0: "
	frenchSemicolon = "\u00a0; "
)

var frenchWords = words{
	titles: [tariff.Kinds]string{tariff.Energy: "Énergie", tariff.Charging: "Temps de charge", tariff.Idle: "Immobilisation", tariff.Session: "Frais de session",
		tariff.Occupancy: "Occupation", tariff.Reservation: "Temps réservé", tariff.ReservationFee: "Frais de réservation", tariff.Export: "Énergie restituée"},
	capOn:   func(title string) string { return title + ", plafond" },
	minimum: "Prix minimum",
	maximum: "Prix maximum",

	freeAmount:     "Montant offert",
	dayMaximum:     func(day string) string { return "Plafond par jour, " + day },
	minimumWithTax: "Prix minimum toutes taxes comprises",
	maximumWithTax: "Prix maximum toutes taxes comprises",

	always:    "toujours",
	otherwise: "quand aucun prix précédent ne s’applique",
	noRule:    "aucun prix ne s’applique ici, c’est donc gratuit",
	failed: func(below []string) string {
		if len(below) == 0 {
			return "non dus" + frenchColon + "aucune énergie délivrée et moins de 2 min de branchement"
		}
		return "non dus" + frenchColon + "la session est restée en dessous de " + strings.Join(below, " et de ")
	},
	capped: func(title, amount string) string {
		return "plafond de " + amount + " par session pour ce poste"
	},
	atLeast:  func(amount string) string { return "une session coûte au moins " + amount },
	atMost:   func(amount string) string { return "une session coûte au plus " + amount },
	taxOnTop: "en sus de prix hors taxes, arrondie séparément",
	taxOnSum: "en sus de prix hors taxes et des taxes précédentes, arrondie séparément",
	atMostPerDay: func(limit, left string) string {
		text := "un conducteur paie au plus " + limit + " par jour"
		if left != "" {
			text += ", dont il restait " + left
		}
		return text
	},
	firstFree:      func(amount string) string { return "les premiers " + amount + " d’une session sont offerts" },
	atLeastWithTax: func(amount string) string { return "une session coûte au moins " + amount + " taxes comprises" },
	atMostWithTax:  func(amount string) string { return "une session coûte au plus " + amount + " taxes comprises" },

	grace:      func(duration string) string { return "franchise de " + duration },
	free:       "gratuit",
	waived:     "non dus",
	locked:     "prix fixé au début",
	capHit:     "plafond atteint",
	minimumHit: "porté au minimum",
	maximumHit: "ramené au maximum",
	shared: func(own, amount string) string {
		return amount + " au lieu de " + own + ", pour que la somme des lignes soit juste"
	},

	blocks: func(n int64, size string) string {
		if n == 1 {
			return "1 tranche entamée de " + size
		}
		return fmt.Sprintf("%d tranches entamées de %s", n, size)
	},
	step: func(size string) string {
		return "le total de la session est arrondi au multiple supérieur de " + size
	},
	averagePower: func(power string) string { return "la puissance moyenne de la session était de " + power },
	peakPower:    func(power string) string { return "la puissance de pointe de la session était de " + power },
	credit:       "avoir",
	untaxed:      "sans taxe",
	ownTax:       func(taxes string) string { return "taxe appliquée" + frenchColon + taxes },
	feedValue:    func(feed, at string) string { return "prix " + feed + " à partir du " + at },
	feedMissing:  func(feed string) string { return "le prix " + feed + " manque à ce moment, un autre le remplace" },
	raised:       func(limit string) string { return "porté à " + limit },
	lowered:      func(limit string) string { return "ramené à " + limit },
	rounded:      func(price string) string { return "arrondi à " + price },

	roundedTotal: func(exact, total string, even, lines bool) string {
		s := exact + " est arrondi une seule fois à " + total + ", " + frenchHalf(even)
		if lines {
			s += frenchSemicolon + "les montants des lignes sont fixés de sorte que leur somme donne ce total"
		}
		return s + "."
	},
	roundedLines: func(even bool) string {
		return "Chaque ligne est arrondie séparément, " + frenchHalf(even) + frenchSemicolon + "le total est leur somme."
	},
	notRounded: func(total string, lines bool) string {
		s := "La somme est exactement de " + total + frenchSemicolon
		if lines {
			return s + "les montants des lignes sont fixés de sorte que leur somme donne ce total."
		}
		return s + "rien n’est arrondi."
	},
	beforeTax: " hors taxes",
	net:       func(sum, net string) string { return "Hors taxes" + frenchColon + sum + ", arrondi à " + net + "." },
	tax: func(tax, sum, amount string) string {
		if strings.HasSuffix(sum, "= "+amount) {
			return tax + frenchColon + sum + "."
		}
		return tax + frenchColon + sum + ", arrondi à " + amount + "."
	},
	sharedBase: func(tax, base, part string) string {
		return "Sur les " + base + " soumis à " + tax + ", " + part + " sont la part des montants communs à tous les prix, comme un minimum, au prorata de la somme de chaque prix."
	},
	netOf: func(tax, sum, net string) string {
		if strings.HasSuffix(sum, "= "+net) {
			return "Hors " + tax + frenchColon + sum + "."
		}
		return "Hors " + tax + frenchColon + sum + ", arrondi à " + net + "."
	},
	untaxedPart: func(amount string) string { return "Sans taxe" + frenchColon + amount + "." },
	taxBound: func(tax, amount string) string {
		return "Par la limite du prix taxes comprises, ce sont " + amount + " (" + tax + ")."
	},

	chargingFor: func(duration string) string { return duration + " de charge" },
	idleFor:     func(duration string) string { return duration + " sans charger" },
	pausedFor: func(duration string) string {
		return duration + " hors décompte (pause de l’opérateur ou perte de contact)"
	},
	reservedFor: func(duration string) string { return duration + " de réservation" },
	givenBack:   func(energy string) string { return energy + " restitués" },
	notes: map[string]string{
		NoteFailedStart: "La session compte comme un démarrage manqué" + frenchColon + "ni frais de session ni prix minimum ne sont dus.",
		NoteTaxUnknown:  "Le taux de taxe de ce lieu n’est pas connu" + frenchColon + "la taxe n’est pas indiquée.",
		NoteNoEnergy:    "Aucune énergie n’a été délivrée pendant cette session.",

		noShow: "Personne n’est venu" + frenchColon + "ni frais de session ni prix minimum ne sont dus.",

		NoteSupplyUnknown:    "On ne sait pas si le point de recharge délivre du courant AC ou DC" + frenchColon + "les prix propres à l’un d’eux ne se sont pas appliqués.",
		NoteEVSEPowerUnknown: "La puissance du point de recharge n’est pas connue" + frenchColon + "les prix qui en dépendent ne se sont pas appliqués.",
		NotePowerUnknown:     "La puissance n’est pas connue tout le temps" + frenchColon + "les prix qui en dépendent ne s’y sont pas appliqués.",
		NoteCurrentUnknown:   "L’intensité n’est pas connue" + frenchColon + "les prix qui en dépendent ne se sont pas appliqués.",
		NoteFeedMissing:      "Un prix extérieur manquait pour une partie du temps" + frenchColon + "le prix de remplacement du tarif s’est appliqué.",
	},

	version: func(number int) string { return fmt.Sprintf("version %d", number) },
	billed: func(measured, billed string) string {
		return "mesuré" + frenchColon + measured + ", facturé" + frenchColon + billed
	},
	freeSpan:   "gratuit",
	inBlock:    "dans la tranche entamée",
	billedSpan: func(billed string) string { return "facturé" + frenchColon + billed },
	semicolon:  frenchSemicolon,
	colon:      frenchColon,
	byDay:      "Par jour, avant arrondi",
	more: func(n int) string {
		if n == 1 {
			return "et 1 autre plage horaire"
		}
		return fmt.Sprintf("et %d autres plages horaires", n)
	},
	total: "Total",
}

func frenchHalf(even bool) string {
	if even {
		return "les demis vers le pair"
	}
	return "les demis en s’éloignant de zéro"
}

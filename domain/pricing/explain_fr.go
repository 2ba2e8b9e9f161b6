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

	chargingFor: func(duration string) string { return duration + " de charge" },
	idleFor:     func(duration string) string { return duration + " sans charger" },
	notes: map[string]string{
		NoteFailedStart: "La session compte comme un démarrage manqué" + frenchColon + "ni frais de session ni prix minimum ne sont dus.",
		NoteTaxUnknown:  "Le taux de taxe de ce lieu n’est pas connu" + frenchColon + "la taxe n’est pas indiquée.",
		NoteNoEnergy:    "Aucune énergie n’a été délivrée pendant cette session.",
	},

	version: func(number int) string { return fmt.Sprintf("version %d", number) },
	billed: func(measured, billed string) string {
		return "mesuré" + frenchColon + measured + ", facturé" + frenchColon + billed
	},
	freeSpan:  "gratuit",
	semicolon: frenchSemicolon,
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

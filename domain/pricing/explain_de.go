package pricing

import (
	"fmt"
	"strings"

	"kwote/domain/tariff"
)

var germanWords = words{
	titles: [tariff.Kinds]string{tariff.Energy: "Energie", tariff.Charging: "Ladezeit", tariff.Idle: "Standzeit", tariff.Session: "Pauschale",
		tariff.Occupancy: "Belegung", tariff.Reservation: "Reservierte Zeit", tariff.ReservationFee: "Reservierungspauschale", tariff.Export: "Rückspeisung"},
	capOn:   func(title string) string { return title + ", Höchstbetrag" },
	minimum: "Mindestpreis",
	maximum: "Höchstpreis",

	always:    "immer",
	otherwise: "wo kein früherer Preis gilt",
	noRule:    "hier gilt kein Preis, also kostenlos",
	failed: func(below []string) string {
		if len(below) == 0 {
			return "nicht fällig: Es floss keine Energie und der Ladevorgang dauerte weniger als 2 min"
		}
		return "nicht fällig: Der Ladevorgang blieb unter " + strings.Join(below, " und ")
	},
	capped: func(title, amount string) string {
		return title + " kostet höchstens " + amount + " pro Ladevorgang"
	},
	atLeast:  func(amount string) string { return "ein Ladevorgang kostet mindestens " + amount },
	atMost:   func(amount string) string { return "ein Ladevorgang kostet höchstens " + amount },
	taxOnTop: "kommt auf Preise ohne Steuern, für sich gerundet",

	grace:      func(duration string) string { return duration + " Karenzzeit" },
	free:       "kostenlos",
	waived:     "nicht fällig",
	locked:     "Preis vom Beginn",
	capHit:     "Höchstbetrag erreicht",
	minimumHit: "auf den Mindestpreis angehoben",
	maximumHit: "auf den Höchstpreis gesenkt",
	shared: func(own, amount string) string {
		return amount + " statt " + own + ", damit die Zeilen aufgehen"
	},

	roundedTotal: func(exact, total string, even, lines bool) string {
		s := exact + " wird einmal auf " + total + " gerundet (" + germanHalf(even) + ")"
		if lines {
			s += "; die Beträge der Zeilen sind so gesetzt, dass sie diese Summe ergeben"
		}
		return s + "."
	},
	roundedLines: func(even bool) string {
		return "Jede Zeile wird für sich gerundet (" + germanHalf(even) + "); der Gesamtbetrag ist ihre Summe."
	},
	notRounded: func(total string, lines bool) string {
		if lines {
			return "Die Summe ist genau " + total + "; die Beträge der Zeilen sind so gesetzt, dass sie diese Summe ergeben."
		}
		return "Die Summe ist genau " + total + "; nichts wird gerundet."
	},
	beforeTax: " ohne Steuern",
	net:       func(sum, net string) string { return "Ohne Steuern: " + sum + ", gerundet " + net + "." },
	tax: func(tax, sum, amount string) string {
		if strings.HasSuffix(sum, "= "+amount) {
			return tax + ": " + sum + "."
		}
		return tax + ": " + sum + ", gerundet " + amount + "."
	},

	chargingFor: func(duration string) string { return duration + " Ladezeit" },
	idleFor:     func(duration string) string { return duration + " Standzeit" },
	notes: map[string]string{
		NoteFailedStart: "Der Ladevorgang gilt als Fehlstart; weder Pauschale noch Mindestpreis sind fällig.",
		NoteTaxUnknown:  "Der Steuersatz dieses Ortes ist nicht bekannt; die Steuer ist nicht ausgewiesen.",
		NoteNoEnergy:    "In diesem Ladevorgang floss keine Energie.",
	},

	version:   func(number int) string { return fmt.Sprintf("Version %d", number) },
	billed:    func(measured, billed string) string { return measured + " gemessen, " + billed + " berechnet" },
	freeSpan:  "kostenlos",
	semicolon: "; ",
	more: func(n int) string {
		if n == 1 {
			return "und 1 weiterer Zeitraum"
		}
		return fmt.Sprintf("und %d weitere Zeiträume", n)
	},
	total: "Gesamtbetrag",
}

func germanHalf(even bool) string {
	if even {
		return "Hälften zur geraden Ziffer"
	}
	return "kaufmännisch"
}

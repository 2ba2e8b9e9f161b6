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

	freeAmount:     "Freibetrag",
	dayMaximum:     func(day string) string { return "Tageshöchstpreis, " + day },
	minimumWithTax: "Mindestpreis mit Steuern",
	maximumWithTax: "Höchstpreis mit Steuern",

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
	taxOnSum: "kommt auf Preise ohne Steuern und die Steuern davor, für sich gerundet",
	atMostPerDay: func(limit, left string) string {
		text := "ein Fahrer zahlt höchstens " + limit + " pro Tag"
		if left != "" {
			text += ", davon waren noch " + left + " offen"
		}
		return text
	},
	firstFree:      func(amount string) string { return "die ersten " + amount + " eines Ladevorgangs sind frei" },
	atLeastWithTax: func(amount string) string { return "ein Ladevorgang kostet mit Steuern mindestens " + amount },
	atMostWithTax:  func(amount string) string { return "ein Ladevorgang kostet mit Steuern höchstens " + amount },

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

	blocks: func(n int64, size string) string {
		if n == 1 {
			return "1 angefangener Block von " + size
		}
		return fmt.Sprintf("%d angefangene Blöcke von %s", n, size)
	},
	step: func(size string) string {
		return "die Summe des Ladevorgangs wird auf ein Vielfaches von " + size + " aufgerundet"
	},
	averagePower: func(power string) string { return "die Durchschnittsleistung des Ladevorgangs betrug " + power },
	peakPower:    func(power string) string { return "die Spitzenleistung des Ladevorgangs betrug " + power },
	credit:       "Gutschrift",
	untaxed:      "steuerfrei",
	ownTax:       func(taxes string) string { return "versteuert mit " + taxes },
	feedValue:    func(feed, at string) string { return "Preis " + feed + " ab " + at },
	feedMissing:  func(feed string) string { return "für diese Zeit fehlt der Preis " + feed + ", es gilt ein Ersatz" },
	raised:       func(limit string) string { return "angehoben auf " + limit },
	lowered:      func(limit string) string { return "gesenkt auf " + limit },
	rounded:      func(price string) string { return "gerundet " + price },

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
	sharedBase: func(tax, base, part string) string {
		return "Von den " + base + " mit " + tax + " sind " + part + " der Anteil an Beträgen für alle Preise, etwa einem Mindestpreis, im Verhältnis der Summen dieser Preise."
	},
	netOf: func(tax, sum, net string) string {
		if strings.HasSuffix(sum, "= "+net) {
			return "Ohne " + tax + ": " + sum + "."
		}
		return "Ohne " + tax + ": " + sum + ", gerundet " + net + "."
	},
	untaxedPart: func(amount string) string { return "Steuerfrei: " + amount + "." },
	taxBound: func(tax, amount string) string {
		return "Durch die Grenze für den Preis mit Steuern sind es " + amount + " (" + tax + ")."
	},

	chargingFor: func(duration string) string { return duration + " Ladezeit" },
	idleFor:     func(duration string) string { return duration + " Standzeit" },
	pausedFor: func(duration string) string {
		return duration + " nicht gezählt (Pause des Betreibers oder ohne Verbindung)"
	},
	reservedFor: func(duration string) string { return duration + " reserviert" },
	givenBack:   func(energy string) string { return energy + " rückgespeist" },
	notes: map[string]string{
		NoteFailedStart: "Der Ladevorgang gilt als Fehlstart; weder Pauschale noch Mindestpreis sind fällig.",
		NoteTaxUnknown:  "Der Steuersatz dieses Ortes ist nicht bekannt; die Steuer ist nicht ausgewiesen.",
		NoteNoEnergy:    "In diesem Ladevorgang floss keine Energie.",

		noShow: "Es kam niemand; weder Pauschale noch Mindestpreis sind fällig.",

		NoteSupplyUnknown:    "Ob der Ladepunkt AC oder DC liefert, ist nicht bekannt; Preise für eines von beiden galten nicht.",
		NoteEVSEPowerUnknown: "Die Leistung des Ladepunkts ist nicht bekannt; Preise, die von ihr abhängen, galten nicht.",
		NotePowerUnknown:     "Die Leistung ist nicht durchgehend bekannt; Preise, die von ihr abhängen, galten dort nicht.",
		NoteCurrentUnknown:   "Die Stromstärke ist nicht bekannt; Preise, die von ihr abhängen, galten nicht.",
		NoteFeedMissing:      "Für einen Teil der Zeit fehlte ein Preis von außen; dort galt der Ersatzpreis des Tarifs.",
	},

	version:    func(number int) string { return fmt.Sprintf("Version %d", number) },
	billed:     func(measured, billed string) string { return measured + " gemessen, " + billed + " berechnet" },
	freeSpan:   "kostenlos",
	inBlock:    "im begonnenen Block",
	billedSpan: func(billed string) string { return billed + " berechnet" },
	semicolon:  "; ",
	colon:      ": ",
	byDay:      "Nach Tagen, ungerundet",
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

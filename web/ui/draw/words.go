package draw

import (
	"kwote/domain/pricing"
	"kwote/domain/tariff"
)

// words are those of the pictures in one language.
type words struct {
	days     [7]string // Monday first
	kinds    map[tariff.Kind]string
	weekOf   string // the note of a week, with the Monday's date
	hourly   string // what an hour's price is
	none     string // no rule speaks
	free     string // the same in short
	several  string // of an hour with several prices
	skipped  string
	byEnergy string // titles of curves
	byTime   string
	energy   string // of axes
	time     string
	price    string
	charging string // the note of a curve, with power and start
	full     string // with the energy after which the car idles
	bounds   map[pricing.LineKind]string
	from, to string
}

var english = words{
	days: [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	kinds: map[tariff.Kind]string{tariff.Energy: "Price of energy", tariff.Charging: "Price of charging time", tariff.Idle: "Price of idle time",
		tariff.Occupancy: "Price of occupancy", tariff.Export: "Price of energy given back"},
	weekOf: "week of %s", hourly: "at the beginning of each hour", none: "free: no rule", free: "free", several: "another price later in the hour", skipped: "the clocks leave this hour out",
	byEnergy: "Cost by energy", byTime: "Cost by time", energy: "energy charged, kWh", time: "time plugged in", price: "price, %s",
	charging: "charging at %s from %s", full: "full after %s",
	bounds: map[pricing.LineKind]string{pricing.Cap: "cap", pricing.Minimum: "minimum", pricing.Maximum: "maximum", pricing.FreeAmount: "free amount",
		pricing.DayMaximum: "maximum per day", pricing.MinimumWithTax: "minimum", pricing.MaximumWithTax: "maximum"},
	from: "from", to: "to",
}

var french = words{
	days: [7]string{"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."},
	kinds: map[tariff.Kind]string{tariff.Energy: "Prix de l’énergie", tariff.Charging: "Prix du temps de recharge", tariff.Idle: "Prix du temps d’inactivité",
		tariff.Occupancy: "Prix de l’occupation", tariff.Export: "Prix de l’énergie restituée"},
	weekOf: "semaine du %s", hourly: "au début de chaque heure", none: "gratuit : aucune règle", free: "gratuit", several: "un autre prix plus tard dans l’heure", skipped: "heure sautée par l’horloge",
	byEnergy: "Coût selon l’énergie", byTime: "Coût selon la durée", energy: "énergie rechargée, kWh", time: "durée de branchement", price: "prix, %s",
	charging: "recharge à %s à partir du %s", full: "batterie pleine après %s",
	bounds: map[pricing.LineKind]string{pricing.Cap: "plafond", pricing.Minimum: "minimum", pricing.Maximum: "maximum", pricing.FreeAmount: "montant offert",
		pricing.DayMaximum: "maximum par jour", pricing.MinimumWithTax: "minimum", pricing.MaximumWithTax: "maximum"},
	from: "de", to: "à",
}

var german = words{
	days: [7]string{"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"},
	kinds: map[tariff.Kind]string{tariff.Energy: "Energiepreis", tariff.Charging: "Preis der Ladezeit", tariff.Idle: "Preis der Standzeit",
		tariff.Occupancy: "Preis der Belegung", tariff.Export: "Preis zurückgespeister Energie"},
	weekOf: "Woche vom %s", hourly: "am Beginn jeder Stunde", none: "frei: keine Regel", free: "frei", several: "später in der Stunde ein anderer Preis", skipped: "diese Stunde entfällt bei der Zeitumstellung",
	byEnergy: "Kosten nach Energie", byTime: "Kosten nach Zeit", energy: "geladene Energie, kWh", time: "Zeit am Kabel", price: "Preis, %s",
	charging: "Laden mit %s ab %s", full: "voll nach %s",
	bounds: map[pricing.LineKind]string{pricing.Cap: "Höchstbetrag", pricing.Minimum: "Mindestpreis", pricing.Maximum: "Höchstpreis", pricing.FreeAmount: "Freibetrag",
		pricing.DayMaximum: "Höchstpreis pro Tag", pricing.MinimumWithTax: "Mindestpreis", pricing.MaximumWithTax: "Höchstpreis"},
	from: "von", to: "bis",
}

// wordsIn are those of the language that a tariff's sentence would have.
func wordsIn(said tariff.Language) *words {
	switch said.Code() {
	case "fr":
		return &french
	case "de":
		return &german
	}
	return &english
}

package ui

// forms is everything about one language that is not a message: separators, money pattern, names of days and months.
type forms struct {
	decimal, group, percent string
	symbolFirst             bool              // "€1.00" against "1.00 €"
	symbols                 map[string]string // other currencies are written by their code
	day                     string            // unit of 24 hours
	months, shortMonths     [12]string
	weekdays, shortWeekdays [7]string // Monday first
}

const (
	nbsp       = "\u00a0"
	narrowNbsp = "\u202f"
	minusSign  = "\u2212" // as wide as a digit in tabular figures, unlike the hyphen
)

// Money follows CLDR (checked against Intl in testdata/intl.json) but for the minus sign; English dates are British,
// because a day before the month cannot be misread when the month is a word.
var formsOf = map[string]forms{
	"en": {
		decimal: ".", group: ",", percent: "%", symbolFirst: true, day: "d",
		symbols: map[string]string{"EUR": "€", "GBP": "£", "USD": "$"},
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August",
			"September", "October", "November", "December"},
		shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"},
		weekdays: [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
			"Sunday"},
		shortWeekdays: [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	},
	"fr": {
		decimal: ",", group: narrowNbsp, percent: nbsp + "%", day: "j",
		symbols: map[string]string{"EUR": "€", "GBP": "£GB", "USD": "$US"},
		months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
			"septembre", "octobre", "novembre", "décembre"},
		shortMonths: [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
			"nov.", "déc."},
		weekdays:      [7]string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
		shortWeekdays: [7]string{"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."},
	},
}

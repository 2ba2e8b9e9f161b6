package pricing

import (
	"fmt"
	"strings"

	"kwote/domain/tariff"
)

var englishWords = words{
	titles: [tariff.Kinds]string{tariff.Energy: "Energy", tariff.Charging: "Charging time", tariff.Idle: "Idle time", tariff.Session: "Session fee",
		tariff.Occupancy: "Occupancy", tariff.Reservation: "Reserved time", tariff.ReservationFee: "Reservation fee", tariff.Export: "Energy given back"},
	capOn:   func(title string) string { return title + ", cap" },
	minimum: "Minimum price",
	maximum: "Maximum price",

	freeAmount:     "Free amount",
	dayMaximum:     func(day string) string { return "Maximum per day, " + day },
	minimumWithTax: "Minimum price with tax",
	maximumWithTax: "Maximum price with tax",

	always:    "always",
	otherwise: "where no earlier price applies",
	noRule:    "no price applies here, so it is free",
	failed: func(below []string) string {
		if len(below) == 0 {
			return "not due: no energy flowed and the session took less than 2 min"
		}
		return "not due: the session stayed below " + strings.Join(below, " and ")
	},
	capped: func(title, amount string) string {
		return strings.ToLower(title) + " costs at most " + amount + " per session"
	},
	atLeast:  func(amount string) string { return "a session costs at least " + amount },
	atMost:   func(amount string) string { return "a session costs at most " + amount },
	taxOnTop: "on top of prices without tax, rounded by itself",
	taxOnSum: "on top of prices without tax and the taxes before it, rounded by itself",
	atMostPerDay: func(limit, left string) string {
		text := "a driver pays at most " + limit + " per day"
		if left != "" {
			text += ", of which " + left + " was left"
		}
		return text
	},
	firstFree:      func(amount string) string { return "the first " + amount + " of a session is free" },
	atLeastWithTax: func(amount string) string { return "a session costs at least " + amount + " with tax" },
	atMostWithTax:  func(amount string) string { return "a session costs at most " + amount + " with tax" },

	grace:      func(duration string) string { return duration + " free" },
	free:       "free",
	waived:     "waived",
	locked:     "price fixed at the start",
	capHit:     "cap reached",
	minimumHit: "raised to the minimum",
	maximumHit: "lowered to the maximum",
	shared: func(own, amount string) string {
		return amount + " instead of " + own + ", so that the lines add up"
	},

	blocks: func(n int64, size string) string {
		if n == 1 {
			return "1 block of " + size + ", charged when begun"
		}
		return fmt.Sprintf("%d blocks of %s, each charged when begun", n, size)
	},
	step:         func(size string) string { return "the total of the session is rounded up to a multiple of " + size },
	averagePower: func(power string) string { return "the average power of the session was " + power },
	peakPower:    func(power string) string { return "the highest power of the session was " + power },
	credit:       "credit",
	untaxed:      "free of tax",
	ownTax:       func(taxes string) string { return "taxed with " + taxes },
	feedValue:    func(feed, at string) string { return "price " + feed + " from " + at + " on" },
	feedMissing:  func(feed string) string { return "there is no price " + feed + " for this time, so another stands in" },
	raised:       func(limit string) string { return "raised to " + limit },
	lowered:      func(limit string) string { return "lowered to " + limit },
	rounded:      func(price string) string { return "rounded to " + price },

	roundedTotal: func(exact, total string, even, lines bool) string {
		s := exact + " is rounded once to " + total + ", half " + englishHalf(even)
		if lines {
			s += "; the amounts of the lines are set so that they add up to it"
		}
		return s + "."
	},
	roundedLines: func(even bool) string {
		return "Every line is rounded by itself, half " + englishHalf(even) + "; the total is their sum."
	},
	notRounded: func(total string, lines bool) string {
		s := "The sum is exactly " + total + "; nothing is rounded"
		if lines {
			s = "The sum is exactly " + total + "; the amounts of the lines are set so that they add up to it"
		}
		return s + "."
	},
	beforeTax: " before tax",
	net:       func(sum, net string) string { return "Without tax: " + sum + ", rounded to " + net + "." },
	tax: func(tax, sum, amount string) string {
		if strings.HasSuffix(sum, "= "+amount) {
			return tax + ": " + sum + "."
		}
		return tax + ": " + sum + ", rounded to " + amount + "."
	},
	sharedBase: func(tax, base, part string) string {
		return part + " of the " + base + " that bear " + tax + " is a share of amounts for all prices, such as a minimum, as the prices' own sums stand to one another."
	},
	netOf: func(tax, sum, net string) string {
		if strings.HasSuffix(sum, "= "+net) {
			return "Without " + tax + ": " + sum + "."
		}
		return "Without " + tax + ": " + sum + ", rounded to " + net + "."
	},
	untaxedPart: func(amount string) string { return "Free of tax: " + amount + "." },
	taxBound: func(tax, amount string) string {
		return "With the bound of the price with tax, " + tax + " comes to " + amount + "."
	},

	chargingFor: func(duration string) string { return "charging for " + duration },
	idleFor:     func(duration string) string { return "idle for " + duration },
	pausedFor: func(duration string) string {
		return duration + " not counted (paused by the operator or without contact)"
	},
	reservedFor: func(duration string) string { return "reserved for " + duration },
	givenBack:   func(energy string) string { return energy + " given back" },
	notes: map[string]string{
		NoteFailedStart: "The session counts as a failed start, so no session fee and no minimum price are due.",
		NoteTaxUnknown:  "The tax rate of this place is not known, so the tax is not shown.",
		NoteNoEnergy:    "No energy flowed in this session.",

		noShow: "Nobody came, so no session fee and no minimum price are due.",

		NoteSupplyUnknown:    "Whether the charge point gives AC or DC is not known, so prices for either did not apply.",
		NoteEVSEPowerUnknown: "The power of the charge point is not known, so prices for a power of it did not apply.",
		NotePowerUnknown:     "The power of some stretches is not known, so prices for a power did not apply there.",
		NoteCurrentUnknown:   "The current is not known, so prices for a current did not apply.",
		NoteFeedMissing:      "A price from outside was missing for some of the time; the tariff’s price for that case was used.",
	},

	version:    func(number int) string { return fmt.Sprintf("version %d", number) },
	billed:     func(measured, billed string) string { return measured + " measured, " + billed + " billed" },
	freeSpan:   "free",
	inBlock:    "in a block begun before",
	billedSpan: func(billed string) string { return billed + " billed" },
	semicolon:  "; ",
	colon:      ": ",
	byDay:      "By day, before rounding",
	more: func(n int) string {
		if n == 1 {
			return "and 1 more stretch of time"
		}
		return fmt.Sprintf("and %d more stretches of time", n)
	},
	total: "Total",
}

func englishHalf(even bool) string {
	if even {
		return "to even"
	}
	return "away from zero"
}

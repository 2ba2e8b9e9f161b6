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

	chargingFor: func(duration string) string { return "charging for " + duration },
	idleFor:     func(duration string) string { return "idle for " + duration },
	notes: map[string]string{
		NoteFailedStart: "The session counts as a failed start, so no session fee and no minimum price are due.",
		NoteTaxUnknown:  "The tax rate of this place is not known, so the tax is not shown.",
		NoteNoEnergy:    "No energy flowed in this session.",
	},

	version:   func(number int) string { return fmt.Sprintf("version %d", number) },
	billed:    func(measured, billed string) string { return measured + " measured, " + billed + " billed" },
	freeSpan:  "free",
	semicolon: "; ",
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

package ocpi

import (
	"fmt"
	"math/big"
	"slices"

	"kwote/domain/fault"
)

// Check is a record's totals held against what its tariff gives.
type Check struct {
	Priced   Priced
	Agrees   bool
	Findings []Finding
}

// Finding is one declared total, and where it differs the reading under which
// it would agree.
type Finding struct {
	Difference
	Reason *Reason // nil: it agrees, or no reason was found
}

// differs reports whether the total should agree and does not.
func (f *Finding) differs() bool { return !f.Agrees && f.Incomparable == "" }

// Reason is a stable code and a sentence that goes on from "agrees when", or for
// a cause says why the total differs under every reading.
type Reason struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Cause   bool   `json:"-"`
}

// Check recomputes the record as Price does and looks for the reason of every
// total that differs by trying the other readings. The fault says why it cannot
// be checked.
func (c CDR) Check(given []Tariff, o Options) (Check, error) {
	if len(c.Totals) == 0 {
		return Check{}, fault.At(fault.Invalid, "nothing_declared", "total_cost", "the record declares no totals, so there is nothing to check; use kwote price --cdr to price it")
	}
	priced, err := c.Price(given, o)
	if err != nil {
		return Check{}, err
	}
	priced.Warnings = slices.DeleteFunc(priced.Warnings, func(w Warning) bool { return w.Code == "total_differs" || w.Code == "total_not_comparable" })
	out := Check{Priced: priced, Agrees: true}
	for _, d := range priced.Differences {
		out.Findings = append(out.Findings, Finding{Difference: d})
		out.Agrees = out.Agrees && (d.Agrees || d.Incomparable != "")
	}
	tooLarge := slices.ContainsFunc(priced.Warnings, func(w Warning) bool { return w.Code == "changes_not_looked_for" })
	switch {
	case out.Agrees:
	case tooLarge:
		out.explainByFields(&c)
	default:
		out.explainByReadings(&c, given, o)
	}
	return out, nil
}

// alternative is another way to read the record or the texts.
type alternative struct {
	Reason
	price func() (Priced, error)
}

// alternatives are the readings to try beside the chosen ones.
func (c *CDR) alternatives(given []Tariff, o Options, zone string) []alternative {
	var out []alternative
	with := func(code, message string, change func(o *Options)) {
		other := o
		change(&other)
		out = append(out, alternative{Reason{Code: code, Message: message}, func() (Priced, error) { return c.Price(given, other) }})
	}
	with("step_per_period", "step_size is applied to every charging period", func(o *Options) { o.StepSize = StepPerPeriod })
	with("step_combined", "step_size is applied to charging and parking time together", func(o *Options) { o.StepSize = StepCombined })
	with("step_none", "step_size is left out", func(o *Options) { o.StepSize = StepNone })
	with("step_counts_all", "minutes without a price count towards step_size", func(o *Options) { o.StepCounts = CountAll })
	with("split_linear", "periods are split where the price changes", func(o *Options) { o.PeriodSplit = SplitLinear })
	with("split_start", "periods are priced by the state at their start", func(o *Options) { o.PeriodSplit = SplitStart })
	with("missing_power_matches", "restrictions on a power or current that is not told are taken to hold", func(o *Options) { o.MissingPower = MissingMatch })
	with("power_reached", "a restriction on power or current holds as soon as it is reached", func(o *Options) { o.PowerRange = RangeReached })
	with("flat_each", "every FLAT component that holds at some time is charged", func(o *Options) { o.Flat = FlatEach })
	with("weekday_of_window", "a window over midnight belongs to the day on which it begins", func(o *Options) { o.Weekday = WeekdayOfWindow })
	with("equal_times_never", "equal start and end times never hold", func(o *Options) { o.EqualTimes = EqualTimesNever })
	with("reservation_any", "elements without a restriction price reserved time, too", func(o *Options) { o.Reservation = ReservationAny })
	with("limits_ignored", "the tariff's limits are left out", func(o *Options) { o.Limits = LimitsIgnore })
	if zone != "" && zone != "UTC" {
		with("zone_utc", "the tariff's times are read in UTC", func(o *Options) { o.Zone = "UTC" })
	}
	times := *c
	times.timesAsWritten = true
	out = append(out, alternative{Reason{Code: "times_as_written", Message: "times are the hours as written, whose rounding begins another step"},
		func() (Priced, error) { return times.Price(given, o) }})
	out = append(out, c.otherTariffs(given, o)...)
	return out
}

// otherTariffs are the readings in which one of several tariffs prices all.
func (c *CDR) otherTariffs(given []Tariff, o Options) []alternative {
	all := given
	if len(all) == 0 {
		all = c.Tariffs
	}
	if len(all) < 2 || len(all) > 20 {
		return nil
	}
	var out []alternative
	for _, t := range all {
		message := fmt.Sprintf("everything is priced by the tariff %q", t.ID)
		out = append(out, alternative{Reason{Code: "one_tariff", Message: message}, func() (Priced, error) { return c.Price([]Tariff{t}, o) }})
	}
	return out
}

// trial is what an alternative gives.
type trial struct {
	Reason
	totals []Difference
	mended int // totals that agree and did not before
}

// explainByReadings gives every total that differs the reading that makes it
// agree, those first that make most of them agree; then the reading that does so
// for somebody who rounds another way.
func (out *Check) explainByReadings(c *CDR, given []Tariff, o Options) {
	trials := out.try(c.alternatives(given, o, out.Priced.Zone))
	for i := range out.Findings {
		f := &out.Findings[i]
		for j := range trials {
			if f.Reason == nil && f.differs() && trials[j].totals[i].Agrees {
				f.Reason = &trials[j].Reason
			}
		}
	}
	out.explainByFields(c)
	for i := range out.Findings {
		f := &out.Findings[i]
		for j := range trials {
			if f.Reason != nil || !f.differs() {
				break
			}
			other := &Finding{Difference: trials[j].totals[i]}
			for _, rounding := range []guess{{code: "truncated", tell: truncated}, {code: "rounded_up", tell: roundedUp}} {
				if message := rounding.tell(out, c, other); f.Reason == nil && message != "" {
					f.Reason = &Reason{Code: trials[j].Code, Message: trials[j].Message + " and " + message}
				}
			}
		}
	}
}

// try prices by every alternative that suits the record, those first that mend
// most.
func (out *Check) try(alternatives []alternative) []trial {
	var trials []trial
	for _, a := range alternatives {
		priced, err := a.price()
		if err != nil || len(priced.Differences) != len(out.Findings) {
			continue
		}
		t := trial{Reason: a.Reason, totals: priced.Differences}
		for i, d := range t.totals {
			if d.Agrees && out.Findings[i].differs() {
				t.mended++
			}
		}
		trials = append(trials, t)
	}
	slices.SortStableFunc(trials, func(a, b trial) int { return b.mended - a.mended })
	return trials
}

// explainByFields looks for the reason of what still differs in the field by
// itself.
func (out *Check) explainByFields(c *CDR) {
	for i := range out.Findings {
		f := &out.Findings[i]
		if !f.differs() || f.Reason != nil {
			continue
		}
		for _, guess := range guesses {
			if message := guess.tell(out, c, f); message != "" {
				f.Reason = &Reason{Code: guess.code, Message: message, Cause: guess.cause}
				break
			}
		}
	}
}

// fits reports whether the finding would agree with another amount.
func (f *Finding) fits(out *Check, amount *big.Rat) bool {
	return amount != nil && near(f.Declared, amount, f.decimals, out.Priced.Currency)
}

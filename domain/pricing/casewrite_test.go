package pricing

import (
	"fmt"
	"math/big"
	"strings"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/tariff"
)

// writeReceipt is the section "receipt": every line with what it measured,
// billed and costs, and under it the spans in local time.
func writeReceipt(r Receipt, zone *calendar.Zone) string {
	var out strings.Builder
	row := func(cells ...string) {
		widths := [...]int{-44, 17, 17, 14, 22, 10}
		var line strings.Builder
		for i, c := range cells {
			fmt.Fprintf(&line, "%*s", widths[i], c)
		}
		fmt.Fprintln(&out, strings.TrimRight(line.String(), " "))
	}
	fmt.Fprintf(&out, "%s, %s, %s, %s\n", r.Tariff.Name, r.Currency, r.Terms, r.Rounding)
	fmt.Fprintf(&out, "%s: %s\n\n", span(r.From, r.To, zone), quantities(r))
	row("line", "measured", "billed", "unit price", "exact", "amount")
	for _, l := range r.Lines {
		measured, billed, price := "", "", ""
		fee := l.Dimension.Measure() == tariff.InFees
		if !fee && (l.Kind == Priced || l.Kind == Free) {
			measured, billed = amountOf(l.Dimension, l.Measured), amountOf(l.Dimension, l.Billed)
		}
		if l.Kind == Priced || l.Kind == Waived {
			price = l.UnitPrice.String() + l.Per.String()
		}
		row(label(l), measured, billed, price, l.Exact.String(), l.Amount.String())
		if f := l.Feed; f != nil {
			fmt.Fprintf(&out, "  %s\n", fedBy(f, zone))
		}
		for _, s := range l.Spans {
			if fee {
				fmt.Fprintf(&out, "  %s\n", stamp(s.From, zone))
				continue
			}
			row("  "+span(s.From, s.To, zone), amountOf(l.Dimension, s.Measured), amountOf(l.Dimension, s.Billed))
		}
	}
	fmt.Fprintln(&out)
	foot := func(name, exact, amount string) { row(name, "", "", "", exact, amount) }
	for _, d := range r.Days {
		foot("arisen on "+d.Date.String(), d.Amount.String(), "")
	}
	foot("exact", r.Exact.String(), "")
	foot("net", "", r.Net.String())
	for _, t := range r.Taxes {
		foot(fmt.Sprintf("%s %s %% of %s", t.Name, tariff.FormatRate(t.Rate), t.Net), "", t.Amount.String())
	}
	foot("total", "", r.Total.String())
	if len(r.Notes) > 0 {
		fmt.Fprintf(&out, "\nnotes: %s\n", strings.Join(r.Notes, ", "))
	}
	return out.String()
}

// quantities is what the session measured.
func quantities(r Receipt) string {
	text := fmt.Sprintf("%s kWh, charging %s, idle %s", r.Energy, clockTime(r.ChargingTime), clockTime(r.IdleTime))
	if r.Exported > 0 {
		text += fmt.Sprintf(", %s kWh exported", r.Exported)
	}
	if r.PausedTime > 0 {
		text += ", paused " + clockTime(r.PausedTime)
	}
	if r.ReservedTime > 0 {
		text += ", reserved " + clockTime(r.ReservedTime)
	}
	return text
}

func fedBy(f *FeedUse, zone *calendar.Zone) string {
	if f.Missing {
		return f.Feed + " is missing"
	}
	return fmt.Sprintf("%s %s of %s", f.Feed, f.Value, stamp(f.From, zone))
}

func label(l Line) string {
	switch l.Kind {
	case Priced:
		return fmt.Sprintf("%s, rule %d", l.Dimension, l.Rule+1)
	case Free:
		return fmt.Sprintf("%s, no rule", l.Dimension)
	case Waived:
		return fmt.Sprintf("%s, rule %d, waived", l.Dimension, l.Rule+1)
	case Cap:
		return fmt.Sprintf("%s, at most %s", l.Dimension, l.Limit)
	case Minimum:
		return "total, at least " + l.Limit.String()
	case Maximum:
		return "total, at most " + l.Limit.String()
	case FreeAmount:
		return "total, the first " + l.Limit.String() + " free"
	case DayMaximum:
		return fmt.Sprintf("on %s, at most %s", l.Day, l.Limit)
	case MinimumWithTax:
		return "total with tax, at least " + l.Limit.String()
	case MaximumWithTax:
		return "total with tax, at most " + l.Limit.String()
	}
	return fmt.Sprintf("%s %s %%", l.Tax, tariff.FormatRate(l.Rate))
}

func amountOf(k tariff.Kind, n int64) string {
	if k.Measure() == tariff.InEnergy {
		return energy.Quantity(n).String() + " kWh"
	}
	return clockTime(n)
}

func clockTime(seconds int64) string {
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

func stamp(at calendar.Instant, zone *calendar.Zone) string {
	date, t := zone.Local(at)
	text := date.String()[5:] + " " + t.String()
	offset, _ := zone.Offset(at)
	for _, other := range []calendar.Instant{at - 3600, at + 3600, at - 1800, at + 1800} {
		if d, s := zone.Local(other); d == date && s == t {
			return text + fmt.Sprintf(" %+03d:%02d", offset/3600, offset/60%60)
		}
	}
	return text
}

func span(from, to calendar.Instant, zone *calendar.Zone) string {
	return stamp(from, zone) + " - " + stamp(to, zone)
}

// ratRound rounds to the currency's minor unit, independently of package money.
func ratRound(r *big.Rat, digits int, mode money.Mode) int64 {
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)))
	floor, rest := new(big.Int).DivMod(scaled.Num(), scaled.Denom(), new(big.Int))
	switch c := new(big.Int).Mul(rest, big.NewInt(2)).Cmp(scaled.Denom()); {
	case c > 0, c == 0 && mode == money.HalfUp && scaled.Sign() > 0, c == 0 && mode == money.HalfEven && floor.Bit(0) == 1:
		floor.Add(floor, big.NewInt(1))
	}
	return floor.Int64()
}

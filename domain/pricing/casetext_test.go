package pricing

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/session"
	"kwote/domain/tariff"
)

// question is the section "session" of a case.
type question struct {
	zone    *calendar.Zone
	facts   session.Facts
	context Context
	last    time.Time // the instant read last, from which a bare time of day goes on
	started bool
}

var charging = regexp.MustCompile(`^([0-9.]+) (kWh|kW) from (.+?) to (.+?)(?:, plugged in until (.+))?$`)

func parseQuestion(text string) (question, error) {
	var q question
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := q.read(line); err != nil {
			return q, fmt.Errorf("%q: %w", line, err)
		}
	}
	if q.zone == nil || !q.started || q.facts.End == 0 {
		return q, errors.New("a session needs zone, start and end")
	}
	return q, nil
}

func (q *question) read(line string) error {
	name, rest, _ := strings.Cut(line, ": ")
	var err error
	switch name {
	case "zone":
		q.zone, err = calendar.LoadZone(rest)
	case "start":
		q.facts.Start, err = q.instant(rest)
		q.started = true
	case "end":
		q.facts.End, err = q.instant(rest)
	case "up to":
		q.context.UpTo, err = q.instant(rest)
	case "taxes":
		q.context.Taxes, err = parseTaxes(rest)
	default:
		if m := charging.FindStringSubmatch(line); m != nil {
			return q.charge(m)
		}
		return q.event(line)
	}
	return err
}

// charge reads "22 kW from 2026-05-03 21:30 to 22:45, plugged in until 23:30".
func (q *question) charge(m []string) error {
	from, err := q.instant(m[3])
	if err != nil {
		return err
	}
	to, err := q.instant(m[4])
	if err != nil {
		return err
	}
	amount, err := energy.ParseKWh(m[1])
	if err != nil {
		return err
	}
	if m[2] == "kW" {
		amount = energy.Quantity(int64(amount) * int64(to-from) / 3600)
	}
	before := q.facts.Energy()
	if !q.started {
		q.facts.Start, q.started = from, true
	} else {
		q.facts.Changes = append(q.facts.Changes, session.Change{At: from, State: session.Charging})
	}
	q.facts.Readings = append(q.facts.Readings, session.Reading{At: from, Import: before}, session.Reading{At: to, Import: before + amount})
	q.facts.Changes = append(q.facts.Changes, session.Change{At: to, State: session.Idle})
	q.facts.End = to
	if m[5] != "" {
		q.facts.End, err = q.instant(m[5])
	}
	return err
}

// event reads a meter reading "21:45 3.2" or a state "22:45 idle".
func (q *question) event(line string) error {
	i := strings.LastIndexByte(line, ' ')
	if i < 0 {
		return errors.New("neither a reading such as \"21:45 3.2\" nor a state such as \"22:45 idle\"")
	}
	at, err := q.instant(line[:i])
	if err != nil {
		return err
	}
	switch word := line[i+1:]; word {
	case "idle":
		q.facts.Changes = append(q.facts.Changes, session.Change{At: at, State: session.Idle})
	case "charging":
		q.facts.Changes = append(q.facts.Changes, session.Change{At: at, State: session.Charging})
	default:
		amount, err := energy.ParseKWh(word)
		if err != nil {
			return err
		}
		q.facts.Readings = append(q.facts.Readings, session.Reading{At: at, Import: amount})
	}
	return nil
}

// instant reads "2026-05-03 21:30" in the case's zone, a time of day alone as
// the next one after the instant read before, and "2026-10-25 02:30 +02:00"
func (q *question) instant(s string) (calendar.Instant, error) {
	if q.zone == nil {
		return 0, errors.New("name the zone first")
	}
	s = strings.TrimSpace(s)
	if len(s) <= len("15:04:05") {
		t, err := calendar.ParseTimeOfDay(s)
		if err != nil || q.last.IsZero() {
			return 0, fmt.Errorf("%q needs a date before it", s)
		}
		at := time.Date(q.last.Year(), q.last.Month(), q.last.Day(), 0, 0, int(t), 0, q.zone.Location())
		if at.Before(q.last) {
			at = time.Date(q.last.Year(), q.last.Month(), q.last.Day()+1, 0, 0, int(t), 0, q.zone.Location())
		}
		q.last = at
		return calendar.Of(at), nil
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04 -07:00", "2006-01-02 15:04:05 -07:00"} {
		if t, err := time.ParseInLocation(form, s, q.zone.Location()); err == nil {
			q.last = t.In(q.zone.Location())
			return calendar.Of(t), nil
		}
	}
	return 0, fmt.Errorf("%q is not a time such as 2026-05-03 21:30", s)
}

// parseTaxes reads "GST 5, QST 9.975".
func parseTaxes(s string) ([]tariff.Tax, error) {
	var out []tariff.Tax
	for item := range strings.SplitSeq(s, ",") {
		name, percent, _ := strings.Cut(strings.TrimSpace(item), " ")
		rate, err := money.ParsePrice(percent)
		if err != nil {
			return nil, fmt.Errorf("tax %q: %w", item, err)
		}
		out = append(out, tariff.Tax{Name: name, Rate: int64(rate) / 100_000})
	}
	return out, nil
}

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
	fmt.Fprintf(&out, "%s: %s kWh, charging %s, idle %s\n\n", span(r.From, r.To, zone), r.Energy, clockTime(r.ChargingTime), clockTime(r.IdleTime))
	row("line", "measured", "billed", "unit price", "exact", "amount")
	for _, l := range r.Lines {
		measured, billed, price := "", "", ""
		if l.Dimension != tariff.Session && (l.Kind == Priced || l.Kind == Free) {
			measured, billed = amountOf(l.Dimension, l.Measured), amountOf(l.Dimension, l.Billed)
		}
		if l.Kind == Priced || l.Kind == Waived {
			price = l.UnitPrice.String() + l.Per.String()
		}
		row(label(l), measured, billed, price, l.Exact.String(), l.Amount.String())
		for _, s := range l.Spans {
			if l.Dimension == tariff.Session {
				fmt.Fprintf(&out, "  %s\n", stamp(s.From, zone))
				continue
			}
			row("  "+span(s.From, s.To, zone), amountOf(l.Dimension, s.Measured), amountOf(l.Dimension, s.Billed))
		}
	}
	fmt.Fprintln(&out)
	foot := func(name, exact, amount string) { row(name, "", "", "", exact, amount) }
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
	}
	return fmt.Sprintf("%s %s %%", l.Tax, tariff.FormatRate(l.Rate))
}

func amountOf(k tariff.Kind, n int64) string {
	if k == tariff.Energy {
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

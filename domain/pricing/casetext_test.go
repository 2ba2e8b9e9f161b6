package pricing

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/feed"
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

var (
	flowing  = regexp.MustCompile(`^([0-9.]+) (kWh|kW) from (.+?) to (.+?)(?:, plugged in until (.+))?$`)
	exported = regexp.MustCompile(`^([0-9.]+) (kWh|kW) exported from (.+?) to (.+?)$`)
	measured = regexp.MustCompile(`^(.+) (exported|battery) ([0-9.]+)(?: %)?$`)
	slots    = regexp.MustCompile(`^feed ([a-z0-9-]+) (15|30|60) min from (.+): ([-0-9. ]+)$`)
)

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
	if m := slots.FindStringSubmatch(line); m != nil {
		return q.slots(m)
	}
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
	case "tax point":
		q.context.TaxPoint, err = q.instant(rest)
	case "point":
		q.context.Point, err = parsePoint(rest)
	case "spent":
		err = q.spent(rest)
	case "reserved":
		err = q.reserved(rest)
	case "paused", "away":
		err = q.stretch(name, rest)
	default:
		return q.fact(line)
	}
	return err
}

// fact reads a line that is no setting.
func (q *question) fact(line string) error {
	if m := flowing.FindStringSubmatch(line); m != nil {
		return q.charge(m)
	}
	if m := exported.FindStringSubmatch(line); m != nil {
		return q.export(m)
	}
	if m := measured.FindStringSubmatch(line); m != nil {
		return q.measure(m)
	}
	return q.event(line)
}

// flow reads how much flows from when to when.
func (q *question) flow(m []string) (from, to calendar.Instant, amount energy.Quantity, err error) {
	if from, err = q.instant(m[3]); err != nil {
		return
	}
	if to, err = q.instant(m[4]); err != nil {
		return
	}
	if amount, err = energy.ParseKWh(m[1]); m[2] == "kW" {
		amount = energy.Quantity(int64(amount) * int64(to-from) / 3600)
	}
	return
}

// charge reads "22 kW from 2026-05-03 21:30 to 22:45, plugged in until 23:30".
func (q *question) charge(m []string) error {
	from, to, amount, err := q.flow(m)
	if err != nil {
		return err
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

// export reads "2 kWh exported from 2026-05-03 23:00 to 23:30".
func (q *question) export(m []string) error {
	from, to, amount, err := q.flow(m)
	before := q.facts.Exported()
	q.facts.Exports = append(q.facts.Exports, session.Reading{At: from, Import: before}, session.Reading{At: to, Import: before + amount})
	return err
}

// measure reads "21:45 exported 1.5" and "21:45 battery 80 %".
func (q *question) measure(m []string) error {
	at, err := q.instant(m[1])
	if err != nil {
		return err
	}
	if m[2] == "exported" {
		amount, err := energy.ParseKWh(m[3])
		q.facts.Exports = append(q.facts.Exports, session.Reading{At: at, Import: amount})
		return err
	}
	percent, err := money.ParsePrice(m[3])
	q.facts.Charges = append(q.facts.Charges, session.Charge{At: at, Level: int64(percent) / 100_000_000})
	return err
}

// span reads "2026-05-03 21:30 to 21:45".
func (q *question) span(s string) (from, to calendar.Instant, err error) {
	a, b, ok := strings.Cut(s, " to ")
	if !ok {
		return 0, 0, errors.New("not a stretch such as 2026-05-03 21:30 to 21:45")
	}
	if from, err = q.instant(a); err == nil {
		to, err = q.instant(b)
	}
	return from, to, err
}

func (q *question) stretch(name, s string) error {
	from, to, err := q.span(s)
	if name == "paused" {
		q.facts.Pauses = append(q.facts.Pauses, session.Stretch{From: from, To: to})
	} else {
		q.facts.Gaps = append(q.facts.Gaps, session.Stretch{From: from, To: to})
	}
	return err
}

// reserved reads "2026-05-03 21:00 to 21:30", and with ", expired" a
// reservation to which nobody came.
func (q *question) reserved(s string) error {
	s, expired := strings.CutSuffix(s, ", expired")
	from, to, err := q.span(s)
	q.facts.Reserved = &session.Reservation{From: from, To: to, Expired: expired}
	if expired {
		q.facts.Start, q.facts.End, q.started = to, to, true
	}
	return err
}

// spent reads "2026-05-03 15.00".
func (q *question) spent(s string) error {
	day, amount, _ := strings.Cut(s, " ")
	date, err := calendar.ParseDate(day)
	if err != nil {
		return err
	}
	price, err := money.ParsePrice(amount)
	if err != nil {
		return err
	}
	exact, err := price.Times(1, 1)
	q.context.Spent = append(q.context.Spent, DayAmount{Date: date, Amount: exact})
	return err
}

// slots reads "feed spot 60 min from 2026-05-03 21:00: 0.10 0.12 - 0.15"; a
// hyphen is a slot that is missing.
func (q *question) slots(m []string) error {
	minutes, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil {
		return err
	}
	at, err := q.instant(m[3])
	if err != nil {
		return err
	}
	f := feed.Feed{Name: m[1], Currency: "EUR", Length: minutes * 60}
	for _, value := range strings.Fields(m[4]) {
		if value != "-" {
			price, err := money.ParsePrice(value)
			if err != nil {
				return err
			}
			f.Slots = append(f.Slots, feed.Slot{From: at, Value: price})
		}
		at += calendar.Instant(f.Length)
	}
	if f, err = feed.Normalise(f); err != nil {
		return err
	}
	q.context.Feeds = append(q.context.Feeds, &f)
	return nil
}

// parsePoint reads "DC 150 kW", either part alone, too.
func parsePoint(s string) (Point, error) {
	var p Point
	for word := range strings.FieldsSeq(s) {
		switch word {
		case "AC":
			p.Supply = tariff.AC
		case "DC":
			p.Supply = tariff.DC
		case "kW":
		default:
			kw, err := energy.ParseKWh(word)
			if err != nil {
				return p, errors.New("not a point such as DC 150 kW")
			}
			p.MaxPower = energy.Power(kw / 1000)
		}
	}
	return p, nil
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
	case "regular", "boosted", "optimised":
		mode, _ := session.ParseMode(word)
		q.facts.Modes = append(q.facts.Modes, session.ModeChange{At: at, Mode: mode})
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

// parseTaxes reads "GST 5, QST 9.975 on top", each also with "from 2026-07-01"
// and "before 2027-01-01".
func parseTaxes(s string) ([]tariff.Tax, error) {
	var out []tariff.Tax
	for item := range strings.SplitSeq(s, ",") {
		words := strings.Fields(item)
		if len(words) < 2 {
			return nil, fmt.Errorf("tax %q is not of the form \"VAT 19\"", item)
		}
		rate, err := money.ParsePrice(words[1])
		if err != nil {
			return nil, fmt.Errorf("tax %q: %w", item, err)
		}
		tax := tariff.Tax{Name: words[0], Rate: int64(rate) / 100_000}
		for rest := words[2:]; len(rest) >= 2; rest = rest[2:] {
			if rest[0] == "on" && rest[1] == "top" {
				tax.OnTop = true
				continue
			}
			date, err := calendar.ParseDate(rest[1])
			if err != nil {
				return nil, fmt.Errorf("tax %q: %w", item, err)
			}
			if rest[0] == "from" {
				tax.From = &date
			} else {
				tax.Before = &date
			}
		}
		out = append(out, tax)
	}
	return out, nil
}

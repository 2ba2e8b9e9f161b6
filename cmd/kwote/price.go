package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"kwote/api"
	"kwote/clock"
	"kwote/domain/calendar"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/link/sessionfile"
)

// readTariff reads the one tariff of a file.
func readTariff(path string) (tariff.Document, error) {
	src, err := readFile(path)
	if err != nil {
		return tariff.Document{}, err
	}
	doc, err := tariff.Decode(src)
	return doc, inFile(path, err)
}

func readFile(path string) ([]byte, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.At(fault.NotFound, "file_unreadable", "file",
			fmt.Sprintf("%s cannot be read: check the name and the rights", path)).Because(err)
	}
	return src, nil
}

// inFile names the file in a fault's sentence.
func inFile(path string, err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	named := *f
	named.Message = path + ": " + f.Message
	return &named
}

// zoneOption is the zone in which clock rules are read where the session's
// place is not known.
type zoneOption struct {
	Timezone string `placeholder:"ZONE" help:"IANA zone in which clock rules are read, as Europe/Paris, for sessions that name none; UTC where this is left out."`
}

// orUTC is the zone, and says so where clock rules are read in UTC because
// nobody named a zone.
func (o zoneOption) orUTC(s streams, doc tariff.Document) string {
	if o.Timezone != "" {
		return o.Timezone
	}
	for k := range tariff.Kind(tariff.Kinds) {
		if slices.ContainsFunc(doc.Dimension(k).Rules, func(r tariff.Rule) bool { return r.When.Clocked() }) {
			fmt.Fprintln(s.err, "kwote: note: this tariff goes by the clock; sessions that name no zone are read in UTC (see --timezone)")
			break
		}
	}
	return "UTC"
}

// priceCommand is kwote price.
type priceCommand struct {
	Tariff  string `type:"path" placeholder:"FILE" help:"Tariff document, YAML or JSON; with --cdr an OCPI tariff, or those of the record where this is left out."`
	Session string `type:"path" placeholder:"FILE" xor:"what" required:"" help:"File with one session: JSON with id, start, step and wh, or CSV with a heading."`
	CDR     string `name:"cdr" type:"path" placeholder:"FILE" xor:"what" required:"" help:"OCPI charge detail record, JSON, in the place of a session."`
	zoneOption
	circumstances
	readingOptions
	Lang string `default:"en" enum:"en,fr,de" help:"Language of the explanation (${enum}; ${default} where this is left out)."`
	formatOption
}

func (priceCommand) Help() string {
	return `Examples:
  kwote price --tariff examples/tariffs/yardstick.yaml --session one.json --timezone Europe/Berlin
  kwote price --tariff my.yaml --session one.json --format json
  kwote price --cdr cdr.json --format json
  kwote price --cdr cdr.json --tariff tariff.json --timezone Europe/Madrid

A record whose tariff goes by the clock takes the zone of its location, or its country's only one.
A session file holds one object: {"id":1,"start":1770769500,"step":300,"wh":[639,558,0]}`
}

func (c priceCommand) Run(s streams) error {
	if c.CDR != "" {
		return c.priceRecord(s)
	}
	if c.Tariff == "" {
		return fault.At(fault.Invalid, "required", "tariff", "a session needs a tariff to be priced by; name its file with --tariff")
	}
	doc, err := readTariff(c.Tariff)
	if err != nil {
		return err
	}
	facts, compiled, err := readOneSession(c.Session, c.orUTC(s, doc), doc)
	if err != nil {
		return err
	}
	pc, err := c.context(doc)
	if err != nil {
		return err
	}
	receipt, err := pricing.Price(compiled.tariff, facts, pc)
	if err != nil {
		return err
	}
	if !doc.Valid.Has(facts.Start) {
		fmt.Fprintln(s.err, "kwote: note: the session starts outside the dates for which this tariff is valid")
	}
	wire := api.FromReceipt(receipt)
	var rows [][]string
	for _, l := range wire.Lines {
		rule := ""
		if l.Rule != nil {
			rule = strconv.Itoa(*l.Rule)
		}
		rows = append(rows, []string{l.Kind, l.Dimension, rule, l.UnitPrice, l.Per, l.Measured, l.Billed, l.Unit, l.Exact, l.Amount, wire.Currency})
	}
	return c.write(s, func() error {
		_, err := fmt.Fprint(s.out, pricing.Text(receipt, doc, c.Lang))
		return err
	}, wire, []string{"kind", "dimension", "rule", "unit_price", "per", "measured", "billed", "unit", "exact", "amount", "currency"}, rows)
}

// readOneSession reads the one session of a file, with the document compiled
// for its zone, or the given one where it names none.
func readOneSession(path, zone string, doc tariff.Document) (session.Facts, zonedTariff, error) {
	var found []session.Raw
	err := sessionfile.Read(path, func(r session.Raw) bool {
		found = append(found, r)
		return len(found) < 2
	})
	if err == nil && len(found) != 1 {
		err = fault.At(fault.Invalid, "not_one_session", "session",
			fmt.Sprintf("%s must hold exactly one session; for many use kwote reprice", path))
	}
	if err != nil {
		return session.Facts{}, zonedTariff{}, err
	}
	facts, compiled, problem := zoneCache{}.admit(found[0], zone, doc)
	if problem != nil {
		return facts, compiled, inFile(path, fault.At(fault.Invalid, "session_"+problem.Reason, problem.Field, problem.Message))
	}
	return facts, compiled, nil
}

// zoneCache compiles one document for every zone that sessions name.
type zoneCache map[string]zonedTariff

// zonedTariff is a document compiled for a zone, for receipts and for sums.
type zonedTariff struct {
	tariff *pricing.Compiled
	sums   *pricing.Pricer
}

// admit takes a raw session for usable in its zone, or the given one.
func (z zoneCache) admit(raw session.Raw, zone string, doc tariff.Document) (session.Facts, zonedTariff, *session.Problem) {
	if raw.Zone == "" {
		raw.Zone = zone
	}
	facts, _, problem := session.Admit(raw, func(name string) bool {
		if _, ok := z[name]; ok {
			return true
		}
		loaded, err := calendar.LoadZone(name)
		if err == nil {
			compiled := pricing.Compile(pricing.TariffRef{}, doc, loaded)
			z[name] = zonedTariff{compiled, pricing.NewPricer(compiled)}
		}
		return err == nil
	})
	return facts, z[raw.Zone], problem
}

// repriceCommand is kwote reprice.
type repriceCommand struct {
	Tariff   string `required:"" type:"path" placeholder:"FILE" help:"Tariff document, YAML or JSON."`
	Sessions string `required:"" type:"path" placeholder:"FILE" help:"Sessions: CSV or JSON Lines, plain or gzip."`
	zoneOption
	circumstances
	Out string `type:"path" placeholder:"FILE.csv" help:"Write a line per session: session_id, total, exact, currency."`
	formatOption
}

func (repriceCommand) Help() string {
	return `Examples:
  kwote reprice --tariff examples/tariffs/yardstick.yaml --sessions sessions.jsonl.gz --timezone Europe/Berlin
  kwote reprice --tariff my.yaml --sessions sessions.csv.gz --out priced.csv --format json`
}

// repriceSummary is what kwote reprice reports.
type repriceSummary struct {
	Sessions          int64            `json:"sessions"`
	Quarantined       int64            `json:"quarantined"`
	Reasons           map[string]int64 `json:"reasons"`
	Total             string           `json:"total"`
	Currency          string           `json:"currency"`
	Seconds           json.Number      `json:"seconds"`
	SessionsPerSecond json.Number      `json:"sessions_per_second"`
}

func (c repriceCommand) Run(ctx context.Context, s streams) error {
	doc, err := readTariff(c.Tariff)
	if err != nil {
		return err
	}
	zone := c.orUTC(s, doc)
	if _, err := calendar.LoadZone(zone); err != nil {
		return fault.At(fault.Invalid, "zone_unknown", "timezone", err.Error())
	}
	pc, err := c.context(doc)
	if err != nil {
		return err
	}
	out, err := createLines(c.Out)
	if err != nil {
		return err
	}
	watch := clock.StartStopwatch()
	sum, summary := money.Amount{Currency: doc.Currency}, repriceSummary{Currency: string(doc.Currency), Reasons: map[string]int64{}}
	var failed error
	zones := zoneCache{}
	var spent daySpending
	if doc.Total.AtMostPerDay != nil {
		spent = daySpending{}
	}
	err = sessionfile.Read(c.Sessions, func(raw session.Raw) bool {
		facts, compiled, problem := zones.admit(raw, zone, doc)
		if problem != nil {
			summary.Quarantined++
			summary.Reasons[problem.Reason]++
			return true
		}
		priced, err := spent.price(compiled, &facts, pc, raw.UserID)
		if err == nil {
			sum, err = sum.Add(priced.Total)
		}
		if err == nil {
			err = out.write(raw.ExternalID, priced, doc)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			failed = fmt.Errorf("session %s (line %d): %w", raw.ExternalID, raw.Line, err)
		}
		summary.Sessions++
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	if err = out.finish(err); err != nil {
		return err
	}
	elapsed := watch.Elapsed()
	summary.Total = sum.String()
	summary.Seconds = json.Number(fmt.Sprintf("%.3f", elapsed.Seconds()))
	summary.SessionsPerSecond = json.Number(fmt.Sprintf("%.0f", float64(summary.Sessions)/max(elapsed.Seconds(), 1e-9)))
	return c.write(s, func() error { return summary.text(s) }, summary,
		[]string{"sessions", "quarantined", "total", "currency", "seconds", "sessions_per_second"},
		[][]string{{strconv.FormatInt(summary.Sessions, 10), strconv.FormatInt(summary.Quarantined, 10), summary.Total, summary.Currency,
			summary.Seconds.String(), summary.SessionsPerSecond.String()}})
}

func (r repriceSummary) text(s streams) error {
	fmt.Fprintf(s.out, "%d sessions priced, %s %s in all", r.Sessions, r.Total, r.Currency)
	if r.Quarantined > 0 {
		fmt.Fprintf(s.out, "; %d put aside (%s)", r.Quarantined, counts(r.Reasons))
	}
	_, err := fmt.Fprintf(s.out, "\n%s s, %s sessions a second\n", r.Seconds, r.SessionsPerSecond)
	return err
}

// counts writes "3 never_closed, 1 zero_length", most first.
func counts(m map[string]int64) string {
	var parts []string
	for _, k := range byCount(m) {
		parts = append(parts, fmt.Sprintf("%d %s", m[k], k))
	}
	return strings.Join(parts, ", ")
}

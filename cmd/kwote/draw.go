package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"kwote/clock"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/picture"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
	"kwote/web/ui/draw"
)

// drawCommand is kwote draw.
type drawCommand struct {
	Files     []string `arg:"" name:"file" type:"path" help:"Tariffs, as for kwote describe; several are drawn as curves in one picture."`
	What      string   `default:"week" enum:"week,cost" help:"The price of each hour of a week, or what a session costs by its energy or time (${enum}; ${default} where this is left out)."`
	Dimension string   `placeholder:"NAME" help:"What the week shows: energy, charging, idle, occupancy or export; the first of energy, charging, occupancy, idle and export that has a price where this is left out."`
	KWh       string   `name:"kwh" xor:"axis" placeholder:"FROM..TO" help:"Energy on the axis of the cost, as 10..100; 0..80 where neither this nor --hours is given."`
	Hours     string   `xor:"axis" placeholder:"FROM..TO" help:"Hours on the axis of the cost, as 0..12."`
	Full      string   `placeholder:"KWH" help:"With --hours: energy after which the car is full and idles, as 40; it charges throughout where this is left out."`
	Power     string   `default:"22 kW" placeholder:"POWER" help:"Power at which the car charges (${default} where this is left out)."`
	Start     string   `placeholder:"TIME" help:"When the session begins, as 2026-05-04T10:00 at the place or with an offset; the week is the one of that day. Monday of this week at 10:00 where this is left out."`
	Out       string   `short:"o" type:"path" placeholder:"FILE.svg" help:"File to write; standard output where this is left out."`
	Lang      string   `default:"en" enum:"en,fr,de" help:"Language (${enum}; ${default} where this is left out)."`
	zoneOption
	circumstances
}

func (drawCommand) Help() string {
	return `Draws as SVG what the tariff's receipts say.

Examples:
  kwote draw my.yaml --timezone Europe/Paris -o week.svg
  kwote draw my.yaml other.yaml --what cost --kwh 0..100 --power "50 kW" -o cost.svg
  kwote draw spot.yaml --feed spot-de=day-ahead.csv --feed-unit MWh --start 2026-05-04 -o week.svg
  kwote draw my.yaml --what cost --hours 0..12 --full 40 --start 2026-05-04T18:00 -o night.svg`
}

func (c drawCommand) Run(s streams) error {
	var tariffs []tariffInFile
	for _, path := range c.Files {
		more, err := readTariffs(path)
		if err != nil {
			return err
		}
		tariffs = append(tariffs, more...)
	}
	if len(tariffs) == 0 {
		return fault.At(fault.Invalid, "required", "file", "the files hold no tariff")
	}
	sayDoubts(s, tariffs)
	zone, err := calendar.LoadZone(c.zone(s, tariffs))
	if err != nil {
		return fault.At(fault.Invalid, "zone_unknown", "timezone", err.Error())
	}
	charge, err := c.charge(zone, tariffs)
	if err != nil {
		return err
	}
	var svg []byte
	if c.What == "week" {
		svg, err = c.week(zone, charge, tariffs)
	} else {
		svg, err = c.cost(zone, charge, tariffs)
	}
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err = s.out.Write(svg)
		return err
	}
	if err := os.WriteFile(c.Out, svg, 0o644); err != nil {
		return fault.At(fault.Unavailable, "file_unwritable", "out", fmt.Sprintf("%s cannot be written: check the folder and the rights", c.Out)).Because(err)
	}
	return nil
}

// zone is the zone's name; it says so once where clock rules are read in UTC.
func (c drawCommand) zone(s streams, tariffs []tariffInFile) string {
	clocked := slices.IndexFunc(tariffs, func(t tariffInFile) bool {
		return slices.ContainsFunc(t.doc.Dimensions[:], func(d tariff.Dimension) bool { return d.Clocked() })
	})
	return c.orUTC(s, tariffs[max(clocked, 0)].doc)
}

// charge is the session that is imagined.
func (c drawCommand) charge(zone *calendar.Zone, tariffs []tariffInFile) (picture.Charge, error) {
	var out picture.Charge
	var err error
	if out.Power, err = powerOption("power", c.Power); err != nil {
		return out, err
	}
	if out.Start, err = c.start(zone); err != nil {
		return out, err
	}
	if c.Full != "" {
		if out.Full, err = energyOption("full", c.Full); err != nil {
			return out, err
		}
		if out.Full == 0 {
			return out, fault.At(fault.Invalid, "energy_out_of_range", "full", "a car that is full after 0 kWh never charges; leave --full out, or name more")
		}
	}
	var docs []tariff.Document
	for _, t := range tariffs {
		docs = append(docs, t.doc)
	}
	out.Context, err = c.context(docs...)
	return out, err
}

// start is the instant that was named, else Monday of this week at ten.
func (c drawCommand) start(zone *calendar.Zone) (calendar.Instant, error) {
	if c.Start != "" {
		return instantOption("start", c.Start, zone)
	}
	today, _ := zone.Local(calendar.Of(clock.System{}.Now()))
	return zone.StartOf(picture.MondayOf(today)) + 10*3600, nil
}

func (c drawCommand) week(zone *calendar.Zone, charge picture.Charge, tariffs []tariffInFile) ([]byte, error) {
	if len(tariffs) > 1 {
		return nil, fault.At(fault.Invalid, "too_many_tariffs", "file", fmt.Sprintf("%d tariffs do not fit into one week; draw them one by one, or as curves with --what cost", len(tariffs)))
	}
	d := tariffs[0].doc
	kind, err := c.kind(&d)
	if err != nil {
		return nil, err
	}
	date, _ := zone.Local(charge.Start)
	w, err := picture.Of(pricing.TariffRef{}, d, zone).Week(charge, kind, picture.MondayOf(date))
	if err != nil {
		return nil, err
	}
	return draw.Week(tariff.TitleIn(d, c.Lang), zone.Name(), w, d.Currency, tariff.In(c.Lang)), nil
}

// kind is the dimension that the week shows.
func (c drawCommand) kind(d *tariff.Document) (tariff.Kind, error) {
	if c.Dimension == "" {
		kind, _ := picture.Shown(d)
		return kind, nil
	}
	for _, k := range picture.Pictured {
		if k.String() == c.Dimension {
			return k, nil
		}
	}
	return 0, fault.At(fault.Invalid, "dimension_unknown", "dimension", fmt.Sprintf("%q is none of: energy, charging, idle, occupancy, export", c.Dimension))
}

func (c drawCommand) cost(zone *calendar.Zone, charge picture.Charge, tariffs []tariffInFile) ([]byte, error) {
	costs := draw.Costs{ByTime: c.Hours != "", Charge: charge, Zone: zone}
	var names []string
	for _, t := range tariffs {
		curve, err := c.curve(picture.Of(pricing.TariffRef{}, t.doc, zone), charge)
		if err != nil {
			return nil, err
		}
		name := tariff.TitleIn(t.doc, c.Lang)
		names = append(names, name)
		costs.Curves = append(costs.Curves, draw.NamedCurve{Name: name, Curve: curve})
	}
	costs.Title = strings.Join(names, ", ")
	return draw.Cost(draw.File, costs, tariff.In(c.Lang))
}

func (c drawCommand) curve(s *picture.Subject, charge picture.Charge) (picture.Curve, error) {
	if c.Hours != "" {
		from, to, err := rangeOption("hours", c.Hours, "0..12", secondsOf)
		if err != nil {
			return picture.Curve{}, err
		}
		return s.ByTime(charge, from, to)
	}
	kWh := c.KWh
	if kWh == "" {
		kWh = "0..80"
	}
	from, to, err := rangeOption("kwh", kWh, "10..100", energy.ParseKWh)
	if err != nil {
		return picture.Curve{}, err
	}
	return s.ByEnergy(charge, from, to)
}

// secondsOf reads a decimal number of hours.
func secondsOf(hours string) (int64, error) {
	const whole = 1_000_000_000 // a price's parts of one
	p, err := money.ParsePrice(hours)
	return int64(p)/whole*3600 + int64(p)%whole*3600/whole, err
}

// rangeOption reads "10..100".
func rangeOption[T any](name, s, example string, read func(string) (T, error)) (from, to T, err error) {
	low, high, two := strings.Cut(s, "..")
	from, err = read(low)
	if err == nil {
		to, err = read(high)
	}
	if err != nil || !two {
		return from, to, fault.At(fault.Invalid, "range_malformed", name, fmt.Sprintf("%q is not a range such as %s", s, example))
	}
	return from, to, nil
}

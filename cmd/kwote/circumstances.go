package main

import (
	"fmt"
	"maps"
	"slices"

	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/tariff"
	"kwote/link/feedfile"
)

// circumstances are what a price depends on beside tariff and session, where
// no database knows it.
type circumstances struct {
	Feed         map[string]string `placeholder:"NAME=FILE" mapsep:"none" group:"Circumstances" help:"Prices of a feed that the tariff names: CSV with a heading, a column of times and one of prices, plain or gzip. May be repeated."`
	FeedUnit     string            `enum:",kWh,MWh" default:"" placeholder:"UNIT" group:"Circumstances" help:"What the feeds' prices are for, MWh or kWh; the column's heading must say it where this is left out."`
	FeedSlot     int               `default:"60" placeholder:"MIN" group:"Circumstances" help:"Length of the feeds' slots in minutes: 15, 30 or 60 (${default})."`
	FeedTimezone string            `placeholder:"ZONE" group:"Circumstances" help:"IANA zone of the feeds' times that do not say how far they are from UTC."`
	FeedTime     string            `placeholder:"COLUMN" group:"Circumstances" help:"Column of the feeds' times, where the heading does not make it clear."`
	FeedPrice    string            `placeholder:"COLUMN" group:"Circumstances" help:"Column of the feeds' prices, where the heading does not make it clear."`
	Supply       string            `enum:",AC,DC" default:"" placeholder:"AC|DC" group:"Circumstances" help:"Kind of current of the charge point; unknown where this is left out."`
	EVSEPower    string            `name:"evse-power" placeholder:"POWER" group:"Circumstances" help:"Highest power of the charge point, as \"150 kW\"; unknown where this is left out."`
}

// context is what prices by the tariffs depend on. A feed is read in the
// currency of the tariff that names it.
func (c circumstances) context(docs ...tariff.Document) (pricing.Context, error) {
	var out pricing.Context
	for i, s := range []string{"", "AC", "DC"} {
		if s == c.Supply {
			out.Point.Supply = tariff.Supply(i)
		}
	}
	if c.EVSEPower != "" {
		power, err := powerOption("evse-power", c.EVSEPower)
		if err != nil {
			return out, err
		}
		out.Point.MaxPower = power
	}
	named := map[string]money.Currency{}
	for _, doc := range docs {
		for _, name := range doc.Feeds() {
			named[name] = doc.Currency
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Feed)) {
		currency, known := named[name]
		if !known {
			return out, fault.At(fault.Invalid, "feed_unknown", "feed",
				fmt.Sprintf("the tariff names no feed %q; its feeds are %q", name, slices.Sorted(maps.Keys(named))))
		}
		file, err := feedfile.Read(c.Feed[name], feedfile.Options{Name: name, Currency: currency, Unit: feed.Unit(c.FeedUnit),
			Length: int64(c.FeedSlot) * 60, Zone: c.FeedTimezone, Time: c.FeedTime, Price: c.FeedPrice})
		if err != nil {
			return out, inFile(c.Feed[name], err)
		}
		out.Feeds = append(out.Feeds, &file.Feed)
	}
	return out, nil
}

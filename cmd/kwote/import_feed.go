package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/place"
	"kwote/link/feedfile"
)

// importFeed is kwote import feed.
type importFeed struct {
	settings
	File     string `arg:"" type:"path" help:"CSV with a heading: a column of times and one of prices, plain or gzip."`
	Name     string `required:"" placeholder:"FEED" help:"Name of the feed, as tariffs refer to it: spot-de."`
	Currency string `required:"" placeholder:"CODE" help:"Currency of the prices, as EUR."`
	Unit     string `enum:",kWh,MWh" default:"" placeholder:"UNIT" help:"What the prices are for, MWh or kWh; the column's heading must say it where this is left out."`
	Slot     int    `default:"60" placeholder:"MIN" help:"Length of the slots in minutes: 15, 30 or 60 (${default})."`
	Timezone string `placeholder:"ZONE" help:"IANA zone of times that do not say how far they are from UTC, as Europe/Berlin; such times are refused where this is left out."`
	Time     string `placeholder:"COLUMN" help:"Column of the times, where the heading does not make it clear."`
	Price    string `placeholder:"COLUMN" help:"Column of the prices, where the heading does not make it clear."`
	Network  string `placeholder:"N" help:"External id of the network; the only one there is where this is left out. It is made where it is new."`
	formatOption
}

func (importFeed) Help() string {
	return `Examples:
  kwote import feed day-ahead.csv --name spot-de --currency EUR --unit MWh
  kwote import feed DE-LU_2024.csv.gz --name spot-de --currency EUR --timezone Europe/Berlin
  kwote import feed elspot.csv --name spot-dk --currency DKK --unit MWh --time HourUTC --price SpotPriceDKK

Prices replace those that the feed has for the same time, and all others stay.
Times begin the slots. Importing a file twice changes nothing.`
}

// feedReport is the result as scripts read it.
type feedReport struct {
	File    string `json:"file"`
	Network string `json:"network"` // id
	Feed    string `json:"feed"`
	From    string `json:"from"`
	Before  string `json:"before"`
	Rows    int    `json:"rows"`
	Added   int    `json:"added"`
	Changed int    `json:"changed"`
	Same    int    `json:"same"`
	Empty   int    `json:"empty"`   // rows without a price
	Skipped int    `json:"skipped"` // rows at local times that the clocks skipped
}

func (c importFeed) Run(ctx context.Context, s streams) (err error) {
	file, err := feedfile.Read(c.File, feedfile.Options{Name: c.Name, Currency: money.Currency(strings.ToUpper(c.Currency)), Unit: feed.Unit(c.Unit),
		Length: int64(c.Slot) * 60, Zone: c.Timezone, Time: c.Time, Price: c.Price})
	if err != nil {
		return inFile(c.File, err)
	}
	h, err := c.open(ctx, clock.System{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	network, err := h.networkNamed(ctx, c.Network)
	if err != nil {
		return err
	}
	pushed, err := h.catalog.PushFeed(ctx, access.Kwote, network, file.Feed, 0)
	if err != nil {
		return inFile(c.File, err)
	}
	r := feedReport{File: c.File, Network: network, Feed: c.Name, From: pushed.Feed.First.String(), Before: pushed.Feed.Before.String(),
		Rows: file.Rows, Added: pushed.Added, Changed: pushed.Changed, Same: pushed.Same, Empty: file.Empty, Skipped: file.Skipped}
	row := []string{r.File, r.Network, r.Feed, r.From, r.Before}
	for _, n := range []int{r.Rows, r.Added, r.Changed, r.Same, r.Empty, r.Skipped} {
		row = append(row, strconv.Itoa(n))
	}
	return c.write(s, func() error { return r.text(s) }, r,
		[]string{"file", "network", "feed", "from", "before", "rows", "added", "changed", "same", "empty", "skipped"}, [][]string{row})
}

func (r feedReport) text(s streams) error {
	fmt.Fprintf(s.out, "%s: %d new prices, %d replaced, %d known already\n", r.Feed, r.Added, r.Changed, r.Same)
	if r.Empty > 0 {
		fmt.Fprintf(s.out, "Left out: %d rows without a price\n", r.Empty)
	}
	if r.Skipped > 0 {
		fmt.Fprintf(s.out, "Left out: %d rows at times that the clocks skipped\n", r.Skipped)
	}
	_, err := fmt.Fprintf(s.out, "The feed goes from %s to %s.\n", r.From, r.Before)
	return err
}

// networkNamed is the id of the network, which is made where it is new. Without
// a name it is the only one there is, or "main".
func (h *house) networkNamed(ctx context.Context, name string) (string, error) {
	all, err := h.places.Networks(ctx, access.Kwote)
	if err != nil {
		return "", err
	}
	var names []string
	for _, n := range all {
		if name != "" && (n.ExternalID == name || n.ID == name) || name == "" && len(all) == 1 {
			return n.ID, nil
		}
		names = append(names, n.ExternalID)
	}
	if name == "" && len(all) > 1 {
		return "", fault.At(fault.Invalid, "network_unclear", "network", "which network the feed is for is not clear; name it with --network: "+strings.Join(names, ", "))
	}
	if name == "" {
		name = "main"
	}
	n, err := h.places.SaveNetwork(ctx, access.Kwote, place.Network{ExternalID: name, Name: name, Precedence: assign.ByOrder})
	return n.ID, err
}

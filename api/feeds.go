package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"kwote/app/catalog"
	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/feed"
	"kwote/domain/money"
	"kwote/domain/query"
)

// FeedBody are prices for a feed as they are sent.
type FeedBody struct {
	Currency    string      `json:"currency" minLength:"3" maxLength:"3" doc:"ISO 4217 code of the prices"`
	Unit        string      `json:"unit,omitempty" enum:"kWh,MWh" doc:"What the values are for; kWh where it is left out"`
	SlotMinutes int64       `json:"slotMinutes" enum:"15,30,60" doc:"Length of the slots"`
	Slots       []FeedPrice `json:"slots" minItems:"1" maxItems:"100000" doc:"Prices, in any order; they replace those that the feed has for the same time"`
}

// FeedPrice is a price that holds from an instant for the length of a slot.
type FeedPrice struct {
	From  string `json:"from" format:"date-time" doc:"A multiple of the slots' length"`
	Value string `json:"value" maxLength:"40" doc:"Decimal, may be below zero"`
}

// Feed is a network's price feed.
type Feed struct {
	Head
	NetworkID   string `json:"networkId"`
	Name        string `json:"name" example:"spot-fr" doc:"Tariffs refer to it"`
	Currency    string `json:"currency" example:"EUR" doc:"ISO 4217 code; it never changes"`
	SlotMinutes int64  `json:"slotMinutes" enum:"15,30,60"`
	PushedAt    string `json:"pushedAt" format:"date-time" doc:"When prices came last that it did not have"`
	From        string `json:"from" format:"date-time" doc:"Beginning of its first slot"`
	Before      string `json:"before" format:"date-time" doc:"End of its last slot"`
}

// FeedPushed is a feed with what became of the prices that were sent, counted
// in slots of the feed.
type FeedPushed struct {
	Feed
	Added   int `json:"added" doc:"Slots that had no price"`
	Changed int `json:"changed" doc:"Slots whose price was replaced; the old one stays as history"`
	Same    int `json:"same" doc:"Slots that had this price already"`
}

// FeedSlot is a price of a feed.
type FeedSlot struct {
	From     string `json:"from" format:"date-time"`
	Before   string `json:"before" format:"date-time"`
	Value    string `json:"value" example:"0.08534" doc:"Per kWh"`
	Version  int64  `json:"version" doc:"The version of the feed that brought it"`
	PushedAt string `json:"pushedAt" format:"date-time"`
}

var (
	exampleFeedBody = FeedBody{"EUR", "MWh", 60, []FeedPrice{{"2026-05-03T19:00:00Z", "85.34"}, {"2026-05-03T20:00:00Z", "-2.01"}}}
	exampleFeed     = Feed{exampleHead, exampleID, "spot-fr", "EUR", 60, "2026-05-02T11:05:00Z", "2026-01-01T00:00:00Z", "2026-05-03T22:00:00Z"}
	exampleSlot     = FeedSlot{"2026-05-03T19:00:00Z", "2026-05-03T20:00:00Z", "0.08534", 3, "2026-05-02T11:05:00Z"}
)

func showFeed(f query.Feed) Feed {
	return Feed{Head{f.ID, f.Version}, f.NetworkID, f.Name, string(f.Currency), f.Length / 60, f.PushedAt.String(), f.First.String(), f.Before.String()}
}

func showFeedSlot(s query.FeedSlot) FeedSlot {
	return FeedSlot{s.From.String(), s.Before().String(), s.Value.String(), s.Revision, s.PushedAt.String()}
}

// feed are the prices of the body.
func (b FeedBody) feed(name string) (feed.Feed, error) {
	f := feed.Feed{Name: name, Currency: money.Currency(b.Currency), Length: b.SlotMinutes * 60}
	unit := feed.Unit(b.Unit)
	if unit == "" {
		unit = feed.PerKWh
	}
	var err error
	f.Slots, err = readEach("slots", b.Slots, func(field string, p FeedPrice) (out feed.Slot, err error) {
		if out.From, err = parseInstant(field+".from", p.From); err != nil {
			return out, err
		}
		out.Value, err = feed.ParseValue(p.Value, unit)
		if bad := fault.As(err); bad != nil {
			return out, fault.At(bad.Kind, bad.Code, field+".value", bad.Message)
		}
		return out, err
	})
	return f, err
}

const feedsTag, feedPath = "Feeds", root + "/networks/{network}/feeds/{name}"

// FeedAt names a feed in an address.
type FeedAt struct {
	Network string `path:"network" doc:"The network, by id or external id"`
	Name    string `path:"name" maxLength:"64" doc:"The feed's name"`
}

func (d *door) feeds() {
	type in struct {
		NetworkID string `query:"networkId" doc:"Only of this network, by id or external id"`
		Paging
	}
	list(d, route{id: "listFeeds", path: root + "/feeds", tag: feedsTag, summary: "List price feeds", answer: exampleFeed},
		func(ctx context.Context, by access.Actor, in *in) ([]query.Feed, string, error) {
			if err := resolve(ctx, by, reference{d.networkID, "networkId", &in.NetworkID}); err != nil {
				return nil, "", err
			}
			all, err := d.Catalog.Feeds(ctx, by, in.NetworkID)
			if err != nil {
				return nil, "", err
			}
			return pageOf(all, in.page(), func(f query.Feed) string { return f.ID })
		}, showFeed)
	type getIn struct {
		FeedAt
		Unless
	}
	one(d, route{id: "getFeed", path: feedPath, tag: feedsTag, summary: "Get a price feed", answer: exampleFeed},
		func(ctx context.Context, by access.Actor, in *getIn) (Feed, error) {
			f, err := d.Catalog.Feed(ctx, by, in.Network, in.Name)
			if err != nil {
				return Feed{}, err
			}
			return showFeed(f), nil
		})
	type slotsIn struct {
		FeedAt
		From    string `query:"from" format:"date-time" doc:"Only slots that begin from here on"`
		Before  string `query:"before" format:"date-time" doc:"Only slots that begin before"`
		History bool   `query:"history" doc:"Prices that were replaced, too"`
		Paging
	}
	list(d, route{id: "listFeedSlots", path: feedPath + "/slots", tag: feedsTag, summary: "List the prices of a feed", about: "In order of time.", answer: exampleSlot},
		func(ctx context.Context, by access.Actor, in *slotsIn) (rows []query.FeedSlot, next string, err error) {
			f := query.FeedSlotFilter{History: in.History, Page: in.page()}
			if f.From, err = parseInstant("from", in.From); err != nil {
				return nil, "", err
			}
			if f.Before, err = parseInstant("before", in.Before); err != nil {
				return nil, "", err
			}
			return d.Catalog.FeedSlots(ctx, by, in.Network, in.Name, f)
		}, showFeedSlot)
	d.pushing()
}

func (d *door) pushing() {
	type pushIn struct {
		FeedAt
		IfMatch string `header:"If-Match" doc:"The ETag that you read; leave it out to push whatever is there"`
		Once
		Body FeedBody
	}
	register(d, route{id: "pushFeed", method: http.MethodPut, path: feedPath, tag: feedsTag, summary: "Push prices to a feed",
		about: "The feed is created when there is none: 201. Prices replace those of the same time, and all others stay; the same prices again change nothing. " +
			"Sessions take the prices that are there when they are priced, and their receipts keep them. Where shorter slots come than the feed has, its prices are cut up into such slots.",
		body: exampleFeedBody, answer: FeedPushed{exampleFeed, 1, 1, 0}, also: http.StatusCreated, needs: access.ChangePrices, mutates: true, matched: true},
		func(ctx context.Context, by access.Actor, in *pushIn) (*oneOut[FeedPushed], error) {
			version, err := ifMatch(in.IfMatch, false)
			if err != nil {
				return nil, err
			}
			f, err := in.Body.feed(in.Name)
			if err != nil {
				return nil, err
			}
			p, err := d.Catalog.PushFeed(ctx, by, in.Network, f, version)
			if err != nil {
				return nil, err
			}
			return shownPush(in.FeedAt, p), nil
		})
}

func shownPush(at FeedAt, p catalog.FeedPushed) *oneOut[FeedPushed] {
	w := FeedPushed{showFeed(p.Feed), p.Added, p.Changed, p.Same}
	out := newOne(http.StatusOK, w.etag(), w)
	if p.Created {
		out.Status = http.StatusCreated
		out.Location = fmt.Sprintf("%s/networks/%s/feeds/%s", root, url.PathEscape(at.Network), url.PathEscape(at.Name))
	}
	return out
}

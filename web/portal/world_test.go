package portal_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kwote/app/accounts"
	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/app/places"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/store"
	"kwote/store/storetest"
	"kwote/web/portal"
	"kwote/web/ui"
)

// shelf lets a desk use the store through the desk's own small Tx.
type shelf[T any] struct {
	db *store.DB
	as func(*store.Tx) T
}

func (s shelf[T]) Update(ctx context.Context, do func(T) error) error {
	return s.db.Update(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

func (s shelf[T]) View(ctx context.Context, do func(T) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

const (
	zoe  = "zoe@example.org"
	paul = "paul@example.org"
	// evil is a name that would run if it were not escaped.
	evil = `<script>alert("1")</script>`
)

var today = time.Date(2026, 3, 13, 15, 40, 0, 0, time.UTC)

const publicTariff = `
tariff: public
title: {en: Public, fr: Tarif public}
currency: EUR
prices: with tax
rounding: half-up on total
energy:
  rules:
    - {price: 0.29/kWh, when: {time: "22:00-06:00"}}
    - {price: 0.4933/kWh}
session:
  rules:
    - {price: 0.50}
`

// world is one charge point with a price and one without, two drivers, and
// the mails that were sent to them.
type world struct {
	t        testing.TB
	db       *store.DB
	clock    *clock.Stepped
	wall     *clock.Stepped
	accounts *accounts.Desk
	charging *charging.Desk

	point, bare     place.EVSE
	zoe, paul       person.User
	night, unpriced string // sessions of Zoé
	pauls           string
	mails           []query.Mail
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	db := storetest.SQLite(t)
	w := &world{t: t, db: db, clock: clock.NewStepped(today, false), wall: clock.NewStepped(today, false)}
	w.accounts = &accounts.Desk{Store: shelf[accounts.Tx]{db, func(tx *store.Tx) accounts.Tx { return tx }}, Clock: w.clock, Wall: w.wall,
		LinkURL: func(secret string) string {
			return "https://kwote.example" + portal.LinkPath + "?token=" + url.QueryEscape(secret)
		},
		Send: func(_ context.Context, m query.Mail) error { w.mails = append(w.mails, m); return nil }}
	w.charging = charging.New(shelf[charging.Tx]{db, func(tx *store.Tx) charging.Tx { return tx }}, w.clock)
	w.build()
	w.night = w.record(w.point, w.zoe.ID, "night", -18*time.Hour)
	w.unpriced = w.record(w.bare, w.zoe.ID, "bare", -8*time.Hour)
	w.pauls = w.record(w.point, w.paul.ID, "pauls", -4*time.Hour)
	return w
}

func (w *world) build() {
	t, ctx, by := w.t, w.t.Context(), access.Kwote
	desk := &places.Desk{Store: shelf[places.Tx]{w.db, func(tx *store.Tx) places.Tx { return tx }}, Clock: w.clock}
	prices := &catalog.Desk{Store: shelf[catalog.Tx]{w.db, func(tx *store.Tx) catalog.Tx { return tx }}, Clock: w.clock}
	n := must(desk.SaveNetwork(ctx, by, place.Network{ExternalID: "N", Name: "Kwote Test", Precedence: assign.ByOrder}))(t)
	l := must(desk.SaveLocation(ctx, by, place.Location{ExternalID: "quai", NetworkID: n.ID, Name: "Quai " + evil, City: "Paris", Country: "FR", TimeZone: "Europe/Paris"}))(t)
	add := func(id string) place.EVSE {
		return must(desk.SaveEVSE(ctx, by, place.EVSE{ExternalID: id, LocationID: l.ID, Name: "Bay " + id, Current: place.DC, MaxPower: 50 * energy.KW, Access: assign.Public}))(t)
	}
	w.point, w.bare = add("FR*KWO*E1"), add("FR*KWO*E2")
	must(prices.Publish(ctx, by, must(tariff.Decode([]byte(publicTariff)))(t), 0, ""))(t)
	must(prices.SaveGroup(ctx, by, assign.Group{ExternalID: "g", Name: "Everyone", Attached: []assign.Attachment{{Scope: assign.OnEVSE, PlaceID: w.point.ID}},
		Entries: []assign.Entry{{Tariff: "public", Audience: assign.Audience{Everyone: true}}}}))(t)
	w.zoe = must(w.accounts.SaveUser(ctx, by, person.User{ExternalID: "U1", Name: "Zoé " + evil, Email: zoe, Language: "fr"}))(t)
	w.paul = must(w.accounts.SaveUser(ctx, by, person.User{ExternalID: "U2", Name: "Paul Petit", Email: paul}))(t)
}

// record is a session over three hours with two hours of charging.
func (w *world) record(e place.EVSE, user, id string, ago time.Duration) string {
	w.t.Helper()
	start := calendar.Of(today.Add(ago))
	f := session.Facts{Start: start, End: start + 3*3600,
		Readings: []session.Reading{{At: start}, {At: start + 2*3600, Import: 21_333 * energy.Wh}, {At: start + 3*3600, Import: 21_333 * energy.Wh}},
		Changes:  []session.Change{{At: start + 2*3600, State: session.Idle}}}
	return must(w.charging.Record(w.t.Context(), access.Kwote, charging.Report{ExternalID: id, EVSE: e.ID, User: user, Facts: f}))(w.t).Row.ID
}

// browser is a driver's phone with a memory for cookies.
type browser struct {
	w      *world
	server *httptest.Server
	client *http.Client
}

func (w *world) open(change func(*portal.Options)) *browser {
	w.t.Helper()
	o := portal.Options{Sessions: portal.NewSessions(w.db.WebSessions(time.Now), false), Catalog: must(ui.NewCatalog(portal.Messages))(w.t)}
	if change != nil {
		change(&o)
	}
	server := httptest.NewServer(portal.New(portal.Desks{Charging: w.charging, Accounts: w.accounts}, o))
	w.t.Cleanup(server.Close)
	return &browser{w, server, &http.Client{Jar: must(cookiejar.New(nil))(w.t),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signedIn is a browser that went the whole way through the mail.
func (w *world) signedIn(email string) *browser {
	w.t.Helper()
	b := w.open(nil)
	b.post("/my/sign-in", "email", email).wants(w.t, http.StatusSeeOther)
	b.post(portal.LinkPath, "token", w.mailed(email)).wants(w.t, http.StatusSeeOther)
	return b
}

var linkIn = regexp.MustCompile(`https://kwote\.example/my/sign-in/link\?token=(\S+)`)

// mailed is the secret of the newest mail to the address.
func (w *world) mailed(to string) string {
	w.t.Helper()
	if _, err := w.accounts.SendMails(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	for i := len(w.mails) - 1; i >= 0; i-- {
		if m := linkIn.FindStringSubmatch(w.mails[i].Body); m != nil && w.mails[i].To == to {
			return must(url.QueryUnescape(m[1]))(w.t)
		}
	}
	w.t.Fatalf("no mail with a link to %s in %v", to, w.mails)
	return ""
}

// answer is what came back, with the whole body.
type answer struct {
	status int
	header http.Header
	body   string
}

func (b *browser) get(path string) answer { return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

func (b *browser) do(method, path string, form url.Values) answer {
	t := b.w.t
	t.Helper()
	request := must(http.NewRequestWithContext(t.Context(), method, b.server.URL+path, strings.NewReader(form.Encode())))(t)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r := must(b.client.Do(request))(t)
	defer r.Body.Close()
	return answer{r.StatusCode, r.Header, string(must(io.ReadAll(r.Body))(t))}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// text is what a page says, without its markup.
func (a answer) text() string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(a.body, " "))), " ")
}

func (a answer) wants(t testing.TB, status int, says ...string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %.300s", a.status, status, a.text())
	}
	for _, s := range says {
		if !strings.Contains(a.text(), s) {
			t.Errorf("the page does not say %q: %.3000s", s, a.text())
		}
	}
}

func (a answer) leads(t testing.TB, to string) {
	t.Helper()
	a.wants(t, http.StatusSeeOther)
	if got := a.header.Get("Location"); got != to {
		t.Errorf("leads to %q, want %q", got, to)
	}
}

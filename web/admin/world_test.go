package admin_test

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
	"kwote/app/insight"
	"kwote/app/places"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/store"
	"kwote/store/storetest"
	"kwote/web/admin"
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
	ownerEmail    = "ana@example.org"
	ownerPassword = "correct horse battery staple"
	// evil is a name that would run if it were not escaped.
	evil = `<script>alert("1")</script>`
)

// today is a Friday afternoon.
var today = time.Date(2026, 3, 13, 15, 40, 0, 0, time.UTC)

// world is a small network behind a console: an office in Paris with a price
// for everyone, one for its people and one for a club, and a site in Oslo.
type world struct {
	t     testing.TB
	db    *store.DB
	desks admin.Desks
	clock *clock.Stepped

	office, oslo   place.Location
	point, norwegi place.EVSE
	club           person.Group
	member, clerk  person.User
	group          assign.Group
	priced         string // id of a session in Paris, over midnight and idle
	unpriced       string // id of a session at a point without a tariff
}

const standardTariff = `
tariff: standard
title: {en: Standard, fr: Tarif normal}
currency: EUR
prices: with tax
rounding: half-up on total
energy:
  rules:
    - {price: 0.29/kWh, when: {time: "22:00-06:00"}}
    - {price: 0.4933/kWh}
idle:
  grace: 15 min
  atMost: 8.00
  rules:
    - {price: 0.10/min}
session:
  rules:
    - {price: 0.50}
`

const clubTariff = "tariff: club\ncurrency: EUR\nprices: with tax\nrounding: half-up on total\nenergy:\n  rules:\n    - {price: 0.20/kWh}\n"

const staffTariff = "tariff: staff\ncurrency: EUR\nprices: with tax\nrounding: half-up on total\ncharging:\n  rules:\n    - {price: 0.60/h}\n"

const osloTariff = "tariff: oslo\ncurrency: NOK\nprices: with tax\nrounding: half-up on total\nenergy:\n  rules:\n    - {price: 4.00/kWh}\n"

func newWorld(t testing.TB) *world {
	t.Helper()
	db := storetest.SQLite(t)
	c := clock.NewStepped(today, false)
	w := &world{t: t, db: db, clock: c, desks: admin.Desks{
		Catalog:  &catalog.Desk{Store: shelf[catalog.Tx]{db, func(tx *store.Tx) catalog.Tx { return tx }}, Clock: c},
		Charging: charging.New(shelf[charging.Tx]{db, func(tx *store.Tx) charging.Tx { return tx }}, c),
		Places:   &places.Desk{Store: shelf[places.Tx]{db, func(tx *store.Tx) places.Tx { return tx }}, Clock: c},
		Accounts: &accounts.Desk{Store: shelf[accounts.Tx]{db, func(tx *store.Tx) accounts.Tx { return tx }}, Clock: c},
		Insight:  &insight.Desk{Store: shelf[insight.Tx]{db, func(tx *store.Tx) insight.Tx { return tx }}, Clock: c},
	}}
	w.build()
	w.happen()
	return w
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

func (w *world) build() {
	t, ctx, by := w.t, w.t.Context(), access.Kwote
	n := must(w.desks.Places.SaveNetwork(ctx, by, place.Network{ExternalID: "N", Name: "Kwote Test", Precedence: assign.ByOrder}))(t)
	p := must(w.desks.Places.SavePartner(ctx, by, place.Partner{ExternalID: "P", Name: "Atelier " + evil}))(t)
	w.office = must(w.desks.Places.SaveLocation(ctx, by, place.Location{ExternalID: "office", NetworkID: n.ID, PartnerID: p.ID, Name: "Bureau " + evil,
		Address: "1 rue de la Paix", City: "Paris", PostalCode: "75002", Country: "FR", TimeZone: "Europe/Paris"}))(t)
	w.oslo = must(w.desks.Places.SaveLocation(ctx, by, place.Location{ExternalID: "oslo", NetworkID: n.ID, Name: "Aker", City: "Oslo", Country: "NO", TimeZone: "Europe/Oslo"}))(t)
	add := func(l place.Location, id string) place.EVSE {
		return must(w.desks.Places.SaveEVSE(ctx, by, place.EVSE{ExternalID: id, LocationID: l.ID, Name: "Bay " + id, Current: place.DC, MaxPower: 50 * energy.KW, Access: assign.Public}))(t)
	}
	w.point, w.norwegi = add(w.office, "FR*KWO*E1"), add(w.oslo, "NO*KWO*E1")
	bare := add(w.oslo, "NO*KWO*E2")
	w.club = must(w.desks.Accounts.SaveGroup(ctx, by, person.Group{ExternalID: "club", Name: "Club"}))(t)
	w.member = must(w.desks.Accounts.SaveUser(ctx, by, person.User{ExternalID: "U1", Name: "Zoé " + evil, Email: "zoe@example.org", Groups: []string{w.club.ID}}))(t)
	w.clerk = must(w.desks.Accounts.SaveUser(ctx, by, person.User{ExternalID: "U2", Name: "Paul Petit", PartnerID: p.ID}))(t)
	must(w.desks.Accounts.SaveUser(ctx, by, person.User{ExternalID: "U3", Name: "Petra Plain"}))(t)
	must(w.desks.Accounts.SaveToken(ctx, by, person.Token{UID: "04AABBCC", Kind: person.RFID, UserID: w.member.ID}))(t)
	for _, source := range []string{standardTariff, clubTariff, staffTariff, osloTariff} {
		must(w.desks.Catalog.Publish(ctx, by, must(tariff.Decode([]byte(source)))(t), 0, ""))(t)
	}
	w.group = must(w.desks.Catalog.SaveGroup(ctx, by, assign.Group{ExternalID: "g", Name: "Offices", Attached: []assign.Attachment{{Scope: assign.OnLocation, PlaceID: w.office.ID}},
		Entries: []assign.Entry{{Tariff: "standard", Audience: assign.Audience{Everyone: true}}, {Tariff: "club", Audience: assign.Audience{Groups: []string{w.club.ID}}},
			{Tariff: "staff", Audience: assign.Audience{OwnerUsers: true}}}}))(t)
	must(w.desks.Catalog.SaveGroup(ctx, by, assign.Group{ExternalID: "o", Name: "Oslo", Attached: []assign.Attachment{{Scope: assign.OnEVSE, PlaceID: w.norwegi.ID}},
		Entries: []assign.Entry{{Tariff: "oslo", Audience: assign.Audience{Everyone: true}}}}))(t)
	s := must(w.desks.Accounts.SaveStaff(ctx, by, person.Staff{Name: "Ana Owner", Email: ownerEmail, Roles: []string{string(access.Owner)}}))(t)
	if err := w.desks.Accounts.SetPassword(ctx, by, s.ID, ownerPassword); err != nil {
		t.Fatal(err)
	}
	w.unpriced = w.record(bare, "", "lost", -20*time.Hour, 3600, 3600, 9*energy.KWh)
}

// happen records sessions: one over midnight with idle time, one in another
// currency, and a doubtful one.
func (w *world) happen() {
	w.priced = w.record(w.point, "", "night", -18*time.Hour, 5*3600, 3*3600, 21_333*energy.Wh)
	w.record(w.norwegi, w.member.ID, "north", -3*time.Hour, 3600, 3600, 10*energy.KWh)
	w.record(w.point, w.clerk.ID, "clerk", -2*time.Hour, 3600, 1800, 5*energy.KWh)
	w.record(w.point, w.member.ID, "nothing", -time.Hour, 600, 600, 0)
}

func (w *world) record(e place.EVSE, user, id string, ago time.Duration, seconds, flow calendar.Instant, q energy.Quantity) string {
	w.t.Helper()
	start := calendar.Of(today.Add(ago))
	f := session.Facts{Start: start, End: start + seconds, Readings: []session.Reading{{At: start}, {At: start + flow, Import: q}, {At: start + seconds, Import: q}}}
	if flow < seconds {
		f.Changes = []session.Change{{At: start + flow, State: session.Idle}}
	}
	d := must(w.desks.Charging.Record(w.t.Context(), access.Kwote, charging.Report{ExternalID: id, EVSE: e.ID, User: user, Facts: f}))(w.t)
	return d.Row.ID
}

// stepper moves the world's clock and counts the days.
type stepper struct{ clock *clock.Stepped }

func (s stepper) Advance(_ context.Context, days int) error {
	_, err := s.clock.Advance(time.Duration(days) * 24 * time.Hour)
	return err
}

// browser is a reader of the console with a memory for cookies.
type browser struct {
	t      testing.TB
	server *httptest.Server
	client *http.Client
}

// open starts a console; change sets further options.
func (w *world) open(change func(*admin.Options)) *browser {
	w.t.Helper()
	words, err := ui.NewCatalog(admin.Messages)
	if err != nil {
		w.t.Fatal(err)
	}
	o := admin.Options{Sessions: admin.NewSessions(w.db.WebSessions(time.Now), false), Catalog: words, Clock: w.clock,
		JobsStatus: func() []admin.Job {
			return []admin.Job{{Name: "mails", Every: time.Second, Failures: 1, LastError: evil}}
		}}
	if change != nil {
		change(&o)
	}
	server := httptest.NewServer(admin.New(w.desks, o))
	w.t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{w.t, server, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signedIn is a console that has signed in by itself as an owner.
func (w *world) signedIn() *browser {
	return w.open(func(o *admin.Options) {
		o.AutoActor = &access.Actor{Kind: access.Staff, ID: "ana", Name: "Ana Owner", Roles: []access.Role{access.Owner}}
		o.Demo, o.Stepper = true, stepper{w.clock}
	})
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
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Body.Close()
	var body strings.Builder
	if _, err := io.Copy(&body, r.Body); err != nil {
		b.t.Fatal(err)
	}
	return answer{r.StatusCode, r.Header, body.String()}
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
			t.Errorf("the page does not say %q: %.4000s", s, a.text())
		}
	}
}

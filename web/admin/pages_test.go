package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"kwote/domain/access"
	"kwote/domain/tariff"
	"kwote/web/admin"
	"kwote/web/ui"
	"kwote/web/ui/uitest"
)

// addresses is one address of every page, in the states in which they differ.
func (w *world) addresses() []string {
	ask := "/who-pays-what?evse=" + url.QueryEscape("FR*KWO*E1")
	return []string{
		"/", "/?stretch=12m&currency=NOK", "/?stretch=all", "/locations", "/locations?country=FR&q=bureau", "/locations?q=nothing", "/locations/" + w.office.ID,
		"/locations/oslo", "/evses/" + w.point.ID, "/evses/NO*KWO*E2", "/tariffs", "/tariffs/standard", "/tariffs/staff?version=1", "/tariff-groups", "/tariff-groups/" + w.group.ID,
		"/who-pays-what", ask, ask + "&who=plain&at=2026-03-15T23:00&kwh=22,5&hours=1.5&charging=1", ask + "&who=driver&driver=U2", ask + "&who=group:" + w.club.ID,
		"/who-pays-what?evse=Aker", "/who-pays-what?evse=NO*KWO*E2", ask + "&who=driver&driver=p", ask + "&at=never",
		"/sessions", "/sessions?status=unpriced", "/sessions?warning=no_energy&from=2026-03-01&to=2026-03-31&location=" + w.office.ID + "&user=" + w.member.ID, "/sessions?from=yesterday",
		"/sessions/" + w.priced, "/sessions/" + w.unpriced, "/people", "/people?group=" + w.club.ID, "/people/" + w.member.ID, "/people/U2", "/imports", "/imports/quarantine?reason=never_closed",
		"/activity", "/activity?type=tariff.published&kind=tariff", "/settings", "/nowhere",
	}
}

func TestEveryPageInEveryLanguage(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	for _, lang := range ui.Languages {
		b.get("/?lang=" + lang)
		for _, path := range w.addresses() {
			page := b.get(path)
			if page.status >= 500 || page.status == http.StatusSeeOther {
				t.Errorf("%s %s: status %d", lang, path, page.status)
			}
			for _, fault := range uitest.PageFaults(page.body) {
				t.Errorf("%s %s: %s", lang, path, fault)
			}
			if key := regexp.MustCompile(`\[[a-z]+\.[a-z_.-]+\]`).FindString(page.body); key != "" {
				t.Errorf("%s %s: no message %s", lang, path, key)
			}
			if !strings.Contains(page.body, `lang="`+lang+`"`) {
				t.Errorf("%s %s: the page is in another language", lang, path)
			}
			if page.header.Get("Content-Security-Policy") != ui.ContentSecurityPolicy || page.header.Get("X-Content-Type-Options") != "nosniff" || page.header.Get("Referrer-Policy") == "" {
				t.Errorf("%s %s: the headers that guard a page are missing: %v", lang, path, page.header)
			}
		}
	}
}

func TestMessagesAreComplete(t *testing.T) {
	words, err := ui.NewCatalog(admin.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range uitest.MessageFaults(words, os.DirFS(".")) {
		t.Error(fault)
	}
	// Keys in Go files go through a method of another name.
	used := regexp.MustCompile(`"(admin\.[a-z0-9_.-]*[a-z0-9_])"`)
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasSuffix(e.Name(), "_test.go") || strings.HasSuffix(e.Name(), "_templ.go") {
			continue
		}
		source, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range used.FindAllStringSubmatch(string(source), -1) {
			// "admin.overview.per_" is the beginning of a composed key.
			if !strings.HasSuffix(match[1], "_") && !words.Has(match[1]) {
				t.Errorf("%s: no message %s", e.Name(), match[1])
			}
		}
	}
}

func TestNamesAreEscaped(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	for _, path := range append(w.addresses(), "/locations?q="+url.QueryEscape(evil), "/who-pays-what?evse="+url.QueryEscape(evil), "/sessions?from="+url.QueryEscape(evil)) {
		if page := b.get(path); strings.Contains(page.body, evil) || strings.Contains(page.body, `<script>alert`) {
			t.Errorf("%s: a name became markup", path)
		}
	}
	for _, path := range []string{"/who-pays-what/evses?evse=KWO", "/who-pays-what/drivers?driver=U1"} {
		page := b.get(path)
		page.wants(t, http.StatusOK)
		if strings.Contains(page.body, "<script>") || !strings.Contains(page.body, "<option value=") {
			t.Errorf("%s: %s", path, page.body)
		}
	}
}

func TestUnknownThings(t *testing.T) {
	b := newWorld(t).signedIn()
	for _, path := range []string{"/locations/none", "/evses/none", "/tariffs/none", "/tariffs/standard?version=9", "/tariffs/standard?version=x", "/tariff-groups/none", "/sessions/none", "/people/none", "/none",
		"/sessions/none/more"} {
		page := b.get(path)
		page.wants(t, http.StatusNotFound, "Nothing at this address", "To the overview")
	}
	b.get("/sessions?after=forged").wants(t, http.StatusBadRequest, "This address cannot be read")
	b.post("/settings/keys/none/revoke").wants(t, http.StatusNotFound)
}

func TestBadInput(t *testing.T) {
	b := newWorld(t).signedIn()
	ask := "/who-pays-what?evse=FR*KWO*E1"
	for path, says := range map[string]string{
		"/who-pays-what?evse=E99":                 "No charge point is called “E99”",
		ask + "&at=tomorrow":                      "“tomorrow” is no date and time",
		ask + "&kwh=many":                         "“many” is no energy",
		ask + "&kwh=-1":                           "The energy lies between",
		ask + "&hours=-1":                         "“-1” is no time in hours",
		ask + "&hours=0":                          "A session lasts between",
		ask + "&hours=1&charging=2":               "cannot be longer than the time plugged in",
		ask + "&who=driver&driver=nobody-at-all":  "No driver, card or ID is “nobody-at-all”",
		ask + "&who=driver":                       "Name the driver",
		ask + "&who=group:none":                   "There is no such kind of customer",
		ask + "&who=roaming":                      "Nobody is of this kind yet",
		"/sessions?from=2026-13-01":               "“2026-13-01” is no date",
		"/sessions?from=2026-03-02&to=2026-03-01": "The end lies before the beginning",
	} {
		page := b.get(path)
		page.wants(t, http.StatusBadRequest, says)
		if !strings.Contains(page.body, `aria-invalid="true"`) || !strings.Contains(page.body, `role="alert"`) {
			t.Errorf("%s: the problem is not shown at its field and above the form", path)
		}
	}
}

func TestWhoPaysWhat(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	ask := "/who-pays-what?evse=FR*KWO*E1&at=2026-03-15T23:00&kwh=10&hours=1&charging=1&who="
	b.get(ask+"guest").wants(t, http.StatusOK, "Standard standard", "standard wins: it is the only tariff here that is meant for this customer", "Sunday 15 Mar 2026, 23:00",
		"The driver is not in the user group.", "3.40 EUR") // 10 × 0.29 + 0.50
	b.get(ask+"group:"+w.club.ID).wants(t, http.StatusOK, "club wins: it is the last match", "Matches, but a later one wins", "2.00 EUR")
	b.get(ask+"partner:"+w.office.PartnerID).wants(t, http.StatusOK, "staff wins", "users of the site’s owner", "0.60 EUR", "(answered for Paul Petit)")
	b.get(ask+"driver&driver=04AABBCC").wants(t, http.StatusOK, "club wins")
	b.get(ask+"guest&driver=U1").wants(t, http.StatusOK, "club wins")
	b.get("/who-pays-what?evse=NO*KWO*E2").wants(t, http.StatusOK, "No tariff", "is never free")
	b.get("/who-pays-what?evse=Aker").wants(t, http.StatusOK, "Several charge points fit", "NO*KWO*E2")
	if page := b.get("/evses/" + w.point.ID); page.status == http.StatusOK {
		page.wants(t, http.StatusOK, "Driver without an account (ad hoc)", "such as Petra Plain", "such as Paul Petit", "User group Club")
	} else {
		t.Error(page.status)
	}
}

func TestOverviewPerCurrency(t *testing.T) {
	w := newWorld(t)
	page := w.signedIn().get("/?stretch=all")
	// 21.333 × 0.29 + 0.50 + 8.00 of idle time are 14.68657, the clerk's half an hour is 0.30.
	page.wants(t, http.StatusOK, "€14.99", "NOK 40.00", "per currency, never added up", "1 without a price")
	if !strings.Contains(page.text(), "Sessions 5") {
		t.Errorf("the sessions are not counted once each: %.900s", page.text())
	}
}

func TestOverviewFindsOldSessions(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	b.get("/").wants(t, http.StatusOK, "NOK 40.00")
	if _, err := w.clock.Advance(200 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	page := b.get("/")
	page.wants(t, http.StatusOK, "NOK 40.00")
	if !strings.Contains(page.body, `aria-current="page">Last 12 months`) && !regexp.MustCompile(`stretch=12m"\s+aria-current="page"`).MatchString(page.body) {
		t.Error("the page does not say which stretch it shows")
	}
	b.get("/?stretch=30d").wants(t, http.StatusOK, "No session in this stretch")
}

func TestSessionLists(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	for path, want := range map[string]int{"": 5, "?status=unpriced": 1, "?status=priced": 4, "?tariff=club": 1, "?currency=NOK": 1, "?warning=*": 1, "?location=" + w.office.ID: 3,
		"?user=" + w.member.ID: 2, "?from=2026-03-13": 3, "?to=2026-03-12": 2, "?q=Aker": 2} {
		csv := b.get("/sessions.csv" + path)
		csv.wants(t, http.StatusOK)
		if got := strings.Count(csv.body, "\n") - 1; got != want {
			t.Errorf("%q lists %d sessions, want %d", path, got, want)
		}
		list := b.get("/sessions" + path)
		if got := strings.Count(list.body, `class="row-anchor"`); got != want {
			t.Errorf("%q shows %d sessions, want %d", path, got, want)
		}
	}
	b.get("/sessions.csv?from=x").wants(t, http.StatusSeeOther)
}

// TestReceiptAddsUp reads the shown receipt as a person would.
func TestReceiptAddsUp(t *testing.T) {
	w := newWorld(t)
	page := w.signedIn().get("/sessions/" + w.priced)
	page.wants(t, http.StatusOK, "Receipt", "What was charged, and why", "Why this tariff", "Receipt 1: 14.69 EUR", "21.333 kWh × 0.29 EUR/kWh = 6.18657 EUR", "14.68657 EUR")
	cents := func(s string) int64 {
		var whole, part int64
		if _, err := fmt.Sscanf(strings.TrimPrefix(s, "−"), "%d.%d", &whole, &part); err != nil {
			t.Fatalf("%q is no amount", s)
		}
		if strings.HasPrefix(s, "−") {
			return -whole*100 - part
		}
		return whole*100 + part
	}
	var sum int64
	lines := regexp.MustCompile(`class="receipt-amount">([−0-9.]+) EUR<`).FindAllStringSubmatch(page.body, -1)
	for _, line := range lines {
		sum += cents(line[1])
	}
	total := regexp.MustCompile(`class="receipt-total"><dt>Total</dt><dd>([0-9.]+) EUR<`).FindStringSubmatch(page.body)
	if len(lines) < 3 || total == nil || sum != cents(total[1]) {
		t.Errorf("%d lines add up to %d cents, the total is %v", len(lines), sum, total)
	}
}

func TestSessionWithoutPrice(t *testing.T) {
	w := newWorld(t)
	w.signedIn().get("/sessions/"+w.unpriced).wants(t, http.StatusOK, "Unpriced", "A session like this is never free", "No receipt")
}

func TestClockMoves(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	for _, step := range []struct{ name, shows string }{{"day", "14 Mar 2026"}, {"week", "21 Mar 2026"}, {"month", "21 Apr 2026"}} {
		to := b.post("/clock", "step", step.name, "next", "/settings")
		to.wants(t, http.StatusSeeOther)
		if to.header.Get("Location") != "/settings" {
			t.Errorf("leads to %s", to.header.Get("Location"))
		}
		b.get("/settings").wants(t, http.StatusOK, "The clock now stands at "+step.shows)
	}
	b.post("/clock", "step", "century").wants(t, http.StatusBadRequest, "none of day, week, month")
	still := w.open(func(o *admin.Options) {
		o.AutoActor = &access.Actor{Kind: access.Staff, ID: "x", Roles: []access.Role{access.Owner}}
	})
	still.post("/clock", "step", "day").wants(t, http.StatusNotFound)
}

func TestKeysAreShownOnce(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	b.post("/settings/keys", "name", " ", "role", "read-only").wants(t, http.StatusBadRequest, "Give the key a name")
	b.post("/settings/keys", "name", "CRM", "role", "king").wants(t, http.StatusBadRequest)
	made := b.post("/settings/keys", "name", "CRM "+evil, "role", "read-only", "days", "30")
	made.wants(t, http.StatusOK, "Copy the key now", "Valid until 12 Apr 2026")
	secret := regexp.MustCompile(`kwote_[A-Za-z0-9]+`).FindString(made.body)
	if secret == "" || made.header.Get("Cache-Control") != "no-store" || strings.Contains(made.body, evil) {
		t.Fatalf("secret %q, %v", secret, made.header)
	}
	if _, err := w.desks.Accounts.ActorForKey(t.Context(), secret); err != nil {
		t.Error(err)
	}
	list := b.get("/settings")
	if strings.Contains(list.body, secret) {
		t.Error("the secret is shown a second time")
	}
	revoke := regexp.MustCompile(`/settings/keys/[^"/]+/revoke`).FindString(list.body)
	b.post(revoke).wants(t, http.StatusSeeOther)
	b.get("/settings").wants(t, http.StatusOK, "Revoked", "It opens nothing any more")
	if _, err := w.desks.Accounts.ActorForKey(t.Context(), secret); err == nil {
		t.Error("a revoked key still opens the API")
	}
}

func TestReadersSeeNoAccounts(t *testing.T) {
	w := newWorld(t)
	b := w.open(func(o *admin.Options) {
		o.AutoActor = &access.Actor{Kind: access.Staff, ID: "r", Name: "Rita Reader", Roles: []access.Role{access.ReadOnly}}
		o.Stepper = stepper{w.clock}
	})
	page := b.get("/settings")
	page.wants(t, http.StatusOK, "Accounts and keys are for owners")
	if strings.Contains(page.text(), ownerEmail) {
		t.Error("a reader sees the accounts of others")
	}
	b.post("/settings/keys", "name", "x", "role", "owner").wants(t, http.StatusForbidden, "You may not see or do this")
	b.post("/clock", "step", "day").wants(t, http.StatusForbidden)
	for _, path := range w.addresses() {
		if page := b.get(path); page.status == http.StatusForbidden || page.status >= 500 {
			t.Errorf("%s: a reader gets %d", path, page.status)
		}
	}
}

const boundedTariff = `
tariff: bounded
currency: EUR
prices: with tax
lock: [energy]
limits: {energy: 80 kWh, duration: 4 h, amount: 60.00}
preauthorise: 40.00
energy:
  - {price: {feed: spot, addition: 0.05, fallback: 0.45/kWh}}
total: {free: 2.00, atLeast: 3.00, atMost: 31.00, atMostPerDay: 90.00}
`

// TestTariffPageSaysAllTerms also lets a price wrap that is a sentence, and
// pictures what is priced where that is not energy.
func TestTariffPageSaysAllTerms(t *testing.T) {
	w := newWorld(t)
	for _, source := range []string{boundedTariff, "tariff: back\ncurrency: EUR\nprices: with tax\nexport: [{price: -0.15/kWh}]\n", "tariff: stay\ncurrency: EUR\nprices: with tax\noccupancy: [{price: 1.20/h}]\n"} {
		must(w.desks.Catalog.Publish(t.Context(), access.Kwote, must(tariff.Decode([]byte(source)))(t), 0, ""))(t)
	}
	b := w.signedIn()
	page := b.get("/tariffs/bounded")
	facts := map[string]string{}
	for _, m := range regexp.MustCompile(`<dt>([^<]*)</dt>\s*<dd>\s*([^<]*?)\s*</dd>`).FindAllStringSubmatch(page.body, -1) {
		facts[m[1]] = m[2]
	}
	for label, value := range map[string]string{"Free amount, per session": "2.00 EUR", "At least, per session": "3.00 EUR", "At most, per session": "31.00 EUR", "At most, per driver and day": "90.00 EUR",
		"Held before the session": "40.00 EUR", "A session is stopped at": "80 kWh · 4 h · 60.00 EUR", "Prices fixed at the start": "Energy"} {
		if facts[label] != value {
			t.Errorf("%q is %q, want %q", label, facts[label], value)
		}
	}
	if regexp.MustCompile(`<td[^>]*class="num"[^>]*data-label="Price"`).MatchString(page.body) {
		t.Error("the price that is made of a feed's cannot wrap")
	}
	if !regexp.MustCompile(`<td[^>]*class="num"[^>]*data-label="Price"`).MatchString(b.get("/tariffs/standard").body) {
		t.Error("plain prices are not set as figures")
	}
	b.get("/tariffs/back").wants(t, http.StatusOK, "Price of energy given back at the beginning of each hour", "−0.15 EUR/kWh")
	b.get("/tariffs/stay").wants(t, http.StatusOK, "Price of occupancy at the beginning of each hour", "1.20 EUR/h")
}

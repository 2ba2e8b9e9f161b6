package admin

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"kwote/app/insight"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/query"
	"kwote/web/ui"
)

type overviewView struct {
	stretches  []ui.Tab
	stats      []ui.Stat
	currencies []ui.Tab
	currency   string
	byTariff   []ui.Bar
	byHour     []ui.Bar
	energy     ui.Chart
	sessions   ui.Chart
	tariffs    ui.Table
	quarantine []ui.Bar
	network    []ui.Fact
	tries      []try
	clock      *clockView
	empty      bool
}

// stretches are the stretches of time that can be chosen, the shortest first.
var stretches = []string{"30d", "12m", "all"}

// stretchFilter bounds takings to a stretch that ends today.
func (v *visit) stretchFilter(name string) (f query.TakingsFilter) {
	y, m, d := v.now().In(v.c.Zone).Date()
	from := calendar.NewDate(y, m, d) - 29
	switch name {
	case "all":
		return f
	case "12m":
		from = calendar.NewDate(y-1, m, d+1)
	}
	f.From = &from
	return f
}

// lookBack sums up the chosen stretch. Where none is chosen it is the shortest
// in which something happened, so that a network whose history was imported
// does not look empty.
func (v *visit) lookBack() (name string, o insight.Overview, err error) {
	try := stretches
	if asked := v.query("stretch"); slices.Contains(stretches, asked) {
		try = []string{asked}
	}
	for _, name = range try {
		o, err = v.c.Insight.Overview(v.ctx(), v.by, v.stretchFilter(name))
		if err != nil || len(o.ByCurrency) > 0 {
			break
		}
	}
	return name, o, err
}

func (v *visit) stretchTabs(current string) []ui.Tab {
	var tabs []ui.Tab
	for _, name := range stretches {
		tabs = append(tabs, ui.Tab{Label: v.t("admin.stretch." + name), Href: ui.Address(v.ctx(), "stretch", name), Current: name == current})
	}
	return tabs
}

func (c *console) overview(v *visit) error {
	stretch, o, err := v.lookBack()
	if err != nil {
		return err
	}
	m := overviewView{
		stretches: v.stretchTabs(stretch), stats: v.overviewStats(o), tariffs: v.takingsTable(o.ByTariff), network: v.networkFacts(o.Counts),
		quarantine: v.quarantineBars(o.Quarantine, ""), empty: len(o.ByCurrency) == 0,
	}
	m.currency = v.currencyOf(o)
	m.currencies = v.currencyTabs(o, m.currency)
	m.byTariff, m.byHour = v.tariffBars(o, m.currency), v.hourBars(o.ByHour, m.currency)
	m.energy, m.sessions = v.dayCharts(o.ByDay)
	if m.tries, err = v.tries(); err != nil {
		return err
	}
	if c.Stepper != nil && v.may(access.StepClock) {
		m.clock = v.clockView()
	}
	return v.show(http.StatusOK, overviewPage(v.frame("overview", v.t("admin.nav.overview")), m))
}

// overviewStats are the key figures. Revenue is one figure per currency,
// because amounts of different currencies have no sum.
func (v *visit) overviewStats(o insight.Overview) []ui.Stat {
	var sessions, unpriced int64
	var energySum energy.Quantity
	revenue := ui.Stat{Label: v.t("admin.overview.revenue"), Foot: v.t("admin.overview.per_currency")}
	for _, s := range o.ByCurrency {
		sessions += s.Sessions
		energySum += s.Energy
		if s.Total.Currency == "" {
			unpriced += s.Sessions
			continue
		}
		revenue.Figures = append(revenue.Figures, ui.Figure{Value: amount(v.l, s.Total)})
	}
	if len(revenue.Figures) == 0 {
		revenue.Figures = []ui.Figure{{Value: "–"}}
	}
	count := ui.Stat{Label: v.t("admin.nav.sessions"), Href: "/sessions", Figures: []ui.Figure{{Value: v.l.Int(sessions)}}}
	if unpriced > 0 {
		count.Foot = v.l.N("admin.overview.unpriced", unpriced)
	} else if sessions > 0 {
		count.Foot = v.t("admin.overview.all_priced")
	}
	used := ui.Stat{Label: v.t("admin.word.energy"), Figures: []ui.Figure{{Value: v.l.Rounded(energySum.String(), 0), Unit: "kWh"}}}
	if sessions > 0 {
		used.Foot = v.t("admin.overview.per_session", "Energy", kWh(v.l, energySum/energy.Quantity(sessions), 1))
	}
	var aside int64
	for _, q := range o.Quarantine {
		aside += q.Rows
	}
	quarantine := ui.Stat{Label: v.t("admin.overview.quarantine"), Href: "/imports", Figures: []ui.Figure{{Value: v.l.Int(aside)}},
		Foot: v.t("admin.overview.quarantine.foot")}
	return []ui.Stat{revenue, count, used, quarantine}
}

func (v *visit) networkFacts(n query.Counts) []ui.Fact {
	fact := func(key, href string, count int64) ui.Fact {
		return ui.Fact{Label: v.t("admin.word." + key), Value: v.l.Int(count), Href: href}
	}
	return []ui.Fact{
		fact("locations", "/locations", n.Locations), fact("evses", "", n.EVSEs), fact("drivers", "/people", n.Users),
		fact("user_groups", "/people", n.UserGroups), fact("tokens", "", n.Tokens), fact("partners", "", n.Partners),
		fact("tariffs", "/tariffs", n.Tariffs), fact("tariff_groups", "/tariff-groups", n.TariffGroups),
	}
}

// currencyOf is the currency that the charts show: the one asked for, else
// that of most sessions.
func (v *visit) currencyOf(o insight.Overview) string {
	wanted, most := v.query("currency"), query.Sums{}
	for _, s := range o.ByCurrency {
		if s.Total.Currency == "" {
			continue
		}
		if string(s.Total.Currency) == wanted {
			return wanted
		}
		if s.Sessions > most.Sessions {
			most = s
		}
	}
	return string(most.Total.Currency)
}

func (v *visit) currencyTabs(o insight.Overview, current string) []ui.Tab {
	var tabs []ui.Tab
	for _, s := range o.ByCurrency {
		if code := string(s.Total.Currency); code != "" {
			tabs = append(tabs, ui.Tab{Label: code, Href: ui.Address(v.ctx(), "currency", code), Current: code == current})
		}
	}
	return tabs
}

// takingsTable is sessions, energy and revenue of every tariff, currencies one
// after the other.
func (v *visit) takingsTable(all []query.Sums) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.overview.by_tariff"), Quiet: true, Dense: true,
		Columns: []ui.Column{{Title: v.t("admin.word.tariff")}, {Title: v.t("admin.nav.sessions"), Numeric: true},
			{Title: v.t("admin.word.energy"), Numeric: true}, {Title: v.t("admin.overview.revenue"), Numeric: true}},
		Empty: ui.Empty{Title: v.t("admin.overview.none"), Text: v.t("admin.overview.none.text")},
	}
	for _, s := range all {
		name := ui.Link("/tariffs/"+s.Tariff, s.Tariff)
		if s.Tariff == "" {
			name = ui.Link("/sessions?status=unpriced", v.t("admin.word.unpriced"))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{name, ui.Text(v.l.Int(s.Sessions)), ui.Text(kWh(v.l, s.Energy, 1)), ui.Text(amount(v.l, s.Total))}})
	}
	return t
}

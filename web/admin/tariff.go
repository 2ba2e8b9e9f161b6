package admin

import (
	"bytes"
	"encoding/json"
	"math/big"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kwote/app/insight"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/picture"
	"kwote/domain/pricing"
	"kwote/domain/query"
	"kwote/domain/tariff"
	"kwote/web/ui"
	"kwote/web/ui/draw"
	"kwote/web/ui/paper"
)

type tariffView struct {
	title, sentence string
	phrases         []ui.Fact
	note            string // which version is shown, and whether it holds now
	tone            ui.Tone
	rules           ui.Table
	facts           []ui.Fact
	heat            *ui.WeekHeat
	heatNote        string
	cost            string // SVG; empty: none
	costNote        string
	versions        ui.Table
	document        string
	name            string
	groups          ui.Table
	stats           []ui.Stat
	sessions        string // address of its sessions
}

func (c *console) tariff(v *visit) error {
	t, versions, err := c.Desks.Catalog.Tariff(v.ctx(), v.by, v.r.PathValue("name"))
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		return notFound()
	}
	current := holding(versions, calendar.Of(v.now()))
	shown, err := v.chosen(versions, current)
	if err != nil {
		return err
	}
	n, err := v.names()
	if err != nil {
		return err
	}
	groups, err := c.Desks.Catalog.Groups(v.ctx(), v.by)
	if err != nil {
		return err
	}
	o, err := c.Insight.Overview(v.ctx(), v.by, query.TakingsFilter{Tariff: t.Name})
	if err != nil {
		return err
	}
	d := shown.Document
	m := tariffView{title: v.title(d), name: t.Name, sentence: v.sentence(d), rules: v.rulesTable(d), facts: v.termsFacts(d), groups: v.usedBy(groups, t.Name, n),
		versions: v.versionTable(versions, current), document: indented(tariff.Encode(d)), stats: v.tariffStats(o), sessions: address("/sessions", "tariff", t.Name)}
	m.note, m.tone = v.versionNote(shown, current)
	for _, p := range tariff.Describe(d, v.l.Lang) {
		m.phrases = append(m.phrases, ui.Fact{Label: v.word("admin.part.", string(p.Part)), Value: paper.Capital(p.Text)})
	}
	if err = v.pictures(&m, shown); err != nil {
		return err
	}
	page := v.frame("tariffs", m.title, ui.Crumb{Label: v.t("admin.nav.tariffs"), Href: "/tariffs"})
	return v.show(http.StatusOK, tariffPage(page, m))
}

// holding is the version that holds at an instant, nil when none does yet.
func holding(versions []query.TariffVersion, now calendar.Instant) *query.TariffVersion {
	var out *query.TariffVersion
	for i := range versions {
		if versions[i].From <= now && (out == nil || versions[i].From > out.From) {
			out = &versions[i]
		}
	}
	return out
}

// chosen is the version that the address names by its number, else the one
// that holds, else the newest.
func (v *visit) chosen(versions []query.TariffVersion, current *query.TariffVersion) (query.TariffVersion, error) {
	if asked := v.query("version"); asked != "" {
		number, err := strconv.Atoi(asked)
		for _, version := range versions {
			if err == nil && version.Number == number {
				return version, nil
			}
		}
		return query.TariffVersion{}, fault.New(fault.NotFound, "version_not_found", "this tariff has no version "+asked)
	}
	if current != nil {
		return *current, nil
	}
	return versions[0], nil
}

func (v *visit) versionNote(shown query.TariffVersion, current *query.TariffVersion) (string, ui.Tone) {
	number := int64(shown.Number)
	switch {
	case current != nil && current.ID == shown.ID:
		return v.t("admin.version.holds", "Number", number, "From", v.holdsFrom(shown)), ui.Good
	case shown.From > calendar.Of(v.now()):
		return v.t("admin.version.scheduled", "Number", number, "From", v.holdsFrom(shown)), ui.Info
	}
	return v.t("admin.version.past", "Number", number, "From", v.holdsFrom(shown)), ui.Neutral
}

func (v *visit) versionTable(versions []query.TariffVersion, current *query.TariffVersion) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.tariff.versions"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.version")}, {Title: v.t("admin.word.from")}, {Title: v.t("admin.word.state")}, {Title: v.t("admin.tariff.published"), Optional: true}},
	}
	for _, version := range versions {
		state := ui.Status(ui.Neutral, v.t("admin.state.past"))
		switch {
		case current != nil && version.ID == current.ID:
			state = ui.Status(ui.Good, v.t("admin.state.holds"))
		case version.From > calendar.Of(v.now()):
			state = ui.Status(ui.Info, v.t("admin.state.scheduled"))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(ui.Address(v.ctx(), "version", strconv.Itoa(version.Number)), "v"+strconv.Itoa(version.Number)),
			ui.Text(v.holdsFrom(version)), state, ui.Moment(at(version.CreatedAt), v.c.Zone)}})
	}
	return t
}

// indented is a document's canonical text, set for reading.
func indented(raw []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// usedBy lists the tariff groups that offer the tariff, and to whom.
func (v *visit) usedBy(groups []assign.Group, name string, n names) ui.Table {
	t := ui.Table{
		Caption: v.t("admin.tariff.groups"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.tariff_group")}, {Title: v.t("admin.candidates.for")}},
		Empty:   ui.Empty{Title: v.t("admin.tariff.no_groups"), Text: v.t("admin.tariff.no_groups.text")},
	}
	for _, g := range groups {
		for _, e := range g.Entries {
			if e.Tariff == name {
				t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link("/tariff-groups/"+g.ID, g.Name), ui.Text(paper.Capital(v.audience(e.Audience, n)))}})
			}
		}
	}
	return t
}

func (v *visit) tariffStats(o insight.Overview) []ui.Stat {
	stats := []ui.Stat{
		{Label: v.t("admin.nav.sessions"), Figures: []ui.Figure{{Value: "0"}}}, {Label: v.t("admin.word.energy"), Figures: []ui.Figure{{Value: "0", Unit: "kWh"}}},
		{Label: v.t("admin.overview.revenue"), Figures: []ui.Figure{{Value: "–"}}}, {Label: v.t("admin.tariff.average"), Figures: []ui.Figure{{Value: "–"}}},
	}
	if len(o.ByCurrency) == 0 {
		return stats
	}
	s := o.ByCurrency[0] // a tariff has one currency for ever
	stats[0].Figures[0].Value = v.l.Int(s.Sessions)
	stats[1].Figures[0].Value = v.l.Rounded(s.Energy.String(), 0)
	stats[2].Figures[0].Value = amount(v.l, s.Total)
	stats[3].Figures[0].Value = perKWh(v.l, s)
	stats[3].Foot = v.t("admin.tariff.average.foot")
	return stats
}

// perKWh is what a kWh brought in, all dimensions together.
func perKWh(l *ui.Locale, s query.Sums) string {
	if s.Energy <= 0 {
		return "–"
	}
	share := new(big.Rat).Mul(s.Total.Exact().Rat(), big.NewRat(int64(energy.KWh), int64(s.Energy)))
	return l.UnitPrice(string(s.Total.Currency), share.FloatString(3), "kWh")
}

// pictures draws what the first priced of energy and times costs at the
// beginning of each hour of this week, and what a session costs by its energy.
// Both are taken from receipts.
func (v *visit) pictures(m *tariffView, version query.TariffVersion) error {
	d := version.Document
	kind, ok := picture.Shown(&d)
	if !ok {
		return nil
	}
	zone, err := calendar.LoadZone("UTC")
	if err != nil {
		return err
	}
	subject := picture.Of(pricing.TariffRef{Name: d.Name, VersionID: version.ID, Number: version.Number}, d, zone)
	y, month, day := v.now().In(v.c.Zone).Date()
	monday := picture.MondayOf(calendar.NewDate(y, month, day))
	charge := picture.Charge{Start: zone.StartOf(monday) + 10*3600, Power: 22 * energy.KW}
	week, err := subject.Week(charge, kind, monday)
	if err != nil {
		return err
	}
	said := tariff.In(v.l.Lang)
	heat := draw.Heat(v.t("admin.tariff.week"), week, d.Currency, said)
	m.heat = &heat
	m.heatNote = v.t("admin.tariff.week."+kind.String(), "Date", v.l.Date(time.Unix(int64(monday)*86400, 0), time.UTC))
	if len(d.Feeds()) > 0 {
		m.heatNote += " " + v.t("admin.tariff.fallback")
	}
	if kind == tariff.Export {
		return nil // energy that is taken costs nothing
	}
	curve, err := subject.ByEnergy(charge, 0, 80*energy.KWh)
	if err != nil {
		return err
	}
	costs := draw.Costs{Title: v.t("admin.tariff.cost"), Curves: []draw.NamedCurve{{Name: m.title, Curve: curve}}, Charge: charge, Zone: zone}
	svg, err := draw.Cost(draw.Inline, costs, said)
	if err != nil {
		return err
	}
	m.cost, m.costNote = string(svg), costs.Note(said)
	if len(d.Feeds()) > 0 {
		m.costNote += ". " + v.t("admin.tariff.fallback")
	}
	return nil
}

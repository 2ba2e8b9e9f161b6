package admin

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"kwote/domain/query"
	"kwote/web/ui"
)

type importsView struct {
	runs    ui.Table
	reasons []ui.Bar
}

func (c *console) imports(v *visit) error {
	rows, next, err := c.Charging.Imports(v.ctx(), v.by, query.Page{After: v.query("after")})
	if err != nil {
		return err
	}
	reasons, err := c.Charging.QuarantineReasons(v.ctx(), v.by, "")
	if err != nil {
		return err
	}
	m := importsView{reasons: v.quarantineBars(reasons, ""), runs: ui.Table{
		Caption: v.t("admin.imports.runs"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.word.source")}, {Title: v.t("admin.imports.started")}, {Title: v.t("admin.imports.rows"), Numeric: true},
			{Title: v.t("admin.imports.imported"), Numeric: true}, {Title: v.t("admin.imports.duplicates"), Numeric: true}, {Title: v.t("admin.imports.priced"), Numeric: true},
			{Title: v.t("admin.imports.quarantined"), Numeric: true}, {Title: v.t("admin.word.state")}},
		Empty: ui.Empty{Title: v.t("admin.imports.none"), Text: v.t("admin.imports.none.text")},
		Pager: ui.TrailPager(v.ctx(), next, ""),
	}}
	for _, i := range rows {
		m.runs.Rows = append(m.runs.Rows, v.importRow(i))
	}
	return v.show(http.StatusOK, importsPage(v.frame("imports", v.t("admin.nav.imports")), m))
}

func (v *visit) importRow(i query.Import) ui.Row {
	var aside int64
	for _, n := range i.Quarantined {
		aside += n
	}
	state := ui.Status(ui.Info, v.t("admin.imports.running"))
	if i.FinishedAt != 0 {
		state = ui.Status(ui.Good, v.t("admin.imports.finished"))
	}
	quarantined := ui.Text("0")
	if aside > 0 {
		quarantined = ui.Link(address("/imports/quarantine", "import", i.ID), v.l.Int(aside))
	}
	return ui.Row{Cells: []templ.Component{ui.Link(address("/sessions", "import", i.ID), orElse(i.Source, i.ID)), ui.Moment(at(i.StartedAt), v.c.Zone), ui.Text(v.l.Int(i.Rows)),
		ui.Text(v.l.Int(i.Imported)), ui.Text(v.l.Int(i.Duplicates)), ui.Text(v.l.Int(i.Priced)), quarantined, state}}
}

// quarantineBars compares the reasons for which rows were put aside.
func (v *visit) quarantineBars(reasons []query.ReasonCount, importID string) []ui.Bar {
	reasons = slices.Clone(reasons)
	slices.SortStableFunc(reasons, func(a, b query.ReasonCount) int { return cmp.Compare(b.Rows, a.Rows) })
	var bars []ui.Bar
	for _, r := range reasons {
		bars = append(bars, ui.Bar{Label: v.word("admin.quarantine.", r.Reason), Value: v.l.Int(r.Rows), Size: r.Rows, Tone: ui.Warn,
			Href: address("/imports/quarantine", "reason", r.Reason, "import", importID)})
	}
	return bars
}

type quarantineView struct {
	filters ui.Filters
	reason  ui.Field
	reasons []ui.Option
	table   ui.Table
}

func (c *console) quarantine(v *visit) error {
	f := query.QuarantineFilter{ImportID: v.query("import"), Reason: v.query("reason"), Page: query.Page{After: v.query("after")}}
	counts, err := c.Charging.QuarantineReasons(v.ctx(), v.by, f.ImportID)
	if err != nil {
		return err
	}
	rows, next, err := c.Charging.Quarantine(v.ctx(), v.by, f)
	if err != nil {
		return err
	}
	reason := ""
	if f.Reason != "" {
		reason = v.word("admin.quarantine.", f.Reason)
	}
	m := quarantineView{
		filters: v.filters("/imports/quarantine", [][2]string{{"reason", reason}, {"import", f.ImportID}}),
		reason:  ui.Field{Name: "reason", Label: v.t("admin.word.reason"), Value: f.Reason},
		reasons: []ui.Option{{Label: v.t("admin.word.any")}},
		table: ui.Table{
			Caption: v.t("admin.quarantine.title"), Quiet: true, Dense: true,
			Columns: []ui.Column{{Title: v.t("admin.imports.line"), Numeric: true}, {Title: v.t("admin.word.external_id")}, {Title: v.t("admin.word.reason")}, {Title: v.t("admin.imports.row")}},
			Empty:   ui.Empty{Title: v.t("admin.imports.no_quarantine")},
			Pager:   ui.TrailPager(v.ctx(), next, ""),
		},
	}
	if f.ImportID != "" {
		m.filters.Keep = []ui.Hidden{{Name: "import", Value: f.ImportID}}
	}
	for _, r := range counts {
		m.reasons = append(m.reasons, ui.Option{Value: r.Reason, Label: v.word("admin.quarantine.", r.Reason) + " (" + v.l.Int(r.Rows) + ")"})
	}
	for _, q := range rows {
		m.table.Rows = append(m.table.Rows, ui.Row{Cells: []templ.Component{ui.Text(v.l.Int(q.Line)), ui.Text(orElse(q.ExternalID, "–")),
			ui.Lines(v.word("admin.quarantine.", q.Reason), q.Message), rawCell(q.Raw)}})
	}
	page := v.frame("imports", v.t("admin.quarantine.title"), ui.Crumb{Label: v.t("admin.nav.imports"), Href: "/imports"})
	return v.show(http.StatusOK, quarantinePage(page, m))
}

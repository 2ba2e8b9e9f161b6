package admin

import (
	"strconv"

	"github.com/a-h/templ"

	"kwote/app/charging"
	"kwote/domain/assign"
	"kwote/domain/money"
	"kwote/domain/tariff"
	"kwote/web/ui"
)

// resolutionView is why a tariff was found, in words.
type resolutionView struct {
	found      bool
	sentence   string // what decided
	rule       string // what the network's rule means
	conflict   string // empty: none
	reference  string // for which session prices were compared; empty: they were not
	candidates ui.Table
}

// resolution puts an answer into words. Groups are as they are now; a receipt
// remembers names as they were.
func (v *visit) resolution(r charging.Resolution, currency money.Currency, groups []assign.Group, n names) resolutionView {
	out := resolutionView{
		found:    r.Tariff != "",
		sentence: v.decided(r),
		rule:     v.word("admin.rule.", string(r.Rule)),
	}
	if r.Conflict {
		out.conflict = v.t("admin.resolution.conflict")
	}
	if r.Reference != nil {
		out.reference = v.t("admin.resolution.reference", "Energy", v.l.KWhDecimal(r.Reference.EnergyKWh), "Duration", v.l.Duration(r.Reference.Seconds))
	}
	out.candidates = ui.Table{
		Caption: v.t("admin.candidates.title"), Quiet: true,
		Columns: []ui.Column{
			{Title: v.t("admin.candidates.order"), Numeric: true}, {Title: v.t("admin.candidates.tariff")}, {Title: v.t("admin.candidates.for")},
			{Title: v.t("admin.candidates.group")}, {Title: v.t("admin.candidates.result")},
		},
		Empty: ui.Empty{Title: v.t("admin.candidates.none"), Text: v.t("admin.candidates.none.text")},
	}
	for i, c := range r.Candidates {
		row := ui.Row{Cells: []templ.Component{
			ui.Text(strconv.Itoa(i + 1)), ui.Link("/tariffs/"+c.Tariff, c.Tariff), ui.Text(v.audienceOf(c, groups, n)),
			groupCell("/tariff-groups/"+c.GroupID, c.Group, v.t("admin.scope."+c.Scope)), v.verdict(r, c, currency),
		}}
		if c.Won {
			row.Tone = ui.Accent
		}
		out.candidates.Rows = append(out.candidates.Rows, row)
	}
	return out
}

// decided is the one sentence that names the winner and what made it win.
func (v *visit) decided(r charging.Resolution) string {
	won := charging.Candidate{Tariff: r.Tariff}
	for _, c := range r.Candidates {
		if c.Won {
			won = c
			break
		}
	}
	scope := ""
	if won.Scope != "" {
		scope = v.t("admin.scope." + won.Scope)
	}
	return v.word("admin.won.", r.Reason, "Tariff", won.Tariff, "Group", won.Group, "Scope", scope)
}

// verdict says what became of a candidate and why.
func (v *visit) verdict(r charging.Resolution, c charging.Candidate, currency money.Currency) templ.Component {
	why := v.word("admin.why.", string(c.Why))
	total := ""
	if c.Total != "" && currency != "" {
		total = v.t("admin.verdict.total", "Amount", v.l.MoneyDecimal(string(currency), c.Total))
	}
	switch {
	case c.Won:
		return verdictCell(ui.Good, v.t("admin.verdict.won"), why, total)
	case c.Matched && c.Tariff == r.Tariff:
		return verdictCell(ui.Info, v.t("admin.verdict.same"), why, total)
	case c.Matched:
		return verdictCell(ui.Warn, v.word("admin.verdict.beaten.", string(r.Rule)), why, total)
	}
	return verdictCell(ui.Neutral, v.t("admin.verdict.no"), why, "")
}

// audienceOf finds the entry behind a candidate; one that has gone since shows
// a dash.
func (v *visit) audienceOf(c charging.Candidate, groups []assign.Group, n names) string {
	for _, g := range groups {
		if g.ID != c.GroupID {
			continue
		}
		for _, e := range g.Entries {
			if e.Tariff == c.Tariff {
				return v.audience(e.Audience, n)
			}
		}
	}
	return "–"
}

// sentence is a price in one sentence in the reader's language.
func (v *visit) sentence(d tariff.Document) string { return tariff.Sentence(d, v.l.Lang) }

func (v *visit) title(d tariff.Document) string { return tariff.TitleIn(d, v.l.Lang) }

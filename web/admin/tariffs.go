package admin

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kwote/domain/money"
	"kwote/domain/query"
	"kwote/domain/tariff"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

type tariffsView struct {
	filters ui.Filters
	text    ui.Field
	table   ui.Table
}

func (c *console) tariffs(v *visit) error {
	f := query.TariffFilter{Text: v.query("q"), Page: query.Page{After: v.query("after")}}
	rows, next, err := c.Desks.Catalog.Tariffs(v.ctx(), v.by, f)
	if err != nil {
		return err
	}
	m := tariffsView{
		filters: v.filters("/tariffs", [][2]string{{"q", f.Text}}),
		text:    ui.Field{Name: "q", Label: v.t("admin.word.search"), Value: f.Text},
		table: ui.Table{
			Caption: v.t("admin.nav.tariffs"), Quiet: true,
			Columns: []ui.Column{{Title: v.t("admin.word.tariff")}, {Title: v.t("admin.word.price")}, {Title: v.t("admin.word.currency")},
				{Title: v.t("admin.word.version"), Numeric: true}, {Title: v.t("admin.word.from"), Optional: true}},
			Empty: ui.Empty{Title: v.t("admin.tariffs.none"), Text: v.t("admin.tariffs.none.text")},
			Pager: ui.TrailPager(v.ctx(), next, ""),
		},
	}
	for _, t := range rows {
		row := ui.Row{Cells: []templ.Component{ui.Link("/tariffs/"+t.Name, t.Name), ui.Text("–"), ui.Text("–"), ui.Text("–"), ui.Text("–")}}
		if t.LatestID != "" {
			version, err := c.Desks.Catalog.Version(v.ctx(), v.by, t.LatestID)
			if err != nil {
				return err
			}
			d := version.Document
			row.Cells = []templ.Component{linkLines("/tariffs/"+t.Name, v.title(d), t.Name), ui.Text(v.sentence(d)), ui.Text(string(d.Currency)),
				ui.Text("v" + strconv.Itoa(t.LatestNumber)), ui.Text(v.holdsFrom(version))}
		}
		m.table.Rows = append(m.table.Rows, row)
	}
	return v.show(http.StatusOK, tariffsPage(v.frame("tariffs", v.t("admin.nav.tariffs")), m))
}

// holdsFrom is the date from which a version holds; the first one may price
// all history.
func (v *visit) holdsFrom(version query.TariffVersion) string {
	if version.From == 0 {
		return v.t("admin.version.ever")
	}
	return v.l.Date(at(version.From), v.c.Zone)
}

// rulesTable lists the rules of a document as they are tried: per dimension
// from the first to the last.
func (v *visit) rulesTable(d tariff.Document) ui.Table {
	said := tariff.In(v.l.Lang)
	fed := len(d.Feeds()) > 0 // a price made of a feed's is a sentence, which has to wrap
	t := ui.Table{
		Caption: v.t("admin.tariff.rules"), Quiet: true,
		Columns: []ui.Column{{Title: v.t("admin.tariff.dimension")}, {Title: v.t("admin.candidates.order"), Numeric: true},
			{Title: v.t("admin.word.price"), Numeric: !fed}, {Title: v.t("admin.tariff.when")}, {Title: v.t("admin.tariff.besides")}},
		Empty: ui.Empty{Title: v.t("admin.tariff.no_rules"), Text: v.t("admin.tariff.no_rules.text")},
	}
	for k := range tariff.Kind(tariff.Kinds) {
		dimension := d.Dimension(k)
		for i, r := range dimension.Rules {
			when := paper.Capital(said.When(k, r.When))
			switch {
			case r.When.Always() && i == 0:
				when = v.t("admin.tariff.always")
			case r.When.Always():
				when = v.t("admin.tariff.otherwise")
			}
			besides, price := "", said.UnitPrice(r.Price, r.Per, d.Currency)
			if i == 0 {
				besides = v.besides(k, *dimension, said, d)
			}
			if r.Feed != nil {
				price = said.Price(k, r, d.Currency)
			}
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(v.t("admin.dimension." + k.String())), ui.Text(strconv.Itoa(i + 1)),
				ui.Text(price), ui.Text(when), ui.Text(orElse(besides, "–"))}})
		}
	}
	return t
}

// besides is what belongs to a dimension as a whole.
func (v *visit) besides(k tariff.Kind, d tariff.Dimension, said tariff.Language, doc tariff.Document) string {
	var parts []string
	if d.Grace > 0 {
		parts = append(parts, v.t("admin.tariff.grace", "Duration", said.Duration(d.Grace)))
	}
	if d.Block > 0 {
		parts = append(parts, v.t("admin.tariff.block", "Size", said.Portion(k, d.Block)))
	}
	if d.AtMost != nil {
		parts = append(parts, v.t("admin.tariff.at_most", "Amount", said.Money(*d.AtMost, doc.Currency)))
	}
	return strings.Join(parts, ", ")
}

// termsFacts are what holds for the whole document.
func (v *visit) termsFacts(d tariff.Document) []ui.Fact {
	said := tariff.In(v.l.Lang)
	facts := []ui.Fact{
		{Label: v.t("admin.word.currency"), Value: string(d.Currency)},
		{Label: v.t("admin.tariff.prices"), Value: v.word("admin.terms.", strings.ReplaceAll(d.Terms.String(), " ", "-"))},
		{Label: v.t("admin.tariff.rounding"), Value: v.word("admin.rounding.", strings.ReplaceAll(d.Rounding.String(), " ", "-"))},
	}
	var taxes []string
	for _, t := range d.Taxes {
		taxes = append(taxes, said.Tax(t.Name, t.Rate))
	}
	if d.Terms != tariff.NoTax {
		facts = append(facts, ui.Fact{Label: v.t("receipt.tax"), Value: orElse(strings.Join(taxes, ", "), v.t("admin.tariff.tax.country"))})
	}
	return append(facts, v.boundFacts(d, said)...)
}

// boundFacts are what bounds the price of a session, when it is stopped, and
// which prices hold from its beginning.
func (v *visit) boundFacts(d tariff.Document, said tariff.Language) []ui.Fact {
	var facts []ui.Fact
	for _, bound := range []struct {
		key    string
		amount *money.Price
	}{{"free", d.Total.Free}, {"minimum", d.Total.AtLeast}, {"maximum", d.Total.AtMost}, {"minimum_with_tax", d.Total.AtLeastWithTax},
		{"maximum_with_tax", d.Total.AtMostWithTax}, {"maximum_per_day", d.Total.AtMostPerDay}, {"preauthorise", d.Preauthorise}} {
		if bound.amount != nil {
			facts = append(facts, ui.Fact{Label: v.t("admin.tariff." + bound.key), Value: said.Money(*bound.amount, d.Currency)})
		}
	}
	var limits, locked []string
	if d.Limits.Energy > 0 {
		limits = append(limits, said.Energy(d.Limits.Energy))
	}
	if d.Limits.Duration > 0 {
		limits = append(limits, said.Duration(d.Limits.Duration))
	}
	if d.Limits.Amount != nil {
		limits = append(limits, said.Money(*d.Limits.Amount, d.Currency))
	}
	if len(limits) > 0 {
		facts = append(facts, ui.Fact{Label: v.t("admin.tariff.limits"), Value: strings.Join(limits, " · ")})
	}
	for k := range tariff.Kind(tariff.Kinds) {
		if d.Locked.Has(k) {
			locked = append(locked, v.t("admin.dimension."+k.String()))
		}
	}
	switch {
	case d.Locked == tariff.EveryKind:
		facts = append(facts, ui.Fact{Label: v.t("admin.tariff.lock"), Value: v.t("admin.tariff.lock.all")})
	case len(locked) > 0:
		facts = append(facts, ui.Fact{Label: v.t("admin.tariff.lock"), Value: strings.Join(locked, ", ")})
	}
	return facts
}

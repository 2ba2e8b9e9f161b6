package gallery

import (
	"context"

	"github.com/a-h/templ"

	"kwote/web/ui"
)

func ruleTable(ctx context.Context) ui.Table {
	row := func(dimension, price, when string) ui.Row {
		return ui.Row{Cells: []templ.Component{ui.Text(ui.T(ctx, dimension)), ui.Text(price), ui.Text(when)}}
	}
	l := ui.L(ctx)
	return ui.Table{
		Caption: ui.T(ctx, "sample.rules"), Quiet: true, Scroll: true, Dense: true,
		Columns: []ui.Column{{Title: ui.T(ctx, "sample.dimension")}, ui.Column{Title: ui.T(ctx, "sample.price")}.Number(), {Title: ui.T(ctx, "sample.when")}},
		Rows: []ui.Row{
			row("sample.line.night", l.UnitPrice("EUR", "0.29", "kWh"), "22:00–06:00"),
			row("sample.line.day", l.UnitPrice("EUR", "0.49", "kWh"), "–"),
			row("sample.line.idle", l.UnitPrice("EUR", "0.10", "min"), "–"),
		},
		Foot: []templ.Component{ui.Text(ui.T(ctx, "sample.max")), ui.Text(l.Money("EUR", 6000, 2)), ui.Text("")},
	}
}

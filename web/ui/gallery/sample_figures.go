package gallery

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kwote/web/ui"
)

func stats(ctx context.Context) []ui.Stat {
	l := ui.L(ctx)
	return []ui.Stat{
		{
			Label: ui.T(ctx, "sample.revenue"), Foot: ui.T(ctx, "sample.per_currency"),
			Figures: []ui.Figure{{Value: l.Money("EUR", 4821907, 2)}, {Value: l.Money("NOK", 18233450, 2)}, {Value: l.Money("GBP", 912055, 2)}, {Value: l.Money("USD", 1240300, 2)}},
		},
		{
			Label: ui.T(ctx, "sample.sessions"), Figures: []ui.Figure{{Value: l.Int(2184)}}, Href: "#sessions",
			Delta: ui.T(ctx, "sample.delta.up", "Share", l.Percent("12.4")), DeltaTone: ui.Good,
			Foot: ui.T(ctx, "sample.live", "Count", 37),
		},
		{
			Label: ui.T(ctx, "sample.energy"), Figures: []ui.Figure{{Value: l.Decimal("21847.3"), Unit: "kWh"}},
			Delta: ui.T(ctx, "sample.delta.down", "Share", l.Percent("3.1")), DeltaTone: ui.Bad,
		},
		{
			Label: ui.T(ctx, "sample.open"), Figures: []ui.Figure{{Value: l.Int(6)}},
			Foot: ui.T(ctx, "sample.open.foot"),
		},
	}
}

func hours(ctx context.Context) []ui.Bar {
	shape := []int64{310, 220, 150, 120, 140, 260, 690, 1430, 2210, 2390, 2050, 1980, 2140, 2080, 1990, 2160, 2620, 3110, 3280, 2740, 1960, 1380, 860, 520}
	var bars []ui.Bar
	for hour, v := range shape {
		bars = append(bars, ui.Bar{Label: strconv.Itoa(hour), Size: v, Value: ui.L(ctx).Money("EUR", v*100, 2)})
	}
	return bars
}

func byTariff(ctx context.Context) []ui.Bar {
	bar := func(key string, minor int64, share string, tone ui.Tone) ui.Bar {
		return ui.Bar{Label: ui.T(ctx, key), Size: minor, Value: ui.L(ctx).Money("EUR", minor, 2), Note: ui.L(ctx).Percent(share), Href: "#" + key, Tone: tone}
	}
	return []ui.Bar{
		bar("sample.tariff", 2433870, "50.5", ""), bar("sample.tariff.staff", 1204330, "25", ""),
		bar("sample.tariff.home", 812210, "16.8", ""), bar("sample.tariff.guest", 371497, "7.7", ui.Warn),
	}
}

func sessionTable(ctx context.Context) ui.Table {
	l := ui.L(ctx)
	row := func(start time.Time, place, evse, driver, kind string, wh, minor, seconds int64, tone ui.Tone, state string) ui.Row {
		amount := ui.Text(l.Money("EUR", minor, 2))
		if minor < 0 {
			amount = ui.Text("–")
		}
		return ui.Row{Href: "sessions.html", Cells: []templ.Component{
			ui.Text(l.DateTime(start, paris)), ui.Lines(place, evse), ui.Lines(driver, ui.T(ctx, kind)),
			ui.Text(l.Duration(seconds)), ui.Text(l.KWhRounded(wh, 2)), amount, ui.Status(tone, ui.T(ctx, state)),
		}}
	}
	day := func(d, h, m int) time.Time { return time.Date(2026, 3, d, h, m, 0, 0, paris) }
	return ui.Table{
		Caption: ui.T(ctx, "sample.sessions.latest"), Quiet: true,
		Columns: []ui.Column{
			ui.SortColumn(ctx, ui.T(ctx, "sample.start"), "start"), {Title: ui.T(ctx, "sample.place")},
			{Title: ui.T(ctx, "sample.driver")}, ui.Column{Title: ui.T(ctx, "sample.duration"), Optional: true}.Number(),
			ui.SortColumn(ctx, ui.T(ctx, "sample.energy"), "energy").Number(),
			ui.SortColumn(ctx, ui.T(ctx, "sample.amount"), "amount").Number(), {Title: ui.T(ctx, "sample.state")},
		},
		Rows: []ui.Row{
			row(day(15, 9, 12), "Parking Gare de Lyon", "EVSE 04", "Jonas Weber", "sample.kind.roaming", 8120, -1, 1680, ui.Info, "sample.running"),
			row(day(15, 8, 47), "Centre Bourse, Nantes", "EVSE 11", "Inès Lambert", "sample.kind.private", 22430, 1099, 2520, ui.Good, "sample.final"),
			row(day(15, 7, 58), "Résidence Les Tilleuls", "EVSE 02", "Bertrand Okoye", "sample.kind.resident", 41075, 904, 41400, ui.Good, "sample.final"),
			row(day(14, 23, 5), "Aire de Mornas Nord", "EVSE 07", "Transports Delmas", "sample.kind.fleet", 63900, 3767, 1980, ui.Warn, "sample.disputed"),
			row(day(14, 21, 30), "Parking Gare de Lyon", "EVSE 04", "Jonas Weber", "sample.kind.roaming", 21485, 2943, 44700, ui.Good, "sample.final"),
			row(day(14, 20, 14), "Campus Grenoble", "EVSE 19", "Léa Fontaine", "sample.kind.staff", 0, 0, 95, ui.Neutral, "sample.failed"),
		},
		Pager: ui.KeysetPager(ctx, "", "c5", ui.T(ctx, "sample.shown", "Count", 6, "All", 25041)),
	}
}

func priceWeek(ctx context.Context) ui.WeekHeat {
	var values [7][24]int64
	for day := range values {
		for hour := range values[day] {
			switch {
			case hour < 6 || hour >= 22:
				values[day][hour] = 29
			case day >= 5:
				values[day][hour] = 39
			case hour >= 17 && hour < 20:
				values[day][hour] = 59
			default:
				values[day][hour] = 49
			}
		}
	}
	values[6][3] = ui.HeatNone
	return ui.NewWeekHeat(ui.T(ctx, "sample.week.prices"), values, func(cents int64) string {
		return ui.L(ctx).UnitPrice("EUR", fmt.Sprintf("0.%02d", cents), "kWh")
	})
}

func useWeek(ctx context.Context) ui.WeekHeat {
	var values [7][24]int64
	for day := range values {
		for hour, bar := range hours(ctx) {
			values[day][hour] = bar.Size / int64(20+8*(day/5)) * int64(10+day%3) / 10
		}
	}
	return ui.NewWeekHeat(ui.T(ctx, "sample.week.use"), values, func(n int64) string { return ui.N(ctx, "sample.count", n) })
}

func costCurve(ctx context.Context) ui.Chart {
	l := ui.L(ctx)
	c := ui.Chart{
		Title: ui.T(ctx, "sample.curve"), XLabel: "kWh",
		Series: []ui.Series{{Label: ui.T(ctx, "sample.tariff"), Unit: "EUR"}, {Label: ui.T(ctx, "sample.tariff.staff"), Unit: "EUR"}},
	}
	for kwh := int64(0); kwh <= 60; kwh += 5 {
		public, staff := 100+49*kwh, 20*max(kwh-10, 0)
		c.Points = append(c.Points, ui.Point{X: strconv.FormatInt(kwh, 10), Text: l.Int(kwh) + " kWh", Values: []ui.Value{
			{Raw: cents(public), Text: l.Money("EUR", public, 2)}, {Raw: cents(staff), Text: l.Money("EUR", staff, 2)},
		}})
	}
	return c
}

func dailyRevenue(ctx context.Context) ui.Chart {
	l := ui.L(ctx)
	c := ui.Chart{Title: ui.T(ctx, "sample.daily"), XLabel: ui.T(ctx, "sample.day"), Time: true, Zone: "Europe/Paris", Series: []ui.Series{{Label: ui.T(ctx, "sample.revenue"), Unit: "EUR"}}}
	for d := range 30 {
		day := time.Date(2026, 2, 14+d, 0, 0, 0, 0, paris)
		minor := int64(118000 + (d*7919)%46000 - map[bool]int{true: 38000}[day.Weekday() == time.Sunday])
		c.Points = append(c.Points, ui.Point{X: strconv.FormatInt(day.Unix(), 10), Text: l.Date(day, paris), Values: []ui.Value{{Raw: cents(minor), Text: l.Money("EUR", minor, 2)}}})
	}
	return c
}

func cents(minor int64) string { return fmt.Sprintf("%d.%02d", minor/100, minor%100) }

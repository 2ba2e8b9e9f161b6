package admin

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"kwote/app/insight"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/query"
	"kwote/web/ui"
)

// mostBars bounds a list of bars; the table below it has them all.
const mostBars = 8

func (v *visit) tariffBars(o insight.Overview, currency string) []ui.Bar {
	var whole int64
	var sums []query.Sums
	for _, s := range o.ByTariff {
		if s.Tariff != "" && string(s.Total.Currency) == currency {
			sums = append(sums, s)
			whole += s.Total.Minor
		}
	}
	slices.SortFunc(sums, func(a, b query.Sums) int { return cmp.Compare(b.Total.Minor, a.Total.Minor) })
	var bars []ui.Bar
	for i, s := range sums {
		if i == mostBars {
			break
		}
		bars = append(bars, ui.Bar{Label: s.Tariff, Value: amount(v.l, s.Total), Note: v.l.Share(s.Total.Minor, whole), Href: "/tariffs/" + s.Tariff, Size: s.Total.Minor})
	}
	return bars
}

func (v *visit) hourBars(hours []query.HourTakings, currency string) []ui.Bar {
	var sums [24]int64
	for _, h := range hours {
		if string(h.Total.Currency) == currency && h.Hour >= 0 && h.Hour < 24 {
			sums[h.Hour] += h.Total.Minor
		}
	}
	bars := make([]ui.Bar, 24)
	for h, minor := range sums {
		bars[h] = ui.Bar{Label: strconv.Itoa(h), Value: amount(v.l, money.Amount{Minor: minor, Currency: money.Currency(currency)}), Size: minor}
	}
	return bars
}

// dayCharts sums up days; long stretches are drawn by week or month, so that a
// chart never has more points than can be told apart.
func (v *visit) dayCharts(days []query.DayTakings) (energyChart, sessionChart ui.Chart) {
	energyChart = ui.Chart{Title: v.t("admin.overview.energy_chart"), Time: true, Series: []ui.Series{{Label: v.t("admin.word.energy"), Unit: "kWh"}}}
	sessionChart = ui.Chart{Title: v.t("admin.overview.session_chart"), Time: true, Series: []ui.Series{{Label: v.t("admin.nav.sessions")}}}
	if len(days) == 0 {
		return energyChart, sessionChart
	}
	first, last := days[0].Day, days[len(days)-1].Day
	step := stepOf(int(last-first) + 1)
	key := v.t("admin.overview.per_" + step)
	energyChart.XLabel, sessionChart.XLabel = key, key
	i := 0
	for start := bucketOf(first, step); start <= last; {
		next := nextBucket(start, step)
		var sessions int64
		var used energy.Quantity
		for ; i < len(days) && days[i].Day < next; i++ {
			sessions += days[i].Sessions
			used += days[i].Energy
		}
		x, when := strconv.FormatInt(int64(start)*86400, 10), v.l.Date(time.Unix(int64(start)*86400, 0), time.UTC)
		if step == "month" {
			when = v.l.Month(time.Unix(int64(start)*86400, 0), time.UTC)
		}
		energyChart.Points = append(energyChart.Points, ui.Point{X: x, Text: when, Values: []ui.Value{{Raw: used.String(), Text: kWh(v.l, used, 1)}}})
		sessionChart.Points = append(sessionChart.Points, ui.Point{X: x, Text: when, Values: []ui.Value{{Raw: strconv.FormatInt(sessions, 10), Text: v.l.Int(sessions)}}})
		start = next
	}
	return energyChart, sessionChart
}

func stepOf(days int) string {
	switch {
	case days <= 92:
		return "day"
	case days <= 800:
		return "week"
	}
	return "month"
}

func bucketOf(d calendar.Date, step string) calendar.Date {
	switch step {
	case "week":
		return d - calendar.Date((d.Weekday()+6)%7)
	case "month":
		y, m := d.YearMonth()
		return calendar.NewDate(y, m, 1)
	}
	return d
}

func nextBucket(d calendar.Date, step string) calendar.Date {
	switch step {
	case "week":
		return d + 7
	case "month":
		y, m := d.YearMonth()
		return calendar.NewDate(y, m+1, 1)
	}
	return d + 1
}

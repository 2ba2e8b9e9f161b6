package gallery

import (
	"context"
	"time"

	"kwote/web/ui"
)

// receipt is a session over two price windows with grace, a capped idle fee and a session fee. Its sums are right:
// 11.000 × 0.49 + 10.485 × 0.29 + 1.00 + 20.00 = 29.43065, of which 20 % tax is 4.91 on 24.52.
func receipt(ctx context.Context) ui.Receipt {
	l := ui.L(ctx)
	eur := func(s string) string { return l.MoneyDecimal("EUR", s) }
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, paris) }
	return ui.Receipt{
		Heading: ui.T(ctx, "sample.receipt"), Number: "KW-2026-018734",
		Status: &ui.ReceiptStatus{Tone: ui.Good, Text: ui.T(ctx, "sample.final")},
		Place:  "Parking Gare de Lyon, EVSE 04",
		When:   l.Span(at(13, 21, 30), at(14, 9, 55), paris) + " · " + l.Duration(44700),
		Zone:   paris, ZoneName: "Europe/Paris",
		Facts: []ui.Fact{
			{Label: ui.T(ctx, "sample.driver"), Value: "Jonas Weber", Href: "#driver"},
			{Label: ui.T(ctx, "sample.token"), Value: "DE-KWO-C12345678-9"},
			{Label: ui.T(ctx, "sample.energy"), Value: l.KWh(21485)},
			{Label: ui.T(ctx, "sample.power"), Value: l.KW(22000) + " AC"},
		},
		Strip: &ui.Strip{
			From: at(13, 21, 30), To: at(14, 9, 55), Zone: paris,
			States: []ui.StateSpan{
				{From: at(13, 21, 30), To: at(14, 1, 12), Kind: ui.Charging},
				{From: at(14, 1, 12), To: at(14, 1, 52), Kind: ui.Paused},
				{From: at(14, 1, 52), To: at(14, 2, 40), Kind: ui.Charging},
				{From: at(14, 2, 40), To: at(14, 9, 55), Kind: ui.Idle},
			},
			Prices: []ui.PriceSpan{
				{From: at(13, 21, 30), To: at(13, 22, 0), Text: l.UnitPrice("EUR", "0.49", "kWh"), Level: 2},
				{From: at(13, 22, 0), To: at(14, 6, 0), Text: l.UnitPrice("EUR", "0.29", "kWh"), Level: 0},
				{From: at(14, 6, 0), To: at(14, 9, 55), Text: l.UnitPrice("EUR", "0.49", "kWh"), Level: 2},
			},
		},
		Lines: receiptLines(ctx, at),
		Subtotals: []ui.ReceiptStep{
			{Title: ui.T(ctx, "sample.sum"), Why: ui.T(ctx, "sample.sum.why"), Amount: eur("29.43065")},
		},
		Rounding: &ui.ReceiptStep{
			Title: ui.T(ctx, "sample.rounding"), Why: ui.T(ctx, "sample.rounding.why"), Amount: eur("-0.00065"),
		},
		Total: eur("29.43"), TotalNote: ui.T(ctx, "sample.tax.included"),
		Taxes: []ui.ReceiptTax{{Name: ui.T(ctx, "sample.vat"), Rate: l.Percent("20"), Net: eur("24.52"), Tax: eur("4.91"), Gross: eur("29.43")}},
		Tariff: ui.ReceiptTariff{
			Name: ui.T(ctx, "sample.tariff"), Version: "7", Href: "#tariff",
			Sentence: ui.T(ctx, "sample.sentence"), Reason: ui.T(ctx, "sample.reason"), ReasonHref: "#who",
		},
		Warnings: []string{ui.T(ctx, "sample.warning", "Duration", l.Duration(2400))},
	}
}

func receiptLines(ctx context.Context, at func(day, hour, minute int) time.Time) []ui.ReceiptLine {
	l := ui.L(ctx)
	eur := func(s string) string { return l.MoneyDecimal("EUR", s) }
	working := func(quantity, price, sum string) string { return quantity + " × " + price + " = " + sum }
	day, night, idle := l.UnitPrice("EUR", "0.49", "kWh"), l.UnitPrice("EUR", "0.29", "kWh"), l.UnitPrice("EUR", "0.10", "min")
	return []ui.ReceiptLine{
		{
			Title: ui.T(ctx, "sample.line.day"), Why: []string{ui.T(ctx, "sample.line.day.why")},
			Billed: l.KWh(11000), UnitPrice: day, Amount: eur("5.39"), Exact: eur("5.39"),
			Working:   working(l.KWh(11000), day, eur("5.39")),
			Intervals: []ui.ReceiptInterval{{From: at(13, 21, 30), To: at(13, 22, 0), Quantity: l.KWh(11000), Note: ui.T(ctx, "sample.cut")}},
		},
		{
			Title: ui.T(ctx, "sample.line.night"), Why: []string{ui.T(ctx, "sample.line.night.why")}, Open: true,
			Billed: l.KWh(10485), UnitPrice: night, Amount: eur("3.04"), Exact: eur("3.04065"),
			Working: working(l.KWh(10485), night, eur("3.04065")),
			Intervals: []ui.ReceiptInterval{
				{From: at(13, 22, 0), To: at(13, 23, 0), Quantity: l.KWhRounded(4210, 3)},
				{From: at(13, 23, 0), To: at(14, 1, 12), Quantity: l.KWhRounded(4875, 3)},
				{From: at(14, 1, 52), To: at(14, 2, 40), Quantity: l.KWhRounded(1400, 3)},
			},
		},
		{
			Title: ui.T(ctx, "sample.line.fee"), Why: []string{ui.T(ctx, "sample.line.fee.why")}, Billed: "1",
			UnitPrice: eur("1.00"), Amount: eur("1.00"),
		},
		{
			Title: ui.T(ctx, "sample.line.idle"),
			Why:   []string{ui.T(ctx, "sample.line.idle.why")},
			Badges: []ui.ReceiptBadge{
				{Tone: ui.Good, Text: ui.T(ctx, "sample.grace", "Duration", l.Duration(900))},
				{Tone: ui.Warn, Text: ui.T(ctx, "sample.capped", "Amount", eur("20.00"))},
			},
			Measured: l.Duration(26100), Billed: l.Duration(25200), UnitPrice: idle, Amount: eur("20.00"), Exact: eur("20.00"),
			Working: working(l.Int(420)+" min", idle, eur("42.00")) + " → " + eur("20.00"),
			Intervals: []ui.ReceiptInterval{
				{From: at(14, 2, 40), To: at(14, 2, 55), Quantity: l.Duration(900), Note: ui.T(ctx, "sample.grace.note")},
				{From: at(14, 2, 55), To: at(14, 9, 55), Quantity: l.Duration(25200)},
			},
		},
	}
}

package api

import (
	"kwote/domain/calendar"
	"kwote/domain/pricing"
	"kwote/domain/tax"
)

// exampleSessionShown is what recording exampleSession answers, priced by the
// example tariff: examples are reckoned, not written down.
func exampleSessionShown() Session {
	report, err := readSession(exampleSession)
	if err != nil {
		panic(err) // a constant, which every test reads
	}
	zone, err := calendar.LoadZone(exampleLocation.TimeZone)
	if err != nil {
		panic(err)
	}
	day, _ := zone.Local(report.Facts.End)
	compiled := pricing.Compile(pricing.TariffRef{Name: exampleDocument.Name, VersionID: exampleID, Number: 3}, exampleDocument, zone)
	priced, err := pricing.Price(compiled, report.Facts, pricing.Context{Taxes: tax.Standard(exampleLocation.Country, day)})
	if err != nil {
		panic(err)
	}
	receipt, resolution := Explained(priced, exampleDocument, "en"), exampleResolution()
	item := SessionItem{Head: Head{exampleID, 1}, ExternalID: exampleSession.ExternalID, NetworkID: exampleID, LocationID: exampleID,
		LocationName: exampleLocation.Name, TimeZone: exampleLocation.TimeZone, EVSEID: exampleID, EVSEName: exampleEVSE.ExternalID,
		UserID: exampleID, UserName: exampleUser.Name, TokenID: exampleID, Start: receipt.From, End: receipt.To, EnergyKWh: receipt.EnergyKWh,
		ChargingSeconds: receipt.ChargingSeconds, IdleSeconds: receipt.IdleSeconds, Warnings: []string{}, Status: "priced",
		Tariff: receipt.Tariff.Name, TariffVersionID: exampleID, Currency: receipt.Currency, Total: receipt.Total, ReceiptID: exampleID, ReceiptNumber: 1}
	return Session{SessionItem: item, Readings: exampleSession.Readings, States: exampleSession.States, Receipt: &receipt, Resolution: &resolution,
		Receipts: []ReceiptItem{{exampleID, 1, exampleID, receipt.Currency, receipt.Total, receipt.Net, receipt.Exact, "2026-05-03T20:31:00Z"}}}
}

package api

import (
	"context"

	"kwote/app/charging"
	"kwote/domain/access"
	"kwote/domain/query"
)

// ReceiptItem is one receipt of a session without its lines.
type ReceiptItem struct {
	ID              string `json:"id"`
	Number          int    `json:"number" example:"1" doc:"1 for the first, higher after corrections"`
	TariffVersionID string `json:"tariffVersionId"`
	Currency        string `json:"currency" example:"EUR"`
	Total           string `json:"total" example:"10.07"`
	Net             string `json:"net" example:"8.39"`
	Exact           string `json:"exact" example:"10.06500000"`
	CreatedAt       string `json:"createdAt" format:"date-time"`
}

// IssuedReceipt is a receipt with its identity. It never changes.
type IssuedReceipt struct {
	ID         string     `json:"id"`
	SessionID  string     `json:"sessionId"`
	Number     int        `json:"number" example:"1" doc:"1 for a session's first receipt, higher after corrections"`
	CreatedAt  string     `json:"createdAt" format:"date-time"`
	Resolution Resolution `json:"resolution" doc:"Why this tariff"`
	Receipt    Receipt    `json:"receipt"`
}

func (r IssuedReceipt) etag() string { return r.ID + "-" + r.Receipt.Words.Language }
func (IssuedReceipt) inLanguage()    {}

func showReceiptRow(r query.ReceiptRow) ReceiptItem {
	return ReceiptItem{r.ID, r.Number, r.TariffVersionID, string(r.Total.Currency), r.Total.String(), r.Net.String(), r.Exact.String(), r.CreatedAt.String()}
}

func (d *door) receipts() {
	type in struct {
		ID string `path:"id" doc:"The receipt's id"`
		InLanguage
		Unless
	}
	example := exampleSessionShown()
	one(d, route{id: "getReceipt", path: root + "/receipts/{id}", tag: "Sessions", summary: "Get a receipt", about: "Receipts never change: a correction is a new receipt.",
		answer: IssuedReceipt{exampleID, exampleID, 1, "2026-05-03T20:31:00Z", *example.Resolution, *example.Receipt}},
		func(ctx context.Context, by access.Actor, in *in) (IssuedReceipt, error) {
			issued, v, err := d.Charging.Receipt(ctx, by, in.ID)
			if err != nil {
				return IssuedReceipt{}, err
			}
			why, err := charging.ReadResolution(issued.Resolution)
			if err != nil {
				return IssuedReceipt{}, err
			}
			return IssuedReceipt{issued.ID, issued.SessionID, issued.Number, issued.CreatedAt.String(), showResolution(why),
				Explained(issued.Receipt, v.Document, in.lang(ctx))}, nil
		})
}

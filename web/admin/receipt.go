package admin

import (
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/web/ui"
	"kwote/web/ui/paper"
)

// paper sets a receipt with the document that priced it, linked to its tariff.
// Place, facts and the reason for the tariff are the page's to add.
func (v *visit) paper(r pricing.Receipt, d tariff.Document, facts session.Facts) ui.Receipt {
	out := paper.Receipt(v.l, r, d, facts)
	out.Tariff.Href = "/tariffs/" + r.Tariff.Name
	return out
}

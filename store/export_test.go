package store

import (
	"context"
	"strconv"

	"kwote/domain/pricing"
	"kwote/domain/session"
)

// ReadFacts reads kept facts.
func ReadFacts(text string) (session.Facts, error) { return readFacts(text) }

// FactsText is the text as which facts are kept.
func FactsText(f session.Facts) string { return string(appendFacts(nil, f)) }

// ReadReceipt reads a kept receipt.
func ReadReceipt(text string) (pricing.Receipt, error) { return readReceipt(text) }

// ReceiptText is the text as which a receipt is kept.
func ReceiptText(r pricing.Receipt) string { return string(appendReceipt(nil, &r)) }

// LimitPages makes SQLite believe that its disk ends after n pages.
func (tx *Tx) LimitPages(ctx context.Context, n int) error {
	_, err := tx.exec(ctx, `PRAGMA max_page_count = `+strconv.Itoa(n))
	return err
}

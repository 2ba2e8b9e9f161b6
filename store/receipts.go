package store

import (
	"context"

	"kwote/domain/fault"
	"kwote/domain/query"
)

var bulkReceipts = bulk{kind: aReceipt, columns: []column{
	text("id"), text("session_id"), integer("number"), text("tariff_version_id"), text("currency"), integer("total_minor"),
	integer("net_minor"), text("exact"), integer("created_at")}}

// Documents stand apart from the slim receipts, so that passing over receipts
// does not read them.
var bulkReceiptDocuments = bulk{kind: kind{"receipt", "receipt_documents"}, columns: []column{
	text("receipt_id"), text("document"), text("resolution")}}

// addReceipts issues the receipts of the sessions under the given number.
func (tx *Tx) addReceipts(ctx context.Context, all []*query.SessionRecord, number int64) error {
	rows, documents := make([][]any, len(all)), make([][]any, len(all))
	var buffer []byte
	for i, s := range all {
		r := &s.Receipt.Receipt
		buffer = appendReceipt(buffer[:0], r)
		resolution := string(s.Receipt.Resolution)
		if resolution == "" {
			resolution = "{}"
		}
		rows[i] = []any{s.Receipt.ID, s.Session.ID, number, r.Tariff.VersionID, string(r.Currency), r.Total.Minor, r.Net.Minor, r.Exact.String(), int64(s.At)}
		documents[i] = []any{s.Receipt.ID, string(buffer), resolution}
	}
	if _, err := bulkReceipts.add(ctx, tx, rows); err != nil {
		return err
	}
	if _, err := bulkReceiptDocuments.add(ctx, tx, documents); err != nil {
		return err
	}
	return tx.addDayAmounts(ctx, all)
}

const selectIssued = `SELECT r.id, r.session_id, r.number, r.created_at, d.document, d.resolution
	FROM receipts r JOIN receipt_documents d ON d.receipt_id = r.id`

func scanIssued(r row) (i query.Issued, err error) {
	var document, resolution string
	if err := r.Scan(&i.ID, &i.SessionID, &i.Number, &i.CreatedAt, &document, &resolution); err != nil {
		return i, err
	}
	i.Resolution = []byte(resolution)
	i.Receipt, err = readReceipt(document)
	return i, err
}

// Receipt finds a receipt by id.
func (tx *Tx) Receipt(ctx context.Context, id string) (query.Issued, error) {
	return find(ctx, tx, aReceipt, "id", id, scanIssued, selectIssued+` WHERE r.id = $1`, id)
}

// CurrentReceipt finds the receipt that holds for a session; receipt_not_found
// for a session that is unpriced as it stands.
func (tx *Tx) CurrentReceipt(ctx context.Context, sessionID string) (query.Issued, error) {
	i, err := find(ctx, tx, aReceipt, "session", sessionID, scanIssued,
		selectIssued+` JOIN sessions s ON s.receipt_id = r.id WHERE s.id = $1`, sessionID)
	if fault.Is(err, fault.NotFound) {
		if _, missing := tx.SessionRow(ctx, sessionID); missing != nil {
			return i, missing
		}
	}
	return i, err
}

const selectReceiptRow = `SELECT id, session_id, number, tariff_version_id, currency, total_minor, net_minor, exact, created_at FROM receipts`

func scanReceiptRow(r row) (q query.ReceiptRow, err error) {
	var exact string
	if err := r.Scan(&q.ID, &q.SessionID, &q.Number, &q.TariffVersionID, &q.Total.Currency, &q.Total.Minor, &q.Net.Minor, &exact, &q.CreatedAt); err != nil {
		return q, err
	}
	q.Net.Currency = q.Total.Currency
	q.Exact, err = readExact(exact)
	return q, err
}

// Receipts lists every receipt that a session has had, newest first.
func (tx *Tx) Receipts(ctx context.Context, sessionID string) ([]query.ReceiptRow, error) {
	return list(ctx, tx, scanReceiptRow, selectReceiptRow+` WHERE session_id = $1 ORDER BY number DESC`, sessionID)
}

package store

import (
	"context"

	"kwote/domain/calendar"
	"kwote/domain/query"
)

var bulkDayAmounts = bulk{kind: kind{"receipt's day", "day_amounts"}, columns: []column{
	text("receipt_id"), text("local_day"), text("driver"), text("tariff"), text("exact")}}

// addDayAmounts keeps what the receipts charge known drivers by day.
func (tx *Tx) addDayAmounts(ctx context.Context, all []*query.SessionRecord) error {
	var rows [][]any
	for _, s := range all {
		driver := query.DriverKey(s.Session.UserID, s.Session.TokenID)
		if driver == "" {
			continue
		}
		for _, d := range s.Receipt.Receipt.Days {
			rows = append(rows, []any{s.Receipt.ID, d.Date.String(), driver, s.Receipt.Receipt.Tariff.Name, d.Charged.Exact().String()})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := bulkDayAmounts.add(ctx, tx, rows)
	return err
}

// HoldDriver makes other transactions that call it for the same driver wait
// until this one ends, so that no two share out one day's maximum at once.
func (tx *Tx) HoldDriver(ctx context.Context, userID, tokenID string) error {
	driver := query.DriverKey(userID, tokenID)
	if driver == "" {
		return nil
	}
	_, err := tx.exec(ctx, tx.pick(driverLock), driver)
	return err
}

// DayCharges lists what the current receipts of a driver's sessions charge for
// local days under a tariff with a maximum per day, by day and session.
func (tx *Tx) DayCharges(ctx context.Context, f query.DayFilter) ([]query.DayCharge, error) {
	driver := query.DriverKey(f.UserID, f.TokenID)
	if driver == "" {
		return nil, nil
	}
	return list(ctx, tx, scanDayCharge, `SELECT d.local_day, d.exact, s.id, s.network_id, s.external_id
		FROM day_amounts d JOIN receipts r ON r.id = d.receipt_id JOIN sessions s ON s.id = r.session_id AND s.receipt_id = d.receipt_id
		WHERE d.driver = $1 AND d.tariff = $2 AND d.local_day >= $3 AND d.local_day <= $4 ORDER BY d.local_day, s.id`,
		driver, f.Tariff, f.From.String(), f.To.String())
}

func scanDayCharge(r row) (c query.DayCharge, err error) {
	var day, exact string
	if err := r.Scan(&day, &exact, &c.SessionID, &c.NetworkID, &c.ExternalID); err != nil {
		return c, err
	}
	if c.Date, err = calendar.ParseDate(day); err != nil {
		return c, err
	}
	c.Amount, err = readExact(exact)
	return c, err
}

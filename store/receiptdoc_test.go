package store_test

import (
	"testing"

	"kwote/domain/pricing"
	"kwote/domain/tariff"
	"kwote/store"
)

// keptReceipt is a receipt as the first release kept it.
const keptReceipt = `{"tariff":"rapid","version":"v-1","number":2,"currency":"EUR","terms":"with tax","rounding":"half-up on total",` +
	`"zone":"Europe/Paris","from":1700000000,"to":1700005400,"energy":10000000000,"charging":3600,"idle":1800,` +
	`"lines":[{"kind":"priced","dimension":"energy","unitPrice":490000000,"per":"/kWh","measured":10000000000,"billed":10000000000,` +
	`"spans":[[0,3600,10000000000,10000000000]],"exact":"4.90000000","amount":490},` +
	`{"kind":"cap","dimension":"idle","rule":-1,"limit":1000000000,"exact":"-0.50000000","amount":-50},` +
	`{"kind":"priced","dimension":"session","unitPrice":1000000000,"measured":1,"billed":1,"exact":"1.00000000","amount":100}],` +
	`"exact":"5.40000000","total":540,"net":450,"taxes":[{"name":"VAT","rate":200000,"net":450,"amount":90}],"notes":["failed_start"]}`

// TestKeptReceiptsStillRead: what earlier releases kept reads on, and is
// written as it was.
func TestKeptReceiptsStillRead(t *testing.T) {
	r, err := store.ReadReceipt(keptReceipt)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Lines) != 3 || r.Lines[0].Feed != nil || r.Lines[1].Kind != pricing.Cap || r.Lines[2].Per != tariff.PerSession ||
		r.Total.Minor != 540 || r.IdleTime != 1800 || r.Exported != 0 || r.Days != nil || len(r.Taxes) != 1 {
		t.Errorf("reads as %+v", r)
	}
	if got := store.ReceiptText(r); got != keptReceipt {
		t.Errorf("is written as\n%s\nwant\n%s", got, keptReceipt)
	}
}

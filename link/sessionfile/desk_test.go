package sessionfile_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/app/insight"
	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/link/sessionfile"
	"kwote/store"
	"kwote/store/storetest"
)

// shelf lends a desk a real database.
type shelf[T any] struct {
	db *store.DB
	as func(*store.Tx) T
}

func (s shelf[T]) Update(ctx context.Context, do func(T) error) error {
	return s.db.Update(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

func (s shelf[T]) View(ctx context.Context, do func(T) error) error {
	return s.db.View(ctx, func(tx *store.Tx) error { return do(s.as(tx)) })
}

// within lets the catalogue desk work in a transaction that is open already.
type within struct{ tx catalog.Tx }

func (w within) Update(_ context.Context, do func(catalog.Tx) error) error { return do(w.tx) }
func (w within) View(_ context.Context, do func(catalog.Tx) error) error   { return do(w.tx) }

// network is the desks that files of sessions go through.
type network struct {
	t        *testing.T
	db       *store.DB
	charging *charging.Desk
	insight  *insight.Desk
}

func newNetwork(t *testing.T, db *store.DB) *network {
	now := clock.Fixed(time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC))
	return &network{t: t, db: db,
		charging: charging.New(shelf[charging.Tx]{db, func(tx *store.Tx) charging.Tx { return tx }}, now),
		insight:  &insight.Desk{Store: shelf[insight.Tx]{db, func(tx *store.Tx) insight.Tx { return tx }}, Clock: now}}
}

// take imports a file with the prices of a catalogue file.
func (n *network) take(path, zone string, prices []byte) (charging.ImportResult, error) {
	n.t.Helper()
	f, err := catalog.ReadFile(prices)
	if err != nil {
		n.t.Fatal(err)
	}
	return n.charging.Import(n.t.Context(), access.Kwote, charging.ImportOrder{Name: "history", Zone: zone,
		Source: func(yield func(session.Raw) bool) error { return sessionfile.Read(path, yield) },
		Prices: func(ctx context.Context, tx charging.Tx) error {
			desk := catalog.Desk{Store: within{tx.(catalog.Tx)}, Clock: n.charging.Clock}
			_, err := desk.Import(ctx, access.Kwote, f, 0)
			return err
		}})
}

// look is what the network took, and what was put aside.
func (n *network) look() insight.Overview {
	n.t.Helper()
	o, err := n.insight.Overview(n.t.Context(), access.Kwote, query.TakingsFilter{})
	if err != nil {
		n.t.Fatal(err)
	}
	return o
}

func saved(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const heading = "source,session_id,user_id,station_id,tz,start_utc,end_utc,kwh,charge_min\n"

const depotPrices = `
tariffs: [{tariff: flat, currency: EUR, prices: no tax, energy: [{price: 0.30/kWh}], idle: [{price: 0.60/h}]}]
groups: [{group: all, attach: [{network: main}], tariffs: [{tariff: flat, for: everyone}]}]`

func TestImportOfTables(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newNetwork(t, db)
		first := heading +
			"depot,1,ada,A,Europe/Paris,2026-05-01T08:00:00Z,2026-05-01T10:00:00Z,10,60\n" +
			"depot,2,,A,Europe/Paris,2026-05-01T11:00:00Z,,4,\n" +
			"depot,1,ada,A,Europe/Paris,2026-05-01T08:00:00Z,2026-05-01T10:00:00Z,10,60\n" +
			"depot,3,ada,B,Europe/Nowhere,2026-05-01T11:00:00Z,2026-05-01T12:00:00Z,4,\n" +
			"depot,4,ada,B,Europe/Paris,yesterday,2026-05-01T12:00:00Z,4,\n"
		r, err := n.take(saved(t, "first.csv", []byte(first)), "", []byte(depotPrices))
		if err != nil {
			t.Fatal(err)
		}
		if r.Rows != 5 || r.Imported != 1 || r.Duplicates != 1 || r.Totals["EUR"].String() != "3.60" ||
			!reflect.DeepEqual(r.Quarantined, map[string]int64{session.NeverClosed: 1, session.ZoneUnknown: 1, session.Unreadable: 1}) {
			t.Errorf("the first file gives %+v", r)
		}
		aside, _, err := n.charging.Quarantine(t.Context(), access.Kwote, query.QuarantineFilter{})
		if err != nil || len(aside) != 3 || aside[0].Line != 3 || aside[1].Line != 5 || aside[2].Line != 6 || aside[2].ExternalID != "depot/4" ||
			!strings.HasPrefix(aside[2].Message, "start_utc: ") || aside[2].Raw != "depot,4,ada,B,Europe/Paris,yesterday,2026-05-01T12:00:00Z,4," {
			t.Errorf("put aside %+v, %v", aside, err)
		}
		second := heading +
			"depot,5,bob,A,Europe/Paris,2026-05-02T08:00:00Z,2026-05-02T10:00:00Z,0,\n" +
			"depot,1,ada,A,Europe/Paris,2026-05-01T08:00:00Z,2026-05-01T10:00:00Z,10,60\n"
		r, err = n.take(saved(t, "second.csv", []byte(second)), "", []byte(depotPrices))
		if err != nil || r.Imported != 1 || r.Duplicates != 1 || r.Warnings[session.WarnNoEnergy] != 1 {
			t.Errorf("a second file that shares a row gives %+v, %v", r, err)
		}
		if o := n.look(); len(o.ByTariff) != 1 || o.ByTariff[0].Sessions != 2 || o.ByTariff[0].Total.String() != "3.60" || o.Counts.EVSEs != 1 || o.Counts.Users != 2 || o.Counts.Locations != 1 {
			t.Errorf("in the end there is %+v, %+v", o.ByTariff, o.Counts)
		}
	})
}

func TestImportOfMeteredLines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newNetwork(t, db)
		path := saved(t, "metered.jsonl", []byte(`{"id":"a","start":1777600800,"step":1800,"wh":[5000,5000,0,0]}
{"id":7,"start":1777600800,"step":1800,"wh":[1000,-1]}
{"id":"a","start":1777600800,"step":1800,"wh":[5000,5000,0,0]}
{"id":"b","start":1777600800,"step":0,"wh":[5000]}
`))
		r, err := n.take(path, "", []byte(depotPrices))
		if err != nil || r.Imported != 0 || r.Quarantined[session.ZoneUnknown] != 3 || r.Quarantined[session.Unreadable] != 1 {
			t.Errorf("without a zone the import gives %+v, %v", r, err)
		}
		for i, want := range []charging.ImportResult{{Import: query.Import{Imported: 1, Duplicates: 1}}, {Import: query.Import{Duplicates: 2}}} {
			r, err := n.take(path, "Europe/Oslo", []byte(depotPrices))
			if err != nil || r.Rows != 4 || r.Imported != want.Imported || r.Duplicates != want.Duplicates ||
				r.Quarantined[session.EnergyNegative] != 1 || r.Quarantined[session.Unreadable] != 1 {
				t.Errorf("run %d gives %+v, %v", i+1, r, err)
			}
		}
		if o := n.look(); len(o.ByTariff) != 1 || o.ByTariff[0].Total.String() != "3.60" || o.ByTariff[0].IdleTime != 3600 || o.Counts.Locations != 1 {
			t.Errorf("in the end there is %+v, %+v", o.ByTariff, o.Counts)
		}
	})
}

// TestImportOfADamagedFile cuts files of many rows in the middle: nothing may
// be left of them.
func TestImportOfADamagedFile(t *testing.T) {
	var table bytes.Buffer
	table.WriteString(heading)
	for i := range 9000 {
		fmt.Fprintf(&table, "depot,%d,ada,A,Europe/Paris,2026-05-01T08:00:00Z,2026-05-01T10:00:00Z,10,60\n", i)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(table.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	metered := strings.Repeat(`{"id":"a","start":1777600800,"step":1800,"wh":[5000,5000,0,0]}`+"\n", 9000)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newNetwork(t, db)
		empty := n.look()
		for name, text := range map[string][]byte{
			"table.csv":     table.Bytes()[:table.Len()-60],
			"table.csv.gz":  packed.Bytes()[:packed.Len()-100],
			"metered.jsonl": []byte(metered[:len(metered)-20]),
		} {
			_, err := n.take(saved(t, name, text), "Europe/Paris", []byte(depotPrices))
			if f := fault.As(err); f == nil || f.Code != "file_cut" {
				t.Errorf("%s: the error is %v", name, err)
			}
		}
		_, err := n.take(filepath.Join(t.TempDir(), "nothing.csv"), "Europe/Paris", []byte(depotPrices))
		if f := fault.As(err); f == nil || f.Code != "file_unreadable" {
			t.Errorf("a file that is not there gives %v", err)
		}
		if o := n.look(); !reflect.DeepEqual(o, empty) {
			t.Errorf("damaged files leave %+v", o)
		}
		rows, _, err := n.insight.Events(t.Context(), access.Kwote, query.EventFilter{})
		if err != nil || len(rows) != 0 {
			t.Errorf("damaged files leave the events %+v, %v", rows, err)
		}
	})
}

// TestImportOfRealSessions imports the 182,269 real sessions with the prices
// of the example, twice.
func TestImportOfRealSessions(t *testing.T) {
	file := realData(t, "sessions_unified/sessions.csv.gz")
	if testing.Short() {
		t.Skip("imports 182,269 sessions twice: not with -short")
	}
	prices, err := os.ReadFile(filepath.Join(root, "examples", "tariffs", "real-network.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newNetwork(t, db)
		r, err := n.take(file, "", prices)
		if err != nil {
			t.Fatal(err)
		}
		aside := map[string]int64{session.NeverClosed: 501, session.ZeroLength: 1846, session.NegativeLength: 11, session.EnergyNegative: 31}
		if r.Rows != 182_269 || r.Imported != 179_880 || r.Duplicates != 0 || r.Priced != 179_880 || r.Unpriced != 0 ||
			r.Warnings[session.WarnNoEnergy] != 4_418 || !reflect.DeepEqual(r.Quarantined, aside) {
			t.Errorf("imported %+v", r.Import)
		}
		first := n.look()
		for _, s := range first.ByCurrency {
			if r.Totals[s.Total.Currency] != s.Total {
				t.Errorf("the import tells %s %s, the takings %s", r.Totals[s.Total.Currency], s.Total.Currency, s.Total)
			}
		}
		if len(first.ByCurrency) != 3 || len(r.Totals) != 3 {
			t.Errorf("takings in %d currencies, totals in %d; want USD, GBP and NOK", len(first.ByCurrency), len(r.Totals))
		}
		for _, c := range first.Quarantine {
			if aside[c.Reason] != c.Rows {
				t.Errorf("%d rows lie in quarantine for %s, want %d", c.Rows, c.Reason, aside[c.Reason])
			}
		}
		t.Logf("totals %v", r.Totals)
		r, err = n.take(file, "", prices)
		if err != nil || r.Imported != 0 || r.Duplicates != 179_880 || !reflect.DeepEqual(r.Quarantined, aside) {
			t.Errorf("imported again: %+v, %v", r.Import, err)
		}
		if second := n.look(); !reflect.DeepEqual(second, first) {
			t.Error("the second import changes the overview")
		}
		err = db.View(t.Context(), func(tx *store.Tx) error {
			wrong, err := tx.TakingsDifferences(t.Context())
			for _, w := range wrong {
				t.Error(w)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

package storetest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/money"
	"kwote/domain/query"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/store"
)

// Documents proves that any receipt and any facts read back to the last
// field: every field that the types have is filled by chance, so one that is
// added later and not kept is noticed.
func Documents(t *testing.T, db *store.DB) {
	ctx := t.Context()
	w := NewWorld(t, db)
	r := rand.New(rand.NewPCG(3, 4))
	records := w.Records(1, 60)
	for i := range records {
		s := &records[i]
		fill(reflect.ValueOf(&s.Session.Facts).Elem(), r)
		s.Receipt, s.Unpriced = &query.Issued{ID: fmt.Sprintf("r-%d", i), Resolution: []byte(`{"why":"\u00e9"}`)}, ""
		fill(reflect.ValueOf(&s.Receipt.Receipt).Elem(), r)
	}
	update(t, db, func(tx *store.Tx) error { _, err := tx.AddSessions(ctx, records); return err })
	view(t, db, func(tx *store.Tx) error {
		for _, want := range records {
			s, err := tx.Session(ctx, want.Session.ID)
			if err != nil || !reflect.DeepEqual(s.Facts, want.Session.Facts) {
				t.Fatalf("facts read back as\n%+v, %v\nwant\n%+v", s.Facts, err, want.Session.Facts)
			}
			got, err := tx.CurrentReceipt(ctx, want.Session.ID)
			if err != nil || !reflect.DeepEqual(got.Receipt, want.Receipt.Receipt) || string(got.Resolution) != string(want.Receipt.Resolution) {
				t.Fatalf("the receipt reads back as\n%+v, %v\nwant\n%+v", got, err, want.Receipt)
			}
			all, err := tx.Receipts(ctx, want.Session.ID)
			if err != nil || len(all) != 1 || all[0].Exact != want.Receipt.Receipt.Exact || all[0].Net != want.Receipt.Receipt.Net {
				t.Fatalf("the receipt is listed as %+v, %v", all, err)
			}
		}
		return nil
	})
}

var words = []string{"plain", "", `"quoted" \ back`, "zürich", "line\nbreak", "<&>", "日本"}

// fill sets every field of a value by chance, within what its type allows.
// Empty lists are nil, which is how they read back, and pointers may be nil.
func fill(v reflect.Value, r *rand.Rand) {
	switch v.Addr().Interface().(type) {
	case *money.Exact:
		e, err := money.Price(r.Int64N(1<<40)-1<<39).Times(r.Int64N(1<<40), []int64{1, 60, 3600, 1_000_000_000}[r.IntN(4)])
		if err != nil {
			panic(err)
		}
		v.Set(reflect.ValueOf(e))
		return
	case *money.Currency:
		v.SetString("EUR")
		return
	case *money.Policy:
		p, err := money.ParsePolicy(money.PolicyNames()[r.IntN(4)])
		if err != nil {
			panic(err)
		}
		v.Set(reflect.ValueOf(p))
		return
	case *tariff.Terms:
		v.SetUint(r.Uint64N(3))
		return
	case *tariff.Unit:
		v.SetUint(r.Uint64N(uint64(tariff.Flat) + 1))
		return
	case *tariff.Kind:
		v.SetUint(r.Uint64N(uint64(tariff.Kinds)))
		return
	case *session.State:
		v.SetUint(r.Uint64N(2))
		return
	case *session.Mode:
		v.SetUint(uint64(session.Regular) + r.Uint64N(3))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), r)
		}
	case reflect.Pointer:
		if r.IntN(2) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), r)
		}
	case reflect.Bool:
		v.SetBool(r.IntN(2) > 0)
	case reflect.Slice:
		if n := r.IntN(4); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(v.Index(i), r)
			}
		}
	case reflect.String:
		v.SetString(words[r.IntN(len(words))])
	case reflect.Int, reflect.Int64:
		v.SetInt((r.Int64N(1<<40) - 1<<39) >> r.IntN(40))
	case reflect.Int32:
		v.SetInt(r.Int64N(40_000) - 5_000)
	default:
		panic("storetest: a receipt has a field of kind " + v.Kind().String() + "; teach fill and the store to keep it")
	}
}

// Tariffs proves that versions read back to the last field, that the version
// in force is found at any instant, and that a scheduled one is due once.
func Tariffs(t *testing.T, db *store.DB) {
	ctx := t.Context()
	r := rand.New(rand.NewPCG(5, 6))
	var versions []query.TariffVersion
	update(t, db, func(tx *store.Tx) error {
		for i := range 3 {
			name := fmt.Sprintf("tariff-%d", i)
			if err := tx.SaveTariff(ctx, tariff.Tariff{ID: name, Name: name}); err != nil {
				return err
			}
			for n := 1; n <= 5 && i < 2; n++ {
				v := query.TariffVersion{CreatedAt: 50, CreatedBy: "staff-1"}
				v.ID, v.TariffID, v.Number = fmt.Sprintf("%s-%d", name, n), name, n
				v.From = calendar.Instant(100 * []int{0, 1, 3, 2, 3, 5}[n]) // 3 starts after 4; 2 and 4 at once
				if v.Number > 2 {
					v.AnnounceAt = v.From
				}
				v.Document = randomTariff(r, name)
				versions = append(versions, v)
				if err := tx.AddTariffVersion(ctx, v); err != nil {
					return fmt.Errorf("%w\n%s", err, tariff.Encode(v.Document))
				}
			}
		}
		return nil
	})
	view(t, db, func(tx *store.Tx) error {
		all, err := tx.AllTariffVersions(ctx)
		if err != nil || !reflect.DeepEqual(all, versions) {
			t.Errorf("versions read back as\n%+v, %v\nwant\n%+v", all, err, versions)
		}
		of, err := tx.TariffVersions(ctx, "tariff-1")
		if err != nil || len(of) != 5 || of[0].Number != 5 || of[4].Number != 1 {
			t.Errorf("versions of one tariff: %+v, %v", of, err)
		}
		for at, want := range map[calendar.Instant]int{100: 1, 199: 1, 200: 3, 299: 3, 300: 4, 499: 4, 500: 5, 9999: 5} {
			if v, err := tx.TariffVersionAt(ctx, "tariff-0", at); err != nil || v.Number != want {
				t.Errorf("at %d version %d is in force, %v; want %d", at, v.Number, err, want)
			}
		}
		if _, err := tx.TariffVersionAt(ctx, "tariff-0", 99); fault.As(err) == nil || fault.As(err).Code != "tariff_version_not_found" {
			t.Errorf("before the first version: %v", err)
		}
		if v, err := tx.TariffVersion(ctx, "tariff-1-2"); err != nil || v.TariffID != "tariff-1" || v.Number != 2 {
			t.Errorf("version by id: %+v, %v", v, err)
		}
		rows, _, err := tx.Tariffs(ctx, query.TariffFilter{Text: "TARIFF"})
		if err != nil || len(rows) != 3 || rows[1].LatestNumber != 5 || rows[1].LatestID != "tariff-1-5" || rows[1].LatestFrom != 500 || rows[2].LatestNumber != 0 {
			t.Errorf("tariffs are listed as %+v, %v", rows, err)
		}
		return nil
	})
	if f := fault.As(db.Update(ctx, func(tx *store.Tx) error {
		v := versions[2]
		v.ID = "other"
		return tx.AddTariffVersion(ctx, v)
	})); f == nil || f.Kind != fault.Conflict || f.Field != "number" {
		t.Errorf("a number that is taken gives %+v", f)
	}
	due := func(now calendar.Instant) (ids []string) {
		view(t, db, func(tx *store.Tx) error {
			all, err := tx.DueTariffVersions(ctx, now, 10)
			for _, v := range all {
				ids = append(ids, v.ID)
			}
			return err
		})
		return ids
	}
	expect(t, "due before", fmt.Sprint(due(199)), "[]")
	expect(t, "due at the instant", fmt.Sprint(due(200)), "[tariff-0-3 tariff-1-3]")
	for i, want := range []bool{true, false} {
		update(t, db, func(tx *store.Tx) error {
			first, err := tx.TariffVersionAnnounced(ctx, "tariff-0-3")
			expect(t, fmt.Sprintf("announcement %d is the first", i), first, want)
			return err
		})
	}
	expect(t, "due after an announcement", fmt.Sprint(due(300)), "[tariff-1-3 tariff-0-4 tariff-1-4]")
}

// randomTariff uses every part of a document by chance.
func randomTariff(r *rand.Rand, name string) tariff.Document {
	price := func() money.Price { return money.Price(r.Int64N(2_000_000_000)) }
	maybe := func() *money.Price {
		if r.IntN(2) == 0 {
			return nil
		}
		p := price()/10_000_000*10_000_000 + 1_000_000_000
		return &p
	}
	condition := func() tariff.Condition {
		var c tariff.Condition
		if r.IntN(2) == 0 {
			c.Time = []calendar.Window{{From: calendar.TimeOfDay(r.IntN(1440) * 60), To: 86400}}
		}
		if r.IntN(2) == 0 {
			c.Days = calendar.Weekdays(1 + r.IntN(126))
		}
		if r.IntN(3) == 0 {
			from := calendar.NewDate(2025, time.Month(1+r.IntN(12)), 1)
			before := from + 20
			c.DateFrom, c.DateBefore = &from, &before
		}
		if r.IntN(3) == 0 {
			c.Energy.From, c.Energy.Before = energy.Quantity(1+r.IntN(9))*energy.KWh, energy.Quantity(10+r.IntN(9))*energy.KWh
		}
		if r.IntN(3) == 0 {
			c.Duration.From, c.Duration.Before = int64(1+r.IntN(9))*60, int64(10+r.IntN(9))*60
		}
		return c
	}
	dimension := func(units ...tariff.Unit) tariff.Dimension {
		var d tariff.Dimension
		if len(units) > 1 {
			d.Grace = int64(r.IntN(3)) * 900
		}
		d.AtMost = maybe()
		for range 1 + r.IntN(2) {
			d.Rules = append(d.Rules, tariff.Rule{Price: price(), Per: units[r.IntN(len(units))], When: condition()})
		}
		return d
	}
	fed := tariff.Rule{Per: tariff.PerKWh, Feed: &tariff.FeedPrice{Feed: "spot-fr", Percentage: 1_100_000, Addition: price(), Floor: maybe(),
		Fallback: price(), FallbackPercentage: tariff.Whole}}
	d := tariff.Document{Name: name, Title: map[string]string{"en": `A "title"`, "fr": "Été"}, Currency: "EUR", Terms: tariff.Terms(r.IntN(2)),
		Dimensions: [tariff.Kinds]tariff.Dimension{tariff.Energy: dimension(tariff.PerKWh),
			tariff.Charging: dimension(tariff.PerMinute, tariff.PerHour), tariff.Idle: dimension(tariff.PerHour, tariff.PerMinute),
			tariff.Export: {Rules: []tariff.Rule{fed, {Price: -price(), Per: tariff.PerKWh}}}}}
	if r.IntN(2) == 0 {
		d.Taxes = []tariff.Tax{{Name: "VAT", Rate: 200000}}
		d.Total.AtLeast = maybe()
		d.FailedStart = tariff.FailedStart{Energy: 200 * energy.Wh, Duration: 120}
	} else {
		d.Total.AtMostPerDay = maybe()
	}
	return d
}

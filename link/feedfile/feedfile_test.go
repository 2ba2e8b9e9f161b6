package feedfile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kwote/domain/fault"
	"kwote/domain/feed"
)

var hourly = Options{Name: "spot", Currency: "EUR", Unit: feed.PerMWh, Length: 3600}

// slots tells a feed as "instant=price".
func slots(f feed.Feed) (out []string) {
	for _, s := range f.Slots {
		out = append(out, fmt.Sprintf("%s=%s", s.From, s.Value))
	}
	return out
}

func TestRead(t *testing.T) {
	zipped := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const day = "2026-05-03T"
	for name, c := range map[string]struct {
		text   string
		change func(*Options)
		want   []string
	}{
		"plain":          {"time,price\n2026-05-03T10:00:00Z,85.34\n2026-05-03T11:00:00+00:00,-5\n", nil, []string{day + "10:00:00Z=0.08534", day + "11:00:00Z=-0.005"}},
		"any order":      {"price,time\n2,2026-05-03T13:00+02:00\n1,2026-05-03 10:00:00Z\n", nil, []string{day + "10:00:00Z=0.001", day + "11:00:00Z=0.002"}},
		"gzip":           {zipped("time,price\n2026-05-03T10:00:00Z,85.34\n"), nil, []string{day + "10:00:00Z=0.08534"}},
		"a mark first":   {"\ufefftime;price\n2026-05-03T10:00:00Z;85.34\n", nil, []string{day + "10:00:00Z=0.08534"}},
		"no end":         {"time,price\r\n2026-05-03T10:00:00Z, 85.34 ", nil, []string{day + "10:00:00Z=0.08534"}},
		"twice the same": {"time,price\n2026-05-03T10:00:00Z,1\n2026-05-03T12:00:00+02:00,1.00\n", nil, []string{day + "10:00:00Z=0.001"}},
		"portal":         {"SpotPriceEUR,HourDK,HourUTC,PriceArea,SpotPriceDKK\n10.07,2019-01-01T01:00:00,2019-01-01T00:00:00+00:00,DK2,75.2\n", nil, []string{"2019-01-01T00:00:00Z=0.01007"}},
		"the other currency": {"SpotPriceEUR,HourDK,HourUTC,PriceArea,SpotPriceDKK\n10.07,2019-01-01T01:00:00,2019-01-01T00:00:00+00:00,DK2,75.2\n",
			func(o *Options) { o.Currency = "DKK" }, []string{"2019-01-01T00:00:00Z=0.0752"}},
		"named columns":       {"a,b,c\nx,2026-05-03T10:00:00Z,0.30\n", func(o *Options) { o.Time, o.Price, o.Unit = "b", "c", feed.PerKWh }, []string{day + "10:00:00Z=0.30"}},
		"unit of the heading": {"Datetime,Price (EUR/MWh)\n2026-05-03 10:00:00,41.88\n", func(o *Options) { o.Unit, o.Zone = "", "UTC" }, []string{day + "10:00:00Z=0.04188"}},
		"quarters":            {"from,value\n2026-05-03T10:15:00Z,1000\n", func(o *Options) { o.Length = 900 }, []string{day + "10:15:00Z=1.00"}},
	} {
		o := hourly
		if c.change != nil {
			c.change(&o)
		}
		f, err := ReadFrom(strings.NewReader(c.text), o)
		if err != nil || !slices.Equal(slots(f.Feed), c.want) || f.Feed.Name != "spot" || f.Feed.Currency != o.Currency || f.Feed.Length != o.Length {
			t.Errorf("%s: reads %q, %v; want %q", name, slots(f.Feed), err, c.want)
		}
	}
	f, err := ReadFrom(strings.NewReader("time,price\n2026-05-03T10:00:00Z,1\n2026-05-03T11:00:00Z,\n2026-05-03T12:00:00Z,3\n"), hourly)
	if err != nil || f.Rows != 3 || f.Empty != 1 || len(f.Feed.Slots) != 2 {
		t.Errorf("with a row without a price: %+v, %v", f, err)
	}
	if _, err := Read(t.TempDir()+"/none.csv", hourly); fault.As(err) == nil || fault.As(err).Code != "file_unreadable" {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestLocalTimes reads times without an offset around the changes of the
// clocks in Berlin: 2026-03-29 skips 02:00, 2026-10-25 repeats it.
func TestLocalTimes(t *testing.T) {
	local := hourly
	local.Zone = "Europe/Berlin"
	read := func(rows ...string) File {
		t.Helper()
		f, err := ReadFrom(strings.NewReader("time,price\n"+strings.Join(rows, "\n")+"\n"), local)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	check := func(what string, f File, skipped int, want ...string) {
		t.Helper()
		if got := slots(f.Feed); !slices.Equal(got, want) || f.Skipped != skipped {
			t.Errorf("%s: %q with %d skipped, want %q", what, got, f.Skipped, want)
		}
	}
	check("spring", read("2026-03-29 01:00,1000", "2026-03-29 02:00,2000", "2026-03-29 03:00,3000"), 1, "2026-03-29T00:00:00Z=1.00", "2026-03-29T01:00:00Z=3.00")
	check("autumn in one row", read("2026-10-25 01:00,1000", "2026-10-25 02:00,2000", "2026-10-25 03:00,3000"), 0,
		"2026-10-24T23:00:00Z=1.00", "2026-10-25T00:00:00Z=2.00", "2026-10-25T01:00:00Z=2.00", "2026-10-25T02:00:00Z=3.00")
	check("autumn in two rows", read("2026-10-25 02:00,2000", "2026-10-25 02:00,2500", "2026-10-25 03:00,3000"), 0,
		"2026-10-25T00:00:00Z=2.00", "2026-10-25T01:00:00Z=2.50", "2026-10-25T02:00:00Z=3.00")
	check("an offset wins over the zone", read("2026-10-25T02:00:00+01:00,2000"), 0, "2026-10-25T01:00:00Z=2.00")
	local.Length = 900
	check("quarters in autumn", read("2026-10-25 02:00,1000", "2026-10-25 02:15,2000", "2026-10-25 02:00,3000", "2026-10-25 02:15,4000"), 0,
		"2026-10-25T00:00:00Z=1.00", "2026-10-25T00:15:00Z=2.00", "2026-10-25T01:00:00Z=3.00", "2026-10-25T01:15:00Z=4.00")
}

func TestRefusals(t *testing.T) {
	const heading = "time,price\n"
	local := func(o *Options) { o.Zone = "Europe/Berlin" }
	for name, c := range map[string]struct {
		text        string
		change      func(*Options)
		code, field string
	}{
		"nothing":                  {"", nil, "file_empty", "file"},
		"only a heading":           {heading, nil, "feed_empty", "file"},
		"no time":                  {"when,price\n", nil, "column_unclear", "time"},
		"two times":                {"time,hour,price\n", nil, "column_unclear", "time"},
		"two prices":               {"time,price,value\n", nil, "column_unclear", "price"},
		"no such column":           {heading, func(o *Options) { o.Price = "cost" }, "column_unknown", "price"},
		"no unit":                  {heading, func(o *Options) { o.Unit = "" }, "feed_unit_unknown", "unit"},
		"another unit":             {"time,Price (EUR/kWh)\n", nil, "feed_unit_differs", "unit"},
		"another currency":         {"time,Price (NOK/MWh)\n", nil, "feed_currency_differs", "currency"},
		"no currency":              {heading, func(o *Options) { o.Currency = "" }, "currency_unknown", "currency"},
		"no name":                  {heading, func(o *Options) { o.Name = "Spot" }, "feed_name_malformed", "name"},
		"slots of 20 min":          {heading, func(o *Options) { o.Length = 1200 }, "feed_slot_length", "slot"},
		"no slots":                 {heading, func(o *Options) { o.Length = 0 }, "feed_slot_length", "slot"},
		"an unknown zone":          {heading, func(o *Options) { o.Zone = "Berlin" }, "zone_unknown", "timezone"},
		"no offset":                {heading + "2026-05-03T10:00:00Z,1\n2026-05-03 11:00:00,1\n", nil, "offset_missing", "line 3"},
		"no time in a row":         {heading + "yesterday,1\n", nil, "instant_malformed", "line 2"},
		"no price in a row":        {heading + "2026-05-03T10:00:00Z,cheap\n", nil, "feed_value_malformed", "line 2"},
		"a comma for a point":      {"time;price\n2026-05-03T10:00:00Z;\"1,5\"\n", nil, "feed_value_malformed", "line 2"},
		"off the grid":             {heading + "2026-05-03T10:00:00Z,1\n2026-05-03T10:15:00Z,1\n", nil, "feed_slot_off_grid", "line 3"},
		"two prices for an hour":   {heading + "2026-05-03T10:00:00Z,1\n\n2026-05-03T12:00:00+02:00,2\n", nil, "feed_slot_contradicts", "line 4"},
		"three rows for two hours": {heading + strings.Repeat("2026-10-25 02:00,1\n", 3), local, "feed_slot_contradicts", "line 4"},
		"too many columns":         {heading + "2026-05-03T10:00:00Z,1,2\n", nil, "feed_row_malformed", "line 2"},
		"a stray quote":            {heading + "2026-05-03T10:00:00Z,\"1\n", nil, "feed_row_malformed", "line 2"},
		"long ago":                 {heading + "0001-01-01T00:00:00Z,1\n", nil, "feed_slot_out_of_time", "slots"},
		"long ago by local time":   {heading + "0001-01-01 00:00,1\n", local, "feed_slot_out_of_time", "slots"},
		"a cut file":               {"\x1f\x8b\x08", nil, "file_cut", "file"},
	} {
		o := hourly
		if c.change != nil {
			c.change(&o)
		}
		_, err := ReadFrom(strings.NewReader(c.text), o)
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Code != c.code || f.Field != c.field {
			t.Errorf("%s: %v, want %s about %s", name, err, c.code, c.field)
		}
	}
}

// FuzzReadFrom reads anything: it must end, and what it takes is a normal feed.
func FuzzReadFrom(f *testing.F) {
	f.Add("time,price\n2026-05-03T10:00:00Z,85.34\n")
	f.Add("Datetime;Price (EUR/MWh)\n2026-10-25 02:00:00;-1\n2026-10-25 02:00:00;2\n")
	f.Fuzz(func(t *testing.T, text string) {
		o := hourly
		o.Zone = "Europe/Berlin"
		file, err := ReadFrom(strings.NewReader(text), o)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		if again, err := feed.Normalise(file.Feed); err != nil || !slices.Equal(again.Slots, file.Feed.Slots) {
			t.Fatalf("not normal: %v", err)
		}
	})
}

package sessionfile_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/session"
	"kwote/link/sessionfile"
)

const (
	unified = "source,session_id,user_id,station_id,tz,start_utc,end_utc,start_local,end_local,kwh,charge_min,fee,currency\n"
	row1    = "perth,s1,u1,st1,Europe/London,2018-05-04T10:00:00Z,2018-05-04T11:30:00Z,,,7.78,45.5,0.0,GBP\n"
	row2    = "perth,s2,,st2,Europe/London,2018-05-04T12:00:00+01:00,,,,,,,\n"
	line1   = `{"id": "a1", "start": 1770000000, "step": 300, "wh": [1000, 0, 250.5, 0], "station": "st", "user": "u", "timezone": "Europe/Berlin"}` + "\n"
	rarer   = `"export": [0, 250.5], "charges": [{"at": 1770000000, "percent": 40}, {"at": 1770000300, "percent": 62.5}], ` +
		`"modes": [{"at": 1770000100, "mode": "boosted"}], "pauses": [{"from": 1770000200, "to": 1770000260}], "reservation": {"from": 1769999000, "to": 1769999900}`
	nobody = `{"id": "none", "start": 1770000000, "step": 300, "wh": [], "reservation": {"from": 1769999000, "to": 1770000000, "expired": true}}` + "\n"
	line2  = `{"id": 42, "start": 1770000000, "step": 300, "wh": []}` + "\n"
)

func read(text string) ([]session.Raw, error) {
	var all []session.Raw
	err := sessionfile.ReadFrom(strings.NewReader(text), func(r session.Raw) bool {
		all = append(all, r)
		return true
	})
	return all, err
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadTable(t *testing.T) {
	for name, text := range map[string]string{
		"plain": unified + row1 + row2, "gzip": zipped(t, unified+row1+row2), "without the last line feed": unified + row1 + strings.TrimSuffix(row2, "\n"),
		"Windows": strings.ReplaceAll("\ufeff"+unified+row1+row2, "\n", "\r\n"), "quoted": "\ufeff\"source\"" + strings.TrimPrefix(unified, "source") + row1 + row2,
	} {
		all, err := read(text)
		if err != nil || len(all) != 2 {
			t.Fatalf("%s: %d records, %v", name, len(all), err)
		}
		a, b := all[0], all[1]
		if a.Line != 2 || a.Source != "perth" || a.ExternalID != "s1" || a.UserID != "u1" || a.StationID != "st1" || a.Zone != "Europe/London" || a.Malformed != nil ||
			a.Start.String() != "2018-05-04T10:00:00Z" || a.End.String() != "2018-05-04T11:30:00Z" || *a.Energy != 7780*energy.Wh || *a.Charging != 2730 || a.Step != 0 {
			t.Errorf("%s: the first record reads as %+v", name, a)
		}
		if b.Line != 3 || b.UserID != "" || b.Start.String() != "2018-05-04T11:00:00Z" || b.End != nil || b.Energy != nil || b.Charging != nil || b.Malformed != nil {
			t.Errorf("%s: the second record reads as %+v", name, b)
		}
	}
	few := "tz,kwh,end_utc,start_utc,station_id,session_id,source\nEurope/London,1,2018-05-04T11:00:00Z,2018-05-04T10:00:00Z,st,s,perth\n"
	if all, err := read(few); err != nil || len(all) != 1 || all[0].ExternalID != "s" || all[0].Malformed != nil || all[0].Charging != nil {
		t.Errorf("columns in another order, optional ones left out: %+v, %v", all, err)
	}
}

func TestReadLines(t *testing.T) {
	for name, text := range map[string]string{
		"plain": line1 + line2, "gzip": zipped(t, line1+line2), "without the last line feed": line1 + strings.TrimSuffix(line2, "\n"),
		"with blank lines": line1 + "\n  \n" + line2 + "\n\n", "byte order mark": "\ufeff" + line1 + line2,
	} {
		all, err := read(text)
		if err != nil || len(all) != 2 {
			t.Fatalf("%s: %d records, %v", name, len(all), err)
		}
		a, b := all[0], all[1]
		if a.Line != 1 || a.ExternalID != "a1" || a.StationID != "st" || a.UserID != "u" || a.Zone != "Europe/Berlin" || a.Malformed != nil || a.Step != 300 ||
			*a.Start != 1770000000 || *a.End != 1770001200 || fmt.Sprint(a.Intervals) != "[1.000 0.000 0.2505 0.000]" {
			t.Errorf("%s: the first record reads as %+v", name, a)
		}
		if b.ExternalID != "42" || *b.Start != *b.End || b.Malformed != nil {
			t.Errorf("%s: the second record reads as %+v", name, b)
		}
	}
}

// TestReadRarerFields: what few sources tell reaches the facts.
func TestReadRarerFields(t *testing.T) {
	all, err := read(more(rarer) + nobody)
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	const start = calendar.Instant(1770000000)
	wants := []session.Facts{{Start: start, End: start + 600, Readings: []session.Reading{{At: start}, {At: start + 300, Import: energy.KWh}, {At: start + 600, Import: energy.KWh}},
		Exports: []session.Reading{{At: start}, {At: start + 300}, {At: start + 600, Import: 250_500_000}},
		Charges: []session.Charge{{At: start, Level: 400}, {At: start + 300, Level: 625}}, Modes: []session.ModeChange{{At: start + 100, Mode: session.Boosted}},
		Pauses: []session.Stretch{{From: start + 200, To: start + 260}}, Reserved: &session.Reservation{From: start - 1000, To: start - 100}},
		{Start: start, End: start, Readings: []session.Reading{{At: start}}, Reserved: &session.Reservation{From: start - 1000, To: start, Expired: true}}}
	for i, want := range wants {
		f, warnings, problem := session.Admit(all[i], func(string) bool { return true })
		if problem != nil || len(warnings) > 0 || !f.Equal(want) {
			t.Errorf("record %d is %+v, %v, %v; want %+v", i, f, warnings, problem, want)
		}
	}
}

// TestReadmeExamples: every line and every field that the README shows is read
// and admitted.
func TestReadmeExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var lines, fields []string
	for line := range strings.Lines(string(readme)) {
		if text, ok := strings.CutPrefix(line, "    {"); ok {
			lines = append(lines, "{"+text)
		}
		if cells := strings.Split(line, "`"); strings.HasPrefix(line, "| `") && len(cells) > 3 && strings.ContainsAny(cells[3][:1], "[{") {
			fields = append(fields, fmt.Sprintf("%q: %s", cells[1], cells[3]))
		}
	}
	if len(lines) != 2 || len(fields) != 4 {
		t.Fatalf("found lines %q and fields %q", lines, fields)
	}
	all, err := read(strings.Join(lines, "") + `{"id": "x", "start": 1770769500, "step": 300, "wh": [639, 558], ` + strings.Join(fields, ", ") + "}\n")
	if err != nil || len(all) != 3 {
		t.Fatalf("%d records, %v", len(all), err)
	}
	for _, r := range all {
		f, _, problem := session.Admit(r, func(string) bool { return true })
		if problem != nil {
			t.Errorf("%s is put aside: %+v", r.Text, *problem)
		}
		if r.Line == 3 && (len(f.Charges) != 1 || len(f.Modes) != 1 || len(f.Pauses) != 1 || f.Reserved == nil) {
			t.Errorf("%s is read as %+v", r.Text, f)
		}
	}
}

// more is a line with further fields.
func more(fields string) string {
	return `{"id": "x", "start": 1770000000, "step": 300, "wh": [1000, 0], ` + fields + "}\n"
}

func TestMalformedRecords(t *testing.T) {
	csv := func(id, start, end, kwh, minutes string) string {
		return fmt.Sprintf("perth,%s,u,st,Europe/London,%s,%s,,,%s,%s,,\n", id, start, end, kwh, minutes)
	}
	const at = "2018-05-04T10:00:00Z"
	tables := map[string]struct{ record, field string }{
		"no identifier":            {csv("", at, at, "1", ""), "session_id"},
		"a start that is none":     {csv("x", "04/05/2018 10:00", at, "1", ""), "start_utc"},
		"an end without an offset": {csv("x", at, "2018-05-04T10:00:00", "1", ""), "end_utc"},
		"30 February":              {csv("x", "2018-02-30T10:00:00Z", at, "1", ""), "start_utc"},
		"energy in words":          {csv("x", at, at, "much", ""), "kwh"},
		"energy with an exponent":  {csv("x", at, at, "1e3", ""), "kwh"},
		"NaN":                      {csv("x", at, at, "NaN", ""), "kwh"},
		"energy beyond counting":   {csv("x", at, at, "99999999999999999999", ""), "kwh"},
		"charging time in words":   {csv("x", at, at, "1", "long"), "charge_min"},
		"too few fields":           {"perth,x\n", "line"},
		"one field":                {"perth\n", "line"},
		"too many fields":          {strings.TrimSuffix(csv("x", at, at, "1", ""), "\n") + ",more\n", "line"},
		"a stray quote":            {"perth,x\"y,u,st,Europe/London," + at + "," + at + ",,,1,,,\n", "line"},
		"a stray quote at once":    {"pe\"rth,x,u,st,Europe/London," + at + "," + at + ",,,1,,,\n", "line"},
		"text after a quote":       {"\"perth\"x,x,u,st,Europe/London," + at + "," + at + ",,,1,,,\n", "line"},
	}
	lines := map[string]struct{ record, field string }{
		"not JSON":                {"{id: 1}\n", "line"},
		"a list":                  {"[1]\n", "line"},
		"no identifier":           {`{"start": 1, "step": 1, "wh": [1]}` + "\n", "id"},
		"null for an identifier":  {`{"id": null, "start": 1, "step": 1, "wh": [1]}` + "\n", "id"},
		"a list for a identifier": {`{"id": ["x"], "start": 1, "step": 1, "wh": [1]}` + "\n", "id"},
		"no start":                {`{"id": "x", "step": 1, "wh": [1]}` + "\n", "start"},
		"a start before 1970":     {`{"id": "x", "start": -1, "step": 1, "wh": [1]}` + "\n", "start"},
		"a start in milliseconds": {`{"id": "x", "start": 1770000000000, "step": 1, "wh": [1]}` + "\n", "start"},
		"a start with decimals":   {`{"id": "x", "start": 1.5, "step": 1, "wh": [1]}` + "\n", "line"},
		"no step":                 {`{"id": "x", "start": 1, "wh": [1]}` + "\n", "step"},
		"no time in a step":       {`{"id": "x", "start": 1, "step": 0, "wh": [1]}` + "\n", "step"},
		"a negative step":         {`{"id": "x", "start": 1, "step": -300, "wh": [1]}` + "\n", "step"},
		"a step beyond counting":  {`{"id": "x", "start": 1, "step": 9223372036854775807, "wh": [1]}` + "\n", "step"},
		"too many intervals":      {`{"id": "x", "start": 1, "step": 1, "wh": [` + strings.Repeat("0,", 100_000) + "0]}\n", "wh"},
		"null for energy":         {`{"id": "x", "start": 1, "step": 1, "wh": [1, null]}` + "\n", "wh[1]"},
		"energy with an exponent": {`{"id": "x", "start": 1, "step": 1, "wh": [1e308]}` + "\n", "wh[0]"},
		"energy beyond counting":  {`{"id": "x", "start": 1, "step": 1, "wh": [1000000000]}` + "\n", "wh[0]"},
		"energy too fine":         {`{"id": "x", "start": 1, "step": 1, "wh": [0.0000001]}` + "\n", "wh[0]"},
		"words for energy":        {`{"id": "x", "start": 1, "step": 1, "wh": ["much"]}` + "\n", "line"},
		"fewer exports":           {more(`"export": [1]`), "export"},
		"exports without energy":  {`{"id": "x", "start": 1, "step": 1, "wh": [], "export": [1]}` + "\n", "export"},
		"export too fine":         {more(`"export": [1, 0.0000001]`), "export[1]"},
		"charge in words":         {more(`"charges": [{"at": 1770000000, "percent": "half"}]`), "line"},
		"charge too fine":         {more(`"charges": [{"at": 1770000000, "percent": 50}, {"at": 1770000000, "percent": 50.05}]`), "charges[1].percent"},
		"charge without a time":   {more(`"charges": [{"percent": 50}]`), "charges[0].at"},
		"charge in milliseconds":  {more(`"charges": [{"at": 1770000000000, "percent": 50}]`), "charges[0].at"},
		"an unknown mode":         {more(`"modes": [{"at": 1770000000, "mode": "wild"}]`), "modes[0].mode"},
		"any mode":                {more(`"modes": [{"at": 1770000000, "mode": ""}]`), "modes[0].mode"},
		"mode between seconds":    {more(`"modes": [{"at": 1770000000.5, "mode": "boosted"}]`), "modes[0].at"},
		"pause without an end":    {more(`"pauses": [{"from": 1770000000}]`), "pauses[0].to"},
		"pause before 1970":       {more(`"pauses": [{"from": -1, "to": 1770000000}]`), "pauses[0].from"},
		"reservation of nothing":  {more(`"reservation": {}`), "reservation.from"},
		"reservation in words":    {more(`"reservation": "yes"`), "line"},
		"too many pauses":         {more(`"pauses": [` + strings.Repeat("{},", 100_000) + `{}]`), "line"},
	}
	for name, c := range tables {
		wantOneMalformed(t, "table, "+name, unified+row1+c.record+row2, 3, c.field)
		wantOneMalformed(t, "table, last, "+name, unified+row1+row2+c.record, 4, c.field)
	}
	for name, c := range lines {
		wantOneMalformed(t, "lines, "+name, line1+c.record+line2, 2, c.field)
		wantOneMalformed(t, "lines, last, "+name, line1+line2+c.record, 3, c.field)
	}
}

// wantOneMalformed reads a file of which one of three records has a fault.
func wantOneMalformed(t *testing.T, name, text string, line int, field string) {
	t.Helper()
	all, err := read(text)
	if err != nil || len(all) != 3 {
		t.Errorf("%s: %d records, %v", name, len(all), err)
		return
	}
	for _, r := range all {
		switch {
		case r.Line != line && r.Malformed != nil:
			t.Errorf("%s: line %d, which is well, is malformed: %+v", name, r.Line, *r.Malformed)
		case r.Line != line:
		case r.Malformed == nil:
			t.Errorf("%s: accepted as %+v", name, r)
		case r.Malformed.Field != field || r.Malformed.Reason != session.Unreadable || r.Malformed.Message == "":
			t.Errorf("%s: %+v, want a fault at %s", name, *r.Malformed, field)
		}
		if _, _, problem := session.Admit(r, func(string) bool { return true }); r.Line == line && problem == nil {
			t.Errorf("%s: admitted", name)
		}
	}
}

func TestCutFile(t *testing.T) {
	table, lines := unified+row1+strings.Replace(row1, "s1", "s3", 1), line1+line2+line1
	for name, text := range map[string]string{
		"table in the middle of a record": table[:len(table)-30],
		"lines in the middle of a record": lines[:len(lines)-30],
		"gzip":                            zipped(t, strings.Repeat(table, 100))[:200],
		"gzip of lines":                   zipped(t, lines)[:60],
		"gzip, only its beginning":        "\x1f\x8b\x08",
		"gzip without its end":            strings.TrimSuffix(zipped(t, table), zipped(t, table)[len(zipped(t, table))-8:]),
		"gzip with a changed byte":        changed(zipped(t, table+strings.Repeat(row1+row2, 500))),
	} {
		if _, err := read(text); fault.As(err) == nil || fault.As(err).Code != "file_cut" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for cut := 1; cut < len(table)-1; cut++ {
		all, err := read(table[:cut])
		wantNoHalfRecord(t, table[:cut], all, err)
	}
	for cut := 1; cut < len(lines)-1; cut++ {
		all, err := read(lines[:cut])
		wantNoHalfRecord(t, lines[:cut], all, err)
		if whole := strings.HasSuffix(lines[:cut], "\n") || strings.HasSuffix(lines[:cut], "}"); err == nil && !whole {
			t.Errorf("cut after %q: no error", lines[max(0, cut-20):cut])
		}
	}
}

// changed spoils a byte in the middle of the compressed data.
func changed(s string) string {
	b := []byte(s)
	b[len(b)/2] ^= 0xff
	return string(b)
}

// wantNoHalfRecord: what is left of a cut record is an error or malformed,
// unless the cut fell into or after its last fields.
func wantNoHalfRecord(t *testing.T, text string, all []session.Raw, err error) {
	t.Helper()
	if err != nil {
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Message == "" {
			t.Errorf("cut after %q: %v is not a sentence", text[max(0, len(text)-20):], err)
		}
		return
	}
	for _, r := range all {
		if r.Malformed == nil && (r.Start == nil || r.End == nil) {
			t.Errorf("cut after %q: half a record %+v", text[max(0, len(text)-20):], r)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"empty":                 {"", "file_empty"},
		"only line feeds":       {"\n\n", "file_empty"},
		"only a mark":           {"\ufeff", "file_empty"},
		"empty gzip":            {zipped(t, ""), "file_empty"},
		"columns missing":       {"source,session_id\n", "columns_missing"},
		"another kind of file":  {"<html><body>\"x\" y</body></html>\n", "heading_unreadable"},
		"a quote left open":     {unified + "\"perth,s0,u1\n" + row1 + row1 + row2, "quote_open"},
		"an endless line":       {line1 + `{"id": "` + strings.Repeat("x", 5<<20) + `"}`, "line_too_long"},
		"a quote open in names": {"\"source,session_id\nx,y\n", "heading_unreadable"},
	} {
		_, err := read(c.text)
		if f := fault.As(err); f == nil || f.Code != c.code || f.Kind != fault.Invalid {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	missing := filepath.Join(t.TempDir(), "missing.csv")
	if err := sessionfile.Read(missing, nil); !fault.Is(err, fault.NotFound) || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), missing) {
		t.Errorf("a missing file: %v", err)
	}
	if err := sessionfile.Read(t.TempDir(), func(session.Raw) bool { return true }); fault.As(err) == nil || fault.As(err).Code != "file_unreadable" {
		t.Errorf("a folder: %v", err)
	}
	short := filepath.Join(t.TempDir(), "short.csv")
	if err := os.WriteFile(short, []byte("source\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sessionfile.Read(short, nil); fault.As(err) == nil || !strings.Contains(err.Error(), short) || !strings.Contains(err.Error(), "session_id") {
		t.Errorf("the error does not name the file and what is missing: %v", err)
	}
}

func TestReadStops(t *testing.T) {
	for _, text := range []string{unified + row1 + row2 + row1, line1 + line2 + line1, unified + "short\n" + row1} {
		n := 0
		if err := sessionfile.ReadFrom(strings.NewReader(text), func(session.Raw) bool { n++; return false }); err != nil || n != 1 {
			t.Errorf("%d records after the first was enough, %v", n, err)
		}
	}
}

func TestRecordsAreKept(t *testing.T) {
	all, err := read(unified + row1 + strings.ReplaceAll(row1, "s1", "zz") + "perth,yy\n" + row2)
	if err != nil || len(all) != 4 || all[0].ExternalID != "s1" || all[1].ExternalID != "zz" || all[2].ExternalID != "yy" || !strings.HasPrefix(all[0].Text, "perth,s1,") {
		t.Errorf("records change after they were handed on: %+v, %v", all, err)
	}
}

// FuzzRead feeds anything to the reader: no panic, and what is admitted is
// normal.
func FuzzRead(f *testing.F) {
	f.Add([]byte(unified + row1 + row2))
	f.Add([]byte(line1 + line2))
	f.Add([]byte(more(rarer) + nobody))
	f.Add([]byte("session_id,source,tz,start_utc,end_utc,kwh,station_id\nx\n\"\n"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		err := sessionfile.ReadFrom(bytes.NewReader(text), func(r session.Raw) bool {
			facts, _, problem := session.Admit(r, func(name string) bool { return name != "" })
			if problem != nil {
				if problem.Reason == "" || problem.Message == "" {
					t.Errorf("put aside without a reason: %+v", *problem)
				}
				return true
			}
			if r.ExternalID == "" {
				t.Errorf("admitted without an identifier: %+v", r)
			}
			n, err := session.Normalise(facts)
			if err != nil || !n.Equal(facts) || n.Energy() < 0 || n.EnergyAt((n.Start+n.End)/2) > n.Energy() || n.Duration() <= 0 && !n.NoShow() {
				t.Errorf("admitted, but %+v, %v", n, err)
			}
			return true
		})
		if err != nil && fault.As(err) == nil {
			t.Errorf("an error without a sentence: %v", err)
		}
	})
}

package sessionfile_test

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/money"
	"kwote/domain/pricing"
	"kwote/domain/session"
	"kwote/domain/tariff"
	"kwote/link/sessionfile"
)

const root = "../.."

// realData is a file of the folder of real data, which is not part of the
// repository.
func realData(t *testing.T, name string) string {
	t.Helper()
	shared := os.Getenv("KWOTE_SHARED")
	if shared == "" {
		shared = filepath.Join(root, "..", "shared")
	}
	file := filepath.Join(shared, "data", filepath.FromSlash(name))
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the real sessions of %s are not on this machine: set KWOTE_SHARED to the folder that holds data/%s", filepath.Base(name), name)
	}
	return file
}

func compiled(t *testing.T, name, zone string) *pricing.Compiled {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", "tariffs", name))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tariff.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	z, err := calendar.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	return pricing.Compile(pricing.TariffRef{}, doc, z)
}

func priced(t *testing.T, c *pricing.Compiled, facts session.Facts) pricing.Receipt {
	t.Helper()
	facts, err := session.Normalise(facts)
	if err != nil {
		t.Fatal(err)
	}
	r, err := pricing.Price(c, facts, pricing.Context{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// known loads each zone once.
func known() func(string) bool {
	zones := map[string]bool{}
	return func(name string) bool {
		ok, seen := zones[name]
		if !seen {
			_, err := calendar.LoadZone(name)
			ok = err == nil
			zones[name] = ok
		}
		return ok
	}
}

// TestYardstick prices the 20,000 metered sessions whose sums are known.
func TestYardstick(t *testing.T) {
	file := realData(t, "yardstick/sessions.jsonl.gz")
	c := compiled(t, "yardstick.yaml", "Europe/Berlin")
	sum := money.Amount{Currency: "EUR"}
	energyOnly := sum
	var exact money.Exact
	sessions, berlin := 0, func(string) bool { return true }
	err := sessionfile.Read(file, func(raw session.Raw) bool {
		raw.Zone = "Europe/Berlin"
		facts, _, problem := session.Admit(raw, berlin)
		if problem != nil {
			t.Errorf("line %d: %s", raw.Line, problem.Message)
			return false
		}
		r := priced(t, c, facts)
		sessions++
		sum = must(sum.Add(r.Total))
		exact = must(exact.Add(r.Exact))
		var part money.Exact
		for _, l := range r.Lines {
			if l.Dimension == tariff.Energy {
				part = must(part.Add(l.Exact))
			}
		}
		energyOnly = must(energyOnly.Add(must(part.Round("EUR", money.HalfUp))))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if sessions != 20000 || sum.String() != "217154.13" || exact.String() != "217154.05209000" {
		t.Errorf("%d sessions cost %s (unrounded %s), want 20000, 217154.13 and 217154.052090", sessions, sum, exact)
	}
	if energyOnly.String() != "182568.63" {
		t.Errorf("energy alone costs %s, want 182568.63", energyOnly)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestUnifiedSessions counts what is usable of 182,269 real sessions.
func TestUnifiedSessions(t *testing.T) {
	file := realData(t, "sessions_unified/sessions.csv.gz")
	if testing.Short() {
		t.Skip("reads 182,269 sessions: not with -short")
	}
	isZone := known()
	reasons, warnings := map[string]int{}, map[string]int{}
	rows, usable := 0, 0
	err := sessionfile.Read(file, func(raw session.Raw) bool {
		rows++
		facts, doubts, problem := session.Admit(raw, isZone)
		if problem != nil {
			reasons[problem.Reason]++
			return true
		}
		usable++
		for _, w := range doubts {
			warnings[w]++
		}
		if _, err := session.Normalise(facts); err != nil {
			t.Errorf("line %d: admitted, but %v", raw.Line, err)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows, %d usable, put aside %v, warnings %v", rows, usable, reasons, warnings)
	if rows != 182269 || usable != 179880 || warnings[session.WarnNoEnergy] != 4418 {
		t.Errorf("%d rows, %d usable, %d without energy; want 182269, 179880, 4418", rows, usable, warnings[session.WarnNoEnergy])
	}
}

// paid is a session of the workplace study with what its driver really paid.
type paid struct {
	id    string
	facts session.Facts
	hours *big.Rat
	fee   money.Exact
}

// TestWorkplaceFees prices the sessions of the workplace study under the tariff
// that its drivers had: those over four hours and no others cost something.
func TestWorkplaceFees(t *testing.T) {
	sessions := workplace(t, realData(t, "workplace_asensio/station_data_dataverse.csv"))
	c := compiled(t, "workplace-asensio.yaml", "America/Chicago")
	four := big.NewRat(4, 1)
	var over, same, within5, within25 int
	var ours, theirs money.Exact
	var worst []string
	for _, s := range sessions {
		r := priced(t, c, s.facts)
		if long := s.facts.Duration() > 4*3600; long != (r.Total.Minor > 0) || long != (s.hours.Cmp(four) > 0) || long != (s.fee.Sign() > 0) {
			t.Errorf("session %s of %s h costs %s and was paid with %s", s.id, s.hours.FloatString(4), r.Total, s.fee)
		}
		if s.fee.Sign() == 0 {
			continue
		}
		over++
		ours, theirs = must(ours.Add(r.Total.Exact())), must(theirs.Add(s.fee))
		off := must(r.Total.Exact().Sub(s.fee)).Rat()
		switch off.Abs(off); {
		case off.Cmp(big.NewRat(1, 200)) < 0:
			same++
		case off.Cmp(big.NewRat(1, 20)) <= 0:
			within5++
		case off.Cmp(big.NewRat(1, 4)) <= 0:
			within25++
		default:
			worst = append(worst, fmt.Sprintf("%s: %s h, ours %s, paid %s", s.id, s.hours.FloatString(2), r.Total, s.fee.Decimal(2)))
		}
	}
	if len(sessions) != 3395 || over != 379 {
		t.Errorf("%d sessions, %d of them with a fee; want 3395 and 379", len(sessions), over)
	}
	t.Logf("of %d fees %d are the same to the cent, %d more within 0.05, %d more within 0.25, %d further off; in sum ours are %s, paid were %s",
		over, same, within5, within25, len(worst), ours.Decimal(2), theirs.Decimal(2))
	for _, w := range worst[:min(len(worst), 10)] {
		t.Log(w)
	}
}

func workplace(t *testing.T, file string) []paid {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int { return slices.Index(records[0], name) }
	chicago := must(time.LoadLocation("America/Chicago"))
	at := func(s string) calendar.Instant {
		// The study writes its years 0014 and 0015.
		return calendar.Of(must(time.ParseInLocation(time.DateTime, "20"+strings.TrimPrefix(s, "00"), chicago)))
	}
	var out []paid
	for _, r := range records[1:] {
		s := paid{id: r[column("sessionId")], facts: session.Facts{Start: at(r[column("created")]), End: at(r[column("ended")])}}
		s.hours, _ = new(big.Rat).SetString(r[column("chargeTimeHrs")])
		s.fee = must(money.ParseExact(r[column("dollars")]))
		s.facts.Readings = []session.Reading{{At: s.facts.End, Import: must(energy.ParseKWh(r[column("kwhTotal")]))}}
		out = append(out, s)
	}
	return out
}

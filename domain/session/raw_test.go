package session

import (
	"slices"
	"strings"
	"testing"

	"kwote/domain/calendar"
	"kwote/domain/energy"
)

func onlyParis(name string) bool { return name == "Europe/Paris" }

// closed is a usable summed session of an hour with 10 kWh.
func closed(change func(*Raw)) Raw {
	start, end, q := day, day+3600, 10*energy.KWh
	r := Raw{Line: 7, ExternalID: "s", Zone: "Europe/Paris", Start: &start, End: &end, Energy: &q}
	change(&r)
	return r
}

func instant(i calendar.Instant) *calendar.Instant { return &i }
func kWh(q energy.Quantity) *energy.Quantity       { q *= energy.KWh; return &q }
func seconds(s int64) *int64                       { return &s }

func TestAdmitReasons(t *testing.T) {
	for name, c := range map[string]struct {
		change        func(*Raw)
		reason, field string
	}{
		"usable":            {func(r *Raw) {}, "", ""},
		"zero energy":       {func(r *Raw) { r.Energy = kWh(0) }, "", ""},
		"never closed":      {func(r *Raw) { r.End = nil }, NeverClosed, "end"},
		"no start":          {func(r *Raw) { r.Start = nil }, Unreadable, "start"},
		"neither":           {func(r *Raw) { r.Start, r.End = nil, nil }, Unreadable, "start"},
		"zero length":       {func(r *Raw) { r.End = instant(day) }, ZeroLength, "end"},
		"negative length":   {func(r *Raw) { r.End = instant(day - 1) }, NegativeLength, "end"},
		"no energy known":   {func(r *Raw) { r.Energy = nil }, EnergyMissing, "kwh"},
		"negative energy":   {func(r *Raw) { r.Energy = kWh(-1) }, EnergyNegative, "kwh"},
		"unknown zone":      {func(r *Raw) { r.Zone = "Europe/Atlantis" }, ZoneUnknown, "tz"},
		"no zone":           {func(r *Raw) { r.Zone = "" }, ZoneUnknown, "tz"},
		"malformed":         {func(r *Raw) { r.Malformed = &Problem{Unreadable, "kwh", "?"}; r.End = nil }, Unreadable, "kwh"},
		"negative interval": {func(r *Raw) { r.Step, r.Intervals = 1800, []energy.Quantity{energy.Wh, -energy.Wh} }, EnergyNegative, "wh[1]"},
		"countless": {func(r *Raw) {
			r.Step, r.Intervals = 1800, []energy.Quantity{1<<63 - 1, 1}
		}, Unreadable, "wh[1]"},
		"given back below zero": {func(r *Raw) {
			r.Step, r.Intervals, r.Exports = 1800, []energy.Quantity{0, 0}, []energy.Quantity{0, -energy.Wh}
		}, EnergyNegative, "export[1]"},
		"charged above full":   {func(r *Raw) { r.Charges = []Charge{{day, 1001}} }, "charge_out_of_range", "charges"},
		"a mode without name":  {func(r *Raw) { r.Modes = []ModeChange{{At: day}} }, "mode_unknown", "modes"},
		"a pause backwards":    {func(r *Raw) { r.Pauses = []Stretch{{day + 9, day}} }, "pause_ends_before_start", "pauses"},
		"reserved after start": {func(r *Raw) { r.Reserved = &Reservation{From: day, To: day + 1} }, "reservation_after_start", "reservation"},
		"expired, but charged": {func(r *Raw) { r.Reserved = &Reservation{From: day - 9, To: day, Expired: true} }, "reservation_expired_with_session", "reservation"},
		"reserved, no length":  {func(r *Raw) { r.End, r.Reserved = instant(day), &Reservation{From: day - 9, To: day} }, ZeroLength, "end"},
		"expired": {func(r *Raw) {
			r.End, r.Energy, r.Reserved = instant(day), kWh(0), &Reservation{From: day - 9, To: day, Expired: true}
		}, "", ""},
		"length before zone": {func(r *Raw) { r.End, r.Zone = nil, "" }, NeverClosed, "end"},
	} {
		_, _, problem := Admit(closed(c.change), onlyParis)
		switch {
		case problem == nil && c.reason == "":
		case problem == nil:
			t.Errorf("%s is admitted", name)
		case problem.Reason != c.reason || problem.Field != c.field || problem.Message == "" || strings.Contains(problem.Message, "0x"):
			t.Errorf("%s: %+v, want %s at %s", name, *problem, c.reason, c.field)
		}
	}
}

func TestAdmitWarnings(t *testing.T) {
	week := day + 7*86400
	for name, c := range map[string]struct {
		change func(*Raw)
		want   []string
	}{
		"nothing doubtful":    {func(r *Raw) {}, nil},
		"no energy":           {func(r *Raw) { r.Energy = kWh(0) }, []string{WarnNoEnergy}},
		"a week exactly":      {func(r *Raw) { r.End = instant(week) }, nil},
		"a second more":       {func(r *Raw) { r.End = instant(week + 1) }, []string{WarnLongerWeek}},
		"200 kWh exactly":     {func(r *Raw) { r.Energy = kWh(200) }, nil},
		"a µWh more":          {func(r *Raw) { q := 200*energy.KWh + 1; r.Energy = &q }, []string{WarnAbove200kWh}},
		"400 kW exactly":      {func(r *Raw) { r.End, r.Energy = instant(day+900), kWh(100) }, nil},
		"above 400 kW":        {func(r *Raw) { r.End, r.Energy = instant(day+899), kWh(100) }, []string{WarnAbove400kW}},
		"everything at once":  {func(r *Raw) { r.Energy = kWh(500_000); r.End = instant(week + 1) }, []string{WarnLongerWeek, WarnAbove200kWh, WarnAbove400kW}},
		"nobody came":         {func(r *Raw) { r.End, r.Energy, r.Reserved = instant(day), kWh(0), &Reservation{day - 9, day, true} }, nil},
		"metered, but no kWh": {func(r *Raw) { r.Step, r.Intervals = 1800, []energy.Quantity{0, 0} }, []string{WarnNoEnergy}},
	} {
		_, got, problem := Admit(closed(c.change), onlyParis)
		if problem != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: warnings %v, %v; want %v", name, got, problem, c.want)
		}
	}
}

func TestAdmitFacts(t *testing.T) {
	half := day + 1800
	end := day + 3600
	for name, c := range map[string]struct {
		change   func(*Raw)
		readings []Reading
		changes  []Change
	}{
		"charging to the end":          {func(r *Raw) {}, []Reading{{day, 0}, {end, 10 * energy.KWh}}, nil},
		"charging half the time":       {func(r *Raw) { r.Charging = seconds(1800) }, []Reading{{day, 0}, {half, 10 * energy.KWh}, {end, 10 * energy.KWh}}, []Change{{half, Idle}}},
		"charging longer than there":   {func(r *Raw) { r.Charging = seconds(7200) }, []Reading{{day, 0}, {end, 10 * energy.KWh}}, nil},
		"no charging time, but energy": {func(r *Raw) { r.Charging = seconds(0) }, []Reading{{day, 0}, {end, 10 * energy.KWh}}, nil},
		"negative charging time":       {func(r *Raw) { r.Charging = seconds(-60) }, []Reading{{day, 0}, {end, 10 * energy.KWh}}, nil},
		"never charged":                {func(r *Raw) { r.Charging, r.Energy = seconds(0), kWh(0) }, []Reading{{day, 0}, {end, 0}}, []Change{{day, Idle}}},
		"intervals": {func(r *Raw) { r.Step, r.Intervals = 900, []energy.Quantity{energy.KWh, 0, energy.KWh, 0} },
			[]Reading{{day, 0}, {day + 900, energy.KWh}, {half, energy.KWh}, {day + 2700, 2 * energy.KWh}, {end, 2 * energy.KWh}}, []Change{{day + 2700, Idle}}},
		"intervals to the end": {func(r *Raw) { r.Step, r.Intervals = 1800, []energy.Quantity{0, energy.KWh} },
			[]Reading{{day, 0}, {half, 0}, {end, energy.KWh}}, nil},
	} {
		f, _, problem := Admit(closed(c.change), onlyParis)
		if problem != nil || !slices.Equal(f.Readings, c.readings) || !slices.Equal(f.Changes, c.changes) {
			t.Errorf("%s: %+v, %v; want %v, %v", name, f, problem, c.readings, c.changes)
		}
		if n, err := Normalise(f); err != nil || !slices.Equal(n.Readings, c.readings) || !slices.Equal(n.Changes, c.changes) {
			t.Errorf("%s: admitted facts are not normal: %+v, %v", name, n, err)
		}
	}
}

// TestAdmitKeepsWhatFewTell: what a source knows beyond energy is in the facts,
// in normal form.
func TestAdmitKeepsWhatFewTell(t *testing.T) {
	r := closed(func(r *Raw) {
		r.Step, r.Intervals, r.Exports = 900, []energy.Quantity{energy.KWh, 0, 0, 0}, []energy.Quantity{0, 0, energy.Wh, 0}
		r.Charges = []Charge{{day + 100, 510}, {day, 500}}
		r.Modes = []ModeChange{{day + 900, Boosted}, {day - 5, Optimised}}
		r.Pauses = []Stretch{{day + 3000, day + 9000}, {day + 900, day + 950}}
		r.Reserved = &Reservation{From: day - 600, To: day - 60}
	})
	f, warnings, problem := Admit(r, onlyParis)
	want := Facts{Start: day, End: day + 3600,
		Readings: []Reading{{At: day}, {day + 900, energy.KWh}, {day + 1800, energy.KWh}, {day + 2700, energy.KWh}, {day + 3600, energy.KWh}},
		Changes:  []Change{{day + 2700, Idle}}, // giving back is not idle
		Exports:  []Reading{{At: day}, {day + 1800, 0}, {day + 2700, energy.Wh}, {day + 3600, energy.Wh}},
		Charges:  []Charge{{day, 500}, {day + 100, 510}}, Modes: []ModeChange{{day, Optimised}, {day + 900, Boosted}},
		Pauses: []Stretch{{day + 900, day + 950}, {day + 3000, day + 3600}}, Reserved: &Reservation{From: day - 600, To: day - 60}}
	if problem != nil || len(warnings) > 0 || !f.Equal(want) {
		t.Errorf("%+v, %v, %v; want %+v", f, warnings, problem, want)
	}
}

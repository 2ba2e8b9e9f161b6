package place

import (
	"slices"
	"testing"

	"kwote/domain/assign"
	"kwote/domain/energy"
	"kwote/domain/fault"
)

func TestValidate(t *testing.T) {
	location := Location{Name: "Gare", Country: "FR", TimeZone: "Europe/Paris"}
	evse := EVSE{LocationID: "l", ExternalID: "FR*KWO*E1", Current: AC, MaxPower: 22 * energy.KW, Access: assign.Public}
	for name, c := range map[string]struct {
		err    error
		fields []string
	}{
		"location":                {location.Validate(), nil},
		"empty location":          {Location{}.Validate(), []string{"name", "country", "timeZone"}},
		"country in words":        {Location{Name: "x", Country: "France", TimeZone: "UTC"}.Validate(), []string{"country"}},
		"country small":           {Location{Name: "x", Country: "fr", TimeZone: "UTC"}.Validate(), []string{"country"}},
		"country nowhere":         {Location{Name: "x", Country: "XX", TimeZone: "UTC"}.Validate(), []string{"country"}},
		"country untold":          {Location{Name: "x", Country: UnknownCountry, TimeZone: "UTC"}.Validate(), nil},
		"zone unknown":            {Location{Name: "x", Country: "FR", TimeZone: "Europe/Atlantis"}.Validate(), []string{"timeZone"}},
		"zone of here":            {Location{Name: "x", Country: "FR", TimeZone: "Local"}.Validate(), []string{"timeZone"}},
		"evse":                    {evse.Validate(), nil},
		"evse by name":            {EVSE{LocationID: "l", Name: "A1", Current: DC, Access: assign.Private}.Validate(), nil},
		"evse of unknown current": {EVSE{LocationID: "l", Name: "A1", Access: assign.Public}.Validate(), nil},
		"empty evse":              {EVSE{}.Validate(), []string{"locationId", "externalId", "access"}},
		"negative power":          {EVSE{LocationID: "l", Name: "A1", Current: "ac", MaxPower: -1, Access: assign.Restricted}.Validate(), []string{"current", "maxPowerKw"}},
	} {
		if c.fields == nil {
			if c.err != nil {
				t.Errorf("%s: %v", name, c.err)
			}
			continue
		}
		var got []string
		if f := fault.As(c.err); f != nil && f.Kind == fault.Invalid {
			for _, i := range f.Issues {
				got = append(got, i.Field)
			}
		}
		if !slices.Equal(got, c.fields) {
			t.Errorf("%s: findings at %v, want %v", name, got, c.fields)
		}
	}
}

func TestKnownCountry(t *testing.T) {
	n := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if KnownCountry(string([]rune{a, b})) {
				n++
			}
		}
	}
	if n != 249+1 {
		t.Errorf("%d codes are known, want the 249 of ISO 3166-1 and ZZ", n)
	}
	for code, want := range map[string]bool{"FR": true, "GB": true, "US": true, "ZZ": true, "UK": false, "EU": false, "XX": false, "fr": false, "": false, " A": false, "D ": false, "FRA": false} {
		if KnownCountry(code) != want {
			t.Errorf("KnownCountry(%q) is %v", code, !want)
		}
	}
}

func TestNamesAndIDs(t *testing.T) {
	location := Location{Name: " \t", ExternalID: "..", City: "a\x00", Country: "FR", TimeZone: "UTC"}
	evse := EVSE{LocationID: "l", Name: " ", ExternalID: "E1\n", Current: AC, Access: assign.Public}
	for _, c := range []struct {
		err  error
		want []string
	}{{location.Validate(), []string{"name", "externalId", "city"}}, {evse.Validate(), []string{"name", "externalId"}}} {
		var got []string
		if f := fault.As(c.err); f != nil {
			for _, i := range f.Issues {
				got = append(got, i.Field)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("findings at %v, want %v", got, c.want)
		}
	}
	if got := (Location{Name: " Gare "}.Trimmed().Name); got != "Gare" {
		t.Errorf("a trimmed name is %q", got)
	}
}

package catalog_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kwote/app/catalog"
	"kwote/domain/assign"
	"kwote/domain/fault"
)

var update = flag.Bool("update", false, "write what ReadFile finds into testdata/files")

const findings = "-- findings --\n"

// TestReadFileRefuses holds every file of testdata/files against the findings
// written below it: code, field, sentence.
func TestReadFileRefuses(t *testing.T) {
	paths, err := filepath.Glob("testdata/files/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			src, want, _ := strings.Cut(string(text), findings)
			_, err = catalog.ReadFile([]byte(src))
			got := told(err)
			if got == want {
				return
			}
			if *update {
				if err := os.WriteFile(path, []byte(src+findings+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("found\n%swant\n%s", got, want)
		})
	}
}

func told(err error) string {
	f := fault.As(err)
	if f == nil {
		return "none\n"
	}
	var b strings.Builder
	b.WriteString(f.Code + ": " + f.Message + "\n")
	for _, i := range f.Issues {
		b.WriteString(strings.TrimRight("  "+i.Code+" "+i.Field, " ") + ": " + i.Message + "\n")
	}
	return b.String()
}

func TestReadFile(t *testing.T) {
	f := read(t, `
tariffs:
  - {tariff: rapid, currency: EUR, prices: with tax, energy: [{price: 0.49/kWh}]}
groups:
  - group: public
    position: -3
    attach: [{network: main}, {partner: mall, location: lyon}, {evse: "FR*KWO*E1"}]
    tariffs:
      - {tariff: rapid, for: everyone}
      - tariff: rapid
        for: {everyone: true, adHoc: true, roaming: true, ownerUsers: true, groups: [staff, fleet], partnerUsers: mall, access: [public, private]}
  - {group: second, title: Zweite, attach: [], tariffs: {tariff: rapid, for: {adHoc: true}}}
`)
	if len(f.Tariffs) != 1 || f.Tariffs[0].Name != "rapid" || len(f.Groups) != 2 {
		t.Fatalf("read %+v", f)
	}
	g := f.Groups[0]
	if g.Name != "public" || g.Title != "public" || g.Position != -3 {
		t.Errorf("first group is %+v", g)
	}
	var attached []string
	for _, a := range g.Attach {
		attached = append(attached, a.Scope.String()+" "+a.ID)
	}
	if got := strings.Join(attached, ", "); got != "network main, partner mall, location lyon, evse FR*KWO*E1" {
		t.Errorf("attached to %s", got)
	}
	want := []assign.Audience{{Everyone: true}, {Everyone: true, AdHoc: true, Roaming: true, OwnerUsers: true, Groups: []string{"staff", "fleet"},
		PartnerUsers: []string{"mall"}, Access: []assign.Access{assign.Public, assign.Private}}}
	for i, e := range g.Entries {
		if e.Tariff != "rapid" || !reflect.DeepEqual(e.Audience, want[i]) {
			t.Errorf("entry %d is %+v, want %+v", i, e.Audience, want[i])
		}
	}
	if g := f.Groups[1]; g.Title != "Zweite" || len(g.Attach) != 0 || len(g.Entries) != 1 || !g.Entries[0].Audience.AdHoc {
		t.Errorf("second group is %+v", g)
	}

	single := read(t, `{"tariff": "slow", "currency": "EUR", "prices": "no tax", "energy": [{"price": "0.19/kWh"}]}`)
	if len(single.Tariffs) != 1 || single.Tariffs[0].Name != "slow" || len(single.Groups) != 0 {
		t.Errorf("a file with a single tariff reads %+v", single)
	}
}

// TestRealNetworkFile holds the published example against the reader.
func TestRealNetworkFile(t *testing.T) {
	src, err := os.ReadFile("../../examples/tariffs/real-network.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if f := read(t, string(src)); len(f.Tariffs) != 4 || len(f.Groups) != 4 {
		t.Errorf("the example holds %d tariffs and %d groups", len(f.Tariffs), len(f.Groups))
	}
}

package tariff_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"kwote/domain/tariff"
	"kwote/domain/tariff/tarifftest"
)

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := tarifftest.Document().Draw(t, "tariff")
		text := tariff.Encode(d)
		if !json.Valid(text) {
			t.Fatalf("not JSON:\n%s", text)
		}
		back, err := tariff.Decode(text)
		if err != nil {
			t.Fatalf("what Encode wrote is refused: %v\n%s", err, text)
		}
		if !reflect.DeepEqual(back, d) {
			t.Fatalf("%+v reads back as %+v\n%s", d, back, text)
		}
		if again := tariff.Encode(back); !bytes.Equal(again, text) {
			t.Fatalf("encoded again:\n%s\nwas\n%s", again, text)
		}
	})
}

// TestCanonicalForm reads files as people write them and what Encode makes of
// each.
func TestCanonicalForm(t *testing.T) {
	files, err := filepath.Glob("testdata/accepted/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d cases in testdata/accepted, %v", len(files), err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := tariff.Decode(src)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		golden := strings.TrimSuffix(name, ".yaml") + ".json"
		if *rewriteFindings {
			if err := os.WriteFile(golden, tariff.Encode(d), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got := tariff.Encode(d); !bytes.Equal(got, want) {
			t.Errorf("%s is written as\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestSchemaAcceptsWhatIsWritten holds the canonical form of any tariff to the
// published schema.
func TestSchemaAcceptsWhatIsWritten(t *testing.T) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(tariff.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:kwote:tariff", parsed); err != nil {
		t.Fatal(err)
	}
	s := c.MustCompile("urn:kwote:tariff")
	rapid.Check(t, func(t *rapid.T) {
		text := tariff.Encode(tarifftest.Document().Draw(t, "tariff"))
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Fatalf("the schema refuses\n%s\n%v", text, err)
		}
	})
}

// FuzzDecode feeds anything to Decode. What it accepts must round-trip.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"../../examples/tariffs/*.yaml", "testdata/accepted/*.yaml", "testdata/refused/*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			if info, err := os.Stat(name); err != nil || info.Size() > 4096 {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := tariff.Decode(src)
		if err != nil {
			if err.Error() == "" {
				t.Error("a refusal without a sentence")
			}
			return
		}
		text := tariff.Encode(d)
		back, err := tariff.Decode(text)
		if err != nil {
			t.Fatalf("what Encode wrote is refused: %v\n%s", err, text)
		}
		if !reflect.DeepEqual(back, d) {
			t.Fatalf("%+v reads back as %+v\n%s", d, back, text)
		}
		if again := tariff.Encode(back); !bytes.Equal(again, text) {
			t.Fatalf("encoded again:\n%s\nwas\n%s", again, text)
		}
	})
}

package tariff_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

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

// FuzzDecode feeds anything to Decode. What it accepts must round-trip.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"../../examples/tariffs/*.yaml", "testdata/refused/*.txt"} {
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

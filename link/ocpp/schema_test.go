package ocpp

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"kwote/domain/tariff/tarifftest"
)

// official is the schema of SetDefaultTariffRequest as the Open Charge Alliance
// publishes it, which is not part of the repository.
func official(t *testing.T) *jsonschema.Schema {
	t.Helper()
	shared := os.Getenv("KWOTE_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	const name = "data/ocpp_json_schemas/ocpp/v21/schemas/SetDefaultTariffRequest.json"
	file, err := os.Open(filepath.Join(shared, filepath.FromSlash(name)))
	if err != nil {
		t.Skipf("the official schemas of OCPP 2.1 are not on this machine: set KWOTE_SHARED to the folder that holds %s", name)
	}
	defer file.Close()
	parsed, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:ocpp:tariff", parsed); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:ocpp:tariff")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOfficialSchema writes any document there can be; what comes out is valid
// whatever was lost.
func TestOfficialSchema(t *testing.T) {
	schema := official(t)
	written := 0
	check := func(t *rapid.T) {
		x, _, err := FromDocument(tarifftest.Document().Draw(t, "document"), "")
		if err != nil {
			return
		}
		written++
		src, err := x.Encode()
		if err != nil {
			t.Fatal(err)
		}
		message, err := jsonschema.UnmarshalJSON(bytes.NewReader(append(append([]byte(`{"evseId": 0, "tariff": `), src...), '}')))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(message); err != nil {
			t.Fatalf("%s\n%s", err, src)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 5 { // so that a short run, too, writes enough
			check(t)
		}
	})
	if written < 20 {
		t.Errorf("only %d documents could be written; the schema was hardly used", written)
	}
}

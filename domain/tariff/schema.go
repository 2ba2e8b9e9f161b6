package tariff

import (
	_ "embed"
	"slices"
)

//go:embed tariff.schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of the tariff document. It says
// what a document may look like; what contradicts itself (a lower bound above
// an upper, a currency that does not exist) only Decode knows. It is strict in
// spelling where Decode is lenient: one space between a number and its unit,
// no null and no empty text for a field that could be left out.
func Schema() []byte { return slices.Clone(schema) }

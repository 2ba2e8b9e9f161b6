// Package ocpi owns what Kwote says and hears in OCPI 2.1.1, 2.2.1 and 2.3.0:
// the wire form of tariffs and charge detail records, the reading of untidy
// ones, and their translation to and from tariff documents and priced records.
// Which price holds when is pricing's to say; what OCPI sums up in its own way
// (step_size, limits, tax, totals of a record) is summed up here. It speaks to
// nobody.
//
// Invariants, and the test that proves each:
//   - a tariff that OCPI can say comes back from a Kwote document with the same
//     meaning (TestRoundTrip);
//   - what a target cannot say is a Loss, never silence (TestLosses);
//   - what is doubtful is a Warning with its path where the meaning is certain
//     and a refusal where it is not (TestUntidy, TestRefused);
//   - a condition that nobody knows is a warning and a Loss
//     (TestUnknownRestrictionIsLost), and a tax that a tariff leaves open stays
//     open (TestTaxLeftOpen);
//   - a priced record's lines add up to its total (FuzzReadCDR), which is what
//     a person works out (TestCDRCases), whichever of two ways counts it
//     (TestTallyAgreesWithEngine);
//   - whoever prices a record that was issued here gets our receipt
//     (TestIssuedRecordGivesTheReceipt);
//   - no hostile document makes reading panic or run away (TestHostile,
//     TestHostileCDRs, FuzzReadTariff, FuzzReadCDR).
package ocpi

import (
	"fmt"

	"kwote/domain/fault"
)

// Version is a version of OCPI.
type Version string

// The versions that are read and written.
const (
	V211 Version = "2.1.1"
	V221 Version = "2.2.1"
	V230 Version = "2.3.0"
)

// ParseVersion reads "2.1.1", "2.2.1" or "2.3.0"; 2.2 is read as 2.2.1, whose
// objects are the same.
func ParseVersion(s string) (Version, error) {
	switch v := Version(s); v {
	case V211, V221, V230:
		return v, nil
	case "2.2":
		return V221, nil
	}
	return "", fault.At(fault.Invalid, "ocpi_version_unknown", "ocpi", fmt.Sprintf("%q is no version of OCPI that is read; write 2.1.1, 2.2.1 or 2.3.0", s))
}

// Warning is a finding that did not stop the reading: a stable code, a
// sentence, and the JSON path in the message.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Path    string `json:"path"`
}

// Loss is something that a translation could not carry over: a stable code, the
// path in the source, and a sentence.
type Loss struct {
	Code    string `json:"code"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

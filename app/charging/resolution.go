package charging

import (
	"encoding/json"

	"kwote/domain/assign"
	"kwote/domain/money"
	"kwote/domain/query"
)

// Resolution says which tariff was found for a driver at a charge point and
// why. It is kept with every receipt, with names as they were at the time, so
// it needs nothing else to be read.
type Resolution struct {
	Rule       assign.Precedence `json:"rule"`
	Tariff     string            `json:"tariff,omitempty"`    // empty: none was found
	Version    int               `json:"version,omitempty"`   // number
	VersionID  string            `json:"versionId,omitempty"` //
	Reason     string            `json:"reason"`              // stable code, see the Won constants
	Conflict   bool              `json:"conflict,omitempty"`  // level under the rule: the lower total was taken
	Candidates []Candidate       `json:"candidates"`
	// Reference is set when prices had to be compared before a session
	// existed: for which session they were.
	Reference *Reference `json:"reference,omitempty"`
}

// Candidate is one tariff of a group that hangs on the place, in order.
type Candidate struct {
	GroupID string        `json:"groupId"`
	Group   string        `json:"group"`
	Scope   string        `json:"scope"`
	PlaceID string        `json:"placeId"`
	Tariff  string        `json:"tariff"`
	Matched bool          `json:"matched"`
	Why     assign.Reason `json:"why"`
	Won     bool          `json:"won,omitempty"`
	Total   string        `json:"total,omitempty"` // where prices were compared
}

// Reference is the session for which prices were compared.
type Reference struct {
	EnergyKWh string `json:"energyKwh"`
	Seconds   int64  `json:"seconds"`
}

// The reasons for which a tariff wins, or none does.
const (
	WonLastInOrder  = "last_in_order"
	WonMostSpecific = "most_specific"
	WonLowestTotal  = "lowest_total"
	WonOnlyMatch    = "only_match"
	WonDefault      = "network_default"
	NoTariff        = "no_tariff"          // nothing matches and the network has no default
	NoVersion       = "no_version_in_time" // the tariff has no version that holds, and is valid, at the start
	MixedCurrencies = "mixed_currencies"   // the lowest total cannot be told across currencies
)

// resolution turns an answer into the document, before prices have spoken.
func resolution(a assign.Answer, groups []assign.Group) Resolution {
	r := Resolution{Rule: a.Rule, Conflict: a.Conflict, Candidates: make([]Candidate, len(a.Candidates))}
	matched := 0
	for i, c := range a.Candidates {
		r.Candidates[i] = Candidate{GroupID: c.GroupID, Scope: c.Scope.String(), PlaceID: c.PlaceID, Tariff: c.Tariff, Matched: c.Matched, Why: c.Why}
		for _, g := range groups {
			if g.ID == c.GroupID {
				r.Candidates[i].Group = g.Name
			}
		}
		if c.Matched {
			matched++
		}
	}
	switch {
	case matched == 0:
		r.Reason = NoTariff
	case matched == 1:
		r.Reason = WonOnlyMatch
	case a.Conflict || a.Rule == assign.Cheapest:
		r.Reason = WonLowestTotal
	case a.Rule == assign.MostSpecific:
		r.Reason = WonMostSpecific
	default:
		r.Reason = WonLastInOrder
	}
	return r
}

// won marks the winner.
func (r *Resolution) won(a assign.Answer, v query.TariffVersion) {
	r.Tariff, r.Version, r.VersionID = v.Document.Name, v.Number, v.ID
	for _, i := range a.Finalists {
		if a.Candidates[i].Tariff == v.Document.Name {
			r.Candidates[i].Won = true
			return
		}
	}
}

// compared notes the total of a finalist.
func (r *Resolution) compared(a assign.Answer, tariff string, total money.Amount) {
	for _, i := range a.Finalists {
		if a.Candidates[i].Tariff == tariff {
			r.Candidates[i].Total = total.String()
		}
	}
}

func (r Resolution) document() []byte {
	raw, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings, booleans and integers always have a JSON form
	}
	return raw
}

// ReadResolution reads the document kept with a receipt.
func ReadResolution(raw []byte) (Resolution, error) {
	var r Resolution
	if len(raw) == 0 {
		return r, nil
	}
	return r, json.Unmarshal(raw, &r)
}

package money

import (
	"fmt"
	"sort"
)

// Mode says where a half goes.
type Mode uint8

const (
	// HalfUp rounds halves away from zero (EN 16931, commercial rounding).
	HalfUp Mode = iota
	// HalfEven rounds halves to the even neighbour.
	HalfEven
)

// Policy is a named way of rounding a priced session.
type Policy struct {
	Mode    Mode
	PerLine bool // each line is rounded and the total is their sum
}

// DefaultPolicy rounds the exact total once, halves away from zero.
var DefaultPolicy = Policy{}

var policyNames = map[string]Policy{
	"half-up on total":   {HalfUp, false},
	"half-even on total": {HalfEven, false},
	"half-up per line":   {HalfUp, true},
	"half-even per line": {HalfEven, true},
}

// PolicyNames lists the names that ParsePolicy accepts, sorted.
func PolicyNames() []string {
	names := make([]string, 0, len(policyNames))
	for n := range policyNames {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// ParsePolicy finds a policy by name.
func ParsePolicy(name string) (Policy, error) {
	p, ok := policyNames[name]
	if !ok {
		return Policy{}, fmt.Errorf("rounding policy %q is unknown; the policies are %q", name, PolicyNames())
	}
	return p, nil
}

// String is the policy's name.
func (p Policy) String() string {
	for n, q := range policyNames {
		if p == q {
			return n
		}
	}
	return "unknown"
}

// Allocate shares total minor units over the parts, into as many shares, so that
// they add up to total and each is its part's floor or ceiling in minor units (largest
// remainder; on equal remainders the earlier part comes first). The total must
// be the parts' sum rounded in some direction, else the difference cannot be
// shared and an error is returned.
func Allocate(shares []Amount, total Amount, parts []Exact) error {
	var few [16]uint64
	rests := few[:]
	if len(parts) > len(few) {
		rests = make([]uint64, len(parts))
	}
	left, uneven := total.Minor, int64(0)
	for i, p := range parts {
		minor, rest, err := p.floor(total.Currency)
		if err != nil {
			return err
		}
		shares[i] = Amount{minor, total.Currency}
		rests[i] = rest
		left -= minor
		if rest > 0 {
			uneven++
		}
	}
	if left < 0 || left > uneven {
		return fmt.Errorf("cannot share %s over %d parts: they do not add up to it", total, len(parts))
	}
	for ; left > 0; left-- {
		most := 0
		for i, rest := range rests[:len(parts)] {
			if rest > rests[most] {
				most = i
			}
		}
		shares[most].Minor++
		rests[most] = 0
	}
	return nil
}

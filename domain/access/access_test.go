package access

import (
	"testing"

	"kwote/domain/fault"
)

var every = []Action{Read, ChangePlaces, ChangePeople, ChangePrices, RecordSessions, ChangeAccess, StepClock}

func TestNobodyMayNothing(t *testing.T) {
	for name, a := range map[string]Actor{
		"nobody": {}, "staff without roles": {Kind: Staff, ID: "1"}, "a key without roles": {Kind: Key, ID: "1"},
		"a driver": {Kind: User, ID: "1", Roles: []Role{Owner}}, "an unknown kind": {Kind: "root", Roles: []Role{Owner}},
		"an unknown role": {Kind: Staff, ID: "1", Roles: []Role{"admin"}},
	} {
		for _, action := range every {
			if a.May(action) || a.Check(action) == nil {
				t.Errorf("%s may %s", name, action)
			}
		}
	}
	if err := (Actor{}).Check(Read); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("nobody is told %v, not to sign in", err)
	}
	if err := (Actor{Kind: Staff, Roles: []Role{ReadOnly}}).Check(ChangePrices); !fault.Is(err, fault.Denied) {
		t.Errorf("a reader is told %v", err)
	}
}

func TestRoles(t *testing.T) {
	may := map[Role]map[Action]bool{
		Owner:    {Read: true, ChangePlaces: true, ChangePeople: true, ChangePrices: true, RecordSessions: true, ChangeAccess: true, StepClock: true},
		Pricing:  {Read: true, ChangePlaces: true, ChangePrices: true, RecordSessions: true},
		Finance:  {Read: true, RecordSessions: true},
		Support:  {Read: true, ChangePeople: true, RecordSessions: true},
		ReadOnly: {Read: true},
	}
	if len(may) != len(Roles) {
		t.Fatalf("%d roles, %d of them tested", len(Roles), len(may))
	}
	for role, actions := range may {
		for _, kind := range []Kind{Staff, Key} {
			for _, action := range every {
				a := Actor{Kind: kind, ID: "1", Roles: []Role{role}}
				if a.May(action) != actions[action] || (a.Check(action) == nil) != actions[action] {
					t.Errorf("%s with role %s may %s: %v", kind, role, action, a.May(action))
				}
			}
		}
	}
	both := Actor{Kind: Staff, Roles: []Role{ReadOnly, Support}}
	if !both.May(ChangePeople) || both.May(ChangePrices) {
		t.Error("roles do not add up")
	}
	for _, action := range every {
		if !Kwote.May(action) {
			t.Errorf("the system may not %s", action)
		}
	}
}

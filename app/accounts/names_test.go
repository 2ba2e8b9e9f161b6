package accounts_test

import (
	"testing"

	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/person"
)

func TestNames(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		for _, c := range []struct{ field, name, externalID, code string }{
			{"name", " \t", "X", "blank"}, {"name", "a\x00b", "X", "text_unreadable"}, {"externalId", "A", "  ", "external_id_invalid"},
			{"externalId", "A", ".", "external_id_invalid"}, {"externalId", "A", "x\ry", "external_id_invalid"},
		} {
			_, user := o.SaveUser(ctx, access.Kwote, person.User{Name: c.name, ExternalID: c.externalID})
			_, group := o.SaveGroup(ctx, access.Kwote, person.Group{Name: c.name, ExternalID: c.externalID})
			all := map[string]error{"user": user, "group": group}
			if c.field == "name" {
				_, all["staff"] = o.SaveStaff(ctx, access.Kwote, person.Staff{Name: c.name, Email: "x@example.org"})
				_, _, all["key"] = o.CreateKey(ctx, access.Kwote, c.name, []access.Role{access.ReadOnly}, 0)
			} else {
				_, all["token"] = o.SaveToken(ctx, access.Kwote, person.Token{UID: "04AA", Kind: person.RFID, ExternalID: c.externalID})
			}
			for what, err := range all {
				if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Field != c.field || f.Code != c.code && !(what == "key" && f.Code == "required") {
					t.Errorf("%s called %q %q: %v", what, c.name, c.externalID, err)
				}
			}
		}
		if _, err := o.SaveToken(ctx, access.Kwote, person.Token{UID: "  ", Kind: person.RFID}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a token of spaces: %v", err)
		}
		u, err := o.SaveUser(ctx, access.Kwote, person.User{Name: " Zoé "})
		g, err2 := o.SaveGroup(ctx, access.Kwote, person.Group{Name: "Club "})
		if err != nil || err2 != nil || u.Name != "Zoé" || g.Name != "Club" {
			t.Errorf("names are kept as %q and %q, %v, %v", u.Name, g.Name, err, err2)
		}
	})
}

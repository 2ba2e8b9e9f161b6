package storetest

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"kwote/domain/access"
	"kwote/domain/assign"
	"kwote/domain/calendar"
	"kwote/domain/energy"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/place"
	"kwote/domain/query"
	"kwote/domain/tariff"
	"kwote/store"
)

// aggregate is one kind of thing that can be saved, with two states of it, the
// ways to find it, and the field that must be unique.
type aggregate struct {
	name   string
	save   func(context.Context, *store.Tx, int64) error // at a version; 0 is the first state, else the second
	again  func(context.Context, *store.Tx) error        // a new one whose unique field is taken
	finds  []func(context.Context, *store.Tx) (any, error)
	states [2]any // as read back
	taken  string
}

// found makes a way to find out of a method and its argument.
func found[T any](method func(*store.Tx, context.Context, string) (T, error), arg string) func(context.Context, *store.Tx) (any, error) {
	return func(ctx context.Context, tx *store.Tx) (any, error) { return method(tx, ctx, arg) }
}

// of makes an aggregate of two states. clash makes of the first one another of
// which only the taken field is not new.
func of[T any](name, taken string, before, after T, version func(*T) *int64, clash func(*T),
	save func(*store.Tx, context.Context, T) error, finds ...func(context.Context, *store.Tx) (any, error)) aggregate {
	one, two, other := before, after, before
	*version(&one), *version(&two) = 1, 2
	clash(&other)
	return aggregate{name: name, taken: taken, finds: finds, states: [2]any{one, two},
		save: func(ctx context.Context, tx *store.Tx, v int64) error {
			s := before
			if v > 0 {
				s = after
			}
			*version(&s) = v
			return save(tx, ctx, s)
		},
		again: func(ctx context.Context, tx *store.Tx) error { return save(tx, ctx, other) }}
}

func aggregates() []aggregate {
	network := place.Network{ID: "n-1", ExternalID: "x-n", Name: "Réseau \"Nord\"", Precedence: assign.Cheapest, DefaultTariff: "standard"}
	network2 := network
	network2.Precedence, network2.DefaultTariff = assign.ByOrder, ""
	partner := place.Partner{ID: "p-1", ExternalID: "x-p", Name: "Hôtel 'Étoile'"}
	partner2 := partner
	partner2.Name = "Hôtel"
	location := place.Location{ID: "l-1", ExternalID: "x-l", NetworkID: "net", PartnerID: "p", Name: "Gare", Address: "1 rue", City: "Lyon",
		PostalCode: "69002", Country: "FR", Region: "ARA", TimeZone: "Europe/Paris"}
	location2 := location
	location2.Name, location2.TimeZone, location2.PartnerID = "Gare 2", "Europe/Oslo", ""
	evse := place.EVSE{ID: "e-1", ExternalID: "FR*KWO*E1", LocationID: "loc-0", Name: "Bay 1", Current: place.AC, MaxPower: 22 * energy.KW, Access: assign.Private}
	evse2 := evse
	evse2.Name, evse2.MaxPower, evse2.Access, evse2.Current = "", 0, assign.Restricted, place.DC
	group := person.Group{ID: "g-1", ExternalID: "x-g", Name: "Staff"}
	group2 := group
	group2.Name = "Personnel"
	user := person.User{ID: "u-1", ExternalID: "x-u", Name: "Ada", Email: "ada@example.org", Language: "fr", PartnerID: "p", Roaming: true, Groups: []string{"g-b", "g-a"}}
	user2 := user
	user2.Roaming, user2.Groups, user2.Email = false, nil, "ada@example.com"
	token := person.Token{ID: "t-1", ExternalID: "x-t", UID: "04A1", Kind: person.RFID, UserID: "u", Status: person.TokenValid}
	token2 := token
	token2.Status, token2.UserID = person.TokenLost, ""
	staff := person.Staff{ID: "s-1", Name: "Grace", Email: "grace@example.org", Language: "en", Roles: []string{"owner", "finance"}, PasswordHash: "$argon2id$x"}
	staff2 := staff
	staff2.Roles, staff2.PasswordHash = []string{"read-only"}, ""
	price := tariff.Tariff{ID: "ta-1", Name: "rapid", ExternalID: "x-ta"}
	price2 := price
	price2.ExternalID = ""
	spot := query.Feed{ID: "f-1", NetworkID: "net", Name: "spot", Currency: "EUR", Length: 3600, PushedAt: 70}
	spot2 := spot
	spot2.Length, spot2.PushedAt = 900, 90
	prices := assign.Group{ID: "tg-1", ExternalID: "x-tg", Name: "Members", Position: 3,
		Entries: []assign.Entry{
			{Tariff: "rapid", Audience: assign.Audience{Everyone: true, AdHoc: true, Roaming: true, OwnerUsers: true}},
			{Tariff: "staff", Audience: assign.Audience{Groups: []string{"a", "b"}, PartnerUsers: []string{"p"}, Access: []assign.Access{assign.Public}}}},
		Attached: []assign.Attachment{{Scope: assign.OnEVSE, PlaceID: "e"}, {Scope: assign.OnNetwork, PlaceID: "n"}}}
	prices2 := assign.Group{ID: "tg-1", ExternalID: "x-tg", Name: "Guests"}

	return []aggregate{
		of("network", "externalId", network, network2, func(v *place.Network) *int64 { return &v.Version }, func(v *place.Network) { v.ID = "another" },
			(*store.Tx).SaveNetwork, found((*store.Tx).Network, "n-1"), found((*store.Tx).NetworkByExternalID, "x-n")),
		of("partner", "externalId", partner, partner2, func(v *place.Partner) *int64 { return &v.Version }, func(v *place.Partner) { v.ID = "another" },
			(*store.Tx).SavePartner, found((*store.Tx).Partner, "p-1"), found((*store.Tx).PartnerByExternalID, "x-p")),
		of("location", "externalId", location, location2, func(v *place.Location) *int64 { return &v.Version }, func(v *place.Location) { v.ID = "another" },
			(*store.Tx).SaveLocation, found((*store.Tx).Location, "l-1"), found((*store.Tx).LocationByExternalID, "x-l")),
		of("evse", "externalId", evse, evse2, func(v *place.EVSE) *int64 { return &v.Version }, func(v *place.EVSE) { v.ID = "another" },
			(*store.Tx).SaveEVSE, found((*store.Tx).EVSE, "e-1"), found((*store.Tx).EVSEByExternalID, "FR*KWO*E1")),
		of("user_group", "externalId", group, group2, func(v *person.Group) *int64 { return &v.Version }, func(v *person.Group) { v.ID = "another" },
			(*store.Tx).SaveUserGroup, found((*store.Tx).UserGroup, "g-1"), found((*store.Tx).UserGroupByExternalID, "x-g")),
		of("user", "email", user, user2, func(v *person.User) *int64 { return &v.Version }, func(v *person.User) { v.ID, v.ExternalID = "another", "" },
			(*store.Tx).SaveUser, found((*store.Tx).User, "u-1"), found((*store.Tx).UserByExternalID, "x-u")),
		of("token", "uid", token, token2, func(v *person.Token) *int64 { return &v.Version }, func(v *person.Token) { v.ID, v.ExternalID = "another", "" },
			(*store.Tx).SaveToken, found((*store.Tx).Token, "t-1"), found((*store.Tx).TokenByUID, "04A1"), found((*store.Tx).TokenByExternalID, "x-t")),
		of("staff_account", "email", staff, staff2, func(v *person.Staff) *int64 { return &v.Version }, func(v *person.Staff) { v.ID = "another" },
			(*store.Tx).SaveStaff, found((*store.Tx).Staff, "s-1"), found((*store.Tx).StaffByEmail, "grace@example.org")),
		of("tariff", "name", price, price2, func(v *tariff.Tariff) *int64 { return &v.Version }, func(v *tariff.Tariff) { v.ID, v.ExternalID = "another", "" },
			(*store.Tx).SaveTariff, found((*store.Tx).Tariff, "ta-1"), found((*store.Tx).TariffByName, "rapid")),
		of("feed", "name", spot, spot2, func(v *query.Feed) *int64 { return &v.Version }, func(v *query.Feed) { v.ID = "another" },
			(*store.Tx).SaveFeed, func(ctx context.Context, tx *store.Tx) (any, error) { return tx.Feed(ctx, "net", "spot") }),
		of("tariff_group", "externalId", prices, prices2, func(v *assign.Group) *int64 { return &v.Version }, func(v *assign.Group) { v.ID = "another" },
			(*store.Tx).SaveTariffGroup, found((*store.Tx).TariffGroup, "tg-1"), found((*store.Tx).TariffGroupByExternalID, "x-tg")),
	}
}

// RoundTrips proves that what is saved reads back as it was, that a taken name
// is a conflict, that a version that moved is stale, and that what is not
// there is not found.
func RoundTrips(t *testing.T, db *store.DB) {
	ctx := t.Context()
	NewWorld(t, db)
	update(t, db, func(tx *store.Tx) error {
		for _, id := range []string{"g-a", "g-b"} {
			if err := tx.SaveUserGroup(ctx, person.Group{ID: id, Name: id}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, a := range aggregates() {
		t.Run(a.name, func(t *testing.T) { a.check(t, db) })
	}
}

func (a aggregate) check(t *testing.T, db *store.DB) {
	ctx := t.Context()
	reads := func(want any) {
		t.Helper()
		view(t, db, func(tx *store.Tx) error {
			for i, find := range a.finds {
				if got, err := find(ctx, tx); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("find %d gives %+v, %v\nwant %+v", i, got, err, want)
				}
			}
			return nil
		})
	}
	refuses := func(kind fault.Kind, code, field string, do func(*store.Tx) error) {
		t.Helper()
		f := fault.As(db.Update(ctx, do))
		if f == nil || f.Kind != kind || f.Code != code || f.Field != field {
			t.Errorf("got fault %+v, want kind %d, code %s, field %q", f, kind, code, field)
		}
	}
	refuses(fault.NotFound, a.name+"_not_found", "", func(tx *store.Tx) error { return a.save(ctx, tx, 1) })
	for _, find := range a.finds {
		refuses(fault.NotFound, a.name+"_not_found", "", func(tx *store.Tx) error { _, err := find(ctx, tx); return err })
	}
	update(t, db, func(tx *store.Tx) error { return a.save(ctx, tx, 0) })
	reads(a.states[0])
	refuses(fault.Conflict, "already_exists", a.taken, func(tx *store.Tx) error { return a.again(ctx, tx) })
	refuses(fault.Stale, "stale", "", func(tx *store.Tx) error { return a.save(ctx, tx, 2) })
	reads(a.states[0])
	update(t, db, func(tx *store.Tx) error { return a.save(ctx, tx, 1) })
	if a.name != "tariff" {
		reads(a.states[1])
	}
	refuses(fault.Stale, "stale", "", func(tx *store.Tx) error { return a.save(ctx, tx, 1) })
}

// Accounts proves that keys, login links and settings keep what they are told
// and that a login link is used once, however many try at the same time.
func Accounts(t *testing.T, db *store.DB) {
	ctx := t.Context()
	key := query.APIKey{ID: "k", Name: "CRM", Hash: "h", Roles: []access.Role{access.Pricing, access.ReadOnly}, CreatedAt: 10, ExpiresAt: 99}
	update(t, db, func(tx *store.Tx) error {
		if err := tx.AddAPIKey(ctx, key); err != nil {
			return err
		}
		if err := tx.TouchAPIKey(ctx, "k", 20); err != nil {
			return err
		}
		if err := tx.TouchAPIKey(ctx, "k", 15); err != nil {
			return err
		}
		if err := tx.RevokeAPIKey(ctx, "k", 30); err != nil {
			return err
		}
		if err := tx.RevokeAPIKey(ctx, "k", 40); err != nil {
			return err
		}
		if err := tx.SetSetting(ctx, "a", "1"); err != nil {
			return err
		}
		if err := tx.SetSetting(ctx, "a", "2"); err != nil {
			return err
		}
		return tx.AddLoginLink(ctx, query.LoginLink{Hash: "l", UserID: "u", CreatedAt: 100, ExpiresAt: 200})
	})
	key.LastUsedAt, key.RevokedAt = 20, 30
	view(t, db, func(tx *store.Tx) error {
		byHash, err := tx.APIKeyByHash(ctx, "h")
		all, err2 := tx.APIKeys(ctx)
		if err != nil || err2 != nil || !reflect.DeepEqual(byHash, key) || !reflect.DeepEqual(all, []query.APIKey{key}) {
			t.Errorf("API key reads back as %+v, %v and %+v, %v", byHash, err, all, err2)
		}
		set, err := tx.Setting(ctx, "a")
		unset, err2 := tx.Setting(ctx, "b")
		if err != nil || err2 != nil || set != "2" || unset != "" {
			t.Errorf("settings read back as %q, %v and %q, %v", set, err, unset, err2)
		}
		return nil
	})
	use := func(hash string, now calendar.Instant) (l query.LoginLink, err error) {
		err = db.Update(ctx, func(tx *store.Tx) error { l, err = tx.UseLoginLink(ctx, hash, now); return err })
		return l, err
	}
	if _, err := use("l", 200); fault.As(err) == nil || fault.As(err).Code != "login_link_not_found" {
		t.Errorf("an expired link gives %v", err)
	}
	results := make(chan error, 8)
	for range cap(results) {
		go func() {
			l, err := use("l", 150)
			if err == nil && (l.UserID != "u" || l.UsedAt != 150 || l.ExpiresAt != 200) {
				err = fmt.Errorf("link reads back as %+v", l)
			}
			results <- err
		}()
	}
	used := 0
	for range cap(results) {
		if err := <-results; err == nil {
			used++
		} else if fault.As(err) == nil || fault.As(err).Code != "login_link_not_found" {
			t.Error(err)
		}
	}
	if used != 1 {
		t.Errorf("the link was used %d times", used)
	}
}

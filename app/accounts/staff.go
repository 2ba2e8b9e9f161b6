package accounts

import (
	"context"
	"slices"
	"strings"

	"kwote/domain/access"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/text"
)

// SaveStaff keeps an account of the operator's staff: name, address, language
// and roles. Its password is left as it is; a new account has none until
// SetPassword gives it one. An account without roles is closed: it stays in
// the records and nobody can sign in to it. At least one account stays an
// owner. Password hashes never leave the desk.
func (d *Desk) SaveStaff(ctx context.Context, by access.Actor, s person.Staff) (person.Staff, error) {
	if err := by.Check(access.ChangeAccess); err != nil {
		return withoutHash(s), err
	}
	s.Email = person.NormalEmail(s.Email)
	if err := validStaff(s); err != nil {
		return withoutHash(s), err
	}
	s.Name = strings.TrimSpace(s.Name)
	now, given := d.now(), s
	err := d.Store.Update(ctx, func(tx Tx) error {
		s = given
		noExternalID := func(context.Context, string) (person.Staff, error) { return person.Staff{}, nil }
		old, ok, err := known(ctx, by, identity{"staff_account", s.ID, "", s.Version}, tx.Staff, noExternalID)
		if err != nil {
			return err
		}
		s.PasswordHash = old.PasswordHash
		if ok {
			s.Version = orVersion(s.Version, old.Version)
			if err := d.keepsAnOwner(ctx, tx, old, s); err != nil {
				return err
			}
		}
		s.ID = orNewID(s.ID)
		if err := tx.SaveStaff(ctx, s); err != nil {
			return err
		}
		s.Version++
		return record(ctx, tx, now, event.StaffSaved, "staff", s.ID, by, data{"id": s.ID, "name": s.Name, "email": s.Email,
			"language": s.Language, "roles": orEmpty(s.Roles), "version": s.Version})
	})
	return withoutHash(s), err
}

func withoutHash(s person.Staff) person.Staff {
	s.PasswordHash = ""
	return s
}

func validStaff(s person.Staff) error {
	if err := named(s.Name, "", "a staff account needs a name"); err != nil {
		return err
	}
	switch {
	case !text.Readable(s.Email):
		return text.Unreadable("email")
	case !person.PlausibleEmail(s.Email):
		return invalid("email_invalid", "email", "%q is not an e-mail address such as ana@example.org", s.Email)
	}
	for _, r := range s.Roles {
		if err := checkRole(r); err != nil {
			return err
		}
	}
	return checkLanguage(s.Language)
}

func checkRole(r string) error {
	if !slices.Contains(access.Roles, access.Role(r)) {
		return invalid("role_unknown", "roles", "%q is none of owner, pricing, finance, support, read-only", r)
	}
	return nil
}

// keepsAnOwner refuses a change that would leave nobody who can change access.
func (d *Desk) keepsAnOwner(ctx context.Context, tx Tx, old, s person.Staff) error {
	owner := string(access.Owner)
	if !slices.Contains(old.Roles, owner) || slices.Contains(s.Roles, owner) {
		return nil
	}
	all, err := tx.AllStaff(ctx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != s.ID && other.PasswordHash != "" && slices.Contains(other.Roles, owner) {
			return nil
		}
	}
	return fault.At(fault.Conflict, "last_owner", "roles",
		"this is the last owner who can sign in; make another account an owner with a password first")
}

// Staff finds a staff account by id, without its password hash. Staff find
// themselves.
func (d *Desk) Staff(ctx context.Context, by access.Actor, id string) (person.Staff, error) {
	if by.Kind == access.Staff && by.ID == id {
		by = access.Kwote
	}
	s, err := read(ctx, d, by, access.ChangeAccess, func(tx Tx) (person.Staff, error) { return tx.Staff(ctx, id) })
	return withoutHash(s), err
}

// AllStaff lists every staff account by name, without password hashes.
func (d *Desk) AllStaff(ctx context.Context, by access.Actor) ([]person.Staff, error) {
	all, err := read(ctx, d, by, access.ChangeAccess, func(tx Tx) ([]person.Staff, error) { return tx.AllStaff(ctx) })
	for i := range all {
		all[i] = withoutHash(all[i])
	}
	return all, err
}

// SetLanguage changes the language in which a member of staff sees the
// console; everybody may change their own.
func (d *Desk) SetLanguage(ctx context.Context, by access.Actor, language string) error {
	if by.Kind != access.Staff {
		return by.Check(access.ChangeAccess)
	}
	if err := checkLanguage(language); err != nil {
		return err
	}
	now := d.now()
	return d.Store.Update(ctx, func(tx Tx) error {
		s, err := tx.Staff(ctx, by.ID)
		if err != nil || s.Language == language {
			return err
		}
		s.Language = language
		if err := tx.SaveStaff(ctx, s); err != nil {
			return err
		}
		return record(ctx, tx, now, event.StaffSaved, "staff", s.ID, by, data{"id": s.ID, "language": language, "version": s.Version + 1})
	})
}

// SetPassword gives a staff account a new password; every session of the
// account ends. It is for owners; people change their own by ChangePassword.
func (d *Desk) SetPassword(ctx context.Context, by access.Actor, staffID, password string) error {
	if err := by.Check(access.ChangeAccess); err != nil {
		return err
	}
	var s person.Staff
	err := d.Store.View(ctx, func(tx Tx) (err error) {
		s, err = tx.Staff(ctx, staffID)
		return err
	})
	if err != nil {
		return err
	}
	_, err = d.keepPassword(ctx, by, s, password)
	return err
}

// ChangePassword changes the actor's own password, of which the old one must
// be known, and returns the visitor with the new stamp, by which the present
// session goes on while all others end. It is throttled like signing in.
func (d *Desk) ChangePassword(ctx context.Context, by access.Actor, old, password, from string) (Visitor, error) {
	if by.Kind != access.Staff {
		return Visitor{}, fault.New(fault.Denied, "not_allowed", "only staff have a password to change")
	}
	var s person.Staff
	err := d.Store.View(ctx, func(tx Tx) (err error) {
		s, err = tx.Staff(ctx, by.ID)
		return err
	})
	if err != nil {
		return Visitor{}, err
	}
	if err := d.limit(&d.throttles.signInAccount, &d.throttles.signInAddress, signInPerAccount, signInPerAddress, s.Email, from); err != nil {
		return Visitor{}, err
	}
	ok, _, err := d.kitchen.matches(ctx, s.PasswordHash, old)
	if err != nil {
		return Visitor{}, err
	}
	if !ok {
		return Visitor{}, invalid("password_wrong", "oldPassword", "the old password is wrong")
	}
	return d.keepPassword(ctx, by, s, password)
}

// keepPassword hashes outside the transaction, because hashing is slow.
func (d *Desk) keepPassword(ctx context.Context, by access.Actor, s person.Staff, password string) (v Visitor, err error) {
	if err := checkPassword("password", password, s); err != nil {
		return v, err
	}
	hash, err := d.kitchen.hash(ctx, password)
	if err != nil {
		return v, err
	}
	now := d.now()
	err = d.Store.Update(ctx, func(tx Tx) error {
		s, err := tx.Staff(ctx, s.ID)
		if err != nil {
			return err
		}
		s.PasswordHash = hash
		if err := tx.SaveStaff(ctx, s); err != nil {
			return err
		}
		v = staffVisitor(s)
		return record(ctx, tx, now, event.PasswordSet, "staff", s.ID, by, data{"id": s.ID, "version": s.Version + 1})
	})
	return v, err
}

package accounts

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"

	"kwote/domain/access"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
)

// Visitor is somebody who has signed in. A web session keeps the actor's kind
// and id and the stamp, and asks for the rest with every request, so that
// changed roles and passwords hold at once.
type Visitor struct {
	Actor    access.Actor
	Email    string
	Language string // BCP 47; empty: the operator's
	Stamp    string // changes with the password; no secret
}

// errSignIn is the one answer to everything that can be wrong.
func errSignIn() error {
	return fault.New(fault.Unauthenticated, "sign_in_failed", "the e-mail address or the password is wrong; try again or ask an owner for a new password")
}

// SignIn finds the member of staff with the address and password. From is the
// network address of whoever tries; tries are throttled per account and per
// address (too_many_attempts). All other failures get the same answer after
// the same work.
func (d *Desk) SignIn(ctx context.Context, email, password, from string) (Visitor, error) {
	email = person.NormalEmail(email)
	if err := d.limit(&d.throttles.signInAccount, &d.throttles.signInAddress, signInPerAccount, signInPerAddress, email, from); err != nil {
		return Visitor{}, err
	}
	var s person.Staff
	err := d.Store.View(ctx, func(tx Tx) (err error) {
		s, err = tx.StaffByEmail(ctx, email)
		return err
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Visitor{}, err
	}
	ok, renew, err := d.kitchen.matches(ctx, s.PasswordHash, password)
	if err != nil {
		return Visitor{}, err
	}
	if !ok || len(s.Roles) == 0 {
		return Visitor{}, errSignIn()
	}
	d.throttles.signInAccount.giveBack(signInPerAccount, email)
	return d.admit(ctx, s, password, renew, from)
}

// admit records the sign-in, and keeps a dearer hash where the old one has
// become too cheap.
func (d *Desk) admit(ctx context.Context, checked person.Staff, password string, renew bool, from string) (v Visitor, err error) {
	dearer := checked.PasswordHash
	if renew {
		if dearer, err = d.kitchen.hash(ctx, password); err != nil {
			return v, err
		}
	}
	now := d.now()
	err = d.Store.Update(ctx, func(tx Tx) error {
		s, err := tx.Staff(ctx, checked.ID)
		if err != nil {
			return err
		}
		if s.PasswordHash != checked.PasswordHash { // changed since it was checked
			return errSignIn()
		}
		if s.PasswordHash != dearer {
			s.PasswordHash = dearer
			if err := tx.SaveStaff(ctx, s); err != nil {
				return err
			}
		}
		v = staffVisitor(s)
		return record(ctx, tx, now, event.SignedIn, "staff", s.ID, v.Actor, data{"id": s.ID, "email": s.Email, "from": from})
	})
	return v, err
}

func staffVisitor(s person.Staff) Visitor {
	roles := make([]access.Role, len(s.Roles))
	for i, r := range s.Roles {
		roles[i] = access.Role(r)
	}
	stamp := sha256.Sum256([]byte("stamp\n" + s.PasswordHash))
	return Visitor{
		Actor: access.Actor{Kind: access.Staff, ID: s.ID, Name: s.Name, Roles: roles},
		Email: s.Email, Language: s.Language, Stamp: hex.EncodeToString(stamp[:8]),
	}
}

func userVisitor(u person.User) Visitor {
	return Visitor{Actor: access.Actor{Kind: access.User, ID: u.ID, Name: u.Name}, Email: u.Email, Language: u.Language}
}

// Visitor is the one whom a web session remembers, as they are now. It fails
// with session_ended when the account is gone or closed, or its password has
// changed since.
func (d *Desk) Visitor(ctx context.Context, kind access.Kind, id, stamp string) (v Visitor, err error) {
	ended := fault.New(fault.Unauthenticated, "session_ended", "this session has ended; sign in again")
	open := true
	err = d.Store.View(ctx, func(tx Tx) error {
		switch kind {
		case access.Staff:
			s, err := tx.Staff(ctx, id)
			v, open = staffVisitor(s), len(s.Roles) > 0
			return err
		case access.User:
			u, err := tx.User(ctx, id)
			v = userVisitor(u)
			return err
		}
		return ended
	})
	if fault.Is(err, fault.NotFound) {
		err = ended
	}
	if err == nil && (!open || subtle.ConstantTimeCompare([]byte(v.Stamp), []byte(stamp)) != 1) {
		err = ended
	}
	if err != nil {
		return Visitor{}, err
	}
	return v, nil
}

// FirstOwner is the first owner by name: the visitor of a demo that signs in by
// itself.
func (d *Desk) FirstOwner(ctx context.Context) (v Visitor, err error) {
	err = d.Store.View(ctx, func(tx Tx) error {
		all, err := tx.AllStaff(ctx)
		if err != nil {
			return err
		}
		for _, s := range all {
			if v = staffVisitor(s); v.Actor.May(access.ChangeAccess) {
				return nil
			}
		}
		return fault.New(fault.NotFound, "owner_not_found", "no account is an owner")
	})
	return v, err
}

package accounts

import (
	"context"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/query"
)

// FirstStart is what was made because it was missing; fields are empty where
// nothing was. It is the only time that the secrets can be seen.
type FirstStart struct {
	OwnerEmail    string
	OwnerPassword string
	AdminKey      string
}

// Bootstrap makes an owner account where there is no staff, and an admin API
// key where there has never been a key. Several nodes may start at once; one
// of them makes the account.
func (d *Desk) Bootstrap(ctx context.Context) (FirstStart, error) {
	needed, err := d.missing(ctx)
	if err != nil || needed == (FirstStart{}) {
		return FirstStart{}, err
	}
	hash := ""
	if needed.OwnerPassword != "" {
		if hash, err = d.kitchen.hash(ctx, needed.OwnerPassword); err != nil {
			return FirstStart{}, err
		}
	}
	now := d.now()
	err = d.Store.Update(ctx, func(tx Tx) error {
		if needed.OwnerEmail != "" {
			if err := addOwner(ctx, tx, now, needed.OwnerEmail, hash); err != nil {
				return err
			}
		}
		if needed.AdminKey == "" {
			return nil
		}
		return addKey(ctx, tx, access.Kwote, query.APIKey{ID: newID(), Name: "admin", Hash: hashOf(needed.AdminKey),
			Roles: []access.Role{access.Owner}, CreatedAt: now})
	})
	if fault.Is(err, fault.Conflict) { // another node was faster and prints what it made
		return FirstStart{}, nil
	}
	if err != nil {
		return FirstStart{}, err
	}
	return needed, nil
}

// missing is what a first start has to make, with fresh secrets.
func (d *Desk) missing(ctx context.Context) (needed FirstStart, err error) {
	err = d.Store.View(ctx, func(tx Tx) error {
		staff, err := tx.AllStaff(ctx)
		if err != nil {
			return err
		}
		if len(staff) == 0 {
			needed.OwnerEmail, needed.OwnerPassword = d.ownerEmail(), newPassword()
		}
		keys, err := tx.APIKeys(ctx)
		if err == nil && len(keys) == 0 {
			needed.AdminKey = newKey()
		}
		return err
	})
	return needed, err
}

func (d *Desk) ownerEmail() string {
	if d.OwnerEmail == "" {
		return "owner@kwote.local"
	}
	return person.NormalEmail(d.OwnerEmail)
}

func addOwner(ctx context.Context, tx Tx, at calendar.Instant, email, hash string) error {
	owner := person.Staff{ID: newID(), Name: "Owner", Email: email, Roles: []string{string(access.Owner)}, PasswordHash: hash}
	if err := validStaff(owner); err != nil {
		return err
	}
	if err := tx.SaveStaff(ctx, owner); err != nil {
		return err
	}
	return record(ctx, tx, at, event.StaffSaved, "staff", owner.ID, access.Kwote,
		data{"id": owner.ID, "name": owner.Name, "email": email, "language": "", "roles": owner.Roles, "version": 1})
}

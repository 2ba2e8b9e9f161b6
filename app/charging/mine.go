package charging

import (
	"context"

	"kwote/domain/access"
	"kwote/domain/fault"
	"kwote/domain/query"
)

// Mine lists the sessions of the driver who asks, newest first.
func (d *Desk) Mine(ctx context.Context, by access.Actor, page query.Page) (rows []query.SessionRow, next string, err error) {
	if err := driver(by); err != nil {
		return nil, "", err
	}
	return d.Sessions(ctx, access.Kwote, query.SessionFilter{UserID: by.ID, Page: page})
}

// MySession is a session of the driver who asks. Another driver's session is
// not found, so nothing is told of it.
func (d *Desk) MySession(ctx context.Context, by access.Actor, id string) (Detail, error) {
	if err := driver(by); err != nil {
		return Detail{}, err
	}
	detail, err := d.Session(ctx, access.Kwote, id)
	if err == nil && detail.Session.UserID != by.ID {
		return Detail{}, fault.New(fault.NotFound, "session_not_found", "there is no session of yours at this address")
	}
	return detail, err
}

func driver(by access.Actor) error {
	if by.Kind != access.User || by.ID == "" {
		return fault.New(fault.Unauthenticated, "driver_not_signed_in", "sign in as a driver first")
	}
	return nil
}

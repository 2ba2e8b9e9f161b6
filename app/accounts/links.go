package accounts

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"kwote/clock"
	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/event"
	"kwote/domain/fault"
	"kwote/domain/person"
	"kwote/domain/query"
)

const (
	// linkLife is how long a sign-in link works, in seconds.
	linkLife = 15 * 60
	// linkKept is how long a link that no longer works stays, in seconds.
	linkKept = 24 * 3600
	// linkAnswer is the real time that asking for a link takes, at least, so
	// that writing the mail does not show.
	linkAnswer = 100 * time.Millisecond
)

// RequestLink mails a sign-in link to the driver with the address, in the
// driver's language. Whether there is such a driver does not show: the answer
// is the same. From is the network address of whoever asks; asking is
// throttled (too_many_attempts).
func (d *Desk) RequestLink(ctx context.Context, email, from string) error {
	email = person.NormalEmail(email)
	if !person.PlausibleEmail(email) {
		return invalid("email_invalid", "email", "%q is not an e-mail address such as zoe@example.org", email)
	}
	if err := d.limit(&d.throttles.linkAccount, &d.throttles.linkAddress, linkPerAccount, linkPerAddress, email, from); err != nil {
		return err
	}
	watch := clock.StartStopwatch()
	secret := newLinkSecret()
	now := d.now()
	err := d.Store.Update(ctx, func(tx Tx) error {
		u, err := tx.UserByEmail(ctx, email)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return d.mailLink(ctx, tx, now, u, secret)
	})
	clock.Sleep(ctx, linkAnswer-watch.Elapsed())
	return err
}

// newLinkSecret is 256 random bits in base64url.
func newLinkSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program rather than return
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (d *Desk) mailLink(ctx context.Context, tx Tx, now calendar.Instant, u person.User, secret string) error {
	err := tx.AddLoginLink(ctx, query.LoginLink{Hash: hashOf(secret), UserID: u.ID, CreatedAt: now, ExpiresAt: now + linkLife})
	if err != nil {
		return err
	}
	m := signInMail(u, d.operator(), d.LinkURL(secret))
	m.ID, m.CreatedAt, m.NextAttemptAt = newID(), now, now
	if err := tx.AddMail(ctx, m); err != nil {
		return err
	}
	return record(ctx, tx, now, event.LinkMailed, "user", u.ID, access.Kwote, data{"id": u.ID, "email": u.Email, "expiresAt": (now + linkLife).String()})
}

// UseLink is the driver to whom the link was mailed. A link works once and for
// fifteen minutes; after that it fails with login_link_invalid. Programs that
// look into mails follow links, so a page should use the link only when its
// reader says so.
func (d *Desk) UseLink(ctx context.Context, secret, from string) (v Visitor, err error) {
	now := d.now()
	err = d.Store.Update(ctx, func(tx Tx) error {
		link, err := tx.UseLoginLink(ctx, hashOf(secret), now)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, link.UserID)
		if err != nil {
			return err
		}
		v = userVisitor(u)
		return record(ctx, tx, now, event.UserSignedIn, "user", u.ID, v.Actor, data{"id": u.ID, "email": u.Email, "from": from})
	})
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Unauthenticated, "login_link_invalid", "this sign-in link has been used or has expired; ask for a new one").Because(err)
	}
	if err != nil {
		return Visitor{}, err
	}
	return v, nil
}

// ForgetLinks removes links that ended a day ago. It is a sweep that finds
// nothing more to do after one run.
func (d *Desk) ForgetLinks(ctx context.Context) (done int, err error) {
	now := d.now()
	return 0, d.Store.Update(ctx, func(tx Tx) error { return tx.SweepLoginLinks(ctx, now-linkKept) })
}

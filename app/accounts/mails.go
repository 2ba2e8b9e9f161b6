package accounts

import (
	"context"
	"fmt"
	"strings"

	"kwote/domain/access"
	"kwote/domain/calendar"
	"kwote/domain/person"
	"kwote/domain/query"
)

// All in seconds of the business clock.
const (
	// mailLease is how long a claimed mail is left to the node that claimed it.
	mailLease = 5 * 60
	// firstPause follows the first failure; each further one is four times as
	// long, up to longestPause.
	firstPause   = 60
	longestPause = 6 * 3600
	// mailLife is how long a mail is tried.
	mailLife = 3 * 24 * 3600
)

const (
	mailsAtOnce   = 20
	longestReason = 500
)

// givenUp is the due instant of a mail that is not tried any more: the end of
// the year 9999.
const givenUp calendar.Instant = 253402300799

// SendMails sends what is due in the outbox and says how many mails it tried.
// It claims them first and sends outside of any transaction, so any number of
// nodes may run it; a mail may go out twice only when a node dies between
// sending and noting it.
func (d *Desk) SendMails(ctx context.Context) (done int, err error) {
	if d.Send == nil {
		return 0, nil
	}
	now := d.now()
	mails, err := d.claimMails(ctx, now)
	for _, m := range mails {
		if err != nil || ctx.Err() != nil {
			break // what was claimed is due again when the lease is over
		}
		failure := d.Send(ctx, m)
		// A mail that is gone must be noted even if the process is asked to stop.
		err = d.noteMail(context.WithoutCancel(ctx), m, now, failure)
		done++
	}
	return done, err
}

// claimMails looks first and writes only where there is something to claim: an
// empty outbox is looked at often.
func (d *Desk) claimMails(ctx context.Context, now calendar.Instant) (mails []query.Mail, err error) {
	err = d.Store.View(ctx, func(tx Tx) error {
		mails, err = tx.DueMails(ctx, now, 1)
		return err
	})
	if err != nil || len(mails) == 0 {
		return nil, err
	}
	err = d.Store.Update(ctx, func(tx Tx) error {
		mails, err = tx.ClaimMails(ctx, now, now+mailLease, mailsAtOnce)
		return err
	})
	return mails, err
}

func (d *Desk) noteMail(ctx context.Context, m query.Mail, now calendar.Instant, failure error) error {
	return d.Store.Update(ctx, func(tx Tx) error {
		if failure == nil {
			return tx.MailDone(ctx, m.ID, now)
		}
		return tx.MailFailed(ctx, m.ID, nextAttempt(m, now), reason(failure))
	})
}

func reason(failure error) string {
	text := strings.ToValidUTF8(failure.Error(), "")
	if len(text) > longestReason {
		text = strings.ToValidUTF8(text[:longestReason], "") + "…"
	}
	return text
}

func nextAttempt(m query.Mail, now calendar.Instant) calendar.Instant {
	end := m.CreatedAt + mailLife
	if now >= end {
		return givenUp
	}
	pause := calendar.Instant(firstPause)
	for range m.Attempts {
		if pause >= longestPause {
			break
		}
		pause *= 4
	}
	return min(now+min(pause, longestPause), end)
}

// GivenUp reports whether a mail in the outbox is not tried any more.
func GivenUp(m query.Mail) bool { return m.SentAt == 0 && m.NextAttemptAt >= givenUp }

// Mails lists the outbox, newest first, without what the mails say: it may let
// the reader sign in as somebody else.
func (d *Desk) Mails(ctx context.Context, by access.Actor, p query.Page) ([]query.Mail, string, error) {
	all, next, err := page(ctx, d, by, access.ChangeAccess, func(tx Tx) ([]query.Mail, string, error) { return tx.Mails(ctx, p) })
	for i := range all {
		all[i].Body = ""
	}
	return all, next, err
}

func (d *Desk) operator() string {
	if d.Operator == "" {
		return "Kwote"
	}
	return d.Operator
}

// signInTexts are the words of the mail with a sign-in link: subject with the
// operator's name, body with the user's name, the link and the operator.
var signInTexts = map[string]struct{ subject, body string }{
	"en": {"Your sign-in link for %s", `Hello %s,

open this link to sign in:

%s

It works once, for 15 minutes. If you did not ask for it, you can ignore this
mail: nobody can sign in without it.

%s
`},
	"fr": {"Votre lien de connexion à %s", `Bonjour %s,

ouvrez ce lien pour vous connecter :

%s

Il est valable une seule fois, pendant 15 minutes. Si vous ne l'avez pas
demandé, ignorez ce message : personne ne peut se connecter sans ce lien.

%s
`},
}

func signInMail(u person.User, operator, link string) query.Mail {
	language, _, _ := strings.Cut(strings.ToLower(u.Language), "-")
	text, ok := signInTexts[language]
	if !ok {
		text = signInTexts["en"]
	}
	return query.Mail{To: u.Email, Subject: fmt.Sprintf(text.subject, operator), Body: fmt.Sprintf(text.body, u.Name, link, operator)}
}

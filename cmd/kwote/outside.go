package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"kwote/app/accounts"
	"kwote/domain/query"
	"kwote/link/mail"
	"kwote/web/portal"
)

// mailOptions say how mails leave. Without a host they are printed.
type mailOptions struct {
	Host       string `env:"KWOTE_SMTP_HOST" placeholder:"HOST" help:"Mail server; without one, mails are printed instead of sent."`
	Port       int    `env:"KWOTE_SMTP_PORT" placeholder:"PORT" help:"Port of the mail server; the usual one for the encryption where this is left out."`
	User       string `env:"KWOTE_SMTP_USER" placeholder:"NAME" help:"Account at the mail server."`
	Password   string `env:"KWOTE_SMTP_PASSWORD" placeholder:"SECRET" help:"Its password; better set in the environment."`
	From       string `env:"KWOTE_SMTP_FROM" placeholder:"ADDRESS" help:"Sender, as \"Kwote <billing@example.org>\"."`
	Encryption string `env:"KWOTE_SMTP_ENCRYPTION" default:"starttls" enum:"starttls,tls,none" help:"How the way to the server is protected (${enum})."`
}

// connect gives the accounts desk its way to send mails and its links an
// address.
func (o mailOptions) connect(h *house, s streams, public string) error {
	var send func(context.Context, mail.Message) error
	if o.Host == "" {
		console := &mail.Console{W: s.out}
		send = console.Send
	} else {
		smtp, err := mail.NewSMTP(mail.Settings{Host: o.Host, Port: o.Port, User: o.User, Password: o.Password, From: o.From, Encryption: mail.Encryption(o.Encryption)})
		if err != nil {
			return err
		}
		send = smtp.Send
	}
	h.accounts.Send = func(ctx context.Context, m query.Mail) error {
		return send(ctx, mail.Message{ID: m.ID, To: m.To, Subject: m.Subject, Body: m.Body, Date: m.CreatedAt.Time()})
	}
	h.accounts.LinkURL = func(secret string) string {
		return strings.TrimSuffix(public, "/") + portal.LinkPath + "?token=" + url.QueryEscape(secret)
	}
	return nil
}

// announceFirst prints, once, what the first start made.
func announceFirst(s streams, f accounts.FirstStart) {
	if f.OwnerEmail != "" {
		fmt.Fprintf(s.out, "Owner account (shown only now): %s  password: %s\n", f.OwnerEmail, f.OwnerPassword)
	}
	if f.AdminKey != "" {
		fmt.Fprintf(s.out, "Admin API key (shown only now): %s\n", f.AdminKey)
	}
}

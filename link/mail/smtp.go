package mail

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kwote/domain/fault"
)

// Encryption is how the way to the mail server is protected.
type Encryption string

// The kinds of encryption.
const (
	// STARTTLS begins openly and goes no further unless the server encrypts;
	// usual on port 587. It is the default.
	STARTTLS Encryption = "starttls"
	// TLS is encrypted from the first byte; usual on port 465.
	TLS Encryption = "tls"
	// Unencrypted is for a relay on the same machine or network.
	Unencrypted Encryption = "none"
)

// Settings say how to reach a mail server.
type Settings struct {
	Host       string
	Port       int // 0: 587, 465 or 25, by the encryption
	User       string
	Password   string // sent only when User is set
	From       string // "Kwote <billing@example.org>" or a bare address
	Encryption Encryption
	Timeout    time.Duration // for one mail; 0: 30 seconds
}

// SMTP sends mails to a mail server, one connection each. It is safe for
// concurrent use.
type SMTP struct {
	from    *mail.Address
	host    string
	options []gomail.Option
	timeout time.Duration
}

// NewSMTP checks the settings; it does not connect.
func NewSMTP(s Settings) (*SMTP, error) {
	if s.Host == "" {
		return nil, fault.At(fault.Invalid, "required", "host", "name the mail server, such as smtp.example.org")
	}
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return nil, fault.At(fault.Invalid, "email_invalid", "from",
			fmt.Sprintf("%q is not an address such as \"Kwote <billing@example.org>\"", s.From)).Because(err)
	}
	if s.Port < 0 || s.Port > 65535 {
		return nil, fault.At(fault.Invalid, "port_invalid", "port", fmt.Sprintf("%d is not a port; give one from 1 to 65535, or 0 for the usual one", s.Port))
	}
	m := &SMTP{from: from, host: s.Host, timeout: s.Timeout}
	if m.timeout <= 0 {
		m.timeout = 30 * time.Second
	}
	port := s.Port
	switch s.Encryption {
	case STARTTLS, "":
		m.options = append(m.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
		port = or(port, 587)
	case TLS:
		m.options = append(m.options, gomail.WithSSL())
		port = or(port, 465)
	case Unencrypted:
		m.options = append(m.options, gomail.WithTLSPolicy(gomail.NoTLS))
		port = or(port, 25)
	default:
		return nil, fault.At(fault.Invalid, "encryption_unknown", "encryption",
			fmt.Sprintf("%q is none of starttls, tls, none", s.Encryption))
	}
	// A reset after the only mail of a connection could fail and make a
	// delivered mail look undelivered.
	m.options = append(m.options, gomail.WithPort(port), gomail.WithTimeout(m.timeout), gomail.WithoutRset())
	if s.User != "" {
		m.options = append(m.options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password),
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover))
	}
	if _, err := gomail.NewClient(m.host, m.options...); err != nil {
		return nil, fault.New(fault.Invalid, "mail_settings_invalid", "the mail server settings cannot be used: "+err.Error()).Because(err)
	}
	return m, nil
}

func or(port, usual int) int {
	if port == 0 {
		return usual
	}
	return port
}

// Send hands the message to the mail server. An error means that the server
// has not taken it.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.host, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server %s cannot be reached: %w", s.host, err)
	}
	defer func() { _ = client.Close() }() // the mail is with the server or it is not; goodbye changes neither
	if err := client.Send(msg); err != nil {
		return fmt.Errorf("mail server %s refused the mail: %w", s.host, err)
	}
	return nil
}

func (s *SMTP) compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return nil, fault.At(fault.Invalid, "email_invalid", "to", fmt.Sprintf("%q is not an e-mail address", m.To)).Because(err)
	}
	msg.Subject(printable(m.Subject))
	msg.SetDateWithValue(m.Date)
	_, domain, _ := strings.Cut(s.from.Address, "@")
	msg.SetMessageIDWithValue(m.ID + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office replies, please
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	return msg, nil
}

// Package mail owns the delivery of mails to the outside world: to a mail
// server by SMTP, or to a writer where there is none. It does not know what is
// mailed or why, and does not try again; the outbox that calls it does.
//
// Invariants, and the test that proves each:
//   - a nil error means that the server has taken the mail, and an error that
//     it has not, whatever happens while saying goodbye (TestSMTPDelivers);
//   - a mail sent twice bears one Message-ID, so that receivers can drop the
//     second (TestSMTPDelivers);
//   - with encryption asked for, nothing leaves unencrypted
//     (TestSMTPRefusesToSpeakOpenly);
//   - what a mail contains cannot steer a terminal or add a header
//     (TestConsoleShowsNoControlCharacters, TestSMTPAddsNoHeader).
package mail

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Message is a plain-text mail to one receiver.
type Message struct {
	ID      string // of the outbox; makes the Message-ID
	To      string // address
	Subject string
	Body    string    // lines end in \n
	Date    time.Time // when it was written
}

// Console prints mails instead of sending them: for a network that has no mail
// server, and for the demo. It is safe for concurrent use.
type Console struct {
	W  io.Writer
	mu sync.Mutex
}

// Send prints the message. The error is that of the writer.
func (c *Console) Send(_ context.Context, m Message) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n--- mail to %s\n    %s\n\n", printable(m.To), printable(m.Subject))
	for line := range strings.Lines(strings.TrimRight(m.Body, "\n") + "\n") {
		b.WriteString("    " + printable(strings.TrimSuffix(line, "\n")) + "\n")
	}
	b.WriteString("---\n")
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := io.WriteString(c.W, b.String())
	return err
}

// printable is the text without characters that would steer a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

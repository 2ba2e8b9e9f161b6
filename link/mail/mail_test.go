package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"kwote/domain/fault"
)

// server is a mail server that keeps what it is sent.
type server struct {
	listener net.Listener
	refuse   bool // answers 452 to the data
	rude     bool // hangs up right after it has taken the mail

	mu    sync.Mutex
	mails []string
	said  []string // every command received
	open  []net.Conn
}

func serve(t *testing.T, s *server) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.listener = l
	var talks sync.WaitGroup
	talks.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.open = append(s.open, c)
			s.mu.Unlock()
			talks.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range s.open {
			_ = c.Close()
		}
		s.mu.Unlock()
		talks.Wait()
	})
	return s
}

func (s *server) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	say := func(line string) { _, _ = fmt.Fprintf(c, "%s\r\n", line) }
	say("220 test ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		s.mu.Lock()
		s.said = append(s.said, strings.TrimSpace(line))
		s.mu.Unlock()
		switch strings.ToUpper(strings.Fields(line + " x")[0]) {
		case "EHLO":
			say("250-test")
			say("250 8BITMIME")
		case "DATA":
			say("354 go on")
			data := readData(in)
			if s.refuse {
				say("452 no room")
				continue
			}
			s.mu.Lock()
			s.mails = append(s.mails, data)
			s.mu.Unlock()
			say("250 taken")
			if s.rude {
				return
			}
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func readData(in *bufio.Reader) string {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return b.String()
		}
		b.WriteString(line)
	}
}

func (s *server) settings() Settings {
	return Settings{Host: "127.0.0.1", Port: s.listener.Addr().(*net.TCPAddr).Port, From: "Kwote <billing@kwote.test>",
		Encryption: Unencrypted, Timeout: 5 * time.Second}
}

var letter = Message{ID: "0199-42", To: "zoe@example.org", Subject: "Your sign-in link é", Body: "Bonjour Zoé,\n\nhttps://kwote.test/x?y=1\n",
	Date: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}

func TestSMTPDelivers(t *testing.T) {
	s := serve(t, &server{rude: true})
	m, err := NewSMTP(s.settings())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := m.Send(t.Context(), letter); err != nil {
			t.Fatalf("a mail that was taken is reported as failed: %v", err)
		}
	}
	for i, text := range s.mails {
		got, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for header, want := range map[string]string{
			"From": `"Kwote" <billing@kwote.test>`, "To": "<zoe@example.org>", "Message-Id": "<0199-42@kwote.test>",
			"Auto-Submitted": "auto-generated", "Date": "Mon, 04 May 2026 10:00:00 +0000",
		} {
			if got.Header.Get(header) != want {
				t.Errorf("mail %d: %s is %q, want %q", i, header, got.Header.Get(header), want)
			}
		}
		body, _ := io.ReadAll(got.Body)
		if !bytes.Contains(body, []byte("Zo=C3=A9")) || !bytes.Contains(body, []byte("https://kwote.test/x?y=3D1")) {
			t.Errorf("mail %d: body is %q", i, body)
		}
	}
	if len(s.mails) != 2 {
		t.Errorf("%d mails arrived, want 2", len(s.mails))
	}
}

func TestSMTPFailsAloud(t *testing.T) {
	s := serve(t, &server{refuse: true})
	m, err := NewSMTP(s.settings())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), letter); err == nil || !strings.Contains(err.Error(), "452") {
		t.Errorf("refused by the server: error is %v, want its answer", err)
	}
	_ = s.listener.Close()
	if err := m.Send(t.Context(), letter); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("no server: error is %v", err)
	}
	bad := letter
	bad.To = "nobody"
	if err := m.Send(t.Context(), bad); !fault.Is(err, fault.Invalid) {
		t.Errorf("bad address: error is %v", err)
	}
}

func TestSMTPRefusesToSpeakOpenly(t *testing.T) {
	s := serve(t, &server{})
	settings := s.settings()
	settings.Encryption, settings.User, settings.Password = STARTTLS, "kwote", "secret"
	m, err := NewSMTP(settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), letter); err == nil {
		t.Error("sent although the server does not encrypt")
	}
	for _, line := range s.said {
		if verb := strings.Fields(line)[0]; verb != "EHLO" && verb != "HELO" && verb != "QUIT" && verb != "NOOP" {
			t.Errorf("said openly: %q", line)
		}
	}
}

func TestSMTPAddsNoHeader(t *testing.T) {
	s := serve(t, &server{})
	m, err := NewSMTP(s.settings())
	if err != nil {
		t.Fatal(err)
	}
	evil := letter
	evil.Subject = "hello\r\nBcc: everybody@example.org\r\n\r\nbody"
	if err := m.Send(t.Context(), evil); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(strings.NewReader(s.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Bcc") != "" {
		t.Error("the subject has added a header")
	}
}

func TestSMTPSettings(t *testing.T) {
	good := Settings{Host: "smtp.example.org", From: "a@example.org"}
	if _, err := NewSMTP(good); err != nil {
		t.Errorf("the shortest settings are refused: %v", err)
	}
	for field, change := range map[string]func(*Settings){
		"host":       func(s *Settings) { s.Host = "" },
		"from":       func(s *Settings) { s.From = "billing" },
		"port":       func(s *Settings) { s.Port = 70000 },
		"encryption": func(s *Settings) { s.Encryption = "ssl" },
	} {
		s := good
		change(&s)
		if _, err := NewSMTP(s); fault.As(err) == nil || fault.As(err).Field != field {
			t.Errorf("%s: error is %v, want one about that field", field, err)
		}
	}
}

func TestConsoleShowsNoControlCharacters(t *testing.T) {
	var out strings.Builder
	m := letter
	m.Subject = "\x1b[31mred\u202e"
	m.Body = "one\x07\ntwo\x1b[2J\n"
	if err := (&Console{W: &out}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want := "\n--- mail to zoe@example.org\n    [31mred\n\n    one\n    two[2J\n---\n"
	if out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	if err := (&Console{W: brokenWriter{}}).Send(t.Context(), m); err == nil {
		t.Error("a mail that could not be printed counts as sent")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("pipe closed") }

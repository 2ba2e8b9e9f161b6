//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "kwote-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "kwote")
	build := exec.Command("go", "build", "-o", binary, "../cmd/kwote")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the program does not build:", err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// program is a running Kwote.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	URL  string
	mu   sync.Mutex
	out  bytes.Buffer
	done chan struct{}
}

var answersAt = regexp.MustCompile(`answers at (http://\S+)`)

// start runs a command of the program on a free port and waits until it says
// where it answers.
func start(t *testing.T, data string, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(binary, args...), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "KWOTE_DATA="+data, "KWOTE_ADDR=127.0.0.1:0", "KWOTE_DATABASE_URL=")
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go func() {
		defer close(p.done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(p, lines.Text())
			if m := answersAt.FindStringSubmatch(lines.Text()); m != nil {
				address <- m[1]
			}
		}
	}()
	t.Cleanup(p.kill)
	select {
	case p.URL = <-address:
	case <-p.done:
		t.Fatalf("the program ended at once:\n%s", p.output())
	case <-time.After(60 * time.Second):
		t.Fatalf("the program did not say where it answers:\n%s", p.output())
	}
	return p
}

// Write gathers the program's output.
func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *program) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// waitFor waits until the output holds the text.
func (p *program) waitFor(text string) {
	p.t.Helper()
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if strings.Contains(p.output(), text) {
			return
		}
	}
	p.t.Fatalf("the program never said %q:\n%s", text, p.output())
}

// find is the first group of the expression in the output.
func (p *program) find(expression string) string {
	p.t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(p.output())
	if m == nil {
		p.t.Fatalf("no %s in:\n%s", expression, p.output())
	}
	return m[1]
}

// kill ends the program as a power cut would.
func (p *program) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.done
	_ = p.cmd.Wait()
}

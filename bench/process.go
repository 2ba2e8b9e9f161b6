package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ownGroup makes the command's end, by limit or interrupt, the end of everything it started.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
}

// runApart runs one benchmark in a process of its own within the limit and returns its line.
func runApart(e env, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(e.ctx, limit)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-inside", "-only", name)
	ownGroup(cmd)
	cmd.Stderr = e.log
	var out bytes.Buffer
	cmd.Stdout = &out
	err = cmd.Run()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("not done within %s", limit)
	case e.ctx.Err() != nil:
		return nil, errors.New("interrupted")
	case err != nil:
		return nil, err
	}
	return oneLine(out.Bytes(), name)
}

// oneLine refuses anything but the benchmark's own single line of JSON.
func oneLine(out []byte, name string) ([]byte, error) {
	var got struct{ Name string }
	if bytes.Count(out, []byte("\n")) != 1 || json.Unmarshal(out, &got) != nil || got.Name != name {
		return nil, fmt.Errorf("wrote %q on standard output instead of its figure", out)
	}
	return out, nil
}

// finished is what running the real binary came to.
type finished struct {
	output  []byte // its standard output
	elapsed time.Duration
	peak    int64 // bytes of memory at the highest
}

// runBinary runs kwote with arguments and extra environment ("KEY=value") to its end. An exit code other than
// zero is an error with the end of what it wrote on standard error.
func runBinary(e env, extraEnv []string, args ...string) (finished, error) {
	cmd := exec.CommandContext(e.ctx, e.binary, args...)
	// Within the benchmark's own group: whoever ends the benchmark ends this as well.
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(os.Environ(), extraEnv...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return finished{}, err
	}
	watched := make(chan int64)
	done := make(chan struct{})
	go func() { watched <- watchPeak(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	elapsed := time.Since(begin)
	close(done)
	peak := <-watched
	if err != nil {
		return finished{}, fmt.Errorf("%s %s: %w: %s", e.binary, strings.Join(args, " "), err, tail(errs.String()))
	}
	if peak = max(peak, exactPeak(cmd.ProcessState)); peak == 0 {
		return finished{}, errors.New("the peak memory could not be read: /proc is needed for it")
	}
	return finished{out.Bytes(), elapsed, peak}, nil
}

// watchPeak reads the process's high-water mark until told to stop; the mark only rises, so the last
// reading before the end is the peak, short of what is allocated in the last few milliseconds.
func watchPeak(pid int, done <-chan struct{}) int64 {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var peak int64
	for {
		peak = max(peak, highWater(pid))
		select {
		case <-done:
			return peak
		case <-tick.C:
		}
	}
}

// exactPeak is the kernel's own figure at the process's end. It also counts the moment before the program was
// loaded, when the process was a copy of this one: a figure not above our own says nothing, and is left out.
func exactPeak(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if peak := int64(usage.Maxrss) * 1024; peak > highWater(os.Getpid()) {
		return peak
	}
	return 0
}

// highWater reads VmHWM, in bytes; zero where it cannot be read.
func highWater(pid int) int64 {
	file, err := os.Open("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 3 && fields[0] == "VmHWM:" && fields[2] == "kB" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return kilobytes * 1024
		}
	}
	return 0
}

func tail(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 2000 {
		s = "..." + s[len(s)-2000:]
	}
	return s
}

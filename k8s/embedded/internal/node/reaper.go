package node

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
)

// reaper starts processes and collects every child that ends, also those that were left to
// the node's first process by others. It is the only one in the node that waits for processes.
type reaper struct {
	mutex   sync.Mutex
	waiting map[int]chan syscall.WaitStatus
}

func newReaper() *reaper {
	r := &reaper{waiting: map[int]chan syscall.WaitStatus{}}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGCHLD)
	go func() {
		for range signals {
			r.collect()
		}
	}()
	return r
}

func (r *reaper) collect() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if pid <= 0 || err != nil {
			return
		}
		if ended, ours := r.waiting[pid]; ours {
			delete(r.waiting, pid)
			ended <- status
		}
	}
}

// process is a running child; ended yields once.
type process struct {
	pid   int
	ended chan syscall.WaitStatus
}

func (r *reaper) start(argv, env []string, output *os.File, stdin *os.File) (*process, error) {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return nil, err
	}
	if stdin == nil {
		if stdin, err = os.Open(os.DevNull); err != nil {
			return nil, err
		}
		defer stdin.Close()
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	pid, err := syscall.ForkExec(path, argv, &syscall.ProcAttr{
		Dir: "/", Env: env, Files: []uintptr{stdin.Fd(), output.Fd(), output.Fd()}, Sys: &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", argv[0], err)
	}
	p := &process{pid, make(chan syscall.WaitStatus, 1)}
	r.waiting[pid] = p.ended
	return p, nil
}

// run waits for a short command and gives its output; what it said is in the error.
func (r *reaper) run(input string, argv ...string) (string, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer read.Close()
	var stdin *os.File
	if input != "" {
		var feed *os.File
		if stdin, feed, err = os.Pipe(); err != nil {
			write.Close()
			return "", err
		}
		defer stdin.Close()
		go func() { _, _ = io.WriteString(feed, input); feed.Close() }()
	}
	p, err := r.start(argv, os.Environ(), write, stdin)
	write.Close()
	if err != nil {
		return "", err
	}
	var output bytes.Buffer
	_, _ = io.Copy(&output, read)
	if status := <-p.ended; status.ExitStatus() != 0 {
		return "", commandError(argv, describe(status), output.String())
	}
	return output.String(), nil
}

func commandError(argv []string, how, output string) error {
	return fmt.Errorf("%s: %s: %s", strings.Join(argv, " "), how, strings.TrimSpace(output))
}

func describe(s syscall.WaitStatus) string {
	if s.Signaled() {
		return "ended by signal " + s.Signal().String()
	}
	return fmt.Sprintf("ended with status %d", s.ExitStatus())
}

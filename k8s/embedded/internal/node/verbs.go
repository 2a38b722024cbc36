package node

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Status of a cluster, as `status` prints it.
type Status struct {
	State      string         `json:"state"` // absent, halted, starting, ready, halting
	Watchdog   int            `json:"watchdog,omitempty"`
	Node       int            `json:"node,omitempty"` // the node's first process
	Server     string         `json:"server,omitempty"`
	Interface  string         `json:"interface,omitempty"`
	Addresses  *Addresses     `json:"addresses,omitempty"`
	Components map[string]int `json:"components,omitempty"` // process ids as this machine sees them
	Restarts   map[string]int `json:"restarts,omitempty"`
	Containerd string         `json:"containerd,omitempty"`
}

// writeStatus keeps what only the inside knows where `status` finds it.
func (n *inside) writeStatus() {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	s := Status{State: "starting", Server: n.server(), Addresses: &n.addresses, Components: map[string]int{}, Restarts: map[string]int{}}
	if n.ready {
		s.State = "ready"
	}
	if n.stopping.Err() != nil {
		s.State = "halting"
	}
	for name, p := range n.running {
		s.Components[name] = p.pid
	}
	for name, count := range n.restarts {
		s.Restarts[name] = count
	}
	file := insideDir + "/status.json"
	if writeJSON(file, s) == nil {
		_ = os.Lchown(file, n.uid, n.gid)
	}
}

// Inspect reads a cluster's status. Its owner may ask, too; only root learns the process ids.
func Inspect(c *Cluster) Status {
	watchdog := c.watchdog()
	if watchdog == 0 {
		if _, err := os.Stat(filepath.Join(c.Dir, "node")); err != nil {
			return Status{State: "absent"}
		}
		return Status{State: "halted"}
	}
	s := Status{State: "starting"}
	_ = readJSON(filepath.Join(c.Dir, "status.json"), &s)
	s.Watchdog, s.Interface, s.Containerd = watchdog, c.iface(), c.containerd()
	s.Node = childOf(watchdog)
	s.Components = outsideIDs(s.Node, s.Components)
	return s
}

func childOf(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	var child int
	_, _ = fmt.Sscan(string(text), &child)
	return child
}

// outsideIDs finds the machine's ids of processes that the node knows under its own.
func outsideIDs(node int, within map[string]int) map[string]int {
	namespace, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", node))
	if err != nil {
		return nil
	}
	outside := map[int]int{}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if link, _ := os.Readlink("/proc/" + entry.Name() + "/ns/pid"); link == namespace {
			ids := namespacedIDs(pid)
			outside[ids[len(ids)-1]] = pid
		}
	}
	list := map[string]int{}
	for name, id := range within {
		list[name] = outside[id]
	}
	return list
}

// Start brings the cluster up and prints its events to w until it is ready.
func Start(c *Cluster, w io.Writer) error {
	if os.Geteuid() != 0 {
		return errors.New("only root can start a node: run it through sudo")
	}
	if Inspect(c).State == "ready" {
		line, _ := json.Marshal(Event{time.Now().UTC(), "ready", "", "the node " + c.Config.Name + " is already running"})
		_, err := fmt.Fprintf(w, "%s\n", line)
		return err
	}
	logs := filepath.Join(c.Dir, "logs")
	if err := os.MkdirAll(logs, 0o700); err != nil {
		return err
	}
	if err := os.Lchown(logs, c.uid, c.gid); err != nil {
		return err
	}
	if info, err := os.Stat(c.events()); err == nil && info.Size() > 1<<20 {
		_ = os.Rename(c.events(), c.events()+".1")
	}
	events, err := openLog(c.events(), c.uid, c.gid)
	if err != nil {
		return err
	}
	defer events.Close()
	from, err := events.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	output, err := openLog(filepath.Join(logs, "supervisor.log"), c.uid, c.gid)
	if err != nil {
		return err
	}
	defer output.Close()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, "supervise", c.Dir)
	cmd.Stdout, cmd.Stderr, cmd.Dir = output, output, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	return c.follow(w, from, ended)
}

// follow prints events until one of them is the last. When another start was first, its watchdog's events are followed.
func (c *Cluster) follow(w io.Writer, from int64, ended <-chan error) error {
	f, err := os.Open(c.events())
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return err
	}
	reader := bufio.NewReader(f)
	var part []byte
	gone := false
	for {
		line, err := reader.ReadBytes('\n')
		part = append(part, line...)
		if err == nil {
			var event Event
			if json.Unmarshal(part, &event) == nil {
				if _, err := w.Write(part); err != nil {
					return err
				}
				switch {
				case event.Type == "ready" && event.Component == "":
					return nil
				case event.Type == "failed":
					return errors.New(event.Message)
				}
			}
			part = nil
			continue
		}
		if gone && c.watchdog() == 0 {
			return fmt.Errorf("the node ended while it started; see %s", filepath.Join(c.Dir, "logs", "supervisor.log"))
		}
		if gone && Inspect(c).State == "ready" {
			return nil
		}
		select {
		case <-ended:
			gone, ended = true, nil
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// Halt stops the cluster and leaves nothing of it on the machine but its folder.
func Halt(c *Cluster) error {
	if os.Geteuid() != 0 {
		return errors.New("only root can halt a node: run it through sudo")
	}
	if pid := c.watchdog(); pid != 0 {
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			return err
		}
		deadline := time.Now().Add(time.Duration(c.Config.GraceSecs)*time.Second + 60*time.Second)
		for c.watchdog() != 0 {
			if time.Now().After(deadline) {
				return fmt.Errorf("the watchdog %d does not end", pid)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return c.sweep()
}

// Destroy halts the cluster and removes its folder.
func Destroy(c *Cluster) error {
	if err := Halt(c); err != nil {
		return err
	}
	return os.RemoveAll(c.Dir)
}

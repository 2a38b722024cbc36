package node

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Supervise is the watchdog: it holds the cluster's lock for as long as the cluster runs.
func Supervise(dir string) error {
	c, err := Open(dir)
	if err != nil {
		return err
	}
	lock, err := c.lock()
	if err != nil {
		return err
	}
	defer lock.Close()
	log := journal{c.events(), c.uid, c.gid}
	err = c.supervise(log)
	if sweepErr := c.sweep(); sweepErr != nil {
		log.write("problem", "", "something is left behind: "+sweepErr.Error())
	}
	if err != nil {
		log.write("failed", "", err.Error())
	} else {
		log.write("halted", "", "the node "+c.Config.Name+" is halted")
	}
	return err
}

var errRunning = errors.New("the cluster is already running")

// lock is held by the watchdog alone, and let go by the kernel when it dies. Everybody who may enter the
// cluster's folder may see whether it is held.
func (c *Cluster) lock() (*os.File, error) {
	if err := os.MkdirAll(filepath.Join(c.Dir, "node"), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(c.Dir, "lock"), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, errRunning
	}
	_ = f.Truncate(0)
	_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	return f, err
}

// watchdog is the id of the process that holds the lock, or 0.
func (c *Cluster) watchdog() int {
	path := filepath.Join(c.Dir, "lock")
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return 0
	}
	text, _ := os.ReadFile(path)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// sweep removes everything on the machine that is named after this cluster: after a halt, and what a power cut has left.
func (c *Cluster) sweep() error {
	err := removeCgroup(c.cgroup())
	c.disconnect()
	c.closeFirewall()
	err = errors.Join(err, os.RemoveAll(c.run()), os.RemoveAll(filepath.Join(c.Dir, "status.json")))
	if _, statErr := os.Stat(runRoot); statErr == nil {
		err = errors.Join(err, c.useForwarding(false))
	}
	if running, _ := filepath.Glob(filepath.Join(runRoot, "*", "link.json")); len(running) == 0 {
		for _, name := range []string{"node", "bin", "forwarding.lock", ""} {
			_ = os.Remove(filepath.Join(runRoot, name))
		}
	}
	return err
}

func (c *Cluster) supervise(log journal) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	if err := c.sweep(); err != nil {
		return fmt.Errorf("what an earlier run left cannot be removed: %w", err)
	}
	if err := os.MkdirAll(runRoot, 0o711); err != nil {
		return err
	}
	if err := os.MkdirAll(c.run(), 0o700); err != nil {
		return err
	}
	a, err := c.addresses()
	if err != nil {
		return err
	}
	if err := writeJSON(filepath.Join(c.run(), "link.json"), a.Link); err != nil {
		return err
	}
	if err := c.useForwarding(true); err != nil {
		return err
	}
	if err := c.openFirewall(a); err != nil {
		return err
	}
	pause, everReady := 200*time.Millisecond, false
	for {
		since := time.Now()
		halted, err := c.once(a, signals)
		everReady = everReady || Inspect(c).State == "ready"
		if halted {
			return nil
		}
		if !everReady {
			return fmt.Errorf("the node does not come up: %w", err)
		}
		if time.Since(since) > time.Minute {
			pause = 200 * time.Millisecond
		} else if pause > 5*time.Second {
			return fmt.Errorf("the node does not come up: %w", err)
		}
		log.write("exited", "node", fmt.Sprintf("the node ended (%v); starting it again in %s", err, pause))
		time.Sleep(pause)
		pause *= 2
		if err := errors.Join(removeCgroup(c.cgroup()), os.RemoveAll(filepath.Join(c.run(), "containerd"))); err != nil {
			return err
		}
	}
}

// once runs the node in fresh namespaces until it ends. It says whether that was asked for.
func (c *Cluster) once(a Addresses, signals <-chan os.Signal) (bool, error) {
	guarded, tellGuarded, err := os.Pipe()
	if err != nil {
		return false, err
	}
	defer guarded.Close()
	linked, tellLinked, err := os.Pipe()
	if err != nil {
		return false, err
	}
	defer tellLinked.Close()
	cmd := exec.Command("/proc/self/exe", "inside", c.Dir) // whatever has become of the file since
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{tellGuarded, linked}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
		Setpgid:    true,
	}
	err = cmd.Start()
	tellGuarded.Close()
	linked.Close()
	if err != nil {
		return false, fmt.Errorf("namespaces cannot be made here: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if _, err := guarded.Read(make([]byte, 1)); err == nil {
		if err := c.connect(a, cmd.Process.Pid); err != nil {
			_ = cmd.Process.Kill()
			<-ended
			return false, err
		}
		_, _ = tellLinked.Write([]byte{1})
	}
	select {
	case err := <-ended:
		if err == nil {
			err = errors.New("it stopped by itself")
		}
		return false, err
	case <-signals:
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}
	select {
	case <-ended:
	case <-time.After(time.Duration(c.Config.GraceSecs)*time.Second + 20*time.Second):
		_ = cmd.Process.Kill()
		<-ended
	}
	return true, nil
}
